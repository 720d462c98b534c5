"""The keys of the debrief, turned into what is written down: one line that goes from box to box.

One line, and not one a box: keys that come in a burst are on their way to whatever had the focus when they were
pressed, so the focus must not move.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interview_tui.errors import InterviewTuiError
from interview_tui.interview import debriefing
from interview_tui.interview.call import Call
from interview_tui.interview.debriefing import Box
from interview_tui.interview.facts import Withholding
from interview_tui.interview.ports import Draft, Moment
from interview_tui.tui import commands, signs
from interview_tui.tui.widgets.debrief_sheet import Row, Sheet
from interview_tui.tui.widgets.note_line import NoteLine

COMMANDS = commands.by_key(commands.DEBRIEF)
TAKEN_BACK = "Taken back"
IN_OWN_WORDS = "or in your own words"

Run = Callable[[Coroutine[Any, Any, None]], object]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the debrief: something to write down (`box`), or something withheld that can be destroyed (its id)."""

    key: str
    heading: str
    label: str
    box: Box | None = None
    withheld: str = ""


class Debriefing:
    """Takes the keys of the line (see `note_line.Typist`) in the order of typing, each at once.

    `destroy` destroys what is withheld; it is run in a thread. `run` starts what has to be waited for, `changed` asks
    for a repaint, `left` says that the interviewer is through. `message` is what the last command has to say.
    """

    def __init__(
        self,
        call: Call,
        destroy: Callable[[Call, str], Path],
        run: Run,
        changed: Callable[[], None],
        left: Callable[[], object],
        draft: Draft | None = None,
    ) -> None:
        self.call = call
        self._destroy = destroy
        self._run = run
        self._changed = changed
        self._left = left
        self._draft = draft
        self.line = NoteLine(self, lambda: call.clock.now().at_ms, id="line")
        self.entries = tuple(_entries(call))
        self.current = 0
        self.message = ""
        self.is_over = False
        self._destroying = ""

    def begin(self) -> None:
        """Bring back what was half typed, in its box; the line is on the screen now."""
        keys = [entry.key for entry in self.entries]
        if self._draft is not None and self._draft.box in keys:
            self.current = keys.index(self._draft.box)
            self.line.put(self._draft.text, self._draft.first_key_ms)
        else:
            self._show_box()

    def edited(self, text: str, first_key_ms: int) -> None:
        """Keep what is half typed. The case id, typed to confirm, is nothing to keep."""
        if self.is_over:
            return
        if self.here.box is not None:
            self.call.journal.keep_draft(Draft(text, first_key_ms, self.here.key))
        self._changed()

    def emptied(self) -> None:
        """An empty box, too, is what was typed last."""
        self.edited("", self.line.first_key_ms)

    def spaced(self) -> bool:
        """A space is a space."""
        return False

    def pressed(self, key: str) -> bool:
        """Do what the key commands."""
        command = COMMANDS.get(key)
        if command is None:
            return False
        if not self.is_over:
            try:
                self.message = self._commanded(command)
            except InterviewTuiError as error:
                self.message = str(error)
            self._changed()
        return True

    @property
    def here(self) -> Entry:
        """The entry that the line is in."""
        return self.entries[self.current]

    @property
    def sheet(self) -> Sheet:
        """Everything that is written down, with the line's text where it belongs."""
        rows: list[Row] = []
        at = 0
        for number, entry in enumerate(self.entries):
            if number == 0 or entry.heading != self.entries[number - 1].heading:
                rows.append(Row(entry.heading))
            if number == self.current:
                at = len(rows)
            rows.append(Row("", entry.label, self._reads(number, entry)))
        return Sheet(tuple(rows), at)

    @property
    def asks(self) -> str:
        """What the box that the line is in asks, and what may be typed there."""
        entry = self.here
        if entry.withheld:
            case = self.call.interview.case
            gone = self.call.interview.soundtrack.withholdings[entry.withheld].destroyed
            return entry.label if gone else f"{entry.label}  Type {case} and press Enter. It cannot be undone."
        choices = [f"{code} {words}" for code, words in entry.box.choices] if entry.box is not None else []
        return f"{entry.label}  ({' · '.join([*choices, IN_OWN_WORDS])})" if choices else entry.label

    @property
    def reading(self) -> str:
        """What Enter will do."""
        entry, text = self.here, self.line.value
        if entry.withheld:
            return "DESTROY IT" if self._is_confirmed else "next"
        meant = entry.box.read(text) if entry.box is not None else text
        if meant != text.strip():
            return meant
        return "next" if meant == self._written(entry) else "keep it, next"

    @property
    def _is_confirmed(self) -> bool:
        return bool(self.here.withheld) and self.line.value.strip() == self.call.interview.case

    def _commanded(self, command: str) -> str:
        """Do a command; gives what it has to say."""
        match command:
            case "take" if self._is_confirmed:
                return self._begin_to_destroy(self.here.withheld)
            case "take" | "next":
                return self._move(self.current + 1)
            case "previous":
                return self._move(self.current - 1)
            case "next_part" | "previous_part":
                return self._move(self._part_beside(1 if command == "next_part" else -1))
            case "finish":
                self._write()
                self.call.keep(self.call.session.finish_debrief(self._now()))
                return self._leave()
            case "leave":
                self._write()
                return self._leave()
        return "Every key is saved as you type."

    def _move(self, target: int) -> str:
        """Write what the box reads, and go to another one."""
        self._write()
        if 0 <= target < len(self.entries):
            self.current = target
            self._show_box()
            return ""
        self._show_box()
        return "That was the last one. Ctrl+F: the debrief is done." if target > 0 else ""

    def _part_beside(self, direction: int) -> int:
        """The first entry of the part after, or before."""
        headings = list(dict.fromkeys(entry.heading for entry in self.entries))
        part = headings.index(self.here.heading) + direction
        target = headings[max(0, min(len(headings) - 1, part))]
        return next(number for number, entry in enumerate(self.entries) if entry.heading == target)

    def _write(self) -> None:
        """Write down what the box reads, if that has changed; the draft is done with."""
        box, now = self.here.box, self._now()
        if box is None:
            return
        text = box.read(self.line.value)
        if text != debriefing.written(self.call.interview, box):
            session = self.call.session
            events = (
                session.explain(box.place, text, now)
                if box.place is not None
                else session.write_debrief(box.key, text, now)
            )
            self.call.keep(events)
        self.call.journal.keep_draft(None)

    def _show_box(self) -> None:
        box = self.here.box
        self.line.put(debriefing.written(self.call.interview, box) if box is not None else "", self.line.key_ms)

    def _reads(self, number: int, entry: Entry) -> str:
        """What stands beside an entry: what the line reads in the one that it is in."""
        if number != self.current:
            return self._written(entry)
        return self.line.value or ("" if entry.box is not None else self._written(entry))

    def _written(self, entry: Entry) -> str:
        if entry.box is not None:
            return debriefing.written(self.call.interview, entry.box)
        if self._destroying == entry.withheld:
            return "is being destroyed …"
        return "destroyed" if self.call.interview.soundtrack.withholdings[entry.withheld].destroyed else ""

    def _begin_to_destroy(self, withheld: str) -> str:
        self.line.put("", 0)
        if self._destroying:
            return "Something is being destroyed; this one after it."
        if self.call.interview.soundtrack.withholdings[withheld].destroyed:
            return "That is destroyed."
        self._destroying = withheld
        self._run(self._destroyed(withheld))
        return "Destroying …"

    async def _destroyed(self, withheld: str) -> None:
        """Destroy, in a thread; whoever wanted to leave meanwhile leaves then."""
        try:
            certificate = await asyncio.to_thread(self._destroy, self.call, withheld)
        except InterviewTuiError as error:
            self.message = f"Not destroyed: {error}"
        else:
            self.message = f"Destroyed. The certificate: {certificate}"
        self._destroying = ""
        self._changed()
        if self.is_over:
            self._left()

    def _leave(self) -> str:
        """Leave; what is being destroyed is destroyed first."""
        self.is_over = True
        if self._destroying:
            return "Leaves when everything is destroyed …"
        self._left()
        return ""

    def _now(self) -> Moment:
        """The moment of the key that is being handled."""
        return self.call.clock.now().earlier(self.line.key_ms)


def _entries(call: Call) -> list[Entry]:
    boxes = [Entry(box.key, box.part, box.label, box) for box in debriefing.boxes(call.interview)]
    withheld = call.interview.soundtrack.withholdings.values()
    return [*boxes, *(_taken_back(call, found) for found in withheld)]


def _taken_back(call: Call, found: Withholding) -> Entry:
    times = ", ".join(f"{signs.clock(one.start_ms)}–{signs.clock(one.end_ms)}" for one in found.stretches)
    size = debriefing.extent(call.interview, found)
    inside = f"{signs.counted(size.notes, 'note')} inside, {signs.clock(size.recorded_ms)} of audio"
    label = f"{times} is destroyed." if found.destroyed else f"destroy {times} now? ({inside})"
    return Entry(f"destroy/{found.id}", TAKEN_BACK, label, withheld=found.id)
