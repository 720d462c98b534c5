"""A study whose incidents are to be sorted: four interviews of two incidents each, with a word or two recorded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from interview_tui.record.transcript import RESPONDENT, to_json
from interview_tui.store import derived
from interview_tui.store.study import StudyFolder
from tests.examples import HANDOVER, handover
from tests.record.talking import transcript, turn
from tests.telling import told

BOOK = "People - who was there\n    Colleagues\nThings - what was there\n"
CASES = ("P07", "P08", "P09", "P10")
TOLD = {
    "smooth": {"event": "the lift was out", "action": "took the stairs"},
    "rough": {"event": "nobody was there", "action": "rang the ward"},
}


def lay(folder: Path, cases: Sequence[str] = CASES) -> StudyFolder:
    """The study, in a folder of its own."""
    study = StudyFolder.create(folder)
    (folder / "schedules" / "handover.yaml").write_text(HANDOVER, encoding="utf-8")
    study.keep_schedule(handover())
    add(study, cases)
    derived.bring_up_to_date(study)
    return study


def add(study: StudyFolder, cases: Sequence[str], posts: Sequence[str] = ("ward", "theatre")) -> None:
    """Interviews that have ended, at these posts in turn."""
    for number, case in enumerate(cases):
        journal = study.journal(case)
        journal.append(told(case, posts[number % len(posts)], TOLD))
        assert journal.close(5.0)
        heard = transcript(turn(1, RESPONDENT, 9_000, 9_900, "so they told me that the lift was out"))
        file = study.audio_folder(case) / "transcript.json"
        file.write_text(json.dumps(to_json(heard)), encoding="utf-8")
