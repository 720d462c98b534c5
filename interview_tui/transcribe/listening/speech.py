"""Where somebody speaks: Silero's voice activity, made into stretches.

Everything is counted in frames of 512 samples (32 ms) from the first of the sound.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from interview_tui.transcribe.listening.crosstalk import FRAME, Frames, muted
from interview_tui.transcribe.listening.sound import RATE, Samples

SPEECH, STILL_SPEECH = 0.2, 0.1  # probabilities at which speech begins, and below which it has ended
HISS_DB = -40.0  # of the noise that is mixed in for the detector, against the loud moments
SHORTEST_PAUSE = 8  # frames: 0.26 s
SHORTEST_SPEECH = 4  # frames: 0.13 s
NEAR = round(RATE / FRAME)  # frames beside what is not muted that the detector is given
USUAL_DB = -35.0  # dBFS to which the loud moments of a quiet sound are raised for the detector
MOST_GAIN_DB = 20.0  # but no further: what is no voice is not to become one
RUMBLE_HZ = (40.0, 120.0)  # below the first nothing is kept, above the second all: voices begin at about 80
DIP_EVERY = round(2 * RATE / FRAME)  # frames: in so much of a stretch there is one place to cut it

Probabilities = npt.NDArray[np.float32]
Stretch = tuple[int, int]  # frames, end exclusive


def speech_probability(sound: Samples, open_frames: Frames, loud_db: float) -> Probabilities:
    """The probability of speech in each frame of a sound whose loud moments are at `loud_db` dBFS; muted: none.

    The detector needs some ten seconds to get used to a voice, and blanks the end of the last frame: the first and
    the last are less sure than the rest. What is muted, but for a second beside what is not, is spared it.

    A quiet sound is raised for it, or it would be overlooked. A little hiss is mixed in: the detector learnt from
    rooms, and overlooks voices on a line whose silence is perfect. With the hiss and a low threshold it found 97 % of
    the words of the hardest simulated telephone voice instead of 67 %, and still no speech in noise, beeps or ringing.
    """
    from faster_whisper.vad import get_vad_model

    found = np.zeros(len(open_frames), dtype=np.float32)
    near = np.convolve(open_frames, np.ones(2 * NEAR + 1))[NEAR : NEAR + len(open_frames)] > 0.5
    if near.any():
        gain_db = max(0.0, min(USUAL_DB - loud_db, MOST_GAIN_DB))
        hiss = np.random.default_rng(0).standard_normal(len(sound), dtype=np.float32)
        hissing = muted(sound, open_frames) * _factor(gain_db) + hiss * _factor(loud_db + gain_db + HISS_DB)
        found[near] = get_vad_model()(hissing.reshape(-1, FRAME)[near].reshape(-1)).reshape(-1)
    return found


def without_rumble(sound: Samples) -> Samples:
    """A sound without what lies below all voices: hum, wind, breath on a microphone.

    By the rumble of a bad microphone the detector was made deaf: of real speech at -15 dBFS it found 2.7 s of 21.
    """
    frequency = np.fft.rfftfreq(len(sound), 1 / RATE)
    kept = np.interp(frequency, RUMBLE_HZ, (0.0, 1.0))
    return np.fft.irfft(np.fft.rfft(sound) * kept, len(sound)).astype(np.float32)


def stretches(probability: Probabilities) -> list[Stretch]:
    """The stretches of speech, in order: pauses shorter than 0.26 s do not end one, sounds under 0.13 s are none."""
    found: list[Stretch] = []
    first, quiet_since = -1, -1
    for frame, chance in enumerate(probability):
        if chance >= SPEECH:
            first, quiet_since = (frame if first < 0 else first), -1
        elif first >= 0 and chance < STILL_SPEECH and quiet_since < 0:
            quiet_since = frame
        if first >= 0 and quiet_since >= 0 and frame + 1 - quiet_since >= SHORTEST_PAUSE:
            found.append((first, quiet_since))
            first, quiet_since = -1, -1
    if first >= 0:
        found.append((first, quiet_since if quiet_since >= 0 else len(probability)))
    return [(first, last) for first, last in found if last - first >= SHORTEST_SPEECH]


def dips(probability: Probabilities, stretch: Stretch) -> list[int]:
    """Where a stretch may be cut if it must be: in each two seconds of it the frame in which speech is least likely."""
    first, last = stretch
    return [
        low + int(np.argmin(probability[low : min(low + DIP_EVERY, last)])) for low in range(first, last, DIP_EVERY)
    ]


def _factor(decibels: float) -> np.float32:
    return np.float32(10 ** (decibels / 20))
