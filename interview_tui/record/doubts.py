"""Everything that the program is unsure about in a record, from every source, before it is put in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from interview_tui.interview.corrections import (
    Correction,
    NotePlaced,
    NoteTied,
    SpeakersSwapped,
    TalkPlaced,
    TalkReleased,
    TurnGiven,
)
from interview_tui.interview.events import Place, Stretch
from interview_tui.interview.line import PROCEDURAL
from interview_tui.record.fidelity import Asked
from interview_tui.record.model import Entry, PlacedNote, Record
from interview_tui.record.placing import note_homes
from interview_tui.record.release import released
from interview_tui.record.review.changes import Change, StateReached, WordsCorrected
from interview_tui.record.review.log import Conflict
from interview_tui.record.transcript import UNKNOWN, Turn, Word
from interview_tui.schedule.model import Kind, Priority, Schedule

SURE = 0.75
"""A turn whose place is less sure is doubtful. Of answers in simulated calls, 6 in 10 of those were where they belong,
and 96 in 100 of the others."""
NEAR_MS = 2_000
"""Doubts of one kind about the same, with no more than this between them, are one."""
FEWEST_WORDS = 3
"""Fewer words whose speaker is doubtful are not worth listening to."""
ROUND_MS = 5_000
"""How far around the moment at which a question was passed over that doubt reaches."""
EXCERPT_WORDS = 6


class DoubtKind(StrEnum):
    """What kind of doubt it is, as a researcher reads it. The names are kept with what was settled: none may change."""

    REPEATED = "words over and over"
    UNWORDED = "speech without words"
    UNSPOKEN = "words without speech"
    PACE = "implausible pace"
    UNCLEAR = "hardly understood"
    LANGUAGE = "another language"
    SOUND = "sound missing"
    HEARD = "doubtfully heard"  # for a reason that this version does not know
    SPEAKER = "who speaks"
    PLACE = "which question"
    NOTE = "note and talk"
    MISSING = "not asked"
    CONFLICT = "two reviewers"


class Fix(StrEnum):
    """What may put a doubt right. That it is right as it is can be said of every doubt."""

    WORDS = "correct the words"
    SPEAKER = "change the speaker"
    PLACE = "place it elsewhere"
    SETTLE = "it is right"


@dataclass(frozen=True, slots=True)
class FoundDoubt:
    """A doubt by itself: where, why, and what may put it right (None: only somebody's word).

    Those beside one another about the same `subject` are one in the queue. It lasts at least a millisecond.
    What was looked into before `since_wall_ms` does not settle it.
    """

    kind: DoubtKind
    stretch: Stretch
    sentence: str
    fix: Fix | None = None
    subject: object = None
    turns: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    since_wall_ms: int = 0


_REASONS: Mapping[str, tuple[DoubtKind, str]] = {
    "the same words over and over": (DoubtKind.REPEATED, "The same words come over and over"),
    "a voice, but no words": (DoubtKind.UNWORDED, "Somebody speaks, but no words were heard"),
    "too few words for so much voice": (DoubtKind.PACE, "These are too few words for so much voice"),
    "more words than anybody says in that time": (DoubtKind.PACE, "Nobody says so many words in so short a time"),
    "hardly understood": (DoubtKind.UNCLEAR, "The machine hardly understood these words"),
    "words where nobody speaks": (DoubtKind.UNSPOKEN, "Words were heard where nobody speaks, and left out"),
    "the vocabulary, recited": (DoubtKind.UNSPOKEN, "Words were heard that only recite the vocabulary, and left out"),
    "another language": (DoubtKind.LANGUAGE, "This seems to be in another language"),
    "nobody speaks": (DoubtKind.SOUND, "Nothing was heard in the whole of this recording"),
    "the recording ends before this, though more was recorded": (
        DoubtKind.SOUND,
        "The file ends before this, though more was recorded",
    ),
}
"""The reasons that a transcript gives, as they are here."""
_OF_SPEAKERS = ("who speaks is doubtful", "who speaks could not be told")  # the words tell it, as they are corrected


def doubts_about(
    record: Record, schedule: Schedule, corrections: Sequence[Correction], conflicts: Iterable[Conflict]
) -> list[FoundDoubt]:
    """All doubts about a record, in no order. Nothing that is withheld or was noted before consent is in them.

    `corrections` are those of the call's journal and of the review, `conflicts` those between reviewers.
    """
    found = _Doubts(released(record), schedule)
    return [
        *found.of_hearing(),
        *found.of_speakers(),
        *found.of_places(),
        *found.of_notes(corrections),
        *found.of_questions(),
        *found.of_conflicts(conflicts),
    ]


class _Doubts:
    """The doubts about one record, source by source."""

    def __init__(self, record: Record, schedule: Schedule) -> None:
        self._record = record
        self._turns = {placed.turn.number: placed for placed in record.turns}
        self._notes = {note.note: note for note in record.notes}
        self._entries = {entry.place: entry for entry in record.entries}
        self._rounds = {found.id: found.label for found in record.rounds}
        self._parents = {found.id: found.parent for found in record.rounds}
        self._musts = {name for name, found in schedule.items().items() if found.item.priority is Priority.MUST}

    def of_hearing(self) -> Iterator[FoundDoubt]:
        """What the transcription was unsure about, but for who speaks."""
        for doubt in self._record.doubts:
            reason, _, detail = doubt.reason.partition(": ")
            if reason in _OF_SPEAKERS:
                continue
            kind, sentence = _REASONS.get(reason, (DoubtKind.HEARD, reason[:1].upper() + reason[1:]))
            told = f"{sentence}: “{detail}”." if detail else f"{sentence}."
            fix = None if kind is DoubtKind.SOUND else Fix.WORDS
            stretch = lasting(doubt.start_ms, doubt.end_ms)
            yield FoundDoubt(kind, stretch, told, fix, reason, self._turns_in(stretch))

    def of_speakers(self) -> Iterator[FoundDoubt]:
        """Runs of words that may be another's than their turn's speaker's, or of which nobody knows whose they are."""
        runs: list[list[tuple[Word, Turn]]] = []
        words = ((word, placed.turn) for placed in self._record.turns for word in placed.turn.words)
        for word, turn in sorted(words, key=lambda found: found[0].start_ms):
            if word.is_doubtful or turn.speaker == UNKNOWN:
                if not runs or word.start_ms - runs[-1][-1][0].end_ms > NEAR_MS:
                    runs.append([])
                runs[-1].append((word, turn))
        for run in (run for run in runs if len(run) >= FEWEST_WORDS):
            said = _excerpt(word.text for word, _ in run)
            unknown = any(turn.speaker == UNKNOWN for _, turn in run)
            sentence = f"Who says “{said}” is not known." if unknown else f"Somebody else may have said “{said}”."
            stretch = lasting(run[0][0].start_ms, max(word.end_ms for word, _ in run))
            turns = tuple(dict.fromkeys(turn.number for _, turn in run))
            yield FoundDoubt(DoubtKind.SPEAKER, stretch, sentence, Fix.SPEAKER, turns=turns)

    def of_places(self) -> Iterator[FoundDoubt]:
        """Turns of which another place is nearly as likely."""
        for placed in self._record.turns:
            if placed.place is not None and placed.sure < SURE:
                home = placed.place.whole
                sentence = f"This may not belong to {self._question(home)}, where it is because: {placed.why}."
                stretch = lasting(placed.turn.start_ms, placed.turn.end_ms)
                number = placed.turn.number
                yield FoundDoubt(DoubtKind.PLACE, stretch, sentence, Fix.PLACE, home, (number,), places=(home,))

    def of_notes(self, corrections: Sequence[Correction]) -> Iterator[FoundDoubt]:
        """Notes that disagree with the talk, unless reviewers have said where they belong."""
        tied = {one.note: one.about_ms is not None for one in corrections if isinstance(one, NoteTied)}
        known = {*note_homes(corrections), *(note for note, is_tied in tied.items() if is_tied)}
        for note in self._record.notes:
            sentence = "" if note.note in known or note.mark == PROCEDURAL else self._disagreement(note)
            if sentence:
                stretch = _of_note(note)
                turns = (note.turn,) if note.turn else ()
                homes = tuple(dict.fromkeys(place.whole for place in (*note.places, *note.filed)))
                yield FoundDoubt(DoubtKind.NOTE, stretch, sentence, Fix.PLACE, note.note, turns, (note.note,), homes)

    def of_questions(self) -> Iterator[FoundDoubt]:
        """Questions that must be asked and were not, where nothing was told about them either; by when that was.

        Of a round of which nothing is known, the first of them speaks for the others.
        """
        passed_ms = self._record.origin_ms
        known = {entry.place.round for entry in self._record.entries if entry.evidence or entry.answer}
        told = {name for one in known for name in self._around(one)}
        spoken_for: set[str] = set()
        for entry in self._record.entries:
            untold = [name for name in self._around(entry.place.round) if name not in told]
            if entry.evidence.audio is not None:
                passed_ms = entry.evidence.audio.end_ms
            elif self._is_missing(entry) and not spoken_for.intersection(untold[-1:]):
                spoken_for.update(untold[-1:])
                why = f" ({entry.reason})" if entry.reason else ""
                sentence = f"{self._question(entry.place)} must be asked, but was {entry.asked.value}{why}."
                stretch = lasting(max(0, passed_ms - ROUND_MS), passed_ms + ROUND_MS)
                yield FoundDoubt(DoubtKind.MISSING, stretch, sentence, Fix.PLACE, entry.place, places=(entry.place,))

    def of_conflicts(self, conflicts: Iterable[Conflict]) -> Iterator[FoundDoubt]:
        """What two reviewers changed without having seen each other's change."""
        for conflict in conflicts:
            one, other = conflict.earlier, conflict.later
            stretch = self._of_both(one.change, other.change)
            if stretch is None:
                continue
            first, second = (one.by, other.by) if one.by != other.by else (one.machine, other.machine)
            says, denies = self._claim(one.change), self._claim(other.change)
            sentence = f"{first} says {says}, {second} {denies}: neither had seen the other's, and the latter holds."
            yield FoundDoubt(
                DoubtKind.CONFLICT,
                stretch,
                sentence,
                _fix(other.change),
                subject=(one.id, other.id),
                turns=self._turns_in(stretch),
                since_wall_ms=max(one.change.wall_ms, other.change.wall_ms),
            )

    def _disagreement(self, note: PlacedNote) -> str:
        """In what a note disagrees with the talk, in a sentence; empty if in nothing that is worth a look.

        That she filed it elsewhere than its words belong is worth one only where their place is doubtful: of simulated
        notes of which that is said about half were at the wrong question, of others 1 in 20.
        """
        text = _excerpt(note.text.split())
        about = self._turns.get(note.turn)
        if about is None:
            recorded = any(span.holds(note.typed_ms) for span in self._record.spans)
            return f"Nobody speaks where the note “{text}” was typed." if self._turns and recorded else ""
        filed = tuple(place.whole for place in note.filed)
        if about.place is None or about.sure >= SURE or not filed or about.place.whole in filed:
            return ""
        there, here = self._question(filed[0]), self._question(about.place)
        return f"She filed the note “{text}” at {there}; what it is about was placed at {here}, and doubtfully."

    def _around(self, name: str) -> list[str]:
        """A round and those around it, outermost last."""
        found: list[str] = []
        while name and name not in found:
            found.append(name)
            name = self._parents.get(name, "")
        return found

    def _is_missing(self, entry: Entry) -> bool:
        passed_over = entry.asked in (Asked.SKIPPED, Asked.NOT_REACHED) and entry.on_route
        is_must = entry.kind == Kind.ASK.value and entry.place.item in self._musts
        return is_must and passed_over and not entry.evidence and not entry.answer

    def _of_both(self, one: Change, other: Change) -> Stretch | None:
        """Where two changes meet: where the recording begins if they are of the whole, None if some is withheld."""
        match one, other:
            case (NoteTied() | NotePlaced(), NoteTied() | NotePlaced()):
                return _of_note(self._notes[one.note]) if one.note in self._notes else None
            case (
                WordsCorrected() | TurnGiven() | TalkPlaced() | TalkReleased(),
                WordsCorrected() | TurnGiven() | TalkPlaced() | TalkReleased(),
            ):
                changed = [lasting(change.start_ms, change.end_ms) for change in (one, other)]
                if any(meet(stretch, held) for stretch in changed for held in self._record.withheld):
                    return None
                return lasting(max(one.start_ms, other.start_ms), min(one.end_ms, other.end_ms))
        return lasting(self._record.origin_ms, self._record.origin_ms)

    def _claim(self, change: Change) -> str:
        """What a change says, as the object of *says*."""
        match change:
            case WordsCorrected():
                return f"“{change.after}”"
            case TurnGiven():
                return f"that it is the {change.speaker}'s" if change.speaker else "that it is whose it was heard to be"
            case TalkPlaced():
                return f"that it belongs to {self._question(change.place)}"
            case NotePlaced() if change.places:
                return f"that the note belongs to {' and '.join(self._question(place) for place in change.places)}"
            case NoteTied() if change.about_ms is not None:
                return f"that the note is about {_clock(change.about_ms - self._record.origin_ms)}"
            case SpeakersSwapped():
                return "who speaks where"
            case StateReached():
                return f"that it is {change.state.value}"
        return "that it is as the merge finds"

    def _turns_in(self, stretch: Stretch) -> tuple[int, ...]:
        return tuple(turn for turn, placed in self._turns.items() if meet(placed.turn.stretch, stretch))

    def _question(self, place: Place | None) -> str:
        if place is None:
            return "no question"
        entry = self._entries.get(place.whole)
        question = f"“{entry.question}”" if entry else f"“{place.item}”"
        return f"{question} of {self._rounds.get(place.round, place.round)}" if place.round else question


def _fix(change: Change) -> Fix | None:
    match change:
        case WordsCorrected():
            return Fix.WORDS
        case TurnGiven() | SpeakersSwapped():
            return Fix.SPEAKER
        case TalkPlaced() | TalkReleased() | NotePlaced() | NoteTied():
            return Fix.PLACE
    return None


def _of_note(note: PlacedNote) -> Stretch:
    """From what a note is about to its first key."""
    return lasting(min(note.about_ms, note.typed_ms), max(note.about_ms, note.typed_ms))


def lasting(start_ms: int, end_ms: int) -> Stretch:
    """A stretch of at least a millisecond."""
    return Stretch(start_ms, max(end_ms, start_ms + 1))


def meet(one: Stretch, other: Stretch) -> bool:
    """Whether two stretches have a moment in common."""
    return one.start_ms < other.end_ms and other.start_ms < one.end_ms


def _excerpt(words: Iterable[str]) -> str:
    said = list(words)
    return " ".join(said[:EXCERPT_WORDS]) + (" …" if len(said) > EXCERPT_WORDS else "")


def _clock(shown_ms: int) -> str:
    seconds = max(0, shown_ms) // 1000
    return f"{seconds // 60}:{seconds % 60:02d}"
