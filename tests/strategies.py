"""Hypothesis strategies over the types of the pure rooms, built from their dataclass fields."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from interview_tui.interview.event_json import EVENT_TYPES
from interview_tui.interview.events import Event

LONGEST_MS = 2**53  # what JSON carries exactly everywhere

texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)


def events(kinds: Iterable[type[Event]] = tuple(EVENT_TYPES.values())) -> SearchStrategy[Event]:
    """Any event of these kinds, with any content its fields allow."""
    return st.one_of([_instances(kind) for kind in kinds])


def _instances(kind: type[Any]) -> SearchStrategy[Any]:
    hints = typing.get_type_hints(kind)
    return st.builds(kind, **{field.name: _values(hints[field.name]) for field in dataclasses.fields(kind)})


def _values(hint: Any) -> SearchStrategy[Any]:
    if typing.get_origin(hint) is tuple:
        return st.lists(_values(typing.get_args(hint)[0]), max_size=3).map(tuple)
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return st.none() | st.one_of([_values(inner) for inner in typing.get_args(hint) if inner is not type(None)])
    if dataclasses.is_dataclass(hint):
        return _instances(typing.cast("type[Any]", hint))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return st.sampled_from(hint)
    known: dict[Any, SearchStrategy[Any]] = {
        bool: st.booleans(),
        int: st.integers(0, LONGEST_MS),
        float: st.floats(allow_nan=False, allow_infinity=False),
        str: texts,
    }
    return known[hint]
