"""The codebook of a study on disk: `codebook/codebook.txt`, which is worked on, and its versions beside it.

A version is `codebook/004-1a2b3c4d5e6f.txt`: its number, and the beginning of the SHA-256 of what is in it. So two
people who each keep a version 4 have two files, whoever's folder is copied onto whose; and a version that was changed
afterwards does not answer to its name. Which versions the working file was made from is in `codebook.after`.

In an encrypted study all of them lie sealed, and the working file is changed in a copy in memory.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from interview_tui.at_rest.encrypted_folder import study_of
from interview_tui.at_rest.files import read_bytes, read_text, unsealed_folder
from interview_tui.credibility.codebook import Category, Codebook
from interview_tui.credibility.codebook_text import parsed
from interview_tui.credibility.versions import Versions
from interview_tui.errors import ConfigError, Refused, StorageError
from interview_tui.store.failures import explained, explanation
from interview_tui.store.private_files import make_folder, write_content

CODEBOOK = "codebook"
WORKING, BASE = "codebook.txt", "codebook.after"
LOCK_WAIT_S = 10.0
_EDITION = 12
_VERSION = re.compile(rf"(\d{{3,}})-([0-9a-f]{{{_EDITION}}})\.txt")
_SAID = re.compile(r"# (kept|by|why|after): ?(.*)")
_ENDS = "# ----"


class CodebookFolder:
    """The codebook of a study; what was kept is never changed."""

    def __init__(self, study: Path) -> None:
        self.path = study / CODEBOOK
        self.working = self.path / WORKING
        self._lock = study / "locks" / "codebook.lock"
        self.is_sealed = study_of(study.absolute()) is not None

    def versions(self) -> Versions:
        """All versions that were kept.

        Raises:
            StorageError: one cannot be read, or was changed after it was kept.
            ConfigError: one of a later program cannot be understood.
        """
        with explained(self.path):
            files = sorted(self.path.iterdir()) if self.path.is_dir() else []
        return Versions(_read(file) for file in files if _VERSION.fullmatch(file.name))

    def draft(self) -> Codebook | None:
        """The working file as it is now, as version 0; None if there is none.

        Raises:
            ConfigError: it cannot be understood; names the line.
            StorageError: it cannot be read.
        """
        with explained(self.working):
            if not self.working.is_file():
                return None
            data = read_bytes(self.working)
        return Codebook(0, parsed(_text(self.working, data), str(self.working)), after=self._base())

    def begin(self, seed: str) -> Path:
        """Make the working file: of the newest version, or of this text if none was kept yet.

        Raises:
            Refused: it is there.
            StorageError: it cannot be written.
        """
        with self._alone():
            if self.working.exists():
                how = ": interview-tui codebook edit" if self.is_sealed else " in any editor"
                raise Refused(f"{self.working} is there already.", f"Change it{how}, then: codebook keep.")
            newest = self.versions().newest
            make_folder(self.path)
            if newest is not None:
                _, seed = _parts(read_text(self._file(newest)))
            write_content(self.working, seed)
            self._set_base([newest.edition] if newest else [])
        return self.working

    def edit(self, hand_over: Callable[[Path], None]) -> bool:
        """Have the working file changed by whom `hand_over` gives a file to; gives whether it was.

        What was typed is kept, even if it cannot be understood.

        Raises:
            Refused: there is no working file.
            ConfigError: it cannot be understood now; names the line.
            StorageError: it cannot be read or written.
        """
        if not self.working.is_file():
            raise Refused(f"There is no {self.working}.", "Begin one: interview-tui codebook begin.")
        with explained(self.working):
            before = read_bytes(self.working)
        folder = unsealed_folder(self.working)
        if folder is None:
            hand_over(self.working)
        else:
            with self._alone():
                self._edit_copy(folder, before, hand_over)
        self.draft()
        with explained(self.working):
            return read_bytes(self.working) != before

    def _edit_copy(self, folder: Path, before: bytes, hand_over: Callable[[Path], None]) -> None:
        with explained(folder):
            place = Path(tempfile.mkdtemp(dir=folder, prefix="codebook-"))  # of its own: editors leave files beside it
            copy = place / WORKING
            copy.touch(mode=0o600)
            copy.write_bytes(before)
        try:
            hand_over(copy)
        finally:
            try:
                with explained(copy):
                    after = copy.read_bytes()
                if after != before:
                    write_content(self.working, after)
            except StorageError as error:
                raise StorageError(error.message, f"What you typed is in {copy}, until this machine stops.") from error
            with explained(place):
                shutil.rmtree(place)

    def keep(self, by: str, wall_ms: int, why: str = "", *, joining: bool = False) -> tuple[Codebook, bool]:
        """Keep the working file as the next version; gives it and whether it is new, else the newest unchanged.

        `joining` says that it holds what others have kept since.

        Raises:
            Refused: there is no working file, or others have kept a version since.
            ConfigError: it cannot be understood, or is empty; names the line.
            StorageError: it cannot be read or written; what was kept is untouched.
        """
        with self._alone():
            draft, versions = self.draft(), self.versions()
            if draft is None:
                raise Refused(f"There is no {self.working}.", "Begin one: interview-tui codebook begin.")
            if not draft.categories:
                raise ConfigError(f"{self.working} has no category.", "Write one a line.")
            heads = [one.edition for one in versions.heads]
            if not joining:
                _see_that_none_is_left_out(versions, draft.after)
            newest = versions.newest
            if newest is not None and len(heads) == 1 and _plain(newest.categories) == _plain(draft.categories):
                self._set_base(heads)
                return newest, False
            self._see_to_renamed(draft.categories, versions)
            number = newest.version + 1 if newest else 1
            content = _content(number, by, wall_ms, why, heads, _text(self.working, read_bytes(self.working)))
            file = self.path / f"{number:03}-{_hash(content.encode())}.txt"
            write_content(file, content)
            kept = _read(file)
            self._set_base([kept.edition])
        return kept, True

    def _see_to_renamed(self, categories: Iterable[Category], versions: Versions) -> None:
        known = {one.key for book in versions.all for one in book.categories}
        for one in categories:
            if one.was and one.was not in known:
                raise ConfigError(
                    f"{self.working}, line {one.line}: no version has a category “{one.was}”.",
                    "Write its name as it was kept: interview-tui codebook.",
                )

    def _file(self, book: Codebook) -> Path:
        return self.path / f"{book.version:03}-{book.edition}.txt"

    def _base(self) -> tuple[str, ...]:
        file = self.path / BASE
        with explained(file):
            return tuple(read_text(file).split()) if file.is_file() else ()

    def _set_base(self, editions: Sequence[str]) -> None:
        if self._base() != tuple(editions) or not (self.path / BASE).is_file():
            write_content(self.path / BASE, "".join(f"{one}\n" for one in editions))

    def _alone(self) -> _Alone:
        make_folder(self._lock.parent)
        return _Alone(self._lock)


class _Alone:
    """The only one that writes the codebook."""

    def __init__(self, lock: Path) -> None:
        self._lock = FileLock(lock, timeout=LOCK_WAIT_S, mode=0o600)

    def __enter__(self) -> None:
        try:
            self._lock.acquire()
        except Timeout as error:
            raise StorageError(
                "The codebook is being written by another interview-tui.", "Try again when that one is done."
            ) from error
        except OSError as error:
            raise explanation(error, Path(self._lock.lock_file)) from error

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def _see_that_none_is_left_out(versions: Versions, base: Sequence[str]) -> None:
    """Refuse a working file that others' newest versions are not in."""
    left_out = [one for one in versions.heads if one.edition not in base]
    if not left_out:
        return
    from_which = [one for one in versions.all if one.edition in base]
    first = f"{name_of(from_which[-1], versions)} " if from_which else ""
    told = " and ".join(f"version {name_of(one, versions)} of {one.by or 'somebody'}" for one in left_out)
    shown = f"codebook diff {first}{name_of(left_out[-1], versions)}" if first else "codebook"
    raise Refused(
        f"What changed in {told} is not in your working file.",
        f"See it (interview-tui {shown}), take it in, then: interview-tui codebook keep --joining.",
    )


def name_of(book: Codebook, versions: Versions) -> str:
    """How a version is called: `4`, or `4-1a2b` where there are two."""
    alike = [one for one in versions.all if one.version == book.version]
    return f"{book.version}-{book.edition[:4]}" if len(alike) > 1 else str(book.version)


def _plain(categories: Iterable[Category]) -> list[tuple[str, str, str]]:
    """What makes two versions the same: names, definitions and what is above, in their order."""
    return [(one.name, one.definition, one.parent) for one in categories]


def _content(number: int, by: str, wall_ms: int, why: str, after: Iterable[str], text: str) -> str:
    kept = datetime.fromtimestamp(wall_ms / 1000, UTC).isoformat(timespec="milliseconds")
    told = (("kept", kept), ("by", by), ("why", why), ("after", " ".join(after)))
    head = [f"# version {number} of the codebook", *(f"# {name}: {' '.join(said.split())}" for name, said in told)]
    return "\n".join([*head, _ENDS, text])


def _read(file: Path) -> Codebook:
    """A version that was kept."""
    named = _VERSION.fullmatch(file.name)
    assert named is not None  # whoever calls has looked
    with explained(file):
        data = read_bytes(file)
    if _hash(data) != named[2]:
        raise StorageError(
            f"{file} was changed after it was kept as a version.", "Take it from a backup or another copy of the study."
        )
    head, text = _parts(_text(file, data))
    said = {match[1]: match[2] for line in head if (match := _SAID.fullmatch(line))}
    try:
        kept = datetime.fromisoformat(said["kept"])
    except (KeyError, ValueError) as error:
        raise StorageError(f"{file} does not say when it was kept.", "It is of another program.") from error
    return Codebook(
        version=int(named[1]),
        categories=parsed(text, str(file)),
        kept_wall_ms=round(kept.timestamp() * 1000),
        by=said.get("by", ""),
        why=said.get("why", ""),
        edition=named[2],
        after=tuple(said.get("after", "").split()),
    )


def _parts(content: str) -> tuple[list[str], str]:
    """The head of a version and its text, as it was in the working file."""
    head, _, text = content.partition(f"{_ENDS}\n")
    return head.splitlines(), text


def _text(file: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ConfigError(f"{file}, line {line}: this is not UTF-8 text.", "Save the file as UTF-8.") from error


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_EDITION]
