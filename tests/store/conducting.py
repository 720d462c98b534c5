"""A whole interview, conducted with the session, for the tests of the store."""

from __future__ import annotations

from pathlib import Path

from interview_tui.interview.events import Event, Place
from interview_tui.interview.session import Session
from interview_tui.interview.sound import AudioPart, SpanEnd
from interview_tui.schedule.model import Consent
from tests.examples import handover
from tests.fakes import FakeRecorder, ManualClock
from tests.store.making import NOON_MS


def conducted(
    case: str = "P07", opened_wall_ms: int = NOON_MS, *, ended: bool = True, rehearsal: bool = False
) -> list[Event]:
    """A short interview with the handover schedule: one incident, two notes, two seconds recorded in two spans."""
    clock = ManualClock(wall_ms=opened_wall_ms)
    recorder = FakeRecorder(clock, rate=8000)
    session, opened = Session.open(handover(), case, "AB", clock.now(), rehearsal=rehearsal)
    told = [*opened, *session.take_in_consent(Consent.TAKE_PART, "May we?", clock.now())]
    told += session.take_in_consent(Consent.RECORDING, "May we record?", clock.now())
    for span in (1, 2):
        status = recorder.start(Path(case), span) if span == 1 else recorder.resume(span)
        told += session.span_opened(status, clock.now())
        clock.advance(1000)
        closed = recorder.pause(SpanEnd.PAUSE)
        assert closed is not None
        told += session.span_closed(closed, clock.at_ms_of(closed.started_ns), clock.now())
    told += session.open_round("shift", "", "", clock.advance(500))
    told += session.go(Place("post", "S1"), clock.advance(500))
    told += session.enter("2", clock.now().at_ms, clock.advance(500))
    told += session.enter("the lift was out of order", clock.now().at_ms, clock.advance(500))
    told += session.open_round("incident", "smooth", "S1", clock.advance(500))
    told += session.enter("nobody was there", clock.now().at_ms, clock.advance(500))
    if ended:
        told += session.end("complete", clock.advance(500))
        told += session.audio_repacked(1, (AudioPart("1.flac", 0, 8000),), ("0" * 64,), clock.advance(60_000))
    return told
