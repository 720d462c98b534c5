"""What part of an interview is meant: a round by its id or label, or a stretch of the recording."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from interview_tui.bootstrap import moment_ms
from interview_tui.errors import ConfigError
from interview_tui.interview import withholding
from interview_tui.interview.events import Stretch
from interview_tui.interview.facts import joined
from interview_tui.interview.state import Interview
from interview_tui.interview.withholding import Proposal
from interview_tui.record.model import PlacedTurn, Record, RoundRecord
from interview_tui.record.placing import PLACED

_STRETCH = re.compile(r"([0-9:.]+)\s*[-–]\s*([0-9:.]+)")


def proposed(interview: Interview, record: Record, part: str) -> Proposal:
    """What is to be taken back of an interview that has ended: its stretches on the call clock, notes and answers.

    Of a round it is whatever was said while the screen stood in it, but for what a reviewer placed elsewhere, whatever
    the record places in it, the same of the rounds within it, and the notes that belong there.

    Raises:
        ConfigError: there is no such round, or nothing was recorded in that stretch.
    """
    rounds = {found.id: found for found in record.rounds}
    chosen = rounds.get(part) or _labelled(rounds, part)
    found = _of_round(interview, record, chosen) if chosen is not None else _of_times(interview, record, part)
    if not found.stretches and not found.notes:
        raise ConfigError(f"Nothing was said in {part} of {interview.case}.", "See its record: interview-tui show.")
    return found


def _of_times(interview: Interview, record: Record, part: str) -> Proposal:
    """What lies in a stretch that was named by its times."""
    stretch = _STRETCH.fullmatch(part.strip())
    if stretch is None:
        named = (each.id if each.label == each.id else f"{each.id} ({each.label})" for each in record.rounds)
        there = ", ".join(named)
        raise ConfigError(
            f"{interview.case} has no {part!r}.",
            f"Name one of {there or 'its rounds (it has none)'}, or a stretch of the recording: 10:34-12:20.",
        )
    return _of_stretch(interview, record, *map(moment_ms, stretch.groups()))


def _labelled(rounds: dict[str, RoundRecord], part: str) -> RoundRecord | None:
    """The round of this label, or of this id in other letters."""
    wanted = part.strip().casefold()
    found = [one for one in rounds.values() if wanted in (one.id.casefold(), one.label.casefold())]
    if len(found) > 1:
        raise ConfigError(f"{part!r} is more than one round.", f"Say which: {', '.join(one.id for one in found)}.")
    return found[0] if found else None


def _of_round(interview: Interview, record: Record, chosen: RoundRecord) -> Proposal:
    inside = {chosen.id, *_within(record, chosen.id)}
    ended_ms = interview.at_ms if interview.course.ended_ms is None else interview.course.ended_ms
    moved = [withholding.whole_round(interview, name, ended_ms) for name in sorted(inside)]
    kept = [each.turn.stretch for each in record.turns if each.why == PLACED and not _is_in(each, inside)]
    stood = _without((stretch for one in moved for stretch in one.stretches), kept)
    stretches = joined([*stood, *_said_in(record, inside)])
    whole = withholding.stretches_of(interview, stretches, f"the whole of {chosen.id}")
    placed = {note.note for note in record.notes if note.places and note.places[0].round in inside}
    filed = [note for one in moved for note in one.notes if any(home.round in inside for home in note.places)]
    notes = {note.id: note for note in (*filed, *whole.notes)}
    notes |= {name: interview.notes[name] for name in placed if name in interview.notes}
    in_order = tuple(sorted(notes.values(), key=lambda note: note.entered_ms))
    return replace(whole, notes=in_order, rounds=tuple(sorted(inside)))


def placed_elsewhere(record: Record, rounds: Collection[str]) -> list[PlacedTurn]:
    """The talk that the record places somewhere, and in none of these rounds."""
    return [each for each in record.turns if each.place is not None and not _is_in(each, rounds)]


def _is_in(placed: PlacedTurn, rounds: Collection[str]) -> bool:
    return placed.place is not None and placed.place.round in rounds


def _without(stretches: Iterable[Stretch], kept: Iterable[Stretch]) -> list[Stretch]:
    """Some stretches with others cut out of them."""
    left = list(stretches)
    for cut in kept:
        left = [
            Stretch(start_ms, end_ms)
            for one in left
            for start_ms, end_ms in (
                (one.start_ms, min(one.end_ms, cut.start_ms)),
                (max(one.start_ms, cut.end_ms), one.end_ms),
            )
            if start_ms < end_ms
        ]
    return left


def _within(record: Record, round_id: str) -> Iterator[str]:
    """The rounds within a round, however deep."""
    for found in record.rounds:
        if found.parent == round_id and found.id != round_id:
            yield found.id
            yield from _within(record, found.id)


def _said_in(record: Record, rounds: set[str]) -> Iterator[Stretch]:
    """The talk that the record places in some rounds; the pauses between two turns of it as well."""
    start_ms = end_ms = -1
    for placed in record.turns:
        if _is_in(placed, rounds):
            start_ms = placed.turn.start_ms if start_ms < 0 else start_ms
            end_ms = max(end_ms, placed.turn.end_ms)
        elif start_ms >= 0:
            yield Stretch(start_ms, end_ms)
            start_ms = end_ms = -1
    if start_ms >= 0:
        yield Stretch(start_ms, end_ms)


def _of_stretch(interview: Interview, record: Record, start_ms: int, end_ms: int) -> Proposal:
    """What lies between two moments of the recording."""
    last_ms = max((span.end_ms for span in record.spans), default=interview.at_ms)
    stretch = Stretch(record.origin_ms + start_ms, min(record.origin_ms + end_ms, last_ms))
    if stretch.end_ms <= stretch.start_ms:
        raise ConfigError(
            f"Nothing was recorded of {interview.case} in that stretch.", "Write it as minutes:seconds, 10:34-12:20."
        )
    return withholding.stretches_of(interview, [stretch], "a stretch")
