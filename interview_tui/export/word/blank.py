"""The empty Word document that all of ours begin as: A4, our styles, and nothing that Word can do without.

python-docx's own template holds a thousand styles, twice, a theme and a picture of itself: they are left out.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

import docx
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import CharacterStyle, ParagraphStyle

TITLE, SUBTITLE, HEADING_1, HEADING_2, BODY = "Title", "Subtitle", "Heading1", "Heading2", "Normal"
COVER_TITLE, COVER = "CoverTitle", "Cover"
TURN, NOTE, GAP = "Turn", "Note", "Gap"
TAG, STAMP, LABEL = "Tag", "Stamp", "Label"

TEXT_WIDTH = Cm(16)
_FONT = "Arial"  # on every system, or one of the same measures
_GREY = RGBColor(0x59, 0x59, 0x59)  # a contrast of 7 to 1 on paper: WCAG's AAA
_TAG_WIDTH, _LABEL_WIDTH = Cm(1.4), Cm(5)
_KEPT_STYLES = (
    *("Normal", "DefaultParagraphFont", "TableNormal", "NoList"),
    *("Heading1", "Heading2", "Title", "Subtitle", "Header", "Footer"),
)
_KEPT_PARTS = ("/officeDocument", "/core-properties", "/styles", "/settings")
_WORD_2013 = "15"  # an older one opens in "compatibility mode"
_KEPT_SETTINGS = ("w:defaultTabStop", "w:characterSpacingControl", "w:compat")
_DROPPED = (
    *("w:link", "w:rsid", "w:pBdr", "w:contextualSpacing", "w:kern", "w:spacing", "w:szCs", "w:iCs", "w:numPr"),
    "w:rFonts",  # they name fonts of the theme, which is gone
)
_AFTER_SUPPRESSION = ("w:tabs", "w:spacing", "w:ind", "w:outlineLvl")


@lru_cache(maxsize=1)
def blank() -> bytes:
    """The document, packed. Made once."""
    document = docx.Document()
    _bare(document)
    _paper(document)
    _headings(document)
    _paragraphs(document)
    _cover(document)
    _within_lines(document)
    _size_leftward_scripts(document)
    whole = BytesIO()
    document.save(whole)
    return whole.getvalue()


def _bare(document: WordDocument) -> None:
    """Take away what python-docx's template has and we have no use for."""
    for relations in (document.part.package.rels, document.part.rels):
        for key in [key for key, relation in relations.items() if not relation.reltype.endswith(_KEPT_PARTS)]:
            del relations[key]
    styles = document.styles.element
    for element in list(styles):
        is_kept = element.tag == qn("w:docDefaults") or element.get(qn("w:styleId")) in _KEPT_STYLES
        if not is_kept:
            styles.remove(element)
    for element in list(styles.iter(*map(qn, _DROPPED))):
        element.getparent().remove(element)
    kept = {qn(name) for name in _KEPT_SETTINGS}
    for element in list(document.settings.element):
        if element.tag not in kept:
            document.settings.element.remove(element)
    for element in document.settings.element.iter(qn("w:compatSetting")):
        if element.get(qn("w:name")) == "compatibilityMode":
            element.set(qn("w:val"), _WORD_2013)


def _paper(document: WordDocument) -> None:
    """A4 with the same margin all around, one font, and no line of a paragraph alone on a page."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.5)
    fonts = OxmlElement("w:rFonts")
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), _FONT)
    document.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:rPr')}").insert(0, fonts)
    _style(document, "Normal").font.size = Pt(10.5)
    normal = _style(document, "Normal").paragraph_format
    normal.space_before, normal.space_after, normal.line_spacing, normal.widow_control = Pt(0), Pt(6), 1.15, True
    header, footer = _style(document, "Header"), _style(document, "Footer")
    for style in (header, footer):
        style.font.size, style.font.color.rgb = Pt(9), _GREY
        style.paragraph_format.tab_stops.clear_all()
        style.paragraph_format.space_after = Pt(0)
    header.paragraph_format.tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    footer.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _headings(document: WordDocument) -> None:
    """Titles and headings; a heading never stands alone at the foot of a page."""
    for name, points, before, after in (
        ("Title", 24, 0, 6),
        ("Subtitle", 14, 0, 28),
        ("Heading 1", 14, 20, 6),
        ("Heading 2", 11.5, 10, 3),
    ):
        style = _style(document, name)
        style.font.size, style.font.color.rgb, style.font.italic = Pt(points), RGBColor(0, 0, 0), False
        style.font.bold = style.font.cs_bold = name != "Subtitle"
        form = style.paragraph_format
        form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), 1.0
        form.keep_with_next = form.keep_together = True


def _paragraphs(document: WordDocument) -> None:
    """What stands below headings: turns with their tags hanging in the margin, and what is no talk."""
    _hang(_add(document, TURN, "Normal"), _TAG_WIDTH)
    for name in (NOTE, GAP):
        style = _add(document, name, "Normal")
        style.font.color.rgb, style.font.italic = _GREY, True


def _cover(document: WordDocument) -> None:
    """A title in the upper third of the page, labels with what stands beside them; no numbers beside its lines."""
    _add(document, COVER_TITLE, "Title").paragraph_format.space_before = Pt(96)
    _hang(_add(document, COVER, "Normal"), _LABEL_WIDTH)
    for name in (COVER_TITLE, "Subtitle", COVER):  # LibreOffice numbers the lines of every section, if of one
        form = _style(document, name).element.get_or_add_pPr()
        form.insert_element_before(OxmlElement("w:suppressLineNumbers"), *_AFTER_SUPPRESSION)


def _size_leftward_scripts(document: WordDocument) -> None:
    """Hebrew and Arabic have a size of their own in Word: as large as the others."""
    for size in list(document.styles.element.iter(qn("w:sz"))):
        leftward = OxmlElement("w:szCs")
        leftward.set(qn("w:val"), size.get(qn("w:val")))
        size.addnext(leftward)


def _add(document: WordDocument, name: str, base: str) -> ParagraphStyle:
    style: ParagraphStyle = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style, style.quick_style = _style(document, base), True
    return style


def _hang(style: ParagraphStyle, width: Cm) -> None:
    """All lines but the first are indented; in the first, a tab leads to where the others begin."""
    form = style.paragraph_format
    form.left_indent, form.first_line_indent = width, Cm(-width.cm)
    form.tab_stops.add_tab_stop(width)


def _within_lines(document: WordDocument) -> None:
    """Tags, stamps, and the labels of a cover."""
    for name in (TAG, STAMP, LABEL):
        style = document.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
        style.quick_style = True
    _characters(document, TAG).font.bold = True
    _characters(document, LABEL).font.color.rgb = _GREY
    stamp = _characters(document, STAMP).font
    stamp.size, stamp.color.rgb, stamp.italic = Pt(8), _GREY, False


def _style(document: WordDocument, name: str) -> ParagraphStyle:
    found: ParagraphStyle = document.styles[name]
    return found


def _characters(document: WordDocument, name: str) -> CharacterStyle:
    found: CharacterStyle = document.styles[name]
    return found
