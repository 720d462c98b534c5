"""What is short is told where it is decided, by what is known of the round already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from interview_tui.fieldwork.counting import Interviewed, count
from interview_tui.fieldwork.dimensions import laid_out
from interview_tui.fieldwork.plan import Attribute, Tally
from interview_tui.fieldwork.quotas import Quota, Quotas, quotas_at
from interview_tui.fieldwork.tally import Counted
from interview_tui.interview.events import Place
from interview_tui.interview.rounds import Round
from interview_tui.interview.session import Session
from interview_tui.schedule.model import Schedule
from interview_tui.schedule.reader import read_schedule, read_schedule_file
from tests.examples import HANDOVER, at, consented, handover

COMES = "        - ask: How did the ${colleague} come"
PLANNED = "        - record: Was it planned?\n          id: planned\n          answer: yes/no\n"
WITH_PLANNED = read_schedule(HANDOVER.replace(COMES, PLANNED + COMES), "handover.yaml")


def shifts(*values: tuple[str, str], case: str = "P90") -> Interviewed:
    """An interview with a shift for each post and plan."""
    rounds = {f"S{n}": Round(f"S{n}", "shift", str(n), "") for n in range(len(values))}
    answers = {}
    for n, (post, planned) in enumerate(values):
        answers[Place("post", f"S{n}")] = (post,)
        answers[Place("planned", f"S{n}")] = (planned,)
    return Interviewed(case, rounds, answers, frozenset({"", *rounds}))


def tally(*by: str, found: tuple[Interviewed, ...] = (), schedule: Schedule = WITH_PLANNED, **targets: int) -> Counted:
    wanted = {tuple(name.split("_")): number for name, number in targets.items()}
    return count(laid_out(Tally("t", by, "", wanted), schedule, [], "study.toml"), found, {})


def in_a_shift(schedule: Schedule = WITH_PLANNED, *, rehearsal: bool = False) -> Session:
    session, _ = Session.open(schedule, "P01", "AB", at(0), rehearsal=rehearsal)
    session.open_round("shift", "", "", at(1_000))
    return session


def told(quotas: Quotas | None) -> Mapping[str, tuple[int, int | None]]:
    assert quotas is not None
    return {one.value: (one.count, one.target) for one in quotas.values}


OTHERS = (shifts(("ward", "yes"), ("ward", "no"), ("theatre", "yes")), shifts(("ward", "yes"), case="P91"))


def test_nothing_is_told_where_nothing_is_decided() -> None:
    session = in_a_shift()
    assert quotas_at([tally("post", ward=4)], session.interview, Place("came", "S1")) is None
    assert quotas_at([], session.interview, Place("post", "S1")) is None


def test_every_code_has_how_many_there_are_of_how_many() -> None:
    quotas = quotas_at([tally("post", found=OTHERS, ward=4)], in_a_shift().interview, Place("post", "S1"))
    assert told(quotas) == {"ward": (3, 4), "theatre": (1, None)}
    assert quotas is not None
    assert (quotas.of("ward"), quotas.among) == (Quota("ward", 3, 4), ())


def test_once_the_outer_value_is_known_the_cell_that_fits_it_is_told() -> None:
    counted = tally("post", "planned", found=OTHERS, ward_yes=5, ward_no=5, theatre_yes=2, theatre_no=2)
    session = in_a_shift()
    assert told(quotas_at([counted], session.interview, Place("planned", "S1"))) == {"yes": (3, 7), "no": (1, 7)}
    session.go(Place("post", "S1"), at(2_000))
    session.enter("1", 2_500, at(3_000))
    quotas = quotas_at([counted], session.interview, Place("planned", "S1"))
    assert told(quotas) == {"yes": (2, 5), "no": (1, 5)}
    assert quotas is not None
    assert quotas.among == ("ward",)


def test_what_is_known_of_the_case_from_its_card_counts_as_known() -> None:
    region = [Attribute("region", "region", ("north", "south"))]
    targets: dict[tuple[str, ...], int] = {
        ("north", "ward"): 4,
        ("north", "theatre"): 4,
        ("south", "ward"): 2,
        ("south", "theatre"): 2,
    }
    blank = laid_out(Tally("t", ("region", "post"), "", targets), handover(), region, "study.toml")
    counted = count(blank, OTHERS, {"P90": {"region": "north"}, "P91": {"region": "south"}})
    session = in_a_shift()
    of_all = quotas_at([counted], session.interview, Place("post", "S1"))
    assert told(of_all) == {"ward": (3, 6), "theatre": (1, 6)}
    of_the_south = quotas_at([replace(counted, left_out={"region": "south"})], session.interview, Place("post", "S1"))
    assert told(of_the_south) == {"ward": (1, 2), "theatre": (0, 2)}
    assert of_the_south is not None
    assert of_the_south.among == ("south",)


def test_a_tally_with_a_target_goes_before_one_that_knows_more() -> None:
    session = in_a_shift()
    session.go(Place("post", "S1"), at(2_000))
    session.enter("1", 2_500, at(3_000))
    found = [tally("post", "planned", found=OTHERS), tally("planned", found=OTHERS, no=6)]
    assert told(quotas_at(found, session.interview, Place("planned", "S1"))) == {"yes": (3, None), "no": (1, 6)}


def test_one_of_which_something_outer_is_not_known_counts_all_the_same() -> None:
    unknown = shifts(("dk", "no"), ("dk", "no"), case="P92")
    quotas = quotas_at(
        [tally("post", "planned", found=(*OTHERS, unknown))], in_a_shift().interview, Place("planned", "S1")
    )
    assert told(quotas) == {"yes": (3, None), "no": (3, None)}


def test_a_target_of_its_own_goes_before_one_that_is_put_together() -> None:
    together = tally("post", "planned", found=OTHERS, ward_yes=5, ward_no=5, theatre_yes=2, theatre_no=2)
    own = tally("planned", found=OTHERS, yes=4, no=4)
    quotas = quotas_at([together, own], in_a_shift().interview, Place("planned", "S1"))
    assert told(quotas) == {"yes": (3, 4), "no": (1, 4)}


def test_a_margin_is_told_at_its_own_item_though_the_inner_value_is_known_already() -> None:
    counted = tally("post", "planned", found=OTHERS, ward=9, theatre=9)
    session = in_a_shift()
    session.go(Place("planned", "S1"), at(2_000))
    session.enter("y", 2_500, at(3_000))
    assert told(quotas_at([counted], session.interview, Place("post", "S1"))) == {"ward": (3, 9), "theatre": (1, 9)}


def test_other_rounds_of_this_call_count_and_the_one_she_is_in_does_not() -> None:
    session = in_a_shift()
    session.go(Place("post", "S1"), at(2_000))
    session.enter("2", 2_500, at(3_000))
    session.open_round("shift", "", "", at(4_000))
    counted = [tally("post", found=OTHERS)]
    assert told(quotas_at(counted, session.interview, Place("post", "S1"))) == {"ward": (3, None), "theatre": (1, None)}
    assert told(quotas_at(counted, session.interview, Place("post", "S2"))) == {"ward": (3, None), "theatre": (2, None)}


def test_in_a_rehearsal_nothing_of_it_counts() -> None:
    session = in_a_shift(rehearsal=True)
    session.go(Place("post", "S1"), at(2_000))
    session.enter("2", 2_500, at(3_000))
    session.open_round("shift", "", "", at(4_000))
    quotas = quotas_at([tally("post", found=OTHERS)], session.interview, Place("post", "S2"))
    assert told(quotas) == {"ward": (3, None), "theatre": (1, None)}


def test_where_a_further_round_is_offered_what_is_short_of_most_is_told() -> None:
    offer = next(name for name, item in handover().items().items() if item.offers)
    found = [tally("post", found=OTHERS, ward=4, theatre=9), tally("incident", "post", rough=2, smooth=0)]
    quotas = quotas_at(found, consented().interview, Place(offer))
    assert told(quotas) == {"theatre": (1, 9), "rough": (0, 2), "ward": (3, 4)}
    assert quotas is not None
    assert [one.value for one in quotas.values] == ["theatre", "rough", "ward"]
    assert quotas_at([tally("post", found=OTHERS, ward=1)], consented().interview, Place(offer)) is None


def test_at_the_question_that_opens_a_named_round_all_of_them_are_told() -> None:
    session = in_a_shift()
    session.open_round("incident", "smooth", "S1", at(2_000))
    opening = next(name for name, item in WITH_PLANNED.items().items() if item.opens == "smooth")
    place = Place(opening, "S1-smooth")
    quotas = quotas_at([tally("incident", smooth=6)], session.interview, place)
    assert told(quotas) == {"smooth": (0, 6), "rough": (0, None)}


def test_where_some_are_to_be_focused_on_each_has_what_is_counted_under_its_name() -> None:
    schedule = read_schedule_file(Path(__file__).parents[2] / "schedules" / "political-mentoring.yaml")
    session, _ = Session.open(schedule, "P01", "AB", at(0))
    found = [
        tally("role", "kind", schedule=schedule, mentor=35, mentee=25),
        tally("kind", schedule=schedule, informal=20),
    ]
    quotas = quotas_at(found, session.interview, Place("focus"))
    assert told(quotas) == {"mentor": (0, 35), "mentee": (0, 25), "informal": (0, 20)}
