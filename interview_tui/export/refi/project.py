"""A REFI-QDA project: interviews with their audio, already coded by question, incident, part and theme."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import IO

from interview_tui import __version__
from interview_tui.errors import ExportError
from interview_tui.export.document import Document
from interview_tui.export.gathering import Gathering
from interview_tui.export.options import Options
from interview_tui.export.refi.characters import Distinct, named, plain
from interview_tui.export.refi.codes import CodeTree, Key
from interview_tui.export.refi.identity import Identity, moment
from interview_tui.export.refi.interview import Interview
from interview_tui.export.refi.markup import HEAD, Lines, element, joined, opening, text
from interview_tui.export.refi.parts import Part, part_of, searched
from interview_tui.export.refi.profiles import PROFILES
from interview_tui.export.refi.rules import PROJECT_FILE, faults
from interview_tui.export.refi.schemas import PROJECT, WHERE
from interview_tui.export.refi.users import AUTOMATIC, Users
from interview_tui.export.refi.variables import Variable
from interview_tui.export.zipping import put
from interview_tui.record.export_ports import Sound

ORIGIN = f"interview_tui {__version__}"
_TOLD = 3  # faults that an error names; the rest are left out
_SPOOLED = ("cases", "sources", "notes")
_CODED_BY = f"What “{AUTOMATIC}” coded follows from the schedule and from where the talk stood."


class Project(Gathering[Part]):
    """A project while it is made. Cases, sources and memos are spooled; codes, variables and sets are kept."""

    def __init__(self, path: Path, study: str, options: Options) -> None:
        super().__init__(path, study, options)
        self._profile = PROFILES[options.target]
        self._identity = Identity(study)
        self._codes = CodeTree(self._identity)
        self._users = Users(self._identity)
        self._variables: dict[Key, Variable] = {}
        self._sets: dict[str, Lines] = {}
        self._cases: list[str] = []
        self._ended_wall_ms = 0
        self._refers_beside = False
        self._spools: dict[str, IO[bytes]] = {}
        self._archive: zipfile.ZipFile | None = None

    def part(self, document: Document) -> Part:
        """The interview as it goes into the project.

        Raises:
            ExportError: its audio is too large to be put inside.
        """
        return part_of(Interview(document, self.options, self._identity))

    def texts(self, part: Part) -> Mapping[str, bytes]:
        """All text of a part: its files and its elements."""
        return {name: content.encode("utf-8", "replace") for name, content in searched(part, self._identity).items()}

    def around(self) -> Mapping[str, str]:
        """The study's name, and the folder from which audio is found (another place for it: `--audio`)."""
        return {**super().around(), "the way to the audio (--audio)": self._base()}

    def add(self, part: Part) -> None:
        """Take an interview in; its audio is packed now, for it may be gone later.

        Raises:
            ExportError: the case is in the project already.
        """
        if part.case in self._cases:
            raise ExportError(f"{part.case} is in the project already.", "Name each case once.")
        self._cases.append(part.case)
        self._users.add(part.interviewer)
        self._codes.add(part.codes)
        for key, variable in part.variables.items():
            self._variables.setdefault(key, variable)
        for name, members in part.sets.items():
            self._sets.setdefault(name, []).extend(members)
        for name, content in zip(_SPOOLED, (part.cases, part.sources, part.notes), strict=True):
            self._spool(name).write(content.encode())
        for member, content in part.texts.items():
            put(self._packing, member, self._as_lines_end(content).encode())
        if part.sound is not None:
            put(self._packing, *part.sound)
        self._refers_beside |= part.refers_beside
        self._ended_wall_ms = part.ended_wall_ms

    def finish(self) -> tuple[str, ...]:
        """Write the project and check it; gives what the program it is for is known to drop.

        Raises:
            ExportError: what came of it breaks the schema or a rule; says where.
        """
        folder = Path(self.held.enter_context(tempfile.TemporaryDirectory(dir=self.path.parent)))
        whole = folder / PROJECT_FILE
        with whole.open("wb") as file:
            self._write(file)
        put(self._packing, PROJECT_FILE, whole)
        self._packing.close()
        whole.unlink()
        wrong = list(islice(faults(self.path), _TOLD))
        if wrong:
            raise ExportError(
                f"The project would be no valid one: {'. '.join(wrong)}.",
                "This is a fault of the program; please report it. Other formats can still be written.",
            )
        return tuple(self._remarks())

    @property
    def _packing(self) -> zipfile.ZipFile:
        if self._archive is None:
            self._archive = self.held.enter_context(zipfile.ZipFile(self.path, "w"))
        return self._archive

    def _spool(self, name: str) -> IO[bytes]:
        if name not in self._spools:
            self._spools[name] = self.held.enter_context(tempfile.TemporaryFile(dir=self.path.parent))  # noqa: SIM115
        return self._spools[name]

    def _as_lines_end(self, content: str) -> str:
        """A text as it lies in the file. Positions count a line's end as one character either way."""
        return content.replace("\n", "\r\n") if self.options.crlf and self._profile.crlf else content

    def _base(self) -> str:
        """The folder from which relative paths lead to audio: that of the project, as it will lie."""
        return self.path.parent.parent.resolve().as_posix() if self._refers_beside else ""

    def _write(self, file: IO[bytes]) -> None:
        def write(lines: Iterable[str]) -> None:
            file.write(joined(lines).encode())

        write([HEAD, self._opening()])
        write(self._users.lines())
        if self._codes:
            write(["<CodeBook>", *element("Codes", self._codes.lines()), "</CodeBook>"])
        distinct = Distinct()
        variables = [each.lines(self._identity, distinct(each.name, each.type)) for each in self._variables.values()]
        if variables:
            write(element("Variables", [line for each in variables for line in each]))
        for name in _SPOOLED:
            spool = self._spool(name)
            if spool.tell():
                spool.seek(0)
                write([f"<{name.title()}>"])
                shutil.copyfileobj(spool, file, 1 << 20)
                write([f"</{name.title()}>"])
        sets = [self._set(name, distinct(name, "set"), members) for name, members in self._sets.items()]
        if sets:
            write(element("Sets", [line for each in sets for line in each]))
        write([*text("Description", self._description()), "</Project>"])

    def _opening(self) -> str:
        made_wall_ms = self._ended_wall_ms if len(self._cases) == 1 else self.options.written_wall_ms
        attributes = {
            "xmlns": PROJECT,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": WHERE[PROJECT],
            "name": named(self.study, "study"),
            "origin": ORIGIN,
            "creatingUserGUID": self._users.first,
            "creationDateTime": moment(made_wall_ms),
            "basePath": self._base(),
        }
        return opening("Project", **attributes)

    def _set(self, key: str, name: str, members: Lines) -> Lines:
        """A set with its members, sources first as the schema has it."""
        ordered = sorted(members, key=lambda line: not line.startswith("<MemberSource"))
        return element("Set", ordered, guid=self._identity.of("set", key), name=name)

    def _description(self) -> str:
        count = f"{len(self._cases)} interview{'' if len(self._cases) == 1 else 's'}"
        return plain(f"{self.study}: {count}, exported for {self._profile.name} by {ORIGIN}. {_CODED_BY}")

    def _remarks(self) -> Iterator[str]:
        yield from self._profile.drops
        if self.options.crlf and not self._profile.crlf:
            yield f"The lines of the transcripts end in LF all the same: with CRLF {self._profile.name} shifts codings."
        if self.options.sound is not Sound.INSIDE and self._refers_beside:
            yield "The project refers to the audio by where it lies now: if either is moved, the program asks for it."
