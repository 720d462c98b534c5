"""Commands of reviewers, once the call is over."""

from __future__ import annotations

from collections.abc import Iterable

from interview_tui.errors import Refused
from interview_tui.interview.commanding import Commands, Events
from interview_tui.interview.corrections import SpeakersSwapped, Speaking, TurnGiven
from interview_tui.interview.ports import Moment


class Correcting(Commands):
    """What was heard, corrected."""

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
