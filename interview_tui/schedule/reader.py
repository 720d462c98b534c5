"""Reads an interview schedule from its YAML text; all that is wrong with it is told at once.

What a schedule must look like is checked here and in `items`; what it must mean, in `check`. Nothing but a schedule
without any error of either sort comes out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import yaml

from interview_tui.schedule.check import check, errors_of_meaning
from interview_tui.schedule.conditions import Condition
from interview_tui.schedule.ids import Ids, is_id
from interview_tui.schedule.items import SCHEDULE_KEYWORDS, SECTION_KEYWORDS, ItemReader, homes_but
from interview_tui.schedule.model import (
    DISTRESS,
    AnswerFormat,
    AnswerKind,
    IncidentPart,
    Item,
    Kind,
    Loop,
    NamedRound,
    Priority,
    Schedule,
    Section,
    WordChoice,
)
from interview_tui.schedule.nodes import MAX_BYTES, compose, too_large
from interview_tui.schedule.problems import Problem, Severity, refusal
from interview_tui.schedule.reading import Entry, Reading, line_of

__all__ = ["Problem", "Severity", "read_schedule", "read_schedule_file"]

_NEEDS, _WISHES = "needs", "nice to have"
_LOOP_KEYWORDS = ("for", "at least", "at most", "again", "each")


def read_schedule_file(path: Path) -> Schedule:
    """The schedule in a file.

    Raises:
        ScheduleError: it cannot be read, or is no schedule; `problems` holds everything that is wrong with it.
    """
    return read_schedule(_text_of(path), str(path))


def read_schedule(text: str, source: str) -> Schedule:
    """The schedule that a text holds; `source` names it in problems.

    Raises:
        ScheduleError: it is no schedule, or contradicts itself; `problems` holds everything that is wrong with it.
    """
    root = compose(text, source)
    reader = _ScheduleReader(text, source, root)
    schedule = reader.schedule(root)
    problems = reader.reading.problems
    if problems:
        raise refusal(source, [*problems, *errors_of_meaning(schedule, source, reader.doubtful(schedule))])
    problems = check(schedule, source)
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise refusal(source, problems)
    return schedule


def _text_of(path: Path) -> str:
    """The UTF-8 text of a file, of which no more is read than a schedule can have."""
    source = str(path)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refusal(
            source, [Problem(source, 0, f"The file cannot be opened ({reason})", "Check its name.")]
        ) from error
    if len(content) > MAX_BYTES:
        raise refusal(source, [too_large(source)])
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = "The file is not in UTF-8: this line holds a character in another encoding"
        raise refusal(source, [Problem(source, line, found, "Save it as UTF-8 from your editor.")]) from error


class _ScheduleReader:
    """Reads the head of a schedule, its words, its incident record, its sections and their loops."""

    def __init__(self, text: str, source: str, root: yaml.Node) -> None:
        self.reading = Reading(text, source)
        self._text = text
        self._reserved = frozenset(_reserved_ids(root))
        self._items = ItemReader(self.reading, Ids(self._reserved))
        self._loops: dict[str, int] = {}

    def doubtful(self, schedule: Schedule) -> frozenset[str]:
        """The ids of which too little could be read to judge what refers to them."""
        return (self._reserved - schedule.items().keys()) | self._items.doubtful

    def schedule(self, root: yaml.Node) -> Schedule:
        entries = self.reading.entries(root, "a schedule")
        what = "the head of the schedule"
        self.reading.refuse_unknown(entries, SCHEDULE_KEYWORDS, what, homes_but(what))
        for keyword in ("schedule", "sections"):
            if keyword not in entries and isinstance(root, yaml.MappingNode):
                self.reading.object(line_of(root), f"The schedule has no `{keyword}:`", f"Write `{keyword}:`.")
        needs, wishes = self._incident_parts(entries.get("incident record"))
        nodes = self.reading.listed(entries["sections"].node, "sections") if "sections" in entries else []
        sections = tuple(section for section in map(self._section, nodes) if section is not None)
        checklists = dict(_checklists(sections))
        return Schedule(
            title=self._line(entries, "schedule"),
            study=self._line(entries, "study"),
            version=self._line(entries, "version"),
            minutes=self._number(entries, "minutes", 0),
            words=self._words(entries.get("words")),
            needs=needs,
            wishes=wishes,
            distress=tuple(self._distress(entries["distress"])) if "distress" in entries else DISTRESS,
            sections=tuple(_section_with_options(section, checklists) for section in sections),
            text=self._text,
            sha256=hashlib.sha256(self._text.encode("utf-8")).hexdigest(),
            lines={entry.key: entry.line for entry in entries.values()},
        )

    def _words(self, entry: Entry | None) -> dict[str, tuple[WordChoice, ...]]:
        words = {}
        for word in self.reading.entries(entry.node, "`words:`").values() if entry else ():
            if self.reading.identifier(word.key, word.line, "the name of a word"):
                words[word.key] = tuple(self._choices(word))
        return words

    def _choices(self, word: Entry) -> Iterator[WordChoice]:
        spare = 0
        for line in self.reading.entries(word.node, f"the word `{word.key}`").values():
            text = self.reading.words(line.node, f"a wording of `{word.key}`")
            if spare:
                found = f"This wording of `{word.key}` stands below `otherwise:` (line {spare}), so it is never used"
                self.reading.object(line.line, found, "Put `otherwise:` last.")
            condition: Condition | None = None
            if line.key == "otherwise":
                spare = line.line
            else:
                condition = self._items.parsed(line.key, line.line)
            if condition is not None or line.key == "otherwise":
                yield WordChoice(condition, text, line.line)
        if not spare:
            found = f"The word `{word.key}` has no `otherwise:`, so it could not be spoken before the answers are known"
            self.reading.object(word.line, found, "Add `otherwise:` and a wording as its last line.")

    def _incident_parts(self, entry: Entry | None) -> tuple[tuple[IncidentPart, ...], tuple[IncidentPart, ...]]:
        if entry is None:
            return (), ()
        groups = self.reading.entries(entry.node, "`incident record:`")
        self.reading.refuse_unknown(groups, (_NEEDS, _WISHES), "`incident record:`", {})
        if groups and _NEEDS not in groups:
            self.reading.object(entry.line, "`incident record:` has no `needs:`", "Write which parts it needs.")
        seen: dict[str, int] = {}
        needs, wishes = (tuple(self._parts_of(groups.get(group), seen)) for group in (_NEEDS, _WISHES))
        return needs, wishes

    def _parts_of(self, group: Entry | None, seen: dict[str, int]) -> Iterator[IncidentPart]:
        for part in self.reading.entries(group.node, f"`{group.key}:`").values() if group else ():
            if part.key in seen:
                found = f"The part `{part.key}` stands twice (first in line {seen[part.key]})"
                self.reading.object(part.line, found, "Keep one of them.")
            elif self.reading.identifier(part.key, part.line, "the name of a part"):
                seen[part.key] = part.line
                if group is not None and group.key == _WISHES:
                    self._items.claimed(f"gap_{part.key}", part.line)
                yield IncidentPart(part.key, self.reading.words(part.node, f"the question of `{part.key}`"), part.line)

    def _distress(self, entry: Entry) -> Iterator[str]:
        """The lines for when somebody is distressed, shown as they are written."""
        for node in self.reading.listed(entry.node, "distress"):
            text = self.reading.words(node, "a line of `distress:`")
            if "${" in text:
                found = "A word that changes stands in a line of `distress:`, which is shown as it is written"
                self.reading.object(line_of(node), found, "Write the words themselves.")
            yield text

    def _section(self, node: yaml.Node) -> Section | None:
        entries = self.reading.entries(node, "a section", "Begin it with `- section:` and its title.")
        if not entries:
            return None
        self.reading.refuse_unknown(entries, SECTION_KEYWORDS, "a section", homes_but("a section"))
        if "section" not in entries:
            self.reading.object(line_of(node), "The section has no title", "Begin it with `- section:` and its title.")
        title = self._line(entries, "section")
        name = self._items.id_of(entries, title, "section", line_of(node))
        return Section(
            id=name,
            title=title,
            minutes=self._number(entries, "minutes", 0),
            condition=self._items.condition(entries),
            loop=self._loop(entries),
            parts=self._parts(entries),
            line=line_of(node),
            lines={entry.key: entry.line for entry in entries.values()},
        )

    def _parts(self, entries: dict[str, Entry]) -> tuple[Section | Item, ...]:
        """What is under `items:`, or in a loop under `each:`."""
        keyword, other = ("each", "items") if "repeat" in entries else ("items", "each")
        if keyword == "each" and "items" in entries:
            self.reading.object(entries["items"].line, "`items:` stands in a section with `repeat:`", "Write `each:`.")
        held = entries.get(keyword) or entries.get(other)
        if held is None:
            line = min(entry.line for entry in entries.values())
            self.reading.object(line, "The section holds nothing", f"Write `{keyword}:` and a list.")
            return ()
        parts = [
            self._section(node) if _is_section(node) else self._items.item(node)
            for node in self.reading.listed(held.node, held.key)
        ]
        return tuple(part for part in parts if part is not None)

    def _loop(self, entries: dict[str, Entry]) -> Loop | None:
        if "repeat" not in entries:
            for keyword in _LOOP_KEYWORDS:
                if keyword in entries:
                    found = f"`{keyword}:` stands in a section without `repeat:`"
                    self.reading.object(entries[keyword].line, found, "Write `repeat:` and a name for the loop.")
            return None
        repeat = entries["repeat"]
        written = self.reading.scalar(repeat.node, "the name of a loop")
        name = self.reading.identifier(written, repeat.line, "the name of a loop")
        if name in self._loops:
            found = f"The loop `{name}` stands twice (first in line {self._loops[name]})"
            self.reading.object(repeat.line, found, "Write another name.")
        self._loops.setdefault(name, repeat.line)
        return self._named_loop(name, entries) if "for" in entries else self._numbered_loop(name, entries)

    def _named_loop(self, name: str, entries: dict[str, Entry]) -> Loop:
        for keyword in ("at least", "at most", "again"):
            if keyword in entries:
                found = f"`{keyword}:` stands beside `for:`, which names the rounds"
                self.reading.object(entries[keyword].line, found, "Keep one of the two.")
        rounds = []
        for line in self.reading.entries(entries["for"].node, "`for:`").values():
            key = self.reading.identifier(line.key, line.line, "the name of a round")
            text = self.reading.words(line.node, f"the question that opens `{line.key}`")
            opening = Item(f"{name}_{key}", Kind.ASK, text, priority=Priority.MUST, line=line.line)
            if key and name and self._items.claimed(opening.id, line.line):
                rounds.append(NamedRound(key, opening))
        return Loop(name, named=tuple(rounds))

    def _numbered_loop(self, name: str, entries: dict[str, Entry]) -> Loop:
        least = self._number(entries, "at least", 1)
        most = self._number(entries, "at most", 1) if "at most" in entries else least
        line = entries["repeat"].line
        if most < least:
            found = f"`at most: {most}` is less than `at least: {least}`"
            self.reading.object(entries["at most"].line, found, f"Write `at most: {least}` or more.")
        if "again" not in entries:
            if most > least:
                found = "Nothing offers another round"
                self.reading.object(line, found, "Write `again:` and the question that offers one more.")
            return Loop(name, at_least=least, at_most=most)
        if most <= least:
            found = f"`again:` offers another round, but there are never more than {most}"
            self.reading.object(entries["again"].line, found, f"Write `at most: {least + 1}`, or leave `again:` out.")
        entry = entries["again"]
        text = self.reading.words(entry.node, "the question that offers one more round")
        again = Item(f"again_{name}", Kind.ASK, text, AnswerFormat(AnswerKind.YES_NO), line=entry.line)
        if name:
            self._items.claimed(again.id, entry.line)
        return Loop(name, at_least=least, at_most=most, again=again)

    def _line(self, entries: dict[str, Entry], keyword: str) -> str:
        return self.reading.words(entries[keyword].node, f"the text of `{keyword}:`") if keyword in entries else ""

    def _number(self, entries: dict[str, Entry], keyword: str, least: int) -> int:
        return self.reading.number(entries[keyword], least) if keyword in entries else least


def _is_section(node: yaml.Node) -> bool:
    return isinstance(node, yaml.MappingNode) and any(key.value == "section" for key, _ in node.value)


def _reserved_ids(node: yaml.Node) -> Iterator[str]:
    """Every id that the author wrote, or that loops and wishes bring: no derived id may take one of them."""
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _reserved_ids(child)
    if not isinstance(node, yaml.MappingNode):
        return
    texts = {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}
    written = texts.get("id")
    if isinstance(written, yaml.ScalarNode) and is_id(written.value):
        yield written.value
    loop = texts.get("repeat")
    if isinstance(loop, yaml.ScalarNode):
        yield f"again_{loop.value}"
        yield from (f"{loop.value}_{key}" for key in _keys(texts.get("for")))
    yield from (f"gap_{key}" for key in _keys(texts.get(_WISHES)))
    for child in texts.values():
        yield from _reserved_ids(child)


def _keys(node: yaml.Node | None) -> list[str]:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return [key.value for key, _ in pairs if isinstance(key, yaml.ScalarNode)]


def _checklists(parts: tuple[Section | Item, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every checklist by the id of its item, with the names of its lines."""
    for part in parts:
        if isinstance(part, Section):
            yield from _checklists(part.parts)
        else:
            if part.checklist:
                yield part.id, tuple(line.key for line in part.checklist)
            yield from _checklists((*part.for_each_yes, *part.children))


def _section_with_options(section: Section, checklists: dict[str, tuple[str, ...]]) -> Section:
    """The section with the options of every `up to 2 of` filled in from the checklist that it names."""
    parts = (
        _section_with_options(part, checklists) if isinstance(part, Section) else _item_with_options(part, checklists)
        for part in section.parts
    )
    return replace(section, parts=tuple(parts))


def _item_with_options(item: Item, checklists: dict[str, tuple[str, ...]]) -> Item:
    answer = item.answer
    if answer.kind is AnswerKind.UP_TO:
        answer = replace(answer, options=checklists.get(answer.of, ()))
    return replace(
        item,
        answer=answer,
        for_each_yes=tuple(_item_with_options(inner, checklists) for inner in item.for_each_yes),
        children=tuple(_item_with_options(inner, checklists) for inner in item.children),
    )
