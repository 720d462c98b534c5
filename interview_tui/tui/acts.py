"""What a reviewer does to a record: the correction that is given to its review, and what is said of it.

An act is made of the record as it is when its turn has come, and names times, never rows of the screen. Where nothing
can be done it is a sentence that says why. Here are the acts about who speaks and about the review as a whole; those
about words and turns are in `correcting`, those about where talk and notes belong in `belonging`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from interview_tui.interview.corrections import (
    NotePlaced,
    NoteTied,
    SpeakersSwapped,
    TalkPlaced,
    TalkReleased,
    TurnGiven,
)
from interview_tui.interview.events import Stretch
from interview_tui.record.doubts import DoubtKind
from interview_tui.record.edits import OTHER, lies_in, next_speaker
from interview_tui.record.review.changes import (
    Change,
    Quoted,
    ReviewState,
    Settled,
    StateReached,
    TurnCut,
    TurnsJoined,
    Undone,
    WordsCorrected,
)
from interview_tui.record.review_ports import Correction
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, Turn, Word
from interview_tui.record.under_review import UnderReview
from interview_tui.tui import signs

WHOSE = {INTERVIEWER: "the interviewer's", RESPONDENT: "the respondent's"}
NO_TURN = "Choose a turn: what somebody said can be given to the other one."
NOBODY = "Nobody is told apart here: there is nothing to swap. g gives a single turn."
NOTHING_OF_YOURS = "There is nothing of yours to undo. What others changed is in the history: h."
HOLDS_NO_MORE = "This change holds no more."
NO_DOUBT = "This is doubtful no more."
DEEDS: dict[type[Change], str] = {
    WordsCorrected: "words corrected",
    TurnCut: "turn cut",
    TurnsJoined: "turns joined",
    TurnGiven: "speaker changed",
    SpeakersSwapped: "speakers swapped",
    TalkPlaced: "talk moved",
    TalkReleased: "talk left to the program",
    NoteTied: "note tied to a moment",
    NotePlaced: "note moved",
    Quoted: "quotation marked",
    Settled: "doubt settled",
    StateReached: "how far the review is",
    Undone: "taken back",
}
"""What was changed, in a few words."""


@dataclass(frozen=True, slots=True)
class Act:
    """A correction, and what is said once it is made."""

    correction: Correction
    done: str


Acting = Callable[[UnderReview], Act | str]
"""What is to be done, once everything that was done before it is in the record."""


def heard_of(turn: Turn) -> str:
    """Who a turn of the record is heard as: what every act on words goes by, whoever the turn was given to."""
    return turn.heard_as or turn.speaker


def stretch_of(turn: Turn, words: Sequence[Word]) -> Stretch:
    """Where some words of a turn, one beside the other, lie: in it are no more of its words than these.

    All of them are the turn's own stretch, by which it is known again.
    """
    if len(words) == len(turn.words):
        return turn.stretch
    whole = Stretch(words[0].start_ms, max(word.end_ms for word in words))
    if sum(lies_in(whole, word) for word in turn.words) == len(words):
        return whole
    middles = [(word.start_ms + word.end_ms) // 2 for word in words]  # they overlap with others, or have no length
    return Stretch(min(middles), max(middles) + 1)


def words_in(turn: Turn, stretch: Stretch) -> tuple[Word, ...]:
    """The words of a turn in a stretch; in its own are all of them, the last as well if that has no length."""
    return turn.words if turn.stretch == stretch else tuple(word for word in turn.words if lies_in(stretch, word))


def turns_in(found: UnderReview, stretch: Stretch, heard: str = "") -> list[Turn]:
    """The turn that this stretch is, or else all that have words in it; of one speaker by who they are heard as."""
    turns = [placed.turn for placed in found.record.turns if heard in ("", heard_of(placed.turn))]
    return [turn for turn in turns if turn.stretch == stretch] or [turn for turn in turns if words_in(turn, stretch)]


def give(found: UnderReview, said: Stretch, heard: str = "") -> Act | str:
    """Give a turn that lies here, or the words of one that do, on to the next speaker."""
    turns = turns_in(found, said, heard) or turns_in(found, said)  # they may have been swapped meanwhile
    if not turns:
        return NO_TURN
    turn = turns[0]
    to, own = next_speaker(turn), heard_of(turn)
    whose, kept = WHOSE.get(to, "nobody's"), to if to != own else ""
    they, them = ("This turn is", "it") if turn.stretch == said else ("These words are", "them")
    return Act(
        lambda reviewing, now: reviewing.give(said, kept, now),
        f"{they} {whose} again, as heard." if to == own else f"{they} {whose} now; g gives {them} on.",
    )


def swap(found: UnderReview) -> Act | str:
    """Swap the two speakers of the whole interview."""
    if not any(placed.turn.speaker in OTHER for placed in found.record.turns):
        return NOBODY
    return Act(
        lambda reviewing, now: reviewing.swap_speakers(now),
        "The two speakers are swapped in the whole interview. x swaps them back.",
    )


def settle(found: UnderReview, kind: DoubtKind, stretch: Stretch, comment: str = "") -> Act | str:
    """Say that a doubt was looked into: it is right as it is, or was put right."""
    alike = [doubt for doubt in found.queue if doubt.kind is kind and doubt.stretch == stretch and not doubt.settled]
    if not alike:
        return NO_DOUBT
    left = len(found.open_doubts) - 1
    return Act(
        lambda reviewing, now: reviewing.settle(stretch, kind.value, comment, now),
        f"Settled; {signs.counted(left, 'doubt')} left. u undoes it." if left else "Settled; it was the last doubt.",
    )


def reach(found: UnderReview, state: ReviewState, comment: str = "") -> Act | str:
    """Say how far the review is; to go back needs a word why."""
    if found.review.state is state:
        return f"This interview is {state} already."
    left = len(found.open_doubts)
    still = f", with {signs.counted(left, 'open doubt')}" if left and state is not ReviewState.TRANSCRIBED else ""
    return Act(
        lambda reviewing, now: reviewing.reach(state, comment, now),
        f"This interview is {state} now{still}. u undoes it.",
    )


def undo(found: UnderReview, by: str) -> Act | str:
    """Undo somebody's newest change that holds."""
    last = found.log.last_of(by)
    if last is None:
        return NOTHING_OF_YOURS
    return Act(lambda reviewing, now: reviewing.undo(by, now), f"Undone: {DEEDS[type(last.change)]}. U does it again.")


def redo(_: UnderReview, by: str) -> Act | str:
    """Do again what somebody has undone last."""
    return Act(lambda reviewing, now: reviewing.redo(by, now), "Done again. u undoes it.")


def take_back(found: UnderReview, edit: str) -> Act | str:
    """Undo a change by the id of its edit, whoever made it."""
    made = next((one for one in found.log.holding if one.id == edit), None)
    if made is None:
        return HOLDS_NO_MORE
    return Act(
        lambda reviewing, now: reviewing.take_back(edit, now),
        f"Taken back: {DEEDS[type(made.change)]}, by {made.by}. U does it again.",
    )
