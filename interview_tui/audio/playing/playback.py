"""The playback process: `python -m interview_tui.audio.playing.playback FOLDER` leaves its contact in FOLDER and plays.

It ends when the app hangs up, however that comes about.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

from interview_tui import monotonic
from interview_tui.audio import files
from interview_tui.audio.playing.course import Course, Leg, joined
from interview_tui.audio.playing.output import Output
from interview_tui.audio.playing.reel import Passage, Reel
from interview_tui.audio.playing.take import Take
from interview_tui.audio.processes.control import ControlServer
from interview_tui.audio.sources.portaudio import find_device, load_sounddevice
from interview_tui.errors import AudioError, InterviewTuiError

CONTACT_NAME = "playback.json"
CALLED_WITHIN_S = 30.0
READY_WITHIN_S = 4.0  # a jump within a large file that cannot be sought in; what comes later begins late
SPLICE_S = 0.15  # so far ahead a new speed begins: time to make it ready
KEPT_OPEN_S = 5.0  # a device stays open so long after the last sound: what is played next begins at once
TIDY_EVERY_S = 1.0
Json = dict[str, Any]


class PlaybackProcess:
    """Takes commands from the app and plays. Commands come one at a time; `where` may be asked beside them."""

    def __init__(self) -> None:
        self._commands = threading.Lock()
        self._output: Output | None = None
        self._device: str | None = None
        self._reel: Reel | None = None
        self._take: Take | None = None
        self._speed = 1.0
        self._paused_at: float | None = None
        self._turn = 0
        self._idle_since_s = time.monotonic()

    def answer(self, request: Json) -> Json:
        """Carry out one command; says what is heard then, and what went wrong by itself."""
        command = request.get("command")
        if command == "device":
            return {"device": str(find_device(load_sounddevice(), request["device"], "output")["name"])}
        if command != "where":
            with self._commands:
                self._do(str(command), request)
        return self._heard()

    def tidy(self) -> None:
        """Let go of a device that has had nothing to play for some seconds, or has been paused so long."""
        with self._commands:
            output = self._output
            if output is None or output.busy:
                self._idle_since_s = time.monotonic()
            elif time.monotonic() - self._idle_since_s > KEPT_OPEN_S:
                self._output = None
                output.close()

    def _do(self, command: str, request: Json) -> None:
        match command:
            case "play":
                self._speed = request["speed"]
                passages = [Passage.from_json(passage) for passage in request["passages"]]
                self._play(passages, request["begin"], request["begin_ms"], request["device"])
            case "speed":
                self._change_speed(request["speed"])
            case "pause":
                if self._paused_at is None and self._output is not None:
                    self._paused_at = self._output.hush()
            case "resume":
                if self._paused_at is not None and self._reel is not None:
                    self._go_to(self._reel, self._paused_at - request["back_ms"] * self._reel.rate / 1000)
            case "skip":
                if self._reel is not None:
                    self._skip(self._reel, request["by_ms"])
            case "stop":
                self._stop()
            case unknown:
                raise AudioError(f"The player knows no command {unknown!r}.")

    def _play(self, passages: list[Passage], begin: int, begin_ms: int, device: str | None) -> None:
        """Play `passages` from `begin_ms` of the call clock on, which is in or before the passage of number `begin`."""
        rate, _ = files.shape(passages[begin].path)
        reel = Reel(passages, rate)
        frame = reel.frame_at(max(begin_ms, passages[begin].start_ms))
        reel.check(frame)
        self._stop()
        self._device = device
        self._go_to(reel, frame)

    def _go_to(self, reel: Reel, frame: float) -> None:
        """Play from a position on; what is heard now is cut off."""
        output = self._opened(reel.rate)
        take = Take(reel, max(0.0, min(reel.frames, frame)), self._speed, output.channels)
        take.ready.wait(READY_WITHIN_S)
        self._reel, self._take = reel, take
        output.give(take)
        self._paused_at = None  # not before it plays: whoever asks in between would think that it is over
        self._turn += 1

    def _opened(self, rate: int) -> Output:
        """The device, open at `rate`: as it is, if it can stay so."""
        if self._output is not None and (self._output.rate != rate or self._output.vanished):
            self._output.close()
            self._output = None
        if self._output is None:
            self._output = Output(load_sounddevice(), self._device, rate)
        return self._output

    def _skip(self, reel: Reel, by_ms: int) -> None:
        by = by_ms * reel.rate / 1000
        if self._paused_at is not None:
            self._paused_at = max(0.0, min(reel.frames, self._paused_at + by))
            self._turn += 1
            if self._output is not None:
                self._output.give(None)
        elif self._output is not None and self._output.busy and (heard := self._output.position()) is not None:
            self._go_to(reel, heard + by)

    def _change_speed(self, speed: float) -> None:
        was, self._speed = self._speed, speed
        output, reel = self._output, self._reel
        if output is None or reel is None or self._paused_at is not None or not output.busy:
            return
        at = output.upcoming()
        splice = reel.frames if at is None else round(at + SPLICE_S * reel.rate * was)
        if splice < reel.frames:
            self._take = Take(reel, splice, speed, output.channels)
            output.follow(self._take, splice)

    def _stop(self) -> None:
        self._reel, self._paused_at = None, None
        self._turn += 1
        if self._output is not None:
            self._output.give(None)

    def _heard(self) -> Json:
        """The course of what is heard (None: nothing), and why there is no more of it (None: it is as it should be)."""
        output, reel, take, paused_at = self._output, self._reel, self._take, self._paused_at
        if reel is None or take is None:
            return _told(None, self._turn)
        if paused_at is None and output is not None and output.vanished:
            gone = AudioError(f"{output.name} has gone: nothing is heard any more.", "Plug in a device, play again.")
            return _told(None, self._turn, gone)
        if paused_at is None and (output is None or not output.busy):
            return _told(None, self._turn, take.error)
        legs = [] if output is None else output.legs()
        still_at = paused_at
        if still_at is None and output is not None and not legs:
            still_at = output.position()  # nothing has been handed over yet: what is to be heard first
        if still_at is not None:
            at_ms = reel.ms_at(still_at)
            legs.append(Leg(_end_ns(legs), at_ms, at_ms, 0.0))
        return _told(Course(self._turn, joined(legs)) if legs else None, self._turn)


def _end_ns(legs: list[Leg]) -> int:
    """When the last of them has been heard."""
    if not legs:
        return monotonic.now_ns()
    last = legs[-1]
    return last.heard_ns + round((last.end_ms - last.at_ms) * 1e6 / last.pace)


def _told(course: Course | None, turn: int, error: InterviewTuiError | None = None) -> Json:
    return {
        "turn": turn,
        "course": None if course is None else course.to_json(),
        "trouble": None if error is None else [error.message, error.hint],
    }


def main(folder: Path) -> None:
    """Serve until the app hangs up, or never calls."""
    logging.basicConfig(level=logging.INFO)
    process = PlaybackProcess()
    server = ControlServer(process.answer)
    server.contact().leave(folder / CONTACT_NAME)
    uncalled_until_s = time.monotonic() + CALLED_WITHIN_S
    while not server.deserted.wait(TIDY_EVERY_S):
        if not server.calls and time.monotonic() > uncalled_until_s:
            return
        process.tidy()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    os._exit(0)  # whatever plays falls silent, and no driver can hold up the end
