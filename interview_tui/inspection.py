"""`doctor --study`: every interview of a study verified, what is wrong said in sentences, and what can be repaired.

A repair takes into the journal what was recorded and never reached it, repairs cut-off tails, packs what is not packed,
and clears up what packing left. It deletes only what something verified has taken the place of, and moves nothing that
it does not understand.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from interview_tui import bootstrap, packing
from interview_tui.at_rest import lying_open
from interview_tui.errors import AudioError, InterviewTuiError
from interview_tui.interview.ports import RecordedSpan, RecorderState, RecorderStatus
from interview_tui.interview.session import Session
from interview_tui.interview.sound import SpanEnd
from interview_tui.interview.state import Interview
from interview_tui.packing import Keep, journal_of
from interview_tui.store.database import opened
from interview_tui.store.failures import explained
from interview_tui.store.private_files import close_to_others, open_to_others
from interview_tui.store.study import DATABASE_FILE, StudyFolder

if TYPE_CHECKING:  # sound is entered only when there is something to look at
    from interview_tui.audio.keeping.integrity import Flaw

DATABASE_WAY_OUT = (
    "Copy the whole study folder before anything else. Then put the newest file of backups in its place, or save what "
    "can be read with `sqlite3 study.db .recover`."
)
REVIEW_WAY_OUT = "Every other change holds. Make this one again, and keep the file as it is."
OnCase = Callable[[str, int, int], None]
"""Told which case is looked at, how many were before it, and of how many."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with a study: where (a case, else a file), what, the way out; is a repair that?"""

    case: str
    kind: str
    what: str
    way_out: str
    mendable: bool = False
    where: str = DATABASE_FILE

    def __str__(self) -> str:
        return f"✗ {self.case or self.where}: {self.what}\n  → {self.way_out}"


@dataclass(slots=True)
class Inspection:
    """What an inspection found: how much was looked at, in how many seconds, what is wrong, what was repaired."""

    interviews: int = 0
    spans: int = 0
    audio_bytes: int = 0
    seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)

    @property
    def closing(self) -> str:
        """The line that counts."""
        looked = (
            f"{self.interviews} interviews, {self.spans} spans, {self.audio_bytes / 1e9:.2f} GB of audio "
            f"verified in {self.seconds:.0f} s"
        )
        if not self.findings:
            return f"{looked}: nothing is wrong."
        mendable = sum(finding.mendable for finding in self.findings)
        can_be = f", {mendable} of them can be repaired" if mendable else ""
        return f"{looked}. Findings: {len(self.findings)}{can_be}."

    def as_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return {
            "interviews": self.interviews,
            "spans": self.spans,
            "audio_bytes": self.audio_bytes,
            "seconds": round(self.seconds, 1),
            "repaired": self.repaired,
            "findings": [
                {
                    "case": finding.case,
                    "kind": finding.kind,
                    "what": finding.what,
                    "way_out": finding.way_out,
                    "repairable": finding.mendable,
                }
                for finding in self.findings
            ],
        }


def inspect(study: StudyFolder, *, repair: bool = False, on_case: OnCase = lambda *_: None) -> Inspection:
    """Verify every interview of a study, and repair what can be repaired; what then is still wrong is found.

    An interview that is being recorded or conducted at this moment is only named.
    """
    began_s = time.monotonic()
    report = Inspection()
    report.findings += _database(study)
    cases = _cases(study, report)
    for done, case in enumerate(cases):
        on_case(case, done, len(cases))
        _case(study, case, report, repair=repair)
    report.interviews = len(cases)
    report.findings += _strangers(study, cases)
    report.findings += _rights(study, report, repair=repair)
    if study.is_encrypted:
        report.findings += _lying_open(study, report, repair=repair)
    report.seconds = time.monotonic() - began_s
    return report


def _database(study: StudyFolder) -> Iterator[Finding]:
    """What the database says of itself."""
    path = study.path / DATABASE_FILE
    if not path.exists():
        return
    try:
        with opened(path) as db:
            said = [row[0] for row in db.execute("PRAGMA integrity_check").fetchall()]
    except InterviewTuiError as error:
        yield Finding("", "database", error.message, error.hint or DATABASE_WAY_OUT)
        return
    if said != ["ok"]:
        yield Finding("", "database", f"{DATABASE_FILE} is damaged: {said[0]}.", DATABASE_WAY_OUT)


def _cases(study: StudyFolder, report: Inspection) -> list[str]:
    try:
        return sorted(summary.case for summary in study.interviews())
    except InterviewTuiError as error:
        report.findings.append(Finding("", "database", error.message, error.hint or DATABASE_WAY_OUT))
        return []


def _strangers(study: StudyFolder, cases: list[str]) -> Iterator[Finding]:
    """Folders of audio of which the study has no interview."""
    recordings = study.path / "recordings"
    for folder in sorted(recordings.iterdir()) if recordings.is_dir() and cases else ():
        if folder.is_dir() and folder.name not in cases:
            yield Finding(
                folder.name,
                "no interview",
                f"{folder} is there, and the study has no interview with {folder.name}.",
                "Look for it in the files of backups; take the audio in with `interview-tui import-call`, or move it.",
            )


def _rights(study: StudyFolder, report: Inspection, *, repair: bool) -> Iterator[Finding]:
    """Whether others who use this machine could read something of it."""
    found = list(open_to_others(study.path))
    if found and repair:
        for path in found:
            close_to_others(path)
        report.repaired.append(f"{_counted(len(found))} can be read by you only now")
    elif found:
        yield Finding(
            "",
            "open to others",
            f"{_counted(len(found))} can be read by others who use this machine: {found[0]}"
            f"{' and more' if len(found) > 1 else ''}.",
            "Close them: interview-tui doctor --study --repair.",
            mendable=True,
            where=study.path.name,
        )


def _lying_open(study: StudyFolder, report: Inspection, *, repair: bool) -> Iterator[Finding]:
    """What anybody can read in an encrypted study: put there by hand, or by another program."""
    with explained(study.path):
        found = list(lying_open.lying_open(study.path))
    for path in found:
        name = path.relative_to(study.path).as_posix()
        told = f"{name} can be read by anybody, though the study is encrypted."
        way_out, mendable = "Seal it: interview-tui doctor --study --repair. Or move it out of the study.", True
        if lying_open.is_database(path):
            way_out, mendable = "Move it out of the study: a database is not sealed where it lies.", False
        elif repair:
            try:
                lying_open.seal(path)
            except OSError as error:
                told, way_out = f"{name} cannot be sealed: {error.strerror}.", "Close it in other programs."
            else:
                report.repaired.append(f"{name} is sealed now")
                continue
        yield Finding("", "lies open", told, way_out, mendable, name)


def _counted(files: int) -> str:
    """`1 file or folder`, `3 files or folders`."""
    return "1 file or folder" if files == 1 else f"{files} files or folders"


def _case(study: StudyFolder, case: str, report: Inspection, *, repair: bool) -> None:
    """Look at one interview, repair it, look again."""
    try:
        if (busy := _busy(study, case)) is not None:
            report.findings.append(busy)
            return
        flaws = _flaws(study, case)
        if repair and any(flaw.mendable for flaw in flaws):
            is_whole = not any(flaw.is_damage for flaw in flaws)
            _mend(study, case, report, is_whole=is_whole)
            flaws = _flaws(study, case)
        interview = study.interview(case)
        report.findings += [Finding(case, f.kind.value, f.what, f.way_out, f.mendable) for f in flaws]
        report.findings += _begun(study, case)
        report.findings += [
            Finding(case, "review", what, REVIEW_WAY_OUT) for what in study.review_folder(case).damage()
        ]
        report.spans += len(interview.spans)
        report.audio_bytes += sum(file.stat().st_size for file in _files(study, interview))
    except InterviewTuiError as error:
        report.findings.append(Finding(case, "unreadable", error.message, error.hint))
    except OSError as error:
        what = f"{error.filename} cannot be read: {error.strerror}."
        report.findings.append(Finding(case, "unreadable", what, "See that it is there and that you may read it."))


def _busy(study: StudyFolder, case: str) -> Finding | None:
    """Whether it is being recorded or conducted."""
    from interview_tui.audio.link.recorder_watch import is_running

    if is_running(study.audio_folder(case)):
        return Finding(
            case,
            "being recorded",
            "A recorder is at work, so its audio was not looked at.",
            f"End the call: interview-tui conduct {case}. Then look again.",
        )
    try:
        with journal_of(study, case):
            return None
    except InterviewTuiError as error:
        return Finding(case, "open", error.message, error.hint)


def _flaws(study: StudyFolder, case: str) -> list[Flaw]:
    from interview_tui.audio.keeping.integrity import examine

    interview = study.interview(case)
    return list(examine(study.audio_folder(case), interview.spans, ended=interview.ended))


def _begun(study: StudyFolder, case: str) -> Iterator[Finding]:
    """What was begun to be destroyed, and cut off."""
    from interview_tui.store.certificates import AUDIO, CERTIFICATES, begun
    from interview_tui.withdrawing.part import begun_part

    for file in sorted((study.path / CERTIFICATES).glob(f".{case}-w[0-9]*.json")):
        withheld = file.stem.removeprefix(f".{case}-")
        yield Finding(
            case,
            "half destroyed",
            f"{withheld} was begun to be destroyed, and cut off.",
            f"Finish it: interview-tui destroy {case} {withheld}",
        )
    part = begun_part(study, case)
    if part:
        told = f"{part} was begun to be withdrawn, and cut off."
        yield Finding(case, "half destroyed", told, f"Finish it: interview-tui withdraw {case} {part}")
    if begun(study.path, case, AUDIO).is_file():
        told = "Its audio was begun to be destroyed, and cut off."
        yield Finding(case, "half destroyed", told, f"Finish it: interview-tui retention {case}")


def _files(study: StudyFolder, interview: Interview) -> set[Path]:
    """The audio files that are there of an interview's spans."""
    folder = study.audio_folder(interview.case)
    parts = [part for span in interview.spans.values() for part in span.parts]
    parts += [part for span in interview.spans.values() if span.beside is not None for part in span.beside.parts]
    return {folder / part.file for part in parts if (folder / part.file).is_file()}


def _mend(study: StudyFolder, case: str, report: Inspection, *, is_whole: bool) -> None:
    """Repair what can be repaired.

    A draft may be all that is left of something: drafts go only where no sound is damaged (`is_whole`).
    """
    from interview_tui.audio.keeping.integrity import clear_drafts, right_headers

    folder = study.audio_folder(case)
    with journal_of(study, case) as keep:
        interview = study.interview(case)
        done = [*_take_in(folder, interview, keep), *right_headers(folder, interview.spans.values())]
        before = {number: span.parts for number, span in interview.spans.items()}
        try:
            _pack(folder, interview, keep)
        except AudioError as error:
            report.findings.append(Finding(case, "cannot be packed", error.message, error.hint))
        done += [
            f"span {number} lies in {', '.join(part.file for part in span.parts)} now"
            for number, span in interview.spans.items()
            if span.parts != before[number]
        ]
        if is_whole:
            done += clear_drafts(folder)
    report.repaired += [f"{case}: {what}" for what in done]


def _take_in(folder: Path, interview: Interview, keep: Keep) -> list[str]:
    """Spans whose beginning or end never reached the journal are put together from their files, and taken into it."""
    from interview_tui.audio.stored import spans

    clock = bootstrap.CallClock(interview.opened_wall_ms, interview.at_ms)
    session = Session(interview)
    recorded = spans.read(folder, running=False)
    there = {span.number for span in recorded}
    done = []
    for lost in [span for span in interview.spans.values() if not span.closed and span.number not in there]:
        nothing = RecordedSpan(lost.number, lost.rate, lost.channels, 0, 0, (), lost.source, SpanEnd.LOST)
        keep(session.span_closed(nothing, lost.start_ms, clock.now()))
        done.append(f"span {lost.number} was closed: nothing of it is left")
    for span in recorded:
        known = interview.spans.get(span.number)
        if known is not None and known.closed:
            continue
        if known is None:
            keep(session.span_followed(_beginning_of(span), clock.now()))
        keep(session.span_closed(span, clock.at_ms_of(span.started_ns), clock.now()))
        done.append(f"span {span.number} was taken into the journal ({span.frames / span.rate:.1f} s)")
    return done


def _beginning_of(span: RecordedSpan) -> RecorderStatus:
    beside = 0 if span.beside is None else span.beside.channels
    return RecorderStatus(RecorderState.RECORDING, span.number, 0, span.rate, span.channels + beside, span.source)


def _pack(folder: Path, interview: Interview, keep: Keep) -> None:
    """Pack an interview that has ended."""
    if interview.ended:
        packing.pack(folder, interview, keep)
        packing.silence_off_record(folder, interview, keep)
