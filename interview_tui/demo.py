"""A recorded interview of a minute, conducted, transcribed and exported from end to end, in real time.

Nothing in it is canned: the bundled recording is played into the recorder as the call, its log of what the interviewer
did is given to the session as commands, and what comes out is made of the two.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import click

from interview_tui import bootstrap, printed, transcribing
from interview_tui.exporting import export
from interview_tui.interview.call import Call
from interview_tui.interview.elsewhere import ForeignCall, read_call
from interview_tui.interview.sound import SpanEnd
from interview_tui.performance import Quietly, perform
from interview_tui.progress import ProgressLine
from interview_tui.record import export_ports
from interview_tui.sources import Named, source_of
from interview_tui.store.study import StudyFolder
from interview_tui.transcribing import Choice

CASE = "DEMO"
FORMATS = ("text", "incidents", "json", "html")
RECORDING = "data/demo/call.flac"
LOG = "data/demo/events.json"


def run(folder: Path, *, headless: bool, engine: str = "") -> str:
    """Run the demo in the study in `folder`; gives the case it was kept under.

    Raises:
        InterviewTuiError: as conducting, transcribing and exporting do.
    """
    study = bootstrap.ready_study(folder)
    case = _free_case(study)
    script = _script()
    source = source_of(study, Named(file=bootstrap.bundled(RECORDING)))
    click.echo(f"Conducting a recorded interview of {script.actions[-1].at_ms // 1000} seconds as {case} …", err=True)
    call = bootstrap.open_call(study, case, source, schedule=bootstrap.bundled_schedule(), rehearsal=True)
    try:
        if headless:
            asyncio.run(perform(call, script, Quietly(call)))
        else:
            from interview_tui import application

            application.show_performance(study, call, script)
    finally:
        _finish(call)
    _bring_together(study, case, engine)
    return case


def _free_case(study: StudyFolder) -> str:
    taken = {summary.case for summary in study.interviews()}
    names = (CASE, *(f"{CASE}-{number}" for number in range(2, 1000)))
    return next(name for name in names if name not in taken)


def _script() -> ForeignCall:
    schedule = bootstrap.bundled_schedule()
    crosswalk_file = bootstrap.bundled(f"schedules/{bootstrap.DEFAULT_SCHEDULE}{bootstrap.CROSSWALK_SUFFIX}")
    log = json.loads(bootstrap.bundled(LOG).read_text(encoding="utf-8"))
    return read_call(log, LOG, bootstrap.crosswalk_in(crosswalk_file, schedule))


def _finish(call: Call) -> None:
    """Stop the recorder and end the interview, however far it came; nothing that was recorded or typed is lost."""
    call.source_closed(call.close_source(SpanEnd.STOP))
    if not call.interview.ended:
        call.end("complete")
    call.journal.close(bootstrap.CLOSE_TIMEOUT_S)


def _bring_together(study: StudyFolder, case: str, engine: str) -> None:
    with ProgressLine(sys.stderr) as line:
        transcribing.transcribe(study, case, Choice(engine=engine), on_progress=line.show)
    written = export(study, [case], export_ports.Choice(FORMATS))
    record = study.record(case)
    click.echo()
    for incident in record.incidents[:1]:
        click.echo(printed.incident_in_words(record, incident))
        click.echo()
    click.echo(f"The record is in {study.exports_folder}:")
    for file in written.files:
        click.echo(f"  {file.name}")
    click.echo(f"Read it in the app with `interview-tui`, or print it with `interview-tui show {case}`.")
