"""Calls told line by line: what was said, where she moved and what she typed, on one clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from interview_tui.interview.events import Place
from interview_tui.interview.ports import Moment
from interview_tui.interview.session import Session
from interview_tui.interview.state import Interview
from interview_tui.record.merge import merge
from interview_tui.record.model import PlacedNote, PlacedTurn, Record
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, Provenance, Transcript, Turn, Word
from interview_tui.schedule.model import Schedule
from tests.examples import at, handover

WORD_MS = 300
PAUSE_MS = 600
KEY_MS = 150


def turn(number: int, speaker: str, start_ms: int, end_ms: int, text: str) -> Turn:
    """A turn whose words take equally long."""
    words = text.split()
    step = (end_ms - start_ms) // len(words)
    return Turn(
        number,
        speaker,
        tuple(Word(word, start_ms + k * step, start_ms + (k + 1) * step) for k, word in enumerate(words)),
    )


def transcript(*turns: Turn, language: str = "en") -> Transcript:
    """These turns, as transcribed."""
    return Transcript(tuple(turns), Provenance("faster-whisper", "tiny.en", "0" * 64, language))


class Call:
    """A call in which both consents were given; talk begins at 20 s. `ms` is the call clock.

    What she does is done in the order of its times, however it is told here. On paper she makes no moves.
    """

    def __init__(self, schedule: Schedule | None = None, *, on_paper: bool = False) -> None:
        self._session, _ = Session.open(schedule or handover(), "P01", "AB", at(0), at_first_item=not on_paper)
        items = self._session.interview.items
        for number, item in enumerate((item for item in items if items[item].item.consent is not None), 1):
            self._session.answer_at(Place(item), "y", at(number * 1000))
        self._on_paper = on_paper
        self._doings: list[tuple[int, Callable[[Session, Moment], object]]] = []
        self._noted = 0
        self.ms = 20_000
        self.turns: list[Turn] = []

    @property
    def interview(self) -> Interview:
        """The interview, once all that was told so far has been done."""
        for ms, do in sorted(self._doings, key=lambda doing: doing[0]):
            do(self._session, at(ms))
        self._doings = []
        return self._session.interview

    def asks(self, text: str) -> None:
        """The interviewer speaks."""
        self._says(INTERVIEWER, text)

    def answers(self, text: str) -> None:
        """The participant speaks."""
        self._says(RESPONDENT, text)

    def waits(self, ms: int) -> None:
        """Nobody speaks."""
        self.ms += ms

    def goes(self, item: str, round_id: str = "", *, later_ms: int = 0) -> None:
        """She moves to an item, so much later than now; on paper she does not."""
        if not self._on_paper:
            self.does(lambda session, now: session.go(Place(item, round_id), now), later_ms)

    def notes(self, text: str, *, later_ms: int = 1_500) -> str:
        """She types a note, beginning so much later than the last word; gives its id."""
        self._noted += 1
        note, first_key_ms = f"n{self._noted}", self.ms - PAUSE_MS + later_ms
        typing_ms = KEY_MS * len(text)
        self.does(
            lambda session, now: session.enter(f" {text}", first_key_ms, now, note=note),
            first_key_ms + typing_ms - self.ms,
        )
        return note

    def does(self, do: Callable[[Session, Moment], object], later_ms: int = 0) -> None:
        """She does something else."""
        self._doings.append((self.ms + later_ms, do))

    def record(self) -> Record:
        """What the merge makes of it."""
        return merge(self.interview, transcript(*self.turns))

    def _says(self, speaker: str, text: str) -> None:
        length_ms = WORD_MS * len(text.split())
        self.turns.append(turn(len(self.turns) + 1, speaker, self.ms, self.ms + length_ms, text))
        self.ms += length_ms + PAUSE_MS


def piece(record: Record, text: str) -> PlacedTurn:
    """The one turn, or part of one, in which this was said."""
    (found,) = [each for each in record.turns if text in each.turn.text]
    return found


def place_of(record: Record, text: str) -> Place | None:
    """Where it belongs that this was said."""
    return piece(record, text).place


def note_in(record: Record, note: str) -> PlacedNote:
    """A note of a record."""
    (found,) = [each for each in record.notes if each.note == note]
    return found


def words_of(turns: Sequence[PlacedTurn | Turn]) -> list[Word]:
    """All words of some turns, in their order."""
    return [word for each in turns for word in (each.turn if isinstance(each, PlacedTurn) else each).words]
