"""A record in two sentences: how its questions were put, and where the time went."""

from __future__ import annotations

from collections import Counter

from interview_tui.record.fidelity import Asked
from interview_tui.record.model import Record
from interview_tui.schedule.model import Kind

MINUTE_MS = 60_000


def summary(record: Record) -> list[str]:
    """`questions: 12 asked as worded, 3 skipped` and `talk: General questions 5.0 min`; nothing if there is no talk."""
    if not record.turns:
        return []
    ways = Counter(entry.asked for entry in record.entries if entry.kind == Kind.ASK.value)
    questions = ", ".join(f"{ways[way]} {way.value}" for way in Asked if ways[way])
    talk = ", ".join(f"{name} {ms / MINUTE_MS:.1f} min" for name, ms in record.talk_ms)
    return [f"{what}: {told}" for what, told in (("questions", questions), ("talk", talk)) if told]
