"""Copies of interviews, made to be taken elsewhere: exports, bundles, what was received. Found and deleted.

Of a file of many interviews nobody can say afterwards whose words are in it, so it counts as a copy of each. Where
exports were written elsewhere stands in `exports/elsewhere.jsonl`, a line a file, with its hash and its cases.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from interview_tui.audio.files import sha256
from interview_tui.errors import StorageError
from interview_tui.export.naming import AUDIO, written_of
from interview_tui.export.versions import REGISTER
from interview_tui.store.failures import explained
from interview_tui.store.made_bundles import BUNDLES, MADE
from interview_tui.store.private_files import make_folder, write_whole
from interview_tui.store.study import StudyFolder

ELSEWHERE, DELETED = "elsewhere.jsonl", "deleted"
RECEIVED, HALF_RECEIVED = "received", ".receiving"
"""Where what was received and found no place is laid aside, a folder a case; and what a killed program left open."""


class Kind(StrEnum):
    """What a copy is."""

    EXPORT = "export"
    BUNDLE = "bundle"
    RECEIVED = "received"


class Reach(StrEnum):
    """Whether a copy can be deleted from here."""

    HERE = "in the study"
    ELSEWHERE = "elsewhere, as it was written"
    CHANGED = "was changed since it was written"
    GONE = "is not there any more"
    SEALED = "is sealed, and nobody noted what is in it"


_KEEPER = {
    Reach.CHANGED: "whoever changed it has to delete it",
    Reach.GONE: "whoever holds it has to delete it",
    Reach.SEALED: "whoever can open it looks",
}


@dataclass(frozen=True, slots=True)
class Copy:
    """A file that holds a case or may hold it, and whether it can be deleted."""

    file: Path
    kind: Kind
    reach: Reach

    @property
    def in_reach(self) -> bool:
        """Whether it is deleted when the case is."""
        return self.reach in (Reach.HERE, Reach.ELSEWHERE)


def copies_of(study: StudyFolder, case: str) -> list[Copy]:
    """Every copy that holds a case or may hold it.

    Raises:
        StorageError, ExportError: a folder or a list of copies cannot be read.
    """
    return [
        *(Copy(file, Kind.EXPORT, Reach.HERE) for file in written_of(case, study.exports_folder)),
        *_listed(study, case, study.export_lists / ELSEWHERE, Kind.EXPORT),
        *_bundles(study, case),
        *(Copy(file, Kind.RECEIVED, Reach.HERE) for file in _files(study.path / RECEIVED / case)),
        *(Copy(file, Kind.RECEIVED, Reach.HERE) for file in _files(study.path / HALF_RECEIVED)),
    ]


def delete(study: StudyFolder, found: Iterable[Copy]) -> None:
    """Delete the copies that are in reach, and note of those in a list that it was done here.

    Raises:
        StorageError: one cannot be deleted, or a list cannot be rewritten.
    """
    gone = [copy for copy in found if copy.in_reach]
    for copy in gone:
        with explained(copy.file):
            copy.file.unlink(missing_ok=True)
            if copy.kind is Kind.RECEIVED and not any(copy.file.parent.iterdir()):
                copy.file.parent.rmdir()
    files = {copy.file.resolve() for copy in gone}
    for register in (study.export_lists / ELSEWHERE, study.path / BUNDLES / MADE):
        lines = _lines(register)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        told = [{**line, DELETED: at} if _place(study, line) in files else line for line in lines]
        if told != lines:
            write_whole(register, _text(told))


def forget(study: StudyFolder, case: str) -> None:
    """Take a case out of the list of exports elsewhere and out of the register of versions.

    Raises:
        StorageError: one of them cannot be rewritten.
    """
    lines = _lines(study.export_lists / ELSEWHERE)
    left = [{**line, "cases": [each for each in line["cases"] if each != case]} for line in lines]
    if left != lines:
        write_whole(study.export_lists / ELSEWHERE, _text(line for line in left if line["cases"]))
    register = study.export_lists / REGISTER
    with explained(register):
        known = _object(register.read_text(encoding="utf-8")) if register.is_file() else {}
    if known.pop(case, None) is not None:
        write_whole(register, f"{json.dumps(known, indent=1, sort_keys=True)}\n")


def beyond(study: StudyFolder, case: str) -> Iterator[str]:
    """A sentence for every copy of a case that is not in reach: what it is, why, and who has to see to it.

    Raises:
        As `copies_of` does.
    """
    for copy in copies_of(study, case):
        if not copy.in_reach:
            yield f"Not reached: the {copy.kind} {copy.file} {copy.reach}; {_KEEPER[copy.reach]}."
    made = [line for line in _lines(study.path / BUNDLES / MADE) if case in line["cases"]]
    if made:
        yield (
            f"Not reached: whoever received one of the bundles with {case} ({len(made)} were made) has to withdraw it "
            "there as well."
        )


def note_written(study: StudyFolder, files: Sequence[Path], cases: Sequence[str], folder: Path) -> None:
    """Note exports of these cases that were written into another folder than the study's own for them.

    Raises:
        StorageError: it cannot be noted.
    """
    if folder.resolve() == study.exports_folder.resolve():
        return
    of_each = {case: set(written_of(case, folder)) for case in cases}
    beside = {file for found in of_each.values() for file in found if file.parent.name == AUDIO}
    at = datetime.now(UTC).isoformat(timespec="seconds")
    new = [
        {
            "at": at,
            "file": str(file.resolve()),
            "sha256": sha256(file),
            "cases": [case for case in cases if file in of_each[case]] or list(cases),
        }
        for file in [*files, *sorted(beside)]
    ]
    register = make_folder(study.export_lists) / ELSEWHERE
    replaced = {(line["file"], line["sha256"]) for line in new}
    kept = [line for line in _lines(register) if (line["file"], line["sha256"]) not in replaced]
    write_whole(register, _text([*kept, *new]))


def _bundles(study: StudyFolder, case: str) -> Iterator[Copy]:
    """The bundles that hold a case, wherever they were put; of others in the study's folder for them nobody can say.

    Those may hold what was not received yet, so they stay; what a killed program left half made goes.
    """
    folder = study.path / BUNDLES
    made = folder / MADE
    yield from _listed(study, case, made, Kind.BUNDLE)
    listed = {_place(study, line) for line in _lines(made)}
    for file in _files(folder):
        if file != made and file.resolve() not in listed:
            yield Copy(file, Kind.BUNDLE, Reach.HERE if file.name[0] == "." else Reach.SEALED)


def _listed(study: StudyFolder, case: str, register: Path, kind: Kind) -> Iterator[Copy]:
    """The copies of a case in a list of them, each once. One that was put aside for a newer one lies beside it."""
    hashes: dict[Path, set[str]] = {}
    deleted: set[Path] = set()
    for line in _lines(register):
        if case in line["cases"]:
            place = _place(study, line)
            hashes.setdefault(place, set()).add(line["sha256"])
            if DELETED in line:
                deleted.add(place)
            else:
                deleted.discard(place)  # written there again since
    for place, known in hashes.items():
        earlier = sorted(place.parent.glob(f"{_escaped(place.stem)}_earlier-*{place.suffix}"))
        there = [file for file in (place, *earlier) if file.is_file()]
        ours = [file for file in there if sha256(file) in known]
        yield from (Copy(file, kind, _reach(study, file)) for file in ours)
        if place not in ours and place not in deleted:
            yield Copy(place, kind, Reach.CHANGED if place in there else Reach.GONE)


def _reach(study: StudyFolder, file: Path) -> Reach:
    return Reach.HERE if file.is_relative_to(study.path) else Reach.ELSEWHERE


def _escaped(name: str) -> str:
    """A name as a pattern that it alone fits."""
    return "".join(f"[{letter}]" if letter in "[?*" else letter for letter in name)


def _place(study: StudyFolder, line: Mapping[str, Any]) -> Path:
    return Path(study.path, str(line["file"])).resolve()


def _files(folder: Path) -> list[Path]:
    with explained(folder):
        return sorted(file for file in folder.rglob("*") if file.is_file()) if folder.is_dir() else []


def _lines(register: Path) -> list[dict[str, Any]]:
    """The lines of a list of copies; what a crash has torn off the end is none."""
    with explained(register):
        text = register.read_text(encoding="utf-8") if register.is_file() else ""
    *whole, last = text.split("\n")
    try:
        found = [_object(line) for line in whole]
        if last and last.endswith("}"):
            found.append(_object(last))
        return [
            {**line, "file": str(line["file"]), "sha256": str(line["sha256"]), "cases": list(line["cases"])}
            for line in found
            if line
        ]
    except (KeyError, TypeError, StorageError) as error:
        raise StorageError(
            f"{register} cannot be read: {error}.", "Put the line right, or take it out: it says where a copy lies."
        ) from error


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text) if text.strip() else {}
    except ValueError as error:
        raise StorageError(f"this is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise StorageError("this is no JSON object")
    return found


def _text(lines: Iterable[Mapping[str, Any]]) -> str:
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
