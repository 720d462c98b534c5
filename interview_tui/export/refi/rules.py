"""What a project has to keep to beyond the schema, which accepts files that crash programs or lose codings there.

Each rule stands for something that a program was seen to stumble over: see the words of each fault.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from lxml import etree

from interview_tui.export.refi.schemas import PROJECT, elements

PROJECT_FILE = "project.qde"
_GUID = re.compile(r"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_MEMBER = re.compile(r"sources/[0-9A-F-]{36}\.[a-z0-9]+")
_IN_FILE_NAMES = re.compile(r"[/\\:]")
_SOURCES = ("TextSource", "AudioSource")
_MADE = (*_SOURCES, "Transcript", "Note", "PlainTextSelection", "AudioSelection")
_DISTINCT = ("Code", "Variable", "Case", *_SOURCES, "Note", "Set")
_REFERRED_TO = ("User", *_DISTINCT)
_FORGOTTEN = ("Case", *_SOURCES, "Note", "Set")
_REFERENCES = {
    "CodeRef": "Code",
    "VariableRef": "Variable",
    "SourceRef": "source",
    "MemberSource": "source",
    "MemberNote": "Note",
}
_LOST = {
    "PlainTextContent": "text that is not in a file of its own is lost",
    "NoteRef": "a note that is attached is lost, or what it is attached to",
    "TranscriptSelection": "codings of a transcript are dropped or shifted",
}


def faults(project: Path) -> Iterator[str]:
    """Everything that is wrong with a project, each with where it is."""
    with zipfile.ZipFile(project) as archive:
        checking = _Checking(archive, frozenset(archive.namelist()))
        try:
            with archive.open(PROJECT_FILE) as file:
                for found in elements(file, PROJECT):
                    yield from checking.element(found)
        except KeyError:
            yield f"It has no {PROJECT_FILE}"
        except etree.XMLSyntaxError as error:
            yield f"{PROJECT_FILE}, line {error.lineno}: {error.msg}"
        else:
            yield from checking.whole()


@dataclass(slots=True)
class _Checking:
    """What was seen of a project so far.

    Cases, sources and memos are checked when they are whole, and then forgotten: `within` are the identities of what
    is in the one that is read, which nothing refers to from elsewhere.
    """

    archive: zipfile.ZipFile
    packed: frozenset[str]
    identities: dict[str, str] = field(default_factory=dict)
    within: set[str] = field(default_factory=set)
    names: dict[str, set[str]] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    types: dict[str, str] = field(default_factory=dict)
    awaited: list[tuple[str, str, str]] = field(default_factory=list)
    members: set[str] = field(default_factory=lambda: {PROJECT_FILE})
    lies_beside: bool = False

    def element(self, found: etree._Element) -> Iterator[str]:
        """What is wrong with an element."""
        tag = etree.QName(found).localname
        where = f"{PROJECT_FILE}, line {found.sourceline}: {tag} “{found.get('name', '')}”"
        for why in self._faults_of(tag, found):
            yield f"{where} {why}"
        if tag in _FORGOTTEN:
            self.within.clear()
            found.clear()
            while found.getprevious() is not None:  # what is before it was seen too
                del found.getparent()[0]

    def whole(self) -> Iterator[str]:
        """What is wrong with the whole, once all of it was seen."""
        for where, guid, kind in self.awaited:
            if not self._is(guid, kind):
                yield f"{where} refers to {guid}, which is no {kind}"
        taken = self.names.get("Variable", set()) & self.names.get("Set", set())
        yield from (f"A set has the name of a variable, “{name}”: it would be lost" for name in sorted(taken))
        sources = [name for tag in _SOURCES for name in self.names.get(tag, ())]
        for name in self.names.get("AudioSource", ()):
            if sources.count(name) > 1 or f"{name}.txt" in sources:
                yield f"A text has the name of the audio “{name}”: the import would crash"
        for name in sorted(self.packed):
            if name not in self.members:
                yield f"{name} belongs to nothing in the project"
            if name != PROJECT_FILE and not _MEMBER.fullmatch(name):
                yield f"{name} is no name for a file in a project"

    def _faults_of(self, tag: str, found: etree._Element) -> Iterator[str]:
        if tag in _LOST:
            yield f"must not be there: {_LOST[tag]}"
        if tag == "Project":
            yield from self._project(found)
        if found.get("guid") is not None:
            yield from self._identity(tag, found)
        if tag in _DISTINCT:
            yield from self._name(tag, found)
        if tag in _MADE:
            yield from self._made(found)
        if tag in _REFERENCES:
            guid, kind = found.get("targetGUID", ""), _REFERENCES[tag]
            if not self._is(guid, kind):
                self.awaited.append((f"{PROJECT_FILE}, line {found.sourceline}: {tag}", guid, kind))
        if tag == "CodeRef" and found.get("targetGUID") in self.folders:
            yield "codes with a folder"
        if tag == "Code":
            yield from self._code(found)
        if tag == "Variable":
            self.types[found.get("guid", "")] = found.get("typeOfVariable", "")
        if tag == "Case":
            yield from self._case(found)
        if tag == "TextSource":
            yield from self._text_source(found)
        if tag == "AudioSource":
            yield from self._audio_source(found)
        if tag == "Note":
            yield from self._text(found)[1]

    def _is(self, guid: str, kind: str) -> bool:
        known = self.identities.get(guid)
        return known in _SOURCES if kind == "source" else known == kind

    def _project(self, found: etree._Element) -> Iterator[str]:
        for attribute in ("name", "origin", "creatingUserGUID", "creationDateTime"):
            if not found.get(attribute):
                yield f"has no {attribute}: the import would crash"
        if self.lies_beside and not found.get("basePath"):
            yield "has no basePath, but audio that lies beside it: the import would crash"
        if found.get("creatingUserGUID") and self.identities.get(found.get("creatingUserGUID", "")) != "User":
            yield "was made by nobody who is a user"

    def _identity(self, tag: str, found: etree._Element) -> Iterator[str]:
        guid = found.get("guid", "")
        if not _GUID.fullmatch(guid):
            yield f"has the identity {guid}, which is not in upper case or not bare: references to it would be lost"
        is_case_code = {tag, self.identities.get(guid)} == {"Case", "Code"}
        if (guid in self.identities or guid in self.within) and not is_case_code:
            yield f"has the identity of something else, {guid}"
        if tag in _REFERRED_TO and not is_case_code:
            self.identities[guid] = tag
        else:
            self.within.add(guid)

    def _name(self, tag: str, found: etree._Element) -> Iterator[str]:
        name = found.get("name", "")
        if tag == "Case" and not name:
            return
        if not name.strip() or name != name.strip():
            yield "has no name, or one with spaces around it"
        names = self.names.setdefault(tag, set())
        if name in names:
            yield "has the name of another one: it would be lost, or crash the import"
        names.add(name)
        if tag in (*_SOURCES, "Note") and _IN_FILE_NAMES.search(name):
            yield "has a name that no file can have: the import would crash"
        if tag == "AudioSource" and not Path(name).suffix:
            yield "has a name without the ending of a file of audio"

    def _made(self, found: etree._Element) -> Iterator[str]:
        if not found.get("name"):
            yield "has no name: the import would crash"
        if not _MOMENT.fullmatch(found.get("creationDateTime", "")):
            yield "has no creationDateTime, or one of another form: the import would crash"
        if self.identities.get(found.get("creatingUser", "")) != "User":
            yield "was made by nobody who is a user"

    def _code(self, found: etree._Element) -> Iterator[str]:
        if found.get("isCodable") not in ("true", "false"):
            yield "says otherwise than by true or false whether it can be coded with: a folder would become a code"
        if found.get("isCodable") != "true":
            self.folders.add(found.get("guid", ""))
        elif found.find("{*}Code") is not None:
            yield "has codes within it and is no folder"

    def _case(self, found: etree._Element) -> Iterator[str]:
        seen: set[str] = set()
        for value in found.findall("{*}VariableValue"):
            reference, *held = value
            guid = reference.get("targetGUID", "")
            if guid in seen:
                yield "has two values of one variable"
            seen.add(guid)
            if [etree.QName(each).localname for each in held] != [f"{self.types.get(guid)}Value"]:
                yield "has a value that is not of its variable's type"
        if not found.get("name") and len(found.findall("{*}SourceRef")) != 1:
            yield "has no name and not just one source: its variables would be lost"

    def _text_source(self, found: etree._Element) -> Iterator[str]:
        length, wrong = self._text(found)
        yield from wrong
        placed: set[tuple[str, ...]] = set()
        for selection in found.findall("{*}PlainTextSelection"):
            start, end = selection.get("startPosition", ""), selection.get("endPosition", "")
            if not 0 <= int(start) < int(end) <= length:
                yield f"has a selection from {start} to {end}, and its text ends at {length}"
            codes = [each.get("targetGUID", "") for each in selection.iterfind("{*}Coding/{*}CodeRef")] or [""]
            for code in codes:
                if (start, end, code) in placed:
                    yield f"has two selections from {start} to {end} of one code, or two remarks: one would be lost"
                placed.add((start, end, code))

    def _audio_source(self, found: etree._Element) -> Iterator[str]:
        way = found.get("path", "")
        self.lies_beside |= way.startswith("relative:")
        if way.startswith("internal:"):
            yield from self._member(way)
        ends: list[int] = []
        for transcript in found.findall("{*}Transcript"):
            length, wrong = self._text(transcript)
            yield from wrong
            points = [(point.get("position"), point.get("timeStamp")) for point in transcript.findall("{*}SyncPoint")]
            if any(position is None or at_ms is None for position, at_ms in points):
                yield "has a sync point without a position or without a time: it is refused"
                continue
            numbers = [(int(position or 0), int(at_ms or 0)) for position, at_ms in points]
            for (before, earlier), (after, later) in pairwise(numbers):
                if after < before or later < earlier:
                    yield f"has sync points that go back, at position {after}"
            if not numbers or numbers[-1][0] != length or numbers[0][0] < 0 or numbers[0][1] < 0:
                yield "has sync points that do not span its text"
            ends += [at_ms for _, at_ms in numbers]
        for selection in found.findall("{*}AudioSelection"):
            begin, end = int(selection.get("begin", "")), int(selection.get("end", ""))
            if not 0 <= begin < end <= max(ends, default=end):
                yield f"has a selection from {begin} to {end} ms, which is not within it"

    def _member(self, way: str) -> list[str]:
        name = f"sources/{way.removeprefix('internal://')}"
        self.members.add(name)
        return [] if name in self.packed else [f"is in {name}, which is not in the project"]

    def _text(self, found: etree._Element) -> tuple[int, list[str]]:
        """How long the text of an element is, lines counted as ended by one character, and what is wrong with it."""
        way = found.get("plainTextPath", "")
        wrong = self._member(way)
        if wrong:
            return 0, wrong
        try:
            written = self.archive.read(f"sources/{way.removeprefix('internal://')}").decode("utf-8")
        except UnicodeDecodeError:
            return 0, ["is not UTF-8"]
        text = written.replace("\r\n", "\n")
        if written.startswith("\ufeff"):
            wrong.append("begins with a byte order mark: every coding would be shifted")
        if "\r" in text or ("\r\n" in written and written.count("\r\n") != text.count("\n")):
            wrong.append("has lines that end in different ways: codings would be shifted")
        if not text.isascii() and (max(text) > "\uffff" or not unicodedata.is_normalized("NFC", text)):
            wrong.append("has characters that programs count differently: codings would be shifted")
        return len(text), wrong
