"""Names that survive in exported files of any kind, packed ones included."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from interview_tui.errors import ExportError
from interview_tui.record.pseudonyms.pseudonym import Pseudonym
from interview_tui.record.pseudonyms.surviving import survivors

_TAG = re.compile(r"<[^<>]*>")
_ATTRIBUTE = re.compile(r"""([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_KEY = re.compile(r'"(?:[^"\\]|\\.)*"(?=\s*:)')
_ESCAPE = re.compile(r'\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt])')
_PLAIN = (".csv", ".md", ".tsv", ".txt")
_MARKUP = (".htm", ".html", ".qde", ".xhtml", ".xml")
_DEEPEST = 4
_NAMED = 3  # places at which names are left that an error names; the rest are counted
_SOUND = re.compile(rb'(?<=src=")data:audio/[a-z0-9]+;base64,[A-Za-z0-9+/=]*')
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class NameLeft:
    """A name that is still in a file: which, what should stand for it, and where: `notes.txt, line 12`."""

    form: str
    replacement: str
    where: str


def names_left(
    file: str, content: bytes, pseudonyms: Collection[Pseudonym], own: Collection[str] = ()
) -> list[NameLeft]:
    """The names in the content of a file, each once a line.

    Whole lines that are the program's `own` are passed over; so are keys of JSON, sound and pictures.
    """
    return list(dict.fromkeys(_left(file, file, content, pseudonyms, own, 0)))


def named_after(file: str, pseudonyms: Collection[Pseudonym]) -> list[NameLeft]:
    """The names in the name of a file."""
    return list(_named(file, file, pseudonyms))


def _named(name: str, where: str, pseudonyms: Collection[Pseudonym]) -> Iterator[NameLeft]:
    for each in survivors(PurePath(name).name, pseudonyms):
        yield NameLeft(each.form, each.replacement, f"{where}, its own name")


def refuse(left: Sequence[NameLeft]) -> None:
    """Refuse an export in which names are left.

    Raises:
        ExportError: some are; names the first places.
    """
    if left:
        places = "; ".join(dict.fromkeys(f"“{each.form}” in {each.where}" for each in left[:_NAMED]))
        more = f"; and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
        raise ExportError(
            f"Names would be left in the export, so nothing was written: {places}{more}.",
            "Add the form in which it is written there to its pseudonym, as another form of the name.",
        )


def lines_of(content: bytes, depth: int = 0) -> list[str]:
    """The lines of a text, however they end; of what is packed those of its texts, and its names; of sound none."""
    if depth < _DEEPEST and zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            return [*names, *(line for name in names for line in lines_of(archive.read(name), depth + 1))]
    text = _text(content)
    return [] if text is None else text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def names_left_in(path: Path, pseudonyms: Collection[Pseudonym]) -> list[NameLeft]:
    """The names in a file, or in every file of a folder.

    Raises:
        ExportError: something cannot be read.
    """
    return [
        left
        for file, content in _contents(path)
        for left in (*named_after(file, pseudonyms), *names_left(file, content, pseudonyms))
    ]


def not_searched(path: Path) -> list[str]:
    """Which of a file, or of every file of a folder, hold no text that could be searched: sound, pictures, PDF.

    Raises:
        ExportError: something cannot be read.
    """
    return [
        file
        for file, content in _contents(path)
        if _text(content) is None and not zipfile.is_zipfile(io.BytesIO(content))
    ]


def _contents(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        for file in sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]:
            yield str(file), file.read_bytes()
    except OSError as error:
        raise ExportError(f"{error.filename or path} cannot be read: {error.strerror or error}.") from error


def _left(
    name: str, where: str, content: bytes, pseudonyms: Collection[Pseudonym], own: Collection[str], depth: int
) -> Iterator[NameLeft]:
    if zipfile.is_zipfile(io.BytesIO(content)) and depth < _DEEPEST:
        yield from _packed(where, content, pseudonyms, own, depth)
        return
    text = "\n".join("" if line in own else line for line in lines_of(content))
    for reading in _readings(text, PurePath(name).suffix.lower()):
        for each in survivors(reading, pseudonyms):
            yield NameLeft(each.form, each.replacement, f"{where}, line {each.line}")


def _packed(
    where: str, content: bytes, pseudonyms: Collection[Pseudonym], own: Collection[str], depth: int
) -> Iterator[NameLeft]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for member in packed.infolist():
                if not member.is_dir():
                    inside = f"{where}: {member.filename}"
                    if member.filename not in own:
                        yield from _named(member.filename, inside, pseudonyms)
                    yield from _left(member.filename, inside, packed.read(member), pseudonyms, own, depth + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise ExportError(f"{where} cannot be unpacked: {error}.", "Look through it by hand.") from error


def _text(content: bytes) -> str | None:
    """The text of a file; None of sound and pictures, which hold zeros, and of PDF, which packs its text."""
    if content.startswith(_UTF_16):
        return content.decode("utf-16", "replace")
    if b"\0" in content or content.startswith(b"%PDF"):
        return None
    return _SOUND.sub(b"", content).decode("utf-8", "replace")  # of sound within a page only its letters


def _readings(text: str, suffix: str) -> Iterable[str]:
    """The text as it may be read, line by line as it is: with what tags say, with tags left out, or as spaces."""
    if suffix == ".json":
        return [_ESCAPE.sub(_unescaped, _KEY.sub("", text))]
    if suffix in _PLAIN:
        return [text]
    values = _TAG.sub(_values, text)
    joined = _TAG.sub(lambda tag: "\n" * tag.group().count("\n"), text)
    apart = _TAG.sub(lambda tag: " " + "\n" * tag.group().count("\n"), text)
    as_it_is = () if suffix in _MARKUP else (text,)  # `<v Philip>` is a tag that says a name
    return [html.unescape(reading) for reading in (*as_it_is, values, joined, apart)]


def _values(tag: re.Match[str]) -> str:
    """What the attributes of a tag say, but for their classes: these are the format's words, not a text's."""
    said = (single or double for name, double, single in _ATTRIBUTE.findall(tag.group()) if not _says_nothing(name))
    values = " ".join(said)
    return f" {values} " + "\n" * (tag.group().count("\n") - values.count("\n"))


def _says_nothing(attribute: str) -> bool:
    """Whether an attribute's value is the format's own words: classes, and names of vocabularies."""
    return attribute in ("class", "xmlns") or attribute.startswith("xmlns:")


def _unescaped(escape: re.Match[str]) -> str:
    found = json.loads(f'"{escape.group()}"')
    return found if isinstance(found, str) and found != "\n" else " "
