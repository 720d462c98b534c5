"""A study's exports, `python -m benchmarks.export [--interviews 15 60] [--words 5000] [--format NAME …]`.

Two studies are made up (see `made_up`), one four times as large as the other, with names in them for which something
stands, and each format is written of all interviews by a process of its own, as `interview-tui export --all` does; at
last all formats at once. Wall time, processor time and the most memory a process held are told, and beside each the
ratio of the larger study to the smaller: memory is flat where its ratio is about 1.

The interviews have no audio: what copying it costs is told for the interview named by `--audio STUDY CASE`, as seconds
of work for a minute of sound.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks.made_up import Talk, made_up
from interview_tui.bootstrap import open_study, ready_study, study_schedule
from interview_tui.export.registry import ALL, FORMATS
from interview_tui.record.pseudonyms.pseudonym import Pseudonym
from interview_tui.store.pseudonym_log import ELSEWHERE, new_log
from interview_tui.store.study import StudyFolder

NAMES = 12
RANK = 3_000  # of the words that are taken for names: rare enough to be one, common enough to be said


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took: seconds of the clock and of the processor, MB at its highest."""

    wall_s: float
    cpu_s: float
    memory_mb: float


def made(folder: Path, interviews: int, words: int) -> StudyFolder:
    """A study of so many interviews, in each of which names are replaced."""
    study, talk = ready_study(folder), Talk()
    schedule = study_schedule(study)
    study.keep_schedule(schedule)
    for number in range(interviews):
        made_up(study, schedule, f"P{number + 1:03}", number, words, talk)
    names = talk.words[RANK : RANK + NAMES]
    given = [Pseudonym(name, f"[Person {chr(65 + number)}]") for number, name in enumerate(names)]
    new_log(study).add(given, "AB", 0)
    return study


def cost(study: Path, *arguments: str) -> Cost:
    """What `interview-tui export` takes with these arguments."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "interview_tui", "--study", str(study), "export", *arguments, "--to", out]
        begun = time.perf_counter()
        child = os.posix_spawn(sys.executable, command, os.environ, file_actions=_silent())
        _, status, used = os.wait4(child, 0)
        wall_s = time.perf_counter() - begun
    if status:
        raise SystemExit(f"{' '.join(command)} failed: {os.waitstatus_to_exitcode(status)}")
    return Cost(wall_s, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _silent() -> list[tuple[int, int, str, int, int]]:
    """Nothing is printed but errors."""
    return [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]


def told(name: str, small: Cost, large: Cost) -> None:
    """A line of the table."""
    click.echo(
        f"  {name:<10} {small.wall_s:7.1f} {large.wall_s:7.1f} s   cpu {small.cpu_s:7.1f} {large.cpu_s:7.1f} s"
        f" (×{large.cpu_s / small.cpu_s:4.1f})   memory {small.memory_mb:5.0f} {large.memory_mb:5.0f} MB"
        f" (×{large.memory_mb / small.memory_mb:4.2f})"
    )


def told_of_audio(study: StudyFolder, case: str) -> None:
    """How long it takes to bring the recording of an interview into an export, for a minute of it."""
    minutes = sum(span.end_ms - span.start_ms for span in study.record(case).spans) / 60_000
    without, beside, inside = (
        cost(study.path, case, "--format", "qdpx", "--audio", where) for where in ("none", "beside", "inside")
    )
    click.echo(f"  {case}: {minutes:.1f} minutes; a project without audio {without.wall_s:.1f} s")
    click.echo(f"  beside it {beside.wall_s:.1f} s; inside it {inside.wall_s:.1f} s, ", nl=False)
    click.echo(f"{(inside.wall_s - without.wall_s) / minutes:.2f} s for a minute of sound, {inside.memory_mb:.0f} MB")


def main() -> None:
    """Make the studies and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--interviews", type=int, nargs=2, default=(15, 60), metavar=("SMALL", "LARGE"))
    parser.add_argument("--words", type=int, default=5_000, help="of an interview")
    parser.add_argument("--format", dest="formats", nargs="*", default=[*FORMATS, ALL])
    parser.add_argument("--audio", nargs=2, metavar=("STUDY", "CASE"), help="an interview with audio")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ[ELSEWHERE] = scratch
        studies = [made(Path(scratch, str(count)), count, given.words).path for count in given.interviews]
        click.echo(f"{given.interviews[0]} and {given.interviews[1]} interviews of {given.words} words")
        for name in given.formats:
            told(name, *(cost(study, "--all", "--format", name) for study in studies))
    if given.audio:
        told_of_audio(open_study(Path(given.audio[0])), given.audio[1])


if __name__ == "__main__":
    main()
