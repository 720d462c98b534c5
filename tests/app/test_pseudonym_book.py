"""The contract of `record.review_ports.PseudonymBook`: what holds of the study's on disk holds of the fake."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from interview_tui.errors import ConfigError
from interview_tui.record.pseudonyms.pseudonym import NameKind, Pseudonym
from interview_tui.record.review_ports import PseudonymBook
from interview_tui.record.transcript import RESPONDENT, Provenance, Transcript, Turn, Word, to_json
from interview_tui.reviewing import StudyPseudonyms
from interview_tui.store.pseudonym_log import ELSEWHERE
from tests.app.laid_study import CASE, LaidStudy
from tests.fake_review import FakePseudonyms
from tests.fake_study import FakeStudy

TALK = (
    "Then I met Philip Fennimore and Fennimore said it to Denise and a bell rang.",
    "So Councillor Finnimore went with Denise to Hollin Bank and Bell stayed in Selwyn with Bell and Bell.",
)
Making = Callable[[Path, pytest.MonkeyPatch], PseudonymBook]


def heard() -> Transcript:
    turns = tuple(
        Turn(
            number,
            RESPONDENT,
            tuple(
                Word(word, number * 20_000 + 400 * n, number * 20_000 + 400 * n + 300)
                for n, word in enumerate(text.split())
            ),
        )
        for number, text in enumerate(TALK, 1)
    )
    return Transcript(turns, Provenance("none", "none", "0" * 64, "en"))


def on_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> PseudonymBook:
    (folder / "apart").mkdir()
    monkeypatch.setenv(ELSEWHERE, str(folder / "apart"))
    made = LaidStudy.make(folder / "study")
    made.do(lambda session, now: session.end("complete", now), at_ms=70_000)
    (made.folder / "transcript.json").write_text(json.dumps(to_json(heard())), encoding="utf-8")
    return StudyPseudonyms(made.study)


def in_memory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> PseudonymBook:
    on_disk(folder, monkeypatch)
    made = LaidStudy.make(folder / "other")
    made.do(lambda session, now: session.end("complete", now), at_ms=70_000)
    study = FakeStudy()
    study.add(CASE, made.study.schedule(CASE), made.study.events(CASE), heard())
    return FakePseudonyms(study)


@pytest.fixture(params=[on_disk, in_memory], ids=["on disk", "fake"])
def book(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PseudonymBook:
    making: Making = request.param
    return making(tmp_path, monkeypatch)


def proposals(book: PseudonymBook) -> dict[str, Pseudonym]:
    return {candidate.name: given for candidate, given in book.proposed(CASE)}


def test_what_may_be_a_name_is_proposed_with_what_could_stand_for_it(book):
    assert book.held(CASE) == book.no_names(CASE) == ()
    found = proposals(book)
    assert found["Denise"] == Pseudonym("Denise", "[Person C]", case=CASE)  # A and B are taken by those before it
    assert found["Hollin Bank"].kind is NameKind.PLACE
    assert len({given.replacement for name, given in found.items() if given.name == name}) == len(found) - 1


def test_another_spelling_is_proposed_as_a_form_of_the_name(book):
    spelling = proposals(book)["Finnimore"]
    assert (spelling.name, spelling.forms) == (
        "Philip Fennimore",
        ("Philip Fennimore", "Fennimore", "Finnimore"),
    )
    given = book.give(CASE, proposals(book)["Philip Fennimore"])
    assert "Finnimore" not in given.forms
    again = proposals(book)["Finnimore"]
    assert (again.name, again.replacement) == (given.name, given.replacement)
    assert book.give(CASE, again).forms == ("Philip Fennimore", "Fennimore", "Finnimore")
    assert [each.replacement for each in book.held(CASE)] == [given.replacement]
    assert "Finnimore" not in proposals(book)


def test_what_was_given_holds_is_proposed_no_more_and_can_be_taken_off(book):
    given = book.give(CASE, Pseudonym("Denise", "Friend A", case=CASE))
    assert given.replacement == "[Friend A]"
    assert book.held(CASE) == (given,)
    assert book.held("P99") == ()
    assert "Denise" not in proposals(book)
    book.take_off(given)
    assert book.held(CASE) == ()
    assert "Denise" in proposals(book)
    with pytest.raises(ConfigError, match="Denise"):
        book.take_off(given)


def test_without_a_replacement_it_gets_the_next_that_is_free(book):
    first = book.give(CASE, Pseudonym("Denise", "", case=CASE))
    place = book.give(CASE, Pseudonym("Selwyn", "", case=CASE))
    second = book.give(CASE, Pseudonym("Bell", "", case=CASE))
    assert (first.replacement, place.replacement) == ("[Person A]", "[Place A]")
    assert second.replacement == "[Person C]"  # B is its initial


def test_a_form_that_is_an_ordinary_word_too_is_one_only_with_a_capital_unless_told(book):
    assert book.give(CASE, Pseudonym("Bell", "", case=CASE)).ordinary == ("Bell",)
    assert book.give(CASE, Pseudonym("Bell", "", case=CASE), any_case=True).ordinary == ()


def test_one_of_the_whole_study_holds_in_every_case_after_the_case_s_own(book):
    wide = book.give(CASE, Pseudonym("Hollin Bank", "Place A"))
    own = book.give(CASE, Pseudonym("Denise", "Friend A", case=CASE))
    assert book.held(CASE) == (own, wide)
    assert book.held("P99") == (wide,)


def test_what_gives_its_name_away_is_refused(book):
    with pytest.raises(ConfigError, match="give away"):
        book.give(CASE, Pseudonym("Denise", "Denise B", case=CASE))
    assert book.held(CASE) == ()


def test_what_is_no_name_is_proposed_no_more_until_it_is_given_a_pseudonym(book):
    book.say_it_is_none("Denise", CASE)
    book.say_it_is_none("Selwyn", "")
    assert set(book.no_names(CASE)) == {"Denise", "Selwyn"}
    assert book.no_names("P99") == ("Selwyn",)
    assert {"Denise", "Selwyn"}.isdisjoint(proposals(book))
    book.give(CASE, Pseudonym("Denise", "", case=CASE))
    assert book.no_names(CASE) == ("Selwyn",)
    assert [each.name for each in book.held(CASE)] == ["Denise"]
