"""Who said what, put right in review: one key for a turn, one for the whole interview, and the same keys undo it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from interview_tui.errors import StorageError
from interview_tui.interview.corrections import SpeakersSwapped, TurnGiven
from interview_tui.record.review.log import Edit
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, UNKNOWN, Provenance, Transcript, Turn, Word
from interview_tui.tui.ports import Read
from interview_tui.tui.reading import Row, found_again
from interview_tui.tui.screens.home import HomeScreen
from tests.tui.gallery import SMALL, pictured
from tests.tui.staging import SHOWS_A_DATE, Stage, staged
from tests.tui.test_home import conducted


def turn(number: int, speaker: str, at_ms: int, text: str, *sure: float) -> Turn:
    """A turn, a word every 400 ms; of its first words, so `sure` is who speaks them."""
    words = text.split()
    known = (*sure, *(1.0 for _ in words[len(sure) :]))
    return Turn(
        number,
        speaker,
        tuple(
            Word(word, at_ms + 400 * n, at_ms + 400 * n + 350, 0.9, one)
            for n, (word, one) in enumerate(zip(words, known, strict=True))
        ),
    )


TALK = (
    turn(1, INTERVIEWER, 5_000, "How would you define mentoring?"),
    turn(2, RESPONDENT, 9_000, "Holding the ladder while someone else climbs."),
    turn(3, RESPONDENT, 14_000, "And did you ever fall off it?", 0.1, 0.2, 0.9, 0.9, 0.9, 0.3, 0.4),
    turn(4, UNKNOWN, 19_000, "Once or twice."),
    turn(5, RESPONDENT, 22_000, "Mm-hm.", 0.3),
)


def stage_with_talk(*talk: Turn) -> Stage:
    stage = Stage()
    conducted(stage, "P07")
    stage.study.transcripts["P07"] = Transcript(talk or TALK, Provenance("faster-whisper", "base.en", "0" * 64, "en"))
    return stage


async def transcript(stage: Stage) -> None:
    """The transcript is on the screen."""
    await stage.until(lambda: "base.en" in stage.screen)
    await stage.press("v")


async def choose(stage: Stage, text: str) -> None:
    screen = stage.app.screen
    screen.query_one("#rows").highlighted = next(n for n, row in enumerate(screen._rows) if text in row.text)
    await stage.pilot.pause()


def signs(stage: Stage) -> list[str]:
    """Who speaks, turn by turn, as the screen has it."""
    return [row.sign for row in stage.app.screen._rows if row.kind == "turn"]


async def until_signs(stage: Stage, *wanted: str) -> None:
    await stage.until(lambda: signs(stage) == list(wanted))


async def test_doubtful_speakers_have_a_mark_and_their_words_too_unless_it_is_all_of_them():
    async with staged(Read("P07"), stage=stage_with_talk()) as stage:
        await transcript(stage)
        assert signs(stage) == ["I", "R", "R?", "?", "R?"]
        assert "R? ‹And did› you ever fall ‹off it?›" in stage.screen
        assert "R? Mm-hm." in stage.screen


async def test_x_swaps_the_two_in_the_whole_interview_and_swaps_them_back():
    async with staged(Read("P07"), stage=stage_with_talk()) as stage:
        await transcript(stage)
        await stage.press("x")
        await until_signs(stage, "R", "I", "I?", "?", "I?")
        await stage.until(lambda: "x swaps them back" in stage.screen)
        await stage.press("x")
        await until_signs(stage, "I", "R", "R?", "?", "R?")
        assert len(stage.changes(SpeakersSwapped)) == 2


async def test_g_gives_a_turn_to_the_other_and_gives_it_back():
    async with staged(Read("P07"), stage=stage_with_talk()) as stage:
        await transcript(stage)
        await choose(stage, "fall")
        await stage.press("g")
        await until_signs(stage, "I", "R", "I", "?", "R?")
        await stage.until(lambda: "the interviewer's now" in stage.screen)
        assert "And did you ever fall off it?  heard as R" in stage.screen
        await stage.press("g")
        await until_signs(stage, "I", "R", "R?", "?", "R?")
        await stage.until(lambda: "the respondent's again, as it was heard" in stage.screen)
        assert [event.speaker for event in stage.changes(TurnGiven)] == [INTERVIEWER, ""]


async def test_a_turn_of_nobody_goes_to_both_and_back_to_nobody():
    async with staged(Read("P07"), stage=stage_with_talk()) as stage:
        await transcript(stage)
        await choose(stage, "Once or twice")
        for sign in ("I", "R", "?"):
            await stage.press("g")
            await until_signs(stage, "I", "R", "R?", sign, "R?")


async def test_keys_in_a_burst_are_done_one_after_the_other():
    async with staged(Read("P07"), stage=stage_with_talk()) as stage:
        await transcript(stage)
        await choose(stage, "Holding")
        stage.burst("g", "x", "g", "x", "g")
        await stage.until(lambda: len(stage.changes(TurnGiven, SpeakersSwapped)) == 5)
        await until_signs(stage, "I", "I", "R?", "?", "R?")


async def test_corrections_are_there_when_one_comes_back_and_the_place_is_kept_meanwhile():
    async with staged(Read("P07"), stage=stage_with_talk()) as stage:
        await transcript(stage)
        await choose(stage, "Holding")
        await stage.press("g", "x")
        await until_signs(stage, "R", "R", "I?", "?", "I?")
        rows = stage.app.screen.query_one("#rows")
        assert "Holding" in stage.app.screen._rows[rows.highlighted].text
        await stage.press("escape")
        await stage.until(lambda: isinstance(stage.app.screen, HomeScreen))
        await stage.press("enter")
        await transcript(stage)
        assert signs(stage) == ["R", "R", "I?", "?", "I?"]


async def test_a_row_that_nobody_says_is_given_to_nobody():
    stage = stage_with_talk()
    async with staged(Read("P07"), stage=stage):
        await transcript(stage)
        await choose(stage, "a note")
        await stage.press("g")
        assert "Choose a turn" in stage.screen
        assert stage.changes(TurnGiven) == []


async def test_where_nobody_is_told_apart_there_is_nothing_to_swap():
    stage = stage_with_talk(*(replace(one, speaker=UNKNOWN) for one in TALK))
    async with staged(Read("P07"), stage=stage):
        await transcript(stage)
        await stage.press("x")
        await stage.until(lambda: "nothing to swap" in stage.screen)
        assert stage.changes(SpeakersSwapped) == []


async def test_what_cannot_be_kept_is_said_and_not_shown():
    stage = stage_with_talk()

    def refuse(case: str, _: Edit) -> None:
        raise StorageError(f"The disk that holds the review of {case} is full.")

    setattr(stage.study, "append_review", refuse)  # noqa: B010 - it keeps nothing
    async with staged(Read("P07"), stage=stage):
        await transcript(stage)
        await stage.press("x")
        await stage.until(lambda: "review of P07 is full" in stage.screen)
        assert signs(stage) == ["I", "R", "R?", "?", "R?"]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([Row("note", "a"), Row("turn", "b"), Row("turn", "b")], 2),
        ([Row("turn", "b"), Row("note", "a")], 0),
        ([Row("note", "c")], 0),
        ([], None),
    ],
)
def test_a_row_is_found_again_beside_where_it_was(rows, found):
    assert found_again(Row("turn", "b"), 3, rows) == found


@SHOWS_A_DATE
async def test_what_a_transcript_in_review_looks_like():
    async with staged(Read("P07"), stage=stage_with_talk()) as stage:
        await transcript(stage)
        await choose(stage, "Once or twice")
        await stage.press("g")
        await until_signs(stage, "I", "R", "R?", "I", "R?")
        await pictured(stage, "attributed", [SMALL])
