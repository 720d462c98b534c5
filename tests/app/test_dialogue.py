"""The plain line mode without a terminal: what each line does, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.dialogue import COMMANDS, MS_PER_KEY, Dialogue
from interview_tui.interview.call import Call
from interview_tui.interview.events import NoteTaken
from interview_tui.interview.ports import RecorderState
from interview_tui.interview.session import Session
from interview_tui.interview.sound import SpanEnd
from interview_tui.interview.state import fold
from interview_tui.plain import FORGOTTEN_MS, Warner, written
from interview_tui.schedule.model import Consent
from tests.examples import handover
from tests.fakes import FakeRecorder, ManualClock, MemoryJournal

MINUTE_MS = 60_000


class Plain:
    """A call in the plain mode over fakes; a line is typed a second after the one before."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.recorder = FakeRecorder(self.clock)
        self.journal = MemoryJournal()
        session, events = Session.open(handover(), "P07", "KH", self.clock.now())
        self.call = Call(session, self.journal, self.recorder, self.clock, Path("recordings/P07"))
        self.call.keep(events)
        self.said: list[str] = []
        self.dialogue = Dialogue(self.call, self.said.append)
        self.dialogue.begin()

    def type(self, *lines: str) -> list[str]:
        """Type lines; gives what is said of the last."""
        for text in lines:
            self.clock.advance(1000)
            self.said.clear()
            self.dialogue.hear(text, self.clock.now())
        return list(self.said)

    def consent_and_record(self) -> None:
        self.type("", "y", "y", "/record")
        assert self.interview.recording

    @property
    def interview(self):
        return self.call.interview

    @property
    def taken(self) -> list[str]:
        """The text of every note that was taken, withheld or not."""
        return [event.text for event in self.journal.events if isinstance(event, NoteTaken)]

    @property
    def notes(self) -> list[str]:
        return [note.text for note in self.interview.notes.values()]


@pytest.fixture
def plain() -> Plain:
    return Plain()


def test_the_question_is_said_with_its_section_its_instructions_and_its_codes(plain):
    assert plain.said == ["Opening.", "Instruction: Not recording yet.", "Say: This is about handovers."]
    assert plain.type("") == ["Ask: Will you take part?", "Answers: y yes, n no."]


def test_a_checklist_goes_on_line_by_line(plain):
    plain.type("", "y")
    assert plain.type("y")[-1] == "1 of 2: given a handover at night? y or n."
    assert plain.type("y") == ["Answer: yes.", "2 of 2: taken one? y or n."]
    assert plain.type("n") == ["Answer: no.", "All answered: given yes, taken no."]


def test_the_first_key_is_reckoned_back_from_enter_and_never_before_the_line_before(plain):
    plain.clock.advance(60_000)
    plain.type("four")
    plain.type("a line that nobody types in a second")
    first, second = (event for event in plain.journal.events if isinstance(event, NoteTaken))
    assert first.at_ms - first.first_key_ms == 5 * MS_PER_KEY
    assert second.first_key_ms == first.at_ms
    assert second.about_ms == second.first_key_ms - plain.call.session.lag_ms


def test_a_line_that_is_no_answer_to_what_is_asked_back_is_what_any_line_is(plain):
    plain.consent_and_record()
    plain.type("before", "/off")
    assert plain.type("//doorbell")[-1].startswith("Procedural note")
    plain.type("/record", "/end")
    assert plain.type("she goes on talking")[0] == "The interview goes on."
    assert plain.notes == ["before", "doorbell", "she goes on talking"]
    assert not plain.dialogue.is_over


def test_an_enter_too_many_answers_nothing_and_does_not_go_on(plain):
    place = plain.interview.place
    assert plain.type("/end", "") == ["The interview goes on."]
    plain.type("/call", "")
    plain.type("/off", "")
    assert plain.interview.place == place


def test_no_word_after_a_slash_is_lost(plain):
    plain.type("/5 of them came", "/flag he said so", "/end of story", "/of the ward sister")
    assert plain.notes == ["/5 of them came", "he said so", "/end of story", "the ward sister"]
    assert plain.interview.is_off_record
    assert len(plain.interview.flags) == 1


def test_off_the_record_closes_the_source_and_takes_talk_back_before_it_asks_what_stays(plain):
    plain.consent_and_record()
    plain.clock.advance(MINUTE_MS)
    plain.type("harmless")
    plain.clock.advance(MINUTE_MS)
    plain.type("a name")
    said = plain.type("/off")
    assert [span.reason for span in plain.recorder.closed_spans(Path("recordings/P07"))] == [SpanEnd.OFF_RECORD]
    assert said[1] == "How far back? Enter: only from now. q: since this question."
    assert said[2] == "1: since the note at 2:01, a name"
    assert plain.type("1")[0].endswith("1 note: at 2:01, a name.")
    assert plain.notes == ["harmless"]
    plain.type("y")
    assert plain.notes == ["harmless", "a name"]
    assert [found.notes for found in plain.interview.soundtrack.withholdings.values()] == [()]
    plain.type("/call z")
    assert not plain.interview.soundtrack.withholdings


def test_off_the_record_a_line_is_not_kept_and_it_says_so(plain):
    plain.type("/off", "")
    assert plain.type("a secret") == ["Not taken: typed off the record: not kept (// for a procedural note)."]
    assert plain.type("/record") == ["On the record. Notes only."]
    assert plain.notes == []


def test_after_a_drop_recording_waits_for_consent_which_may_be_refused(plain):
    plain.consent_and_record()
    plain.type("/call d")
    assert plain.type("/record") == ["Ask again: May I record this? y or n."]
    assert plain.type("n") == ["Notes only from here."]
    assert plain.interview.consents[Consent.RECORDING] is False
    assert plain.interview.course.dropped is None
    assert plain.type("/record") == ["Consent (recording) was refused: notes only."]


def test_consent_that_is_taken_back_stops_the_recorder(plain):
    plain.consent_and_record()
    plain.type("/up")
    assert plain.type("n") == ["Answer: no.", "Notes only."]
    assert not plain.interview.recording


def test_a_recorder_that_cannot_start_stops_no_notes_and_one_that_is_lost_starts_again(plain):
    plain.recorder.refuse("There is no microphone.")
    plain.type("", "y", "y")
    assert plain.type("/record") == ["There is no microphone."]
    plain.recorder.refuse("")
    plain.type("/record")
    plain.recorder.kill()
    plain.type("still typing")
    assert plain.type("/record") == ["Recording from a microphone of the test."]
    assert [span.closed for span in plain.interview.spans.values()] == [True, False]
    assert plain.notes == ["still typing"]


def test_back_on_the_record_without_a_recorder_notes_are_kept(plain):
    plain.consent_and_record()
    plain.type("/off", "", "/call d")
    plain.recorder.refuse("There is no microphone.")
    plain.type("/record")
    assert plain.type("y") == ["On the record.", "There is no microphone."]
    plain.type("she goes on")
    assert plain.notes == ["she goes on"]
    assert plain.interview.course.dropped is None


def test_a_deadline_a_trim_and_its_undoing_are_said_in_minutes(plain):
    assert "2 minutes left until they must leave" in plain.type("/call m 2")[0]
    assert plain.type("/call t")[0].startswith("Left out: ")
    assert plain.interview.course.trimmed
    plain.type("/call u")
    assert not plain.interview.course.trimmed
    plain.type("/call m", "")
    assert plain.interview.course.deadline_ms is None
    assert plain.type("/call m 25:00")[0] == "/call can do nothing with that: kept as a note."


def test_what_is_kept_of_an_interview_that_ends_early_is_asked(plain):
    plain.type("a note", "/end", "b he hung up")
    assert not plain.dialogue.is_over
    plain.type("x")
    assert (plain.interview.course.outcome, plain.interview.course.reason) == ("broken off", "he hung up")
    assert plain.notes == []


def test_the_last_note_is_ticked_elsewhere_and_filed_elsewhere(plain):
    plain.type("", "", "it was on paper")
    assert plain.type("/tick paper")[0].startswith("Touched: Was it on paper?")
    homes = plain.interview.notes["n1"].places
    assert [place.item for place in homes] == ["may_record", "paper"]
    plain.type("/move paper")
    assert [place.item for place in plain.interview.notes["n1"].places] == ["paper"]
    assert plain.type("/go paper") == [
        "Background.",
        "Noted already at 0:00, it was on paper",
        "Ask: Was it on paper?",
        "Answers: y yes, p partly, n no.",
    ]


def test_every_command_but_leaving_has_a_letter_of_its_own_and_each_is_in_the_help(plain):
    letters = [command.letter for command in COMMANDS if command.letter]
    assert len(set(letters)) == len(letters) == len(COMMANDS) - 1
    said = plain.type("/help")
    assert all(any(line.startswith(f"/{command.word}") for line in said) for command in COMMANDS)


def test_what_is_grave_is_said_after_a_line_and_every_minute_and_what_is_over_no_more(plain):
    plain.type("", "y", "y")
    warner = Warner(plain.call)
    assert list(warner.due(after_a_line=True)) == []
    plain.clock.advance(FORGOTTEN_MS + 1)
    assert list(warner.due(after_a_line=False)) == []
    assert [words.startswith("Warning: consent to recording") for words in warner.due(after_a_line=True)] == [True]
    assert list(warner.due(after_a_line=True)) == []
    plain.clock.advance(MINUTE_MS)
    assert len(list(warner.due(after_a_line=False))) == 1
    plain.journal.fail("the disk is full.")
    assert "Warning: NOT SAVED: the disk is full." in list(warner.due(after_a_line=True))
    plain.journal.recover()
    plain.type("/record")
    assert list(warner.due(after_a_line=True)) == []


def test_what_is_grave_is_said_after_a_minute_though_nothing_is_typed(plain):
    warner = Warner(plain.call)
    plain.journal.fail("the disk is full.")
    assert list(warner.due(after_a_line=False)) == []
    plain.clock.advance(MINUTE_MS)
    assert len(list(warner.due(after_a_line=False))) == 1


def test_a_recorder_that_seeks_its_device_is_told_at_once_and_so_is_that_it_goes_on(plain):
    warner = Warner(plain.call)
    plain.consent_and_record()
    assert list(warner.due(after_a_line=True)) == []
    plain.clock.advance(5000)
    plain.recorder.seek("The microphone is gone.")
    plain.dialogue.look()
    assert list(warner.due(after_a_line=False)) == ["Warning: NOT RECORDING NOW: The microphone is gone."]
    assert list(warner.due(after_a_line=False)) == []
    assert plain.type("/status")[0].startswith("Not recording now: The microphone is gone.")
    assert plain.type("/record")[0].startswith("The recorder tries by itself")
    plain.clock.advance(1200)
    plain.recorder.find()
    plain.clock.advance(1000)
    plain.dialogue.look()
    assert list(warner.due(after_a_line=False)) == ["Warning: Recording again: 3.2 s are missing (00:09-00:12)."]
    assert [span.closed for span in plain.interview.spans.values()] == [True, False]


def test_off_the_record_a_recorder_that_seeks_is_paused(plain):
    plain.consent_and_record()
    plain.recorder.seek("The microphone is gone.")
    plain.dialogue.look()
    assert plain.type("/leave")[0].startswith("Recording is on.")
    plain.type("/off")
    assert plain.recorder.state is RecorderState.PAUSED
    assert not plain.call.recording


def test_a_recorder_that_broke_while_it_is_followed_is_told_once_a_second_at_most(plain, monkeypatch):
    plain.consent_and_record()
    monkeypatch.setattr(plain.recorder, "closed_spans", lambda _: 1 / 0)
    plain.recorder.seek("The microphone is gone.")
    plain.said.clear()
    for _ in range(5):
        plain.clock.advance(200)
        plain.dialogue.look()
    assert len(plain.said) == 1
    assert plain.said[0].startswith("The recorder broke")


def test_a_call_that_is_gone_on_with_says_how_long_the_recorder_was_alone(plain):
    plain.consent_and_record()
    plain.recorder.alone_s = 720
    session = Session(fold(handover(), plain.journal.events))
    call = Call(session, plain.journal, plain.recorder, plain.clock, plain.call.folder)
    call.resume()
    said: list[str] = []
    Dialogue(call, said.append).begin()
    assert "The recorder went on alone for 12 minutes; it is still recording." in said


def test_keys_that_write_nothing_leave_nothing_in_the_line():
    assert written("\x1b[A\x1b[1;5Dleft\x1bOP\x07 right\ttab\x1b[31m") == "left right\ttab"


SENTENCE = "she xylophoned the quizzical vizier"
LINES = st.sampled_from((
    "", "y", "n", "1", "2 n", "q", "i", "p", "dk", "x", "d", "b", SENTENCE, SENTENCE, "! what", "//aside", "@Ann came",
    "/record", "/off", "/flag x", "/go paper", "/go ", "/back", "/up", "/down", "/section", "/section back",
    "/tick what", "1 2 done", "/move paper", "/move 3 what", "/new rough", "/new", "/attach", "/attach new",
    "/call", "/call a", "/call l", "/call k Monday", "/call p y", "/call s", "/call m 5", "/call t", "/call u",
    "/call w", "/call z", "/where", "/incident", "/notes all", "/status", "/unknown words", "/end",
))  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, max_size=25))
def test_no_line_raises_and_the_journal_tells_all_of_it(lines):
    plain = Plain()
    for text in lines:
        is_to_be_kept = text == SENTENCE and not plain.interview.is_off_record and not plain.dialogue.is_over
        before = len(plain.taken)
        said = plain.type(text)
        assert not set("→›○◐●") & set("".join(said))
        assert plain.taken[before:] == [SENTENCE] or not is_to_be_kept
    assert fold(handover(), plain.journal.events) == plain.interview
