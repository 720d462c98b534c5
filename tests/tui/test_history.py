"""The history: every change newest first, conflicts above, what became of each, and taking any of them back."""

from __future__ import annotations

from functools import partial

from textual.message import Message

from interview_tui.errors import StorageError
from interview_tui.interview.events import Place
from interview_tui.interview.ports import Moment
from interview_tui.record.queue import QueuedDoubt
from interview_tui.record.review.changes import ReviewState, Settled, Undone, WordsCorrected
from interview_tui.record.review.commands import Reviewing
from interview_tui.record.review.log import Edit
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, UNKNOWN, Provenance, Transcript
from interview_tui.tui.destinations import Go, ToTranscript
from interview_tui.tui.ports import Home
from interview_tui.tui.screens.history import NO_CHANGE, OF_THE_WHOLE, HistoryScreen
from tests.record.talking import turn
from tests.tui.gallery import pictured
from tests.tui.staging import CASE, SHOWS_A_DATE, Stage, staged
from tests.tui.test_home import conducted

MACHINE = Provenance(
    "faster-whisper",
    "base.en",
    "d01c3014881c9c6f" + "0" * 48,
    "en",
    parameters={"beam_size": "5", "temperature": "0", "transcribed": "2026-01-01T12:10:00+00:00"},
    versions={"faster-whisper": "1.2.1"},
)
TALK = (
    turn(1, INTERVIEWER, 5_000, 7_000, "How would you define mentoring?"),
    turn(2, RESPONDENT, 9_000, 11_800, "Holding the ladder while someone else climbs."),
    turn(3, RESPONDENT, 14_000, 16_800, "And did you ever fall off it?"),
    turn(4, UNKNOWN, 19_000, 20_200, "Once or twice."),
)
DAY_MS = 86_400_000


def stage_with_talk() -> Stage:
    stage = Stage()
    conducted(stage, CASE)
    stage.study.transcripts[CASE] = Transcript(TALK, MACHINE)
    return stage


def settle_all(stage: Stage) -> None:
    """Settle every doubt that there is."""
    for doubt in stage.reviews.opened(CASE).open_doubts:
        stage.reviews.correct(CASE, partial(_settle, doubt))


def _settle(doubt: QueuedDoubt, reviewing: Reviewing, now: Moment) -> Settled:
    return reviewing.settle(doubt.stretch, doubt.kind.value, "", now)


def reviewed() -> Stage:
    """RV has changed something of every kind; CD, who had not seen that, says otherwise about two words."""
    stage = stage_with_talk()
    ladder, fall, nobody = (TALK[number].stretch for number in (1, 2, 3))
    change = stage.reviews.correct
    (note,) = stage.study.interview(CASE).notes
    asked = next(name for name, found in stage.schedule.items().items() if "define mentoring" in found.item.text)
    change(CASE, lambda r, now: r.correct_words(ladder, RESPONDENT, TALK[1].text, "Holding the ladders", now))
    stage.clock.advance(60_000)
    change(CASE, lambda r, now: r.cut(TALK[1].words[2].start_ms, RESPONDENT, now))
    change(CASE, lambda r, now: r.give(fall, INTERVIEWER, now))
    change(CASE, lambda r, now: r.place_talk(nobody, Place(asked), now))
    change(CASE, lambda r, now: r.tie_note(note, nobody.start_ms, now))
    change(CASE, lambda r, now: r.quote(ladder, RESPONDENT, "an image of her own", now))
    change(CASE, lambda r, now: r.settle(nobody, "who speaks", "", now))
    change(CASE, lambda r, now: r.reach(ReviewState.CHECKED, "", now))
    stage.clock.advance(DAY_MS)
    other = WordsCorrected(
        **stage.clock.now().stamp, start_ms=9_800, end_ms=10_150, heard=RESPONDENT, before="ladder", after="letter"
    )
    stage.study.append_review(CASE, Edit("theirs", "CD", "home", (), other))
    return stage


async def history(stage: Stage) -> HistoryScreen:
    screen = HistoryScreen(stage.adapters, CASE)
    await stage.app.push_screen(screen)
    await stage.until(lambda: screen._lines)
    await stage.settled()
    return screen


def signs(stage: Stage, word: str = "") -> list[str]:
    """The signs of the rows that have a word, from above."""
    screen = stage.app.screen
    assert isinstance(screen, HistoryScreen)
    return [line.sign for line in screen._lines if line.sign and word in line.text]


async def choose(stage: Stage, word: str, group: str = "") -> None:
    screen = stage.app.screen
    assert isinstance(screen, HistoryScreen)
    numbers = [n for n, line in enumerate(screen._lines) if line.sign and word in line.text and group in line.group]
    screen.query_one("#edits").highlighted = numbers[0]
    await stage.pilot.pause()


def went(stage: Stage, monkeypatch) -> list[object]:
    """Where the screen asks to go to, from now on."""
    asked: list[object] = []
    screen = stage.app.screen
    post = screen.post_message

    def noted(message: Message) -> bool:
        if isinstance(message, Go):
            asked.append(message.to)
            return True
        return post(message)

    monkeypatch.setattr(screen, "post_message", noted)
    return asked


@SHOWS_A_DATE
async def test_conflicts_stand_above_all_changes_and_the_machine_s_text_below_them():
    async with staged(Home(), (80, 24), reviewed()) as stage:
        await history(stage)
        await pictured(stage, "history")
        rows = stage.screen.splitlines()
        assert "9 changes · 1 conflict" in rows[0]
        assert "sha256 d01c3014881c… · en · 1 Jan 2026 12:10" in stage.screen
        assert "transcribed → checked (RV 1 Jan 2026 12:02)" in stage.screen
        holds, other = (next(row for row in rows if word in row) for word in ("“letter”", "“ladders”"))
        assert rows.index(holds) < rows.index(other)
        assert "holds · 2 Jan 2026" in holds
        assert signs(stage)[:2] == ["≠", "≠"]
        assert signs(stage)[-1] == "◆"


@SHOWS_A_DATE
async def test_a_conflict_is_gone_once_one_side_is_taken_back_and_that_can_be_undone():
    async with staged(Home(), (120, 40), reviewed()) as stage:
        await history(stage)
        await choose(stage, "“letter”", "conflict")
        await stage.press("x")
        await stage.until(lambda: signs(stage, "“letter”") == ["↶", "○"])
        assert "taken back: RV 12:02" in stage.screen
        assert "Taken back: words corrected, by CD" in stage.screen
        assert "1 taken back" in stage.screen.splitlines()[0]
        assert "↶ 12:02 RV   00:06  taken back · made by CD · words corrected · “ladder” → “letter”" in stage.screen
        await pictured(stage, "history-taken-back")
        await stage.press("x")
        await stage.until(lambda: "holds no more" in stage.screen)
        await stage.press("U")
        await stage.until(lambda: signs(stage, "“letter”")[:1] == ["≠"])
        assert "done again · made by CD" in stage.screen


async def test_the_cursor_stays_with_its_change_while_others_come_above_it():
    async with staged(Home(), (80, 24), reviewed()) as stage:
        screen = await history(stage)
        await choose(stage, "quotation marked")
        stage.burst("u")
        await stage.until(lambda: signs(stage, "state")[:1] == ["↶"])
        assert screen._chosen is not None
        assert "quotation marked" in screen._chosen.text
        assert stage.study.review_log(CASE).holding[-1].by == "CD"
        assert isinstance(stage.changes(Undone)[-1], Undone)
        await stage.pilot.resize_terminal(60, 20)
        await stage.settled()
        assert "quotation marked" in screen._chosen.text
        assert max(len(row) for row in stage.screen.splitlines()) <= 60


async def test_enter_goes_to_the_words_that_were_changed(monkeypatch):
    async with staged(Home(), (80, 24), reviewed()) as stage:
        await history(stage)
        asked = went(stage, monkeypatch)
        await choose(stage, "speaker changed")
        await stage.press("enter")
        assert asked == [ToTranscript(CASE, TALK[2].start_ms)]
        await choose(stage, "state")
        await stage.press("enter")
        assert OF_THE_WHOLE in stage.screen
        assert len(asked) == 1


async def test_an_undoing_is_no_change_that_could_be_taken_back_itself():
    async with staged(Home(), (80, 24), reviewed()) as stage:
        await history(stage)
        await choose(stage, "quotation marked")
        await stage.press("x")
        await stage.until(lambda: "↶" in signs(stage))
        await choose(stage, "taken back")
        await stage.press("x")
        assert NO_CHANGE in stage.screen
        assert len(stage.changes(Undone)) == 1


async def test_before_anything_is_changed_the_machine_s_text_is_all_there_is():
    stage = stage_with_talk()
    async with staged(Home(), (80, 24), stage):
        await history(stage)
        assert "Nothing was changed yet" in stage.screen
        assert signs(stage) == ["◆"]
        await stage.press("x")
        assert "Nothing was changed yet" in stage.screen.splitlines()[-2]
        assert stage.changes() == []
        await stage.press("u")
        await stage.until(lambda: "nothing of yours to undo" in stage.screen)
        await stage.press("escape")
        assert not isinstance(stage.app.screen, HistoryScreen)


async def test_what_cannot_be_kept_or_read_is_said_in_a_sentence():
    stage = reviewed()
    async with staged(Home(), (80, 24), stage):
        await history(stage)
        stage.reviews.failure = StorageError("The review of P07 cannot be written.", "Free some space.")
        await choose(stage, "speaker changed")
        await stage.press("x")
        await stage.until(lambda: "cannot be written" in stage.screen)
        await stage.press("escape")
        await stage.app.push_screen(HistoryScreen(stage.adapters, "P99"))
        await stage.until(lambda: "no interview with P99" in stage.screen)
