"""The recorder and the telephone, worked by words: on and off the record, talk taken back, drops, time, the end.

What has to be waited for is waited for; what is typed meanwhile waits in the reader of the lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from interview_tui import printed_call as printed
from interview_tui.errors import AudioError, InterviewTuiError, Refused
from interview_tui.interview import pacing, route, withholding
from interview_tui.interview.call import Call
from interview_tui.interview.events import Kept, Place
from interview_tui.interview.line import PROCEDURAL, YES_NO
from interview_tui.interview.outcomes import BY_CODE, COMPLETE
from interview_tui.interview.ports import Moment, RecorderState
from interview_tui.interview.sound import SpanEnd
from interview_tui.interview.withholding import Proposal
from interview_tui.schedule.model import Consent

MINUTE_MS = 60_000
LAST_NOTES = 5
KEPT = {"a": Kept.ALL, "n": Kept.NOTES, "x": Kept.NOTHING}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A line: its text, when Enter was pressed, and when its first key is taken to have been pressed (call clock)."""

    text: str
    entered: Moment
    first_key_ms: int


@dataclass(frozen=True, slots=True)
class Question:
    """What the next line is taken for. `hear` raises `NoAnswer` where it answers something else; `unanswered` says
    what holds then.
    """

    hear: Callable[[TypedLine], Question | None]
    unanswered: str = ""


class NoAnswer(Exception):
    """A line is no answer to the question: it is what any line is."""


class Switchboard:
    """What can be done with the recorder and the call. What a command asks back it gives; `say` says what it did."""

    def __init__(self, call: Call, say: Callable[[str], None]) -> None:
        self._call = call
        self._say = say
        self.errands: dict[str, tuple[str, Callable[[str, TypedLine], Question | None]]] = {
            "d": ("the line dropped", self.dropped),
            "a": ("redialled", self._redialled),
            "l": ("they are back on the line", self._restored),
            "k": ("book a call back", self._call_back),
            "p": ("somebody else can hear", self._third_party),
            "s": ("they are distressed", self._distressed),
            "m": ("they must leave: the minutes left, or a time", self._deadline),
            "t": ("trim to the time that is left", self._trimmed),
            "u": ("undo trimming", self._untrimmed),
            "w": ("take talk back", self.take_back),
            "z": ("undo taking back", self._put_back),
            "e": ("end the interview", self.end),
        }

    def begin(self) -> None:
        """What a crash may have left undone: off the record, nothing is recorded."""
        if self._call.interview.is_off_record and self._call.recording:
            self.close(SpanEnd.OFF_RECORD)

    def follow(self) -> None:
        """Take note of what the recorder did by itself.

        Raises:
            AudioError: its log cannot be read, or it should not record any more and could not be closed.
        """
        self._catch_up()
        reason = self._call.why_not
        if reason is not None:
            self.close(reason)

    def errand(self, words: str, line: TypedLine) -> Question | None:
        """Something to do with the call, by its letter."""
        letter, _, rest = words.strip().partition(" ")
        if letter.casefold() in self.errands:
            return self.errands[letter.casefold()][1](rest.strip(), line)
        if words.strip():
            raise NoAnswer
        self._say("Which letter?")
        for known, (does, _) in self.errands.items():
            self._say(f"{known}: {does}.")
        return Question(lambda answer: self.errand(answer.text, answer) if answer.text.strip() else None)

    def record(self, line: TypedLine) -> Question | None:
        """Start or resume recording, after asking again for consent where that is due; or only come back on record."""
        call = self._call
        self._catch_up()
        if call.recorder.status().state is RecorderState.SEEKING and not call.interview.is_off_record:
            raise Refused("The recorder tries by itself, and goes on as soon as it can.")
        if call.interview.is_off_record and not may_record(call):
            call.keep(call.session.come_back_on_record(line.entered))
            self._say("On the record. Notes only.")
            return None
        call.session.check_may_record()
        if call.interview.soundtrack.must_reconfirm(line.entered.at_ms):
            asked = [
                found.item.id for found in call.interview.items.values() if found.item.consent is Consent.RECORDING
            ]
            words = (route.wording(call.interview, place) for place in map(Place, asked))
            self._say(f"Ask again: {' '.join(words)} y or n.")
            return Question(self._reconsent, "Not recording: /record asks again.")
        self._open(line)
        return None

    def off(self, words: str, line: TypedLine) -> Question | None:
        """Off the record at once; `words` are about what was said before, and are kept. Then: how far back?"""
        if self._call.interview.is_off_record and self._call.recording:  # the recorder did not stop before
            self.close(SpanEnd.OFF_RECORD)
        self._call.go_off_record(words, line.first_key_ms, line.entered)
        self._say(f"Off the record. Notes are not kept, {PROCEDURAL} ones excepted.")
        self.close(SpanEnd.OFF_RECORD)
        return self.take_back("", line)

    def close(self, reason: SpanEnd) -> None:
        """Pause the recorder, or stop it for good.

        Raises:
            AudioError: it could not be closed.
        """
        try:
            self._call.source_closed(self._waited_for(lambda: self._call.close_source(reason)))
        finally:
            self._catch_up()

    def take_back(self, _words: str, _line: TypedLine) -> Question:
        """Ask how far back talk is to be taken back; the notes are named by what they say."""
        interview = self._call.interview
        spoken = [note for note in interview.notes.values() if note.mark != PROCEDURAL]
        newest = spoken[: -LAST_NOTES - 1 : -1]
        scopes: dict[str, Callable[[int], Proposal]] = {"q": partial(withholding.since_question, interview)}
        self._say("How far back? Enter: only from now. q: since this question.")
        for number, note in enumerate(newest, 1):
            self._say(f"{number}: since the note {printed.note_in_words(note)}")
            scopes[str(number)] = partial(withholding.since_note, interview, note.id)
        told = printed.incident_round(interview)
        if told:
            self._say(f"i: the whole of {route.label(interview, told)}.")
            scopes["i"] = partial(withholding.whole_round, interview, told)

        def answered(line: TypedLine) -> Question | None:
            key = line.text.strip().casefold()
            if key in ("", "n"):
                self._say("Nothing before is taken back.")
                return None
            if key not in scopes:
                raise NoAnswer
            return self._withhold(scopes[key](line.entered.at_ms), line)

        return Question(answered, "Nothing before is taken back; /call w does it.")

    def dropped(self, _words: str, line: TypedLine) -> None:
        """The line went dead: the recorder is paused."""
        self._call.keep(self._call.session.drop(line.entered))
        self.close(SpanEnd.DROPPED)
        self._say("The line dropped; not recording. /call a: redialled. /record: they are back. /call k: call back.")
        for words in printed.where_we_were(self._call.interview):
            self._say(words)

    def end(self, words: str, line: TypedLine) -> Question | None:
        """End the interview, by a letter that says how; what may be kept of one that ends early is asked."""
        if words:
            return self._ended_how(TypedLine(words, line.entered, line.first_key_ms))
        if self._call.session.must_asks_left():
            for words_left in printed.must_asks(self._call.interview):
                self._say(words_left)
        self._say("End how? A letter, and a reason if there is one. Enter: go on.")
        for outcome in BY_CODE.values():
            self._say(f"{outcome.key}: {outcome.label}.")
        return Question(self._ended_how, "The interview goes on.")

    def _open(self, line: TypedLine) -> None:
        """They are on the line and on the record, even if the recorder cannot be started: notes do not wait for it."""
        call = self._call
        if call.interview.course.dropped is not None:
            call.keep(call.session.restore_call(line.entered))
        if call.interview.is_off_record:  # from this line on, even if the recorder fails
            call.keep(call.session.come_back_on_record(line.entered))
            self._say("On the record.")
        status = self._waited_for(call.open_source)
        call.source_opened(status)
        self._say(f"Recording from {status.source}.")

    def _catch_up(self) -> None:
        call = self._call
        status = call.recorder.status()
        if call.is_behind(status):
            call.follow(status, self._waited_for(call.unknown_spans))

    def _waited_for(self, step: Callable[[], T]) -> T:
        try:
            return step()
        except InterviewTuiError:
            raise
        except Exception as error:  # the recorder's boundary: a broken one must not take the notes along
            raise AudioError(f"The recorder broke: {error!r}.", "Notes are taken all the same.") from error

    def _reconsent(self, line: TypedLine) -> None:
        given = _yes_or_no(line)
        self._call.keep(self._call.session.reconsent(line.entered, given=given))
        if given:
            self._open(line)
            return
        if self._call.interview.is_off_record:
            self._call.keep(self._call.session.come_back_on_record(line.entered))
        self._say("Notes only from here.")

    def _withhold(self, proposal: Proposal, line: TypedLine) -> Question | None:
        """Take it back with all that falls inside, at once; the notes come back if they are to be kept."""
        session = self._call.session
        found = self._call.interview.soundtrack.next_withheld
        self._call.keep(session.withhold(proposal, line.entered))
        self._say(printed.inside(proposal))
        if not proposal.notes and not proposal.answers:
            return None
        self._say("Keep the notes and answers? y or n.")

        def answered(answer: TypedLine) -> None:
            if not answer.text.strip() or not _yes_or_no(answer):
                self._say("They are taken back as well.")
                return
            restored = session.restore(found, answer.entered)
            self._call.keep((*restored, *session.withhold(proposal, answer.entered, keep_notes=True)))
            self._say("The notes and answers are kept.")

        return Question(answered, "Notes and answers are taken back as well; /call z undoes it.")

    def _put_back(self, _words: str, line: TypedLine) -> None:
        found = next(reversed(self._call.interview.soundtrack.withholdings.values()), None)
        if found is None:
            raise Refused("Nothing was taken back.")
        self._call.keep(self._call.session.restore(found.id, line.entered))
        self._say("What was taken back last is on the record again.")

    def _redialled(self, _words: str, line: TypedLine) -> None:
        self._call.keep(self._call.session.redial(line.entered))
        self._say("Redialled.")

    def _restored(self, _words: str, line: TypedLine) -> Question | None:
        if self._call.interview.soundtrack.must_reconfirm(line.entered.at_ms):
            return self.record(line)
        self._call.keep(self._call.session.restore_call(line.entered))
        self._say("Back on the line.")
        return None

    def _call_back(self, words: str, line: TypedLine) -> Question | None:
        if not words:
            self._say("When?")
            return Question(
                lambda answer: self._call_back(answer.text.strip() or " ", answer), "No call back is booked."
            )
        self._call.keep(self._call.session.book_call_back(words, line.entered))
        self._say(f"Call back: {words.strip()}. /leave leaves the interview unfinished.")
        return None

    def _third_party(self, words: str, line: TypedLine) -> Question | None:
        if not words:
            self._say("Can somebody else hear? y or n.")
            return Question(lambda answer: self._third_party(answer.text.strip() or " ", answer))
        present = _yes_or_no(TypedLine(words, line.entered, line.first_key_ms))
        self._call.keep(self._call.session.note_third_party(line.entered, present=present))
        self._say("Somebody else can hear." if present else "Nobody else can hear.")
        return None

    def _distressed(self, _words: str, line: TypedLine) -> None:
        self._call.keep(self._call.session.note_distress(line.entered))
        self._say("Noted. Give them time. /off stops recording; /end s ends the interview because of it.")

    def _deadline(self, words: str, line: TypedLine) -> Question | None:
        if not words:
            self._say("In how many minutes, or when? Enter: there is no hurry.")
            return Question(lambda answer: self._deadline(answer.text.strip() or "none", answer), "No time was set.")
        deadline_ms = None if words == "none" else _until_ms(words, line.entered)
        self._call.keep(self._call.session.set_deadline(deadline_ms, line.entered))
        self._say(printed.time(self._call.interview, line.entered.at_ms))
        return None

    def _trimmed(self, _words: str, line: TypedLine) -> None:
        drops = pacing.pace(self._call.interview, line.entered.at_ms).drops
        if not drops:
            raise Refused("Nothing is left out: what is left to ask fits.")
        self._call.keep(self._call.session.trim(drops, line.entered))
        self._say(f"Left out: {printed.counted(len(drops), 'question')}. /call u brings them back.")
        self._say(printed.time(self._call.interview, line.entered.at_ms))

    def _untrimmed(self, _words: str, line: TypedLine) -> None:
        self._call.keep(self._call.session.untrim(line.entered))
        self._say("What was left out is asked again.")

    def _ended_how(self, line: TypedLine) -> Question | None:
        letter, _, reason = line.text.strip().partition(" ")
        outcome = next((found for found in BY_CODE.values() if found.key == letter.casefold()), None)
        if outcome is None:
            raise NoAnswer
        if outcome is COMPLETE:
            self._finish(outcome.code, reason, Kept.ALL)
            return None
        self._say(f"May be kept: a everything, n the notes without audio, x nothing. Enter: {outcome.kept.value}.")

        def answered(answer: TypedLine) -> None:
            kept = KEPT.get(answer.text.strip().casefold(), None if answer.text.strip() else outcome.kept)
            if kept is None:
                raise NoAnswer
            self._finish(outcome.code, reason, kept)

        return Question(answered, "The interview goes on.")

    def _finish(self, outcome: str, reason: str, kept: Kept) -> None:
        self.close(SpanEnd.STOP)
        if self._call.recording:
            raise AudioError("Not ended: the recorder could not be stopped.", "/end tries again.")
        self._call.end(outcome, reason, kept)
        self._say(f"The interview with {self._call.interview.case} has ended: {BY_CODE[outcome].label}.")


def may_record(call: Call) -> bool:
    """Whether consent allows the recorder to be started."""
    try:
        call.session.check_may_record()
    except Refused:
        return False
    return True


def _yes_or_no(line: TypedLine) -> bool:
    answer = YES_NO.get(line.text.strip().casefold())
    if answer is None:
        raise NoAnswer
    return answer == "yes"


def _until_ms(words: str, now: Moment) -> int:
    """The call clock at a time of day to come (`11:40`), or after so many minutes (`11`)."""
    if re.fullmatch(r"\d{1,3}", words):
        return now.at_ms + int(words) * MINUTE_MS
    clock = re.fullmatch(r"(\d{1,2})[:.](\d{2})", words)
    if clock is None or int(clock[1]) > 23 or int(clock[2]) > 59:
        raise NoAnswer
    here = datetime.fromtimestamp(now.wall_ms / 1000).astimezone()
    then = here.replace(hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0)
    return now.at_ms + round((then - here).total_seconds() * 1000)
