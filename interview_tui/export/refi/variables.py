"""The variables of a case: what was answered by choice, and the facts of the interview."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from interview_tui.export.document import Document
from interview_tui.export.options import Options
from interview_tui.export.refi.characters import named, plain
from interview_tui.export.refi.codes import Key
from interview_tui.export.refi.identity import Identity
from interview_tui.export.refi.markup import Lines, element, text
from interview_tui.interview.outcomes import in_words
from interview_tui.record.model import Entry, Record
from interview_tui.schedule.model import AnswerKind, Item, Schedule
from interview_tui.schedule.wording import speak

_MINUTE_MS = 60_000
_BOOLEAN = {"yes": "true", "no": "false"}


class Type(StrEnum):
    """What a variable holds. Each is written by an element of its name: `TextValue`."""

    TEXT = "Text"
    BOOLEAN = "Boolean"
    INTEGER = "Integer"
    DATE = "Date"


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable. `name` is what it would be called if no other were called so."""

    key: Key
    name: str
    type: Type
    description: str = ""

    def identity(self, identity: Identity) -> str:
        """Its identity: another one where another version of the schedule has it of another type."""
        return identity.of("variable", self.type, *self.key)

    def lines(self, identity: Identity, name: str) -> Lines:
        """It as an element, under its distinct name."""
        described = text("Description", self.description)
        return element("Variable", described, guid=self.identity(identity), name=name, typeOfVariable=self.type)


@dataclass(frozen=True, slots=True)
class Value:
    """What a variable holds in a case; a Boolean `true` or `false`."""

    variable: Variable
    text: str

    @property
    def shown(self) -> str:
        """The value as a person says it."""
        said = {written: answer for answer, written in _BOOLEAN.items()}
        return said[self.text] if self.variable.type is Type.BOOLEAN else self.text

    def lines(self, identity: Identity) -> Lines:
        """It as an element."""
        reference = element("VariableRef", targetGUID=self.variable.identity(identity))
        return element("VariableValue", [*reference, *text(f"{self.variable.type}Value", self.text)])


@dataclass(frozen=True, slots=True)
class Answers:
    """What is known of a case, a variable once; and what a yes/no question was answered by that is neither."""

    values: tuple[Value, ...]
    neither: tuple[str, ...]


def answers(document: Document, options: Options) -> Answers:
    """The facts of an interview, then the answers to its choices and checklists in their order, consents left out.

    In a round, the round's label is put before the item's id. Without a schedule, the answers of the rounds stand as
    they were given.
    """
    record, schedule = document.record, document.enclosed.schedule
    neither: list[str] = []
    given = _choices(record, schedule, neither) if schedule is not None else _of_rounds(record)
    values = {value.variable.key: value for value in (*_facts(record, options), *given) if value.text}
    return Answers(tuple(values.values()), tuple(neither))


def _facts(record: Record, options: Options) -> Iterator[Value]:
    recorded_ms = sum(span.end_ms - span.start_ms for span in record.spans)
    yield _fact("date", Type.DATE, options.day(record.opened_wall_ms))
    yield _fact("interviewer", Type.TEXT, record.interviewer)
    yield _fact("minutes recorded", Type.INTEGER, str(round(recorded_ms / _MINUTE_MS)))
    yield _fact("outcome", Type.TEXT, in_words(record.outcome))
    yield _fact("schedule version", Type.TEXT, record.schedule_version)


def _fact(name: str, kind: Type, value: str) -> Value:
    return Value(Variable(("fact", name), name, kind), plain(value).strip())


def _choices(record: Record, schedule: Schedule, neither: list[str]) -> Iterator[Value]:
    items = schedule.items()
    labels = {found.id: found.label or found.id for found in record.rounds}
    for entry in record.entries:
        if entry.place.item not in items:
            continue
        item = items[entry.place.item].item
        if item.consent is not None or not entry.answer or item.answer.kind is AnswerKind.NOTES:
            continue
        label = labels.get(entry.place.round, entry.place.round)
        for variable, answer in _answered(item, entry, label, schedule):
            value = _BOOLEAN.get(answer, "") if variable.type is Type.BOOLEAN else answer
            if value:
                yield Value(variable, value)
            else:
                neither.append(f"{variable.name}: {answer}")


def _answered(item: Item, entry: Entry, label: str, schedule: Schedule) -> Iterator[tuple[Variable, str]]:
    """What an item was answered by; of a checklist, what each line was."""
    wording = _said(item.text, schedule)
    key: Key = ("answer", label, item.id)
    called = f"{label} {item.id}" if label else item.id
    if item.answer.kind is not AnswerKind.CHECKLIST:
        kind = Type.BOOLEAN if item.answer.kind is AnswerKind.YES_NO else Type.TEXT
        yield Variable(key, named(called), kind, wording), plain(", ".join(entry.answer)).strip()
        return
    lines = {line.key: line for line in item.checklist}
    for given in entry.answer:
        line, _, answer = given.rpartition(": ")
        if line in lines:
            described = f"{wording} {_said(lines[line].text, schedule)}"
            yield Variable((*key, line), named(f"{called} – {line}"), Type.BOOLEAN, described), plain(answer).strip()


def _of_rounds(record: Record) -> Iterator[Value]:
    for found in record.rounds:
        label = found.label or found.id
        for item, answer in found.answers:
            name = named(f"{label} {item}")
            yield Value(Variable(("answer", label, item), name, Type.TEXT), plain(answer).strip())


def _said(words: str, schedule: Schedule) -> str:
    return plain(speak(words, schedule, lambda _: None))


def of_values(values: Iterable[Value]) -> dict[Key, Variable]:
    """The variables of values, by what tells them apart: their key, and their type."""
    return {(value.variable.type, *value.variable.key): value.variable for value in values}
