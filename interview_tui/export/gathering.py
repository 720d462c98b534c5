"""Files that hold many interviews: they take them one by one, so that a thousand need no more memory than one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Generic, Self, TypeVar

from interview_tui.export.document import Document
from interview_tui.export.options import Options

P = TypeVar("P")


class Gathering(ABC, Generic[P]):
    """A file of many interviews while it is made.

    For each interview, `part` renders what it adds, `texts` are searched for names that should have been replaced, and
    only then `add` takes it in. `finish` writes the whole to `path`. It is a context manager: what `held` was entered
    with (spools, open files) is closed at its end, whether it was finished or not.
    """

    def __init__(self, path: Path, study: str, options: Options) -> None:
        self.path = path
        self.study = study
        self.options = options
        self.held = ExitStack()

    @abstractmethod
    def part(self, document: Document) -> P:
        """What an interview adds. Nothing is changed by it: it may be asked of records that are never added.

        Raises:
            ExportError: it cannot be put into this format; says why.
        """

    @abstractmethod
    def texts(self, part: P) -> Mapping[str, bytes]:
        """All text of a part, by names that say where in the file it will stand: to be searched for names of people.

        The name's suffix says how it is read: `.txt` and `.csv` as they are, `.xml` and `.html` as markup, `.json`.
        """

    def around(self) -> Mapping[str, str]:
        """What people worded that stands in the file besides the interviews, by where: searched for names too."""
        return {"the name of the study": self.study}

    @abstractmethod
    def add(self, part: P) -> None:
        """Take a part in, in the order in which the interviews come."""

    @abstractmethod
    def finish(self) -> tuple[str, ...]:
        """Write the whole to `path`; gives a sentence for everything that is to be known about it.

        Raises:
            ExportError: what came of it is no valid file of its kind; says where.
        """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.held.close()
