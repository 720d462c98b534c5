"""How fast and how well calls are transcribed: `python benchmarks/transcribe.py [CALL …] [--way WAY …]`.

Each CALL is a folder with audio and `truth.json` (bench/calls; the smoke calls unless told otherwise). Every way (see
`transcribers.py`) transcribes every call in turn, `--runs` times over; the table gives medians of CPU seconds and of
wall time, and the scores of the last run. Needs the extra [test], for `openai-command` also [openai-whisper].

CPU seconds are those of a way's process and all that it began, loading included, for each second of the call; memory
is the most that one of these processes held. Both are counted as POSIX systems count them. `--long N` only measures:
the call is repeated until it is N minutes long.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from heard import Truth, scored, until
from transcribers import CHANNELS, DOWNMIX, OURS, WAYS, Output, Word, prepare

from interview_tui.audio.files import info
from interview_tui.transcribe.listening.sound import SoundClip

BENCH = Path(__file__).parents[2] / "shared" / "bench" / "calls"
SMOKE = ("smoke_good", "smoke_difficult", "smoke_offrecord")
PROCESS = Path(__file__).with_name("transcribers.py")
HEADING = (
    "| call | way | CPU s/s | wall s/s | first words | memory | word error (by speaker) "
    "| right speaker (of what was heard) | words start off: median / 95 % / worst, > 1 s | turns |\n"
    "|---|---|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True)
class Measured:
    """What transcribing a call once took, in seconds for each second of the call, and what was heard."""

    cpu: float
    wall: float
    memory_mb: float
    output: Output


@dataclass(frozen=True)
class Call:
    """A call to be transcribed, and what was said in it where that is known."""

    name: str
    clips: tuple[SoundClip, ...]
    truth: Truth | None


def opened(folder: Path, minutes: float | None = None) -> Call:
    """A call of the bench, or its first minutes: what the recorder got of it, on its session clock."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    end_s = truth["duration"]
    if minutes is not None:
        truth, end_s = until(truth, minutes * 60)
    clips = []
    for recording in truth["recordings"]:
        file = folder / recording["file"]
        about = info(file)
        for span in recording["spans"]:
            first = round(span["file_start"] * about.rate)
            last_s = min(span["session_end"], end_s)
            frames = min(round((last_s - span["session_start"]) * about.rate), about.frames - first)
            start_ms = round(span["session_start"] * 1000)
            if frames > 0:
                clips.append(SoundClip(file, first, frames, about.rate, about.rate, start_ms, about.channels))
    return Call(folder.name, tuple(replace(clip, span=at) for at, clip in enumerate(clips, start=1)), truth)


def repeated(call: Call, minutes: float, folder: Path) -> Call:
    """The first recording of a call over and over, as one file of so many minutes."""
    clip = call.clips[0]
    sound, rate = soundfile.read(clip.file, dtype="int16", always_2d=True)
    file, left = folder / "long.wav", round(minutes * 60 * rate)
    with soundfile.SoundFile(file, "w", rate, sound.shape[1], "PCM_16") as out:
        while left > 0:
            out.write(np.ascontiguousarray(sound[:left]))
            left -= len(sound)
    about = info(file)
    whole = SoundClip(file, 0, about.frames, about.rate, about.rate, 0, about.channels)
    return Call(f"{call.name}, repeated to {minutes:g} minutes", (whole,), None)


def measure(way: str, model: str, clips: tuple[SoundClip, ...]) -> Measured:
    """Transcribe clips once, in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(way, model, folder)
        asked, out = folder / "clips.json", folder / "heard.json"
        asked.write_text(json.dumps([asdict(clip) for clip in clips], default=str), encoding="utf-8")
        with asked.open("rb") as given, (folder / "log").open("wb") as log:
            began = time.perf_counter()
            command = [sys.executable, str(PROCESS), way, model, str(out)]
            process = subprocess.Popen(command, stdin=given, stdout=log, stderr=log)
            _, status, used = os.wait4(process.pid, 0)
            wall_s = time.perf_counter() - began
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit((folder / "log").read_text(encoding="utf-8", errors="replace"))
        data: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    output = Output([Word(**word) for word in data["words"]], data["segments"], data["first_words_s"])
    seconds = sum(clip.frames / clip.rate for clip in clips)
    memory_mb = used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return Measured((used.ru_utime + used.ru_stime) / seconds, wall_s / seconds, memory_mb, output)


def row(call: Call, way: str, runs: list[Measured]) -> str:
    """A line of the table: medians of the runs, scores of the last."""
    cpu, wall = (statistics.median(getattr(one, kind) for one in runs) for kind in ("cpu", "wall"))
    first = [told for one in runs if (told := one.output.first_words_s) is not None]
    soon = f"{statistics.median(first):.1f} s" if first else "–"
    memory = max(one.memory_mb for one in runs)
    figures = f"| {call.name} | {way} | {cpu:.3f} | {wall:.3f} | {soon} | {memory:.0f} MB |"
    if call.truth is None:
        return figures + " | | | |"
    scores = scored(call.truth, runs[-1].output)
    return (
        f"{figures} {scores.word_error:.1%} ({scores.by_speaker:.1%}) "
        f"| {scores.right_speaker:.1%} ({scores.right_of_covered:.2%}) | {scores.words} | {scores.turns} |"
    )


def machine() -> str:
    """What it is measured on, and how busy that was when it began."""
    where = f"{platform.platform()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    return f"{where}, load {os.getloadavg()[0]:.1f}"


def main() -> None:
    """Measure and print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("calls", nargs="*", type=Path, default=[BENCH / "smoke" / name for name in SMOKE])
    asked.add_argument("--way", action="append", choices=WAYS, help=f"again for more ({OURS}, {CHANNELS}, {DOWNMIX})")
    asked.add_argument("--model", action="append", help="again for more (base)")
    asked.add_argument("--minutes", type=float, help="only so many of the beginning of each call")
    asked.add_argument("--long", type=float, action="append", help="minutes to repeat a call to; again for more")
    asked.add_argument("--runs", type=int, default=1)
    given = asked.parse_args()
    sys.stdout.write(f"{machine()}, runs: {given.runs}\n\n")
    ways = [(way, model) for model in given.model or ["base"] for way in given.way or [OURS, CHANNELS, DOWNMIX]]
    with tempfile.TemporaryDirectory() as name:
        calls = [opened(folder, given.minutes) for folder in given.calls]
        if given.long:
            folders = [Path(tempfile.mkdtemp(dir=name)) for _ in given.long]
            calls = [repeated(calls[0], *one) for one in zip(given.long, folders, strict=True)]
        found: dict[tuple[int, str, str], list[Measured]] = {}
        for _ in range(given.runs):
            for number, call in enumerate(calls):
                for way, model in ways:
                    one = measure(way, model, call.clips)
                    found.setdefault((number, way, model), []).append(one)
                    sys.stderr.write(row(call, f"{way} {model}", [one]) + "\n")
    lines = [HEADING, *(row(calls[at], f"{way} {model}", runs) for (at, way, model), runs in found.items())]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
