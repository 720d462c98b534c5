"""A call that has ended, and its debrief on the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from interview_tui.interview import withholding
from interview_tui.interview.events import Event, Kept
from interview_tui.interview.session import Session
from interview_tui.interview.sound import SpanEnd
from interview_tui.schedule.model import Consent
from interview_tui.tui.ports import Home
from interview_tui.tui.screens.debrief import DebriefScreen
from interview_tui.tui.screens.live import LiveScreen
from tests.tui.staging import CASE, Stage, staged


@asynccontextmanager
async def debriefed(
    stage: Stage | None = None, size: tuple[int, int] = (100, 30), *, taken_back: bool = False
) -> AsyncIterator[Stage]:
    """The debrief of a call is on the screen, opened from the list."""
    stage = stage or Stage()
    conduct(stage, taken_back=taken_back)
    async with staged(Home(), size, stage):
        await opened(stage)
        yield stage


async def opened(stage: Stage) -> None:
    """The debrief of the interview in the list."""
    stage.burst("d")
    await stage.until(lambda: stage.app.debrief is not None and stage.app.debrief.line.has_focus)
    await stage.settled()


def conduct(stage: Stage, *, taken_back: bool) -> None:
    """A recorded interview with a note to come back to and an incident, and one more note that was taken back."""
    session, events = Session.open(stage.schedule, CASE, "AB", stage.clock.now())
    for consent in (Consent.TAKE_PART, Consent.RECORDING):
        events += session.take_in_consent(consent, "May we?", stage.clock.now())
    status = stage.recorder.start(stage.study.audio_folder(CASE), 1)
    events += session.span_opened(status, stage.clock.now())
    events += note(stage, session, "? check how council is anonymised")
    events += session.open_round("relationship", "", "", stage.clock.now())
    events += session.open_round("incident", "good", "R1", stage.clock.now())
    events += note(stage, session, "rang at eleven")
    if taken_back:
        events += note(stage, session, "? ask about Lamb")
        (last,) = [found.id for found in session.interview.notes.values() if "Lamb" in found.text]
        now = stage.clock.advance(5000)
        events += session.withhold(withholding.since_note(session.interview, last, now.at_ms), now)
    closed = stage.recorder.stop()
    assert closed is not None
    events += session.span_closed(closed, 0, stage.clock.now())
    events += session.end("complete", stage.clock.advance(1500))
    stage.study.add(CASE, stage.schedule, events).close(0)


def note(stage: Stage, session: Session, text: str) -> tuple[Event, ...]:
    began_ms = stage.clock.advance(50_000).at_ms
    return session.enter(text, began_ms, stage.clock.advance(500))


def end(stage: Stage, outcome: str = "complete", reason: str = "", kept: Kept = Kept.ALL) -> None:
    """End the call, as the call menu does."""
    call = stage.live.call
    call.source_closed(call.close_source(SpanEnd.STOP))
    call.end(outcome, reason, kept)
    stage.live.post_message(LiveScreen.Left(call, ended=True))


def written(stage: Stage) -> dict[str, str]:
    """What the journal has of the debrief."""
    return stage.interview.course.debrief


def debrief(stage: Stage) -> DebriefScreen:
    assert stage.app.debrief is not None
    return stage.app.debrief


async def until_home(stage: Stage) -> None:
    await stage.until(lambda: stage.app.line is None)
    await stage.pilot.pause()


def joined(stage: Stage) -> str:
    """The screen without its line breaks."""
    return " ".join(stage.screen.split())


async def to_the_end(stage: Stage) -> None:
    await stage.press(*["pagedown"] * 6)
