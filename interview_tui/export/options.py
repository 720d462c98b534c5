"""What a person can choose about an export."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from enum import StrEnum

from interview_tui.interview.events import Place
from interview_tui.record.pseudonyms.pseudonym import Pseudonym
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, UNKNOWN

Foreign = Callable[[Place, str], str | None]
"""What another scheme calls a place, given also the key of its round (empty outside every loop); None: no name."""


class Counting(StrEnum):
    """What the times shown in an export count. Both begin at the first sample that was recorded."""

    SESSION = "session"  # the call as it ran, pauses included
    AUDIO = "audio"  # the recordings laid end to end, for tools that play them so


@dataclass(frozen=True, slots=True)
class AudioFile:
    """Audio that lies beside an export: `path` is relative to the export's folder, with `/` between its parts.

    It holds `start_ms` to `end_ms` of the call clock, from `offset_ms` into the file on. A file in which several
    recordings were joined is given once for each of them. It must hold nothing that is withheld.
    """

    path: str
    start_ms: int
    end_ms: int
    offset_ms: int = 0


def _initials() -> dict[str, str]:
    return {INTERVIEWER: "I", RESPONDENT: "R", UNKNOWN: "U"}


@dataclass(frozen=True, slots=True)
class Options:
    """Choices that all formats share; each takes what concerns it.

    `tags` are the speakers' tags in timed text (a speaker who is not in it keeps the name), `timezone` that of the
    date in file names, `foreign` the crosswalk to another scheme's question ids in JSON. `pseudonyms` stand for names
    in everything that is written; `real_names` says in the files' names that names were left in.
    """

    counting: Counting = Counting.SESSION
    audio: tuple[AudioFile, ...] = ()
    tags: Mapping[str, str] = field(default_factory=_initials)
    timezone: tzinfo = UTC
    foreign: Foreign | None = None
    pseudonyms: tuple[Pseudonym, ...] = ()
    real_names: bool = False
