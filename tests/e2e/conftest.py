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
    """A call that is recorded and where both have agreed to it."""
    pytest.importorskip("pty", reason="pseudo-terminals are a POSIX thing")
    from tests.e2e.conducting import Conducted

    call = Conducted(tmp_path, line)
    call.start()
    yield call
    call.close()
