"""What is asked for when records are exported, and what comes of it: shared by those who ask and those who write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Names(StrEnum):
    """What becomes of the names of people."""

    REPLACED = "replaced"  # wherever something stands for one; a marked name for which nothing does is refused
    GONE_THROUGH = "gone through"  # and refused where nobody has gone through the interview for names
    FULL = "full"  # as they were said


class Sound(StrEnum):
    """Where the audio of an export lies."""

    LINKED = "linked"  # where it lies in the study; left out where a copy would be needed: voices say names
    BESIDE = "beside"  # a copy in a folder beside what is written
    INSIDE = "inside"  # packed into the file that is written
    NONE = "none"


class Target(StrEnum):
    """The program that a REFI-QDA project is for."""

    STANDARD = "standard"
    QUALCODER = "qualcoder"
    NVIVO = "nvivo"
    MAXQDA = "maxqda"
    ATLAS = "atlas"


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be chosen about an export.

    `times` are the stamps within texts, `line_numbers` those beside the lines of a printed transcript, `crlf` ends the
    lines of texts as Windows does. `before_consent` lets notes out that were typed before consent was given. Without a
    `folder` it is the study's own.
    """

    formats: tuple[str, ...]
    names: Names = Names.REPLACED
    sound: Sound = Sound.LINKED
    target: Target = Target.STANDARD
    times: bool = True
    line_numbers: bool = False
    crlf: bool = False
    before_consent: bool = False
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """The files that were written, and a sentence for everything that is to be known about them.

    `lie_open`: the study is encrypted, and they are not.
    """

    files: tuple[Path, ...]
    remarks: tuple[str, ...] = ()
    lie_open: bool = False


OnCase = Callable[[str, int, int], None]
"""Told before an interview is read: its case, how many were read before it, how many there are.

What it raises ends the export, and nothing is written.
"""


class Exports(Protocol):
    """Writes exports."""

    @property
    def formats(self) -> dict[str, str]:
        """Name and one-line description of every format."""
        ...

    def write(self, cases: Sequence[str], choice: Choice, on_case: OnCase = lambda *_: None) -> Written:
        """Write interviews as they are chosen to be written; all of it or nothing.

        Raises:
            ConfigError: nobody has gone through an interview for names, and that was asked for.
            ExportError: a format is unknown, a name would be left, or a file cannot be written.
            StorageError: an interview, or its pseudonyms, cannot be read.
        """
        ...
