"""What is on a telephone line besides speech, made by arithmetic: tones, music on hold, noise, machines.

Every sound is 16 kHz mono, the same each time it is made, and went through the line: 300-3400 Hz, 8 kHz, G.711 mu-law.
Tones are those of ITU-T E.180 and of BT's SIN 350.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

RATE = 16_000
Sound = npt.NDArray[np.float32]
Wave = npt.NDArray[np.float64]

LOW_HZ, HIGH_HZ = 300.0, 3400.0
MU = 255.0
A4_HZ, A4 = 440.0, 69

Cadence = Sequence[tuple[float, Sequence[float]]]
"""Seconds, and the frequencies (Hz) that sound in them, again and again."""

BRITISH_RING: Cadence = [(0.4, (400, 450)), (0.2, ()), (0.4, (400, 450)), (2.0, ())]
CONTINENTAL_RING: Cadence = [(1.0, (425,)), (4.0, ())]
AMERICAN_RING: Cadence = [(2.0, (440, 480)), (4.0, ())]
ENGAGED: Cadence = [(0.375, (400,)), (0.375, ())]
UNOBTAINABLE: Cadence = [(0.33, (950,)), (0.33, (1400,)), (0.33, (1800,)), (1.0, ())]
CALL_WAITING: Cadence = [(0.1, (400,)), (4.0, ())]

KEYPAD = {
    f"{key}": (low, high)
    for low, row in zip((697, 770, 852, 941), ("123", "456", "789", "*0#"), strict=True)
    for high, key in zip((1209, 1336, 1477), row, strict=True)
}


def through_the_line(sound: Wave, peak_db: float = -12.0) -> Sound:
    """A sound as it comes out of a telephone line: its band, its 256 steps, `peak_db` below full scale."""
    narrow = _banded(sound)
    narrow *= 10 ** (peak_db / 20) / max(float(np.max(np.abs(narrow), initial=0.0)), 1e-9)
    slow = narrow[::2]  # nothing is left above 3400 Hz
    pressed = np.sign(slow) * np.log1p(MU * np.abs(slow)) / np.log1p(MU)
    steps = np.round(pressed * 127) / 127
    heard = np.sign(steps) * np.expm1(np.abs(steps) * np.log1p(MU)) / MU
    return _banded(np.repeat(heard, 2)[: len(sound)]).astype(np.float32)


def tones(cadence: Cadence, seconds: float) -> Wave:
    """Tones in their cadence."""
    count = round(seconds * RATE)
    once = np.concatenate([_chord(pitches, length) for length, pitches in cadence])
    return np.resize(once, count)


def dialled(number: str, seconds: float, every_s: float = 20.0) -> Wave:
    """A number dialled on the keypad, again and again."""
    keys: list[tuple[float, Sequence[float]]] = []
    for key in number:
        keys += [(0.09, KEYPAD[key]), (0.07, ())]
    return tones([*keys, (every_s - 0.16 * len(number), ())], seconds)


def beeps(seconds: float, every_s: float = 15.0) -> Wave:
    """The beep of an answering machine, which then only records the line's own silence."""
    return tones([(0.5, (1000,)), (every_s - 0.5, ())], seconds) + 0.003 * noise(seconds, 0.0, seed=3)


def noise(seconds: float, slope: float, seed: int = 1) -> Wave:
    """Noise of which the power falls with frequency to the power of `slope`: 0 white, 1 pink, 2 brown."""
    count = round(seconds * RATE)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    hertz = np.maximum(np.fft.rfftfreq(count, 1 / RATE), 20.0)
    return _at_peak(np.fft.irfft(spectrum * hertz ** (-slope / 2), count))


def hum(seconds: float) -> Wave:
    """Mains hum with its harmonics, as far as the line lets them through."""
    at = _times(seconds)
    return _at_peak(sum((np.sin(2 * np.pi * 50 * n * at) / n for n in range(1, 40, 2)), np.zeros(len(at))))


def clicks(seconds: float) -> Wave:
    """Crackle: short clicks at random, over faint hiss."""
    return _bursts(seconds, every_s=0.7, length_s=0.004, seed=5) + 0.01 * noise(seconds, 1.0, seed=6)


def typing(seconds: float) -> Wave:
    """Typing: a stroke and its release, in words with pauses between them."""
    strokes = _bursts(seconds, every_s=0.16, length_s=0.02, seed=7)
    words = np.repeat(np.random.default_rng(8).random(int(seconds) + 1) > 0.35, RATE)[: len(strokes)]
    return strokes * words + 0.01 * noise(seconds, 1.0, seed=9)


def mobile_buzz(seconds: float) -> Wave:
    """A mobile telephone beside the wire: bursts 217 times a second, in groups, every few seconds."""
    at = _times(seconds)
    frames = (at * 217 % 1 < 0.125) * 1.0
    groups = (at % 5 < 1.4) & (at % 0.25 < 0.16)
    return frames * groups + 0.01 * noise(seconds, 1.0, seed=10)


def music(seconds: float, style: str, seed: int = 1) -> Wave:
    """Music on hold: melody, chords, bass and beat, in a style of `STYLES`."""
    beat_s, voice, has_drums, swing = STYLES[style]
    chance = np.random.default_rng(seed)
    out = np.zeros(round(seconds * RATE) + 8 * RATE)
    for bar, root in enumerate(_progression(chance, round(seconds / beat_s / 4) + 1)):
        begin = bar * 4 * beat_s
        for pitch in (root, root + 4 + (root % 12 in (2, 4, 9)) * -1, root + 7):
            _add(out, begin, _note(pitch, 4 * beat_s, voice) * 0.3)
        _add(out, begin, _note(root - 12, 2 * beat_s, "plucked") * 0.5)
        for step in range(8):
            if chance.random() < 0.6:
                length = beat_s * float(chance.choice([0.5, 1.0, 1.5]))
                off = begin + beat_s * (step / 2 + (swing if step % 2 else 0))
                _add(out, off, _note(int(root + 12 + chance.choice([0, 2, 4, 7, 9, 12])), length, voice))
            if has_drums:
                loud = 0.5 if step % 4 == 0 else 0.2
                _add(out, begin + step * beat_s / 2, _stroke(0.06, seed * 1000 + step) * loud)
    return _at_peak(out[: round(seconds * RATE)])


STYLES: dict[str, tuple[float, str, bool, float]] = {
    "piano": (0.6, "plucked", False, 0.0),
    "strings": (0.9, "bowed", False, 0.0),
    "pop": (0.5, "bright", True, 0.0),
    "jazz": (0.45, "plucked", True, 0.12),
    "pan pipes": (0.7, "blown", False, 0.0),
    "singing": (0.8, "vowel", False, 0.0),
}
"""Seconds a beat, the instrument, whether there are drums, how late the second half of a beat comes."""

SOUNDS: dict[str, Callable[[float], Wave]] = {
    "silence": lambda s: np.zeros(round(s * RATE)),
    "British ringing": lambda s: tones(BRITISH_RING, s),
    "continental ringing": lambda s: tones(CONTINENTAL_RING, s),
    "American ringing": lambda s: tones(AMERICAN_RING, s),
    "engaged tone": lambda s: tones(ENGAGED, s),
    "number unobtainable": lambda s: tones(UNOBTAINABLE, s),
    "call waiting": lambda s: tones(CALL_WAITING, s),
    "dialling": lambda s: dialled("02079460123", s),
    "answering machine": beeps,
    "white noise": lambda s: noise(s, 0.0),
    "pink noise": lambda s: noise(s, 1.0),
    "brown noise": lambda s: noise(s, 2.0),
    "hum": hum,
    "crackle": clicks,
    "typing": typing,
    "mobile buzz": mobile_buzz,
    **{f"hold music: {style}": partial(music, style=style) for style in STYLES},
}
"""Every sound by its name: seconds → the sound before it goes through the line."""


def on_the_line(name: str, seconds: float, peak_db: float = -12.0) -> Sound:
    """A sound of `SOUNDS` as it comes out of the line; perfect silence stays perfect."""
    sound = SOUNDS[name](seconds)
    return sound.astype(np.float32) if name == "silence" else through_the_line(sound, peak_db)


def _times(seconds: float) -> Wave:
    return np.arange(round(seconds * RATE)) / RATE


def _chord(pitches_hz: Sequence[float], seconds: float) -> Wave:
    at = _times(seconds)
    return sum((np.sin(2 * np.pi * hertz * at) for hertz in pitches_hz), np.zeros(len(at))) / 2


def _banded(sound: Wave) -> Wave:
    spectrum = np.fft.rfft(sound)
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    spectrum[(hertz < LOW_HZ) | (hertz > HIGH_HZ)] = 0
    return np.fft.irfft(spectrum, len(sound))


def _at_peak(sound: Wave) -> Wave:
    return sound / max(float(np.max(np.abs(sound), initial=0.0)), 1e-9)


def _stroke(seconds: float, seed: int) -> Wave:
    at = _times(seconds)
    return np.random.default_rng(seed).standard_normal(len(at)) * np.exp(-at / seconds * 5)


def _bursts(seconds: float, every_s: float, length_s: float, seed: int) -> Wave:
    """Short strokes at random, on average so far apart."""
    chance = np.random.default_rng(seed)
    out = np.zeros(round(seconds * RATE) + RATE)
    at = 0.0
    while (at := at + every_s * float(chance.uniform(0.4, 1.6))) < seconds:
        _add(out, at, _stroke(length_s, int(chance.integers(1 << 30))) * chance.uniform(0.3, 1.0))
    return _at_peak(out[: round(seconds * RATE)])


def _progression(chance: np.random.Generator, bars: int) -> list[int]:
    """The roots of chords that follow one another well, as MIDI notes."""
    known = ([60, 69, 65, 67], [60, 67, 69, 65], [62, 67, 60, 60], [69, 65, 60, 67])
    return [root - 12 * (root > 64) for _ in range(bars // 4 + 1) for root in known[chance.integers(len(known))]][:bars]


def _note(midi: int, seconds: float, voice: str) -> Wave:
    """A note of an instrument."""
    at = _times(seconds)
    hertz = A4_HZ * 2 ** ((midi - A4) / 12)
    shake = 0.004 * np.sin(2 * np.pi * 5.5 * at) if voice in ("bowed", "blown", "vowel") else 0.0
    phase = 2 * np.pi * hertz * (at + shake / 5.5)
    partials = {"plucked": 0.5, "bowed": 0.75, "bright": 0.85, "blown": 0.25, "vowel": 0.9}[voice]
    wave = np.zeros(len(at))
    for number in range(1, 13):
        strength = partials**number
        if voice == "vowel":  # an "ah": formants at 700, 1200 and 2600 Hz
            strength *= sum(np.exp(-(((number * hertz - peak) / 180) ** 2)) for peak in (700, 1200, 2600)) + 0.03
        wave += strength * np.sin(number * phase)
    edge = np.minimum(1.0, np.minimum(at / 0.03, (seconds - at) / 0.05))
    decay = np.exp(-at * 2.5) if voice in ("plucked", "bright") else 1.0
    return _at_peak(wave) * edge * decay


def _add(out: Wave, at_s: float, sound: Wave) -> None:
    first = round(at_s * RATE)
    piece = sound[: max(0, len(out) - first)]
    out[first : first + len(piece)] += piece
