"""The same talk as another recorder heard it: its room, its gain, its noise, its clock, its codec, its pauses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import soundfile

from interview_tui.audio import compressed, files

TALK_RATE = 16_000
BLOCK_S = 60
Sound = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Codec:
    """A kind of file that recorders write: PyAV's name of the encoder, frames per second, bits per second."""

    suffix: str
    encoder: str
    rate: int
    bit_rate: int


CODECS = {
    "mp3 64k": Codec("mp3", "libmp3lame", 44_100, 64_000),
    "mp3 24k": Codec("mp3", "libmp3lame", 16_000, 24_000),
    "m4a": Codec("m4a", "aac", 48_000, 48_000),
    "wma": Codec("wma", "wmav2", 44_100, 48_000),
    "amr": Codec("amr", "libopencore_amrnb", 8_000, 12_200),
    "wav": Codec("wav", "pcm_s16le", 22_050, 0),
}


@dataclass(frozen=True)
class OtherRecorder:
    """What the other recorder does to a talk. `drift_ppm`: how much faster its clock runs; `seed`: its room, its noise.

    A codec puts a delay of its own before the sound (wma 46 ms); what the file then holds is what counts.
    """

    codec: Codec = CODECS["wav"]
    drift_ppm: float = 0.0
    snr_db: float = 10.0
    seed: int = 0

    def hears(self, talk: Sound) -> Sound:
        """The talk (at `TALK_RATE`) as it is given to the encoder, one row at the codec's rate.

        Of a talk with two channels (n, 2) each voice reaches it by its own way through the room.
        """
        chance = np.random.default_rng(self.seed)
        voices = [talk] if talk.ndim == 1 else [np.ascontiguousarray(voice) for voice in talk.T]
        ways = [_in_a_room(_at_another_speed(voice, self.drift_ppm), chance) for voice in voices]
        heard = _levelled(np.sum(ways, axis=0, dtype=np.float32))
        noise = chance.standard_normal(len(heard) + 1, dtype=np.float32)
        noise = noise[1:] + np.float32(0.7) * noise[:-1]  # darker than white, as rooms are
        loud = np.sqrt(np.mean(heard[np.abs(heard) > np.abs(heard).mean()] ** 2))
        heard = heard + noise * np.float32(loud * 10 ** (-self.snr_db / 20) / noise.std())
        heard *= np.float32(0.5 / max(np.abs(heard).max(), 1e-9))
        return compressed.resample(heard.astype(np.float32), TALK_RATE, self.codec.rate)

    def writes(self, path: Path, talk: Sound) -> Path:
        """Write what it hears of the talk to `path`, given the codec's suffix."""
        path = path.with_suffix(f".{self.codec.suffix}")
        encode(path, self.hears(talk), self.codec)
        return path

    def codec_delay_ms(self, folder: Path) -> float:
        """How much later a sound lies in the decoded file than it was given to the encoder."""
        reference = replace(self, drift_ppm=0.0)
        sound = compressed.resample(speech_like(8, seed=99), TALK_RATE, reference.codec.rate)
        path = folder / f"delay-of-{reference.codec.encoder}.{reference.codec.suffix}"
        encode(path, sound, reference.codec)
        found = np.concatenate(list(files.stream_frames(path)))[:, 0]
        size = 1 << (len(sound) + len(found)).bit_length()
        likeness = np.fft.irfft(np.fft.rfft(found, size) * np.conj(np.fft.rfft(sound, size)))
        reach = reference.codec.rate // 4
        near = np.concatenate([likeness[-reach:], likeness[:reach]])
        return (int(np.argmax(near)) - reach) * 1000 / reference.codec.rate


def speech_like(seconds: float, seed: int, voices: int = 2) -> Sound:
    """Noise and hum with the rhythm of talk: syllables of 60 to 300 ms, pauses, turns of voices unlike each other."""
    chance = np.random.default_rng(seed)
    length = round(seconds * TALK_RATE)
    sound = np.zeros(length, np.float32)
    at, voice = 0, 0
    while at < length:
        if chance.random() < 0.06:
            voice = int(chance.integers(voices))
            at += int(chance.uniform(0.3, 1.5) * TALK_RATE)
        syllable = _syllable(chance, round(chance.uniform(0.06, 0.3) * TALK_RATE), pitch=90 + 70 * voice)
        end = min(length, at + len(syllable))
        sound[at:end] += syllable[: max(0, end - at)]
        at = end + int(chance.exponential(0.04) * TALK_RATE)
    return sound


def encode(path: Path, sound: Sound, codec: Codec) -> None:
    """Write one row of samples at the codec's rate as that codec."""
    if codec.suffix == "wav":
        soundfile.write(path, sound, codec.rate, subtype="PCM_16")
        return
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec.encoder, rate=codec.rate, layout="mono")
        assert isinstance(stream, av.AudioStream)
        stream.bit_rate = codec.bit_rate
        whole = codec.encoder == "libopencore_amrnb"
        for start in range(0, len(sound), 8192):
            block = np.ascontiguousarray(sound[None, start : start + 8192])
            if whole:
                frame = av.AudioFrame.from_ndarray(
                    np.round(block * 32_767).astype(np.int16), format="s16", layout="mono"
                )
            else:
                frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = codec.rate, start, Fraction(1, codec.rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def paused(talk: Sound, at_s: float, for_s: float) -> Sound:
    """The talk with a stretch left out, as by a recorder that was paused."""
    at, until = round(at_s * TALK_RATE), round((at_s + for_s) * TALK_RATE)
    return np.concatenate([talk[:at], talk[until:]])


def hold_music(seconds: float, seed: int = 4) -> Sound:
    """What a telephone exchange plays to whoever waits: the same notes every time, none of them twice in a row."""
    chance = np.random.default_rng(seed)
    music = np.zeros(round(seconds * TALK_RATE), np.float32)
    note = TALK_RATE // 4
    t = np.arange(2 * note) / TALK_RATE
    for first in range(0, len(music) - len(t), note):
        hz = 220 * 2 ** (int(chance.integers(0, 25)) / 12)
        sound = sum(np.sin(2 * np.pi * hz * k * t) / k for k in range(1, 6)) * np.exp(-4 * t)
        music[first : first + len(t)] += (0.15 * sound).astype(np.float32)
    return music


def ringing(seconds: float) -> Sound:
    """The British ringing tone: 400 and 450 Hz, twice 0.4 s in every 3 s."""
    t = np.arange(round(seconds * TALK_RATE)) / TALK_RATE
    on = (t % 3 < 0.4) | ((t % 3 >= 0.6) & (t % 3 < 1.0))
    return (0.1 * on * (np.sin(2 * np.pi * 400 * t) + np.sin(2 * np.pi * 450 * t))).astype(np.float32)


def _syllable(chance: np.random.Generator, frames: int, pitch: float) -> Sound:
    """A voiced or a hissing sound with one resonance, rising and falling."""
    t = np.arange(frames) / TALK_RATE
    tone = pitch * chance.uniform(0.8, 1.3)
    if chance.random() < 0.7:
        phase = 2 * np.pi * np.cumsum(tone * (1 + 0.2 * chance.normal() * t)) / TALK_RATE
        formants = chance.uniform([300, 900, 2200], [800, 2000, 3200])
        source = sum(
            np.sin(k * phase + chance.uniform(0, 6.28))
            * sum(1 / (1 + ((k * tone - formant) / 120) ** 2) for formant in formants)
            for k in range(1, int(3600 / tone))
        )
        source = source + 0.05 * chance.normal(0, 1, frames)
    else:
        source = 0.3 * np.diff(chance.normal(0, 1, frames + 1))
    return (0.15 * chance.uniform(0.3, 1) * source * np.sin(np.pi * np.arange(frames) / frames)).astype(np.float32)


def _at_another_speed(talk: Sound, drift_ppm: float) -> Sound:
    """The talk as a clock that runs faster by `drift_ppm` samples it: so many more samples."""
    if not drift_ppm:
        return talk
    step = 1 / (1 + drift_ppm / 1e6)
    blocks, size = [], BLOCK_S * TALK_RATE
    for first in range(0, int(len(talk) / step), size):
        places = np.arange(first, min(first + size, int(len(talk) / step))) * step
        lead = max(0, int(places[0]) - 400)
        fine = compressed.resample(talk[lead : int(places[-1]) + 400], TALK_RATE, 8 * TALK_RATE)
        blocks.append(np.interp((places - lead) * 8, np.arange(len(fine)), fine).astype(np.float32))
    return np.concatenate(blocks)


def _in_a_room(talk: Sound, chance: np.random.Generator) -> Sound:
    """The talk in a room: the direct sound, then reflections that die away in a quarter to half a second."""
    fade = np.exp(-6.9 * np.arange(TALK_RATE // 2) / TALK_RATE / chance.uniform(0.25, 0.5))
    room = (0.08 * chance.normal(0, 1, TALK_RATE // 2) * fade).astype(np.float32)
    room[0] = 1
    room[1:40] = 0
    size, heard = BLOCK_S * TALK_RATE, np.zeros(len(talk) + len(room), np.float32)
    points = 1 << (size + len(room)).bit_length()
    answer = np.fft.rfft(room, points)
    for first in range(0, len(talk), size):
        block = talk[first : first + size]
        wet = np.fft.irfft(np.fft.rfft(block, points) * answer)[: len(block) + len(room)]
        heard[first : first + len(wet)] += wet[: len(heard) - first].astype(np.float32)
    return heard[: len(talk)]


def _levelled(sound: Sound) -> Sound:
    """The sound through an automatic gain that follows its level within a second or so."""
    hop = TALK_RATE // 50
    level = np.sqrt(np.add.reduceat(sound**2, np.arange(0, len(sound), hop)) / hop) + 1e-4
    followed, now = np.empty_like(level), float(level.max())
    for place, value in enumerate(level):
        now = max(float(value), now * 0.98)
        followed[place] = now
    gain = (0.2 / followed) ** 0.6
    return (sound * np.interp(np.arange(len(sound)), np.arange(len(level)) * hop, gain)).astype(np.float32)
