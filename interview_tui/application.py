"""The terminal app: a study opened, a call conducted, rehearsed, performed."""

from __future__ import annotations

import gc
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interview_tui.errors import ConfigError, InterviewTuiError
from interview_tui.interview.call import Call
from interview_tui.store.preferences import preferences_file, read_preferences, write_preferences
from interview_tui.tui import commands, themes
from interview_tui.tui.app import InterviewApp
from interview_tui.tui.destinations import ToRecord, ToStudy
from interview_tui.tui.keymap import remapped
from interview_tui.tui.ports import Adapters, Conduct, Home, Personal, Review
from interview_tui.tui.tour import Tour

if TYPE_CHECKING:  # what takes its time to import is imported once something can be seen
    from interview_tui.interview.elsewhere import ForeignCall
    from interview_tui.sources import Named
    from interview_tui.store.study import StudyFolder

COLLECTING = (50_000, 10, 10)
"""When rubbish is looked for (`gc.set_threshold`): among everything that a large study holds that stops the screen for
a tenth of a second, and by Python's own numbers it is often done."""


def open_app(folder: Path) -> None:
    """Open the study in a folder: the list of its interviews."""
    needs_terminal()

    def prepare() -> Adapters:
        from interview_tui import adapters, bootstrap

        return adapters.adapters(bootstrap.open_study(folder))

    _run(folder, InterviewApp(prepare, Home(), personal=_personal()))


def review(folder: Path, case: str) -> None:
    """Open the study's table for review, or the record of a case.

    Raises:
        StorageError: there is no interview with the case.
    """
    needs_terminal()
    from interview_tui import bootstrap

    if case:
        bootstrap.open_study(folder).schedule(case)

    def prepare() -> Adapters:
        from interview_tui import adapters, bootstrap

        return adapters.adapters(bootstrap.open_study(folder))

    start = Review(ToRecord(case) if case else ToStudy())
    _run(folder, InterviewApp(prepare, start, personal=_personal()))


def conduct(folder: Path, case: str, named: Named) -> None:
    """Conduct the interview with a case, from devices or from a recording that is played as the call."""
    needs_terminal()

    def prepare() -> Adapters:
        from interview_tui import adapters, bootstrap

        return adapters.adapters(bootstrap.ready_study(folder), named)

    _run(folder, InterviewApp(prepare, Conduct(case), personal=_personal()))


def show_rehearsal(
    study: StudyFolder, call: Call, tour: Tour, accompany: Callable[[InterviewApp], Awaitable[None]]
) -> None:
    """Show a call with its tour on the live screen, with what accompanies it; returns when it was left."""
    from interview_tui import adapters

    app = InterviewApp(
        lambda: adapters.adapters(study, call=call),
        Conduct(call.interview.case),
        personal=_personal(),
        driver=accompany,
        exit_when_ended=True,
        tour=tour,
    )
    app.run_until_left()


def show_performance(study: StudyFolder, call: Call, script: ForeignCall) -> None:
    """Show a call on the live screen while it is performed; returns when it is over or was left."""
    from interview_tui import adapters
    from interview_tui.performance import OnScreen, perform

    async def drive(app: InterviewApp) -> None:
        await perform(call, script, OnScreen(app))
        app.exit()

    app = InterviewApp(lambda: adapters.adapters(study, call=call), Conduct(call.interview.case), driver=drive)
    app.run_until_left()


def line_up_by_ear(study: StudyFolder, case: str, original: Path) -> int | None:
    """Let a file of another recorder be lined up by ear; gives the call clock of its beginning, None if it was left.

    Raises:
        ConfigError: there is no terminal to show it in.
        AudioError: the file cannot be read.
    """
    needs_terminal()
    from interview_tui import by_ear
    from interview_tui.progress import CountLine
    from interview_tui.tui.by_ear import Laid, LineUpApp

    line = CountLine(sys.stderr, case)
    try:
        guess = by_ear.guess(study, case, original, lambda step: line.show(step, 0, 1))
    finally:
        line.clear()
    laid = Laid(original.name, guess.length_ms, guess.start_ms, by_ear.moments(study.interview(case)))
    listener = by_ear.BothEars(study, case, original)
    return LineUpApp(case, laid, listener, _personal().theme, guess.found).run_until_left()


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


def _run(folder: Path, app: InterviewApp) -> None:
    """Run the app; afterwards, pack the audio of the interviews that have ended."""
    gc.set_threshold(*COLLECTING)
    code = app.run_until_left()
    if code:
        sys.exit(code)
    from interview_tui import bootstrap, packing

    study = bootstrap.open_study(folder)
    for case in packing.unpacked(study):
        click.echo(f"Packing the audio of {case} …", err=True)
        try:
            packing.pack_audio(study, case)
        except InterviewTuiError as error:  # what was recorded is as it was, and the others are packed all the same
            click.echo(f"{case}: {error}", err=True)


def needs_terminal() -> None:
    """Raises ConfigError: there is no terminal to show the app in."""
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):  # the screen is drawn on stderr
        raise ConfigError("The app needs a terminal.", "Run it in a terminal window, or use `show`, `export` …")
