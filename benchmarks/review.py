"""A large study at hand: `python -m benchmarks.review [--interviews 1000] [--words 2000] [--folder FOLDER]`.

A study is made up and written through the real store: interviews with the bundled schedule, each with a journal and a
transcript of so many words. Which words are drawn follows Zipf's law over 12,000 of them, so that some are in nearly
every turn and most are rare, as in talk. Then it is measured how long it takes to make what the table and the search
stand on, to read all digests, to find that nothing is stale, to search, and to forget a case.

The queries are single words of every frequency, two words, phrases, beginnings, alternatives and exclusions, half of
them within a kind, a speaker or a case. Beside them stands the same word looked for in all talk with `str.find`.

Then the app runs over the study, without a terminal: how long until the study's table is filled and painted; how long a
key takes on it, from its place in the queue to the painted screen, while nothing else is done and while the study is
being brought up to date. At last the transcript of an hour is paged through, and its rows in Textual's own DataTable
beside it, page by page in turn: what counts there is the processor's time of a page, for painting waits for its turn.

A study that is in FOLDER already is measured as it lies there.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.text import Text
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import DataTable

from benchmarks.made_up import Talk, made_up
from interview_tui.adapters import adapters
from interview_tui.application import COLLECTING
from interview_tui.bootstrap import ready_study, study_schedule
from interview_tui.record.findable import Source
from interview_tui.record.transcript import RESPONDENT
from interview_tui.store import derived
from interview_tui.store.search import search
from interview_tui.store.study import StudyFolder
from interview_tui.tui import signs, themes
from interview_tui.tui.app import InterviewApp
from interview_tui.tui.destinations import Go, ToStudy
from interview_tui.tui.ports import Home
from interview_tui.tui.reading import Row, transcript_rows
from interview_tui.tui.screens.home import HomeScreen
from interview_tui.tui.screens.study import StudyScreen
from interview_tui.tui.widgets.status_row import StatusRow
from interview_tui.tui.widgets.talk_view import TalkView

QUERIES, READINGS = 200, 20
OPENINGS, KEYS, STALE = 5, 100, 60
PAGES, PASSES = 20, 10
KEY_EVERY_S = 0.1
SIZE = (120, 40)
HOUR, HOUR_WORDS = "H01", 9_000
A_PAGE: dict[type[Widget], str] = {TalkView: "page(1)", DataTable: "page_down"}
TO_TOP: dict[type[Widget], str] = {TalkView: "end(-1)", DataTable: "scroll_top"}


def queries(talk: Talk, cases: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is looked for, with the filters it is looked for under."""
    filters: tuple[dict[str, Any], ...] = (
        {},
        {"source": Source.NOTE},
        {},
        {"speaker": RESPONDENT},
        {},
        {"case": cases[len(cases) // 2]},
    )
    for number in range(QUERIES):
        rank = min(int(len(talk.words) ** talk.random.random()), len(talk.words)) - 1  # as many common as rare ones
        one, two = talk.words[rank], talk.says(1)[0]
        forms = (one, f"{one} {two}", f'"{two} {one}"', f"{one[:3]}*", f"{one} OR {two}", f"{two} -{one}")
        yield forms[number % len(forms)], filters[number // len(forms) % len(filters)]


def took_ms(do: Callable[[], object]) -> float:
    """How long something takes."""
    begun = time.perf_counter()
    do()
    return (time.perf_counter() - begun) * 1000


def told(name: str, values: list[float], unit: str = "ms") -> None:
    """A line of the table: median, 95th percentile, worst."""
    values = sorted(values)
    p95 = values[min(len(values) - 1, round(0.95 * len(values)))]
    figures = f"p50 {statistics.median(values):9.1f}  p95 {p95:9.1f}  max {values[-1]:9.1f}"
    click.echo(f"  {name:<46} {figures} {unit} (n = {len(values)})")


def measure(study: StudyFolder, talk: Talk) -> None:
    """Print the figures of a study of which nothing was derived yet."""
    took: list[float] = []
    begun = time.perf_counter()

    def on_case(_case: str, _done: int, _all: int) -> None:
        nonlocal begun
        took.append((time.perf_counter() - begun) * 1000)
        begun = time.perf_counter()

    brought = derived.bring_up_to_date(study, on_case=on_case)
    assert not brought.failed, brought.failed
    file = study.path / derived.DERIVED_FILE
    click.echo(f"  {len(brought.made)} interviews, {file.stat().st_size / 1e6:.0f} MB in {file.name}")
    told("an interview made and kept", took[1:])
    told("all digests read", [took_ms(lambda: derived.digests(study)) for _ in range(READINGS)])
    told("nothing is stale", [took_ms(lambda: derived.bring_up_to_date(study)) for _ in range(READINGS)])
    asked = list(queries(talk, brought.made))
    told("searched, 50 hits", [took_ms(partial(search, study, query, **given)) for query, given in asked])
    worst = talk.words[0]
    commonest = f"the commonest word ({search(study, worst).total} hits)"
    told(commonest, [took_ms(lambda: search(study, worst)) for _ in range(READINGS)])
    with derived.opened_derived(file) as db:
        texts = [row[0] for row in db.execute("SELECT text FROM passages")]
    rare = talk.words[-1]
    told("beside it: str.find in all texts", [took_ms(lambda: sum(rare in text for text in texts)) for _ in range(5)])
    told("a case forgotten", [took_ms(lambda: derived.forget(study.path, brought.made[0]))])


async def measure_screens(study: StudyFolder, interviews: int) -> None:
    """Print how long the study's table and its keys take in an app over the study, which is up to date."""
    app = InterviewApp(lambda: adapters(study), Home())
    begun = time.perf_counter()
    async with app.run_test(size=SIZE):
        await _until(lambda: isinstance(app.screen, HomeScreen))
        await _filled(app, HomeScreen, interviews)
        told("the app started: its list full and painted", [(time.perf_counter() - begun) * 1000])
        opened = [await _opened(app, interviews) for _ in range(OPENINGS)]
        told("the study opened: its table full and painted", opened)
        idle = [await _key(app, number) for number in range(KEYS)]
        app.pop_screen()
        for case in sorted(found.case for found in derived.digests(study))[:STALE]:
            os.utime(study.audio_folder(case) / "transcript.json")
        await _opened(app, interviews)
        status = app.screen.query_one(StatusRow)
        busy: list[float] = []
        await _until(lambda: "reading" in status.value.message)
        while "reading" in status.value.message:
            busy.append(await _key(app, len(busy)))
        told("a key on it, nothing else being done", idle)
        told("a key on it while it is brought up to date", busy)


async def measure_reading(study: StudyFolder) -> None:
    """Print what a page of an hour's transcript takes, and of its rows in Textual's own table."""
    record = study.record(HOUR)
    reading = Beside(transcript_rows(record), record.origin_ms)
    async with reading.run_test(size=SIZE):
        views = (reading.query_one(TalkView), reading.query_one(DataTable))
        first = await _paged(views)
        again = [await _paged(views) for _ in range(PASSES)]
    for number, view in enumerate(views):
        name = type(view).__name__
        told(f"a page in {name}, seen first (processor)", first[number])
        told(f"a page in {name}, seen again (processor)", [ms for each in again for ms in each[number]])
    shares = [statistics.median(talk) / statistics.median(table) for talk, table in (first, *again)]
    click.echo(f"  TalkView takes {shares[0]:.2f} of DataTable, of what was seen {statistics.median(shares[1:]):.2f}")


async def _paged(views: tuple[Widget, Widget]) -> tuple[list[float], list[float]]:
    """From the top of two views so many pages down, in turn; gives the processor's time of each page, in ms."""
    took: tuple[list[float], list[float]] = ([], [])
    for view in views:
        await view.run_action(TO_TOP[type(view)])
        await _painted(view)
    for _ in range(PAGES):
        for view, ms in zip(views, took, strict=True):
            begun = time.thread_time()
            await view.run_action(A_PAGE[type(view)])
            await _painted(view)
            ms.append((time.thread_time() - begun) * 1000)
    return took


class Beside(App[int]):
    """A transcript as it is read, and the same rows in Textual's own table, side by side."""

    def __init__(self, rows: Sequence[Row], origin_ms: int) -> None:
        super().__init__()
        self._rows, self._origin_ms = rows, origin_ms

    def compose(self) -> ComposeResult:
        """The two."""
        with Horizontal():
            yield TalkView()
            yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        """Fill both."""
        for theme in themes.THEMES:
            self.register_theme(theme)
        self.theme = themes.CHOICES[0]
        self.query_one(TalkView).show(self._rows, self._origin_ms)
        table = self.query_one(DataTable)
        table.add_columns("time", "", "text")
        for row in self._rows:
            when = "" if row.at_ms is None else signs.clock(row.at_ms)
            table.add_row(Text(when), Text(row.sign), Text(row.text))


async def _opened(app: InterviewApp, interviews: int) -> float:
    """Open the study from the list of interviews; gives how long it took until all of it could be seen, in ms."""
    if isinstance(app.screen, StudyScreen):
        await app.pop_screen()
    await _filled(app, HomeScreen, interviews)
    begun = time.perf_counter()
    app.post_message(Go(ToStudy()))
    await _filled(app, StudyScreen, interviews)
    return (time.perf_counter() - begun) * 1000


async def _filled(app: InterviewApp, kind: type[Screen[None]], interviews: int) -> None:
    """Wait until a screen of this kind shows a table of so many interviews."""
    await _until(lambda: isinstance(app.screen, kind) and app.screen.query(DataTable))
    table = app.screen.query_one(DataTable)
    await _until(lambda: table.row_count == interviews)
    await _painted(table)


async def _key(app: InterviewApp, number: int) -> float:
    """Press a key on the table; gives how long it took until that was painted, in ms. Then nothing, for a while."""
    table = app.screen.query_one(DataTable)
    before, begun = table.cursor_coordinate, time.perf_counter()
    app.press("up" if number // 20 % 2 else "down", None)
    await _until(lambda: table.cursor_coordinate != before)
    await _painted(table)
    took_ms = (time.perf_counter() - begun) * 1000
    await asyncio.sleep(KEY_EVERY_S)
    return took_ms


async def _painted(view: Widget) -> None:
    painted = asyncio.Event()
    view.call_after_refresh(painted.set)
    await painted.wait()


async def _until(done: Callable[[], object]) -> None:
    while not done():  # noqa: ASYNC110 - what is waited for sets nothing
        await asyncio.sleep(0.001)


def main() -> None:
    """Make the study and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--interviews", type=int, default=1000)
    parser.add_argument("--words", type=int, default=2000, help="of an interview")
    parser.add_argument("--folder", type=Path, help="where to make the study, or where it was left")
    given = parser.parse_args()
    gc.set_threshold(*COLLECTING)  # as the app does
    talk = Talk()
    with tempfile.TemporaryDirectory() as scratch:
        study = ready_study(given.folder or Path(scratch))
        schedule = study_schedule(study)
        study.keep_schedule(schedule)
        if not study.interviews():
            begun = time.perf_counter()
            for number in range(given.interviews):
                made_up(study, schedule, f"P{number + 1:04}", number, given.words, talk)
            click.echo(f"made up in {time.perf_counter() - begun:.0f} s: {given.interviews} × {given.words} words")
            measure(study, talk)
        derived.bring_up_to_date(study)
        asyncio.run(measure_screens(study, len(study.interviews())))
        if HOUR not in {found.case for found in study.interviews()}:
            made_up(study, schedule, HOUR, 0, HOUR_WORDS, talk)
        asyncio.run(measure_reading(study))


if __name__ == "__main__":
    main()
