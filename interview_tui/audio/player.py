"""Playing stretches of an interview, in a child process: no slow device and no noisy library is felt here."""

from __future__ import annotations

import subprocess
import tempfile
import threading
import time
from pathlib import Path

from interview_tui.audio import child
from interview_tui.audio.control import Contact, ControlLine
from interview_tui.audio.playback import CONTACT_NAME
from interview_tui.errors import AudioError
from interview_tui.interview.timeline import Clip, Timeline

LOOK_EVERY_S = 0.1
BORN_WITHIN_S = 10.0
ANSWER_WITHIN_S = 5.0


class SoundPlayer:
    """Plays to the system's default device; implements `record.ports.Player`.

    The child process starts with the first question put to it, and ends with `close` or with this process.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: ControlLine | None = None
        self._contact: Contact | None = None
        self._follower: _Follower | None = None
        self._available: bool | None = None

    @property
    def available(self) -> bool:
        """Whether there is a sound device to play to. Found out once, which takes about half a second."""
        if self._available is None:
            try:
                self._ask("device")
                self._available = True
            except AudioError:
                self._available = False
                self.close()
        return self._available

    def play(self, timeline: Timeline, folder: Path, start_ms: int, end_ms: int) -> None:
        """Play from `start_ms` to `end_ms` of the call clock; replaces what is playing.

        Raises:
            AudioError: nothing was recorded there, there is no device, or a file cannot be read.
        """
        clips = self.clips(timeline, start_ms, end_ms)
        if not clips:
            raise AudioError("Nothing was recorded there.", "Choose another moment: a pause has no audio.")
        passages = [
            {
                "path": str((folder / clip.file).resolve()),
                "first_frame": clip.first_frame,
                "frames": clip.frames,
                "rate": clip.rate,
                "start_ms": clip.start_ms,
            }
            for clip in clips
        ]
        self._unfollow()
        try:
            self._ask("play", passages=passages)
        except AudioError:
            self.close()  # a device that appears later is seen only by a process that starts later
            raise
        if self._contact is not None:
            self._follower = _Follower(self._contact, clips[0].start_ms)

    def stop(self) -> None:
        """Stop playing."""
        self._unfollow()
        if self._line is None:
            return
        try:
            self._ask("stop")
        except AudioError:
            self.close()  # one that does not even fall silent is ended

    def at_ms(self) -> int | None:
        """The call clock of what is heard now, at most 0.1 s old; None when nothing plays. Never waits."""
        follower = self._follower
        return None if follower is None else follower.at_ms

    def clips(self, timeline: Timeline, start_ms: int, end_ms: int) -> list[Clip]:
        """What `play` would play: pauses and withheld stretches are left out."""
        return timeline.clips(start_ms, end_ms)

    def close(self) -> None:
        """Fall silent and end the child process."""
        self._unfollow()
        with self._lock:
            line, self._line = self._line, None
            process, self._process = self._process, None
        if line is not None:
            line.close()
        if process is not None:
            process.terminate()
            process.wait()

    def _unfollow(self) -> None:
        follower, self._follower = self._follower, None
        if follower is not None:
            follower.end()

    def _ask(self, command: str, **arguments: object) -> None:
        """Give the child a command and wait until it has carried it out."""
        with self._lock:
            if self._line is None:
                self._contact = self._give_birth()
                self._line = ControlLine(self._contact, ANSWER_WITHIN_S)
            try:
                self._line.ask(command, ANSWER_WITHIN_S, **arguments)
            except OSError as error:
                self._line.close()
                self._line = None
                raise AudioError("The sound device does not answer.", "Try again, or choose another device.") from error

    def _give_birth(self) -> Contact:
        with tempfile.TemporaryDirectory(prefix="interview-tui-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            with (folder / "noise.log").open("wb") as noise:
                self._process = subprocess.Popen(
                    child.command("playback", str(folder)),
                    env=child.environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=noise,
                    stderr=noise,
                )
            deadline_s = time.monotonic() + BORN_WITHIN_S
            while (contact := Contact.read(folder / CONTACT_NAME)) is None:
                if self._process.poll() is not None or time.monotonic() > deadline_s:
                    raise AudioError("The part that plays sound could not be started.", "Run `interview-tui doctor`.")
                time.sleep(0.01)
            return contact


class _Follower:
    """Asks ten times a second what is heard, on a line and in a thread of its own, until everything was played."""

    def __init__(self, contact: Contact, start_ms: int) -> None:
        self.at_ms: int | None = start_ms
        self._contact = contact
        self._ended = threading.Event()
        threading.Thread(target=self._run, name="playback watch", daemon=True).start()

    def end(self) -> None:
        """Stop asking; nothing is heard any more."""
        self._ended.set()
        self.at_ms = None

    def _run(self) -> None:
        try:
            line = ControlLine(self._contact, ANSWER_WITHIN_S)
            while not self._ended.wait(LOOK_EVERY_S):
                heard = line.ask("where", ANSWER_WITHIN_S)["at_ms"]
                if self._ended.is_set() or heard is None:
                    break
                self.at_ms = heard
            line.close()
        except (OSError, AudioError):
            # The child is gone, and with it the sound: nothing is heard, which is what is shown.
            pass
        finally:
            self.at_ms = None
