"""A study of two cases with words of their own in every place that keeps any, and sound."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from interview_tui import bootstrap
from interview_tui.at_rest import files
from interview_tui.audio.files import sha256
from interview_tui.credibility.changes import CategoryGiven, Extracted
from interview_tui.exporting import export
from interview_tui.fieldwork.changes import CaseListed, RemarkWritten
from interview_tui.grow_only import Signed
from interview_tui.interview.events import Place, Stretch
from interview_tui.interview.ports import Draft, Moment, RecorderState, RecorderStatus
from interview_tui.interview.session import Session
from interview_tui.record.export_ports import Choice, Names, Sound
from interview_tui.record.pseudonyms.pseudonym import Pseudonym
from interview_tui.record.review.changes import WordsCorrected
from interview_tui.record.review.log import Edit
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, Provenance, Transcript, Turn, Word, to_json
from interview_tui.schedule.model import Consent
from interview_tui.store import derived
from interview_tui.store.case_notes import CaseNotes
from interview_tui.store.coding_log import CodingFolder
from interview_tui.store.database import back_up, connect, opened
from interview_tui.store.made_bundles import MadeBundle, note_down
from interview_tui.store.pseudonym_log import new_log
from interview_tui.store.study import StudyFolder
from tests.app.byte_search import runs_of
from tests.app.laid_study import NOON_MS
from tests.audio.laid import LAID_RATE, Laid, as_recorded, lay, noise

CASE, OTHER = "P07", "P08"
GOOD, DIFFICULT, GENERAL = "R1-good", "R1-difficult", ""
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "ke", "li", "mo", "nu", "pa", "re", "si", "to", "vu", "wa")
ORIGIN_MS = 1_000
SAID_MS = {GENERAL: 2_000, GOOD: 22_000, DIFFICULT: 42_000}
"""From when on (call clock) the screen stands there, and they talk of it; the last until `CLOSING_MS`."""
CLOSING_MS, ENDED_MS = 62_000, 65_000
WORD_MS, THINKING_MS = 250, 6_000
KINDS = ("talk", "note", "edit", "gist", "debrief", "remark", "draft", "error", "bundle", "received")
PLACES = {
    GENERAL: Place("definition"),
    GOOD: Place("incident_good", GOOD),
    DIFFICULT: Place("what_happened", DIFFICULT),
}


def said(case: str, where: str, kind: str) -> str:
    """Ten words that stand nowhere else: what was said or written of a round of a case, of this kind."""
    draw = random.Random(f"{case}/{where}/{kind}")
    return " ".join("".join(draw.choices(SYLLABLES, k=4)) for _ in range(10))


def words_of(case: str, *wheres: str) -> set[str]:
    """All five words running of some rounds of a case."""
    return runs_of(*(said(case, where, kind) for where in wheres for kind in KINDS))


def make(root: Path) -> StudyFolder:
    """Make the study in `root/study`; what is kept elsewhere lies in `root/elsewhere` and `root/fallback`.

    Its log of pseudonyms lies where the environment says.
    """
    study = bootstrap.ready_study(root / "study")
    for folder in ("elsewhere", "fallback"):
        (root / folder).mkdir()
    for number, case in enumerate((CASE, OTHER), 1):
        _conduct(study, case, number, root / "fallback")
    _reviewed(study)
    _noted(study)
    new_log(study).add(
        [Pseudonym("Wigby", "[Place A]", case=CASE), Pseudonym("Aldham", "[Place B]", case=OTHER)], "AB", 0
    )
    derived.bring_up_to_date(study)
    every = ("all",)
    export(study, [CASE], Choice(every, Names.FULL, Sound.BESIDE))
    export(study, [CASE], Choice(("text", "word"), Names.REPLACED))
    export(study, [OTHER], Choice(("text", "json"), Names.FULL))
    export(study, [CASE, OTHER], Choice(every, Names.FULL))
    export(study, [CASE], Choice(("text", "json"), Names.FULL, folder=root / "elsewhere"))
    export(study, [OTHER], Choice(("text",), Names.FULL, folder=root / "elsewhere"))
    _handed_on(study)
    _backed_up(study)
    _put(study.path / "error.log", f"KeyError: {said(CASE, DIFFICULT, 'error')!r}\n".encode())
    return study


def _put(path: Path, data: bytes) -> None:
    """Make a file of a study, as it lies there: sealed, if that is encrypted."""
    with files.making(path) as file:
        file.write(data)


def _conduct(study: StudyFolder, case: str, seed: int, fallback: Path) -> None:
    schedule = bootstrap.study_schedule(study)
    study.keep_schedule(schedule)

    def at(ms: int) -> Moment:
        return Moment(ms, NOON_MS + seed * 86_400_000 + ms)

    session, told = Session.open(schedule, case, "AB", at(0), lag_ms=0)
    events = list(told)
    for consent in Consent:
        events += session.take_in_consent(consent, "May we?", at(1))
    away = fallback / case
    away.mkdir()
    sound = Laid(noise((ENDED_MS - ORIGIN_MS) * LAID_RATE // 1000, seed), ORIGIN_MS, segment_s=20, away=away)
    span = lay(study.audio_folder(case), 1, sound)
    events += session.span_opened(RecorderStatus(RecorderState.RECORDING, 1, 0, span.rate, 1, "a test"), at(ORIGIN_MS))
    for where, start_ms in SAID_MS.items():
        events += session.go(PLACES[where], at(start_ms))
        events += session.enter(said(case, where, "note"), start_ms + 9_500, at(start_ms + 12_000))
    events += session.go(Place("anything_else"), at(CLOSING_MS))
    events += session.span_closed(as_recorded(span), ORIGIN_MS, at(ENDED_MS))
    events += session.end("complete", at(ENDED_MS + 1))
    for where in (GOOD, DIFFICULT):
        events += session.write_debrief(f"told/{where}", said(case, where, "debrief"), at(ENDED_MS + 2))
    journal = study.journal(case)
    journal.append(events)
    journal.keep_draft(Draft(said(case, DIFFICULT, "draft"), 5, box=f"first_hand/{DIFFICULT}"))
    assert journal.close(20.0), journal.failure
    _transcribed(study, case)


def _transcribed(study: StudyFolder, case: str) -> None:
    turns = []
    for where, start_ms in SAID_MS.items():
        words = said(case, where, "talk").split()
        for speaker, own in ((INTERVIEWER, words[:2]), (RESPONDENT, words[2:])):
            begin_ms = start_ms + THINKING_MS if speaker == INTERVIEWER else start_ms + THINKING_MS + 2 * WORD_MS
            timed = [Word(w, begin_ms + n * WORD_MS, begin_ms + (n + 1) * WORD_MS - 10) for n, w in enumerate(own)]
            turns.append(Turn(len(turns) + 1, speaker, tuple(timed)))
    folder = study.audio_folder(case)
    transcript = Transcript(tuple(turns), Provenance("none", "none", "0" * 64, "en"))
    _put(folder / "transcript.json", json.dumps(to_json(transcript)).encode())
    everything = " ".join(said(case, where, "talk") for where in SAID_MS)
    _put(folder / "chunks.jsonl", f"{json.dumps({'text': everything})}\n".encode())


def stretch_of(where: str) -> Stretch:
    """Where the talk of a round lies."""
    return Stretch(SAID_MS[where] + THINKING_MS, SAID_MS[where] + THINKING_MS + 10 * WORD_MS)


def _reviewed(study: StudyFolder) -> None:
    for case in (CASE, OTHER):
        for number, where in enumerate(SAID_MS):
            stretch = stretch_of(where)
            change = WordsCorrected(
                at_ms=0,
                wall_ms=number,
                start_ms=stretch.start_ms + 2 * WORD_MS,
                end_ms=stretch.end_ms,
                heard=RESPONDENT,
                before=said(case, where, "talk"),
                after=said(case, where, "edit"),
            )
            study.append_review(case, Edit(f"e{number}{case}", "ann", "lab", (), change))


def _noted(study: StudyFolder) -> None:
    notes = CaseNotes(study.path)
    coding = CodingFolder(study.path)
    for case in (CASE, OTHER):
        for noted in (
            CaseListed(case=case, wall_ms=0),
            RemarkWritten(case=case, wall_ms=1, text=said(case, "", "remark")),
        ):
            notes.append(Signed(f"{case}{noted.wall_ms}", "ann", "lab", (), noted))
        for where in (GOOD, DIFFICULT):
            found = stretch_of(where)
            gist = said(case, where, "gist")
            changes = (
                CategoryGiven(wall_ms=2, case=case, incident=where, category="c1", codebook=1),
                Extracted(wall_ms=3, case=case, start_ms=found.start_ms, end_ms=found.end_ms, gist=gist),
            )
            for change in changes:
                coding.append(Signed(f"{case}{where}{change.wall_ms}", "bob", "lab", (), change))


def _handed_on(study: StudyFolder) -> None:
    """Bundles that were made, and what was laid aside of one that was received."""
    folder = study.path / "bundles"
    folder.mkdir()
    for case in (CASE, OTHER):
        file = folder / f"{case}.bundle"
        file.write_text(said(case, GOOD, "bundle"), encoding="utf-8")
        note_down(study.path, MadeBundle(f"id{case}", "2026-01-01T00:00:00Z", str(file), sha256(file), (case,)))
        aside = study.path / "received" / case
        aside.mkdir(parents=True)
        _put(aside / "journal-1.jsonl", said(case, GOOD, "received").encode("utf-16"))


def leave_behind(root: Path) -> None:
    """Let there be segments where recording fell back, as if they could not be deleted when they were packed."""
    for case in (CASE, OTHER):
        (root / "fallback" / case / "span-001-0002.wav").write_bytes(b"RIFF, and sound")


def _backed_up(study: StudyFolder) -> None:
    """A whole copy, and one in whose free pages there is what was deleted from it."""
    for before in ("m002_more", "m003_yet_more"):
        with opened(study.path / "study.db") as db:
            copy = back_up(db, study.path / "study.db", before)
    with closing(connect(copy)) as db:
        db.execute("PRAGMA secure_delete = OFF")
        db.execute("DELETE FROM events WHERE type = 'NoteTaken' AND \"case\" = ?", [CASE])
        db.conn.commit()


@contextmanager
def with_log_beside(study: StudyFolder) -> Iterator[None]:
    """As long as this lasts, the newest rows stand in `study.db-wal` alone."""
    with closing(connect(study.path / "study.db")) as db:
        db.execute("PRAGMA wal_autocheckpoint = 0")
        db.execute("UPDATE drafts SET body = body || ' ' WHERE \"case\" = ?", [CASE])
        db.conn.commit()
        assert (study.path / "study.db-wal").stat().st_size
        yield
