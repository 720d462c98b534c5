"""The fake of `interview.ports.DeviceCheck`; it passes the contract test beside the real part."""

from __future__ import annotations

import threading
from dataclasses import replace

from interview_tui.errors import AudioError
from interview_tui.interview.ports import RecorderState, RecorderStatus, SoundSource

RATE = 48_000
PATIENCE_S = 60


class FakeSoundCheck:
    """Hears what the test lets it hear (`hear`), 0.2 s of it whenever it is looked at.

    `refuse` makes its source one that cannot be opened; `asked` are the commands it was given, in order. While
    `answer` is cleared its device takes its time, and no command is answered.
    """

    def __init__(self) -> None:
        self.played = 0
        self.asked: list[str] = []
        self.answer = threading.Event()
        self.answer.set()
        self.chosen = self.kept = ("", "")
        self.offered = [
            SoundSource("hw:0", 2, "Built-in microphone", is_default=True),
            SoundSource("hw:1", 1, "USB headset"),
            SoundSource("mon", 2, "Monitor of the speakers", is_loopback=True),
        ]
        self._looks = 0
        self._refusal = ""
        self._status = RecorderStatus(RecorderState.OFF, source="fake", channels=2, free_bytes=41_000_000_000)

    def begin(self) -> None:
        self._command("begin")
        self._looks = 0
        if self._refusal:
            raise AudioError(self._refusal, "Plug it in.")
        self._status = replace(self._status, state=RecorderState.RECORDING, rate=RATE, level_db=(-70.0, -70.0))

    def status(self) -> RecorderStatus:
        self._looks += 1
        return replace(self._status, frames=self._looks * RATE // 5 if self.is_open else 0)

    def play_back(self) -> None:
        self._command("play_back")
        if self._status.state is not RecorderState.RECORDING:
            raise AudioError("Nothing was heard yet.", "Begin the sound check.")
        self.played += 1

    def end(self) -> None:
        self._command("end")
        self._status = replace(self._status, state=RecorderState.OFF, level_db=())

    def devices(self) -> list[SoundSource]:
        self._command("devices")
        if not self.offered:
            raise AudioError("A recording is played as the call.", "There is no device to choose.")
        return list(self.offered)

    def try_out(self, source: str, line: str) -> None:
        self.chosen = (source, line)
        self._status = replace(self._status, source=" + ".join(filter(None, [source or "fake", line])))

    def keep(self) -> None:
        self._command("keep")
        self.kept = self.chosen

    @property
    def is_open(self) -> bool:
        """Whether it holds its source."""
        return self._status.state is RecorderState.RECORDING

    def lose(self, message: str) -> None:
        """The device is gone."""
        self._status = replace(self._status, state=RecorderState.FAILED, level_db=(), message=message)

    def _command(self, name: str) -> None:
        assert self.answer.wait(PATIENCE_S)
        self.asked.append(name)

    def hear(self, *level_db: float) -> None:
        """Let these levels be heard, a channel each."""
        self._status = replace(self._status, level_db=level_db, channels=len(level_db))

    def refuse(self, message: str) -> None:
        """Let the source be one that cannot be opened."""
        self._refusal = message
