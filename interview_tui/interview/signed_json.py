"""Signed changes as JSON objects, and back: the lines of lists that are only ever added to (`grow_only`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from interview_tui.errors import StorageError
from interview_tui.grow_only import Change, Signed
from interview_tui.interview.event_json import decoded
from interview_tui.interview.event_json import to_json as event_json

Kind = TypeVar("Kind", bound=Change)


def to_json(signed: Signed[Any]) -> dict[str, Any]:
    """A signed change as a JSON object; `type` in its `change` is the class of that."""
    return {
        "id": signed.id,
        "by": signed.by,
        "machine": signed.machine,
        "seen": list(signed.seen),
        "change": event_json(signed.change),
    }


def from_json(data: Any, kinds: Mapping[str, type[Kind]], where: str) -> Signed[Kind]:
    """The signed change of one of these kinds that `to_json` made this of; `where` it was kept, sentences say.

    Raises:
        StorageError: it is none, not whole, or holds a change that this version does not know.
    """
    match data:
        case {"id": str(name), "by": str(by), "machine": str(machine), "seen": list(seen), "change": dict(change)} if (
            name and all(isinstance(one, str) for one in seen)
        ):
            return Signed(name, by, machine, tuple(seen), decoded(change, kinds, where))
    raise StorageError(f"This is no entry of the {where}.")
