"""All that stands in an encrypted database, as text: its bytes on disk tell nothing to whoever looks for words in them.

What was deleted stands in no row. It is in no free page either once the file was written anew (`erasure`, `removal`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from interview_tui.at_rest.encrypted_folder import study_of
from interview_tui.store.database import connect
from interview_tui.store.derived import DERIVED_FILE
from interview_tui.store.erasure import backups
from interview_tui.store.study import DATABASE_FILE

_OPEN = b"SQLite format 3\0"


def is_encrypted(path: Path) -> bool:
    """Whether a file is the database of an encrypted study, a backup of it, or what search looks through.

    Raises:
        OSError: it cannot be read.
    """
    study = study_of(path.absolute()) if path.suffix == ".db" else None
    if study is None or path not in (study / DATABASE_FILE, study / DERIVED_FILE, *backups(study / DATABASE_FILE)):
        return False
    with path.open("rb") as file:
        return file.read(len(_OPEN)) not in (b"", _OPEN)


def texts_in(path: Path) -> Iterator[str]:
    """What stands in each of its tables, the index of the search included.

    Raises:
        StorageError: the study is locked. One of `failures.database_errors`: it cannot be read.
    """
    with closing(connect(path)) as db:
        for table in db.table_names():
            found = db.execute(f'SELECT * FROM "{table}"')
            yield "\n".join(" ".join(map(_text, row)) for row in found)


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
