"""What exported files are called, after the habit of the UK Data Service, and which files are an interview's."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from interview_tui.errors import ExportError
from interview_tui.export.options import Options
from interview_tui.record.export_ports import Names
from interview_tui.record.model import Record

UNFINISHED = ".part"
_LONGEST = 40
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")
_OF_MANY = re.compile(r"[a-z0-9-]+_all_[a-z]+_\d{4}-\d\d-\d\d_\d{6}(?:_real-names)?\.[a-z]+")
_UNSAFE_IN_CASE = re.compile(r"[^A-Za-z0-9.-]+")


def stem(record: Record, options: Options, role: str = "", version: int = 1) -> str:
    """What the names of an interview's files begin with: study, case, role, day of the interview and version.

    Nobody's name is in it. `role` is left out where it is not known. Where names were left in on purpose, the file
    says so, beside one in which they are replaced.
    """
    parts = [slug(record.study), safe_name(record.case), slug(role) if role else "", options.day(record.opened_wall_ms)]
    parts += [f"v{version}", "real-names" if options.names is Names.FULL else ""]
    return "_".join(part for part in parts if part)


def of_many(study: str, what: str, options: Options) -> str:
    """What the name of a file of many interviews begins with: `what` is one lower-case word. Every export has its own.

    `study` is the study's name. No case id can be as this is.
    """
    moment = datetime.fromtimestamp(options.written_wall_ms / 1000).astimezone()
    kept = "_real-names" if options.names is Names.FULL else ""
    return f"{slug(study)}_all_{what}_{moment:%Y-%m-%d_%H%M%S}{kept}"


def written_of(case: str, folder: Path) -> list[Path]:
    """Every file in `folder` that may have been written of a case, unfinished ones of a killed program included.

    A file of many interviews is one whatever is in it: it may hold words of any of them. Copies of audio that lie
    beside exports are among them.

    Raises:
        ExportError: the folder cannot be read.
    """
    ours = re.compile(rf"[a-z0-9-]+_{re.escape(safe_name(case))}_(?:[a-z0-9-]+_)?\d{{4}}-\d\d-\d\d[._]")
    try:
        there = sorted(_files_under(folder)) if folder.is_dir() else []
    except OSError as error:
        raise ExportError(f"{folder} cannot be read: {error.strerror or error}.") from error
    return [
        file
        for file in there
        if ours.match(file.name) or _OF_MANY.match(file.name) or _is_unfinished(file.relative_to(folder))
    ]


def _files_under(folder: Path) -> Iterator[Path]:
    """The files in a folder of exports, with those in the folders within it that are ours."""
    for each in folder.iterdir():
        if not each.is_dir():
            yield each
        elif each.name == AUDIO or _is_unfinished(each.relative_to(folder)):
            yield from (file for file in each.rglob("*") if file.is_file())


AUDIO = "audio"
"""The folder beside exports in which copies of the audio lie."""


def _is_unfinished(file: Path) -> bool:
    first = Path(file.parts[0])
    return first.name[0] == "." and first.suffix == UNFINISHED


def safe_name(text: str) -> str:
    """`text` as a part of a file name on any system: ASCII letters, digits, `-` and `.`, at most 40 of them.

    Where anything had to be changed, a short hash of the whole keeps two different names apart.
    """
    plain = _UNSAFE_IN_CASE.sub("-", text).strip("-.")[:_LONGEST]
    if plain == text and plain:
        return plain
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:6]
    return f"{plain}-{digest}" if plain else digest


def slug(text: str) -> str:
    """A study's name in short: lower case, accents dropped, words joined by `-`, cut at a word; `study` if empty."""
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    whole = _UNSAFE.sub("-", ascii_only).strip("-").lower()
    if len(whole) > _LONGEST:
        whole = whole[: _LONGEST + 1].rpartition("-")[0] or whole[:_LONGEST]
    return whole or "study"
