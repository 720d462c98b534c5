"""What somebody types finds what they mean, and nothing that can be typed is an error of the database."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from interview_tui.errors import ConfigError
from interview_tui.interview.events import Place
from interview_tui.record.digest import digest_of
from interview_tui.record.findable import Source
from interview_tui.record.merge import merge
from interview_tui.store import derived
from interview_tui.store.search import MOST_TERMS, matched, search
from interview_tui.store.study import StudyFolder
from tests.at_rest.encrypted import encrypted_study
from tests.examples import handover
from tests.record.talking import Call
from tests.store.test_derived import heard, kept

SAID = {
    "P07": "The first budget was cut and the chairman resigned over the café",
    "P08": "Chairmen come and go while the budget stays and nobody told me first",
}


@pytest.fixture(scope="module", params=["open", "encrypted"])
def study(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> StudyFolder:
    """Two interviews in which the same two notes were typed, and different things said."""
    folder = tmp_path_factory.mktemp("study")
    if request.param == "encrypted":
        encrypted_study(folder)
    study = StudyFolder.open(folder)
    study.keep_schedule(handover())
    for case, said in SAID.items():
        kept(study, case)
        heard(study, case, said)
    derived.bring_up_to_date(study)
    return study


def found(study: StudyFolder, query: str, **filters: Any) -> set[str]:
    """What is found, each by its case if it was said and by its first word if it was noted."""
    hits = search(study, query, **filters).hits
    return {hit.case if hit.row.source is Source.TALK else hit.row.text.split()[0] for hit in hits}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("budget", {"P07", "P08"}),
        ("budget first", {"P07", "P08"}),
        ('"first budget"', {"P07"}),
        ('"first budget', {"P07"}),
        ("budget -nobody", {"P07"}),
        ("budget NOT nobody", {"P07"}),
        ('budget -"first budget"', {"P08"}),
        ("chair*", {"P07", "P08"}),
        ("chair", set()),
        ("resigned OR nobody", {"P07", "P08", "nobody"}),
        ("resigned or nobody", set()),
        ("resigned OR lift", {"P07", "the"}),
        ("resigned budget OR told budget", {"P07", "P08"}),
        ("resigned AND budget", {"P07"}),
        ("BUDGET", {"P07", "P08"}),
        ("budgets", {"P07", "P08"}),
        ('"budgets"', set()),
        ("stayed", {"P08"}),
        ("stay -resigning", {"P08"}),
        ("resigning -stay", {"P07"}),
        ("resigni*", set()),
        ("resigne*", {"P07"}),
        ("cafe", {"P07"}),
        ("cafe\u0301", {"P07"}),
        ("OR budget OR", {"P07", "P08"}),
        ("budget — !", {"P07", "P08"}),
        ("text:budget", set()),
        ("budget NEAR(cut)", set()),
        ("marks", set()),
    ],
)
def test_a_query_finds(study, query, expected):
    assert found(study, query) == expected


def test_it_can_be_kept_to_a_kind_a_case_a_speaker(study):
    assert found(study, "nobody") == {"P08", "nobody"}
    assert found(study, "nobody", source=Source.NOTE) == {"nobody"}
    assert found(study, "nobody", source=Source.TALK) == {"P08"}
    assert search(study, "nobody", case="P07").total == 1
    assert found(study, "nobody", speaker="respondent") == {"P08"}
    assert found(study, "nobody", speaker="interviewer") == set()
    assert search(study, "nobody", case="P0").total == 0


def test_it_can_be_kept_to_an_incident(study):
    labels = {hit.row.incident for hit in search(study, "nobody", source=Source.NOTE).hits}
    (label,) = labels
    assert search(study, "nobody", incident=label, source=Source.NOTE).total == 2
    assert search(study, "lift", incident=label).total == 0


def test_a_filter_is_never_a_word_that_can_be_searched_for(study):
    assert search(study, derived.mark("case", "P07")).total == 0


def test_a_hit_says_where_it_stands_and_marks_what_matched(study):
    (hit,) = search(study, "lift", case="P07").hits
    assert (hit.case, hit.row.source, hit.row.origin, hit.row.place) == ("P07", Source.NOTE, "n1", Place("post", "S1"))
    assert hit.row.question == "Where did you work?"
    assert hit.passage == (("the ", False), ("lift", True), (" was out of order", False))
    assert hit.since_ms == hit.row.start_ms - study.record("P07").origin_ms
    (said,) = search(study, '"nobody told"').hits
    assert [piece for piece, matches in said.passage if matches] == ["nobody told"]
    assert said.row.speaker == "respondent"


def test_of_a_long_turn_the_passage_around_the_words_is_shown(tmp_path):
    study = StudyFolder.open(tmp_path)
    study.keep_schedule(handover())
    kept(study, "P07")
    heard(study, "P07", f"{'so ' * 200}budget{' so' * 200}")
    derived.bring_up_to_date(study)
    (hit,) = search(study, "budget").hits
    assert ("budget", True) in hit.passage
    assert len("".join(piece for piece, _ in hit.passage)) < 120


@pytest.mark.parametrize(
    ("query", "best"), [("chairmen OR stays OR resigned", "P08"), ("resigned OR cut OR stays", "P07")]
)
def test_the_best_comes_first_and_all_are_counted(study, query, best):
    ranked = search(study, query, limit=1)
    assert ([hit.case for hit in ranked.hits], ranked.total) == ([best], 2)


def test_hits_of_a_word_that_is_everywhere_are_not_ranked_but_all_there(study, monkeypatch):
    ranked = search(study, "the OR nobody")
    monkeypatch.setattr("interview_tui.store.search.RANKED_MOST", 1)
    plain = search(study, "the OR nobody")
    assert plain.total == ranked.total
    assert set(plain.hits) == set(ranked.hits)


@pytest.mark.parametrize("query", ["", "  ", '""', "— … !", "OR", "AND NOT", "-", "\0", "*"])
def test_without_a_word_to_look_for_it_says_so(study, query):
    with pytest.raises(ConfigError, match="no word"):
        search(study, query)


@pytest.mark.parametrize("query", ["-budget", "NOT budget", 'budget OR -"first"'])
def test_what_is_only_to_be_left_out_is_no_query(study, query):
    with pytest.raises(ConfigError, match="not to be found"):
        search(study, query)


def test_more_words_than_anybody_types_are_refused(study):
    assert search(study, "word " * MOST_TERMS).total == 0
    with pytest.raises(ConfigError, match="More than"):
        search(study, "word " * (MOST_TERMS + 1))


@given(
    st.lists(st.sampled_from(['"', "*", "-", "OR", "AND", "NOT", "(", ")", "^", ":", "+", "NEAR", "a", "é", "\0", " "]))
)
@example(['"', '"', "*"])
def test_no_syntax_that_is_typed_is_an_error(study, parts):
    never_an_error(study, "".join(parts))
    never_an_error(study, " ".join(parts))


@given(st.text(st.characters(exclude_categories=[])))
@example("\ud800")
@example("a\ud800")
@example("\u0378a")
@example("'; DROP TABLE passages; --")
def test_no_text_that_is_typed_is_an_error(study, text):
    never_an_error(study, text)


def never_an_error(study: StudyFolder, query: str) -> None:
    try:
        search(study, query, case=query, speaker=query, incident=query)
        search(study, query)
    except ConfigError:
        pass


@given(st.text(st.sampled_from("ab1é \u0301-'"), min_size=1).filter(lambda text: text.strip()))
def test_any_text_in_quotes_is_looked_for_as_it_is(text):
    if any(letter.isalnum() for letter in text):
        assert matched(f'"{text}"') == f'(("{text}"))'


def test_what_is_said_may_hold_any_character(tmp_path):
    study = StudyFolder.open(tmp_path)
    study.keep_schedule(handover())
    kept(study, "P07")
    heard(study, "P07", f"odd {derived.BEGINS}thing{derived.ENDS} \ud800 said")
    assert derived.bring_up_to_date(study).made == ["P07"]
    (hit,) = search(study, "thing").hits
    assert [piece for piece, matches in hit.passage if matches] == ["thing"]


def test_a_note_that_may_not_leave_the_study_is_not_found(tmp_path):
    """The fixture's consent comes first; here a note is typed before it."""
    call = Call()
    call.notes("heard before")
    record = merge(call.interview, None)
    assert record.notes
    study = StudyFolder.open(tmp_path)
    study.keep_schedule(handover())
    kept(study, "P07")

    def view(_study: StudyFolder, _case: str) -> derived.Made:
        from dataclasses import replace

        early = replace(record, notes=tuple(replace(note, before_consent=True) for note in record.notes))
        return early, digest_of(early, handover())

    derived.bring_up_to_date(study, view=view)
    assert search(study, "heard").total == 0
