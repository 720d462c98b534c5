"""The sources of a project: a transcript with its codings, and the audio that it belongs to.

The audio's transcript is the same file as the text source, and carries no codings: some programs drop or shift these.
QualCoder would take it in as a second text, without codings; there the text is linked to its audio by its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from interview_tui.export.document import Block, BlockKind
from interview_tui.export.options import Recording
from interview_tui.export.refi.characters import plain
from interview_tui.export.refi.codes import Key
from interview_tui.export.refi.interview import Interview
from interview_tui.export.refi.markup import Lines, element, text
from interview_tui.export.refi.transcript import Line
from interview_tui.record.export_ports import Sound
from interview_tui.record.transcript import Provenance


@dataclass(frozen=True, slots=True)
class Run:
    """Lines of turns that follow one another under one code."""

    code: Key
    lines: tuple[Line, ...]

    @property
    def start(self) -> int:
        """Where it begins in the text."""
        return self.lines[0].start

    @property
    def end(self) -> int:
        """Where it ends in the text, excluded."""
        return self.lines[-1].end


def runs(interview: Interview) -> list[Run]:
    """What is coded: lines with nothing between them under each of their codes. Of one place, they have the same."""
    return [
        Run(code, tuple(lines))
        for lines in interview.transcript.runs()
        for code in dict.fromkeys(interview.codes.of(lines[0].block))
    ]


def text_source(interview: Interview, coded: Sequence[Run]) -> Lines:
    """The transcript with what is coded in it, and with remarks where the program reads them."""
    inside = text("Description", plain(_description(interview)))
    for run in coded:
        inside += _selection(interview, run)
    if interview.profile.remarks:
        inside += _remarks(interview)
    if interview.profile.codes_cases:
        inside += _whole(interview)
    return element(
        "TextSource",
        inside,
        guid=interview.guid("text"),
        name=interview.text_name,
        plainTextPath=f"internal://{interview.guid('text')}.txt",
        **interview.by(interview.person),
    )


def audio_source(interview: Interview, recording: Recording, coded: Sequence[Run]) -> Lines:
    """The audio with its transcript's sync points and what is coded on its timeline."""
    inside = [] if interview.profile.links_by_name else _transcript(interview, recording)
    for run in coded:
        inside += _heard(interview, recording, run)
    return element(
        "AudioSource",
        inside,
        guid=interview.guid("audio"),
        name=interview.audio_name,
        path=way(interview, recording),
        **interview.by(interview.person),
    )


def way(interview: Interview, recording: Recording) -> str:
    """Where the audio lies: within the project, or on the way from the folder in which the project lies."""
    if interview.options.sound is Sound.INSIDE:
        return f"internal://{interview.guid('audio')}{interview.suffix}"
    way = recording.path
    is_whole_path = way.startswith("/") or way[1:2] == ":"
    return f"{'absolute' if is_whole_path else 'relative'}:///{way.lstrip('/')}"


def _description(interview: Interview) -> str:
    record = interview.record
    provenance = f", {_transcribed(record.provenance)}" if record.provenance is not None else ""
    schedule = " ".join(part for part in (record.schedule_title, record.schedule_version) if part)
    return f"Interview of {interview.options.day(record.opened_wall_ms)}, by {schedule or 'no schedule'}{provenance}."


def _transcribed(provenance: Provenance) -> str:
    return f"transcribed by {provenance.engine} ({provenance.model})"


def _coding(interview: Interview, code: Key, *parts: str | int) -> Lines:
    reference = element("CodeRef", targetGUID=interview.identity.of(*code))
    guid = interview.guid("coding", *code, *parts)
    return element("Coding", reference, guid=guid, **interview.by(interview.automatic))


def _selection(interview: Interview, run: Run) -> Lines:
    return element(
        "PlainTextSelection",
        _coding(interview, run.code, "text", run.start),
        guid=interview.guid("selection", *run.code, run.start),
        name=interview.at(run.lines[0].block),
        startPosition=run.start,
        endPosition=run.end,
        **interview.by(interview.automatic),
    )


def _whole(interview: Interview) -> Lines:
    """The whole text under the code that is the case."""
    code: Key = ("case", interview.record.case)
    return element(
        "PlainTextSelection",
        _coding(interview, code, "text", 0),
        guid=interview.guid("selection", *code, 0),
        name=interview.case,
        startPosition=0,
        endPosition=len(interview.transcript.text),
        **interview.by(interview.automatic),
    )


def _remarks(interview: Interview) -> Lines:
    """Notes and flags at the turns that they are about, those of one turn together: one place holds one remark."""
    by_line: dict[Line, list[str]] = {}
    for line, remark in _remarked(interview):
        by_line.setdefault(line, []).append(remark)
    lines: Lines = []
    for line, remarks in by_line.items():
        lines += element(
            "PlainTextSelection",
            text("Description", "\n".join(remarks)),
            guid=interview.guid("remark", line.start),
            name=interview.at(line.block),
            startPosition=line.start,
            endPosition=line.end,
            **interview.by(interview.person),
        )
    return lines


def _remarked(interview: Interview) -> Iterator[tuple[Line, str]]:
    """Each note and flag with the line it is about: of the turn that prompted it, else the last one before it."""
    turns = {note.note: note.turn for note in interview.record.notes}
    spoken = [line for line in interview.transcript.lines if line.block.kind is BlockKind.TURN]
    for block in interview.document.blocks:
        if block.kind not in (BlockKind.NOTE, BlockKind.FLAG):
            continue
        before = [line for line in spoken if line.block.index < block.index]
        prompted = [line for line in before if line.block.turn == turns.get(block.note)]
        if before:
            yield (prompted or before)[-1], _remark(block)


def _remark(block: Block) -> str:
    if block.kind is BlockKind.FLAG:
        return "(flagged)"
    return f"({block.mark}) {plain(block.text)}" if block.mark else plain(block.text) or "(empty note)"


def _transcript(interview: Interview, recording: Recording) -> Lines:
    points = [
        (line.start, interview.audio_ms(line.block.start_ms))
        for line in interview.transcript.lines
        if line.block.kind is BlockKind.TURN
    ]
    points.append((len(interview.transcript.text), recording.length_ms))
    lines: Lines = []
    for position, at_ms in points:
        lines += element("SyncPoint", guid=interview.guid("sync", position), timeStamp=at_ms, position=position)
    return element(
        "Transcript",
        lines,
        guid=interview.guid("transcript"),
        name=interview.text_name,
        plainTextPath=f"internal://{interview.guid('text')}.txt",
        **interview.by(interview.person),
    )


def _heard(interview: Interview, recording: Recording, run: Run) -> Lines:
    """The stretch of audio in which a run is heard: a millisecond at least, for nothing can be coded with none."""
    begin = min(interview.audio_ms(run.lines[0].block.start_ms), recording.length_ms - 1)
    end = max(begin + 1, *(interview.audio_ms(line.block.end_ms) for line in run.lines))
    if begin < 0:
        return []
    return element(
        "AudioSelection",
        _coding(interview, run.code, "audio", run.start),
        guid=interview.guid("audio", *run.code, run.start),
        name=interview.at(run.lines[0].block),
        begin=begin,
        end=end,
        **interview.by(interview.automatic),
    )
