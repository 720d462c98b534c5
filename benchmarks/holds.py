"""Is anything invented where nobody speaks? `python -m benchmarks.holds [--minutes 10] [--model tiny.en …]`.

Every sound of `tests/transcribe/line_sounds.py` (silence, tones, music on hold, noise, machines) is transcribed as a
whole job: alone, on the respondent's channel of two, and between two stretches of real speech. The table counts the
words that are left of each and says the first of them; of speech before and after, the words that lie in the sound.
Where a voice is taken to be heard and nothing is left of it, the job makes no transcript and says so.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile

from interview_tui.errors import TranscriptionError
from interview_tui.transcribe.jobs.job import run
from interview_tui.transcribe.listening.sound import RATE, Samples, SoundClip
from interview_tui.transcribe.spec import JobSpec
from interview_tui.transcribe.vocabulary import Term
from tests.transcribe.line_sounds import SOUNDS, on_the_line
from tests.transcribe.making import kennedy

EDGE_MS = 500  # word times are good to about half a second
SHOWN = 6  # words
TERMS = tuple(Term(name, None) for name in ("Anna Bell", "Northwold", "Crane", "Port Selwyn", "Tariq"))
HEADING = "| model | sound | alone | second channel | between speech | the first words |"


def arrangements(sound: Samples) -> Iterator[tuple[str, Samples, int, int]]:
    """The sound alone, on the second of two channels and between speech, and from when until when it sounds (ms)."""
    speech = kennedy()
    before_ms, length_ms = len(speech) * 1000 // RATE, len(sound) * 1000 // RATE
    yield "alone", sound, 0, length_ms
    yield "second channel", np.stack([np.zeros_like(sound), sound], axis=1), 0, length_ms
    yield "between speech", np.concatenate([speech, sound, speech]), before_ms, before_ms + length_ms


def invented(sound: Samples, start_ms: int, end_ms: int, model: str, terms: tuple[Term, ...]) -> list[str] | None:
    """The words of the transcript that lie in a stretch in which nobody speaks; None if it was refused as absurd."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "line.wav"
        soundfile.write(file, sound, RATE, subtype="PCM_16")
        clip = SoundClip(file, 0, len(sound), RATE, RATE, 0, sound.ndim)
        try:
            made = run(JobSpec("P00", (clip,), folder, model=model, terms=terms))
        except TranscriptionError:
            return None
    words = (word for turn in made.turns for word in turn.words)
    return [w.text for w in words if w.end_ms > start_ms + EDGE_MS and w.start_ms < end_ms - EDGE_MS]


def row(name: str, minutes: float, model: str, terms: tuple[Term, ...]) -> str:
    """A line of the table."""
    found = [
        invented(sound, start_ms, end_ms, model, terms)
        for _, sound, start_ms, end_ms in arrangements(on_the_line(name, minutes * 60))
    ]
    counts = " | ".join("no transcript" if words is None else str(len(words)) for words in found)
    first = next((" ".join(words[:SHOWN]) for words in found if words), "")
    return f"| {model} | {name} | {counts} | {first} |"


def main() -> None:
    """Measure and print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--minutes", type=float, default=10.0)
    asked.add_argument("--model", action="append", help="again for more (tiny.en)")
    asked.add_argument("--sound", action="append", choices=SOUNDS, help="again for more (all)")
    asked.add_argument("--no-vocabulary", action="store_true", help="without terms that could be recited")
    given = asked.parse_args()
    terms = () if given.no_vocabulary else TERMS
    sys.stdout.write(f"{given.minutes:g} minutes of each sound\n\n{HEADING}\n|---|---|---|---|---|---|\n")
    for model in given.model or ["tiny.en"]:
        for name in given.sound or SOUNDS:
            sys.stdout.write(row(name, given.minutes, model, terms) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
