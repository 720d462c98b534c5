"""The history of a review in words: of every edit what it changed, from what to what, where, and whether it holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from interview_tui.interview.corrections import (
    NotePlaced,
    NoteTied,
    SpeakersSwapped,
    TalkPlaced,
    TalkReleased,
    TurnGiven,
)
from interview_tui.interview.events import Place, Stretch
from interview_tui.record.doubts import meet
from interview_tui.record.edits import OTHER, lies_in, relabelled
from interview_tui.record.model import PlacedNote, Record
from interview_tui.record.release import released
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
from interview_tui.record.review.log import Edit
from interview_tui.record.review.words import is_of, reworded
from interview_tui.record.transcript import UNKNOWN, Turn, Word, outside
from interview_tui.record.under_review import UnderReview

EXCERPT_WORDS = 6
NEAR_MS = 60_000
"""How far around a turn the talk is pieced together again, to see what was cut or joined then."""
OFF_THE_RECORD = "what is off the record now"
DESTROYED = "destroyed, with the talk it was about"


@dataclass(frozen=True, slots=True)
class Told:
    """An edit in words: `deed` is what was done, `about` to what, from `before` to `after`, and `comment` what for.

    `at_ms` is where (call clock; None: to the whole interview). `undone_by` is what took it back, if something did.
    """

    edit: Edit
    holds: bool
    deed: str
    about: str = ""
    before: str = ""
    after: str = ""
    comment: str = ""
    at_ms: int | None = None
    undone_by: Edit | None = None

    @property
    def is_undoing(self) -> bool:
        """Whether it only takes another one back, or lets it hold again."""
        return isinstance(self.edit.change, Undone)

    @property
    def sentence(self) -> str:
        """All of it but who and when: `words corrected · “porters” → “porter's”`."""
        change = f"{self.before} → {self.after}" if self.before and self.after else self.before or self.after
        comment = f"“{self.comment}”" if self.comment else ""
        return " · ".join(part for part in (self.deed, self.about, change, comment) if part)


def told(found: UnderReview, as_found: Record) -> tuple[Told, ...]:
    """All edits of a review, in the order in which they hold.

    `as_found` is the record as the merge makes it without any review: what changes were made from.
    """
    return tuple(_History(found, as_found).told())


class _History:
    """The edits of one review, each as it was when it was made."""

    def __init__(self, found: UnderReview, as_found: Record) -> None:
        self._log = found.log
        self._record, self._as_found = released(found.record), released(as_found)
        self._withheld = found.record.withheld
        machine = found.machine.turns if found.machine is not None else ()
        self._turns = outside(machine, self._withheld)
        self._numbers = {edit.id: number for number, edit in enumerate(self._log.edits)}
        self._undoings: dict[str, list[Edit]] = defaultdict(list)
        for edit in self._log.edits:
            if isinstance(edit.change, Undone):
                self._undoings[edit.change.edit].append(edit)
        self._turned_over: dict[str, bool] = {}
        self._known: dict[str, Told] = {}

    def told(self) -> Iterator[Told]:
        """Each edit, first to last; what an undoing is about was told before it."""
        for edit in self._log.edits:
            one = self._of_undoing(edit, edit.change) if isinstance(edit.change, Undone) else self._of(edit)
            undoings = [undoing for undoing in self._undoings[edit.id] if self._log.holds(undoing.id)]
            one = replace(one, holds=not undoings, undone_by=undoings[-1] if undoings else None)
            self._known[edit.id] = one
            yield one

    def _of(self, edit: Edit) -> Told:
        """An edit that is no undoing, told without a word of what is withheld."""
        one = self._of_talk(edit) or self._of_notes(edit) or self._of_the_whole(edit)
        stretch = _stretch(edit.change)
        if stretch is not None and any(meet(stretch, held) for held in self._withheld):
            return Told(edit, True, one.deed, OFF_THE_RECORD, at_ms=one.at_ms)
        return one

    def _of_undoing(self, edit: Edit, change: Undone) -> Told:
        other = self._known.get(change.edit)
        if other is None:
            return Told(edit, True, DESTROYED if not change.edit else "taken back · what is not here")
        if isinstance(other.edit.change, Undone):
            again = self._known.get(other.edit.change.edit, other)
            return Told(edit, True, "done again", _whose(edit, again), again.sentence, at_ms=again.at_ms)
        return Told(edit, True, "taken back", _whose(edit, other), other.sentence, at_ms=other.at_ms)

    def _of_talk(self, edit: Edit) -> Told | None:
        """What was changed in a stretch of talk."""
        change = edit.change
        match change:
            case WordsCorrected(before=before, after=after):
                deed = "words corrected" if before and after else "words put in" if after else "words left out"
                return Told(edit, True, deed, "", _quoted(before), _quoted(after), at_ms=change.start_ms)
            case TurnCut() | TurnsJoined():
                deed = "turn cut" if isinstance(change, TurnCut) else "turns joined"
                return Told(edit, True, deed, self._seam(edit, change), at_ms=change.cut_ms)
            case Quoted():
                return Told(edit, True, "quotation marked", self._said(change), "", "", change.comment, change.start_ms)
            case Settled():
                about = " · ".join(part for part in (change.doubt, self._said(change)) if part)
                return Told(edit, True, "doubt settled", about, "", "", change.comment, change.start_ms)
            case TurnGiven():
                before, after = self._speaker_before(edit, change), _speaker(change.speaker or self._heard(change))
                return Told(edit, True, "speaker changed", self._said(change), before, after, at_ms=change.start_ms)
            case TalkPlaced() | TalkReleased():
                before, after = self._placed_before(edit, change), self._placed(change)
                deed = "talk moved" if isinstance(change, TalkPlaced) else "talk left to the program"
                return Told(edit, True, deed, self._said(change), before, after, at_ms=change.start_ms)
        return None

    def _of_notes(self, edit: Edit) -> Told | None:
        """What was changed about a note."""
        change = edit.change
        if not isinstance(change, NoteTied | NotePlaced):
            return None
        note = _note(self._record, change.note)
        deed = "note tied to a moment" if isinstance(change, NoteTied) else "note moved"
        if note is None:
            return Told(edit, True, deed, OFF_THE_RECORD)
        about = f"note {_excerpt(note.text.split())}"
        if isinstance(change, NoteTied):
            moments = self._tied_before(edit, change), self._tied(change)
            before, after = (self._talk_at(at_ms) for at_ms in moments)
            return Told(edit, True, deed, about, before, after, at_ms=moments[1])
        before, after = self._homes_before(edit, change), self._homes(change)
        return Told(edit, True, deed, about, before, after, at_ms=note.about_ms)

    def _of_the_whole(self, edit: Edit) -> Told:
        """What was changed of the whole interview."""
        change = edit.change
        if isinstance(change, StateReached):
            last = self._last(edit, lambda other: isinstance(other, StateReached))
            before = last.state if isinstance(last, StateReached) else ReviewState.TRANSCRIBED
            return Told(edit, True, "state", "", before.value, change.state.value, change.comment)
        return Told(edit, True, "speakers swapped", "in the whole interview")

    def _last(self, edit: Edit, wanted: Callable[[Change], bool]) -> Change | None:
        """The newest change of a kind that held when an edit was made."""
        at = self._numbers[edit.id]
        earlier = (one for one in reversed(self._log.edits[:at]) if wanted(one.change))
        return next((one.change for one in earlier if self._held(one, at)), None)

    def _held(self, edit: Edit, at: int) -> bool:
        """Whether an edit held among the first `at`."""
        own = self._numbers[edit.id]
        return not any(
            own < self._numbers[undoing.id] < at and self._held(undoing, at) for undoing in self._undoings[edit.id]
        )

    def _seam(self, edit: Edit, change: TurnCut | TurnsJoined) -> str:
        """The words on both sides of where turns were cut or joined: `“… the ladder” | “while someone …”`."""
        at = self._numbers[edit.id]
        begun = [turn.end_ms for turn in self._turns if is_of(turn, change.heard) and turn.start_ms <= change.cut_ms]
        around = Stretch(change.cut_ms - NEAR_MS, max([change.cut_ms, *begun[-1:]]) + NEAR_MS)
        earlier = [
            one.change
            for one in self._log.edits[:at]
            if isinstance(one.change, WordsCorrected | TurnCut | TurnsJoined)
            if around.holds(_begun(one.change)) and self._held(one, at)
        ]
        near = [turn for turn in self._turns if meet(turn.stretch, around)]
        theirs = [turn for turn in outside(reworded(near, earlier), self._withheld) if is_of(turn, change.heard)]
        one, other = _cut(theirs, change.cut_ms) if isinstance(change, TurnCut) else _joined(theirs, change.cut_ms)
        ends = [_excerpt(one, last=True) if one else "", _excerpt(other) if other else ""]
        return " | ".join(end for end in ends if end)

    def _said(self, change: Quoted | Settled | TurnGiven | TalkPlaced | TalkReleased) -> str:
        """What is said where it was changed."""
        stretch = Stretch(change.start_ms, change.end_ms)
        near = (placed.turn for placed in self._record.turns if meet(placed.turn.stretch, stretch))
        return _excerpt([word.text for turn in near for word in turn.words if lies_in(stretch, word)])

    def _heard(self, change: TurnGiven, swapped: bool = False) -> str:
        """Whom the machine heard where a turn was given."""
        stretch = Stretch(change.start_ms, change.end_ms)
        found = (turn.speaker for turn in self._turns for word in turn.words if lies_in(stretch, word))
        speaker = next(found, UNKNOWN)
        return OTHER.get(speaker, speaker) if swapped else speaker

    def _speaker_before(self, edit: Edit, change: TurnGiven) -> str:
        own = (change.start_ms, change.end_ms)
        last = self._last(edit, lambda one: isinstance(one, TurnGiven) and (one.start_ms, one.end_ms) == own)
        if isinstance(last, TurnGiven) and last.speaker:
            return _speaker(last.speaker)
        swap = self._last(edit, lambda one: isinstance(one, SpeakersSwapped))
        return _speaker(self._heard(change, isinstance(swap, SpeakersSwapped) and self._swaps(swap)))

    def _swaps(self, swap: SpeakersSwapped) -> bool:
        """Whether the speakers are others by it than the machine heard; swapped again, they are the same."""
        return relabelled(self._turns, [swap]) != self._turns

    def _placed_before(self, edit: Edit, change: TalkPlaced | TalkReleased) -> str:
        own = Stretch(change.start_ms, change.end_ms)

        def is_of_the_same(one: Change) -> bool:
            return isinstance(one, TalkPlaced | TalkReleased) and meet(Stretch(one.start_ms, one.end_ms), own)

        last = self._last(edit, is_of_the_same)
        return self._placed(last) if isinstance(last, TalkPlaced) else self._found_in(own)

    def _placed(self, change: TalkPlaced | TalkReleased) -> str:
        """Where talk belongs by a change: where a reviewer says, or where the merge finds."""
        if isinstance(change, TalkPlaced):
            return self._question(change.place)
        return self._found_in(Stretch(change.start_ms, change.end_ms))

    def _found_in(self, stretch: Stretch) -> str:
        """Where the merge finds that talk belongs."""
        near = (placed.place for placed in self._as_found.turns if meet(placed.turn.stretch, stretch))
        return self._question(next(near, None))

    def _tied_before(self, edit: Edit, change: NoteTied) -> int | None:
        last = self._last(edit, lambda one: isinstance(one, NoteTied) and one.note == change.note)
        return self._tied(last if isinstance(last, NoteTied) else replace(change, about_ms=None))

    def _tied(self, change: NoteTied) -> int | None:
        """The moment that a note is about by a change; None where the merge knows none either."""
        note = _note(self._as_found, change.note)
        return note.about_ms if change.about_ms is None and note is not None else change.about_ms

    def _homes_before(self, edit: Edit, change: NotePlaced) -> str:
        last = self._last(edit, lambda one: isinstance(one, NotePlaced) and one.note == change.note)
        return self._homes(last if isinstance(last, NotePlaced) else replace(change, places=()))

    def _homes(self, change: NotePlaced) -> str:
        """Where a note belongs by a change."""
        note = _note(self._as_found, change.note)
        places = change.places or (note.places if note is not None else ())
        wholes = dict.fromkeys(place.whole for place in places)
        return " and ".join(self._question(place) for place in wholes) or self._question(None)

    def _talk_at(self, at_ms: int | None) -> str:
        """What is said at a moment, or was said last."""
        begun = [placed.turn for placed in self._record.turns if at_ms is not None and placed.turn.start_ms <= at_ms]
        return _excerpt(begun[-1].text.split()) if begun else "no words"

    def _question(self, place: Place | None) -> str:
        """A question as it is worded, and the incident or relationship that it was asked in."""
        if place is None:
            return "no question"
        entries = (*self._record.entries, *self._as_found.entries)
        asked = next((entry.question for entry in entries if entry.place == place.whole), place.item)
        label = next((found.label for found in self._record.rounds if found.id == place.round), place.round)
        return f"“{asked}” of {label}" if label else f"“{asked}”"


def _whose(edit: Edit, other: Told) -> str:
    return f"made by {other.edit.by}" if other.edit.by != edit.by else ""


def _speaker(name: str) -> str:
    return "nobody" if name == UNKNOWN else f"the {name}"


def _note(record: Record, name: str) -> PlacedNote | None:
    return next((note for note in record.notes if note.note == name), None)


def _begun(change: WordsCorrected | TurnCut | TurnsJoined) -> int:
    return change.start_ms if isinstance(change, WordsCorrected) else change.cut_ms


def _stretch(change: Change) -> Stretch | None:
    """Where talk was changed."""
    match change:
        case WordsCorrected() | Quoted() | Settled() | TurnGiven() | TalkPlaced() | TalkReleased():
            return Stretch(change.start_ms, change.end_ms)
    return None


def _cut(turns: Iterable[Turn], cut_ms: int) -> tuple[Sequence[str], Sequence[str]]:
    """The words before and after a cut."""
    for turn in turns:
        if turn.start_ms < cut_ms < turn.end_ms:
            return _texts(word for word in turn.words if word.end_ms <= cut_ms), _texts(
                word for word in turn.words if word.end_ms > cut_ms
            )
    return (), ()


def _joined(turns: Iterable[Turn], cut_ms: int) -> tuple[Sequence[str], Sequence[str]]:
    """The words of the two turns that were joined."""
    ordered = sorted(turns, key=lambda turn: turn.start_ms)
    begun = sum(1 for turn in ordered if turn.start_ms <= cut_ms)
    if not begun or begun == len(ordered):
        return (), ()
    return _texts(ordered[begun - 1].words), _texts(ordered[begun].words)


def _texts(words: Iterable[Word]) -> list[str]:
    return [word.text for word in words]


def _quoted(text: str) -> str:
    return f"“{text}”" if text else ""


def _excerpt(words: Sequence[str], *, last: bool = False) -> str:
    """The first words, or the last ones, between quotation marks."""
    if len(words) <= EXCERPT_WORDS:
        return _quoted(" ".join(words))
    shown = words[-EXCERPT_WORDS:] if last else words[:EXCERPT_WORDS]
    return _quoted(f"… {' '.join(shown)}" if last else f"{' '.join(shown)} …")
