"""The rules beyond the schema: a valid project is found to be one, and each way to spoil it is found."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from interview_tui.export.options import Options
from interview_tui.export.refi.rules import PROJECT_FILE, faults
from interview_tui.record.export_ports import Sound, Target
from tests.export.refi.projects import interview, markup, recording, written

Members = dict[str, bytes]
Spoil = Callable[[Members], Members]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rules")
    return written(folder, [interview(heard=recording(folder))], Options(sound=Sound.INSIDE))


def in_markup(pattern: str, replacement: str, members: Members) -> Members:
    changed = re.sub(pattern, replacement, members[PROJECT_FILE].decode(), count=1, flags=re.DOTALL)
    assert changed != members[PROJECT_FILE].decode()
    return {**members, PROJECT_FILE: changed.encode()}


def in_text(old: str, new: str, members: Members) -> Members:
    name = next(name for name, content in members.items() if name.endswith(".txt") and b"He rang me" in content)
    return {**members, name: members[name].decode().replace(old, new, 1).encode("utf-8", "surrogateescape")}


def without(suffix: str, members: Members) -> Members:
    gone = next(name for name in members if name.endswith(suffix))
    return {name: content for name, content in members.items() if name != gone}


def spoilt(project: Path, spoil: Spoil, folder: Path) -> list[str]:
    with zipfile.ZipFile(project) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    path = folder / "spoilt.qdpx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in spoil(members).items():
            archive.writestr(name, content)
    return list(faults(path))


ATTRIBUTE = r"(<{}\b[^>]*?) {}=\"[^\"]*\""


def less(tag: str, attribute: str) -> Spoil:
    return partial(in_markup, ATTRIBUTE.format(tag, attribute), r"\1")


def other(tag: str, attribute: str, value: str) -> Spoil:
    return partial(in_markup, ATTRIBUTE.format(tag, attribute), rf'\1 {attribute}="{value}"')


NOBODY = "00000000-0000-5000-8000-000000000000"
WAYS: dict[str, tuple[Spoil, str]] = {
    "order of elements": (partial(in_markup, "(<Users>.*</Users>)(.*)(<Notes>)", r"\2\1\3"), "not expected"),
    "no project file": (partial(without, PROJECT_FILE), "has no project.qde"),
    "origin": (less("Project", "origin"), "has no origin"),
    "date of the project": (less("Project", "creationDateTime"), "has no creationDateTime"),
    "user of the project": (other("Project", "creatingUserGUID", NOBODY), "nobody who is a user"),
    "base path": (other("AudioSource", "path", "relative:///x.flac"), "no basePath"),
    "braces": (other("User", "guid", "{" + NOBODY + "}"), "not in upper case or not bare"),
    "lower case": (other("Note", "guid", NOBODY.replace("5", "a")), "not in upper case"),
    "identity twice": (
        partial(in_markup, r'(<Code guid=")([^"]*)(".*?<Code guid=")[^"]*"', r'\1\2\3\2"'),
        "identity of something else",
    ),
    "code of one name": (
        partial(in_markup, r'(name=")(Opening)(".*?name=")Background"', r'\1\2\3\2"'),
        "has the name of another one",
    ),
    "note of one name": (
        partial(in_markup, r'(<Note [^>]*?name=")([^"]*)(".*?<Note [^>]*?name=")[^"]*"', r'\1\2\3\2"'),
        "has the name of another one",
    ),
    "no name of a code": (other("Code", "name", ""), "has no name"),
    "name of a path": (other("Note", "name", "a/b"), "name that no file can have"),
    "no ending": (other("AudioSource", "name", "P07"), "without the ending"),
    "text named as audio": (other("TextSource", "name", "P07.flac"), "name of the audio"),
    "text named as its transcript": (other("TextSource", "name", "P07.flac.txt"), "name of the audio"),
    "set named as a variable": (other("Set", "name", "date"), "name of a variable"),
    "codable as a number": (other("Code", "isCodable", "0"), "otherwise than by true or false"),
    "folder that codes": (partial(in_markup, r'(\(event\)" isCodable=)"true"', r'\1"false"'), "codes with a folder"),
    "codes in a code": (partial(in_markup, 'isCodable="false"', 'isCodable="true"'), "is no folder"),
    "transcript without a name": (less("Transcript", "name"), "has no name"),
    "note without a date": (less("Note", "creationDateTime"), "no creationDateTime"),
    "date with an offset": (other("TextSource", "creationDateTime", "2026-03-14T11:03:00+01:00"), "of another form"),
    "selection of nobody": (less("PlainTextSelection", "creatingUser"), "made by nobody"),
    "code that is none": (other("CodeRef", "targetGUID", NOBODY), "which is no Code"),
    "variable that is none": (other("VariableRef", "targetGUID", NOBODY), "which is no Variable"),
    "source that is none": (other("SourceRef", "targetGUID", NOBODY), "which is no source"),
    "member that is none": (other("MemberNote", "targetGUID", NOBODY), "which is no Note"),
    "note that is attached": (
        partial(in_markup, r"(</AudioSource>)", rf'<NoteRef targetGUID="{NOBODY}"/>\1'),
        "attached is lost",
    ),
    "text within the project": (
        partial(
            in_markup,
            "(<TextSource[^>]*>)(<Description>.*?</Description>|\n)*",
            r"\1<PlainTextContent>x</PlainTextContent>",
        ),
        "not in a file of its own",
    ),
    "codings of a transcript": (
        partial(in_markup, "(</Transcript>)", rf'<TranscriptSelection guid="{NOBODY}"/>\1'),
        "dropped or shifted",
    ),
    "two values": (
        partial(in_markup, r"(<VariableValue>.*?</VariableValue>)", r"\1\1"),
        "two values of one variable",
    ),
    "value of another type": (
        partial(in_markup, "<DateValue>.*?</DateValue>", "<TextValue>x</TextValue>"),
        "not of its variable's type",
    ),
    "case without a name": (less("Case", "name"), "not just one source"),
    "end beyond the text": (other("PlainTextSelection", "endPosition", "99999"), "its text ends at"),
    "end before the start": (other("PlainTextSelection", "endPosition", "3"), "has a selection from"),
    "coded twice": (
        partial(in_markup, r"(<Coding [^>]*>\s*<CodeRef[^>]*>\s*</Coding>)", r"\1\1"),
        "two selections",
    ),
    "sync point without a time": (less("SyncPoint", "timeStamp"), "without a position or without a time"),
    "sync points go back": (other("SyncPoint", "timeStamp", "9999"), "go back"),
    "sync points end early": (
        partial(in_markup, r"<SyncPoint [^>]*>(\s*</Transcript>)", r"\1"),
        "do not span",
    ),
    "sound that is over": (other("AudioSelection", "end", "99999999"), "not within it"),
    "sound without length": (other("AudioSelection", "end", "0"), "not within it"),
    "no such text": (partial(without, ".txt"), "which is not in the project"),
    "no such sound": (partial(without, ".flac"), "which is not in the project"),
    "a file too many": (lambda members: {**members, f"sources/{NOBODY}.txt": b"x"}, "belongs to nothing"),
    "a file elsewhere": (lambda members: {**members, "Sources/x": b"x"}, "no name for a file"),
    "byte order mark": (partial(in_text, "P07", "\ufeffP07"), "byte order mark"),
    "mixed ends of lines": (partial(in_text, "\n", "\r\n"), "end in different ways"),
    "lone carriage return": (partial(in_text, ". ", ".\r"), "end in different ways"),
    "beyond the BMP": (partial(in_text, "[party popper]", "🎉"), "count differently"),
    "not composed": (partial(in_text, "eleven", "ele\u0301ven"), "count differently"),
    "not UTF-8": (partial(in_text, "eleven", "\udce9leven"), "is not UTF-8"),
}


def test_a_project_as_it_is_written_keeps_to_every_rule(project: Path) -> None:
    assert list(faults(project)) == []


@pytest.mark.parametrize("way", WAYS)
def test_a_project_that_is_spoilt_is_found_to_be(way: str, project: Path, tmp_path: Path) -> None:
    spoil, said = WAYS[way]
    found = spoilt(project, spoil, tmp_path)
    assert any(said in fault for fault in found), found


def test_a_fault_says_where_it_is(project: Path, tmp_path: Path) -> None:
    line = 1 + markup(project)[: markup(project).index("<Note ")].count("\n")
    found = spoilt(project, less("Note", "creationDateTime"), tmp_path)
    assert found[0].startswith(f"project.qde, line {line}: Note “Note – P07 n2 00.00.09” has no creationDateTime")


def test_a_case_may_be_a_code_of_the_same_identity(tmp_path: Path) -> None:
    options = Options(target=Target.NVIVO)
    assert list(faults(written(tmp_path, [interview(options=options)], options))) == []
