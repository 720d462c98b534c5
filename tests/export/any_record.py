"""Records of any content, for laws that hold of every record."""

from __future__ import annotations

from hypothesis import strategies as st

from interview_tui.interview.events import How, Level, Place, Stretch
from interview_tui.record.fidelity import Asked
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
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, UNKNOWN, Doubt, Provenance, Turn, Word

TEN_HOURS_MS = 36_000_000
NASTY = (
    "",
    "</script><script>alert(1)</script>",
    "]]> --> <!--",
    "{{ 7 * 7 }}{% raw %}",
    '" onclick="alert(1)',
    "=cmd|' /C calc'!A0",
    "\t=1+1",
    "\ufeff@SUM(A1)",
    "-2+3",
    "line\r\nline\u2028line",
    "nul\x00 bell\x07 \x1b[31m \x9f",
    "\ufffe\uffff\U0001fffe lone \ud800",
    "שלום مرحبا \u202e override",
    "👩‍👩‍👧 e\u0301 ＝",
    "a;b,c|d",
)

texts = st.sampled_from(NASTY) | st.text(max_size=12)
moments = st.integers(0, TEN_HOURS_MS)
rounds = st.sampled_from(("", "R1", "R1-good", "R9", "R1-bad"))
sureness = st.sampled_from((1.0, 0.7, 0.2))
places = st.builds(Place, texts, rounds, st.sampled_from(("", "mentor")))


@st.composite
def stretches(draw: st.DrawFn) -> Stretch:
    start_ms = draw(moments)
    return Stretch(start_ms, start_ms + draw(st.integers(0, 600_000)))


@st.composite
def turns(draw: st.DrawFn) -> PlacedTurn:
    start_ms = draw(moments)
    words = tuple(
        Word(text, start_ms + 300 * n, start_ms + 300 * n + draw(st.integers(0, 900)), 1.0, draw(sureness))
        for n, text in enumerate(draw(st.lists(texts, max_size=4)))
    )
    speaker = draw(st.sampled_from((INTERVIEWER, RESPONDENT, UNKNOWN)) | texts)
    turn = Turn(draw(st.integers(1, 6)), speaker, words)
    return PlacedTurn(turn, draw(st.none() | places), draw(texts), draw(sureness))


notes = st.builds(
    PlacedNote,
    note=st.sampled_from(("n1", "n2", "n3")),
    text=texts,
    mark=st.sampled_from(("", "!", '"', "?", "<b>")),
    names=st.just(()),
    about_ms=st.integers(-100_000, TEN_HOURS_MS),
    typed_ms=moments,
    places=st.lists(places, max_size=2).map(tuple),
    filed=st.lists(places, max_size=2).map(tuple),
    turn=st.integers(0, 6),
    before_consent=st.booleans(),
)
evidence = st.builds(
    Evidence,
    turns=st.lists(st.integers(1, 6), max_size=4).map(tuple),
    notes=st.lists(st.sampled_from(("n1", "n2", "n3")), max_size=2).map(tuple),
    audio=st.none() | stretches(),
)
fields = st.builds(
    Field,
    key=st.sampled_from(("event", "case", "event_notes")) | texts,
    question=texts,
    needed=st.booleans(),
    state=st.sampled_from(Completeness),
    evidence=evidence,
)
incidents = st.builds(
    Incident,
    id=rounds,
    label=texts,
    key=texts,
    parent=rounds,
    order=st.integers(1, 9),
    fields=st.lists(fields, max_size=3).map(tuple),
    evidence=evidence,
)
entries = st.builds(
    Entry,
    place=places,
    kind=st.sampled_from(("say", "ask", "probe", "record", "interviewer")),
    heading=st.lists(texts, max_size=3).map(tuple),
    question=texts,
    answer=st.lists(texts, max_size=2).map(tuple),
    level=st.sampled_from(Level),
    how=st.none() | st.sampled_from(How),
    on_route=st.booleans(),
    evidence=evidence,
    reason=texts,
    theme=texts,
    fills=st.sampled_from(("", "event")),
    asked=st.sampled_from(Asked),
)
answers = st.lists(st.tuples(st.sampled_from(("role", "order", "event")) | texts, texts), max_size=2).map(tuple)
round_records = st.builds(RoundRecord, rounds, texts, texts, texts, rounds, answers)


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Any record at all, turns by start as the merge leaves them."""
    placed = draw(st.lists(turns(), max_size=6))
    placed.sort(key=lambda each: each.turn.words[0].start_ms if each.turn.words else 0)
    return Record(
        case=draw(texts),
        interviewer=draw(texts),
        study=draw(texts),
        schedule_title=draw(texts),
        schedule_version=draw(texts),
        schedule_sha256=draw(texts),
        opened_wall_ms=draw(st.integers(0, 4_000_000_000_000)),
        ended_ms=draw(st.none() | moments),
        outcome=draw(texts),
        reason=draw(texts),
        talk_ms=tuple(draw(st.lists(st.tuples(texts, moments), max_size=2))),
        debrief=tuple(draw(st.lists(st.tuples(texts, texts), max_size=3))),
        rehearsal=draw(st.booleans()),
        spans=tuple(draw(st.lists(stretches(), max_size=3))),
        gaps=tuple(draw(st.lists(stretches(), max_size=3))),
        withheld=tuple(draw(st.lists(stretches(), max_size=3))),
        rounds=tuple(draw(st.lists(round_records, max_size=3))),
        incidents=tuple(draw(st.lists(incidents, max_size=3))),
        entries=tuple(draw(st.lists(entries, max_size=4))),
        turns=tuple(placed),
        notes=tuple(draw(st.lists(notes, max_size=4))),
        flags=tuple(draw(st.lists(st.builds(FlagRecord, texts, moments, places), max_size=2))),
        doubts=tuple(draw(st.lists(st.builds(Doubt, moments, moments, texts), max_size=2))),
        provenance=draw(st.none() | st.builds(Provenance, texts, texts, texts, texts)),
    )
