"""What the interviews of a study add up to: tallies, and plots of them in the cells of a terminal.

A bar, a line or a row of glyphs is read without its colour, and the number stands beside it. Rehearsals count for
nothing in any of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import fmean

from textual.content import Content

from interview_tui.record.digest import Digest
from interview_tui.record.model import Completeness
from interview_tui.tui import signs
from interview_tui.tui.study_table import MINUTE_MS, STATES, answered, state_of

LONGEST_IN_WEEKS, LONGEST_IN_MONTHS = 26, 36
"""So many weeks are counted one by one, so many months; what is longer is counted in months, and in years."""
WEEK = timedelta(weeks=1)
NARROWEST_BAR, WIDEST_BAR = 3, 40
NONE_GIVEN = "–"
HALF, FULL = "▌", "█"

Tally = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Crossed:
    """How often incidents of each key (rows) go with each answer to an item (columns)."""

    item: str
    keys: tuple[str, ...]
    answers: tuple[str, ...]
    counts: Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took, over the interviews that have it: mean, least and most, in minutes."""

    label: str
    interviews: int
    mean: float
    least: float
    most: float


def tally(digests: Iterable[Digest], item: str) -> Tally:
    """How many interviews have each answer to an item, the commonest first; one with two answers counts in both."""
    return tuple(Counter(answer for found in digests for answer in found.chosen(item)).most_common())


def states(digests: Iterable[Digest]) -> Tally:
    """How many interviews are how far, in the order of the states."""
    counts = Counter(state_of(found) for found in digests)
    return tuple((f"{sign} {state}", counts[state]) for state, sign in STATES.items() if counts[state])


def over_time(digests: Iterable[Digest]) -> tuple[str, Tally]:
    """How many interviews there were in each week, month or year, those without one between them as well.

    A week is told by its Monday. The days are those of the local time.
    """
    days = [datetime.fromtimestamp(found.opened_wall_ms / 1000).astimezone().date() for found in digests]
    if not days:
        return "week", ()
    first, last = min(days), max(days)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if _monday(last) - _monday(first) < LONGEST_IN_WEEKS * WEEK:
        weeks = [_monday(first) + number * WEEK for number in range((_monday(last) - _monday(first)) // WEEK + 1)]
        return "week", _counted(map(_monday, days), weeks, "%d %b %y")
    if months <= LONGEST_IN_MONTHS:
        in_months = [_month(first, later) for later in range(months)]
        return "month", _counted((_month(day) for day in days), in_months, "%b %y")
    years = [date(year, 1, 1) for year in range(first.year, last.year + 1)]
    return "year", _counted((date(day.year, 1, 1) for day in days), years, "%Y")


def crossed(digests: Iterable[Digest], item: str) -> Crossed:
    """How often incidents of each key go with each answer to an item; `–` stands for no answer."""
    counts: Counter[tuple[str, str]] = Counter()
    for found in digests:
        for incident in found.incidents:
            given = [answer for name, answer in incident.answers if name == item]
            counts.update((incident.key or incident.label, answer) for answer in dict.fromkeys(given or [NONE_GIVEN]))
    keys = dict.fromkeys(key for key, _ in counts)
    answers = sorted(dict.fromkeys(answer for _, answer in counts), key=lambda answer: answer == NONE_GIVEN)
    return Crossed(item, tuple(keys), tuple(answers), counts)


def minutes(digests: Iterable[Digest]) -> tuple[Spread, ...]:
    """How long was talked in each section, and then in the incidents of each key, over the interviews that have it."""
    sections: dict[str, list[int]] = defaultdict(list)
    incidents: dict[str, list[int]] = defaultdict(list)
    for found in sorted(digests, key=lambda one: -len(one.sections_ms)):
        for title, ms in found.sections_ms:
            sections[title].append(ms)
        for incident in found.incidents:
            if incident.talk_ms:
                incidents[f"· {incident.key or incident.label}"].append(incident.talk_ms)
    return tuple(
        Spread(label, len(took), fmean(took) / MINUTE_MS, min(took) / MINUTE_MS, max(took) / MINUTE_MS)
        for label, took in (*sections.items(), *incidents.items())
    )


def parts(digests: Iterable[Digest]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """In how many incidents each part is filled, thin and missing, in the order of `Completeness`."""
    counts: dict[str, Counter[Completeness]] = defaultdict(Counter)
    for found in digests:
        for incident in found.incidents:
            for part, state in incident.needs:
                counts[part][state] += 1
    return tuple((part, tuple(of_it[state] for state in Completeness)) for part, of_it in counts.items())


def drawn(digests: Sequence[Digest], width: int) -> list[Content]:
    """Everything in rows of `width` cells, under headings; what there is nothing of is left out."""
    conducted = [found for found in digests if not found.rehearsal]
    left_out = len(digests) - len(conducted)
    if not conducted:
        return [Content("No interview is shown, so there is nothing to count.")]
    items = answered(conducted)
    unit, in_time = over_time(conducted)
    told_of = dict.fromkeys(item for found in conducted for one in found.incidents for item, _ in one.answers)
    incidents = sum(len(found.incidents) for found in conducted)
    blocks = [
        ("review", bars(states(conducted), width)),
        *((item, bars(tally(conducted, item), width)) for item in items),
        (f"interviews by {unit}", bars(in_time, width)),
        *((f"incidents by {item}", table(crossed(conducted, item), width)) for item in told_of),
        (f"parts of {signs.counted(incidents, 'incident')}", shares(parts(conducted), width)),
        ("minutes of talk: mean, least–most", spreads(minutes(conducted), width)),
    ]
    without = f", {signs.counted(left_out, 'rehearsal')} left out" if left_out else ""
    rows = [Content(f"{signs.counted(len(conducted), 'interview')}{without}")]
    for heading, block in blocks:
        if block:
            rows += [Content(), Content.styled(heading, "bold $accent"), *block]
    return rows


def bars(counts: Tally, width: int) -> list[Content]:
    """A bar for every count, the longest as long as there is room for."""
    most = max((count for _, count in counts), default=0)
    label, digits = _widest(name for name, _ in counts), len(str(most))
    room = _room(width - min(label, width // 2) - digits - 2)
    return [
        Content(f"{_fitted(name, min(label, width // 2))} {count:>{digits}} {bar(count, most, room)}".rstrip())
        for name, count in counts
    ]


def table(counts: Crossed, width: int) -> list[Content]:
    """A count with its bar for every key and answer."""
    if not counts.keys:
        return []
    label = min(_widest(counts.keys), width // 3)
    most = max(counts.counts.values())
    digits = len(str(most))
    column = max(digits + 1, min((width - label) // len(counts.answers) - 2, digits + 1 + WIDEST_BAR // 2))
    heads = "".join(f"  {_fitted(answer, column)}" for answer in counts.answers)
    rows = [Content.styled(f"{'':{label}}{heads}".rstrip(), "$quiet")]
    for key in counts.keys:
        cells = [counts.counts.get((key, answer), 0) for answer in counts.answers]
        line = "".join(f"  {f'{n:>{digits}} {bar(n, most, column - digits - 1)}':{column}}" for n in cells)
        rows.append(Content(f"{_fitted(key, label)}{line}".rstrip()))
    return rows


def shares(found: Sequence[tuple[str, Sequence[int]]], width: int) -> list[Content]:
    """A row of glyphs for each part, divided as its incidents are, with the counts; and what the glyphs mean."""
    if not found:
        return []
    label = min(_widest(part for part, _ in found), width // 3)
    counts = [" · ".join(map(str, of_it)) for _, of_it in found]
    room = _room(width - label - _widest(counts) - 2)
    meaning = "  ".join(f"{signs.COMPLETENESS[state]} {state.value}" for state in Completeness)
    rows = [Content.styled(meaning, "$quiet")]
    for (part, of_it), told in zip(found, counts, strict=True):
        glyphs = "".join(
            signs.COMPLETENESS[state] * cells for state, cells in zip(Completeness, divided(of_it, room), strict=True)
        )
        rows.append(Content(f"{_fitted(part, label)} {glyphs} {told}"))
    return rows


def spreads(found: Sequence[Spread], width: int) -> list[Content]:
    """A line from the least to the most for each, on one scale from 0, with a dot at the mean."""
    if not found:
        return []
    means = _widest(f"{one.mean:.1f}" for one in found)
    told = [f"{one.mean:>{means}.1f}  {one.least:.1f}–{one.most:.1f}" for one in found]
    numbers = _widest(told)
    label = min(_widest(one.label for one in found), max(10, (width - numbers) // 2))
    room = _room(width - label - numbers - 2)
    longest = max(one.most for one in found)
    return [
        Content(f"{_fitted(one.label, label)} {_line(one, longest, room)} {words}")
        for one, words in zip(found, told, strict=True)
    ]


def bar(count: int, most: int, cells: int) -> str:
    """A bar of at most `cells` cells, `most` filling them; whatever is more than nothing can be seen."""
    halves = max(1, round(2 * cells * count / most)) if count and cells > 0 else 0
    return FULL * (halves // 2) + HALF * (halves % 2)


def divided(counts: Sequence[int], cells: int) -> tuple[int, ...]:
    """So many cells divided as the counts are (largest remainders); whatever is more than nothing gets one."""
    whole = sum(counts)
    if not whole:
        return (0,) * len(counts)
    exact = [count * cells / whole for count in counts]
    given = [max(int(share), 1 if count else 0) for share, count in zip(exact, counts, strict=True)]
    while sum(given) < cells:
        given[max(range(len(given)), key=lambda n: exact[n] - given[n])] += 1
    while sum(given) > cells and max(given) > 1:
        given[min((n for n, cell in enumerate(given) if cell > 1), key=lambda n: exact[n] - given[n])] -= 1
    return tuple(given)


def _line(spread: Spread, longest: float, cells: int) -> str:
    cell = (cells - 1) / (longest or 1)
    least, mean, most = (round(value * cell) for value in (spread.least, spread.mean, spread.most))
    marks = dict.fromkeys(range(least, most + 1), "─") | {least: "├", most: "┤"} | {mean: "●"}
    return "".join(marks.get(n, " ") for n in range(cells))


def _counted(found: Iterable[date], wanted: Iterable[date], written: str) -> Tally:
    counts = Counter(found)
    return tuple((f"{begin:{written}}", counts[begin]) for begin in wanted)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _month(day: date, later: int = 0) -> date:
    """The first of its month, or of one so many months later."""
    years, month = divmod(day.month - 1 + later, 12)
    return date(day.year + years, month + 1, 1)


def _widest(words: Iterable[str]) -> int:
    return max((Content(word).cell_length for word in words), default=0)


def _fitted(words: str, cells: int) -> str:
    return Content(words).truncate(cells, ellipsis=True, pad=True).plain


def _room(cells: int) -> int:
    return max(NARROWEST_BAR, min(WIDEST_BAR, cells))
