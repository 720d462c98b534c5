"""How well two voices on one channel are told apart: `python -m benchmarks.speakers [--real FOLDER] [--minutes N]`.

Prints a table: words and turns (by the majority of their words) given to the right speaker, words marked doubtful, and
how many of the wrong words are among those. Speech comes from ../shared/bench; FOLDER may hold recordings of two real
speakers, each as NAME.wav beside NAME.rttm. Settings were chosen on the rows marked *, on none of the others.

Where the truth has turns but no words, a turn is cut into words of equal length.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from interview_tui.transcribe.engines.engine import HeardWord
from interview_tui.transcribe.listening.sound import RATE, Passage, Samples, SoundClip
from interview_tui.transcribe.voices.telling_apart import DOUBTFUL, only_one, tell_apart

BENCH = Path(__file__).parents[2] / "shared" / "bench"
WORD_S = 0.3
JITTER_S = 0.15
RAPID_S = 110.0
LOUDNESS = 0.05  # RMS of each turn of a rapid exchange
MEN, WOMEN = ("3005", "2609", "2414"), ("533", "367", "3331")
CHOSEN_ON = {
    "call1",
    "call2",
    "3005-2609",
    "533-367",
    "bm_george-joe",
    "bf_emma-bf_isabella",
    "01_mentor",
    "02_mentee",
    "dev00",
}
SYNTHETIC = (
    ("bm_george", "joe"),
    ("bf_emma", "bf_isabella"),
    ("bm_lewis", "joe@f0=0.84,vt=0.95"),
    ("bf_alice", "bf_emma"),
)
HEADING = (
    "| recording | seconds | words right | turns right | doubtful | wrong words that are doubtful | CPU s/s |\n"
    "|---|---|---|---|---|---|---|"
)

Truth = list[tuple[float, float, int, int]]  # start and end of a word in seconds, its speaker, its turn


@dataclass(frozen=True)
class Talk:
    """Sound of two speakers on one channel, and who says which word."""

    name: str
    sound: Samples
    words: Truth


class Held:
    """A reader of one sound that lies in memory."""

    def __init__(self, sound: Samples) -> None:
        self._sound = sound

    def __call__(self, path: Path, first_frame: int, frames: int, channel: int) -> Samples:
        """Part of the sound, whatever file is asked for."""
        del path, channel
        return self._sound[first_frame : first_frame + frames]


def read(path: Path) -> npt.NDArray[np.float32]:
    """A file at 16 kHz, (samples, channels)."""
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return np.asarray(soxr.resample(sound, rate, RATE) if rate != RATE else sound, dtype=np.float32)


def cut_into_words(start: float, end: float, speaker: int, turn: int) -> Truth:
    """A turn as words of equal length."""
    edges = np.linspace(start, end, max(1, round((end - start) / WORD_S)) + 1).tolist()
    return [(low, high, speaker, turn) for low, high in pairwise(edges)]


def calls_of_readers() -> Iterator[tuple[Talk, dict[str, list[Samples]]]]:
    """The three calls made of read speech through a telephone codec, and each reader's own sound."""
    for about in json.loads((BENCH / "speech" / "manifest.json").read_text(encoding="utf-8")):
        if not about["path"].endswith("_mono8k_ulaw.flac"):
            continue
        sound, words, voices = read(BENCH / "speech" / about["path"])[:, 0], Truth(), dict[str, list[Samples]]()
        for number, turn in enumerate(about["turns"]):
            words += cut_into_words(turn["start"], turn["end"], "AB".index(turn["spk"]), number)
            part = sound[int(turn["start"] * RATE) : int(turn["end"] * RATE)]
            voices.setdefault(turn["utt"].split("-")[0], []).append(part)
        yield Talk(about["path"].split("_")[0], sound, words), voices


def simulated_interviews(minutes: float) -> Iterator[tuple[Talk, dict[str, Samples]]]:
    """The first minutes of the simulated interviews, mixed to one channel, and each voice's own sound."""
    for folder in sorted((BENCH / "calls" / "dev").iterdir()):
        truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        both, words, voices = read(folder / "audio.flac"), Truth(), dict[str, list[Samples]]()
        for number, turn in enumerate(turn for turn in truth["turns"] if turn["audio"]):
            speaker = int(turn["speaker"] != "interviewer")
            words += [(start, end, speaker, number) for _, start, end in turn["words"] if end < minutes * 60]
            part = both[int(turn["start"] * RATE) : int(turn["end"] * RATE), speaker]
            voices.setdefault(truth["tts"][turn["speaker"]], []).append(part)
        mixed = both[: int(minutes * 60 * RATE)].mean(axis=1)
        yield Talk(folder.name, mixed, sorted(words)), {name: np.concatenate(parts) for name, parts in voices.items()}


def rapid(name: str, voices: tuple[Samples, Samples], shortest_s: float, longest_s: float, overlap_s: float) -> Talk:
    """Two voices in quick exchange, through a telephone codec: turns of such lengths, pauses up to 0.35 s between."""
    chance = np.random.default_rng([ord(letter) for letter in name])
    heard = tuple(_without_pauses(voice) for voice in voices)
    sound, words, at = np.zeros(int((RAPID_S + 10) * RATE), dtype=np.float32), Truth(), [0, 0]
    now, turn = 0.5, 0
    while now < RAPID_S:
        speaker = turn % 2
        first = at[speaker]
        last = _quiet_place(heard[speaker], first + int(chance.uniform(shortest_s, longest_s) * RATE))
        if last == 0:
            break
        part = heard[speaker][first:last]
        start = int(now * RATE)
        sound[start : start + len(part)] += part * (LOUDNESS / (np.sqrt(np.mean(part**2)) + 1e-6))
        words += cut_into_words(now, now + len(part) / RATE, speaker, turn)
        at[speaker], turn = last, turn + 1
        now += len(part) / RATE + chance.uniform(-overlap_s, 0.35)
    return Talk(name, _through_a_telephone(sound[: int((now + 0.5) * RATE)], chance), sorted(words))


def _without_pauses(sound: Samples) -> Samples:
    frames = sound[: len(sound) // 160 * 160].reshape(-1, 160)
    loud = np.mean(frames**2, axis=1)
    kept = np.convolve(loud > np.percentile(loud, 95) / 1000, np.ones(21), "same") > 0
    return frames[kept].ravel()


def _quiet_place(sound: Samples, about: int) -> int:
    """Where it is quietest within 0.15 s of a place; 0 if the sound ends before."""
    places = range(about - 2400, about + 2400, 80)
    if places[-1] + 80 > len(sound):
        return 0
    return min(places, key=lambda place: float(np.sum(sound[place - 80 : place + 80] ** 2)))


def _through_a_telephone(sound: Samples, chance: np.random.Generator) -> Samples:
    """Line noise, 300 to 3400 Hz, 8 kHz, mu-law in 8 bits."""
    noisy = soxr.resample(sound + chance.standard_normal(len(sound)) * 2e-4, RATE, 8000)
    spectrum, hertz = np.fft.rfft(noisy), np.fft.rfftfreq(len(noisy), 1 / 8000)
    spectrum[(hertz < 300) | (hertz > 3400)] = 0
    narrow = np.clip(np.fft.irfft(spectrum, len(noisy)), -1, 1)
    steps = np.round(np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log1p(255) * 127) / 127
    return np.asarray(
        soxr.resample(np.sign(steps) * np.expm1(np.abs(steps) * np.log1p(255)) / 255, 8000, RATE), dtype=np.float32
    )


def real(folder: Path) -> Iterator[Talk]:
    """Recordings of two people with their turns as RTTM; words only where it is not silent."""
    for file in sorted(folder.glob("*.rttm")):
        sound = read(file.with_suffix(".wav"))[:, 0]
        lines = [line.split() for line in file.read_text(encoding="utf-8").splitlines()]
        spoken = sorted((float(line[3]), float(line[3]) + float(line[4]), line[7]) for line in lines)
        names = list(dict.fromkeys(name for _, _, name in spoken))
        words = [
            word
            for number, (start, end, name) in enumerate(spoken)
            for word in cut_into_words(start, min(end, len(sound) / RATE), names.index(name), number)
        ]
        loud = np.array([np.sqrt(np.mean(sound[int(one[0] * RATE) : int(one[1] * RATE)] ** 2)) for one in words])
        kept = loud > np.percentile(loud, 90) * 10 ** (-28 / 20)
        yield Talk(f"{file.stem} (real)", sound, sorted(word for word, keep in zip(words, kept, strict=True) if keep))


def jittered(talk: Talk) -> Talk:
    """The same with word times as Whisper gives them: off by up to 0.15 s."""
    chance = np.random.default_rng(5)
    words = Truth()
    for start, end, speaker, turn in talk.words:
        low, high = np.clip(chance.normal(0, JITTER_S / 2, 2), -JITTER_S, JITTER_S).tolist()
        begins = max(0.0, start + low)
        words.append((begins, max(begins + 0.02, end + high), speaker, turn))
    return replace(talk, name=f"{talk.name}, times ±150 ms", words=sorted(words))


def row(talk: Talk) -> str:
    """Tell the voices apart, and a line of the table."""
    words = [HeardWord("-", round(start * 1000), round(end * 1000), 1.0) for start, end, _, _ in talk.words]
    clip = SoundClip(Path(talk.name), 0, len(talk.sound), RATE, RATE, 0, 1)
    began = time.process_time()
    found = tell_apart([Passage((clip,))], [words], Held(talk.sound))
    per_s = (time.process_time() - began) / (len(talk.sound) / RATE)
    right = np.array([voice.number == truth[2] for voice, truth in zip(found[0], talk.words, strict=True)])
    right = right if right.mean() >= 0.5 else ~right
    turn_of = np.array([truth[3] for truth in talk.words])
    turns = [right[turn_of == turn].mean() > 0.5 for turn in np.unique(turn_of)]
    doubtful = np.array([voice.sure < DOUBTFUL for voice in found[0]])
    caught = f"{np.sum(doubtful & ~right)} of {np.sum(~right)}"
    star = "*" if any(part in talk.name for part in CHOSEN_ON) else ""
    verdict = "one voice found" if only_one(found) else f"{right.mean():.1%} | {np.mean(turns):.1%}"
    cells = f"{len(talk.sound) / RATE:.0f} | {verdict} | {doubtful.mean():.0%} | {caught} | {per_s:.3f}"
    return f"| {talk.name}{star} | {cells} |"


def talks(minutes: float, folder: Path | None) -> Iterator[Talk]:
    """Everything that is measured."""
    readers: dict[str, list[Samples]] = {}
    for talk, voices in calls_of_readers():
        readers |= voices
        yield talk
    alone = {name: np.concatenate(parts) for name, parts in readers.items()}
    pairs = [(one, other) for group in (MEN, WOMEN) for one, other in zip(group, group[1:] + group[:1], strict=True)]
    interviews = []
    for talk, synthetic in simulated_interviews(minutes):
        interviews.append(talk)
        alone |= synthetic
    for one, other in (*pairs, *SYNTHETIC):
        yield rapid(f"{one}-{other}, turns 0.6-2 s", (alone[one], alone[other]), 0.6, 2.0, 0.0)
        yield rapid(f"{one}-{other}, turns 1.5-4 s", (alone[one], alone[other]), 1.5, 4.0, 0.0)
    for one, other in (pairs[0], pairs[3]):
        yield rapid(f"{one}-{other}, turns 0.6-2 s, overlapping", (alone[one], alone[other]), 0.6, 2.0, 0.4)
    if folder:
        yield from real(folder)
    for talk in interviews:
        yield talk
        yield jittered(talk)


def main() -> None:
    """Measure and print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--real", type=Path, help="a folder with NAME.wav and NAME.rttm")
    asked.add_argument("--minutes", type=float, default=8.0, help="of each simulated interview")
    options = asked.parse_args()
    print(HEADING)
    for talk in talks(options.minutes, options.real):
        print(row(talk), flush=True)


if __name__ == "__main__":
    main()
