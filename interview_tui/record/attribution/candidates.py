"""The places that talk can belong to, in asking order, those of rounds that she may have forgotten to open included."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from interview_tui.interview import rounds, route
from interview_tui.interview.events import Place
from interview_tui.interview.route import Step
from interview_tui.interview.state import Interview
from interview_tui.record.attribution.wording import phrasings
from interview_tui.schedule.model import AnswerKind, Kind

SPOKEN = (Kind.SAY, Kind.ASK, Kind.PROBE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that talk can belong to.

    `phrasings` are the ways to ask it, `names` what a note may call it, `round_name` what its named round is called.
    `section` is that of this round; `expected` says that it is met in its turn, without any reason. `outer` is its
    outermost round, `invented` the same if she has not opened that, nor does the schedule ask for it. One that `offers`
    asks whether there is another round.
    """

    place: Place
    phrasings: tuple[str, ...]
    names: tuple[str, ...]
    round_name: str
    section: str
    expected: bool
    event: bool
    outer: str
    invented: str
    offers: bool


def possible(interview: Interview) -> Interview:
    """The interview with one more round laid out of every outermost numbered loop that may have more of them."""
    laid = rounds.possible(interview.schedule, interview.rounds)
    return interview.with_rounds(
        {name: one for name, one in laid.items() if name in interview.rounds or not one.parent}
    )


def candidates(interview: Interview, real: Interview) -> list[Candidate]:
    """Every place of an interview that can be asked or was visited, in asking order.

    `interview` has possible rounds laid out, `real` only those that are.
    """
    touched = {place.whole for _, place in real.moves}
    touched |= {home.whole for note in real.notes.values() for home in note.places}
    known = {"", *real.rounds, *real.expected}
    found: list[Candidate] = []
    for step in route.steps(interview):
        if step.place in touched or _can_be_asked(step):
            found.extend(_of_step(interview, step, known))
    return found


def _can_be_asked(step: Step) -> bool:
    item = step.located.item
    follows_a_line = any(item in parent.for_each_yes for parent in step.located.parents)
    return item.kind in SPOKEN and not item.gap and not follows_a_line


def _of_step(interview: Interview, step: Step, known: Collection[str]) -> Iterator[Candidate]:
    item = step.located.item
    chain = interview.round_chain(step.place.round)
    loops = interview.schedule.loops()
    candidate = Candidate(
        place=step.place,
        phrasings=phrasings(route.wording(interview, step.place)),
        names=tuple(name for name in (item.theme, item.fills, item.id.replace("_", " "), *item.listen_for) if name),
        round_name=chain[0].key if chain and loops[chain[0].loop][0].named else "",
        section=f"{step.located.sections[-1].id}/{step.place.round}",
        expected=step.on_route and item.kind in (Kind.SAY, Kind.ASK) and not item.gap,
        event=bool(interview.schedule.needs) and item.fills == interview.schedule.needs[0].key,
        outer=chain[-1].id if chain else "",
        invented=chain[-1].id if chain and chain[-1].id not in known else "",
        offers=bool(step.located.offers),
    )
    if item.answer.kind is not AnswerKind.CHECKLIST or not item.checklist:
        yield candidate
        return
    for line in item.checklist:
        yield replace(
            candidate,
            place=replace(step.place, line=line.key),
            phrasings=phrasings(line.text),
            names=(line.key.replace("_", " "),),
        )
