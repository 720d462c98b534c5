"""A record as one HTML page that needs nothing else: incidents, transcript with notes, coverage, provenance.

The page reads well without JavaScript and from `file://`. Where audio lies beside or inside it, every turn and word
plays.
"""

from __future__ import annotations

import base64
import hashlib
import io
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from interview_tui.errors import ExportError
from interview_tui.export.document import Block, BlockKind, Document, language_of, stamp
from interview_tui.export.legible import legible
from interview_tui.export.options import AudioFile, Options
from interview_tui.export.templating import rendered
from interview_tui.interview.events import Level
from interview_tui.interview.outcomes import in_words
from interview_tui.record.export_ports import Sound
from interview_tui.record.model import Completeness, Entry
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, UNKNOWN
from interview_tui.schedule.model import Kind

LARGEST_INSIDE = 512 * 10**6 // 4 * 3
"""Bytes of audio that a page can hold: in base64 they are the longest address that Chromium and Firefox take."""
_BLOCK = 3 << 16  # base64 goes by threes
_AUDIO_INSIDE = Markup("\0")  # where it will stand: no text has this in it
_TYPES = {".m4a": "audio/mp4", ".mp3": "audio/mpeg", ".flac": "audio/flac", ".wav": "audio/wav"}
_SPEAKERS = {INTERVIEWER: "Interviewer", RESPONDENT: "Respondent", UNKNOWN: "Unknown"}
_GLYPHS: dict[str, str] = {
    Level.DONE: "●",
    Level.TOUCHED: "◐",
    Level.OPEN: "○",
    Completeness.FILLED: "●",
    Completeness.THIN: "◐",
    Completeness.MISSING: "○",
}


@dataclass(slots=True)
class Line:
    """A line of the transcript: a turn with the notes and flags beside it, or one of these alone, or a gap."""

    block: Block
    beside: list[Block] = field(default_factory=list)

    @property
    def is_doubtful(self) -> bool:
        """Whether some of a turn may be another's than its speaker's."""
        return any(word.is_doubtful for word in self.block.words)


@dataclass(frozen=True, slots=True)
class Passage:
    """The lines under one heading; None before the first."""

    heading: Block | None
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Player:
    """The audio that can be heard from the page: which stretch of the call lies where in which file, in order.

    `inside` is the address of the one that lies in the page itself.
    """

    files: tuple[AudioFile, ...]
    inside: Markup | None = None

    def __bool__(self) -> bool:
        return bool(self.files)

    @property
    def source(self) -> str:
        """The address of the first file."""
        return self.file_address(self.files[0]) if self.inside is None else self.inside

    def holds(self, at_ms: int) -> bool:
        """Whether a moment of the call clock can be heard."""
        return self._file(at_ms) is not None

    def words(self, turn: Block) -> Iterator[tuple[str, str, int | None]]:
        """The words of a turn: the space before, the word, its moment; None where it cannot be heard.

        Plain tuples, since every look into an object costs a sandboxed template as much as ten of these.
        """
        for number, word in enumerate(turn.words):
            yield " " if number else "", word.text, word.start_ms if self.holds(word.start_ms) else None

    def address(self, at_ms: int) -> str:
        """The address of a moment of the call clock, as a media fragment, which plays without JavaScript too.

        Empty where the audio lies inside: no link can lead into that.
        """
        file = self._file(at_ms)
        if file is None or self.inside is not None:
            return ""
        return f"{self.file_address(file)}#t={file.file_ms(at_ms) / 1000:.3f}"

    def file_address(self, file: AudioFile) -> str:
        """A file's address: always relative, whatever its name holds."""
        return quote(legible(file.path)).lstrip("/")

    def _file(self, at_ms: int) -> AudioFile | None:
        """Where a moment can be heard; a long interview asks it of a hundred thousand words."""
        place = bisect_right(self.files, at_ms, key=lambda file: file.start_ms) - 1
        return self.files[place] if place >= 0 and at_ms < self.files[place].end_ms else None


def render(document: Document, options: Options) -> str | bytes:
    """The page. Text is escaped and rid of characters that HTML forbids; nothing is loaded but the audio beside it.

    Raises:
        ExportError: the audio is to go inside and cannot be read, or is too long for that.
    """
    record = document.record
    inside = document.enclosed.recording if options.sound is Sound.INSIDE else None
    beside = tuple(sorted(document.enclosed.audio, key=lambda file: file.start_ms))
    script = _own_file("record.js")
    values = {
        "document": document,
        "record": record,
        "options": options,
        "outcome": in_words(record.outcome),
        "opened": datetime.fromtimestamp(record.opened_wall_ms / 1000, options.timezone),
        "recorded": stamp(sum(span.end_ms - span.start_ms for span in record.spans)),
        "language": language_of(record),
        "style": _own_file("record.css"),
        "script": script,
        "script_sha256": base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        "player": Player(beside) if inside is None else Player(inside.pieces, _AUDIO_INSIDE),
        "incidents": sorted(record.incidents, key=lambda incident: incident.order),
        "passages": _passages(document.blocks),
        "coverage": [entry for entry in record.entries if _is_counted(entry)],
        "glyph": lambda state: _GLYPHS[state],
        "person": lambda speaker: _SPEAKERS.get(speaker, speaker),
        "BlockKind": BlockKind,
    }
    page = rendered("record.html.j2", options, values)
    return page if inside is None else _with_audio(page, inside.file)


def _with_audio(page: str, file: Path) -> bytes:
    """The page with an audio file where it belongs: block by block, so that it is held in memory once."""
    before, place, after = page.partition(_AUDIO_INSIDE)
    if not place:  # a template of the study that has no player
        return page.encode("utf-8", "replace")
    whole = io.BytesIO()
    whole.write(before.encode("utf-8", "replace"))
    try:
        if file.stat().st_size > LARGEST_INSIDE:
            raise ExportError(
                f"The audio in {file.name} is too long to go inside a page: browsers take {LARGEST_INSIDE >> 20} MiB.",
                "Leave it beside.",
            )
        with file.open("rb") as audio:
            whole.write(f"data:{_TYPES.get(file.suffix.lower(), 'application/octet-stream')};base64,".encode())
            while block := audio.read(_BLOCK):
                whole.write(base64.b64encode(block))
    except OSError as error:
        raise ExportError(f"{file} cannot be read: {error.strerror or error}.", "Leave the audio beside.") from error
    whole.write(after.encode("utf-8", "replace"))
    return whole.getvalue()


def _own_file(name: str) -> Markup:
    """A file of ours that goes into the page as it is."""
    text = files("interview_tui.export").joinpath("templates", name).read_text(encoding="utf-8")
    return Markup(text.strip())


def _passages(blocks: Sequence[Block]) -> list[Passage]:
    """The blocks by heading, with notes and flags beside the turns they are about."""
    passages: list[Passage] = [Passage(None)]
    for block in blocks:
        lines = passages[-1].lines
        turn = _turn_for(block, lines) if block.kind in (BlockKind.NOTE, BlockKind.FLAG) else None
        if turn is not None:
            turn.beside.append(block)
        elif block.kind is BlockKind.HEADING:
            passages.append(Passage(block))
        else:
            lines.append(Line(block))
    return [passage for passage in passages if passage.heading is not None or passage.lines]


def _turn_for(block: Block, lines: Sequence[Line]) -> Line | None:
    """The turn under way at the moment of `block`, of two at once the longer; else the turn just before, if one is."""
    turns = [line for line in lines if line.block.kind is BlockKind.TURN]
    under_way = [line for line in turns if block.start_ms < line.block.end_ms]
    if under_way:
        return max(under_way, key=lambda line: line.block.end_ms - line.block.start_ms)
    return lines[-1] if turns and lines[-1] is turns[-1] else None


def _is_counted(entry: Entry) -> bool:
    """Whether an entry stands in the table of coverage: all that is to be asked or judged, and the probes used."""
    if entry.kind == Kind.PROBE:
        return entry.level is not Level.OPEN or bool(entry.answer)
    return entry.kind in (Kind.ASK, Kind.RECORD)
