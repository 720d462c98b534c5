"""The HTML record in Chromium: it plays what is clicked, needs no script to be read, and keeps nobody out."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from interview_tui.audio.keeping.joining import join
from interview_tui.export import html
from interview_tui.export.document import build
from interview_tui.export.options import AudioFile, Enclosed, Options, Recording
from interview_tui.interview.timeline import Clip
from interview_tui.record.export_ports import Sound
from tests.export.chromium import Chromium, Page
from tests.export.example_record import ORIGIN_MS, example_record

pytestmark = pytest.mark.chromium
RATE = 8_000
SPANS = ((0, 30_000), (40_000, 50_000), (78_000, 100_000))
CLOSE_MS = 50
PLAYED = """new Promise((done) => document.querySelector("audio").addEventListener("playing", (event) =>
  done([event.target.currentTime, decodeURIComponent(event.target.src.slice(-40)).split("/").at(-1)]), {once: true}))"""
HEARD = """new Promise((done) => {
  const look = () => document.querySelector('.heard [data-at="%d"]')
    ? done([...document.querySelectorAll(".heard .words")].map((words) => words.innerText))
    : document.querySelector("audio").addEventListener("timeupdate", look, {once: true});
  look();
})"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page with the audio beside it, in two files, and the page with all of it inside.

    The first file also holds two seconds that are not to be heard.
    """
    folder = tmp_path_factory.mktemp("pages")
    noise = (np.random.default_rng(3).normal(0, 300, 64 * RATE)).astype(np.int16)
    soundfile.write(folder / "P07 one.flac", noise[: 42 * RATE], RATE)
    soundfile.write(folder / "P07-2.flac", noise[42 * RATE :], RATE)
    pieces = [
        AudioFile(file, ORIGIN_MS + start_ms, ORIGIN_MS + end_ms, offset_ms)
        for file, (start_ms, end_ms), offset_ms in zip(
            ("P07 one.flac", "P07 one.flac", "P07-2.flac"), SPANS, (0, 32_000, 0), strict=True
        )
    ]
    clips = [
        Clip(each.path, each.offset_ms * RATE // 1000, each.plays_ms * RATE // 1000, RATE, each.start_ms)
        for each in pieces
    ]
    join(clips, folder, folder / "all.m4a")
    joined = [replace(each, offset_ms=offset_ms) for each, offset_ms in zip(pieces, (0, 30_000, 40_000), strict=True)]
    enclosed = Enclosed(audio=tuple(pieces), recording=Recording(folder / "all.m4a", tuple(joined), 62_000))
    document = build(example_record(), enclosed=enclosed)
    beside, inside = (html.render(document, Options(sound=sound)) for sound in (Sound.BESIDE, Sound.INSIDE))
    assert isinstance(beside, str)
    assert isinstance(inside, bytes)
    (folder / "beside.html").write_text(beside, encoding="utf-8")
    (folder / "inside.html").write_bytes(inside)
    (folder / "all.m4a").unlink()
    return folder


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with Chromium(tmp_path_factory.mktemp("chromium")) as chromium:
        yield chromium.page()


@pytest.fixture(scope="module")
def axe() -> str:
    """The program that finds what keeps people out; the package that brings it is not imported, it wants a browser."""
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        pytest.skip("not installed: axe-playwright-python")
    return (Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "word_ms", "file", "place_ms"),
    [
        ("beside", 21_500, "P07 one.flac", 21_500),
        ("beside", 42_250, "P07 one.flac", 34_250),
        ("beside", 83_250, "P07-2.flac", 5_250),
        ("inside", 21_500, "", 21_500),
        ("inside", 83_250, "", 45_250),
    ],
)
def test_a_click_on_a_word_plays_it_and_shows_its_turn(
    page: Page, folder: Path, kind: str, word_ms: int, file: str, place_ms: int
) -> None:
    page.load(folder / f"{kind}.html")
    page.evaluate(f"window.played = {PLAYED}; 0")
    page.press(f'.words [data-at="{ORIGIN_MS + word_ms}"]')
    at_s, address = page.evaluate("window.played")
    assert abs(at_s * 1000 - place_ms) < CLOSE_MS
    assert address == file or kind == "inside"
    page.evaluate(HEARD % (ORIGIN_MS + word_ms))


def test_only_the_turn_that_is_heard_is_shown_so(page: Page, folder: Path) -> None:
    page.load(folder / "inside.html")
    shown = []
    for word_ms in (2_850, 21_500):
        page.press(f'.words [data-at="{ORIGIN_MS + word_ms}"]')
        shown.append(page.evaluate(HEARD % (ORIGIN_MS + word_ms)))
    assert shown == [["Perfectly, thank you."], ["He rang me at eleven at night about his first budget."]]


def test_what_was_said_is_heard_one_file_after_the_other(page: Page, folder: Path) -> None:
    page.load(folder / "beside.html")
    page.evaluate("""new Promise((done) => { const player = document.querySelector("audio");
      player.addEventListener("playing", done, {once: true}); player.currentTime = 41.9; player.play(); })""")
    page.evaluate("""new Promise((done) => { const player = document.querySelector("audio");
      const look = () => player.src.endsWith("-2.flac") ? done() : 0;
      player.addEventListener("loadstart", look); player.addEventListener("playing", look); look(); })""")
    assert page.evaluate('document.querySelector("audio").currentTime') < 5


def test_what_lies_in_a_file_and_is_not_part_of_the_record_is_leapt_over(page: Page, folder: Path) -> None:
    page.load(folder / "beside.html")
    landed = page.evaluate("""new Promise((done) => { const player = document.querySelector("audio");
      player.addEventListener("seeked", () => player.currentTime >= 32 ? done(player.currentTime) : 0);
      player.currentTime = 30.5; })""")
    assert abs(landed * 1000 - 32_000) < CLOSE_MS


def test_without_scripts_all_is_there_to_be_read(page: Page, folder: Path) -> None:
    page.run_scripts(allowed=False)
    try:
        page.load(folder / "beside.html")
        shown = re.sub(r"\s+", "", page.evaluate("document.body.innerText"))
    finally:
        page.run_scripts(allowed=True)
    for block in build(example_record()).blocks:
        assert re.sub(r"[\s\x07]+", "", block.text) in shown


@pytest.mark.parametrize(("kind", "dark"), [("beside", False), ("inside", True)])
def test_axe_finds_no_serious_fault(page: Page, folder: Path, axe: str, kind: str, dark: bool) -> None:
    page.look(dark=dark)
    page.load(folder / f"{kind}.html")
    page.evaluate(
        'document.querySelector(".turn").classList.add("heard"); document.querySelector("details").open = true'
    )
    page.evaluate(f"{axe}; 0")
    found = page.evaluate("axe.run(document).then((all) => ({passed: all.passes.length, failed: all.violations}))")
    page.look()
    assert found["passed"] > 20
    assert [each["id"] for each in found["failed"] if each["impact"] in ("serious", "critical")] == []


def test_it_is_printed_light_and_without_the_player(page: Page, folder: Path) -> None:
    page.load(folder / "beside.html")
    assert page.pdf().startswith(b"%PDF-")
    page.look(dark=True, printed=True)
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    hidden = page.evaluate('getComputedStyle(document.querySelector(".player")).display')
    page.look()
    assert (colour, hidden) == ("rgb(255, 255, 255)", "none")
