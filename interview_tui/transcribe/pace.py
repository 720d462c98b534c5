"""How long what is left of a job will take, from what its parts have taken so far."""

from __future__ import annotations

from dataclasses import dataclass

HALF_LIFE = 12  # units after which an observation counts half: the machine may have other things to do by now
USUAL_CHUNK_S = 10.0  # a chunk costs about as much as decoding this much speech, however short it is
PRIOR = 0.5  # how many observations that is worth
FEWEST_UNITS = 4  # before less is known than is worth telling


@dataclass(frozen=True, slots=True)
class Load:
    """Something to be heard: how many chunks, and seconds of speech in them."""

    chunks: float = 0
    speech_s: float = 0.0

    def __add__(self, other: Load) -> Load:
        return Load(self.chunks + other.chunks, self.speech_s + other.speech_s)

    def times(self, share: float) -> Load:
        """So many times as much of it."""
        return Load(self.chunks * share, self.speech_s * share)


class Pace:
    """What hearing costs, `a` for a chunk and `b` for a second of speech in it, and listening for a second of sound.

    Both are fitted to what was measured (least squares, older observations counting less, and held together by a guess
    at their ratio as long as little is known).
    """

    def __init__(self) -> None:
        self._units = 0
        self._listened_s = self._listening_s = 0.0
        self._nn, self._ns, self._ss = PRIOR, -PRIOR * USUAL_CHUNK_S, PRIOR * USUAL_CHUNK_S**2
        self._nt = self._st = 0.0

    def heard(self, load: Load, seconds: float) -> None:
        """A unit of this load took so many seconds of a decoder's time."""
        fade = 0.5 ** (1 / HALF_LIFE)
        n, s = load.chunks, load.speech_s
        self._nn, self._ns, self._ss = self._nn * fade + n * n, self._ns * fade + n * s, self._ss * fade + s * s
        self._nt, self._st = self._nt * fade + n * seconds, self._st * fade + s * seconds
        self._units += 1

    def listened(self, sound_s: float, seconds: float) -> None:
        """Listening to so much sound took so many seconds."""
        self._listened_s += sound_s
        self._listening_s += seconds

    def seconds(self, load: Load) -> float:
        """How long hearing this will take one decoder."""
        a, b = self._costs()
        return a * load.chunks + b * load.speech_s

    def left_s(self, left: Load, unlistened_s: float, decoders: int) -> float | None:
        """How long all this will take, with so much sound still to be listened to; None while too little is known."""
        if self._units < FEWEST_UNITS:
            return None
        listening = unlistened_s * self._listening_s / self._listened_s if self._listened_s else 0.0
        return (self.seconds(left) + listening) / decoders

    def _costs(self) -> tuple[float, float]:
        """Seconds for a chunk and for a second of speech; neither is less than nothing."""
        determinant = self._nn * self._ss - self._ns**2
        a = (self._ss * self._nt - self._ns * self._st) / determinant if determinant > 0 else 0.0
        b = (self._nn * self._st - self._ns * self._nt) / determinant if determinant > 0 else 0.0
        if a < 0:
            return 0.0, self._st / self._ss if self._ss else 0.0
        if b < 0:
            return self._nt / self._nn if self._nn else 0.0, 0.0
        return a, b
