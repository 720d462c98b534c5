"""The figures of a study, counted over interviews that were made up, against counts made another way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.credibility.appraisal import figures_of
from interview_tui.credibility.appraised import Appraised, AppraisedIncident, Kinds, from_json, to_json
from interview_tui.credibility.changes import (
    CaseRead,
    CategoryGiven,
    Coding,
    CodingChange,
    ExtractDropped,
    Extracted,
    SampleDrawn,
    Task,
)
from interview_tui.credibility.codebook import Codebook
from interview_tui.credibility.codebook_text import parsed
from interview_tui.credibility.figures import Exhausted, Extraction, Fidelity, Figures, Share, ToDoAgain
from interview_tui.credibility.in_words import figures_in_words
from interview_tui.credibility.remains import after_case
from interview_tui.credibility.versions import Versions
from interview_tui.errors import StorageError
from interview_tui.grow_only import Signed

BOOK = "People\n  Friends\n  Foes\nThings\n"
FIRST = Codebook(1, parsed(BOOK, "book"), edition="1")
SECOND = Codebook(
    2, parsed("Persons (was: People)\n  Friends\nThings\n  Stairs", "book"), edition="2", after=("1",), kept_wall_ms=1
)


def interview(
    case: str, opened: int, *incidents: tuple[str, Kinds], kinds: Kinds = (), counts: bool = True
) -> Appraised:
    told = tuple(
        AppraisedIncident(name, theirs, number * 60_000, number * 60_000 + 50_000)
        for number, (name, theirs) in enumerate(incidents, 1)
    )
    return Appraised(Fidelity(case, opened, "1", 9, 8, 1, 6, 5, 1, 60_000, 30_000, 0, 9_000, ()), kinds, told, counts)


def coding(*noted: tuple[str, CodingChange]) -> Coding:
    """What these people noted, one after the other."""
    numbers = count()
    entries = []
    for by, change in noted:
        number = next(numbers)
        entries.append(Signed(f"e{number}", by, "here", (f"e{number - 1}",) if number else (), change))
    return Coding(entries)


def sorts(case: str, incident: str, category: str, task: Task = Task.CODING, codebook: int = 1) -> CategoryGiven:
    return CategoryGiven(wall_ms=1, case=case, incident=incident, category=category, codebook=codebook, task=task)


def drawn(task: Task, *members: str) -> SampleDrawn:
    return SampleDrawn(wall_ms=1, task=task, share_percent=25, seed=1, members=members, among=members)


HELD = (
    interview("P2", 20, ("A", (("role", "nurse"), ("post", "ward"))), ("B", (("role", "nurse"),))),
    interview("P1", 10, ("A", (("role", "porter"),)), kinds=(("nights", "yes"),)),
    interview("P3", 30, kinds=(("nights", "no"),)),
    interview("R1", 5, ("A", ()), counts=False),
)
SORTED = coding(
    ("ab", sorts("P1", "A", "friends")),
    ("ab", sorts("P2", "A", "things")),
    ("ab", sorts("P2", "B", "foes")),
    ("ab", sorts("P2", "B", "friends")),
    ("ab", sorts("R1", "A", "things")),
    ("cd", sorts("P1", "A", "things")),
)


def figures(noted: Coding = SORTED, books: Iterable[Codebook] = (FIRST,), **more) -> Figures:
    return figures_of(HELD, Versions(books), noted, **more)


def test_whoever_has_sorted_most_is_the_coder_unless_the_study_names_another():
    assert (figures().coder, figures().coder_is_set, figures().coded) == ("ab", False, 3)
    assert (figures(coder="cd").coder, figures(coder="cd").coder_is_set, figures(coder="cd").coded) == ("cd", True, 1)
    assert figures(coding()).coder == ""


def test_what_counts_is_in_the_order_in_which_it_was_held():
    assert [one.case for one in figures().fidelity] == ["P1", "P2", "P3"]
    assert figures().incidents == 3


def test_the_curve_grows_by_what_no_earlier_interview_had():
    assert figures().exhausted == (
        Exhausted("P1", 10, 1, 1, ("friends",), 1),
        Exhausted("P2", 20, 2, 3, ("things",), 2),
        Exhausted("P3", 30, 0, 3, (), 2),
    )
    last = figures().last_new
    assert last is not None
    assert last.case == "P2"


def test_participants_count_once_in_a_category_and_in_those_above_it():
    found = {one.category: one for one in figures().participation}
    assert {key: (one.incidents, one.share) for key, one in found.items()} == {
        "people": (2, Share(2, 3)),
        "friends": (2, Share(2, 3)),
        "foes": (0, Share(0, 3)),
        "things": (1, Share(1, 3)),
    }
    assert [key for key, one in found.items() if one.is_thin] == ["foes"]


def test_participation_is_split_by_answers_rounds_and_attributes():
    attributes = {"P1": (("region", "North"),), "P3": (("region", "North"),)}
    split = {one.category: one.split for one in figures(attributes=attributes).participation}
    assert set(split["friends"]) == {
        ("role", "nurse", Share(1, 1)),
        ("role", "porter", Share(1, 1)),
        ("post", "ward", Share(0, 1)),  # that incident is in another category
        ("nights", "yes", Share(1, 1)),
        ("nights", "no", Share(0, 1)),
        ("region", "North", Share(1, 2)),
    }


def test_a_quarter_is_not_flagged_and_less_is():
    four = [interview(f"P{number}", number, ("A", ())) for number in range(4)]
    one = figures_of(four, Versions([FIRST]), coding(("ab", sorts("P1", "A", "things"))))
    assert [found.is_thin for found in one.participation] == [True, True, True, False]


def test_assignments_follow_a_renamed_category_and_come_back_where_it_was_deleted():
    renamed = coding(("ab", sorts("P1", "A", "people")), ("ab", sorts("P2", "B", "foes")))
    found = figures(renamed, (FIRST, SECOND))
    assert [one.category for one in found.participation if one.incidents] == ["persons"]
    assert (found.coded, found.again) == (1, (ToDoAgain("P2", "B", "foes", 1),))


def test_judges_are_compared_with_the_coder_and_not_with_themselves():
    noted = coding(
        ("ab", sorts("P1", "A", "friends")),
        ("ab", sorts("P2", "A", "things")),
        ("cd", sorts("P1", "A", "friends", Task.JUDGING)),
        ("cd", sorts("P2", "A", "friends", Task.JUDGING)),
        ("ab", sorts("P1", "A", "things", Task.JUDGING)),
    )
    (found,) = figures(noted).agreement
    assert (found.first, found.second, found.categories) == ("ab", "cd", ("friends", "things"))
    assert (found.table, found.agreed, found.of, found.rate) == (((1, 0), (1, 0)), 1, 2, 0.5)


def test_an_extractor_is_compared_in_the_transcripts_that_were_gone_through():
    noted = coding(
        ("cd", drawn(Task.EXTRACTION, "P1", "P2", "P9")),
        ("cd", Extracted(wall_ms=1, case="P2", start_ms=60_000, end_ms=100_000, gist="")),
        ("cd", Extracted(wall_ms=1, case="P2", start_ms=0, end_ms=30_000, gist="")),
        ("cd", Extracted(wall_ms=1, case="P2", start_ms=120_000, end_ms=160_000, gist="")),
        ("cd", ExtractDropped(wall_ms=1, entry="e3")),
        ("ef", CaseRead(wall_ms=1, case="P1")),
    )
    assert figures(noted).extraction == (Extraction("cd", 1, 2, 1, 1, 1), Extraction("ef", 1, 2, 0, 1, 0))
    assert [one.rate for one in figures(noted).extraction] == [pytest.approx(1 / 3), 0]


def test_figures_of_nothing_are_nothing():
    found = figures_of([], Versions([]), Coding([]))
    assert (found.codebook, found.incidents, found.participation, found.last_new) == (0, 0, (), None)
    assert figures_in_words(found, None, str)


KINDS = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), max_size=2).map(tuple)
INCIDENTS = st.lists(KINDS, max_size=3).map(lambda theirs: [(f"I{n}", kinds) for n, kinds in enumerate(theirs)])
KEYS = [one.key for one in FIRST.categories]


@given(st.lists(INCIDENTS, max_size=6), st.data())
def test_however_a_study_is_the_counts_are_those_of_going_through_it(told, data):
    held = [interview(f"P{number}", number, *theirs) for number, theirs in enumerate(told)]
    category = {
        (one.case, incident.id): data.draw(st.sampled_from(["", *KEYS])) for one in held for incident in one.incidents
    }
    noted = coding(*(("ab", sorts(*name, key)) for name, key in category.items() if key))
    found = figures_of(held, Versions([FIRST]), noted)
    assert found.coded == sum(map(bool, category.values()))
    for one in found.participation:
        inside = {key for key in KEYS if one.category in FIRST.upwards(key)}
        assert one.incidents == sum(key in inside for key in category.values())
        assert one.share == Share(len({case for (case, _), key in category.items() if key in inside}), len(held))
        for by, kind, share in one.split:
            theirs = [
                (each.case, incident) for each in held for incident in each.incidents if (by, kind) in incident.kinds
            ]
            takers = {case for case, incident in theirs if category[case, incident.id] in inside}
            assert share == Share(len(takers), len({case for case, _ in theirs}))
    assert [one.categories_so_far for one in found.exhausted][-1:] in ([], [len({*category.values()} - {""})])
    assert sum(len(one.new) for one in found.exhausted) == len({*category.values()} - {""})


def test_what_is_kept_of_an_interview_comes_back_as_it_was():
    for one in HELD:
        assert from_json(to_json(one)) == one
    with pytest.raises(StorageError):
        from_json({"fidelity": {}})


def test_all_is_said_in_plain_words_with_what_it_is_measured_by():
    noted = coding(
        ("ab", sorts("P1", "A", "friends")),
        ("ab", sorts("P2", "A", "things")),
        ("ab", sorts("P2", "B", "foes")),
        ("cd", sorts("P1", "A", "friends", Task.JUDGING)),
        ("cd", sorts("P2", "A", "things", Task.JUDGING)),
        ("cd", drawn(Task.EXTRACTION, "P2")),
        ("ef", CaseRead(wall_ms=1, case="P2")),
    )
    said = figures_in_words(replace(figures(noted, (FIRST, SECOND)), unread=("P4",)), SECOND, lambda ms: f"day {ms}")
    text = "\n".join(said)
    assert "Codebook version 2: 2 of 3 are sorted, by ab (who has sorted most" in text
    assert "P2 B, which was foes in version 1" in text
    assert "cannot be read: P4" in text
    assert "The last new category came with interview 2, P2, on day 20; the 1 interview after it brought none" in text
    assert "ab and cd: 2 of 2 incidents in the same category, 100 %; by chance 50 %." in text
    assert "Cohen’s kappa 1.000 (standard error 0.000, 95 %: 1.00 to 1.00)" in text
    assert "ef: 1 of 1 transcript. Both found 0, only the record 2, only ef 0: 0 % of all." in text
    assert "nights: yes" not in text  # a mere yes and no is not what people are compared by, unless asked for
    assert "nights: yes" in "\n".join(figures_in_words(figures(noted), FIRST, str, ["nights"]))


def test_a_case_that_is_destroyed_is_in_no_entry_any_more():
    noted = coding(
        ("ab", sorts("P1", "A", "friends")),
        ("ab", sorts("P11", "A", "friends")),
        ("ab", drawn(Task.JUDGING, "P1 A", "P11 A")),
        ("ab", drawn(Task.EXTRACTION, "P1", "P11")),
        ("cd", CaseRead(wall_ms=1, case="P1")),
        ("cd", Extracted(wall_ms=1, case="P1", start_ms=0, end_ms=9, gist="")),
    )
    left = [one.change for entry in noted.entries if (one := after_case(entry, "P1")) is not None]
    assert left == [sorts("P11", "A", "friends"), drawn(Task.JUDGING, "P11 A"), drawn(Task.EXTRACTION, "P11")]
