"""The key of an encrypted study: a file in its folder that the passphrase opens, and the key itself for the day.

`study.key` names the recipient for whom the study's files are sealed, and holds, locked with the passphrase (age's, by
scrypt), the secret that opens them and the key of the database. Trying a passphrase takes a second or more, on purpose;
so the key, once unlocked, lies until four in the morning in a folder that is this user's only, which Linux keeps in
memory (`XDG_RUNTIME_DIR`). Every program that is started finds it there.

A process that uses a key goes on using it, and hands it on to its children in their environment: so an app that is open
over the night goes on with its recorder and its transcriptions, and so it does if somebody locks the study meanwhile.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import stat
import time
import warnings
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from interview_tui.at_rest.encrypted_folder import KEY_FILE, study_of
from interview_tui.at_rest.passphrase import as_typed, checked_passphrase
from interview_tui.errors import ConfigError, StorageError

if TYPE_CHECKING:
    import pyrage

ELSEWHERE = "INTERVIEW_TUI_KEYS"
"""The environment variable that names another folder for the keys of the day."""
HANDED_ON = "INTERVIEW_TUI_KEYS_IN_USE"
"""The environment variable in which a process hands the keys that it uses on to its children."""
DAY_ENDS_AT = 4
"""The hour at which a day ends for the key."""
_LEFT_BY_US = ("age1", ".age1", "interview-tui-", "codebook-")
"""How the names of all that is put into the folder of the day begin: whatever else lies there is somebody's own."""
_A_DAY_S = 24 * 60 * 60
_RECIPIENT = re.compile(r"^recipient = (age1[0-9a-z]{58})$", re.MULTILINE)
_MESSAGE = re.compile(r"-----BEGIN AGE ENCRYPTED FILE-----\n[A-Za-z0-9+/=\n]+-----END AGE ENCRYPTED FILE-----\n")
_REMARK = """\
# The key of this study, locked with its passphrase. Without this file and the passphrase nobody can read the
# interviews, neither you nor we: keep a copy of it elsewhere.
"""


@dataclass(frozen=True, slots=True)
class StudyKey:
    """What opens an encrypted study: for whom it is sealed, the secret that goes with that, the key of the database."""

    recipient: str
    secret: str = field(repr=False)
    database: str = field(repr=False)
    """64 hexadecimal digits."""

    @property
    def identity(self) -> pyrage.x25519.Identity:
        """The secret as age takes it."""
        import pyrage

        return pyrage.x25519.Identity.from_str(self.secret)


def _handed_on() -> dict[str, StudyKey]:
    """The keys that the process which started this one was using."""
    keys = (StudyKey(*each.split(":")) for each in os.environ.get(HANDED_ON, "").split() if each.count(":") == 2)
    return {key.recipient: key for key in keys}


_held = _handed_on()  # by recipient: what this process has used goes on being used by it


def typed(study: Path | None, command: str) -> str:
    """A command for a study as it can be typed, also where the folder has a space in its name."""
    if study is None:
        return f"interview-tui {command}"
    folder = f'"{study}"' if " " in str(study) else str(study)
    return f"interview-tui --study {folder} {command}"


def recipient_of(study: Path) -> str:
    """For whom the files of an encrypted study are sealed.

    Raises:
        StorageError: its key cannot be read.
    """
    return _parts(study)[0]


def make_key(study: Path, passphrase: str) -> StudyKey:
    """Give a study a key under a passphrase, before anything is in it; this process has it unlocked then.

    Raises:
        ConfigError: the passphrase is too short.
        StorageError: there is a key already, or it cannot be written.
    """
    import pyrage

    checked_passphrase(passphrase)
    file = study / KEY_FILE
    if file.exists():
        raise StorageError(f"{study} is encrypted already.", f"Unlock it: {typed(study, 'unlock')}.")
    identity = pyrage.x25519.Identity.generate()
    key = StudyKey(str(identity.to_public()), str(identity), os.urandom(32).hex())
    _write(file, key, passphrase)
    _hold(key)
    return key


def unlock(study: Path, passphrase: str) -> StudyKey:
    """Unlock a study, for this process and for every other one until the day ends.

    Raises:
        ConfigError: the passphrase is another one.
        StorageError: the key cannot be read, or be kept for the day.
    """
    key = _opened(study, passphrase)
    _hold(key)
    keep_for_the_day(key)
    return key


def change_passphrase(study: Path, passphrase: str, new: str) -> None:
    """Have another passphrase open the study. Its files stay sealed as they are; copies of the file open as before.

    Raises: as `unlock` does; ConfigError: the new one is too short.
    """
    key = _opened(study, passphrase)
    checked_passphrase(new)
    draft = study / f".{KEY_FILE}.new"
    draft.unlink(missing_ok=True)
    _write(draft, key, new)
    try:
        draft.replace(study / KEY_FILE)
    except OSError as error:
        raise _unwritable(study / KEY_FILE, error) from error
    if os.name == "posix":
        folder = os.open(study, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def keep_for_the_day(key: StudyKey) -> None:
    """Leave a key where every process of this user finds it.

    Raises:
        StorageError: there is no place that is this user's only.
    """
    folder = folder_of_the_day()
    content = json.dumps({"secret": key.secret, "database": key.database, "until": _end_of_the_day()})
    draft = folder / f".{key.recipient}.{os.getpid()}"
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(content)
        draft.replace(folder / key.recipient)
    except OSError as error:
        raise _no_place(folder, error) from error
    finally:
        draft.unlink(missing_ok=True)


def lock(study: Path) -> bool:
    """Forget the key of a study on this machine; gives whether there was one. Another process that uses it goes on.

    Raises:
        StorageError: the key cannot be read, or be deleted.
    """
    recipient = recipient_of(study)
    _held.pop(recipient, None)
    _hand_on()
    file = folder_of_the_day() / recipient
    try:
        file.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StorageError(f"{file} cannot be deleted: {error.strerror}.", "Delete it: it opens the study.") from error
    return True


def forget_ended() -> None:
    """Delete the keys whose day has ended, and what a program that was killed left beside them more than a day ago.

    Nothing else: the folder may be one that somebody named, with files of their own in it.

    Raises:
        StorageError: there is no place that is this user's only.
    """
    now = time.time()
    for file in filter(_is_left_by_us, folder_of_the_day().iterdir()):
        with contextlib.suppress(OSError):  # another program is at it, or it is gone
            found = _of_the_day(file.name) if file.name.startswith("age1") else None
            ends = found[1] if found is not None else file.lstat().st_mtime + _A_DAY_S
            if ends <= now:
                shutil.rmtree(file) if file.is_dir() and not file.is_symlink() else file.unlink()


def _is_left_by_us(file: Path) -> bool:
    return file.name.startswith(_LEFT_BY_US)


def is_unlocked(study: Path) -> bool:
    """Whether a study can be read without asking: its key is here, and the day has not ended.

    Raises:
        StorageError: its key file cannot be read.
    """
    recipient = recipient_of(study)
    if recipient in _held:
        return True
    found = _of_the_day(recipient)
    return found is not None and found[1] > time.time()


def key_of(recipient: str, where: Path) -> StudyKey:
    """The key for what is sealed for `recipient`; `where` is what is to be read, for the sentence.

    A process that is at work is not stopped by the end of the day: programs that a person starts ask `is_unlocked`.

    Raises:
        StorageError: it is locked.
    """
    if recipient not in _held:
        found = _of_the_day(recipient)
        if found is None:
            study = study_of(where)
            raise StorageError(
                f"{where} is encrypted, and the study is locked.",
                f"Unlock it: {typed(study, 'unlock')}.",
            )
        _hold(found[0])
    return _held[recipient]


def _hold(key: StudyKey) -> None:
    """Go on with a key until this process ends, and its children with it."""
    _held[key.recipient] = key
    _hand_on()


def _hand_on() -> None:
    os.environ[HANDED_ON] = " ".join(f"{key.recipient}:{key.secret}:{key.database}" for key in _held.values())
    if not _held:
        del os.environ[HANDED_ON]


def _of_the_day(recipient: str) -> tuple[StudyKey, float] | None:
    """A key that was left for the day, and until when."""
    try:
        known = json.loads((folder_of_the_day() / recipient).read_text(encoding="ascii"))
        return StudyKey(recipient, str(known["secret"]), str(known["database"])), float(known["until"])
    except (OSError, ValueError, KeyError, TypeError):
        return None  # it is asked for again


def hand_on_no_more() -> None:
    """Leave no key in the environment: what is started from here on is none of our programs."""
    os.environ.pop(HANDED_ON, None)


def folder_of_the_day() -> Path:
    """The folder of the keys, into which nobody else may look.

    Raises:
        StorageError: there is none that is this user's only.
    """
    from platformdirs import user_runtime_path

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that there is no XDG_RUNTIME_DIR: the folder is looked at below
        try:
            folder = Path(os.environ.get(ELSEWHERE) or user_runtime_path("interview-tui") / "keys")
        except OSError as error:  # somebody else has made the folder in which it would be
            raise StorageError(
                f"There is no place for the key that only you may enter: {error}.",
                f"Name a folder of your own with the environment variable {ELSEWHERE}.",
            ) from error
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise _no_place(folder, error) from error
    if os.name == "posix" and (
        not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077
    ):
        raise StorageError(
            f"{folder} is not a folder that only you may enter, so no key is kept there.",
            f"Take it away, or name another one with the environment variable {ELSEWHERE}.",
        )
    return folder


def _no_place(folder: Path, error: OSError) -> StorageError:
    return StorageError(
        f"The key cannot be kept in {folder}: {error.strerror}.",
        f"Name another folder with the environment variable {ELSEWHERE}.",
    )


def _end_of_the_day() -> float:
    now = datetime.now().astimezone()
    end = now.replace(hour=DAY_ENDS_AT, minute=0, second=0, microsecond=0)
    return (end if end > now else end + timedelta(days=1)).timestamp()


def _opened(study: Path, passphrase: str) -> StudyKey:
    import pyrage

    recipient, message = _parts(study)
    try:
        known = json.loads(pyrage.passphrase.decrypt(message.encode("ascii"), as_typed(passphrase)))
        return StudyKey(recipient, str(known["secret"]), str(known["database"]))
    except (pyrage.DecryptError, ValueError, KeyError, TypeError) as error:
        said = str(error)
    if said == "Decryption failed":
        raise ConfigError(f"This is not the passphrase of {study}.", "Type it again.")
    if said.startswith("Excessive work"):
        raise StorageError(
            f"{study} was encrypted on a machine that is much faster: it would take very long to unlock it here.",
            "Change its passphrase there, or open it on that machine.",
        )
    raise _damaged(study)


def _parts(study: Path) -> tuple[str, str]:
    """Recipient and locked message of `study.key`."""
    file = study / KEY_FILE
    try:
        text = file.read_text(encoding="ascii", errors="replace")
    except OSError as error:
        raise StorageError(f"{file} cannot be read: {error.strerror}.", "Without it the study stays shut.") from error
    recipient, message = _RECIPIENT.search(text), _MESSAGE.search(text)
    if recipient is None or message is None:
        raise _damaged(study)
    return recipient[1], message[0]


def _damaged(study: Path) -> StorageError:
    return StorageError(f"{study / KEY_FILE} is damaged.", "Put a copy in its place: without it the study stays shut.")


def _write(file: Path, key: StudyKey, passphrase: str) -> None:
    """Write a key file that is not there; nothing is left of it if it cannot be written."""
    import pyrage

    plain = json.dumps({"secret": key.secret, "database": key.database}).encode("ascii")
    message = pyrage.passphrase.encrypt(plain, as_typed(passphrase), armored=True).decode("ascii")
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as out:
                out.write(f"{_REMARK}recipient = {key.recipient}\n{message}")
                out.flush()
                os.fsync(out.fileno())
        except OSError:
            file.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _unwritable(file, error) from error


def _unwritable(file: Path, error: OSError) -> StorageError:
    return StorageError(f"{file} cannot be written: {error.strerror}.", "See that the disk has room, or take another.")
