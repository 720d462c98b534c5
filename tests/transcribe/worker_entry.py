"""The transcription process of the tests: `python worker_entry.py JOB.json`, with a reader of its own."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
import soundfile

from interview_tui.at_rest.files import reading
from interview_tui.transcribe.jobs.worker import main
from interview_tui.transcribe.listening.sound import RATE, Samples


def read_sound(path: Path, first_frame: int, frames: int, channel: int) -> Samples:
    """One channel of a file that soundfile knows, sealed or not, brought to 16 kHz by linear interpolation."""
    with reading(path) as file:
        sound, rate = soundfile.read(file, start=first_frame, frames=frames, dtype="float32", always_2d=True)
    voice: Samples = sound[:, channel]
    if rate == RATE:
        return voice
    at = np.arange(round(len(voice) * RATE / rate)) * (rate / RATE)
    return np.interp(at, np.arange(len(voice)), voice).astype(np.float32)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), read_sound))
