"""A connection to a database file: SQLite's, and SQLCipher's in an encrypted study, which is loaded only there."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import cast

from interview_tui.at_rest.encrypted_folder import study_of
from interview_tui.at_rest.study_key import key_of, recipient_of
from interview_tui.errors import StorageError


def connected(path: Path, busy_wait_s: float) -> sqlite3.Connection:
    """A connection that waits so long for others. With another key than the file's, the first statement fails.

    Raises:
        StorageError: the study is locked, or there is no SQLCipher on this machine.
        One of `failures.database_errors`: the file cannot be opened.
    """
    study = study_of(path.absolute())
    if study is None:
        return sqlite3.connect(path, timeout=busy_wait_s)
    key = key_of(recipient_of(study), path).database
    try:
        from sqlcipher3 import dbapi2
    except ImportError as error:
        raise StorageError(
            f"{path} is encrypted, and SQLCipher, which reads it, is not installed here.",
            "Install interview-tui again. For Macs with an Intel processor there is no SQLCipher ready made: "
            "open the study on another machine.",
        ) from error
    connection = dbapi2.connect(str(path), timeout=busy_wait_s)
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")  # it writes to the terminal, over the screen
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
    except BaseException:
        connection.close()
        raise
    return cast(sqlite3.Connection, connection)  # the same interface, by another library
