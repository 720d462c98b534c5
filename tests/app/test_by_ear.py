"""Lining up by ear: where it begins, what is listened at, what each ear hears, and that nothing stays of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
import soundfile

from interview_tui import bootstrap, by_ear
from interview_tui.audio.passing import PassingFolder
from interview_tui.by_ear import AROUND_MS, BothEars
from interview_tui.errors import AudioError
from interview_tui.interview import withholding
from interview_tui.interview.events import Stretch
from interview_tui.packing import this_moment
from tests.app.attached_study import BACK_MS, BEFORE_S, CASE, CONSENT_MS, LOST_MS, OFF_MS, TALK_S, Conducted
from tests.audio.other_recorder import TALK_RATE, speech_like

FLAG_MS = 30_000
OTHER_RATE = 22_050
PREFIX = "passing-of-a-test-"
LEAVES_ONE = f"""\
import os
from interview_tui.audio.passing import PassingFolder
(PassingFolder({PREFIX!r}).path / "heard.wav").write_bytes(b"sound")
os._exit(9)
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study in which each second of the call has its own level, and a recording of the same that begins earlier."""
    folder = tmp_path_factory.mktemp("whole")
    levels = np.repeat((np.arange(TALK_S) % 7 + 1) / 10, TALK_RATE)
    tone = (np.sin(2 * np.pi * 440 * np.arange(len(levels)) / TALK_RATE) * levels).astype(np.float32)
    Conducted.make(folder / "study", tone, flagged=FLAG_MS)
    levels = np.repeat((np.arange(TALK_S) % 7 + 1) / 10, OTHER_RATE)
    tone = (np.sin(2 * np.pi * 440 * np.arange(len(levels)) / OTHER_RATE) * levels).astype(np.float32)
    soundfile.write(folder / "DS_0042.wav", tone * 0.2, OTHER_RATE, subtype="PCM_16")
    return folder


@pytest.fixture
def original(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "copy")
    return tmp_path / "copy" / "DS_0042.wav"


@pytest.fixture
def conducted(original: Path) -> Conducted:
    return Conducted(bootstrap.open_study(original.parent / "study"))


def _take_back(conducted: Conducted, stretch: Stretch) -> None:
    interview, journal = conducted.interview, conducted.study.journal(CASE)
    proposal = withholding.Proposal("as it was said", (stretch,))
    journal.append((withholding.withheld_event(interview, proposal, this_moment(interview), keep_notes=False),))
    assert journal.close(10.0)


def test_both_ears_hear_the_same_moment_where_the_file_lies_right(conducted: Conducted, original: Path):
    ears = BothEars(conducted.study, CASE, original).heard(FLAG_MS, -BEFORE_S * 1000)
    assert ears.shape == (2 * AROUND_MS * 16, 2)
    left, right = ears[800:-800, 0], ears[800:-800, 1]
    assert float(np.abs(left - right).max()) < 0.02


def test_what_is_withheld_or_was_not_recorded_is_silence_in_the_left_ear_only(conducted: Conducted, original: Path):
    _take_back(conducted, Stretch(70_000, 80_000))
    ears = BothEars(conducted.study, CASE, original)
    for at_ms in (75_000, (OFF_MS + BACK_MS) // 2, LOST_MS + 10_000):
        heard = ears.heard(at_ms, -BEFORE_S * 1000)
        assert not heard[:, 0].any()
        assert heard[:, 1].any()
    half = ears.heard(OFF_MS, -BEFORE_S * 1000)[:, 0]
    assert half[: AROUND_MS * 16 - 16].any()
    assert not half[AROUND_MS * 16 + 16 :].any()


def test_before_its_beginning_and_after_its_end_the_file_is_silent(conducted: Conducted, original: Path):
    ears = BothEars(conducted.study, CASE, original)
    begins = ears.heard(FLAG_MS, FLAG_MS)[:, 1]
    assert not begins[: AROUND_MS * 16].any()
    assert begins[AROUND_MS * 16 + 16 :].any()
    assert not ears.heard(FLAG_MS, FLAG_MS + AROUND_MS)[:, 1].any()
    ends = ears.heard(FLAG_MS, FLAG_MS - TALK_S * 1000)[:, 1]
    assert ends[: AROUND_MS * 16 - 16].any()
    assert not ends[AROUND_MS * 16 + 16 :].any()
    with pytest.raises(AudioError, match="Neither recording"):
        ears.listen((OFF_MS + BACK_MS) // 2, 10_000_000)


def test_it_begins_where_the_recordings_are_most_alike(tmp_path: Path):
    talk = speech_like(TALK_S, seed=7)
    conducted = Conducted.make(tmp_path / "study", talk)
    soundfile.write(tmp_path / "DS_0042.wav", talk[4 * TALK_RATE :], TALK_RATE)
    guess = by_ear.guess(conducted.study, CASE, tmp_path / "DS_0042.wav", lambda _: None)
    assert guess.start_ms == pytest.approx(4000 - BEFORE_S * 1000, abs=2)
    assert "most alike" in guess.found


def test_where_nothing_is_alike_or_can_be_compared_it_begins_at_the_first_consent(
    conducted: Conducted, original: Path, monkeypatch: pytest.MonkeyPatch
):
    unlike = original.with_name("unlike.wav")
    soundfile.write(unlike, np.zeros(40 * 8000), 8000)
    steps: list[str] = []
    guess = by_ear.guess(conducted.study, CASE, unlike, steps.append)
    assert (guess.start_ms, guess.length_ms) == (CONSENT_MS, 40_000)
    assert "first consent" in guess.found
    assert steps == ["comparing the recordings"]

    def damaged(*_: object) -> None:
        raise AudioError("call-1.flac cannot be read.")

    monkeypatch.setattr(by_ear, "line_up", damaged)
    assert by_ear.guess(conducted.study, CASE, unlike, steps.append) == guess


def test_flags_and_notes_are_listened_at_but_nothing_that_is_withheld(conducted: Conducted):
    assert [moment.at_ms for moment in by_ear.moments(conducted.interview)] == [CONSENT_MS, FLAG_MS, BACK_MS]
    assert "flag f1" in [moment.words for moment in by_ear.moments(conducted.interview)]
    _take_back(conducted, Stretch(FLAG_MS - 1000, FLAG_MS + 1000))
    assert FLAG_MS not in [moment.at_ms for moment in by_ear.moments(conducted.interview)]


def test_what_a_killed_process_left_is_removed_by_the_next_and_what_is_in_use_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    killed = subprocess.run([sys.executable, "-c", LEAVES_ONE], stdin=subprocess.DEVNULL, check=False)
    assert killed.returncode == 9
    (left,) = tmp_path.iterdir()
    assert (left / "heard.wav").exists()
    mine = PassingFolder(PREFIX)
    also_mine = PassingFolder(PREFIX)
    assert set(tmp_path.iterdir()) == {mine.path, also_mine.path}
    mine.close()
    mine.close()
    also_mine.close()
    assert not list(tmp_path.iterdir())
