"""The structural codes of an interview: its schedule's questions, its incidents, their parts, its themes."""

from __future__ import annotations

import colorsys
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from interview_tui.export.document import Block, Document
from interview_tui.export.refi.characters import Distinct, named, plain
from interview_tui.export.refi.identity import Identity
from interview_tui.export.refi.markup import Lines, element, text
from interview_tui.record.model import Entry, Incident
from interview_tui.schedule.model import Item, Kind, Schedule, Section
from interview_tui.schedule.wording import speak

Key = tuple[str, ...]
"""What a code is of: `("item", id)`, `("incident", case, id)`; the same in every interview that has it."""

SCHEDULE, INCIDENTS, PARTS, THEMES = ("Schedule",), ("Incidents",), ("Incident parts",), ("Themes",)
_ELSEWHERE = ("elsewhere",)
_CODED = (Kind.ASK, Kind.RECORD, Kind.PROBE)


@dataclass(frozen=True, slots=True)
class Code:
    """A code, or a folder of codes, which nothing is coded with.

    `name` is what it would be called if no other were called so; `hint` then tells it from that one. `wordings` are
    its description, a line each. `parent` is the key of the folder it stands in, empty at the top.
    """

    key: Key
    parent: Key
    name: str
    hint: str = ""
    wordings: tuple[str, ...] = ()
    codable: bool = True


class CodeTree:
    """The codes of many interviews, each once, in the order in which they were first met."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._codes: dict[Key, Code] = {}

    def add(self, codes: Iterable[Code]) -> None:
        """Take codes in, parents first. A code that is there already gains the wordings that it lacks."""
        for code in codes:
            known = self._codes.setdefault(code.key, code)
            wordings = tuple(dict.fromkeys((*known.wordings, *code.wordings)))
            if wordings != known.wordings:
                self._codes[code.key] = replace(known, wordings=wordings)

    def __bool__(self) -> bool:
        return bool(self._codes)

    def lines(self) -> Lines:
        """The codes as `Code` elements, their names distinct."""
        distinct, under = Distinct(), dict[Key, list[Code]]()
        for code in self._codes.values():
            under.setdefault(code.parent, []).append(code)
        return self._of((), under, distinct)

    def _of(self, parent: Key, under: Mapping[Key, list[Code]], distinct: Distinct) -> Lines:
        lines: Lines = []
        siblings = under.get(parent, [])
        names = [distinct(code.name, code.hint) for code in siblings]
        for code, name in zip(siblings, names, strict=True):
            inside = [*described(code), *self._of(code.key, under, distinct)]
            lines += element("Code", inside, **self._attributes(code, name))
        return lines

    def _attributes(self, code: Code, name: str) -> dict[str, str]:
        return {
            "guid": self._identity.of(*code.key),
            "name": name,
            "isCodable": "true" if code.codable else "false",
            "color": _colour(code.key),
        }


def described(code: Code) -> Lines:
    """The description of a code as an element."""
    return text("Description", "\n".join(plain(wording) for wording in code.wordings if plain(wording)))


class InterviewCodes:
    """The codes of one interview, and which of them a turn is coded with."""

    def __init__(self, document: Document) -> None:
        self._record = document.record
        self._schedule = document.enclosed.schedule
        self._items = self._schedule.items() if self._schedule is not None else {}
        self._entries: dict[str, Entry] = {}
        for entry in self._record.entries:
            self._entries.setdefault(entry.place.item, entry)
        self._at = {entry.place.whole: entry for entry in self._record.entries}
        self._codes: dict[Key, Code] = {}
        self._lay(_of_schedule(self._schedule) if self._schedule is not None else ())
        self._lay(self._of_incidents())

    @property
    def codes(self) -> tuple[Code, ...]:
        """All codes so far: the schedule's, the incidents', and what turns were coded with beyond these."""
        return tuple(self._codes.values())

    def of(self, block: Block) -> list[Key]:
        """The codes of a turn: its question, its incident, the part it tells, its theme."""
        codes = [*self._question(block), *self._incident(block), *self._part(block), *self._theme(block)]
        self._lay(codes)
        return [code.key for code in codes if code.codable]

    def _lay(self, codes: Iterable[Code]) -> None:
        for code in codes:
            self._codes.setdefault(code.key, code)

    def _question(self, block: Block) -> Iterator[Code]:
        if block.place is None:
            return
        item = block.place.item
        entry = self._entries.get(item)
        if item in self._items:
            located = self._items[item]
            if located.item.kind is not Kind.INTERVIEWER and self._schedule is not None:
                yield from _in_sections(self._schedule, located.sections, located.item)
        elif entry is None or entry.kind != Kind.INTERVIEWER:
            yield _folder(SCHEDULE)
            yield Code(_ELSEWHERE, SCHEDULE, "Not in the schedule", codable=False)
            wording = entry.question if entry is not None else ""
            name = named(wording, named(item))
            yield Code(("item", item), _ELSEWHERE, name, named(item), (wording,) if wording else ())

    def _incident(self, block: Block) -> Iterator[Code]:
        key = ("incident", self._record.case, block.incident)
        if block.incident and key in self._codes:
            yield self._codes[key]

    def _part(self, block: Block) -> Iterator[Code]:
        if block.field:
            yield from _part(block.field, "")

    def _theme(self, block: Block) -> Iterator[Code]:
        if block.place is None:
            return
        entry = self._at.get(block.place.whole)
        located = self._items.get(block.place.item)
        theme = entry.theme if entry is not None else located.item.theme if located is not None else ""
        if theme:
            yield from _theme(theme)

    def _of_incidents(self) -> Iterator[Code]:
        told = {incident.id: incident for incident in self._record.incidents}
        for incident in sorted(told.values(), key=lambda one: one.order):
            if incident.id:
                yield _folder(INCIDENTS)
                kind = ("kind", incident.key)
                yield Code(kind, INCIDENTS, named(incident.key, "incident"), "incidents", codable=False)
                yield self._of_incident(incident, kind)
        for incident in told.values():
            for part in incident.fields:
                yield from _part(part.key, part.question)

    def _of_incident(self, incident: Incident, kind: Key) -> Code:
        name = named(f"{self._record.case} {incident.label or incident.id}")
        parts = "; ".join(f"{part.key}: {part.state}" for part in incident.fields)
        wordings = (f"Told as number {incident.order}.", f"Parts: {parts}." if parts else "")
        return Code(("incident", self._record.case, incident.id), kind, name, named(incident.id), wordings)


def case_code(case: str, name: str) -> Code:
    """The code that stands for a case, for programs that link text to cases so. It has the case's own identity."""
    return Code(("case", case), (), name, "case")


def _of_schedule(schedule: Schedule) -> Iterator[Code]:
    """A folder for each section and in it a code for each question; then the parts of an incident, and the themes."""
    located = [each for each in schedule.walk() if each.item.kind in _CODED]
    for each in located:
        yield from _in_sections(schedule, each.sections, each.item)
    for part in schedule.incident_parts():
        yield from _part(part.key, _said(part.question, schedule))
    for each in located:
        if each.item.theme:
            yield from _theme(each.item.theme)


def _in_sections(schedule: Schedule, sections: Iterable[Section], item: Item) -> Iterator[Code]:
    yield _folder(SCHEDULE)
    parent: Key = SCHEDULE
    for section in sections:
        key: Key = ("section", section.id)
        title = _said(section.title, schedule)
        yield Code(key, parent, named(title), "section", codable=False)
        parent = key
    wording = _said(item.text, schedule)
    lines = (f"– {_said(line.text, schedule)}" for line in item.checklist)
    yield Code(("item", item.id), parent, named(wording, item.id), named(item.id), (wording, *lines))


def _said(words: str, schedule: Schedule) -> str:
    """Words of the schedule as they are said while nothing has been answered."""
    return speak(words, schedule, lambda _: None)


def _part(key: str, question: str) -> Iterator[Code]:
    yield _folder(PARTS)
    yield Code(("part", key), PARTS, named(key), "part", (question,) if question else ())


def _theme(theme: str) -> Iterator[Code]:
    yield _folder(THEMES)
    yield Code(("theme", theme), THEMES, named(theme), "theme")


def _folder(key: Key) -> Code:
    return Code(key, (), key[0], "folder", codable=False)


def _colour(key: Key) -> str:
    """A colour that a code keeps in every export: neither pale nor dark, so that text on it can be read."""
    hue, depth = hashlib.sha256(repr(key).encode("utf-8", "replace")).digest()[:2]
    red, green, blue = (round(255 * part) for part in colorsys.hls_to_rgb(hue / 256, 0.6 + depth / 1280, 0.6))
    return f"#{red:02X}{green:02X}{blue:02X}"
