"""How exported files come to be in their place: whole or not at all, and never over something else that lies there."""

from __future__ import annotations

import filecmp
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from interview_tui.at_rest.leaving import refuse_inside
from interview_tui.errors import ExportError
from interview_tui.export.naming import UNFINISHED


@contextmanager
def staging(folder: Path) -> Iterator[Path]:
    """A folder within `folder` (made if need be) in which files are made until all are whole; gone afterwards.

    Raises:
        ConfigError: `folder` lies in an encrypted study. ExportError: it cannot be made.
    """
    refuse_inside(folder)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=".", suffix=UNFINISHED, dir=folder))
    except OSError as error:
        raise unwritable(folder, error) from error
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def put_in_place(made: Mapping[Path, Path]) -> list[str]:
    """Move whole files (place → where it was made, on the same disk) to their places; a sentence for each that lay
    there with other content and is kept beside it.

    Raises:
        ExportError: a file cannot be written; those before it are in their places.
    """
    remarks = []
    for place, file in made.items():
        try:
            _onto_disk(file)
            if place.exists() and not filecmp.cmp(place, file, shallow=False):
                earlier = _free_beside(place)
                place.rename(earlier)
                remarks.append(f"{place.name} lay there with other content, which is kept as {earlier.name}.")
            file.replace(place)
        except OSError as error:
            raise unwritable(place, error) from error
    return remarks


def replace_file(path: Path, content: bytes, *, for_others: bool = True) -> None:
    """Put `content` at `path` in one step, once it is on the disk; the file is readable by its owner only.

    `for_others` is what other programs are to read; what is not is a list of the study's own.

    Raises:
        ConfigError: it is for others, and would lie in an encrypted study.
        ExportError: it cannot be written; what was there before is untouched.
    """
    if for_others:
        refuse_inside(path)
    temporary: Path | None = None
    try:
        descriptor, name = tempfile.mkstemp(prefix=".", suffix=UNFINISHED, dir=path.parent)
        temporary = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def unwritable(path: Path, error: OSError) -> ExportError:
    """That a file cannot be written, as its user is told."""
    return ExportError(
        f"{path} cannot be written: {error.strerror or error}.",
        "Close it in other programs, see that the disk has room, or name another folder.",
    )


def _onto_disk(file: Path) -> None:
    file.chmod(0o600)
    descriptor = os.open(file, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _free_beside(place: Path) -> Path:
    """A name for what lies at `place` that nothing has yet, found again as one of the same interview's."""
    number = 1
    while (earlier := place.with_name(f"{place.stem}_earlier-{number}{place.suffix}")).exists():
        number += 1
    return earlier
