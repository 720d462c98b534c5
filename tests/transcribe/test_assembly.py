"""A transcript of what was heard: who says what, and what a step that fails costs."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from interview_tui.errors import AudioError, TranscriptionError
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, UNKNOWN
from interview_tui.transcribe.assembly import Assembly, Part, assemble
from interview_tui.transcribe.hearing.decoding import Heard, PlacedDoubt, PlacedWord
from interview_tui.transcribe.listening.chunk import Chunk, Piece
from interview_tui.transcribe.listening.sound import RATE, Passage, Samples, SoundClip
from interview_tui.transcribe.spec import DROP, JobSpec

PASSAGE = Passage((SoundClip(Path("call.wav"), 0, 60 * RATE, RATE, RATE, 1_000, 2),))
QUESTIONS = ("Can you tell me about a meeting that went well?", "What did you do after that meeting?")
ASKED = "Can you tell me about a meeting that went well? What did you do after that meeting?"
TOLD = "Well, um, there was this one in the spring and everybody was there who had to be there, I think."


def silence(path: Path, first_frame: int, frames: int, channel: int) -> Samples:  # noqa: ARG001 - a reader's
    return np.zeros(frames, dtype=np.float32)


def unreadable(path: Path, first_frame: int, frames: int, channel: int) -> Samples:  # noqa: ARG001 - a reader's
    raise AudioError(f"{path} cannot be read.")


def chunk(channel: int, speaker: str, first: int, last: int) -> Chunk:
    return Chunk(PASSAGE.key, channel, 0, speaker, (Piece(first, last, 0, 0),), ((first, last),), ())


def heard(text: str, first: int, doubts: Sequence[PlacedDoubt] = ()) -> Heard:
    """Words of a quarter of a second each."""
    step = RATE // 4
    words = (PlacedWord(word, first + at * step, first + (at + 1) * step, 0.9) for at, word in enumerate(text.split()))
    return Heard(0, tuple(words), tuple(doubts))


def part(*said: tuple[int, str, str, float]) -> Part:
    """A passage in which (channel, speaker, text, from second) are said."""
    chunks = tuple(
        chunk(channel, speaker, round(at * RATE), round((at + len(text.split()) / 4) * RATE))
        for channel, speaker, text, at in said
    )
    return Part(PASSAGE, chunks, tuple(heard(text, round(at * RATE)) for _, _, text, at in said), "by channel")


def spec(**changes: str) -> JobSpec:
    return JobSpec("P07", PASSAGE.clips, Path("job"), questions=QUESTIONS, **changes)  # type: ignore[arg-type]


def spoken(made: Assembly) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in made.turns]


def test_words_are_on_the_call_clock_and_belong_to_their_channel() -> None:
    made = assemble(spec(), [part((0, INTERVIEWER, ASKED, 2.0), (1, RESPONDENT, TOLD, 10.0))], silence)
    assert spoken(made) == [(INTERVIEWER, ASKED), (RESPONDENT, TOLD)]
    assert [turn.start_ms for turn in made.turns] == [3_000, 11_000]
    assert made.notes == {"speakers": "by channel"}
    assert made.doubts == []


def test_channels_are_exchanged_if_the_questions_are_asked_on_the_other_one() -> None:
    first, second = QUESTIONS
    said = part((1, RESPONDENT, first, 2.0), (0, INTERVIEWER, TOLD, 6.0), (1, RESPONDENT, second, 14.0))
    made = assemble(spec(), [said], silence)
    assert [speaker for speaker, _ in spoken(made)] == [INTERVIEWER, RESPONDENT, INTERVIEWER]
    assert "exchanged" in made.notes["speakers"]


def test_channels_are_not_exchanged_because_a_respondent_says_two_questions_back() -> None:
    back = [f"{QUESTIONS[0]} I think the one in spring.", "What did I do after that meeting? I went home that day."]
    said = part(
        (0, INTERVIEWER, "Please go on.", 2.0),
        (1, RESPONDENT, back[0], 6.0),
        (0, INTERVIEWER, "I see.", 14.0),
        (1, RESPONDENT, back[1], 18.0),
    )
    made = assemble(spec(), [said], silence)
    assert [speaker for speaker, _ in spoken(made)] == [INTERVIEWER, RESPONDENT] * 2
    assert made.notes == {"speakers": "by channel"}


def test_a_step_that_fails_costs_no_word_and_is_to_be_seen() -> None:
    made = assemble(spec(), [part((0, UNKNOWN, ASKED, 2.0), (0, UNKNOWN, TOLD, 10.0))], unreadable)
    assert " ".join(text for _, text in spoken(made)) == f"{ASKED} {TOLD}"
    assert {speaker for speaker, _ in spoken(made)} == {UNKNOWN}
    assert made.notes["telling speakers apart"] == "failed: call.wav cannot be read."
    assert [doubt.reason for doubt in made.doubts] == ["who speaks could not be told"]


def test_fillers_are_dropped_if_that_is_asked_for() -> None:
    parts = [part((0, INTERVIEWER, ASKED, 2.0), (1, RESPONDENT, TOLD, 10.0))]
    assert " um," in spoken(assemble(spec(), parts, silence))[1][1]
    assert " um" not in spoken(assemble(spec(fillers=DROP), parts, silence))[1][1]


def test_a_line_that_comes_again_in_chunk_after_chunk_is_doubtful() -> None:
    line = "Thank you for watching this."
    said = [(0, INTERVIEWER, ASKED, 0.0), *((1, RESPONDENT, line, 6.0 + 2 * number) for number in range(4))]
    (doubt,) = assemble(spec(), [part(*said)], silence).doubts
    assert (doubt.start_ms, doubt.reason) == (7_000, "the same words over and over")


def test_what_was_odd_about_a_chunk_is_a_doubt_with_all_there_is_to_say() -> None:
    told = part((0, INTERVIEWER, ASKED, 2.0), (1, RESPONDENT, TOLD, 10.0))
    odd = PlacedDoubt(10 * RATE, 11 * RATE, "words where nobody speaks", "thanks")
    (doubt,) = assemble(
        spec(), [Part(PASSAGE, told.chunks, (told.heard[0], heard(TOLD, 10 * RATE, [odd])))], silence
    ).doubts
    assert (doubt.start_ms, doubt.end_ms, doubt.reason) == (11_000, 12_000, "words where nobody speaks: thanks")


def test_a_passage_in_which_nobody_speaks_is_said() -> None:
    made = assemble(spec(), [Part(PASSAGE, (), ())], silence)
    assert made.turns == ()
    assert [(doubt.start_ms, doubt.end_ms, doubt.reason) for doubt in made.doubts] == [(1_000, 61_000, "nobody speaks")]


def test_speech_without_words_is_no_transcript() -> None:
    silent = Part(PASSAGE, (chunk(0, INTERVIEWER, 0, 20 * RATE),), (Heard(0, ()),))
    with pytest.raises(TranscriptionError, match="makes no sense: somebody speaks for 20 s"):
        assemble(spec(), [silent], silence)
