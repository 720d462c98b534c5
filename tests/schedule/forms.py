"""Small schedules and conditions to try the schedule room with."""

from __future__ import annotations

import textwrap
from pathlib import Path

from hypothesis import strategies as st

from interview_tui.schedule.conditions import KEYWORDS, And, Condition, Count, Is, Not, Or, Value
from interview_tui.schedule.model import Item, Schedule
from interview_tui.schedule.reader import read_schedule

REPOSITORY = Path(__file__).resolve().parents[2]
STUDY_SCHEDULE = REPOSITORY / "schedules" / "political-mentoring.yaml"
SHARED = REPOSITORY.parent / "shared"


def around(items: str) -> str:
    """A schedule of one section with these items, which begin in its line 5."""
    head = "schedule: Trial\nsections:\n- section: Only\n  items:\n"
    return head + textwrap.indent(textwrap.dedent(items).lstrip("\n"), "    ")


def loaded(items: str) -> Schedule:
    """The schedule of one section with these items."""
    return read_schedule(around(items), "trial.yaml")


def first_item(items: str) -> Item:
    """The first of these items, loaded."""
    part = loaded(items).sections[0].parts[0]
    assert isinstance(part, Item)
    return part


def nothing_known(_name: str) -> Value:
    """The answers before the first question."""
    return None


item_ids = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True).filter(lambda name: name not in KEYWORDS)
names = st.one_of(item_ids, st.tuples(item_ids, item_ids).map(".".join))
values = st.one_of(
    st.sampled_from(
        ["yes", "no", "dk", "ward", "very good", "not yes", "this and that", "(x)", "is", "a=b", "R&D", "¿?"]
    ),
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters='"'), min_size=1, max_size=12)
    .map(lambda text: " ".join(text.split()))
    .filter(bool),
)
counts = st.one_of(
    st.builds(
        Count,
        item_ids,
        st.sampled_from(["is", "is not", ">", "<", ">=", "<="]),
        st.integers(min_value=0, max_value=999),
    ),
    st.builds(Count, item_ids, st.just("is"), st.none()),
)


def conditions(leaves: st.SearchStrategy[Condition] | None = None) -> st.SearchStrategy[Condition]:
    """Conditions of any shape, over the given comparisons and counts."""
    base: st.SearchStrategy[Condition] = (
        leaves if leaves is not None else st.one_of(st.builds(Is, names, values), counts)
    )
    return st.recursive(
        base,
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
            st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        ),
        max_leaves=8,
    )
