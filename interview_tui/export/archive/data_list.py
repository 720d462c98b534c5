"""The data list of a deposit: one row an interview, after the template of the UK Data Service."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from interview_tui.export.document import Document, language_of, stamp
from interview_tui.export.naming import stem
from interview_tui.export.options import Options
from interview_tui.export.tables.csv_text import BYTE_ORDER_MARK, cell
from interview_tui.export.tables.table import distinct
from interview_tui.interview.outcomes import COMPLETE, in_words
from interview_tui.record.export_ports import Names, Sound
from interview_tui.record.model import Entry, Record
from interview_tui.record.review.changes import ReviewState
from interview_tui.schedule.model import AnswerKind, Located, Schedule

TO_BE_FILLED_IN = "TO BE FILLED IN"
TRANSCRIPTS, AUDIO = "transcripts", "audio"
_LEFT_TO_FILL_IN = ("Pseudonym", "Age band", "Gender", "Location")
_GONE_THROUGH = (ReviewState.PSEUDONYMISED, ReviewState.SIGNED_OFF)
_CHECKED = {
    ReviewState.TRANSCRIBED: "not checked",
    ReviewState.CHECKED: "checked",
    ReviewState.PSEUDONYMISED: "checked",
    ReviewState.SIGNED_OFF: "checked and signed off",
}


@dataclass(frozen=True, slots=True)
class Row:
    """What the bundle remembers of an interview.

    `cells` are by column, `answers` by item, of items in the order of the interview. `transcripts` are the files of it
    in the bundle, none where nothing was said; `audio` is one, or empty. `recogniser` is what transcribed it, and
    `left_to_go_through` says that nobody has gone through it for names.
    """

    case: str
    study: str
    day: str
    cells: Mapping[str, str]
    answers: Mapping[str, str]
    transcripts: tuple[str, ...] = ()
    audio: str = ""
    language: str = ""
    recogniser: str = ""
    fillers: str = ""
    left_to_go_through: bool = False

    @property
    def lines(self) -> str:
        """All that the row says, a cell a line."""
        return "\n".join([self.study, *self.cells.values(), *self.answers.values()])


def row(document: Document, options: Options) -> Row:
    """The row of an interview; what nobody but the depositor knows is left to fill in."""
    record, enclosed = document.record, document.enclosed
    base = stem(record, options, enclosed.role, enclosed.version)
    has_talk = any(placed.turn.words for placed in record.turns)
    transcripts = tuple(f"{TRANSCRIPTS}/{base}_transcript.{kind}" for kind in ("docx", "txt")) if has_talk else ()
    audio = ""
    if options.sound is Sound.INSIDE and enclosed.recording is not None:
        audio = f"{AUDIO}/{base}_audio{enclosed.recording.file.suffix}"
    heard = record.provenance
    recogniser = f"{heard.engine} {heard.model}".strip() if heard is not None and has_talk else ""
    cells = {
        "Interview ID": record.case,
        **dict.fromkeys(_LEFT_TO_FILL_IN, ""),
        "Occupation / role": enclosed.role,
        "Mode of interview": "telephone",
        "Date of interview": options.day(record.opened_wall_ms),
        "Interviewer": record.interviewer,
        "Length (hh:mm:ss)": stamp(sum(span.end_ms - span.start_ms for span in record.spans)),
        "No. of words": str(sum(len(placed.turn.words) for placed in record.turns)),
        "No. of incidents": str(len(record.incidents)),
        "Transcript file": transcripts[0] if transcripts else "none",
        "Audio file": audio or "not deposited",
        "Transcription": f"{recogniser or 'transcribed'}, {_CHECKED[record.review]}" if has_talk else "none",
        "Anonymised": _anonymised(record, options) if has_talk else "no transcript",
        "Consent for archiving": TO_BE_FILLED_IN,
        "Access": TO_BE_FILLED_IN,
        "Notes": "; ".join(_notes(record)),
    }
    return Row(
        case=record.case,
        study=record.study,
        day=options.day(record.opened_wall_ms),
        cells=cells,
        answers=_answers(document, enclosed.schedule),
        transcripts=transcripts,
        audio=audio,
        language=language_of(record),
        recogniser=recogniser,
        fillers=heard.parameters.get("fillers", "") if heard is not None else "",
        left_to_go_through=has_talk and record.review not in _GONE_THROUGH,
    )


def data_list(rows: Iterable[Row], study: str) -> str:
    """The list as CSV for a spreadsheet: study and depositor above, then the columns. What nobody answered has none."""
    rows = list(rows)
    items = dict.fromkeys(item for each in rows for item in each.answers)
    asked = [item for item in items if any(each.answers.get(item) for each in rows)]
    fixed = list(rows[0].cells) if rows else []
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(["Study title", cell(study)])
    writer.writerow(["Depositor", TO_BE_FILLED_IN])
    writer.writerow([])
    writer.writerow([cell(name) for name in distinct([*fixed, *asked])])
    for each in rows:
        values = [*each.cells.values(), *(each.answers.get(item, "") for item in asked)]
        writer.writerow([cell(value) for value in values])
    return BYTE_ORDER_MARK + written.getvalue()


def _anonymised(record: Record, options: Options) -> str:
    if options.names is Names.FULL:
        return "no: names stand as they were said"
    if record.review in _GONE_THROUGH:
        return "yes: names are replaced"
    return f"not gone through for names yet: {TO_BE_FILLED_IN}"


def _notes(record: Record) -> Iterable[str]:
    if record.outcome and record.outcome != COMPLETE.code:
        yield f"not complete: {in_words(record.outcome)}"
    for stretches, what in ((record.withheld, "withheld at participant's request"), (record.gaps, "not recorded")):
        if stretches:
            yield f"{len(stretches)} stretch{'es' if len(stretches) > 1 else ''} {what}"


def _answers(document: Document, schedule: Schedule | None) -> dict[str, str]:
    """The answers outside incidents, by item: chosen ones, and no consents.

    Those of rounds stand behind their labels, those about a line of a checklist behind its key.
    """
    labels = {found.id: found.label for found in document.record.rounds}
    known = schedule.items() if schedule is not None else {}
    given: dict[str, list[str]] = {}
    for entry in document.record.entries:
        if document.incident_of(entry.place) is None and _is_variable(entry, known):
            told = "; ".join(entry.answer)
            place = entry.place
            label = ", ".join(filter(None, (labels.get(place.round, place.round), place.line)))
            answers = given.setdefault(place.item, [])
            answers += [f"{label}: {told}" if label else told] if told else []
    return {item: " | ".join(answers) for item, answers in given.items()}


def _is_variable(entry: Entry, known: Mapping[str, Located]) -> bool:
    """Whether the answers of an entry are to a closed question that asks for no consent."""
    if entry.place.item not in known:
        return bool(entry.answer)
    item = known[entry.place.item].item
    return item.consent is None and item.answer.kind is not AnswerKind.NOTES
