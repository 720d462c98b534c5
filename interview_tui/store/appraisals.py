"""What the figures of a study need of each interview, kept beside what else is made of records (`derived`)."""

from __future__ import annotations

import json

from sqlite_utils import Database

from interview_tui.credibility.appraised import Appraised, appraised, from_json, to_json
from interview_tui.record.model import Record
from interview_tui.store.study import StudyFolder

TABLE = "appraisals"


def lay_out(db: Database) -> None:
    """Make the table."""
    db.table(TABLE).create({"case": str, "body": str}, pk="case", not_null={"body"}, strict=True)


def made(study: StudyFolder, case: str, record: Record) -> Appraised:
    """What is kept of an interview, made of its record.

    Raises:
        StorageError: the interview cannot be read.
    """
    interview = study.interview(case)
    gaps = len(interview.soundtrack.interruptions.all)
    return appraised(record, interview.schedule, interview.visits(), gaps)


def add(db: Database, one: Appraised) -> None:
    """Keep it."""
    db.table(TABLE).insert({"case": one.case, "body": json.dumps(to_json(one))})


def read(db: Database) -> list[Appraised]:
    """What there is, by case.

    Raises:
        StorageError: it is damaged.
    """
    return [from_json(json.loads(body)) for (body,) in db.execute(f'SELECT body FROM {TABLE} ORDER BY "case"')]
