"""Case ids: they name participants, and files and folders on every system."""

from __future__ import annotations

import re
from collections.abc import Iterable

from interview_tui.errors import ConfigError

LONGEST = 40
_SHAPE = re.compile(rf"[A-Za-z0-9][A-Za-z0-9_-]{{0,{LONGEST - 1}}}")
DEVICES = frozenset(
    ("con", "prn", "aux", "nul", *(f"com{number}" for number in range(10)), *(f"lpt{number}" for number in range(10)))
)
"""What Windows keeps for devices: no file may be called so there, whatever its ending."""


def checked(case: str) -> str:
    """The same case id, fit to be the name of a folder.

    Raises:
        ConfigError: it is none.
    """
    if not _SHAPE.fullmatch(case):
        raise ConfigError(
            f"{case!r} cannot be a case id.",
            f"Use letters a-z, digits, - and _, beginning with a letter or digit, at most {LONGEST}: P07.",
        )
    if case.lower() in DEVICES:
        raise ConfigError(
            f"{case!r} cannot be a case id: Windows keeps that name for a device.", f"Take another one: P-{case}."
        )
    return case


def like(case: str, known: Iterable[str]) -> str | None:
    """The known case that differs from `case` only in capitals, if there is one: one folder on macOS and Windows."""
    return next((other for other in known if other != case and other.lower() == case.lower()), None)
