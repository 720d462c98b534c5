"""The fold: events that fit nothing are refused with a sentence. That replaying gives the live state, see
`test_any_commands`."""

import pytest

from interview_tui.errors import StorageError
from interview_tui.interview.event_json import from_json
from interview_tui.interview.events import NoteFiled, Place, Restored
from interview_tui.interview.state import fold
from tests.examples import handover


def test_an_event_that_does_not_fit_is_named_with_its_number():
    stray = NoteFiled(at_ms=1, wall_ms=1, note="n7", places=(Place("paper"),))
    with pytest.raises(StorageError, match=r"Event 1 \(NoteFiled\)"):
        fold(handover(), [stray])


def test_nothing_is_restored_that_was_not_withheld():
    with pytest.raises(StorageError, match=r"Event 1 \(Restored\)"):
        fold(handover(), [Restored(at_ms=1, wall_ms=1, withheld="w1")])


@pytest.mark.parametrize(
    "broken",
    [
        {"type": "Telephoned", "at_ms": 1, "wall_ms": 1},
        {"type": "Flagged", "at_ms": 1},
        {"type": "Flagged", "at_ms": "1", "wall_ms": 1, "flag": "f1", "place": {"item": "a"}},
        {"type": "Covered", "at_ms": 1, "wall_ms": 1, "place": {"item": "a"}, "level": "half", "how": "asked"},
        {"at_ms": 1},
    ],
)
def test_a_damaged_event_is_refused_with_a_sentence(broken):
    with pytest.raises(StorageError):
        from_json(broken)
