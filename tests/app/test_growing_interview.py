"""The journal of a call that goes on, read as it grows."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from interview_tui import growing
from interview_tui.errors import StorageError
from interview_tui.growing import GrowingInterview
from interview_tui.interview.commanding import Events
from interview_tui.interview.events import Stretch
from interview_tui.interview.ports import Moment
from interview_tui.interview.session import Session
from interview_tui.interview.withholding import Proposal
from interview_tui.store.database import opened
from interview_tui.store.study import DATABASE_FILE
from tests.app.laid_study import CASE, LaidStudy
from tests.at_rest.encrypted import encrypted_study

Command = Callable[[Session, Moment], Events]


def note(text: str) -> Command:
    return lambda session, now: session.enter(text, now.at_ms, now)


def withheld(session: Session, now: Moment) -> Events:
    notes = tuple(session.interview.notes.values())
    return session.withhold(Proposal("a test", (Stretch(0, now.at_ms),), notes), now)


def ended(session: Session, now: Moment) -> Events:
    return session.end("complete", now)


@pytest.fixture(params=["open", "encrypted"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> LaidStudy:
    if request.param == "encrypted":
        encrypted_study(tmp_path / "study")
    return LaidStudy.make(tmp_path / "study")


def test_it_is_what_the_whole_journal_adds_up_to_whatever_comes(made: LaidStudy) -> None:
    following = GrowingInterview(made.study, CASE)
    for command in (
        note("spoke of @Wexcombe"),
        note("y"),
        withheld,
        note("later"),
        lambda s, now: s.end("complete", now),
    ):
        made.do(command)
        assert following.so_far() == made.study.interview(CASE)
        assert following.so_far() == made.study.interview(CASE)


def test_no_event_is_read_twice(made: LaidStudy, monkeypatch: pytest.MonkeyPatch) -> None:
    study, read = LaidStudy.at(made.study.path).study, list[str]()

    def counted(name: str, reading: Callable[..., Any]) -> Callable[..., Any]:
        def read_it(asked: object) -> Any:
            read.append(name)
            return reading(asked)

        return read_it

    monkeypatch.setattr(study, "events", counted("all", study.events))
    monkeypatch.setattr(growing, "event_of", counted("one", growing.event_of))
    following = GrowingInterview(study, CASE)
    following.so_far()
    for text in ("one", "two"):
        made.do(note(text))
        assert following.so_far() == made.study.interview(CASE)
    assert read.count("all") == 1
    assert read.count("one") == 4  # each new one, and the last known, by which it is seen that the journal is the same


def test_a_journal_that_was_put_in_its_place_is_read_anew(made: LaidStudy, tmp_path: Path) -> None:
    copy = shutil.copytree(made.study.path, tmp_path / "copy")
    following = GrowingInterview(made.study, CASE)
    made.do(note("here"))
    following.so_far()
    other = LaidStudy.at(copy)
    other.do(note("there"))
    other.do(note("and there"))
    for file in made.study.path.glob(f"{DATABASE_FILE}*"):
        file.unlink()
    for file in copy.glob(f"{DATABASE_FILE}*"):
        shutil.copy(file, made.study.path)
    assert following.so_far() == other.study.interview(CASE)


def test_an_event_that_is_missing_is_told(made: LaidStudy) -> None:
    following = GrowingInterview(made.study, CASE)
    following.so_far()
    made.do(note("one"))
    made.do(note("two"))
    missing = made.study.interview(CASE).events - 1
    with opened(made.study.path / DATABASE_FILE) as db, db.conn:
        db.execute("DELETE FROM events WHERE number = ?", [missing])
    with pytest.raises(StorageError, match=f"Event {missing} of {CASE} is missing"):
        following.so_far()
