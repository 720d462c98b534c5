"""Five words running looked for in every byte of a folder, by itself: nothing of the program's own is used.

Packed files are unpacked, databases are read row by row as well as byte by byte, XML is read without its tags, and
letters may take one byte or two.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Set
from contextlib import closing
from pathlib import Path
from typing import Any

RUNNING = 5
SOUND = (".flac", ".wav", ".m4a")
_KNOWN: dict[bytes, frozenset[str]] = {}


def runs_of(*texts: str) -> set[str]:
    """Every five words running in these texts."""
    found: set[str] = set()
    for text in texts:
        words = words_of(text)
        found.update(" ".join(words[at : at + RUNNING]) for at in range(len(words) - RUNNING + 1))
    return found


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def files_with(folder: Path, runs: set[str]) -> list[str]:
    """Every file below a folder in which one of these runs is to be found."""
    files = [file for file in sorted(folder.rglob("*")) if file.is_file() and file.suffix not in SOUND]
    return [file.relative_to(folder).as_posix() for file in files if not runs.isdisjoint(_runs_in(file))]


def _runs_in(file: Path) -> Set[str]:
    """Every five words running in a file; one of the same bytes was read before."""
    data = file.read_bytes()
    if data[:15] == b"SQLite format 3":
        return runs_of(*_texts(data), *_rows(file))  # with its log beside it, that is more than its bytes
    digest = hashlib.sha256(data).digest()
    if digest not in _KNOWN:
        _KNOWN[digest] = frozenset(runs_of(*_texts(data)))
    return _KNOWN[digest]


def _texts(data: bytes) -> Iterator[str]:
    text = data.decode("utf-8", "replace")
    yield _plain(text)
    if b"\0" in data:  # as every letter of the words that are looked for has beside it in two bytes
        for start in (0, 1):
            yield _plain(data[start:].decode("utf-16-le", "replace"))
    if "<" in text:
        yield re.sub(r"<[^<>]*>", " ", text)
    yield from _strings(text)
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for name in packed.namelist():
                yield from _texts(packed.read(name))


def _plain(text: str) -> str:
    """A text without what JSON puts in it."""
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text).replace("\\n", " ")


def _strings(text: str) -> Iterator[str]:
    """All texts of a JSON file in their order, as one: words that lie apart in it as well."""
    for part in (text, *text.splitlines()):
        try:
            yield " ".join(_leaves(json.loads(part)))
        except ValueError:
            continue


def _leaves(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from _leaves(value)
    elif isinstance(data, list):
        for value in data:
            yield from _leaves(value)


def _rows(file: Path) -> Iterable[str]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in db.execute(f'SELECT * FROM "{table}"'):
                yield _plain(" ".join(str(value) for value in row))
