"""What can be noted of a case, as questions: each ends in changes that are noted, and a sentence that says so.

Pure but for what it is handed: an act is a question, and what its answer comes to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from interview_tui.errors import Refused
from interview_tui.fieldwork import attempts
from interview_tui.fieldwork.attempts import Outcome
from interview_tui.fieldwork.card import CaseCard
from interview_tui.fieldwork.changes import (
    AppointmentDropped,
    AppointmentMade,
    Attempted,
    AttributeGiven,
    CallDue,
    CaseChange,
    CaseClosed,
    CaseListed,
    CaseReopened,
    RemarkWritten,
)
from interview_tui.fieldwork.noting import value_of
from interview_tui.fieldwork.plan import Attribute
from interview_tui.tui.case_rows import moment
from interview_tui.tui.choosers.chooser import Choice
from interview_tui.tui.enquiry import Question

WHEN = "tomorrow 14:30, Tue 9:00, in 20 min"
UNKNOWN, FIRM, ROUGHLY = "0", "y", "n"


@dataclass(frozen=True, slots=True)
class Noting:
    """What is to be noted, what is said of it then, and the question to be asked again if it cannot be."""

    changes: tuple[CaseChange, ...]
    told: str
    again: Question


@dataclass(frozen=True, slots=True)
class CaseActs:
    """The questions about cases. `now_ms` is the wall clock, `when` reads a moment as it was typed, `note` notes."""

    now_ms: Callable[[], int]
    when: Callable[[str], int]
    note: Callable[[Noting], None]

    def attempt(self, card: CaseCard) -> Question:
        """A call that was tried: what came of it, when they want to be rung if they said so, a remark."""
        rung_ms = self.now_ms()

        def outcome(code: str) -> Question:
            chosen = attempts.BY_CODE[next(one.code for one in attempts.OUTCOMES if one.key == code)]
            return self._named_time(card, chosen, rung_ms) if chosen.names_time else remark(chosen)

        def remark(chosen: Outcome) -> Question:
            return self._attempted(card, chosen, rung_ms)

        choices = tuple(Choice(one.key, f"{one.key}  {one.label}", _then(one)) for one in attempts.OUTCOMES)
        heading = f"{card.case} was rung, and what came of it? Its key takes it."
        return Question("what came of it", heading, outcome, choices, at_once=True)

    def _named_time(self, card: CaseCard, chosen: Outcome, rung_ms: int) -> Question:
        def take(text: str) -> Question:
            due_ms = self.when(text) if text else None
            return self._attempted(card, chosen, rung_ms, due_ms)

        heading = f"when they want to be rung: {WHEN} · Enter alone: they named no time"
        return Question("when", heading, take, optional=True)

    def _attempted(
        self, card: CaseCard, chosen: Outcome, rung_ms: int, due_ms: int | None = None, value: str = ""
    ) -> Question:
        """A remark on an attempt, and then it is noted."""

        def take(text: str) -> None:
            now_ms = self.now_ms()
            changes: list[CaseChange] = [
                Attempted(case=card.case, wall_ms=now_ms, rung_wall_ms=rung_ms, outcome=chosen.code, remark=text)
            ]
            told = f"{card.case}: {chosen.label}."
            if due_ms is not None:
                changes.append(AppointmentMade(case=card.case, wall_ms=now_ms, due_wall_ms=due_ms))
                told = f"{told} To be rung {moment(due_ms, now_ms)}."
            again = self._attempted(card, chosen, rung_ms, due_ms, text)
            self.note(Noting(tuple(changes), told, again))

        needed = "it says too little without" if chosen.needs_remark else "Enter alone: none"
        heading = f"{chosen.label}: a remark ({needed})"
        return Question("remark", heading, take, value=value, optional=not chosen.needs_remark)

    def appointment(self, card: CaseCard, value: str = "") -> Question:
        """When they are to be rung, as agreed; nothing: the appointment holds no more."""
        held = card.appointment

        def take(text: str) -> Question | None:
            if text:
                return self._firm(card, self.when(text), text)
            change = AppointmentDropped(case=card.case, wall_ms=self.now_ms())
            self.note(Noting((change,), f"{card.case}: the appointment holds no more.", self.appointment(card)))
            return None

        now = "" if held is None else f" · now {moment(held.due_wall_ms, self.now_ms())}; Enter alone drops it"
        heading = f"{card.case} is to be rung at: {WHEN}{now}"
        return Question("appointment", heading, take, value=value, optional=held is not None)

    def _firm(self, card: CaseCard, due_ms: int, typed: str) -> Question:
        def take(answer: str) -> None:
            now_ms = self.now_ms()
            change = AppointmentMade(case=card.case, wall_ms=now_ms, due_wall_ms=due_ms, definite=answer == FIRM)
            roughly = "" if change.definite else "about "
            told = f"{card.case} is to be rung {roughly}{moment(due_ms, now_ms)}."
            self.note(Noting((change,), told, self.appointment(card, typed)))

        choices = (Choice(FIRM, f"{FIRM}  they named this time"), Choice(ROUGHLY, f"{ROUGHLY}  about then"))
        heading = f"{moment(due_ms, self.now_ms())}: did they name it? · Enter: yes"
        return Question("they named it", heading, take, choices, at_once=True, optional=True)

    def due(self, card: CaseCard, value: str = "") -> Question:
        """From when on they are to be rung, whatever came of the last attempt."""

        def take(text: str) -> None:
            now_ms = self.now_ms()
            due_ms = self.when(text) if text else 0
            said = f"to be rung from {moment(due_ms, now_ms)} on" if due_ms else "due as the last attempt has it"
            change = CallDue(case=card.case, wall_ms=now_ms, due_wall_ms=due_ms)
            self.note(Noting((change,), f"{card.case} is {said}.", self.due(card, text)))

        heading = f"{card.case} is to be rung from: {WHEN} · Enter alone: as the last attempt has it"
        return Question("due", heading, take, value=value, optional=True)

    def remark(self, card: CaseCard, value: str | None = None) -> Question:
        """What is to be known before ringing, in place of what is written."""

        def take(text: str) -> None:
            change = RemarkWritten(case=card.case, wall_ms=self.now_ms(), text=text)
            self.note(Noting((change,), f"{card.case}: noted." if text else "Nothing before the call.", again(text)))

        def again(text: str) -> Question:
            return self.remark(card, text)

        heading = f"what to know before {card.case} is rung; it is shown before the call"
        return Question("before you ring", heading, take, value=card.remark if value is None else value, optional=True)

    def attribute(self, card: CaseCard, attribute: Attribute, value: str | None = None) -> Question:
        """A value of an attribute: one of those that it can have, or what is typed."""
        title = attribute.title or attribute.name

        def take(text: str) -> None:
            given = _value(attribute, text)
            change = AttributeGiven(case=card.case, wall_ms=self.now_ms(), name=attribute.name, value=given)
            told = f"{card.case}: {title} is {given or 'not known'}."
            self.note(Noting((change,), told, self.attribute(card, attribute, text)))

        if not attribute.values:
            kind = "a number" if attribute.number else "as it is to be counted"
            now = card.attributes.get(attribute.name, "") if value is None else value
            heading = f"{title}, {kind} · empty: not known"
            return Question(title, heading, take, value=now, optional=True)
        choices = [Choice(str(number), one, "", str(number)) for number, one in enumerate(attribute.values, 1)]
        choices.append(Choice(UNKNOWN, "not known", "", UNKNOWN))
        heading = f"{title}: its number, or a word of it"
        return Question(title, heading, take, tuple(choices), at_once=len(attribute.values) < 10)

    def close(self, card: CaseCard, value: str = "") -> Question | None:
        """Why nobody rings them any more; a case that is closed is opened again without a question."""
        if card.closed:
            change = CaseReopened(case=card.case, wall_ms=self.now_ms())
            told = f"{card.case} may be rung again."
            self.note(Noting((change,), told, self._reopening(card, told)))
            return None

        def take(text: str) -> None:
            change = CaseClosed(case=card.case, wall_ms=self.now_ms(), reason=text)
            self.note(Noting((change,), f"{card.case} is closed; x opens it again.", self.close_again(card, text)))

        return Question("closed because", f"why nobody rings {card.case} any more", take, value=value)

    def close_again(self, card: CaseCard, value: str) -> Question:
        """The reason once more."""
        asked = self.close(replace(card, closed=""), value)
        assert asked is not None  # it is asked of a case that is open
        return asked

    def _reopening(self, card: CaseCard, told: str) -> Question:
        def take(_: str) -> None:
            change = CaseReopened(case=card.case, wall_ms=self.now_ms())
            self.note(Noting((change,), told, self._reopening(card, told)))

        return Question("open it again?", f"{card.case}", take, optional=True)

    def new(self, known: Sequence[str], value: str = "") -> Question:
        """A case that is to be on the list."""

        def take(text: str) -> None:
            if text in known:
                raise Refused(f"{text} is on the list already.", "/ goes to it.")
            change = CaseListed(case=text, wall_ms=self.now_ms())
            self.note(Noting((change,), f"{text} is on the list.", self.new(known, text)))

        return Question("new case", "how the case is called, as in P07; never a name", take, value=value)


def _value(attribute: Attribute, answer: str) -> str:
    """What was typed or chosen as a value."""
    if attribute.values:
        return "" if answer == UNKNOWN else attribute.values[int(answer) - 1]
    return value_of(attribute, answer)


def _then(outcome: Outcome) -> str:
    """What follows an outcome."""
    if outcome.closes:
        return "closes it"
    return "asks when" if outcome.names_time else ""
