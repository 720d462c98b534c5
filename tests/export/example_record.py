"""A rich record built in code: two relationships, three incidents, gaps, withheld talk, notes with odd characters."""

from __future__ import annotations

from interview_tui.interview.events import How, Level, Place, Stretch
from interview_tui.record.model import (
    Completeness,
    Entry,
    Evidence,
    Field,
    FlagRecord,
    Incident,
    PlacedNote,
    PlacedTurn,
    Record,
    RoundRecord,
)
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, Doubt, Provenance, Turn, Word

ORIGIN_MS = 62_000
"""The call clock of the first recorded sample: the interview was opened a minute before."""

BEFORE_CONSENT = "wife answered, fetching him"
WITHHELD_TALK = "Lamb threatened everybody"
WITHHELD_NOTE = "leader story, confidential"
OUTSIDE = Place("define")
WHICH, ROLE, OPENING = Place("which", "R1"), Place("role", "R1"), Place("incident_good", "R1-good")
EVENT, ACTION, FEELING, OUTCOME = (Place(item, "R1-good") for item in ("event", "action", "feeling", "outcome"))
HARD_EVENT, HARD_OUTCOME = Place("event", "R1-difficult"), Place("outcome", "R1-difficult")
SECOND_EVENT = Place("event", "R2-good")

QUESTIONS = {
    "event": "What happened?",
    "action": "What did you do?",
    "feeling": "How did you feel?",
    "outcome": "What was the outcome?",
}


def turn(number: int, speaker: str, at_s: float, text: str, *, word_ms: int = 250) -> Turn:
    """A turn of evenly spaced words that begins `at_s` after the first recorded sample."""
    start_ms = ORIGIN_MS + round(at_s * 1000)
    spaced = enumerate(text.split())
    return Turn(
        number,
        speaker,
        tuple(Word(word, start_ms + n * word_ms, start_ms + (n + 1) * word_ms - 40, 0.9) for n, word in spaced),
    )


def note(
    name: str, at_s: float, text: str, *places: Place, mark: str = "", turn: int = 0, before_consent: bool = False
) -> PlacedNote:
    """A note about a moment, typed three seconds later."""
    about_ms = ORIGIN_MS + round(at_s * 1000)
    return PlacedNote(
        name, text, mark, (), about_ms, about_ms + 3000, places, places, turn=turn, before_consent=before_consent
    )


TURNS = (
    PlacedTurn(turn(1, INTERVIEWER, 0.5, "Good morning. Can you hear me?"), None),
    PlacedTurn(turn(2, RESPONDENT, 2.6, "Perfectly, thank you."), None),
    PlacedTurn(turn(3, INTERVIEWER, 6, "How would you define mentoring?"), OUTSIDE),
    PlacedTurn(turn(4, RESPONDENT, 8, "Holding the ladder while <em>someone else</em> climbs & falls."), OUTSIDE),
    PlacedTurn(turn(5, INTERVIEWER, 14, "Can you think of one relationship that went well?"), WHICH),
    PlacedTurn(turn(6, RESPONDENT, 17, "Yes, with a new portfolio holder."), WHICH),
    PlacedTurn(turn(7, INTERVIEWER, 20, "What happened?"), EVENT),
    PlacedTurn(turn(8, RESPONDENT, 21, "He rang me at eleven at night about his first budget."), EVENT),
    PlacedTurn(turn(9, RESPONDENT, 25, "He was in a dreadful state."), EVENT),
    PlacedTurn(turn(9, RESPONDENT, 26.5, "So I told him to sleep on it."), ACTION),
    PlacedTurn(turn(10, RESPONDENT, 31, WITHHELD_TALK), ACTION),
    PlacedTurn(turn(11, INTERVIEWER, 40, "And what was the outcome?"), OUTCOME),
    PlacedTurn(turn(12, RESPONDENT, 42, "The budget passed. Afterwards – 🎉 – he thanked me."), OUTCOME),
    PlacedTurn(turn(13, RESPONDENT, 46, "To go back to it: he rang twice that night."), EVENT),
    PlacedTurn(turn(14, INTERVIEWER, 80, "Now one that did not go well?"), HARD_EVENT),
    PlacedTurn(turn(15, RESPONDENT, 83, "=HYPERLINK( she missed all our meetings."), HARD_EVENT),
    PlacedTurn(turn(16, RESPONDENT, 90, "In the other one, we met at his ward office."), SECOND_EVENT),
)

NOTES = (
    note("n1", -30, BEFORE_CONSENT, OUTSIDE, before_consent=True),
    note("n2", 9, 'ladder — "holding it"', OUTSIDE, mark='"', turn=4),
    note("n3", 22, "new PH, 1st budget\trang 11pm", EVENT, mark="!", turn=8),
    note("n4", 27, "</script><script>alert(1)</script>", ACTION, turn=9),
    note("n5", 32, WITHHELD_NOTE, ACTION, turn=10),
    note("n6", 84, "@SUM(1+1)*cmd|' /C calc'!A0", HARD_EVENT, turn=15),
    note("n7", 85, "מרחק \x07 رسالة\r\n-2 lines", HARD_EVENT, Place("define"), mark="?", turn=15),
)


def _field(key: str, state: Completeness, evidence: Evidence = Evidence(), *, needed: bool = True) -> Field:  # noqa: B008
    return Field(key, QUESTIONS.get(key, "Roughly when was this?"), needed, state, evidence)


def _stretch(start_s: float, end_s: float) -> Stretch:
    return Stretch(ORIGIN_MS + round(start_s * 1000), ORIGIN_MS + round(end_s * 1000))


def _incidents() -> tuple[Incident, ...]:
    good = (
        _field("event", Completeness.FILLED, Evidence((7, 8, 9, 13), ("n3",), _stretch(20, 26.5))),
        _field("action", Completeness.THIN, Evidence((9, 10), ("n4", "n5"), _stretch(26.5, 32))),
        _field("feeling", Completeness.MISSING),
        _field("outcome", Completeness.FILLED, Evidence((11, 12), (), _stretch(40, 44))),
        _field("when", Completeness.MISSING, needed=False),
    )
    difficult = (
        _field("event", Completeness.FILLED, Evidence((14, 15), ("n6", "n7"), _stretch(80, 85))),
        _field("action", Completeness.MISSING),
        _field("feeling", Completeness.MISSING),
        _field("outcome", Completeness.MISSING),
        _field("when", Completeness.MISSING, needed=False),
    )
    second = (
        _field("event", Completeness.THIN, Evidence((16,), (), _stretch(90, 93))),
        *(_field(key, Completeness.THIN) for key in ("action", "feeling", "outcome")),
        _field("when", Completeness.THIN, needed=False),
    )
    return (
        Incident("R1-difficult", "R1-difficult", "difficult", "R1", 2, difficult, Evidence((14, 15), ("n6", "n7"))),
        Incident("R1-good", "R1-good", "good", "R1", 1, good, Evidence((7, 8, 9, 10, 11, 12, 13), ("n3", "n4", "n5"))),
        Incident("R2-good", "R2-good", "good", "R2", 3, second, Evidence((16,), (), _stretch(90, 93))),
    )


def _entry(place: Place, heading: tuple[str, ...], question: str, level: Level, **more: object) -> Entry:
    given: dict[str, object] = {"kind": "ask", "answer": (), "how": None, "on_route": True, "evidence": Evidence()}
    return Entry(place=place, heading=heading, question=question, level=level, **{**given, **more})  # type: ignore[arg-type]


def _entries() -> tuple[Entry, ...]:
    outcomes = [
        _entry(
            place,
            ("Critical incidents", place.round[:2], "Outcome", place.round[3:]),
            QUESTIONS[place.item],
            Level.DONE,
            how=How.ASKED,
            fills=place.item,
        )
        for place in (EVENT, ACTION, FEELING, OUTCOME, HARD_EVENT, HARD_OUTCOME, SECOND_EVENT)
    ]
    relationship = ("Critical incidents", "R1", "The relationship")
    return (
        _entry(Place("overview"), ("Opening",), "Brief overview of the project.", Level.DONE, kind="say"),
        _entry(
            Place("experience"), ("Experience",), "Have you ever...", Level.DONE, answer=("mentor: yes", "broker: no")
        ),
        _entry(OUTSIDE, ("General questions",), "How would you define mentoring?", Level.TOUCHED, how=How.VOLUNTEERED),
        _entry(Place("ideal"), ("General questions",), "Characteristics of an ideal <mentor>?", Level.OPEN),
        _entry(Place("put_off"), ("General questions",), "What puts you off?", Level.OPEN, on_route=False),
        _entry(
            WHICH, relationship, "Can you think of one relationship you thought went particularly well?", Level.DONE
        ),
        _entry(ROLE, relationship, "Were you the mentor or the mentee?", Level.DONE, answer=("mentor",)),
        *outcomes,
        _entry(
            Place("closing"), ("Final",), "Anything else?", Level.DONE, how=How.SKIPPED, reason="no time; he had to go"
        ),
    )


def example_record(**changes: object) -> Record:
    """The record, with any of its fields replaced."""
    whole: dict[str, object] = {
        "case": "P07",
        "interviewer": "A. Researcher",
        "study": "Developing Skills for Government - Political Mentoring",
        "schedule_title": "Interview Schedule (Mentors/Mentees)",
        "schedule_version": "1",
        "schedule_sha256": "5c1f" * 16,
        "opened_wall_ms": 1_773_486_180_000,  # 2026-03-14 11:03 UTC
        "ended_ms": ORIGIN_MS + 100_000,
        "outcome": "complete",
        "reason": "he had to catch a train",
        "debrief": (
            ("How did it go?", "well, he warmed up"),
            ("R1-good: how fully was it told?", "full"),
            ("? </dd> check how the council is anonymised", "asked him"),
        ),
        "rehearsal": False,
        "spans": (_stretch(0, 30), _stretch(40, 50), _stretch(78, 100)),
        "gaps": (_stretch(30, 40), _stretch(50, 78)),
        "withheld": (_stretch(30.6, 39.8),),
        "rounds": (
            RoundRecord("R1", "R1", "relationship", "1", "", (("role", "mentor"), ("kind", "formal"))),
            RoundRecord("R1-good", "R1-good", "incident", "good", "R1", ()),
            RoundRecord("R1-difficult", "R1-difficult", "incident", "difficult", "R1", (("order", "-1"),)),
            RoundRecord("R2", "R2", "relationship", "2", "", (("kind", "informal"),)),
            RoundRecord("R2-good", "R2-good", "incident", "good", "R2", ()),
        ),
        "incidents": _incidents(),
        "entries": _entries(),
        "turns": TURNS,
        "notes": NOTES,
        "flags": (FlagRecord("f1", ORIGIN_MS + 43_000, OUTCOME), FlagRecord("f2", ORIGIN_MS + 31_000, ACTION)),
        "doubts": (
            Doubt(ORIGIN_MS + 84_000, ORIGIN_MS + 85_000, "speech at an implausible pace"),
            Doubt(ORIGIN_MS + 31_000, ORIGIN_MS + 33_000, "a doubt about what is withheld"),
        ),
        "provenance": Provenance(
            "faster-whisper",
            "tiny.en",
            "ab12" * 16,
            "en",
            {"beam_size": "5"},
            {"faster-whisper": "1.2.1"},
            "2 cores",
            ("cd34" * 16,),
            41.5,
        ),
    }
    return Record(**{**whole, **changes})  # type: ignore[arg-type]
