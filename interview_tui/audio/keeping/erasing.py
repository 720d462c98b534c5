"""Stretches of a recording destroyed: digital silence of the same length takes their place, so every time stays right.

In this order, so that it may be cut off anywhere and done again: a new file beside the old one is written, read back
and compared (silent inside the stretches, every sample outside them the same), made durable, given its name, entered
in `spans.jsonl`, told to the journal; only then everything that held the old samples is deleted. What was recorded here
is packed before (see `repack`).

Deleted is not shredded. What the disk did with the blocks is out of reach: a solid-state drive writes over nothing in
place, file systems that copy on write keep snapshots, and a backup or a synchronised folder keeps what it took. Writing
zeros over a file before it goes would promise more than it does, so it is not done. What protects against somebody
who reads the bare disk is that the disk is encrypted; backups must be dealt with by whoever made them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from interview_tui.audio import disk, files, opened
from interview_tui.audio.stored import segments, spans
from interview_tui.audio.stored.span_log import SpanLog
from interview_tui.audio.stored.spans import Repacked
from interview_tui.errors import AudioError
from interview_tui.interview.sound import AudioPart

_ERASED = ".erased-"
_DRAFT = ".new"
FrameRange = tuple[int, int]  # first and end, which is exclusive
Told = Callable[[Mapping[int, Repacked]], None]
Pcm = npt.NDArray[np.int32]


def erase(
    folder: Path,
    audio: Mapping[int, Sequence[AudioPart]],
    stretches: Mapping[int, Sequence[FrameRange]],
    told: Told = lambda _: None,
) -> dict[int, Repacked]:
    """Destroy stretches of the audio of an interview; gives where those spans lie that lie elsewhere now.

    `audio` has the parts of every closed span of the interview by its number, `stretches` what is to be destroyed of
    which of them, in frames counted from the span's first. Where several spans lie in one file that was taken in, all
    of them move with it. Samples of 16 and 24 bit stay exactly what they were; a compressed file is written as it
    decodes, in 16 bit, and one of more than 24 bit in 24. What is silent already stays as it is, so this may be asked
    for twice, and must be where it was cut off. `told` must make durable where the spans lie; then the old files go.

    Raises:
        AudioError: something cannot be read, written or deleted, or what was written does not compare equal. Nothing
            that is not silenced elsewhere has been deleted then; asking again goes on from there.
    """
    wanted = {number: ranges for number, ranges in stretches.items() if ranges}
    recorded_here = spans.numbers(folder)
    lies = {number: _lies(folder, number, parts) for number, parts in audio.items()}
    for number in sorted(recorded_here & wanted.keys()):
        _check_ready(folder, number, lies[number])
    touched = {part.file for number in wanted for part in lies[number]}
    moves = _silenced_anew(folder, lies, wanted)
    now = {number: tuple(replace(p, file=moves.get(p.file, p.file)) for p in parts) for number, parts in lies.items()}
    moved = {number: _hashed(folder, parts) for number, parts in now.items() if parts != tuple(audio[number])}
    news = [number for number in sorted(recorded_here & moved.keys()) if now[number] != lies[number]]
    _enter(folder, {number: moved[number] for number in news})
    told(moved)
    _delete(folder, {_origin(file) for file in touched}, {part.file for parts in now.values() for part in parts})
    for number in sorted(recorded_here & wanted.keys()):
        segments.sweep(folder, number)
    return moved


def _check_ready(folder: Path, number: int, parts: Sequence[AudioPart]) -> None:
    """What is not packed, was changed since, or is not known to the span stops everything.

    It may hold what is to be destroyed, or what was destroyed by nobody.
    """
    if any(segments.is_segment(part.file) for part in parts):
        raise AudioError(
            f"Span {number} in {folder} is not packed, so nothing was destroyed.",
            "Run `interview-tui doctor --study --repair`, then do it again.",
        )
    moved = spans.repacked(folder, number)
    if moved is not None and moved.parts == tuple(parts) and not _stands(folder, moved):
        raise AudioError(
            f"The audio of span {number} in {folder} is not what was put there when it was packed.",
            "Restore it from a copy; nothing was destroyed.",
        )
    for stray in segments.strays(folder, number):
        raise AudioError(
            f"{stray} holds sound of span {number} that the journal does not know, so nothing was destroyed.",
            "Run `interview-tui doctor --study`; move that file elsewhere, then do it again.",
        )


def _stands(folder: Path, packed: Repacked) -> bool:
    pairs = zip(packed.parts, packed.sha256, strict=True)
    return all(files.is_still(folder / part.file, digest) for part, digest in pairs)


def followed(folder: Path, number: int, parts: Sequence[AudioPart]) -> Repacked | None:
    """Where a span lies whose files were replaced by others, of which its parts do not tell; None: nowhere."""
    moved = spans.repacked(folder, number)
    if moved is not None and all((folder / part.file).exists() for part in moved.parts):
        return moved
    heirs = tuple(_heir(folder, part) for part in parts)
    replaced = heirs != tuple(parts) and all((folder / part.file).exists() for part in heirs)
    return _hashed(folder, heirs) if replaced else None


def superseded(folder: Path) -> list[Path]:
    """Files that still hold what was destroyed: another file has taken their place, and they were to be deleted."""
    names = [path.name for path in folder.iterdir() if path.is_file()]
    newest = {_origin(name): _times(name) for name in sorted(names, key=_times) if _is_heir(name, _origin(name))}
    return [
        folder / name
        for name in sorted(names)
        if _origin(name) in newest and not (_is_heir(name, _origin(name)) and _times(name) == newest[_origin(name)])
    ]


def _lies(folder: Path, number: int, parts: Sequence[AudioPart]) -> tuple[AudioPart, ...]:
    """The parts of a span where they lie now: what took the place of their files may not have reached the journal."""
    lost = any(not (folder / part.file).exists() for part in parts)
    lies = followed(folder, number, parts) if lost else None
    return tuple(parts) if lies is None else lies.parts


def _heir(folder: Path, part: AudioPart) -> AudioPart:
    """The part in the file that took the place of its own, if its own is gone."""
    if (folder / part.file).exists():
        return part
    heirs = [path.name for path in folder.iterdir() if _is_heir(path.name, _origin(part.file))]
    return replace(part, file=max(heirs, key=_times)) if heirs else part


def _silenced_anew(
    folder: Path, lies: Mapping[int, Sequence[AudioPart]], wanted: Mapping[int, Sequence[FrameRange]]
) -> dict[str, str]:
    """Silence the stretches in every file that holds sound there; gives the name that replaces each such file."""
    ranges: dict[str, list[FrameRange]] = {}
    for number, stretches in wanted.items():
        for file, stretch in _in_files(lies[number], stretches):
            ranges.setdefault(file, []).append(stretch)
    moves = {}
    for file, inside in ranges.items():
        if not _is_silent(folder / file, inside):
            known = [part for parts in lies.values() for part in parts if part.file == file]
            moves[file] = _silenced(folder, file, inside, max(part.first_frame + part.frames for part in known))
    return moves


def _in_files(parts: Iterable[AudioPart], stretches: Iterable[FrameRange]) -> Iterator[tuple[str, FrameRange]]:
    """Stretches of a span as stretches of its files."""
    before = 0
    for part in parts:
        for first, end in stretches:
            low, high = max(first - before, 0), min(end - before, part.frames)
            if low < high:
                yield part.file, (part.first_frame + low, part.first_frame + high)
        before += part.frames


def _is_silent(path: Path, ranges: Iterable[FrameRange]) -> bool:
    return not any(block.any() for first, end in ranges for block in files.stream_frames(path, first, end - first))


def _silenced(folder: Path, file: str, ranges: Sequence[FrameRange], known_frames: int) -> str:
    """Write, compare and name the file that takes the place of `file`; gives its name."""
    import soundfile

    path, heir = folder / file, folder / _next_heir(file)
    draft = heir.with_name(heir.name + _DRAFT)
    try:
        draft.unlink(missing_ok=True)
        bits = files.sample_bits(path)
        end = 0
        with opened.writing(draft, *files.shape(path), f"PCM_{bits}") as flac:
            for first, block in _numbered(path, bits):
                end = first + len(block)
                block[_inside(first, end, ranges)] = 0
                flac.write(block)
        if end < known_frames:
            raise AudioError(
                f"{path} holds {end} frames, but the journal knows of {known_frames}.",
                "Run `interview-tui doctor --study`; the file was left as it is.",
            )
        _compare(path, draft, bits, ranges)
        disk.put_in_place(draft, heir)
    except (OSError, soundfile.SoundFileError) as error:
        raise AudioError(
            f"A stretch of {path} cannot be destroyed: {str(error).rstrip('.')}.",
            "Nothing was deleted; see that there is room.",
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    return heir.name


def _compare(path: Path, draft: Path, bits: int, ranges: Sequence[FrameRange]) -> None:
    """Every sample of the draft: nothing inside the stretches, and outside them what was there."""
    with opened.reading(draft) as flac:
        for first, block in _numbered(path, bits):
            again = flac.read(len(block), dtype="int32", always_2d=True)
            inside = _inside(first, first + len(block), ranges)
            if again.shape != block.shape or again[inside].any() or not np.array_equal(again[~inside], block[~inside]):
                raise AudioError(f"{draft} differs from what was recorded.", "Nothing was deleted; check the disk.")
        if len(flac.read(1)):
            raise AudioError(f"{draft} is longer than what was recorded.", "Nothing was deleted; check the disk.")


def _numbered(path: Path, bits: int) -> Iterator[tuple[int, Pcm]]:
    """The samples of a file at `bits`, held in the upper bits of 32, in blocks with the number of their first frame."""
    full, first = 1 << (bits - 1), 0
    for block in files.stream_frames(path):
        yield first, np.clip(np.round(block * full), -full, full - 1).astype(np.int32) << (32 - bits)
        first += len(block)


def _inside(first: int, end: int, ranges: Iterable[FrameRange]) -> npt.NDArray[np.bool_]:
    """Which of the frames from `first` up to `end` lie in a stretch."""
    inside = np.zeros(end - first, np.bool_)
    for low, high in ranges:
        inside[max(low - first, 0) : max(high - first, 0)] = True
    return inside


def _hashed(folder: Path, parts: tuple[AudioPart, ...]) -> Repacked:
    return Repacked(parts, tuple(files.sha256(folder / part.file) for part in parts))


def _enter(folder: Path, moved: Mapping[int, Repacked]) -> None:
    """Let the log know where spans lie that were recorded here, before their old files go."""
    if not moved:
        return
    try:
        with closing(SpanLog(folder)) as log:
            for number, place in moved.items():
                log.repacked(number, place.parts, place.sha256)
            log.sync()
    except OSError as error:
        raise AudioError(
            f"The recording log in {folder} cannot be written: {error.strerror}.",
            "Nothing was deleted; see that there is room, then do it again.",
        ) from error


def _delete(folder: Path, origins: Collection[str], kept: Collection[str]) -> None:
    """Delete whatever held the old samples: the files themselves, those they came from, and drafts of a killed run."""
    try:
        for path in sorted(folder.iterdir()):
            if _origin(path.name) in origins and path.name not in kept:
                path.unlink()
        disk.sync_folder(folder)
    except OSError as error:
        raise AudioError(
            f"What was to be destroyed is still in {error.filename or folder}: {error.strerror}.",
            "Close whatever holds that file, then do it again.",
        ) from error


def _origin(file: str) -> str:
    """What every file that holds or held the same audio has in common: the name of the first, less `.flac`.

    Files taken in have no other dot in their names, so the name of an heir is never that of another recording.
    """
    return file.removesuffix(_DRAFT).removesuffix(".flac").partition(_ERASED)[0]


def _times(file: str) -> int:
    """How many times something in a file was erased."""
    return int(file.removesuffix(_DRAFT).removesuffix(".flac").partition(_ERASED)[2] or 0)


def _is_heir(name: str, origin: str) -> bool:
    return name.startswith(origin + _ERASED) and name.endswith(".flac")


def _next_heir(file: str) -> str:
    """The name of the file that takes the place of `file`."""
    return f"{_origin(file)}{_ERASED}{_times(file) + 1}.flac"
