"""Events as rows and back: nothing that can happen is changed by being kept."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.errors import StorageError
from interview_tui.interview.event_json import EVENT_TYPES
from interview_tui.interview.events import Event
from interview_tui.interview.ports import Draft
from interview_tui.store import database
from interview_tui.store.event_rows import add_events, keep_draft, read_draft, read_events, row_of
from tests.store.making import a_note, opening
from tests.strategies import events, texts


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("study") / "study.db"
    database.create(made)
    return made


@pytest.mark.parametrize("kind", EVENT_TYPES.values(), ids=list(EVENT_TYPES))
def test_every_event_comes_back_as_it_was(path: Path, kind: type[Event]) -> None:
    with database.opened(path) as db:

        @settings(deadline=None)
        @given(events([kind]))
        def comes_back(event: Event) -> None:
            db.table("events").delete_where()
            add_events(db, [row_of("P07", 1, event)])
            assert read_events(db, "P07") == [event]

        comes_back()


def test_any_list_of_events_comes_back_in_order(path: Path) -> None:
    with database.opened(path) as db:

        @settings(deadline=None)
        @given(st.lists(events(), min_size=1, max_size=30))
        def comes_back(told: list[Event]) -> None:
            db.table("events").delete_where()
            add_events(db, [row_of("P07", number, event) for number, event in enumerate(told, 1)])
            assert read_events(db, "P07") == told

        comes_back()


def test_any_half_typed_line_comes_back(path: Path) -> None:
    with database.opened(path) as db:

        @settings(deadline=None)
        @given(st.builds(Draft, texts, st.integers(0, 2**53)))
        def comes_back(draft: Draft) -> None:
            keep_draft(db, "P07", draft)
            assert read_draft(db, "P07") == draft

        comes_back()


def test_half_a_character_from_a_broken_terminal_can_be_kept(path: Path) -> None:
    with database.opened(path) as db:
        db.table("events").delete_where()
        broken = a_note(1, item="\udcff")
        add_events(db, [row_of("P07", 1, broken)])
        keep_draft(db, "P07", Draft("\ud83d", 1))
        assert read_events(db, "P07") == [broken]
        assert read_draft(db, "P07") == Draft("\ud83d", 1)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("body", '{"note": "n2", "text', "Event 2 of P07 cannot be read: Unterminated string"),
        ("body", "[]", "Event 2 of P07 cannot be read"),
        ("body", "{}", "Event 2 of P07 cannot be read: A NoteTaken event in the journal is damaged"),
        ("type", "Teleported", "Event 2 of P07 cannot be read: .*'Teleported', which this version does not know"),
    ],
)
def test_a_damaged_event_is_named_by_case_and_number(tmp_path: Path, column: str, value: str, said: str) -> None:
    path = tmp_path / "study.db"
    database.create(path)
    with database.opened(path) as db:
        add_events(db, [row_of("P07", 1, opening()), row_of("P07", 2, a_note(2)), row_of("P07", 3, a_note(3))])
        db.execute(f'UPDATE events SET "{column}" = ? WHERE number = 2', [value])
        with pytest.raises(StorageError, match=said) as error:
            read_events(db, "P07")
        assert error.value.hint


def test_a_missing_event_is_named(path: Path) -> None:
    with database.opened(path) as db:
        db.table("events").delete_where()
        add_events(db, [row_of("P07", number, a_note(number)) for number in (1, 2, 3)])
        db.table("events").delete_where("number = 2")
        with pytest.raises(StorageError, match="Event 2 of P07 is missing"):
            read_events(db, "P07")


def test_the_tables_take_nothing_but_their_types(path: Path) -> None:
    with database.opened(path), closing(sqlite3.connect(path)) as raw, pytest.raises(sqlite3.IntegrityError):
        raw.execute("""INSERT INTO events VALUES ('P07', 'one', 0, 0, 'Visited', '{}')""")
