"""The figures as pages that are stepped through: what each is, where it comes from, and what to do for it next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from textual.content import Content

from interview_tui.credibility.changes import Task
from interview_tui.credibility.codebook import Codebook
from interview_tui.credibility.figures import Figures
from interview_tui.tui import agreement_rows, exhaustion, participation, signs
from interview_tui.tui.fidelity_table import section_rows
from interview_tui.tui.lines import one_line, wrapped


class Page(StrEnum):
    """A figure, by its name."""

    FIDELITY = "fidelity"
    EXHAUSTIVENESS = "exhaustiveness"
    PARTICIPATION = "participation"
    AGREEMENT = "agreement"
    EXTRACTION = "extraction"


ABOUT = {
    Page.FIDELITY: "How each interview kept to its schedule (Butterfield et al. 2005: checks 1, 2)",
    Page.EXHAUSTIVENESS: "When no category was new any more (Butterfield et al. 2005: check 4)",
    Page.PARTICIPATION: "Who has an incident in which category (Borgen and Amundson 1984: from 25 %)",
    Page.AGREEMENT: "Whether a second judge sorts as the coder does, beyond chance (Cohen 1960)",
    Page.EXTRACTION: "Whether another finds the same incidents (Butterfield et al. 2005: check 3)",
}
DRAWN_FOR = {Page.AGREEMENT: Task.JUDGING, Page.EXTRACTION: Task.EXTRACTION}
"""What a sample is drawn for."""
NO_INTERVIEW = "No interview has ended yet. What was conducted shows here, rehearsals do not."
NO_CODEBOOK = (
    "There is no codebook yet. In a terminal, `interview-tui codebook begin` makes a file of the schedule's themes. "
    "Change it; `interview-tui codebook keep` then keeps it."
)
NO_INCIDENT = "No incident was told yet: there is nothing to sort."
NOT_DRAWN = "No sample is drawn for a second judge yet: d draws one at random, after a question."
NOT_EXTRACTED = (
    "Nobody has extracted incidents a second time yet. d draws transcripts for that at random, after a question. Then, "
    "in a terminal, `interview-tui figures extract CASE`."
)
BLIND = "The table is not shown to you before you have judged all of the sample: you judge blind."
CURVE_SHARE = 0.3
"""How much of the screen the curve takes at most."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a study: its figures, the codebook, and how far the judge at this machine is."""

    figures: Figures
    book: Codebook | None = None
    coder: str = ""
    judged: int = 0
    to_judge: int = 0

    @property
    def sorted_here(self) -> bool:
        """Whether the study's sorting is that of whoever works at this machine, who cannot judge it."""
        return bool(self.figures.coder) and self.coder == self.figures.coder

    @property
    def facts(self) -> str:
        """`12 interviews · 31 of 40 incidents sorted by kb · codebook 3`."""
        found = self.figures
        version = f"codebook {found.codebook}" if found.codebook else "no codebook"
        by = f" by {found.coder}" if found.coder else ""
        coded = f"{found.coded} of {signs.counted(found.incidents, 'incident')} sorted{by}"
        again = [f"{len(found.again)} in a category that is gone"] if found.again else []
        return one_line(" · ".join((signs.counted(len(found.fidelity), "interview"), coded, *again, version)))


@dataclass(frozen=True, slots=True)
class View:
    """How pages are shown: participants split `by`, the curve along incidents or interviews, the minutes of a case."""

    by: str = ""
    by_incidents: bool = False
    case: str = ""


def page_rows(page: Page, known: Known, view: View, width: int, height: int) -> list[Content]:
    """What a page shows in rows of at most `width` cells; or what is to be done for it."""
    lacks = lacking(page, known)
    rows = _wrapped([lacks], width) if lacks else _rows(page, known, view, width, height)
    return [row.truncate(width, ellipsis=True) for row in rows]


def lacking(page: Page, known: Known) -> str:
    """What a page lacks, and how to get it; empty if it has something to show."""
    found = known.figures
    if not found.fidelity and not found.incidents:
        return NO_INTERVIEW
    if page is Page.FIDELITY:
        return "" if found.fidelity else NO_INTERVIEW
    if page is Page.EXTRACTION:
        return "" if found.extraction else NOT_EXTRACTED
    if not found.codebook:
        return NO_CODEBOOK
    if not found.coded:
        return f"No incident is sorted yet: s sorts {_all(found.incidents)}." if found.incidents else NO_INCIDENT
    if page is Page.AGREEMENT and not found.agreement:
        return _to_judge(known)
    return ""


def _rows(page: Page, known: Known, view: View, width: int, height: int) -> list[Content]:
    match page:
        case Page.FIDELITY:
            return _minutes(known, view, width)
        case Page.EXHAUSTIVENESS:
            return _exhaustiveness(known, view, width, height)
        case Page.PARTICIPATION:
            return _participation(known, view, width)
        case Page.AGREEMENT:
            return _agreement(known, width)
        case Page.EXTRACTION:
            return _several([agreement_rows.extraction_rows(one, width) for one in known.figures.extraction])


def _to_judge(known: Known) -> str:
    if not known.to_judge:
        return NOT_DRAWN
    if known.sorted_here:
        return (
            f"{signs.counted(known.to_judge, 'incident')} of the sample to be judged, by somebody else: these were "
            f"sorted by {known.coder}, who works at this machine."
        )
    if not known.judged:
        return f"{signs.counted(known.to_judge, 'incident')} of the sample to be judged: j sorts them, blind."
    return f"{agreement_rows.next_judging(known.judged, known.to_judge)}: j goes on with it, blind."


def _minutes(known: Known, view: View, width: int) -> list[Content]:
    found = [one for one in known.figures.fidelity if view.case in ("", one.case)]
    whose = f"{one_line(view.case)}: minutes" if view.case else "minutes: mean, least–most"
    return [Content.styled(whose, "bold $accent"), *section_rows(found, width)]


def _exhaustiveness(known: Known, view: View, width: int, height: int) -> list[Content]:
    found = known.figures.exhausted
    along = "incidents" if view.by_incidents else "interviews"
    rows = round(height * CURVE_SHARE)
    return [
        *_wrapped([exhaustion.told(found)], width),
        Content(),
        Content.styled(f"categories so far, along {along}", "bold $accent"),
        *exhaustion.curve(found, width, rows, by_incidents=view.by_incidents),
        Content(),
        Content.styled("which interview brought which", "bold $accent"),
        *exhaustion.brought(found, known.book, width),
    ]


def _participation(known: Known, view: View, width: int) -> list[Content]:
    found = known.figures.participation
    kinds = participation.kinds(found)
    split = [Content.styled(f"split by {one_line(view.by)}", "bold $accent")] if view.by in kinds else []
    return [*split, *participation.participation_rows(found, known.book, width, view.by)]


def _agreement(known: Known, width: int) -> list[Content]:
    blocks = []
    for one in known.figures.agreement:
        if agreement_rows.is_blind(one, known.coder, known.judged, known.to_judge):
            blocks.append(_wrapped([_to_judge(known), BLIND], width))
        else:
            blocks.append(agreement_rows.agreement_rows(one, known.book, width))
    return _several(blocks)


def _several(blocks: Sequence[list[Content]]) -> list[Content]:
    """Blocks with a row between them."""
    rows: list[Content] = []
    for block in blocks:
        rows += [Content(), *block] if rows else block
    return rows


def _wrapped(sentences: Sequence[str], width: int) -> list[Content]:
    return [line for sentence in sentences for line in wrapped(Content(one_line(sentence)), width)]


def _all(incidents: int) -> str:
    return f"the {signs.counted(incidents, 'incident')} of the study" if incidents != 1 else "the one of the study"
