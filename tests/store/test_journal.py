"""The journal on disk, when things go wrong: killed, shut out, out of space, moved away."""

import contextlib
import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import interview_tui.store.journal as journal_module
from interview_tui.errors import StorageError
from interview_tui.interview.events import Event
from interview_tui.interview.ports import Draft
from interview_tui.store.database import connect, opened
from interview_tui.store.event_rows import add_events, keep_draft, read_draft, read_events, row_of
from interview_tui.store.journal import SqliteJournal
from tests.at_rest.encrypted import encrypted_study
from tests.store import making
from tests.store.making import a_note, opening, until, until_saved

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["open", "encrypted"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "encrypted":
        encrypted_study(tmp_path)
    return tmp_path / "study.db"


def on_disk(database: Path) -> list[Event]:
    with opened(database) as db:
        return read_events(db, "P07")


def told(last: int) -> list[Event]:
    """The events of an interview of `last` events, as `writing_process` writes them."""
    return [opening(), *(a_note(number) for number in range(2, last + 1))][:last]


def writing_process(database: Path, last: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.writing_process", str(database), str(last)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def lines_of(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout is not None
    return iter(process.stdout)


def test_killed_twenty_times_it_keeps_every_acknowledged_event_and_a_prefix_of_the_rest(database: Path) -> None:
    chance = random.Random(7)
    for _ in range(20):
        with writing_process(database, 1_000_000) as process:
            lines = lines_of(process)
            acknowledged = [int(next(lines)) for _ in range(chance.randrange(2, 60))]
            process.kill()
            acknowledged += [int(line) for line in lines if line.endswith("\n")]
        kept = on_disk(database)
        assert acknowledged[-1] > acknowledged[0]
        assert len(kept) >= acknowledged[-1]
        assert kept == told(len(kept))
        with opened(database) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            draft = read_draft(db, "P07")
            assert draft is not None
            assert draft.text == f"typing {draft.first_key_ms}"


def test_a_log_cut_off_anywhere_leaves_a_prefix(database: Path, tmp_path: Path) -> None:
    journal = SqliteJournal(database, "P07")
    for number, event in enumerate(told(30), 1):
        journal.append([event])
        until_saved(journal, number)
    log = (tmp_path / "study.db-wal").read_bytes()
    chance, lengths = random.Random(8), set()
    for round_number in range(40):
        copy = tmp_path / f"cut {round_number}" / "study.db"
        copy.parent.mkdir()
        shutil.copy(database, copy)
        copy.with_name("study.db-wal").write_bytes(log[: chance.randrange(len(log))])
        with closing(connect(copy)) as db:
            tables = db.table_names()
        kept = on_disk(copy) if "events" in tables else []
        assert kept == told(len(kept))
        lengths.add(len(kept))
    assert len(lengths) > 10
    assert journal.close(5)


def test_a_full_disk_is_shown_and_nothing_is_lost_once_there_is_room(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = threading.Event()

    def connect_to_a_small_disk(path: Path, busy_wait_s: float) -> Any:
        db = connect(path, busy_wait_s)
        if not room.is_set():
            pages = db.execute("PRAGMA page_count").fetchone()[0]
            db.execute(f"PRAGMA max_page_count = {pages + 2}")
        return db

    monkeypatch.setattr(journal_module, "connect", connect_to_a_small_disk)
    journal = SqliteJournal(database, "P07")
    events = told(400)
    for event in events:
        journal.append([event])
        journal.keep_draft(Draft("half a li", 7))
    until(lambda: journal.failure is not None, "the failure")
    failure = journal.failure
    assert failure is not None
    assert str(database) in failure.message
    assert "full" in failure.message
    assert not journal.close(0.05)
    assert journal.saved < 400
    room.set()
    assert journal.close(10)
    assert journal.failure is None
    assert on_disk(database) == events


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with room for about a megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", str(folder)]
    if sys.platform != "linux" or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small file system takes Linux and root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_disk_that_is_really_full_takes_everything_when_it_has_room_again(small_disk: Path) -> None:
    journal = SqliteJournal(small_disk / "study.db", "P07")
    journal.append(told(20))
    until_saved(journal, 20)
    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"\0" * 4096):
            pass
    later = [a_note(number) for number in range(21, 300)]
    journal.append(later)
    until(lambda: journal.failure is not None, "the failure")
    assert journal.saved == 20
    ballast.unlink()
    assert journal.close(10)
    assert on_disk(small_disk / "study.db") == told(299)


def test_while_another_program_holds_the_database_events_wait_in_order(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "BUSY_WAIT_S", 0.05)
    journal = SqliteJournal(database, "P07")
    journal.append(told(3))
    until_saved(journal, 3)
    with closing(connect(database)) as browser:
        browser.execute("BEGIN IMMEDIATE")
        for number in range(4, 8):
            journal.append([a_note(number)])
        until(lambda: journal.failure is not None, "the failure")
        assert journal.saved == 3
        assert "another program" in str(journal.failure)
        browser.execute("ROLLBACK")
    until_saved(journal, 7)
    assert journal.failure is None
    assert on_disk(database) == told(7)
    assert journal.close(5)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not let an open file be moved")
def test_a_database_moved_away_is_noticed_and_not_replaced_by_an_empty_one(database: Path) -> None:
    journal = SqliteJournal(database, "P07")
    journal.append(told(3))
    until_saved(journal, 3)
    elsewhere = database.with_name("elsewhere.db")
    database.rename(elsewhere)
    journal.append([a_note(4)])
    until(lambda: journal.failure is not None, "the failure")
    assert journal.saved == 3
    assert not database.exists()
    elsewhere.rename(database)
    until_saved(journal, 4)
    assert on_disk(database) == told(4)
    assert journal.close(5)


def test_a_database_that_lost_events_is_not_gone_on_with_as_if_it_had_them(database: Path) -> None:
    journal = SqliteJournal(database, "P07")
    journal.append(told(3))
    until_saved(journal, 3)
    with opened(database) as db:
        db.table("events").delete_where("number = 3")
    journal.append([a_note(4)])
    until(lambda: journal.failure is not None, "the refusal")
    assert "is not the one" in str(journal.failure)
    assert journal.saved == 3
    with opened(database) as db:
        db.table("events").insert(_row(3))
    assert journal.close(10)
    assert on_disk(database) == told(4)


def _row(number: int) -> dict[str, Any]:
    return dict(row_of("P07", number, a_note(number)))


def test_a_commit_that_reported_failure_but_reached_the_disk_is_not_written_twice(database: Path) -> None:
    journal = SqliteJournal(database, "P07")
    journal.append(told(2))
    until_saved(journal, 2)
    with opened(database) as db:
        db.table("events").insert(_row(3))
    journal.append([a_note(3), a_note(4)])
    assert journal.close(5)
    assert on_disk(database) == told(4)


def test_another_events_under_the_same_number_are_never_overwritten(database: Path) -> None:
    journal = SqliteJournal(database, "P07")
    journal.append(told(2))
    until_saved(journal, 2)
    with opened(database) as db:
        db.table("events").insert({**_row(4), "number": 3})
    journal.append([a_note(3)])
    until(lambda: journal.failure is not None, "the refusal")
    assert on_disk(database)[2] == a_note(4)
    with opened(database) as db:
        db.table("events").delete_where("number = 3")
    assert journal.close(10)
    assert on_disk(database) == told(3)


def test_two_programs_cannot_write_one_interview(database: Path) -> None:
    with writing_process(database, 0) as other:
        assert next(lines_of(other)) == "0\n"
        with pytest.raises(StorageError, match=r"P07 is open in another interview-tui .*P07\.lock"):
            SqliteJournal(database, "P07")
        assert SqliteJournal(database, "P08").close(5)
        assert other.stdin is not None
        other.stdin.close()
    assert SqliteJournal(database, "P07").close(5)


def test_nor_can_one_program_twice(database: Path) -> None:
    first = SqliteJournal(database, "P07")
    with pytest.raises(StorageError, match="is open"):
        SqliteJournal(database, "P07")
    assert first.close(5)
    assert SqliteJournal(database, "P07").close(5)


def test_a_journal_that_cannot_be_opened_lets_go_of_the_case(database: Path) -> None:
    database.write_bytes(b"not a database" * 100)
    for _ in range(2):
        with pytest.raises(StorageError, match=r"not a database|cannot be opened with the key"):
            SqliteJournal(database, "P07")


def test_a_program_that_ends_without_closing_has_saved_all_and_ends(database: Path) -> None:
    with writing_process(database, 300) as process:
        lines = list(lines_of(process))
        assert process.wait(making.LONGEST_WAIT_S) == 0, lines
    assert on_disk(database) == told(300)


def test_a_program_ends_even_if_its_disk_never_takes_the_rest(database: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from interview_tui.store.journal import SqliteJournal\n"
        "from tests.store.making import opening, until\n"
        "path = Path(sys.argv[1]); journal = SqliteJournal(path, 'P07'); path.rename(path.with_name('away.db'))\n"
        "journal.append([opening()]); until(lambda: journal.failure is not None, 'failing')\n"
        "print(journal.close(0.01))\n"
    )
    if sys.platform == "win32":
        pytest.skip("Windows does not let an open file be moved")
    done = subprocess.run(
        [sys.executable, "-c", script, str(database)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=making.LONGEST_WAIT_S,
        check=False,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("False\n", "", 0)


def test_a_fault_of_our_own_is_shown_and_does_not_end_the_writer(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repaired = threading.Event()

    def add(*arguments: Any) -> None:
        if not repaired.is_set():
            raise RuntimeError("a fault")
        add_events(*arguments)

    monkeypatch.setattr(journal_module, "add_events", add)
    journal = SqliteJournal(database, "P07")
    journal.append([opening()])
    until(lambda: journal.failure is not None, "the failure")
    assert "a fault" in str(journal.failure)
    repaired.set()
    assert journal.close(10)
    assert on_disk(database) == [opening()]


def test_what_comes_while_the_disk_is_busy_is_taken_at_once_and_kept(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy, done = threading.Event(), threading.Event()

    def slowly(*arguments: Any) -> None:
        keep_draft(*arguments)
        busy.set()
        assert done.wait(making.LONGEST_WAIT_S)

    monkeypatch.setattr(journal_module, "keep_draft", slowly)
    journal = SqliteJournal(database, "P07")
    journal.append(told(1))
    journal.keep_draft(Draft("h", 1))
    assert busy.wait(making.LONGEST_WAIT_S)
    assert journal.append([a_note(2)]) == 2
    journal.keep_draft(Draft("he", 1))
    assert not journal.close(0.01)
    done.set()
    assert journal.close(5)
    assert on_disk(database) == told(2)
    with opened(database) as db:
        assert read_draft(db, "P07") == Draft("he", 1)


def test_readers_read_while_the_journal_writes(database: Path) -> None:
    journal = SqliteJournal(database, "P07")
    seen = 0
    for number, event in enumerate(told(200), 1):
        journal.append([event])
        if number % 10 == 0:
            kept = on_disk(database)
            assert kept == told(len(kept))
            assert len(kept) >= seen
            seen = len(kept)
    assert journal.close(5)
    assert journal.failure is None
    assert on_disk(database) == told(200)


def test_two_interviews_are_written_side_by_side_without_a_hitch(database: Path) -> None:
    journals = [SqliteJournal(database, case) for case in ("P07", "P08")]
    failures = []
    for event in told(300):
        for journal in journals:
            journal.append([event])
            failures.append(journal.failure)
    assert all(journal.close(20) for journal in journals)
    assert set(failures) == {None}
    with opened(database) as db:
        assert read_events(db, "P07") == read_events(db, "P08") == told(300)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_only_its_owner_may_read_a_study(database: Path) -> None:
    journal = SqliteJournal(database, "P07")
    journal.append([opening()])
    until_saved(journal, 1)
    files = [path for path in database.parent.rglob("*") if path.is_file()]
    assert {"study.db", "study.db-wal", "P07.lock"} <= {path.name for path in files}
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in files} == {path.name: "0o600" for path in files}
    assert oct((database.parent / "locks").stat().st_mode & 0o777) == "0o700"
    assert journal.close(5)
