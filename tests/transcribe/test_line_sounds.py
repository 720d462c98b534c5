"""What is on the line besides speech gets no words: no voice is found in it, or nothing that is heard there is kept."""

from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from interview_tui.transcribe.listening.blocks import listen
from interview_tui.transcribe.listening.sound import RATE, Passage, Samples, SoundClip
from tests.transcribe.line_sounds import HIGH_HZ, KEYPAD, LOW_HZ, SOUNDS, on_the_line
from tests.transcribe.making import joined, kennedy

SECONDS = 20.0
LIKE_SPEECH = {"dialling", "mobile buzz"}
"""What the detector of speech takes for a voice: what comes of it is left to the checks of what was heard."""


def voices(sound: Samples) -> list[tuple[float, float]]:
    """Where listening finds speech, in seconds, on any channel."""
    channels = sound.reshape(len(sound), -1)
    clip = SoundClip(Path("line.wav"), 0, len(channels), RATE, RATE, 0, channels.shape[1])

    def reader(path: Path, first_frame: int, frames: int, channel: int) -> Samples:
        assert path == clip.file
        return channels[first_frame : first_frame + frames, channel]

    blocks = listen(Passage((clip,)), reader, [], final=True)
    ranges = chain.from_iterable(found for block in blocks for found in block.speech)
    return [(first / RATE, last / RATE) for first, last in ranges]


@pytest.mark.parametrize("name", SOUNDS)
def test_a_sound_is_the_same_each_time_and_fits_through_the_line(name: str) -> None:
    sound = on_the_line(name, 6.0)
    assert np.array_equal(sound, on_the_line(name, 6.0))
    assert len(sound) == 6 * RATE
    power = np.abs(np.fft.rfft(sound)) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    outside = power[(hertz < LOW_HZ - 50) | (hertz > HIGH_HZ + 50)].sum()
    assert outside <= 0.001 * power.sum()
    assert name == "silence" or 0.1 < np.abs(sound).max() < 0.5


def test_the_keypad_has_a_tone_of_its_own_for_every_key() -> None:
    assert KEYPAD["1"] == (697, 1209)
    assert KEYPAD["#"] == (941, 1477)
    assert len(set(KEYPAD.values())) == 12


@pytest.mark.parametrize("name", sorted(set(SOUNDS) - LIKE_SPEECH))
def test_no_voice_is_found_in_it(name: str) -> None:
    assert voices(on_the_line(name, SECONDS)) == []


@pytest.mark.parametrize("name", sorted(set(SOUNDS) - LIKE_SPEECH))
def test_none_is_found_between_speech_and_all_of_the_speech_is(name: str) -> None:
    speech = kennedy()
    found = voices(joined(speech, on_the_line(name, SECONDS), speech))
    begins, ends = len(speech) / RATE, len(speech) / RATE + SECONDS
    assert [one for one in found if one[1] > begins + 0.5 and one[0] < ends - 0.5] == []
    assert sum(last - first for first, last in found) == pytest.approx(2 * 8.8, abs=2.5)
