"""The app with a journal on disk, to be run in a terminal by a test: `python -m tests.tui.app_in_a_terminal FOLDER`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from interview_tui.bootstrap import CallClock
from interview_tui.interview.call import Call
from interview_tui.interview.session import Session
from interview_tui.store.journal import SqliteJournal
from interview_tui.tui.app import InterviewApp
from interview_tui.tui.ports import Conduct
from tests.fakes import FakeRecorder, ManualClock
from tests.tui.staging import CASE, Stage, mentoring


def main(folder: Path) -> int:
    """Conduct an interview until it is left."""

    def open_call(case: str) -> Call:
        clock = CallClock()
        journal = SqliteJournal(folder / "study.db", case)
        session, begun = Session.open(mentoring(), case, "AB", clock.now())
        journal.append(begun)
        return Call(session, journal, FakeRecorder(ManualClock()), clock, folder)

    stage = replace(Stage().adapters, open_call=open_call)
    return InterviewApp(lambda: stage, Conduct(CASE), exit_when_ended=True).run_until_left()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
