"""A REFI-QDA codebook: the questions, incidents, parts and themes of interviews as codes, without what is coded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lxml import etree

from interview_tui.errors import ExportError
from interview_tui.export.document import BlockKind, Document
from interview_tui.export.gathering import Gathering
from interview_tui.export.options import Options
from interview_tui.export.refi.codes import Code, CodeTree, InterviewCodes
from interview_tui.export.refi.identity import Identity
from interview_tui.export.refi.markup import HEAD, element, joined, opening
from interview_tui.export.refi.project import ORIGIN
from interview_tui.export.refi.schemas import CODEBOOK, WHERE, elements

Codes = tuple[Code, ...]


class Codebook(Gathering[Codes]):
    """A codebook while it is made. A code has the identity that it has in projects of the study."""

    def __init__(self, path: Path, study: str, options: Options) -> None:
        super().__init__(path, study, options)
        self._identity = Identity(study)
        self._tree = CodeTree(self._identity)

    def part(self, document: Document) -> Codes:
        """The codes of an interview: those of its whole schedule, and of what it has beyond."""
        found = InterviewCodes(document)
        for block in document.blocks:
            if block.kind is BlockKind.TURN:
                found.of(block)
        return found.codes

    def texts(self, part: Codes) -> Mapping[str, bytes]:
        """The codes as elements."""
        tree = CodeTree(self._identity)
        tree.add(part)
        return {"codes.xml": joined(tree.lines()).encode()}

    def add(self, part: Codes) -> None:
        """Take the codes of an interview in."""
        self._tree.add(part)

    def finish(self) -> tuple[str, ...]:
        """Write the codebook.

        Raises:
            ExportError: there is no code, or what came of it breaks the schema.
        """
        if not self._tree:
            raise ExportError(
                "There is nothing to make a codebook of: no schedule, and no question was talked about.",
                "Export interviews that were conducted with a schedule.",
            )
        attributes = {
            "xmlns": CODEBOOK,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": WHERE[CODEBOOK],
            "origin": ORIGIN,
        }
        lines = [HEAD, opening("CodeBook", **attributes), *element("Codes", self._tree.lines()), "</CodeBook>"]
        self.path.write_bytes(joined(lines).encode())
        try:
            with self.path.open("rb") as file:
                for _ in elements(file, CODEBOOK):
                    pass
        except etree.XMLSyntaxError as error:
            raise ExportError(f"The codebook would be no valid one: line {error.lineno}, {error.msg}.") from error
        return ()
