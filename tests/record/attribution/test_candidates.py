"""Talk can belong to all that can be asked, in rounds that she may have forgotten to open as well."""

from __future__ import annotations

import pytest

from interview_tui.interview.events import Place
from interview_tui.record.attribution.candidates import candidates, possible
from interview_tui.schedule.reader import read_schedule
from tests.examples import HANDOVER
from tests.record.talking import Call


def found_in(call):
    """The candidates of a call, by place."""
    return {each.place: each for each in candidates(possible(call.interview), call.interview)}


def rounds_in(call):
    return list(dict.fromkeys(place.round for place in found_in(call)))


def test_one_more_round_than_the_schedule_asks_for_is_possible():
    assert rounds_in(Call()) == ["", "S1", "S1-smooth", "S1-rough", "S2", "S2-smooth", "S2-rough"]


def test_no_more_rounds_are_possible_than_the_schedule_allows():
    call = Call()
    call.does(lambda session, now: session.open_round("shift", "", "", now))
    call.does(lambda session, now: session.open_round("shift", "", "", now))
    assert rounds_in(call) == ["", "S1", "S1-smooth", "S1-rough", "S2", "S2-smooth", "S2-rough"]
    assert not any(each.invented for each in found_in(call).values())


def test_what_is_possible_is_not_opened_in_the_interview_itself():
    call = Call()
    before = dict(call.interview.rounds)
    assert "S2" in possible(call.interview).rounds
    assert call.interview.rounds == before == {}


def test_only_what_she_neither_opened_nor_had_to_is_invented():
    found = found_in(Call())
    assert (found[Place("post", "S1")].invented, found[Place("post", "S1")].outer) == ("", "S1")
    assert (found[Place("post", "S2")].invented, found[Place("post", "S2")].outer) == ("S2", "S2")
    assert found[Place("did", "S2-rough")].invented == "S2"
    assert (found[Place("paper")].invented, found[Place("paper")].outer) == ("", "")


def test_a_checklist_is_asked_line_by_line_in_its_place():
    places = list(found_in(Call()))
    lines = [Place("been", "", "given"), Place("been", "", "taken")]
    start = places.index(lines[0])
    assert places[start : start + 2] == lines
    assert Place("been") not in places
    assert found_in(Call())[lines[0]].phrasings == ("given a handover at night?",)
    assert found_in(Call())[lines[0]].names == ("given",)


@pytest.mark.parametrize("item", ["both", "say_little_more", "gap_context"])
def test_what_is_only_recorded_or_follows_a_line_or_fills_a_gap_is_not_asked_unless_she_was_there(item):
    place = Place(item, "S1-smooth" if item == "gap_context" else "")
    assert place not in found_in(Call())
    call = Call()
    call.goes(place.item, place.round)
    assert place in found_in(call)
    noted = Call()
    noted.notes("there")
    noted.does(lambda session, now: session.refile("n1", [place], now), 9_000)
    assert place in found_in(noted)


def test_what_is_met_in_its_turn_is_expected_and_what_follows_up_is_not():
    found = found_in(Call())
    assert found[Place("came", "S1")].expected
    assert found[Place("intro")].expected
    assert not found[Place("paper_why")].expected


def test_what_is_off_route_is_not_expected_but_can_be_asked():
    call = Call()
    call.does(lambda session, now: session.answer_at(Place("been", "", "given"), "n", now))
    call.does(lambda session, now: session.answer_at(Place("been", "", "taken"), "n", now))
    assert not found_in(call)[Place("came", "S1")].expected


def test_what_happened_and_the_offer_of_another_round_are_known_as_such():
    found = found_in(Call())
    assert {place.item for place, each in found.items() if each.event} == {"happened"}
    assert {place.item for place, each in found.items() if each.offers} == {"again_shift"}


def test_only_named_rounds_have_a_name():
    found = found_in(Call())
    assert found[Place("did", "S1-rough")].round_name == "rough"
    assert found[Place("post", "S1")].round_name == ""


def test_questions_are_worded_as_they_were_then():
    call = Call()
    call.does(lambda session, now: session.answer_at(Place("post", "S1"), "theatre", now))
    assert found_in(call)[Place("came", "S1")].phrasings[0] == "How did the theatre nurse come to you?"
    assert found_in(call)[Place("came", "S2")].phrasings[0] == "How did the colleague come to you?"


def test_a_note_may_call_a_question_by_its_theme_its_part_its_id_and_what_to_listen_for():
    text = HANDOVER.replace(
        "          id: came\n",
        "          id: came_to_you\n          theme: arrival\n          listen for: [stairs, lift]\n",
    )
    found = found_in(Call(read_schedule(text, "h.yaml")))
    assert found[Place("came_to_you", "S1")].names == ("arrival", "came to you", "stairs", "lift")
    assert found[Place("happened", "S1-rough")].names == ("event", "happened")
