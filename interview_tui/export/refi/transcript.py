"""The text of a transcript and where in it every line stands. Positions are code points, the end excluded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from interview_tui.export.document import DOUBTFUL_SPEAKER, Block, BlockKind, Document, stamp
from interview_tui.export.options import Counting, Options
from interview_tui.export.refi.characters import plain

_SHOWN = (BlockKind.TURN, BlockKind.GAP, BlockKind.WITHHELD)

Clock = Callable[[int], int]
"""Where a moment of the call clock lies in the audio, ms."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text: the block it was made of, and where it stands. Only turns, gaps and headings have one."""

    block: Block
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Transcript:
    """A text, its lines ended by LF, with the lines that blocks were made of."""

    text: str
    lines: tuple[Line, ...]

    def runs(self) -> Iterator[list[Line]]:
        """The lines of turns that follow one another with nothing between them."""
        run: list[Line] = []
        for line in self.lines:
            if line.block.kind is BlockKind.TURN:
                run.append(line)
            elif run:
                yield run
                run = []
        if run:
            yield run


def clock(document: Document) -> Clock:
    """How the audio of an interview counts: the recording where there is one, else all that was recorded end to end."""
    recording = document.enclosed.recording
    if recording is None:
        shown_ms = replace(document, counting=Counting.AUDIO).shown_ms
        return lambda at_ms: max(shown_ms(at_ms), 0)
    return lambda at_ms: min(recording.audio_ms(at_ms), recording.length_ms)


def transcribed(document: Document, options: Options, *, times: bool) -> Transcript:
    """The talk: a title, headings after an empty line, then a line for each turn and each silence.

    With `times`, a turn begins with `[hh:mm:ss]`, counted as the audio counts. Notes and flags are not in it.
    """
    document = replace(document, counting=Counting.AUDIO)
    audio_ms = clock(document)
    lines: list[Line] = []
    written = [_title(document, options)]
    length = len(written[0]) + 1

    def write(line: str) -> tuple[int, int]:
        nonlocal length
        written.append(line)
        start, length = length, length + len(line) + 1
        return start, start + len(line)

    for block in document.blocks:
        if block.kind is BlockKind.HEADING:
            write("")
            lines += [Line(block, *write(line)) for line in _heading(block)]
        elif block.kind in _SHOWN:
            lines.append(Line(block, *write(_line(document, block, options, audio_ms if times else None))))
    return Transcript("\n".join(written) + "\n", tuple(lines))


def _title(document: Document, options: Options) -> str:
    record = document.record
    parts = (record.case, record.study, options.day(record.opened_wall_ms), "rehearsal" if record.rehearsal else "")
    return " · ".join(plain(part) for part in parts if part)


def _heading(block: Block) -> Iterator[str]:
    if block.breadcrumb:
        yield "# " + " > ".join(plain(part) for part in block.breadcrumb)
    yield f"# {plain(block.text)}"


def _line(document: Document, block: Block, options: Options, audio_ms: Clock | None) -> str:
    if block.kind is not BlockKind.TURN:
        return f"[{document.silence(block)}]"
    at = f"[{stamp(audio_ms(block.start_ms))}] " if audio_ms is not None else ""
    tag = plain(options.tags.get(block.speaker, block.speaker))
    doubt = f" {DOUBTFUL_SPEAKER}" if any(word.is_doubtful for word in block.words) else ""
    return f"{at}{tag}: {plain(block.text)}{doubt}"
