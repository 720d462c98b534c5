"""A bundle before it is sealed: a zip of files with a manifest, which lists all of them with their sizes and hashes.

    manifest.json                         what it is, of which study, by whom; every other file
    cases/P07/journal.jsonl               the journal, an event a line
    cases/P07/schedule.yaml               the schedule it was conducted with
    cases/P07/audio/span-001.flac         what was recorded
    cases/P07/transcript.json             what was heard
    cases/P07/record.json                 the record, for a reader without this program
    cases/P07/reviews/NAME@MACHINE.jsonl  what was changed in review
    cases/P07/certificates/P07-w1.txt     what was destroyed
    study/cases/…, study/coding/…         notes about these cases, and their coding
    study/codebook/…                      the versions of the codebook

A bundle comes from elsewhere, so nothing of it is believed: all is checked here before anybody uses any of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from interview_tui.at_rest import files
from interview_tui.errors import ConfigError, StorageError
from interview_tui.store import cases
from interview_tui.store.failures import explained

FORMAT = 1
MANIFEST = "manifest.json"
JOURNAL, SCHEDULE, TRANSCRIPT, RECORD = "journal.jsonl", "schedule.yaml", "transcript.json", "record.json"
LARGEST_TEXT = 256 << 20
LARGEST_MANIFEST = 16 << 20
MOST_FILES = 100_000
_BLOCK = 1 << 20
_LONGEST_NAME = 120
_ALWAYS = (1980, 1, 1, 0, 0, 0)  # the same files make the same zip, whenever it is made
_NAME = re.compile(rf"[A-Za-z0-9_][A-Za-z0-9@._+-]{{0,{_LONGEST_NAME - 1}}}")
_CASE_FOLDERS = ("audio", "reviews", "certificates")
_CASE_FILES = (JOURNAL, SCHEDULE, TRANSCRIPT, RECORD)
STUDY_FOLDERS = ("cases", "coding", "codebook")
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError, ValueError, EOFError, OSError,
)  # fmt: skip
Content = bytes | Path
"""What a file of a bundle is to hold: the bytes, or those of this file."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a bundle: its name, size in bytes, SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle says of itself.

    `made_wall_ms` is ms since the Unix epoch, UTC. `pseudonyms` is whether names of the study have pseudonyms (which
    are never in a bundle), `withdrawn` the cases that were withdrawn from the study, each by its id.
    """

    id: str
    program: str
    study_id: str
    study_name: str
    by: str
    machine: str
    made_wall_ms: int
    cases: tuple[str, ...]
    withdrawn: tuple[str, ...] = ()
    pseudonyms: bool = False
    entries: tuple[Entry, ...] = ()
    format: int = FORMAT


def entry_of(name: str, content: Content) -> Entry:
    """The entry of a file that is to be put into a bundle.

    Raises:
        StorageError: it cannot be read.
    """
    if isinstance(content, bytes):
        return Entry(name, len(content), hashlib.sha256(content).hexdigest())
    with explained(content), files.reading(content) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Entry(name, file.tell(), digest)


def write(out: BinaryIO, manifest: Manifest, contents: Mapping[str, Content]) -> None:
    """Write a bundle, the manifest first, then the files of `manifest.entries` in their order.

    Raises:
        StorageError: a file cannot be read, or is not any more what it was when its entry was made.
    """
    about = json.dumps(asdict(manifest), indent=1).encode()
    with zipfile.ZipFile(out, "w", allowZip64=True) as archive:
        for entry in (Entry(MANIFEST, len(about), ""), *manifest.entries):
            content = contents.get(entry.name, about)
            info = zipfile.ZipInfo(entry.name, _ALWAYS)
            info.external_attr = (stat.S_IFREG | 0o600) << 16
            info.file_size = entry.size
            is_text = isinstance(content, bytes) or content.suffix in (".json", ".jsonl", ".txt")
            info.compress_type = zipfile.ZIP_DEFLATED if is_text else zipfile.ZIP_STORED
            with archive.open(info, "w", force_zip64=entry.size > zipfile.ZIP64_LIMIT // 2) as inside:
                _copy_in(entry, content, inside)


def _copy_in(entry: Entry, content: Content, inside: IO[bytes]) -> None:
    if isinstance(content, bytes):
        inside.write(content)
        return
    passed = hashlib.sha256()
    with explained(content), files.reading(content) as file:
        while block := file.read(_BLOCK):
            passed.update(block)
            inside.write(block)
    if passed.hexdigest() != entry.sha256:
        raise StorageError(f"{content} changed while it was bundled.", "Do it again when nothing writes to it.")


class Bundle:
    """A bundle that was opened and found whole: everything in it is what its manifest says."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest, open_files: ExitStack) -> None:
        """`open_files` are those to let go of in the end: the archive, and what it is read from."""
        self.manifest = manifest
        self._archive = archive
        self._open_files = open_files
        self._entries = {entry.name: entry for entry in manifest.entries}

    def close(self) -> None:
        """Let go of the file."""
        self._open_files.close()

    def entry(self, name: str) -> Entry | None:
        """A file's entry; None if it is not in it."""
        return self._entries.get(name)

    def under(self, folder: str) -> dict[str, str]:
        """The files of a folder: the name of each there, and its name in the bundle."""
        start = f"{folder}/"
        return {name.removeprefix(start): name for name in sorted(self._entries) if name.startswith(start)}

    def text(self, name: str) -> str:
        """What a text file holds.

        Raises:
            StorageError: it is not UTF-8, or too long for a text.
        """
        return _text(self.data(name), name)

    def data(self, name: str) -> bytes:
        """What a file holds that is not long; raises StorageError for one that is."""
        entry = self._entries[name]
        if entry.size > LARGEST_TEXT:
            raise _damaged(f"{name} is {entry.size >> 20} MB long")
        return self._archive.read(name)

    def copy(self, name: str, target: Path) -> None:
        """Write a file of it into the file `target`, for its owner only; on disk when this returns.

        In an encrypted study it is sealed.

        Raises:
            StorageError: it cannot be written.
        """
        with explained(target):
            target.unlink(missing_ok=True)
            with files.making(target) as file, self._archive.open(name) as inside:
                while block := inside.read(_BLOCK):
                    file.write(block)
                file.flush()
                os.fsync(files.descriptor(file))


def opened(path: Path, room: int) -> Bundle:
    """The bundle in a zip file, checked from end to end; `room` is how many bytes its files may have together.

    Raises:
        StorageError: it is damaged, of a newer version, holds what no bundle holds, or needs more room.
    """
    open_files = ExitStack()
    try:
        archive = open_files.enter_context(zipfile.ZipFile(open_files.enter_context(files.reading(path))))
        manifest = _manifest(archive)
        _check_names(archive.infolist(), manifest)
        needed = sum(entry.size for entry in manifest.entries)
        if needed > room:
            raise StorageError(
                f"What the bundle holds needs {needed >> 20} MB, and the disk has {room >> 20} MB left.",
                "Make room, then receive it again; nothing was changed.",
            )
        for entry in manifest.entries:
            _check_content(archive, entry)
    except BaseException as error:
        open_files.close()
        if isinstance(error, _UNREADABLE):
            raise _damaged(str(error)) from error
        raise
    return Bundle(archive, manifest, open_files)


def listed(path: Path) -> Manifest:
    """What the bundle in a zip file says of itself; its files are not looked into. Raises StorageError as `opened`."""
    try:
        with files.reading(path) as file, closing(zipfile.ZipFile(file)) as archive:
            return _manifest(archive)
    except _UNREADABLE as error:
        raise _damaged(str(error)) from error


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    found = [info for info in archive.infolist() if info.filename == MANIFEST]
    if len(found) != 1 or found[0].file_size > LARGEST_MANIFEST:
        raise _damaged("it has no list of what it holds")
    with archive.open(found[0]) as file:
        data = file.read(LARGEST_MANIFEST + 1)
    try:
        about = json.loads(_text(data, MANIFEST))
        version = about["format"]
    except (ValueError, RecursionError, TypeError, KeyError) as error:
        raise _damaged("the list of what it holds cannot be read") from error
    if isinstance(version, int) and version > FORMAT:
        raise StorageError(
            f"The bundle was made by a newer interview-tui ({_short(about.get('program'))}).",
            "Update interview-tui, then receive it again; nothing was changed.",
        )
    try:
        return _manifest_of(about)
    except (TypeError, KeyError, ValueError) as error:
        raise _damaged("the list of what it holds cannot be read") from error


def _manifest_of(about: Mapping[str, Any]) -> Manifest:
    texts: dict[str, Any] = {name: about[name] for name in ("id", "program", "study_id", "study_name", "by", "machine")}
    lists: dict[str, Any] = {name: about[name] for name in ("cases", "withdrawn")}
    entries = tuple(Entry(one["name"], one["size"], one["sha256"]) for one in about["entries"])
    fits = (
        all(isinstance(names, list) for names in lists.values())
        and all(isinstance(text, str) for text in (*texts.values(), *lists["cases"], *lists["withdrawn"]))
        and isinstance(about["made_wall_ms"], int)
        and isinstance(about["pseudonyms"], bool)
        and about["format"] == FORMAT
        and re.fullmatch(r"[0-9a-f]{32}", about["id"])
        and all(isinstance(one.name, str) and isinstance(one.sha256, str) for one in entries)
        and all(isinstance(one.size, int) and one.size >= 0 for one in entries)
    )
    if not fits:
        raise ValueError("of another kind")
    named: dict[str, Any] = {name: tuple(names) for name, names in lists.items()}
    return Manifest(
        **texts, **named, made_wall_ms=about["made_wall_ms"], pseudonyms=about["pseudonyms"], entries=entries
    )


def _check_names(infos: Sequence[zipfile.ZipInfo], manifest: Manifest) -> None:
    """Only files that are listed, each once, under names that are harmless on any system, where a bundle has files."""
    if len(infos) > MOST_FILES:
        raise _damaged(f"it holds {len(infos)} files")
    sizes = {entry.name: entry.size for entry in manifest.entries}
    if len({info.filename.lower() for info in infos}) != len(infos) or len(sizes) != len(manifest.entries):
        raise _damaged("two files in it have one name")
    for info in infos:
        kind = stat.S_IFMT(info.external_attr >> 16)
        if info.is_dir() or kind not in (0, stat.S_IFREG) or info.flag_bits & 1:
            raise _damaged(f"{_short(info.filename)} is no plain file")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _damaged(f"{_short(info.filename)} is packed in a way that no bundle is")
        if info.filename != MANIFEST and sizes.get(info.filename) != info.file_size:
            raise _damaged(f"{_short(info.filename)} is not in its list with that size")
    if missing := sizes.keys() - {info.filename for info in infos}:
        raise _damaged(f"{_short(min(missing))} is missing from it")
    known = {cases.checked(case) for case in _checked_cases(manifest)}
    for name in sizes:
        if not _is_harmless(name, known):
            raise _damaged(f"{_short(name)} is no file of a bundle")


def _checked_cases(manifest: Manifest) -> Iterator[str]:
    lowered = [case.lower() for case in manifest.cases]
    if len(set(lowered)) != len(lowered):
        raise _damaged("two cases in it have one name")
    for case in (*manifest.cases, *manifest.withdrawn):
        try:
            yield cases.checked(case)
        except ConfigError as error:
            raise _damaged(f"{_short(case)} is no case id") from error


def _is_harmless(name: str, known: set[str]) -> bool:
    """Whether a file of this name may be in a bundle of these cases."""
    match name.split("/"):
        case ["cases", str(case), str(file)] if case in known:
            return file in _CASE_FILES
        case ["cases", str(case), str(folder), str(file)] if case in known and folder in _CASE_FOLDERS:
            return _is_file_name(file)
        case ["study", str(folder), str(file)] if folder in STUDY_FOLDERS:
            return _is_file_name(file)
    return False


def _is_file_name(name: str) -> bool:
    device = name.partition(".")[0].lower() in cases.DEVICES
    return _NAME.fullmatch(name) is not None and not name.endswith(".") and not device


def _check_content(archive: zipfile.ZipFile, entry: Entry) -> None:
    """Read a file of it through; no more of it than its list says it has."""
    passed, size = hashlib.sha256(), 0
    with archive.open(entry.name) as inside:
        while block := inside.read(min(_BLOCK, entry.size - size + 1)):
            size += len(block)
            passed.update(block)
            if size > entry.size:
                break
    if (size, passed.hexdigest()) != (entry.size, entry.sha256):
        raise _damaged(f"{entry.name} is not what its list says")


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise _damaged(f"{_short(name)} is not UTF-8 text") from error


def _short(text: object) -> str:
    """What stands in a file that nobody knows, fit to be shown."""
    return repr(str(text)[:80])


def _damaged(why: str) -> StorageError:
    return StorageError(
        f"The bundle is not whole: {why.rstrip('.')}.", "Have it made and sent once more; nothing was changed."
    )
