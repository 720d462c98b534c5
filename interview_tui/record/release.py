"""What of a record may leave the study or be searched: nothing withheld and nothing noted before consent.

Every export and every search is of what `released` gives, so that this is decided in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from interview_tui.interview.events import Stretch
from interview_tui.record.model import Evidence, PlacedNote, PlacedTurn, Record

_Narrowing = Callable[[Evidence], Evidence]


def released(record: Record, *, before_consent: bool = False) -> Record:
    """`record` without the words, notes, flags and doubts of withheld stretches and without notes before consent.

    With `before_consent` these notes stay, where somebody asked for them. Evidence points only to what is left. The
    withheld stretches themselves stay, as times.
    """
    withheld = record.withheld
    turns = tuple(part for turn in record.turns if (part := _without(turn, withheld)) is not None)
    notes = tuple(note for note in record.notes if _may_be_read(note, withheld, before_consent))
    narrow = _narrowing(turns, notes, withheld)
    return replace(
        record,
        turns=turns,
        notes=notes,
        flags=tuple(flag for flag in record.flags if not _touches(flag.at_ms, flag.at_ms, withheld)),
        doubts=tuple(doubt for doubt in record.doubts if not _touches(doubt.start_ms, doubt.end_ms, withheld)),
        entries=tuple(replace(entry, evidence=narrow(entry.evidence)) for entry in record.entries),
        incidents=tuple(
            replace(
                incident,
                evidence=narrow(incident.evidence),
                fields=tuple(replace(field, evidence=narrow(field.evidence)) for field in incident.fields),
            )
            for incident in record.incidents
        ),
    )


def _without(placed: PlacedTurn, withheld: Iterable[Stretch]) -> PlacedTurn | None:
    """A turn less its withheld words; None if no word is left."""
    words = tuple(word for word in placed.turn.words if not _touches(word.start_ms, word.end_ms, withheld))
    if not words:
        return None
    return replace(placed, turn=replace(placed.turn, words=words))


def _may_be_read(note: PlacedNote, withheld: Iterable[Stretch], before_consent: bool) -> bool:
    moments = (note.about_ms, note.typed_ms)
    withheld_talk = any(_touches(moment, moment, withheld) for moment in moments)
    return (before_consent or not note.before_consent) and (note.kept or not withheld_talk)


def _touches(start_ms: int, end_ms: int, withheld: Iterable[Stretch]) -> bool:
    """Whether any millisecond from `start_ms` to `end_ms` (at least the first) is withheld."""
    end_ms = max(end_ms, start_ms + 1)
    return any(max(start_ms, stretch.start_ms) < min(end_ms, stretch.end_ms) for stretch in withheld)


def _narrowing(turns: Iterable[PlacedTurn], notes: Iterable[PlacedNote], withheld: Iterable[Stretch]) -> _Narrowing:
    """Makes evidence point only to these turns and notes."""
    numbers = {placed.turn.number for placed in turns}
    ids = {note.note for note in notes}
    forbidden = tuple(withheld)

    def narrow(evidence: Evidence) -> Evidence:
        audio = evidence.audio
        if audio is not None and _touches(audio.start_ms, audio.end_ms, forbidden):
            audio = _trimmed(audio, forbidden)
        return Evidence(
            turns=tuple(number for number in evidence.turns if number in numbers),
            notes=tuple(note for note in evidence.notes if note in ids),
            audio=audio,
        )

    return narrow


def _trimmed(audio: Stretch, withheld: Iterable[Stretch]) -> Stretch | None:
    """A stretch with what is withheld cut off at its ends; None if nothing is left of it.

    What is withheld in its middle stays within its times: they say nothing of what was told.
    """
    start_ms, end_ms = audio.start_ms, audio.end_ms
    for stretch in sorted(withheld, key=lambda each: each.start_ms):
        if stretch.start_ms <= start_ms < stretch.end_ms:
            start_ms = stretch.end_ms
    for stretch in sorted(withheld, key=lambda each: each.end_ms, reverse=True):
        if stretch.start_ms < end_ms <= stretch.end_ms:
            end_ms = stretch.start_ms
    return Stretch(start_ms, end_ms) if start_ms < end_ms else None
