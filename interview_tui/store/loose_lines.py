"""Lines of lists that are only ever added to (`line_logs`), whatever they hold: those of a case counted and taken out.

Who takes them out need not understand them: a line is of a case if it names it, or if it goes back to one that does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interview_tui.errors import StorageError
from interview_tui.store.line_logs import Codec, LineLogs

Change = Mapping[str, Any]
IsGone = Callable[[Change], bool]


@dataclass(frozen=True, slots=True)
class _Loose:
    """An entry as it stands: the whole object, and by whom it is."""

    data: dict[str, Any]
    by: str
    machine: str

    @property
    def change(self) -> Change:
        found = self.data.get("change")
        return found if isinstance(found, dict) else {}


class LooseLines:
    """The entries of all who write into a folder."""

    def __init__(self, path: Path, lock: Path) -> None:
        """`lock` is the file that keeps the folder's writers apart."""
        codec = Codec(lambda entry: entry.data, _loose, entry="entry", whole="list")
        self._logs: LineLogs[_Loose] = LineLogs(path, lock, codec)

    def files(self) -> list[Path]:
        """The files of all writers."""
        return self._logs.files()

    def count(self, is_gone: IsGone) -> int:
        """How many entries there are of which this is so.

        Raises:
            StorageError: a file cannot be read.
        """
        return sum(is_gone(entry.change) for entry in self._logs.entries())

    def remove(self, is_gone: IsGone) -> None:
        """Take out the entries of which this is so, and whatever was torn.

        Raises:
            StorageError: a file cannot be rewritten, or a line of it is damaged: nobody knows what that holds.
        """
        self._logs.rewrite(lambda entry: None if is_gone(entry.change) else entry)


def _loose(data: Any) -> _Loose:
    match data:
        case {"by": str(by), "machine": str(machine), "change": dict()}:
            return _Loose(data, by, machine)
    raise StorageError("This is no entry of a list.")
