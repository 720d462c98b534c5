"""A record in figures: how its questions were put, where the time went, how much of it was covered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from interview_tui.record.fidelity import REACHED, Asked
from interview_tui.record.model import Record
from interview_tui.schedule.model import Kind

MINUTE_MS = 60_000
COVERED = (*REACHED, Asked.VOLUNTEERED)
"""What became of a question that is covered: it was put, or answered before it was."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """How far an interview kept to its schedule.

    Of the questions `on_route` so many are `covered`; of those that were `heard` to be put, so many as `worded`.
    """

    on_route: int
    covered: int
    heard: int
    worded: int


def keeping(record: Record) -> Keeping:
    """Coverage and fidelity of an interview; probes, which are never missed, do not count."""
    ways = [entry.asked for entry in record.entries if entry.kind == Kind.ASK.value and entry.on_route]
    return Keeping(
        on_route=len(ways),
        covered=sum(1 for way in ways if way in COVERED),
        heard=sum(1 for way in ways if way in (Asked.WORDED, Asked.PARAPHRASED)),
        worded=sum(1 for way in ways if way is Asked.WORDED),
    )


def summary(record: Record) -> list[str]:
    """`questions: 12 asked as worded, 3 skipped` and `talk: General questions 5.0 min`; nothing if there is no talk."""
    if not record.turns:
        return []
    ways = Counter(entry.asked for entry in record.entries if entry.kind == Kind.ASK.value)
    questions = ", ".join(f"{ways[way]} {way.value}" for way in Asked if ways[way])
    talk = ", ".join(f"{name} {ms / MINUTE_MS:.1f} min" for name, ms in record.talk_ms)
    return [f"{what}: {told}" for what, told in (("questions", questions), ("talk", talk)) if told]
