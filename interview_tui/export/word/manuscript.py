"""A Word document in the making: paragraphs by style, pages with header and footer, then the same bytes every time."""

from __future__ import annotations

import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

import docx
from docx.enum.section import WD_SECTION
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.section import Section
from docx.text.paragraph import Paragraph

from interview_tui.export.document import language_of
from interview_tui.export.legible import legible
from interview_tui.export.word.blank import BODY, STAMP, TAG, blank
from interview_tui.export.zipping import packed
from interview_tui.record.model import Record

_LONGEST_PROPERTY = 255
_LINES = ("w:pStyle", "w:pPr", "w:r")  # so that the search for names can tell our own words from people's
_LEFTWARDS, _RIGHTWARDS = ("R", "AL"), ("L",)
_AFTER_LINE_NUMBERS = ("w:pgNumType", "w:cols", "w:titlePg", "w:bidi", "w:docGrid")


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a paragraph: its text, its character style (empty: the paragraph's own), whether a tab follows."""

    text: str
    style: str = ""
    tabbed: bool = False


class Manuscript:
    """A Word document in the making. All text that is added is made legible (see `legible`).

    `title` is what readers of screens and catalogues call it. The language is that of the transcript, else English.
    """

    def __init__(self, record: Record, title: str) -> None:
        self._word = docx.Document(BytesIO(blank()))
        self._body = self._word.element.body
        self._set_language(language_of(record))
        properties = self._word.core_properties
        opened = datetime.fromtimestamp(record.opened_wall_ms / 1000, UTC).replace(tzinfo=None, microsecond=0)
        properties.created = properties.modified = opened  # of the interview: a record has the same bytes every day
        properties.title = legible(title)[:_LONGEST_PROPERTY]
        properties.author = legible(record.interviewer)[:_LONGEST_PROPERTY]
        properties.language = language_of(record)
        properties.comments = properties.last_modified_by = ""

    def add(self, style: str, *runs: Run) -> None:
        """A paragraph in this style (an id of `blank`); it runs from right to left if its words begin so.

        Tags and stamps have no say in that.
        """
        paragraph = self._body.add_p()
        if style != BODY:
            paragraph.style = style
        if is_leftward("".join(run.text for run in runs if run.style not in (TAG, STAMP))):
            paragraph.get_or_add_pPr().append(OxmlElement("w:bidi"))
        for run in runs:
            text = legible(run.text)
            made = paragraph.add_r()
            if run.style:
                made.style = run.style
            if is_leftward(text):
                made.get_or_add_rPr().append(OxmlElement("w:rtl"))
            made.text = text
            if run.tabbed:
                made.add_tab()

    def begin_pages(self, left: str, right: str, *, line_numbers: bool) -> None:
        """Begin a new page; from here on every page has these two texts at its head, and its number at its foot.

        With `line_numbers` every line has one as well, counted through to the end.
        """
        section = self._word.add_section(WD_SECTION.NEW_PAGE)
        *_, last, empty, _ = self._body
        last.get_or_add_pPr().append(empty.pPr.sectPr)  # it ends the section as well as an empty line would
        self._body.remove(empty)
        section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
        section.header.paragraphs[0].text = f"{legible(left)}\t{legible(right)}"
        _number_pages(section.footer.paragraphs[0])
        if line_numbers:
            _number_lines(section)

    def packed(self) -> bytes:
        """The document as a file: the same for the same content. What one style or run says is a line of its XML."""
        self._body.text = self._word.styles.element.text = "\n"
        for element in (*self._body, *self._word.styles.element, *self._body.iter(*map(qn, _LINES))):
            element.tail = "\n"
        whole = BytesIO()
        self._word.save(whole)
        with zipfile.ZipFile(whole) as made:
            return packed({name: made.read(name) for name in made.namelist()})

    def _set_language(self, language: str) -> None:
        spoken = next(self._word.styles.element.iter(qn("w:lang")))
        spoken.attrib.clear()
        spoken.set(qn("w:val"), language)
        spoken.set(qn("w:bidi"), language)


def is_leftward(text: str) -> bool:
    """Whether the first letter that has a direction runs from right to left (rules P2 and P3 of UAX #9)."""
    if text.isascii():
        return False
    directions = (unicodedata.bidirectional(character) for character in text)
    first = next((each for each in directions if each in _LEFTWARDS or each in _RIGHTWARDS), "")
    return first in _LEFTWARDS


def _number_pages(paragraph: Paragraph) -> None:
    """`Page X of Y`, counted by the program that lays the pages out."""
    for words, field in (("Page ", "PAGE"), (" of ", "NUMPAGES")):
        paragraph.add_run(words)
        counted = OxmlElement("w:fldSimple")
        counted.set(qn("w:instr"), field)
        counted.append(paragraph.add_run("1")._r)
        paragraph._p.append(counted)


def _number_lines(section: Section) -> None:
    numbers = OxmlElement("w:lnNumType")
    numbers.set(qn("w:countBy"), "1")
    numbers.set(qn("w:restart"), "continuous")
    section._sectPr.insert_element_before(numbers, *_AFTER_LINE_NUMBERS)
