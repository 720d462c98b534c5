"""Edits as JSON objects, and back."""

from __future__ import annotations

import typing
from typing import Any

from interview_tui.errors import StorageError
from interview_tui.interview.event_json import decoded
from interview_tui.interview.event_json import to_json as event_json
from interview_tui.interview.events import Event
from interview_tui.record.review.changes import Change
from interview_tui.record.review.log import Edit

CHANGE_TYPES: dict[str, type[Event]] = {kind.__name__: kind for kind in typing.get_args(Change)}
"""Every change there is, by its name."""


def to_json(edit: Edit) -> dict[str, Any]:
    """An edit as a JSON object; `type` in its `change` is the class of that."""
    return {
        "id": edit.id,
        "by": edit.by,
        "machine": edit.machine,
        "seen": list(edit.seen),
        "change": event_json(edit.change),
    }


def from_json(data: Any) -> Edit:
    """The edit that `to_json` made this of.

    Raises:
        StorageError: it is none, not whole, or holds a change that this version does not know.
    """
    match data:
        case {"id": str(name), "by": str(by), "machine": str(machine), "seen": list(seen), "change": dict(change)} if (
            name and all(isinstance(one, str) for one in seen)
        ):
            found = decoded(change, CHANGE_TYPES, "review")
            return Edit(name, by, machine, tuple(seen), typing.cast(Change, found))
    raise StorageError("This is no edit of a review.")
