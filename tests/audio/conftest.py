from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

from interview_tui.audio.capture import SourceSpec
from tests.at_rest.encrypted import encrypted_study
from tests.audio.recording import Booth
from tests.audio.signals import write_counter
from tests.audio.standstill import Standstill
from tests.audio.virtual_sound import VirtualSound, virtual_sound

TIMES_LISTENED = 3


def pytest_runtest_protocol(item: pytest.Function, nextitem: pytest.Item | None) -> bool | None:
    """Listen again where a test that listens failed and the machine had stood still meanwhile; else it has failed."""
    if "listener" not in getattr(item, "fixturenames", ()):
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for left in reversed(range(TIMES_LISTENED)):
        with Standstill() as watch:
            reports = runtestprotocol(item, nextitem=nextitem, log=False)
        if not left or not watch.stood_still or not any(report.failed for report in reports):
            break
        item._initrequest()  # new fixtures
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


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
