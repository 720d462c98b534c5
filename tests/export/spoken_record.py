"""What is said in a record, and the one audio file it may have, for tests of formats that belong to such a file."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from interview_tui.export.document import BlockKind, Document, build
from interview_tui.export.legible import legible
from interview_tui.export.options import AudioFile, Enclosed, Options, Recording
from interview_tui.export.spoken import speaker_tag
from interview_tui.record.model import Record
from tests.export.any_record import records

FILE = "audio/P07.m4a"


def end_to_end(record: Record) -> Recording | None:
    """A file in which the recordings of a record follow each other; None where nothing was recorded."""
    pieces, passed, reached = [], 0, 0
    for span in sorted(record.spans, key=lambda span: (span.start_ms, span.end_ms)):
        start_ms = max(span.start_ms, reached)
        if start_ms < span.end_ms:
            pieces.append(AudioFile(FILE, start_ms, span.end_ms, passed))
            passed, reached = passed + span.end_ms - start_ms, span.end_ms
    return Recording(Path(FILE), tuple(pieces), passed) if pieces else None


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """The document of any record, with or without one file of its audio."""
    record = draw(records())
    recording = end_to_end(record) if draw(st.booleans()) else None
    return build(record, Options(), Enclosed(recording=recording))


def said(document: Document) -> list[tuple[str, list[str]]]:
    """The tag and the words of every turn in which something can be read, in the order of the blocks."""
    turns = [
        (speaker_tag(block.speaker, Options()), legible(block.text).split())
        for block in document.blocks
        if block.kind is BlockKind.TURN
    ]
    return [(tag, words) for tag, words in turns if words]
