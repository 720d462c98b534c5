"""What the live screen shows of an interview, computed once per event: the question, the incident card, the outline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from interview_tui.fieldwork.quotas import Quotas, quotas_at
from interview_tui.fieldwork.tally import Counted
from interview_tui.interview import line, rounds, route
from interview_tui.interview.events import Level, Place
from interview_tui.interview.facts import Note
from interview_tui.interview.route import Step
from interview_tui.interview.state import Interview
from interview_tui.schedule.conditions import describe
from interview_tui.schedule.model import Item, Kind, Priority, Section
from interview_tui.schedule.wording import speak


@dataclass(frozen=True, slots=True)
class Code:
    """A code that answers the question, what it stands for, and whether it is the answer given."""

    code: str
    stands_for: str
    given: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a checklist: its words, its answer (empty while there is none), whether it is the one being asked."""

    words: str
    answer: str
    asked: bool


@dataclass(frozen=True, slots=True)
class Probe:
    """A follow-up shown under its question; `suggested` once its condition holds."""

    words: str
    suggested: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """The item where the interviewer is, as it is to be said, with all that helps to ask it."""

    place: Place
    kind: Kind
    words: str
    consent: bool
    must: bool
    coverage: Level
    how: str
    after: str
    unmet: str
    left_out: bool
    answer: str
    codes: tuple[Code, ...]
    lines: tuple[Line, ...]
    probes: tuple[Probe, ...]
    listen_for: tuple[str, ...]
    instructions: tuple[str, ...]
    said_before: tuple[Note, ...]
    quotas: Quotas | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an incident: how far it is known and the words of the last note on it."""

    key: str
    needed: bool
    level: Level
    words: str


@dataclass(frozen=True, slots=True)
class Card:
    """The incident that is being told, or was told last."""

    label: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section in a round, as a line of the outline; `first` is where it begins."""

    title: str
    round: str
    first: Place
    level: Level
    here: bool
    on_route: bool
    minutes: int
    stretch: tuple[str, str]


@dataclass(frozen=True, slots=True)
class FiledNote:
    """A note with the name of where it is filed."""

    note: Note
    home: str


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that changes on the live screen when something happens in the interview."""

    asked: Asked | None
    breadcrumb: tuple[str, ...]
    card: Card | None
    chapters: tuple[Chapter, ...]
    musts_left: tuple[Place, ...]
    notes: tuple[FiledNote, ...]


def overview(interview: Interview, notes: int, tallies: Sequence[Counted] = ()) -> Overview:
    """The interview as the live screen shows it, with the last `notes` notes, newest first.

    `tallies` are how many there are in all other interviews.
    """
    steps = route.steps(interview)
    place = interview.place
    card = _card(interview, steps)
    newest = list(interview.notes.values())[: -notes - 1 : -1]
    return Overview(
        asked=None if place is None else _asked(interview, steps, place, card, tallies),
        breadcrumb=() if place is None else route.breadcrumb(interview, place),
        card=card,
        chapters=tuple(chapters(interview, steps)),
        musts_left=tuple(step.place for step in _musts_left(interview, steps)),
        notes=tuple(FiledNote(note, home_name(interview, note.places)) for note in newest),
    )


def home_name(interview: Interview, places: tuple[Place, ...]) -> str:
    """Where a note is filed, in a word or two: a part of an incident, a theme, a section."""
    if len(places) != 1:
        return f"{len(places)} questions" if places else ""
    located = interview.items[places[0].item]
    return located.item.fills or located.item.theme or located.sections[-1].title


def chapters(interview: Interview, steps: Sequence[Step]) -> Iterator[Chapter]:
    """The sections in asking order, each round's by itself, with how far they are covered."""
    for stretch, run in _runs(steps):
        stops = [step for step in run if step.is_stop]
        levels = {interview.covered(step.place).level for step in stops}
        level = Level.DONE if levels == {Level.DONE} else Level.OPEN if levels <= {Level.OPEN} else Level.TOUCHED
        first = (stops or run)[0]
        yield Chapter(
            title=_title(interview, first),
            round=interview.round_chain(stretch[1])[-1].id if interview.round_chain(stretch[1]) else "",
            first=first.place,
            level=level,
            here=interview.place is not None and interview.place.whole in {step.place for step in run},
            on_route=bool(stops),
            minutes=first.located.sections[-1].minutes,
            stretch=stretch,
        )


def spent_ms(interview: Interview, chapter: Chapter, now_ms: int) -> int:
    """How long the interviewer has been in a section so far, all visits together."""
    visits = interview.visits()
    if visits and not interview.ended:
        visits[-1] = replace(visits[-1], end_ms=now_ms)
    return sum(
        visit.end_ms - visit.start_ms
        for visit in visits
        if (interview.items[visit.place.item].sections[-1].id, visit.place.round) == chapter.stretch
    )


def _runs(steps: Sequence[Step]) -> Iterator[tuple[tuple[str, str], list[Step]]]:
    runs: dict[tuple[str, str], list[Step]] = {}
    for step in steps:
        runs.setdefault((step.located.sections[-1].id, step.place.round), []).append(step)
    yield from runs.items()


def _title(interview: Interview, step: Step) -> str:
    """A section's title, with the round's own name where the section itself is repeated."""
    if step.located.offers:
        return f"another {step.located.offers}?"
    section: Section = step.located.sections[-1]
    chain = interview.round_chain(step.place.round)
    if section.loop is not None and chain and chain[0].loop == section.loop.id:
        return f"{section.title}: {rounds.own_name(section.loop, chain[0].key)}"
    return section.title


def _musts_left(interview: Interview, steps: Sequence[Step]) -> Iterator[Step]:
    for step in steps:
        must = step.located.item.priority is Priority.MUST and step.is_stop
        if must and interview.covered(step.place).level is not Level.DONE:
            yield step


def _asked(
    interview: Interview, steps: Sequence[Step], place: Place, card: Card | None, tallies: Sequence[Counted]
) -> Asked:
    located = interview.items[place.item]
    item = located.item
    here = next((number for number, step in enumerate(steps) if step.place == place.whole), None)
    coverage = interview.covered(place)
    step = None if here is None else steps[here]
    return Asked(
        place=place,
        kind=item.kind,
        words=route.wording(interview, place.whole),
        consent=item.consent is not None,
        must=item.priority is Priority.MUST,
        coverage=coverage.level,
        how=coverage.how.value if coverage.how is not None else "",
        after=route.wording(interview, Place(located.parents[-1].id, place.round)) if located.parents else "",
        unmet="" if step is None or step.on_route else _unmet(step),
        left_out=place.whole in interview.course.trimmed,
        answer=line.in_words(interview.answers.get(place.whole, ())),
        codes=tuple(_codes(interview, place)),
        lines=tuple(_lines(interview, place)),
        probes=(*_probes(interview, steps, place), *_gap_probes(interview, steps, place, card)),
        listen_for=item.listen_for,
        instructions=() if here is None else tuple(_instructions(interview, steps, here)),
        said_before=tuple(_said_before(interview, place)),
        quotas=quotas_at(tallies, interview, route.current_line(interview, place)),
    )


def _unmet(step: Step) -> str:
    """The condition that keeps an item off the route, in the words of the schedule."""
    return " and ".join(describe(condition) for condition in step.located.conditions)


def _codes(interview: Interview, place: Place) -> Iterator[Code]:
    asked = route.current_line(interview, place)
    given = interview.answers.get(asked if asked.line else place.whole, ())
    for code, stands_for in line.codes(interview, place):
        yield Code(code, stands_for, stands_for in given and not asked.line)


def _lines(interview: Interview, place: Place) -> Iterator[Line]:
    item = interview.items[place.item].item
    asked = place if place.line else route.current_line(interview, place)
    complete = all(replace(place.whole, line=one.key) in interview.answers for one in item.checklist)
    for one in item.checklist:
        at = replace(place.whole, line=one.key)
        said = speak(one.text, interview.schedule, interview.lookup(place.round))
        yield Line(said, line.in_words(interview.answers.get(at, ())), at == asked and not complete)


def _probes(interview: Interview, steps: Sequence[Step], place: Place) -> Iterator[Probe]:
    item = interview.items[place.item].item
    standing = {step.place.item: step.standing for step in steps if step.place.round == place.round}
    answered_yes = any(interview.answers.get(replace(place.whole, line=one.key)) == ("yes",) for one in item.checklist)
    for child in item.for_each_yes:
        if child.kind is Kind.PROBE:
            yield Probe(_spoken(interview, child, place), answered_yes)
    for child in item.children:
        if child.kind is Kind.PROBE:
            yield Probe(_spoken(interview, child, place), standing.get(child.id) is True)


def _gap_probes(interview: Interview, steps: Sequence[Step], place: Place, card: Card | None) -> Iterator[Probe]:
    """What the incident being told still lacks, once everything that it needs is known."""
    if card is None or place.round != incident_round(interview):
        return
    if any(part.needed and part.level is not Level.DONE for part in card.parts):
        return
    lacking = {part.key for part in card.parts if part.level is Level.OPEN}
    for step in steps:
        if step.located.item.gap and step.place.round == place.round and step.located.item.fills in lacking:
            yield Probe(route.wording(interview, step.place), suggested=True)


def _spoken(interview: Interview, item: Item, place: Place) -> str:
    return route.wording(interview, Place(item.id, place.round))


def _instructions(interview: Interview, steps: Sequence[Step], here: int) -> Iterator[str]:
    """The instructions that stand between the stop before this item and this item, and those under it."""
    before: list[Step] = []
    for step in reversed(steps[:here]):
        if step.is_stop:
            break
        if step.kind is Kind.INTERVIEWER and step.standing is True:
            before.append(step)
    under = {child.id for child in steps[here].located.item.children if child.kind is Kind.INTERVIEWER}
    after = [step for step in steps[here + 1 :] if step.place.item in under and step.standing is True]
    for step in (*reversed(before), *after):
        if step.place.round in ("", steps[here].place.round):
            yield route.wording(interview, step.place)


def _said_before(interview: Interview, place: Place) -> Iterator[Note]:
    """The notes linked to an item that were typed before this visit to it."""
    since_ms = _visited_since_ms(interview, place)
    for note in interview.notes_at(place):
        if note.entered_ms < since_ms:
            yield note


def _visited_since_ms(interview: Interview, place: Place) -> int:
    """When this visit to an item began; moving from line to line of its checklist is one visit."""
    since_ms = interview.at_ms
    for at_ms, visited in reversed(interview.moves):
        if visited.whole != place.whole:
            break
        since_ms = at_ms
    return since_ms


def _card(interview: Interview, steps: Sequence[Step]) -> Card | None:
    found = incident_round(interview)
    if not found:
        return None
    fills: dict[str, list[Place]] = {}
    for step in steps:
        if step.place.round == found and step.located.item.fills:
            fills.setdefault(step.located.item.fills, []).append(step.place)
    needed = {part.key for part in interview.schedule.needs}
    parts = tuple(
        _part(interview, part.key, part.key in needed, fills.get(part.key, []))
        for part in interview.schedule.incident_parts()
    )
    return Card(route.label(interview, found), parts)


def incident_round(interview: Interview) -> str:
    """The round of the incident that is being told, or was told last; empty if none was opened."""
    loop = interview.schedule.incident_loop()
    chain = interview.round_chain(interview.place.round) if interview.place is not None else []
    told = [found.id for found in interview.rounds.values() if found.loop == loop]
    return next((found.id for found in chain if found.loop == loop), told[-1] if told else "")


def _part(interview: Interview, key: str, needed: bool, places: list[Place]) -> Part:
    notes = sorted((note for at in places for note in interview.notes_at(at)), key=lambda note: note.about_ms)
    levels = {interview.covered(at).level for at in places}
    level = Level.DONE if notes or Level.DONE in levels else Level.TOUCHED if Level.TOUCHED in levels else Level.OPEN
    return Part(key, needed, level, notes[-1].text if notes else "")
