"""The interview schedule as data: sections of items, loops of rounds, words that depend on answers.

Nothing here knows what a study is about: roles, rounds and parts of an incident come from the schedule file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from interview_tui.schedule.conditions import Condition

DISTRESS = (
    "Wait. “Take your time. Shall we pause for a moment?”",
    "Ask: “Would you like to go on, leave this question out, or stop here?”",
    "In tears, or no answer: stop asking. Ask how they are, and whether somebody is there.",
    "Go on only if they want to and sound able to, with something easier.",
    "Stopping is always right. Thank them; nothing need be explained.",
    "Before ringing off: a help line, and may you ring again to ask how they are?",
    "Somebody is in danger: the emergency services first, then whoever leads the study.",
)
"""What to do when somebody is distressed, where the schedule does not say: from pausing to stopping to telling.

In our own words, after the steps of the CDC's distress protocol for telephone interviews (mild, moderate, severe) and
of Draucker, Martsolf and Poole (2009), "Developing distress protocols for research on sensitive topics": stop, find
out, go on only if they are able to. It names no help line, for those differ from country to country.
"""


class Kind(StrEnum):
    """What a line of the schedule is to the interviewer."""

    SAY = "say"  # read aloud, no answer expected
    ASK = "ask"  # a question; counts towards coverage
    PROBE = "probe"  # an optional follow-up; never missed
    RECORD = "record"  # judged or looked up by the interviewer; never read aloud
    INTERVIEWER = "interviewer"  # an instruction; never read aloud, never exported as a question


class Priority(StrEnum):
    """What goes first when time runs out: `could`, then `should`; `must` never."""

    MUST = "must"
    SHOULD = "should"
    COULD = "could"


class Consent(StrEnum):
    """What a consent item opens or shuts."""

    TAKE_PART = "take part"
    RECORDING = "recording"


class AnswerKind(StrEnum):
    """How an item is answered."""

    NOTES = "notes"  # free notes only
    YES_NO = "yes/no"
    YES_NO_PARTLY = "yes/no/partly"
    ONE_OF = "one of"
    UP_TO = "up to"  # up to `limit` of the lines of another item's checklist
    CHECKLIST = "checklist"  # every line answered yes/no, one after the other


ONE_OF_SEVERAL = (AnswerKind.YES_NO, AnswerKind.YES_NO_PARTLY, AnswerKind.ONE_OF)


@dataclass(frozen=True, slots=True)
class AnswerFormat:
    """The answers an item takes besides notes.

    `options` are the values in the order of their codes 1, 2, 3 (empty for notes and yes/no kinds);
    for `UP_TO` they are the keys of the lines of checklist item `of`, of which at most `limit`.
    """

    kind: AnswerKind = AnswerKind.NOTES
    options: tuple[str, ...] = ()
    limit: int = 1
    of: str = ""

    @property
    def chooses_one(self) -> bool:
        """Whether one of several answers is chosen."""
        return self.kind in ONE_OF_SEVERAL or (self.kind is AnswerKind.UP_TO and self.limit == 1)


@dataclass(frozen=True, slots=True)
class ChecklistLine:
    """One thing of a checklist, read aloud and answered yes or no."""

    key: str
    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the schedule.

    `id` is unique in the schedule: the author's, or derived from the words. `text` is as written, with `${word}`
    unresolved. `children` are the items under `then:`, `for_each_yes` those offered after every yes of a checklist.
    `lines` gives the line of the file in which a keyword of the item stands.
    """

    id: str
    kind: Kind
    text: str
    answer: AnswerFormat = AnswerFormat()
    checklist: tuple[ChecklistLine, ...] = ()
    for_each_yes: tuple[Item, ...] = ()
    listen_for: tuple[str, ...] = ()
    consent: Consent | None = None
    condition: Condition | None = None
    children: tuple[Item, ...] = ()
    priority: Priority = Priority.SHOULD
    fills: str = ""
    theme: str = ""
    line: int = 0
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)
    gap: bool = False  # a gap probe: made from a wish of the incident record, offered when the incident lacks it


@dataclass(frozen=True, slots=True)
class NamedRound:
    """A round that the schedule names, with the question that opens it (`for:`)."""

    key: str
    opening: Item


@dataclass(frozen=True, slots=True)
class Loop:
    """What is asked once per round.

    Either `named` rounds, or numbered ones: `at_least` to `at_most` of them, each after the first offered by `again`.
    """

    id: str
    named: tuple[NamedRound, ...] = ()
    at_least: int = 1
    at_most: int = 1
    again: Item | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of the schedule.

    Without a loop, `parts` are asked once. With one, `parts` are what is under `each:`, asked once per round.
    `lines` gives the line of the file in which a keyword of the section stands.
    """

    id: str
    title: str
    parts: tuple[Section | Item, ...]
    minutes: int = 0
    condition: Condition | None = None
    loop: Loop | None = None
    line: int = 0
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class WordChoice:
    """One line of a word: `text` if `condition` is true; `condition` None is `otherwise`."""

    condition: Condition | None
    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class IncidentPart:
    """A part of the incident record and the probe that would ask for it."""

    key: str
    question: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Located:
    """An item with where it stands: sections outermost first, the loops around it, its parent items, its own depth.

    `parents` are the items above it, outermost first; `loops` the loops around it, outermost first;
    `opens` is the key of the named round that this item opens, if it is such an opening question;
    `offers` the loop of which this item offers one more round (`again:`).
    """

    item: Item
    sections: tuple[Section, ...]
    loops: tuple[Loop, ...]
    parents: tuple[Item, ...]
    opens: str = ""
    offers: str = ""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All conditions that must hold: of its sections, its parents and itself."""
        bearers: tuple[Section | Item, ...] = (*self.sections, *self.parents, self.item)
        return tuple(bearer.condition for bearer in bearers if bearer.condition is not None)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A whole interview schedule.

    `distress` is what the interviewer sees when somebody is distressed, line by line: the ladder and the help lines.
    `text` is the file as read and `sha256` the hash of its UTF-8 bytes, both kept with each interview; `lines` gives
    the line in which a keyword of the schedule itself stands.
    """

    title: str
    study: str
    version: str
    minutes: int
    words: Mapping[str, tuple[WordChoice, ...]]
    needs: tuple[IncidentPart, ...]
    wishes: tuple[IncidentPart, ...]
    sections: tuple[Section, ...]
    distress: tuple[str, ...] = DISTRESS
    text: str = field(repr=False, default="")
    sha256: str = ""
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    def walk(self) -> Iterator[Located]:
        """Every item once, in asking order.

        Openings of named rounds come before the items of the round, each in `for:` order; the gap probes of an
        incident after them; `again:` after the round's.
        """
        gaps = (self.incident_loop(), self.gap_probes())
        for section in self.sections:
            yield from _walk_section(section, (), (), gaps)

    def gap_probes(self) -> tuple[Item, ...]:
        """The wishes of the incident record as probes, which stand at the end of every round of the incident loop."""
        return tuple(
            Item(id=f"gap_{wish.key}", kind=Kind.PROBE, text=wish.question, fills=wish.key, gap=True)
            for wish in self.wishes
        )

    def items(self) -> dict[str, Located]:
        """Every item by its id, in asking order."""
        return {located.item.id: located for located in self.walk()}

    def loops(self) -> dict[str, tuple[Loop, Section]]:
        """Every loop by its id, with the section that it repeats, outermost first."""
        found: dict[str, tuple[Loop, Section]] = {}

        def visit(section: Section) -> None:
            if section.loop is not None:
                found[section.loop.id] = (section.loop, section)
            for part in section.parts:
                if isinstance(part, Section):
                    visit(part)

        for section in self.sections:
            visit(section)
        return found

    def parent_loop(self, loop: str) -> str:
        """The id of the loop around `loop`; empty if it stands in none."""
        for outer, (_, section) in self.loops().items():
            inner = [part for part in section.parts if isinstance(part, Section)]
            while inner:
                part = inner.pop()
                if part.loop is not None and part.loop.id == loop:
                    return outer
                if part.loop is None:
                    inner.extend(child for child in part.parts if isinstance(child, Section))
        return ""

    def incident_loop(self) -> str:
        """The id of the loop whose items fill the parts of the incident record; empty if there is none."""
        for section in self.sections:
            for located in _walk_section(section, (), (), ("", ())):
                if located.item.fills and located.loops:
                    return located.loops[-1].id
        return ""

    def incident_parts(self) -> tuple[IncidentPart, ...]:
        """The four needs and then the wishes."""
        return (*self.needs, *self.wishes)


def _walk_section(
    section: Section, above: tuple[Section, ...], loops: tuple[Loop, ...], gaps: tuple[str, tuple[Item, ...]]
) -> Iterator[Located]:
    here = (*above, section)
    inside = loops if section.loop is None else (*loops, section.loop)
    if section.loop is not None:
        for named in section.loop.named:
            yield Located(named.opening, here, inside, (), opens=named.key)
    for part in section.parts:
        if isinstance(part, Section):
            yield from _walk_section(part, here, inside, gaps)
        else:
            yield from _walk_item(part, here, inside, ())
    if section.loop is not None and section.loop.id == gaps[0]:
        for probe in gaps[1]:
            yield Located(probe, here, inside, ())
    if section.loop is not None and section.loop.again is not None:
        yield Located(section.loop.again, here, loops, (), offers=section.loop.id)


def _walk_item(
    item: Item, sections: tuple[Section, ...], loops: tuple[Loop, ...], parents: tuple[Item, ...]
) -> Iterator[Located]:
    yield Located(item, sections, loops, parents)
    for child in (*item.for_each_yes, *item.children):
        yield from _walk_item(child, sections, loops, (*parents, item))
