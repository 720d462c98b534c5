"""The terminal app with its adapters: a study opened, a call conducted, a call performed."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import click

from interview_tui import bootstrap, machine
from interview_tui.audio.player import SoundPlayer
from interview_tui.errors import ConfigError
from interview_tui.interview.call import Call
from interview_tui.interview.elsewhere import ForeignCall
from interview_tui.performance import OnScreen, perform
from interview_tui.store.preferences import preferences_file, read_preferences, write_preferences
from interview_tui.store.study import StudyFolder
from interview_tui.transcribe.job import TranscriptionJob
from interview_tui.tui import commands, themes
from interview_tui.tui.app import InterviewApp
from interview_tui.tui.keymap import remapped
from interview_tui.tui.ports import Adapters, Conduct, Home, Personal
from interview_tui.tui.tour import Tour


class StudyExports:
    """Exports of a study's records into its `exports/`; implements `record.ports.Exports`."""

    def __init__(self, study: StudyFolder) -> None:
        self._study = study

    @property
    def formats(self) -> dict[str, str]:
        """Name and one-line description of every format."""
        from interview_tui.export.registry import FORMATS

        return {name: each.description for name, each in FORMATS.items()}

    def write(self, case: str, formats: list[str]) -> list[Path]:
        """Write a case in these formats; gives the files written."""
        return bootstrap.export_record(self._study, case, formats)


def open_app(folder: Path) -> None:
    """Open the study in a folder: the list of its interviews."""
    needs_terminal()
    study = bootstrap.open_study(folder)
    _run(study, InterviewApp(_adapters(study), Home(), personal=_personal()))


def conduct(folder: Path, case: str, source: str, rehearse: Path | None) -> None:
    """Conduct the interview with a case, from a device or from a recording that is played as the call."""
    needs_terminal()
    study = bootstrap.ready_study(folder)
    _run(study, InterviewApp(_adapters(study, source, rehearse), Conduct(case), personal=_personal()))


def show_rehearsal(
    study: StudyFolder, call: Call, tour: Tour, accompany: Callable[[InterviewApp], Awaitable[None]]
) -> None:
    """Show a call with its tour on the live screen, with what accompanies it; returns when it was left."""
    conducted = Conduct(call.interview.case)
    app = InterviewApp(
        _adapters(study, call=call),
        conducted,
        personal=_personal(),
        driver=accompany,
        exit_when_ended=True,
        tour=tour,
    )
    app.run_until_left()


def show_performance(study: StudyFolder, call: Call, script: ForeignCall) -> None:
    """Show a call on the live screen while it is performed; returns when it is over or was left."""

    async def drive(app: InterviewApp) -> None:
        await perform(call, script, OnScreen(app))
        app.exit()

    app = InterviewApp(_adapters(study, call=call), Conduct(call.interview.case), driver=drive)
    app.run_until_left()


def _personal() -> Personal:
    """What this person prefers; what of it cannot be used is said, and has its default."""
    file = preferences_file()
    preferences, sentences = read_preferences(file)
    said = list(sentences)
    theme: str = themes.CHOICES[0]
    live: tuple[commands.Command, ...] = commands.LIVE
    try:
        theme = themes.chosen(preferences.theme, str(file))
    except ConfigError as error:
        said.append(str(error))
    try:
        live = remapped(commands.LIVE, preferences.keys, str(file))
    except ConfigError as error:
        said.append(str(error))
    return Personal(
        theme=theme,
        live=live,
        sentences=tuple(said),
        keep_theme=lambda name: write_preferences(file, replace(read_preferences(file)[0], theme=name)),
    )


def _adapters(study: StudyFolder, source: str = "", rehearse: Path | None = None, call: Call | None = None) -> Adapters:
    def open_call(case: str) -> Call:
        if call is not None:
            return call
        ready = bootstrap.ready_study(study.path)
        device = bootstrap.source_of(ready, source, rehearse)
        return bootstrap.open_call(ready, case, device, rehearsal=rehearse is not None)

    def destroy(call: Call, withheld: str) -> Path:
        from interview_tui import destroying

        return destroying.destroy(study, call, withheld)

    return Adapters(
        study=study,
        open_call=open_call,
        reopen=lambda case: bootstrap.reopen_call(study, case),
        destroy=destroy,
        sound_check=lambda: bootstrap.sound_check(bootstrap.source_of(study, source, rehearse)),
        power=machine.power,
        transcriber=TranscriptionJob(lambda case: bootstrap.transcription_spec(study, case)),
        player=SoundPlayer(),
        exports=StudyExports(study),
    )


def _run(study: StudyFolder, app: InterviewApp) -> None:
    """Run the app; afterwards, pack the audio of the interviews that have ended."""
    code = app.run_until_left()
    for case in bootstrap.unpacked(study):
        click.echo(f"Packing the audio of {case} …", err=True)
        bootstrap.pack_audio(study, case)
    if code:
        sys.exit(code)


def needs_terminal() -> None:
    """Raises ConfigError: there is no terminal to show the app in."""
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):  # the screen is drawn on stderr
        raise ConfigError("The app needs a terminal.", "Run it in a terminal window, or use `show`, `export` …")
