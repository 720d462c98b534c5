"""The key with which this person opens bundles: an age identity among her own program data, outside every study."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pyrage
from platformdirs import user_data_path

from interview_tui.errors import StorageError
from interview_tui.store.failures import explained
from interview_tui.store.private_files import make_folder, write_whole

ELSEWHERE = "INTERVIEW_TUI_KEY"
"""The environment variable that names another file."""


def key_file() -> Path:
    """Where the key of this user is; there may be none yet."""
    named = os.environ.get(ELSEWHERE)
    return Path(named) if named else user_data_path("interview-tui", appauthor=False) / "keys" / "bundles.txt"


def keys_in(path: Path) -> list[pyrage.x25519.Identity]:
    """The keys in a file as `age-keygen` and this program write it: a line each, `#` begins a remark.

    Raises:
        StorageError: it cannot be read, or holds none.
    """
    with explained(path):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    try:
        found = [pyrage.x25519.Identity.from_str(line.strip()) for line in lines if line.strip() and line[0] != "#"]
    except pyrage.IdentityError as error:
        raise StorageError(f"{path} holds no key that can be used: {error}.", "Take it from a backup.") from error
    if not found:
        raise StorageError(f"{path} holds no key.", "Take it from a backup.")
    return found


def own_keys() -> list[pyrage.x25519.Identity]:
    """The keys of this person; none if she has made none.

    Raises:
        StorageError: they cannot be read.
    """
    return keys_in(key_file()) if key_file().exists() else []


def new_key() -> tuple[str, bool]:
    """The recipient by which others seal bundles for this person, and whether its key was made just now.

    Raises:
        StorageError: the key cannot be read or written.
    """
    path = key_file()
    if path.exists():
        return str(keys_in(path)[0].to_public()), False
    key = pyrage.x25519.Identity.generate()
    recipient = str(key.to_public())
    made = datetime.now(UTC).isoformat(timespec="seconds")
    make_folder(path.parent)
    write_whole(path, f"# created: {made}\n# public key: {recipient}\n{key}\n")
    return recipient, True
