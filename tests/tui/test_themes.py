"""Every theme can be read, on the screens as they are painted; the states that matter differ for colour-blind eyes.

Contrast is WCAG 2.2's (relative luminance, 1.4.3: 4.5:1, 1.4.6: 7:1). Colour blindness is simulated with the matrices
for severity 1.0 of Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision
Deficiency", IEEE Transactions on Visualization and Computer Graphics 15(6), 2009, applied to linear RGB; how far two
colours are apart is the Euclidean distance in CIE L*a*b* (D65), of which 2.3 can just be noticed.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import AsyncIterator, Callable

import pytest
from textual.color import Color
from textual.theme import Theme

from interview_tui.errors import ConfigError
from interview_tui.store.preferences import Preferences, as_toml
from interview_tui.tui.notices import PATIENCE_MS
from interview_tui.tui.ports import Home, Read
from interview_tui.tui.themes import CHOICES, THEMES, chosen
from interview_tui.tui.widgets.call_header import Tape
from tests.export.example_record import example_record
from tests.tui.staging import REPOSITORY, Stage, staged, told
from tests.tui.test_home import conducted

RGB = tuple[int, int, int]
Matrix = tuple[tuple[float, float, float], ...]
AA, AAA = 4.5, 7.0
CLEARLY_APART = 25.0
NOT_TEXT = re.compile(r"[\s─│▕┬├┤▁▂▃▄▅▆▇█▌]")
SIGHT: dict[str, Matrix] = {
    "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
}
TO_XYZ: Matrix = (
    (0.4124564 / 0.95047, 0.3575761 / 0.95047, 0.1804375 / 0.95047),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339 / 1.08883, 0.1191920 / 1.08883, 0.9503041 / 1.08883),
)


def linear(colour: RGB) -> tuple[float, ...]:
    parts = (part / 255 for part in colour)
    return tuple(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)


def through(matrix: Matrix, parts: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(sum(weight * part for weight, part in zip(row, parts, strict=True)) for row in matrix)


def contrast(one: RGB, other: RGB) -> float:
    """From 1 (none) to 21 (black on white)."""
    dark, light = sorted(through(TO_XYZ, linear(colour))[1] for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def lab(colour: RGB, sight: Matrix) -> tuple[float, float, float]:
    """CIE L*a*b* of a colour as it is seen."""
    seen = tuple(min(1.0, max(0.0, part)) for part in through(sight, linear(colour)))
    x, y, z = (
        part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116 for part in through(TO_XYZ, seen)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def apart(one: RGB, other: RGB, sight: Matrix) -> float:
    pairs = zip(lab(one, sight), lab(other, sight), strict=True)
    return sum((first - second) ** 2 for first, second in pairs) ** 0.5


def painted(stage: Stage) -> dict[tuple[RGB, RGB], str]:
    """Every colour of a text on the screen with what is behind it, and some of the text."""
    found: dict[tuple[RGB, RGB], str] = {}
    for strip in stage.app.screen._compositor.render_strips():
        for segment in strip:
            text = NOT_TEXT.sub("", segment.text)
            if text and segment.style and segment.style.color and segment.style.bgcolor:
                text_colour, behind = segment.style.color.triplet, segment.style.bgcolor.triplet
                assert text_colour is not None
                assert behind is not None
                found.setdefault(((*text_colour,), (*behind,)), text)
    return found


async def wear(stage: Stage, theme: Theme) -> None:
    stage.app.register_theme(theme)
    stage.app.theme = theme.name
    await stage.settled()


async def scenes(theme: Theme, begin: Callable[[], object] = lambda: None) -> AsyncIterator[tuple[str, Stage]]:
    """The live screen in every state that has colours of its own, the list of interviews and a record.

    `begin` is called before each start of the app.
    """
    begin()
    async with staged() as stage:
        await wear(stage, theme)
        yield "opening", stage
        await stage.consent()
        yield "press record", stage
        stage.clock.advance(PATIENCE_MS + 1000)
        await stage.until(lambda: stage.live.query_one("#banner").has_class("-urgent"))
        yield "urgent", stage
        await told(stage)
        await stage.press("flattered")
        yield "recording", stage
        await stage.press("escape", "ctrl+g", "trust", "down")
        yield "go to", stage
        await stage.press("escape", "f12")
        yield "keys", stage
        await stage.press("ctrl+o")
        await stage.until(lambda: "OFF RECORD" in stage.screen)
        yield "off record", stage
    begin()
    async with staged() as stage:
        await wear(stage, theme)
        await told(stage)
        await stage.go("informal learning")
        stage.journal.fail("The disk is full.")
        stage.recorder.lose("The microphone is gone.")
        await stage.until(lambda: "NOT RECORDING" in stage.screen)
        yield "in trouble", stage
    begin()
    stage = Stage()
    conducted(stage, "P01")
    conducted(stage, "P03", ended=False, days=2)
    async with staged(Home(), stage=stage):
        await wear(stage, theme)
        await stage.press("n")
        yield "home", stage
    begin()
    stage = Stage()
    conducted(stage, "P07")
    stage.study.record = lambda case: example_record(case=case)
    async with staged(Read("P07"), stage=stage):
        await stage.until(lambda: "R1-difficult" in stage.screen)
        await wear(stage, theme)
        yield "record", stage


def test_no_widget_thins_out_a_colour_by_hand():
    files = [
        *(REPOSITORY / "interview_tui" / "tui").rglob("*.py"),
        *(REPOSITORY / "interview_tui" / "tui").rglob("*.tcss"),
    ]
    assert [file.name for file in files if re.search(r"\$foreground \d+%", file.read_text(encoding="utf-8"))] == []


async def test_every_text_on_the_screens_can_be_read_in_colours_and_in_the_greys_that_they_become_without():
    """In every theme; it is changed on the screen, as the palette does."""
    seen: dict[str, set[tuple[RGB, RGB]]] = {theme.name: set() for theme in THEMES}
    too_weak = set()
    async for name, stage in scenes(THEMES[0]):
        for theme in THEMES:
            await wear(stage, theme)
            least = AAA if theme.name.startswith("high-contrast") else AA
            for pair, text in painted(stage).items():
                seen[theme.name].add(pair)
                if contrast(*pair) < least or contrast(*(Color(*colour).monochrome.rgb for colour in pair)) < AA:
                    colours = " on ".join(Color(*colour).hex for colour in pair)
                    too_weak.add(f"{theme.name}, {name}: {text!r}, {colours}")
    assert too_weak == set()
    assert all(len(pairs) > 20 for pairs in seen.values())


async def test_without_colours_the_states_differ_by_word_and_by_glyph(monkeypatch):
    header, coloured, too_weak = {}, set(), set()
    async for name, stage in scenes(THEMES[0], lambda: monkeypatch.setenv("NO_COLOR", "1")):
        header[name] = stage.screen.splitlines()[0]
        for pair, text in painted(stage).items():
            coloured |= {colour for colour in pair if len(set(colour)) > 1}
            too_weak |= {f"{name}: {text!r}"} if contrast(*pair) < AA else set()
    assert (coloured, too_weak) == (set(), set())
    assert header["press record"].split()[:3] == ["○", "NOT", "RECORDING"]
    assert header["recording"].split()[:2] == ["●", "REC"]
    assert header["off record"].split()[:3] == ["■", "OFF", "RECORD"]
    assert header["in trouble"].split()[:3] == ["✗", "REC", "FAILED"]
    assert "saved ✓" in header["recording"]
    assert "✗ NOT SAVED" in header["in trouble"]


@pytest.mark.parametrize("theme", [theme for theme in THEMES if theme.name.startswith("blue-orange")])
@pytest.mark.parametrize("sight", SIGHT)
def test_recording_a_warning_and_what_is_done_are_clearly_apart_for_colour_blind_eyes(theme, sight):
    colours = {name: Color.parse(theme.variables[f"text-{name}"]).rgb for name in ("error", "warning", "success")}
    for (one, first), (other, second) in itertools.combinations(colours.items(), 2):
        assert apart(first, second, SIGHT[sight]) >= CLEARLY_APART, f"{one} and {other}"


def test_red_and_green_are_not_apart_for_colour_blind_eyes_so_that_the_test_can_fail():
    assert apart((186, 60, 91), (78, 191, 113), SIGHT["full"]) > CLEARLY_APART
    assert apart((200, 80, 60), (120, 120, 40), SIGHT["deuteranopia"]) < CLEARLY_APART


def test_contrast_is_that_of_the_standard():
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((118, 118, 118), (255, 255, 255)) == pytest.approx(4.54, abs=0.01)


def test_no_state_of_the_recorder_reads_like_another():
    assert len({tape.value for tape in Tape}) == len(Tape)
    matter = (Tape.RECORDING, Tape.OFF_RECORD, Tape.FAILED, Tape.READY, Tape.NOTES_ONLY, Tape.OPENING)
    assert len({tape.value[0] for tape in matter}) == len(matter)


@pytest.mark.parametrize("name", CHOICES)
def test_a_theme_can_be_chosen_by_its_name_and_preferences_list_it(name):
    assert chosen(name) == name
    assert re.search(rf"\b{name}\b", as_toml(Preferences()))


@pytest.mark.parametrize(
    ("name", "hint"), [("hi-contrast", "Did you mean high-contrast?"), ("xyzzy", "There are dark, high-contrast, ")]
)
def test_a_theme_that_there_is_not_is_refused_with_the_nearest(name, hint):
    with pytest.raises(ConfigError, match=rf"mine\.toml: there is no theme '{name}'\.") as error:
        chosen(name, "mine.toml")
    assert error.value.hint.startswith(hint)


def test_what_a_screen_looks_like_at_first_is_the_preference_that_nobody_has_set():
    assert Preferences().theme == CHOICES[0]


def test_no_theme_draws_in_the_terminal_s_own_colours():
    assert not any(theme.ansi for theme in THEMES)
