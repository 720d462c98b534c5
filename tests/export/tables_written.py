"""Files of many interviews as they come out of a gathering class."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from interview_tui.export.document import Document, build
from interview_tui.export.gathering import Gathering
from interview_tui.export.options import Enclosed, Options
from interview_tui.record.model import Record
from interview_tui.record.paradata import Step
from tests.export.example_record import ORIGIN_MS

STEPS = (
    Step(0, 1_773_486_180_000, "opened"),
    Step(ORIGIN_MS + 21_500, 1_773_486_263_500, "note", "event", "R1-good", more="n3, 27 characters"),
    Step(ORIGIN_MS + 50_000, 1_773_486_292_000, "answer", "experience", line="mentor"),
)


def document(record: Record, options: Options | None = None) -> Document:
    """The document of a record, with some paradata."""
    return build(record, options, Enclosed(steps=STEPS))


def written(made: type[Gathering[Any]], *records: Record) -> bytes:
    """The file of these records."""
    return told(made, *records)[0]


def told(made: type[Gathering[Any]], *records: Record) -> tuple[bytes, tuple[str, ...]]:
    """The file of these records, and what was to be known about it; nothing else may lie beside it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "study_all_tables"
        with made(path, "A study", Options()) as gathering:
            for record in records:
                part = gathering.part(document(record))
                assert all(name.endswith(".csv") for name in gathering.texts(part))
                gathering.add(part)
            remarks = gathering.finish()
        assert [each.name for each in Path(folder).iterdir()] == [path.name]
        return path.read_bytes(), remarks
