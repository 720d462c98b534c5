"""Transcription processes killed at any moment, again and again, until their job is done all the same."""

from __future__ import annotations

import dataclasses
import random
import subprocess
from pathlib import Path

from interview_tui.record.transcript import Transcript
from interview_tui.transcribe.jobs.job import run
from interview_tui.transcribe.spec import JobSpec, write_spec
from tests.transcribe.making import command


def without_time_taken(transcript: Transcript) -> Transcript:
    """The transcript without what differs from run to run: when it was made, and how long that took."""
    parameters = {
        name: said for name, said in transcript.provenance.parameters.items() if name not in ("wall", "transcribed")
    }
    provenance = dataclasses.replace(transcript.provenance, seconds_taken=0.0, parameters=parameters)
    return dataclasses.replace(transcript, provenance=provenance)


def lines_in(ledger: Path) -> int:
    """How many whole lines a ledger has."""
    return ledger.read_bytes().count(b"\n") if ledger.exists() else 0


def killed_after(spec: JobSpec, seconds: float) -> int | None:
    """Let a process do a job for so long and kill it; how many lines its ledger has then, None if it was done."""
    with (
        (spec.folder / "killed.log").open("ab") as log,
        subprocess.Popen(
            command(write_spec(spec)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log
        ) as process,
    ):
        try:
            process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            return lines_in(spec.ledger)
    return None


def killed_often(
    spec: JobSpec, kills: int, longest_s: float, chance: random.Random
) -> tuple[list[int], list[Transcript]]:
    """Kill the processes of a job so often at random moments; each time it is done it is begun from nothing.

    Gives how many lines the ledgers had when a process was killed, and the transcripts that came of the jobs.
    """
    lines: list[int] = []
    transcripts: list[Transcript] = []
    while len(lines) < kills:
        found = killed_after(spec, chance.uniform(0.0, longest_s))
        if found is not None:
            lines.append(found)
            continue
        transcripts.append(run(spec, command=command))
        spec.ledger.unlink()
    return lines, [*transcripts, run(spec, command=command)]
