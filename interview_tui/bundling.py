"""Bundles interviews for somebody else who works on the same study: one sealed file with all that is known of them.

Names are never in it: neither who the cases are nor what stands for names that were said. Both lie outside the study,
and whoever keeps them hands them over in another way.
"""

from __future__ import annotations

import json
import platform
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from interview_tui import __version__, packing
from interview_tui.errors import AudioError, ConfigError, Refused, StorageError
from interview_tui.export.json_record import record_json
from interview_tui.interview.signed_json import to_json as signed_json
from interview_tui.interview.state import Interview
from interview_tui.record.review.edit_json import to_json as edit_json
from interview_tui.store import bundles, cases, certificates, sealing
from interview_tui.store.bundles import JOURNAL, RECORD, SCHEDULE, TRANSCRIPT, Content, Manifest
from interview_tui.store.case_notes import CaseNotes
from interview_tui.store.codebooks import CODEBOOK
from interview_tui.store.coding_log import CodingFolder
from interview_tui.store.event_rows import row_of
from interview_tui.store.failures import explained
from interview_tui.store.journal import taken
from interview_tui.store.line_logs import LineLogs, file_name
from interview_tui.store.made_bundles import BUNDLES, MadeBundle, note_down
from interview_tui.store.preferences import reviewer
from interview_tui.store.private_files import make_folder
from interview_tui.store.pseudonym_log import log_of, new_log
from interview_tui.store.settings import read_settings
from interview_tui.store.study import DATABASE_FILE, SETTINGS_FILE, StudyFolder

SUFFIX = ".bundle"


@dataclass(frozen=True, slots=True)
class Bundled:
    """A bundle that was made: its file, that file's size in bytes, what it says of itself, and what is to be said."""

    path: Path
    size: int
    manifest: Manifest
    remarks: tuple[str, ...]


def bundle(
    study: StudyFolder, wanted: Sequence[str], target: Path, recipients: Sequence[str] = (), passphrase: str = ""
) -> Bundled:
    """Bundle interviews that have ended into the file `target`, sealed for age recipients or with a passphrase.

    A folder as `target` gets a file of a name of its own in it. Audio is packed first.

    Raises:
        ConfigError: a case or recipient is none, or there is such a file.
        Refused: an interview goes on, or was withdrawn.
        StorageError: something cannot be read or written, or a case is open elsewhere.
    """
    for recipient in recipients:
        sealing.recipient_of(recipient)
    chosen = sorted(dict.fromkeys(cases.checked(case) for case in wanted))
    if not chosen:
        raise ConfigError("No case was named.", "Write: interview-tui bundle P07 P08 --to FILE, or --all.")
    remarks: list[str] = []
    for case in chosen:
        _make_ready(study, case, remarks)
    study_id = id_of(study)
    locks = []
    try:
        locks += [taken(study.path / DATABASE_FILE, case) for case in chosen]
        contents = dict(_contents(study, chosen, remarks))
        entries = tuple(bundles.entry_of(name, content) for name, content in sorted(contents.items()))
        manifest = Manifest(
            uuid.uuid4().hex,
            __version__,
            study_id,
            study.name,
            reviewer(),
            platform.node() or "machine",
            time.time_ns() // 1_000_000,
            tuple(chosen),
            tuple(sorted(certificates.withdrawn(study.path))),
            _has_pseudonyms(study),
            entries,
        )
        path = _file(target, manifest)
        digest = sealing.seal(partial(_write, manifest, contents), path, recipients, passphrase)
    finally:
        for lock in locks:
            lock.release()
    at = datetime.fromtimestamp(manifest.made_wall_ms / 1000, UTC).isoformat(timespec="seconds")
    note_down(study.path, MadeBundle(manifest.id, at, str(path.absolute()), digest, manifest.cases))
    return Bundled(path, path.stat().st_size, manifest, tuple(remarks))


def id_of(study: StudyFolder) -> str:
    """Which study this is; it is given an id if it has none.

    Raises:
        ConfigError, StorageError: study.toml cannot take it, or the log of pseudonyms cannot be begun.
    """
    file = study.path / SETTINGS_FILE
    known = read_settings(file)[0].id if file.is_file() else study.settings.id
    if known:
        return known
    new_log(study)
    return read_settings(file)[0].id


def _write(manifest: Manifest, contents: dict[str, Content], out: Any) -> None:
    bundles.write(out, manifest, contents)


def _file(target: Path, manifest: Manifest) -> Path:
    if not target.is_dir():
        if not target.parent.is_dir():
            raise ConfigError(f"There is no folder {target.parent}.", "Make it first, or name another one.")
        return target
    made = datetime.fromtimestamp(manifest.made_wall_ms / 1000, UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
    return target / f"{'-'.join(manifest.cases[:3])}-{made}-{manifest.id[:4]}{SUFFIX}"


def home_of_bundles(study: StudyFolder) -> Path:
    """Where a bundle goes for which no place was named; made if need be."""
    return make_folder(study.path / BUNDLES)


def _make_ready(study: StudyFolder, case: str, remarks: list[str]) -> None:
    """Refuse what cannot go, and pack the audio of what can."""
    certificates.refuse_withdrawn(study.path, case)
    if not study.interview(case).ended:
        raise Refused(f"The interview with {case} goes on.", "End it first; a call that goes on cannot be taken along.")
    try:
        packing.pack_audio(study, case)
    except AudioError as error:
        remarks.append(f"{case}: its audio goes as it was recorded: {error.message}")


def _has_pseudonyms(study: StudyFolder) -> bool:
    try:
        log = log_of(study)
        return log is not None and bool(log.entries())
    except StorageError:
        return True  # the log is elsewhere: this study cannot do without it


def _contents(study: StudyFolder, chosen: Sequence[str], remarks: list[str]) -> Iterator[tuple[str, Content]]:
    for case in chosen:
        for name, content in _of_case(study, case, remarks):
            yield f"cases/{case}/{name}", content
    logs: tuple[tuple[str, LineLogs[Any]], ...] = (
        ("cases", CaseNotes(study.path)),
        ("coding", CodingFolder(study.path)),
    )
    for folder, log in logs:
        ours = (entry for entry in log.entries() if getattr(entry.change, "case", None) in (None, *chosen))
        for name, lines in _lines(ours, signed_json):
            yield f"study/{folder}/{name}", lines
        remarks += log.damage()
    for file in _files(study.path / CODEBOOK, "[0-9][0-9][0-9]*-*.txt"):  # its versions; not what is worked on
        yield f"study/{CODEBOOK}/{file.name}", file


def _of_case(study: StudyFolder, case: str, remarks: list[str]) -> Iterator[tuple[str, Content]]:
    events, interview = study.events(case), study.interview(case)
    rows = (row_of(case, number, event) for number, event in enumerate(events, 1))
    yield JOURNAL, "".join(f"{json.dumps(row)}\n" for row in rows).encode()
    yield SCHEDULE, study.schedule(case).text.encode()
    yield RECORD, json.dumps(record_json(study.record(case)), ensure_ascii=False, indent=1).encode()
    folder = study.audio_folder(case)
    if study.transcript(case) is not None:
        yield TRANSCRIPT, folder / TRANSCRIPT
    for name in audio_names(interview):
        if (folder / name).is_file():
            yield f"audio/{name}", folder / name
        else:
            remarks.append(f"{case}: {name} is not there, so it is not in the bundle.")
    review = study.review_folder(case)
    for name, lines in _lines(review.entries(), edit_json):
        yield f"reviews/{name}", lines
    remarks += review.damage()
    for file in _files(study.path / certificates.CERTIFICATES, f"{case}-*.txt"):
        yield f"certificates/{file.name}", file


def audio_names(interview: Interview) -> list[str]:
    """The files in which the audio of an interview lies, by their names in its folder."""
    parts = (
        part
        for span in interview.spans.values()
        for part in (*span.parts, *(span.beside.parts if span.beside is not None else ()))
    )
    return sorted({part.file for part in parts if Path(part.file).name == part.file})


def _lines(entries: Iterable[Any], to_json: Callable[[Any], dict[str, Any]]) -> Iterator[tuple[str, bytes]]:
    """Entries as the files of their writers."""
    files: dict[str, list[str]] = {}
    for entry in entries:
        files.setdefault(f"{file_name(entry.by, entry.machine)}.jsonl", []).append(json.dumps(to_json(entry)))
    for name, lines in sorted(files.items()):
        yield name, "".join(f"{line}\n" for line in lines).encode()


def _files(folder: Path, pattern: str = "*") -> list[Path]:
    with explained(folder):
        found = folder.glob(pattern) if folder.is_dir() else ()
        return sorted(file for file in found if file.is_file() and not file.name.startswith("."))
