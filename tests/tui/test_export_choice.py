"""Exporting from the screens: what is chosen arrives, what came of it can be read, and it can be tried again."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from interview_tui.errors import ExportError, InterviewTuiError
from interview_tui.record.export_ports import Choice, Names, OnCase, Sound, Target, Written
from interview_tui.tui.export_choice import SETTINGS, LastChoice, Setting
from interview_tui.tui.export_dialog import MARKED, STOPPED, STOPPING, ExportDialog
from interview_tui.tui.ports import Home
from interview_tui.tui.screens.home import HomeScreen
from interview_tui.tui.screens.study import NONE_TO_EXPORT, NOT_ALL_READ
from tests.fake_study import FakeExports
from tests.tui.gallery import LARGE, SMALL, matched, pictured
from tests.tui.staging import PATIENCE_S, Pasted, Stage, lines, staged
from tests.tui.test_home import conducted
from tests.tui.test_study import filtered, interviews, shown

FORMATS = {
    "text": "Timed text for MAXQDA, ATLAS.ti and NVivo",
    "qualcoder": "Timed text as QualCoder links it to the audio",
    "f4": "Timed text in the style of f4: the stamp ends the paragraph",
    "ukds": "Transcript to print and to deposit, UK Data Service (Word)",
    "word": "Headings for auto-coding in NVivo (Word)",
    "srt": "Subtitles (SubRip)",
    "vtt": "Subtitles with voices (WebVTT)",
    "nvivo": "Transcript of a media file for NVivo (tab-separated)",
    "eaf": "ELAN: a tier for each speaker, and one for the structure",
    "html": "The whole record, to read, hear and print (one HTML page)",
    "json": "The whole record, for programs (JSON)",
    "incidents": "Table of incidents, one row each (CSV)",
    "answers": "Table of answers and coverage, a row an item (CSV)",
    "notes": "Table of notes (CSV)",
    "turns": "Table of turns (CSV)",
    "words": "Table of words with their times (CSV)",
    "paradata": "Table of what was done when (CSV)",
    "xlsx": "All tables, a sheet each (Excel)",
    "tables": "All tables, for programs (JSON)",
    "qdpx": "Project for NVivo, MAXQDA, ATLAS.ti and QualCoder (REFI-QDA)",
    "qdc": "Codebook of questions, incidents, parts, themes (REFI-QDA)",
    "archive": "Deposit bundle for the UK Data Service (zip)",
}
MANY = [f"P{number:02}" for number in range(1, 61)]
REMARK = "No name is replaced in P12, P31: nothing stands for one there, and nobody has said that it was gone through."
LONG = ExportError(
    "7 interviews cannot be exported, so nothing was written. "
    + " ".join(
        f"P{number:02} has names that are marked and not replaced: “@Denise” in the note n4 about 00:12:31; "
        "“@Teague” in the note n9 about 00:14:02; “@Councillor Bell” in the note n12 about 00:20:10, and 4 more."
        for number in range(1, 6)
    )
    + " And 2 more.",
    "Replace them: interview-tui pseudonyms P01 --add NAME.",
)


class Slow(FakeExports):
    """Exports that take their time over every interview, if the test does not let them; `refuses` is what goes wrong.

    What is to be known about what was written are its `remarks`.
    """

    def __init__(self) -> None:
        super().__init__(FORMATS, Path("/studies/skills/exports"))
        self.let: threading.Semaphore | None = None
        self.refuses: InterviewTuiError | None = None
        self.remarks: tuple[str, ...] = ()

    def write(self, cases: Sequence[str], choice: Choice, on_case: OnCase = lambda *_: None) -> Written:
        def slowly(case: str, done: int, count: int) -> None:
            on_case(case, done, count)
            assert self.let is None or self.let.acquire(timeout=PATIENCE_S)

        if self.refuses is not None:
            raise self.refuses
        return replace(super().write(cases, choice, slowly), remarks=self.remarks)


@asynccontextmanager
async def asked(
    cases: Sequence[str] = ("P31",), size: tuple[int, int] = SMALL, exports: Slow | None = None
) -> AsyncIterator[tuple[Stage, Slow, list[Written | None]]]:
    """The dialog over the list of interviews; what it gives."""
    stage, exports, given = Stage(), exports or Slow(), []
    async with staged(Home(), size, stage):
        stage.app.push_screen(ExportDialog(exports, cases, LastChoice()), given.append)
        await stage.until(lambda: "Enter writes" in stage.screen)
        await stage.settled()
        yield stage, exports, given


def row(stage: Stage, words: str) -> str:
    """The row of the screen with these words."""
    (found,) = [line for line in lines(stage.app) if words in line]
    return found


@given(st.sampled_from(SETTINGS), st.integers(-9, 9))
def test_a_setting_turned_and_turned_back_is_as_it_was(setting: Setting, by: int) -> None:
    choice = Choice(("text",))
    turned = setting.turned(choice, by)
    assert setting.turned(turned, -by) == choice
    assert (turned == choice) is (by % len(setting.values) == 0)


def test_every_value_can_be_chosen_and_names_come_back_as_pseudonyms() -> None:
    values = {setting.field: set(setting.values) for setting in SETTINGS}
    assert values == {"names": set(Names), "sound": set(Sound), "target": set(Target), "times": {True, False}}
    last = LastChoice()
    last.keep(Choice(("text",), Names.FULL, Sound.NONE))
    assert last.choice == Choice(("text",), Names.REPLACED, Sound.NONE)


async def test_what_is_marked_and_turned_is_what_is_asked_for_and_it_comes_back_the_next_time() -> None:
    async with asked() as (stage, exports, given):
        await pictured(stage, "export")
        await stage.press("right")
        assert "Enter writes text" in stage.screen, "the one with the pointer, while none is marked"
        assert "only for qdpx and qdc" in row(stage, " program ")
        await stage.press("down", "space", "down", "space", "space", "end", "up", "up", "space")
        assert "Enter writes 2 formats: qualcoder, qdpx" in stage.screen
        assert row(stage, "Project for NVivo").startswith(f"› {MARKED} qdpx")
        await stage.press(
            "tab", "right", "left", "left", "down", "space", "space", "down", "left", "down", "right", "right"
        )
        assert "‹ as they were said ›  ! people can be recognised" in row(stage, "names")
        assert row(stage, "NVivo ›").startswith("› program")
        await stage.press("tab")
        await stage.press(Pasted("/tmp/out there"))
        await pictured(stage, "export-chosen")
        await stage.press("enter", "enter", "space", "left")
        await stage.until(lambda: "Written: 2 files in /tmp/out there" in stage.screen)
        chosen = Choice(
            ("qualcoder", "qdpx"), Names.FULL, Sound.INSIDE, Target.NVIVO, False, folder=Path("/tmp/out there")
        )
        assert exports.chosen == [chosen], "once, however often Enter is pressed"
        await stage.press("escape", "escape")
        assert [written and len(written.files) for written in given] == [2]
        assert isinstance(stage.app.screen, HomeScreen)


async def test_the_choice_is_remembered_as_long_as_the_app_runs_but_for_names() -> None:
    stage = Stage()
    conducted(stage, "P31")
    stage.exports = Slow()
    async with staged(Home(), SMALL, stage):
        await stage.press("e", "end", "space", "tab", "left", "enter")
        await stage.until(lambda: "Written: 1 file" in stage.screen)
        await stage.press("escape", "e")
        assert row(stage, "Deposit bundle").startswith(f"› {MARKED} archive")
        assert "‹ as pseudonyms ›" in row(stage, "names")
    assert [choice.names for choice in stage.exports.chosen] == [Names.FULL]


async def test_what_goes_wrong_is_said_beside_the_choice_and_can_be_tried_again() -> None:
    async with asked() as (stage, exports, given):
        exports.refuses = ExportError("The disk is full.", "Name another folder.")
        await stage.press("space", "enter")
        await stage.until(lambda: "✗ The disk is full. Name another folder." in stage.screen)
        assert "Enter writes text" in stage.screen
        exports.refuses = LONG
        await stage.press("down", "space", "enter")
        await stage.until(lambda: "7 interviews cannot be exported" in stage.screen)
        await pictured(stage, "export-refused", [SMALL])
        assert "Enter writes 2 formats: text, qualcoder" in stage.screen
        await stage.press("tab", "tab", "tab", "end")
        await stage.until(lambda: "pseudonyms P01 --add NAME." in stage.screen)
        exports.refuses = None
        await stage.press("tab", "space", "enter")
        await stage.until(lambda: "Written: 1 file in" in stage.screen)
        assert exports.chosen == [Choice(("text",))]
        await stage.press("escape")
        assert len(given) == 1


async def test_of_many_it_is_said_how_far_it_is_and_stopping_leaves_nothing() -> None:
    async with asked(MANY, LARGE) as (stage, exports, given):
        assert "Export 60 interviews" in stage.screen
        exports.let = threading.Semaphore(11)
        await stage.press("space", "down", "space", "enter")
        await stage.until(lambda: "12 of 60: P12" in stage.screen)
        await matched(stage.pilot, "export-many-120x40")
        await stage.press("escape")
        assert STOPPING in stage.screen
        assert given == []
        exports.let.release()
        await stage.until(lambda: STOPPED in stage.screen)
        assert exports.written == []
        exports.let, exports.remarks = None, (REMARK, "One more thing.")
        await stage.press("enter")
        await stage.until(lambda: "Written: 120 files in /studies/skills/exports" in stage.screen)
        await stage.until(lambda: "! One more thing." in stage.screen)
        await pictured(stage, "export-written")
        await stage.press("end")
        await stage.until(lambda: "P60.qualcoder" in stage.screen)
        assert REMARK not in stage.screen
        await stage.press("escape")
        assert [written and len(written.files) for written in given] == [120]


async def test_the_table_of_the_study_exports_what_it_shows_without_rehearsals_and_unfinished_ones() -> None:
    there = interviews(5)
    there[1], there[2] = replace(there[1], rehearsal=True), replace(there[2], ended=False)
    async with shown(there, interviews(6)[5:]) as (stage, shelf, _):
        await stage.until(lambda: "reading 1 of 1" in stage.screen)
        await stage.press("ctrl+e")
        assert NOT_ALL_READ in stage.screen
        shelf.let.release()
        await stage.until(lambda: "6 interviews" in stage.screen and "reading" not in stage.screen)
        await stage.press("ctrl+e")
        assert "Export 4 interviews  without 2 rehearsals or unfinished ones" in stage.screen
        await stage.press("enter")
        await stage.until(lambda: "Written: 4 files" in stage.screen)
        assert stage.exports.written == [(case, "text") for case in ("P01", "P04", "P05", "P06")]
        await stage.press("escape")
        assert "Written: 4 files in exports." in stage.screen
        for words, said in (("P04", "Export P04"), ("P02", NONE_TO_EXPORT)):
            await filtered(stage, words)
            await stage.press("ctrl+e")
            assert said in stage.screen
            if isinstance(stage.app.screen, ExportDialog):
                await stage.press("escape")
