"""How fast and how well calls are transcribed: `python benchmarks/transcribe.py [CALL …]`.

Each CALL is a folder with audio and `truth.json` (bench/calls; the smoke calls unless told otherwise). Every setting
transcribes every call in turn, `--runs` times over; the table gives medians. Needs the extra [benchmarks].

CPU seconds are those of all processes together, for each second of the recording; they are counted as POSIX systems
count them. `plain` is the package as one would call it without this program: the same weights, int8, beam 5, word
times, on each channel in turn, all cores.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faster_whisper import WhisperModel

from interview_tui.audio.files import info, read_mono16k
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT
from interview_tui.transcribe import models
from interview_tui.transcribe.job import run
from interview_tui.transcribe.sound import SoundClip
from interview_tui.transcribe.spec import JobSpec

BENCH = Path(__file__).parents[2] / "shared" / "bench" / "calls"
PLAINLY = "--transcribe-plainly"
HEADING = "| call | setting | CPU s/s | wall s/s | word error | by speaker | right speaker (of what was heard) |"
SMOKE = ("smoke_good", "smoke_difficult", "smoke_offrecord")

Segments = list[dict[str, Any]]
Transcribe = Callable[[tuple[SoundClip, ...], Path], Segments]


@dataclass(frozen=True)
class Measured:
    """One call transcribed once."""

    cpu_per_s: float
    wall_per_s: float
    scores: dict[str, Any]


def clips_of(call: Path) -> tuple[SoundClip, ...]:
    """What the recorder got of a call, on its session clock."""
    truth = json.loads((call / "truth.json").read_text(encoding="utf-8"))
    clips = []
    for recording in truth["recordings"]:
        about = info(call / recording["file"])
        for span in recording["spans"]:
            first = round(span["file_start"] * about.rate)
            frames = min(round((span["session_end"] - span["session_start"]) * about.rate), about.frames - first)
            start_ms = round(span["session_start"] * 1000)
            file = call / recording["file"]
            clips.append(SoundClip(file, first, frames, about.rate, about.rate, start_ms, about.channels))
    return tuple(clips)


def ours(engine: str, model: str, processes: int) -> Transcribe:
    """This program's way: a job in its own processes."""

    def transcribe(clips: tuple[SoundClip, ...], folder: Path) -> Segments:
        spec = JobSpec("P00", clips, folder, engine=engine, model=model, processes=processes)
        return [
            {"start": turn.start_ms / 1000, "end": turn.end_ms / 1000, "speaker": turn.speaker, "text": turn.text}
            for turn in run(spec).turns
        ]

    return transcribe


def plain(model: str) -> Transcribe:
    """faster-whisper alone, in a process of its own, on each channel in turn."""

    def transcribe(clips: tuple[SoundClip, ...], folder: Path) -> Segments:
        out = folder / "plain.json"
        subprocess.run([sys.executable, __file__, PLAINLY, model, str(out), *map(str, _triples(clips))], check=True)
        segments: Segments = json.loads(out.read_text(encoding="utf-8"))
        return segments

    return transcribe


def _triples(clips: tuple[SoundClip, ...]) -> list[str]:
    return [json.dumps([str(clip.file), clip.first_frame, clip.frames, clip.start_ms]) for clip in clips]


def transcribe_plainly(model: str, out: Path, clips: list[str]) -> None:
    """What the process of `plain` does."""
    found = models.find(model, "en", models.default_cache())
    whisper = WhisperModel(str(found.folder), device="cpu", compute_type="int8")
    segments: Segments = []
    for file, first, frames, start_ms in map(json.loads, clips):
        for channel, speaker in enumerate((INTERVIEWER, RESPONDENT)):
            sound = read_mono16k(Path(file), first, frames, channel)
            for segment in whisper.transcribe(sound, language="en", beam_size=5, word_timestamps=True)[0]:
                for word in segment.words:
                    start, end = (start_ms / 1000 + at for at in (word.start, word.end))
                    segments.append({"start": start, "end": end, "speaker": speaker, "text": word.word.strip()})
    out.write_text(json.dumps(sorted(segments, key=lambda one: one["start"])), encoding="utf-8")


def measure(transcribe: Transcribe, call: Path) -> Measured:
    """Transcribe a call once and score it."""
    clips = clips_of(call)
    seconds = sum(clip.frames / clip.rate for clip in clips)
    with tempfile.TemporaryDirectory() as folder:
        began, cpu = time.perf_counter(), _childrens_cpu_s()
        segments = transcribe(clips, Path(folder))
        wall, cpu = time.perf_counter() - began, _childrens_cpu_s() - cpu
        system = Path(folder) / "system.json"
        system.write_text(json.dumps({"timebase": "session", "segments": segments}), encoding="utf-8")
        command = [sys.executable, str(BENCH / "score.py"), str(call / "truth.json"), str(system), "--json"]
        scored = subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    return Measured(cpu / seconds, wall / seconds, json.loads(scored.stdout))


def _childrens_cpu_s() -> float:
    """CPU seconds of all processes that have ended, the processes that they began included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def row(name: str, call: Path, runs: list[Measured]) -> str:
    """A line of the table: medians of the runs, scores of the last."""
    cpu, wall = (statistics.median(getattr(one, kind) for one in runs) for kind in ("cpu_per_s", "wall_per_s"))
    scores = runs[-1].scores
    errors, by_speaker = scores["wer"]["wer"], scores["wer_speaker_attributed"]["wer"]
    right, covered = scores["speaker"]["accuracy"], scores["speaker"]["accuracy_of_covered"]
    figures = f"{cpu:.3f} | {wall:.3f} | {errors:.1%} | {by_speaker:.1%} | {right:.1%} ({covered:.1%})"
    return f"| {call.name} | {name} | {figures} |"


def main() -> None:
    """Measure and print the table."""
    if sys.argv[1:2] == [PLAINLY]:
        transcribe_plainly(sys.argv[2], Path(sys.argv[3]), sys.argv[4:])
        return
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("calls", nargs="*", type=Path, default=[BENCH / "smoke" / name for name in SMOKE])
    asked.add_argument("--engine", action="append", help="again for more (faster-whisper)")
    asked.add_argument("--model", action="append", help="again for more (tiny.en)")
    asked.add_argument("--processes", type=int, default=0, help="decoding processes (as many as there are cores)")
    asked.add_argument("--runs", type=int, default=1)
    asked.add_argument("--plain", action="store_true", help="also faster-whisper alone")
    given = asked.parse_args()
    settings: dict[str, Transcribe] = {}
    for model in given.model or ["tiny.en"]:
        for engine in given.engine or ["faster-whisper"]:
            settings[f"{engine} {model}"] = ours(engine, model, given.processes)
        if given.plain:
            settings[f"plain faster-whisper {model}"] = plain(model)
    found: dict[tuple[str, Path], list[Measured]] = {}
    for _ in range(given.runs):
        for call in given.calls:
            for name, transcribe in settings.items():
                found.setdefault((name, call), []).append(measure(transcribe, call))
    machine = f"{platform.platform()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    lines = [f"{machine}, runs: {given.runs}\n", HEADING, "|---|---|---|---|---|---|---|"]
    lines += [row(name, call, runs) for (name, call), runs in found.items()]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
