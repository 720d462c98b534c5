"""Everything that can happen, as a closed set; events as JSON objects, and back."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from interview_tui.errors import StorageError
from interview_tui.interview.corrections import Correction
from interview_tui.interview.events import IN_THE_CALL, Event

EVENT_TYPES: dict[str, type[Event]] = {
    kind.__name__: kind for kind in (*typing.get_args(IN_THE_CALL), *typing.get_args(Correction))
}
"""Every event there is, by its name."""
Kind = TypeVar("Kind")


def to_json(event: Any) -> dict[str, Any]:
    """An event, or another dataclass of such fields, as a JSON object; `type` is its class name."""
    return {"type": type(event).__name__, **dataclasses.asdict(event)}


def from_json(data: dict[str, Any]) -> Event:
    """The event that `to_json` made this of.

    Raises:
        StorageError: it is none of our events, or not whole.
    """
    return decoded(data, EVENT_TYPES, "journal")


def decoded(data: dict[str, Any], kinds: Mapping[str, type[Kind]], where: str) -> Kind:
    """The object of one of these kinds that `to_json` made this of; `where` it was kept, sentences say.

    Raises:
        StorageError: it is none of them, or not whole.
    """
    name = data.get("type")
    kind = kinds.get(name) if isinstance(name, str) else None
    if kind is None:
        raise StorageError(
            f"The {where} holds an event of type {name!r}, which this version does not know.",
            "Open the study with the version of interview-tui that wrote it, or a newer one.",
        )
    made_of: Any = kind  # a dataclass, and hashable, whatever mypy makes of its instances
    hints = _hints(made_of)
    try:
        fields = {f.name: _decode(hints[f.name], data[f.name]) for f in dataclasses.fields(made_of) if f.name in data}
        return kind(**fields)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise StorageError(f"A {name} event in the {where} is damaged: {error}.") from error


def _decode(hint: Any, value: Any) -> Any:
    """`value` as JSON gave it, brought back to type `hint` (the few shapes that events use)."""
    origin = typing.get_origin(hint)
    if origin is tuple:
        return tuple(_decode(typing.get_args(hint)[0], entry) for entry in value)
    if origin in (typing.Union, types.UnionType):
        inner = next(arg for arg in typing.get_args(hint) if arg is not type(None))
        return None if value is None else _decode(inner, value)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        hints = _hints(hint)
        return hint(**{key: _decode(hints[key], entry) for key, entry in value.items()})
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(value)
    if not isinstance(value, hint if hint is not float else (int, float)):
        raise TypeError(f"expected {hint.__name__}, found {value!r}")
    return value


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    """The types of a class's fields; finding them out anew for every event would take longer than all the rest."""
    return typing.get_type_hints(kind)
