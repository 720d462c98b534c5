"""A Word document that NVivo codes by its headings: the question above, the speaker below, the words under both.

A heading's whole text is the code's name there, so a question has the same heading every time talk returns to it, in
every interview. All that stands under a heading is coded with it whatever its style: so a note and a gap have a heading
of their own, and are in nobody's talk.
"""

from __future__ import annotations

from collections import defaultdict

from interview_tui.export.document import Block, BlockKind, Document
from interview_tui.export.legible import legible
from interview_tui.export.options import Options
from interview_tui.export.word.blank import BODY, GAP, HEADING_1, HEADING_2, NOTE, SUBTITLE, TITLE
from interview_tui.export.word.manuscript import Manuscript, Run
from interview_tui.export.word.remarks import after, silence
from interview_tui.interview.outcomes import in_words
from interview_tui.record.model import Record
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, UNKNOWN

NOTE_VOICE, GAP_VOICE = "Note", "Gap"
AFTERWARDS = "After the interview"
_SPEAKERS = {INTERVIEWER: "Interviewer", RESPONDENT: "Respondent", UNKNOWN: "Unknown speaker"}


def render(document: Document, options: Options) -> bytes:
    """The talk for auto-coding by `Heading 1` (a code each question) and `Heading 2` (a code each speaker).

    Words stand in `Normal`, with the stamp after them; notes in `Note`, gaps and withheld stretches in `Gap`. Above
    the first heading stand case, study and day; how the interview ended and the debrief under a heading at the end.
    """
    record = document.record
    manuscript = Manuscript(record, f"{record.case} – {record.study}")
    manuscript.add(TITLE, Run(record.case))
    parts = (record.study, options.day(record.opened_wall_ms), "rehearsal" if record.rehearsal else "")
    manuscript.add(SUBTITLE, Run(" · ".join(part for part in parts if part)))
    coding = _Coding(manuscript, document, options)
    for block in document.blocks:
        coding.add(block)
    coding.add_afterwards()
    return manuscript.packed()


class _Coding:
    """The document while it is written, and under whose heading it stands."""

    def __init__(self, manuscript: Manuscript, document: Document, options: Options) -> None:
        self._manuscript = manuscript
        self._document = document
        self._options = options
        self._questions = _Questions(document.record)
        self._voice = ""

    def add(self, block: Block) -> None:
        """A block, below the heading of whose words it is."""
        match block.kind:
            case BlockKind.HEADING:
                self._head(self._questions.name(block))
            case BlockKind.TURN:
                self._speak(self._speaker(block.speaker))
                self._manuscript.add(BODY, Run(block.text), *after(self._document, block, self._options))
            case BlockKind.NOTE:
                self._speak(NOTE_VOICE)
                self._manuscript.add(NOTE, Run(block.text), *after(self._document, block, self._options))
            case BlockKind.FLAG:
                self._speak(NOTE_VOICE)
                self._manuscript.add(NOTE, Run("[flagged]"), *after(self._document, block, self._options))
            case BlockKind.GAP | BlockKind.WITHHELD:
                self._speak(GAP_VOICE)
                self._manuscript.add(GAP, Run(silence(self._document, block, self._options)))

    def add_afterwards(self) -> None:
        """How the interview ended, with the reason, and what was written down afterwards."""
        record = self._document.record
        if not (record.outcome or record.debrief):
            return
        self._head(AFTERWARDS)
        self._speak(NOTE_VOICE)
        if record.outcome:
            reason = f" – {record.reason}" if record.reason else ""
            self._manuscript.add(NOTE, Run(f"ended: {in_words(record.outcome)}{reason}"))
        for asked, written in record.debrief:
            self._manuscript.add(NOTE, Run(f"{asked}: {written}"))

    def _head(self, question: str) -> None:
        self._manuscript.add(HEADING_1, Run(question))
        self._voice = ""

    def _speak(self, voice: str) -> None:
        """A heading where somebody else's words begin."""
        if voice != self._voice:
            self._manuscript.add(HEADING_2, Run(voice))
            self._voice = voice

    def _speaker(self, speaker: str) -> str:
        """What a speaker is called: the participant by the case, so that in a study every one has a code."""
        if speaker == RESPONDENT and (case := legible(self._document.record.case).strip()):
            return case
        return _SPEAKERS.get(speaker, legible(speaker).strip()) or _SPEAKERS[UNKNOWN]


class _Questions:
    """What the questions of an interview are called: the same each time, and no two of a round alike."""

    def __init__(self, record: Record) -> None:
        self._labels = {found.id: found.label for found in record.rounds}
        self._items: dict[tuple[str, str], set[str]] = defaultdict(set)
        for entry in record.entries:
            self._items[entry.place.round, legible(entry.question)].add(entry.place.item)

    def name(self, heading: Block) -> str:
        """The words of a question, after its round; its item in brackets where others of the round read the same."""
        place = heading.place
        if place is None:
            return heading.text
        label = self._labels.get(place.round, place.round)
        words = heading.text.removesuffix(f" ({place.line})") if place.line else heading.text
        is_shared = len(self._items.get((place.round, legible(words)), ())) > 1
        return "".join((f"{label}: " if label else "", heading.text, f" [{place.item}]" if is_shared else ""))
