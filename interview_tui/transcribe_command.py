"""`interview-tui transcribe` as it speaks with its user: how far it is, what came of it, and what failed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from interview_tui import bootstrap, cluster_command, transcribing
from interview_tui.cluster_command import Elsewhere
from interview_tui.errors import ConfigError, InterviewTuiError
from interview_tui.progress import ProgressLine
from interview_tui.record.transcript import Transcript
from interview_tui.store.study import StudyFolder
from interview_tui.transcribing import Choice

INTERRUPTED = 130


def transcribe(
    study: Path, cases: Sequence[str], choice: Choice, *, everything: bool, place: Elsewhere | None = None
) -> None:
    """Transcribe cases, or all that are outstanding, here or in a `place`; one that fails does not stop the others.

    Raises:
        InterviewTuiError: no case was named, or the only one failed.
    """
    opened = bootstrap.open_study(study)
    wanted = _wanted(opened, cases, choice, everything=everything)
    try:
        failed = _heard_elsewhere(opened, wanted, choice, place) if place else _heard_here(opened, wanted, choice)
    except KeyboardInterrupt:
        click.echo("\nStopped. What is finished is kept: the same command goes on there.", err=True)
        sys.exit(INTERRUPTED)
    if failed and len(wanted) == 1:
        raise failed[wanted[0]]
    if failed:
        click.echo(f"{len(failed)} of {len(wanted)} were not transcribed: {', '.join(failed)}.", err=True)
        sys.exit(InterviewTuiError.exit_code)


def _heard_here(study: StudyFolder, cases: Sequence[str], choice: Choice) -> dict[str, InterviewTuiError]:
    """Transcribe cases on this machine, one after the other; gives why some failed."""
    failed: dict[str, InterviewTuiError] = {}
    for number, case in enumerate(cases, start=1):
        try:
            _tell(case, _transcribed(study, case, choice, len(cases) - number))
        except InterviewTuiError as error:
            failed[case] = error
            if len(cases) > 1:
                click.echo(f"{case}: {error}", err=True)
    return failed


def _heard_elsewhere(
    study: StudyFolder, cases: Sequence[str], choice: Choice, place: Elsewhere
) -> dict[str, InterviewTuiError]:
    """Transcribe cases on the workers of a cluster, some side by side; gives why some failed."""
    failed = cluster_command.transcribe(study, cases, choice, place) if cases else {}
    for case in cases:
        transcript = study.transcript(case)
        if case not in failed and transcript is not None:
            _tell(case, transcript)
        elif case in failed and len(cases) > 1:
            click.echo(f"{case}: {failed[case]}", err=True)
    return failed


def _wanted(study: StudyFolder, cases: Sequence[str], choice: Choice, *, everything: bool) -> list[str]:
    """The cases to transcribe, each once."""
    if everything and cases:
        raise ConfigError("--all takes no cases.", "Name the cases, or leave them out.")
    if everything:
        found = transcribing.outstanding(study, choice)
        if not found:
            click.echo("Every interview that has ended and was recorded has its transcript.", err=True)
        return found
    if not cases:
        raise ConfigError("No case was named.", "Write: interview-tui transcribe P07, or: transcribe --all.")
    return list(dict.fromkeys(cases))


def _transcribed(study: StudyFolder, case: str, choice: Choice, waiting: int) -> Transcript:
    with ProgressLine(sys.stderr) as line:
        return transcribing.transcribe(
            study, case, choice, on_progress=lambda progress: line.show(replace(progress, waiting=waiting))
        )


def _tell(case: str, transcript: Transcript) -> None:
    words = sum(len(turn.words) for turn in transcript.turns)
    click.echo(
        f"{case}: {words} words in {len(transcript.turns)} turns, {len(transcript.doubts)} stretches to listen to "
        f"({transcript.provenance.engine}, {transcript.provenance.model}). Next: interview-tui show {case}",
        err=True,
    )
