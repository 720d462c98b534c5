"""Every place that keeps something of a case: what it holds, and how that is removed from it.

What is found is what is removed: each place does both. A place removes what is left of the case whenever it is asked,
so that it may be cut off anywhere and asked again. The journal comes late, for other places are found by it; the search
index after it, for another program may make that again as long as there is a journal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from interview_tui import copies, pseudonymising
from interview_tui.at_rest import files as at_rest
from interview_tui.audio.stored import segments, span_log
from interview_tui.credibility.remains import after_case
from interview_tui.errors import InterviewTuiError
from interview_tui.fieldwork.identity import Lock
from interview_tui.fieldwork.ports import IdentityBook
from interview_tui.sources import fallback_folder
from interview_tui.store import derived, removal
from interview_tui.store.case_notes import CASES
from interview_tui.store.coding_log import CodingFolder
from interview_tui.store.failures import explained
from interview_tui.store.loose_lines import LooseLines
from interview_tui.store.pseudonym_log import log_of
from interview_tui.store.study import DATABASE_FILE, ERROR_LOG, StudyFolder
from interview_tui.transcribe.erasing import nobody_at_work
from interview_tui.transcribe.spec import LOCK

OF_ANY_CASE = ("exports and bundles", "error.log")
"""The places whose files may be of any case, or of none."""
UNKNOWN = "locked: not known"


class Place(Protocol):
    """A place that may keep something of a case."""

    name: str
    """What it is called, to the person who withdraws."""
    deed: str
    """What is done there, as a sentence has it: was deleted."""

    def held(self) -> str:
        """How much of the case it holds, without content; empty: nothing.

        Raises:
            InterviewTuiError: it cannot be looked into.
        """
        ...

    def files(self) -> Sequence[Path]:
        """The files that hold it, to be hashed before and after."""
        ...

    def remove(self) -> str:
        """Remove all of the case; gives why that could not be, where nothing waits for it, or nothing.

        Raises:
            InterviewTuiError: it cannot be done now; asked for again, it goes on.
        """
        ...


def places_of(study: StudyFolder, case: str, identities: IdentityBook) -> list[Place]:
    """Every place, in the order in which they are cleared."""
    return [
        _Names(study, case),
        _Identity(identities, case),
        _Copies(study, case),
        _Notes(study, case),
        _Coding(study, case),
        _Reviews(study, case),
        _Recordings(study, case),
        _Journal(study, case),
        _Search(study, case),
        _ErrorLog(study),
    ]


def many(number: int, one: str, several: str = "") -> str:
    """A number of things in words: `1 note`, `3 notes`; nothing for none."""
    return f"{number} {one if number == 1 else several or f'{one}s'}" if number else ""


def size(number: int) -> str:
    """So many bytes, as people read them."""
    amount, unit = float(number), "bytes"
    for larger in ("kB", "MB", "GB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"


def listed(parts: Sequence[str]) -> str:
    """Amounts one after the other, those that are nothing left out."""
    return ", ".join(part for part in parts if part)


class _Names:
    """The log of pseudonyms, which lies outside the study."""

    name, deed = "log of pseudonyms", "every line of the case deleted, and names of the study that only it had"

    def __init__(self, study: StudyFolder, case: str) -> None:
        self._study, self._case = study, case

    def held(self) -> str:
        log = log_of(self._study)
        own = [entry for entry in log.entries() if entry.pseudonym.case == self._case] if log is not None else []
        return many(len(own), "line")

    def files(self) -> Sequence[Path]:
        return ()  # a hash of a list of names could be used to try names

    def remove(self) -> str:
        try:
            log = log_of(self._study)
            if log is None:
                return ""
            log.rewrite(lambda entry: None if entry.pseudonym.case == self._case else entry)
            if self._study.knows(self._case):
                pseudonymising.forget(self._study, self._case, pseudonymising.texts_of(self._study, self._case), ())
        except InterviewTuiError as error:
            return (
                f"the log of pseudonyms. {error.message} Whoever keeps it deletes the lines of {self._case}, and of "
                "names of the whole study that only it had."
            )
        return ""


class _Identity:
    """The file of identities, which lies outside the study."""

    name, deed = "identity", "deleted from the file of identities"

    def __init__(self, identities: IdentityBook, case: str) -> None:
        self._identities, self._case = identities, case

    def held(self) -> str:
        if self._identities.lock is Lock.LOCKED:
            return UNKNOWN
        known = self._identities.lock is Lock.UNLOCKED and self._identities.of(self._case) is not None
        return "name and how to reach them" if known else ""

    def files(self) -> Sequence[Path]:
        return ()

    def remove(self) -> str:
        try:
            if self._identities.lock is Lock.LOCKED:
                return (
                    f"who {self._case} is, in the file of identities, which was locked. Whoever has its passphrase "
                    f"deletes the entry of {self._case}: interview-tui withdraw {self._case}, once more."
                )
            if self._identities.lock is Lock.UNLOCKED and self._identities.of(self._case) is not None:
                self._identities.keep(self._case, None)
        except InterviewTuiError as error:
            return f"who {self._case} is, in the file of identities. {error.message}"
        return ""


class _Copies:
    """Exports, bundles, and what was received."""

    name, deed = OF_ANY_CASE[0], "deleted; those of several interviews too: write them again"

    def __init__(self, study: StudyFolder, case: str) -> None:
        self._study, self._case = study, case

    def held(self) -> str:
        found = [copy for copy in copies.copies_of(self._study, self._case) if copy.in_reach]
        words = {
            copies.Kind.EXPORT: ("export", "exports"),
            copies.Kind.BUNDLE: ("bundle", "bundles"),
            copies.Kind.RECEIVED: ("file that was received", "files that were received"),
        }
        return listed([many(sum(copy.kind is kind for copy in found), *words[kind]) for kind in copies.Kind])

    def files(self) -> Sequence[Path]:
        return [copy.file for copy in copies.copies_of(self._study, self._case) if copy.in_reach]

    def remove(self) -> str:
        copies.delete(self._study, copies.copies_of(self._study, self._case))
        copies.forget(self._study, self._case)
        return ""


class _Notes:
    """What was noted of the case besides its interview: attempts, appointments, remarks."""

    name, deed = "notes of the case", "every line of the case deleted"

    def __init__(self, study: StudyFolder, case: str) -> None:
        lock = study.path / "locks" / f"{CASES}.lock"
        self._lines, self._is_gone = LooseLines(study.path / CASES, lock), partial(_is_of, case)

    def held(self) -> str:
        return many(self._lines.count(self._is_gone), "entry", "entries")

    def files(self) -> Sequence[Path]:
        return self._lines.files()

    def remove(self) -> str:
        self._lines.remove(self._is_gone)
        return ""


class _Coding:
    """What coders, extractors and judges noted of it."""

    name, deed = "coding", "every line of the case deleted, the case taken out of samples"

    def __init__(self, study: StudyFolder, case: str) -> None:
        self._folder, self._case = CodingFolder(study.path), case

    def held(self) -> str:
        own = sum(after_case(entry, self._case) != entry for entry in self._folder.entries())
        return many(own, "entry", "entries")

    def files(self) -> Sequence[Path]:
        return self._folder.files()

    def remove(self) -> str:
        self._folder.rewrite(lambda entry: after_case(entry, self._case))
        return ""


class _Search:
    """The digests of all records, and what search looks through."""

    name, deed = "search index (derived.db)", "its rows deleted, the file written anew"

    def __init__(self, study: StudyFolder, case: str) -> None:
        self._study, self._case = study, case

    def held(self) -> str:
        return "its record" if any(each.case == self._case for each in derived.digests(self._study)) else ""

    def files(self) -> Sequence[Path]:
        return ()

    def remove(self) -> str:
        derived.forget(self._study.path, self._case)
        return ""


class _Reviews:
    """What reviewers changed."""

    name, deed = "reviews", "deleted"

    def __init__(self, study: StudyFolder, case: str) -> None:
        self._folder = study.review_folder(case)

    def held(self) -> str:
        edits = sum(1 for _ in self._folder.entries())
        return listed([many(edits, "change"), many(len(self.files()), "file")])

    def files(self) -> Sequence[Path]:
        return _files(self._folder.path)

    def remove(self) -> str:
        _remove_folder(self._folder.path)
        return ""


class _Recordings:
    """Audio of whatever recorder, the transcript, and what was kept in making both; also where recording fell back."""

    name, deed = "audio and transcript", "deleted"

    def __init__(self, study: StudyFolder, case: str) -> None:
        self._folder = study.path / "recordings" / case
        self._fallback = fallback_folder(study) / case

    def held(self) -> str:
        found = self.files()
        elsewhere = sum(not file.is_relative_to(self._folder) for file in found)
        beyond = f"{elsewhere} of them where recording fell back" if elsewhere else ""
        amount = size(sum(map(_held_in, found))) if found else ""
        return listed([many(len(found), "file"), amount, beyond])

    def files(self) -> Sequence[Path]:
        return sorted({*_files(self._folder), *self._beyond()})

    def _beyond(self) -> Iterator[Path]:
        yield from _files(self._fallback)
        if self._folder.is_dir():
            yield from segments.elsewhere(self._folder)
            told = span_log.fallback_of(self._folder)
            yield from _files(told) if told is not None else ()

    def remove(self) -> str:
        if self._folder.is_dir():
            with nobody_at_work(self._folder):
                places = {file.parent for file in self._beyond()}  # the log that knows them goes after them
                for file in [*self._beyond(), *_files(self._folder)]:
                    if file.name != LOCK:
                        with explained(file):
                            file.unlink(missing_ok=True)
                for place in places:
                    if not _files(place):
                        _remove_folder(place)
        _remove_folder(self._fallback)
        _remove_folder(self._folder)
        return ""


class _Journal:
    """Events, half-typed lines, and the entry of the interview: in the database, its log and its backups."""

    name, deed = "journal (study.db) and its backups", "its rows deleted, the files written anew"

    def __init__(self, study: StudyFolder, case: str) -> None:
        self._database, self._case = study.path / DATABASE_FILE, case

    def held(self) -> str:
        rows = removal.rows_of(self._database, self._case)
        return listed(
            [
                many(rows.events, "event"),
                many(rows.drafts, "half-typed line"),
                f"rows in {many(len(rows.backups), 'backup')}" if rows.backups else "",
            ]
        )

    def files(self) -> Sequence[Path]:
        return removal.rows_of(self._database, self._case).backups

    def remove(self) -> str:
        removal.remove(self._database, self._case)
        return ""


class _ErrorLog:
    """What was written down of errors that should not have happened, whatever words stand in it."""

    name, deed = OF_ANY_CASE[1], "deleted: nobody knows whose words are in it"

    def __init__(self, study: StudyFolder) -> None:
        self._file = study.path / ERROR_LOG

    def held(self) -> str:
        return size(_held_in(self._file)) if self._file.is_file() else ""

    def files(self) -> Sequence[Path]:
        return [self._file]

    def remove(self) -> str:
        with explained(self._file):
            self._file.unlink(missing_ok=True)
        return ""


def _is_of(case: str, change: object) -> bool:
    """Whether a change is of a case."""
    return isinstance(change, dict) and change.get("case") == case


def _files(folder: Path) -> list[Path]:
    with explained(folder):
        return sorted(file for file in folder.rglob("*") if file.is_file()) if folder.is_dir() else []


def _held_in(file: Path) -> int:
    """How many bytes a file holds, sealed or not."""
    with explained(file):
        return at_rest.size(file)


def _remove_folder(folder: Path) -> None:
    """Delete a folder with all that is in it, if it is there."""
    if not folder.is_dir():
        return
    with explained(folder):
        for file in sorted(folder.rglob("*"), reverse=True):
            if file.is_dir() and not file.is_symlink():
                file.rmdir()
            else:
                file.unlink(missing_ok=True)
        folder.rmdir()
