"""Commands of reviewers, once the call is over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from interview_tui.errors import Refused
from interview_tui.interview import rounds
from interview_tui.interview.commanding import Commands, Events
from interview_tui.interview.corrections import (
    NotePlaced,
    NoteTied,
    SpeakersSwapped,
    Speaking,
    TalkPlaced,
    TalkReleased,
    TurnGiven,
)
from interview_tui.interview.events import Place, Stretch
from interview_tui.interview.facts import lies_within
from interview_tui.interview.ports import Moment
from interview_tui.interview.rounds import Round


class Correcting(Commands):
    """What was heard and what the merge found, corrected."""

    def swap_speakers(self, landmarks: Iterable[Speaking], now: Moment) -> Events:
        """Swap the two speakers of the whole call; `landmarks` tell who speaks where from now on.

        Raises:
            Refused: the interview is not over.
        """
        self._must_be_over()
        self._emit(SpeakersSwapped(**now.stamp, landmarks=tuple(landmarks)))
        return self._done()

    def give_turn(self, start_ms: int, end_ms: int, speaker: str, now: Moment) -> Events:
        """Give what is said in a stretch of the call clock to a speaker; empty: to whom it was heard to be.

        Raises:
            Refused: the interview is not over, or the stretch is none.
        """
        self._must_be_over()
        if start_ms >= end_ms:
            raise Refused("There is nothing said here.")
        self._emit(TurnGiven(**now.stamp, start_ms=start_ms, end_ms=end_ms, speaker=speaker))
        return self._done()

    def place_talk(self, start_ms: int, end_ms: int, place: Place | None, now: Moment) -> Events:
        """Say where talk belongs (None: to no question), opening the round if it is not open yet.

        Raises:
            Refused: the interview is not over, there is no such place, or the stretch is empty, outside the call or
                withheld.
        """
        self._must_be_over()
        self._may_be_corrected(Stretch(start_ms, end_ms))
        unopened = self._unopened([place] if place is not None else [])
        for found in unopened:
            self._open(found, now)
        self._emit(TalkPlaced(**now.stamp, start_ms=start_ms, end_ms=end_ms, place=place))
        return self._done()

    def release_talk(self, start_ms: int, end_ms: int, now: Moment) -> Events:
        """Leave it to the merge again where talk belongs; a round that was opened for it stays.

        Raises:
            Refused: the interview is not over, or the stretch is empty, outside the call or withheld.
        """
        self._must_be_over()
        self._may_be_corrected(Stretch(start_ms, end_ms))
        self._emit(TalkReleased(**now.stamp, start_ms=start_ms, end_ms=end_ms))
        return self._done()

    def tie_note(self, note: str, about_ms: int | None, now: Moment) -> Events:
        """Say which moment of the call a note is about; None leaves it to the merge again.

        A moment in the middle of a turn names that turn however its ends are heard.

        Raises:
            Refused: the interview is not over, there is no such note, or the moment is outside the call or withheld.
        """
        self._must_be_over()
        self._note(note)
        if about_ms is not None:
            self._may_be_corrected(Stretch(about_ms, about_ms + 1))
        self._emit(NoteTied(**now.stamp, note=note, about_ms=about_ms))
        return self._done()

    def place_note(self, note: str, places: Sequence[Place], now: Moment) -> Events:
        """Say where a note belongs, opening rounds that are not open yet; no places leave it to the merge again.

        Raises:
            Refused: the interview is not over, or there is no such note or place.
        """
        self._must_be_over()
        self._note(note)
        unopened = self._unopened(places)
        for found in unopened:
            self._open(found, now)
        self._emit(NotePlaced(**now.stamp, note=note, places=tuple(dict.fromkeys(places))))
        return self._done()

    def _may_be_corrected(self, stretch: Stretch) -> None:
        """A part of a stretch may be withheld, for a turn goes on after what was taken back; not the whole of it."""
        if stretch.start_ms >= stretch.end_ms:
            raise Refused("There is nothing said here.")
        spans = self.interview.spans.values()
        first_ms = min([0, *(span.start_ms for span in spans)])
        last_ms = max([self.interview.course.ended_ms or 0, *(span.end_ms for span in spans)])
        if stretch.end_ms <= first_ms or stretch.start_ms >= last_ms:
            raise Refused(
                f"At {stretch.start_ms / 1000:.1f} s there was no call.",
                f"It went on from {first_ms / 1000:.1f} to {last_ms / 1000:.1f} s.",
            )
        if lies_within(stretch, self.interview.withheld()):
            raise Refused("This is withheld: the record says nothing of it.", "Choose talk that is on the record.")

    def _unopened(self, places: Iterable[Place]) -> list[Round]:
        """The rounds to be opened before something belongs to these places, in their order.

        Raises:
            Refused: there is no such place, and no round of it that could be opened.
        """
        possible = rounds.possible(self.interview.schedule, self.interview.rounds)
        wanted: list[Round] = []
        for place in places:
            located = self.interview.items.get(place.item)
            loop = located.loops[-1].id if located is not None and located.loops else ""
            found = possible.get(place.round)
            if located is None or (found.loop if found else place.round) != loop:
                raise Refused(f"There is no item {place.item!r} in {place.round or 'the schedule'}.")
            while found is not None:
                wanted.append(found)
                found = possible.get(found.parent)
        return [
            found
            for found in possible.values()
            if found.id not in self.interview.rounds and any(self._comes_with(found, one) for one in wanted)
        ]

    def _comes_with(self, found: Round, wanted: Round) -> bool:
        """Whether a round is to be open once another is: itself, or one that is numbered before it."""
        if (found.loop, found.parent) != (wanted.loop, wanted.parent):
            return False
        loop, _ = self.interview.schedule.loops()[found.loop]
        return found.id == wanted.id or (not loop.named and int(found.key) < int(wanted.key))
