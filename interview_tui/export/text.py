"""Timed text: `[00:00:02] R: words`, one paragraph a turn, as MAXQDA, ATLAS.ti and NVivo read it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from interview_tui.export.document import Block, BlockKind, Document
from interview_tui.export.legible import legible
from interview_tui.export.options import Options
from interview_tui.interview.outcomes import in_words
from interview_tui.record.model import Record

DOUBTFUL_SPEAKER = "[speaker doubtful]"  # after the words: the tag before them is what other programs code by


def render(document: Document, options: Options) -> str:
    """The talk as timed text: UTF-8 without BOM and lines ended by LF once it is encoded.

    A paragraph is a turn, a heading (lines that begin with `#`), or a note or gap in brackets. A turn of which some may
    be another's than its speaker's ends with a remark in brackets that says so. The first line names case, study and
    day; it holds no colon of ours, so that no tool takes it for a speaker. How the interview ended and what the
    interviewer wrote down afterwards stand at the end, in brackets like notes.
    """
    record = document.record
    day = datetime.fromtimestamp(record.opened_wall_ms / 1000, options.timezone).date().isoformat()
    parts = (legible(record.case), legible(record.study), day, "rehearsal" if record.rehearsal else "")
    title = " · ".join(part for part in parts if part)
    paragraphs = (_paragraph(document, block, options) for block in document.blocks)
    return "\n\n".join((title, *paragraphs, *_afterwards(record))) + "\n"


def _afterwards(record: Record) -> Iterator[str]:
    """The outcome, with its reason, and the debrief under a heading."""
    if record.outcome:
        reason = f" – {legible(record.reason)}" if record.reason else ""
        yield f"[ended: {legible(in_words(record.outcome))}{reason}]"
    if record.debrief:
        yield "# Debrief"
    for asked, text in record.debrief:
        yield f"[debrief, {legible(asked)}: {legible(text)}]"


def _paragraph(document: Document, block: Block, options: Options) -> str:
    match block.kind:
        case BlockKind.HEADING:
            return "\n".join(_heading_lines(block))
        case BlockKind.TURN:
            tag = options.tags.get(block.speaker, legible(block.speaker))
            doubt = f" {DOUBTFUL_SPEAKER}" if any(word.is_doubtful for word in block.words) else ""
            return f"[{document.stamp(block.start_ms)}] {tag}: {legible(block.text)}{doubt}"
        case BlockKind.NOTE:
            mark = f", {block.mark}" if block.mark else ""
            return f"[note{mark}, {document.stamp(block.start_ms)}: {legible(block.text)}]"
        case BlockKind.FLAG:
            return f"[flagged, {document.stamp(block.start_ms)}]"
        case BlockKind.GAP | BlockKind.WITHHELD:
            return f"[{document.silence(block)}]"


def _heading_lines(block: Block) -> Iterator[str]:
    if block.breadcrumb:
        yield "# " + " > ".join(legible(part) for part in block.breadcrumb)
    yield f"# {legible(block.text)}"
