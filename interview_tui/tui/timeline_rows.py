"""The time of a call down a pane: what was visited, who talked how much, notes, flags, doubts, what was not recorded.

A row stands for a step of time. The steps are round, so that the whole call fits in the rows there are and the times
beside them can be read; closer steps show a part of the call. Times are call clock, ms; shown ones are counted from the
first recorded sample.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from interview_tui.interview import route
from interview_tui.interview.events import Place, Stretch
from interview_tui.interview.state import Interview
from interview_tui.record.model import Record
from interview_tui.record.release import released
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT
from interview_tui.record.under_review import UnderReview
from interview_tui.tui import signs

STEPS_S = (1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 600, 900, 1_800, 3_600)
"""What a row may stand for."""
FULL = 4
"""How much talk there is in a row is told from 0 to this."""
TIME_EVERY = 4
"""Every so many rows have their time: mostly whole minutes then."""
NOTE, FLAG, DOUBT, QUOTATION, GAP = "✎", "⚑", "?", "“", "■"
PAUSE_MS = 500
"""In a longer one nobody talks."""
MARKS = (QUOTATION, NOTE, FLAG, DOUBT)
OFF_THE_RECORD, NOT_RECORDED = "off the record", "not recorded"


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch in which nothing was recorded, and why in words."""

    stretch: Stretch
    why: str


@dataclass(frozen=True, slots=True)
class CallTime:
    """What the timeline of a call shows. Nothing that is withheld is in it, but that something is.

    `talk` is who talked when, `visits` what was begun when: a section, or an incident by its label. `marks` are single
    moments, each with its glyph.
    """

    start_ms: int
    end_ms: int
    talk: tuple[tuple[Stretch, str], ...] = ()
    visits: tuple[tuple[int, str], ...] = ()
    gaps: tuple[Gap, ...] = ()
    marks: tuple[tuple[int, str], ...] = ()

    @property
    def length_ms(self) -> int:
        """From its beginning to its end."""
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True)
class Scale:
    """Rows of `step_ms` each, as many as `rows`, the first of which begins at `start_ms`."""

    start_ms: int
    step_ms: int
    rows: int

    def row_at(self, at_ms: int) -> int | None:
        """The row in which a moment is; None outside all of them."""
        row = (at_ms - self.start_ms) // self.step_ms
        return row if 0 <= row < self.rows else None


@dataclass(frozen=True, slots=True)
class TimeRow:
    """A row from `start_ms` on.

    `asking` and `telling` say how much of it the interviewer and the respondent talk, `unknown` how much people of whom
    nobody knows who they are: 0 to `FULL`. `gap` says why nothing was recorded, where that holds for most of it; a
    shorter gap has a mark. `visit` is where she went in it last; in the first row, where she was.
    """

    start_ms: int
    time: str = ""
    asking: int = 0
    telling: int = 0
    unknown: int = 0
    gap: str = ""
    visit: str = ""
    marks: str = ""
    is_evidence: bool = False
    is_playing: bool = False


def call_time(found: UnderReview) -> CallTime:
    """The time of an interview."""
    record = released(found.record)
    ends = [*(span.end_ms for span in record.spans), *(placed.turn.end_ms for placed in record.turns)]
    start_ms = record.origin_ms
    end_ms = max([*ends, start_ms + 1_000] if ends else [record.ended_ms or 0, start_ms + 1_000])
    moments = [
        *((note.about_ms, NOTE) for note in record.notes),
        *((flag.at_ms, FLAG) for flag in record.flags),
        *((doubt.stretch.start_ms, DOUBT) for doubt in found.open_doubts),
        *((quotation.stretch.start_ms, QUOTATION) for quotation in record.quotations),
    ]
    return CallTime(
        start_ms=start_ms,
        end_ms=end_ms,
        talk=tuple(_talk(record)),
        visits=tuple(_visits(found.interview, record)),
        gaps=tuple(sorted(_gaps(record), key=lambda gap: gap.stretch.start_ms)),
        marks=tuple(sorted((min(max(at_ms, start_ms), end_ms - 1), glyph) for at_ms, glyph in moments)),
    )


def closest(call: CallTime, height: int) -> int:
    """How many steps closer a call can be looked at than on the scale on which all of it fits in `height` rows."""
    fits = (number for number, step_s in enumerate(STEPS_S) if -(-call.length_ms // (step_s * 1000)) <= height)
    return next(fits, len(STEPS_S) - 1)


def scale(call: CallTime, height: int, closer: int = 0, around_ms: int = 0) -> Scale:
    """The closest scale on which the whole call fits in `height` rows, or one so many steps closer.

    Of a closer one a moment is in the middle, unless the call begins or ends too near.
    """
    step_ms = STEPS_S[max(0, closest(call, height) - closer)] * 1000
    rows = min(height, -(-call.length_ms // step_ms))
    first = (around_ms - call.start_ms) // step_ms - rows // 2
    last = -(-call.length_ms // step_ms) - rows
    return Scale(call.start_ms + max(0, min(first, last)) * step_ms, step_ms, rows)


def time_rows(
    call: CallTime, shown: Scale, evidence: Sequence[Stretch] = (), playing_ms: int | None = None
) -> list[TimeRow]:
    """The rows of a scale, with those marked in which there is `evidence` of what is looked at, or which is heard."""
    asking, telling = (_shares(call, shown, (speaker,)) for speaker in (INTERVIEWER, RESPONDENT))
    unknown = _shares(call, shown, {speaker for _, speaker in call.talk} - {INTERVIEWER, RESPONDENT})
    visits, marks = _visited(call, shown), _marked(call, shown)
    playing = shown.row_at(playing_ms) if playing_ms is not None else None
    rows = []
    for row in range(shown.rows):
        here = Stretch(shown.start_ms + row * shown.step_ms, shown.start_ms + (row + 1) * shown.step_ms)
        gap, short = _gap_in(call, here)
        has_time = (here.start_ms - call.start_ms) // shown.step_ms % TIME_EVERY == 0
        rows.append(
            TimeRow(
                start_ms=here.start_ms,
                time=signs.clock(here.start_ms - call.start_ms) if has_time else "",
                asking=asking[row],
                telling=telling[row],
                unknown=unknown[row],
                gap=gap,
                visit=visits.get(row, ""),
                marks=marks.get(row, "") + short,
                is_evidence=any(_shared_ms(one, here) for one in evidence),
                is_playing=row == playing,
            )
        )
    return rows


def _talk(record: Record) -> Iterator[tuple[Stretch, str]]:
    """Who talks when, without the pauses."""
    for placed in record.turns:
        start_ms = end_ms = placed.turn.start_ms
        for word in placed.turn.words:
            if word.start_ms - end_ms > PAUSE_MS:
                yield Stretch(start_ms, end_ms), placed.turn.speaker
                start_ms = word.start_ms
            end_ms = max(end_ms, word.end_ms)
        yield Stretch(start_ms, end_ms), placed.turn.speaker


def _visits(interview: Interview, record: Record) -> Iterator[tuple[int, str]]:
    """Where she went when; of a call conducted on paper, what the talk was about."""
    moves = [(visit.start_ms, visit.place) for visit in interview.visits()]
    talk = [(each.turn.start_ms, each.place) for each in record.turns if each.place is not None]
    labels = {incident.id: incident.label for incident in record.incidents}
    before = ""
    for at_ms, place in moves or talk:
        label = _name(interview, place, labels)
        if label and label != before:
            yield at_ms, label
        before = label


def _name(interview: Interview, place: Place, labels: Mapping[str, str]) -> str:
    """An incident by its label, else the section."""
    located = interview.items.get(place.item)
    if place.round in labels or located is None:
        return labels.get(place.round, "")
    is_of_incident = located.loops and located.loops[-1].id == interview.schedule.incident_loop()
    return route.label(interview, place.round) if is_of_incident else located.sections[-1].title


def _gaps(record: Record) -> Iterator[Gap]:
    for gap in record.gaps:
        hidden = any(_shared_ms(gap, held) for held in record.withheld)
        yield Gap(gap, OFF_THE_RECORD if hidden else NOT_RECORDED)
    for held in record.withheld:
        if not any(gap.start_ms <= held.start_ms and held.end_ms <= gap.end_ms for gap in record.gaps):
            yield Gap(held, OFF_THE_RECORD)


def _shares(call: CallTime, shown: Scale, speakers: Collection[str]) -> list[int]:
    """How much of each row some speakers talk, 0 to `FULL`; any talk at all is 1."""
    talked_ms = [0] * shown.rows
    for stretch, speaker in call.talk:
        if speaker not in speakers:
            continue
        first, last = ((at_ms - shown.start_ms) // shown.step_ms for at_ms in (stretch.start_ms, stretch.end_ms))
        for row in range(max(0, first), min(shown.rows - 1, last) + 1):
            start_ms = shown.start_ms + row * shown.step_ms
            talked_ms[row] += _shared_ms(stretch, Stretch(start_ms, start_ms + shown.step_ms))
    return [min(FULL, -(-ms * FULL // shown.step_ms)) for ms in talked_ms]


def _visited(call: CallTime, shown: Scale) -> dict[int, str]:
    """What to write beside which row: where she went last in it, and in the first row where she was."""
    visits: dict[int, str] = {}
    for at_ms, label in call.visits:
        after_ms = next((gap.stretch.end_ms for gap in call.gaps if gap.stretch.holds(at_ms)), at_ms)
        row = max(0, after_ms - shown.start_ms) // shown.step_ms
        visits[row] = label
    return visits


def _marked(call: CallTime, shown: Scale) -> dict[int, str]:
    """The glyphs of the marks in each row, each once and always in the same order."""
    found: dict[int | None, set[str]] = defaultdict(set)
    for at_ms, glyph in call.marks:
        found[shown.row_at(at_ms)].add(glyph)
    return {
        row: "".join(glyph for glyph in MARKS if glyph in glyphs) for row, glyphs in found.items() if row is not None
    }


def _gap_in(call: CallTime, here: Stretch) -> tuple[str, str]:
    """Why nothing was recorded, if that holds for most of a row; the mark of a gap otherwise, if there is one."""
    missing_ms, reached_ms, longest = 0, here.start_ms, (0, "")
    for gap in call.gaps:
        missing_ms += _shared_ms(gap.stretch, Stretch(reached_ms, here.end_ms))
        reached_ms = max(reached_ms, gap.stretch.end_ms)
        longest = max(longest, (_shared_ms(gap.stretch, here), gap.why))
    if 2 * missing_ms > here.end_ms - here.start_ms:
        return longest[1], ""
    return "", GAP if missing_ms else ""


def _shared_ms(one: Stretch, other: Stretch) -> int:
    return max(0, min(one.end_ms, other.end_ms) - max(one.start_ms, other.start_ms))
