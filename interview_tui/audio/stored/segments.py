"""The WAV segments of a recording by their names and by what the log says of them, and the end of them once packed."""

from __future__ import annotations

import struct
from pathlib import Path

from interview_tui.at_rest import files
from interview_tui.audio import disk, wav
from interview_tui.audio.stored.resealing import UNFINISHED
from interview_tui.audio.stored.span_log import SEGMENT_NAME, Line, fallback_of, lines
from interview_tui.errors import AudioError

_CHANNELS_AT = 22  # in the header of a WAV file; the rate follows


def is_segment(file: str) -> bool:
    """Whether this is the name of a segment, with its folder or without."""
    return SEGMENT_NAME.fullmatch(Path(file).name) is not None


def is_of_line(file: str) -> bool:
    """Whether a segment holds what the second device of two heard: the line."""
    found = SEGMENT_NAME.fullmatch(Path(file).name)
    return found is not None and found[2] is not None


def is_of_two_devices(folder: Path) -> bool:
    """Whether the line was ever recorded with a device of its own in this interview."""
    return any(line["what"] == "segment" and is_of_line(line["file"]) for line in lines(folder))


def all_of(folder: Path) -> dict[Path, int]:
    """Every segment of an interview that is there, in its folder or where the log says, with the number of its span."""
    named = {folder / line["file"] for line in lines(folder) if line["what"] == "segment"}
    fallback = fallback_of(folder)
    found = named | {path for place in (folder, fallback) if place is not None for path in place.glob("span-*.wav")}
    matches = {path: SEGMENT_NAME.fullmatch(path.name) for path in sorted(found) if path.is_file()}
    return {path: int(match[1]) for path, match in matches.items() if match is not None}


def of_span(folder: Path, number: int) -> list[Path]:
    """The segments of a span that are there."""
    return [path for path, span in all_of(folder).items() if span == number]


def elsewhere(folder: Path) -> list[Path]:
    """The segments that lie outside the folder: in the fallback folder, from when the disk was full."""
    return [path for path in all_of(folder) if path.parent != folder]


def known(folder: Path, number: int) -> dict[Path, int]:
    """The segments that a span consisted of when it was closed, with their frames."""
    closings = [line for line in lines(folder) if line["what"] == "closed" and line["span"] == number]
    return {folder / part["file"]: part["frames"] for part in _parts(closings[-1])} if closings else {}


def held(path: Path) -> int:
    """The frames that a segment really holds; -1 if it has lost its header.

    Raises:
        StorageError: the study is locked.
    """
    try:
        return wav.held(path)
    except AudioError:
        return -1


def states_its_length(path: Path) -> bool:
    """Whether the header of a segment says how long it is. One that was cut off says what it was a moment before.

    Raises:
        OSError: it cannot be read. StorageError: the study is locked.
    """
    with files.reading(path) as file:
        found = file.read(wav.HEADER_BYTES)
    channels, rate = struct.unpack_from("<HI", found.ljust(wav.HEADER_BYTES, b"\0"), _CHANNELS_AT)
    return found == wav.header(rate, channels, held(path))


def strays(folder: Path, number: int) -> list[Path]:
    """The segments of a closed span that hold other sound than it knows of.

    Raises:
        StorageError: the study is locked.
    """
    parts = known(folder, number)
    return [path for path in of_span(folder, number) if held(path) != parts.get(path, 0)]


def sweep(folder: Path, number: int) -> None:
    """Delete the segments of a span that is packed. One that holds other sound than the span knows of stays.

    Raises:
        AudioError: one cannot be deleted. StorageError: the study is locked; nothing is deleted.
    """
    stray = strays(folder, number)
    gone = [path for path in of_span(folder, number) if path not in stray]
    try:
        for path in gone:
            path.unlink(missing_ok=True)
            path.with_name(path.name + UNFINISHED).unlink(missing_ok=True)
        for place in {path.parent for path in gone}:
            disk.sync_folder(place)
    except OSError as error:
        raise AudioError(
            f"{error.filename} is packed and cannot be deleted: {error.strerror}.",
            "Close whatever holds that file; it is tried again.",
        ) from error


def _parts(closing: Line) -> list[Line]:
    return [*closing["parts"], *(closing.get("beside") or {"parts": []})["parts"]]
