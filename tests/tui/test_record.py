"""The record on the screen: what is looked at in the tree is read in the middle, heard, and shown on the timeline."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from textual.widget import Widget

from interview_tui.interview.events import Stretch
from interview_tui.record.model import Evidence, PlacedTurn, Record
from interview_tui.record.transcript import RESPONDENT
from interview_tui.tui.destinations import Go, ToRecord
from interview_tui.tui.incident_rows import Subject
from interview_tui.tui.ports import Read
from interview_tui.tui.screens.home import HomeScreen
from interview_tui.tui.screens.record import RecordScreen
from interview_tui.tui.screens.transcript import TranscriptScreen
from interview_tui.tui.typesetting import Spot
from tests.export.example_record import OUTSIDE, example_record, turn
from tests.tui.reviewed import at, lies, placed_record, stage_with_record
from tests.tui.staging import Stage, staged

WIDE = (120, 40)


def screen_of(stage: Stage) -> RecordScreen:
    found = stage.app.screen
    assert isinstance(found, RecordScreen)
    return found


async def shown(stage: Stage) -> RecordScreen:
    await stage.until(lambda: "R1-difficult" in stage.screen)
    return screen_of(stage)


def line_of(stage: Stage, text: str) -> str:
    return next(line for line in stage.screen.splitlines() if text in line)


def middle(stage: Stage) -> str:
    """What is read in the middle."""
    region = screen_of(stage).view.region
    return "\n".join(line[region.x : region.right] for line in stage.screen.splitlines()[region.y : region.bottom])


def heard_by(screen: RecordScreen) -> str:
    """The row in which a word is lit."""
    spot = screen.view.heard
    return screen.view.rows[spot.row].text if spot is not None else ""


def has_focus(pane: Widget) -> bool:
    return pane.has_focus


async def test_the_first_incident_is_looked_at_first_with_its_evidence_and_the_figures_of_the_call():
    async with staged(Read("P07"), stage=stage_with_record(), size=WIDE) as stage:
        await shown(stage)
        title = stage.screen.splitlines()[0]
        for figure in ("P07", "transcribed", "1/3 incidents complete", "questions covered", "1/3 as worded"):
            assert figure in title
        read = middle(stage)
        assert "R1-good: feeling missing · action thin" in read
        assert read.index("event: What happened?") < read.index("He rang me at eleven") < read.index("action: What did")
        doubtful, sure = (line_of(stage, text) for text in ("He was in a", "He rang me"))
        assert "? " in doubtful[32:40]
        assert "? " not in sure[32:40]
        assert "off the record" in stage.screen


async def test_what_is_chosen_in_the_tree_is_read_and_its_evidence_shown_on_the_timeline():
    async with staged(Read("P07"), stage=stage_with_record(), size=WIDE) as stage:
        screen = await shown(stage)
        evidence = [line.rstrip().find("▌", 90) > 0 for line in stage.screen.splitlines()]
        screen.view.go_to(Spot(5))
        await stage.press(*["down"] * 4)
        await stage.until(lambda: "He rang me" not in middle(stage))
        assert screen.view.row is not None
        assert screen.view.row.text == "outcome: What was the outcome?"
        assert [line.rstrip().find("▌", 90) > 0 for line in stage.screen.splitlines()] != evidence
        await stage.press("end")
        await stage.until(lambda: "Anything else?" in middle(stage))
        assert screen.timeline.value is not None
        assert screen.timeline.value.evidence == ()
        await stage.press("home", *["down"] * 4)
        await stage.until(lambda: "skipped" in middle(stage))
        assert "feeling: How did you feel?" in middle(stage)


def told_in_two_pieces() -> Record:
    """The example with an outcome that was come back to."""
    record = placed_record()
    turns = tuple(
        replace(each, turn=turn(13, RESPONDENT, 60, each.turn.text)) if each.turn.number == 13 else each
        for each in record.turns
    )
    told = Evidence((11, 12, 13), (), Stretch(at(40), at(62.46)))
    incidents = tuple(
        replace(
            incident,
            fields=tuple(
                replace(field, evidence=told) if field.key == "outcome" and incident.id == "R1-good" else field
                for field in incident.fields
            ),
        )
        for incident in record.incidents
    )
    return replace(record, turns=turns, incidents=incidents)


OUTCOME_PIECES = [(at(40), at(44.46)), (at(60), at(62.46))]


async def test_a_field_is_heard_piece_by_piece_and_its_words_light_up():
    async with staged(Read("P07"), stage=stage_with_record(told_in_two_pieces()), size=WIDE) as stage:
        screen = await shown(stage)
        await stage.press(*["down"] * 4, "enter")
        await stage.until(lambda: stage.player.played == OUTCOME_PIECES[:1])
        stage.clock.advance(3_000)
        await stage.until(lambda: "The budget passed" in heard_by(screen))
        await stage.until(lambda: any("▶" in line[90:] for line in stage.screen.splitlines()[9:12]))
        stage.clock.advance(5_000)
        await stage.until(lambda: stage.player.played == OUTCOME_PIECES)
        stage.clock.advance(3_000)
        await stage.until(lambda: stage.player.at_ms() is None)
        await stage.settled()
        assert stage.player.played == OUTCOME_PIECES
        assert screen.tree_of_incidents.subject == Subject("R1-good", "outcome")


async def test_stopped_in_the_first_piece_the_next_is_not_played():
    async with staged(Read("P07"), stage=stage_with_record(told_in_two_pieces()), size=WIDE) as stage:
        screen = await shown(stage)
        await stage.press(*["down"] * 4, "enter")
        await stage.until(lambda: screen.timeline.value is not None and screen.timeline.value.playing_ms is not None)
        await stage.press("space")
        await stage.press("s")
        await stage.until(lambda: screen.timeline.value is not None and screen.timeline.value.playing_ms is None)
        await stage.settled()
        assert stage.player.played == OUTCOME_PIECES[:1]


async def test_a_word_is_heard_to_the_end_and_what_is_talked_about_is_followed_until_that_is_switched_off():
    async with staged(Read("P07"), stage=stage_with_record(), size=WIDE) as stage:
        screen = await shown(stage)
        await stage.press("tab")
        await stage.press("down", "enter")
        await stage.until(lambda: bool(stage.player.played))
        assert stage.player.played[-1] == (at(20), 3_600_000)
        stage.clock.advance(60_000)
        await stage.until(lambda: "R1-difficult" in middle(stage))
        assert screen.tree_of_incidents.subject == Subject("R1-difficult")
        await stage.press("f")
        stage.clock.advance(11_000)
        await stage.until(lambda: screen.view.heard is None)
        assert "R1-difficult" in middle(stage)


async def test_the_timeline_plays_from_a_row():
    async with staged(Read("P07"), stage=stage_with_record(), size=WIDE) as stage:
        screen = await shown(stage)
        await stage.press("tab")
        await stage.press("tab")
        assert screen.timeline.has_focus
        await stage.press("home", "enter")
        await stage.until(lambda: stage.player.played == [(at(0), 3_600_000)])
        stage.clock.advance(7_000)
        await stage.until(lambda: "General questions" in middle(stage))
        await stage.press("tab")
        assert screen.tree_of_incidents.has_focus


async def test_what_is_not_heard_at_all_says_so_and_without_a_device_too():
    stage = stage_with_record()
    async with staged(Read("P07"), stage=stage, size=WIDE):
        screen = await shown(stage)
        await stage.press("down", "down", "down")
        assert screen.tree_of_incidents.subject == Subject("R1-good", "feeling")
        await stage.press("enter")
        await stage.until(lambda: "nothing to be heard" in stage.screen)
        assert not stage.player.played
        stage.player.available = False
        lies(stage, placed_record(case="P07"))
        await stage.press("home", "down", "ctrl+e")
        await stage.until(lambda: "Export P07" in stage.screen)
        await stage.press("enter")
        await stage.until(lambda: "Written: 1 file in" in stage.screen)
        await stage.press("escape")
        await stage.until(lambda: "Written: exports/P07.text" in stage.screen)
        assert stage.exports.written == [("P07", "text")]
        await stage.press("enter")
        await stage.until(lambda: "No sound device" in stage.screen)
        assert not stage.player.played


async def test_the_record_turns_over_to_the_transcript_at_the_word_under_the_cursor():
    async with staged(Read("P07"), stage=stage_with_record(), size=WIDE) as stage:
        await shown(stage)
        await stage.press("tab")
        await stage.press("down", "down", "right", "right", "v")
        await stage.until(lambda: isinstance(stage.app.screen, TranscriptScreen))
        transcript = stage.app.screen
        assert isinstance(transcript, TranscriptScreen)
        await stage.until(lambda: transcript.view.word is not None and transcript.view.word.start_ms == at(21.5))
        await stage.press("v")
        await stage.until(lambda: isinstance(stage.app.screen, RecordScreen))
        await stage.until(lambda: screen_of(stage).view.word is not None)
        assert screen_of(stage).tree_of_incidents.subject == Subject("R1-good")


async def test_it_begins_at_an_incident_or_at_a_moment():
    stage = stage_with_record()
    async with staged(Read("P07"), stage=stage, size=WIDE):
        await shown(stage)
        stage.app.screen.post_message(Go(ToRecord("P07", incident="R2-good"), instead=True))
        await stage.until(lambda: "event, action, feeling, outcome thin" in stage.screen)
        stage.app.screen.post_message(Go(ToRecord("P07", at(8.6)), instead=True))
        await stage.until(lambda: "Holding the ladder" in stage.screen)
        screen = screen_of(stage)
        await stage.until(partial(has_focus, screen.view))
        assert screen.view.word is not None
        assert screen.view.word.text == "ladder"


async def test_after_a_correction_what_was_looked_at_is_looked_at_and_what_is_gone_is_left():
    async with staged(Read("P07"), stage=stage_with_record(), size=WIDE) as stage:
        screen = await shown(stage)
        await stage.press("down")
        lies(stage, placed_record(reason="corrected"))
        await stage.press("ctrl+e")
        await stage.press("enter")
        await stage.until(lambda: "Written: 1 file in" in stage.screen)
        await stage.press("escape")
        await stage.until(
            lambda: screen.desk.lying is not None and screen.desk.lying.found.record.reason == "corrected"
        )
        await stage.settled()
        assert screen.tree_of_incidents.subject == Subject("R1-good", "event")
        assert "event: What happened?" in middle(stage)
        lies(stage, placed_record(incidents=()))
        screen.on_screen_suspend()
        screen.on_screen_resume()
        await stage.until(lambda: "no incident" in stage.screen)
        await stage.settled()
        assert screen.tree_of_incidents.subject == Subject()
        assert "the call" in middle(stage)


async def test_on_a_small_screen_the_timeline_takes_the_place_of_the_incidents():
    async with staged(Read("P07"), stage=stage_with_record()) as stage:
        screen = await shown(stage)
        assert not screen.timeline.display
        await stage.press("tab")
        await stage.press("tab")
        assert screen.timeline.has_focus
        assert not screen.tree_of_incidents.display
        assert "off the record" in stage.screen
        await stage.press("tab")
        assert screen.tree_of_incidents.has_focus
        assert "R1-good" in stage.screen
        await stage.pilot.resize_terminal(60, 20)
        await stage.settled()
        assert max(len(line) for line in stage.screen.splitlines()) <= 60
        assert screen.tree_of_incidents.subject == Subject("R1-good")


async def test_a_record_longer_than_the_screen_is_told_to_the_last_word():
    long = tuple(
        PlacedTurn(turn(n, RESPONDENT, 3 * n, " ".join(f"w{n}x{word}" for word in range(7 * n))), OUTSIDE)
        for n in range(1, 12)
    )
    define = next(entry for entry in placed_record().entries if entry.place == OUTSIDE)
    entries = (replace(define, evidence=Evidence(tuple(range(1, 12)))),)
    record = example_record(turns=long, notes=(), withheld=(), incidents=(), entries=entries)
    async with staged(Read("P07"), stage=stage_with_record(record)) as stage:
        await stage.until(lambda: "General" in stage.screen)
        await stage.press("end")
        await stage.press("tab")
        await stage.until(lambda: "w1x0" in stage.screen)
        seen = set(stage.screen.split())
        for _ in range(8):
            await stage.press("pagedown")
            seen.update(stage.screen.split())
        assert {word.text for placed in long for word in placed.turn.words} <= seen


async def test_a_case_that_is_not_there_says_so():
    async with staged(Read("P99")) as stage:
        await stage.until(lambda: "P99" in stage.screen.splitlines()[-2])
        await stage.press("tab")
        await stage.press("down", "enter", "escape")
        await stage.until(lambda: isinstance(stage.app.screen, HomeScreen))
