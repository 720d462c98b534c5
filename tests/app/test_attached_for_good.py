"""What is destroyed later goes from an attached recording too; an attempt that is killed is nothing or whole."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from interview_tui import attaching, bootstrap, destroying
from interview_tui.audio.keeping import integrity
from interview_tui.cli import main
from interview_tui.interview import withholding
from interview_tui.interview.attached import BY_HAND, BY_RECORDING
from interview_tui.interview.events import Stretch
from interview_tui.interview.ports import Moment
from interview_tui.packing import this_moment
from tests.app.attached_study import BEFORE_S, CASE, TALK_S, Conducted
from tests.audio.other_recorder import TALK_RATE

RECORDED_HERE = {"call-1.flac", "call-2.flac"}
TAKEN_BACK = Stretch(70_000, 75_000)
REPOSITORY = Path(__file__).parents[2]
KILLED = """\
import os, signal, sys
from pathlib import Path
from interview_tui import attaching, bootstrap
from interview_tui.interview.attached import BY_HAND

def killing(owner, name, before):
    true = getattr(owner, name)
    def killed(*arguments, **named):
        if before:
            os.kill(os.getpid(), signal.SIGKILL)
        done = true(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)
        return done
    setattr(owner, name, killed)

study, original, step = bootstrap.open_study(Path(sys.argv[1])), Path(sys.argv[2]), sys.argv[3]
match step:
    case "writing a copy":
        from interview_tui.audio import disk
        killing(disk, "put_in_place", True)
    case "a copy was written":
        killing(attaching, "keep_copy", False)
    case "the journal has it":
        killing(attaching, "_told", True)
placed = attaching.placed(original, -10_000)
attaching.attach(study, "P07", [placed], BY_HAND, lambda _: None, unbroken=True)
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study and, beside it, what the other recorder wrote: noise, which is nowhere twice."""
    folder = tmp_path_factory.mktemp("whole")
    noise = np.random.default_rng(5).normal(0, 0.1, TALK_S * TALK_RATE).astype(np.float32)
    Conducted.make(folder / "study", noise)
    soundfile.write(folder / "DS_0042.wav", noise * 0.5, TALK_RATE, subtype="PCM_16")
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.fixture
def conducted(folder: Path) -> Conducted:
    return Conducted(bootstrap.open_study(folder / "study"))


def _attach(conducted: Conducted, original: Path, how: str) -> None:
    placed = attaching.placed(original, -BEFORE_S * 1000)
    attaching.attach(conducted.study, CASE, [placed], how, lambda _: None, unbroken=True)


def _destroy(conducted: Conducted) -> None:
    interview, journal = conducted.interview, conducted.study.journal(CASE)
    now: Moment = this_moment(interview)
    proposal = withholding.Proposal("at 1:10", (TAKEN_BACK,))
    journal.append((withholding.withheld_event(interview, proposal, now, keep_notes=False),))
    assert journal.close(10.0)
    destroying.destroy_alone(conducted.study, CASE, "w1", CASE)


@pytest.mark.parametrize(("how", "beside_ms"), [(BY_RECORDING, 250), (BY_HAND, 1500)])
def test_what_is_taken_back_later_is_destroyed_in_the_copy_too(
    conducted: Conducted, folder: Path, how: str, beside_ms: int
):
    original = folder / "DS_0042.wav"
    _attach(conducted, original, how)
    _destroy(conducted)
    said, _ = soundfile.read(original, dtype="int16")
    first, end = ((BEFORE_S * 1000 + ms) * TALK_RATE // 1000 for ms in (TAKEN_BACK.start_ms, TAKEN_BACK.end_ms))
    beside = beside_ms * TALK_RATE // 1000
    gone, left = said[first - beside + 1 : end + beside - 1], said[first - beside - TALK_RATE : first - beside - 1]
    kept = [soundfile.read(path, dtype="int16")[0].tobytes() for path in conducted.folder.glob("*.flac")]
    assert not any(gone[at : at + 50].tobytes() in sound for sound in kept for at in range(0, len(gone) - 50, 400))
    assert any(left[:50].tobytes() in sound for sound in kept)
    for span in conducted.interview.spans.values():
        if span.attached:
            (part,) = span.parts
            assert part.file == "other-003.erased-1.flac"
            assert span.hashes == (hashlib.sha256((conducted.folder / part.file).read_bytes()).hexdigest(),)
    assert not list(integrity.examine(conducted.folder, conducted.interview.spans, ended=True))
    attaching.detach(conducted.study, CASE)
    assert not [name for name in conducted.files if name.startswith("other-")]


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is killed so on Windows")
@pytest.mark.parametrize("step", ["writing a copy", "a copy was written", "the journal has it"])
def test_an_attempt_that_is_killed_is_nothing_or_whole(conducted: Conducted, folder: Path, step: str):
    original = folder / "DS_0042.wav"
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder / "study"), str(original), step],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    if step == "the journal has it":
        assert list(conducted.interview.soundtrack.attached) == ["a1"]
    else:
        assert not conducted.interview.soundtrack.attached
        assert conducted.files != RECORDED_HERE
        _attach(conducted, original, BY_HAND)
    assert conducted.files == {*RECORDED_HERE, "other-003.flac"}
    assert [span.number for span in conducted.attached] == [3, 4]
    assert not list(integrity.examine(conducted.folder, conducted.interview.spans, ended=True))


def test_an_undoing_that_was_killed_is_finished_by_asking_again(conducted: Conducted, folder: Path):
    _attach(conducted, folder / "DS_0042.wav", BY_HAND)
    shutil.copy(conducted.folder / "other-003.flac", folder / "left.flac")
    attaching.detach(conducted.study, CASE)
    shutil.move(folder / "left.flac", conducted.folder / "other-003.flac")
    asked = CliRunner().invoke(main, ["--study", str(conducted.study.path), "attach", CASE, "--undo"])
    assert "No other recording is attached" in asked.output
    assert conducted.files == RECORDED_HERE
