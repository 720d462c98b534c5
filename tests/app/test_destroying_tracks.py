"""What was taken back is destroyed in every kind of audio: two tracks, the fallback folder, another recorder's file."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile

from interview_tui import bootstrap, destroying
from interview_tui.audio.files import sha256
from interview_tui.audio.processes import child
from interview_tui.errors import StorageError
from interview_tui.inspection import inspect
from interview_tui.interview import withholding
from interview_tui.interview.attached import BY_RECORDING, MARGIN_MS
from interview_tui.interview.attaching import Lined
from interview_tui.interview.call import Call
from interview_tui.interview.commanding import Events
from interview_tui.interview.ports import Journal
from interview_tui.interview.sound import AttachedPiece, AudioPart
from interview_tui.record.transcript import RESPONDENT, Provenance, Transcript, Turn, Word, to_json
from tests.app.laid_study import CASE, LaidStudy
from tests.audio.laid import LAID_RATE, Laid, lay, noise
from tests.audio.signals import Pcm

SECONDS = 4
FROM_MS, TO_MS = 1_000, 2_500
INSIDE = slice(FROM_MS * LAID_RATE // 1000, TO_MS * LAID_RATE // 1000)
KILLED = """
import os, sys
from pathlib import Path
from interview_tui import bootstrap, destroying, packing

kept = [0]
keep_durably = packing.keep_durably
def dying(journal, events):
    if kept[0] == int(sys.argv[2]):
        os._exit(9)
    keep_durably(journal, events)
    kept[0] += 1
packing.keep_durably = dying
call = bootstrap.reopen_call(bootstrap.open_study(Path(sys.argv[1])), "P07")
destroying.destroy(bootstrap.open_study(Path(sys.argv[1])), call, "w1")
"""


@pytest.fixture
def made(tmp_path: Path) -> LaidStudy:
    """An interview of two tracks of which a part lies in the fallback folder, with a stretch taken back; ended."""
    made = LaidStudy.make(tmp_path / "study")
    away = tmp_path / "fallback"
    away.mkdir()
    own, line = tracks()
    made.journal_span(lay(made.folder, 1, Laid(own, segment_s=1, away=away), Laid(line, segment_s=1, away=away)))
    made.do(
        lambda session, now: session.withhold(
            withholding.Proposal("a test", (withholding.Stretch(FROM_MS, TO_MS),)), now
        )
    )
    made.end()
    return made


def tracks() -> tuple[Pcm, Pcm]:
    return noise(SECONDS * LAID_RATE, 1), noise(SECONDS * LAID_RATE, 2)


@contextmanager
def reopened(made: LaidStudy) -> Iterator[Call]:
    call = bootstrap.reopen_call(made.study, CASE)
    try:
        yield call
    finally:
        assert call.journal.close(10.0)


def sound(made: LaidStudy, number: int = 1) -> Pcm:
    """What is heard of a span, read from where the journal has it."""
    span = made.study.interview(CASE).spans[number]
    files = [(made.folder / part.file, part.frames) for part in span.parts]
    return np.concatenate([soundfile.read(file, frames, dtype="int16", always_2d=True)[0] for file, frames in files])


def silenced(both: Pcm) -> Pcm:
    wanted = both.copy()
    wanted[INSIDE] = 0
    return wanted


def is_destroyed(made: LaidStudy) -> None:
    assert np.array_equal(sound(made), silenced(np.hstack(tracks())))
    assert sorted(file.name for file in made.folder.glob("span-*")) == ["span-001.erased-1.flac"]
    assert not list((made.study.path.parent / "fallback").glob("span-*"))
    assert made.study.interview(CASE).soundtrack.withholdings["w1"].destroyed
    assert inspect(made.study).findings == []


def test_both_tracks_and_the_fallback_folder_hold_nothing_of_it_and_all_else_is_what_it_was(made: LaidStudy):
    away = sorted((made.study.path.parent / "fallback").glob("span-*"))
    before = {file: sha256(file) for file in away}
    with reopened(made) as call:
        certificate = destroying.destroy(made.study, call, "w1")
    is_destroyed(made)
    said = certificate.read_text(encoding="utf-8")
    for file, digest in before.items():
        assert f"{file.as_posix()}\n    was {digest}\n    is deleted" in said
    heir = made.folder / "span-001.erased-1.flac"
    assert f"recordings/{CASE}/{heir.name}\n    was not there\n    is  {sha256(heir)}" in said


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_killed_between_a_file_and_the_journal_nothing_is_lost_sight_of(made: LaidStudy, kept: int):
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(made.study.path), str(kept)],
        env=child.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert killed.returncode == (9 if kept < 2 else 0), killed.stderr
    now = sound(made)  # whatever the journal points at is there
    own, line = tracks()
    assert any(np.array_equal(now, whole) for whole in (own, np.hstack([own, line]), silenced(np.hstack([own, line]))))
    if kept < 2:
        with reopened(made) as call:
            destroying.destroy(made.study, call, "w1")
    is_destroyed(made)


def test_while_the_journal_cannot_be_written_no_file_goes(made: LaidStudy, monkeypatch: pytest.MonkeyPatch):
    def refuse(journal: Journal, events: Events) -> None:
        journal.append(events)
        raise StorageError("The disk is full.")

    files = {file: sha256(file) for file in made.folder.glob("span-*.wav")}
    with reopened(made) as call:
        with monkeypatch.context() as patched:
            patched.setattr("interview_tui.packing.keep_durably", refuse)
            for _ in range(2):  # the second time the interview knows where it lies, and the disk still does not
                with pytest.raises(StorageError, match="full"):
                    destroying.destroy(made.study, call, "w1")
        assert {file: sha256(file) for file in made.folder.glob("span-*.wav")} == files
        destroying.destroy(made.study, call, "w1")
    is_destroyed(made)


def test_a_segment_that_the_disk_changed_is_no_reason_to_keep_it(made: LaidStudy):
    file = made.folder / "span-001-0001.wav"
    data = bytearray(file.read_bytes())
    data[100] ^= 1
    file.write_bytes(data)
    with reopened(made) as call:
        destroying.destroy(made.study, call, "w1")
    assert not sound(made)[INSIDE].any()
    assert sound(made).any()


def test_a_recording_of_another_recorder_is_silenced_as_well(made: LaidStudy):
    other = noise(SECONDS * LAID_RATE, 3)
    file = made.folder / "other.flac"
    soundfile.write(file, other, LAID_RATE, subtype="PCM_16")
    piece = AttachedPiece(9, AudioPart(file.name, 0, len(other)), LAID_RATE, 1, 0, 0.0, 1.0, sha256(file))
    made.do(lambda session, now: session.attach(Lined("other.flac", "ab", BY_RECORDING, (piece,)), now))
    with reopened(made) as call:
        destroying.destroy(made.study, call, "w1")
    is_destroyed(made)
    margin = MARGIN_MS * LAID_RATE // 1000
    other[INSIDE.start - margin : INSIDE.stop + margin] = 0
    assert np.array_equal(sound(made, 9), other)
    assert not file.exists()


def test_words_go_as_far_as_the_sound_of_another_recorder_does(made: LaidStudy):
    other = made.folder / "other.flac"
    soundfile.write(other, noise(SECONDS * LAID_RATE, 3), LAID_RATE, subtype="PCM_16")
    piece = AttachedPiece(9, AudioPart(other.name, 0, SECONDS * LAID_RATE), LAID_RATE, 1, 0, 0.0, 1.0, sha256(other))
    made.do(lambda session, now: session.attach(Lined("other.flac", "ab", BY_RECORDING, (piece,)), now))
    said = (
        Word("kept", 0, FROM_MS - MARGIN_MS),
        Word("secret", FROM_MS - MARGIN_MS, FROM_MS),
        Word("on", TO_MS + MARGIN_MS, TO_MS + MARGIN_MS + 300),
    )
    transcript = Transcript((Turn(1, RESPONDENT, said),), Provenance("none", "none", "0" * 64, "en"))
    (made.folder / "transcript.json").write_text(json.dumps(to_json(transcript)), encoding="utf-8")
    with reopened(made) as call:
        destroying.destroy(made.study, call, "w1")
    left = made.study.transcript(CASE)
    assert left is not None
    assert [turn.text for turn in left.turns] == ["kept on"]
