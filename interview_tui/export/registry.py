"""The formats of export: one line each. A new one is a module beside this and a line here."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from interview_tui.errors import ExportError
from interview_tui.export.document import Document
from interview_tui.export.gathering import Gathering
from interview_tui.export.options import Options

Render = Callable[[Document, Options], str | bytes]
ALL = "all"


@dataclass(frozen=True, slots=True)
class Format:
    """A format of which every interview is a file of its own.

    `suffix` is how the files' names end. `made_by` names the function within this package that renders a document
    (text: as UTF-8); it is looked up when it is first needed, since some formats bring heavy libraries. `one_recording`
    says that the audio has to be one file, `plays` that people hear it from the file that is written.
    """

    description: str
    suffix: str
    made_by: str
    one_recording: bool = False
    plays: bool = False

    @property
    def render(self) -> Render:
        """The function that renders a document."""
        return _found(self.made_by)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Collection:
    """A format of which many interviews are one file.

    `what` is one word for it in the file's name, `extension` how that ends, `made_by` names the class within this
    package that gathers the interviews.
    """

    description: str
    what: str
    extension: str
    made_by: str
    one_recording: bool = False

    @property
    def gathering(self) -> type[Gathering[Any]]:
        """The class that gathers interviews into a file of this format."""
        return _found(self.made_by)  # type: ignore[no-any-return]


def _found(name: str) -> Any:
    return pkgutil.resolve_name(f"interview_tui.export.{name}")


FORMATS: dict[str, Format | Collection] = {
    "text": Format("Timed text for MAXQDA, ATLAS.ti and NVivo", "_transcript.txt", "text:render"),
    "qualcoder": Format("Timed text as QualCoder links it to the audio", "_qualcoder.txt", "text:qualcoder"),
    "f4": Format("Timed text in the style of f4: the stamp ends the paragraph", "_f4.txt", "text:f4"),
    "ukds": Format(
        "Transcript to print and to deposit, UK Data Service (Word)", "_transcript.docx", "word.ukds:render"
    ),
    "word": Format("Headings for auto-coding in NVivo (Word)", "_coding.docx", "word.coding:render"),
    "srt": Format("Subtitles (SubRip)", "_subtitles.srt", "subtitles:srt"),
    "vtt": Format("Subtitles with voices (WebVTT)", "_subtitles.vtt", "subtitles:vtt"),
    "nvivo": Format(
        "Transcript of a media file for NVivo (tab-separated)", "_nvivo.txt", "nvivo:render", one_recording=True
    ),
    "eaf": Format(
        "ELAN: a tier for each speaker, and one for the structure", "_elan.eaf", "elan:render", one_recording=True
    ),
    "html": Format(
        "The whole record, to read, hear and print (one HTML page)", "_record.html", "html:render", plays=True
    ),
    "json": Format("The whole record, for programs (JSON)", "_record.json", "json_record:render"),
    "incidents": Collection("Table of incidents, one row each (CSV)", "incidents", ".csv", "tables.csv_file:Incidents"),
    "answers": Collection(
        "Table of answers and coverage, a row an item (CSV)", "answers", ".csv", "tables.csv_file:Answers"
    ),
    "notes": Collection("Table of notes (CSV)", "notes", ".csv", "tables.csv_file:Notes"),
    "turns": Collection("Table of turns (CSV)", "turns", ".csv", "tables.csv_file:Turns"),
    "words": Collection("Table of words with their times (CSV)", "words", ".csv", "tables.csv_file:Words"),
    "paradata": Collection("Table of what was done when (CSV)", "paradata", ".csv", "tables.csv_file:Paradata"),
    "xlsx": Collection("All tables, a sheet each (Excel)", "tables", ".xlsx", "tables.workbook:Workbook"),
    "tables": Collection("All tables, for programs (JSON)", "tables", ".json", "tables.json_file:JsonTables"),
    "qdpx": Collection(
        "Project for NVivo, MAXQDA, ATLAS.ti and QualCoder (REFI-QDA)",
        "project",
        ".qdpx",
        "refi.project:Project",
        one_recording=True,
    ),
    "qdc": Collection(
        "Codebook of questions, incidents, parts, themes (REFI-QDA)", "codebook", ".qdc", "refi.codebook:Codebook"
    ),
    "archive": Collection("Deposit bundle for the UK Data Service (zip)", "archive", ".zip", "archive.bundle:Bundle"),
}


def chosen(names: Iterable[str]) -> dict[str, Format | Collection]:
    """The formats of these names, each once; `all` is every one.

    Raises:
        ExportError: a name is no format's.
    """
    names = list(dict.fromkeys(names))
    if ALL in names:
        return dict(FORMATS)
    for name in names:
        if name not in FORMATS:
            near = get_close_matches(name.lower(), FORMATS, n=1)
            hint = f"Did you mean “{near[0]}”?" if near else f"The formats are: {', '.join(FORMATS)}."
            raise ExportError(f"There is no export format “{name}”.", hint)
    return {name: FORMATS[name] for name in names}
