"""How a call goes besides its questions: the line drops, somebody listens in, time runs out, it ends."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from interview_tui.interview.events import (
    CallBackBooked,
    CallDropped,
    CallRestored,
    DeadlineSet,
    Debriefed,
    DebriefWritten,
    DistressNoted,
    Event,
    InterviewEnded,
    Kept,
    Place,
    Redialled,
    ThirdPartyNoted,
    Trimmed,
    Untrimmed,
)
from interview_tui.interview.facts import Drop


@dataclass(slots=True)
class Course:
    """The course of an interview after the events applied so far. Times are call clock, ms.

    `dropped` is the line that is dead now, None while it is not; `call_back` when the interview goes on, in the words
    that were agreed; `third_party` whether somebody else can hear (None: not asked); `trimmed` the items that are not
    suggested for want of time; `debrief` the boxes of the debrief by their keys.
    """

    drops: list[Drop] = field(default_factory=list)
    dropped: Drop | None = None
    call_back: str = ""
    third_party: bool | None = None
    distressed_ms: list[int] = field(default_factory=list)
    deadline_ms: int | None = None
    trimmed: frozenset[Place] = frozenset()
    ended_ms: int | None = None
    outcome: str = ""
    reason: str = ""
    kept: Kept = Kept.ALL
    debrief: dict[str, str] = field(default_factory=dict)
    debriefed: bool = False

    def apply(self, event: Event) -> None:
        """Fold one more event; what is none of its business changes nothing."""
        match event:
            case CallDropped():
                self.dropped = Drop(event.at_ms, event.place)
                self.drops.append(self.dropped)
            case Redialled():
                if self.dropped is not None:
                    self.dropped = self.drops[-1] = replace(self.dropped, redials=self.dropped.redials + 1)
            case CallRestored():
                self._restore(event.at_ms)
            case CallBackBooked():
                self.call_back = event.when
            case ThirdPartyNoted():
                self.third_party = event.present
            case DistressNoted():
                self.distressed_ms.append(event.at_ms)
            case DeadlineSet():
                self.deadline_ms = event.deadline_ms
            case Trimmed():
                self.trimmed |= {place.whole for place in event.places}
            case Untrimmed():
                self.trimmed = frozenset()
            case InterviewEnded():
                self._restore(event.at_ms)
                self.ended_ms, self.outcome = event.at_ms, event.outcome
                self.reason, self.kept = event.reason, event.kept
            case DebriefWritten():
                self.debrief[event.box] = event.text
            case Debriefed():
                self.debriefed = True

    def _restore(self, at_ms: int) -> None:
        if self.dropped is not None:
            self.drops[-1] = replace(self.dropped, ended_ms=at_ms)
            self.dropped = None
