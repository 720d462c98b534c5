"""A reviewer who does acts to a small interview, in memory."""

from __future__ import annotations

from functools import partial

from interview_tui.interview.events import Stretch
from interview_tui.interview.withholding import since
from interview_tui.record.review.changes import Change
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, UNKNOWN, Turn, Word
from interview_tui.record.under_review import UnderReview
from interview_tui.tui import acts, correcting
from interview_tui.tui.acts import Acting, heard_of, stretch_of
from tests.examples import at, handover
from tests.fake_review import FakeReviews
from tests.fake_study import FakeStudy
from tests.fakes import ManualClock
from tests.interview.telling import Telling, told
from tests.record.talking import transcript, turn

WIDTH = 78
"""Of the row in which an act says what it has done, on a screen of 80 columns."""

CASE = "P01"
TALK = (
    turn(1, INTERVIEWER, 20_000, 22_000, "What happened then?"),
    turn(2, RESPONDENT, 23_000, 28_000, "We met at the porters lodge"),
    turn(3, INTERVIEWER, 25_000, 25_600, "Mm hm."),
    turn(4, UNKNOWN, 29_000, 31_000, "Once or twice."),
    turn(5, RESPONDENT, 32_000, 36_000, "and then he shouted at us"),
    Turn(6, INTERVIEWER, (Word("What", 40_000, 40_300), Word("did", 40_300, 40_600), Word("you?", 40_600, 40_600))),
    turn(7, RESPONDENT, 41_000, 49_000, "I sat down and wrote the chart anew"),
)


def call() -> Telling:
    """A call with a rough incident and three notes on it; from 50 s to 61 s it is withheld; it is over at 80 s."""
    call = told()
    call.give(call.session.come_back_on_record(at(61_000)))
    call.take_back(since(call.interview, 50_000, 60_000, "since then"), 70_000)
    call.give(call.session.end("complete", at(80_000)))
    return call


class Table:
    """Ann at work on the call, over a study in memory."""

    def __init__(self, *talk: Turn) -> None:
        self.study = FakeStudy()
        self.study.add(CASE, handover(), call().events, transcript(*(talk or TALK)))
        self.reviews = FakeReviews(self.study, ManualClock(90_000), "ann")
        self._read: tuple[int, UnderReview] | None = None

    @property
    def found(self) -> UnderReview:
        """The interview as it is now; read anew when something was changed."""
        edits = len(self.study.reviews.get(CASE, ()))
        if self._read is None or self._read[0] != edits:
            self._read = edits, self.reviews.opened(CASE)
        return self._read[1]

    @property
    def turns(self) -> list[Turn]:
        return [placed.turn for placed in self.found.record.turns]

    @property
    def said(self) -> list[str]:
        """The record's turns: who speaks, and what."""
        return [f"{one.speaker[:1].upper()} {one.text}" for one in self.turns]

    def turn(self, text: str) -> Turn:
        """The turn with this in it."""
        return next(one for one in self.turns if text in one.text)

    def words(self, text: str) -> tuple[Stretch, str]:
        """Where words of a turn lie, and who is heard there."""
        one = self.turn(text)
        sought = text.split()
        texts = [word.text for word in one.words]
        first = next(n for n in range(len(texts)) if texts[n : n + len(sought)] == sought)
        return stretch_of(one, one.words[first : first + len(sought)]), heard_of(one)

    def do(self, acting: Acting) -> str:
        """Do something; gives what is said of it."""
        self.reviews.clock.advance(1_000)
        act = acting(self.found)
        if isinstance(act, str):
            return act
        self.reviews.correct(CASE, act.correction)
        return act.done

    def give(self, text: str) -> str:
        stretch, heard = self.words(text)
        return self.do(partial(acts.give, said=stretch, heard=heard))

    def mark(self, act, text: str) -> str:
        """Do something to words."""
        stretch, heard = self.words(text)
        return self.do(partial(act, stretch=stretch, heard=heard))

    def edit(self, before: str, after: str) -> str:
        stretch, heard = self.words(before)
        return self.do(lambda found: correcting.correct_words(found, stretch, heard, before, after))

    def changes(self, *kinds: type[Change]) -> list[Change]:
        return [edit.change for edit in self.found.log.holding if isinstance(edit.change, kinds)]
