"""A record as one HTML page that needs nothing else: incidents, transcript with notes, coverage, provenance.

The page reads well without JavaScript and from `file://`. Where audio lies beside it, every turn and word plays.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.resources import files
from urllib.parse import quote

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from interview_tui.export.document import Block, BlockKind, Document, stamp
from interview_tui.export.legible import legible
from interview_tui.export.options import AudioFile, Options
from interview_tui.interview.events import Level
from interview_tui.interview.outcomes import in_words
from interview_tui.record.model import Completeness, Entry
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, UNKNOWN
from interview_tui.schedule.model import Kind

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
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


@dataclass(frozen=True, slots=True)
class Passage:
    """The lines under one heading; None before the first."""

    heading: Block | None
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sound:
    """The audio beside the page, and where a moment lies in it."""

    files: tuple[AudioFile, ...]

    def __bool__(self) -> bool:
        return bool(self.files)

    def holds(self, at_ms: int) -> bool:
        """Whether a moment of the call clock can be heard."""
        return any(file.start_ms <= at_ms < file.end_ms for file in self.files)

    def address(self, at_ms: int) -> str:
        """The address of a moment of the call clock, as a media fragment, which plays without JavaScript too."""
        file = next(file for file in self.files if file.start_ms <= at_ms < file.end_ms)
        return f"{self.file_address(file)}#t={(at_ms - file.start_ms + file.offset_ms) / 1000:.3f}"

    def file_address(self, file: AudioFile) -> str:
        """A file's address: always relative, whatever its name holds."""
        return quote(legible(file.path)).lstrip("/")


def render(document: Document, options: Options) -> str:
    """The page. Text is escaped and rid of characters that HTML forbids; nothing is loaded but the audio beside it."""
    record = document.record
    script = _own_file("record.js")
    page = _environment().get_template("record.html.j2")
    return page.render(
        document=document,
        record=record,
        outcome=in_words(record.outcome),
        opened=datetime.fromtimestamp(record.opened_wall_ms / 1000, options.timezone),
        recorded=stamp(sum(span.end_ms - span.start_ms for span in record.spans)),
        language=_language(document),
        style=_own_file("record.css"),
        script=script,
        script_sha256=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        sound=Sound(options.audio),
        incidents=sorted(record.incidents, key=lambda incident: incident.order),
        passages=_passages(document.blocks),
        coverage=[entry for entry in record.entries if _is_counted(entry)],
    )


@cache
def _environment() -> SandboxedEnvironment:
    """The templates, compiled once."""
    environment = SandboxedEnvironment(
        loader=PackageLoader("interview_tui.export"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: legible(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["glyph"] = lambda state: _GLYPHS[state]
    environment.filters["person"] = lambda speaker: _SPEAKERS.get(speaker, speaker)
    environment.globals.update(BlockKind=BlockKind)
    return environment


def _own_file(name: str) -> Markup:
    """A file of ours that goes into the page as it is."""
    text = files("interview_tui.export").joinpath("templates", name).read_text(encoding="utf-8")
    return Markup(text.strip())


def _language(document: Document) -> str:
    """The language of the talk, for readers aloud; English where it is not known."""
    spoken = document.record.provenance.language if document.record.provenance is not None else ""
    return spoken if _LANGUAGE.fullmatch(spoken) else "en"


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
