"""Edits as JSON: whatever they hold, they come back; what is none is refused with a sentence."""

from __future__ import annotations

import json
import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.errors import StorageError
from interview_tui.record.review.changes import Change, Undone
from interview_tui.record.review.edit_json import CHANGE_TYPES, from_json, to_json
from interview_tui.record.review.log import Edit
from tests.strategies import events, texts

EDITS = st.builds(
    Edit, texts.filter(bool), texts, texts, st.lists(texts, max_size=3).map(tuple), events(CHANGE_TYPES.values())
)


@given(edit=EDITS)
def test_every_edit_comes_back_as_it_was(edit: Edit):
    assert from_json(json.loads(json.dumps(to_json(edit)))) == edit


def test_every_change_has_its_name():
    assert set(CHANGE_TYPES.values()) == set(typing.get_args(Change))


WHOLE = to_json(Edit("a", "ann", "lab", ("b",), Undone(at_ms=1, wall_ms=2, edit="b")))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ([], "no entry"),
        ({**WHOLE, "id": ""}, "no entry"),
        ({**WHOLE, "id": 7}, "no entry"),
        ({**WHOLE, "seen": [1]}, "no entry"),
        ({key: value for key, value in WHOLE.items() if key != "by"}, "no entry"),
        ({**WHOLE, "change": {"type": "NoteTaken"}}, "The review holds an event of type 'NoteTaken'"),
        ({**WHOLE, "change": {"type": "Undone", "at_ms": 1}}, "A Undone event in the review is damaged"),
        ({**WHOLE, "change": {**WHOLE["change"], "edit": 3}}, "A Undone event in the review is damaged"),
    ],
)
def test_what_is_no_edit_is_refused_with_a_sentence(data: object, says: str):
    with pytest.raises(StorageError, match=says):
        from_json(data)
