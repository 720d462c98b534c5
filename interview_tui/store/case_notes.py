"""What was noted of the cases of a study, on disk: `cases/NAME@MACHINE.jsonl`, one change a line; see `line_logs`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from interview_tui.fieldwork.changes import CHANGE_TYPES, Noted, Notes
from interview_tui.interview.signed_json import from_json, to_json
from interview_tui.store.line_logs import Codec, LineLogs

CASES = "cases"


def _noted(data: Any) -> Noted:
    return from_json(data, CHANGE_TYPES, "notes of the cases")


class CaseNotes(LineLogs[Noted]):
    """The notes of all cases, below the folder of their study."""

    def __init__(self, study: Path) -> None:
        codec: Codec[Noted] = Codec(to_json, _noted, entry="note", whole="list of cases")
        super().__init__(study / CASES, study / "locks" / "cases.lock", codec)

    def read(self) -> Notes:
        """The notes of all who have worked on the cases, without those in lines that are damaged.

        Raises:
            StorageError: a file cannot be read.
        """
        return Notes(self.entries())
