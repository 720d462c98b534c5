"""Reviewers' corrections of where talk and notes belong, laid over what the merge has found.

They are times of the call clock, so they hold for a transcript made anew, with other turns and other words. A word lies
in the stretch in which its middle lies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from interview_tui.interview import rounds
from interview_tui.interview.corrections import Correction, NotePlaced, NoteTied, TalkPlaced, TalkReleased
from interview_tui.interview.events import Place, Stretch
from interview_tui.interview.rounds import Round
from interview_tui.interview.state import Interview
from interview_tui.record.attribution.attribution import Attribution, Part
from interview_tui.record.attribution.prompting import PLAIN, Prompt
from interview_tui.record.edits import lies_in
from interview_tui.record.transcript import INTERVIEWER, Turn

PLACED = "a reviewer placed it"

Belonging = tuple[Place | None, str, float]
"""Where something belongs, why, and how sure that is."""


def reviewed(interview: Interview, corrections: Iterable[Correction]) -> Interview:
    """The interview with what its review has corrected, and the rounds open that talk or notes are placed in.

    What was placed in a round that cannot be (another one was, before it, until that was undone) is the merge's to
    place.
    """
    held = []
    for correction in corrections:
        places = _places(correction)
        missing = [rounds_before(interview, place) for place in places]
        if None not in missing:
            held.append(correction)
            new = {found.id: found for needed in missing for found in needed or ()}
            interview = interview.with_rounds({**interview.rounds, **new}) if new else interview
    return replace(interview, corrections=[*interview.corrections, *held]) if held else interview


def rounds_before(interview: Interview, place: Place) -> list[Round] | None:
    """The rounds that have to be opened before something belongs to a place, in their order.

    They are its own, those around it, and those that are numbered before one of them. None where the interview has no
    such place, and can have none.
    """
    possible = rounds.possible(interview.schedule, interview.rounds)
    located = interview.items.get(place.item)
    loop = located.loops[-1].id if located is not None and located.loops else ""
    found = possible.get(place.round)
    if located is None or (found.loop if found else place.round) != loop:
        return None
    wanted: list[Round] = []
    while found is not None:
        wanted.append(found)
        found = possible.get(found.parent)
    return [
        one
        for one in possible.values()
        if one.id not in interview.rounds and any(_comes_with(interview, one, other) for other in wanted)
    ]


def corrected(found: Attribution, turns: Sequence[Turn], interview: Interview) -> Attribution:
    """What the merge has found, as reviewers of this interview have corrected it."""
    parts = tuple(_parts(found.parts, turns, interview.corrections))
    return replace(
        found,
        parts=parts,
        prompts={**found.prompts, **_prompts(turns, interview.corrections)},
        interview=_with_rounds_told(interview, found.interview, parts),
        asked=_asked(found, parts, turns),
    )


def note_homes(corrections: Sequence[Correction]) -> Mapping[str, tuple[Place, ...]]:
    """Where reviewers say that notes belong, by the note; a note that is the merge's to place is not in it."""
    said = {one.note: one.places for one in corrections if isinstance(one, NotePlaced)}
    return {note: tuple(place.whole for place in places) for note, places in said.items() if places}


def _places(correction: Correction) -> tuple[Place, ...]:
    """Where a correction says that something belongs."""
    match correction:
        case TalkPlaced(place=Place() as place):
            return (place,)
        case NotePlaced():
            return correction.places
    return ()


def _comes_with(interview: Interview, found: Round, wanted: Round) -> bool:
    """Whether a round is to be open once another is: itself, or one that is numbered before it."""
    if (found.loop, found.parent) != (wanted.loop, wanted.parent):
        return False
    loop, _ = interview.schedule.loops()[found.loop]
    return found.id == wanted.id or (not loop.named and int(found.key) < int(wanted.key))


def _parts(parts: Sequence[Part], turns: Sequence[Turn], corrections: Sequence[Correction]) -> Iterator[Part]:
    """The parts, cut and joined between words where a reviewer says where those belong."""
    laid = [one for one in reversed(corrections) if isinstance(one, TalkPlaced | TalkReleased)]
    said = (word for part in parts for word in _words(part, turns[part.turn], laid))
    for (turn, belonging), words in groupby(said, key=lambda word: (word[0], word[2])):
        numbers = [number for _, number, _ in words]
        yield Part(turn, numbers[0], numbers[-1] + 1, *belonging)


def _words(part: Part, turn: Turn, laid: Iterable[TalkPlaced | TalkReleased]) -> Iterator[tuple[int, int, Belonging]]:
    """The words of a part by turn and number, with where each belongs. `laid` are corrections, latest first."""
    own = turn.stretch
    near = [
        (Stretch(one.start_ms, one.end_ms), one)
        for one in laid
        if one.start_ms <= own.end_ms and own.start_ms <= one.end_ms
    ]
    for number in range(part.first, part.last):
        last = next((one for stretch, one in near if lies_in(stretch, turn.words[number])), None)
        by_hand = (last.place, PLACED, 1.0) if isinstance(last, TalkPlaced) else None
        yield part.turn, number, by_hand or (part.place, part.why, part.sure)


def _prompts(turns: Sequence[Turn], corrections: Sequence[Correction]) -> dict[str, Prompt]:
    """What prompted the notes of which a reviewer has said that."""
    said = {one.note: one.about_ms for one in corrections if isinstance(one, NoteTied)}
    return {note: Prompt(at_ms, _begun(turns, at_ms), PLAIN) for note, at_ms in said.items() if at_ms is not None}


def _begun(turns: Sequence[Turn], at_ms: int) -> int:
    """The last turn that had begun by then (its place in the list)."""
    return max((number for number, turn in enumerate(turns) if turn.start_ms <= at_ms), default=0)


def _with_rounds_told(interview: Interview, found: Interview, parts: Sequence[Part]) -> Interview:
    """The interview without those rounds that the merge has opened and in which nothing is told any more."""
    told = {one.id for part in parts if part.place for one in found.round_chain(part.place.round)}
    kept = {name: one for name, one in found.rounds.items() if name in interview.rounds or name in told}
    return found if len(kept) == len(found.rounds) else found.with_rounds(kept)


def _asked(found: Attribution, parts: Sequence[Part], turns: Sequence[Turn]) -> dict[Place, float]:
    """What she asked: no longer where no word of hers is left; where a reviewer placed a question of hers, it as well.

    That one was asked in other words: by its own it would have been found.
    """
    gone = _hers(found.parts, turns) - _hers(parts, turns)
    asked = {place: like for place, like in found.asked.items() if place not in gone}
    questions = [part for part in parts if part.why == PLACED and "?" in _text(part, turns)]
    return {**dict.fromkeys(_hers(questions, turns), 0.0), **asked}


def _hers(parts: Sequence[Part], turns: Sequence[Turn]) -> set[Place]:
    """The places at which the interviewer speaks."""
    return {part.place.whole for part in parts if part.place and turns[part.turn].speaker == INTERVIEWER}


def _text(part: Part, turns: Sequence[Turn]) -> str:
    return " ".join(word.text for word in turns[part.turn].words[part.first : part.last])
