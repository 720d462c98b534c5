"""The log of a study's pseudonyms: which names were replaced by what, by whom and when.

It is the key to who is meant, so it lies apart from the study folder: among the user's own data, or where the study or
the environment says, a stick that is locked away. A line is added for everything that is done and none is changed, but
for names of which all that was said is destroyed: they go out of every line.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from platformdirs import user_data_path

from interview_tui.errors import ConfigError, StorageError
from interview_tui.record.pseudonyms.pseudonym import NameKind, Pseudonym, checked, folded
from interview_tui.store.failures import explained
from interview_tui.store.private_files import make_empty, make_folder, write_whole
from interview_tui.store.settings import StudySettings, give_id, read_settings
from interview_tui.store.study import SETTINGS_FILE, StudyFolder

ELSEWHERE = "INTERVIEW_TUI_PSEUDONYMS"
"""The environment variable that names another folder."""
LOCK_WAIT_S = 10.0
_TORN = b"#torn\n"  # put after a line that a crash cut off, which nobody was told had been written


@dataclass(frozen=True, slots=True)
class Logged:
    """A line of the log: a pseudonym, by whom and when (wall clock, ms) it was given or withdrawn.

    One that is withdrawn and has no replacement was found to be no name.
    """

    pseudonym: Pseudonym
    by: str
    at_ms: int
    withdrawn: bool = False

    @property
    def is_no_name(self) -> bool:
        """Whether it says that this is no name."""
        return self.withdrawn and not self.pseudonym.replacement


class PseudonymLog:
    """The pseudonyms of a study, in a file that is only ever added to. No file is no pseudonyms."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def entries(self) -> list[Logged]:
        """Everything that was ever logged, in order.

        Raises:
            StorageError: it cannot be read, or a line of it is damaged: a name might be missing.
        """
        with explained(self.path):
            data = self.path.read_bytes() if self.path.is_file() else b""
        *whole, _ = data.split(b"\n")
        found = []
        for number, line in enumerate(whole, 1):
            if line.endswith(_TORN.rstrip()):
                continue
            try:
                found.append(_entry(json.loads(line)))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise StorageError(
                    f"{self.path}, line {number}: this is no pseudonym.",
                    "Put it right, or take the file from a backup: without the line a name might not be replaced.",
                ) from error
        return found

    def holding(self, case: str | None = None) -> tuple[Pseudonym, ...]:
        """The pseudonyms that hold for a case, its own before those of the whole study; None: all there are."""
        held = [each.pseudonym for each in self._last_words() if not each.withdrawn]
        every = [each for each in held if case is None or each.case in (case, "")]
        return tuple(sorted(every, key=lambda each: not each.case))

    def no_names(self, case: str) -> tuple[str, ...]:
        """What was found to be no name in a case, or in the whole study."""
        found = (each.pseudonym for each in self._last_words() if each.is_no_name)
        return tuple(dict.fromkeys(each.name for each in found if each.case in (case, "")))

    def _last_words(self) -> Iterable[Logged]:
        """Of each name of each case what was logged last, the newest at the end."""
        last: dict[tuple[str, str], Logged] = {}
        for entry in self.entries():
            key = (entry.pseudonym.case, folded(entry.pseudonym.name))
            last.pop(key, None)
            last[key] = entry
        return last.values()

    def add(self, pseudonyms: Iterable[Pseudonym], by: str, at_ms: int) -> None:
        """Log pseudonyms; one of a name that has one in the same case takes its place.

        Raises:
            ConfigError: one of them would give its name away.
            StorageError: it cannot be written.
        """
        self._append([Logged(checked(each), by, at_ms) for each in pseudonyms])

    def withdraw(self, pseudonym: Pseudonym, by: str, at_ms: int) -> None:
        """Log that a pseudonym holds no more; raises as `add` does."""
        self._append([Logged(pseudonym, by, at_ms, withdrawn=True)])

    def say_it_is_none(self, name: str, case: str, by: str, at_ms: int) -> None:
        """Log that something is no name in a case (empty: in the whole study); a pseudonym that it had holds no more.

        Raises:
            StorageError: it cannot be written.
        """
        self._append([Logged(Pseudonym(name, "", case=case), by, at_ms, withdrawn=True)])

    def rewrite(self, remains: Callable[[Logged], Logged | None]) -> bool:
        """Put what `remains` of every line in its place, nothing where it is None; what a crash cut off goes as well.

        Gives whether anything changed. The names that went are in no line of the file.

        Raises:
            StorageError: it cannot be read or written; it is as it was.
        """
        if not self.path.is_file():
            return False
        with self._alone():
            entries = self.entries()
            left = [entry for each in entries if (entry := remains(each)) is not None]
            if left == entries:
                return False
            write_whole(self.path, "".join(map(_line, left)))
        return True

    @contextmanager
    def _alone(self) -> Iterator[None]:
        file = self.path.with_suffix(".lock")
        lock = FileLock(file, timeout=LOCK_WAIT_S, mode=0o600)
        with explained(file):
            try:
                lock.acquire()
            except Timeout as error:
                raise StorageError(
                    f"{self.path} is being written by another interview-tui.", "Try again when that one is done."
                ) from error
        try:
            yield
        finally:
            lock.release()

    def _append(self, entries: Iterable[Logged]) -> None:
        make_folder(self.path.parent)
        make_empty(self.path)
        lines = "".join(map(_line, entries)).encode()
        with self._alone(), explained(self.path), self.path.open("r+b") as file:
            if file.seek(0, os.SEEK_END):
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    lines = _TORN + lines
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())


def log_of(study: StudyFolder) -> PseudonymLog | None:
    """The log of a study's pseudonyms; None if it never had one.

    Raises:
        ConfigError: it would lie within the study folder.
        StorageError: it has one, but not here.
    """
    settings = _settings_now(study)
    if not settings.id:
        return None
    log = PseudonymLog(_folder(study, settings) / f"{settings.id}.jsonl")
    if not log.path.is_file():
        raise StorageError(
            f"The pseudonyms of this study are not here: {log.path} is missing.",
            f"Bring the disk or the file that holds them, or name their folder in the variable {ELSEWHERE}.",
        )
    return log


def new_log(study: StudyFolder) -> PseudonymLog:
    """The log of a study's pseudonyms, begun if it never had one: study.toml is given the study's id then.

    Raises:
        ConfigError: it would lie within the study folder, or study.toml cannot take the id.
        StorageError: it cannot be written, or the study has one, but not here.
    """
    known = log_of(study)
    if known is not None:
        return known
    name = str(uuid.uuid4())
    log = PseudonymLog(make_folder(_folder(study, _settings_now(study))) / f"{name}.jsonl")
    make_empty(log.path)  # before the study names it: an id whose log is missing stops every export
    give_id(study.path / SETTINGS_FILE, name)
    return log


def join_log(study: StudyFolder, name: str, *, begun_elsewhere: bool) -> None:
    """Give a study that has no id yet the id `name` of the study that it is a copy of.

    Its log is begun empty here, unless one was `begun_elsewhere`: that one is to be brought here, and until then
    nothing is exported.

    Raises:
        ConfigError: the log would lie within the study folder, or study.toml cannot take the id.
        StorageError: it cannot be written.
    """
    log = PseudonymLog(make_folder(_folder(study, _settings_now(study))) / f"{name}.jsonl")
    if not begun_elsewhere:
        make_empty(log.path)  # before the study names it: an id whose log is missing stops every export
    give_id(study.path / SETTINGS_FILE, name)


def _settings_now(study: StudyFolder) -> StudySettings:
    """The settings as they are on disk: the id may have been given since the study was opened."""
    file = study.path / SETTINGS_FILE
    return read_settings(file)[0] if file.is_file() else study.settings


def _folder(study: StudyFolder, settings: StudySettings) -> Path:
    """Where logs of pseudonyms lie. One that was named and is not there is a stick that is not plugged in."""
    named = os.environ.get(ELSEWHERE) or settings.pseudonyms
    folder = user_data_path("interview-tui", appauthor=False) / "pseudonyms"
    if named:
        folder = (study.path / Path(named).expanduser()).resolve()
        if not folder.is_dir():
            raise StorageError(f"The folder of pseudonyms, {folder}, is not there.", "Connect the disk that holds it.")
    if folder.is_relative_to(study.path):
        raise ConfigError(
            f"The log of pseudonyms must not lie within the study, in {folder}.", "Name a folder of another place."
        )
    return folder


def _line(entry: Logged) -> str:
    return f"{json.dumps(_as_json(entry), ensure_ascii=False)}\n"


def _as_json(entry: Logged) -> dict[str, Any]:
    given = entry.pseudonym
    return {
        "at": datetime.fromtimestamp(entry.at_ms / 1000, UTC).isoformat(timespec="milliseconds"),
        "by": entry.by,
        "withdrawn": entry.withdrawn,
        "case": given.case,
        "name": given.name,
        "replacement": given.replacement,
        "kind": given.kind.value,
        "aliases": given.aliases,
        "ordinary": given.ordinary,
    }


def _entry(data: dict[str, Any]) -> Logged:
    return Logged(
        Pseudonym(
            _text(data["name"]),
            _text(data["replacement"]),
            NameKind(data["kind"]),
            _text(data["case"]),
            tuple(map(_text, data["aliases"])),
            tuple(map(_text, data["ordinary"])),
        ),
        _text(data["by"]),
        round(datetime.fromisoformat(data["at"]).timestamp() * 1000),
        bool(data["withdrawn"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
