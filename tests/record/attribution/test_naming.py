"""Interviewers begin a note with what it is about: `OUT: won`, `rough: chart lost`, `good handover is time`."""

from __future__ import annotations

import pytest

from interview_tui.interview.events import Place
from interview_tui.record.attribution.candidates import candidates, possible
from interview_tui.record.attribution.naming import Names, label_of
from interview_tui.record.attribution.wording import Lexicon, Phrasebook
from tests.record.talking import Call


@pytest.fixture(scope="module")
def named():
    """Which places a note names, and how surely, by item and round."""
    interview = Call().interview
    found = candidates(possible(interview), interview)
    lexicon = Lexicon([each.phrasings[0] for each in found], ["It was so."] * 20, "en")
    names = Names(found, lexicon, Phrasebook(lexicon, [each.phrasings for each in found]))
    return lambda note: {each.place: like for each, like in zip(found, names.likeness(note), strict=True)}


def best(likeness):
    """The items that are named most surely."""
    return {place.item for place, like in likeness.items() if like == max(likeness.values())}


@pytest.mark.parametrize(
    ("note", "label", "labelled"),
    [
        ("OUT: won 12-7", "OUT", True),
        ("difficult (2nd): chart", "difficult ", True),
        ("what came of it: slept", "what came of it", True),
        ("at ten: up the back stairs: out of breath", "at ten", True),
        ("she came up the back stairs: tired", "she came up", False),
        ("at 12:30 she left for home", "at 12:30 she", False),
        ("chart lost", "chart lost", False),
        ("", "", False),
    ],
)
def test_a_label_is_a_few_words_before_a_colon_and_a_space(note, label, labelled):
    assert label_of(note) == (label, labelled)


@pytest.mark.parametrize(
    ("note", "item"),
    [
        ("outcome: all slept", "outcome"),
        ("OUT: all slept", "outcome"),
        ("paper: none at night", "paper"),
        ("good handover: time", "good_handover"),
        ("take part: gladly", "take_part"),
    ],
)
def test_a_label_names_a_question_in_full_or_shortened(named, note, item):
    assert best(named(note)) == {item}


def test_words_without_a_label_name_less_surely(named):
    place = Place("outcome", "S1-smooth")
    assert named("outcome: fine")[place] > named("outcome was fine")[place] > named("all was fine")[place]


def test_a_label_that_names_a_round_means_what_happened_in_it_before_its_other_questions(named):
    likeness = named("rough: chart lost")
    rough = [likeness[Place(item, "S1-rough")] for item in ("happened", "did")]
    assert rough[0] > rough[1] > likeness[Place("happened", "S1-smooth")] == 0


def test_a_note_in_the_words_of_a_question_names_it_without_a_label(named):
    assert best(named("nobody rang, that handover went so smoothly")) == {"incident_smooth"}


@pytest.mark.parametrize("note", ["", "12-7", ": ", "marmalade: bitter", "—"])
def test_a_note_that_names_nothing_names_nothing(named, note):
    assert max(named(note).values()) == 0


def test_likeness_is_never_below_nothing_nor_far_above_certain(named):
    for note in ("outcome: what came of it", "rough: what happened", "Will you take part?", "post post post: post"):
        assert all(0 <= like <= 1.5 for like in named(note).values())
