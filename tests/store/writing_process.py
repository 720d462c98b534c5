"""A program that writes an interview as fast as it can, for the tests that kill it or shut it out.

    python -m tests.store.writing_process DATABASE LAST

It goes on after the last event that is there, up to event LAST, and says on standard output which event is saved.
With LAST 0 it only holds the case until standard input ends. It leaves without closing the journal.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from interview_tui.interview.ports import Draft
from interview_tui.store.journal import SqliteJournal
from tests.store.making import a_note, opening

IN_FLIGHT = 10


def main() -> None:
    journal = SqliteJournal(Path(sys.argv[1]), "P07")
    last, told = int(sys.argv[2]), journal.saved
    print(told, flush=True)  # noqa: T201 - the protocol
    number = told
    while number < last:
        number = journal.append([opening() if number == 0 else a_note(number + 1)])
        journal.keep_draft(Draft(f"typing {number}", number))
        while told < journal.saved or number - told > IN_FLIGHT:
            if told < journal.saved:
                told = journal.saved
                print(told, flush=True)  # noqa: T201
            time.sleep(0)
    if not last:
        sys.stdin.read()


if __name__ == "__main__":
    main()
