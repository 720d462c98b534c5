"""Telling speech from silence by level alone, where neither the line nor the voices are known beforehand.

A level is the peak of the last 0.3 s in dBFS (`audio.levels`). How loud speech is on a line and how loud its noise is
differ by 40 dB from one call to the next, so both are learnt from what is heard: the levels of a channel in talk spread
over some tens of dB, those of a line on which nobody speaks hardly at all.
"""

from __future__ import annotations

NO_SIGNAL_DB = -90.0
"""Below this is no line at all: muted, not plugged in, or forbidden by the system."""
FAINTEST_SPEECH_DB = -55.0
"""What is fainter is the other channel leaking over, if it is speech at all."""
LEAST_SPREAD_DB = 12.0
"""Between the noise of a channel and the loudest that is said there: less than this, and nothing was said."""
ABOVE_NOISE_DB = 8.0
BELOW_LOUDEST_DB = 30.0
"""Speech is within this of the loudest; a voice that drops loses less."""
NOISE_PART = 0.05
LOUDEST_PART = 0.97
"""The parts of the time in which a channel is at most as loud as its noise, and as its loudest talk."""
WORD_MS = 600
"""Shorter is a click or a cough: the level holds a peak for 300 ms."""
LONGEST_LOOK_MS = 1000
MEMORY_MS = 600_000
VOICES = ("your voice", "their voice")
_QUIETEST = 100


class Ear:
    """Listens to one channel."""

    def __init__(self) -> None:
        self._heard_ms = [0.0] * (_QUIETEST + 1)  # how long each level, from 0 to -100 dB, was heard
        self._above_ms = 0
        self.speaks = False
        """Whether somebody speaks on this channel now."""
        self.spoke_ms = 0
        """How long it was spoken on this channel, all in all."""
        self.signal = False
        """Whether there is a line at all now."""

    def hear(self, level_db: float, passed_ms: int) -> None:
        """Take in the level of a moment, `passed_ms` after the one before."""
        level_db = min(0.0, max(-float(_QUIETEST), level_db))
        passed_ms = max(0, min(LONGEST_LOOK_MS, passed_ms))
        self.signal = level_db > NO_SIGNAL_DB
        self._learn(level_db, passed_ms)
        above = self.signal and level_db >= self.speech_db
        self._above_ms = self._above_ms + passed_ms if above else 0
        self.speaks = self._above_ms >= WORD_MS
        if self.speaks:
            self.spoke_ms += passed_ms

    @property
    def noise_db(self) -> float:
        """How loud the channel is when nobody speaks, as far as is known."""
        return self._level_reached(NOISE_PART)

    @property
    def loudest_db(self) -> float:
        """How loud the channel is when it is spoken on, as far as is known; who says little is told by a word."""
        often_db = self._level_reached(LOUDEST_PART)
        if often_db - self.noise_db >= LEAST_SPREAD_DB:
            return often_db
        return self._level_held(WORD_MS)

    @property
    def speech_db(self) -> float:
        """From which level on it is speech; above every level while only noise was heard."""
        noise_db, loudest_db = self.noise_db, self.loudest_db
        if loudest_db - noise_db < LEAST_SPREAD_DB:
            return 1.0
        return max(noise_db + ABOVE_NOISE_DB, loudest_db - BELOW_LOUDEST_DB, FAINTEST_SPEECH_DB)

    def _learn(self, level_db: float, passed_ms: int) -> None:
        self._heard_ms[round(-level_db)] += passed_ms
        if sum(self._heard_ms) > MEMORY_MS:
            self._heard_ms = [heard / 2 for heard in self._heard_ms]

    def _level_reached(self, part: float) -> float:
        """The level that is not exceeded in this part of the time."""
        return self._level_held((1 - part) * sum(self._heard_ms))

    def _level_held(self, at_least_ms: float) -> float:
        """The level that is reached for so long, all in all."""
        for quietness, heard_ms in enumerate(self._heard_ms):
            at_least_ms -= heard_ms
            if at_least_ms <= 0 and heard_ms:
                return -float(quietness)
        return -float(_QUIETEST)


def no_signal(number: int, channels: int) -> str:
    """What is said of a channel (from 1) on which there is nothing."""
    return f"no signal on {input_of(number, channels)}"


def input_of(number: int, channels: int) -> str:
    """A channel (from 1) and who should be heard on it: the interviewer's microphone is wired to the first of two."""
    if channels != len(VOICES):
        return f"input {number}" if channels > 1 else "the input"
    return f"input {number} ({VOICES[number - 1]}?)"
