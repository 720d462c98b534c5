"""Playing stretches of an interview, in a child process: no slow device and no noisy library is felt here."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from interview_tui import monotonic
from interview_tui.audio.playing.course import Course
from interview_tui.audio.playing.playback_link import ANSWER_WITHIN_S, PlaybackLink
from interview_tui.audio.playing.reel import Passage
from interview_tui.audio.processes.control import Contact, ControlLine
from interview_tui.errors import AudioError
from interview_tui.interview.timeline import Clip, Span, Timeline
from interview_tui.record.ports import STEP_BACK_MS

LOOK_EVERY_S = 0.1
Json = dict[str, Any]


class SoundPlayer:
    """Plays to a device by its name (None: the system's default); implements `record.ports.Player`.

    The child process starts with the first question put to it, and ends with `close` or with this process. Of plays
    that are asked for in quick succession, by several threads, only the last is heard.
    """

    def __init__(self, device: str | None = None) -> None:
        self._device = device
        self._link = PlaybackLink()
        self._commands = threading.Lock()
        self._asking = threading.Lock()
        self._asked = 0  # plays and stops asked for so far
        self._follower: _Follower | None = None
        self._available: bool | None = None
        self._speed = 1.0
        self._paused = False
        self._trouble: AudioError | None = None

    @property
    def available(self) -> bool:
        """Whether there is a sound device to play to. Found out once, which takes about half a second."""
        if self._available is None:
            try:
                self._link.ask("device", device=self._device)
                self._available = True
            except AudioError:
                self._available = False
                self.close()
        return self._available

    @property
    def speed(self) -> float:
        """How fast it plays; 1 is as it was spoken."""
        return self._speed

    @property
    def paused(self) -> bool:
        """Whether something waits to be gone on with."""
        return self._paused and self.at_ms() is not None

    @property
    def trouble(self) -> str:
        """Why playing broke off by itself, and the way out; empty while nothing is wrong."""
        return "" if self._trouble is None else str(self._trouble)

    def play(self, timeline: Timeline, folder: Path, start_ms: int, end_ms: int) -> None:
        """Play from `start_ms` to `end_ms` of the call clock; replaces what is playing.

        Raises:
            AudioError: nothing was recorded there, there is no device, or a file cannot be read.
        """
        mine = self._ask_anew()
        clips = self.clips(timeline, start_ms, end_ms)
        if not clips:
            raise AudioError("Nothing was recorded there.", "Choose another moment: a pause has no audio.")
        earlier = self.clips(timeline, 0, start_ms)  # what a step back can reach
        passages = [_passage(timeline, folder, clip).to_json() for clip in (*earlier, *clips)]
        with self._commands:
            if mine != self._asked:
                return
            self._unfollow()
            if self._trouble is not None:
                self._link.close()  # a device that appears later is seen only by a process that starts later
                self._trouble = None
            request = {"passages": passages, "begin": len(earlier), "begin_ms": start_ms, "device": self._device}
            try:
                heard = self._link.ask("play", speed=self._speed, **request)
            except AudioError:
                self._link.close()
                raise
            self._follow(heard)

    def set_speed(self, speed: float) -> None:
        """Play at `speed`, 0.5 to 2, with the pitch kept, from now on; what is playing goes on from where it is."""
        self._speed = speed
        self._tell("speed", speed=speed)

    def pause(self) -> None:
        """Fall silent and keep the place."""
        self._paused = True
        self._tell("pause")

    def resume(self, back_ms: int = STEP_BACK_MS) -> None:
        """Go on where it was paused, less a small step back."""
        self._tell("resume", back_ms=back_ms)
        self._paused = False

    def skip(self, by_ms: int) -> None:
        """Jump by so much of what is played: pauses of the recording do not count. Beyond the end it ends."""
        self._tell("skip", by_ms=by_ms)

    def stop(self) -> None:
        """Stop playing."""
        self._ask_anew()
        with self._commands:
            if self._unfollow() and self._link.contact is not None:
                try:
                    self._link.ask("stop")
                except AudioError:
                    self._link.close()  # one that does not even fall silent is ended

    def at_ms(self) -> int | None:
        """The call clock of what is heard now, to some hundredths of a second; None when nothing plays. Never waits."""
        follower = self._follower
        return None if follower is None else follower.at_ms()

    def clips(self, timeline: Timeline, start_ms: int, end_ms: int) -> list[Clip]:
        """What `play` would play: pauses and withheld stretches are left out."""
        return timeline.clips(start_ms, end_ms)

    def close(self) -> None:
        """Fall silent and end the child process."""
        self._ask_anew()
        with self._commands:
            self._unfollow()
            self._link.close()

    def _ask_anew(self) -> int:
        with self._asking:
            self._asked += 1
            return self._asked

    def _tell(self, command: str, **arguments: object) -> None:
        """Give a command about what is playing, if something is."""
        with self._commands:
            follower = self._follower
            if follower is None or follower.over:
                return
            try:
                follower.take(self._link.ask(command, **arguments))
            except AudioError as error:
                self._unfollow()
                self._break_off(error)

    def _follow(self, heard: Json) -> None:
        contact = self._link.contact
        if contact is not None:
            self._follower = _Follower(contact, heard, self._break_off)

    def _unfollow(self) -> bool:
        """Nothing is heard any more; gives whether something was."""
        follower, self._follower = self._follower, None
        self._paused = False
        if follower is not None:
            follower.end()
        return follower is not None

    def _break_off(self, error: AudioError) -> None:
        self._trouble = error


def _passage(timeline: Timeline, folder: Path, clip: Clip) -> Passage:
    """A clip with what a second device recorded meanwhile, if that lies in files of its own still."""
    span = timeline.span_at(clip.start_ms)
    if span is None:
        return _of_span(folder, clip, clip.rate)
    beside: tuple[Passage, ...] = ()
    if (track := span.beside) is not None:
        second = Span(
            span.number, track.start_ms, track.rate, track.channels, track.frames, track.parts,
            drift_ppm=track.drift_ppm,
        )  # fmt: skip
        end_ms = clip.start_ms + -(-clip.frames * 1000 // clip.rate)
        found = Timeline([second]).clips(clip.start_ms, end_ms)
        beside = tuple(_of_span(folder, piece, second.true_rate) for piece in found)
    return _of_span(folder, clip, span.true_rate, beside)


def _of_span(folder: Path, clip: Clip, true_rate: float, beside: tuple[Passage, ...] = ()) -> Passage:
    path = (folder / clip.file).resolve()
    return Passage(path, clip.first_frame, clip.frames, clip.rate, clip.start_ms, true_rate, beside)


class _Follower:
    """Knows what is heard: asked ten times a second, on a line and in a thread of its own, reckoned in between."""

    def __init__(self, contact: Contact, heard: Json, break_off: Callable[[AudioError], None]) -> None:
        self._contact = contact
        self._break_off = break_off
        self._ended = threading.Event()
        self._changing = threading.Lock()
        self._turn = -1
        self._course: Course | None = None
        self._latest_ms = 0
        self.take(heard)
        threading.Thread(target=self._run, name="playback watch", daemon=True).start()

    @property
    def over(self) -> bool:
        """Whether all was played, or nothing can be any more."""
        return self._ended.is_set()

    def at_ms(self) -> int | None:
        """The call clock of what is heard now. Between jumps it never goes back."""
        with self._changing:
            if self._course is None:
                return None
            self._latest_ms = max(self._latest_ms, self._course.at_ms(monotonic.now_ns()))
            return self._latest_ms

    def take(self, heard: Json) -> None:
        """Take in what the process says is heard, unless something newer is known."""
        with self._changing:
            if self._ended.is_set() or heard["turn"] < self._turn:
                return
            if heard["turn"] > self._turn:
                self._turn, self._latest_ms = heard["turn"], 0
            self._course = None if heard["course"] is None else Course.from_json(heard["course"])
            if self._course is not None:
                return
            self._ended.set()
        if heard["trouble"] is not None:
            self._break_off(AudioError(*heard["trouble"]))

    def end(self) -> None:
        """Stop asking; nothing is heard any more."""
        with self._changing:
            self._ended.set()
            self._course = None

    def _run(self) -> None:
        try:
            line = ControlLine(self._contact, ANSWER_WITHIN_S)
            while not self._ended.wait(LOOK_EVERY_S):
                self.take(line.ask("where", ANSWER_WITHIN_S))
            line.close()
        except (OSError, AudioError):
            # The child is gone, and with it the sound: nothing is heard, which is what is shown.
            if not self._ended.is_set():
                self._break_off(AudioError("The part that plays sound has ended by itself.", "Play it again."))
        finally:
            self.end()
