"""The fake of `interview.ports.SoundCheck`; it passes the contract test beside the real part."""

from __future__ import annotations

from dataclasses import replace

from interview_tui.errors import AudioError
from interview_tui.interview.ports import RecorderState, RecorderStatus


class FakeSoundCheck:
    """Hears what the test lets it hear (`hear`); `refuse` makes its source one that cannot be opened."""

    def __init__(self) -> None:
        self.played = 0
        self._refusal = ""
        self._status = RecorderStatus(RecorderState.OFF, source="fake", channels=2, free_bytes=41_000_000_000)

    def begin(self) -> None:
        if self._refusal:
            raise AudioError(self._refusal, "Plug it in.")
        self._status = replace(self._status, state=RecorderState.RECORDING, level_db=(-99.0, -99.0))

    def status(self) -> RecorderStatus:
        return self._status

    def play_back(self) -> None:
        if self._status.state is not RecorderState.RECORDING:
            raise AudioError("Nothing was heard yet.", "Begin the sound check.")
        self.played += 1

    def end(self) -> None:
        self._status = replace(self._status, state=RecorderState.OFF, level_db=())

    def hear(self, *level_db: float) -> None:
        """Let these levels be heard, a channel each."""
        self._status = replace(self._status, level_db=level_db, channels=len(level_db))

    def refuse(self, message: str) -> None:
        """Let the source be one that cannot be opened."""
        self._refusal = message
