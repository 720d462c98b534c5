"""`interview-tui transcribe --scheduler`: who hears is settled with the user, what leaves is said, then it leaves."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from interview_tui.errors import ConfigError, InterviewTuiError, TranscriptionError
from interview_tui.progress import ProgressLine
from interview_tui.store.study import StudyFolder
from interview_tui.transcribing import Choice, transcription_spec

if TYPE_CHECKING:
    from distributed import Client

    from interview_tui.transcribe.cluster.machines import Machine
    from interview_tui.transcribe.spec import JobSpec


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A cluster's scheduler, the workers that the user named, and whether a way that is not encrypted will do."""

    scheduler: str
    workers: tuple[str, ...] = ()
    unencrypted: bool = False


def elsewhere(scheduler: str, workers: tuple[str, ...], *, unencrypted: bool) -> Elsewhere | None:
    """What the options ask for; None if everything is to be heard here.

    Raises:
        ConfigError: workers of no cluster are named.
    """
    if workers and not scheduler:
        raise ConfigError("--worker names workers of a cluster.", "Name the cluster as well: --scheduler ADDRESS.")
    return Elsewhere(scheduler, workers, unencrypted) if scheduler else None


def transcribe(
    study: StudyFolder, cases: Sequence[str], choice: Choice, place: Elsewhere
) -> dict[str, InterviewTuiError]:
    """Have cases heard by the workers of a cluster; gives why some failed.

    Raises:
        ConfigError: no worker is named, one is not there, or the way is not encrypted and that was not agreed to.
        TranscriptionError: there is no cluster, or no worker of it can hear as this machine does.
    """
    from interview_tui.transcribe.cluster.connection import connected
    from interview_tui.transcribe.cluster.machines import named, present
    from interview_tui.transcribe.jobs import batch

    specs, failed = _specs(study, cases, choice)
    if not specs:
        return failed
    with connected(place.scheduler, quiet=True) as client:
        machines = _able(client, named(present(client), place.workers, place.scheduler), specs[0])
        click.echo(batch.announcement(specs, machines), err=True)
        _agree(place, batch.warning(place.scheduler, machines))
        with ProgressLine(sys.stderr) as line:
            lost = batch.transcribe(client, specs, place.scheduler, machines, line.show)
    return failed | {case: TranscriptionError(why) for case, why in lost.items()}


def _specs(
    study: StudyFolder, cases: Sequence[str], choice: Choice
) -> tuple[list[JobSpec], dict[str, InterviewTuiError]]:
    """What is to be heard of the cases, and those of which nothing can be."""
    specs: list[JobSpec] = []
    failed: dict[str, InterviewTuiError] = {}
    for case in cases:
        try:
            specs.append(transcription_spec(study, case, choice))
        except InterviewTuiError as error:
            failed[case] = error
    return specs, failed


def _able(client: Client, machines: Sequence[Machine], spec: JobSpec) -> Sequence[Machine]:
    """Those of the workers that hear what this machine would; of the others it is said why they hear nothing."""
    from interview_tui.transcribe.cluster.order import order_for
    from interview_tui.transcribe.engines import engine
    from interview_tui.transcribe.jobs.batch import fit
    from interview_tui.transcribe.weights import models

    model = models.find(spec.model, spec.language, spec.cache)
    found = fit(client, machines, order_for(engine.make(spec.engine, model, spec.language), model))
    for label, why in found.unfit.items():
        click.echo(f"{label} gets nothing: {why}", err=True)
    return found.machines


def _agree(place: Elsewhere, warning: str) -> None:
    """See to it that whoever sends in the open wants to.

    Raises:
        ConfigError: that was not agreed to.
        click.Abort: she does not.
    """
    if not warning:
        return
    click.echo(warning, err=True)
    if place.unencrypted:
        return
    if not sys.stdin.isatty():
        raise ConfigError("Nothing was sent.", "Add --unencrypted if that network is yours alone.")
    click.confirm("Send it all the same?", default=False, abort=True, err=True)
