"""What reviewing needs from the world outside. Each port has a fake in `tests/`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from interview_tui.errors import InterviewTuiError
from interview_tui.interview.ports import Moment
from interview_tui.record.comparison import Comparison
from interview_tui.record.digest import Digest
from interview_tui.record.export_ports import Written
from interview_tui.record.findable import Found, Source
from interview_tui.record.pseudonyms.candidates import Candidate
from interview_tui.record.pseudonyms.pseudonym import Pseudonym
from interview_tui.record.review.changes import Change
from interview_tui.record.review.commands import Reviewing
from interview_tui.record.under_review import UnderReview

Correction = Callable[[Reviewing, Moment], Change]
"""A reviewer's command."""


class Reviews(Protocol):
    """The reviews of a study's interviews. Its methods take their time: they are called in a thread."""

    @property
    def reviewer(self) -> str:
        """Who reviews at this machine."""
        ...

    def opened(self, case: str) -> UnderReview:
        """An interview as its review has it now.

        Raises:
            StorageError: the interview, its transcript or its review cannot be read.
        """
        ...

    def correct(self, case: str, correction: Correction) -> None:
        """Give a command to the review of a case; the change that comes of it is on disk when this returns.

        Raises:
            Refused: it cannot be done; nothing has changed.
            StorageError: something of the case cannot be read, or the change not written.
        """
        ...


class Overview(Protocol):
    """What is known of all interviews of a study together, made of their records. Called in a thread as well."""

    def digests(self) -> list[Digest]:
        """What there is, by case; it may be out of date."""
        ...

    def bring_up_to_date(
        self, on_case: Callable[[str, int, int], None], stop: Callable[[], bool]
    ) -> Mapping[str, InterviewTuiError]:
        """Make what is missing or stale; gives the cases that cannot be read.

        `on_case` is told which case is next, how many are done and of how many; `stop` is asked before each.
        """
        ...

    def search(
        self,
        query: str,
        *,
        source: Source | None = None,
        case: str = "",
        speaker: str = "",
        incident: str = "",
        limit: int = 50,
    ) -> Found:
        """What is found in what there is, the best first.

        Raises:
            ConfigError: nothing is said that could be found.
        """
        ...

    def comparison(self) -> Comparison:
        """The incidents of all interviews that are no rehearsals, side by side, of what there is."""
        ...

    def write_comparison(self, table: Comparison) -> Written:
        """Write a table among the study's exports, with names replaced by their pseudonyms.

        Raises:
            ExportError: a name that has a pseudonym would be left in it, or it cannot be written.
        """
        ...


class PseudonymBook(Protocol):
    """The pseudonyms of a study, kept outside it. Called in a thread as well."""

    def held(self, case: str) -> tuple[Pseudonym, ...]:
        """Those that hold in a case, those of the whole study with them."""
        ...

    def proposed(self, case: str) -> list[tuple[Candidate, Pseudonym]]:
        """What else may be a name in a case, the likeliest first, each with what could stand for it.

        What may be another spelling of a name has the pseudonym of that name, with one form more.
        """
        ...

    def no_names(self, case: str) -> tuple[str, ...]:
        """What was found to be no name in a case, or in the whole study: it is not proposed any more."""
        ...

    def give(self, case: str, wanted: Pseudonym, *, any_case: bool = False) -> Pseudonym:
        """Let something stand for a name, in its `case` or in the whole study; gives what was logged.

        `case` is the interview in which the name was met. Without a replacement it gets the next that is free.

        Raises:
            ConfigError: it would give its name away.
            StorageError: it cannot be logged.
        """
        ...

    def take_off(self, given: Pseudonym) -> None:
        """Let nothing stand for a name any more.

        Raises:
            ConfigError: nothing does.
            StorageError: that cannot be logged.
        """
        ...

    def say_it_is_none(self, name: str, case: str) -> None:
        """Take something for no name in a case (empty: in the whole study) from now on, until it is given a pseudonym.

        Raises:
            StorageError: that cannot be logged.
        """
        ...
