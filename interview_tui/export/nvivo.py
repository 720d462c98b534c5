"""The transcript of a media file as NVivo imports it into that file: tab-separated, a row each turn."""

from __future__ import annotations

from collections.abc import Iterator

from interview_tui.export.document import DOUBTFUL_SPEAKER, Document
from interview_tui.export.options import Options
from interview_tui.export.spoken import Spoken, spoken

_HEADER = ("Timespan", "Speaker", "Content")


def render(document: Document, options: Options) -> str:
    """The turns with their spans in the audio file, in tenths of a second: NVivo measures no finer.

    Every span begins after the one before it: of turns within one tenth of a second the later ones are moved on. Every
    span lasts, and may overlap the next. UTF-8 with BOM, lines ended by CRLF: NVivo's help names no encoding; what
    reads text on Windows knows UTF-8 by the mark, and where it does not, the mark falls on the header row. A straight
    quotation mark that begins a turn is written as `“`, so that nobody takes it for the beginning of a quoted cell.
    """
    rows = (_HEADER, *_rows(document, options))
    return "\ufeff" + "".join("\t".join(row) + "\r\n" for row in rows)


def _rows(document: Document, options: Options) -> Iterator[tuple[str, str, str]]:
    start = -1
    for turn in spoken(document, options):
        start = max(turn.start_ms // 100, start + 1)
        end = max((turn.end_ms + 50) // 100, start + 1)
        yield f"{_clock(start)} - {_clock(end)}", turn.tag, _content(turn)


def _content(turn: Spoken) -> str:
    text = f"“{turn.text[1:]}" if turn.text.startswith('"') else turn.text
    return f"{text} {DOUBTFUL_SPEAKER}" if turn.doubtful else text


def _clock(tenths: int) -> str:
    seconds = tenths // 10
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{tenths % 10}"
