"""Word error on real speech over a telephone: `python benchmarks/spoken.py [--way WAY …] [--model MODEL …]`.

Takes what bench/speech has of two-speaker calls on one channel through a telephone codec (`calls`), of the same with a
channel for each and crosstalk at -20 dB (`channels`), and of spontaneous speech through that codec (`phone`) and
without (`clean`). The table counts errors over all recordings of a kind, as jiwer counts them after Whisper's
normaliser, fillers left out. Of the calls it also tells how many words, and how many turns by the majority of their
words, were given to the right speaker; which voice is which is taken as it fits best.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

import jiwer
from transcribe import BENCH, Measured, machine, measure
from transcribers import CHANNELS, OURS, WAYS, Word
from whisper_normalizer.english import EnglishTextNormalizer

from interview_tui.audio.files import info
from interview_tui.transcribe.listening.sound import SoundClip

SPEECH = BENCH.parent / "speech"
KINDS = {"calls": "simcall_phone", "channels": "simcall_stereo", "phone": "spontaneous_phone", "clean": "spontaneous"}
FILLERS = frozenset(["ah", "eh", "er", "erm", "hm", "hmm", "mm", "uh", "uhm", "um"])
HEADING = "| speech | way | seconds | CPU s/s | word error | words right | turns right |\n|---|---|---|---|---|---|---|"

Item = dict[str, Any]


def heard(item: Item, way: str, model: str) -> Measured:
    """A recording of the bench, transcribed once."""
    file = SPEECH / item["path"]
    about = info(file)
    return measure(way, model, (SoundClip(file, 0, about.frames, about.rate, about.rate, 0, about.channels),))


def errors(item: Item, words: Sequence[Word]) -> tuple[int, int]:
    """How many words are wrong, missing or too many, of how many that were said."""
    said = _plain(item["reference"])
    heard_so = _plain(" ".join(word.text for word in sorted(words, key=lambda word: word.start)))
    found = jiwer.process_words(said, heard_so)
    return found.substitutions + found.deletions + found.insertions, len(said.split())


def _plain(text: str) -> str:
    return " ".join(word for word in EnglishTextNormalizer()(text).split() if word not in FILLERS)


def speakers(item: Item, words: Sequence[Word]) -> tuple[int, int, int, int]:
    """Words given to the right speaker and words in all, turns and turns in all; words between turns do not count."""
    turns: dict[int, list[str]] = {}
    for word in words:
        middle = (word.start + word.end) / 2
        for number, turn in enumerate(item["turns"]):
            if turn["start"] <= middle <= turn["end"]:
                turns.setdefault(number, []).append(word.speaker)
    given = {number: Counter(voices) for number, voices in turns.items()}
    names = [*sorted({voice for voices in given.values() for voice in voices}), "nobody"]
    return max(_right(item, given, one, other) for one in names for other in names if one != other)


def _right(item: Item, given: dict[int, Counter[str]], one: str, other: str) -> tuple[int, int, int, int]:
    is_called = {"A": one, "B": other}
    right = {number: voices[is_called[item["turns"][number]["spk"]]] for number, voices in given.items()}
    sizes = {number: sum(voices.values()) for number, voices in given.items()}
    good_turns = sum(2 * right[number] > sizes[number] for number in given)
    return sum(right.values()), sum(sizes.values()), good_turns, len(given)


def row(kind: str, items: Sequence[Item], way: str, model: str) -> str:
    """A line of the table."""
    runs = [heard(item, way, model) for item in items]
    seconds = [float(item["duration"]) for item in items]
    cpu_s = sum(run.cpu * length for run, length in zip(runs, seconds, strict=True))
    counts = [errors(item, run.output.words) for item, run in zip(items, runs, strict=True)]
    wrong, said = (sum(column) for column in zip(*counts, strict=True))
    each = ", ".join(f"{one / of:.1%}" for one, of in counts)
    figures = (
        f"| {kind} | {way} {model} | {sum(seconds):.0f} | {cpu_s / sum(seconds):.3f} | {wrong / said:.1%} ({each})"
    )
    if "turns" not in items[0]:
        return figures + " | – | – |"
    told = [speakers(item, run.output.words) for item, run in zip(items, runs, strict=True)]
    words, of_words, turns, of_turns = (sum(column) for column in zip(*told, strict=True))
    return f"{figures} | {words / of_words:.1%} | {turns} of {of_turns} |"


def main() -> None:
    """Measure and print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--kind", action="append", choices=KINDS, help="again for more (all)")
    asked.add_argument("--way", action="append", choices=WAYS, help=f"again for more ({OURS}, {CHANNELS})")
    asked.add_argument("--model", action="append", help="again for more (tiny.en, base)")
    given = asked.parse_args()
    manifest: list[Item] = json.loads((SPEECH / "manifest.json").read_text(encoding="utf-8"))
    sys.stdout.write(f"{machine()}\n\n{HEADING}\n")
    for kind in given.kind or KINDS:
        items = [item for item in manifest if item["kind"] == KINDS[kind]]
        for model in given.model or ["tiny.en", "base"]:
            for way in given.way or [OURS, CHANNELS]:
                sys.stdout.write(row(kind, items, way, model) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
