"""Files that hold less than was written down when they were recorded: it is said where the sound ends."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.audio.files import read_mono16k
from interview_tui.record.transcript import INTERVIEWER, Doubt
from interview_tui.transcribe.assembly import CUT_SHORT, Part, assemble
from interview_tui.transcribe.hearing.decoding import Heard, PlacedWord
from interview_tui.transcribe.listening.chunk import Chunk, Piece
from interview_tui.transcribe.listening.sound import RATE, Passage, Samples, SoundClip, passages
from interview_tui.transcribe.spec import JobSpec

BEGINS_MS = 5_000
TENTH_MS = 100


def recorded(folder: Path, seconds: float, promised_s: float, rate: int = RATE, kind: str = "wav") -> SoundClip:
    """A recording of `seconds` of which `promised_s` were written down."""
    path = folder / f"span-{seconds}.{kind}"
    sound = np.sin(np.arange(round(seconds * rate)) / 20).astype(np.float32) / 4
    soundfile.write(path, np.stack([sound, sound], axis=1), rate, subtype="PCM_16")
    return SoundClip(path, 0, round(promised_s * rate), rate, rate, BEGINS_MS, 2)


def somebody_speaks(passage: Passage) -> Part:
    """Six words in its first second and a half."""
    words = tuple(PlacedWord(word, at * 4_000, (at + 1) * 4_000, 0.9) for at, word in enumerate("abcdef"))
    chunk = Chunk(passage.key, 0, 0, INTERVIEWER, (Piece(0, 2 * RATE, 0, 0),), ((0, 2 * RATE),), ())
    return Part(passage, (chunk,), (Heard(0, words),))


def doubts(part: Part) -> list[Doubt]:
    return assemble(JobSpec("P07", part.passage.clips, Path("job")), [part], read_mono16k).doubts


def lacking(passage: Passage) -> list[Doubt]:
    """What is said to be missing of a passage in which nobody speaks."""
    return [doubt for doubt in doubts(Part(passage, (), ())) if doubt.reason == CUT_SHORT]


@pytest.mark.parametrize("kind", ["wav", "flac"])
@pytest.mark.parametrize("rate", [8_000, 44_100])
def test_what_a_file_lacks_is_to_be_listened_to(tmp_path: Path, rate: int, kind: str) -> None:
    (doubt,) = lacking(Passage((recorded(tmp_path, 3.05, 9, rate, kind),)))
    assert 0 <= doubt.start_ms - (BEGINS_MS + 3_050) <= TENTH_MS
    assert doubt.end_ms == BEGINS_MS + 9_000


def test_of_a_file_that_is_whole_nothing_is_said(tmp_path: Path) -> None:
    whole = recorded(tmp_path, 3.05, 3.05)
    middle = replace(whole, first_frame=RATE, frames=RATE)
    assert lacking(Passage((whole,))) == []
    assert lacking(Passage((middle,))) == []


def test_it_is_said_where_in_a_passage_of_several_files_one_ends_too_soon(tmp_path: Path) -> None:
    short, whole = recorded(tmp_path, 2, 4), recorded(tmp_path, 3, 3)
    (passage,) = passages([short, replace(whole, start_ms=BEGINS_MS + 4_000, span_frame=4 * RATE)])
    assert lacking(passage) == [Doubt(BEGINS_MS + 2_000, BEGINS_MS + 4_000, CUT_SHORT)]


def test_what_is_said_before_the_file_ends_is_kept(tmp_path: Path) -> None:
    part = somebody_speaks(Passage((recorded(tmp_path, 2, 4),)))
    made = assemble(JobSpec("P07", part.passage.clips, Path("job")), [part], read_mono16k)
    assert " ".join(turn.text for turn in made.turns) == "a b c d e f"
    assert Doubt(BEGINS_MS + 2_000, BEGINS_MS + 4_000, CUT_SHORT) in made.doubts


def test_a_file_without_any_sound_is_not_only_said_to_be_silent(tmp_path: Path) -> None:
    passage = Passage((recorded(tmp_path, 0, 4),))
    assert [doubt.reason for doubt in doubts(Part(passage, (), ()))] == [CUT_SHORT, "nobody speaks"]


@given(st.integers(0, 80_000), st.integers(1, 80_000), st.integers(0, 20_000))
def test_how_much_is_there_is_found_to_a_tenth_of_a_second(there: int, promised: int, first: int) -> None:
    def reader(path: Path, first_frame: int, frames: int, channel: int) -> Samples:  # noqa: ARG001 - a reader's
        return np.zeros(max(0, min(frames, first + there - first_frame)), np.float32)

    found = SoundClip(Path("call.wav"), first, promised, RATE, RATE, 0, 1).samples_there(reader)
    tenth, short_by = RATE // 10, promised - there
    assert found == promised or abs(found - there) <= tenth
    assert found == promised or short_by >= tenth
    assert found < promised or short_by < 2 * tenth
