"""The call menu: each letter acts at once, nothing typed is lost by it, and what ends the call takes two keys."""

from __future__ import annotations

import pytest

from interview_tui.interview.events import (
    Answered,
    CallBackBooked,
    CallDropped,
    CallRestored,
    Consented,
    DeadlineSet,
    DistressNoted,
    InterviewEnded,
    Kept,
    Redialled,
    Restored,
    RoundAttached,
    SpanClosed,
    SpanOpened,
    ThirdPartyNoted,
    Trimmed,
    Untrimmed,
)
from interview_tui.interview.sound import SpanEnd
from interview_tui.interview.soundtrack import GAP_MS
from tests.tui.staging import Stage, staged, told

EVENT = "new portfolio holder, first budget, rang at 11pm"
ACTION = "told him to sleep on it, go to the leader first"


async def dropped(stage: Stage) -> None:
    """The line is dead in the middle of an incident."""
    await told(stage)
    await stage.press("ctrl+l", "d")
    await stage.until(lambda: stage.events(SpanClosed))
    await stage.settled()


async def test_a_dropped_line_closes_the_audio_and_says_where_they_were():
    async with staged() as stage:
        await dropped(stage)
        (closed,) = stage.events(SpanClosed)
        assert closed.reason is SpanEnd.DROPPED
        assert len(stage.events(CallDropped)) == 1
        stage.clock.advance(72_000)
        await stage.until(lambda: "since 01:12" in stage.screen)
        assert "CALL DROPPED 12:05" in stage.screen
        assert "We were at:  How did you feel?" in stage.screen
        assert f"Last note:   05:31  {ACTION}" in stage.screen
        await stage.press("a note while the line is dead", "enter")
        assert stage.notes[-1] == "a note while the line is dead"
        assert not stage.interview.recording, "nothing goes on by itself"


async def test_every_time_they_are_rung_again_is_counted():
    async with staged() as stage:
        await dropped(stage)
        await stage.press("ctrl+l", "r", "ctrl+l", "r")
        assert len(stage.events(Redialled)) == 2
        assert "rung again 2 times" in stage.screen


@pytest.mark.parametrize("answer", ["y", "n"])
async def test_they_are_back_and_recording_goes_on_only_if_they_agree_again(answer):
    async with staged() as stage:
        await dropped(stage)
        await stage.press("ctrl+r")
        assert "may it go on being recorded? ›" in stage.screen
        assert not stage.interview.recording
        await stage.press("enter")
        assert not stage.interview.recording, "a stray Enter is no answer"
        if stage.live.conductor.asking.chooser is None:
            await stage.press("ctrl+r")
        await stage.press(answer)
        again = stage.events(Consented)[-1]
        assert again.given is (answer == "y")
        assert again.occasion
        assert len(stage.events(CallRestored)) == 1
        assert "CALL DROPPED" not in stage.screen
        if answer == "y":
            await stage.until(lambda: stage.interview.recording)
            assert [span.span for span in stage.events(SpanOpened)] == [1, 2]
        else:
            assert "NOTES ONLY" in stage.screen
            assert len(stage.events(SpanOpened)) == 1


async def test_consent_is_asked_for_again_after_a_long_gap_and_not_after_a_short_one():
    async with staged() as stage:
        await stage.record()
        for gap_ms, asks in ((GAP_MS // 2, False), (GAP_MS + 1000, True)):
            await stage.press("ctrl+l", "s")
            await stage.until(lambda: not stage.interview.recording)
            stage.clock.advance(gap_ms)
            await stage.press("ctrl+r")
            assert ("may it go on being recorded?" in stage.screen) is asks
            if asks:
                await stage.press("y")
            await stage.until(lambda: stage.interview.recording)


async def test_they_are_back_without_recording():
    async with staged() as stage:
        await dropped(stage)
        await stage.press("ctrl+l", "o")
        assert len(stage.events(CallRestored)) == 1
        assert not stage.interview.recording
        assert "CALL DROPPED" not in stage.screen


async def test_a_call_back_leaves_the_call_unfinished_with_what_was_typed():
    async with staged() as stage:
        await told(stage)
        await stage.press("half a thought", "ctrl+l", "b", "enter")
        assert "call back ›" in stage.screen
        await stage.press("Thursday 10:00", "enter")
        await stage.until(lambda: stage.app.live is None)
        (booked,) = stage.events(CallBackBooked)
        assert booked.when == "Thursday 10:00"
        assert not stage.interview.ended
        assert not stage.interview.recording
        assert stage.journal.draft is not None
        assert stage.journal.draft.text == "half a thought"


async def test_somebody_who_can_hear_is_noted_and_so_is_that_they_have_gone():
    async with staged() as stage:
        await stage.record()
        await stage.press("ctrl+l", "p", "ctrl+l", "p")
        assert [noted.present for noted in stage.events(ThirdPartyNoted)] == [True, False]
        assert stage.interview.recording


async def test_distress_pauses_and_shows_what_to_do_until_it_is_put_away():
    async with staged(size=(80, 24)) as stage:
        await told(stage)
        await stage.press("ctrl+l", "s")
        await stage.until(lambda: stage.events(SpanClosed))
        await stage.settled()
        assert stage.events(SpanClosed)[0].reason is SpanEnd.PAUSE
        assert len(stage.events(DistressNoted)) == 1
        screen = " ".join(stage.screen.split())
        assert all(" ".join(sentence.split()) in screen for sentence in stage.schedule.distress)
        assert "How did you feel?" in stage.screen
        await stage.press("she was crying", "escape")
        assert "DISTRESS" in stage.screen, "Esc clears the line before it puts the card away"
        await stage.press("escape")
        assert "DISTRESS" not in stage.screen
        await stage.press("escape")
        assert stage.line == "she was crying"
        await stage.press("ctrl+r")
        await stage.until(lambda: stage.interview.recording)


async def test_distress_goes_away_by_itself_when_recording_goes_on():
    async with staged() as stage:
        await told(stage)
        await stage.press("ctrl+l", "s")
        await stage.until(lambda: stage.events(SpanClosed))
        await stage.press("ctrl+r")
        await stage.until(lambda: stage.interview.recording)
        await stage.settled()
        assert "DISTRESS" not in stage.screen


async def test_an_incident_that_belongs_to_a_new_relationship_takes_its_notes_with_it():
    async with staged() as stage:
        await told(stage)
        notes = dict(stage.interview.notes)
        await stage.press("ctrl+l", "a", "n", "enter")
        assert "R2" in stage.screen
        (attached,) = stage.events(RoundAttached)
        assert (attached.round, attached.parent) == ("R1-good", "R2")
        asked = []
        while stage.live.conductor.asking.chooser is not None:
            asked.append(stage.live.conductor.asking.chooser.prompt)
            await stage.press("1", "enter")
        answers = [answer for answer in stage.events(Answered) if answer.place.round == "R2"]
        assert len(answers) == len(asked) >= 1
        assert stage.interview.notes == notes
        assert stage.interview.rounds["R1-good"].parent == "R2"
        await stage.press("and on", "enter")
        assert stage.notes[-1] == "and on"


async def test_an_incident_is_attached_to_another_relationship_by_its_name():
    async with staged() as stage:
        await told(stage)
        place = stage.interview.place
        await stage.press("ctrl+n", "rel", "enter", "ctrl+b", "ctrl+l", "a", "r2", "enter")
        (attached,) = stage.events(RoundAttached)
        assert attached.parent == "R2"
        assert stage.interview.place == place
        assert {EVENT, ACTION} <= set(stage.notes)


async def test_what_is_typed_where_a_round_is_asked_about_is_never_stuck_or_lost():
    async with staged() as stage:
        await told(stage)
        stage.burst("half ", "ctrl+l", "a", "enter", "told me so", "enter")
        await stage.settled()
        assert stage.notes[-1] == "half told me so"
        stage.burst("ctrl+l", "a", "n", "enter", "he paused there", "enter")
        await stage.settled()
        assert stage.notes[-1] == "he paused there"
        assert stage.interview.rounds["R1-good"].parent == "R2"


@pytest.mark.parametrize(("typed", "left_ms"), [("11", 11 * 60_000), ("12:40", 34 * 60_000 + 25_500)])
async def test_the_time_at_which_they_must_leave_is_a_clock_time_or_minutes(typed, left_ms):
    async with staged(size=(120, 40)) as stage:
        await told(stage)
        now_ms = stage.clock.now().at_ms
        await stage.press("ctrl+l", "m", typed)
        assert f"↵ {round(left_ms / 60_000)} min left" in stage.screen
        await stage.press("enter")
        (deadline,) = stage.events(DeadlineSet)
        assert deadline.deadline_ms == pytest.approx(now_ms + left_ms, abs=600)
        assert f"{round(left_ms / 60_000)} min left ·" in stage.screen
        await stage.press("ctrl+l", "m", "0", "enter")
        assert stage.events(DeadlineSet)[-1].deadline_ms is None


@pytest.mark.parametrize("nonsense", ["soon", "25:99", "11;40", "-5", "99999", "²"])
async def test_what_is_no_time_is_refused_and_the_line_asks_on(nonsense):
    async with staged() as stage:
        await stage.press("ctrl+l", "m", nonsense, "enter")
        assert "That is no time." in stage.screen
        assert stage.events(DeadlineSet) == []
        assert stage.line == nonsense
        await stage.press("escape")
        assert stage.line == ""


async def test_what_does_not_fit_is_left_out_and_put_back_by_the_same_letter():
    async with staged() as stage:
        await told(stage)
        await stage.press("ctrl+l", "m", "11", "enter", "ctrl+l", "t")
        assert "leave these out? ›" in stage.screen
        assert stage.events(Trimmed) == []
        await stage.press("enter")
        (trimmed,) = stage.events(Trimmed)
        assert trimmed.places
        assert stage.interview.course.trimmed == frozenset(trimmed.places)
        await stage.go("define mentoring")
        assert stage.interview.place.item == "definition", "it stays in reach"
        await stage.press("ctrl+l", "t")
        assert len(stage.events(Untrimmed)) == 1
        assert stage.interview.course.trimmed == frozenset()


async def test_nothing_is_left_out_by_somebody_who_was_typing_a_note():
    async with staged() as stage:
        await told(stage)
        await stage.press("ctrl+l", "m", "11", "enter", "ctrl+l", "t", "he says", "enter")
        assert "Nothing was left out" in stage.screen
        assert stage.events(Trimmed) == []


async def test_undo_is_offered_only_where_something_was_taken_back():
    async with staged() as stage:
        await told(stage)
        await stage.press("ctrl+l", "u")
        assert stage.events(Restored) == []
        await stage.press("escape", "ctrl+o", "1", "n", "ctrl+l", "u")
        assert len(stage.events(Restored)) == 1


@pytest.mark.parametrize(
    ("letter", "digit", "outcome", "kept"),
    [
        ("p", "1", "partial", Kept.ALL),
        ("b", "2", "broken off", Kept.NOTES),
        ("s", "", "distress", Kept.ALL),
        ("t", "3", "technical", Kept.NOTHING),
        ("r", "", "refused", Kept.NOTHING),
    ],
)
async def test_an_early_end_has_an_outcome_a_reason_and_what_may_be_kept(letter, digit, outcome, kept):
    async with staged() as stage:
        await told(stage)
        await stage.press("half a thought", "ctrl+l", "x", "enter", letter, "enter", "had to go", "enter")
        assert stage.interview.recording, "nothing has ended yet"
        assert "this ends the interview" in stage.screen
        await stage.press(*digit, "enter")
        await stage.until(lambda: stage.events(InterviewEnded))
        (ended,) = stage.events(InterviewEnded)
        assert (ended.outcome, ended.reason, ended.kept) == (outcome, "had to go", kept)
        assert not stage.interview.recording
        words = [note.text for note in stage.interview.notes.values()]
        assert ("half a thought" in words) is (kept is not Kept.NOTHING)


@pytest.mark.parametrize("keys", [(), ("p", "enter"), ("p", "enter", "had to go", "enter")])
async def test_escape_at_every_step_of_an_early_end_ends_nothing(keys):
    async with staged() as stage:
        await told(stage)
        await stage.press("half a thought", "ctrl+l", "x", "enter", *keys, "escape")
        assert stage.events(InterviewEnded) == []
        assert stage.interview.recording
        assert stage.line == "half a thought"


async def test_a_letter_needs_enter_while_something_is_half_typed():
    async with staged() as stage:
        await told(stage)
        await stage.press("he ", "ctrl+l", "d")
        assert stage.events(CallDropped) == []
        await stage.press("idn't know", "enter")
        assert stage.notes[-1] == "he didn't know"
        await stage.press("he ", "ctrl+l", "d", "enter")
        assert len(stage.events(CallDropped)) == 1
        assert stage.line == "he "


async def test_they_withdraw_and_nothing_is_kept_unless_they_say_so():
    async with staged() as stage:
        await told(stage)
        await stage.press("ctrl+l", "w")
        assert stage.events(InterviewEnded) == []
        await stage.press("enter")
        await stage.until(lambda: stage.events(InterviewEnded))
        (ended,) = stage.events(InterviewEnded)
        assert (ended.outcome, ended.kept) == ("withdrawn", Kept.NOTHING)
        assert stage.interview.notes == {}


async def test_a_call_that_is_being_recorded_is_not_left_by_one_letter():
    async with staged() as stage:
        await told(stage)
        await stage.press("half a thought", "ctrl+l", "l", "enter")
        assert "Recording is on." in stage.screen
        assert stage.interview.recording
        assert stage.app.live is not None


async def test_a_call_is_left_unfinished_and_its_half_typed_line_with_it():
    async with staged() as stage:
        await stage.press("half a thought", "ctrl+l", "l", "enter")
        await stage.until(lambda: stage.app.live is None)
        assert not stage.interview.ended
        assert stage.journal.draft.text == "half a thought"


@pytest.mark.parametrize("letter", list("dbspamtexwl"))
async def test_every_letter_acts_without_enter(letter):
    async with staged() as stage:
        await told(stage)
        before = len(stage.journal.events)
        await stage.press("ctrl+l")
        menu = stage.live.conductor.asking.chooser
        await stage.press(letter)
        acted = len(stage.journal.events) > before or "Recording is on." in stage.screen
        assert acted or stage.live.conductor.asking.chooser is not menu
        assert stage.line in ("", letter)


async def test_a_letter_of_no_errand_goes_on_in_the_line():
    async with staged() as stage:
        await stage.press("half ", "ctrl+l", "zzz", "enter")
        assert stage.notes == ["half zzz"]
