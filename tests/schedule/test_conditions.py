"""Conditions: what they say, what they come to, and that the two never disagree."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.schedule.conditions import (
    MAX_DEPTH,
    And,
    Condition,
    ConditionError,
    Count,
    Is,
    Not,
    Or,
    Value,
    comparisons,
    describe,
    evaluate,
    names,
    parse,
)
from tests.schedule.forms import conditions

MEANINGS: dict[str, Condition] = {
    "been_asked": Is("been_asked", "yes"),
    "not been_asked": Not(Is("been_asked", "yes")),
    "role is mentor": Is("role", "mentor"),
    "role IS mentor": Is("role", "mentor"),
    "met is not yes": Not(Is("met", "yes")),
    "mood is very good": Is("mood", "very good"),
    'unit is "research and development"': Is("unit", "research and development"),
    "unit is “this or that”": Is("unit", "this or that"),
    "been.given": Is("been.given", "yes"),
    "been.given is dk": Is("been.given", "dk"),
    "any of been": Count("been", ">", 0),
    "all of been": Count("been", "is", None),
    "none of been": Count("been", "is", 0),
    "count of been is 1": Count("been", "is", 1),
    "count of been is not 1": Count("been", "is not", 1),
    "count of been > 2": Count("been", ">", 2),
    "count of been<=2": Count("been", "<=", 2),
    "a and b or c": Or((And((Is("a", "yes"), Is("b", "yes"))), Is("c", "yes"))),
    "a or b and not c": Or((Is("a", "yes"), And((Is("b", "yes"), Not(Is("c", "yes")))))),
    "(a or b) and c": And((Or((Is("a", "yes"), Is("b", "yes"))), Is("c", "yes"))),
    "a and b and c": And((Is("a", "yes"), Is("b", "yes"), Is("c", "yes"))),
}

MISTAKES = [
    ("", "empty", "leave the line out"),
    ("role = mentor", "`=` stands after `role`", "Write `is`"),
    ("role == mentor", "`==` stands after `role`", "Write `is`"),
    ("role != mentor", "`!=` stands after `role`", "Write `is not`"),
    ("role isn't mentor", "`isn't` stands after `role`", "Write `is not`"),
    ("a && b", "`&&` stands after `a`", "Write `and`"),
    ("a adn b", "`adn` stands after `a`", "Write `and`"),
    ("!a", "`!` stands where the id of an item is expected", "Write `not`"),
    ("Role is mentor", "`Role` stands where the id", "Write `role`: ids are in small letters"),
    ("a and", "Nothing stands where the id", "Write the `id:`"),
    ("and a", "`and` stands where the id", "Write the `id:`"),
    ("a is", "`a is` is followed by nothing", "Write a value"),
    ("a is not", "`a is not` is followed by nothing", "Write a value"),
    ("a is not not yes", "`a is not` is followed by `not`", "Write a value"),
    ('a is ""', 'is followed by `""`', "Write a value"),
    ("a is b is c", "A second `is` follows `a is b`", "Write `and` or `or`"),
    ("(a or b", "A parenthesis is not closed", "Write `)`"),
    ("a)", "closed that was never opened", "Leave `)` out"),
    ("any experience", "`any` stands without `of`", "Write `any of`"),
    ("any of been.given", "counts a single line", "Write `any of been`"),
    ("count of been", "`count of been` is followed by nothing", "`is` and a number"),
    ("count of been = 1", "`count of been` is followed by `=`", "Write `is`"),
    ("count of been > two", "is followed by `two`", "Write a number in digits"),
    ("a\x07b", "stands where the id", "small letters"),
]


@pytest.mark.parametrize(("text", "meaning"), MEANINGS.items())
def test_a_condition_means_what_it_says(text: str, meaning: Condition) -> None:
    assert parse(text) == meaning


@pytest.mark.parametrize(("text", "found", "write"), MISTAKES)
def test_a_mistake_is_told_with_what_was_found_and_what_to_write(text: str, found: str, write: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(text)
    assert isinstance(caught.value, ValueError)
    assert found in caught.value.found
    assert write in caught.value.write


@pytest.mark.parametrize("text", ["not " * 100_000 + "a", "(" * 100_000 + "a", "(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH])
def test_deep_nesting_is_refused_before_it_can_overflow_the_stack(text: str) -> None:
    with pytest.raises(ConditionError, match=f"more than {MAX_DEPTH} deep"):
        parse(text)


def test_a_very_long_condition_is_read_as_any_other() -> None:
    assert len(comparisons(parse(" and ".join(["a is b"] * 20_000)))) == 20_000


@given(conditions())
def test_describing_a_condition_and_reading_it_again_changes_nothing(condition: Condition) -> None:
    assert parse(describe(condition)) == condition


@given(st.text())
def test_any_text_is_a_condition_or_a_condition_error(text: str) -> None:
    try:
        condition = parse(text)
    except ConditionError as error:
        told = error
    else:
        assert parse(describe(condition)) == condition
        return
    assert told.found
    assert told.write


def test_the_names_and_comparisons_of_a_condition_are_told() -> None:
    condition = parse("role is mentor and (not been.given is dk or count of been > 1) and paper")
    assert names(condition) == {"role", "been", "paper"}
    assert comparisons(condition) == (("role", "mentor"), ("been.given", "dk"), ("paper", "yes"))


ANSWERS: dict[str, Value] = {
    "yes_item": "yes",
    "no_item": "no",
    "dk_item": "dk",
    "rf_item": ("rf",),
    "both": ("left", "right"),
    "nothing": None,
    "empty": "",
    "half": {"a": "no", "b": "", "c": "no"},
    "one": {"a": "yes", "b": "", "c": "no"},
    "every": {"a": "yes", "b": "yes"},
    "none_yes": {"a": "no", "b": "dk"},
    "unsure": {"a": "yes", "b": "dk", "c": ""},
}

OUTCOMES = [
    ("yes_item", True), ("no_item", False), ("nothing", None), ("empty", None), ("unknown_item", None),
    ("not yes_item", False), ("not nothing", None),
    ("dk_item", None), ("dk_item is no", None), ("not dk_item", None), ("dk_item is dk", True),
    ("dk_item is rf", False),
    ("rf_item is rf", True), ("rf_item is left", None), ("yes_item is dk", False), ("nothing is dk", None),
    ("both is left", True), ("both is middle", False), ("both is not right", False),
    ("one.a", True), ("one.b", None), ("one.c", False), ("none_yes.b", None), ("none_yes.b is dk", True),
    ("one.zzz", None), ("yes_item.a", None), ("one is yes", None),
    ("any of half", None), ("any of one", True), ("any of none_yes", False), ("any of yes_item", None),
    ("all of one", False), ("all of every", True), ("all of half", False), ("all of unsure", None),
    ("none of half", None), ("none of one", False), ("none of none_yes", True),
    ("count of one is 1", None), ("count of every is 2", True), ("count of one > 2", False), ("count of one < 3", True),
    ("count of unsure >= 1", True), ("count of unsure is not 0", True), ("count of unsure <= 1", None),
    ("yes_item or nothing", True), ("no_item or nothing", None), ("no_item and nothing", False),
    ("yes_item and nothing", None), ("not (no_item and nothing)", True),
]  # fmt: skip


@pytest.mark.parametrize(("text", "outcome"), OUTCOMES)
def test_a_condition_comes_to_true_false_or_not_known(text: str, outcome: bool | None) -> None:
    assert evaluate(parse(text), ANSWERS.get) is outcome


LINE_ANSWERS = st.sampled_from(["", "yes", "no", "dk"])
KNOWN = st.fixed_dictionaries(
    {
        "a": st.sampled_from([None, "yes", "no", "dk"]),
        "b": st.sampled_from([None, ("x",), ("x", "y"), ("rf",)]),
        "c": st.fixed_dictionaries({"k": LINE_ANSWERS, "m": LINE_ANSWERS, "n": LINE_ANSWERS}),
    }
)
JUDGED = conditions(
    st.one_of(
        st.builds(Is, st.sampled_from(["a", "b", "c.k", "c.m"]), st.sampled_from(["yes", "no", "x", "dk", "rf"])),
        st.builds(Count, st.just("c"), st.sampled_from(["is", "is not", ">", "<", ">=", "<="]), st.integers(0, 4)),
        st.just(Count("c", "is", None)),
    )
)


@settings(max_examples=300)
@given(JUDGED, KNOWN, KNOWN)
def test_knowing_more_never_turns_true_into_false(
    condition: Condition, answers: dict[str, Value], more: dict[str, Value]
) -> None:
    lines, added = answers["c"], more["c"]
    assert isinstance(lines, dict)
    assert isinstance(added, dict)
    fuller: dict[str, Value] = {name: answers[name] or more[name] for name in ("a", "b")}
    fuller["c"] = {key: lines[key] or added[key] for key in lines}
    before = evaluate(condition, answers.get)
    assert before is None or evaluate(condition, fuller.get) is before


@given(JUDGED, KNOWN)
def test_a_condition_and_its_opposite_never_agree(condition: Condition, answers: dict[str, Value]) -> None:
    held = evaluate(condition, answers.get)
    assert evaluate(Not(condition), answers.get) is (None if held is None else not held)
