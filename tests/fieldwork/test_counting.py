"""Counting adds up: cells, margins and what is unknown; and what counts at all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from interview_tui.fieldwork.counting import Interviewed, count, counts, interviewed, units, with_more
from interview_tui.fieldwork.dimensions import laid_out
from interview_tui.fieldwork.plan import Attribute, Tally
from interview_tui.fieldwork.tally import Counted
from interview_tui.interview import withholding
from interview_tui.interview.events import Kept, Place, Stretch
from interview_tui.interview.outcomes import BY_CODE
from interview_tui.interview.rounds import Round
from interview_tui.interview.session import Session
from interview_tui.interview.withholding import Proposal
from tests.examples import at, consented, handover

WARD = Attribute("ward", "Ward", ("north", "south"))
AGE = Attribute("age", "Age", number=True)
ANSWERS = st.sampled_from(["ward", "theatre", "dk", None])
KEYS = st.sampled_from(["smooth", "rough"])


def tally(*by: str, **targets: int) -> Counted:
    wanted = {tuple(name.split("_")): number for name, number in targets.items()}
    return laid_out(Tally("t", by, "", wanted), handover(), [WARD, AGE], "study.toml")


@st.composite
def interviews(draw: st.DrawFn) -> list[Interviewed]:
    """Interviews with up to two shifts of up to three incidents, told or not, answered or not."""
    found = []
    for number in range(draw(st.integers(0, 8))):
        rounds: dict[str, Round] = {}
        answers: dict[Place, tuple[str, ...]] = {}
        for shift in range(draw(st.integers(0, 2))):
            rounds[f"S{shift}"] = Round(f"S{shift}", "shift", str(shift), "")
            if (answer := draw(ANSWERS)) is not None:
                answers[Place("post", f"S{shift}")] = (answer,)
            for incident in range(draw(st.integers(0, 3))):
                name = f"S{shift}-{incident}"
                rounds[name] = Round(name, "incident", draw(KEYS), f"S{shift}")
        if draw(st.booleans()):
            answers[Place("paper")] = (draw(st.sampled_from(["yes", "no", "partly", "rf"])),)
        told = frozenset(name for name in ("", *rounds) if draw(st.booleans()))
        found.append(Interviewed(f"P{number}", rounds, answers, told, draw(st.booleans())))
    return found


@given(
    interviews(),
    st.dictionaries(st.sampled_from([f"P{n}" for n in range(8)]), st.sampled_from(["north", "south", "elsewhere"])),
    st.sampled_from([("post",), ("incident", "post"), ("paper", "post", "incident"), ("ward",), ("ward", "paper")]),
)
def test_full_cells_and_unknown_add_up_and_margins_are_sums(
    found: list[Interviewed], wards: dict[str, str], by: tuple[str, ...]
) -> None:
    attributes = {case: {"ward": ward} for case, ward in wards.items()}
    blank = tally(*by)
    counted = count(blank, found, attributes)
    everything = [unit for one in found for _, unit in units(blank, one, attributes.get(one.case, {}))]
    assert counted.total == len(everything) == sum(cell.count for cell in counted.full()) + counted.unknown
    for cell in counted.cells:
        beneath = [
            one for one in counted.cells if len(one.values) == len(cell.values) + 1 and one.values[:-1] == cell.values
        ]
        if len(cell.values) < len(by):
            assert cell.count == sum(one.count for one in beneath) + cell.unknown
            assert cell.unfinished >= sum(one.unfinished for one in beneath)
        assert cell.unfinished <= cell.count
    outermost = sum(cell.count for cell in counted.cells if len(cell.values) == 1)
    assert counted.total == outermost + sum(unit.values[0] is None for unit in everything)
    assert len({cell.values for cell in counted.cells}) == len(counted.cells)


@given(interviews())
def test_the_order_of_interviews_does_not_matter(found: list[Interviewed]) -> None:
    assert count(tally("post"), found, {}) == count(tally("post"), found[::-1], {})


@given(interviews(), interviews())
def test_what_is_added_to_a_count_is_as_if_it_had_been_counted(
    found: list[Interviewed], more: list[Interviewed]
) -> None:
    blank = tally("post", "incident", ward=3)
    added = [unit for one in more for _, unit in units(blank, one, {})]
    assert with_more(count(blank, found, {}), added) == count(blank, [*found, *more], {})


def test_every_cell_is_there_though_nothing_is_in_it() -> None:
    counted = count(tally("post", "incident", ward_rough=3), [], {})
    assert [cell.values for cell in counted.cells] == [
        ("ward",), ("ward", "smooth"), ("ward", "rough"), ("theatre",), ("theatre", "smooth"), ("theatre", "rough"),
    ]  # fmt: skip
    assert [(cell.name, cell.short) for cell in counted.wanted()] == [("ward / rough", 3)]


def test_numbers_stand_in_their_order_and_only_those_that_there_are() -> None:
    found = [Interviewed(f"P{n}", {}, {}, frozenset({""})) for n in range(4)]
    ages = {"P0": "9", "P1": "40", "P2": "9"}
    counted = count(tally("age", **{"31": 2}), found, {case: {"age": age} for case, age in ages.items()})
    assert [(cell.values[0], cell.count) for cell in counted.cells] == [("9", 2), ("31", 0), ("40", 1)]
    assert counted.unknown == 1


def test_cases_that_wait_are_counted_apart_where_attributes_alone_are_counted() -> None:
    attributes = {"P0": {"ward": "north"}, "P8": {"ward": "north"}, "P9": {"ward": "south"}}
    found = [Interviewed("P0", {}, {}, frozenset({""}))]
    counted = count(tally("ward"), found, attributes, ["P8", "P9"])
    assert [(cell.name, cell.count, cell.listed) for cell in counted.cells] == [("north", 1, 1), ("south", 0, 1)]
    assert {cell.listed for cell in count(tally("ward", "paper"), found, attributes, ["P8"]).cells} == {None}


def test_a_tally_of_very_many_cells_has_those_that_hold_something() -> None:
    many = [Attribute(name, name, tuple(f"{name}{n}" for n in range(60))) for name in ("a", "b")]
    blank = laid_out(Tally("t", ("a", "b"), "", {("a3", "b4"): 1}), handover(), many, "study.toml")
    counted = count(blank, [Interviewed("P", {}, {}, frozenset({""}))], {"P": {"a": "a7", "b": "b9"}})
    assert [cell.values for cell in counted.full()] == [("a3", "b4"), ("a7", "b9")]


def test_interviews_of_which_nothing_is_kept_do_not_count() -> None:
    assert {code for code in BY_CODE if not counts(code, BY_CODE[code].kept)} == {
        "refused",
        "withdrawn",
        "not eligible",
    }
    assert not counts("broken off", Kept.NOTHING)
    assert counts("broken off", Kept.NOTES)
    assert counts("of a newer version", Kept.ALL)


def in_a_shift() -> Session:
    """A session with one shift on the ward, and an incident of which a note was taken."""
    session = consented()
    session.open_round("shift", "", "", at(20_000))
    session.go(Place("post", "S1"), at(21_000))
    session.enter("1", 22_000, at(22_000))
    session.open_round("incident", "smooth", "S1", at(23_000))
    session.enter("nobody was there", 24_000, at(25_000))
    return session


def told(session: Session) -> frozenset[str]:
    return interviewed(session.interview).told


def test_a_round_counts_once_something_was_told_in_it() -> None:
    session = in_a_shift()
    session.open_round("incident", "rough", "S1", at(26_000))
    session.go(Place("post", "S1"), at(30_000))
    assert told(session) == {"", "S1", "S1-smooth"}
    session.go(Place("did", "S1-rough"), at(31_000))
    session.go(Place("post", "S1"), at(50_000))
    assert told(session) == {"", "S1", "S1-smooth", "S1-rough"}


def test_a_round_in_which_an_incident_was_told_counts_though_nothing_else_is_known_of_it() -> None:
    session = consented()
    session.open_round("incident", "rough", "S1", at(20_000), is_being_told=True)
    session.enter("all at once", 21_000, at(22_000))
    assert told(session) == {"", "S1", "S1-rough"}
    [(_, unit)] = units(tally("post"), interviewed(session.interview), {})
    assert unit.values == (None,)


def test_what_was_taken_back_does_not_count_and_counts_again_once_it_is_put_back() -> None:
    session = in_a_shift()
    session.go(Place("good_handover"), at(60_000))
    session.withhold(withholding.whole_round(session.interview, "S1-smooth", 61_000), at(61_000))
    assert told(session) == {"", "S1"}
    session.restore("w1", at(62_000))
    assert told(session) == {"", "S1", "S1-smooth"}


def test_a_round_that_was_withdrawn_does_not_count_nor_what_is_inside_it() -> None:
    for name, left in (("S1-smooth", {"", "S1"}), ("S1", {""})):
        session = in_a_shift()
        session.end("complete", at(60_000))
        session.withdraw(Proposal("withdrawn", (Stretch(0, 1),), rounds=(name,)), at(61_000))
        assert told(session) == left


def test_a_note_that_is_filed_elsewhere_counts_there_alone() -> None:
    session = in_a_shift()
    session.refile("n1", [Place("good_handover")], at(26_000))
    assert told(session) == {"", "S1"}


def test_a_later_answer_replaces_an_earlier_one_and_dont_know_is_no_answer() -> None:
    session = in_a_shift()
    session.go(Place("post", "S1"), at(30_000))
    for code, value in (("2", "theatre"), ("dk", None)):
        session.enter(code, 31_000, at(32_000))
        [(_, unit)] = units(tally("post"), interviewed(session.interview), {})
        assert unit.values == (value,)


def test_an_interview_that_goes_on_is_marked_apart() -> None:
    counted = count(tally("post"), [interviewed(in_a_shift().interview)], {})
    assert [(cell.count, cell.unfinished) for cell in counted.cells] == [(1, 1), (0, 0)]
    assert counted.unfinished == 1
