"""What is made of the records of a study to have it at hand: a digest of each, its incidents, and what is searched.

It lies in `derived.db` beside `study.db` and may be deleted at any time. Everything of a case is kept with a
fingerprint of what it was made from, and made again when that has changed. One that is damaged, or of another version,
is made anew. Cases are made one at a time, each under a lock that forgetting takes as well: so nothing that was read
before it was destroyed is written after it.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any
from unicodedata import combining, normalize

from filelock import FileLock, Timeout
from sqlite_utils import Database

from interview_tui import __version__
from interview_tui.credibility.appraised import Appraised
from interview_tui.errors import InterviewTuiError, StorageError
from interview_tui.record import comparison
from interview_tui.record.attribution.wording import stemmer
from interview_tui.record.digest import Digest, digest_of, from_json, to_json
from interview_tui.record.findable import Findable, findable
from interview_tui.record.model import Record
from interview_tui.record.under_review import under_review
from interview_tui.store import appraisals, cases
from interview_tui.store.database import connect, opened, writing
from interview_tui.store.failures import code_of, database_errors, explained
from interview_tui.store.private_files import make_empty, make_folder
from interview_tui.store.study import DATABASE_FILE, StudyFolder

DERIVED_FILE = "derived.db"
FORMAT = 4
"""Raised by every change of the tables or of what is made for them, so that all of it is made again."""
TOKENS = "unicode61 remove_diacritics 2"
LOCK_WAIT_S = 30.0
BEGINS, ENDS = "\x02", "\x03"
"""What stands around a match in what the database gives; no row has them."""

Made = tuple[Record, Digest]
View = Callable[[StudyFolder, str], Made]
_WORD = re.compile(r"[^\W_]+")
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@dataclass(slots=True)
class Brought:
    """What came of it: the cases that were made, those that cannot be, and whether it was done with all."""

    made: list[str] = field(default_factory=list)
    failed: dict[str, InterviewTuiError] = field(default_factory=dict)
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """The incidents of a case in the order of telling, and the SHA-256 of the schedule that it was conducted with."""

    case: str
    schedule: str
    rows: tuple[comparison.Row, ...]


class Damaged(StorageError):
    """The file was damaged, and there is none any more."""


def as_recorded(study: StudyFolder, case: str) -> Made:
    """The record of a case, and its digest, with the doubts that nobody has looked into yet."""
    found = under_review(study.interview(case), study.transcript(case), study.review_log(case))
    return found.record, digest_of(found.record, found.schedule, len(found.open_doubts))


def bring_up_to_date(
    study: StudyFolder,
    wanted: Sequence[str] | None = None,
    *,
    view: View = as_recorded,
    on_case: Callable[[str, int, int], None] = lambda _case, _done, _all: None,
    stop: Callable[[], bool] = lambda: False,
) -> Brought:
    """Make what is missing or stale of these cases, or of all; of all, what is known of cases that are gone goes.

    `view` gives the record to be shown and its digest. `on_case` is told which case is next, how many are done and of
    how many; `stop` is asked before each. A case whose record cannot be read does not stop the others.

    Raises:
        StorageError: the study, or the file itself, cannot be read or written.
    """
    brought = Brought()
    path = study.path / DERIVED_FILE
    there = _sources(study)
    if not there and not wanted and not path.is_file():
        return brought
    with opened_derived(path) as db:
        known = dict(db.execute('SELECT "case", fingerprint FROM digests'))
        stale = [case for case in (there if wanted is None else wanted) if known.get(case) != there.get(case, "")]
        for done, case in enumerate(stale):
            if stop():
                brought.complete = False
                break
            on_case(case, done, len(stale))
            with _locked(study.path):
                _bring(db, study, case, view, brought)
    if wanted is None:
        for case in known.keys() - there.keys():
            forget(study.path, case)
    return brought


def digests(study: StudyFolder) -> list[Digest]:
    """The digests that there are, by case; none if the file is damaged. They may be out of date.

    Raises:
        StorageError: the file cannot be opened.
    """
    return [from_json(json.loads(body)) for (body,) in _known(study, 'SELECT body FROM digests ORDER BY "case"')]


def incidents(study: StudyFolder) -> list[Told]:
    """The incidents that there are of interviews that are no rehearsals, by case; else as `digests`."""
    found = _known(study, 'SELECT "case", schedule, rows FROM incidents ORDER BY "case"')
    return [Told(case, sha256, tuple(map(comparison.from_json, json.loads(rows)))) for case, sha256, rows in found]


def _known(study: StudyFolder, query: str) -> list[tuple[Any, ...]]:
    path = study.path / DERIVED_FILE
    if path.is_file():
        with suppress(Damaged), opened_derived(path) as db:
            return db.execute(query).fetchall()
    return []


def forget(folder: Path, case: str) -> None:
    """Take everything of a case out of the file in a study's folder, so that it is in no page of it.

    Raises:
        StorageError: another program reads it without end, or the disk refuses.
    """
    path = folder / DERIVED_FILE
    if not path.is_file():
        return
    with suppress(Damaged), opened_derived(path) as db, _locked(folder):
        with writing(db):
            _remove(db, case)
            # the index keeps the words of rows that were deleted; made again of the rows there are, it does not
            db.execute("INSERT INTO passages_fts(passages_fts) VALUES ('rebuild')")
            db.execute("DELETE FROM words WHERE word NOT IN (SELECT term FROM terms)")
        db.execute("VACUUM")


@contextmanager
def opened_derived(path: Path) -> Iterator[Database]:
    """The database, made if there is none, and made anew if it is of another version.

    Raises:
        Damaged: it was found to be damaged on the way, and was deleted; the next time there is a new one.
        StorageError: it cannot be opened.
    """
    with explained(path):
        try:
            with closing(_connected(path)) as db:
                yield db
        except database_errors() as error:
            if code_of(error) not in _DAMAGE:
                raise
            _delete(path)
            raise Damaged(
                f"{path} was damaged, and was deleted.", "Do it again: it is made anew from the interviews."
            ) from error


def _connected(path: Path) -> Database:
    """A connection to a database that can be used: whatever else was there has been deleted."""
    if not _is_usable(path):
        with _locked(path.parent):
            if not _is_usable(path):  # another program has made none meanwhile
                _delete(path)
                make_empty(path)
                with closing(_with_settings(path)) as db:
                    _lay_out(db)
    return _with_settings(path)


def _is_usable(path: Path) -> bool:
    if not path.is_file():
        return False
    try:
        with closing(_with_settings(path)) as db:
            return bool(db.execute("PRAGMA user_version").fetchone()[0] == FORMAT)
    except database_errors() as error:
        if code_of(error) in _DAMAGE:
            return False
        raise


def _with_settings(path: Path) -> Database:
    db = connect(path)
    try:
        db.execute("PRAGMA secure_delete = ON")
        db.execute("PRAGMA temp_store = MEMORY")
        db.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        db.close()
        raise
    return db


def _lay_out(db: Database) -> None:
    db.table("digests").create(
        {"case": str, "fingerprint": str, "origin_ms": int, "body": str},
        pk="case",
        not_null={"fingerprint", "origin_ms", "body"},
        strict=True,
    )
    db.table("incidents").create(
        {"case": str, "schedule": str, "rows": str}, pk="case", not_null={"schedule", "rows"}, strict=True
    )
    appraisals.lay_out(db)
    passages = db.table("passages")
    passages.create(
        {
            "id": int,
            **dict.fromkeys(("case", "source", "origin", "text", "speaker", "item", "round", "question"), str),
            "incident": str,
            "start_ms": int,
            "words_ms": str,
            "marks": str,
        },
        pk="id",
        strict=True,
    )
    passages.create_index(["case"])
    words = db.table("words")
    words.create({"word": str, "stem": str}, pk=("word", "stem"), strict=True)
    words.create_index(["stem"])
    passages.enable_fts(["text", "marks"], create_triggers=True, tokenize=TOKENS)
    db.execute("INSERT INTO passages_fts(passages_fts, rank) VALUES ('rank', 'bm25(1.0, 0.0)')")
    db.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(passages_fts, row)")
    db.execute(f"PRAGMA user_version = {FORMAT}")
    db.conn.commit()


def _delete(path: Path) -> None:
    for file in (path, path.with_name(f"{path.name}-journal")):
        file.unlink(missing_ok=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Be the only one that writes. Whoever waits is next: who makes case after case would take the lock again at once.

    Raises:
        StorageError: another one writes for too long.
    """
    locks = make_folder(folder / "locks")
    queue, lock = (
        FileLock(locks / name, timeout=LOCK_WAIT_S, mode=0o600) for name in ("derived-queue.lock", "derived.lock")
    )
    try:
        with queue:
            lock.acquire()
    except Timeout as error:
        raise StorageError(
            f"{folder / DERIVED_FILE} is being written by another interview-tui.", "Try again when that one is done."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _bring(db: Database, study: StudyFolder, case: str, view: View, brought: Brought) -> None:
    """Put a case in place of what was known of it; of one that cannot be read nothing is known any more."""
    found: tuple[Made, Told, Appraised] | None = None
    fingerprint = _sources(study, case).get(case, "")  # before it is read: what changes meanwhile makes it stale
    try:
        made, schedule = view(study, case), study.schedule(case)
        told = Told(case, schedule.sha256, tuple(comparison.rows_of(made[0], schedule)))
        found = made, told, appraisals.made(study, case, made[0])
        brought.made.append(case)
    except InterviewTuiError as error:
        brought.failed[case] = error
    except KeyError as error:
        brought.failed[case] = StorageError(f"{case} cannot be read: its schedule has no {error}.")
    with writing(db):
        _remove(db, case)
        if found is not None:
            _add(db, fingerprint, *found, study.settings.language)


def _add(db: Database, fingerprint: str, made: Made, told: Told, figures: Appraised, language: str) -> None:
    (record, digest), case = made, told.case
    body = json.dumps(to_json(digest))
    appraisals.add(db, figures)
    db.table("digests").insert({"case": case, "fingerprint": fingerprint, "origin_ms": record.origin_ms, "body": body})
    if not record.rehearsal:  # its incidents are compared with nobody's
        body = json.dumps([comparison.to_json(row) for row in told.rows])
        db.table("incidents").insert({"case": case, "schedule": told.schedule, "rows": body})
    rows = [_row(case, found) for found in findable(record)]
    db.table("passages").insert_all(rows)
    stem = stemmer(record.provenance.language if record.provenance else language)
    words = {word for row in rows for word in words_of(str(row["text"]))}
    db.table("words").insert_all(({"word": word, "stem": stem(word)} for word in words), ignore=True)


def words_of(text: str) -> list[str]:
    """The words of a text as the index has them: in small letters, without accents."""
    letters = (letter for letter in normalize("NFKD", text) if not combining(letter))
    return _WORD.findall("".join(letters).lower())


def _remove(db: Database, case: str) -> None:
    for table in ("passages", "incidents", "digests", appraisals.TABLE):
        db.execute(f'DELETE FROM {table} WHERE "case" = ?', [case])


def _row(case: str, found: Findable) -> dict[str, str | int]:
    return {
        "case": case,
        "source": found.source.value,
        "origin": found.origin,
        "text": _plain(found.text),
        "speaker": found.speaker,
        "item": found.place.item if found.place else "",
        "round": found.place.round if found.place else "",
        "question": found.question,
        "incident": found.incident,
        "start_ms": found.start_ms,
        "words_ms": _steps(found),
        "marks": " ".join(
            (
                mark("case", case),
                mark("source", found.source.value),
                mark("speaker", found.speaker),
                mark("incident", found.incident),
            )
        ),
    }


def _steps(found: Findable) -> str:
    """When the words of a row begin, each counted from the one before, the first from the row's own moment."""
    return " ".join(str(at_ms - before_ms) for before_ms, at_ms in pairwise((found.start_ms, *found.words_ms)))


def moments(start_ms: int, steps: str) -> tuple[int, ...]:
    """When the words of a row begin (call clock), as they are kept with it."""
    return tuple(accumulate(map(int, steps.split()), initial=start_ms))[1:]


def mark(kind: str, value: str) -> str:
    """A value as one word of the index, which is searched as quickly as any other: `case080048055`.

    In digits, for the tokenizer leaves those as they are.
    """
    return kind + "".join(f"{byte:03}" for byte in value.encode("utf-8", "replace"))


def _plain(text: str) -> str:
    """A text as UTF-8 can hold it, without the characters that mark a match."""
    return text.translate({ord(BEGINS): " ", ord(ENDS): " ", 0: " "}).encode("utf-8", "replace").decode()


def _sources(study: StudyFolder, case: str | None = None) -> Mapping[str, str]:
    """Every case of the journal, or one, with the fingerprint of what its record is made from."""
    database = study.path / DATABASE_FILE
    if not database.is_file():
        return {}
    where, given = ("", []) if case is None else ('WHERE "case" = ?', [cases.checked(case)])
    with opened(database) as db:
        counts = db.execute(f'SELECT "case", max(number) FROM events {where} GROUP BY "case"', given).fetchall()
    return {name: _fingerprint(study, name, count) for name, count in counts}


def _fingerprint(study: StudyFolder, case: str, events: int) -> str:
    """How many events there are, and of each file its name, size and time of change."""
    files = [study.path / "recordings" / case / "transcript.json", *study.review_folder(case).files()]
    with explained(study.path):
        stated = [(file.name, found.st_size, found.st_mtime_ns) for file in files if (found := _stat(file))]
    return json.dumps([__version__, events, stated], separators=(",", ":"))


def _stat(file: Path) -> os.stat_result | None:
    with suppress(FileNotFoundError):
        return file.stat()
    return None
