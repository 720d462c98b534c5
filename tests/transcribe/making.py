"""Sound, jobs and words for the tests of transcription."""

import re
import struct
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyrage
import soundfile

from interview_tui.at_rest.files import making
from interview_tui.at_rest.sealed_file import recipient_in
from interview_tui.at_rest.study_key import key_of
from interview_tui.transcribe.engines.engine import HeardWord
from interview_tui.transcribe.listening.sound import RATE, Samples, SoundClip
from interview_tui.transcribe.spec import JobSpec

KENNEDY = Path(__file__).parents[1] / "data" / "jfk.flac"
WORKER = Path(__file__).parent / "worker_entry.py"

LONGEST_WAIT_S = 120.0
CHANCE = np.random.default_rng(7)


def kennedy() -> Samples:
    """Eleven seconds: "And so, my fellow Americans, ask not what your country can do for you, …"."""
    sound, rate = soundfile.read(KENNEDY, dtype="float32")
    assert rate == RATE
    return np.asarray(sound, dtype=np.float32)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), dtype=np.float32)


def joined(*pieces: Samples) -> Samples:
    return np.concatenate(pieces)


def babble(seconds: float, loud_db: float = -20.0) -> Samples:
    """Noise that is as loud as this, in syllables of a quarter of a second."""
    count = round(seconds * RATE)
    syllables = 0.5 * (1 - np.cos(2 * np.pi * 4 * np.arange(count) / RATE))
    return (CHANCE.standard_normal(count) * syllables * 10 ** (loud_db / 20)).astype(np.float32)


def two_people(leak_db: float = -20.0) -> Samples:
    """A conversation of 39 s on two channels, each leaking into the other: two phrases left, two right, in turn.

    Left says "And so my fellow Americans" from 1.0 s and from 20.0 s on, right "ask not … for you" from 9.0 s and
    from 29.0 s on; each pause lasts more than three seconds.
    """
    speech = kennedy()
    first, second = speech[: int(2.3 * RATE)], speech[int(3.2 * RATE) : int(7.8 * RATE)]
    left = np.zeros(39 * RATE, dtype=np.float32)
    right = left.copy()
    for start in (1, 20):
        left[start * RATE : start * RATE + len(first)] = first
    for start in (9, 29):
        right[start * RATE : start * RATE + len(second)] = second
    gain = np.float32(10 ** (leak_db / 20))
    return np.stack([left + gain * right, right + gain * left], axis=1)


def written(path: Path, sound: Samples, rate: int = RATE) -> Path:
    """The sound in a file."""
    soundfile.write(path, sound, rate, subtype="PCM_16")
    return path


def put(path: Path, content: bytes) -> None:
    """Make a file hold this, and nothing else: sealed where it lies in an encrypted study."""
    path.unlink(missing_ok=True)
    with making(path) as file:
        file.write(content)


def all_that_lies_in(path: Path) -> bytes:
    """Every byte of a file, and whatever its key opens in it: what does not count any more as well."""
    data, opened = path.read_bytes(), b""
    recipient = recipient_in(path)
    if recipient is not None:
        identity = key_of(recipient, path).identity
        for message in re.finditer(rb"(?s)\xa7itb....(....).{16}(?=age-encryption)", data):
            (length,) = struct.unpack("<I", message[1])
            opened += pyrage.decrypt(data[message.end() :][:length], [identity])
    return data + opened


def clip_of(
    path: Path, *, start_ms: int = 0, first_frame: int = 0, frames: int | None = None, span_frame: int | None = None
) -> SoundClip:
    """A file, or a part of it, as recorded at `start_ms`; the file is the span unless `span_frame` says otherwise."""
    about = soundfile.info(path)
    count = about.frames - first_frame if frames is None else frames
    return SoundClip(
        path,
        first_frame,
        count,
        about.samplerate,
        about.samplerate,
        start_ms,
        about.channels,
        span_frame=first_frame if span_frame is None else span_frame,
    )


def command(spec: Path) -> list[str]:
    """Starts the transcription process of the tests."""
    return [sys.executable, str(WORKER), str(spec)]


def job(folder: Path, cache: Path, *clips: SoundClip, **changes: object) -> JobSpec:
    """A job on the packaged model, in two threads."""
    settings = {"engine": "faster-whisper", "model": "tiny.en", "threads": 2, **changes}
    return JobSpec("P07", clips, folder, cache=cache, **settings)  # type: ignore[arg-type]


def said(text: str, start_ms: int = 0, each_ms: int = 300, confidence: float = 0.9) -> list[HeardWord]:
    """The words of a text, one after the other."""
    return [
        HeardWord(word, start_ms + number * each_ms, start_ms + (number + 1) * each_ms, confidence)
        for number, word in enumerate(text.split())
    ]


def plain(texts: Sequence[str]) -> list[str]:
    """Words without case and punctuation."""
    return ["".join(letter for letter in text.casefold() if letter.isalnum()) for text in texts]


def until(done: Callable[[], bool], what: str) -> None:
    """Wait for something that another thread or process does; fails if it takes much too long."""
    end = time.monotonic() + LONGEST_WAIT_S
    while not done():
        assert time.monotonic() < end, f"{what} did not happen within {LONGEST_WAIT_S:.0f} s"
        time.sleep(0.005)
