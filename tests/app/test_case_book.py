"""The contracts of `fieldwork.ports`: what holds of the cases of a study on disk holds of the fakes."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from interview_tui.casebook import StudyCases, StudyIdentities, signed
from interview_tui.errors import ConfigError, Refused, StorageError
from interview_tui.fieldwork.card import Appointment, Standing
from interview_tui.fieldwork.cards import cards
from interview_tui.fieldwork.changes import (
    AppointmentDropped,
    AppointmentMade,
    Attempted,
    AttributeGiven,
    CallDue,
    CaseClosed,
    CaseListed,
    CaseReopened,
    Notes,
    RemarkWritten,
)
from interview_tui.fieldwork.identity import Identity, Lock
from interview_tui.fieldwork.plan import Attribute
from interview_tui.fieldwork.ports import CaseBook, IdentityBook
from interview_tui.interview.events import CallBackBooked, InterviewResumed
from interview_tui.store.certificates import WITHDRAWN, certificate
from interview_tui.store.identities import ELSEWHERE
from interview_tui.store.study import StudyFolder
from tests.examples import handover
from tests.fake_fieldwork import FakeCaseBook, FakeIdentityBook
from tests.store.conducting import conducted

ATTRIBUTES = (Attribute("region", "Region", ("North", "South")), Attribute("years", "Years served", number=True))
TOML = """
[attributes.region]
title = "Region"
values = ["North", "South"]
[attributes.years]
title = "Years served"
number = true
"""
HOUR_MS = 3_600_000
PASSPHRASE = "four words go together"
Making = Callable[[Path], CaseBook]


def on_disk(folder: Path) -> CaseBook:
    folder.mkdir()
    (folder / "study.toml").write_text(TOML, encoding="utf-8")
    return StudyCases(StudyFolder.open(folder))


def in_memory(_: Path) -> CaseBook:
    return FakeCaseBook(ATTRIBUTES)


@pytest.fixture(params=[on_disk, in_memory])
def book(request: pytest.FixtureRequest, tmp_path: Path) -> CaseBook:
    return request.param(tmp_path / "study")


def card_of(book: CaseBook, case: str = "P07"):
    return {card.case: card for card in book.cards()}[case]


def listed(book: CaseBook, *cases: str) -> int:
    """Cases put on the list; gives the time."""
    now = book.now_ms()
    book.note(*(CaseListed(case=case, wall_ms=now, source="list.csv") for case in cases))
    return now


def test_an_empty_book_has_no_cards_and_its_attributes(book):
    assert book.cards() == []
    assert tuple(book.attributes) == ATTRIBUTES


def test_a_case_that_is_listed_has_a_card_with_what_is_known(book):
    now = listed(book, "P10", "P07")
    book.note(
        AttributeGiven(case="P07", wall_ms=now, name="region", value="north"),
        AttributeGiven(case="P07", wall_ms=now, name="years", value="12"),
        RemarkWritten(case="P07", wall_ms=now, text="rings back herself"),
    )
    assert [card.case for card in book.cards()] == ["P07", "P10"]
    card = card_of(book)
    assert dict(card.attributes) == {"region": "North", "years": "12"}
    assert (card.remark, card.standing, card.due_wall_ms, card.source) == (
        "rings back herself",
        Standing.NEW,
        None,
        "list.csv",
    )
    assert card.clashes == ()


def test_a_case_goes_from_attempt_to_appointment_to_its_end(book):
    now = listed(book, "P07")
    book.note(Attempted(case="P07", wall_ms=now, rung_wall_ms=now, outcome="no answer"))
    card = card_of(book)
    assert (card.standing, card.due_wall_ms) == (Standing.TRYING, now + 3 * HOUR_MS)
    assert (card.attempts[0].outcome, card.attempts[0].rung_wall_ms) == ("no answer", now)
    book.note(
        Attempted(case="P07", wall_ms=now, rung_wall_ms=now, outcome="call back"),
        AppointmentMade(case="P07", wall_ms=now, due_wall_ms=now + 5 * HOUR_MS, definite=False, remark="after five"),
    )
    card = card_of(book)
    assert (card.standing, card.due_wall_ms) == (Standing.APPOINTED, now + 5 * HOUR_MS)
    assert card.appointment == Appointment(now + 5 * HOUR_MS, False, "after five")
    book.note(AppointmentDropped(case="P07", wall_ms=now), CallDue(case="P07", wall_ms=now, due_wall_ms=now + 1))
    card = card_of(book)
    assert (card.standing, card.appointment, card.due_wall_ms) == (Standing.TRYING, None, now + 1)
    book.note(Attempted(case="P07", wall_ms=now, rung_wall_ms=now, outcome="hard refusal", remark="never again"))
    card = card_of(book)
    assert (card.standing, card.due_wall_ms, card.closed) == (Standing.CLOSED, None, "hard refusal: never again")
    book.note(CaseReopened(case="P07", wall_ms=now))
    assert card_of(book).standing is Standing.TRYING
    book.note(CaseClosed(case="P07", wall_ms=now, reason="moved abroad"))
    assert card_of(book).closed == "moved abroad"


@pytest.mark.parametrize(
    ("refused", "hint"),
    [
        (CaseListed(case="P07", wall_ms=0), "another case id"),
        (CaseListed(case="p07", wall_ms=0), "another case id"),
        (CaseListed(case="../P08", wall_ms=0), "letters a-z"),
        (CaseListed(case="con", wall_ms=0), "another one"),
        (RemarkWritten(case="P08", wall_ms=0, text="who?"), "Add it to the list"),
        (AttributeGiven(case="P07", wall_ms=0, name="party", value="x"), "region, years"),
        (AttributeGiven(case="P07", wall_ms=0, name="region", value="Fennimore"), "North, South"),
        (AttributeGiven(case="P07", wall_ms=0, name="years", value="a few"), "digits"),
        (Attempted(case="P07", wall_ms=0, rung_wall_ms=0, outcome="flown away"), "no answer, engaged"),
        (Attempted(case="P07", wall_ms=0, rung_wall_ms=0, outcome="wrong number", remark=" "), "few words"),
        (Attempted(case="P07", wall_ms=0, rung_wall_ms=10**15, outcome="engaged"), "were rung"),
        (AppointmentMade(case="P07", wall_ms=0, due_wall_ms=1000), "still to come"),
        (CallDue(case="P07", wall_ms=0, due_wall_ms=-1), "0 to go by"),
        (CaseClosed(case="P07", wall_ms=0, reason=" "), "Say why"),
        (RemarkWritten(case="P07", wall_ms=0, text="x" * 4001), "fewer"),
        (RemarkWritten(case="P07", wall_ms=0, text="at work: 01970 622111"), "with the identities"),
        (Attempted(case="P07", wall_ms=0, rung_wall_ms=0, outcome="engaged", remark="a@b.example"), "identities"),
        (AppointmentMade(case="P07", wall_ms=0, due_wall_ms=10**15, remark="on 07700 900123"), "identities"),
        (CaseClosed(case="P07", wall_ms=0, reason="07700-900123 is a shop"), "identities"),
    ],
)
def test_what_cannot_be_noted_is_refused_with_the_way_out_and_nothing_of_it_is_kept(book, refused, hint):
    now = listed(book, "P07")
    before = book.cards()
    with pytest.raises(Refused) as told:
        book.note(RemarkWritten(case="P07", wall_ms=now, text="kept with it or not at all"), refused)
    assert hint in told.value.hint
    assert "Fennimore" not in str(told.value)
    assert book.cards() == before


def test_a_later_change_may_build_on_one_before_it(book):
    now = book.now_ms()
    book.note(CaseListed(case="P09", wall_ms=now), RemarkWritten(case="P09", wall_ms=now, text="new"))
    assert card_of(book, "P09").remark == "new"
    with pytest.raises(Refused):
        book.note(CaseListed(case="P10", wall_ms=now), CaseListed(case="p10", wall_ms=now))


def test_a_time_is_meant_by_the_clock_on_the_wall(book):
    assert book.moment("in 20 min") - book.now_ms() == pytest.approx(20 * 60_000, abs=2000)
    with pytest.raises(Refused, match="Write it as"):
        book.moment("when the cows come home")


def test_interviews_and_certificates_say_where_a_case_stands(tmp_path):
    book = on_disk(tmp_path / "study")
    study = StudyFolder.open(tmp_path / "study")
    study.keep_schedule(handover())
    for case, ended, rehearsal in (("P01", True, False), ("P02", False, False), ("P03", True, True)):
        journal = study.journal(case)
        journal.append(conducted(case, ended=ended, rehearsal=rehearsal))
        assert journal.close(5.0)
    listed(book, "P03", "P04")
    gone = certificate(study.path, "P04", WITHDRAWN)
    gone.parent.mkdir()
    gone.write_text("gone", encoding="utf-8")
    assert {card.case: card.standing for card in book.cards()} == {
        "P01": Standing.INTERVIEWED,
        "P02": Standing.UNFINISHED,
        "P03": Standing.NEW,
        "P04": Standing.WITHDRAWN,
    }
    with pytest.raises(Refused, match="withdrawn"):
        book.note(RemarkWritten(case="P04", wall_ms=0, text="?"))
    with pytest.raises(Refused, match="has been interviewed"):
        book.note(AppointmentMade(case="P01", wall_ms=0, due_wall_ms=book.now_ms() + HOUR_MS))
    book.note(AttributeGiven(case="P01", wall_ms=book.now_ms(), name="years", value="3"))
    assert dict(card_of(book, "P01").attributes) == {"years": "3"}


@pytest.mark.parametrize(
    ("words", "later", "definite"), [("in 2 hours", 2 * HOUR_MS, True), ("when she is back", 0, False)]
)
def test_a_call_back_that_was_booked_in_the_call_is_an_appointment_until_the_call_goes_on(
    tmp_path, words, later, definite
):
    book, study = on_disk(tmp_path / "study"), StudyFolder.open(tmp_path / "study")
    study.keep_schedule(handover())
    events = conducted("P02", ended=False)
    at_ms, agreed_ms = events[-1].at_ms + 1, events[-1].wall_ms + 1
    events.append(CallBackBooked(at_ms=at_ms, wall_ms=agreed_ms, when=words))
    journal = study.journal("P02")
    journal.append(events)
    assert journal.close(5.0)
    card = card_of(book, "P02")
    assert card.standing is Standing.UNFINISHED
    assert card.appointment == Appointment(agreed_ms + later, definite, f"agreed in the call: {words}")
    assert card.due_wall_ms == agreed_ms + later
    book.note(AppointmentMade(case="P02", wall_ms=book.now_ms(), due_wall_ms=book.now_ms() + HOUR_MS))
    assert card_of(book, "P02").appointment.remark == ""
    journal = study.journal("P02")
    journal.append([InterviewResumed(at_ms=at_ms + 1, wall_ms=agreed_ms + 1)])
    assert journal.close(5.0)
    (summary,) = study.interviews()
    assert summary.call_back == ""


def identities_on_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> IdentityBook:
    (folder / "apart").mkdir()
    (folder / "study").mkdir()
    monkeypatch.setenv(ELSEWHERE, str(folder / "apart"))
    return StudyIdentities(StudyFolder.open(folder / "study"))


def identities_in_memory(_: Path, __: pytest.MonkeyPatch) -> IdentityBook:
    return FakeIdentityBook()


@pytest.mark.parametrize("making", [identities_on_disk, identities_in_memory])
def test_identities_are_read_and_kept_while_they_are_unlocked(making, tmp_path, monkeypatch):
    book: IdentityBook = making(tmp_path, monkeypatch)
    assert book.lock is Lock.ABSENT
    with pytest.raises(Refused):
        book.of("P07")
    with pytest.raises(ConfigError, match="12 characters"):
        book.unlock("short")
    assert book.lock is Lock.ABSENT
    book.unlock(PASSPHRASE)
    assert book.lock is Lock.UNLOCKED
    assert book.of("P07") is None
    ann = Identity("Ann Bell", ("020 7946 0000", "07700 900123"), "1 High St", "ann@example.org", "ask for Ann")
    book.keep("P07", ann)
    book.keep("P08", Identity("Bob"))
    assert book.of("P07") == ann
    book.keep("P08", None)
    book.keep("P09", None)
    assert book.of("P08") is None
    book.lock_again()
    assert book.lock is Lock.LOCKED
    for locked in (lambda: book.of("P07"), lambda: book.keep("P07", None)):
        with pytest.raises(Refused, match="locked"):
            locked()
    with pytest.raises(ConfigError, match="not the passphrase"):
        book.unlock(PASSPHRASE.upper())
    assert book.lock is Lock.LOCKED
    book.unlock(PASSPHRASE)
    assert book.of("P07") == ann


def test_identities_on_a_stick_that_is_not_there_are_locked(tmp_path, monkeypatch):
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "study.toml").write_text('[identities]\nfile = "abc"\n', encoding="utf-8")
    monkeypatch.setenv(ELSEWHERE, str(tmp_path / "stick"))
    book = StudyIdentities(StudyFolder.open(tmp_path / "study"))
    assert book.lock is Lock.LOCKED
    with pytest.raises(StorageError, match="stick, is not there"):
        book.unlock(PASSPHRASE)
    (tmp_path / "stick").mkdir()
    with pytest.raises(StorageError, match="not here"):
        book.unlock(PASSPHRASE)
    assert book.lock is Lock.LOCKED


def test_a_case_that_has_withdrawn_is_not_listed_again(tmp_path):
    book = on_disk(tmp_path / "study")
    gone = certificate(tmp_path / "study", "P04", WITHDRAWN)
    gone.parent.mkdir()
    gone.write_text("gone", encoding="utf-8")
    for case, said in (("P04", "has withdrawn"), ("p04", "only in capitals")):
        with pytest.raises(Refused, match=said):
            book.note(CaseListed(case=case, wall_ms=0))


@pytest.mark.parametrize(
    ("value", "is_kept"),
    [
        ("Marlbury East", True),
        ("Ward 12, 2019-2023", True),
        ("ann@example.org", False),
        ("ring 07700 900123", False),
        ("+44 (0)1978 290000", False),
        ("x" * 4001, False),
    ],
)
def test_a_text_that_says_who_somebody_is_is_no_attribute(value, is_kept):
    book = FakeCaseBook([Attribute("ward", "Ward")])
    listed(book, "P07")
    change = AttributeGiven(case="P07", wall_ms=0, name="ward", value=f" {value} ")
    if is_kept:
        book.note(change)
        assert card_of(book).attributes["ward"] == value
    else:
        with pytest.raises(Refused):
            book.note(change)


@pytest.mark.parametrize(
    "text", ["from 24/11/2026 14:30 on", "not before 2026-11-24 9:00", "24-11-2026 14:30, room 12"]
)
def test_a_day_in_digits_is_no_telephone_number(text):
    book = FakeCaseBook([])
    listed(book, "P07")
    book.note(RemarkWritten(case="P07", wall_ms=0, text=text))
    assert card_of(book).remark == text


def test_the_source_is_the_first_file_a_case_came_from():
    told = [
        CaseListed(case="P07", wall_ms=1, source=""),
        CaseListed(case="P07", wall_ms=2, source="first.csv"),
        CaseListed(case="P07", wall_ms=3, source="second.csv"),
    ]
    (card,) = cards(Notes(signed(told, (), "ann", "lab")))
    assert card.source == "first.csv"


def test_two_copies_of_a_study_are_put_together_by_their_files(tmp_path, monkeypatch):
    books = {}
    for machine in ("laptop", "desk"):
        books[machine] = on_disk(tmp_path / machine)
    monkeypatch.setattr(platform, "node", lambda: "laptop")
    now = listed(books["laptop"], "P07", "P08")
    shutil.copytree(tmp_path / "laptop" / "cases", tmp_path / "desk" / "cases")
    books["laptop"].note(AttributeGiven(case="P07", wall_ms=now + 1, name="region", value="North"))
    monkeypatch.setattr(platform, "node", lambda: "desk")
    books["desk"].note(
        AttributeGiven(case="P07", wall_ms=now + 2, name="region", value="South"),
        Attempted(case="P08", wall_ms=now, rung_wall_ms=now, outcome="engaged"),
    )
    for there, here in (("laptop", "desk"), ("desk", "laptop")):
        for file in (tmp_path / there / "cases").glob(f"*@{there}.jsonl"):
            shutil.copy(file, tmp_path / here / "cases")
    assert books["laptop"].cards() == books["desk"].cards()
    (clash,) = card_of(books["laptop"]).clashes
    assert (clash.what, clash.earlier, clash.later) == ("region", "North", "South")
    assert card_of(books["laptop"], "P08").standing is Standing.TRYING


def test_a_mistake_in_the_settings_stands_in_the_way_of_no_attempt(tmp_path):
    book = on_disk(tmp_path / "study")
    now = listed(book, "P07")
    (tmp_path / "study" / "study.toml").write_text("[attributes.region]\ntitel = 3\n", encoding="utf-8")
    book.note(Attempted(case="P07", wall_ms=now, rung_wall_ms=now, outcome="engaged"))
    assert card_of(book).standing is Standing.TRYING
    with pytest.raises(ConfigError, match="titel"):
        book.note(AttributeGiven(case="P07", wall_ms=now, name="region", value="North"))
