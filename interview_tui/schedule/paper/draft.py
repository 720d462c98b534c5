"""A schedule being drafted, and the draft as a text in the schedule language, with what is doubtful marked in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

UNSURE = "# unsure:"
"""How a comment begins that asks the author to look at what stands below it."""

_PLAIN = re.compile(r"[A-Za-z0-9À-ɏ“‘(][^\\]*")
_NOT_PLAIN = re.compile(r": |:$| #|^(?:true|false|null|yes|no|on|off|~)$|^[0-9.]+$", re.IGNORECASE)


@dataclass
class DraftItem:
    """An item: its keyword (`ask`, `probe` …), its text, and what else is known of it."""

    kind: str
    text: str
    id: str = ""
    answer: str = ""
    consent: str = ""
    condition: str = ""
    fills: str = ""
    priority: str = ""
    checklist: dict[str, str] = field(default_factory=dict)
    for_each_yes: list[DraftItem] = field(default_factory=list)
    listen_for: list[str] = field(default_factory=list)
    then: list[DraftItem] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)


@dataclass
class DraftSection:
    """A section: items and sections in their order; `rounds` makes a loop of it, each with its opening question."""

    title: str
    parts: list[DraftItem | DraftSection] = field(default_factory=list)
    minutes: int = 0
    repeat: str = ""
    rounds: list[tuple[str, str]] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)

    def items(self) -> Iterator[DraftItem]:
        """Every item in it, in order, those under others too."""
        for part in self.parts:
            if isinstance(part, DraftSection):
                yield from part.items()
            else:
                yield from family(part)

    def sections(self) -> Iterator[DraftSection]:
        """It and every section in it."""
        yield self
        for part in self.parts:
            if isinstance(part, DraftSection):
                yield from part.sections()


@dataclass
class Draft:
    """A whole schedule; `needs` are the parts of the incident record with their questions."""

    title: str
    sections: list[DraftSection]
    needs: dict[str, str] = field(default_factory=dict)
    unsure: list[str] = field(default_factory=list)

    def items(self) -> Iterator[DraftItem]:
        """Every item, in order."""
        for section in self.sections:
            yield from section.items()


@dataclass(frozen=True, slots=True)
class Written:
    """A draft in the schedule language, and what there is in it."""

    text: str
    sections: int
    questions: int
    probes: int
    conditions: int
    unsure: int


def family(item: DraftItem) -> Iterator[DraftItem]:
    """An item and all that stand under it."""
    yield item
    for child in (*item.for_each_yes, *item.then):
        yield from family(child)


def written(draft: Draft, source: str) -> Written:
    """The draft as the text of a file; `source` names what it was made of in the comment at its head."""
    text = "\n".join(_lines(draft, source)) + "\n"
    items = list(draft.items())
    sections = [section for one in draft.sections for section in one.sections()]
    return Written(
        text=text,
        sections=len(sections),
        questions=sum(item.kind == "ask" for item in items) + sum(len(section.rounds) for section in sections),
        probes=sum(item.kind == "probe" for item in items),
        conditions=sum(bool(item.condition) for item in items),
        unsure=text.count(UNSURE),
    )


def _lines(draft: Draft, source: str) -> Iterator[str]:
    yield f"# A first draft, made of {one_line(source)}. What could not be told for sure is marked: # unsure"
    yield "# Look at each of them, and delete the comment. docs/schedule-language.md explains the language."
    yield ""
    yield from _doubts(draft.unsure, "")
    yield f"schedule: {quoted(draft.title)}"
    yield "version: 1"
    if draft.needs:
        yield ""
        yield "incident record:"
        yield "  needs:"
        yield from (f"    {key}: {quoted(question)}" for key, question in draft.needs.items())
    yield ""
    yield "sections:"
    for section in draft.sections:
        yield ""
        yield from _section(section, "")


def _section(section: DraftSection, margin: str) -> Iterator[str]:
    yield from _doubts(section.unsure, margin)
    yield f"{margin}- section: {quoted(section.title)}"
    if section.minutes:
        yield f"{margin}  minutes: {section.minutes}"
    if section.rounds:
        yield f"{margin}  repeat: {section.repeat}"
        yield f"{margin}  for:"
        yield from (f"{margin}    {key}: {quoted(opening)}" for key, opening in section.rounds)
    yield f"{margin}  {'each' if section.rounds else 'items'}:"
    for part in section.parts:
        if isinstance(part, DraftSection):
            yield ""
            yield from _section(part, f"{margin}    ")
        else:
            yield from _item(part, f"{margin}    ")


def _item(item: DraftItem, margin: str) -> Iterator[str]:
    yield from _doubts(item.unsure, margin)
    yield f"{margin}- {item.kind}: {quoted(item.text)}"
    for keyword, value in (
        ("id", item.id),
        ("answer", item.answer),
        ("consent", item.consent),
        ("if", item.condition),
        ("fills", item.fills),
        ("priority", item.priority),
    ):
        if value:
            yield f"{margin}  {keyword}: {value}"
    if item.listen_for:
        yield f"{margin}  listen for:"
        yield from (f"{margin}    - {quoted(word)}" for word in item.listen_for)
    if item.checklist:
        yield f"{margin}  checklist:"
        yield from (f"{margin}    {key}: {quoted(text)}" for key, text in item.checklist.items())
    for keyword, children in (("for each yes", item.for_each_yes), ("then", item.then)):
        if children:
            yield f"{margin}  {keyword}:"
            for child in children:
                yield from _item(child, f"{margin}    ")


def _doubts(doubts: Iterable[str], margin: str) -> Iterator[str]:
    yield from (f"{margin}{UNSURE} {one_line(doubt)}" for doubt in doubts)


def one_line(text: str) -> str:
    """A text as it can stand in a comment."""
    return " ".join(text.split())


def quoted(text: str) -> str:
    """A text as it stands in the file: as it is, or in quotation marks where a sign in it would be misread."""
    if _PLAIN.fullmatch(text) and not _NOT_PLAIN.search(text):
        return text
    return "'" + text.replace("'", "''") + "'"
