"""The tree of a record: what is told of which incident, what is not, and how far the schedule was covered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from textual.app import App, ComposeResult

from interview_tui.interview.events import How, Level, Place
from interview_tui.record.fidelity import Asked
from interview_tui.record.model import Entry, Evidence, Incident, Record, RoundRecord
from interview_tui.tui.incident_rows import Subject, TreeRow, beginning, nearest, tree_rows
from interview_tui.tui.themes import DARK
from interview_tui.tui.widgets.incident_tree import IncidentTree
from tests.export.any_record import records
from tests.export.example_record import example_record
from tests.tui.staging import lines, mentoring

GOOD, HARD, SECOND = Subject("R1-good"), Subject("R1-difficult"), Subject("R2-good")


def rows(record: Record | None = None, opened: str = "") -> list[TreeRow]:
    return tree_rows(record or example_record(), mentoring(), opened)


def row_of(subject: Subject, laid: list[TreeRow]) -> TreeRow:
    return next(row for row in laid if row.subject == subject)


def asked(item: str, way: Asked, *, on_route: bool = True, kind: str = "ask", round_id: str = "") -> Entry:
    """A question of the general section, or of a round."""
    heading = ("Critical incidents", round_id, "First session") if round_id else ("General",)
    place = Place(item, round_id)
    return Entry(place, kind, heading, item, (), Level.OPEN, How.ASKED, on_route, Evidence(), asked=way)


def test_incidents_stand_within_their_round_in_the_order_of_telling():
    laid = [(row.kind, row.text, row.depth) for row in rows() if row.kind in ("round", "incident")]
    assert laid == [
        ("round", "R1", 0),
        ("incident", "R1-good", 1),
        ("incident", "R1-difficult", 1),
        ("round", "R2", 0),
        ("incident", "R2-good", 1),
    ]


def test_a_round_has_what_was_chosen_in_it_in_short_else_what_it_is():
    assert row_of(Subject("R1"), rows()).aside == "mentor, formal"
    nothing = (RoundRecord("R1", "R1", "relationship", "1", "", (("which", "free words"),)),)
    assert row_of(Subject("R1"), rows(example_record(rounds=nothing))).aside == "relationship"


def test_an_incident_has_the_dots_of_its_needs_and_how_many_of_its_wishes_are_known():
    assert row_of(GOOD, rows()).aside == "●◐○● 0/1"
    assert row_of(SECOND, rows()).aside == "◐◐◐◐ 1/1"


def test_of_the_open_incident_every_part_has_a_row_that_says_what_is_lacking():
    parts = [(row.glyph, row.text, row.aside, row.subject) for row in rows(opened="R1-good") if row.kind == "part"]
    assert parts == [
        ("●", "event", "", Subject("R1-good", "event")),
        ("◐", "action", "thin", Subject("R1-good", "action")),
        ("○", "feeling", "missing", Subject("R1-good", "feeling")),
        ("●", "outcome", "", Subject("R1-good", "outcome")),
        ("·", "when", "", Subject("R1-good", "when")),
    ]
    assert not [row for row in rows() if row.kind == "part"]


def opening(round_id: str, *, on_route: bool = True) -> Entry:
    item = f"incident_{round_id.partition('-')[2]}"
    return replace(asked(item, Asked.NOT_REACHED, on_route=on_route, round_id=round_id))


def test_an_incident_that_was_asked_for_and_not_told_is_there():
    record = example_record(entries=(opening("R1-good"), opening("R2-difficult"), opening("R3-good", on_route=False)))
    laid = rows(record)
    lost = [(row.text, row.aside, row.depth) for row in laid if row.kind == "untold"]
    assert lost == [("R2-difficult", "not told", 1)]
    assert [row.text for row in laid].index("R2") < [row.text for row in laid].index("R2-difficult")


def test_a_section_tells_how_many_of_its_questions_on_the_route_were_asked_or_answered_unasked():
    entries = (
        asked("a", Asked.WORDED),
        asked("b", Asked.PARAPHRASED),
        asked("c", Asked.VOLUNTEERED),
        asked("d", Asked.SKIPPED),
        asked("e", Asked.OFF_ROUTE, on_route=False),
        asked("f", Asked.NOT_REACHED, kind="probe"),
        asked("g", Asked.WORDED, round_id="R1"),
        asked("h", Asked.NOT_REACHED, round_id="R2"),
    )
    laid = [(row.glyph, row.text, row.aside) for row in rows(example_record(entries=entries)) if row.kind == "section"]
    assert laid == [("◐", "General", "3/4"), ("●", "R1 First session", "1/1"), ("○", "R2 First session", "0/1")]


def test_a_section_off_the_route_counts_nothing():
    entries = (asked("a", Asked.OFF_ROUTE, on_route=False),)
    (section,) = [row for row in rows(example_record(entries=entries)) if row.kind == "section"]
    assert (section.glyph, section.aside) == ("–", "")


def test_the_questions_of_incidents_and_the_offer_of_one_more_round_are_no_sections_of_their_own():
    again = next(name for name, found in mentoring().items().items() if found.offers)
    entries = (asked(again, Asked.SKIPPED), asked("what_happened", Asked.WORDED, round_id="R1-good"))
    unknown = asked("of_another_version", Asked.WORDED, round_id="R1-good")
    titles = [row.text for row in rows(example_record(entries=(*entries, unknown))) if row.kind == "section"]
    assert titles == ["another relationship?"]


def test_what_is_looked_at_first_is_the_incident_that_was_told_first():
    assert beginning(example_record()) == GOOD
    assert beginning(example_record(incidents=())) == Subject()


def test_what_has_no_row_of_its_own_is_found_at_its_incident():
    laid = rows()
    at = nearest(laid, Subject("R1-good", "event"))
    assert at is not None
    assert laid[at].subject == GOOD
    gone = nearest(laid, Subject("R7-good"))
    assert gone is not None
    assert laid[gone].subject == Subject()


@given(record=records())
@settings(max_examples=60, deadline=None)
def test_every_incident_of_whatever_record_can_be_looked_at(record: Record):
    rounds = {found.id: found for found in record.rounds}
    subjects = {row.subject for row in rows(record)}
    for incident in record.incidents:
        if not _goes_round(incident, rounds):
            assert Subject(incident.id) in subjects


def _goes_round(incident: Incident, rounds: dict[str, RoundRecord]) -> bool:
    """Whether it hangs on rounds that hang on each other, or on an incident: no interview has such."""
    seen: set[str] = set()
    name = incident.parent
    while name in rounds and name:
        if name in seen or rounds[name].loop == "incident":
            return True
        seen.add(name)
        name = rounds[name].parent
    return False


class Stage(App[int]):
    """The tree of the example by itself."""

    CSS = "IncidentTree { border: none; }"

    def __init__(self) -> None:
        super().__init__()
        self.looked: list[Subject] = []
        self.wanted: list[Subject] = []

    def compose(self) -> ComposeResult:
        yield IncidentTree()

    def on_mount(self) -> None:
        self.register_theme(DARK)
        self.theme = "dark"

    def on_incident_tree_looked(self, message: IncidentTree.Looked) -> None:
        self.looked.append(message.subject)

    def on_incident_tree_wanted(self, message: IncidentTree.Wanted) -> None:
        self.wanted.append(message.subject)


async def test_moving_on_opens_the_next_incident_however_quickly_the_keys_come():
    app = Stage()
    async with app.run_test(size=(30, 30)) as pilot:
        tree = app.query_one(IncidentTree)
        tree.show_record(example_record(), mentoring(), GOOD)
        await pilot.pause()
        assert app.looked == [GOOD]
        await pilot.press(*["down"] * 6)
        assert app.looked[1] == Subject("R1-good", "event")
        assert app.looked[-1] == HARD
        shown = "\n".join(lines(app))
        assert "▾ R1-difficult" in shown
        assert "▸ R1-good" in shown
        await pilot.press("enter")
        assert app.wanted == [HARD]
        await pilot.press("up")
        assert app.looked[-1] == GOOD


async def test_after_a_correction_or_a_resize_the_same_is_looked_at_and_a_click_plays_nothing():
    app = Stage()
    async with app.run_test(size=(30, 30)) as pilot:
        tree = app.query_one(IncidentTree)
        tree.show_record(example_record(), mentoring(), GOOD)
        tree.look_at(Subject("R1-difficult", "event"))
        await pilot.pause()
        tree.show_record(example_record(case="P08"), mentoring(), tree.subject)
        await pilot.resize_terminal(22, 12)
        await pilot.pause()
        assert tree.subject == app.looked[-1] == Subject("R1-difficult", "event")
        assert max(len(line) for line in lines(app)) <= 22
        await pilot.click(IncidentTree, offset=(3, 1))
        assert app.looked[-1] == GOOD
        assert not app.wanted


@pytest.mark.parametrize("record", [example_record(incidents=(), rounds=(), entries=())])
def test_of_nothing_there_is_still_the_call(record: Record):
    assert [row.text for row in rows(record)] == ["the call"]
