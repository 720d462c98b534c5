"""Random commands, as a person in a hurry might give them: only named refusals, nothing lost, nothing leaked."""

import re

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from interview_tui.errors import Refused
from interview_tui.interview import outcomes, route, withholding
from interview_tui.interview.corrections import NotePlaced, NoteTied, TalkPlaced, TalkReleased
from interview_tui.interview.event_json import from_json, to_json
from interview_tui.interview.events import Kept, Level, NoteTaken, Place, Stretch
from interview_tui.interview.pacing import pace
from interview_tui.interview.ports import RecordedSpan, RecorderState, RecorderStatus
from interview_tui.interview.session import Session
from interview_tui.interview.sound import AudioPart, SpanEnd
from interview_tui.interview.state import fold, new_interview
from interview_tui.schedule.model import Consent, Priority
from tests.examples import at, handover
from tests.interview.telling import shown, state_of

SECOND = 1000
CODES = st.sampled_from(["", "y", "n", "p", "1", "2", "dk", "rf", "nt", "na", "2 n"])
NOTES = st.one_of(st.sampled_from(["!late", "@Ann Lee came", "// bell", '"so', "? when"]), st.text(max_size=12))


class Interviewing(RuleBasedStateMachine):
    """Every command of a session, in any order. A second passes with each, and every note has a word of its own."""

    @initialize()
    def open(self) -> None:
        self.ms = 0
        self.session, events = Session.open(handover(), "P01", "AB", at(0))
        self.events = []
        self.replayed = new_interview(handover())
        self.learn(events)

    @property
    def interview(self):
        return self.session.interview

    @property
    def withholdings(self):
        return self.interview.soundtrack.withholdings

    def learn(self, events) -> None:
        """Journal events and replay them as they are read back."""
        for event in events:
            assert not self.events or event.at_ms >= self.events[-1].at_ms
            again = from_json(to_json(event))
            assert again == event
            self.events.append(again)
            self.replayed.apply(again)

    def give(self, command) -> None:
        self.ms += SECOND
        known = self.interview.events
        try:
            events = command(at(self.ms))
        except Refused:
            assert self.interview.events == known, "what was refused has changed something"
        else:
            self.learn(events)

    def journalled(self, correction):
        """What a reviewer corrected with an earlier version, which kept it in the journal."""
        self.interview.apply(correction)
        return (correction,)

    def places(self):
        return st.sampled_from([step.place for step in route.steps(self.interview)])

    def rounds(self):
        return st.sampled_from([*self.interview.rounds, *self.interview.expected])

    @rule(code=CODES)
    def answer(self, code) -> None:
        self.give(lambda now: self.session.enter(code, now.at_ms, now))

    @rule(text=NOTES, begun=st.integers(0, 9))
    def note(self, text, begun) -> None:
        first_key_ms = max(0, self.ms + SECOND - begun * SECOND)
        self.give(lambda now: self.session.enter(f" {text} word{now.at_ms}x", first_key_ms, now))

    @rule()
    def consents(self) -> None:
        """Both consents are given, for a call in which nothing may be recorded tells little."""
        for item in ("take_part", "may_record"):
            self.give(lambda now, item=item: self.session.answer_at(Place(item), "y", now))

    @rule(data=st.data(), code=CODES)
    def answer_elsewhere(self, data, code) -> None:
        place = data.draw(self.places())
        self.give(lambda now: self.session.answer_at(place, code, now))

    @rule(direction=st.sampled_from([-1, 1]), by_section=st.booleans())
    def step(self, direction, by_section) -> None:
        self.give(lambda now: (self.session.section if by_section else self.session.step)(direction, now))

    @rule(data=st.data())
    def go(self, data) -> None:
        place = data.draw(self.places())
        self.give(lambda now: self.session.go(place, now))

    @rule()
    def back(self) -> None:
        self.give(self.session.back)

    @rule(loop=st.sampled_from(["shift", "incident"]), key=st.sampled_from(["", "smooth", "rough"]), data=st.data())
    def open_round(self, loop, key, data) -> None:
        parent = data.draw(st.one_of(st.just(""), self.rounds()))
        self.give(lambda now: self.session.open_round(loop, key, parent, now))

    @rule(data=st.data(), new=st.booleans())
    def attach_round(self, data, new) -> None:
        found, parent = data.draw(self.rounds()), data.draw(self.rounds())
        if new:
            self.give(lambda now: self.session.attach_to_new_round(found, now))
        else:
            self.give(lambda now: self.session.attach_round(found, parent, now))

    @rule(data=st.data(), level=st.sampled_from(Level))
    def tick(self, data, level) -> None:
        chosen = data.draw(st.lists(self.places(), max_size=2, unique=True))
        note = data.draw(st.sampled_from(["", "n1", *self.interview.notes]))
        self.give(lambda now: self.session.tick(chosen, level, now, note))

    @rule(data=st.data())
    def refile(self, data) -> None:
        chosen = data.draw(st.lists(self.places(), max_size=2, unique=True))
        note = data.draw(st.sampled_from(["n1", *self.interview.notes]))
        self.give(lambda now: self.session.refile(note, chosen, now))

    @rule()
    def flag(self) -> None:
        self.give(self.session.flag)

    @precondition(lambda self: not self.interview.recording)
    @rule()
    def record(self) -> None:
        began = RecorderStatus(RecorderState.RECORDING, self.session.next_span, 0, 1000, 1, "mic")
        self.give(lambda now: self.session.span_opened(began, now))
        if self.interview.recording:
            assert self.interview.consents == {Consent.TAKE_PART: True, Consent.RECORDING: True}

    @precondition(lambda self: self.interview.recording)
    @rule(reason=st.sampled_from(SpanEnd))
    def stop_recording(self, reason) -> None:
        span = next(span for span in self.interview.spans.values() if not span.closed)
        frames = self.ms + SECOND - span.start_ms
        part = AudioPart(f"{span.number}.wav", 0, frames)
        closed = RecordedSpan(span.number, 1000, 1, frames, 0, (part,), "mic", reason)
        self.give(lambda now: self.session.span_closed(closed, span.start_ms, now))

    @rule(on=st.booleans())
    def off_record(self, on) -> None:
        self.give(self.session.come_back_on_record if on else self.session.go_off_record)

    @rule(
        data=st.data(), keep_notes=st.booleans(), scope=st.sampled_from(["note", "question", "round", "since", "all"])
    )
    def withhold(self, data, keep_notes, scope) -> None:
        now_ms = self.ms + SECOND
        if scope == "note" and self.interview.notes:
            note = data.draw(st.sampled_from(list(self.interview.notes)))
            proposal = withholding.since_note(self.interview, note, now_ms)
        elif scope == "round":
            proposal = withholding.whole_round(self.interview, data.draw(self.rounds()), now_ms)
        elif scope == "all":
            proposal = withholding.everything(self.interview, now_ms)
        elif scope == "since":
            start_ms = data.draw(st.integers(0, now_ms // SECOND)) * SECOND
            proposal = withholding.since(self.interview, start_ms, now_ms, "since then")
        else:
            proposal = withholding.since_question(self.interview, now_ms)
        before = state_of(self.interview)
        known = set(self.withholdings)
        self.give(lambda now: self.session.withhold(proposal, now, keep_notes=keep_notes))
        for new in set(self.withholdings) - known:
            self._undone_at_once_it_would_be_as_before(new, before)

    def _undone_at_once_it_would_be_as_before(self, withheld, before) -> None:
        trial = Session(fold(handover(), self.events))
        trial.restore(withheld, at(self.ms))
        assert state_of(trial.interview) == before

    @rule(data=st.data())
    def restore(self, data) -> None:
        withheld = data.draw(st.sampled_from(["w1", *self.withholdings]))
        self.give(lambda now: self.session.restore(withheld, now))

    @rule(what=st.sampled_from(["drop", "drop", "redial", "back", "agreed", "refused", "booked"]))
    def line(self, what) -> None:
        commands = {
            "drop": self.session.drop,
            "redial": self.session.redial,
            "back": self.session.restore_call,
            "agreed": lambda now: self.session.reconsent(now, given=True),
            "refused": lambda now: self.session.reconsent(now, given=False),
            "booked": lambda now: self.session.book_call_back("Thursday", now),
        }
        self.give(commands[what])

    @rule(present=st.booleans(), distress=st.booleans())
    def notice(self, present, distress) -> None:
        if distress:
            self.give(self.session.note_distress)
        else:
            self.give(lambda now: self.session.note_third_party(now, present=present))

    @rule(minutes=st.integers(-1, 30))
    def must_leave(self, minutes) -> None:
        deadline_ms = self.ms + minutes * 60_000 if minutes else None
        self.give(lambda now: self.session.set_deadline(deadline_ms, now))

    @rule(data=st.data(), by_the_plan=st.booleans())
    def trim(self, data, by_the_plan) -> None:
        drops = pace(self.interview, self.ms).drops
        chosen = drops if by_the_plan else data.draw(st.lists(self.places(), max_size=3))
        self.give(lambda now: self.session.trim(chosen, now))

    @rule()
    def untrim(self) -> None:
        self.give(self.session.untrim)

    @rule()
    def resume(self) -> None:
        self.give(self.session.resume)

    @precondition(lambda self: self.ms > 20 * SECOND)
    @rule(outcome=st.sampled_from([*outcomes.BY_CODE, "bored"]), kept=st.sampled_from(Kept))
    def end(self, outcome, kept) -> None:
        self.give(lambda now: self.session.end(outcome, now, reason="so", kept=kept))

    @rule(text=st.text(max_size=5), done=st.booleans())
    def debrief(self, text, done) -> None:
        if done:
            self.give(self.session.finish_debrief)
        else:
            self.give(lambda now: self.session.write_debrief("rapport", text, now))

    @rule(data=st.data())
    def explain(self, data) -> None:
        place = data.draw(self.places())
        self.give(lambda now: self.session.explain(place, "no time", now))

    @precondition(lambda self: self.interview.ended)
    @rule(data=st.data(), second=st.integers(0, 60), seconds=st.integers(-1, 9), back=st.booleans())
    def correct_talk(self, data, second, seconds, back) -> None:
        start_ms, end_ms = second * SECOND, (second + seconds) * SECOND
        place = data.draw(st.one_of(st.none(), self.places()))
        stretch = {"start_ms": start_ms, "end_ms": end_ms}
        if back:
            self.give(lambda now: self.journalled(TalkReleased(**now.stamp, **stretch)))
        else:
            self.give(lambda now: self.journalled(TalkPlaced(**now.stamp, **stretch, place=place)))

    @precondition(lambda self: self.interview.ended)
    @rule(data=st.data(), second=st.none() | st.integers(0, 60), tie=st.booleans())
    def correct_note(self, data, second, tie) -> None:
        note = data.draw(st.sampled_from(["n1", *self.interview.notes]))
        chosen = tuple(data.draw(st.lists(self.places(), max_size=2)))
        about_ms = None if second is None else second * SECOND
        if tie:
            self.give(lambda now: self.journalled(NoteTied(**now.stamp, note=note, about_ms=about_ms)))
        else:
            self.give(lambda now: self.journalled(NotePlaced(**now.stamp, note=note, places=chosen)))

    @precondition(lambda self: self.interview.ended and self.withholdings)
    @rule(data=st.data())
    def destroy(self, data) -> None:
        """The journal is rewritten and read again, then says that it was."""
        withheld = data.draw(st.sampled_from(list(self.withholdings)))
        found, before = self.withholdings[withheld], state_of(self.interview)
        taken = [event for event in self.events if isinstance(event, NoteTaken)]
        gone = [one.text for one in taken if one.note in found.notes and f"word{one.at_ms}x" in one.text]
        left = withholding.remains(self.events, found)
        self.events = [left.get(number, event) for number, event in enumerate(self.events)]
        self.session = Session(fold(handover(), self.events))
        self.replayed = fold(handover(), self.events)
        assert state_of(self.interview) == before
        assert not any(repr(text) in str(self.events) for text in gone)
        self.give(lambda now: self.session.destroyed(withheld, len(found.notes), 0, now))

    @invariant()
    def replay_equals_the_live_state(self) -> None:
        assert self.replayed == self.interview

    @invariant()
    def no_note_is_lost(self) -> None:
        hidden = {note for found in self.withholdings.values() for note in found.notes}
        taken = {event.note: event.text for event in self.events if isinstance(event, NoteTaken)}
        assert {name: note.text for name, note in self.interview.notes.items()} == {
            name: text for name, text in taken.items() if name not in hidden
        }

    @invariant()
    def nothing_withheld_is_heard_or_flagged(self) -> None:
        taken_back = [stretch for found in self.withholdings.values() for stretch in found.stretches]
        for clip in self.interview.timeline().clips(0, self.ms + SECOND):
            heard = Stretch(clip.start_ms, clip.start_ms + clip.frames)
            assert not any(one.start_ms < heard.end_ms and one.end_ms > heard.start_ms for one in taken_back)
        assert not any(one.holds(flag.at_ms) for one in self.interview.withheld() for flag in self.interview.flags)

    @invariant()
    def consent_is_as_it_was_last_given(self) -> None:
        assert set(self.interview.consents) <= set(Consent)
        assert not self.interview.soundtrack.must_reconfirm(self.ms) or self.interview.consents[Consent.RECORDING]

    @invariant()
    def she_is_always_somewhere_that_exists(self) -> None:
        laid = [step.place for step in route.steps(self.interview)]
        assert self.interview.place is not None
        assert self.interview.place.whole in laid
        assert len(set(laid)) == len(laid)

    @invariant()
    def time_never_runs_backwards(self) -> None:
        visits = self.interview.visits()
        assert all(visit.start_ms <= visit.end_ms for visit in visits)
        assert self.interview.at_ms == self.events[-1].at_ms

    @invariant()
    def the_plan_never_drops_a_must_ask(self) -> None:
        plan = pace(self.interview, self.ms)
        assert min(plan.spent_ms, plan.planned_ms, plan.must.takes_ms, plan.should.takes_ms, plan.could.takes_ms) >= 0
        dropped = {*plan.drops, *self.interview.course.trimmed}
        assert not any(self.interview.items[place.item].item.priority is Priority.MUST for place in dropped)

    def teardown(self) -> None:
        """Every view there is, once at the end."""
        if not hasattr(self, "session"):
            return
        seen = shown(self.interview)
        for event in self.events:
            word = f"word{event.at_ms}x"
            if isinstance(event, NoteTaken) and word in event.text:
                assert (word in seen) == (event.note in self.interview.notes)
        heard = {int(second) * SECOND for second in re.findall(r"heard(\d+)", seen)}
        assert not any(one.holds(ms) for one in self.interview.withheld() for ms in heard)
        assert fold(handover(), self.events) == self.interview


TestInterviewing = Interviewing.TestCase
TestInterviewing.settings = settings(max_examples=60, stateful_step_count=50, deadline=None)
