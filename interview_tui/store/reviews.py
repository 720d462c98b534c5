"""The reviews of a study on disk: `reviews/CASE/NAME@MACHINE.jsonl`, one edit a line; see `line_logs`."""

from __future__ import annotations

from pathlib import Path

from interview_tui.record.review.edit_json import from_json, to_json
from interview_tui.record.review.log import Edit, Log
from interview_tui.store.line_logs import Codec, LineLogs

REVIEWS = "reviews"
_EDITS = Codec(to_json, from_json, entry="change", whole="review")


class ReviewFolder(LineLogs[Edit]):
    """The edits of one interview, below the folder of its study."""

    def __init__(self, study: Path, case: str) -> None:
        """`case` is fit to be the name of a folder."""
        super().__init__(study / REVIEWS / case, study / "locks" / f"review-{case}.lock", _EDITS)

    def read(self) -> Log:
        """The edits of all who have reviewed it, without those in lines that are damaged.

        Raises:
            StorageError: a file cannot be read.
        """
        return Log(self.entries())
