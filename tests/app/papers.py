"""Word files as researchers have them, made with python-docx."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

ORIGINAL = Path(__file__).parents[1] / "data" / "paper" / "political-mentoring.txt"
HEADINGS = {
    "Experience of Mentoring": 1,
    "General Questions about Mentoring": 1,
    "Critical Incidents": 1,
    "First session": 2,
    "Following sessions": 2,
    "Outcome": 2,
    "Impact": 2,
    "Final Questions": 1,
}


def original_lines() -> list[str]:
    return [line.strip() for line in ORIGINAL.read_text(encoding="utf-8").splitlines() if line.strip()]


def with_styles(path: Path) -> Path:
    """The original with Word's own headings and lists."""
    document = docx.Document()
    for number, line in enumerate(original_lines()):
        said = " ".join(line.lstrip("·").split())
        if not number:
            document.add_paragraph(said, style="Title")
        elif said in HEADINGS:
            document.add_heading(said, HEADINGS[said])
        else:
            document.add_paragraph(said, style="List Bullet" if line.startswith("·") else None)
    document.save(str(path))
    return path


def all_normal(path: Path) -> Path:
    """The original as most people type it: no style at all, bullets and tabs typed."""
    document = docx.Document()
    for line in original_lines():
        document.add_paragraph(re.sub(r"^·\s*", "•\t", line))
    document.save(str(path))
    return path


def with_everything(path: Path) -> Path:
    """A schedule with nested lists by Word's numbering, italics, a table, tracked changes, a text box, a tab."""
    document = docx.Document()
    document.add_heading("Nights", 1)
    first = document.add_paragraph(style="List Number")
    first.add_run("Who was there? ")
    first.add_run("Wait for all the names.").italic = True
    emphasised = document.add_paragraph(style="List Number")
    emphasised.add_run("How did ")
    emphasised.add_run("you").italic = True
    emphasised.add_run(" feel?")
    document.add_paragraph("the ward", style="List Bullet 2")
    document.add_paragraph("the stairs", style="List Bullet 2")
    document.add_paragraph().add_run("Show the plan of the house").italic = True
    changed = document.add_paragraph(style="List Number")
    changed._p.append(parse_xml(f'<w:del {nsdecls("w")} w:id="1"><w:r><w:delText>Gone?</w:delText></w:r></w:del>'))
    changed._p.append(parse_xml(f'<w:ins {nsdecls("w")} w:id="2"><w:r><w:t>What was new?</w:t></w:r></w:ins>'))
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text = "Did you sleep?"
    table.cell(0, 1).text = "Where did you sleep?"
    box = (
        f'<w:r {nsdecls("w")}><w:pict><v:textbox xmlns:v="urn:schemas-microsoft-com:vml"><w:txbxContent><w:p><w:r>'
        "<w:t>In the box?</w:t></w:r></w:p></w:txbxContent></v:textbox></w:pict></w:r>"
    )
    document.add_paragraph("Anything else?")._p.append(parse_xml(box))
    document.save(str(path))
    return path


def by_list_definitions(path: Path) -> Path:
    """Nested lists by Word's own definitions: one at each paragraph, one in a style; a heading by its outline level."""
    document = docx.Document()
    heading = document.add_paragraph("A night that you remember better than any other one in all these years")
    heading._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="0"/>'))
    listed = document.styles.add_style("House bullets", WD_STYLE_TYPE.PARAGRAPH)
    listed.element.get_or_add_pPr().append(_list_of(0))
    document.add_paragraph("Who was there?", style="House bullets")
    for text, level in (("Where did they stand?", 1), ("Near the door?", 2), ("And then?", 0)):
        document.add_paragraph(text)._p.get_or_add_pPr().append(_list_of(level))
    document.save(str(path))
    return path


def _list_of(level: int) -> Any:
    return parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>')


def damaged(path: Path) -> Path:
    """A .docx that is cut off in the middle."""
    whole = with_styles(path).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


def other_zip(path: Path) -> Path:
    """A zip with another name."""
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("readme.txt", "nothing")
    return path
