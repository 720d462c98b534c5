"""A deposit with the UK Data Service as one zip file: transcripts, data list, documentation and checksums.

What it holds follows the service's guidance for qualitative collections: transcripts with a cover sheet, a data list,
the schedule as used, transcription conventions, a README and study metadata. Field notes are the researcher's and stay
out, and so does the log of pseudonyms, which is kept apart from data.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PureWindowsPath

from interview_tui.export import text
from interview_tui.export.archive.data_list import TO_BE_FILLED_IN, Row, data_list, row
from interview_tui.export.archive.documents import CODEBOOK, DATA_LIST, Deposit
from interview_tui.export.archive.members import Members
from interview_tui.export.document import Document, build
from interview_tui.export.gathering import Gathering
from interview_tui.export.legible import legible
from interview_tui.export.options import Options, Recording
from interview_tui.export.refi.codebook import Codebook, Codes
from interview_tui.export.registry import Render
from interview_tui.export.word import ukds
from interview_tui.interview.events import Kept
from interview_tui.interview.outcomes import BY_CODE
from interview_tui.record.export_ports import Names
from interview_tui.record.model import Record
from interview_tui.schedule.model import Schedule

_RENDERS: Mapping[str, Render] = {".docx": ukds.render, ".txt": text.render}


@dataclass(frozen=True, slots=True)
class Part:
    """What an interview adds: its row, its transcripts by name, its codes, its audio, and what it was conducted with.

    `left_out` says why nothing of it is deposited; empty, it is.
    """

    row: Row
    transcripts: Mapping[str, bytes]
    codes: Codes = ()
    recording: Recording | None = None
    schedule: Schedule | None = None
    left_out: str = ""


class Bundle(Gathering[Part]):
    """The bundle while it is made: of each interview only its row is kept in memory."""

    def __init__(self, path: Path, study: str, options: Options) -> None:
        super().__init__(path, study, options)
        self._members = Members(self.held.enter_context(zipfile.ZipFile(path, "w")))
        self._codebook = self.held.enter_context(Codebook(path.with_suffix(".qdc"), study, options))
        self._has_codes = False
        self._rows: list[Row] = []
        self._schedules: dict[str, Schedule] = {}
        self._left_out: dict[str, list[str]] = {}

    def part(self, document: Document) -> Part:
        """What an interview adds: its talk with its questions and gaps, without anything that was noted about it."""
        talk = build(_talk_alone(document.record), self.options, document.enclosed)
        found = row(talk, self.options)
        return Part(
            row=found,
            transcripts={name: _encoded(_RENDERS[Path(name).suffix](talk, self.options)) for name in found.transcripts},
            codes=self._codebook.part(talk),
            recording=document.enclosed.recording,
            schedule=document.enclosed.schedule,
            left_out=_left_out(document.record),
        )

    def texts(self, part: Part) -> Mapping[str, bytes]:
        """The transcripts, the row and the codes."""
        if part.left_out:
            return {}
        codes = self._codebook.texts(part.codes)
        return {
            **part.transcripts,
            DATA_LIST: part.row.lines.encode("utf-8", "replace"),
            **{f"{CODEBOOK}: {name}": content for name, content in codes.items()},
        }

    def add(self, part: Part) -> None:
        """Take an interview in, but for those that are no data."""
        if part.left_out:
            self._left_out.setdefault(part.left_out, []).append(part.row.case)
            return
        for name, content in part.transcripts.items():
            self._members.put(name, content)
        if part.row.audio and part.recording is not None:
            self._members.put(part.row.audio, part.recording.file)
        if part.codes:
            self._codebook.add(part.codes)
            self._has_codes = True
        self._rows.append(part.row)
        if part.schedule is not None:
            self._schedules.setdefault(part.schedule.sha256, part.schedule)

    def finish(self) -> tuple[str, ...]:
        """Add the list and the documents to it, and close it."""
        studies = (legible(each).strip() for each in (*(each.study for each in self._rows), self.study))
        study = next(filter(None, studies), "")
        self._members.put(DATA_LIST, data_list(self._rows, study).encode("utf-8", "replace"))
        deposit = Deposit(study, self._rows, tuple(self._schedules.values()), self.options, self._has_codes)
        for name, content in deposit.documents():
            self._members.put(name, content)
        if self._has_codes:
            self._codebook.finish()
            self._members.put(CODEBOOK, self._codebook.path)
            self._codebook.path.unlink()
        self._members.finish()
        self.held.close()
        return tuple(self._remarks())

    def _remarks(self) -> Iterator[str]:
        bundle = self.path.name
        if not self._rows:
            yield f"There is nothing to deposit in {bundle}."
        for why, cases in self._left_out.items():
            yield f"{', '.join(cases)} left out of {bundle}: {why}."
        without = [each.case for each in self._rows if not each.transcripts]
        if without:
            yield f"In {bundle} there is no transcript of {', '.join(without)}: only a row of the data list."
        if self.options.names is Names.FULL:
            yield f"Names are not replaced in {bundle}: it is no bundle to deposit unless everybody named has agreed."
        if any(each.audio for each in self._rows):
            yield f"Voices are not anonymised: to archive the audio in {bundle} needs a consent of its own."
        yield "The log of pseudonyms is not in it: it stays outside the study folder."
        yield (
            f"What only the depositor knows is marked {TO_BE_FILLED_IN} in its data list, its study.xml and on the "
            "covers of its transcripts; its README says what else an archive asks for."
        )


def _talk_alone(record: Record) -> Record:
    """A record without what the interviewer noted, flagged and wrote about it, nor where a model lies on a machine."""
    heard = record.provenance
    if heard is not None:
        heard = replace(heard, model=PureWindowsPath(heard.model).name)  # splits at both kinds of slashes
    return replace(record, notes=(), flags=(), quotations=(), debrief=(), reason="", provenance=heard)


def _left_out(record: Record) -> str:
    """Why nothing of an interview is deposited; empty, it is."""
    if record.rehearsal:
        return "a rehearsal is no interview"
    outcome = BY_CODE.get(record.outcome)
    if outcome is not None and outcome.kept is Kept.NOTHING and not record.turns:
        return "nothing of it may be kept"
    return ""


def _encoded(content: str | bytes) -> bytes:
    return content.encode("utf-8", "replace") if isinstance(content, str) else content
