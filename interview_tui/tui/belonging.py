"""Where talk and notes belong: what a reviewer can choose from, and the acts that move them there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

from interview_tui.interview import route
from interview_tui.interview.corrections import NoteTied
from interview_tui.interview.events import Place, Stretch
from interview_tui.interview.rounds import Round
from interview_tui.interview.state import Interview
from interview_tui.record.attribution.candidates import possible
from interview_tui.record.model import PlacedTurn
from interview_tui.record.placing import PLACED, note_homes, reviewed, rounds_before
from interview_tui.record.under_review import UnderReview
from interview_tui.schedule.model import Kind
from interview_tui.tui import signs
from interview_tui.tui.acts import Act, Acting, words_in
from interview_tui.tui.choosers.chooser import Choice

NO_QUESTION, PROGRAM = "no question", "the program"
"""Keys of the choices that are no place: the key of a place has a stroke in it."""
NO_WORDS = "There is nothing said here."
NO_SUCH_PLACE = "This question cannot be asked in this interview."
NO_SUCH_NOTE = "This note is not on the record."
NEW = "not opened in the call"
HERE = "▸"
BRIEF = 40


@dataclass(frozen=True, slots=True)
class Offered:
    """Where something can be moved, in the order of the schedule, and the key of where it belongs now."""

    choices: tuple[Choice, ...]
    chosen: str = ""


def places_for_talk(found: UnderReview, stretch: Stretch) -> Offered:
    """Where what is said in a stretch can be moved. It is left to the program again only where somebody placed it."""
    here = _talk(found, stretch)
    present = {_key(placed.place) for placed in here}
    none = Choice(NO_QUESTION, "no question", "it is beside them all", HERE if NO_QUESTION in present else "")
    return _offered(found, present, [none, *_released(any(placed.why == PLACED for placed in here))])


def places_for_note(found: UnderReview, note: str) -> Offered:
    """Where a note can be moved. It is left to the program again only where somebody placed it."""
    present = {_key(place) for placed in found.record.notes if placed.note == note for place in placed.places}
    homes = note_homes([*found.interview.corrections, *found.review.corrections])
    return _offered(found, present, _released(note in homes))


def notes_near(found: UnderReview, at_ms: int) -> Offered:
    """The notes that may be about a moment (call clock, ms), the nearest first."""
    origin_ms = found.record.origin_ms
    notes = sorted(found.record.notes, key=lambda note: abs(note.about_ms - at_ms))
    choices = [
        Choice(note.note, " ".join(note.text.split()), signs.clock(max(0, note.about_ms - origin_ms))) for note in notes
    ]
    return Offered(tuple(choices), choices[0].key if choices else "")


def is_tied(found: UnderReview, note: str) -> bool:
    """Whether somebody said which moment a note is about."""
    corrections = [*found.interview.corrections, *found.review.corrections]
    said = [one.about_ms for one in corrections if isinstance(one, NoteTied) and one.note == note]
    return bool(said) and said[-1] is not None


def moves_talk(key: str, stretch: Stretch) -> Acting:
    """What moves talk to where a choice of this key says."""
    if key == PROGRAM:
        return partial(release_talk, stretch=stretch)
    return lambda found: place_talk(found, stretch, None if key == NO_QUESTION else _place(found, key))


def moves_note(key: str, note: str) -> Acting:
    """What moves a note to where a choice of this key says."""
    if key == PROGRAM:
        return partial(release_note, note=note)
    return lambda found: place_note(found, note, [_place(found, key)])


def place_talk(found: UnderReview, stretch: Stretch, place: Place | None) -> Act | str:
    """Say where what is said in a stretch belongs; None: to no question."""
    if not _talk(found, stretch):
        return NO_WORDS
    if place is None:
        done = "It belongs to no question now. u undoes it."
    else:
        laid = _laid(found)
        if place.whole not in _places(found, laid):
            return NO_SUCH_PLACE
        done = f"Moved to {_brief(laid, place)}. u undoes it."
    return Act(lambda reviewing, now: reviewing.place_talk(stretch, place, now), done)


def release_talk(found: UnderReview, stretch: Stretch) -> Act | str:
    """Leave it to the program again where what is said in a stretch belongs."""
    if not _talk(found, stretch):
        return NO_WORDS
    return Act(
        lambda reviewing, now: reviewing.release_talk(stretch, now),
        "Where it belongs is what the program finds again. u undoes it.",
    )


def place_note(found: UnderReview, note: str, places: Sequence[Place]) -> Act | str:
    """Say where a note belongs: to these places, one at least, and no others."""
    if note not in found.interview.notes:
        return NO_SUCH_NOTE
    laid = _laid(found)
    if not {place.whole for place in places} <= set(_places(found, laid)):
        return NO_SUCH_PLACE
    where = " and ".join(_brief(laid, place) for place in places)
    return Act(
        lambda reviewing, now: reviewing.place_note(note, places, now), f"The note is moved to {where}. u undoes it."
    )


def release_note(found: UnderReview, note: str) -> Act | str:
    """Leave it to the program again where a note belongs."""
    if note not in found.interview.notes:
        return NO_SUCH_NOTE
    return Act(
        lambda reviewing, now: reviewing.place_note(note, (), now),
        "Where the note belongs is what the program finds again. u undoes it.",
    )


def tie_note(found: UnderReview, note: str, about_ms: int | None) -> Act | str:
    """Say at which moment (call clock, ms) something was said that a note is about; None: what the program finds."""
    if note not in found.interview.notes:
        return NO_SUCH_NOTE
    moment = "at these words" if about_ms is not None else "where the program finds that it belongs"
    return Act(
        lambda reviewing, now: reviewing.tie_note(note, about_ms, now), f"The note stands {moment}. u undoes it."
    )


def _offered(found: UnderReview, present: Collection[str], others: Sequence[Choice]) -> Offered:
    laid = _laid(found)
    known = {one.id for one in found.record.rounds}
    keys = {_key(place): place for place in _places(found, laid)}
    choices = [*(_choice(laid, place, known, HERE if key in present else "") for key, place in keys.items()), *others]
    return Offered(tuple(choices), next((choice.key for choice in choices if choice.glyph == HERE), ""))


def _released(by_hand: bool) -> list[Choice]:
    return [Choice(PROGRAM, "what the program finds", "leave it to the program again")] if by_hand else []


def _laid(found: UnderReview) -> Interview:
    """The interview with its rounds, those that the program has found in the talk, and one more where there may be."""
    told = {one.id: Round(one.id, one.loop, one.key, one.parent) for one in found.record.rounds}
    return possible(found.interview.with_rounds(told))


def _places(found: UnderReview, laid: Interview) -> dict[Place, None]:
    """Every question that something can be placed at, in asking order."""
    known = reviewed(found.interview, found.review.corrections)
    steps = [step.place for step in route.steps(laid) if step.kind is not Kind.INTERVIEWER]
    return dict.fromkeys(place for place in steps if rounds_before(known, place) is not None)


def _place(found: UnderReview, key: str) -> Place:
    """The place of a choice; one that is nowhere if it is there no more."""
    return next((place for place in _places(found, _laid(found)) if _key(place) == key), Place(key))


def _talk(found: UnderReview, stretch: Stretch) -> list[PlacedTurn]:
    return [placed for placed in found.record.turns if words_in(placed.turn, stretch)]


def _key(place: Place | None) -> str:
    return NO_QUESTION if place is None else f"{place.round}/{place.item}"


def _choice(laid: Interview, place: Place, known: Collection[str], glyph: str) -> Choice:
    located = laid.items[place.item]
    section = "" if located.item.fills else located.sections[-1].title
    new = NEW if place.round and place.round not in known else ""
    return Choice(_key(place), _name(laid, place), " · ".join(part for part in (section, new) if part), glyph)


def _name(laid: Interview, place: Place) -> str:
    """A question by its round, the part of an incident that it asks for, and its words."""
    fills = laid.items[place.item].item.fills
    before = " ".join(part for part in (route.label(laid, place.round) if place.round else "", fills) if part)
    wording = route.wording(laid, place)
    return f"{before}: {wording}" if before else wording


def _brief(laid: Interview, place: Place) -> str:
    """A question as it is named in a sentence."""
    name = _name(laid, place)
    return f"“{name}”" if len(name) <= BRIEF else f"“{name[: BRIEF - 1].rstrip()}…”"
