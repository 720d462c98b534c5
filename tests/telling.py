"""Calls over the handover schedule in which incidents are told: what was noted about their parts, in a line each."""

from __future__ import annotations

from itertools import count

from interview_tui.interview.events import Event, Place
from interview_tui.interview.ports import Moment
from interview_tui.interview.session import Session
from interview_tui.schedule.model import Consent
from tests.examples import WALL_MS, handover

ASKED_BY = {"event": "happened", "action": "did", "outcome": "outcome"}
STEP_MS = 1_000


def told(case: str, post: str, incidents: dict[str, dict[str, str]], *, rehearsal: bool = False) -> list[Event]:
    """A call about one shift at a post; `incidents` are its notes by part, by the key of the incident."""
    moments = (Moment(step * STEP_MS, WALL_MS + step * STEP_MS) for step in count())
    session, opened = Session.open(handover(), case, "AB", next(moments), rehearsal=rehearsal)
    events = [*opened]
    for consent in Consent:
        events += session.take_in_consent(consent, "May we?", next(moments))
    events += session.open_round("shift", "", "", next(moments))
    events += session.answer_at(Place("post", "S1"), post, next(moments))
    for key, notes in incidents.items():
        events += session.open_round("incident", key, "S1", next(moments))
        for part, note in notes.items():
            events += session.go(Place(ASKED_BY[part], f"S1-{key}"), next(moments))
            now = next(moments)
            events += session.enter(note, now.at_ms, now)
    events += session.end("complete", next(moments))
    return events
