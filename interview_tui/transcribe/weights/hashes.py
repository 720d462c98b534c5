"""Hashes of large files, and the list of those that were made: a gigabyte is not read again for each transcription."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from interview_tui.errors import TranscriptionError

BLOCK = 1 << 20
Telling = Callable[[int], object]  # takes the number of bytes that were dealt with since it was last told


def sha256_of(path: Path, cache: Path) -> str:
    """The hash of a large file, remembered in the cache folder for as long as its size and time stay the same.

    Raises:
        TranscriptionError: the file cannot be read.
    """
    known = _known([path], cache)
    return known[0] if known else sha256_anew([path], cache)


def sha256_anew(parts: Sequence[Path], cache: Path, tell: Telling = lambda _: None) -> str:
    """The hash of what is in a file now, or in several put together; remembered from now on.

    Raises:
        TranscriptionError: one of them cannot be read.
    """
    digest = hashlib.sha256()
    try:
        state = _state(parts)  # before it is read, so that a change meanwhile does not go unseen
        for part in parts:
            with part.open("rb") as file:
                while block := file.read(BLOCK):
                    digest.update(block)
                    tell(len(block))
    except OSError as error:
        raise TranscriptionError(
            f"{error.filename} cannot be read: {error.strerror}.", "Choose another model with --model."
        ) from error
    _remember(parts, cache, state, digest.hexdigest())
    return digest.hexdigest()


def remember(path: Path, cache: Path, sha256: str) -> None:
    """Remember the hash of a file that was read through under another name just now.

    Raises:
        TranscriptionError: the cache folder cannot be written.
        OSError: the file is not there.
    """
    _remember([path], cache, _state([path]), sha256)


def verified_on(parts: Sequence[Path], cache: Path, sha256: str) -> str:
    """The day on which a file, or several, were last read through and had this hash, as `2026-11-22`.

    Empty if that never was, or something has changed since.
    """
    known = _known(parts, cache)
    return known[1] if known and known[0] == sha256 else ""


def git_hash_of(path: Path) -> str:
    """The hash by which git knows a small file.

    Raises:
        OSError: it cannot be read.
    """
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _known(parts: Sequence[Path], cache: Path) -> tuple[str, str] | None:
    """The hash that is remembered of what these files hold now, and the day on which it was made."""
    seen = _list(cache).get(_key(parts), [])
    try:
        return (str(seen[2]), str(seen[3])) if len(seen) > 3 and seen[:2] == _state(parts) else None
    except OSError:
        return None


def _state(parts: Sequence[Path]) -> list[int]:
    """What changes when a file is written: its size in bytes and its time in nanoseconds."""
    stats = [part.resolve().stat() for part in parts]
    return [sum(stat.st_size for stat in stats), max(stat.st_mtime_ns for stat in stats)]


def _key(parts: Sequence[Path]) -> str:
    return "\n".join(str(part.resolve()) for part in parts)


def _list(cache: Path) -> dict[str, list[int | str]]:
    """The hashes known so far; a list that cannot be read is as good as none."""
    try:
        seen = json.loads((cache / "verified.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(seen, dict):
        return {}
    return {key: entry for key, entry in seen.items() if isinstance(entry, list)}


def _remember(parts: Sequence[Path], cache: Path, state: list[int], sha256: str) -> None:
    today = datetime.now(UTC).astimezone().date().isoformat()
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / "verified.lock"):
            seen = {key: entry for key, entry in _list(cache).items() if Path(key.splitlines()[0]).exists()}
            fresh = cache / "verified.json.part"
            fresh.write_text(json.dumps(seen | {_key(parts): [*state, sha256, today]}, indent=1), encoding="utf-8")
            fresh.replace(cache / "verified.json")
    except OSError as error:
        raise TranscriptionError(
            f"The folder {cache}, where models are kept, cannot be written: {error}.",
            "Make room there, or make it yours.",
        ) from error
