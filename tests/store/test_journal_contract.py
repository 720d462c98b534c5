"""What every journal promises: the one on disk and the one that other tests use in its place."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from interview_tui.errors import StorageError
from interview_tui.interview.events import Event
from interview_tui.interview.ports import Draft, Journal
from interview_tui.store.database import opened
from interview_tui.store.event_rows import read_draft, read_events
from interview_tui.store.journal import SqliteJournal
from tests.at_rest.encrypted import encrypted_study
from tests.fakes import MemoryJournal
from tests.store.making import a_note, opening, until_saved


class OnDisk:
    """Journals of one case in one database."""

    def __init__(self, database: Path) -> None:
        self.database = database
        self.journals: list[Journal] = []

    def open(self) -> Journal:
        self.journals.append(SqliteJournal(self.database, "P07"))
        return self.journals[-1]

    def events(self) -> list[Event]:
        with opened(self.database) as db:
            return read_events(db, "P07")

    def draft(self) -> Draft | None:
        with opened(self.database) as db:
            return read_draft(db, "P07")


class InMemory:
    """Memory journals that go on from one another."""

    def __init__(self) -> None:
        self.journals: list[MemoryJournal] = [MemoryJournal()]

    def open(self) -> Journal:
        again = MemoryJournal(self.journals[-1].events)
        again.draft = self.journals[-1].draft
        self.journals.append(again)
        return again

    def events(self) -> list[Event]:
        return self.journals[-1].events

    def draft(self) -> Draft | None:
        return self.journals[-1].draft


@pytest.fixture(params=["on disk", "encrypted", "in memory"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OnDisk | InMemory]:
    if request.param == "encrypted":
        encrypted_study(tmp_path)
    made: OnDisk | InMemory = InMemory() if request.param == "in memory" else OnDisk(tmp_path / "study.db")
    yield made
    for journal in made.journals:
        journal.close(5)


def test_events_are_numbered_from_one_without_gaps(kept: OnDisk | InMemory) -> None:
    journal = kept.open()
    assert journal.saved == 0
    assert journal.append([opening()]) == 1
    assert journal.append([a_note(2), a_note(3)]) == 3
    assert journal.append([]) == 3


def test_what_is_appended_is_saved_and_read_back_in_order(kept: OnDisk | InMemory) -> None:
    journal = kept.open()
    told = [opening(), *(a_note(number) for number in range(2, 60))]
    for event in told:
        journal.append([event])
    until_saved(journal, len(told))
    assert journal.failure is None
    assert kept.events() == told


def test_numbers_go_on_where_they_were_left(kept: OnDisk | InMemory) -> None:
    first = kept.open()
    first.append([opening(), a_note(2)])
    assert first.close(5)
    second = kept.open()
    assert second.saved == 2
    assert second.append([a_note(3)]) == 3
    assert second.close(5)
    assert kept.events() == [opening(), a_note(2), a_note(3)]


def test_the_newest_half_typed_line_is_kept_until_there_is_none(kept: OnDisk | InMemory) -> None:
    journal = kept.open()
    journal.append([opening()])
    for end in range(1, 12):
        journal.keep_draft(Draft("she said yes"[:end], 4000))
    assert journal.close(5)
    assert kept.draft() == Draft("she said ye", 4000)
    again = kept.open()
    again.keep_draft(None)
    assert again.close(5)
    assert kept.draft() is None


def test_closing_writes_what_is_queued(kept: OnDisk | InMemory) -> None:
    journal = kept.open()
    journal.append([opening(), *(a_note(number) for number in range(2, 500))])
    assert journal.close(20)
    assert journal.saved == 499
    assert len(kept.events()) == 499


def test_closing_twice_is_closing_once(kept: OnDisk | InMemory) -> None:
    journal = kept.open()
    assert journal.close(5)
    assert journal.close(5)


def test_a_closed_journal_refuses_instead_of_losing(kept: OnDisk | InMemory) -> None:
    journal = kept.open()
    journal.append([opening()])
    journal.close(5)
    with pytest.raises(StorageError, match="closed"):
        journal.append([a_note(2)])
    with pytest.raises(StorageError, match="closed"):
        journal.keep_draft(Draft("a", 1))
    assert kept.events() == [opening()]
