"""What can be asked, in asking order, with every round laid out: what is suggested next and what is dimmed.

Conditions only suggest. A question is off route when a condition is false; it stays in reach and keeps what it holds.
Unknown is not false: an ordinary question whose condition hangs on an answer not yet given is still suggested. What
follows up on an answer (a probe, a judgement, an instruction) is suggested only once its condition is true.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, utils

from interview_tui.interview import rounds
from interview_tui.interview.events import Level, Place
from interview_tui.interview.rounds import Round
from interview_tui.interview.state import Interview
from interview_tui.schedule.conditions import evaluate, names
from interview_tui.schedule.model import AnswerKind, Item, Kind, Located, Loop, Priority, Section
from interview_tui.schedule.wording import speak

STOPS_OF_THEMSELVES = (Kind.SAY, Kind.ASK)


@dataclass(frozen=True, slots=True)
class Step:
    """An item in a round, as the interviewer meets it. `standing` is what its conditions come to (None: not known)."""

    place: Place
    located: Located
    standing: bool | None

    @property
    def kind(self) -> Kind:
        """What kind of line it is."""
        return self.located.item.kind

    @property
    def on_route(self) -> bool:
        """False only when a condition is false."""
        return self.standing is not False

    @property
    def is_stop(self) -> bool:
        """Whether Enter stops here.

        Follow-ups wait until their condition is true; a probe under a question is shown with the question, and a gap
        probe on the incident card; an instruction is shown with what comes next.
        """
        item = self.located.item
        if item.kind is Kind.INTERVIEWER or item.gap or not self.on_route:
            return False
        if item.kind is Kind.PROBE and self.located.parents and item.condition is None:
            return False
        return item.kind in STOPS_OF_THEMSELVES or self.standing is True


@dataclass(frozen=True, slots=True)
class Found:
    """A place found by a word: what is asked there, where it stands, how well it fits (0-100)."""

    place: Place
    wording: str
    breadcrumb: tuple[str, ...]
    score: float


def steps(interview: Interview) -> tuple[Step, ...]:
    """Every item in asking order, every round laid out, those that the schedule names or requires included."""
    laid: tuple[Step, ...] | None = interview.memo.get("steps")
    if laid is None:
        laid = tuple(step for section in interview.schedule.sections for step in _section(interview, section, ""))
        interview.memo["steps"] = laid
    return laid


def label(interview: Interview, round_id: str) -> str:
    """What a round is called where it is attached now; the id itself of one that nobody knows."""
    chain = interview.round_chain(round_id)
    return rounds.label(interview.schedule, chain, interview.rounds) if chain else round_id


def wording(interview: Interview, place: Place) -> str:
    """The words of an item as they are said now, or of the line of its checklist that the place names."""
    item = interview.items[place.item].item
    text = next((line.text for line in item.checklist if line.key == place.line), item.text)
    return speak(text, interview.schedule, interview.lookup(place.round or _last_round(interview, place)))


def breadcrumb(interview: Interview, place: Place) -> tuple[str, ...]:
    """Where a place stands: its sections and rounds, outermost first."""
    chain = {found.loop: found for found in interview.round_chain(place.round)}
    crumbs: list[str] = []
    for section in interview.items[place.item].sections:
        crumbs.append(section.title)
        if section.loop is not None and section.loop.id in chain:
            found = chain[section.loop.id]
            crumbs.append(rounds.own_name(section.loop, found.key))
    return tuple(crumbs)


def suggested(interview: Interview) -> Step | None:
    """The next stop that is not done: the first after where she is, else the first of all; None when all are done."""
    laid = steps(interview)
    here = next((number for number, step in enumerate(laid) if _is_here(interview, step)), -1)
    ahead = [step for step in laid[here + 1 :] if _waits(interview, step)]
    behind = [step for step in laid[: max(here, 0)] if _waits(interview, step)]
    return next(iter(ahead or behind), None)


def beside(interview: Interview, direction: int) -> Step | None:
    """The item one step on (1) or back (-1) in asking order, whether suggested or not; instructions are passed over."""
    laid = [step for step in steps(interview) if step.kind is not Kind.INTERVIEWER and not step.located.item.gap]
    here = next((number for number, step in enumerate(laid) if _is_here(interview, step)), None)
    if here is None:
        return laid[0] if direction > 0 and laid else None
    there = here + direction
    return laid[there] if 0 <= there < len(laid) else None


def section_beside(interview: Interview, direction: int) -> Step | None:
    """The first stop of the next (1) or previous (-1) section, each round's counted by itself."""
    heads: list[Step] = []
    for step in steps(interview):
        if step.is_stop and (not heads or _stretch(heads[-1]) != _stretch(step)):
            heads.append(step)
    current = next((step for step in steps(interview) if _is_here(interview, step)), None)
    if current is None:
        return heads[0] if heads else None
    order = [_stretch(head) for head in heads]
    here = order.index(_stretch(current)) if _stretch(current) in order else -1
    there = here + direction
    return heads[there] if 0 <= there < len(heads) else None


def find(interview: Interview, words: str, limit: int = 8) -> list[Found]:
    """The places whose wording fits some typed words best, over all rounds, best first."""
    query = utils.default_process(words)
    if not query:
        return []
    found: list[Found] = []
    for step in steps(interview):
        if step.kind is Kind.INTERVIEWER:
            continue
        said = wording(interview, step.place)
        crumbs = breadcrumb(interview, step.place)
        score = _fit(query, said, crumbs, step.located.item.fills)
        if score >= 60:
            found.append(Found(step.place, said, crumbs, score))
    return sorted(found, key=lambda match: -match.score)[:limit]


def untold(interview: Interview, loop: Loop, key: str, parent: str) -> Round | None:
    """The last round of a name that was opened, if nothing of it has been told yet."""
    like = [
        found for found in interview.rounds.values() if (found.loop, found.key, found.parent) == (loop.id, key, parent)
    ]
    if not like or not loop.named:
        return None
    parts = [step.place for step in steps(interview) if step.place.round == like[-1].id and step.located.item.fills]
    told = any(interview.covered(place).level is not Level.OPEN for place in parts)
    return None if told else like[-1]


def deciding(interview: Interview, round_id: str) -> list[Place]:
    """The least that must be known of a round: the items in it on which the schedule's words hang."""
    schedule = interview.schedule
    choices = [choice for choices in schedule.words.values() for choice in choices]
    wanted = {name for choice in choices if choice.condition is not None for name in names(choice.condition)}
    return [step.place for step in steps(interview) if step.place.round == round_id and step.place.item in wanted]


def must_left(interview: Interview) -> list[Step]:
    """The must-items that are still open, in asking order."""
    return [
        step
        for step in steps(interview)
        if step.on_route
        and step.located.item.priority is Priority.MUST
        and step.is_stop
        and interview.covered(step.place).level is not Level.DONE
    ]


def _fit(query: str, said: str, crumbs: tuple[str, ...], fills: str) -> float:
    """How well a query fits: every word of it should begin a word of the wording, the section or the incident part."""
    haystack = utils.default_process(" ".join((*crumbs, fills, said)))
    words = haystack.split()
    hits = [max((fuzz.ratio(part, word[: len(part)]) for word in words), default=0.0) for part in query.split()]
    whole = fuzz.partial_ratio(query, utils.default_process(said))
    return 0.8 * sum(hits) / len(hits) + 0.2 * whole


def _waits(interview: Interview, step: Step) -> bool:
    trimmed = step.place in interview.course.trimmed
    return step.is_stop and not trimmed and interview.covered(step.place).level is not Level.DONE


def _is_here(interview: Interview, step: Step) -> bool:
    return interview.place is not None and step.place == interview.place.whole


def _stretch(step: Step) -> tuple[str, str]:
    return step.located.sections[-1].id, step.place.round


def _last_round(interview: Interview, place: Place) -> str:
    """The last round of the loop that an offer of one more stands after, so that it is worded from there."""
    offers = interview.items[place.item].offers
    return next((found.id for found in reversed(interview.rounds.values()) if found.loop == offers), "")


def _section(interview: Interview, section: Section, parent: str) -> Iterator[Step]:
    if section.loop is None:
        yield from _parts(interview, section, parent)
        return
    laid = rounds.laid_out(section.loop, parent, interview.rounds)
    for found in laid:
        named = next((named for named in section.loop.named if named.key == found.key), None)
        if named is not None:
            yield _step(interview, named.opening.id, found.id)
        yield from _parts(interview, section, found.id)
        if section.loop.id == interview.schedule.incident_loop():
            for probe in interview.schedule.gap_probes():
                yield _step(interview, probe.id, found.id)
    again = section.loop.again
    if again is not None:
        offer = _step(interview, again.id, parent)
        yield offer if len(laid) < section.loop.at_most else replace(offer, standing=False)


def _parts(interview: Interview, section: Section, round_id: str) -> Iterator[Step]:
    for part in section.parts:
        if isinstance(part, Section):
            yield from _section(interview, part, round_id)
        else:
            for item in _with_children(part):
                yield _step(interview, item.id, round_id)


def _with_children(item: Item) -> Iterator[Item]:
    yield item
    for child in (*item.for_each_yes, *item.children):
        yield from _with_children(child)


def _step(interview: Interview, item: str, round_id: str) -> Step:
    located = interview.items[item]
    lookup = interview.lookup(round_id)
    values = [evaluate(condition, lookup) for condition in located.conditions]
    standing = False if False in values else None if None in values else True
    return Step(Place(item, round_id), located, standing)


def current_line(interview: Interview, place: Place) -> Place:
    """The line of a checklist that is asked next: the first unanswered, else the last; the place itself elsewhere."""
    item = interview.items[place.item].item
    if item.answer.kind is not AnswerKind.CHECKLIST or not item.checklist:
        return place.whole
    lines = [replace(place.whole, line=line.key) for line in item.checklist]
    return next((line for line in lines if line not in interview.answers), lines[-1])
