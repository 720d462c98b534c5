"""The table of a study: its columns are the schedule's, it is sorted by what cells mean, and filtered by a line."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.errors import ConfigError
from interview_tui.record.digest import Digest, IncidentDigest
from interview_tui.record.fidelity import Asked
from interview_tui.record.model import Completeness
from interview_tui.record.review.changes import ReviewState
from interview_tui.tui.study_table import STATES, StudyTable, state_of, table_of, terms_of
from tests.fakes import NOON_MS
from tests.tui.staging import SHOWS_A_DATE

DAY_MS, MINUTE_MS = 86_400_000, 60_000
FILLED, THIN, MISSING = Completeness.FILLED, Completeness.THIN, Completeness.MISSING
PLAIN = Digest(
    case="P01",
    interviewer="AB",
    opened_wall_ms=NOON_MS,
    length_ms=30 * MINUTE_MS,
    origin_ms=0,
    recorded_ms=29 * MINUTE_MS,
    ended=True,
    outcome="complete",
    rehearsal=False,
    transcribed=True,
    notes=12,
    spoken_ms=(),
    sections_ms=(),
    incidents=(),
    answers=(),
    asked=((Asked.WORDED, 9), (Asked.PARAPHRASED, 4), (Asked.ASKED, 2), (Asked.SKIPPED, 3)),
    doubts=0,
    review=ReviewState.TRANSCRIBED,
)


def incident(key: str, *states: Completeness, talk_ms: int = 0, **answers: str) -> IncidentDigest:
    """An incident whose needs are as full as these states say."""
    needs = tuple(zip(("event", "action", "outcome"), states, strict=False))
    return IncidentDigest(f"S1-{key}", f"S1-{key}", key, "S1", needs, tuple(answers.items()), talk_ms)


def study() -> list[Digest]:
    """Three interviews and a rehearsal, as unlike as can be."""
    good, bad = incident("good", FILLED, FILLED, THIN), incident("bad", FILLED, MISSING, MISSING)
    return [
        replace(PLAIN, case="P10", answers=(("post", "theatre"), ("paper", "no")), incidents=(good, bad), doubts=30),
        replace(
            PLAIN,
            case="P2",
            opened_wall_ms=NOON_MS + 40 * DAY_MS,
            length_ms=65 * MINUTE_MS,
            answers=(("post", "ward"), ("post", "theatre"), ("paper", "not sure")),
            incidents=(good, replace(good, id="S2-good")),
            doubts=3,
            review=ReviewState.SIGNED_OFF,
        ),
        replace(PLAIN, case="P3", transcribed=False, recorded_ms=0, answers=(("post", "ward"),)),
        replace(PLAIN, case="R1", rehearsal=True),
    ]


def table(*digests: Digest) -> StudyTable:
    return table_of(digests or study())


def cases(found: StudyTable) -> list[str]:
    return [digest.case for digest in found.digests]


def column(found: StudyTable, name: str) -> list[str]:
    at = [one.name for one in found.columns].index(name)
    return [row.cells[at].shown for row in found.rows]


def only(line: str, found: StudyTable | None = None) -> list[str]:
    found = found or table()
    return cases(found.where(terms_of(line, found.columns)))


def test_the_answers_stand_between_what_matters_most_and_the_rest():
    names = [one.name for one in table().columns]
    assert names == [
        *("case", "date", "length", "state", "doubts", "incidents"),
        *("post", "paper"),
        *("asked", "worded", "reworded", "skipped", "transcript"),
    ]


def test_who_interviewed_is_a_column_only_where_there_was_more_than_one():
    assert "interviewer" not in [one.name for one in table().columns]
    both = table(PLAIN, replace(PLAIN, case="P02", interviewer="CD"))
    assert column(both, "interviewer") == ["AB", "CD"]


@SHOWS_A_DATE
def test_cells_are_read_without_a_legend():
    found = table()
    assert cases(found) == ["P2", "P3", "P10", "R1"]
    assert column(found, "date") == ["10 Feb 26", "01 Jan 26", "01 Jan 26", "01 Jan 26"]
    assert column(found, "length") == ["1:05:00", "30:00", "30:00", "30:00"]
    assert column(found, "state") == ["● signed off", "○ notes only", "◔ transcribed", "◌ rehearsal"]
    assert column(found, "incidents") == ["good ●●◐ ●●◐", "", "good ●●◐  bad ●○○", ""]
    assert column(found, "post") == ["ward, theatre", "ward", "theatre", ""]
    assert column(found, "transcript") == ["● there", "– not recorded", "● there", "● there"]


def test_how_questions_were_put_is_counted_where_it_was_heard():
    found = table()
    assert column(found, "asked") == ["15"] * 4
    assert column(found, "worded") == ["9", "", "9", "9"]
    assert column(found, "reworded") == ["4", "", "4", "4"]
    assert column(found, "skipped") == ["3"] * 4


@pytest.mark.parametrize(
    ("digest", "state"),
    [
        (replace(PLAIN, ended=False), "unfinished"),
        (replace(PLAIN, transcribed=False), "recorded"),
        (replace(PLAIN, transcribed=False, recorded_ms=0), "notes only"),
        (replace(PLAIN, transcribed=False, review=ReviewState.CHECKED), "checked"),
        (PLAIN, "transcribed"),
        (replace(PLAIN, review=ReviewState.PSEUDONYMISED, rehearsal=True), "rehearsal"),
    ],
)
def test_a_state_says_how_far_an_interview_is(digest, state):
    assert state_of(digest) == state
    assert state in STATES


@pytest.mark.parametrize(
    ("key", "ascending"),
    [
        ("case", ["P2", "P3", "P10", "R1"]),
        ("date", ["P3", "P10", "R1", "P2"]),
        ("length", ["P3", "P10", "R1", "P2"]),
        ("doubts", ["P3", "R1", "P2", "P10"]),
        ("state", ["R1", "P3", "P10", "P2"]),
        ("incidents", ["P3", "R1", "P10", "P2"]),
    ],
)
def test_a_column_is_sorted_by_what_its_cells_mean(key, ascending):
    assert cases(table().sorted_by(key)) == ascending


def test_what_is_not_known_comes_last_in_either_order():
    assert cases(table().sorted_by("post …")) == ["P10", "P3", "P2", "R1"]
    assert cases(table().sorted_by("post …", descending=True)) == ["P2", "P3", "P10", "R1"]
    assert cases(table().sorted_by("no such column")) == cases(table())


def test_a_shorter_one_of_as_many_incidents_is_the_one_that_lacks_more():
    found = table().sorted_by("incidents", descending=True)
    assert cases(found)[:2] == ["P2", "P10"]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("", ["P2", "P3", "P10", "R1"]),
        ("post=theatre", ["P2", "P10"]),
        ("post=THEA", ["P2", "P10"]),
        ("paper=no", ["P10"]),  # a whole value, and not the beginning of another one
        ("paper=not", ["P2"]),
        ("state=signed off", ["P2"]),
        ('state="signed off"', ["P2"]),
        ("case=P1", ["P10"]),
        ("ward", ["P2", "P3"]),
        ("eatre", []),  # no word begins with it
        ("post=ward, doubts>0", ["P2"]),
        ("post = ward  paper = not", ["P2"]),
        ("-rehearsal", ["P2", "P3", "P10"]),
        ("-post=ward", ["P10", "R1"]),
        ("doubts=3", ["P2"]),
        ("doubts<3", ["P3", "R1"]),
        ("length>60", ["P2"]),
        ("length=30", ["P3", "P10", "R1"]),
        ("worded<10", ["P2", "P10", "R1"]),  # of the one that was not recorded it is not known
        ("incidents>1 incidents=bad", ["P10"]),
        ("incidents=missing", ["P10"]),
    ],
)
def test_a_line_says_which_interviews_are_wanted(line, found):
    assert only(line) == found


@SHOWS_A_DATE
def test_a_date_is_asked_for_by_its_month_and_compared_by_its_days():
    assert only("date=2026-02") == ["P2"]
    assert only("date>2026-02") == ["P2"]
    assert only("date<2026-01-02") == ["P3", "P10", "R1"]


def test_an_unknown_column_is_told_with_those_there_are_the_likest_first():
    with pytest.raises(ConfigError) as told:
        terms_of("posts=ward", table().columns)
    assert str(told.value).startswith("There is no column posts. There are post, ")
    assert all(one.name in str(told.value) for one in table().columns)


def test_a_number_is_not_compared_with_a_word():
    with pytest.raises(ConfigError, match="doubts>many: many is no number"):
        terms_of("doubts>many", table().columns)


def test_an_item_may_be_called_as_another_column_is():
    found = table(replace(PLAIN, answers=(("state", "tired"),)), replace(PLAIN, case="P02"))
    keys = [one.key for one in found.columns]
    assert len(set(keys)) == len(keys)
    assert only("state=tired", found) == ["P01"]
    assert only("state=transcribed", found) == ["P01", "P02"]


digests = st.lists(
    st.builds(
        lambda n, doubts, post, length: replace(
            PLAIN, case=f"P{n}", doubts=doubts, length_ms=length, answers=(("post", post),) if post else ()
        ),
        st.integers(0, 99),
        st.integers(0, 5),
        st.sampled_from(["", "ward", "theatre", "ward 2"]),
        st.integers(0, 10**7),
    ),
    unique_by=lambda found: found.case,
    max_size=12,
)


@given(digests, st.data())
def test_sorting_and_filtering_lose_nothing_and_a_negated_term_gives_the_others(found, data):
    whole = table_of(found)
    key = data.draw(st.sampled_from([one.key for one in whole.columns]))
    ordered = whole.sorted_by(key, descending=data.draw(st.booleans()))
    assert sorted(cases(ordered)) == sorted(digest.case for digest in found)
    line = data.draw(st.sampled_from(["ward", "doubts>2", "length<60", "P1", "case=P1"]))
    wanted, others = only(line, ordered), only(f"-{line}", ordered)
    assert sorted(wanted + others) == sorted(cases(whole))
    assert wanted == [case for case in cases(ordered) if case in wanted]


@given(st.text(max_size=20))
def test_whatever_is_typed_is_a_filter_or_a_sentence(line):
    found = table()
    with suppress(ConfigError):
        assert set(only(line, found)) <= set(cases(found))
