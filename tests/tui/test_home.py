"""The list of interviews: unfinished ones first, a new one in two keys, a transcription that says how far it is."""

from __future__ import annotations

from interview_tui.interview.events import InterviewOpened, Place
from interview_tui.interview.ports import Moment
from interview_tui.interview.session import Session
from interview_tui.tui.ports import Home
from interview_tui.tui.screens.record import RecordScreen
from tests.fakes import NOON_MS
from tests.tui.staging import SHOWS_A_DATE, Stage, staged


def conducted(stage: Stage, case: str, *, ended: bool = True, recorded: bool = True, days: int = 0) -> None:
    """Put an interview into the study."""
    began = NOON_MS + days * 86_400_000
    session, events = Session.open(stage.schedule, case, "AB", Moment(0, began))
    for word in ("happy to take part", "tape-record"):
        item = next(found.item.id for found in session.interview.items.values() if word in found.item.text)
        events += session.go(Place(item), Moment(1000, began + 1000))
        events += session.enter("y", 2000, Moment(2000, began + 2000))
    if recorded:
        opened = stage.recorder.start(stage.study.audio_folder(case), 1)
        events += session.span_opened(opened, Moment(3000, began + 3000))
        stage.clock.advance(60_000)
        closed = stage.recorder.stop()
        assert closed is not None
        events += session.span_closed(closed, 3000, Moment(63_000, began + 63_000))
    events += session.enter("a note", 20_000, Moment(64_000, began + 64_000))
    if ended:
        events += session.end("complete", Moment(70_000, began + 70_000))
    stage.study.add(case, stage.schedule, events).close(0)


async def test_an_empty_study_says_how_to_begin():
    async with staged(Home()) as stage:
        assert "No interview yet" in stage.screen


@SHOWS_A_DATE
async def test_interviews_are_listed_with_what_is_known_of_them():
    stage = Stage()
    conducted(stage, "P01")
    conducted(stage, "P02", recorded=False, days=1)
    async with staged(Home(), stage=stage):
        (first,) = [row for row in stage.screen.splitlines() if "P01" in row]
        (second,) = [row for row in stage.screen.splitlines() if "P02" in row]
        assert first.split()[:8] == ["P01", "01", "Jan", "2026", "12:00", "01:10", "1", "0"]
        assert first.endswith("◐ debrief open, recorded")
        assert second.endswith("◐ debrief open, notes only")


async def test_an_unfinished_interview_is_offered_first_with_its_notes_and_audio():
    stage = Stage()
    conducted(stage, "P01", ended=False)
    conducted(stage, "P02", days=1)
    async with staged(Home(), stage=stage):
        assert "Unfinished: P01 · 1 note · 01:00 of audio · Enter goes on with it · at “" in stage.screen
        rows = [row.split()[0] for row in stage.screen.splitlines() if row.split()[:1] in (["P01"], ["P02"])]
        assert rows == ["P01", "P02"]
        await stage.press("enter")
        await stage.until(lambda: stage.app.live is not None)
        assert stage.live.call.interview.case == "P01"


async def test_a_new_interview_is_a_letter_the_case_and_the_check_before_the_call():
    async with staged(Home()) as stage:
        await stage.press("n")
        assert "new interview, case ›" in stage.screen
        await stage.press("P12", "enter")
        await stage.until(lambda: "Before the call · P12" in stage.screen and stage.sound_check.is_open)
        assert stage.study.journals == {}
        await stage.press("enter")
        await stage.until(lambda: stage.app.live is not None)
        assert not stage.sound_check.is_open
        (opened,) = [event for event in stage.study.journals["P12"].events if isinstance(event, InterviewOpened)]
        assert opened.case == "P12"


async def test_a_sound_check_is_a_letter_and_leads_back_to_the_list():
    async with staged(Home()) as stage:
        await stage.press("p")
        await stage.until(lambda: "Sound check" in stage.screen and stage.sound_check.is_open)
        await stage.press("enter", "escape")
        await stage.until(lambda: "No interview yet" in stage.screen)
        assert not stage.sound_check.is_open
        assert stage.study.journals == {}


async def test_an_unfinished_interview_is_gone_on_with_without_a_check():
    stage = Stage()
    conducted(stage, "P01", ended=False)
    async with staged(Home(), stage=stage):
        await stage.press("n")
        await stage.press("P01", "enter")
        await stage.until(lambda: stage.app.live is not None)
        assert stage.sound_check.asked == []


async def test_escape_leaves_the_field_for_a_case():
    async with staged(Home()) as stage:
        await stage.press("n")
        await stage.press("P1", "escape")
        assert "new interview, case ›" not in stage.screen
        await stage.press("q")
        await stage.until(lambda: stage.app._exit)


async def test_an_interview_that_cannot_be_opened_says_why():
    stage = Stage()
    async with staged(Home(), stage=stage):
        conducted(stage, "P05", ended=False)
        stage.study.journal("P05")
        await stage.press("n")
        await stage.press("P05", "enter")
        await stage.until(lambda: "Before the call · P05" in stage.screen)
        await stage.press("enter")
        await stage.until(lambda: "P05 is open in another interview-tui" in stage.screen)
        assert stage.app.live is None


async def test_a_record_is_opened_from_the_list():
    stage = Stage()
    conducted(stage, "P01")
    async with staged(Home(), stage=stage):
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, RecordScreen))
        await stage.until(lambda: "a note" in stage.screen)
        await stage.press("escape")
        assert "P01" in stage.screen


async def test_a_transcription_shows_how_far_it_is_and_can_be_cancelled():
    stage = Stage()
    conducted(stage, "P01")
    async with staged(Home(), stage=stage):
        await stage.press("t")
        await stage.until(lambda: stage.transcriber.begun == ["P01"])
        stage.transcriber.reach(15)
        await stage.until(lambda: "P01: transcribing 00:15 of 01:00 · about 2 min left" in stage.screen)
        await stage.press("c")
        await stage.until(lambda: "P01: transcription cancelled." in stage.screen)


async def test_a_failed_transcription_says_why():
    stage = Stage()
    conducted(stage, "P01")
    async with staged(Home(), stage=stage):
        await stage.press("t")
        await stage.until(lambda: stage.transcriber.begun == ["P01"])
        stage.transcriber.fail("The model is not there.")
        await stage.until(lambda: "✗ P01: The model is not there." in stage.screen)


async def test_what_was_not_recorded_or_has_not_ended_is_not_transcribed():
    stage = Stage()
    conducted(stage, "P01", recorded=False)
    async with staged(Home(), stage=stage):
        await stage.press("t")
        assert "P01 was not recorded." in stage.screen
        assert stage.transcriber.begun == []


async def test_an_interview_is_exported_from_the_list():
    stage = Stage()
    conducted(stage, "P01")
    async with staged(Home(), stage=stage):
        await stage.press("e", "escape", "e", "down", "enter")
        await stage.until(lambda: "Written: 1 file in" in stage.screen)
        await stage.press("escape")
        await stage.until(lambda: "Written: exports/P01.json" in stage.screen)
        assert stage.exports.written == [("P01", "json")]
