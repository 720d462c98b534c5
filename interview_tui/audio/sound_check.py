"""Hearing both ends before a call, with the recorder and the player that the call will use, and without a trace.

What is heard lies in a folder among the system's temporary files that only its owner may enter, never in the study,
and goes with the check. If the app is killed, the recorder ends by itself some seconds later, and `forget_left_over`,
which every check begins with, removes what it wrote. Deleted is not shredded: see `erasing`.
"""

from __future__ import annotations

import atexit
import os
import shutil
import stat
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.player import SoundPlayer
from interview_tui.audio.recorder_link import RecorderLink
from interview_tui.audio.wav import HEADER_BYTES, SAMPLE_BYTES, Segment
from interview_tui.errors import AudioError
from interview_tui.interview.ports import RecorderState, RecorderStatus
from interview_tui.interview.sound import AudioPart
from interview_tui.interview.timeline import Span, Timeline

PLAYED_BACK_S = 5
ORPHAN_LIMIT_S = 10
TRIM_EVERY_S = 5.0
SEGMENTS_KEPT = 2  # the one that grows, and the one before, in which the last seconds may have begun
FOLDER_PREFIX = "interview-tui-sound-check-"
LOCK_NAME = "sound-check.lock"
HEARD_NAME = "heard.wav"


class DeviceSoundCheck:
    """A sound check of one source; implements `interview.ports.SoundCheck`.

    However long it goes on, the disk holds no more than its last two minutes. `end` it before the call opens the
    source: there are devices that serve one listener only.
    """

    def __init__(self, source: SourceSpec) -> None:
        self._source = source
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
            with _explained():
                forget_left_over()
                self._hearing = _Hearing(self._source)

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
            with _explained():
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
def _explained() -> Iterator[None]:
    """Make the system's refusal to hold what is heard an error with the way out."""
    try:
        yield
    except OSError as error:
        raise AudioError(
            f"There is no room for what a sound check hears: {error}.",
            "Make room for temporary files, or name another folder in the environment variable TMPDIR.",
        ) from error


class _Hearing:
    """One check under way: a folder, the lock that tells other apps that it is in use, the recorder at work in it."""

    def __init__(self, source: SourceSpec) -> None:
        """Begin to record.

        Raises:
            AudioError: the source cannot be recorded from.
            OSError: the folder cannot be made or written to.
        """
        self.folder = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX))
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
        """Copy the last seconds into a file of their own; gives it as a span, None if there is no sound yet."""
        status = self.link.status()
        frame_bytes = status.channels * SAMPLE_BYTES
        wanted = PLAYED_BACK_S * status.rate * frame_bytes
        pcm = b""
        for path in reversed(self._segments()[-SEGMENTS_KEPT:]):
            with path.open("rb") as file:
                held = path.stat().st_size - HEADER_BYTES
                held = max(0, held - held % max(1, frame_bytes))
                taken = min(wanted - len(pcm), held)
                file.seek(HEADER_BYTES + held - taken)
                pcm = file.read(taken) + pcm
        if not pcm:
            return None
        (self.folder / HEARD_NAME).unlink(missing_ok=True)
        heard = Segment(self.folder / HEARD_NAME, status.rate, status.channels)
        try:
            heard.write(pcm)
        finally:
            heard.close(durable=False)
        part = AudioPart(HEARD_NAME, 0, heard.frames)
        return Span(1, 0, status.rate, status.channels, heard.frames, (part,))

    def end(self) -> None:
        """Close the source and remove everything."""
        atexit.unregister(self.end)
        self._ended.set()
        _forget(self.folder, self.link, self._lock)

    def _segments(self) -> list[Path]:
        return sorted(self.folder.glob("span-*.wav"))

    def _keep_short(self) -> None:
        while not self._ended.wait(TRIM_EVERY_S):
            for path in self._segments()[:-SEGMENTS_KEPT]:
                with suppress(OSError):  # Windows, while the recorder has it open: the next time, then
                    path.unlink()


def forget_left_over() -> None:
    """Remove what checks left behind whose app was killed; a recorder of theirs that still listens is ended."""
    for folder in Path(tempfile.gettempdir()).glob(FOLDER_PREFIX + "*"):
        if not _is_mine(folder) or not (folder / LOCK_NAME).exists():
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


def _is_mine(folder: Path) -> bool:
    """Whether it is a real folder of this user: what others put among the temporary files is not touched."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and (sys.platform == "win32" or found.st_uid == os.getuid())
