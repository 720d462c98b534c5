"""What every test stands on: a home of its own, what it needs of the machine, and no child on the terminal."""

from __future__ import annotations

import ctypes.util
import importlib.util
import inspect
import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

BENCH = Path(__file__).parents[2] / "shared" / "bench"
REQUIRE_ALL = "INTERVIEW_TUI_REQUIRE_ALL"

settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")  # a law that takes its time on a busy machine is not broken


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--campaign", action="store_true", help="run the long campaigns as well")


@cache
def missing(marker: str) -> str:
    """Why tests with this marker cannot run on this machine; empty if they can."""
    if marker == "openai":
        absent = [name for name in ("whisper", "torch") if importlib.util.find_spec(name) is None]
        return f"not installed: {', '.join(absent)} (the extra [openai-whisper])" if absent else ""
    if marker == "chromium":
        found = any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
        return "" if found and sys.platform != "win32" else "not on this machine: the program chromium"
    programs = {
        "device": ("pulseaudio", "pactl"),
        "ffmpeg": ("ffmpeg",),
        "libreoffice": ("soffice", "pdftotext"),
        "tmux": ("tmux",),
    }[marker]
    absent = [f"the program {name}" for name in programs if shutil.which(name) is None]
    if marker == "device" and not ctypes.util.find_library("portaudio"):
        absent.append("the library PortAudio")
    return f"not on this machine: {', '.join(absent)}" if absent else ""


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, with the reason, what this machine cannot run."""
    if item.get_closest_marker("campaign") and not item.config.getoption("--campaign"):
        pytest.skip("long; run with --campaign")
    for marker in ("chromium", "device", "ffmpeg", "libreoffice", "openai", "tmux"):
        if item.get_closest_marker(marker) and (reason := missing(marker)):
            pytest.skip(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything must be there, nothing is skipped but the campaigns."""
    report = yield
    excepted = item.get_closest_marker("campaign") or hasattr(report, "wasxfail")
    if report.skipped and os.environ.get(REQUIRE_ALL) and not excepted:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{REQUIRE_ALL} is set and this test did not run: {reason}"
    return report


@pytest.fixture(scope="session")
def bench() -> Path:
    """The recordings with exact ground truth that lie beside the repository."""
    if not BENCH.is_dir():
        pytest.skip(f"no recordings at {BENCH}")
    return BENCH


@pytest.fixture(scope="session")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], dict[str, str]]:
    """Makes the environment of a person who has never used this machine.

    The cache is one for all tests: the weights are converted and verified once.
    """
    base = tmp_path_factory.mktemp("people")
    numbers = itertools.count()
    shared = {name: base / name for name in ("cache", "run")}
    for folder in shared.values():
        folder.mkdir(mode=0o700)

    def made() -> dict[str, str]:
        home = base / str(next(numbers))
        home.mkdir()
        places = {
            "HOME": home,
            "USERPROFILE": home,
            "APPDATA": home / "roaming",
            "LOCALAPPDATA": home / "local",
            "WIN_PD_OVERRIDE_APPDATA": home / "roaming",
            "WIN_PD_OVERRIDE_LOCAL_APPDATA": shared["cache"],
            "XDG_CONFIG_HOME": home / "config",
            "XDG_DATA_HOME": home / "data",
            "XDG_STATE_HOME": home / "state",
            "XDG_CACHE_HOME": shared["cache"],
            "XDG_RUNTIME_DIR": shared["run"],
        }
        return {name: str(place) for name, place in places.items()}

    return made


@pytest.fixture(autouse=True)
def a_home_of_its_own(monkeypatch: pytest.MonkeyPatch, new_home: Callable[[], dict[str, str]]) -> None:
    """No test reads or writes what belongs to the person who runs it."""
    for name, place in new_home().items():
        monkeypatch.setenv(name, place)
    for name in [name for name in os.environ if name.startswith("INTERVIEW_TUI_") and name != REQUIRE_ALL]:
        monkeypatch.delenv(name)
    for name in ("COLUMNS", "LINES"):  # of the terminal that the tests were started in: readline leaves them there
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def no_child_reads_the_terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A child process that the package starts must not share the terminal's input: it would eat keystrokes."""
    offenders: list[str] = []
    original: Any = subprocess.Popen.__init__
    signature = inspect.signature(original)

    def guarded(self: object, *args: Any, **kwargs: Any) -> None:
        given = signature.bind(self, *args, **kwargs).arguments
        caller = starting_frame(inspect.currentframe())
        if caller and is_ours(caller) and given.get("stdin") not in (subprocess.DEVNULL, subprocess.PIPE):
            offenders.append(f"{caller.f_code.co_filename}:{caller.f_lineno}")
        original(self, *args, **kwargs)

    monkeypatch.setattr(subprocess.Popen, "__init__", guarded)
    yield
    assert not offenders, f"started a child process whose stdin is neither DEVNULL nor a pipe: {', '.join(offenders)}"


def is_ours(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).startswith("interview_tui")


def starting_frame(frame: FrameType | None) -> FrameType | None:
    """The frame that asked for a process: the nearest that is neither the standard library's nor this file's."""
    while frame is not None:
        module = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if frame.f_code.co_filename != __file__ and module not in sys.stdlib_module_names:
            return frame
        frame = frame.f_back
    return None
