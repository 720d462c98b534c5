"""What a tally counts by is found, or refused with the place, the key and the nearest name."""

from __future__ import annotations

import pytest

from interview_tui.errors import ConfigError
from interview_tui.fieldwork.dimensions import laid_out
from interview_tui.fieldwork.plan import Attribute, Tally
from interview_tui.fieldwork.tally import Counted, Source
from tests.examples import handover

ATTRIBUTES = [Attribute("region", "Region", ("north", "south")), Attribute("post", "Post when sampled")]


def laid(*by: str, count: str = "", targets: dict[tuple[str, ...], int] | None = None) -> Counted:
    return laid_out(Tally("mine", by, count, targets or {}), handover(), ATTRIBUTES, "study.toml")


@pytest.mark.parametrize(
    ("by", "of"),
    [
        (("region",), "cases"),
        (("paper",), "cases"),
        (("been.given", "region"), "cases"),
        (("post",), "shift"),
        (("paper", "post"), "shift"),
        (("post", "incident"), "incident"),
        (("incident",), "incident"),
        (("incident", "case.post"), "incident"),
    ],
)
def test_what_is_counted_is_the_innermost_loop_that_is_needed(by: tuple[str, ...], of: str) -> None:
    assert laid(*by).of == of


def test_more_can_be_counted_than_is_needed() -> None:
    assert laid("region", count="incident").of == "incident"
    assert laid("paper", count="cases").of == "cases"


def test_the_schedule_goes_before_the_attributes() -> None:
    assert laid("post").dimensions[0].source is Source.ANSWER
    [attribute] = laid("case.post").dimensions
    assert (attribute.source, attribute.name, attribute.title) == (Source.ATTRIBUTE, "post", "Post when sampled")


def test_values_are_those_of_the_schedule_and_of_the_study() -> None:
    found = laid("paper", "post", "incident", "been.given", "region").dimensions
    assert [one.values for one in found] == [
        ("yes", "no", "partly"), ("ward", "theatre"), ("smooth", "rough"), ("yes", "no"), ("north", "south"),
    ]  # fmt: skip
    assert not laid("case.post").dimensions[0].fixed


@pytest.mark.parametrize(
    ("by", "more", "message", "hint"),
    [
        (("psot",), {}, "by names psot, which is no item or loop", "Did you mean post?"),
        (("regoin",), {}, "no attribute", "Did you mean region?"),
        (("xyzzy",), {}, "by names xyzzy", "Name an item of which one answer is chosen"),
        (("came",), {}, "by names came, of which no single answer is chosen", "yes/no"),
        (("been",), {}, "of which no single answer is chosen", "Name one of been.given, been.taken."),
        (("been.takn",), {}, "been has no line takn", "Did you mean been.taken?"),
        (("shift",), {}, "the loop shift, whose rounds have numbers", "write count = shift"),
        (("post",), {"count": "shifts"}, "count is shifts, which is no loop", "Did you mean shift?"),
        (("incident",), {"count": "shift"}, "what is asked in each incident", "Count incident, or leave count out."),
        (("post",), {"count": "cases"}, "what is asked in each shift", "Count shift"),
        (("post",), {"targets": {("wrad",): 3}}, 'targets names "wrad", and post is never wrad', "mean ward?"),
        (
            ("post",),
            {"targets": {("ward", "rough"): 3}},
            'names "ward / rough", which has more values',
            "values of post",
        ),
        (("region", "post"), {"targets": {("north", "x"): 3}}, "post is never x", "It is one of ward, theatre."),
    ],
)
def test_what_cannot_be_counted_is_one_sentence_and_the_way_out(
    by: tuple[str, ...], more: dict[str, object], message: str, hint: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        laid(*by, **more)  # type: ignore[arg-type]
    assert refused.value.message.startswith('study.toml: the tally "mine": ')
    assert message in refused.value.message
    assert hint in refused.value.hint


def test_a_text_of_a_case_may_have_any_target() -> None:
    assert laid("case.post", targets={("matron",): 2}).tally.targets == {("matron",): 2}
