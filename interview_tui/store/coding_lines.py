"""What coders noted of talk that is destroyed, out of the coding of a study; see `loose_lines`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from interview_tui.interview.events import Stretch
from interview_tui.store.loose_lines import Change, IsGone, LooseLines

CODING = "coding"


def coding_lines(study: Path) -> LooseLines:
    """The coding of a study, in its folder."""
    return LooseLines(study / CODING, study / "locks" / f"{CODING}.lock")


def erase_extracts(study: Path, case: str, stretches: Sequence[Stretch], rounds: Collection[str] = ()) -> None:
    """Take out what extractors wrote of talk that touches a stretch, and all coding of rounds that go whole.

    Raises:
        StorageError: a file cannot be rewritten, or a line of it is damaged.
    """
    coding_lines(study).remove(told_of(case, stretches, rounds))


def extract_files(study: Path) -> list[Path]:
    """The files in which such lines may stand."""
    return coding_lines(study).files()


def told_of(case: str, stretches: Sequence[Stretch], rounds: Collection[str]) -> IsGone:
    """Whether an entry is about talk of a case that touches a stretch, or about one of these rounds."""

    def is_gone(change: Change) -> bool:
        if change.get("case") != case:
            return False
        start_ms, end_ms = change.get("start_ms"), change.get("end_ms")
        if isinstance(start_ms, int) and isinstance(end_ms, int):
            return any(start_ms < each.end_ms and each.start_ms < end_ms for each in stretches)
        return change.get("incident") in rounds

    return is_gone
