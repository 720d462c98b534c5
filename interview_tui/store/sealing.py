"""Files sealed with age: for recipients, as a stream, or with a passphrase, in memory.

What is sealed for a recipient can be read with that person's key only, what is sealed with a passphrase by whoever
knows it. A sealed file that was changed or cut off anywhere is refused. It does not tell who has sealed it.
"""

from __future__ import annotations

import hashlib
import io
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

import pyrage

from interview_tui.at_rest import files
from interview_tui.errors import ConfigError, InterviewTuiError, StorageError
from interview_tui.store.failures import explained
from interview_tui.store.private_files import put_in_place

LARGEST_WITH_PASSPHRASE = 1 << 29
"""age's passphrases are for files that fit into memory, three times over."""
_BEGINS = b"age-encryption.org/v1\n"
_PASSPHRASE = b"-> scrypt "
_HEADER = 1 << 16
Write = Callable[[BinaryIO], object]


def recipient_of(text: str) -> pyrage.x25519.Recipient:
    """An age recipient, `age1…`.

    Raises:
        ConfigError: it is none.
    """
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:
        raise ConfigError(
            f"{text!r} is no age recipient.", "It begins with age1: whoever receives it prints it with --new-key."
        ) from error


def seal(write: Write, target: Path, recipients: Sequence[str], passphrase: str = "") -> str:
    """Seal what `write` writes into the file `target` (0600), whole or not at all; gives the SHA-256 of the file.

    Raises:
        ConfigError: there is such a file, a recipient is none, or it is too large for a passphrase.
        StorageError: it cannot be written. Whatever `write` raises.
    """
    if target.exists():
        raise ConfigError(f"There is a file {target} already.", "Give it another name: nothing is overwritten.")
    if bool(recipients) == bool(passphrase):
        raise ConfigError("A bundle is sealed for recipients or with a passphrase.", "Give --for, or --passphrase.")
    known = [recipient_of(one) for one in recipients]
    draft = target.with_name(f".{target.name}.part")
    with explained(target):
        try:
            draft.unlink(missing_ok=True)
            with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
                if passphrase:
                    _in_memory(write, file, passphrase)
                else:
                    _streaming(write, file, known)
                file.flush()
                os.fsync(file.fileno())
                file.seek(0)
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            put_in_place(draft, target)
        finally:
            draft.unlink(missing_ok=True)
    return digest


def is_with_passphrase(path: Path) -> bool:
    """Whether a sealed file is to be opened with a passphrase.

    Raises:
        StorageError: it cannot be read, or is not sealed with age.
    """
    with explained(path), files.reading(path) as file:
        beginning = file.read(_HEADER)
    if not beginning.startswith(_BEGINS):
        raise StorageError(
            f"{path} is no bundle: it is not sealed.", "Ask for the file that `interview-tui bundle` wrote."
        )
    return beginning[len(_BEGINS) :].startswith(_PASSPHRASE)


def unseal(path: Path, target: Path, keys: Sequence[pyrage.x25519.Identity], passphrase: str = "") -> None:
    """Write what a sealed file holds into `target`, which is nobody's before this returns.

    In an encrypted study that is sealed again, for the study.

    Raises:
        StorageError: it cannot be read or written, was changed or cut off, or is sealed for others.
    """
    with_passphrase = is_with_passphrase(path)
    with explained(target):
        target.unlink(missing_ok=True)
    try:
        with files.reading(path) as sealed, files.making(target) as file:
            if with_passphrase:
                file.write(pyrage.passphrase.decrypt(sealed.read(), passphrase))
            else:
                pyrage.decrypt_io(sealed, file, list(keys))
    except (pyrage.DecryptError, ValueError) as error:
        raise _refusal(path, str(error), with_passphrase=with_passphrase) from error
    except OSError as error:
        if error.errno is None:  # age's own: the end is missing, or a part is not what it was
            raise _refusal(path, str(error), with_passphrase=with_passphrase) from error
        with explained(target):
            raise


def _refusal(path: Path, said: str, *, with_passphrase: bool) -> StorageError:
    if "matching keys" in said:
        return StorageError(
            f"{path} is sealed for others: your key does not open it.",
            "Send whoever made it the recipient that `interview-tui bundle --new-key` prints.",
        )
    if with_passphrase:
        return StorageError(
            f"{path} cannot be opened: the passphrase is another one, or the file was changed or cut off.",
            "Type it again; if it is right, have the file sent once more. Nothing was changed.",
        )
    return StorageError(
        f"{path} was changed or cut off on its way.", "Have it sent once more; nothing of it was taken."
    )


def _in_memory(write: Write, file: BinaryIO, passphrase: str) -> None:
    whole = _Bounded()
    write(whole)
    file.write(pyrage.passphrase.encrypt(whole.getvalue(), passphrase))


class _Bounded(io.BytesIO):
    """Memory, but not without end."""

    def write(self, data: object, /) -> int:
        written = super().write(data)  # type: ignore[arg-type]
        if self.tell() > LARGEST_WITH_PASSPHRASE:
            raise ConfigError(
                f"With a passphrase a bundle holds at most {LARGEST_WITH_PASSPHRASE >> 20} MB.",
                "Bundle fewer cases at a time, or seal it for recipients with --for.",
            )
        return written


def _streaming(write: Write, file: BinaryIO, recipients: Sequence[pyrage.x25519.Recipient]) -> None:
    """Seal while it is being written: nothing of it lies on disk or in memory as a whole."""
    read_end, write_end = os.pipe()
    failed: list[BaseException] = []

    def feed() -> None:
        try:
            with os.fdopen(write_end, "wb") as pipe:
                write(pipe)
        except BaseException as error:  # noqa: BLE001 - it is raised again where the sealing ends
            failed.append(error)

    feeder = threading.Thread(target=feed, name="bundle", daemon=True)
    with os.fdopen(read_end, "rb") as pipe:
        feeder.start()
        try:
            pyrage.encrypt_io(pipe, file, list(recipients))
        except (pyrage.EncryptError, OSError) as error:
            failed.append(error)
    feeder.join()
    if failed:
        first = next((error for error in failed if isinstance(error, InterviewTuiError)), failed[-1])
        raise first
