"""Reviewers' corrections laid over what the machine heard. Its own words and labels are never overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from interview_tui.interview.corrections import Correction, SpeakersSwapped, Speaking, TurnGiven
from interview_tui.interview.events import Stretch
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, Turn, Word

OTHER = {INTERVIEWER: RESPONDENT, RESPONDENT: INTERVIEWER}
LANDMARKS = 5
"""Of each speaker: their longest turns, which any transcription hears."""

Given = Mapping[Stretch, str]
"""To whom stretches of the call clock were given."""


def relabelled(turns: Iterable[Turn], corrections: Sequence[Correction]) -> list[Turn]:
    """The turns as reviewers have corrected who speaks, numbered anew where one had to be cut in pieces."""
    turns = list(turns)
    landmarks, given = _added_up(corrections)
    if _are_swapped(turns, landmarks):
        turns = [replace(turn, speaker=OTHER.get(turn.speaker, turn.speaker)) for turn in turns]
    exactly = {turn.stretch for turn in turns}
    loosely = [stretch for stretch in given if stretch not in exactly]
    pieces = [piece for turn in turns for piece in _pieces(turn, given, loosely)]
    if len(pieces) == len(turns):
        return pieces
    pieces.sort(key=lambda piece: piece.start_ms)
    return [replace(piece, number=number) for number, piece in enumerate(pieces, 1)]


def swapped(turns: Iterable[Turn]) -> tuple[Speaking, ...]:
    """Who speaks where once the two speakers of these turns are swapped: the landmarks of that."""
    found: dict[str, list[Turn]] = {INTERVIEWER: [], RESPONDENT: []}
    for turn in turns:
        heard = turn.heard_as or turn.speaker
        if heard in OTHER:
            found[OTHER[heard]].append(turn)
    return tuple(
        Speaking(turn.start_ms, turn.end_ms, speaker)
        for speaker, theirs in found.items()
        for turn in sorted(theirs, key=lambda turn: turn.start_ms - turn.end_ms)[:LANDMARKS]
    )


def next_speaker(turn: Turn) -> str:
    """To whom a turn goes when it is given on: to the other one, then back; one of nobody's to both, then back."""
    heard = turn.heard_as or turn.speaker
    circle = (heard, OTHER[heard]) if heard in OTHER else (heard, INTERVIEWER, RESPONDENT)
    return circle[(circle.index(turn.speaker) + 1) % len(circle)] if turn.speaker in circle else heard


def _added_up(corrections: Iterable[Correction]) -> tuple[tuple[Speaking, ...], Given]:
    """The landmarks of the last swap, and what was given to whom; a swap turns over what was given before it."""
    landmarks: tuple[Speaking, ...] = ()
    given: dict[Stretch, str] = {}
    for correction in corrections:
        if isinstance(correction, SpeakersSwapped):
            landmarks = correction.landmarks
            given = {stretch: OTHER.get(speaker, speaker) for stretch, speaker in given.items()}
        elif isinstance(correction, TurnGiven):
            stretch = Stretch(correction.start_ms, correction.end_ms)
            given.pop(stretch, None)  # in the order in which they hold
            given[stretch] = correction.speaker
    return landmarks, given


def _are_swapped(turns: Sequence[Turn], landmarks: Iterable[Speaking]) -> bool:
    """Whether more of what is said at the landmarks has the other speaker than has the right one."""
    right_ms = wrong_ms = 0
    for landmark in landmarks:
        stretch = Stretch(landmark.start_ms, landmark.end_ms)
        for turn in turns:
            if turn.speaker in OTHER and _shared_ms(turn, stretch) > 0:
                said_ms = sum(word.end_ms - word.start_ms for word in turn.words if lies_in(stretch, word))
                right_ms += said_ms if turn.speaker == landmark.speaker else 0
                wrong_ms += said_ms if turn.speaker != landmark.speaker else 0
    return wrong_ms > right_ms


def _pieces(turn: Turn, given: Given, loosely: Iterable[Stretch]) -> Iterator[Turn]:
    """A turn, in pieces where some of its words were given to somebody.

    What was given is this turn; or it was a turn of another transcription and is no turn of this one (`loosely`).
    """
    own = turn.stretch
    near = [stretch for stretch in (*loosely, own) if stretch in given and _shared_ms(turn, stretch) > 0]
    order = list(given)
    since = set(order[order.index(own) + 1 :]) if own in given else set()
    near.sort(key=lambda stretch: (stretch in since, _likeness(turn, stretch)))

    def given_to(word: Word) -> str:
        """To whom that stretch gave it which is most like this turn: within a long one the other may have cut in.

        What was given after all of this turn was is a part of it.
        """
        return next((given[stretch] for stretch in reversed(near) if lies_in(stretch, word)), "")

    said = ((word, given_to(word)) for word in turn.words)
    for speaker, words in groupby(said, lambda found: found[1] or turn.speaker):
        known = tuple(replace(word, speaker_sure=1.0) if by_hand else word for word, by_hand in words)
        yield replace(turn, speaker=speaker, words=known, heard_as=turn.speaker if speaker != turn.speaker else "")


def _likeness(turn: Turn, stretch: Stretch) -> float:
    """How much of the time that a turn and a stretch take up they share, 0 to 1."""
    together_ms = max(turn.end_ms, stretch.end_ms) - min(turn.start_ms, stretch.start_ms)
    return _shared_ms(turn, stretch) / together_ms


def _shared_ms(turn: Turn, stretch: Stretch) -> int:
    own = turn.stretch
    return min(own.end_ms, stretch.end_ms) - max(own.start_ms, stretch.start_ms)


def lies_in(stretch: Stretch, word: Word) -> bool:
    """Whether a word counts as said in a stretch: its middle is, however a machine hears its ends."""
    return stretch.holds((word.start_ms + word.end_ms) // 2)
