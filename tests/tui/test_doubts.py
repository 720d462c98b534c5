"""The review queue: doubts heard, put right and settled one by one, by keys, with the talk around them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from interview_tui.errors import StorageError
from interview_tui.interview.corrections import TurnGiven
from interview_tui.interview.events import Stretch
from interview_tui.interview.sound import AudioPart
from interview_tui.interview.timeline import Span, Timeline
from interview_tui.record.doubts import DoubtKind
from interview_tui.record.review.changes import Settled, Undone, WordsCorrected
from interview_tui.record.review.log import Edit
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, UNKNOWN, Doubt, Provenance, Transcript, Turn
from interview_tui.tui.destinations import ToTranscript
from interview_tui.tui.ports import Home
from interview_tui.tui.screens.doubts import NOTHING_CHOSEN, THE_FIRST, THE_LAST, DoubtsScreen
from interview_tui.tui.worklist import NONE_LEFT
from tests.record.talking import turn
from tests.tui.gallery import pictured
from tests.tui.staging import CASE, SHOWS_A_DATE, Pasted, Stage, staged
from tests.tui.test_history import settle_all, went
from tests.tui.test_home import conducted


def doubtful(said: Turn, words: int) -> Turn:
    """A turn of which the first words may be another's."""
    return replace(
        said,
        words=tuple(
            replace(word, speaker_sure=0.2) if number < words else word for number, word in enumerate(said.words)
        ),
    )


TALK = (
    turn(1, INTERVIEWER, 5_000, 7_000, "How would you define mentoring?"),
    turn(2, RESPONDENT, 9_000, 11_800, "Holding the ladder while someone else climbs."),
    doubtful(turn(3, RESPONDENT, 14_000, 16_800, "And did you ever fall off it?"), 4),
    turn(4, UNKNOWN, 19_000, 20_200, "Once or twice."),
    turn(5, RESPONDENT, 24_000, 27_000, "I went down like a sack of spanners."),
)
UNSURE = Doubt(25_000, 26_000, "hardly understood")
SILENT = Doubt(31_000, 33_000, "a voice, but no words")
KINDS = [
    DoubtKind.SPEAKER,
    DoubtKind.SPEAKER,
    DoubtKind.MISSING,
    DoubtKind.UNCLEAR,
    DoubtKind.UNWORDED,
]


def stage_with_doubts() -> Stage:
    stage = Stage()
    conducted(stage, CASE)
    provenance = Provenance("faster-whisper", "base.en", "0" * 64, "en")
    stage.study.transcripts[CASE] = Transcript(TALK, provenance, (UNSURE, SILENT))
    hour = Timeline([Span(1, 0, 8_000, 1, 3_600 * 8_000, (AudioPart("hour.wav", 0, 3_600 * 8_000),))])
    stage.player.clips = lambda timeline, start_ms, end_ms: hour.clips(start_ms, end_ms)  # noqa: ARG005 - the port's
    return stage


@asynccontextmanager
async def looking(
    stage: Stage | None = None, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[tuple[Stage, DoubtsScreen]]:
    """The queue is on the screen."""
    stage = stage or stage_with_doubts()
    async with staged(Home(), size, stage):
        screen = DoubtsScreen(stage.adapters, CASE)
        await stage.app.push_screen(screen)
        await stage.until(lambda: "Reading" not in stage.screen)
        await stage.settled()
        yield stage, screen


def chosen(screen: DoubtsScreen) -> Stretch | None:
    doubt = screen._work.chosen
    return doubt.stretch if doubt is not None else None


def marked(screen: DoubtsScreen) -> str:
    """The words that are marked."""
    return " | ".join(" ".join(word.text for word in one.words) for one in screen.view.marked)


def row_of(stage: Stage, text: str) -> str:
    return next(row for row in stage.screen.splitlines() if text in row)


async def in_silence(stage: Stage) -> None:
    """What is played is stopped, and nothing of it is on the screen."""
    await stage.until(lambda: "▶" in stage.screen)
    await stage.press("s")
    await stage.until(lambda: stage.player.at_ms() is None and "▶" not in stage.screen)


async def until_left(stage: Stage, left: str) -> None:
    await stage.until(lambda: f"{left} left" in stage.screen.splitlines()[0])
    await stage.settled()


async def test_the_first_doubt_is_there_in_full_with_its_keys_and_its_words_marked():
    async with looking() as (stage, screen):
        assert [doubt.kind for doubt in screen._work.shown] == KINDS
        assert "5 of 5 left · by time" in stage.screen.splitlines()[0]
        assert "Somebody else may have said “And did you ever”." in stage.screen
        assert "g the other speaker   a it is right" in stage.screen
        assert marked(screen) == "And did you ever"
        assert screen.view.word is screen.view.rows[screen.view.spot.row].turn.words[0]
        assert stage.player.played == []
        await pictured(stage, "doubts", [(80, 24), (120, 40)])


async def test_n_and_p_go_through_the_open_doubts_and_play_each_at_once():
    async with looking() as (stage, screen):
        for _ in range(4):
            await stage.press("n")
        await stage.until(lambda: len(stage.player.played) == 4)
        assert [played[1] for played in stage.player.played[1:]] == [33_000, 27_000, 34_000]
        assert marked(screen) == ""
        await stage.press("n")
        await stage.until(lambda: THE_LAST in stage.screen)
        await stage.press("p")
        await stage.until(lambda: len(stage.player.played) == 5)
        assert stage.player.played[-1] == stage.player.played[-3]
        assert marked(screen) == "like a"
        for _ in range(3):
            await stage.press("p")
        await stage.press("p")
        await stage.until(lambda: THE_FIRST in stage.screen)


async def test_enter_and_space_hear_the_doubt_until_the_cursor_is_moved():
    async with looking() as (stage, screen):
        await stage.press("enter")
        await stage.until(lambda: stage.player.played == [(12_000, 16_600)])
        await stage.press("s")
        await stage.until(lambda: stage.player.at_ms() is None)
        await stage.press("space")
        await stage.until(lambda: stage.player.played[1:] == [(12_000, 16_600)])
        await stage.press("space")
        await stage.until(lambda: stage.player.paused)
        await stage.press("s", "right", "right", "enter")
        await stage.until(lambda: len(stage.player.played) == 3)
        assert stage.player.played[-1][0] == screen.view.word.start_ms


async def test_a_doubt_that_was_put_right_stays_until_the_next_is_asked_for_and_can_be_undone():
    async with looking() as (stage, screen):
        was = chosen(screen)
        await stage.press("g")
        await until_left(stage, "4 of 5")
        (given,) = stage.changes(TurnGiven)
        assert (given.start_ms, given.speaker) == (14_000, INTERVIEWER)
        assert "✓ put right" in stage.screen
        assert chosen(screen) == was
        assert screen.view.word.text == "And"
        await pictured(stage, "doubts-put-right")
        await stage.press("u")
        await until_left(stage, "5 of 5")
        assert "✓ put right" not in stage.screen
        assert marked(screen) == "And did you ever"
        await stage.press("U")
        await until_left(stage, "4 of 5")
        await stage.press("n")
        assert "Who says “Once or twice.” is not known." in stage.screen
        assert "✓" not in stage.screen


async def test_a_settles_it_and_goes_on_to_the_next_by_itself_and_u_comes_back():
    async with looking() as (stage, screen):
        await stage.press("n", "a")
        await until_left(stage, "4 of 5")
        (settled,) = stage.changes(Settled)
        assert (settled.start_ms, settled.doubt) == (19_000, "who speaks")
        assert "must be asked" in stage.screen
        await stage.until(lambda: stage.player.played[-1][1] == 33_000)
        assert "Settled; 4 doubts left" in stage.screen
        await stage.press("u")
        await until_left(stage, "5 of 5")
        assert chosen(screen) == Stretch(19_000, 20_200)


async def test_keys_that_come_at_once_are_done_in_their_order():
    async with looking() as (stage, screen):
        stage.burst("a", "a", "n", "p", "a")
        await until_left(stage, "2 of 5")
        assert [change.start_ms for change in stage.changes(Settled)] == [14_000, 19_000, 22_000]
        assert chosen(screen) == Stretch(UNSURE.start_ms, UNSURE.end_ms)


async def test_after_the_last_one_it_goes_back_to_those_that_were_passed_over_and_never_to_the_top():
    async with looking() as (stage, screen):
        await stage.press("n", "n", "n", "n", "a")
        await until_left(stage, "4 of 5")
        assert chosen(screen) == Stretch(UNSURE.start_ms, UNSURE.end_ms)


async def test_words_where_none_were_heard_are_written_down():
    async with looking() as (stage, screen):
        await stage.press("n", "n", "e")
        await stage.until(lambda: screen.editor.is_open)  # no words are missing there, but a question
        await stage.press("escape")
        await stage.until(lambda: screen.view.has_focus)
        await stage.press("n", "n")
        await stage.until(lambda: screen._work.chosen.kind is DoubtKind.UNWORDED)
        assert "e write down what is said" in stage.screen
        await stage.press("e")
        await stage.until(lambda: "Who speaks here?" in stage.screen)
        await stage.press("enter")
        await stage.until(lambda: "What is said here?" in stage.screen)
        await stage.press(Pasted("Dead funny"), "enter")
        await stage.until(lambda: "R Dead funny" in stage.screen)
        await stage.settled()
        (words,) = stage.changes(WordsCorrected)
        assert (words.before, words.after, words.heard) == ("", "Dead funny", RESPONDENT)
        assert marked(screen) == "Dead funny"
        assert "e correct the words" in stage.screen
        await stage.press("e")
        await stage.until(lambda: screen.editor.is_open)


async def test_settled_doubts_are_shown_with_l_and_the_order_is_turned_with_o():
    async with looking() as (stage, screen):
        await stage.press("a")
        await until_left(stage, "4 of 5")
        assert "●" not in row_of(stage, "not asked")
        assert len(screen._work.shown) == 4
        await stage.press("l")
        await stage.settled()
        assert [doubt.settled for doubt in screen._work.shown] == [True, False, False, False, False]
        assert " ●   00:11  who speaks" in stage.screen
        await stage.press("o")
        await stage.settled()
        assert "by kind" in stage.screen.splitlines()[0]
        kinds = [doubt.kind for doubt in screen._work.shown]
        assert kinds == [KINDS[4], KINDS[3], KINDS[0], KINDS[1], KINDS[2]]
        await in_silence(stage)
        await pictured(stage, "doubts-by-kind", [(120, 40)])
        await stage.press("p")
        assert screen._work.chosen.kind is DoubtKind.UNCLEAR
        await stage.press("l", "o")
        await stage.settled()
        assert len(screen._work.shown) == 4


@SHOWS_A_DATE
async def test_a_conflict_between_reviewers_is_shown_with_both_sides():
    stage = stage_with_doubts()
    stage.reviews.correct(CASE, lambda r, now: r.give(TALK[1].stretch, INTERVIEWER, now))
    theirs = TurnGiven(**stage.clock.now().stamp, start_ms=9_000, end_ms=11_800, speaker=UNKNOWN)
    stage.study.append_review(CASE, Edit("theirs", "CD", "home", (), theirs))
    async with looking(stage, (80, 24)) as (stage, screen):
        while screen._work.chosen.kind is not DoubtKind.CONFLICT:
            await stage.press("n")
        assert "h see both sides, take one back" in stage.screen
        assert "neither had seen the other's" in " ".join(stage.screen.split())
        await in_silence(stage)
        await pictured(stage, "doubts-conflict", [(80, 24)])
        await stage.press("a")
        await stage.until(lambda: stage.changes(Settled))


async def test_when_none_is_left_it_says_so_and_t_signs_the_state():
    async with looking(size=(80, 24)) as (stage, screen):
        for left in (4, 3, 2, 1):
            await stage.press("a")
            await until_left(stage, f"{left} of 5")
        await stage.press("a")
        await stage.until(lambda: "none left" in stage.screen.splitlines()[0])
        await stage.settled()
        assert " ".join(NONE_LEFT.split()[:6]) in stage.screen
        await in_silence(stage)
        await pictured(stage, "doubts-none-left", [(80, 24)])
        await stage.press("n", "a", "p")
        assert chosen(screen) is None
        await stage.press("t")
        await stage.until(lambda: "How far is the review of P07?" in stage.screen)
        await stage.press("escape")
        await stage.settled()
        await stage.press("u")
        await until_left(stage, "1 of 5")
        assert len(stage.changes(Undone)) == 1
        assert chosen(screen) == Stretch(SILENT.start_ms, SILENT.end_ms)


async def test_an_interview_without_doubts_has_an_empty_queue():
    stage = stage_with_doubts()
    del stage.study.transcripts[CASE]
    settle_all(stage)
    async with looking(stage, (80, 24)) as (stage, screen):
        assert "none left" in stage.screen.splitlines()[0]
        await stage.press("a")
        await stage.until(lambda: NOTHING_CHOSEN in stage.screen)
        await stage.press("enter", "o", "l", "n")
        assert chosen(screen) is None


async def test_without_a_sound_device_the_queue_can_still_be_worked_through():
    stage = stage_with_doubts()
    stage.player.available = False
    async with looking(stage) as (stage, screen):
        await stage.press("a")
        await until_left(stage, "4 of 5")
        assert stage.player.played == []
        assert "Settled; 4 doubts left. u undoes it." in stage.screen
        assert chosen(screen) == Stretch(19_000, 20_200)


async def test_what_cannot_be_kept_is_said_and_the_doubt_stays():
    stage = stage_with_doubts()
    async with looking(stage) as (stage, screen):
        stage.reviews.failure = StorageError("The review of P07 cannot be written.", "Free some space.")
        await stage.press("a")
        await stage.until(lambda: "cannot be written" in stage.screen)
        assert chosen(screen) == Stretch(14_000, 15_600)
        assert "5 of 5 left" in stage.screen


async def test_v_goes_to_the_transcript_at_the_same_moment_and_a_click_chooses_a_doubt(monkeypatch):
    async with looking() as (stage, screen):
        asked = went(stage, monkeypatch)
        await stage.press("v")
        await stage.until(lambda: asked == [ToTranscript(CASE, 14_000)])
        await stage.pilot.click("#doubts", offset=(6, 3))
        await stage.until(lambda: screen._work.chosen.kind is DoubtKind.UNCLEAR)
        assert screen.view.has_focus
