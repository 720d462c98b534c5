"""Receives a bundle: opens it, checks all of it, and only then puts it together with the study.

What cannot be taken is refused in one sentence, and the study is as it was. What is taken is put together so that it
may be cut off anywhere, even by the power, and received again: it ends the same.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from interview_tui.at_rest.encrypted_folder import study_of
from interview_tui.at_rest.study_key import key_of, recipient_of
from interview_tui.copies import HALF_RECEIVED
from interview_tui.errors import ConfigError, InterviewTuiError, StorageError
from interview_tui.interview import reach
from interview_tui.joining_interviews import Joining, Sent, Standing, Told, sent, standing
from interview_tui.store import bundles, certificates, sealing
from interview_tui.store.bundle_key import key_file
from interview_tui.store.bundles import Bundle, Manifest
from interview_tui.store.case_notes import CaseNotes
from interview_tui.store.codebooks import CodebookFolder
from interview_tui.store.coding_lines import told_of
from interview_tui.store.coding_log import CodingFolder
from interview_tui.store.failures import explained
from interview_tui.store.joining_journals import cases_in
from interview_tui.store.journal import taken
from interview_tui.store.line_logs import LineLogs
from interview_tui.store.private_files import make_folder, put_in_place, write_whole
from interview_tui.store.pseudonym_log import join_log
from interview_tui.store.settings import read_settings
from interview_tui.store.study import DATABASE_FILE, SETTINGS_FILE, StudyFolder

_ZIP = "bundle.zip"
LOCK_WAIT_S = 1.0


@dataclass(frozen=True, slots=True)
class Received:
    """What came of a bundle: what it says of itself, of each case what was done, and what else is to be said."""

    manifest: Manifest
    cases: tuple[Told, ...]
    remarks: tuple[str, ...] = field(default=())


def receive(
    study: StudyFolder,
    file: Path,
    keys: Sequence[Any] = (),
    passphrase: str = "",
    *,
    join: bool = False,
    on_step: Callable[[str], None] = lambda _: None,
) -> Received:
    """Receive the bundle in `file`, sealed for one of `keys` or with a passphrase.

    `join` lets a study that has no id yet, and interviews of its own, become one with that of the bundle. `on_step` is
    told the name of each step before it is done.

    Raises:
        ConfigError: it is another study's.
        StorageError: it is damaged, sealed for others, of a newer version; a case is open elsewhere; the study is
            locked; the disk refuses.
        ScheduleError: a schedule in it cannot be understood.
    """
    with _alone(study.path), _opened(study.path, file, keys, passphrase, on_step) as (bundle, staging):
        on_step("check")
        _check_study(study, bundle.manifest, join=join)
        came = [sent(bundle, case, staging) for case in bundle.manifest.cases]
        lists = _lists(study, bundle, staging)
        codebook = _codebook(bundle, staging)
        with ExitStack() as locks:
            for case in came:
                locks.callback(taken(study.path / DATABASE_FILE, case.case).release)
            found = {case.case: _looked_at(study, case) for case in came}
            on_step("id")
            remarks = _take_id(study, bundle, came)
            joining = Joining(study, bundle, staging, on_step)
            cases = tuple(_take(joining, case, found[case.case]) for case in came)
            on_step("notes")
            remarks += _take_lists(lists, came, found)
            on_step("codebook")
            remarks += _take_codebook(study, codebook)
        on_step("clear up")
        remarks += _withdrawn_there(study, bundle.manifest)
        return Received(bundle.manifest, cases, tuple(remarks))


def listed(study: Path, file: Path, keys: Sequence[Any], passphrase: str = "") -> Manifest:
    """What a bundle says of itself; nothing of it is taken. Raises StorageError as `receive` does."""
    with _alone(study):
        staging = _staging(study)
        try:
            sealing.unseal(file, staging / _ZIP, keys, passphrase)
            return bundles.listed(staging / _ZIP)
        finally:
            shutil.rmtree(staging)


@contextmanager
def _alone(study: Path) -> Iterator[None]:
    """One bundle at a time; what a program that was killed has left of another is removed.

    Of a study that is locked nothing could be read, so nothing is made in it.
    """
    if (encrypted := study_of(study)) is not None:
        key_of(recipient_of(encrypted), encrypted)
    lock = FileLock(make_folder(study / "locks") / "receiving.lock", timeout=LOCK_WAIT_S, mode=0o600)
    try:
        with lock:
            if (study / HALF_RECEIVED).exists():
                with explained(study / HALF_RECEIVED):
                    shutil.rmtree(study / HALF_RECEIVED)
            yield
    except Timeout as error:
        raise StorageError("Another bundle is being received.", "Try again when that is done.") from error


def _staging(study: Path) -> Path:
    return make_folder(study / HALF_RECEIVED)


@contextmanager
def _opened(
    study: Path, file: Path, keys: Sequence[Any], passphrase: str, on_step: Callable[[str], None]
) -> Iterator[tuple[Bundle, Path]]:
    """The bundle, open and checked, and the folder for what is not whole yet; gone afterwards."""
    if sealing.is_with_passphrase(file):
        if not passphrase:
            raise ConfigError(f"{file} is sealed with a passphrase.", "Type it, or ask whoever made the bundle.")
    elif not keys:
        raise ConfigError(
            f"There is no key here to open {file} with: {key_file()} is missing.",
            "Bring your key here; or make one (interview-tui bundle --new-key) and have the bundle sealed for it.",
        )
    staging = _staging(study)
    bundle: Bundle | None = None
    try:
        on_step("unseal")
        sealing.unseal(file, staging / _ZIP, keys, passphrase)
        bundle = bundles.opened(staging / _ZIP, shutil.disk_usage(staging).free)
        yield bundle, staging
    finally:
        if bundle is not None:
            bundle.close()
        shutil.rmtree(staging, ignore_errors=True)


def _id(study: StudyFolder) -> str:
    file = study.path / SETTINGS_FILE
    return read_settings(file)[0].id if file.is_file() else ""


def _check_study(study: StudyFolder, manifest: Manifest, *, join: bool) -> None:
    """It is a bundle of this study, or this study may become the bundle's."""
    own = _id(study)
    if own and own != manifest.study_id:
        raise ConfigError(
            f"The bundle is of another study ({manifest.study_name}), and nothing of it was taken.",
            "Receive it in a copy of that study, or in a new, empty folder.",
        )
    if not own and not join and (cases_in(study.path / DATABASE_FILE) or CaseNotes(study.path).files()):
        raise ConfigError(
            f"This study has interviews of its own, and nobody knows whether it is {manifest.study_name}.",
            "If both are one study, say so: interview-tui receive FILE --join.",
        )


def _looked_at(study: StudyFolder, case: Sent) -> Standing | InterviewTuiError:
    """How a case stands to what is here; what cannot be put together is left out, and told."""
    try:
        return standing(study, case)
    except (ConfigError, InterviewTuiError) as error:
        if isinstance(error, StorageError):
            raise
        return error


def _take(joining: Joining, case: Sent, found: Standing | InterviewTuiError) -> Told:
    if isinstance(found, InterviewTuiError):
        hint = found.hint or (
            "Nothing of it was taken. See which of the two it is: bundle one of them under another case id."
        )
        return Told(case.case, refused=f"{found.message} {hint}")
    return joining.take(case)


def _take_id(study: StudyFolder, bundle: Bundle, came: Sequence[Sent]) -> list[str]:
    """Let a study that has no id become the bundle's; one that is nothing yet gets its name and a schedule as well."""
    manifest = bundle.manifest
    if _id(study):
        return []
    if not (study.path / SETTINGS_FILE).exists():
        for name in ("schedules", "recordings", "exports"):
            make_folder(study.path / name)
        if came and not list((study.path / "schedules").glob("*.yaml")):
            write_whole(study.path / "schedules" / "schedule.yaml", came[0].schedule.text)
    join_log(study, manifest.study_id, begun_elsewhere=manifest.pseudonyms)
    remarks = [f"This folder is a copy of the study {manifest.study_name} from now on."]
    if manifest.pseudonyms:
        remarks.append(
            "Names of this study have pseudonyms. They are in no bundle: have their log brought here in another way. "
            "Until then nothing is exported."
        )
    return remarks


def _lists(study: StudyFolder, bundle: Bundle, staging: Path) -> list[tuple[LineLogs[Any], LineLogs[Any], str]]:
    """The lists of the study and those that came, read through; what an entry of it is called.

    Raises:
        StorageError: a line of them is damaged.
    """
    kinds: list[tuple[str, LineLogs[Any], LineLogs[Any], str]] = [
        ("cases", CaseNotes(study.path), CaseNotes(staging), "notes about cases"),
        ("coding", CodingFolder(study.path), CodingFolder(staging), "entries of coding"),
    ]
    for folder, _, came, _ in kinds:
        make_folder(came.path)
        for name, entry in bundle.under(f"study/{folder}").items():
            bundle.copy(entry, came.path / name)
        if damage := came.damage():
            raise StorageError(f"The bundle is not whole. {damage[0]}", "Have it made once more; nothing was changed.")
    return [(ours, came, called) for _, ours, came, called in kinds]


def _take_lists(
    lists: Sequence[tuple[LineLogs[Any], LineLogs[Any], str]],
    came: Sequence[Sent],
    found: dict[str, Standing | InterviewTuiError],
) -> list[str]:
    """Add what others have noted to their files here, each entry once; nothing about talk that is destroyed."""
    told = []
    is_gone = [
        told_of(case.case, reach.wide(one.interview, gone), gone.rounds)
        for case in came
        if isinstance(one := found[case.case], Standing)
        for gone in one.gone
    ]
    refused = {case.case for case in came if not isinstance(found[case.case], Standing)}
    for ours, theirs, called in lists:
        known = {entry.id for entry in ours.entries()}
        new = {
            entry.id: entry
            for entry in theirs.entries()
            if entry.id not in known and getattr(entry.change, "case", None) not in refused
        }
        left = [entry for entry in new.values() if not any(gone(_plain(entry.change)) for gone in is_gone)]
        for writer in sorted({(entry.by, entry.machine) for entry in left}):
            ours.append(*(entry for entry in left if (entry.by, entry.machine) == writer))
        if left:
            told.append(f"{len(left)} {called} taken.")
    return told


def _plain(change: Any) -> dict[str, Any]:
    names = ("case", "start_ms", "end_ms", "incident")
    return {name: getattr(change, name) for name in names if hasattr(change, name)}


def _codebook(bundle: Bundle, staging: Path) -> CodebookFolder:
    """The versions of the codebook that came, read through.

    Raises:
        StorageError, ConfigError: one is damaged.
    """
    came = CodebookFolder(staging)
    make_folder(came.path)
    for name, entry in bundle.under("study/codebook").items():
        bundle.copy(entry, came.path / name)
    came.versions()
    return came


def _take_codebook(study: StudyFolder, came: CodebookFolder) -> list[str]:
    """Add versions that are not here; each is called after what is in it, so that two people's stand side by side."""
    folder = CodebookFolder(study.path).path
    new = [file for file in sorted(came.path.iterdir()) if not (folder / file.name).exists()]
    for file in new:
        make_folder(folder)
        with explained(folder):
            put_in_place(file, folder / file.name)
    return [f"{len(new)} versions of the codebook taken."] if new else []


def _withdrawn_there(study: StudyFolder, manifest: Manifest) -> list[str]:
    """What was withdrawn on the other side and is still here."""
    gone = certificates.withdrawn(study.path)
    return [
        f"{case} was withdrawn on the other side, and is still here: interview-tui withdraw {case}"
        for case in manifest.withdrawn
        if case not in gone and study.knows(case)
    ]
