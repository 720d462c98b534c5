"""What leaves an encrypted study for other programs lies readable: where it may be written, and what is said of it."""

from __future__ import annotations

from pathlib import Path

from interview_tui.at_rest.encrypted_folder import study_of
from interview_tui.errors import ConfigError

READABLE = "The study is encrypted; what was written here is not: whoever has it can read it."


def refuse_inside(target: Path) -> None:
    """See that a file for other programs is not put among the sealed ones, where nobody expects a readable one.

    Raises:
        ConfigError: it would lie in an encrypted study.
    """
    study = study_of(target.resolve())
    if study is not None:
        raise ConfigError(
            f"{target} lies in an encrypted study, and what is written for other programs can be read by anybody.",
            f"Name a place outside of {study}.",
        )
