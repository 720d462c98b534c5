"""Is everything here that a call needs? Each finding says what was found and, if it is not right, the way out."""

from __future__ import annotations

import importlib.metadata
import json
import locale
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import click

from interview_tui import __version__, bootstrap
from interview_tui.at_rest.encrypted_folder import KEY_FILE
from interview_tui.errors import InterviewTuiError
from interview_tui.store.study import StudyFolder
from interview_tui.tui.readiness import NEEDS_ROOM, ROOM_FACTOR

VERSIONS = ("textual", "sqlite-utils", "faster-whisper", "openai-whisper", "torch", "sounddevice", "soundfile", "av")
MINUTES_WANTED = ROOM_FACTOR * 60  # for an hour of recording
BYTES_PER_MINUTE = 48_000 * 2 * 2 * 60  # 16-bit stereo at 48 kHz
SMALLEST = (80, 24)
QUIET_DB = -60.0


class Verdict(StrEnum):
    """How a thing stands."""

    RIGHT = "✓"
    DOUBTFUL = "!"
    WRONG = "✗"


@dataclass(frozen=True, slots=True)
class Finding:
    """A thing that was examined."""

    verdict: Verdict
    what: str
    found: str
    way_out: str = ""

    def __str__(self) -> str:
        first = f"{self.verdict.value} {self.what:<14} {self.found}"
        return f"{first}\n  {'':<14} → {self.way_out}" if self.way_out else first


def examine(folder: Path, level_s: int = 0) -> list[Finding]:
    """Examine this machine and the study in `folder`; listen to the source for `level_s` seconds if it is not 0."""
    return [*_versions(), *_study(folder), _disk(folder), *_sound(folder, level_s), *_model(folder), *_terminal()]


def examine_study(folder: Path, *, repair: bool = False, as_json: bool = False) -> int:
    """Verify every interview of the study in `folder` and print what was found; gives the exit code."""
    from interview_tui import inspection
    from interview_tui.progress import CountLine

    study = bootstrap.open_study(folder)
    line = CountLine(sys.stderr, "Verifying")
    report = inspection.inspect(study, repair=repair, on_case=line.show)
    line.clear()
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
    else:
        if study.is_encrypted:
            click.echo(f"✓ The study is encrypted. Without {KEY_FILE} it is lost: keep a copy elsewhere.")
        for done in report.repaired:
            click.echo(f"✓ {done}")
        for finding in report.findings:
            click.echo(str(finding))
    click.echo(report.closing, err=as_json)
    return 1 if report.findings else 0


def _versions() -> Iterator[Finding]:
    machine = f"{platform.system()} {platform.release()} {platform.machine()}"
    found = [f"interview-tui {__version__}", f"Python {platform.python_version()}", machine]
    yield Finding(Verdict.RIGHT, "versions", ", ".join(found))
    installed = []
    for name in VERSIONS:
        try:
            installed.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            installed.append(f"{name} –")
    yield Finding(Verdict.RIGHT, "libraries", ", ".join(installed))


def _study(folder: Path) -> Iterator[Finding]:
    try:
        study = bootstrap.open_study(folder)
        interviews = study.interviews()
    except InterviewTuiError as error:
        yield Finding(Verdict.WRONG, "study", error.message, error.hint)
        return
    yield Finding(Verdict.RIGHT, "study", f"{study.name}: {len(interviews)} interviews in {study.path}")
    if study.is_encrypted:
        yield Finding(Verdict.RIGHT, "encryption", f"the study is encrypted; {KEY_FILE} should lie elsewhere too")
    for warning in study.warnings:
        yield Finding(Verdict.DOUBTFUL, "settings", warning)
    unfinished = [summary.case for summary in interviews if not summary.ended]
    if unfinished:
        yield Finding(
            Verdict.DOUBTFUL,
            "unfinished",
            ", ".join(unfinished),
            f"Go on with it or end it: interview-tui conduct {unfinished[0]}",
        )
    yield _schedule(study)


def _schedule(study: StudyFolder) -> Finding:
    try:
        schedule = bootstrap.study_schedule(study)
    except InterviewTuiError as error:
        return Finding(Verdict.DOUBTFUL, "schedule", error.message, error.hint)
    return Finding(Verdict.RIGHT, "schedule", f"{schedule.title}, version {schedule.version}, {schedule.minutes} min")


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder if folder.is_dir() else Path()).free
    minutes = free // BYTES_PER_MINUTE
    found = f"{free / 1e9:.0f} GB free: about {minutes // 60} hours of recording"
    if minutes < MINUTES_WANTED:
        return Finding(Verdict.WRONG, "disk", found, NEEDS_ROOM)
    return Finding(Verdict.RIGHT, "disk", found)


def _sound(folder: Path, level_s: int) -> Iterator[Finding]:
    from interview_tui.audio.sources import devices, permissions

    try:
        listed = devices.list_sources()
    except InterviewTuiError as error:
        yield Finding(Verdict.WRONG, "sound", error.message, error.hint)
        return
    if not listed:
        way_out = permissions.way_out(sys.platform, "", os.environ)
        yield Finding(Verdict.WRONG, "sound", "no device to record from", way_out)
        return
    wanted = _wanted_sources(folder)
    found = {setting: devices.find(listed, name) for setting, name in wanted.items()}
    for device in listed:
        marks = ["default"] * device.default + ["hears what this machine plays"] * device.is_loopback
        marks += [f"set as {setting}" for setting, chosen in found.items() if chosen == device]
        name = f"{device.name} ({device.about})" if device.about else device.name
        shape = f"{name}: {device.channels} channel{'s' * (device.channels != 1)}, {device.rate} Hz"
        yield Finding(Verdict.RIGHT, "source", " · ".join([shape, *marks]))
    for setting, name in wanted.items():
        if found[setting] is None:
            missing = f"{name!r} is set as {setting} and is not here"
            yield Finding(Verdict.WRONG, "source", missing, "Plug it in, or change study.toml.")
    if level_s:
        for name in wanted.values() or [""]:
            yield _level(name, level_s)


def _wanted_sources(folder: Path) -> dict[str, str]:
    """The devices that the study in `folder` sets, by the setting's name."""
    try:
        settings = bootstrap.open_study(folder).settings
    except InterviewTuiError:
        return {}
    wanted = {"recording.source": settings.source, "recording.line": settings.line}
    return {setting: name for setting, name in wanted.items() if name}


def _level(source: str, seconds: int) -> Finding:
    from interview_tui.audio.sources import devices, permissions

    try:
        levels = devices.check_level(source or None, seconds)
    except InterviewTuiError as error:
        return Finding(Verdict.WRONG, "level", error.message, error.hint)
    heard = ", ".join(f"channel {number}: {level:.0f} dBFS" for number, level in enumerate(levels, 1))
    found = f"{source}: {heard}" if source else heard
    if min(levels) == float("-inf"):
        way_out = permissions.way_out_of_silence(sys.platform, os.environ)
        return Finding(Verdict.WRONG, "level", found, way_out)
    if max(levels) < QUIET_DB:
        return Finding(Verdict.DOUBTFUL, "level", found, "Speak while it listens; if it stays, raise the input volume.")
    return Finding(Verdict.RIGHT, "level", found)


def _model(folder: Path) -> Iterator[Finding]:
    from interview_tui.transcribe.engines import engine
    from interview_tui.transcribe.weights import models

    try:
        settings = bootstrap.open_study(folder).settings
        chosen = engine.choose(settings.engine)
        found = models.find(settings.model or models.AUTO, settings.language, bootstrap.model_cache())
        yield Finding(
            Verdict.RIGHT, "transcription", f"{chosen.name}, model {found.name} ({found.sha256[:12]}), verified"
        )
    except InterviewTuiError as error:
        yield Finding(Verdict.WRONG, "transcription", error.message, error.hint)


def _terminal() -> Iterator[Finding]:
    encoding = (locale.getpreferredencoding(False) or "").lower()
    if "utf" not in encoding and not sys.flags.utf8_mode:
        yield Finding(Verdict.WRONG, "terminal", f"its encoding is {encoding}", "Set a UTF-8 locale: LANG=C.UTF-8.")
    columns, rows = shutil.get_terminal_size()
    size = f"{os.environ.get('TERM', 'no TERM')}, {columns}×{rows}"
    if not sys.stdout.isatty():
        yield Finding(Verdict.DOUBTFUL, "terminal", "this is not one", "Conduct interviews in a terminal window.")
    elif columns < SMALLEST[0] or rows < SMALLEST[1]:
        yield Finding(Verdict.DOUBTFUL, "terminal", size, f"Make it at least {SMALLEST[0]}×{SMALLEST[1]}.")
    else:
        yield Finding(Verdict.RIGHT, "terminal", size)
    yield _keys()


def _keys() -> Finding:
    """Which command keys do not arrive, as far as the surroundings tell."""
    if os.environ.get("TMUX"):
        return Finding(
            Verdict.DOUBTFUL,
            "keys",
            "tmux keeps Ctrl+B for itself",
            "Use the function key of “back”, or press it twice.",
        )
    if os.environ.get("STY"):
        return Finding(Verdict.DOUBTFUL, "keys", "screen keeps Ctrl+A for itself", "It is none of our keys.")
    if "GNOME_TERMINAL_SCREEN" in os.environ:
        return Finding(
            Verdict.DOUBTFUL, "keys", "this terminal keeps F1, F10 and F11", "Every command has a Ctrl key too."
        )
    return Finding(Verdict.RIGHT, "keys", "every command has a Ctrl key and a function key (see the footer)")
