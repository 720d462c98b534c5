from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from interview_tui.audio.capture import SourceSpec
from tests.at_rest.encrypted import encrypted_study
from tests.audio.recording import Booth
from tests.audio.signals import write_counter
from tests.audio.virtual_sound import VirtualSound, virtual_sound


@pytest.fixture(scope="session")
def line(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A minute of the counter signal."""
    return write_counter(tmp_path_factory.mktemp("line") / "line.wav", 60)


@pytest.fixture(scope="session")
def server() -> Iterator[VirtualSound]:
    """One sound server for all tests that need one."""
    with virtual_sound() as running:
        yield running


@pytest.fixture
def sound(server: VirtualSound, monkeypatch: pytest.MonkeyPatch) -> VirtualSound:
    """The server, found by every process that the test starts."""
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    return server


@pytest.fixture(params=["open", "encrypted"])
def either_study(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """The test's own folder is a study of either kind."""
    if request.param == "encrypted":
        encrypted_study(tmp_path)


@pytest.fixture
def booth(tmp_path: Path, line: Path) -> Iterator[Booth]:
    """A recorder of a file that plays the counter signal for a minute."""
    made = Booth(SourceSpec("file", path=line), tmp_path / "P07")
    yield made
    made.close()
