"""What explains a deposit: a README, transcription conventions, the schedules as used, and DDI-Codebook metadata."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from interview_tui import __version__
from interview_tui.export.archive.data_list import TO_BE_FILLED_IN, Row
from interview_tui.export.document import NO_QUESTION, SILENT, BlockKind
from interview_tui.export.naming import safe_name
from interview_tui.export.options import Counting, Options
from interview_tui.export.templating import broken, own_file, rendered
from interview_tui.export.text import ENDED, GAP, QUESTION
from interview_tui.record.export_ports import Names
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, UNKNOWN
from interview_tui.schedule.model import Schedule
from interview_tui.schedule.outline import outline

README, DATA_LIST = "README.txt", "data_list.csv"
DOCUMENTATION = "documentation"
CODEBOOK = f"{DOCUMENTATION}/codebook.qdc"
_STUDY = "archive/study.xml.j2"
_TEXTS = {
    README: "archive/README.txt.j2",
    f"{DOCUMENTATION}/transcription_conventions.txt": "archive/transcription_conventions.txt.j2",
}


@dataclass(frozen=True, slots=True)
class Deposit:
    """What is deposited, as its documents tell of it: the interviews by row, and what they were conducted with.

    `has_codebook` says that a codebook lies beside the documents.
    """

    study: str
    rows: Sequence[Row]
    schedules: Sequence[Schedule]
    options: Options
    has_codebook: bool = False

    def documents(self) -> Iterator[tuple[str, bytes]]:
        """Every document, by the name it has in the bundle.

        Raises:
            ExportError: a template of the study cannot be used; names its file and line.
        """
        values = self._values()
        for name, template in _TEXTS.items():
            yield name, self._plain(rendered(template, self.options, values))
        for schedule in self.schedules:
            name = f"{DOCUMENTATION}/{_name(schedule)}"
            yield f"{name}.yaml", schedule.text.encode("utf-8", "replace")
            yield f"{name}.txt", self._plain(outline(schedule, {}))
        yield f"{DOCUMENTATION}/study.xml", self._study_xml(values)

    def _study_xml(self, values: Mapping[str, object]) -> bytes:
        """The metadata after DDI-Codebook 2.5, the elements that the CESSDA Data Catalogue requires among them.

        Raises:
            ExportError: what the study's own template makes is not well-formed.
        """
        xml = rendered(_STUDY, self.options, values).encode()
        try:
            ET.fromstring(xml)
        except ET.ParseError as error:
            own = own_file(_STUDY, self.options)
            if own is None:
                raise
            raise broken(str(own), 0, f"what it makes is no well-formed XML: {error}") from error
        return xml

    def _values(self) -> dict[str, object]:
        rows, tags = self.rows, self.options.tags
        days = sorted(row.day for row in rows)
        items = {found.item.id: found.item.text for schedule in self.schedules for found in schedule.walk()}
        asked = dict.fromkeys(item for row in rows for item, answer in row.answers.items() if answer)
        return {
            "study": self.study,
            "to_be_filled_in": TO_BE_FILLED_IN,
            "version": __version__,
            "written": self.options.day(self.options.written_wall_ms),
            "names_kept": self.options.names is Names.FULL,
            "rows": rows,
            "deposited": [(row, row.language) for row in rows if row.transcripts],
            "first_day": days[0] if days else "",
            "last_day": days[-1] if days else "",
            "recognisers": sorted({row.recogniser for row in rows if row.recogniser}),
            "fillers": sorted({row.fillers for row in rows if row.fillers}),
            "left_to_go_through": [row.case for row in rows if row.left_to_go_through],
            "audio": any(row.audio for row in rows),
            "schedules": [(schedule, _name(schedule)) for schedule in self.schedules],
            "needs": list(dict.fromkeys(part.question for each in self.schedules for part in each.needs)),
            "codebook": CODEBOOK if self.has_codebook else "",
            "asks_consent": any(found.item.consent for each in self.schedules for found in each.walk()),
            "variables": [(item, items.get(item, "")) for item in asked],
            "question": QUESTION,
            "gap": GAP,
            "ended": ENDED,
            "no_question": NO_QUESTION,
            "not_recorded": SILENT[BlockKind.GAP],
            "withheld": SILENT[BlockKind.WITHHELD],
            "tags": [(tags[who], who) for who in (INTERVIEWER, RESPONDENT, UNKNOWN) if who in tags],
            "times": self.options.times,
            "pauses_counted": self.options.counting is Counting.SESSION,
        }

    def _plain(self, text: str) -> bytes:
        return (text.replace("\n", "\r\n") if self.options.crlf else text).encode("utf-8", "replace")


def _name(schedule: Schedule) -> str:
    """What the files of a schedule are called: by its version, and by its text, for a version may have been edited."""
    version = f"v{safe_name(schedule.version)}_" if schedule.version else ""
    return f"interview_schedule_{version}{schedule.sha256[:8]}"
