"""Is the audio of an interview whole? What the journal says of each span against the files, every sample of them.

Nothing is written here. Recorded segments are compared with the hash that was taken while they were recorded, packed
files with the hash that the journal has of them; a file that was taken in without one is decoded from end to end.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from interview_tui.audio import files, wav
from interview_tui.audio.keeping import erasing
from interview_tui.audio.stored import segments, spans
from interview_tui.audio.stored.span_log import fallback_of
from interview_tui.audio.stored.tally import Tally, samples
from interview_tui.errors import AudioError
from interview_tui.interview.sound import AudioPart
from interview_tui.interview.timeline import Span

AUDIO_SUFFIXES = {".wav", ".flac", ".mp3", ".m4a", ".mp4", ".aac", ".ogg", ".opus", ".wma", ".amr", ".aif", ".aiff"}
DRAFT = ".new"
REPAIR = "interview-tui doctor --study --repair"
FROM_A_COPY = "Put it back from a copy of the study folder; it was left as it is."
_OWN_DRAFT = re.compile(r"span-\d+\.flac\.new|span-\d+-(line-)?\d+\.wav\.new|.+\.erased-\d+\.flac\.new")


class Kind(StrEnum):
    """What can be wrong."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    LENGTH = "other length"
    CHANGED = "changed"
    HEADER = "header"
    LOST_SIGHT_OF = "lost sight of"
    CUT_OFF = "cut off"
    UNKNOWN = "unknown span"
    STRAY = "stray"
    UNPACKED = "not packed"
    LEFT_OVER = "left over"
    ELSEWHERE = "in the fallback folder"
    DRAFT = "draft"
    SUPERSEDED = "superseded"
    ORPHAN = "orphan"


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that is wrong: a sentence, the way out, and whether a repair is that."""

    kind: Kind
    what: str
    way_out: str = REPAIR
    mendable: bool = True

    @property
    def is_damage(self) -> bool:
        """Whether sound is missing or is not what it was."""
        return self.kind in (Kind.MISSING, Kind.UNREADABLE, Kind.LENGTH, Kind.CHANGED)


def examine(folder: Path, known: Mapping[int, Span], *, ended: bool) -> Iterator[Flaw]:
    """Everything that is wrong with the audio in the folder of an interview that nobody conducts now.

    `known` are the spans of the journal by their numbers; `ended` is whether the interview has.

    Raises:
        AudioError: the recording log cannot be read.
    """
    logged = spans.numbers(folder)
    for number, span in sorted(known.items()):
        yield from _span(folder, span) if span.closed else _open(number)
        if span.closed and span.frames:
            yield from _segments(folder, span, ended=ended)
        elif span.closed and any(segments.held(path) for path in segments.of_span(folder, number)):
            what = f"Span {number} is empty in the journal, and its files hold sound."
            yield Flaw(Kind.STRAY, what, "Listen to them; take them in as a recording.", mendable=False)
    for number in sorted(logged - {number for number, span in known.items() if not span.attached}):
        yield from _unknown(folder, number)
    yield from _others(folder, known.values(), logged)


def _open(number: int) -> Iterator[Flaw]:
    yield Flaw(
        Kind.CUT_OFF,
        f"Span {number} was cut off: its end is not in the journal.",
        f"Go on with the interview, or: {REPAIR}",
    )


def _span(folder: Path, span: Span) -> Iterator[Flaw]:
    """A closed span: its files are there, of the right length, and hold what was recorded."""
    gone = [part.file for part in _parts(span) if not (folder / part.file).is_file()]
    if gone and erasing.followed(folder, span.number, span.parts) is not None:
        yield Flaw(Kind.LOST_SIGHT_OF, f"Span {span.number} lies in another file than the journal says.")
    elif gone:
        yield Flaw(
            Kind.MISSING,
            f"Span {span.number}: {', '.join(gone)} {'are' if len(gone) > 1 else 'is'} not there.",
            _where(folder, gone),
            mendable=False,
        )
    if gone:
        return
    try:
        if span.hashes:
            yield from _packed(folder, span)
        else:
            yield from _track(folder, span.number, span.parts, span.channels, span.sha256)
        if span.beside is not None:
            yield from _track(folder, span.number, span.beside.parts, span.beside.channels, span.beside.sha256)
    except AudioError as error:
        yield Flaw(Kind.UNREADABLE, f"Span {span.number}: {error.message}", error.hint or FROM_A_COPY, mendable=False)


def _where(folder: Path, gone: Sequence[str]) -> str:
    """Where a file that is gone may be found."""
    fallback = fallback_of(folder)
    inside = [] if fallback is None else [fallback / Path(file).name for file in gone]
    if there := [str(path) for path in inside if path.is_file()]:
        return f"A copy is {', '.join(there)}: move it to {folder}."
    also = "" if fallback is None else f" or {fallback}"
    return f"Look for it in your copies of the study folder{also}, and put it back."


def _packed(folder: Path, span: Span) -> Iterator[Flaw]:
    """Files of which the journal has a hash each."""
    for part, digest in zip(span.parts, span.hashes, strict=True):
        if not files.is_still(folder / part.file, digest):
            yield Flaw(
                Kind.CHANGED,
                f"Span {span.number}: {part.file} is not any more what was put there.",
                FROM_A_COPY,
                mendable=False,
            )


def _track(folder: Path, number: int, parts: Sequence[AudioPart], channels: int, recorded: str) -> Iterator[Flaw]:
    """The files of one track; `recorded` is the hash of all its samples in order, empty if nobody took it."""
    flaws = [flaw for part in parts for flaw in _one_file(folder, number, part)]
    yield from flaws
    if not any(flaw.kind is Kind.LENGTH for flaw in flaws) and recorded and _sum(folder, parts, channels) != recorded:
        names = parts[0].file if len(parts) == 1 else f"one of {parts[0].file} … {parts[-1].file}"
        yield Flaw(
            Kind.CHANGED,
            f"Span {number}: {names} is not any more what was recorded.",
            FROM_A_COPY,
            mendable=False,
        )


def _one_file(folder: Path, number: int, part: AudioPart) -> Iterator[Flaw]:
    """A file without a hash of its own: its length, and of a segment its header."""
    path = folder / part.file
    is_ours = segments.is_segment(part.file)
    there = wav.held(path) if is_ours else sum(len(block) for block in files.stream_frames(path))
    if there < part.first_frame + part.frames or (is_ours and there != part.frames):
        yield Flaw(
            Kind.LENGTH,
            f"Span {number}: {part.file} holds {there} frames, but the journal knows {part.frames} of them.",
            FROM_A_COPY,
            mendable=there > part.frames,  # a span that was split, and cut off before its file was
        )
    elif is_ours and not segments.states_its_length(path):
        yield Flaw(Kind.HEADER, f"Span {number}: the header of {part.file} states another length than it has.")


def _sum(folder: Path, parts: Sequence[AudioPart], channels: int) -> str:
    """The hash of the samples in the files of a track; of segments whatever their headers say."""
    try:
        if any(not segments.is_segment(part.file) for part in parts):
            tally = Tally(samples(folder, parts))
            for _ in tally:
                pass
            return tally.sha256
        found = hashlib.sha256()
        for part in parts:
            for block in wav.pcm(folder / part.file, channels, part.first_frame, part.frames):
                found.update(block)
        return found.hexdigest()
    except OSError as error:
        raise AudioError(f"{error.filename or folder} cannot be read: {error.strerror}.") from error


def _segments(folder: Path, span: Span, *, ended: bool) -> Iterator[Flaw]:
    """The segments of a closed span: those it consists of, those that packing left, and those that it does not know."""
    own = {folder / part.file for part in _parts(span)}
    stray = [path for path in segments.strays(folder, span.number) if path not in own]
    for path in stray:
        yield Flaw(
            Kind.STRAY,
            f"{path} holds sound of span {span.number} that the journal does not know.",
            "Listen to it, and move it elsewhere.",
            mendable=False,
        )
    beyond = [path for path in segments.of_span(folder, span.number) if path not in own and path not in stray]
    if beyond:
        yield Flaw(Kind.LEFT_OVER, f"Span {span.number} is packed, and {len(beyond)} of its segments are still there.")
    away = sorted({str(path.parent) for path in own if path.parent != folder})
    if away:
        way_out = REPAIR if ended else "It is brought home when the interview has ended."
        yield Flaw(Kind.ELSEWHERE, f"Span {span.number} lies in {away[0]}.", way_out, mendable=ended)
    elif ended and any(segments.is_segment(part.file) for part in span.parts):
        yield Flaw(Kind.UNPACKED, f"Span {span.number} is not packed yet.")


def _unknown(folder: Path, number: int) -> Iterator[Flaw]:
    """A span that was recorded here, and of which the journal has nothing."""
    if any(segments.held(path) for path in segments.of_span(folder, number)):
        yield Flaw(Kind.UNKNOWN, f"Span {number} was recorded, and the journal does not know it.")
    elif lost := [path.name for path, frames in segments.known(folder, number).items() if frames]:
        yield Flaw(
            Kind.MISSING,
            f"Span {number} was recorded; the journal does not know it, and {', '.join(lost)} is not there.",
            _where(folder, lost),
            mendable=False,
        )


def _others(folder: Path, known: Iterable[Span], logged: Collection[int]) -> Iterator[Flaw]:
    """Audio files that are of no span: drafts, what was destroyed and is still there, and what nobody knows."""
    names = {part.file for span in known for part in _parts(span)}
    names |= {path.name for path, number in segments.all_of(folder).items() if number in logged}
    superseded = {path.name for path in erasing.superseded(folder)} - names
    for name in sorted(path.name for path in folder.iterdir() if path.is_file()):
        bare = name.removesuffix(DRAFT)
        if name in names or Path(bare).suffix.lower() not in AUDIO_SUFFIXES:
            continue
        if _OWN_DRAFT.fullmatch(name):
            yield Flaw(Kind.DRAFT, f"{name} was begun to be written, and cut off.")
        elif name in superseded:
            yield Flaw(
                Kind.SUPERSEDED,
                f"{name} still holds what was destroyed.",
                "Destroy it again: interview-tui destroy CASE lists what was begun. Off the record it is done by the "
                "repair.",
            )
        elif _is_of_packed(folder, name, known):
            yield Flaw(Kind.LEFT_OVER, f"{name} was packed, and the journal never heard of it.")
        else:
            yield Flaw(
                Kind.ORPHAN,
                f"No span knows {name}.",
                "Listen to it; take it in or move it elsewhere.",
                mendable=False,
            )


def _is_of_packed(folder: Path, name: str, known: Iterable[Span]) -> bool:
    """Whether a file was entered as what a span was packed into, though the journal still has its segments."""
    for span in known:
        done = spans.repacked(folder, span.number) if span.closed else None
        if done is not None and name in {part.file for part in done.parts}:
            return True
    return False


def _parts(span: Span) -> tuple[AudioPart, ...]:
    return (*span.parts, *(span.beside.parts if span.beside is not None else ()))


def right_headers(folder: Path, known: Iterable[Span]) -> list[str]:
    """Let the header of every segment of a closed span state its length; gives what was done.

    Raises:
        AudioError: one cannot be written.
    """
    parts = [part for span in known if span.closed for part in _parts(span) if segments.is_segment(part.file)]
    wrong = [part for part in parts if _states_another_length(folder / part.file, part.frames)]
    for part in wrong:
        wav.repair(folder / part.file)
    return [f"the header of {part.file} states its length now" for part in wrong]


def _states_another_length(path: Path, frames: int) -> bool:
    return path.is_file() and segments.held(path) == frames and not segments.states_its_length(path)


def clear_drafts(folder: Path) -> list[str]:
    """Delete what was begun to be written when packing or destroying was cut off; gives what was done."""
    drafts = [path for path in sorted(folder.iterdir()) if _OWN_DRAFT.fullmatch(path.name)]
    for path in drafts:
        path.unlink()
    return [f"{path.name}, which was cut off, was deleted" for path in drafts]
