"""Whether a schedule means something: what refers to nothing, contradicts itself, or does not add up."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from interview_tui.schedule.conditions import (
    NON_ANSWERS,
    And,
    Condition,
    Count,
    Is,
    Value,
    comparisons,
    describe,
    evaluate,
    leaves,
    names,
)
from interview_tui.schedule.model import (
    AnswerFormat,
    AnswerKind,
    Consent,
    Item,
    Located,
    Priority,
    Schedule,
    Section,
)
from interview_tui.schedule.problems import Problem, Severity, nearest, shown
from interview_tui.schedule.wording import WORD

MAX_CASES = 4096
MAX_EVALUATIONS = 200_000
"""How many combinations of answers are tried to find out whether a condition can ever hold, and how many
comparisons are made for all conditions of a schedule together."""


def check(schedule: Schedule, source: str = "schedule") -> list[Problem]:
    """Everything that is wrong with the meaning of a schedule, in file order; a loaded one has warnings only."""
    checking = _Checking(schedule, source)
    warnings = [*checking.forward_references(), *checking.consents(), *checking.minutes()]
    return sorted([*errors_of_meaning(schedule, source), *warnings], key=lambda problem: problem.line)


def errors_of_meaning(schedule: Schedule, source: str, doubtful: frozenset[str] = frozenset()) -> list[Problem]:
    """What refers to nothing or contradicts itself; nothing is said of the ids in `doubtful`, which were not read."""
    checking = _Checking(schedule, source, doubtful)
    return [
        *checking.references(),
        *checking.contradictions(),
        *checking.checklists(),
        *checking.wordings(),
        *checking.incident_record(),
    ]


@dataclass(frozen=True, slots=True)
class _Bearer:
    """Something that bears a condition: where it stands, and the conditions above it."""

    condition: Condition
    line: int
    name: str
    position: int
    loops: frozenset[str]
    above: tuple[Condition, ...] = ()


class _Checking:
    def __init__(self, schedule: Schedule, source: str, doubtful: frozenset[str] = frozenset()) -> None:
        self._schedule = schedule
        self._source = source
        self._items = schedule.items()
        self._positions = {name: position for position, name in enumerate(self._items)}
        homeless = {name for name, located in self._items.items() if _names_no_checklist(located.item)}
        self._doubtful = doubtful | homeless
        self._is_whole = not doubtful
        self._answers: dict[str, tuple[Value, ...]] = {}
        self._evaluations_left = MAX_EVALUATIONS

    def references(self) -> Iterator[Problem]:
        """Conditions about items that are not there, or about values that their items cannot take."""
        for bearer in (*self._bearers(), *self._word_bearers()):
            yield from self._misread(bearer.condition, bearer.line)

    def _misread(self, condition: Condition, line: int) -> Iterator[Problem]:
        judgements = (self._judged(leaf, line) for leaf in leaves(condition))
        return (problem for problem in judgements if problem is not None)

    def _judged(self, leaf: Is | Count, line: int) -> Problem | None:
        name, _, key = leaf.name.partition(".")
        if name not in self._items:
            meant = nearest(name, self._items)
            write = f"Write `{meant}`." if meant else f"Give a question `id: {shown(name)}`."
            return None if name in self._doubtful else self._error(line, f"No item has the id `{shown(name)}`", write)
        item = self._items[name].item
        if name in self._doubtful:
            return None
        if isinstance(leaf, Count):
            return self._judged_count(item, line)
        keys = [entry.key for entry in item.checklist]
        if key and key not in keys:
            write = f"Write `{name}.{nearest(key, keys) or keys[0]}`." if keys else f"Write `{name}`."
            return self._error(line, f"`{name}` has no line `{shown(key)}`", write)
        if item.checklist and not key:
            write = f"Write `any of {name}`, or `{name}.{keys[0]}` for one line."
            return self._error(line, f"`{name}` is a checklist, of which each line is answered", write)
        values = ("yes", "no") if key else _values(item.answer)
        if leaf.value in (*values, *NON_ANSWERS):
            return None
        if not values:
            write = f"Give `{name}` an `answer:`, or ask for another item."
            return self._error(line, f"`{name}` is answered by free notes, never by `{shown(leaf.value)}`", write)
        meant = nearest(leaf.value, values)
        write = f"Write `{leaf.name} is {meant}`." if meant else f"Write one of {', '.join(values)}."
        return self._error(line, f"`{leaf.name}` is never `{shown(leaf.value)}`", write)

    def _judged_count(self, item: Item, line: int) -> Problem | None:
        if item.checklist:
            return None
        checklists = [name for name, located in self._items.items() if located.item.checklist]
        meant = nearest(item.id, checklists)
        write = f"Write the id of a checklist, such as `{meant or checklists[0]}`." if checklists else "Give it one."
        return self._error(line, f"`{item.id}` has no checklist whose yeses could be counted", write)

    def checklists(self) -> Iterator[Problem]:
        """`up to 2 of` what is no checklist."""
        for located in self._items.values():
            item = located.item
            if not _names_no_checklist(item) or item.answer.of in self._doubtful:
                continue
            meant = nearest(item.answer.of, [name for name, other in self._items.items() if other.item.checklist])
            write = f"Write `{meant}`." if meant else "Write the id of an item with a `checklist:`."
            line = item.lines.get("answer", item.line)
            yield self._error(line, f"`{shown(item.answer.of)}` names no checklist", write)

    def wordings(self) -> Iterator[Problem]:
        """`${word}` that `words:` does not define, or that leads to another and another."""
        known = self._schedule.words
        for text, line in self._spoken_texts():
            for word in WORD.findall(text):
                if word not in known:
                    meant = nearest(word, known)
                    write = f"Write `${{{meant}}}`." if meant else f"Define `{shown(word)}:` under `words:`."
                    yield self._error(line, f"`${{{shown(word)}}}` is no word of the schedule", write)
        for name, choices in known.items():
            for choice in choices:
                inner = WORD.findall(choice.text)
                if any(WORD.search(leaf.text) for word in inner for leaf in known.get(word, ())):
                    found = f"A wording of `{name}` uses a word whose wordings use words again"
                    yield self._error(choice.line, found, "Write it out: words may use words only once.")

    def incident_record(self) -> Iterator[Problem]:
        """`fills:` of no part of the record or outside the loop, and needs that nothing fills."""
        parts = [part.key for part in self._schedule.incident_parts()]
        loop = self._schedule.incident_loop()
        for located in self._items.values():
            item = located.item
            line = item.lines.get("fills", item.line)
            if not item.fills:
                continue
            if item.fills not in parts:
                meant = nearest(item.fills, parts)
                write = f"Write `fills: {meant}`." if meant else "Name it under `incident record:`."
                yield self._error(line, f"`{shown(item.fills)}` is no part of the incident record", write)
            if not located.loops:
                yield self._error(line, "`fills:` stands outside every loop", "Put the item under the `each:` of one.")
            elif located.loops[-1].id != loop:
                found = f"`fills:` stands in the loop `{located.loops[-1].id}`, but incidents are told in `{loop}`"
                yield self._error(line, found, f"Put the item under `repeat: {loop}`.")
        filled = {located.item.fills for located in self._items.values()}
        for need in self._schedule.needs:
            if need.key not in filled and self._is_whole:
                write = f"Add `fills: {need.key}` to a question, or move it to `nice to have:`."
                yield self._error(need.line, f"No question fills `{need.key}`, which an incident needs", write)

    def contradictions(self) -> Iterator[Problem]:
        """Items and sections that can never be suggested, and wordings that can never be used."""
        for bearer in self._bearers():
            whole = And((*bearer.above, bearer.condition)) if bearer.above else bearer.condition
            if not self._can_hold(whole) and self._can_hold(And(bearer.above)):
                found = f"`{bearer.name}` can never be suggested: `{shown(describe(whole))}` never holds"
                yield self._error(bearer.line, found, "Change the condition.")
        for bearer in self._word_bearers():
            if not self._can_hold(bearer.condition):
                found = f"This wording of `{bearer.name}` can never be used"
                yield self._error(bearer.line, found, "Change its condition, or leave it out.")

    def _can_hold(self, condition: Condition) -> bool:
        """Whether some answers make it true; taken for granted where it is misread or there are too many to try."""
        items = sorted(names(condition))
        if any(name in self._doubtful for name in items) or any(self._misread(condition, 0)):
            return True
        told = {(name, value) for name, value in comparisons(condition) if value in NON_ANSWERS}
        cases = [[*self._answers_of(item), *(value for name, value in told if name == item)] for item in items]
        total = math.prod(len(case) for case in cases)
        cost = total * sum(1 for _ in leaves(condition))
        if any("." in name for name, _ in told) or total > MAX_CASES or cost > self._evaluations_left:
            return True
        self._evaluations_left -= cost
        return any(
            evaluate(condition, dict(zip(items, answers, strict=True)).get) for answers in itertools.product(*cases)
        )

    def _answers_of(self, name: str) -> tuple[Value, ...]:
        """Every ordinary answer of an item, or as many as show that there are more than `MAX_CASES`."""
        if name not in self._answers:
            self._answers[name] = tuple(itertools.islice(_answers(self._items[name].item), MAX_CASES + 1))
        return self._answers[name]

    def forward_references(self) -> Iterator[Problem]:
        """Conditions about what is asked later, or in a loop that they stand outside of."""
        for bearer in self._bearers():
            for name in sorted(names(bearer.condition) & self._items.keys()):
                located = self._items[name]
                if self._positions[name] >= bearer.position:
                    found = f"The condition of `{bearer.name}` is about `{name}`, which is asked later"
                    write = f"Put it below line {located.item.line}, or change the condition."
                    yield self._warning(bearer.line, found, write)
                elif not {loop.id for loop in located.loops} <= bearer.loops:
                    loop = located.loops[-1].id
                    found = f"The condition of `{bearer.name}` is about `{name}`, answered in every round of `{loop}`"
                    yield self._warning(bearer.line, found, f"Put it into `repeat: {loop}`, or change the condition.")

    def consents(self) -> Iterator[Problem]:
        """Consents that nothing asks for, or that may be dropped for want of time."""
        for consent in Consent:
            asking = [one.item for one in self._items.values() if one.item.consent is consent]
            if not asking:
                write = f"Add `consent: {consent}` to a question answered `yes/no`, with `priority: must`."
                yield self._warning(
                    self._schedule.lines.get("schedule", 0), f"Nothing asks for consent to {consent.value}", write
                )
            elif all(item.priority is not Priority.MUST for item in asking):
                found = f"`{asking[0].id}` asks for a consent, but may be dropped when time runs out"
                yield self._warning(asking[0].line, found, "Add `priority: must`.")

    def minutes(self) -> Iterator[Problem]:
        """Minutes that do not add up; sections with a condition may or may not be counted, loops count once."""
        schedule = self._schedule
        line = schedule.lines.get("minutes", 0)
        yield from self._sum(schedule.sections, schedule.minutes, line, "the schedule")
        for section in _all_sections(schedule.sections):
            inner = [part for part in section.parts if isinstance(part, Section)]
            yield from self._sum(inner, section.minutes, section.lines.get("minutes", section.line), f"`{section.id}`")

    def _sum(self, sections: Iterable[Section], minutes: int, line: int, whole: str) -> Iterator[Problem]:
        budgets = [_minutes(section) for section in sections]
        least, most = sum(low for low, _ in budgets), sum(high for _, high in budgets)
        if minutes and most and not least <= minutes <= most:
            total = f"{least}" if least == most else f"{least} to {most}"
            found = f"The sections of {whole} have {total} minutes, not {minutes}"
            yield self._warning(line, found, "Change one or the other; repeated sections count once.")

    def _bearers(self) -> Iterator[_Bearer]:
        """Every section and item with a condition, in asking order, each once."""
        seen: set[int] = set()
        for position, located in enumerate(self._items.values()):
            above: tuple[Condition, ...] = ()
            parts: tuple[Section | Item, ...] = (*located.sections, *located.parents, located.item)
            for part in parts:
                if part.condition is None:
                    continue
                if id(part) not in seen:
                    seen.add(id(part))
                    line = part.lines.get("if", part.line)
                    yield _Bearer(part.condition, line, part.id, position, _loops_around(part, located), above)
                above = (*above, part.condition)

    def _word_bearers(self) -> Iterator[_Bearer]:
        for name, choices in self._schedule.words.items():
            for choice in choices:
                if choice.condition is not None:
                    yield _Bearer(choice.condition, choice.line, name, len(self._items), frozenset())

    def _spoken_texts(self) -> Iterator[tuple[str, int]]:
        """Every text in which a word may stand, with its line."""
        for section in _all_sections(self._schedule.sections):
            yield section.title, section.line
        for located in self._items.values():
            item = located.item
            if not item.gap:
                yield item.text, item.line
            yield from ((line.text, line.line) for line in item.checklist)
            yield from ((heard, item.lines.get("listen for", item.line)) for heard in item.listen_for)
        for part in self._schedule.incident_parts():
            yield part.question, part.line
        for choices in self._schedule.words.values():
            yield from ((choice.text, choice.line) for choice in choices)

    def _error(self, line: int, found: str, write: str) -> Problem:
        return Problem(self._source, line, found, write)

    def _warning(self, line: int, found: str, write: str) -> Problem:
        return Problem(self._source, line, found, write, Severity.WARNING)


def _names_no_checklist(item: Item) -> bool:
    return item.answer.kind is AnswerKind.UP_TO and not item.answer.options


def _values(answer: AnswerFormat) -> tuple[str, ...]:
    """The ordinary values that an answer can take."""
    match answer.kind:
        case AnswerKind.YES_NO:
            return ("yes", "no")
        case AnswerKind.YES_NO_PARTLY:
            return ("yes", "no", "partly")
        case _:
            return answer.options


def _answers(item: Item) -> Iterator[Value]:
    """Every ordinary answer of an item, each as an evaluation would be given it."""
    if item.checklist:
        keys = [line.key for line in item.checklist]
        patterns = itertools.product(("yes", "no"), repeat=len(keys))
        yield from (dict(zip(keys, pattern, strict=True)) for pattern in patterns)
    elif item.answer.kind is AnswerKind.UP_TO:
        sizes = range(1, item.answer.limit + 1)
        yield from itertools.chain.from_iterable(itertools.combinations(item.answer.options, size) for size in sizes)
    else:
        yield from _values(item.answer) or (None,)


def _loops_around(part: Section | Item, located: Located) -> frozenset[str]:
    """The loops in which a condition is judged: those around its item, or around its section and not its own."""
    if isinstance(part, Item):
        return frozenset(loop.id for loop in located.loops)
    above = itertools.takewhile(lambda section: section is not part, located.sections)
    return frozenset(section.loop.id for section in above if section.loop is not None)


def _all_sections(sections: Iterable[Section]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _all_sections(part for part in section.parts if isinstance(part, Section))


def _minutes(section: Section) -> tuple[int, int]:
    """The minutes of a section, its own or the sum of those in it: if its condition is false, and if it is true."""
    inner = [_minutes(part) for part in section.parts if isinstance(part, Section)]
    least, most = sum(low for low, _ in inner), sum(high for _, high in inner)
    if section.minutes:
        least = most = section.minutes
    return (0 if section.condition else least), most
