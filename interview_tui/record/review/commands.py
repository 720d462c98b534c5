"""What a reviewer can do to a record: every command checks, and gives the change that is to be added to the log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile

from interview_tui.errors import Refused
from interview_tui.interview.corrections import (
    NotePlaced,
    NoteTied,
    SpeakersSwapped,
    TalkPlaced,
    TalkReleased,
    TurnGiven,
)
from interview_tui.interview.events import Place, Stretch
from interview_tui.interview.facts import lies_within
from interview_tui.interview.ports import Moment
from interview_tui.interview.state import Interview
from interview_tui.record.edits import OTHER, lies_in, relabelled, swapped
from interview_tui.record.placing import reviewed, rounds_before
from interview_tui.record.review.changes import (
    Quoted,
    ReviewState,
    Settled,
    StateReached,
    TurnCut,
    TurnsJoined,
    Undone,
    WordsCorrected,
)
from interview_tui.record.review.log import Edit, Log
from interview_tui.record.review.review import review_of
from interview_tui.record.review.words import is_of, reworded
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, UNKNOWN, Turn, Word, outside

SPEAKERS = (INTERVIEWER, RESPONDENT, UNKNOWN)
STATES = tuple(ReviewState)


class Reviewing:
    """The commands over the review of an interview as its log has it now; none of them changes anything by itself.

    Whom a command says was `heard` is who a turn of the record was heard as (`heard_as`, else its speaker). The change
    names whom the machine heard, who is the other one while the two are swapped.
    """

    def __init__(self, interview: Interview, turns: Sequence[Turn], log: Log) -> None:
        """`turns` are those of the transcript, as the machine heard them.

        Raises:
            Refused: the interview is not over.
        """
        if not interview.ended:
            raise Refused("The interview is not over yet.", "End it first: Ctrl+L e.")
        self._log = log
        self._review = review_of(log)
        self._interview = reviewed(interview, self._review.corrections)
        self._withheld = interview.withheld()
        self._worded = reworded(outside(turns, self._withheld), self._review.rewordings)

    def correct_words(self, stretch: Stretch, heard: str, before: str, after: str, now: Moment) -> WordsCorrected:
        """Say that in a stretch not `before` was said, which stands there now, but `after`; either may be empty.

        The change is of no more words than differ.

        Raises:
            Refused: the stretch is empty, outside the call or withheld, other words stand there, nothing would change,
                or words of it would be withheld.
        """
        self._may_be_changed(stretch)
        whose = self._machines_name(heard)
        texts, words = after.split(), self._words(stretch, whose)
        to_its_end = Stretch(stretch.start_ms, stretch.end_ms + 1)  # machines hear last words without length
        if _text(words).split() != before.split() == _text(self._words(to_its_end, whose)).split():
            stretch, words = to_its_end, self._words(to_its_end, whose)
        if _text(words).split() != before.split():
            raise Refused(f"Here stands {_text(words)!r} now, not {before!r}.", "Look at it again: it was changed.")
        if before.split() == texts:
            raise Refused("This is what stands here already.")
        for where, old, new in (_least(stretch, words, texts), (stretch, words, texts)):
            change = WordsCorrected(
                **now.stamp,
                start_ms=where.start_ms,
                end_ms=where.end_ms,
                heard=whose,
                before=_text(old),
                after=" ".join(new),
            )
            kept = outside(reworded(self._worded, [change]), self._withheld)
            if self._words(where, whose) == old and _count(kept) == _count(self._worded) - len(old) + len(new):
                return change
        raise Refused(
            "Some of these words would come to lie in what is withheld.", "Correct what is before it and after it."
        )

    def cut(self, cut_ms: int, heard: str, now: Moment) -> TurnCut:
        """Cut a turn before the word that is being said at a moment, or comes next.

        Raises:
            Refused: there is nothing to be cut in two there, or it is outside the call or withheld.
        """
        self._may_be_changed(Stretch(cut_ms, cut_ms + 1))
        change = TurnCut(**now.stamp, cut_ms=cut_ms, heard=self._machines_name(heard))
        if reworded(self._worded, [change]) == self._worded:
            raise Refused("No turn can be cut here.", "Choose a word of a turn that is not its first.")
        return change

    def join(self, cut_ms: int, heard: str, now: Moment) -> TurnsJoined:
        """Join the turn that is being said at a moment, or was said last, with the same speaker's next one.

        Raises:
            Refused: there are no two such turns, or the moment is outside the call or withheld.
        """
        self._may_be_changed(Stretch(cut_ms, cut_ms + 1))
        change = TurnsJoined(**now.stamp, cut_ms=cut_ms, heard=self._machines_name(heard))
        if reworded(self._worded, [change]) == self._worded:
            raise Refused("There is no later turn of this speaker.", "Choose the first of the two turns.")
        return change

    def give(self, stretch: Stretch, speaker: str, now: Moment) -> TurnGiven:
        """Give what is said in a stretch, a turn or a part of it, to a speaker; empty: to whom it was heard to be.

        Raises:
            Refused: there is no such speaker, or the stretch is empty, outside the call or withheld.
        """
        self._may_be_changed(stretch)
        if speaker:
            self._must_be_known(speaker)
        return TurnGiven(**now.stamp, start_ms=stretch.start_ms, end_ms=stretch.end_ms, speaker=speaker)

    def swap_speakers(self, now: Moment) -> SpeakersSwapped:
        """Swap the two speakers of the whole call.

        Raises:
            Refused: nobody is told apart in it.
        """
        landmarks = swapped(relabelled(self._worded, self._interview.corrections))
        if not landmarks:
            raise Refused("Nobody is told apart here, so there is nothing to swap.", "Give the turns one by one.")
        return SpeakersSwapped(**now.stamp, landmarks=landmarks)

    def place_talk(self, stretch: Stretch, place: Place | None, now: Moment) -> TalkPlaced:
        """Say where talk belongs; None: to no question. A round that is not open yet counts as opened with that.

        Raises:
            Refused: there is no such place, or the stretch is empty, outside the call or withheld.
        """
        self._may_be_changed(stretch)
        if place is not None:
            self._must_be_there([place])
        return TalkPlaced(**now.stamp, start_ms=stretch.start_ms, end_ms=stretch.end_ms, place=place)

    def release_talk(self, stretch: Stretch, now: Moment) -> TalkReleased:
        """Leave it to the merge again where talk belongs.

        Raises:
            Refused: the stretch is empty, outside the call or withheld.
        """
        self._may_be_changed(stretch)
        return TalkReleased(**now.stamp, start_ms=stretch.start_ms, end_ms=stretch.end_ms)

    def tie_note(self, note: str, about_ms: int | None, now: Moment) -> NoteTied:
        """Say which moment of the call a note is about; None leaves it to the merge again.

        A moment in the middle of a turn names that turn however its ends are heard.

        Raises:
            Refused: there is no such note, or the moment is outside the call or withheld.
        """
        self._must_have(note)
        if about_ms is not None:
            self._may_be_changed(Stretch(about_ms, about_ms + 1))
        return NoteTied(**now.stamp, note=note, about_ms=about_ms)

    def place_note(self, note: str, places: Sequence[Place], now: Moment) -> NotePlaced:
        """Say where a note belongs; no places leave it to the merge again.

        Raises:
            Refused: there is no such note or place.
        """
        self._must_have(note)
        self._must_be_there(places)
        return NotePlaced(**now.stamp, note=note, places=tuple(dict.fromkeys(places)))

    def quote(self, stretch: Stretch, heard: str, comment: str, now: Moment) -> Quoted:
        """Mark what somebody says in a stretch as worth quoting.

        Raises:
            Refused: they say nothing there, or it is outside the call or withheld.
        """
        self._may_be_changed(stretch)
        whose = self._machines_name(heard)
        if not self._words(stretch, whose):
            raise Refused("There is nothing said here.", "Choose words of one speaker.")
        return Quoted(
            **now.stamp, start_ms=stretch.start_ms, end_ms=stretch.end_ms, heard=whose, comment=comment.strip()
        )

    def settle(self, stretch: Stretch, doubt: str, comment: str, now: Moment) -> Settled:
        """Say that a doubt of this kind about a stretch was looked into.

        Raises:
            Refused: the stretch is empty, outside the call or withheld.
        """
        self._may_be_changed(stretch)
        return Settled(
            **now.stamp, start_ms=stretch.start_ms, end_ms=stretch.end_ms, doubt=doubt, comment=comment.strip()
        )

    def reach(self, state: ReviewState, comment: str, now: Moment) -> StateReached:
        """Say how far the review is; states may be passed over, and gone back to with a comment.

        Raises:
            Refused: it is as far as that already, or goes back without a word why.
        """
        reached = self._review.state
        if state is reached:
            raise Refused(f"This interview is {state} already.")
        if STATES.index(state) < STATES.index(reached) and not comment.strip():
            raise Refused(f"This interview is {reached} already.", f"To go back to {state}, say why.")
        return StateReached(**now.stamp, state=state, comment=comment.strip())

    def undo(self, by: str, now: Moment) -> Undone:
        """Undo the newest of somebody's edits that holds.

        Raises:
            Refused: there is none.
        """
        last = self._log.last_of(by)
        if last is None:
            raise Refused(f"There is nothing of {by}'s to undo.", "What others changed is in the history.")
        return Undone(**now.stamp, edit=last.id)

    def redo(self, by: str, now: Moment) -> Undone:
        """Let the edit hold again that somebody has undone last.

        Raises:
            Refused: there is none, or they have changed something else since.
        """
        undoing = self._undoing(by)
        if undoing is None:
            raise Refused(f"Nothing that {by} has undone last can be done again.", "Undo comes first.")
        return Undone(**now.stamp, edit=undoing.id)

    def take_back(self, edit: str, now: Moment) -> Undone:
        """Undo an edit by its id, whoever made it.

        Raises:
            Refused: there is no such edit, or it holds no more.
        """
        if not any(one.id == edit for one in self._log.holding):
            raise Refused("This change holds no more.", "Look at the history again.")
        return Undone(**now.stamp, edit=edit)

    def _may_be_changed(self, stretch: Stretch) -> None:
        """A part of a stretch may be withheld, for a turn goes on after what was taken back; not the whole of it."""
        if stretch.start_ms >= stretch.end_ms:
            raise Refused("There is nothing said here.", "Choose a turn, or words of one.")
        spans = self._interview.spans.values()
        first_ms = min([0, *(span.start_ms for span in spans)])
        last_ms = max([self._interview.course.ended_ms or 0, *(span.end_ms for span in spans)])
        if stretch.end_ms <= first_ms or stretch.start_ms >= last_ms:
            raise Refused(
                f"At {stretch.start_ms / 1000:.1f} s there was no call.",
                f"It went on from {first_ms / 1000:.1f} to {last_ms / 1000:.1f} s.",
            )
        if lies_within(stretch, self._withheld):
            raise Refused("This is withheld: the record says nothing of it.", "Choose talk that is on the record.")

    def _must_be_there(self, places: Sequence[Place]) -> None:
        for place in places:
            if rounds_before(self._interview, place) is None:
                raise Refused(
                    f"There is no item {place.item!r} in {place.round or 'the schedule'}.",
                    "Choose a question of this interview, or of one more round.",
                )

    def _must_have(self, note: str) -> None:
        if note not in self._interview.notes:
            raise Refused(f"There is no note {note}.", "Choose a note that is on the record.")

    def _must_be_known(self, speaker: str) -> None:
        known = dict.fromkeys((*SPEAKERS, *(turn.speaker for turn in self._worded)))
        if speaker not in known:
            raise Refused(f"There is no speaker {speaker!r}.", f"Choose one of {', '.join(known)}.")

    def _machines_name(self, heard: str) -> str:
        """Whom the machine heard, of one who is heard in the record."""
        self._must_be_known(heard)
        swaps = [one for one in self._interview.corrections if isinstance(one, SpeakersSwapped)]
        turned_over = relabelled(self._worded, swaps) != self._worded
        return OTHER.get(heard, heard) if turned_over else heard

    def _words(self, stretch: Stretch, heard: str) -> list[Word]:
        """The words of whom the machine heard that lie in a stretch."""
        return [word for turn in self._worded if is_of(turn, heard) for word in turn.words if lies_in(stretch, word)]

    def _undoing(self, by: str) -> Edit | None:
        """Somebody's newest undoing that holds, of a change that is none itself, if they have only undone since."""
        real = {edit.id for edit in self._log.edits if not isinstance(edit.change, Undone)}
        theirs = (edit for edit in reversed(self._log.edits) if edit.by == by)
        for edit in takewhile(lambda one: isinstance(one.change, Undone), theirs):
            if isinstance(edit.change, Undone) and edit.change.edit in real and self._log.holds(edit.id):
                return edit
        return None


def _least(stretch: Stretch, words: list[Word], texts: list[str]) -> tuple[Stretch, list[Word], list[str]]:
    """The words that differ, the stretch they are in, and what they are to be.

    Where words are only put in, one beside them is with them; where there is no word, all of the stretch.
    """
    if not words:
        return stretch, words, texts
    old = [word.text for word in words]
    first = _alike(old, texts)
    after = min(_alike(old[::-1], texts[::-1]), len(old) - first, len(texts) - first)
    if first + after == len(old):
        first, after = (first - 1, after) if first else (first, after - 1)
    kept = words[first : len(words) - after]
    end_ms = max(max(word.end_ms, word.start_ms + 1) for word in kept)
    return Stretch(kept[0].start_ms, end_ms), kept, texts[first : len(texts) - after]


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many texts are the same from the beginning."""
    return sum(1 for _ in takewhile(lambda both: both[0] == both[1], zip(one, other, strict=False)))


def _text(words: Iterable[Word]) -> str:
    return " ".join(word.text for word in words)


def _count(turns: Sequence[Turn]) -> int:
    return sum(len(turn.words) for turn in turns)
