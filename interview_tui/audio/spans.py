"""`spans.jsonl`: what the recorder did, a line a fact, only ever appended to; and the spans that it adds up to.

    opened    a span began: span, rate, channels, source
    segment   a WAV file of the span begins: span, file
    clock     when its first frame was captured, as known now: span, started_ns, drift_ppm
    closed    the span is whole: span, frames, started_ns, drift_ppm, reason, parts
    repacked  its audio now lies in other files, sample for sample the same: span, parts, sha256

Every line also has `mono_ns` and `wall_ns`, the two clocks when it was written. The monotonic clock starts anew with
the machine; the pair tells the time of a span after that.
"""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from interview_tui import monotonic
from interview_tui.audio import disk, wav
from interview_tui.audio.clock import Reading
from interview_tui.errors import AudioError
from interview_tui.interview.ports import RecordedSpan
from interview_tui.interview.sound import AudioPart, SpanEnd

LOG_NAME = "spans.jsonl"
CLOCKS_DISAGREE_NS = 2_000_000_000
Line = dict[str, Any]


class SpanLog:
    """Appends to the log of a folder. A written line survives the death of this process; a synced one a power cut."""

    def __init__(self, folder: Path) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        self.fd = os.open(folder / LOG_NAME, flags, 0o600)
        self._torn = False  # whether the last line lacks its end, by a power cut or a full disk
        if (size := os.fstat(self.fd).st_size) > 0:
            os.lseek(self.fd, size - 1, os.SEEK_SET)
            self._torn = os.read(self.fd, 1) != b"\n"

    def opened(self, span: int, rate: int, channels: int, source: str) -> None:
        """A span began."""
        self._write("opened", span=span, rate=rate, channels=channels, source=source)

    def segment(self, span: int, file: str) -> None:
        """The next samples of the span go to `file`."""
        self._write("segment", span=span, file=file)

    def clock(self, span: int, reading: Reading) -> None:
        """The time of the span's first frame, as known now."""
        self._write("clock", span=span, started_ns=reading.started_ns, drift_ppm=reading.drift_ppm)

    def closed(self, span: RecordedSpan) -> None:
        """The span is whole, and so are its files."""
        self._write(
            "closed",
            span=span.number,
            frames=span.frames,
            started_ns=span.started_ns,
            drift_ppm=span.drift_ppm,
            reason=span.reason.value,
            parts=[asdict(part) for part in span.parts],
        )

    def repacked(self, span: int, parts: Iterable[AudioPart], sha256: Iterable[str]) -> None:
        """The span's audio now lies in `parts`."""
        self._write("repacked", span=span, parts=[asdict(part) for part in parts], sha256=list(sha256))

    def sync(self) -> None:
        """Wait until every line would outlast a power cut."""
        disk.sync(self.fd)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self.fd)

    def _write(self, what: str, **facts: Any) -> None:
        line = {"what": what, **facts, "mono_ns": monotonic.now_ns(), "wall_ns": time.time_ns()}
        data = b"\n" * self._torn + json.dumps(line, ensure_ascii=False).encode() + b"\n"
        self._torn = True
        if os.write(self.fd, data) < len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._torn = False


def lines(folder: Path) -> list[Line]:
    """The log of a folder; empty if there is none.

    Raises:
        AudioError: it cannot be read.
    """
    path = folder / LOG_NAME
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise AudioError(f"The recording log {path} cannot be read: {error.strerror}.") from error
    found = []
    for line in text.splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            # A power cut tears a line that was not synced; whatever it said is rebuilt from the files.
            continue
    return [line for line in found if isinstance(line, dict) and "what" in line and "span" in line]


def numbers(folder: Path) -> set[int]:
    """The numbers of all spans in `folder` that got a block: its time is entered with it."""
    return {line["span"] for line in lines(folder) if line["what"] == "clock"}


@dataclass(frozen=True, slots=True)
class Repacked:
    """Where a repacked span lies."""

    parts: tuple[AudioPart, ...]
    sha256: tuple[str, ...]


def repacked(folder: Path, span: int) -> Repacked | None:
    """Where the audio of `span` was repacked to; None if it was not."""
    for line in reversed(lines(folder)):
        if line["what"] == "repacked" and line["span"] == span:
            return Repacked(_parts(line["parts"]), tuple(line["sha256"]))
    return None


def read(folder: Path, *, running: bool) -> list[RecordedSpan]:
    """Every span of a folder, in order: the closed ones, and those that were cut off, their last segment repaired.

    With `running` a recorder is at work there, so the span it opened last is left alone unless it is closed.
    `started_ns` is given on the monotonic clock as it runs now, even if the machine was started again since.

    Raises:
        AudioError: the log cannot be read, or a cut-off segment cannot be repaired.
    """
    found: dict[int, RecordedSpan] = {}
    by_span: dict[int, list[Line]] = {}
    newest = None
    for line in lines(folder):
        if line["what"] == "opened":  # anew, if an attempt before it got no frame
            newest = line["span"]
            by_span[newest] = [line]
        elif line["span"] in by_span:
            by_span[line["span"]].append(line)
    for number, told in by_span.items():
        try:
            span = _closed(told)
            if span is None and not (running and number == newest):
                span = _cut_off(folder, told)
        except (KeyError, TypeError, ValueError) as error:
            raise AudioError(
                f"The recording log {folder / LOG_NAME} is damaged at span {number}: {error}.",
                "The audio files beside it are untouched and can be imported.",
            ) from error
        if span is not None and span.frames:
            found[number] = span
    return [found[number] for number in sorted(found)]


def _closed(told: list[Line]) -> RecordedSpan | None:
    """A span whose end is in the log; None if it is not."""
    closing = [line for line in told if line["what"] == "closed"]
    if not closing:
        return None
    opening, end = told[0], closing[-1]
    span = RecordedSpan(
        number=opening["span"],
        rate=opening["rate"],
        channels=opening["channels"],
        frames=end["frames"],
        started_ns=_on_this_clock(end),
        parts=_parts(end["parts"]),
        source=opening["source"],
        reason=SpanEnd(end["reason"]),
        drift_ppm=end["drift_ppm"],
    )
    return _moved(span, told)


def _cut_off(folder: Path, told: list[Line]) -> RecordedSpan:
    """A span whose recorder was killed, put together from its files."""
    opening = told[0]
    parts = []
    for line in told:
        path = folder / line["file"] if line["what"] == "segment" else None
        if path is not None and path.exists() and (frames := wav.repair(path)):
            parts.append(AudioPart(path.name, 0, frames))
    clocks = [line for line in told if line["what"] == "clock"]
    span = RecordedSpan(
        number=opening["span"],
        rate=opening["rate"],
        channels=opening["channels"],
        frames=sum(part.frames for part in parts),
        started_ns=_on_this_clock(clocks[-1] if clocks else {**opening, "started_ns": opening["mono_ns"]}),
        parts=tuple(parts),
        source=opening["source"],
        reason=SpanEnd.LOST,
        drift_ppm=clocks[-1]["drift_ppm"] if clocks else 0.0,
    )
    return _moved(span, told)


def _moved(span: RecordedSpan, told: list[Line]) -> RecordedSpan:
    """The span with its audio where it was repacked to."""
    moves = [line for line in told if line["what"] == "repacked"]
    if not moves:
        return span
    parts = _parts(moves[-1]["parts"])
    return replace(span, parts=parts, frames=sum(part.frames for part in parts))


def _on_this_clock(line: Line) -> int:
    """`started_ns` of a line, on the monotonic clock as it runs now.

    The two clocks keep their distance unless the machine slept or was started again; then the wall clock, which ran
    on, says where the span lies.
    """
    started_ns: int = line["started_ns"]
    distance_then: int = line["wall_ns"] - line["mono_ns"]
    distance_now = time.time_ns() - monotonic.now_ns()
    if abs(distance_then - distance_now) < CLOCKS_DISAGREE_NS:
        return started_ns
    return started_ns + distance_then - distance_now


def _parts(entries: Iterable[Line]) -> tuple[AudioPart, ...]:
    return tuple(AudioPart(entry["file"], entry["first_frame"], entry["frames"]) for entry in entries)
