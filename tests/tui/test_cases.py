"""The cases: whom to ring next, what is noted of them by keys alone, who they are only while that is unlocked."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from interview_tui.errors import StorageError
from interview_tui.fieldwork.card import Appointment, Attempt, CaseCard, Clash, Standing
from interview_tui.fieldwork.cards import APPOINTMENT
from interview_tui.fieldwork.changes import (
    AppointmentDropped,
    AppointmentMade,
    Attempted,
    AttributeGiven,
    CallDue,
    CaseChange,
    CaseClosed,
    CaseListed,
    CaseReopened,
    RemarkWritten,
)
from interview_tui.fieldwork.identity import Identity, Lock
from interview_tui.fieldwork.plan import Attribute
from interview_tui.tui import case_commands
from interview_tui.tui.casework import Casework
from interview_tui.tui.commands import Command
from interview_tui.tui.destinations import ToCases
from interview_tui.tui.idle_lock import PATIENCE_MS
from interview_tui.tui.manual import manual
from interview_tui.tui.ports import Home, Review
from interview_tui.tui.screens import cases
from interview_tui.tui.screens.cases import CasesScreen
from interview_tui.tui.screens.home import HomeScreen
from interview_tui.tui.screens.preflight import PreflightScreen
from interview_tui.tui.screens.record import RecordScreen
from tests.fake_fieldwork import FakeCaseBook, FakeIdentityBook
from tests.tui.gallery import LARGE, SMALL, pictured
from tests.tui.staging import PATIENCE_S, SHOWS_A_DATE, Pasted, Stage, staged
from tests.tui.test_home import conducted

NOW_MS = 1_762_000_000_000  # Saturday 1 November 2025, 12:26 UTC
HOUR_MS = 3_600_000
PASSPHRASE = "correct horse battery"
WHO = Identity("Jo Blake", ("01632 960123", "07700 900456"), "4 Mill Lane", "jo@example.org", "ask for the diary")
ATTRIBUTES = (
    Attribute("region", "region", ("Wales", "England")),
    Attribute("years", "years served", number=True),
    Attribute("party", "party"),
)
DUE_MS = NOW_MS - HOUR_MS
CARDS = (
    CaseCard("P02"),
    CaseCard("P10", attributes={"region": "England"}),
    CaseCard(
        "P01",
        Standing.APPOINTED,
        {"region": "Wales", "years": "7"},
        "ask for the deputy first, she keeps the diary",
        (
            Attempt(NOW_MS - 30 * HOUR_MS, "no answer", "", "ann"),
            Attempt(NOW_MS - 26 * HOUR_MS, "call back", "after lunch", "bob"),
        ),
        Appointment(DUE_MS, True, ""),
        DUE_MS,
        source="sample.csv",
    ),
    CaseCard(
        "P03",
        Standing.TRYING,
        {"region": "Wales", "years": "21"},
        attempts=(Attempt(NOW_MS - HOUR_MS, "engaged", "", "ann"),),
        due_wall_ms=NOW_MS + 20 * HOUR_MS,
    ),
    CaseCard("P04", Standing.CLOSED, closed="moved away"),
)


def stage_of(*cards: CaseCard, passphrase: str = PASSPHRASE) -> Stage:
    stage = Stage()
    stage.cases = FakeCaseBook(ATTRIBUTES, cards or CARDS)
    stage.identities = FakeIdentityBook(passphrase)
    if passphrase:
        stage.identities.kept["P01"] = WHO
    return stage


@asynccontextmanager
async def shown(
    stage: Stage | None = None, case: str = "", size: tuple[int, int] = SMALL
) -> AsyncIterator[tuple[Stage, Casework]]:
    """The list, or a card, once it is read."""
    async with staged(Review(ToCases(case)), size, stage or stage_of()) as there:
        screen = there.app.screen
        assert isinstance(screen, CasesScreen)
        await there.until(lambda: screen.casework.is_read)
        await there.settled()
        yield there, screen.casework


async def done(stage: Stage, *keys: str) -> None:
    """Keys in a burst, and then nothing until what they began is done and shown."""
    await stage.press(*keys)
    await stage.until(lambda: not any(worker.group == "cases" for worker in stage.app.workers))
    await stage.settled()


def rows(stage: Stage) -> list[str]:
    """The cases on the screen, from above."""
    return [line.split()[0] for line in stage.screen.splitlines() if line.split()[:1] and line.split()[0][:2] == "P0"]


def noted(stage: Stage) -> CaseChange:
    """What was noted last."""
    return stage.cases.noted[-1]


def line_with(stage: Stage, words: str) -> str:
    return next(line for line in stage.screen.splitlines() if words in line)


@SHOWS_A_DATE
async def test_whom_to_ring_next_is_on_top():
    async with shown() as (stage, work):
        assert work.list.cases == ["P01", "P02", "P10", "P03", "P04"]
        assert "◑ appointment" in line_with(stage, "P01")
        assert "‼ today 11:26" in line_with(stage, "P01")
        assert "2 · call back" in line_with(stage, "P01")
        assert "tomorrow" in line_with(stage, "P03")
        assert "× closed" in line_with(stage, "P04")
        assert "5 cases" in stage.screen.splitlines()[0]


async def test_without_a_case_it_says_how_they_come_here_and_one_can_be_added():
    async with shown(replace_cases(stage_of(), FakeCaseBook())) as (stage, work):
        assert "interview-tui cases import FILE" in stage.screen
        await done(stage, "enter")
        assert "n adds one" in stage.screen
        await done(stage, "n", "P07", "enter")
        assert noted(stage) == CaseListed(case="P07", wall_ms=NOW_MS)
        assert work.list.at == "P07"
        assert "P07 is on the list." in stage.screen


def replace_cases(stage: Stage, book: FakeCaseBook) -> Stage:
    stage.cases = book
    return stage


async def test_a_case_that_is_there_or_cannot_be_is_refused_and_what_was_typed_stays():
    async with shown() as (stage, work):
        await done(stage, "n", "P01", "enter")
        assert "P01 is on the list already." in stage.screen
        assert work.line.value == "P01"
        await done(stage, "/x", "enter")
        assert work.line.value == "P01/x"
        assert stage.cases.noted == []
        await done(stage, "escape")
        assert not work.asks


async def test_the_check_before_the_call_shows_the_remark_and_leads_back():
    async with shown() as (stage, _):
        await done(stage, "enter", "enter")
        await stage.until(lambda: "before you ring: ask for the deputy first" in stage.screen)
        assert sum(isinstance(screen, PreflightScreen) for screen in stage.app.screen_stack) == 1
        await stage.press("escape")
        await stage.until(lambda: isinstance(stage.app.screen, CasesScreen))
        await done(stage, "down", "enter")
        await stage.until(lambda: "Before the call · P02" in stage.screen)
        assert "remark" not in stage.screen


async def test_an_unfinished_interview_goes_on_and_one_that_has_ended_is_read():
    stage = stage_of()
    conducted(stage, "P02")
    conducted(stage, "P10", ended=False)
    async with shown(stage) as (stage, work):
        work.list.go("P02")
        assert "recorded" in line_with(stage, "P02")
        await done(stage, "enter", "enter")
        await stage.until(lambda: isinstance(stage.app.screen, RecordScreen))
        assert sum(isinstance(screen, RecordScreen) for screen in stage.app.screen_stack) == 1
        await stage.press("escape")
        await stage.until(lambda: isinstance(stage.app.screen, CasesScreen))
        work.list.go("P10")
        await done(stage, "space", "c")
        await stage.until(lambda: stage.app.live is not None)
        assert stage.live.call.interview.case == "P10"


async def test_a_call_that_cannot_be_opened_is_told_where_it_was_asked_for():
    stage = stage_of()
    conducted(stage, "P10", ended=False)
    async with shown(stage) as (stage, work):
        stage.study.journals["P10"].closed = False  # as if it were open elsewhere
        work.list.go("P10")
        await done(stage, "enter")
        await stage.until(lambda: "is open in another interview-tui" in stage.screen)
        assert isinstance(stage.app.screen, CasesScreen)


async def test_nobody_rings_a_case_that_is_closed_before_it_is_opened_again():
    async with shown() as (stage, work):
        work.list.go("P04")
        await done(stage, "enter")
        assert "P04 is closed: moved away." in stage.screen
        await done(stage, "space", "x")
        assert isinstance(noted(stage), CaseReopened)
        assert "P04 may be rung again." in stage.screen
        await done(stage, "x", "no such person", "enter")
        assert noted(stage) == CaseClosed(case="P04", wall_ms=NOW_MS, reason="no such person")
        assert "× closed" in stage.screen.splitlines()[0]


async def test_an_attempt_is_three_keys_in_a_burst_on_the_list():
    async with shown() as (stage, work):
        await done(stage, "down", "a", "n", "enter", "a", "e", "on the mobile", "enter")
        first, second = stage.cases.noted
        assert first == Attempted(case="P02", wall_ms=NOW_MS, rung_wall_ms=NOW_MS, outcome="no answer")
        assert second == replace(first, outcome="engaged", remark="on the mobile")
        assert "2 · engaged" in line_with(stage, "P02")
        assert work.list.at == "P02"


async def test_an_attempt_shows_on_the_card_the_newest_first_and_the_appointment_is_kept():
    async with shown(case="P01") as (stage, _):
        await done(stage, "a", "v", "enter")
        lines = stage.screen.splitlines()
        at = lines.index(" 3 attempts")
        assert "voicemail, no message left" in lines[at + 1]
        assert "they asked to be rung at another time · after lunch" in lines[at + 2]
        assert "to be rung again" in lines[0]


async def test_an_outcome_that_says_too_little_needs_a_remark():
    async with shown(case="P02") as (stage, work):
        await done(stage, "a", "h", "enter")
        assert "Nothing is typed." in stage.screen
        assert work.asks
        await done(stage, "she does not take part in surveys", "enter")
        assert isinstance(change := noted(stage), Attempted)
        assert (change.outcome, change.remark) == ("hard refusal", "she does not take part in surveys")
        assert "× closed" in stage.screen.splitlines()[0]


async def test_who_asks_to_be_rung_at_another_time_gets_an_appointment():
    async with shown(case="P02") as (stage, _):
        await done(stage, "a", "c", "some day", "enter")
        assert "is no time of a day" in stage.screen
        await done(stage, *["backspace"] * 8, "tomorrow 14:30", "enter", "enter")
        attempted, made = stage.cases.noted
        assert isinstance(attempted, Attempted)
        assert isinstance(made, AppointmentMade)
        assert made.definite
        assert "◑ appointment · tomorrow 14:30" in stage.screen
        await done(stage, "a", "c", "enter", "enter")
        assert isinstance(noted(stage), Attempted)


async def test_an_attempt_by_a_word_of_its_outcome_or_by_the_arrows():
    async with shown(case="P02") as (stage, _):
        await done(stage, "a", "down", "down", "enter", "enter")
        assert isinstance(change := noted(stage), Attempted)
        assert change.outcome == "engaged"
        await done(stage, "a", "zzz", "enter")
        assert "Nothing fits this word." in stage.screen


async def test_an_appointment_is_made_roughly_changed_and_dropped():
    async with shown(case="P02") as (stage, _):
        await done(stage, "t", "tomorrow 9:00", "enter", "n")
        assert isinstance(change := noted(stage), AppointmentMade)
        assert not change.definite
        assert "about tomorrow 09:00" in stage.screen
        await done(stage, "t", "in 20 min", "enter", "enter")
        assert isinstance(change := noted(stage), AppointmentMade)
        assert (change.definite, change.due_wall_ms) == (True, NOW_MS + 20 * 60_000)
        await done(stage, "t", "enter")
        assert isinstance(noted(stage), AppointmentDropped)
        assert "the appointment holds no more" in stage.screen
        await done(stage, "t", "enter")
        assert "Nothing is typed." in stage.screen


async def test_when_to_ring_next_can_be_said_and_left_to_the_attempts_again():
    async with shown(case="P03") as (stage, _):
        await done(stage, "d", "Tue 9:00", "enter")
        assert isinstance(change := noted(stage), CallDue)
        assert change.due_wall_ms > NOW_MS
        await done(stage, "d", "enter")
        assert noted(stage) == CallDue(case="P03", wall_ms=NOW_MS, due_wall_ms=0)


async def test_a_remark_that_cannot_be_noted_is_not_lost():
    async with shown(case="P02") as (stage, work):
        noting, failures = stage.cases.note, [StorageError("The stick is not there.", "Connect it.")]

        def fails_once(*changes: CaseChange) -> None:
            if failures:
                raise failures.pop()
            noting(*changes)

        stage.cases.note = fails_once
        await done(stage, "r", "knows the area well", "enter")
        assert stage.cases.noted == []
        assert "The stick is not there. Connect it." in stage.screen
        assert work.line.value == "knows the area well"
        await done(stage, "enter")
        assert noted(stage) == RemarkWritten(case="P02", wall_ms=NOW_MS, text="knows the area well")
        assert line_with(stage, "before you ring").endswith("knows the area well")


async def test_what_cannot_be_noted_waits_until_what_is_typed_meanwhile_is_through():
    async with shown(case="P02") as (stage, work):
        noting, may_fail = stage.cases.note, threading.Event()
        failures = [StorageError("The stick is not there.")]

        def fails_once(*changes: CaseChange) -> None:
            if failures:
                may_fail.wait(PATIENCE_S)
                raise failures.pop()
            noting(*changes)

        stage.cases.note = fails_once
        await stage.press("a", "n", "rang twice", "enter", "r", "first half")
        may_fail.set()
        await done(stage)
        assert work.line.value == "first half"
        await done(stage, " and second", "enter")
        assert work.line.value == "rang twice"
        assert "The stick is not there." in stage.screen
        await done(stage, "enter")
        assert isinstance(change := noted(stage), Attempted)
        assert (change.outcome, change.remark) == ("no answer", "rang twice")
        assert stage.cases.noted[0] == RemarkWritten(case="P02", wall_ms=NOW_MS, text="first half and second")


async def test_leaving_waits_for_what_is_being_noted():
    async with shown(case="P02") as (stage, _):
        noting, may_go = stage.cases.note, threading.Event()
        stage.cases.note = lambda *changes: (may_go.wait(PATIENCE_S), noting(*changes))[1]
        await stage.press("r", "one", "enter", "r", *["backspace"] * 3, "two", "enter", "escape", "escape")
        assert isinstance(stage.app.screen, CasesScreen)
        may_go.set()
        await stage.until(lambda: isinstance(stage.app.screen, HomeScreen))
        assert [change.text for change in stage.cases.noted if isinstance(change, RemarkWritten)] == ["one", "two"]


async def test_attributes_are_chosen_from_their_values_or_typed():
    async with shown(case="P02") as (stage, work):
        await done(stage, "down", "down", "down", "enter", "1")
        assert noted(stage) == AttributeGiven(case="P02", wall_ms=NOW_MS, name="region", value="Wales")
        await done(stage, "enter", "engl", "enter", "down", "enter", "many", "enter")
        assert "years is a number." in stage.screen
        assert work.line.value == "many"
        await done(stage, *["backspace"] * 4, "12", "enter", "down", "e", "none", "enter")
        given = [(change.name, change.value) for change in stage.cases.noted if isinstance(change, AttributeGiven)]
        assert given[1:] == [("region", "England"), ("years", "12"), ("party", "none")]
        await done(stage, "up", "up", "enter", "0")
        assert noted(stage) == AttributeGiven(case="P02", wall_ms=NOW_MS, name="region", value="")


async def test_a_line_that_cannot_be_changed_is_not_pointed_at_and_the_others_are():
    async with shown(case="P01") as (stage, work):
        spots = [entry.key for entry in work.facts if entry.key]
        assert spots == ["remark:", "appointment:", "attribute:region", "attribute:years", "attribute:party"]
        await done(stage, *["down"] * 9)
        assert work.spot is not None
        assert work.spot.key == spots[-1]
        await done(stage, "up", "up", "up", "enter")
        assert "P01 is to be rung at" in stage.screen
        await done(stage, "escape", "home", "enter")
        assert work.line.value.startswith("ask for the deputy")


async def test_the_list_is_ordered_filtered_and_searched():
    async with shown() as (stage, work):
        await done(stage, "o")
        assert work.list.cases == ["P01", "P02", "P03", "P04", "P10"]
        await done(stage, "o")
        assert work.list.cases[0] == "P10"
        assert "case ▼" in stage.screen
        await done(stage, "/", "p03")
        assert work.list.at == "P03"
        await done(stage, "enter", "f", "wales", "enter")
        assert work.list.cases == ["P03", "P01"]
        assert "2 of 5 cases · only wales" in stage.screen
        await done(stage, "d", "right", "right", "right", "right", "o", "enter")
        await stage.until(lambda: isinstance(stage.app.screen, PreflightScreen))
        await stage.press("escape")
        await stage.until(lambda: isinstance(stage.app.screen, CasesScreen))
        await done(stage, "f", *["backspace"] * 5, "nothing like it", "enter")
        assert "No case has that." in stage.screen
        await done(stage, "enter", "f", *["backspace"] * 20, "enter")
        assert len(work.list.cases) == 5


async def test_the_card_of_the_next_case_and_back_to_the_list():
    async with shown() as (stage, work):
        await done(stage, "space", "pagedown", "pagedown", "pageup")
        assert stage.screen.splitlines()[0].startswith(" P02")
        await done(stage, "pageup", "pageup", "pageup")
        assert work.card_of == "P01"
        await done(stage, "escape")
        assert not work.card_of
        await done(stage, "escape")
        await stage.until(lambda: isinstance(stage.app.screen, HomeScreen))


async def test_a_key_of_the_list_of_interviews_leads_here_and_what_changed_elsewhere_shows():
    async with staged(Home(), SMALL, stage_of()) as stage:
        await stage.press("l")
        await stage.until(lambda: "◑ appointment" in stage.screen)
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, PreflightScreen))
        stage.cases.note(RemarkWritten(case="P02", wall_ms=NOW_MS, text="new"), CaseListed(case="P20", wall_ms=NOW_MS))
        await stage.press("escape")
        await stage.until(lambda: "P20" in stage.screen)


async def test_what_cannot_be_read_is_said_and_is_not_called_an_empty_list():
    stage = stage_of()
    stage.cases.cards = lambda: (_ for _ in ()).throw(StorageError("cases/ cannot be read."))
    async with staged(Review(ToCases()), SMALL, stage):
        await stage.until(lambda: "cases/ cannot be read." in stage.screen)
        assert "No case is listed yet" not in stage.screen


@SHOWS_A_DATE
async def test_two_people_who_noted_different_things_are_told_of_it():
    clashes = (
        Clash("region", "Wales", "ann", "England", "bob"),
        Clash(APPOINTMENT, str(NOW_MS + HOUR_MS), "ann", "nothing", "bob"),
    )
    async with shown(stage_of(CaseCard("P05", clashes=clashes)), "P05", LARGE) as (stage, _):
        said = " ".join(stage.screen.split())
        assert "two people noted different things of “region”: Wales (ann)," in said
        assert "today 13:26 (ann)" in said


async def test_every_command_is_found_by_a_word_in_the_view_that_has_it():
    async with shown() as (stage, work):
        await stage.press("space")
        await stage.press("ctrl+p")
        await stage.until(lambda: "a word of a command" in stage.screen)
        await stage.press("ring no more")
        await stage.until(lambda: "close: ring no more" in stage.screen)
        await stage.press("enter")
        await stage.until(lambda: work.asks and "why nobody rings P01 any more" in stage.screen)


async def test_who_it_is_shows_on_the_card_only_and_only_while_it_is_unlocked():
    async with shown() as (stage, work):
        await done(stage, "space")
        assert line_with(stage, "who it is").endswith("locked · u unlocks")
        assert "Jo Blake" not in stage.screen
        await done(stage, "u", PASSPHRASE, "enter")
        for told in (WHO.name, "01632 960123, 07700 900456", WHO.address, WHO.email, WHO.remark):
            assert told in stage.screen
        await done(stage, "escape")
        assert "Jo Blake" not in stage.screen
        await done(stage, "space")
        assert "Jo Blake" in stage.screen
        await done(stage, "pagedown")
        assert "Jo Blake" not in stage.screen
        await done(stage, "pageup", "u")
        assert stage.identities.lock is Lock.LOCKED
        assert "Jo Blake" not in stage.screen
        assert work.known.who is None


async def test_a_passphrase_is_never_on_the_screen_and_is_not_kept_by_the_line():
    async with shown(case="P01") as (stage, work):
        await done(stage, "u", "correct horse")
        assert "correct" not in stage.screen
        assert "•" * len("correct horse") in stage.screen
        await done(stage, "enter")
        assert "This is not the passphrase" in stage.screen
        assert work.line.value == ""
        await done(stage, PASSPHRASE, "enter")
        assert stage.identities.lock is Lock.UNLOCKED
        assert work.line.value == ""
        assert not work.line.password
        assert PASSPHRASE not in repr([vars(work.line), vars(work.enquiry), vars(work)])
        await done(stage, "r")
        assert "•" not in stage.screen


async def test_a_question_without_choices_takes_no_room_for_any():
    async with shown() as (stage, _):
        choices = stage.app.screen.query_one("#choices")
        await done(stage, "n")
        assert not choices.display
        assert "P04" in stage.screen
        await done(stage, "escape", "a")
        assert choices.display


async def test_the_first_passphrase_is_typed_twice():
    async with shown(stage_of(passphrase=""), "P01") as (stage, work):
        assert "nobody is kept yet" in stage.screen
        await done(stage, "u", PASSPHRASE, "enter", "something else", "enter")
        assert "The two are not alike." in stage.screen
        assert stage.identities.lock is Lock.ABSENT
        await done(stage, "escape", "u", "short", "enter", "short", "enter")
        assert "less than 12 characters" in stage.screen
        await done(stage, PASSPHRASE, "enter", PASSPHRASE, "enter")
        assert stage.identities.passphrase == PASSPHRASE
        await done(stage, "home", "enter", "Jo Blake", "enter", "down", "enter", "01632 960123, 07700 900456", "enter")
        assert stage.identities.kept == {"P01": Identity("Jo Blake", ("01632 960123", "07700 900456"))}
        await done(stage, "enter", *["backspace"] * 30, "enter", "up", "enter", *["backspace"] * 9, "enter")
        assert stage.identities.kept == {}
        assert work.message == "P01: nothing is kept any more."


async def test_who_it_is_that_cannot_be_kept_is_asked_again():
    async with shown(case="P01") as (stage, work):
        await done(stage, "u", PASSPHRASE, "enter")
        await done(stage, "home")
        keeping = stage.identities.keep
        stage.identities.keep = lambda *_: (_ for _ in ()).throw(StorageError("The disk is full."))
        await done(stage, "enter", " Smith", "enter")
        assert "The disk is full." in stage.screen
        assert work.line.value == "Jo Blake Smith"
        stage.identities.keep = keeping
        await done(stage, "enter")
        assert stage.identities.kept["P01"].name == "Jo Blake Smith"


async def test_without_a_key_for_ten_minutes_it_is_locked_and_gone_from_the_screen():
    async with shown(case="P01") as (stage, work):
        await done(stage, "u", PASSPHRASE, "enter")
        await done(stage, "home", "enter")
        watch = stage.app._adapters.idle_lock
        stage.clock.advance(PATIENCE_MS - 1)
        assert not watch.look()
        await done(stage, "x")  # typed, so it begins anew
        stage.clock.advance(PATIENCE_MS - 1)
        assert not watch.look()
        stage.clock.advance(1)
        assert watch.look()
        await stage.settled()
        assert stage.identities.lock is Lock.LOCKED
        assert "Jo Blake" not in stage.screen
        assert "locked again" in stage.screen
        assert not work.asks
        assert work.line.value == ""


async def test_a_key_that_comes_after_ten_minutes_shows_nobody():
    async with shown(case="P01") as (stage, _):
        await done(stage, "u", PASSPHRASE, "enter")
        stage.clock.advance(PATIENCE_MS)
        await done(stage, "down")
        assert stage.identities.lock is Lock.LOCKED
        assert "Jo Blake" not in stage.screen
        await done(stage, "u", PASSPHRASE, "enter")
        assert stage.identities.lock is Lock.UNLOCKED
    assert stage.identities.lock is Lock.LOCKED  # for the program was left


async def test_the_lock_is_looked_after_by_the_app_whichever_screen_is_shown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cases, "LOOK_S", 0.01)
    async with shown(case="P01") as (stage, _):
        await done(stage, "u", PASSPHRASE, "enter", "escape")
        await stage.until(lambda: isinstance(stage.app.screen, HomeScreen))
        assert stage.identities.lock is Lock.UNLOCKED
        stage.clock.advance(PATIENCE_MS)
        await stage.until(lambda: stage.identities.lock is Lock.LOCKED)
        assert isinstance(stage.app.screen, HomeScreen)
    assert stage.identities.lock is Lock.LOCKED


async def test_who_one_case_is_never_shows_on_the_card_of_another():
    async with shown(case="P01") as (stage, _):
        await done(stage, "u", PASSPHRASE, "enter")
        reading, may_read = stage.identities.of, threading.Event()
        stage.identities.of = lambda case: (may_read.wait(PATIENCE_S), reading(case))[1]
        await stage.press("r", "enter")
        await stage.press("pagedown")
        assert stage.screen.splitlines()[0].startswith(" P02")
        assert "Jo Blake" not in stage.screen
        may_read.set()
        await done(stage)
        assert stage.screen.splitlines()[0].startswith(" P02")
        assert "Jo Blake" not in stage.screen


@pytest.mark.parametrize("before_it_is_read", [True, False])
async def test_who_was_being_read_when_it_was_locked_does_not_come_back(before_it_is_read: bool):
    async with shown(case="P01") as (stage, work):
        await done(stage, "u", PASSPHRASE, "enter")
        part, name = (stage.study, "interviews") if before_it_is_read else (stage.cases, "cards")
        reading, reached, may_go_on = getattr(part, name), threading.Event(), threading.Event()

        def read() -> object:
            reached.set()
            may_go_on.wait(PATIENCE_S)
            return reading()

        setattr(part, name, read)
        work.refresh()
        await stage.until(reached.is_set)
        await stage.press("u")
        may_go_on.set()
        await done(stage)
        assert work.known.lock is Lock.LOCKED
        assert work.known.who is None
        assert work.message == "Who they are is locked again."
        assert "Jo Blake" not in stage.screen


async def test_keys_of_a_burst_are_taken_in_their_order_across_both_views():
    async with shown() as (stage, work):
        await done(stage, "down", "space", "r", "rings back", "enter", "escape", "down", "a", "m", "enter", "space")
        assert [type(change) for change in stage.cases.noted] == [RemarkWritten, Attempted]
        assert [change.case for change in stage.cases.noted] == ["P02", "P10"]
        assert work.card_of == "P10"


async def test_what_is_pasted_while_nothing_is_asked_for_is_no_row_of_commands():
    async with shown() as (stage, work):
        await done(stage, Pasted("an"))
        assert not work.asks
        assert work.line.value == ""
        await done(stage, "space", "r", "end", Pasted("\nnew"))
        assert work.line.value.endswith("diary new")


@SHOWS_A_DATE
async def test_what_the_cases_look_like():
    held = CaseCard("P10", Standing.INTERVIEWED, {"region": "England", "years": "3", "party": "none"})
    stage = stage_of(*(held if card.case == "P10" else card for card in CARDS))
    conducted(stage, "P10")
    async with shown(stage):
        await done(stage, "down", "right", "right")
        await pictured(stage, "cases")
        stage.app.theme = "high-contrast-light"
        await pictured(stage, "cases-light", [SMALL])


@SHOWS_A_DATE
async def test_what_a_card_looks_like():
    stage = stage_of()
    async with shown(stage):
        await done(stage, "space")
        await pictured(stage, "case")
        await done(stage, "u", PASSPHRASE, "enter")
        await pictured(stage, "case-unlocked", [LARGE])
        stage.app.theme = "high-contrast-light"
        await pictured(stage, "case-light", [SMALL])
        await done(stage, "a")
        stage.app.theme = "dark"
        await pictured(stage, "case-attempt", [SMALL])


async def test_what_an_empty_list_looks_like():
    async with shown(replace_cases(stage_of(), FakeCaseBook())) as (stage, _):
        await pictured(stage, "cases-empty", [SMALL])


async def test_a_very_small_screen_still_shows_what_is_asked():
    async with shown(case="P01", size=(40, 10)) as (stage, _):
        await done(stage, "a")
        assert "what came of it ›" in stage.screen
        await done(stage, "n", "half a remark")
        assert "half a remark" in stage.screen


@pytest.mark.parametrize("declared", [case_commands.CASES, case_commands.CARD, case_commands.ASKED])
def test_no_key_means_two_things_and_the_manual_has_them_all(declared: tuple[Command, ...]):
    keys = [key for command in declared for key in command.keys]
    assert len(keys) == len(set(keys))
    if declared is not case_commands.ASKED:
        assert all(command.help in manual() for command in declared)
