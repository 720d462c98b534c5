"""A transcript for the archive and for print, after the model of the UK Data Service: cover sheet, tags, page numbers.

It holds the talk alone: notes, flags and the debrief are the interviewer's, and are deposited apart from it.
"""

from __future__ import annotations

from collections.abc import Iterator

from interview_tui.export.document import DOUBTFUL_SPEAKER, Block, BlockKind, Document, stamp
from interview_tui.export.legible import legible
from interview_tui.export.options import Counting, Options
from interview_tui.export.spoken import speaker_tag
from interview_tui.export.word.blank import COVER, COVER_TITLE, GAP, HEADING_1, HEADING_2, LABEL, SUBTITLE, TAG, TURN
from interview_tui.export.word.manuscript import Manuscript, Run
from interview_tui.export.word.remarks import after, silence
from interview_tui.interview.outcomes import in_words
from interview_tui.record.export_ports import Names
from interview_tui.record.model import Record
from interview_tui.record.review.changes import ReviewState

LEFT_TO_DEPOSITOR = "[to be filled in by the depositor]"
NO_TALK = "[there is no talk in this record]"
_CHECKED = {
    ReviewState.TRANSCRIBED: "not yet checked by a person",
    ReviewState.CHECKED: "checked by a person",
    ReviewState.PSEUDONYMISED: "checked by a person",
    ReviewState.SIGNED_OFF: "checked by a person, and signed off",
}
_GONE_THROUGH = (ReviewState.PSEUDONYMISED, ReviewState.SIGNED_OFF)


def render(document: Document, options: Options) -> bytes:
    """The transcript: a cover sheet, then the talk, a paragraph a turn, with every page headed by study and case.

    Sections and rounds are headings, and the questions below them. `options.line_numbers` numbers the lines of the
    talk, not of the cover.
    """
    record = document.record
    manuscript = Manuscript(record, f"{record.study} – {record.case}")
    manuscript.add(COVER_TITLE, Run(record.study))
    manuscript.add(SUBTITLE, Run(f"Interview {record.case}{', a rehearsal' if record.rehearsal else ''}"))
    for label, value in _cover(document, options):
        manuscript.add(COVER, Run(label, LABEL, tabbed=True), Run(value or LEFT_TO_DEPOSITOR))
    manuscript.begin_pages(record.study, record.case, line_numbers=options.line_numbers)
    _add_talk(manuscript, document, options)
    return manuscript.packed()


def _cover(document: Document, options: Options) -> Iterator[tuple[str, str]]:
    """What stands on the cover: labels, and what is to stand beside them; empty where the depositor has to say it."""
    record = document.record
    yield "Depositor", ""
    yield "Interview number", legible(record.case)
    yield "Interviewer", legible(record.interviewer)
    yield "Interviewee", ", ".join(filter(None, (legible(record.case), legible(document.enclosed.role))))
    yield "About the interviewee", ""
    yield "Date of interview", options.day(record.opened_wall_ms)
    yield "Place or mode", "by telephone"
    yield "Schedule", ", version ".join(filter(legible, (record.schedule_title, record.schedule_version)))
    yield "Outcome", in_words(record.outcome)
    yield "Length of recording", stamp(sum(span.end_ms - span.start_ms for span in record.spans))
    yield "Transcription", _transcription(record)
    yield "Anonymised", _anonymised(record, options)
    yield "Version", str(document.enclosed.version)
    yield "Speakers", ", ".join(f"{tag} = {speaker}" for speaker, tag in _tags(document, options).items()) or "none"
    if options.times:
        yield "Times", _times(options)
    yield "Brackets", f"what was not recorded or is withheld; {DOUBTFUL_SPEAKER}: some words may be another's"


def _transcription(record: Record) -> str:
    if not record.turns:
        return "none: there is no talk in this record"
    made = record.provenance
    if made is None:
        return f"origin not known; {_CHECKED[record.review]}"
    by = ", ".join(filter(None, (legible(made.engine), f"model {legible(made.model)}")))
    return f"verbatim, by machine ({by}); {_CHECKED[record.review]}"


def _anonymised(record: Record, options: Options) -> str:
    if options.names is Names.FULL:
        return "no: names are as they were said"
    if record.review in _GONE_THROUGH:
        return "yes: gone through for names; what stands for one is in the anonymisation log, kept apart"
    return "not confirmed: nobody has said that this interview was gone through for names"


def _tags(document: Document, options: Options) -> dict[str, str]:
    """The tags of those who speak in a document, by speaker, in the order in which they begin to."""
    speakers = dict.fromkeys(block.speaker for block in document.blocks if block.kind is BlockKind.TURN)
    return {speaker: speaker_tag(speaker, options) for speaker in speakers}


def _times(options: Options) -> str:
    counted = "pauses included" if options.counting is Counting.SESSION else "pauses left out"
    return f"[hh:mm:ss] when a turn begins, from the start of the recording, {counted}"


def _add_talk(manuscript: Manuscript, document: Document, options: Options) -> None:
    """The turns below their questions, and a line for each silence."""
    tags = _tags(document, options)
    above: tuple[str, ...] = ()
    for block in document.blocks:
        match block.kind:
            case BlockKind.HEADING if tags:
                if block.breadcrumb and block.breadcrumb != above:
                    manuscript.add(HEADING_1, Run(" › ".join(block.breadcrumb)))
                above = block.breadcrumb
                manuscript.add(HEADING_2, Run(block.text))
            case BlockKind.TURN:
                manuscript.add(TURN, *_turn(document, block, options, tags))
            case BlockKind.GAP | BlockKind.WITHHELD:
                manuscript.add(GAP, Run(silence(document, block, options)))
    if not tags:
        manuscript.add(GAP, Run(NO_TALK))


def _turn(document: Document, block: Block, options: Options, tags: dict[str, str]) -> Iterator[Run]:
    yield Run(f"{tags[block.speaker]}:", TAG, tabbed=True)
    yield Run(block.text)
    yield from after(document, block, options)
