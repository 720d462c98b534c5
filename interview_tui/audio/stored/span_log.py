"""`spans.jsonl`: what the recorder did, a line a fact, only ever appended to.

    opened    a track of a span began: rate, channels, source
    segment   a WAV file of it begins, at frame `first_frame` of the track: file
    clock     when its first frame was captured, as known now: started_ns, drift_ppm
    closed    the span is whole: rate, channels, source, frames, started_ns, drift_ppm, reason, parts, sha256, and
              `beside`, which is the same of the second track; `mended`: it was put together from its files
    split     sound was found missing: one span ends, the next begins with what was written since; in `facts` are the
              lines of both, which are true together or not at all
    repacked  the audio of the span now lies in other files, sample for sample the same: parts, sha256

Every line has `span`, and `track` (1) if it tells of the line where that has a device of its own, alone or beside the
interviewer's. Files are named relative to the case's folder, or absolutely outside it. Every line also has `mono_ns`
and `wall_ns`, the two clocks when it was written; the monotonic clock starts anew with the machine, the pair tells the
time of a span after that.

Where the folder's own log cannot be written, it goes on in the log of the fallback folder. `order` grows from line to
line through both: it is the wall clock in microseconds, or one more than before where that went back.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from interview_tui import monotonic
from interview_tui.audio import disk
from interview_tui.audio.disk import Syncer
from interview_tui.audio.stored import shelves
from interview_tui.audio.stored.clock import Reading
from interview_tui.errors import AudioError
from interview_tui.interview.ports import RecordedSpan
from interview_tui.interview.sound import AudioPart

LOG_NAME = "spans.jsonl"
CONFIG_NAME = "recorder-config.json"
LINE_TRACK = 1
SEGMENT_S = 60  # unless its folder takes no more before that
SEGMENT_NAME = re.compile(r"span-(\d+)-(line-)?(\d+)\.wav")
Line = dict[str, Any]
Enter = Callable[[Line], None]


def segment_name(span: int, track: int, nth: int) -> str:
    """The name of the `nth` segment of a track, counted from 1."""
    return f"span-{span:03d}-{'line-' * (track == LINE_TRACK)}{nth:04d}.wav"


def fallback_of(folder: Path) -> Path | None:
    """Where recording into `folder` goes on when its disk takes no more, by what its recorder was told.

    It is a folder of the same name inside the fallback folder. None if there is none, or nothing tells.
    """
    try:
        base = json.loads((folder / CONFIG_NAME).read_text(encoding="utf-8")).get("fallback")
    except (OSError, ValueError, AttributeError):
        return None
    return Path(base) / folder.name if isinstance(base, str) and base else None


def files(folder: Path) -> list[Path]:
    """The files of spans in a folder and in its fallback folder."""
    places = [folder, *([fallback] if (fallback := fallback_of(folder)) else [])]
    return [path for place in places if place.is_dir() for path in sorted(place.glob("span-*"))]


def file_name(folder: Path, path: Path) -> str:
    """How a file is named in the log and in parts: relative to the case's folder, absolute outside it."""
    return path.name if path.parent == folder else str(path.absolute())


def opened(span: int, track: int, rate: int, channels: int, source: str) -> Line:
    """A track of a span began."""
    return _of(track, what="opened", span=span, rate=rate, channels=channels, source=source)


def segment(span: int, track: int, file: str, first_frame: int) -> Line:
    """The samples of the track from `first_frame` on go to `file`."""
    return _of(track, what="segment", span=span, file=file, first_frame=first_frame)


def clock(span: int, track: int, reading: Reading) -> Line:
    """The time of the track's first frame, as known now."""
    return _of(track, what="clock", span=span, started_ns=reading.started_ns, drift_ppm=reading.drift_ppm)


def closed(span: RecordedSpan, *, mended: bool = False) -> Line:
    """The span is whole, and so are its files."""
    facts = asdict(span)
    facts["span"], facts["reason"] = facts.pop("number"), span.reason.value
    if span.beside is None:
        del facts["beside"]
    return {"what": "closed", **facts, **({"mended": True} if mended else {})}


def _of(track: int, **facts: Any) -> Line:
    return {**facts, "track": track} if track else facts


class SpanLog:
    """Appends to the log of a folder, and where that takes nothing to that of the next of `folders`.

    A written line survives the death of this process; a synced one a power cut.
    """

    def __init__(self, *folders: Path, syncer: Syncer | None = None) -> None:
        """`syncer` makes what is written outlast a power cut, in its own time."""
        self._logs = [_LogFile(folder, f"log {place}", syncer) for place, folder in enumerate(folders)]
        self._order = 0
        with contextlib.suppress(AudioError):  # one that cannot be read may still be gone on with elsewhere
            self._order = max(map(_order, lines(folders[0])), default=0)

    def write(self, *facts: Line) -> None:
        """Enter facts, a line each.

        Raises:
            OSError: no log can be written.
        """
        for fact in facts:
            self._write(fact)

    def split(self, span: int, facts: Sequence[Line]) -> None:
        """Enter, in one line, that span `span` begins in the midst of what was the one before.

        Raises:
            OSError: no log can be written.
        """
        self._write({"what": "split", "span": span, "facts": list(facts)})

    def repacked(self, span: int, parts: Iterable[AudioPart], sha256: Iterable[str]) -> None:
        """The span's audio now lies in `parts`.

        Raises:
            OSError: no log can be written.
        """
        self._write({"what": "repacked", "span": span, "parts": [asdict(part) for part in parts], "sha256": [*sha256]})

    def sync(self) -> None:
        """Wait until every line would outlast a power cut.

        Raises:
            OSError: the disk does not confirm it.
        """
        for log in self._logs:
            log.sync()

    def close(self) -> None:
        """Let go of the files."""
        for log in self._logs:
            log.close()

    def _write(self, fact: Line) -> None:
        self._order = max(self._order + 1, time.time_ns() // 1000)
        line = {**fact, "order": self._order, "mono_ns": monotonic.now_ns(), "wall_ns": time.time_ns()}
        data = json.dumps(line, ensure_ascii=False).encode() + b"\n"
        failure = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        for log in self._logs:
            try:
                log.append(data)
            except OSError as error:
                failure = error
            else:
                return
        raise failure


class _LogFile:
    """One of the files that the log is in, opened with the first line that is written to it."""

    def __init__(self, folder: Path, role: str, syncer: Syncer | None) -> None:
        self._folder, self._role, self._syncer = folder, role, syncer
        self._fd: int | None = None
        self._torn = False  # whether the last line lacks its end, by a power cut or a full disk
        self._unsynced = False
        self._named = False  # whether the file's name outlasts a power cut

    def append(self, data: bytes) -> None:
        if self._fd is None:
            self._fd = self._opened()
        data = b"\n" * self._torn + data
        self._torn = self._unsynced = True
        written = os.write(self._fd, data)
        if written < len(data):
            os.ftruncate(self._fd, os.lseek(self._fd, 0, os.SEEK_END) - written)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._torn = False

    def sync(self) -> None:
        if self._fd is not None and self._unsynced:
            disk.sync(self._fd)
            if not self._named:
                disk.sync_folder(self._folder)
            self._unsynced, self._named = False, True

    def close(self) -> None:
        fd, self._fd = self._fd, None
        if fd is not None:
            if self._syncer is not None:
                self._syncer.release(self._role)
            os.close(fd)

    def _opened(self) -> int:
        shelves.make(self._folder)
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        fd = os.open(self._folder / LOG_NAME, flags, 0o600)
        if (size := os.fstat(fd).st_size) > 0:
            os.lseek(fd, size - 1, os.SEEK_SET)
            self._torn = os.read(fd, 1) != b"\n"
        if self._syncer is not None:
            self._syncer.watch(self._role, fd, self._folder)
        return fd


def lines(folder: Path) -> list[Line]:
    """The log of a folder in order, with what went to its fallback folder; empty if there is none.

    A `split` is given as the lines that it consists of, each with `split` true.

    Raises:
        AudioError: it cannot be read.
    """
    found = _lines_of(folder)
    fallback = fallback_of(folder)
    if fallback is not None:
        found += _lines_of(fallback)
    found.sort(key=_order)
    return [fact for line in found for fact in _facts(line)]


def _lines_of(folder: Path) -> list[Line]:
    path = folder / LOG_NAME
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise AudioError(f"The recording log {path} cannot be read: {error.strerror}.") from error
    found = []
    for line in text.split("\n"):
        try:
            found.append(json.loads(line))
        except ValueError:
            # A power cut tears a line that was not synced; whatever it said is rebuilt from the files.
            continue
    return [line for line in found if isinstance(line, dict) and "what" in line and isinstance(line.get("span"), int)]


def _order(line: Line) -> int:
    order = line.get("order")
    return order if isinstance(order, int) else 0


def _facts(line: Line) -> list[Line]:
    if line["what"] != "split":
        return [line]
    written = {name: line[name] for name in ("order", "mono_ns", "wall_ns")}
    return [{**fact, **written, "split": True} for fact in line["facts"]]
