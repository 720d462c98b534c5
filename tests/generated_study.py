"""A study of many interviews made of the simulated calls of the bench, each varied, none of them with sound.

How to have one, in a test or a benchmark (the fixture `bench` of `tests/conftest.py` skips where there is no bench):

    from tests.generated_study import generate
    study = generate(tmp_path / "study", bench / "calls" / "dev")         # 60 interviews: a `StudyFolder`
    study = generate(folder, bench / "calls" / "dev", interviews=12, seed=4, transcripts=True)

The same arguments give the same study. Each interview is one of the four calls as it was conducted (its moves, notes,
flags and incidents), taken in as `interview-tui import-call` does, and then conducted further by the real session: role
and kind of every relationship, now and then a second relationship, an answer that was changed, "don't know", a round
that was only looked into, an incident or an answer that was taken back (or put back), an incident that belonged
elsewhere. Some end early, some are refused, some go on, some are rehearsals. What is drawn for a case hangs on `seed`
and its number alone. The journal is the real one; the cases are listed through `casebook.StudyCases` with an attribute
`region`; `LISTED` more are listed and were never rung. With `transcripts` the words that were said lie beside each, as
a transcription would have left them. There is no audio: nothing can be played.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from interview_tui import bootstrap
from interview_tui.casebook import StudyCases
from interview_tui.fieldwork.changes import AttributeGiven, CaseListed
from interview_tui.interview import withholding
from interview_tui.interview.elsewhere import TapeFile, read_call, take_in
from interview_tui.interview.events import Event, InterviewOpened, Kept, Place
from interview_tui.interview.ports import Moment, RecordedSpan
from interview_tui.interview.session import Session
from interview_tui.interview.sound import AudioPart, SpanEnd
from interview_tui.interview.state import fold
from interview_tui.schedule.model import Schedule
from interview_tui.store.study import StudyFolder

CALLS = ("01_mentor", "02_mentee", "03_one_experience", "04_yes_to_all")
OPENED_WALL_MS, DAY_MS = 1_767_268_800_000, 86_400_000
RATE = 16_000
REGIONS = ("England", "Wales")
LISTED = 6
ROLES, KINDS, VALENCES = ("mentor", "mentee"), ("formal", "informal", "mixed"), ("good", "difficult")
TALLIES = """
[attributes.region]
title = "region"
values = ["England", "Wales"]

[[tally]]
name = "relationships"
by = ["role", "kind"]
targets = { "mentor" = 35, "mentee" = 25, "mentor / informal" = 12, "mentee / informal" = 12 }

[[tally]]
name = "incidents"
by = ["role", "kind", "incident"]

[[tally]]
name = "kinds"
by = ["kind"]
targets = { "formal" = 20, "informal" = 20 }

[[tally]]
name = "where"
by = ["region"]
targets = { "England" = 40, "Wales" = 20 }

[[tally]]
name = "incidents by region"
by = ["incident", "region"]
"""
"""What the study counts: written into its `study.toml`."""


def generate(
    folder: Path, calls: Path, interviews: int = 60, seed: int = 9, *, transcripts: bool = False
) -> StudyFolder:
    """Make the study in a folder that is not there yet, of the calls in `calls`; gives it."""
    study = bootstrap.ready_study(folder)
    settings = folder / "study.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + TALLIES, encoding="utf-8")
    study = bootstrap.open_study(folder)
    schedule = bootstrap.study_schedule(study)
    study.keep_schedule(schedule)
    cases = [f"P{number:02}" for number in range(1, interviews + 1)]
    _list(study, [*cases, *(f"P{number:02}" for number in range(interviews + 1, interviews + 1 + LISTED))], seed)
    for number, case in enumerate(cases):
        call = CALLS[number % len(CALLS)]
        journal = study.journal(case)
        journal.append(_Conducted(schedule, _taken_in(calls / call, folder), case, number, seed).events)
        assert journal.close(60.0), journal.failure
        if transcripts:
            _write_transcript(study, case, calls / call)
    return study


def region(number: int, seed: int) -> str:
    """The region of the case of this number; empty of one in twelve."""
    drawn = random.Random(f"{seed}/{number}/region").random()
    return "" if drawn < 1 / 12 else REGIONS[drawn > 0.65]


def _list(study: StudyFolder, cases: Sequence[str], seed: int) -> None:
    """Put the cases on the list, with their regions."""
    book = StudyCases(study)
    changes: list[CaseListed | AttributeGiven] = []
    for number, case in enumerate(cases):
        changes.append(CaseListed(case=case, wall_ms=OPENED_WALL_MS + number, source="sample.csv"))
        if found := region(number, seed):
            changes.append(AttributeGiven(case=case, wall_ms=OPENED_WALL_MS + number, name="region", value=found))
    book.note(*changes)


@cache
def _taken_in(call: Path, study: Path) -> tuple[Event, ...]:
    """The events of a call that was taken in, but for its end."""
    schedule = bootstrap.study_schedule(bootstrap.open_study(study))
    crosswalk = bootstrap.known_crosswalk(bootstrap.open_study(study), schedule)
    assert crosswalk is not None
    file = call / "events.json"
    log = read_call(json.loads(file.read_text(encoding="utf-8")), str(file), crosswalk)
    opened = Moment(0, OPENED_WALL_MS)
    session, begun = Session.open(schedule, "P00", "AB", opened, at_first_item=False)
    parts = sum(1 for _ in call.glob("audio*.flac"))
    tapes = [TapeFile(f"audio.part{number}.flac", RATE, 2, RATE * 7200) for number in range(1, max(1, parts) + 1)]
    return (*begun, *take_in(session, log, tapes, opened, file.name).events[:-1])


class _Conducted:
    """An interview made of the events of a call; `events` when it is made."""

    def __init__(self, schedule: Schedule, call: Sequence[Event], case: str, number: int, seed: int) -> None:
        self.draw = random.Random(f"{seed}/{number}")
        self.wall_ms = OPENED_WALL_MS + number * DAY_MS // 3
        self.kind_of_end = _end(number)
        if self.kind_of_end in ("broken off", "refused", "not eligible"):
            call = call[: round(len(call) * self.draw.uniform(0.3, 0.7))]
        begun = [self._as_own(event, case) for event in call]
        self.session = Session(fold(schedule, begun))
        self.ms = self.session.interview.at_ms
        self.events: list[Event] = list(begun)
        self._go_further(number)

    def _as_own(self, event: Event, case: str) -> Event:
        event = replace(event, wall_ms=self.wall_ms + event.at_ms)
        if isinstance(event, InterviewOpened):
            return replace(event, case=case, rehearsal=self.kind_of_end == "rehearsal")
        return event

    def _do(self, command: Callable[[Moment], Sequence[Event]], after_ms: int = 1_000) -> None:
        self.ms += after_ms
        self.events += command(Moment(self.ms, self.wall_ms + self.ms))

    def _enter(self, item: str, round_id: str, text: str) -> None:
        self._do(lambda now: self.session.go(Place(item, round_id), now))
        self._do(lambda now: self.session.enter(text, now.at_ms - 500, now))

    def _go_further(self, number: int) -> None:
        draw, interview = self.draw, self.session.interview
        for name in [one.id for one in interview.rounds.values() if one.loop == "relationship"]:
            self._describe(name)
        if number % 4 == 2 and "R1" in interview.rounds and "R2" not in interview.rounds:
            self._second_relationship()
        if number % 6 == 1:  # a round that was only looked into
            self._do(lambda now: self.session.go(Place("which", "R1"), now))
            self._do(lambda now: self.session.open_round("incident", "difficult", "R1", now))
        incidents = [one.id for one in interview.rounds.values() if one.loop == "incident"]
        if number % 7 == 3 and incidents:
            self._take_back_incident(draw.choice(incidents), put_back=number % 2 == 0)
        if number % 9 == 4 and "R1" in interview.rounds:
            self._take_back_answer()
        if number % 10 == 5 and "R2" in interview.rounds and "R1-difficult" in interview.rounds:
            self._do(lambda now: self.session.attach_round("R1-difficult", "R2", now))
        self._hang_up()

    def _describe(self, name: str) -> None:
        """Role and kind of a relationship: mostly known, now and then not, now and then changed."""
        draw = self.draw
        role = draw.choices(["1", "2", "dk", ""], [55, 38, 3, 4])[0]
        kind = draw.choices(["1", "2", "3", "na", ""], [55, 25, 10, 4, 6])[0]
        if role:
            self._enter("role", name, role)
        if kind:
            self._enter("kind", name, kind)
        if draw.random() < 0.1:
            self._enter("kind", name, "2")

    def _second_relationship(self) -> None:
        self._do(lambda now: self.session.open_round("relationship", "", "", now))
        self._describe("R2")
        key = self.draw.choice(VALENCES)
        self._do(lambda now: self.session.open_round("incident", key, "R2", now, is_being_told=True))
        self._do(lambda now: self.session.enter(" told in few words", now.at_ms - 900, now), 20_000)

    def _take_back_incident(self, name: str, *, put_back: bool) -> None:
        self._do(
            lambda now: self.session.withhold(withholding.whole_round(self.session.interview, name, now.at_ms), now)
        )
        if put_back:
            self._do(lambda now: self.session.restore("w1", now))

    def _take_back_answer(self) -> None:
        """The kind is answered anew, and that answer taken back: the one before holds again."""
        since_ms = self.ms + 1
        self._enter("kind", "R1", self.draw.choice("123"))
        self._do(
            lambda now: self.session.withhold(
                withholding.since(self.session.interview, since_ms, now.at_ms, "this question"), now
            )
        )

    def _hang_up(self) -> None:
        for span in [span for span in self.session.interview.spans.values() if not span.closed]:
            frames = (self.ms - span.start_ms) * RATE // 1000
            recorded = RecordedSpan(
                number=span.number, rate=RATE, channels=2, frames=frames, started_ns=0,
                parts=(AudioPart("audio.part1.flac", 0, frames),), source=span.source, reason=SpanEnd.STOP,
            )  # fmt: skip
            self._do(lambda now, one=recorded, at=span.start_ms: self.session.span_closed(one, at, now))  # type: ignore[misc]
        match self.kind_of_end:
            case "unfinished":
                return
            case "rehearsal" | "complete":
                self._do(lambda now: self.session.end("complete", now))
            case "nothing kept":
                self._do(lambda now: self.session.end("broken off", now, kept=Kept.NOTHING))
            case "refused" | "withdrawn" | "not eligible" as outcome:
                self._do(lambda now: self.session.end(outcome, now, kept=Kept.NOTHING))
            case outcome:
                self._do(lambda now: self.session.end(outcome, now))


def _end(number: int) -> str:
    """How the interview of this number ends."""
    ends = {
        5: "rehearsal", 17: "rehearsal", 29: "rehearsal", 44: "rehearsal",
        8: "broken off", 21: "partial", 33: "distress", 47: "broken off",
        11: "refused", 27: "withdrawn", 38: "not eligible", 50: "nothing kept",
        57: "unfinished", 58: "unfinished", 59: "unfinished",
    }  # fmt: skip
    return ends.get(number, "complete")


def _write_transcript(study: StudyFolder, case: str, call: Path) -> None:
    (study.audio_folder(case) / "transcript.json").write_text(_transcript(call), encoding="utf-8")


@cache
def _transcript(call: Path) -> str:
    """The words that were said in a call, as a transcript."""
    from benchmarks.cases import perfect
    from interview_tui.record.transcript import to_json

    truth = json.loads((call / "truth.json").read_text(encoding="utf-8"))
    return json.dumps(to_json(perfect(truth)))
