"""The fold: replaying the journal gives the live state, whatever was done, and no note is ever lost."""

import contextlib

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from interview_tui.errors import Refused, StorageError
from interview_tui.interview import route
from interview_tui.interview.event_json import from_json, to_json
from interview_tui.interview.events import (
    AudioPart,
    Level,
    NoteFiled,
    Place,
    SpanEnd,
)
from interview_tui.interview.ports import RecordedSpan, RecorderState, RecorderStatus
from interview_tui.interview.session import Session
from interview_tui.interview.state import fold
from tests.examples import at, handover

LINES = st.one_of(
    st.sampled_from(["", "y", "n", "p", "1", "2", "dk", "nt", "na", "2 n", "!late", "@Ann Lee came", "// bell"]),
    st.text(max_size=20),
)


class Interviewing(RuleBasedStateMachine):
    """Random commands, as a person in a hurry might give them."""

    @initialize()
    def open(self) -> None:
        self.ms = 0
        self.kept = []
        self.session, events = Session.open(handover(), "P01", "AB", at(0))
        self.events = list(events)

    def give(self, command) -> None:
        self.ms += 100
        with contextlib.suppress(Refused):
            self.events.extend(command(at(self.ms)))

    @rule(text=LINES)
    def enter(self, text) -> None:
        reading = self.session.reading(text, self.ms)
        before = len(self.session.interview.notes)
        self.give(lambda now: self.session.enter(text, self.ms - 50, now))
        if len(self.session.interview.notes) > before:
            self.kept.append(reading.text)

    @rule(direction=st.sampled_from([-1, 1]))
    def step(self, direction) -> None:
        self.give(lambda now: self.session.step(direction, now))

    @rule(direction=st.sampled_from([-1, 1]))
    def section(self, direction) -> None:
        self.give(lambda now: self.session.section(direction, now))

    @rule(data=st.data())
    def go(self, data) -> None:
        places = [step.place for step in route.steps(self.session.interview)]
        self.give(lambda now: self.session.go(data.draw(st.sampled_from(places)), now))

    @rule()
    def back(self) -> None:
        self.give(self.session.back)

    @rule(key=st.sampled_from(["smooth", "rough"]), shift=st.sampled_from(["S1", "S2"]))
    def open_incident(self, key, shift) -> None:
        self.give(lambda now: self.session.open_round("incident", key, shift, now))

    @rule()
    def open_shift(self) -> None:
        self.give(lambda now: self.session.open_round("shift", "", "", now))

    @rule(data=st.data(), level=st.sampled_from([Level.TOUCHED, Level.DONE]))
    def tick(self, data, level) -> None:
        places = [step.place for step in route.steps(self.session.interview)]
        chosen = data.draw(st.lists(st.sampled_from(places), max_size=2, unique=True))
        note = data.draw(st.sampled_from(["", *self.session.interview.notes]))
        self.give(lambda now: self.session.tick(chosen, level, now, note))

    @precondition(lambda self: not self.session.interview.recording)
    @rule()
    def record(self) -> None:
        number = self.session.next_span
        self.give(
            lambda now: self.session.span_opened(
                RecorderStatus(RecorderState.RECORDING, number, 0, 1000, 1, "mic"), now
            )
        )

    @precondition(lambda self: self.session.interview.recording)
    @rule()
    def pause(self) -> None:
        span = next(span for span in self.session.interview.spans.values() if not span.closed)
        frames = self.ms - span.start_ms
        closed = RecordedSpan(span.number, 1000, 1, frames, 0, (AudioPart("a", 0, frames),), "mic", SpanEnd.PAUSE)
        self.give(lambda now: self.session.span_closed(closed, span.start_ms, now))

    @rule()
    def off_record(self) -> None:
        self.give(self.session.go_off_record)

    @rule()
    def back_on_record(self) -> None:
        self.give(self.session.come_back_on_record)

    @invariant()
    def replay_equals_the_live_state(self) -> None:
        again = [from_json(to_json(event)) for event in self.events]
        assert again == self.events
        assert fold(handover(), again) == self.session.interview

    @invariant()
    def no_note_is_lost(self) -> None:
        assert [note.text for note in self.session.interview.notes.values()] == self.kept

    @invariant()
    def she_is_always_somewhere_that_exists(self) -> None:
        interview = self.session.interview
        assert interview.place is not None
        assert interview.place.whole in {step.place for step in route.steps(interview)}


TestInterviewing = Interviewing.TestCase
TestInterviewing.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)


def test_an_event_that_does_not_fit_is_named_with_its_number():
    stray = NoteFiled(at_ms=1, wall_ms=1, note="n7", places=(Place("paper"),))
    with pytest.raises(StorageError, match=r"Event 1 \(NoteFiled\)"):
        fold(handover(), [stray])


@pytest.mark.parametrize(
    "broken",
    [
        {"type": "Telephoned", "at_ms": 1, "wall_ms": 1},
        {"type": "Flagged", "at_ms": 1},
        {"type": "Flagged", "at_ms": "1", "wall_ms": 1, "flag": "f1", "place": {"item": "a"}},
        {"type": "Covered", "at_ms": 1, "wall_ms": 1, "place": {"item": "a"}, "level": "half", "how": "asked"},
        {"at_ms": 1},
    ],
)
def test_a_damaged_event_is_refused_with_a_sentence(broken):
    with pytest.raises(StorageError):
        from_json(broken)
