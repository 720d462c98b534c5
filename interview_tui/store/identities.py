"""Who the cases of a study are: one file, apart from the study, encrypted with a passphrase.

The file holds two messages of the age format, one below the other. The first is encrypted with the passphrase (scrypt)
and holds a key; the second is encrypted with that key and holds the identities, as JSON. So the passphrase, which takes
a second to try on purpose, is needed once, and keeping an identity is quick.

Nothing that is read or written here is ever part of an error: sentences name the file, and causes are left behind.
"""

from __future__ import annotations

import json
import os
import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from threading import RLock
from typing import Any

import pyrage
from filelock import FileLock, Timeout
from platformdirs import user_data_path

from interview_tui.at_rest.passphrase import as_typed, checked_passphrase
from interview_tui.errors import ConfigError, StorageError
from interview_tui.fieldwork.identity import Identity
from interview_tui.store.failures import explained
from interview_tui.store.private_files import make_folder, write_whole
from interview_tui.store.settings import StudySettings, give, read_settings
from interview_tui.store.study import SETTINGS_FILE, StudyFolder

ELSEWHERE = "INTERVIEW_TUI_IDENTITIES"
"""The environment variable that names another folder."""
ENDING = ".identities"
VERSION = 1
"""Of what the second message holds."""
LOCK_WAIT_S = 10.0
_MESSAGE = re.compile(r"-----BEGIN AGE ENCRYPTED FILE-----\n[A-Za-z0-9+/=\n]+-----END AGE ENCRYPTED FILE-----\n")
_FILE = re.compile(r"[A-Za-z0-9-]{1,64}")
_WRONG = "Decryption failed"
_TOO_SLOW = "Excessive work"


class IdentityFile:
    """A file of identities that is unlocked: it has the key, not the passphrase.

    May be used by several threads and programs at once: each change is made to what is in the file at that moment.
    """

    def __init__(self, path: Path, sealed_key: str, key: pyrage.x25519.Identity) -> None:
        """`sealed_key` is the first message of the file, which is kept as it is."""
        self.path = path
        self._sealed_key = sealed_key
        self._key = key
        self._one_at_a_time = RLock()
        self._read: tuple[str, dict[str, Identity]] = ("", {})  # the second message as it was last read

    @classmethod
    def open(cls, path: Path, passphrase: str) -> IdentityFile:
        """Unlock a file.

        Raises:
            ConfigError: the passphrase is another one.
            StorageError: the file cannot be read, or is damaged.
        """
        sealed_key, _ = _messages(path)
        try:
            secret = pyrage.passphrase.decrypt(sealed_key.encode(), as_typed(passphrase)).decode()
            key = pyrage.x25519.Identity.from_str(secret)
        except (pyrage.DecryptError, pyrage.IdentityError, ValueError) as error:
            said = str(error)
            if said == _WRONG:
                raise _another_passphrase(path) from None
            if said.startswith(_TOO_SLOW):
                raise StorageError(
                    f"{path} was locked on a machine that is much faster: it would take very long to unlock it here.",
                    "Change its passphrase there, or open it on that machine.",
                ) from None
            raise _damaged(path) from None
        found = cls(path, sealed_key, key)
        found.read()
        return found

    @classmethod
    def make(cls, path: Path, passphrase: str) -> IdentityFile:
        """Make an empty file under a passphrase.

        Raises:
            ConfigError: the passphrase is too short.
            StorageError: it cannot be written, or is there already.
        """
        with _alone(path):
            if path.exists():
                raise StorageError(f"{path} is there already.", "Unlock it with its passphrase.")
            key = pyrage.x25519.Identity.generate()
            made = cls(path, _seal_key(key, passphrase), key)
            made._write({})
        return made

    def read(self) -> dict[str, Identity]:
        """Who the cases are, by case.

        Raises:
            ConfigError: the passphrase has been changed since it was unlocked.
            StorageError: the file cannot be read, or is damaged.
        """
        with self._one_at_a_time:
            sealed_key, sealed = _messages(self.path)
            if sealed_key != self._sealed_key:
                raise ConfigError(
                    f"The passphrase of {self.path} was changed by another program.",
                    "Unlock it again with the new one.",
                )
            if sealed != self._read[0]:
                self._read = sealed, self._opened(sealed)
            return dict(self._read[1])

    def keep(self, identities: Mapping[str, Identity | None]) -> None:
        """Keep who cases are, in place of what was kept of them; None: nothing. What is kept of others stays.

        Raises: as `read` does; StorageError: it cannot be written. It is as it was then.
        """
        with self._one_at_a_time, _alone(self.path):
            known = self.read()
            kept = {**known, **{case: one for case, one in identities.items() if one is not None}}
            kept = {case: one for case, one in kept.items() if identities.get(case, one) is not None}
            if kept != known:
                self._write(kept)

    def change_passphrase(self, passphrase: str) -> None:
        """Have another passphrase open the file. The key is another one, too: who has a copy of the file as it was, and
        the passphrase before, reads nothing that is kept from now on.

        Raises: as `keep` does; ConfigError: the passphrase is too short.
        """
        key = pyrage.x25519.Identity.generate()
        sealed_key = _seal_key(key, passphrase)
        with self._one_at_a_time, _alone(self.path):
            known = self.read()
            before = self._sealed_key, self._key
            self._sealed_key, self._key = sealed_key, key
            try:
                self._write(known)
            except StorageError:
                self._sealed_key, self._key = before
                raise

    def _opened(self, sealed: str) -> dict[str, Identity]:
        try:
            data = json.loads(pyrage.decrypt(sealed.encode(), [self._key]))
            if data["version"] == VERSION:
                return _identities(data["cases"])
        except (pyrage.DecryptError, ValueError, KeyError, TypeError, AttributeError):
            raise _damaged(self.path) from None
        raise StorageError(f"{self.path} was written by a newer version of interview-tui.", "Update interview-tui.")

    def _write(self, identities: Mapping[str, Identity]) -> None:
        plain = json.dumps(
            {"version": VERSION, "cases": {case: asdict(one) for case, one in sorted(identities.items())}}
        )
        sealed: bytes = pyrage.encrypt(plain.encode(), [self._key.to_public()], armored=True)
        write_whole(self.path, self._sealed_key + sealed.decode())


def has_identities(study: StudyFolder) -> bool:
    """Whether a study has identities, here or on a stick that is locked away.

    Raises:
        ConfigError, StorageError: its settings cannot be read.
    """
    return bool(_settings_now(study).identities_file)


def identities_of(study: StudyFolder) -> Path | None:
    """Where the identities of a study are; None if it never had any.

    Raises:
        ConfigError: they would lie within the study folder.
        StorageError: it has some, but not here.
    """
    settings = _settings_now(study)
    if not settings.identities_file:
        return None
    name = _checked_name(study, settings.identities_file)
    path = _folder(study, settings) / f"{name}{ENDING}"
    with explained(path):
        if path.is_file():
            return path
    raise StorageError(
        f"The identities of this study are not here: {path} is missing.",
        f"Bring the disk or the file that holds them, or name their folder in the variable {ELSEWHERE}.",
    )


def new_identities(study: StudyFolder, passphrase: str) -> IdentityFile:
    """An empty file of identities for a study that never had one; study.toml is told its name.

    Raises:
        ConfigError: the passphrase is too short, the file would lie within the study, or study.toml cannot be written.
        StorageError: it cannot be written.
    """
    checked_passphrase(passphrase)
    name = str(uuid.uuid4())
    made = IdentityFile.make(make_folder(_folder(study, _settings_now(study))) / f"{name}{ENDING}", passphrase)
    try:
        give(study.path / SETTINGS_FILE, "identities.file", name)
    except (ConfigError, StorageError):
        made.path.unlink(missing_ok=True)  # an empty file that nobody would find
        raise
    return made


def _settings_now(study: StudyFolder) -> StudySettings:
    """The settings as they are on disk: the file may have been made since the study was opened."""
    file = study.path / SETTINGS_FILE
    return read_settings(file)[0] if file.is_file() else study.settings


def _folder(study: StudyFolder, settings: StudySettings) -> Path:
    """Where identities lie. A folder that was named and is not there is a stick that is not plugged in."""
    named = os.environ.get(ELSEWHERE) or settings.identities
    folder = user_data_path("interview-tui", appauthor=False) / "identities"
    if named:
        folder = study.path / Path(named).expanduser()
        if not folder.is_dir():
            raise StorageError(f"The folder of identities, {folder}, is not there.", "Connect the disk that holds it.")
    folder = folder.resolve()
    if folder.is_relative_to(study.path.resolve()):
        raise ConfigError(
            f"The identities must not lie within the study, in {folder}.", "Name a folder of another place."
        )
    return folder


def _checked_name(study: StudyFolder, name: str) -> str:
    if not _FILE.fullmatch(name):
        raise ConfigError(
            f"{study.path / SETTINGS_FILE}: identities.file is no name that this program gave.",
            "Put back what stood there: letters, digits and - only.",
        )
    return name


def _seal_key(key: pyrage.x25519.Identity, passphrase: str) -> str:
    typed = as_typed(checked_passphrase(passphrase))
    sealed: bytes = pyrage.passphrase.encrypt(str(key).encode(), typed, armored=True)
    return sealed.decode()


def _messages(path: Path) -> tuple[str, str]:
    """The two messages of a file."""
    with explained(path):
        data = path.read_bytes()
    found = _MESSAGE.findall(data.decode("ascii", "replace").replace("\r\n", "\n"))
    if len(found) != 2:
        raise _damaged(path)
    return found[0], found[1]


def _identities(cases: Any) -> dict[str, Identity]:
    return {
        _text(case): Identity(
            _text(one["name"]),
            tuple(map(_text, one["telephones"])),
            _text(one["address"]),
            _text(one["email"]),
            _text(one["remark"]),
        )
        for case, one in cases.items()
    }


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    file = path.with_suffix(".lock")
    lock = FileLock(file, timeout=LOCK_WAIT_S, mode=0o600)
    with explained(file):
        try:
            lock.acquire()
        except Timeout:
            raise StorageError(
                f"{path} is being written by another interview-tui.", "Try again when that one is done."
            ) from None
    try:
        yield
    finally:
        lock.release()


def _another_passphrase(path: Path) -> ConfigError:
    return ConfigError(f"This is not the passphrase of {path}.", "Type it again; capitals count.")


def _damaged(path: Path) -> StorageError:
    return StorageError(
        f"{path} is damaged, or no file of identities.", "It was left as it is. Take it from a copy of that folder."
    )
