"""What calls are recorded from on this machine, and where a recorder goes on when the disk is full."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_data_path

from interview_tui.errors import AudioError, ConfigError
from interview_tui.interview.ports import RecorderState, RecorderStatus, SoundSource
from interview_tui.store.preferences import preferences_file, read_preferences, write_preferences
from interview_tui.store.settings import StudySettings
from interview_tui.store.study import StudyFolder

if TYPE_CHECKING:  # the heavy rooms are entered only by those who need them
    from interview_tui.audio.capture import SourceSpec
    from interview_tui.audio.link.recorder_link import RecorderLink
    from interview_tui.audio.link.sound_check import DeviceSoundCheck


@dataclass(frozen=True, slots=True)
class Named:
    """What was named on the command line: the interviewer's device, that of the line (None: nothing was named), or a
    `file` that is played as the call.
    """

    source: str | None = None
    line: str | None = None
    file: Path | None = None


class Sources:
    """What calls are recorded from: what was named, else what was chosen on this machine, else what the study sets,
    else the system's own microphone.
    """

    def __init__(self, named: Named = Named()) -> None:
        self._named = named

    @property
    def is_file(self) -> bool:
        """Whether a recording is played as the call."""
        return self._named.file is not None

    def chosen(self, settings: StudySettings) -> tuple[str, str]:
        """The two devices; empty for the system's, and for no second one."""
        mine, named = read_preferences(preferences_file())[0], self._named
        source = next(name for name in (named.source, mine.source, settings.source) if name is not None)
        line = next(name for name in (named.line, mine.line, settings.line) if name is not None)
        return source, line

    def choose(self, source: str, line: str) -> None:
        """Record from these from now on, and remember them for this machine.

        Raises:
            StorageError: they cannot be kept; they are used all the same.
        """
        self._named = replace(self._named, source=source, line=line)
        file = preferences_file()
        write_preferences(file, replace(read_preferences(file)[0], source=source, line=line))

    def spec(self, settings: StudySettings) -> SourceSpec:
        """What the recorder is told.

        Raises:
            ConfigError: there is no such file.
        """
        from interview_tui.audio.capture import SourceSpec

        file = self._named.file
        if file is None:
            return device_spec(*self.chosen(settings))
        if not file.is_file():
            raise ConfigError(f"There is no file {file}.", "Name the recording that is to be played.")
        return SourceSpec("file", path=file.resolve())


def device_spec(source: str, line: str) -> SourceSpec:
    """A device, and a second one that hears the line if there is one."""
    from interview_tui.audio.capture import SourceSpec

    beside = SourceSpec("device", name=line) if line and line != source else None
    return SourceSpec("device", name=source or None, beside=beside)


def source_of(study: StudyFolder, named: Named = Named()) -> SourceSpec:
    """What calls of the study are recorded from on this machine, unless something else was named."""
    return Sources(named).spec(study.settings)


def recorder_of(study: StudyFolder, source: SourceSpec) -> RecorderLink:
    """A recorder, with what the study sets of it."""
    from interview_tui.audio.link.recorder_link import RecorderLink

    return RecorderLink(source, study.settings.alone_min * 60, fallback_folder(study))


def fallback_root(settings: StudySettings) -> Path:
    """Where recordings go on when the study's disk is full: the study's setting, else among this user's data."""
    if settings.fallback:
        return Path(settings.fallback).expanduser()
    return user_data_path("interview-tui", appauthor=False) / "recordings"


def fallback_folder(study: StudyFolder) -> Path:
    """The folder in which the study's recordings go on, one a case; another one for every study, whatever its name."""
    path = study.path.resolve()
    return fallback_root(study.settings) / f"{path.name}-{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"


class SourceCheck:
    """A sound check of the devices that are chosen at the time; implements `interview.ports.DeviceCheck`."""

    def __init__(self, sources: Sources, settings: StudySettings, study: Path | None = None) -> None:
        self._sources, self._settings, self._study = sources, settings, study
        self._tried: tuple[str, str] | None = None
        self._check: DeviceSoundCheck | None = None

    def begin(self) -> None:
        """Open the devices.

        Raises:
            AudioError: they cannot be recorded from; says the way out.
            ConfigError: there is no such file.
        """
        from interview_tui.audio.link.sound_check import DeviceSoundCheck

        self.end()
        spec = self._sources.spec(self._settings) if self._tried is None else device_spec(*self._tried)
        check = DeviceSoundCheck(spec, self._study)
        check.begin()
        self._check = check

    def status(self) -> RecorderStatus:
        """The devices, their channels and levels now; OFF outside a check."""
        return RecorderStatus(RecorderState.OFF) if self._check is None else self._check.status()

    def play_back(self) -> None:
        """Play the last 5 s that were heard, once.

        Raises:
            AudioError: nothing was heard yet, or there is nothing to play to.
        """
        if self._check is None:
            raise AudioError("Nothing was heard yet.", "Begin the sound check, and say a sentence.")
        self._check.play_back()

    def end(self) -> None:
        """Close the devices and forget what was heard."""
        check, self._check = self._check, None
        if check is not None:
            check.end()

    def devices(self) -> list[SoundSource]:
        """What can be chosen.

        Raises:
            AudioError: the sound system does not answer, or a recording is played as the call.
        """
        from interview_tui.audio.sources.devices import list_sources

        if self._sources.is_file:
            raise AudioError("A recording is played as the call.", "There is no device to choose.")
        return [
            SoundSource(found.name, found.channels, found.about, found.default, found.is_loopback)
            for found in list_sources()
        ]

    @property
    def chosen(self) -> tuple[str, str]:
        """The interviewer's device and that of the line."""
        return self._sources.chosen(self._settings) if self._tried is None else self._tried

    def try_out(self, source: str, line: str) -> None:
        """Let `begin` open these."""
        self._tried = (source, line)

    def keep(self) -> None:
        """Record calls from what is tried out, and remember it for this machine.

        Raises:
            StorageError: it cannot be remembered; it is used all the same.
        """
        if self._tried is not None:
            tried, self._tried = self._tried, None
            self._sources.choose(*tried)
