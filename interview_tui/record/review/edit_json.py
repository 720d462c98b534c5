"""Edits as JSON objects, and back."""

from __future__ import annotations

import typing
from typing import Any

from interview_tui.interview import signed_json
from interview_tui.interview.events import Event
from interview_tui.record.review.changes import Change
from interview_tui.record.review.log import Edit

CHANGE_TYPES: dict[str, type[Event]] = {kind.__name__: kind for kind in typing.get_args(Change)}
"""Every change there is, by its name."""


def to_json(edit: Edit) -> dict[str, Any]:
    """An edit as a JSON object; `type` in its `change` is the class of that."""
    return signed_json.to_json(edit)


def from_json(data: Any) -> Edit:
    """The edit that `to_json` made this of.

    Raises:
        StorageError: it is none, not whole, or holds a change that this version does not know.
    """
    found = signed_json.from_json(data, CHANGE_TYPES, "review")
    return Edit(found.id, found.by, found.machine, found.seen, typing.cast(Change, found.change))
