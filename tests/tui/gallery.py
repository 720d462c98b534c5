"""Pictures of the screen, kept as SVG and compared as text. `UPDATE_SNAPSHOTS=1 pytest tests/tui` draws them anew.

A picture is drawn from the cells of the screen and nothing else: no clock, no chance, no font. Its `<desc>` is what can
be read on the screen, so that a difference reads as the rows that have changed.
"""

from __future__ import annotations

import difflib
import html
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rich.segment import Segment
from textual.app import App
from textual.color import Color
from textual.pilot import Pilot

from tests.tui.staging import Stage, lines

PICTURES = Path(__file__).parent / "pictures"
SMALL, LARGE = (80, 24), (120, 40)
CELL_WIDTH, CELL_HEIGHT, BASELINE = 8, 17, 13
LOOKS = 200
"""How often the screen is looked at before what is not painted yet is called different."""

Run = tuple[int, str, str, str, str]
"""The first cell, the text, its colour, what is behind it, its other attributes."""


async def pictured(stage: Stage, name: str, sizes: Sequence[tuple[int, int]] = (SMALL, LARGE)) -> None:
    """The screen looks as it did when it was looked at, in every one of `sizes`."""
    for width, height in sizes:
        if stage.app.size != (width, height):
            await stage.pilot.resize_terminal(width, height)
        await stage.settled()
        await matched(stage.pilot, f"{name}-{width}x{height}")


async def matched(pilot: Pilot[int], name: str) -> None:
    """The screen looks as the picture of this name does."""
    file = PICTURES / f"{name}.svg"
    kept = _kept(file, drawn(pilot.app))
    for _ in range(LOOKS):  # a clock or a recorder may still be about to be painted
        if drawn(pilot.app) == kept:
            return
        await pilot.pause()
    seen = drawn(pilot.app)
    raise AssertionError(f"{file.name} looks different:\n" + _difference(kept, seen))


def _kept(file: Path, seen: str) -> str:
    """What the file has; it is written first where pictures are drawn anew."""
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(seen, encoding="utf-8")
    assert file.exists(), f"there is no picture {file.name}: UPDATE_SNAPSHOTS=1 draws it"
    return file.read_text(encoding="utf-8")


def _difference(kept: str, seen: str) -> str:
    """The rows that read differently; where none does, the lines of the picture."""
    before, after = _read(kept), _read(seen)
    if before == after:
        before, after = kept, seen
    return "\n".join(difflib.unified_diff(before.splitlines(), after.splitlines(), "kept", "seen", lineterm="", n=1))


def _read(picture: str) -> str:
    return html.unescape(picture.partition("<desc>")[2].partition("</desc>")[0])


def drawn(app: App[int]) -> str:
    """The screen as SVG, a `<text>` for each run of cells that look alike."""
    width, height = app.size
    ground = Color.parse(app.theme_variables["background"]).hex.lower()
    read = html.escape("\n".join(lines(app)), quote=False)
    body = [
        part
        for row, strip in enumerate(app.screen._compositor.render_strips())
        for run in _runs(strip)
        for part in _shapes(row, run, ground)
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width * CELL_WIDTH} {height * CELL_HEIGHT}"'
            ' font-family="monospace" font-size="13.3">',
            f"<desc>{read}</desc>",
            f'<rect width="100%" height="100%" fill="{ground}"/>',
            *body,
            "</svg>\n",
        ]
    )


def _runs(strip: Iterable[Segment]) -> Iterator[Run]:
    """The cells of a row, as many together as look alike."""
    at, waiting = 0, None
    for segment in strip:
        colour, behind, attributes = _look(segment)
        if waiting is not None and waiting[2:] == (colour, behind, attributes):
            waiting = (waiting[0], waiting[1] + segment.text, colour, behind, attributes)
        else:
            if waiting is not None:
                yield waiting
            waiting = (at, segment.text, colour, behind, attributes)
        at += segment.cell_length
    if waiting is not None:
        yield waiting


def _look(segment: Segment) -> tuple[str, str, str]:
    style = segment.style
    if style is None:
        return "", "", ""
    colour, behind = (
        part.triplet.hex if part is not None and part.triplet is not None else ""
        for part in (style.color, style.bgcolor)
    )
    if style.reverse:
        colour, behind = behind, colour
    attributes = (' font-weight="bold"' if style.bold else "") + (' font-style="italic"' if style.italic else "")
    return colour, behind, attributes


def _shapes(row: int, run: Run, ground: str) -> Iterator[str]:
    at, text, colour, behind, attributes = run
    x, y, cells = at * CELL_WIDTH, row * CELL_HEIGHT, Segment(text).cell_length
    if behind and behind != ground:
        yield f'<rect x="{x}" y="{y}" width="{cells * CELL_WIDTH}" height="{CELL_HEIGHT}" fill="{behind}"/>'
    words = text.strip()
    if words:
        x += (len(text) - len(text.lstrip())) * CELL_WIDTH
        spread = f'textLength="{Segment(words).cell_length * CELL_WIDTH}" lengthAdjust="spacingAndGlyphs"'
        shown = html.escape(words, quote=False).replace("  ", "\u00a0\u00a0")
        yield f'<text x="{x}" y="{y + BASELINE}" {spread} fill="{colour}"{attributes}>{shown}</text>'
