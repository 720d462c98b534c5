"""The schedule on paper, as the interviewer will meet it when these answers are given."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from interview_tui.errors import ConfigError
from interview_tui.schedule.conditions import NON_ANSWERS, Condition, Lookup, Value, describe, evaluate
from interview_tui.schedule.model import AnswerFormat, AnswerKind, Item, Kind, Loop, Priority, Schedule, Section
from interview_tui.schedule.problems import nearest, shown
from interview_tui.schedule.wording import speak

WIDTH = 100
OFF_ROUTE = "·"
_UNBROKEN = "\0"  # stands for a space while lines are broken; no text of a schedule holds it
_MARKS = {Kind.SAY: "say", Kind.ASK: "?", Kind.PROBE: "▸", Kind.RECORD: "▢", Kind.INTERVIEWER: "▹"}
_LEGEND = "say “read aloud”   ? ask   ▸ probe   ▢ record, not read aloud   ▹ to the interviewer   · off route"


def outline(schedule: Schedule, answers: Mapping[str, str]) -> str:
    """The whole schedule as text, its words resolved and what is off the route of these answers marked `·` with why.

    `answers` gives values by item id, several separated by commas: of a checklist the lines answered yes (the others
    are then no; `none` for no line at all). Each loop is shown once, every round of named ones.

    Raises:
        ConfigError: an answer is about no item, or is none that its item takes.
    """
    known = {name: _value(schedule, name, text) for name, text in answers.items()}
    return "\n".join([*_head(schedule, known), *_Outliner(schedule, known.get).lines()]) + "\n"


def _head(schedule: Schedule, known: Mapping[str, Value]) -> list[str]:
    minutes = f" · {schedule.minutes} min" if schedule.minutes else ""
    version = f" · version {schedule.version}" if schedule.version else ""
    given = ", ".join(f"{name} = {_told(value)}" for name, value in known.items()) or "none: nothing is off route yet"
    head = [f"{schedule.title}{version}{minutes}", *filter(None, [schedule.study]), f"Answers: {given}", _LEGEND]
    return [line for text in head for line in textwrap.wrap(text, WIDTH)]


def _told(value: Value) -> str:
    if isinstance(value, Mapping):
        return " + ".join(line for line, answer in value.items() if answer == "yes") or "none"
    return value if isinstance(value, str) else " + ".join(value or ())


def _value(schedule: Schedule, name: str, text: str) -> Value:
    """An answer as conditions see it."""
    items = schedule.items()
    if name not in items:
        meant = nearest(name, items)
        hint = f"Did you mean `{meant}`?" if meant else "Only items with an `answer:` or a `checklist:` take one."
        raise ConfigError(f"No item of the schedule has the id `{shown(name)}`.", hint)
    item = items[name].item
    given = tuple(part.strip() for part in text.split(",") if part.strip())
    if len(given) == 1 and given[0] in NON_ANSWERS:
        return {line.key: given[0] for line in item.checklist} if item.checklist else given[0]
    options = _options(item)
    for value in given:
        if value not in options and not (item.checklist and given == ("none",)):
            hint = f"It takes {', '.join((*options, *NON_ANSWERS))}."
            raise ConfigError(f"`{name}` cannot be answered by `{shown(value)}`.", hint)
    if item.checklist:
        return {line.key: "yes" if line.key in given else "no" for line in item.checklist}
    most = item.answer.limit if item.answer.kind is AnswerKind.UP_TO else 1
    if not 1 <= len(given) <= most:
        raise ConfigError(f"`{name}` takes {most} answer{'s' if most > 1 else ''}, not {len(given)}.")
    return given if item.answer.kind is AnswerKind.UP_TO else given[0]


def _options(item: Item) -> tuple[str, ...]:
    match item.answer.kind:
        case AnswerKind.YES_NO:
            return ("yes", "no")
        case AnswerKind.YES_NO_PARTLY:
            return ("yes", "no", "partly")
        case AnswerKind.CHECKLIST:
            return tuple(line.key for line in item.checklist)
        case _:
            return item.answer.options


@dataclass(frozen=True, slots=True)
class _Outliner:
    schedule: Schedule
    lookup: Lookup

    def lines(self) -> Iterator[str]:
        for section in self.schedule.sections:
            yield ""
            yield from self._section(section, 0, off=False)

    def _section(self, section: Section, depth: int, off: bool) -> Iterator[str]:
        off, why = self._route(section.condition, off)
        minutes = f" · {section.minutes} min" if section.minutes else ""
        yield from _laid("", f"{self._said(section.title).upper()}{minutes}{why}", depth, off)
        loop = section.loop
        if loop is None:
            yield from self._parts(section, depth + 1, off)
            return
        if loop.named:
            for named in loop.named:
                yield from _laid("", f"— {loop.id}: {named.key} —", depth + 1, off)
                yield from self._item(named.opening, depth + 2, off)
                yield from self._round(section, loop, depth + 2, off)
            return
        rounds = f"{loop.at_least}" if loop.at_least == loop.at_most else f"{loop.at_least} to {loop.at_most}"
        yield from _laid("", f"— {loop.id}: {rounds} round{'' if rounds == '1' else 's'} —", depth + 1, off)
        yield from self._round(section, loop, depth + 2, off)
        if loop.again is not None:
            yield from self._item(loop.again, depth + 1, off)

    def _round(self, section: Section, loop: Loop, depth: int, off: bool) -> Iterator[str]:
        yield from self._parts(section, depth, off)
        if loop.id == self.schedule.incident_loop():
            for probe in self.schedule.gap_probes():
                yield from self._item(probe, depth, off)

    def _parts(self, section: Section, depth: int, off: bool) -> Iterator[str]:
        for part in section.parts:
            if isinstance(part, Section):
                yield ""
                yield from self._section(part, depth, off)
            else:
                yield from self._item(part, depth, off)

    def _item(self, item: Item, depth: int, off: bool) -> Iterator[str]:
        off, why = self._route(item.condition, off)
        text = self._said(item.text)
        text = f"“{text}”" if item.kind is Kind.SAY else text
        yield from _laid(_MARKS[item.kind], f"{text}{_remarks(item)}{why}", depth, off)
        for line in item.checklist:
            yield from _laid("-", f"{self._said(line.text)}  [y n]", depth + 1, off)
        for child in (*item.for_each_yes, *item.children):
            yield from self._item(child, depth + 1, off)

    def _route(self, condition: Condition | None, off: bool) -> tuple[bool, str]:
        """Whether something is off the route, and the remark that says why, or on what it still hangs."""
        if condition is None or off:
            return off, ""
        held = evaluate(condition, self.lookup)
        if held is None:
            return False, _remark(f"(if {describe(condition)})")
        return not held, "" if held else _remark(f"(not: {describe(condition)})")

    def _said(self, text: str) -> str:
        return speak(text, self.schedule, self.lookup)


def _remarks(item: Item) -> str:
    """The answer codes of an item and what else the interviewer is shown with it."""
    weight = "" if item.priority is Priority.SHOULD else f"({item.priority})"
    remarks = (
        _codes(item.answer),
        f"[consent: {item.consent}]" if item.consent else "",
        f"(listen for {', '.join(item.listen_for)})" if item.listen_for else "",
        f"→ {item.fills}" if item.fills else "",
        "(if it is lacking)" if item.gap else weight,
    )
    return "".join(_remark(remark) for remark in remarks if remark)


def _remark(text: str) -> str:
    """A remark after a text, whose own spaces no line is broken at."""
    return f"  {text.replace(' ', _UNBROKEN)}"


def _codes(answer: AnswerFormat) -> str:
    match answer.kind:
        case AnswerKind.YES_NO:
            return "[y n]"
        case AnswerKind.YES_NO_PARTLY:
            return "[y n p]"
        case AnswerKind.ONE_OF | AnswerKind.UP_TO:
            options = "  ".join(f"{code} {option}" for code, option in enumerate(answer.options, start=1))
            return f"[{options}]" if answer.kind is AnswerKind.ONE_OF else f"[up to {answer.limit} of  {options}]"
        case _:
            return ""


def _laid(mark: str, text: str, depth: int, off: bool) -> list[str]:
    """A line with its mark, indented by its depth, and broken where it is too long."""
    margin = f"{OFF_ROUTE if off else ' '} {'   ' * depth}"
    wrapped = textwrap.wrap(
        text,
        max(WIDTH, len(margin) + 40),
        initial_indent=f"{margin}{mark} " if mark else margin,
        subsequent_indent=f"{margin}{' ' * len(mark)} " if mark else margin,
        break_on_hyphens=False,
        break_long_words=False,
    )
    return [line.replace(_UNBROKEN, " ") for line in wrapped]
