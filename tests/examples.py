"""A small interview schedule of another setting than the study's, and a session over it."""

from __future__ import annotations

from functools import cache

from interview_tui.interview.ports import Moment
from interview_tui.interview.session import Session
from interview_tui.schedule.model import Schedule
from interview_tui.schedule.reader import read_schedule

WALL_MS = 1_700_000_000_000

HANDOVER = """\
schedule: Handovers
study: Night shifts
version: 1.10
minutes: 20
words:
  colleague:
    post is ward: nurse on the ward
    post is theatre: theatre nurse
    otherwise: colleague
incident record:
  needs:
    event: What happened?
    action: What did you do?
    outcome: What came of it?
  nice to have:
    context: What led up to it?
sections:
- section: Opening
  minutes: 2
  items:
    - interviewer: Not recording yet.
    - say: This is about handovers.
      id: intro
    - ask: Will you take part?
      id: take_part
      answer: yes/no
      consent: take part
      priority: must
    - ask: May I record this?
      id: may_record
      answer: yes/no
      consent: recording
      priority: must
- section: Background
  minutes: 6
  items:
    - ask: Have you ever...
      id: been
      checklist:
        given: given a handover at night?
        taken: taken one?
      for each yes:
        - probe: Say a little more?
    - ask: Was it on paper?
      id: paper
      answer: yes/no/partly
      then:
        - probe: Why not?
          id: paper_why
          if: paper is not yes
    - record: Both ways?
      id: both
      if: all of been
      answer: one of [given, taken]
    - ask: What makes a good handover?
      id: good_handover
      priority: could
- section: Shifts
  id: shifts
  if: any of been
  repeat: shift
  at least: 1
  at most: 2
  again: Is there another shift, with another ${colleague}?
  each:
    - section: The shift
      id: the_shift
      minutes: 4
      items:
        - ask: Where did you work?
          id: post
          answer: one of [ward, theatre]
        - ask: How did the ${colleague} come to you?
          id: came
    - section: Incidents
      id: incidents
      minutes: 8
      repeat: incident
      for:
        smooth: Can you think of a handover to a ${colleague} that went smoothly?
        rough: And of one that went wrong?
      each:
        - ask: What happened?
          id: happened
          fills: event
          priority: must
        - ask: What did you do?
          id: did
          fills: action
          priority: must
        - ask: What came of it?
          id: outcome
          fills: outcome
          priority: must
"""


@cache
def handover() -> Schedule:
    """The schedule above."""
    return read_schedule(HANDOVER, "handover.yaml")


def at(ms: int) -> Moment:
    """A moment of a call that was opened at `WALL_MS`."""
    return Moment(ms, WALL_MS + ms)


def opened(case: str = "P01", ms: int = 0) -> Session:
    """A session that has just been opened, at its first item."""
    session, _ = Session.open(handover(), case, "AB", at(ms))
    return session


def consented() -> Session:
    """A session in which both consents were given in the first ten seconds."""
    session = opened()
    for second in range(10):
        place = session.interview.place
        if place is not None and place.item in ("take_part", "may_record"):
            session.enter("y", second * 1000, at(second * 1000))
        else:
            session.next(at(second * 1000 + 500))
        if place is not None and place.item == "may_record":
            return session
    raise AssertionError("the consents never came up")
