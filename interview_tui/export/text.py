"""Timed text: one for MAXQDA, ATLAS.ti and NVivo, one for QualCoder, and one in the style of f4.

Importers look for stamps and for speakers, and give a speaker all that follows until the next. So whatever stands here
that nobody said is tagged as if a speaker of its own had said it, and what people said holds no stamp but ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from interview_tui.export.document import DOUBTFUL_SPEAKER, SILENT, Block, BlockKind, Document
from interview_tui.export.legible import legible
from interview_tui.export.options import Options
from interview_tui.export.spoken import speaker_tag, spoken
from interview_tui.interview.outcomes import in_words
from interview_tui.record.model import Record

QUESTION, NOTE, GAP, ENDED, DEBRIEF = "QUESTION", "NOTE", "GAP", "ENDED", "DEBRIEF"
_LIKE_A_STAMP = re.compile(r"([\[{#])(?=\d{1,3}[:.]\d\d)")
_TIME_OR_COLON = re.compile(r"(?<!\d)\d{1,2}(?::\d\d){1,2}(?!\d)|(?<=\w):")


def render(document: Document, options: Options) -> str:
    """The record as timed text, one paragraph a block: `[00:00:02] R: words`. UTF-8 without BOM once it is encoded.

    Questions, notes and gaps have tags of their own. A turn of which some may be another's than its speaker's ends with
    a remark in brackets that says so. The first line names case, study and day, without a colon. How the interview
    ended and what the interviewer wrote down afterwards stand at the end. What was before the recording has no stamp.
    """
    paragraphs = (f"{_stamp(document, block, options)}{_paragraph(block, options)}" for block in document.blocks)
    return _lines((_title(document.record, options), *paragraphs, *_afterwards(document.record)), options, apart=True)


def qualcoder(document: Document, options: Options) -> str:
    """The turns alone as QualCoder finds them, a line each: `[00:00:02] R: words`; times are those of the audio file.

    QualCoder codes every line up to the next speaker as the last one's. It also finds speakers within a line, after a
    full stop, a comma or a bracket, where a name is joined to its colon: a colon within words stands apart from them.
    """
    lines = []
    for turn in spoken(document, options):
        stamp = f"[{_clock(turn.start_ms // 1000)}] " if options.times else ""
        words = _TIME_OR_COLON.sub(_colon_apart, _without_stamps(turn.text))
        doubt = f" ({DOUBTFUL_SPEAKER[1:-1]})" if turn.doubtful else ""  # brackets mark speakers there
        lines.append(f"{stamp}{turn.tag}: {words}{doubt}")
    return _lines(lines, options)


def f4(document: Document, options: Options) -> str:
    """The record in the style of f4: `R: words #00:00:03-9#`, the stamp of a turn being its end in the audio file.

    Tenths are rounded and carried, and no stamp is before the one before it, where turns overlap. What nobody said has
    no stamp: it belongs to what is stamped next.
    """
    ends, reached = [], 0
    for turn in spoken(document, options):
        reached = max(reached, (turn.end_ms + 50) // 100)
        ends.append(f" #{_clock(reached // 10)}-{reached % 10}#")
    stamps = iter(ends)
    paragraphs = [_title(document.record, options)]
    for block in document.blocks:
        stamped = options.times and block.kind is BlockKind.TURN and not _is_empty(block)
        paragraphs.append(f"{_paragraph(block, options)}{next(stamps) if stamped else ''}")
    return _lines((*paragraphs, *_afterwards(document.record)), options)


def _lines(lines: Iterable[str], options: Options, *, apart: bool = False) -> str:
    """The lines as a text, ended as it was chosen, `apart` with an empty one between them."""
    end = "\r\n" if options.crlf else "\n"
    return "".join(f"{line}{end}" for line in lines) if not apart else (end * 2).join(lines) + end


def _title(record: Record, options: Options) -> str:
    day = options.day(record.opened_wall_ms)
    parts = (legible(record.case), legible(record.study), day, "rehearsal" if record.rehearsal else "")
    return " · ".join(part for part in parts if part).replace(":", " –")


def _afterwards(record: Record) -> Iterator[str]:
    """The outcome, with its reason, and the debrief."""
    if record.outcome:
        reason = f" – {legible(record.reason)}" if record.reason else ""
        yield f"{ENDED}: {legible(in_words(record.outcome))}{reason}"
    for asked, text in record.debrief:
        yield f"{DEBRIEF}: {legible(asked)} – {legible(text)}"


def _paragraph(block: Block, options: Options) -> str:
    """A block with its tag, without times."""
    match block.kind:
        case BlockKind.HEADING:
            return f"{QUESTION}: {' > '.join(legible(part) for part in (*block.breadcrumb, block.text))}"
        case BlockKind.TURN:
            doubt = f" {DOUBTFUL_SPEAKER}" if any(word.is_doubtful for word in block.words) else ""
            return f"{speaker_tag(block.speaker, options)}: {_without_stamps(legible(block.text))}{doubt}"
        case BlockKind.NOTE:
            mark = f"({block.mark}) " if block.mark else ""
            return f"{NOTE}: {mark}{_without_stamps(legible(block.text))}"
        case BlockKind.FLAG:
            return f"{NOTE}: (flagged)"
        case BlockKind.GAP | BlockKind.WITHHELD:
            return f"{GAP}: {SILENT[block.kind]} for {_lasting(block.end_ms - block.start_ms)}"


def _stamp(document: Document, block: Block, options: Options) -> str:
    return f"[{document.stamp(block.start_ms)}] " if options.times and document.shown_ms(block.start_ms) >= 0 else ""


def _is_empty(block: Block) -> bool:
    return not legible(block.text).strip()


def _without_stamps(text: str) -> str:
    """`text` with a space wherever it would be taken for a stamp: `[10:30]` becomes `[ 10:30]`."""
    return _LIKE_A_STAMP.sub(r"\1 ", text)


def _colon_apart(found: re.Match[str]) -> str:
    return " :" if found.group() == ":" else found.group()


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _lasting(ms: int) -> str:
    """How long something was, written so that nothing takes it for a stamp: `1 min 8 s`."""
    minutes, seconds = divmod(round(ms / 1000), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
