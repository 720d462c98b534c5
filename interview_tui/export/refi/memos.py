"""The memos of an interview: its notes, its flags and its debrief, each a text file of its own.

They are attached to nothing: of a memo that is, one program or another drops either it or what it is attached to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from interview_tui.export.document import Block, BlockKind
from interview_tui.export.refi.characters import Distinct, named, plain
from interview_tui.export.refi.interview import Interview
from interview_tui.export.refi.markup import Lines, element
from interview_tui.interview.outcomes import in_words


@dataclass(frozen=True, slots=True)
class Memo:
    """A memo: its identity, its name, its text in lines, and its element."""

    guid: str
    name: str
    text: str
    lines: Lines


def memos(interview: Interview) -> list[Memo]:
    """The memos in the order of the talk; flags and debrief at the end."""
    distinct = Distinct()
    return [
        _memo(interview, distinct(name), said, at_ms, number)
        for number, (name, said, at_ms) in enumerate(_said(interview))
    ]


def _said(interview: Interview) -> Iterator[tuple[str, list[str], int]]:
    """Name, lines and moment (call clock, ms) of each."""
    typed = {note.note: note.typed_ms for note in interview.record.notes}
    for block in _of_kind(interview, BlockKind.NOTE):
        at = interview.stamp(block.start_ms)
        name = f"Note – {interview.case} {named(block.note)} {at.replace(':', '.')}"
        yield name, [plain(block.text), f"[{_about(interview, block)}]"], typed.get(block.note, 0)
    flags = [f"{_about(interview, block)}" for block in _of_kind(interview, BlockKind.FLAG)]
    if flags:
        yield f"Flagged – {interview.case}", flags, 0
    record = interview.record
    ended = f"{in_words(record.outcome)}{f' – {record.reason}' if record.reason else ''}"
    debrief = [f"{plain(asked)}: {plain(written)}" for asked, written in record.debrief]
    if debrief:
        yield f"Debrief – {interview.case}", [*debrief, plain(f"Ended: {ended}")], record.ended_ms or 0


def _of_kind(interview: Interview, kind: BlockKind) -> Iterator[Block]:
    return (block for block in interview.document.blocks if block.kind is kind)


def _about(interview: Interview, block: Block) -> str:
    """What a note is about: its mark, when, at which question."""
    place = block.place
    entries = {entry.place: entry for entry in interview.record.entries}
    entry = entries.get(place.whole) if place is not None else None
    incident = interview.document.incident_of(place)
    parts = (block.mark, interview.stamp(block.start_ms), incident.label if incident is not None else "")
    return " · ".join(plain(part) for part in (*parts, entry.question if entry is not None else "") if part)


def _memo(interview: Interview, name: str, said: list[str], at_ms: int, number: int) -> Memo:
    guid = interview.guid("memo", number)
    lines = element(
        "Note",
        guid=guid,
        name=name,
        plainTextPath=f"internal://{guid}.txt",
        **interview.by(interview.person, at_ms),
    )
    return Memo(guid, name, "\n".join(said) + "\n", lines)
