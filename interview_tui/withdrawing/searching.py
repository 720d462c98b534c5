"""Five words running of what is withdrawn, looked for in every byte of a study: the proof that nothing is left.

Only hashes of them are kept, under a key that is thrown away with them. What others said as well, and what stands in a
schedule, is nobody's own, so it is not looked for.
"""

from __future__ import annotations

import io
import re
import secrets
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from unicodedata import normalize

import numpy as np
import numpy.typing as npt

from interview_tui.at_rest import files
from interview_tui.errors import StorageError
from interview_tui.store.all_rows import is_encrypted, texts_in
from interview_tui.store.failures import explained
from interview_tui.store.study import StudyFolder

RUNNING = 5
SOUND = frozenset((".flac", ".wav", ".m4a", ".mp3", ".ogg", ".opus", ".wma", ".aac", ".mp4"))
"""What files of sound end on: there are no words in them that could be read."""
UNSEALED = "What lies sealed was unsealed for that; of the encrypted databases every row was searched."
"""What a certificate says of this where the study is encrypted."""
SHUT = "could not be searched: it lies sealed, and is damaged or of another study; look at it."
"""What a certificate says of a file that could not be opened."""
_KEY_BYTES = _HASH_BYTES = 8
_ODD = np.uint64(0x9E3779B97F4A7C15)  # so that the same words in another order are another run
_DEEPEST = 3  # of packed files within packed files
_WORD = re.compile(r"[^\W_]+")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_ESCAPED = re.compile(r"\\+u([0-9a-fA-F]{4})")
_BLANK = re.compile(r'\\+[nrtbf"/]')
_WIDE = re.compile(rb"(?:[ -~]\0){8}")


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs of words, by the hashes of what they are under a key."""

    key: bytes
    hashes: frozenset[int]

    @classmethod
    def of(cls, texts: Iterable[str], but_for: Iterable[str] = ()) -> Runs:
        """The runs in these texts that are in none of the others. What has no blank in it is a name or a number."""
        key = secrets.token_bytes(_KEY_BYTES)
        own = {each for text in texts if " " in text for each in _hashes(text, key).tolist()}
        for text in but_for:
            own.difference_update(_hashes(text, key).tolist())
        return cls(key, frozenset(own))

    @classmethod
    def from_bytes(cls, data: bytes) -> Runs:
        """The runs that `to_bytes` made this of."""
        return cls(data[:_KEY_BYTES], frozenset(np.frombuffer(data[_KEY_BYTES:], "<u8").tolist()))

    def to_bytes(self) -> bytes:
        """All of it, without any order that tells something."""
        return self.key + np.array(sorted(self.hashes), "<u8").tobytes()

    def are_in(self, data: bytes) -> bool:
        """Whether any of them is in a file's bytes, packed or not, in whatever way it has its letters."""
        wanted = np.fromiter(self.hashes, np.uint64)
        return any(bool(np.isin(_hashes(text, self.key), wanted).any()) for text in _texts(data))


@dataclass(frozen=True, slots=True)
class Looked:
    """The files that hold one of some runs, and those that lie sealed and could not be opened."""

    found: tuple[Path, ...] = ()
    shut: tuple[Path, ...] = ()


def look(runs: Runs, folders: Iterable[Path], apart: Collection[Path] = ()) -> Looked:
    """Look for runs in every file below some folders, but for those `apart` and sound.

    Raises:
        StorageError: a file cannot be read, and is not sealed.
    """
    found, shut = [], []
    for file in (file for folder in folders for file in _readable(folder) if file not in apart):
        try:
            if _holds(runs, file):
                found.append(file)
        except StorageError:  # it is damaged, or of another study
            if not files.is_sealed(file):
                raise
            shut.append(file)
    return Looked(tuple(found), tuple(shut))


def folders_of(study: StudyFolder) -> list[Path]:
    """Where a study has what it has: its exports lie beside it where it is encrypted."""
    exports = study.exports_folder
    return [study.path, *([] if exports.is_relative_to(study.path) else [exports])]


def any_of(runs: Runs, files: Sequence[Path]) -> list[Path]:
    """Those of these files that are there and hold one of these runs; raises as `look` does."""
    return [file for file in files if file.is_file() and _holds(runs, file)]


def _holds(runs: Runs, file: Path) -> bool:
    """Of a sealed file, what it holds is looked through; of an encrypted database, what stands in its rows."""
    if not runs.hashes:
        return False
    with explained(file):
        if is_encrypted(file):
            return any(runs.are_in(text.encode("utf-8", "replace")) for text in texts_in(file))
        return runs.are_in(files.read_bytes(file))


def _readable(folder: Path) -> list[Path]:
    with explained(folder):
        found = folder.rglob("*") if folder.is_dir() else ()
        return sorted(file for file in found if file.is_file() and file.suffix.lower() not in SOUND)


def _texts(data: bytes, depth: int = 0) -> Iterator[str]:
    """What may be text in a file: as it is, without its tags, in two bytes a letter, and unpacked."""
    plain = data.decode("utf-8", "replace")
    yield plain
    if "<" in plain:
        yield _TAG.sub(" ", plain)
        yield _TAG.sub("", plain)
    if _WIDE.search(data):
        for start in (0, 1):
            for letters in ("utf-16-le", "utf-16-be"):
                yield data[start:].decode(letters, "replace")
    if depth < _DEEPEST and data[:2] == b"PK":
        with (
            suppress(zipfile.BadZipFile, NotImplementedError, RuntimeError),
            zipfile.ZipFile(io.BytesIO(data)) as packed,
        ):
            for name in packed.namelist():
                yield from _texts(packed.read(name), depth + 1)


def _hashes(text: str, key: bytes) -> npt.NDArray[np.uint64]:
    """The runs of a text, each as the hashes of its words taken together; one of two texts may be another's by chance,
    once in 10^19.
    """
    found = _WORD.findall(_unescaped(normalize("NFKC", text)).casefold())
    words = np.fromiter((_word(word, key) for word in found), np.uint64, len(found))
    runs = np.zeros(max(0, len(words) - RUNNING + 1), np.uint64)
    for at in range(RUNNING):
        runs = runs * _ODD + words[at : at + len(runs)]
    return runs


@lru_cache(maxsize=1 << 18)
def _word(word: str, key: bytes) -> int:
    return int.from_bytes(blake2b(word.encode("utf-8", "replace"), digest_size=_HASH_BYTES, key=key).digest(), "little")


def _unescaped(text: str) -> str:
    """A text as it was before JSON wrote it down."""
    if "\\" not in text:
        return text
    return _BLANK.sub(" ", _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)).encode("utf-8", "replace").decode()
