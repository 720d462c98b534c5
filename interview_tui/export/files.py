"""Export files: their names, and how they come to be whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from interview_tui.errors import ExportError
from interview_tui.export.document import build
from interview_tui.export.names import lines_of, named_after, names_left, refuse
from interview_tui.export.options import Options
from interview_tui.export.registry import Format, chosen
from interview_tui.record.model import Record
from interview_tui.record.pseudonyms.replaced_record import pseudonymised, wordless
from interview_tui.record.pseudonyms.replacing import Replacer

_LONGEST = 40
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")
_TABLE = re.compile(r"[a-z0-9-]+_all_incidents_\d{4}-\d\d-\d\d_\d{6}\.csv")
_UNSAFE_IN_CASE = re.compile(r"[^A-Za-z0-9.-]+")


def write(record: Record, formats: Iterable[str], folder: Path, options: Options | None = None) -> list[Path]:
    """Write a record in these formats into `folder`, which is made if need be; gives the files in the same order.

    All formats are rendered before the first file is touched, and a file is replaced only by a whole one. Where names
    are replaced, what was rendered is searched for them, and nothing is written if one is left.

    Raises:
        ExportError: a format is unknown, a name would be left, or a file cannot be written.
    """
    options = options or Options()
    wanted = chosen(formats)
    if options.pseudonyms:
        record = pseudonymised(record, Replacer(options.pseudonyms))
    stem = _stem(record, options)
    rendered = {folder / f"{stem}{suffix}": content for suffix, content in _rendered(record, wanted, options).items()}
    if options.pseudonyms:
        own = _rendered(wordless(record), wanted, replace(options, audio=()))
        own_lines = {line for content in own.values() for line in lines_of(content)}
        _refuse_names(stem, rendered, own_lines, options)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error
    for path, content in rendered.items():
        replace_file(path, content)
    return list(rendered)


def _rendered(record: Record, formats: Mapping[str, Format], options: Options) -> dict[str, bytes]:
    """What the files of these formats hold, by the endings of their names."""
    document = build(record, options)
    contents = {each.suffix: each.render(document, options) for each in formats.values()}
    return {
        suffix: content.encode("utf-8", "replace") if isinstance(content, str) else content
        for suffix, content in contents.items()
    }


def _refuse_names(stem: str, rendered: Mapping[Path, bytes], own: Collection[str], options: Options) -> None:
    left = named_after(stem, options.pseudonyms)
    for path, content in rendered.items():
        left += names_left(path.name, content, options.pseudonyms, own)
    refuse(left)


def name_of_table(study: str, wall_ms: int) -> str:
    """The file name of a table of the incidents of many interviews, written at this moment: every table has its own.

    `study` is the study's name. No case id can be as `all_incidents` is.
    """
    moment = datetime.fromtimestamp(wall_ms / 1000).astimezone()
    return f"{slug(study)}_all_incidents_{moment:%Y-%m-%d_%H%M%S}.csv"


def written_of(case: str, folder: Path) -> list[Path]:
    """Every file in `folder` that may have been written of a case, unfinished ones of a killed program included.

    A table of many interviews is one whatever is in it: it may hold words of any of them.

    Raises:
        ExportError: the folder cannot be read.
    """
    ours = re.compile(rf"[a-z0-9-]+_{re.escape(safe_name(case))}_\d{{4}}-\d\d-\d\d[._]")
    try:
        there = sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise ExportError(f"{folder} cannot be read: {error.strerror or error}.") from error
    return [file for file in there if ours.match(file.name) or _TABLE.match(file.name) or _is_unfinished(file)]


def _is_unfinished(file: Path) -> bool:
    return file.name[0] == "." and file.suffix == ".part"


def replace_file(path: Path, content: bytes) -> None:
    """Put `content` at `path` in one step, once it is on the disk; the file is readable by its owner only.

    Raises:
        ExportError: it cannot be written; what was there before is untouched.
    """
    temporary: Path | None = None
    try:
        descriptor, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


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


def _stem(record: Record, options: Options) -> str:
    """Study, case and day of the interview: the naming habit of the UK Data Service, and nobody's name in it.

    Where names were left in on purpose, the file says so, beside one in which they are replaced.
    """
    day = datetime.fromtimestamp(record.opened_wall_ms / 1000, options.timezone).date()
    kept = "_real-names" if options.real_names else ""
    return f"{slug(record.study)}_{safe_name(record.case)}_{day.isoformat()}{kept}"


def _unwritable(path: Path, error: OSError) -> ExportError:
    return ExportError(
        f"{path} cannot be written: {error.strerror or error}.",
        "Close it in other programs, see that the disk has room, or name another folder.",
    )
