"""A record as one list of blocks in the order of the talk. Every format renders these, so that all of them agree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from interview_tui.export.options import Counting, Enclosed, Options
from interview_tui.interview.events import Place, Stretch
from interview_tui.record.model import Entry, Evidence, Incident, PlacedNote, PlacedTurn, Record
from interview_tui.record.release import released
from interview_tui.record.transcript import INTERVIEWER, Word
from interview_tui.schedule.model import Kind

NO_QUESTION = "(no question)"
DOUBTFUL_SPEAKER = "[speaker doubtful]"  # after the words: the tag before them is what other programs code by
MARKS = {"!": "important", '"': "near-verbatim", "?": "come back to this"}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SLACK_MS = 1000  # a pause that overruns what is withheld by less is the same pause: a person pressed two keys


class BlockKind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    TURN = "turn"
    NOTE = "note"
    FLAG = "flag"
    GAP = "gap"  # not recorded
    WITHHELD = "withheld"


SILENT = {BlockKind.GAP: "not recorded", BlockKind.WITHHELD: "withheld at participant's request"}


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a document; times on the call clock, ms.

    A heading's `text` is the question as it was worded and `breadcrumb` where it stands, outermost first; its times
    span the talk under it. `field` and `incident` (an id) say which part of which incident a turn belongs to, `turn`
    is its number, `note` a note's id and `mark` what its mark means. Gaps have times only. `index` is the block's own
    place in the document, from 0.
    """

    kind: BlockKind
    start_ms: int
    end_ms: int
    text: str = ""
    place: Place | None = None
    breadcrumb: tuple[str, ...] = ()
    speaker: str = ""
    turn: int = 0
    words: tuple[Word, ...] = ()
    field: str = ""
    incident: str = ""
    note: str = ""
    mark: str = ""
    index: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """What may be exported of a record, its blocks by start, and what goes with it."""

    record: Record
    blocks: tuple[Block, ...]
    counting: Counting = Counting.SESSION
    enclosed: Enclosed = field(default_factory=Enclosed)

    @property
    def origin_ms(self) -> int:
        """The call clock of the first recorded sample; 0 where nothing was recorded."""
        return self.record.origin_ms

    def shown_ms(self, at_ms: int) -> int:
        """A moment of the call clock as the document counts it; negative before the first sample."""
        if self.counting is Counting.SESSION or at_ms <= self.origin_ms:
            return at_ms - self.origin_ms
        return sum(min(at_ms, span.end_ms) - span.start_ms for span in self.record.spans if span.start_ms < at_ms)

    def stamp(self, at_ms: int) -> str:
        """A moment of the call clock as `hh:mm:ss` of the document's count."""
        return stamp(self.shown_ms(at_ms))

    def stretch(self, start_ms: int, end_ms: int) -> str:
        """A stretch of the call clock as two stamps."""
        return f"{self.stamp(start_ms)}–{self.stamp(end_ms)}"

    def incident_of(self, place: Place | None) -> Incident | None:
        """The incident in whose round, or in a round within it, a place stands."""
        return None if place is None else _incident_of(self.record, place.round)

    def told(self, evidence: Evidence) -> list[Block]:
        """The turns that evidence points to, without the interviewer's, in the order of the talk.

        Of a turn that was cut at a change of question, only the parts within the evidence's audio are meant.
        """
        turns = [block for block in self.blocks if block.kind is BlockKind.TURN and block.turn in evidence.turns]
        audio = evidence.audio
        heard = {block.turn for block in turns if audio is not None and _overlap(block, audio)}
        meant = [block for block in turns if audio is None or block.turn not in heard or _overlap(block, audio)]
        return [block for block in meant if block.speaker != INTERVIEWER]

    def noted(self, evidence: Evidence) -> list[Block]:
        """The notes that evidence points to, by the moment they are about."""
        return [block for block in self.blocks if block.kind is BlockKind.NOTE and block.note in evidence.notes]

    def times(self, evidence: Evidence) -> Stretch | None:
        """The stretch of the call clock that evidence spans: its audio, else its turns; None where it has neither."""
        if evidence.audio is not None:
            return evidence.audio
        told = self.told(evidence)
        if not told:
            return None
        return Stretch(told[0].start_ms, max(block.end_ms for block in told))

    def circumstances(self, incident: Incident) -> list[tuple[str, str]]:
        """The answers by item id of the rounds around an incident, outermost first, and of its own round."""
        answers = {found.id: found.answers for found in self.record.rounds}
        inward = reversed(list(_rounds_from(self.record, incident.id)))
        return [answer for found in inward for answer in answers.get(found, ())]

    def silence(self, block: Block) -> str:
        """What a gap or a withheld stretch is called: why and when; counted in the audio, which lacks it, how long."""
        why = SILENT[block.kind]
        if self.counting is Counting.SESSION:
            return f"{why} {self.stretch(block.start_ms, block.end_ms)}"
        return f"{why} for {stamp(block.end_ms - block.start_ms)}"


def build(record: Record, options: Options | None = None, enclosed: Enclosed = Enclosed()) -> Document:  # noqa: B008 - immutable
    """The document of a record: turns, notes, flags and gaps by time, with a heading wherever the question changes.

    An interview that was not recorded has headings over its notes instead.
    """
    options = options or Options()
    record = released(record, before_consent=options.before_consent)
    entries = {entry.place.whole: entry for entry in record.entries}
    turns = [_turn_block(record, placed, entries) for placed in record.turns]
    notes = [_note_block(note) for note in record.notes]
    flags = [Block(BlockKind.FLAG, flag.at_ms, flag.at_ms, place=flag.place) for flag in record.flags]
    by_time = sorted([*_silences(record), *turns, *notes, *flags], key=lambda block: block.start_ms)
    leading = BlockKind.TURN if turns else BlockKind.NOTE
    return Document(record, tuple(_headed(by_time, leading, entries)), options.counting, enclosed)


def language_of(record: Record) -> str:
    """The language of the talk, as XML and HTML name it; English where it is not known."""
    spoken = record.provenance.language if record.provenance is not None else ""
    return spoken if _LANGUAGE.fullmatch(spoken) else "en"


def stamp(at_ms: int) -> str:
    """`at_ms` as `hh:mm:ss`, rounded down, so that what is played from there holds the first word.

    The whole is reduced to seconds before it is divided up: no 60 can appear. Hours run past 99.
    """
    seconds = abs(at_ms) // 1000
    sign = "-" if at_ms < 0 and seconds else ""
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _turn_block(record: Record, placed: PlacedTurn, entries: dict[Place, Entry]) -> Block:
    turn = placed.turn
    entry = _entry_at(placed.place, entries)
    incident = _incident_of(record, placed.place.round) if placed.place is not None else None
    return Block(
        BlockKind.TURN,
        turn.start_ms,
        max(turn.start_ms, turn.end_ms),
        turn.text,
        place=placed.place,
        speaker=turn.speaker,
        turn=turn.number,
        words=turn.words,
        field=entry.fills if entry is not None else "",
        incident=incident.id if incident is not None else "",
    )


def _note_block(note: PlacedNote) -> Block:
    return Block(
        BlockKind.NOTE,
        note.about_ms,
        note.about_ms,
        note.text,
        place=note.places[0] if note.places else None,
        note=note.note,
        mark=MARKS.get(note.mark, note.mark),
    )


def _silences(record: Record) -> Iterator[Block]:
    """The withheld stretches, and the gaps in the recording less what is withheld of them."""
    for stretch in record.withheld:
        yield Block(BlockKind.WITHHELD, stretch.start_ms, stretch.end_ms)
    for gap in record.gaps:
        start_ms, end_ms = gap.start_ms, gap.end_ms
        inside = sorted(
            (stretch for stretch in record.withheld if stretch.start_ms < end_ms and start_ms < stretch.end_ms),
            key=lambda stretch: stretch.start_ms,
        )
        if not inside:
            yield Block(BlockKind.GAP, start_ms, end_ms)
            continue
        for stretch in inside:
            if stretch.start_ms - start_ms >= _SLACK_MS:
                yield Block(BlockKind.GAP, start_ms, stretch.start_ms)
            start_ms = max(start_ms, stretch.end_ms)
        if end_ms - start_ms >= _SLACK_MS:
            yield Block(BlockKind.GAP, start_ms, end_ms)


def _headed(blocks: Iterable[Block], leading: BlockKind, entries: dict[Place, Entry]) -> list[Block]:
    """`blocks` with a heading before each leading block that stands elsewhere than the leading block before it."""
    laid: list[Block] = []
    last: int | None = None
    for block in blocks:
        if block.kind is leading:
            if last is None or laid[last].place != block.place:
                last = len(laid)
                laid.append(_heading(block, entries))
            laid[last] = replace(laid[last], end_ms=max(laid[last].end_ms, block.end_ms))
        laid.append(block)
    return [replace(block, index=index) for index, block in enumerate(laid)]


def _heading(first: Block, entries: dict[Place, Entry]) -> Block:
    """The heading over `first`. An instruction to the interviewer is no question, so its words head nothing."""
    heading = Block(BlockKind.HEADING, first.start_ms, first.end_ms, NO_QUESTION, first.place)
    entry = _entry_at(first.place, entries)
    if first.place is None or entry is None or entry.kind == Kind.INTERVIEWER:
        return heading
    question = f"{entry.question} ({first.place.line})" if first.place.line else entry.question
    return replace(heading, text=question, breadcrumb=entry.heading)


def _entry_at(place: Place | None, entries: dict[Place, Entry]) -> Entry | None:
    """The entry of a place; of a line of a checklist, the whole checklist's."""
    return None if place is None else entries.get(place.whole)


def _rounds_from(record: Record, round_id: str) -> Iterator[str]:
    """The id of a round and those of the rounds around it, innermost first."""
    parents = {found.id: found.parent for found in record.rounds}
    seen: set[str] = set()
    while round_id and round_id not in seen:
        seen.add(round_id)
        yield round_id
        round_id = parents.get(round_id, "")


def _incident_of(record: Record, round_id: str) -> Incident | None:
    incidents = {incident.id: incident for incident in record.incidents}
    return next((incidents[found] for found in _rounds_from(record, round_id) if found in incidents), None)


def _overlap(block: Block, stretch: Stretch) -> bool:
    return block.start_ms < stretch.end_ms and stretch.start_ms < max(block.end_ms, block.start_ms + 1)
