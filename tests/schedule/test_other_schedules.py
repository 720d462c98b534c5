"""The schedules of other settings: whole, speakable for every answer, and made of the language alone."""

from __future__ import annotations

from itertools import product

import pytest

from interview_tui.schedule.check import check
from interview_tui.schedule.crosswalk import read_crosswalk
from interview_tui.schedule.model import Consent, Kind, Priority, Schedule
from interview_tui.schedule.outline import outline
from interview_tui.schedule.reader import read_schedule_file
from tests.schedule.forms import REPOSITORY

NAMES = ("scrutiny-mentoring", "mutual-mentoring", "party-mentoring")
ANSWERS = {
    "scrutiny-mentoring": {"post": ("officer", "councillor"), "role": ("mentor", "mentee"), "experience": ("mentee",)},
    "mutual-mentoring": {
        "side": ("policy", "delivery"),
        "role": ("mentor", "mentee", "mutual"),
        "stayed": ("to the end", "left early"),
        "partner_stayed": ("yes", "no"),
    },
    "party-mentoring": {
        "kind": ("mentor", "coach"),
        "role": ("giving", "receiving"),
        "known": ("mentor", "coach, between", "none"),
        "party_side": ("larger", "smaller"),
    },
}
"""The answers on which words and sections depend."""


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def schedule(name: str) -> Schedule:
    return read_schedule_file(REPOSITORY / "schedules" / f"{name}.yaml")


def outlines(name: str, schedule: Schedule) -> list[str]:
    keys = list(ANSWERS[name])
    return [outline(schedule, dict(zip(keys, values, strict=True))) for values in product(*ANSWERS[name].values())]


def test_it_loads_without_a_warning_and_takes_as_long_as_the_first_study(schedule):
    assert check(schedule) == []
    assert 30 <= schedule.minutes <= 40


def test_it_asks_for_both_consents_before_anything_else_and_closes(schedule):
    asked = [located.item for located in schedule.walk() if located.item.kind is Kind.ASK]
    assert [item.consent for item in asked[:2]] == [Consent.TAKE_PART, Consent.RECORDING]
    assert all(item.priority is Priority.MUST for item in asked[:2])
    assert asked[-1].id == "anything_else"


def test_it_has_a_ladder_of_its_own_for_distress_with_somebody_to_ring(schedule):
    assert len(schedule.distress) >= 6
    assert any("116 123" in line for line in schedule.distress)
    assert all(len(line) <= 90 for line in schedule.distress)


def test_its_two_incidents_ask_for_event_action_feeling_and_outcome(schedule):
    loop, _ = schedule.loops()[schedule.incident_loop()]
    assert len(loop.named) == 2
    assert [need.key for need in schedule.needs] == ["event", "action", "feeling", "outcome"]
    assert len(schedule.wishes) >= 5
    assert {located.item.theme for located in schedule.walk()} - {""}


def test_the_settings_name_their_incidents_themselves():
    keys = [
        named.key
        for name in NAMES
        for loop, _ in read_schedule_file(REPOSITORY / "schedules" / f"{name}.yaml").loops().values()
        for named in loop.named
    ]
    assert keys == ["helped", "stuck", "group", "pair", "together", "apart", "opened", "closed"]


def test_every_line_can_be_spoken_whatever_was_answered(name, schedule):
    found = outlines(name, schedule)
    assert not any("${" in text for text in found)
    assert len(set(found)) == len(found)  # every answer changes something


@pytest.mark.parametrize(
    ("name", "answers", "says", "leaves_out"),
    [
        ("scrutiny-mentoring", {"post": "officer", "role": "mentor"}, "Your mentee came", "councillor of another"),
        ("scrutiny-mentoring", {"experience": "none"}, "What has kept you from taking part?", "What made you apply?"),
        ("mutual-mentoring", {"role": "mutual"}, "How was it for your mentoring partner", ""),
        ("mutual-mentoring", {"stayed": "left early"}, "How did it come about that you left?", "How did you go on?"),
        ("mutual-mentoring", {"stayed": "to the end", "partner_stayed": "no"}, "How did you go on?", "that you left?"),
        ("party-mentoring", {"kind": "coach", "role": "giving"}, "up with your coachee?", "Which doors"),
        ("party-mentoring", {"known": "none"}, "Who has helped you along", "What passed between"),
    ],
)  # fmt: skip
def test_answers_choose_the_words_and_the_way(name, answers, says, leaves_out):
    text = outline(read_schedule_file(REPOSITORY / "schedules" / f"{name}.yaml"), answers)
    on_route = [line for line in text.splitlines() if not line.startswith("·")]
    assert any(says in line for line in on_route)
    assert not leaves_out or not any(leaves_out in line for line in on_route)


def test_its_crosswalk_has_a_line_for_every_question(name, schedule):
    file = REPOSITORY / "schedules" / f"{name}.crosswalk.yaml"
    crosswalk = read_crosswalk(file.read_text(encoding="utf-8"), str(file), schedule)
    listed = {entry.item for entry in crosswalk.entries.values()}
    asked = {located.item.id for located in schedule.walk() if located.item.kind is Kind.ASK}
    assert asked <= listed
    for foreign, entry in crosswalk.entries.items():
        assert crosswalk.foreign_of(entry.item, entry.round_key, entry.line) == foreign
