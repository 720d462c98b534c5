"""Hearing both ends before a call, with the recorder and the player that the call will use, and without a trace.

What is heard lies in a folder among the system's temporary files that only its owner may enter (of an encrypted study,
in memory), never in the study, and goes with the check. If the app is killed, the recorder ends by itself some seconds
later, and `forget_left_over`, which every check begins with, removes what it wrote. Deleted is not shredded: see
`erasing`.
"""

from __future__ import annotations

import atexit
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout

from interview_tui.audio import wav
from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.link.recorder_link import RecorderLink
from interview_tui.audio.passing import is_mine, left_behind, made, without_room
from interview_tui.audio.playing.player import SoundPlayer
from interview_tui.audio.stored.span_log import LINE_TRACK, SEGMENT_NAME
from interview_tui.audio.wav import HEADER_BYTES, SAMPLE_BYTES, Segment
from interview_tui.errors import AudioError
from interview_tui.interview.ports import RecorderState, RecorderStatus
from interview_tui.interview.sound import AudioPart, Track
from interview_tui.interview.timeline import Span, Timeline

PLAYED_BACK_S = 5
ORPHAN_LIMIT_S = 10
TRIM_EVERY_S = 5.0
SEGMENTS_KEPT = 2  # the one that grows, and the one before, in which the last seconds may have begun
FOLDER_PREFIX = "interview-tui-sound-check-"
LOCK_NAME = "sound-check.lock"
HEARD_NAMES = ("heard.wav", "heard-line.wav")
OWN_TRACK = 0


class DeviceSoundCheck:
    """A sound check of one source, or of two devices that hear an end each; implements `interview.ports.SoundCheck`.

    However long it goes on, the disk holds no more than its last two minutes. `end` it before the call opens the
    source: there are devices that serve one listener only.
    """

    def __init__(self, source: SourceSpec, study: Path | None = None) -> None:
        self._source, self._study = source, study
        self._player = SoundPlayer()
        self._commands = threading.Lock()
        self._hearing: _Hearing | None = None

    def begin(self) -> None:
        """Open the source; a check that is under way is ended first.

        Raises:
            AudioError: the source cannot be recorded from, or there is no room for what is heard; says the way out.
        """
        with self._commands:
            self._end()
            with _explained(self._study):
                forget_left_over(self._study)
                self._hearing = _Hearing(self._source, self._study)

    def status(self) -> RecorderStatus:
        """The source, its channels and their levels, at most 0.1 s old; OFF outside a check. Never waits.

        `free_bytes` is the room among the temporary files, which may be on another disk than the study.
        """
        hearing = self._hearing
        return RecorderStatus(RecorderState.OFF) if hearing is None else hearing.link.status()

    def play_back(self) -> None:
        """Play the last 5 s that were heard, once; replaces what is being played back.

        Raises:
            AudioError: nothing was heard yet, or there is nothing to play to.
        """
        with self._commands:
            self._player.stop()
            with _explained(self._study):
                heard = None if self._hearing is None else self._hearing.last_heard()
            if heard is None or self._hearing is None:
                raise AudioError("Nothing was heard yet.", "Begin the sound check, and say a sentence.")
            self._player.play(Timeline([heard]), self._hearing.folder, heard.start_ms, heard.end_ms)

    def end(self) -> None:
        """Close the source, fall silent and forget what was heard. May be called at any time."""
        with self._commands:
            self._end()

    def _end(self) -> None:
        hearing, self._hearing = self._hearing, None
        self._player.close()
        if hearing is not None:
            hearing.end()


@contextmanager
def _explained(study: Path | None) -> Iterator[None]:
    """Make the system's refusal to hold what is heard an error with the way out."""
    try:
        yield
    except OSError as error:
        raise without_room("what a sound check hears", error, study) from error


class _Hearing:
    """One check under way: a folder, the lock that tells other apps that it is in use, the recorder at work in it."""

    def __init__(self, source: SourceSpec, study: Path | None) -> None:
        """Begin to record.

        Raises:
            AudioError: the source cannot be recorded from.
            OSError: the folder cannot be made or written to.
        """
        self.folder = made(FOLDER_PREFIX, study)
        self.link = RecorderLink(source, ORPHAN_LIMIT_S)
        self._lock = _lock(self.folder)
        self._ended = threading.Event()
        atexit.register(self.end)
        try:
            self._lock.acquire(blocking=False)
            self.link.start(self.folder, 1)
        except (AudioError, OSError):
            self.end()
            raise
        threading.Thread(target=self._keep_short, name="sound check", daemon=True).start()

    def last_heard(self) -> Span | None:
        """Copy the last seconds of each device into a file of its own; gives them as a span.

        None if there is no sound yet. Of two devices the second is the span's second track, and both end together.
        """
        tracks = [self._segments(track) for track in (OWN_TRACK, LINE_TRACK)]
        newest = max((segments[-1].span for segments in tracks if segments), default=0)
        found = [_cut(self.folder / HEARD_NAMES[track], tracks[track], newest) for track in (OWN_TRACK, LINE_TRACK)]
        own, line = found if found[0] is not None else (found[1], None)
        if own is None or line is None:
            return own
        return replace(own, beside=Track(line.source, line.rate, line.channels, line.frames, line.start_ms, line.parts))

    def end(self) -> None:
        """Close the source and remove everything."""
        atexit.unregister(self.end)
        self._ended.set()
        _forget(self.folder, self.link, self._lock)

    def _segments(self, track: int) -> list[_Heard]:
        """The files of a track, in order."""
        named = [(path, SEGMENT_NAME.fullmatch(path.name)) for path in self.folder.glob("span-*.wav")]
        return sorted(
            _Heard(int(name[1]), int(name[3]), path)
            for path, name in named
            if name is not None and bool(name[2]) == (track == LINE_TRACK)
        )

    def _keep_short(self) -> None:
        while not self._ended.wait(TRIM_EVERY_S):
            for track in (OWN_TRACK, LINE_TRACK):
                for heard in self._segments(track)[:-SEGMENTS_KEPT]:
                    with suppress(OSError):  # Windows, while the recorder has it open: the next time, then
                        heard.path.unlink()


@dataclass(frozen=True, slots=True, order=True)
class _Heard:
    """A segment of what is heard: of which span, its number there, its file."""

    span: int
    nth: int
    path: Path


def _cut(target: Path, segments: list[_Heard], span: int) -> Span | None:
    """Copy the last seconds of a span's `segments` to `target`; None if there are none. It ends when they do."""
    recent = [heard.path for heard in segments if heard.span == span][-SEGMENTS_KEPT:]
    shape = wav.shape(recent[-1]) if recent else None
    if shape is None:
        return None
    rate, channels = shape
    frame_bytes = channels * SAMPLE_BYTES
    wanted, pcm = PLAYED_BACK_S * rate * frame_bytes, b""
    for path in reversed(recent):
        held = wav.held(path) * frame_bytes
        taken = min(wanted - len(pcm), held)
        with path.open("rb") as file:
            file.seek(HEADER_BYTES + held - taken)
            pcm = file.read(taken) + pcm
    target.unlink(missing_ok=True)
    if not pcm:
        return None
    copy = Segment(target, rate, channels)
    try:
        copy.write(pcm)
    finally:
        copy.close(durable=False)
    begins_ms = PLAYED_BACK_S * 1000 - copy.frames * 1000 // rate
    return Span(1, begins_ms, rate, channels, copy.frames, (AudioPart(target.name, 0, copy.frames),))


def forget_left_over(study: Path | None = None) -> None:
    """Remove what checks left behind whose app was killed; a recorder of theirs that still listens is ended."""
    for folder in left_behind(FOLDER_PREFIX, study):
        if not is_mine(folder) or not (folder / LOCK_NAME).exists():
            continue  # somebody else's, or just being made
        lock, link = _lock(folder), RecorderLink(SourceSpec())
        try:
            lock.acquire(blocking=False)
        except (Timeout, OSError):
            continue  # another app is at its check
        with suppress(AudioError):  # one that does not answer ends by itself
            link.attach(folder)
        _forget(folder, link, lock)


def _forget(folder: Path, link: RecorderLink, lock: FileLock) -> None:
    """End a check's recorder and remove its folder: sound first, the lock that makes it known as left over last."""
    with suppress(AudioError):  # a recorder that does not answer ends by itself, and writes to nowhere until then
        link.stop()
    link.detach()
    try:
        for sound in folder.glob("*.wav"):
            sound.unlink(missing_ok=True)
    except OSError:
        # Windows, while something has it open: the next check tries again.
        lock.release()
        return
    lock.release()
    shutil.rmtree(folder, ignore_errors=True)


def _lock(folder: Path) -> FileLock:
    """The lock of a check's folder. Commands come from any thread, so it belongs to all of them."""
    return FileLock(folder / LOCK_NAME, mode=0o600, thread_local=False)
