"""What the one line means before Enter is pressed, and what it becomes then: an answer, a note, the next question.

There are no modes: text that is a code of the current item answers it, everything else is a note. A space in front
makes a note of text that would be a code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from interview_tui.interview import route
from interview_tui.interview.events import Answered, Consented, Covered, Event, How, Level, NoteTaken, Place
from interview_tui.interview.ports import Moment
from interview_tui.interview.state import Interview
from interview_tui.schedule.model import AnswerKind, Consent, Item, Kind

SPECIAL_ANSWERS = {"dk": "don't know", "rf": "refused", "na": "not applicable", "nt": "not asked – time"}
SKIPS = ("nt", "na")
YES_NO = {"y": "yes", "yes": "yes", "n": "no", "no": "no"}
YES_NO_PARTLY = {**YES_NO, "p": "partly", "partly": "partly"}
MARKS = ("//", "!", '"', "?")
PROCEDURAL = "//"
NAME = re.compile(r"(?<!\w)@(\w[\w'’.-]*(?: [A-Z][\w'’-]*)*)")


class Meaning(StrEnum):
    """What Enter will do."""

    NEXT = "next"
    ANSWER = "answer"
    NOTE = "note"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the line means: `says` is shown before Enter; `place` is what it answers or where the note will be filed."""

    meaning: Meaning
    says: str
    place: Place | None = None
    value: tuple[str, ...] = ()
    text: str = ""
    mark: str = ""
    names: tuple[str, ...] = ()


def read_line(interview: Interview, text: str, first_key_ms: int | None = None) -> Reading:
    """What `text` means at the place where the interviewer is; a note is filed where she was when she began it.

    What was begun off the record (`first_key_ms`) is never kept, not even back on it, unless it is procedural.
    """
    if not text.strip():
        return _next(interview)
    if interview.ended:
        return Reading(Meaning.NOTHING, "the interview has ended")
    if was_begun_off_record(interview, first_key_ms) and not text.lstrip().startswith(PROCEDURAL):
        return Reading(Meaning.NOTHING, f"typed off the record: not kept ({PROCEDURAL} for a procedural note)")
    answer = None if text[0].isspace() or interview.is_off_record else read_answer(interview, interview.place, text)
    return answer or _note(interview, text, interview.place_at(first_key_ms))


def was_begun_off_record(interview: Interview, first_key_ms: int | None) -> bool:
    """Whether a line of which the first key was pressed then (None: it is now) belongs to what is off the record."""
    since = interview.off_record_since_ms
    if first_key_ms is None:
        return since is not None
    if since is not None and first_key_ms >= since:
        return True
    return any(stretch.holds(first_key_ms) for stretch in interview.soundtrack.off_record)


def codes(interview: Interview, place: Place) -> tuple[tuple[str, str], ...]:
    """The codes that answer an item, each with what it stands for; without those that any item takes."""
    item = interview.items[place.item].item
    match item.answer.kind:
        case AnswerKind.YES_NO | AnswerKind.CHECKLIST:
            return (("y", "yes"), ("n", "no"))
        case AnswerKind.YES_NO_PARTLY:
            return (("y", "yes"), ("p", "partly"), ("n", "no"))
        case AnswerKind.ONE_OF | AnswerKind.UP_TO:
            return tuple((str(number), option) for number, option in enumerate(item.answer.options, 1))
        case AnswerKind.NOTES:
            return ()


def in_words(value: tuple[str, ...]) -> str:
    """An answer as it is shown."""
    return ", ".join(SPECIAL_ANSWERS.get(entry, entry) for entry in value)


def answer_events(interview: Interview, place: Place, value: tuple[str, ...], now: Moment) -> Iterator[Event]:
    """What an answer to an item is: the answer, the consent that it gives or refuses, the skip that it says.

    No answer to a consent but yes gives it: one that was given is taken back by "refused" and the like.
    """
    item = interview.items[place.item].item
    yield Answered(**now.stamp, place=place.whole, value=value, line=place.line)
    if item.consent is not None and (value[0] not in SKIPS or interview.consents.get(item.consent)):
        yield Consented(
            **now.stamp,
            place=place,
            consent=item.consent.value,
            script=route.wording(interview, place),
            given=value[0] == "yes",
            schedule_version=interview.schedule.version,
        )
    if value[0] in SKIPS and not place.line:
        reason = SPECIAL_ANSWERS[value[0]]
        yield Covered(**now.stamp, place=place, level=Level.DONE, how=How.SKIPPED, reason=reason)


def note_event(
    interview: Interview, reading: Reading, first_key_ms: int, now: Moment, *, lag_ms: int, note: str
) -> NoteTaken:
    """What a note is: about what was said `lag_ms` before its first key. `note` is its id; empty for the next one."""
    waits = any(located.item.consent is Consent.TAKE_PART for located in interview.items.values())
    return NoteTaken(
        **now.stamp,
        note=note or interview.next_note,
        text=reading.text,
        first_key_ms=first_key_ms,
        about_ms=max(0, first_key_ms - lag_ms),
        places=() if reading.place is None else (reading.place.whole,),
        mark=reading.mark,
        names=reading.names,
        before_consent=waits and not interview.consents.get(Consent.TAKE_PART, False),
    )


def _next(interview: Interview) -> Reading:
    step = None if interview.ended else route.suggested(interview)
    if step is None:
        return Reading(Meaning.NOTHING, "nothing left to ask")
    return Reading(Meaning.NEXT, f"next: {route.wording(interview, step.place)}", step.place)


def read_answer(interview: Interview, place: Place | None, text: str) -> Reading | None:
    """What `text` answers at a place by its code; None if it is no code of it."""
    if place is None:
        return None
    item = interview.items[place.item].item
    if item.kind is Kind.INTERVIEWER:
        return None
    code = text.strip().casefold()
    if item.answer.kind is AnswerKind.CHECKLIST:
        return _checklist_answer(interview, place, code)
    value = (code,) if code in SPECIAL_ANSWERS else _coded(item, code)
    return Reading(Meaning.ANSWER, f"answer: {in_words(value)}", place.whole, value) if value else None


def _coded(item: Item, code: str) -> tuple[str, ...] | None:
    match item.answer.kind:
        case AnswerKind.YES_NO:
            return (YES_NO[code],) if code in YES_NO else None
        case AnswerKind.YES_NO_PARTLY:
            return (YES_NO_PARTLY[code],) if code in YES_NO_PARTLY else None
        case AnswerKind.ONE_OF | AnswerKind.UP_TO:
            chosen = _chosen(item.answer.options, code)
            return chosen if chosen and len(chosen) <= item.answer.limit else None
        case _:
            return None


def _chosen(options: tuple[str, ...], code: str) -> tuple[str, ...] | None:
    """The options that some numbers or option names stand for, in the order of the schedule, each once."""
    folded = [option.casefold() for option in options]
    if code in folded:
        return (options[folded.index(code)],)
    numbers = [int(part) for part in re.split(r"[\s,]+", code) if part.isascii() and part.isdigit()]
    if len(numbers) != len(re.split(r"[\s,]+", code)) or not all(1 <= number <= len(options) for number in numbers):
        return None
    return tuple(options[number - 1] for number in sorted(set(numbers)))


def _checklist_answer(interview: Interview, place: Place, code: str) -> Reading | None:
    """`y` answers the line that is asked next, `2 n` the second line whatever was said of it."""
    lines = interview.items[place.item].item.checklist
    chosen = re.fullmatch(r"(\d{1,2})\s*([a-z]+)", code)
    if chosen and 1 <= int(chosen[1]) <= len(lines):
        at, code = replace(place, line=lines[int(chosen[1]) - 1].key), chosen[2]
    else:
        at = route.current_line(interview, place)
    value = code if code in SPECIAL_ANSWERS else YES_NO.get(code)
    if value is None:
        return None
    return Reading(Meaning.ANSWER, f"answer: {at.line} – {in_words((value,))}", at, (value,))


def _note(interview: Interview, text: str, place: Place | None) -> Reading:
    written = text.strip()
    mark = next((mark for mark in MARKS if written.startswith(mark) and written != mark), "")
    body = written.removeprefix(mark).strip()
    kind = {"!": "important note", '"': "quote", "?": "come back to", PROCEDURAL: "procedural note"}.get(mark, "note")
    fills = interview.items[place.item].item.fills if place is not None else ""
    says = f"{kind} → {fills}" if fills else kind
    return Reading(Meaning.NOTE, says, place, text=body, mark=mark, names=tuple(dict.fromkeys(NAME.findall(body))))
