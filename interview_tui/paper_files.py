"""Interview schedules as files: plain text, and Word's .docx. What cannot be read is refused with the way out."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from interview_tui.errors import ConfigError
from interview_tui.schedule.paper.lines import Mark, PaperLine, lines_of_text, marked, ranked

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table
    from docx.text.paragraph import Paragraph

MOST_BYTES = 20_000_000
MOST_UNPACKED_BYTES = 100_000_000
_OLE, _ZIP, _RTF, _PDF = b"\xd0\xcf\x11\xe0", b"PK", b"{\\rtf", b"%PDF"
_SAVE_AS = "Open it in Word or LibreOffice and save it as .docx, or as plain text (.txt)."
_TWIPS_OF_A_LEVEL = 360
_LEVEL = 1000
DEEPEST_LIST = 8
MOST_STYLES = 10
"""How many styles may be based on one another."""


@dataclass(frozen=True, slots=True)
class Paper:
    """The lines of a schedule on paper, and a sentence for everything of the file that was read in a certain way."""

    lines: tuple[PaperLine, ...]
    told: tuple[str, ...] = ()


def read_paper(path: Path) -> Paper:
    """The lines of an interview schedule in a .txt or .docx file.

    Raises:
        ConfigError: it cannot be opened, or is in no format that is read here; says the way out.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be opened: {getattr(error, 'strerror', None) or error}.") from error
    if len(content) > MOST_BYTES:
        raise ConfigError(f"{path} is larger than {MOST_BYTES // 1_000_000} MB.", "Is it the file you mean?")
    if not content.strip():
        raise ConfigError(f"{path} is empty.", "Is it the file you mean?")
    _refuse_other_formats(path, content)
    return _from_word(path) if content.startswith(_ZIP) else _from_text(path, content)


def _refuse_other_formats(path: Path, content: bytes) -> None:
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise ConfigError(f"{path} is protected by a password.", "Open it in Word and save it without one.")
        raise ConfigError(f"{path} is in the format of Word before 2007 (.doc).", _SAVE_AS)
    for start, name in ((_RTF, "rich text (RTF)"), (_PDF, "a PDF")):
        if content.startswith(start):
            raise ConfigError(f"{path} is {name}.", _SAVE_AS)
    if path.suffix.lower() == ".docx" and not content.startswith(_ZIP):
        raise ConfigError(f"{path} is no Word document, whatever its name says.", _SAVE_AS)
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\0" in content and not is_wide and not content.startswith(_ZIP):
        raise ConfigError(f"{path} is no text.", _SAVE_AS)


def _from_text(path: Path, content: bytes) -> Paper:
    for encoding in ("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        told = (f"{path.name} is not in UTF-8; it was read as Windows-1252.",) if encoding == "cp1252" else ()
        return Paper(lines_of_text(text), told)
    raise ConfigError(f"{path} is no text in UTF-8 or Windows-1252.", "Save it as UTF-8 from your editor.")


def _from_word(path: Path) -> Paper:
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import LxmlError

    try:
        with zipfile.ZipFile(path) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED_BYTES:
                raise ConfigError(f"{path} unpacks to more than a document can be.", "Is it the file you mean?")
        document = docx.Document(str(path))
        return Paper(_WordReader(document).lines(), tuple(_told(document)))
    except (
        PackageNotFoundError,
        LxmlError,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        OSError,
        AttributeError,
    ) as error:
        raise ConfigError(f"{path} is no Word document, or is damaged.", _SAVE_AS) from error


def _told(document: Document) -> Iterator[str]:
    body = document.element.body
    if body.xpath(".//w:ins | .//w:del | .//w:moveFrom"):
        yield "The document holds tracked changes: it was read as if all were accepted."
    boxes = len(body.xpath(".//w:txbxContent[not(ancestor::*[local-name()='Fallback'])]"))
    if boxes:
        yield f"{boxes} text box{'es' if boxes > 1 else ''} left out: put what stands there into the text itself."
    if body.xpath(".//w:footnoteReference | .//w:endnoteReference"):
        yield "Footnotes were left out."


class _WordReader:
    """Reads the paragraphs of a document, those in tables cell by cell."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def lines(self) -> tuple[PaperLine, ...]:
        """Every paragraph that says something."""
        return ranked(self._all())

    def _all(self) -> Iterator[tuple[int, PaperLine]]:
        from docx.table import Table

        for part in self._document.iter_inner_content():
            if isinstance(part, Table):
                yield from self._cells(part)
            else:
                yield from self._paragraph(part, 0, in_table=False)

    def _cells(self, table: Table) -> Iterator[tuple[int, PaperLine]]:
        """A table row by row: what stands beside the first cell of a row belongs to it."""
        seen = set()
        for row in table.rows:
            for column, cell in enumerate(row.cells):
                if cell._tc not in seen:  # a merged cell is met once for every field that it covers
                    seen.add(cell._tc)
                    for paragraph in cell.paragraphs:
                        yield from self._paragraph(paragraph, min(column, 1) * _LEVEL, in_table=True)

    def _paragraph(self, paragraph: Paragraph, indent: int, *, in_table: bool) -> Iterator[tuple[int, PaperLine]]:
        style = paragraph.style.name or "" if paragraph.style is not None else ""
        numbered = self._numbered(paragraph, style)
        is_aside = _is_all_italic(paragraph)
        for text in _text_of(paragraph).split("\n"):
            said, mark, depth = marked(text)
            if not said:
                continue
            heading = _heading_level(paragraph, style)
            if heading or style == "Title":
                yield 0, PaperLine(said, heading=heading, is_title=style == "Title")
                continue
            level = indent + depth * _LEVEL // 4 + _typed_indent(paragraph, text)
            if numbered is not None:
                mark, level = numbered[0], indent + (numbered[1] + 1) * _LEVEL
            yield level, PaperLine(said, mark=mark, is_aside=is_aside, in_table=in_table)

    def _numbered(self, paragraph: Paragraph, style: str) -> tuple[Mark, int] | None:
        """The mark and the level that Word gives a paragraph of a list; None if it is in none."""
        listed = re.fullmatch(r"List (Bullet|Number)(?: ([2-5]))?", style)
        own = paragraph._p.xpath("./w:pPr/w:numPr")
        if listed and not own:
            return (Mark.BULLET if listed[1] == "Bullet" else Mark.NUMBER), int(listed[2] or 1) - 1
        found = own or _property(paragraph, "w:numPr")
        number = "".join(found[0].xpath("./w:numId/@w:val")) if found else "0"
        if not number.isdigit() or number == "0":
            return None
        level = "".join(found[0].xpath("./w:ilvl/@w:val"))
        depth = min(int(level), DEEPEST_LIST) if level.isdigit() else 0
        return (Mark.BULLET if self._is_bullet(number, depth) else Mark.NUMBER), depth

    def _is_bullet(self, number: str, level: int) -> bool:
        try:
            numbering = self._document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return True
        abstract = numbering.xpath(f"./w:num[@w:numId='{int(number)}']/w:abstractNumId/@w:val")
        if not abstract:
            return True
        at_level = f"./w:abstractNum[@w:abstractNumId='{abstract[0]}']/w:lvl[@w:ilvl='{level}']/w:numFmt/@w:val"
        return "".join(numbering.xpath(at_level)) in ("bullet", "none", "")


def _heading_level(paragraph: Paragraph, style: str) -> int:
    """The level of a heading, by its style or by its level in the document's outline; 0 if it is none."""
    named = re.fullmatch(r"[Hh]eading ([1-9])", style)
    if named:
        return int(named[1])
    outline = [value for found in _property(paragraph, "w:outlineLvl") for value in found.xpath("./@w:val")]
    return int(outline[0]) + 1 if outline and outline[0].isdigit() and int(outline[0]) < 9 else 0


def _property(paragraph: Paragraph, name: str) -> list[Any]:
    """A property of a paragraph: its own, else that of its style, else of the style that this one is based on."""
    found: list[Any] = paragraph._p.xpath(f"./w:pPr/{name}")
    style = paragraph.style
    for _ in range(MOST_STYLES):
        if found or style is None:
            break
        found, style = style.element.xpath(f"./w:pPr/{name}"), style.base_style
    return found


def _typed_indent(paragraph: Paragraph, text: str) -> int:
    """How far a paragraph is indented by its ruler or by typed spaces and tabs."""
    twips = "".join(paragraph._p.xpath("./w:pPr/w:ind/@w:left | ./w:pPr/w:ind/@w:start")[:1])
    by_ruler = max(0, int(twips)) * _LEVEL // _TWIPS_OF_A_LEVEL if re.fullmatch(r"-?[0-9]{1,6}", twips) else 0
    spaced = text.expandtabs(4)
    return by_ruler + (len(spaced) - len(spaced.lstrip(" "))) * _LEVEL // 4


def _pieces(paragraph: Paragraph) -> Iterator[tuple[str, bool]]:
    """What a paragraph says run by run, inserted runs too and deleted ones not, and whether it is in italics."""
    runs = ".//w:r[not(ancestor::w:txbxContent) and not(ancestor::w:del) and not(ancestor::w:moveFrom)]"
    for run in paragraph._p.xpath(runs):
        said = "".join(
            {"t": part.text or "", "tab": "\t", "noBreakHyphen": "-"}.get(part.tag.rpartition("}")[2], "\n")
            for part in run.xpath("./w:t | ./w:tab | ./w:noBreakHyphen | ./w:br | ./w:cr")
        )
        italic = run.xpath("./w:rPr/w:i[not(@w:val) or @w:val='1' or @w:val='true' or @w:val='on']")
        yield said, bool(italic)


def _is_all_italic(paragraph: Paragraph) -> bool:
    told = [italic for said, italic in _pieces(paragraph) if re.search(r"\w", said)]
    return bool(told) and all(told)


def _text_of(paragraph: Paragraph) -> str:
    """The text of a paragraph; a sentence in italics beside others, an instruction, is put into brackets."""
    stretches: list[tuple[str, bool]] = []
    for said, italic in _pieces(paragraph):
        if stretches and (stretches[-1][1] == italic or not said.strip()):
            stretches[-1] = stretches[-1][0] + said, stretches[-1][1]
        else:
            stretches.append((said, italic))
    text = ""
    for number, (said, italic) in enumerate(stretches):
        begins = not text.strip() or text.rstrip()[-1:] in ".?!:…”"
        ends = number == len(stretches) - 1 or said.rstrip()[-1:] in ".?!:"
        is_instruction = italic and len(stretches) > 1 and begins and ends and len(said.split()) > 1
        if is_instruction and not re.match(r"\s*[(\[]", said):
            text += f" [{said.strip()}] "
        else:
            text += said
    return text
