"""The record of an interview: its incidents, what each part of them stands on, and where in the call that is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.content import Content

from interview_tui.interview.events import Stretch
from interview_tui.record.model import Record
from interview_tui.record.summary import keeping
from interview_tui.record.under_review import UnderReview
from interview_tui.tui import palette, review_commands, signs
from interview_tui.tui.desk import Lying
from interview_tui.tui.destinations import Go, ToTranscript
from interview_tui.tui.incident_rows import Subject, beginning
from interview_tui.tui.ports import Adapters
from interview_tui.tui.reading import Row
from interview_tui.tui.screens.talk import TalkScreen, bound
from interview_tui.tui.subject_rows import subject_at, subject_rows, subject_stretches
from interview_tui.tui.timeline_rows import call_time
from interview_tui.tui.typesetting import Spot
from interview_tui.tui.widgets.audio_timeline import AudioTimeline
from interview_tui.tui.widgets.incident_tree import IncidentTree

WIDE = 110
"""In fewer columns the timeline has no place beside the incidents and the text: it takes that of the incidents."""
LINGER_MS = 1_500
"""So long after its last word a turn is still lit."""
ONE_AFTER_THE_OTHER = frozenset({"pause", "slower", "faster", "back", "on", "follow", "machine", "mark", "palette"})
"""Commands after which the pieces of what is played still follow one another."""


class RecordScreen(TalkScreen):
    """The record of `case`: what is looked at in the tree is read in the middle and marked on the timeline.

    It begins at an `incident`, by its id, or at a moment, if it is given one. What is heard is followed: the tree goes
    to what is talked about.
    """

    AUTO_FOCUS = "#incidents"
    CSS_PATH: ClassVar[Any] = ["talk.tcss", "record.tcss"]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - Textual's
    COMMANDS: ClassVar[Any] = {palette.finds(review_commands.RECORD)}
    BINDINGS: ClassVar[Any] = bound(review_commands.RECORD)
    commands = review_commands.RECORD
    at_the_foot = ("play", "pane", "edit", "give", "move", "turn_over", "doubts", "palette")

    def __init__(self, adapters: Adapters, case: str, at_ms: int | None = None, *, incident: str = "") -> None:
        super().__init__(adapters, case, at_ms)
        self.tree_of_incidents = IncidentTree(id="incidents")
        self.timeline = AudioTimeline(id="timeline")
        self._begins_with = incident
        self._subject: Subject | None = None
        self._piece: Stretch | None = None
        self._pieces: tuple[Stretch, ...] = ()

    def panes(self) -> ComposeResult:
        """Incidents, text, timeline."""
        yield self.tree_of_incidents
        yield self.view
        yield self.timeline

    def rows(self, lying: Lying) -> list[Row]:
        """What is looked at, with its evidence."""
        return subject_rows(lying.found, self._looked_at(lying))

    def headline(self, lying: Lying) -> Content:
        """The case; how far it is reviewed, complete, covered and kept to; when and how long it was."""
        found = lying.found
        record = found.record
        opened = datetime.fromtimestamp(record.opened_wall_ms / 1000).astimezone()
        engine = f"{record.provenance.engine} {record.provenance.model}" if record.provenance else ""
        facts = [
            record.review.value if record.provenance else "not transcribed",
            *([signs.counted(len(found.open_doubts), "doubt")] if found.open_doubts else []),
            _completeness(record),
            *_keeping(record),
            signs.clock(record.ended_ms or 0),
            f"{opened:%d %b %Y %H:%M}",
            *([engine] if engine else []),
        ]
        return Content.assemble(
            Content.styled(record.case, "bold"), Content.styled(f"   {' · '.join(facts)}", "$quiet")
        )

    def laid(self, lying: Lying) -> None:
        """The interview was read anew: the tree and the timeline are of it."""
        found = lying.found
        self.tree_of_incidents.show_record(found.record, found.schedule, self._looked_at(lying))
        self.timeline.show_call(call_time(found))
        self._show_evidence(found)

    def go_to(self, at_ms: int) -> None:
        """Look at what is talked about at a moment, and put the cursor on its word."""
        lying = self.desk.lying
        if lying is not None:
            self._turn_to(subject_at(lying.found, at_ms))
            self.tree_of_incidents.look_at(self._looked_at(lying))
            self.view.focus()
        super().go_to(at_ms)

    def sounds(self, at_ms: int | None) -> None:
        """The timeline shows what is heard, and the tree goes there; after a piece of evidence comes the next one."""
        self.timeline.show_playing(at_ms)
        if at_ms is None:
            self._piece = None
            if self._pieces and not self.adapters.player.trouble:
                self._hear(self._pieces)
            return
        if self._follows and not self.adapters.player.paused:
            self._follow(at_ms)
        turns = (row.turn for row in self.view.rows if row.turn is not None)
        if not any(turn.start_ms <= at_ms <= turn.end_ms + LINGER_MS for turn in turns):
            self.view.light(None)

    def action_give(self, command: str) -> None:
        """Do a command; a field or a question is played piece by piece, wherever its evidence lies."""
        if command == "pane":
            self._next_pane()
            return
        if command == "play" or (command == "pause" and self.adapters.player.at_ms() is None):
            pieces = self._pieces_from_here()
            if pieces is not None:
                self.tell("")
                self._hear(pieces)
                return
        if command not in ONE_AFTER_THE_OTHER or self.adapters.player.at_ms() is None:
            self._piece, self._pieces = None, ()
        super().action_give(command)

    async def does(self, command: str) -> None:
        """Turn over to the transcript, at the same moment."""
        if command == "turn_over":
            word, row = self.view.word, self.view.row
            at_ms = word.start_ms if word is not None else row.at_ms if row is not None else None
            self.post_message(Go(ToTranscript(self.case, at_ms), instead=True))

    def on_resize(self) -> None:
        """The panes that have room are shown."""
        self._arrange()

    def on_incident_tree_looked(self) -> None:
        """Something else is looked at."""
        if self.desk.lying is not None and self.tree_of_incidents.subject != self._subject:
            self._turn_to(self.tree_of_incidents.subject)

    def on_incident_tree_wanted(self) -> None:
        """What is looked at is to be heard."""
        self.action_give("play")

    def on_audio_timeline_wanted(self, message: AudioTimeline.Wanted) -> None:
        """The call is to be heard from a moment on."""
        lying = self.desk.lying
        if lying is not None:
            end_ms = max((span.end_ms for span in lying.timeline.spans), default=0)
            self.tell("")
            self._hear((Stretch(message.at_ms, max(message.at_ms, end_ms)),), is_evidence=False)

    def _looked_at(self, lying: Lying) -> Subject:
        record = lying.found.record
        if self._subject is None:
            known = any(incident.id == self._begins_with for incident in record.incidents)
            self._subject = Subject(self._begins_with) if known else beginning(record)
        return self._subject

    def _turn_to(self, subject: Subject) -> None:
        """Read something else, from its beginning."""
        lying = self.desk.lying
        if lying is None or subject == self._subject:
            return
        self._subject = subject
        self.show_rows()
        self.view.go_to(Spot(0))
        self.view.scroll_to(y=0, animate=False, force=True, immediate=True)
        self._show_evidence(lying.found)

    def _show_evidence(self, found: UnderReview) -> None:
        subject = self._subject or Subject()
        self.timeline.show_evidence(subject_stretches(found, subject) if subject != Subject() else ())

    def _follow(self, at_ms: int) -> None:
        """Look at what is talked about, unless its own evidence is played, or something is being marked or edited."""
        lying = self.desk.lying
        if lying is None or not self.is_current or self.editor.is_open or self.view.marked:
            return
        if self._piece is not None and self._piece.holds(at_ms):
            return
        subject = subject_at(lying.found, at_ms, self._subject)
        if subject != self._subject:
            self._turn_to(subject)
            self.tree_of_incidents.look_at(subject)

    def _pieces_from_here(self) -> tuple[Stretch, ...] | None:
        """Where the evidence of what is chosen lies; None where the cursor is on a word, or on a note, by itself."""
        lying = self.desk.lying
        if lying is None:
            return None
        if self.focused is self.tree_of_incidents:
            return subject_stretches(lying.found, self._looked_at(lying))
        row = self.view.row
        return row.stretches if row is not None and row.stretches else None

    def _hear(self, pieces: Sequence[Stretch], *, is_evidence: bool = True) -> None:
        first = pieces[0] if pieces else None
        self._pieces = tuple(pieces[1:])
        self._piece = first if is_evidence else None
        self._hear_piece(first)

    @work(group="sound")
    async def _hear_piece(self, piece: Stretch | None) -> None:
        await self._trying(self.play(piece))
        self._look()

    def _next_pane(self) -> None:
        """From the incidents to the text, to the timeline, to the incidents."""
        panes = (self.tree_of_incidents, self.view, self.timeline)
        here = next((number for number, pane in enumerate(panes) if pane is self.focused), -1)
        there = panes[(here + 1) % len(panes)]
        there.display = True
        self.set_focus(there)
        self._arrange()

    def _arrange(self) -> None:
        """On a narrow screen the timeline stands where the incidents are, while it has the focus."""
        is_timed = self.focused is self.timeline
        self.timeline.display = is_timed or self.size.width >= WIDE
        self.tree_of_incidents.display = not is_timed or self.size.width >= WIDE


def _completeness(record: Record) -> str:
    """`1/2 incidents complete`."""
    incidents = record.incidents
    complete = sum(1 for incident in incidents if incident.complete)
    return f"{complete}/{signs.counted(len(incidents), 'incident')} complete" if incidents else "no incident"


def _keeping(record: Record) -> list[str]:
    """`38/52 questions covered` and `29/36 as worded`: coverage and fidelity."""
    kept = keeping(record)
    covered = [f"{kept.covered}/{signs.counted(kept.on_route, 'question')} covered"] if kept.on_route else []
    return [*covered, *([f"{kept.worded}/{kept.heard} as worded"] if kept.heard else [])]
