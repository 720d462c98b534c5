"""The transcript: the whole call to be read, heard and corrected where it stands, with the notes beside their words."""

from __future__ import annotations

import pytest
from textual.message import Message

from interview_tui.errors import StorageError
from interview_tui.interview.corrections import NotePlaced, NoteTied, SpeakersSwapped, TalkPlaced, TurnGiven
from interview_tui.record.review.changes import Quoted, TurnCut, TurnsJoined, WordsCorrected
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, UNKNOWN, Provenance, Transcript, Turn, Word
from interview_tui.tui.destinations import Go, ToRecord, ToSearch
from interview_tui.tui.dialogs import Picker, Prompt
from interview_tui.tui.ports import Home
from interview_tui.tui.screens.home import HomeScreen
from interview_tui.tui.screens.transcript import NO_MARGIN, NOT_TIED, TranscriptScreen
from interview_tui.tui.typesetting import Spot
from interview_tui.tui.widgets.note_margin import stacked
from tests.tui.gallery import LARGE, SMALL, pictured
from tests.tui.staging import CASE, SHOWS_A_DATE, Stage, staged
from tests.tui.test_home import conducted


def turn(number: int, speaker: str, at_ms: int, text: str, *sure: float) -> Turn:
    """A turn, a word every 400 ms; of its first words, so `sure` is who speaks them. `~` before one: hardly heard."""
    words = text.split()
    known = (*sure, *(1.0 for _ in words[len(sure) :]))
    return Turn(
        number,
        speaker,
        tuple(
            Word(word.lstrip("~"), at_ms + 400 * n, at_ms + 400 * n + 350, 0.3 if "~" in word else 0.9, one)
            for n, (word, one) in enumerate(zip(words, known, strict=True))
        ),
    )


TALK = (
    turn(1, INTERVIEWER, 5_000, "How would you define mentoring?"),
    turn(2, RESPONDENT, 9_000, "Holding the ~latter while someone else climbs, and not telling them where to go."),
    turn(3, RESPONDENT, 15_600, "And did you ever fall off it?", 0.1, 0.2, 0.9, 0.9, 0.9, 0.3, 0.4),
    turn(4, UNKNOWN, 19_000, "Once or twice."),
    turn(5, RESPONDENT, 22_000, "Mm-hm, when the budget came round and nobody would second it.", 0.3),
    turn(6, INTERVIEWER, 28_000, "What happened then?"),
)
WRONG = "R Holding the latter while someone else climbs, and not telling them where to go."
RIGHT = WRONG.replace("latter", "ladder")


def stage_with_talk() -> Stage:
    stage = Stage()
    conducted(stage, CASE)
    stage.study.transcripts[CASE] = Transcript(TALK, Provenance("faster-whisper", "base.en", "0" * 64, "en"))
    return stage


async def reading(stage: Stage, at_ms: int | None = None, *, plays: bool = False) -> TranscriptScreen:
    """The transcript is on the screen."""
    await stage.until(lambda: isinstance(stage.app.screen, HomeScreen))
    screen = TranscriptScreen(stage.adapters, CASE, at_ms, plays=plays)
    await stage.app.push_screen(screen)
    await stage.until(lambda: screen.desk.lying is not None and screen.view.spot is not None)
    await stage.settled()
    return screen


def said(screen: TranscriptScreen) -> list[str]:
    """The turns as the screen has them."""
    return [f"{row.sign} {row.text}" for row in screen.view.rows if row.turn is not None]


def stand_on(screen: TranscriptScreen, text: str) -> None:
    """Put the cursor on the first word, or the note, that is this."""
    for number, row in enumerate(screen.view.rows):
        texts = [word.text for word in row.turn.words] if row.turn is not None else []
        if text in texts or (row.kind == "note" and text in row.text):
            screen.view.go_to(Spot(number, texts.index(text) if texts else 0))
            return
    raise AssertionError(f"there is no {text} in {[row.text for row in screen.view.rows]}")


async def mark(stage: Stage, screen: TranscriptScreen, first: str, words: int) -> None:
    """Mark some words."""
    stand_on(screen, first)
    await stage.pilot.press(*["shift+right"] * (words - 1))


async def asked(stage: Stage, dialog: type[Picker | Prompt]) -> None:
    """Something is asked over the transcript."""
    await stage.until(lambda: isinstance(stage.app.screen, dialog))
    await stage.settled()


async def until_said(stage: Stage, screen: TranscriptScreen, *texts: str) -> None:
    await stage.until(lambda: all(text in said(screen) for text in texts))
    await stage.settled()


def line_of(stage: Stage, text: str) -> int:
    return next(number for number, line in enumerate(stage.screen.splitlines()) if text in line)


@SHOWS_A_DATE
async def test_questions_turns_and_notes_are_read_with_all_that_is_doubtful_marked():
    async with staged(Home(), SMALL, stage_with_talk()) as stage:
        screen = await reading(stage)
        assert "R Holding the ~latter while" in stage.screen
        assert "R? ‹And did› you ever fall ‹off it?›" in stage.screen
        assert "? Once or twice." in stage.screen
        assert line_of(stage, "◐ Have you ever... asked in other words") < line_of(stage, "I How would you")
        assert line_of(stage, "✎ a note") == line_of(stage, "did› you ever fall") + 1
        await pictured(stage, "transcript", [SMALL])
        await stage.pilot.resize_terminal(*LARGE)
        await stage.settled()
        assert "note" not in [row.kind for row in screen.view.rows]
        assert line_of(stage, "✎ a note") == line_of(stage, "did› you ever fall")
        await pictured(stage, "transcript", [LARGE])
        await stage.press("tab")
        assert screen.margin.has_focus
        await stage.pilot.resize_terminal(*SMALL)
        await stage.settled()
        assert screen.view.has_focus
        assert line_of(stage, "✎ a note")
        await stage.press("tab")
        assert NO_MARGIN in stage.screen


async def test_words_are_corrected_where_they_stand_while_it_plays_and_pauses():
    async with staged(Home(), SMALL, stage_with_talk()) as stage:
        screen = await reading(stage)
        stand_on(screen, "latter")
        where = line_of(stage, "~latter")
        await stage.press("e")
        assert screen.editor.is_open
        assert screen.editor.region.y == where
        await pictured(stage, "transcript-editing", [SMALL])
        await stage.press("f4")
        await stage.until(lambda: stage.player.at_ms() is not None)
        assert stage.player.played == [(9_800, 63_000)]
        await stage.press("f4")
        await stage.until(lambda: stage.player.paused)
        await stage.pilot.press(*["delete"] * 6)
        await stage.press("ladder", "enter")
        await until_said(stage, screen, RIGHT)
        assert " Corrected. u undoes it.  ‖ 00:06 paused" in stage.screen
        assert screen.view.word.text == "ladder"
        assert [(one.before, one.after) for one in stage.changes(WordsCorrected)] == [("latter", "ladder")]
        await stage.press("m")
        assert "the machine heard: Holding the latter while" in stage.screen
        await stage.press("m")
        await stage.press("e")
        await stage.pilot.click("#talk", offset=(20, 7))
        await stage.press("x", "escape")
        assert not screen.editor.is_open
        assert screen.view.has_focus
        await stage.press("e")
        await stage.press("enter")
        assert "Nothing was changed." in stage.screen
        assert len(stage.changes(WordsCorrected)) == 1
        await stage.press("u")
        await stage.until(lambda: "Undone: words corrected" in stage.screen)
        assert "~latter" in stage.screen
        await stage.press("U")
        await until_said(stage, screen, RIGHT)


async def test_turns_are_cut_and_joined_given_and_swapped():
    async with staged(Home(), SMALL, stage_with_talk()) as stage:
        screen = await reading(stage)
        stand_on(screen, "and")
        await stage.press("c")
        await until_said(stage, screen, "R and not telling them where to go.")
        assert screen.view.word.text == "and"
        stand_on(screen, "Holding")
        await stage.press("j")
        await until_said(stage, screen, WRONG)
        stand_on(screen, "fall")
        await stage.press("g")
        await until_said(stage, screen, "I And did you ever fall off it?")
        assert "heard as R" in stage.screen
        await stage.press("g")
        await until_said(stage, screen, "R? ‹And did› you ever fall ‹off it?›")
        stand_on(screen, "twice.")
        for sign in ("I", "R", "?"):
            await stage.press("g")
            await until_said(stage, screen, f"{sign} Once or twice.")
        await mark(stage, screen, "fall", 3)
        await stage.press("g")
        await until_said(stage, screen, "I fall off it?", "R? ‹And did› you ever")
        await stage.press("x")
        await until_said(stage, screen, "R fall off it?", "R How would you define mentoring?")
        assert "x swaps them back" in stage.screen
        assert len(stage.changes(TurnCut, TurnsJoined)) == 2
        assert len(stage.changes(TurnGiven, SpeakersSwapped)) == 7


async def test_keys_in_a_burst_are_done_one_after_the_other():
    async with staged(Home(), SMALL, stage_with_talk()) as stage:
        screen = await reading(stage)
        stand_on(screen, "Holding")
        stage.burst("g", "x", "g", "x", "g")
        await stage.until(lambda: len(stage.changes(TurnGiven, SpeakersSwapped)) == 5)
        await stage.until(lambda: "I Holding the latter" in "\n".join(said(screen)))


async def test_what_is_not_understood_and_what_is_worth_quoting():
    async with staged(Home(), SMALL, stage_with_talk()) as stage:
        screen = await reading(stage)
        stand_on(screen, "latter")
        await stage.press("i")
        await stage.until(lambda: "Holding the [inaudible] while" in stage.screen)
        await mark(stage, screen, "someone", 2)
        await stage.pilot.press("question_mark")
        await stage.until(lambda: "[unclear: someone else] climbs," in stage.screen)
        stand_on(screen, "someone")
        await stage.pilot.press("question_mark")
        await stage.until(lambda: "while someone else climbs" in stage.screen)
        await mark(stage, screen, "the", 2)
        await stage.pilot.press("quotation_mark")
        await asked(stage, Prompt)
        await stage.press("an image", "enter")
        await stage.until(lambda: "❝the [inaudible]❞" in stage.screen)
        await pictured(stage, "transcript-quoted", [SMALL])
        stand_on(screen, "Holding")
        await stage.pilot.press("quotation_mark")
        await stage.until(lambda: "❝" not in stage.screen)
        await stage.pilot.press("quotation_mark")
        await asked(stage, Prompt)
        await stage.press("escape")
        assert [one.comment for one in stage.changes(Quoted)] == ["an image"]


async def test_a_turn_a_selection_and_a_note_are_moved_to_where_they_belong():
    async with staged(Home(), SMALL, stage_with_talk()) as stage:
        screen = await reading(stage)
        stand_on(screen, "twice.")
        await stage.press("w")
        await asked(stage, Picker)
        await stage.press("politicians differ", "enter")
        await stage.until(lambda: stage.changes(TalkPlaced))
        await mark(stage, screen, "the", 2)
        await stage.press("w")
        await asked(stage, Picker)
        await stage.press("escape")
        stand_on(screen, "a note")
        await stage.press("w")
        await asked(stage, Picker)
        await stage.press("politicians differ", "enter")
        await stage.until(lambda: stage.changes(NotePlaced))
        await stage.until(lambda: "u undoes it" in stage.screen)
        assert stage.changes(TalkPlaced)[0].place in stage.changes(NotePlaced)[0].places
        assert len(stage.changes(TalkPlaced)) == 1


async def test_a_note_is_tied_to_its_words_and_moved_from_the_margin():
    async with staged(Home(), LARGE, stage_with_talk()) as stage:
        screen = await reading(stage)
        stand_on(screen, "climbs,")
        await stage.press("n")
        await asked(stage, Picker)
        await stage.press("enter")
        await stage.until(lambda: stage.changes(NoteTied))
        await stage.settled()
        assert line_of(stage, "✎ a note") == line_of(stage, "Holding the")
        stand_on(screen, "round")
        await stage.press("tab")
        assert screen.margin.has_focus
        assert screen.view.word.text == "climbs,"
        await stage.press("w")
        await asked(stage, Picker)
        await stage.press("politicians differ", "enter")
        await stage.until(lambda: stage.changes(NotePlaced))
        await stage.until(lambda: "The note is moved to" in stage.screen)
        await stage.press("n")
        await stage.until(lambda: len(stage.changes(NoteTied)) == 2)
        await stage.settled()
        assert stage.changes(NoteTied)[-1].about_ms is None
        await stage.press("n")
        await stage.settled()
        assert NOT_TIED in stage.screen
        await stage.press("tab")
        assert screen.view.has_focus


async def test_it_begins_where_it_was_asked_for_plays_and_goes_elsewhere_from_the_word_under_the_cursor(monkeypatch):
    async with staged(Home(), SMALL, stage_with_talk()) as stage:
        screen = await reading(stage, 22_900, plays=True)
        await stage.until(lambda: stage.player.played)
        assert screen.view.word.text == "the"
        assert stage.player.played == [(22_800, 63_000)]
        went: list[Go] = []
        post = screen.post_message

        def noted(message: Message) -> bool:
            if isinstance(message, Go):
                went.append(message)
                return True
            return post(message)

        monkeypatch.setattr(screen, "post_message", noted)
        await stage.press("v")
        await stage.pilot.press("slash")
        await stage.settled()
        assert [(go.to, go.instead) for go in went] == [(ToRecord(CASE, 22_800), True), (ToSearch(CASE), False)]
        await stage.press("escape")
        await stage.until(lambda: isinstance(stage.app.screen, HomeScreen))
        assert stage.player.at_ms() is None


async def test_what_cannot_be_done_or_kept_is_said_and_not_shown():
    async with staged(Home(), SMALL, stage_with_talk()) as stage:
        screen = await reading(stage)
        before = said(screen)
        for key in ("c", "e", "w", "n", "i"):
            screen.view.go_to(Spot(0))
            await stage.press(key)
            await stage.settled()
            assert "Choose" in stage.screen or "first" in stage.screen, key
        stage.reviews.failure = StorageError(f"The disk that holds the review of {CASE} is full.")
        stand_on(screen, "latter")
        await stage.press("e")
        await stage.press("x", "enter")
        await stage.until(lambda: f"review of {CASE} is full" in stage.screen)
        assert said(screen) == before
        await stage.press("x")
        await stage.until(lambda: f"review of {CASE} is full" in stage.screen)
        assert said(screen) == before
        stage.reviews.failure = None
        await stage.press("e")
        assert "xlatter" in screen.editor.text  # what was typed is not lost
        await stage.press("enter")
        await stage.until(lambda: "Corrected" in stage.screen)
        await stage.press("e")
        assert screen.editor.text.count("xlatter") == 1


@pytest.mark.parametrize(
    ("wanted", "limit", "tops"),
    [
        ([(2, 1), (5, 2)], 20, [2, 5]),
        ([(2, 3), (3, 2), (4, 1)], 20, [2, 5, 7]),
        ([(2, 2), (8, 3)], 9, [2, 6]),
        ([(7, 3), (8, 3)], 9, [3, 6]),
        ([(0, 4), (0, 4)], 5, [0, 1]),
        ([], 5, []),
    ],
)
def test_notes_lie_at_their_lines_below_one_another_and_above_the_end(wanted, limit, tops):
    assert stacked(wanted, limit) == tops
