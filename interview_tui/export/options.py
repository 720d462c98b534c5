"""What a person can choose about an export, and what goes with a record into it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from pathlib import Path

from interview_tui.interview.events import Place
from interview_tui.record.export_ports import Names, Sound, Target
from interview_tui.record.paradata import Step
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, UNKNOWN
from interview_tui.schedule.model import Schedule

Foreign = Callable[[Place, str], str | None]
"""What another scheme calls a place, given also the key of its round (empty outside every loop); None: no name."""


class Counting(StrEnum):
    """What the times shown in an export count. Both begin at the first sample that was recorded."""

    SESSION = "session"  # the call as it ran, pauses included
    AUDIO = "audio"  # the recordings laid end to end, for tools that play them so


@dataclass(frozen=True, slots=True)
class AudioFile:
    """Audio that lies beside an export: `path` is relative to the export's folder, with `/` between its parts.

    It holds `start_ms` to `end_ms` of the call clock, from `offset_ms` into the file on, where it plays `length_ms`:
    more or less than on the call clock where the device's clock ran faster or slower; None if it is the same. A file
    in which several recordings were joined is given once for each of them. It must hold nothing that is withheld.
    """

    path: str
    start_ms: int
    end_ms: int
    offset_ms: int = 0
    length_ms: int | None = None

    @property
    def plays_ms(self) -> int:
        """How long it plays."""
        return self.end_ms - self.start_ms if self.length_ms is None else self.length_ms

    def file_ms(self, at_ms: int) -> int:
        """Where a moment of the call clock that it holds lies in the file, ms."""
        return self.offset_ms + (at_ms - self.start_ms) * self.plays_ms // max(self.end_ms - self.start_ms, 1)


@dataclass(frozen=True, slots=True)
class Recording:
    """One audio file with all that was recorded of an interview and may be heard, for tools that take one file.

    `file` is where it lies on this machine. `pieces` say which stretch of the call clock lies where in it, in order;
    their `path` is the way to it from the export's folder. `length_ms` is how long it plays.
    """

    file: Path
    pieces: tuple[AudioFile, ...]
    length_ms: int

    @property
    def path(self) -> str:
        """The way to it from the export's folder."""
        return self.pieces[0].path

    def audio_ms(self, at_ms: int) -> int:
        """Where a moment of the call clock lies in the file, ms: in a gap, where the next piece begins, else the end.

        It never decreases as the call clock runs.
        """
        for piece in self.pieces:
            if at_ms < piece.end_ms:
                return piece.file_ms(max(at_ms, piece.start_ms))
        return self.length_ms


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What goes with a record into its export.

    `schedule` is what the interview was conducted with and `steps` its paradata. `audio` is where it lies; `recording`
    is one file of all of it, made only for formats that need it. `foreign` is the crosswalk to another scheme's
    question ids. `role` is the participant's role and `version` that of what is exported, for names of files.
    """

    schedule: Schedule | None = None
    steps: tuple[Step, ...] = ()
    audio: tuple[AudioFile, ...] = ()
    recording: Recording | None = None
    foreign: Foreign | None = None
    role: str = ""
    version: int = 1


def _initials() -> dict[str, str]:
    return {INTERVIEWER: "I", RESPONDENT: "R", UNKNOWN: "U"}


@dataclass(frozen=True, slots=True)
class Options:
    """Choices that all formats share; each takes what concerns it.

    `tags` are the speakers' tags in timed text (a speaker who is not in it keeps the name), `timezone` that of the
    dates. `times` are stamps within texts. `written_wall_ms` is the moment of the export, for files that are no single
    interview's. `templates` is the study's own folder of templates, if it has one. See `record.export_ports.Choice`
    for the rest.
    """

    counting: Counting = Counting.SESSION
    tags: Mapping[str, str] = field(default_factory=_initials)
    timezone: tzinfo = UTC
    names: Names = Names.REPLACED
    sound: Sound = Sound.LINKED
    target: Target = Target.STANDARD
    times: bool = True
    line_numbers: bool = False
    crlf: bool = False
    before_consent: bool = False
    written_wall_ms: int = 0
    templates: Path | None = None

    def day(self, wall_ms: int) -> str:
        """The day of a moment (wall clock, ms), as `2026-03-14`."""
        return datetime.fromtimestamp(wall_ms / 1000, self.timezone).date().isoformat()
