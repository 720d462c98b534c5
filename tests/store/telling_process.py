"""A program that writes into a study whatever the store writes, and then holds it open until it is killed.

python -m tests.store.telling_process STUDY
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from interview_tui.credibility.changes import Extracted
from interview_tui.fieldwork.changes import RemarkWritten
from interview_tui.grow_only import Signed
from interview_tui.interview.events import NoteTaken, Place
from interview_tui.interview.ports import Draft
from interview_tui.record.review.changes import Settled
from interview_tui.record.review.log import Edit
from interview_tui.record.transcript import RESPONDENT, Provenance, Transcript, Turn, Word, to_json
from interview_tui.store.case_notes import CaseNotes
from interview_tui.store.codebooks import CodebookFolder
from interview_tui.store.coding_log import CodingFolder
from interview_tui.store.database import back_up, opened
from interview_tui.store.derived import bring_up_to_date
from interview_tui.store.private_files import write_content
from interview_tui.store.study import StudyFolder
from tests.examples import handover
from tests.store.conducting import conducted
from tests.store.making import until, until_saved

CASE = "P07"
SAID = {
    "journal": "seven green lanterns hung above the ferry",
    "draft": "a half typed line about some orchards",
    "talk": "whoever mended the old clock kept its pendulum",
    "review": "she corrected what he misheard about barges",
    "cases": "ring her only after the harvest supper",
    "coding": "an extractor noted quarrels over the weighbridge",
    "codebook": "everything that was told about drowned meadows",
}


def tell(folder: Path) -> None:
    """Write all of it; the journal stays open."""
    study = StudyFolder.open(folder)
    study.keep_schedule(handover())
    events = conducted(CASE, ended=False)
    last = events[-1]
    note = NoteTaken(
        at_ms=last.at_ms,
        wall_ms=last.wall_ms,
        note="n9",
        text=SAID["journal"],
        first_key_ms=last.at_ms,
        about_ms=last.at_ms,
        places=(Place("post", "S1"),),
    )
    journal = study.journal(CASE)
    journal.append([*events, note])
    journal.keep_draft(Draft(SAID["draft"], last.at_ms))
    until_saved(journal, len(events) + 1)
    until(lambda: study.draft(CASE) is not None, "saving the half-typed line")
    words = tuple(Word(text, 4000 + 100 * at, 4090 + 100 * at) for at, text in enumerate(SAID["talk"].split()))
    talk = Transcript((Turn(1, RESPONDENT, words),), Provenance("none", "none", "0" * 64, "en"))
    write_content(study.audio_folder(CASE) / "transcript.json", json.dumps(to_json(talk)))
    settled = Settled(at_ms=1, wall_ms=2, start_ms=0, end_ms=9, doubt="loop", comment=SAID["review"])
    study.append_review(CASE, Edit("e1", "ab", "lab", (), settled))
    CaseNotes(folder).append(Signed("c1", "ab", "lab", (), RemarkWritten(case=CASE, wall_ms=3, text=SAID["cases"])))
    found = Extracted(wall_ms=4, case=CASE, start_ms=0, end_ms=9, gist=SAID["coding"])
    CodingFolder(folder).append(Signed("x1", "ab", "lab", (), found))
    codebook = CodebookFolder(folder)
    codebook.begin(f"Water - {SAID['codebook']}\n")
    codebook.keep("ab", 5)
    bring_up_to_date(study)
    with opened(folder / "study.db") as db:
        back_up(db, folder / "study.db", "m002_more")


def main() -> None:
    tell(Path(sys.argv[1]))
    print("told", flush=True)  # noqa: T201 - the protocol
    sys.stdin.read()


if __name__ == "__main__":
    main()
