"""The coding of a study on disk: `coding/NAME@MACHINE.jsonl`, one entry a line; see `line_logs`."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from interview_tui.credibility.changes import CHANGE_TYPES, Coded, Coding
from interview_tui.interview.signed_json import from_json, to_json
from interview_tui.store.line_logs import Codec, LineLogs

CODING = "coding"
_ENTRIES: Codec[Coded] = Codec(
    to_json, partial(from_json, kinds=CHANGE_TYPES, where="coding"), entry="entry", whole="coding"
)


class CodingFolder(LineLogs[Coded]):
    """What all coders, extractors and judges have noted, below the folder of its study."""

    def __init__(self, study: Path) -> None:
        super().__init__(study / CODING, study / "locks" / "coding.lock", _ENTRIES)

    def read(self) -> Coding:
        """All entries in the order in which they hold, without those in lines that are damaged.

        Raises:
            StorageError: a file cannot be read.
        """
        return Coding(self.entries())
