"""The codebook as text, what changed between versions, and where a category of an earlier one is now."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.credibility.codebook import Codebook, key_of
from interview_tui.credibility.codebook_text import parsed, seeded
from interview_tui.credibility.revisions import Revised, Revision, revisions
from interview_tui.credibility.versions import Versions
from interview_tui.errors import ConfigError
from tests.examples import handover

NAMES = ["Trust", "Being discreet", "Loss of face", "Time", "Élan", "信頼"]


def book(text: str, version: int = 0, edition: str = "", after: tuple[str, ...] = (), kept: int = 0) -> Codebook:
    return Codebook(version, parsed(text, "book"), kept_wall_ms=kept, edition=edition or str(version), after=after)


def chain(*texts: str) -> Versions:
    """Versions that were made from one another."""
    return Versions(book(text, number, after=(str(number - 1),)) for number, text in enumerate(texts, 1))


def test_indents_definitions_remarks_and_older_names_are_understood():
    text = """\ufeff# a remark
Trust (was: Confidence) - how it came about
    : and what it rested on
    # another
    Being discreet – or not

    Promises
\tNo
Time
""".replace("\tNo\n", "")
    trust, discreet, promises, time = parsed(text, "book")
    assert (trust.key, trust.name, trust.was) == ("trust", "Trust", "confidence")
    assert trust.definition == "how it came about and what it rested on"
    assert (discreet.parent, discreet.depth, discreet.definition, discreet.line) == ("trust", 1, "or not", 5)
    assert (promises.parent, time.parent, time.depth) == ("trust", "", 0)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("    Trust", 1, "stands under nothing"),
        ("Trust\n    Time\n  Loss", 3, "like no line above"),
        ("Trust\n\tTime\n        Loss\n", 3, "like no line above|tabs"),
        ("Trust\n  Time\n \tLoss", 3, "tabs"),
        ("Trust\ntrust", 2, "in line 1 already"),
        ("Trust\n\n  TRUST!", 3, "in line 1 already"),
        ("# only\n: more", 2, "before there is a category"),
        ("…", 1, "no name"),
        ("Trust (was: )", 1, "says no name"),
        ("Trust (was: Time) Loss", 1, "wrong place"),
        ("Trust - of people (was: Time)", 1, "wrong place"),
        ("Trust (was: Time)\nTime", 1, "still there in line 2"),
        ("Trust\nTi\x07me", 2, "cannot be seen"),
    ],
)
def test_what_cannot_be_understood_names_file_and_line(text, line, says):
    with pytest.raises(ConfigError, match=says) as refused:
        parsed(text, "codebook.txt")
    assert refused.value.message.startswith(f"codebook.txt, line {line}: ")
    assert refused.value.hint


@st.composite
def outlines(draw: st.DrawFn) -> tuple[str, list[tuple[str, int]]]:
    """A codebook as text, with its names and depths."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=6))
    unit = draw(st.sampled_from(["  ", "    ", "\t"]))
    lines, told = [], []
    depth = -1
    for name in names:
        depth = draw(st.integers(0, depth + 1))
        definition = draw(st.sampled_from(["", " - what it is"]))
        lines.append(f"{unit * depth}{name}{definition}")
        told.append((name, depth))
    return "\n".join(lines), told


@given(outlines())
def test_every_outline_comes_out_as_it_was_written(outline):
    text, told = outline
    found = parsed(text, "book")
    assert [(one.name, one.depth) for one in found] == told
    depths = {one.key: one.depth for one in found}
    assert all(one.depth == (depths[one.parent] + 1 if one.parent else 0) for one in found)


@given(outlines(), outlines())
def test_what_was_inserted_one_way_was_deleted_the_other(one, other):
    before, after = book(one[0]), book(other[0])
    there = revisions(before, after)
    back = revisions(after, before)
    assert {it.name for it in there if it.how is Revision.INSERTED} == {
        it.name for it in back if it.how is Revision.DELETED
    }
    assert sum(it.how is Revision.MOVED for it in there) == sum(it.how is Revision.MOVED for it in back)
    assert revisions(before, before) == []


def test_what_changed_is_told_in_the_terms_of_template_analysis():
    before = book("People - who\n    Friends\n    Foes\nThings\n    Lifts\n")
    after = book("Persons (was: People) - who was there\n    Friends\nThings\n    Foes\n    Stairs\n")
    assert revisions(before, after) == [
        Revised(Revision.RENAMED, "Persons", "People", "Persons"),
        Revised(Revision.SCOPE, "Persons", "who", "who was there"),
        Revised(Revision.MOVED, "Foes", "People", "Things"),
        Revised(Revision.INSERTED, "Stairs", after="Things"),
        Revised(Revision.DELETED, "Lifts", "Things"),
    ]


def test_what_stands_under_something_new_or_nothing_any_more_has_moved():
    assert revisions(book("A\n  B"), book("C\n  B\nA")) == [
        Revised(Revision.INSERTED, "C"),
        Revised(Revision.MOVED, "B", "A", "C"),
    ]
    assert revisions(book("A\n  B"), book("A\nB")) == [Revised(Revision.MOVED, "B", "A", "")]


def test_a_category_is_followed_through_names_and_lost_where_it_was_deleted():
    versions = chain("A\nX", "B (was: A)\nX", "C (was: B)\nA\nX", "C (was: B)\nA")
    assert [versions.now(1, "a"), versions.now(2, "b"), versions.now(3, "c")] == ["c", "c", "c"]
    assert versions.now(3, "a") == "a"  # another one, of the old name
    assert versions.now(1, "x") is None
    assert versions.now(4, "a") == "a"
    assert versions.now(4, "nothing") is None
    assert versions.now(9, "a") is None


def test_what_was_deleted_and_written_anew_is_another_category():
    versions = chain("A\nX", "X", "A\nX")
    assert versions.now(1, "a") is None
    assert versions.now(3, "a") == "a"


def test_two_versions_of_one_number_are_both_there_and_the_later_holds_until_they_are_joined():
    first = book("A\nB", 1, "one", kept=1)
    mine = book("A2 (was: A)\nB\nMine", 2, "mine", ("one",), kept=2)
    theirs = book("A\nB2 (was: B)", 2, "theirs", ("one",), kept=3)
    apart = Versions([theirs, mine, first, mine])
    assert [one.edition for one in apart.all] == ["one", "mine", "theirs"]
    assert apart.newest is theirs
    assert {one.edition for one in apart.heads} == {"mine", "theirs"}
    assert [apart.now(2, "mine"), apart.now(2, "b"), apart.now(2, "b2")] == [None, "b2", "b2"]
    joined = book("A2 (was: A)\nB2 (was: B)\nMine", 3, "both", ("mine", "theirs"), kept=4)
    together = Versions([first, mine, theirs, joined])
    assert together.heads == (joined,)
    assert [together.now(1, "a"), together.now(1, "b")] == ["a2", "b2"]
    assert [together.now(2, "a"), together.now(2, "a2"), together.now(2, "b")] == ["a2", "a2", "b2"]
    assert together.now(2, "mine") == "mine"


def test_versions_are_found_by_number_and_by_edition():
    versions = Versions([book("A", 2, "4f00"), book("B", 2, "4e11"), book("C", 12, "9999")])
    assert [one.edition for one in versions.found("2")] == ["4f00", "4e11"] or len(versions.found("2")) == 2
    assert [one.edition for one in versions.found("v2-4e")] == ["4e11"]
    assert versions.found("1") == []


def test_a_first_codebook_comes_of_the_schedule_and_is_understood():
    text = seeded(handover())
    found = parsed(text, "book")
    assert {one.name for one in found if one.parent == "incident"} == {"event", "action", "outcome", "context"}


def test_keys_are_alike_whatever_the_capitals_and_signs():
    assert key_of("Loss of  Face!") == key_of("loss of face") == "loss-of-face"
    assert key_of("信頼") == "信頼"
    assert key_of("—") == ""


def test_what_a_category_is_under_is_counted_upwards():
    found = book("A\n  B\n    C")
    assert list(found.upwards("c")) == ["c", "b", "a"]
    assert list(found.upwards("")) == []
    assert (found.named(" c "), found.named("d")) == (found.category("c"), None)
