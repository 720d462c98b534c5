"""What the questions of a schedule are called in other people's files, so that calls and records can be exchanged.

A crosswalk is a YAML mapping of their ids to our places:

    their.id: item                  an item
    their.other: item / round       an item in a named round
    their.third: checklist.line     one line of a checklist
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from interview_tui.schedule.model import Located, Schedule
from interview_tui.schedule.nodes import compose
from interview_tui.schedule.problems import nearest, refusal, shown
from interview_tui.schedule.reading import Entry, Reading

_PLACE = re.compile(r"([a-z0-9_]+)(?:\.([a-z0-9_]+))?(?: */ *([a-z0-9_]+))?")


@dataclass(frozen=True, slots=True)
class CrosswalkEntry:
    """A place of ours: an item, the line of its checklist and the key of its named round (empty where it has none)."""

    item: str
    line: str = ""
    round_key: str = ""


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """Foreign ids and our places, in the order of the file. Several foreign ids may share a place.

    `told_under` says under which item an item is told that has no id elsewhere.
    """

    entries: Mapping[str, CrosswalkEntry]
    told_under: Mapping[str, str] = field(default_factory=dict)

    def place_of(self, foreign: str) -> CrosswalkEntry | None:
        """Our place for a foreign id; None if the crosswalk does not know it."""
        return self.entries.get(foreign)

    def foreign_of(self, item: str, round_key: str, line: str = "") -> str | None:
        """The foreign id of one of our places; the first listed, where there are several.

        An entry without a round serves every round, one without a line every line. Asked without a line for an item
        of which only lines are listed, it gives the first of them. An item that has no id there is told under its
        parent, else under the item of its section that it follows, or that follows it.
        """
        item = self.told_under.get(item, item)
        listed = [
            (foreign, entry)
            for foreign, entry in self.entries.items()
            if entry.item == item and entry.round_key in (round_key, "")
        ]
        exact = (foreign for foreign, entry in listed if entry.line == line)
        wider = (foreign for foreign, entry in listed if not line or not entry.line)
        return next(exact, None) or next(wider, None)


def read_crosswalk(text: str, source: str, schedule: Schedule) -> Crosswalk:
    """The crosswalk in a text, for this schedule; `source` names it in problems.

    Raises:
        ScheduleError: it is none, or names places that the schedule has not; `problems` holds all that is wrong.
    """
    reading = Reading(text, source)
    items = schedule.items()
    entries = {}
    for entry in reading.entries(compose(text, source), "a crosswalk").values():
        place = _place(entry, reading, items)
        if place is not None:
            entries[entry.key] = place
    if reading.problems:
        raise refusal(source, reading.problems)
    return Crosswalk(entries, _told_under(items, {entry.item for entry in entries.values()}))


def _told_under(items: Mapping[str, Located], listed: Collection[str]) -> dict[str, str]:
    order = list(items)
    found = {}
    for number, item in enumerate(order):
        if item in listed:
            continue
        located = items[item]
        parents = [parent.id for parent in reversed(located.parents)]
        before = [other for other in reversed(order[:number]) if items[other].sections == located.sections]
        after = [other for other in order[number + 1 :] if items[other].sections[:1] == located.sections[:1]]
        near = next((other for other in (*parents, *before, *after) if other in listed), None)
        if near is not None:
            found[item] = near
    return found


def _place(entry: Entry, reading: Reading, items: Mapping[str, Located]) -> CrosswalkEntry | None:
    written = reading.scalar(entry.node, "a place of the schedule")
    parts = _PLACE.fullmatch(written)
    if parts is None:
        if written:
            write = "Write `item`, `item / round` or `checklist.line`."
            reading.object(entry.line, f"`{shown(written)}` is no place of a schedule", write)
        return None
    item, line, round_key = parts[1], parts[2] or "", parts[3] or ""
    located = items.get(item)
    if located is None:
        meant = nearest(item, items)
        write = f"Write `{meant}`." if meant else "Write the id of an item."
        reading.object(entry.line, f"The schedule has no item `{shown(item)}`", write)
        return None
    lines = [one.key for one in located.item.checklist]
    if line and line not in lines:
        write = f"Write one of {', '.join(lines)}." if lines else f"Write `{item}`."
        reading.object(entry.line, f"`{item}` has no line `{shown(line)}`", write)
    known = _round_keys(located)
    if round_key and round_key not in known:
        write = f"Write one of {', '.join(known)}." if known else f"Write `{item}`."
        reading.object(entry.line, f"`{item}` stands in no round `{shown(round_key)}`", write)
    elif len(known) > 1 and not round_key:
        write = f"Write `{item} / {known[0]}`, say."
        reading.object(entry.line, f"`{item}` stands in the rounds {', '.join(known)}", write)
    return CrosswalkEntry(item, line, round_key or "".join(known[:1]))


def _round_keys(located: Located) -> list[str]:
    """The named rounds in which an item can stand: for an opening question its own."""
    if located.opens:
        return [located.opens]
    return [named.key for named in located.loops[-1].named] if located.loops else []
