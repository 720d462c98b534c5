"""A search of the whole study, or of an interview: what is found shows while it is typed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from interview_tui.errors import InterviewTuiError
from interview_tui.record.findable import Found, Hit, Source
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, UNKNOWN
from interview_tui.tui import palette, review_commands, signs
from interview_tui.tui.destinations import Go, ToTranscript
from interview_tui.tui.keeping_up import KeepingUp
from interview_tui.tui.ports import Adapters
from interview_tui.tui.widgets.command_footer import CommandFooter
from interview_tui.tui.widgets.status_row import Status, StatusRow

T = TypeVar("T")

PAUSE_S = 0.08
"""How long nothing must be typed before it is searched: less than between two keys of a slow typist."""
AT_ONCE = 50
"""How many hits are shown at first, and how many more at the end of the list."""
PASSAGE_LINES = 3
INDENT = "    "
MOVES = ("up", "down", "pageup", "pagedown")
KINDS = {
    None: "notes, talk and fields",
    Source.NOTE: "notes only",
    Source.TALK: "talk only",
    Source.FIELD: "fields only",
}
SPEAKERS = {
    "": "",
    RESPONDENT: "talk of the respondent",
    INTERVIEWER: "talk of the interviewer",
    UNKNOWN: "talk of whom is not known",
}
NOTHING = Found((), 0)
HELP = """\
All words that you type are looked for, in any form: asked finds asking.

  "the first budget"    these words in a row
  budg*                 a word that begins so
  budget OR money       either of them
  budget -school        not where this is said as well

↑ ↓ choose what was found, Enter goes to the words and plays."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for, and where: `source`, `case` and `speaker` are anything where they are empty."""

    query: str
    source: Source | None = None
    case: str = ""
    speaker: str = ""
    limit: int = AT_ONCE


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found for what was asked; `query` is what was looked for in the end. `trouble`: why nothing could be."""

    asked: Asked
    query: str
    found: Found = NOTHING
    trouble: str = ""


class SearchScreen(Screen[None]):
    """A line to type in, and below it what is found: in the whole study, or only in `case`.

    A `query` is searched at once. Whatever is typed, the arrows choose among the hits.
    """

    CSS_PATH = "search.tcss"
    AUTO_FOCUS = "#query"
    COMMANDS = {palette.finds(review_commands.SEARCH)}  # noqa: RUF012 - Textual's
    BINDINGS = [  # noqa: RUF012 - Textual's
        *(
            Binding(",".join(command.keys), f"give('{command.id}')", command.title, show=False)
            for command in review_commands.SEARCH
            if command.id != "open"  # Enter is the line's
        ),
        *(Binding(key, f"move('{key}')", show=False, priority=True) for key in MOVES),
    ]

    def __init__(self, adapters: Adapters, case: str = "", query: str = "") -> None:
        super().__init__()
        self._overview = adapters.overview
        self._keeping_up = KeepingUp(adapters.overview)
        self._begun_in = case
        self._asked = Asked(query, case=case)
        self._answer: Answer | None = None
        self._progress = self._left_out = ""
        self._head = Static("", id="head", markup=False)
        self._line = Input(query, "words to look for", id="query", compact=True, select_on_focus=False)
        self._list = OptionList(id="hits", markup=False)
        self._list.can_focus = False
        self._status = StatusRow(Status(), id="status")

    def compose(self) -> ComposeResult:
        """What is searched, the line, the hits, status, footer."""
        yield self._head
        with Horizontal(id="asked"):
            yield Static("search ›", id="prompt", markup=False)
            yield self._line
        yield Static(HELP, id="help", markup=False)
        yield self._list
        yield self._status
        yield CommandFooter(review_commands.SEARCH, id="footer")

    def on_mount(self) -> None:
        """What is asked from the start is searched in what there is."""
        self._ask(self._asked)

    def on_screen_resume(self) -> None:
        """What was corrected elsewhere is to be found as well."""
        self._bring_up_to_date()

    def on_screen_suspend(self) -> None:
        """What is shown instead needs the machine."""
        self._keeping_up.stop()

    def on_unmount(self) -> None:
        """Nobody waits for it any more."""
        self._keeping_up.stop()

    def on_resize(self) -> None:
        """Hits are laid out for the width."""
        self._lay_out(self._chosen(self._list.highlighted))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Something else is looked for."""
        if event.value != self._asked.query:
            self._ask(replace(self._asked, query=event.value, limit=AT_ONCE), PAUSE_S)

    def on_input_submitted(self) -> None:
        """Enter goes to the hit that is chosen."""
        self._open(self._list.highlighted)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click goes there as well."""
        self._open(event.option_index)

    def action_move(self, key: str) -> None:
        """Up and down the hits, while the line has the cursor; there are more at the end of them, if there are."""
        rows, answer = self._list, self._answer
        at_the_end = rows.highlighted is not None and rows.highlighted + 1 == rows.option_count
        if key in ("down", "pagedown") and at_the_end and answer is not None:
            if answer.found.total > len(answer.found.hits):
                self._ask(replace(self._asked, limit=self._asked.limit + AT_ONCE))
            return
        if key == "up" and not rows.highlighted:  # the list would go round
            return
        moves: dict[str, Callable[[], None]] = {
            "up": rows.action_cursor_up,
            "down": rows.action_cursor_down,
            "pageup": rows.action_page_up,
            "pagedown": rows.action_page_down,
        }
        moves[key]()

    def action_give(self, command: str) -> None:
        """Do a command of the search."""
        asked = self._asked
        match command:
            case "palette":
                self.app.push_screen(palette.Palette(self))
            case "open":
                self._open(self._list.highlighted)
            case "kind":
                source = _next(list(KINDS), asked.source)
                speaker = "" if source in (Source.NOTE, Source.FIELD) else asked.speaker
                self._ask(replace(asked, source=source, speaker=speaker, limit=AT_ONCE))
            case "speaker":
                speaker = _next(list(SPEAKERS), asked.speaker)
                kind = None if asked.source in (Source.NOTE, Source.FIELD) else asked.source  # nobody speaks in these
                self._ask(replace(asked, source=kind, speaker=speaker, limit=AT_ONCE))
            case "case":
                self._ask(replace(asked, case="" if asked.case else self._case_here, limit=AT_ONCE))
            case "leave":
                self.app.pop_screen()

    @property
    def _case_here(self) -> str:
        """The case of the hit that is chosen; without one, that which the search began in."""
        hit = self._chosen(self._list.highlighted)
        return hit.case if hit is not None else self._begun_in

    def _ask(self, asked: Asked, pause_s: float = 0.0) -> None:
        self._asked = asked
        self._head.update(_in_words(asked))
        self.set_class(not asked.query.strip(), "-empty")
        self._search(asked, pause_s)

    @work(group="search", exclusive=True)
    async def _search(self, asked: Asked, pause_s: float) -> None:
        """Look for what is asked, unless something else is typed before that."""
        await asyncio.sleep(pause_s)
        answer = await asyncio.to_thread(self._look_up, asked) if asked.query.strip() else None
        before, kept = self._answer, self._chosen(self._list.highlighted)
        self._answer = answer
        is_again = before is not None and replace(before.asked, limit=asked.limit) == asked
        self._lay_out(kept if is_again else None)

    def _look_up(self, asked: Asked) -> Answer:
        """What is found; where there is nothing, what the last word may be the beginning of."""
        query = asked.query
        try:
            found = self._find(query, asked)
            if not found.total and query[-1].isalnum():
                query = f"{query}*"
                found = self._find(query, asked)
        except InterviewTuiError as error:
            return Answer(asked, query, trouble=str(error))
        return Answer(asked, query if found.total else asked.query, found)

    def _find(self, query: str, asked: Asked) -> Found:
        return self._overview.search(
            query, source=asked.source, case=asked.case, speaker=asked.speaker, limit=asked.limit
        )

    @work(group="keep up", exclusive=True)
    async def _bring_up_to_date(self) -> None:
        """Read what has changed, and search again once that is done."""
        try:
            self._left_out = await self._keeping_up.bring(self._tell_progress)
        except InterviewTuiError as error:
            self._left_out = str(error)
        self._tell_progress("")
        self._ask(self._asked)

    def _tell_progress(self, progress: str) -> None:
        self._progress = progress
        self._show_status()

    def _lay_out(self, kept: Hit | None) -> None:
        """Lay the hits out; the one that is `kept` stays chosen if it is still found, else the first is."""
        rows, hits = self._list, self._answer.found.hits if self._answer is not None else ()
        width = max(20, rows.scrollable_content_region.width)
        rows.clear_options()
        rows.add_options(Option(_prompt(hit, width)) for hit in hits)
        places = {_key(hit): number for number, hit in enumerate(hits)}
        if hits:
            rows.highlighted = places.get(_key(kept), 0) if kept is not None else 0
        self._show_status()

    def _open(self, number: int | None) -> None:
        """Go to the words, unless what is shown is not what is asked for by now."""
        hit = self._chosen(number)
        if hit is not None and self._answer is not None and self._answer.asked == self._asked:
            self.post_message(Go(ToTranscript(hit.case, hit.at_ms, plays=True)))

    def _chosen(self, number: int | None) -> Hit | None:
        hits = self._answer.found.hits if self._answer is not None else ()
        return hits[number] if number is not None and number < len(hits) else None

    def _show_status(self) -> None:
        parts = (_tally(self._answer), self._progress, self._left_out)
        self._status.show(Status(" · ".join(part for part in parts if part)))


def _in_words(asked: Asked) -> Content:
    """What is searched."""
    where = f"{asked.case} only" if asked.case else "the whole study"
    what = SPEAKERS.get(asked.speaker) or KINDS[asked.source]
    return Content.assemble(Content.styled("Search", "bold"), f"  {where} · {what}")


def _tally(answer: Answer | None) -> str:
    """How much was found, or why nothing could be looked for."""
    if answer is None or answer.trouble:
        return answer.trouble if answer is not None else ""
    total, shown = answer.found.total, len(answer.found.hits)
    if not total:
        return f"nothing found for {answer.query.strip()}"
    counted = signs.counted(total, "hit") if shown == total else f"the first {shown} of {total:,} hits"
    return counted if answer.query == answer.asked.query else f"{counted} for {answer.query}"


def _prompt(hit: Hit, width: int) -> Content:
    """Where a hit stands, and below it the words around the matches: these are bold and between » «."""
    row = hit.row
    since_ms = hit.since_ms + hit.at_ms - row.start_ms
    place = " · ".join(part for part in (row.incident, row.question) if part)
    head = Content.assemble(
        Content.styled(hit.case, "bold"),
        Content.styled(f"  {signs.clock(since_ms)}  ", "$quiet"),
        _who(hit),
        Content.styled(f"  {place}", "$quiet"),
    ).truncate(width, ellipsis=True)
    said = Content.assemble(
        *(Content.styled(f"»{words}«", "bold $text-accent") if matches else words for words, matches in hit.passage)
    )
    lines = said.wrap(width - len(INDENT))[:PASSAGE_LINES]
    return Content("\n").join([head, *(Content.assemble(INDENT, line.rstrip()) for line in lines)])


def _who(hit: Hit) -> Content:
    match hit.row.source:
        case Source.NOTE:
            return Content.styled("✎ note", "$text-warning")
        case Source.FIELD:
            return Content(f"told: {hit.row.origin}")
        case Source.TALK:
            return Content(hit.row.speaker)


def _key(hit: Hit) -> tuple[str, Source, str, int]:
    """What tells a hit from the others, whatever has changed in it."""
    return hit.case, hit.row.source, hit.row.origin, hit.row.start_ms


def _next(values: list[T], value: T) -> T:
    return values[(values.index(value) + 1) % len(values)]
