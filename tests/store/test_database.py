"""The database: made, brought up to date, backed up, refused."""

import re
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from interview_tui.at_rest.encrypted_folder import study_of
from interview_tui.errors import StorageError
from interview_tui.store import database
from interview_tui.store.database import MIGRATIONS, connect, create, opened
from interview_tui.store.event_rows import add_events, read_events, row_of
from tests.at_rest.encrypted import encrypted_study
from tests.store.making import a_note, opening


@pytest.fixture(params=["open", "encrypted"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "encrypted":
        encrypted_study(tmp_path)
    return tmp_path / "study.db"


def names(migrations: Migrations) -> list[str]:
    with closing(Database(memory=True)) as nothing:
        return [migration.name for migration in migrations.pending(nothing)]


def contents(path: Path) -> dict[str, object]:
    """How every table is made, and what is in it."""
    with closing(connect(path)) as db:
        made = dict(db.execute("SELECT name, sql FROM sqlite_master ORDER BY name"))
        rows = {name: db.execute(f'SELECT * FROM "{name}"').fetchall() for name in db.table_names()}
    return {name: (made[name], rows.get(name)) for name in made if "_sqlite_migrations" not in name}


def written(path: Path) -> None:
    create(path)
    with opened(path) as db:
        add_events(db, [row_of("P07", 1, opening()), row_of("P07", 2, a_note(2))])


def later(*steps: str) -> Migrations:
    """Our migrations and more: each step is SQL."""
    more = Migrations("interview_tui")
    with closing(Database(memory=True)) as nothing:
        for migration in MIGRATIONS.pending(nothing):
            more(name=migration.name)(migration.fn)
    for number, sql in enumerate(steps, len(names(MIGRATIONS)) + 1):

        def step(db: Database, sql: str = sql) -> None:
            for statement in sql.split(";"):
                db.execute(statement)

        more(name=f"m{number:03}_later")(step)
    return more


def test_migrations_are_numbered_without_gaps() -> None:
    numbers = [re.fullmatch(r"m(\d{3})_[a-z_]+", name) for name in names(MIGRATIONS)]
    assert [int(found[1]) for found in numbers if found] == list(range(1, len(names(MIGRATIONS)) + 1))


def test_from_every_past_version_the_tables_come_out_the_same(tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.db"
    create(fresh)
    with opened(fresh):
        pass
    for stop in names(MIGRATIONS):
        old = tmp_path / f"{stop}.db"
        create(old)
        with closing(connect(old)) as db:
            MIGRATIONS.apply(db, stop_before=stop)
        with opened(old):
            pass
        assert contents(old) == contents(fresh)


def test_a_new_database_needs_no_backup_and_writes_ahead(path: Path) -> None:
    create(path)
    with opened(path) as db:
        assert db.journal_mode == "wal"
        assert db.execute("PRAGMA synchronous").fetchone() == (2,)
        assert all(db.table(name).strict for name in ("events", "interviews", "drafts", "schedules"))
    assert not (path.parent / "backups").exists()


def test_before_a_migration_the_whole_database_is_copied(path: Path) -> None:
    written(path)
    before = contents(path)
    with opened(path, later("ALTER TABLE drafts ADD COLUMN colour TEXT")) as db:
        assert "colour" in db.table("drafts").columns_dict
        assert len(read_events(db, "P07")) == 2
    [backup] = (path.parent / "backups").iterdir()
    assert re.fullmatch(r"study-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{6}Z-before-m002_later\.db", backup.name)
    assert contents(backup) == before
    if sys.platform != "win32":
        assert oct(backup.stat().st_mode & 0o777) == "0o600"
        assert oct(backup.parent.stat().st_mode & 0o777) == "0o700"


def test_a_migration_that_fails_leaves_nothing_but_the_backup(path: Path) -> None:
    written(path)
    before = contents(path)
    failing = later("ALTER TABLE drafts ADD COLUMN colour TEXT; INSERT INTO nowhere VALUES (1)")
    with pytest.raises(StorageError, match=r"m002_later failed \(no such table: nowhere\).*backups") as error:  # noqa: SIM117
        with opened(path, failing):
            pytest.fail("it was opened")
    assert contents(path) == before
    [backup] = (path.parent / "backups").iterdir()
    assert str(backup) in error.value.hint
    assert contents(backup) == before
    with opened(path) as db:
        assert len(read_events(db, "P07")) == 2


def test_when_the_second_of_two_fails_the_first_stays(path: Path) -> None:
    written(path)
    with (
        pytest.raises(StorageError, match="m003_later failed"),
        opened(path, later("ALTER TABLE drafts ADD COLUMN colour TEXT", "INSERT INTO nowhere VALUES (1)")),
    ):
        pytest.fail("it was opened")
    with opened(path, later("ALTER TABLE drafts ADD COLUMN colour TEXT")) as db:
        assert "colour" in db.table("drafts").columns_dict


def test_without_a_backup_nothing_is_migrated(path: Path) -> None:
    written(path)
    (path.parent / "backups").write_text("in the way", encoding="utf-8")
    before = contents(path)
    with pytest.raises(StorageError, match="backups"), opened(path, later("ALTER TABLE drafts ADD COLUMN colour TEXT")):
        pytest.fail("it was opened")
    assert contents(path) == before


def test_a_database_of_a_newer_version_is_refused_untouched(path: Path) -> None:
    written(path)
    with opened(path, later("ALTER TABLE drafts ADD COLUMN colour TEXT")):
        pass
    before = path.read_bytes()
    with pytest.raises(StorageError, match=r"newer version of interview-tui \(it knows m002_later\)"), opened(path):
        pytest.fail("it was opened")
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_refused_untouched(path: Path) -> None:
    create(path)
    with closing(connect(path)) as other:
        other.execute("CREATE TABLE moz_places (id INTEGER)")
    before = path.read_bytes()
    with pytest.raises(StorageError, match="a database of another program"), opened(path):
        pytest.fail("it was opened")
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_untouched(path: Path) -> None:
    path.write_bytes(b"Dear diary, " * 500)
    said = "is not a database|cannot be opened with the key of this study"
    with pytest.raises(StorageError, match=said) as error, opened(path):
        pytest.fail("it was opened")
    assert "backups" in error.value.hint
    assert path.read_bytes() == b"Dear diary, " * 500


def test_a_damaged_database_is_refused_with_the_way_out(path: Path) -> None:
    create(path)
    with opened(path) as db:
        add_events(
            db, [row_of("P07", 1, opening()), *(row_of("P07", number, a_note(number)) for number in range(2, 900))]
        )
    damaged = bytearray(path.read_bytes())
    damaged[8192:] = b"\xff" * (len(damaged) - 8192)
    path.write_bytes(damaged)
    with pytest.raises(StorageError, match="is damaged") as error, opened(path) as db:
        read_events(db, "P07")
    assert (".recover" in error.value.hint) is (study_of(path) is None)
    assert "backups" in error.value.hint
    assert path.read_bytes() == bytes(damaged)


def test_a_missing_database_is_never_made_by_opening(path: Path) -> None:
    with pytest.raises(StorageError, match="is not there"), opened(path):
        pytest.fail("it was opened")
    assert not path.exists()


def test_a_backup_that_is_interrupted_leaves_no_file_that_looks_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(path)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(database, "put_in_place", interrupted)
    with pytest.raises(KeyboardInterrupt), opened(path) as db:
        database.back_up(db, path, "m002_later")
    assert list((path.parent / "backups").iterdir()) == []
