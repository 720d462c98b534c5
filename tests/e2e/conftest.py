from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.audio.signals import write_counter

RATE = 16_000


@pytest.fixture(scope="session")
def line(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two minutes in which every frame carries its own index."""
    return write_counter(tmp_path_factory.mktemp("line") / "line.wav", 120, RATE)


@pytest.fixture
def conducted(tmp_path: Path, line: Path) -> Iterator[object]:
    """A call that has begun: nobody has agreed to anything yet, and nothing is recorded."""
    from tests.e2e.conducting import Conducted  # where there are no pseudo-terminals, no test asks for it

    call = Conducted(tmp_path, line)
    try:
        call.start()
        yield call
    finally:
        call.close()
