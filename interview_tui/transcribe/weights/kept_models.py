"""The models that are kept in the cache folder: whole, with a note of what they are, or not there at all.

A model is put together in a folder whose name begins with a dot, and gets its own name when everything in it was
verified. What is made of it for other engines, or of the parts of a package, goes when it goes.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from interview_tui.errors import ConfigError, TranscriptionError
from interview_tui.transcribe.weights.catalogue import size_in_words
from interview_tui.transcribe.weights.hashes import BLOCK, Telling, remember, sha256_anew

WEIGHTS = "model.bin"
REQUIRED = (WEIGHTS, "config.json", "tokenizer.json")
VOCABULARIES = ("vocabulary.json", "vocabulary.txt")
FILES = (*VOCABULARIES, "tokenizer.json", "config.json", "preprocessor_config.json", WEIGHTS)  # the largest comes last
NOTE = "kept.json"
MARGIN = 100_000_000  # of the disk that is left to others, in bytes
OWN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Kept:
    """A model in the cache. `files` are the hashes that its files had when they came; none if the note is damaged."""

    name: str
    folder: Path
    origin: str
    licence: str
    files: Mapping[str, str]

    @property
    def size(self) -> int:
        """What it takes of the disk, in bytes, without what was made of it for other engines."""
        return _bytes_in(self.folder)


def kept_models(cache: Path) -> list[Kept]:
    """All models in the cache, by name."""
    shelf = cache / "models"
    if not shelf.is_dir():
        return []
    named = [folder for folder in sorted(shelf.iterdir()) if OWN_NAME.fullmatch(folder.name)]
    return [_read(folder) for folder in named if (folder / NOTE).exists()]


def kept_model(name: str, cache: Path) -> Kept | None:
    """The model of this name in the cache."""
    folder = cache / "models" / name
    return _read(folder) if OWN_NAME.fullmatch(name) and (folder / NOTE).exists() else None


def unfinished(name: str, cache: Path) -> Path:
    """The folder in which a model is put together; what an attempt leaves there, the next one goes on with."""
    return cache / "models" / f".{name}.unfinished"


def taken(name: str) -> str:
    """What a folder is called while it is copied, so that it is not confused with something half fetched."""
    return f"{name}.taken"


def unfinished_bytes(name: str, cache: Path) -> int:
    """How much an attempt that was stopped has left."""
    return _bytes_in(unfinished(name, cache))


@contextmanager
def put_together(name: str, cache: Path) -> Iterator[Path]:
    """The folder to put a model together in, which no other process has meanwhile.

    Raises:
        TranscriptionError: another process has it, or it cannot be made.
    """
    folder = unfinished(name, cache)
    lock = FileLock(folder.with_suffix(".lock"), timeout=0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise TranscriptionError(f"{name} is being added by another process.", "Wait for it.") from error
    except OSError as error:
        raise TranscriptionError(f"{folder} cannot be made: {error}.", "Make the cache folder writable.") from error
    try:
        yield folder
    finally:
        lock.release()


def copied(folder: Path, to: Path, tell: Telling = lambda _: None) -> dict[str, str]:
    """Copy what belongs to a model, and nothing else that lies beside it; gives the hashes of the files.

    Raises:
        TranscriptionError: it cannot be read, or not be written.
    """
    hashes: dict[str, str] = {}
    try:
        for name in FILES:
            if not (folder / name).is_file():
                continue
            digest = hashlib.sha256()
            with (folder / name).open("rb") as source, (to / name).open("wb") as target:
                while block := source.read(BLOCK):
                    target.write(block)
                    digest.update(block)
                    tell(len(block))
                target.flush()
                os.fsync(target.fileno())
            hashes[name] = digest.hexdigest()
    except OSError as error:
        raise TranscriptionError(f"{folder} cannot be copied into the cache: {error}.", "Make room for it.") from error
    return hashes


def shelve(half_made: Path, kept: Kept, cache: Path) -> Kept:
    """Give a model that is whole its place, instead of one that had its name.

    Raises:
        TranscriptionError: it cannot be put there.
    """
    note = {"origin": kept.origin, "licence": kept.licence, "files": dict(kept.files)}
    try:
        for stray in half_made.iterdir():
            if stray.name not in kept.files:
                stray.unlink()
        with (half_made / NOTE).open("w", encoding="utf-8") as file:
            json.dump(note, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        _discard(kept.folder)
        half_made.replace(kept.folder)
        for name, sha256 in kept.files.items():
            remember(kept.folder / name, cache, sha256)
    except OSError as error:
        raise TranscriptionError(
            f"{kept.name} cannot be put into {kept.folder}: {error}.", "Make the cache folder writable, and try again."
        ) from error
    return kept


def placed(name: str, cache: Path, origin: str, licence: str, files: Mapping[str, str]) -> Kept:
    """A model as it will be kept."""
    return Kept(name, cache / "models" / name, origin, licence, files)


def wrong_files(kept: Kept, cache: Path, tell: Telling = lambda _: None) -> list[str]:
    """What is wrong with a model, file by file, all of it read again; nothing if it is what it was."""
    if not kept.files:
        return ["its list of hashes cannot be read"]
    wrong = []
    for name, sha256 in kept.files.items():
        if not (kept.folder / name).is_file():
            wrong.append(f"{name} is missing")
        elif sha256_anew([kept.folder / name], cache, tell) != sha256:
            wrong.append(f"{name} has changed")
    return wrong


def take_away(name: str, cache: Path) -> int:
    """Delete everything of a model, what was made of it included; gives the bytes that became free.

    Raises:
        TranscriptionError: something cannot be deleted.
    """
    converted = re.compile(re.escape(name) + r"-[0-9a-f]{12}\.(pt|part|lock)")
    beside = cache / "openai-whisper"
    copies = [file for file in beside.iterdir() if converted.fullmatch(file.name)] if beside.is_dir() else []
    half_made = [unfinished(name, cache), unfinished(taken(name), cache)]
    folders = [cache / "models" / name, *half_made, joined_folder(name, cache)]
    try:
        freed = sum(_bytes_in(place) for place in (*folders, *copies))
        for folder in folders:
            _discard(folder)
        for copy in copies:
            copy.unlink()
    except OSError as error:
        raise TranscriptionError(
            f"{name} cannot be removed: {error}.", "Wait until no transcription uses it, and try again."
        ) from error
    return freed


def joined_folder(name: str, cache: Path) -> Path:
    """Where a model whose packages carry it in parts is put together."""
    return cache / "joined" / name


def require_own_name(name: str) -> None:
    """See to it that a name can be that of a folder.

    Raises:
        ConfigError: it cannot.
    """
    if not OWN_NAME.fullmatch(name):
        raise ConfigError(f"{name!r} cannot be the name of a model.", "Use letters, digits, points and hyphens.")


def free_bytes(cache: Path) -> int:
    """How much room there is where models are kept, though the folder may have to be made yet."""
    there = next(place for place in (cache, *cache.absolute().parents) if place.is_dir())
    return shutil.disk_usage(there).free


def require_room(name: str, needed: int, cache: Path) -> None:
    """See to it that so many bytes can be kept.

    Raises:
        TranscriptionError: they cannot.
    """
    free = free_bytes(cache)
    if free < needed + MARGIN:
        raise TranscriptionError(
            f"There is no room for {name}: it takes {size_in_words(needed)} more, and {size_in_words(free)} are free "
            f"in {cache}.",
            "Make room, or remove a model that you do not use: interview-tui models remove NAME.",
        )


def _read(folder: Path) -> Kept:
    try:
        note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        files = {str(name): str(sha256) for name, sha256 in note["files"].items() if name in FILES}
        return Kept(folder.name, folder, str(note["origin"]), str(note["licence"]), files)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return Kept(folder.name, folder, "", "", {})


def _discard(folder: Path) -> None:
    """Delete a folder so that no moment of it could be taken for a whole model."""
    gone = folder.with_name(f".{folder.name.lstrip('.')}.removed")
    shutil.rmtree(gone, ignore_errors=True)
    if folder.is_dir():
        folder.replace(gone)
        shutil.rmtree(gone)


def _bytes_in(place: Path) -> int:
    """What a file or a folder takes; another process may be taking files away meanwhile."""
    total = 0
    with suppress(FileNotFoundError):
        for file in list(place.iterdir()) if place.is_dir() else [place]:
            with suppress(FileNotFoundError):
                total += file.stat().st_size
    return total
