"""Warnings come when they should, go by themselves, and never come in a call that goes well."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.interview.ports import Power, RecorderState, RecorderStatus
from interview_tui.tui.watching import Kind, Severity, Sight, Watch
from tests.tui.listening import RATE, Call, conversation, talk


def test_a_call_that_goes_well_is_not_warned_of():
    call = Call()
    call.hears(conversation(600))
    assert call.seen == set()


def test_twenty_seconds_without_speech_are_told_and_the_first_word_ends_it():
    call = Call()
    call.hears(conversation(120))
    assert call.hears(talk(18, False, False)) == []
    assert call.hears(talk(3, False, False)) == ["! no speech 20 s: hold, or dropped? Ctrl+L d"]
    assert call.hears(talk(15, False, False)) == ["! no speech 30 s: hold, or dropped? Ctrl+L d"]
    assert call.hears(talk(1, False, True)) == []


def test_a_click_on_the_line_is_no_speech_and_does_not_make_the_warning_flicker():
    call = Call()
    call.hears(conversation(60))
    call.hears(talk(21, False, False))
    for _ in range(10):
        assert call.hears([*talk(0.4, True, False), *talk(2, False, False)]) != []


@pytest.mark.parametrize("shift_db", [0, -20, -25, 10])
def test_what_silence_is_is_learnt_from_the_call(shift_db: int):
    call = Call()
    for level_db in conversation(300):
        call.look(tuple(min(0.0, level + shift_db) for level in level_db))
    assert call.seen == set()
    quiet = [tuple(level + shift_db for level in level_db) for level_db in talk(21, False, False)]
    assert call.hears(quiet) == ["! no speech 20 s: hold, or dropped? Ctrl+L d"]


def test_a_noisy_line_is_silent_when_nobody_speaks():
    call = Call(channels=1)
    for level_db in conversation(120):
        call.look((max(-34.0, *level_db),))
    assert call.seen == set()
    assert call.hears([(-34.0,), (-33.0,)] * 60) == ["! no speech 20 s: hold, or dropped? Ctrl+L d"]


def test_nothing_is_said_of_silence_while_nothing_should_be_recorded():
    call = Call()
    call.expected, call.state = False, RecorderState.PAUSED
    assert call.hears(talk(60, False, False)) == []
    call.expected, call.state = True, RecorderState.RECORDING
    assert call.hears(talk(15, False, False)) == []


def test_a_span_in_which_there_never_was_a_signal_is_told_after_three_seconds():
    call = Call()
    silence = [(-100.0, -100.0)] * 40
    assert call.hears(silence[:12]) == []
    assert call.hears(silence[:5]) == ["✗ no signal at all: is the microphone muted, or forbidden?"]
    assert call.hears(talk(1, True, False)) == []
    assert call.hears(silence[:40]) == [], "one that was heard before may be muted for a moment"


def test_what_the_recorder_says_of_silence_is_not_said_twice():
    call = Call()
    call.message = "Digital silence from the headset."
    assert call.hears([(-100.0, -100.0)] * 40) == ["✗ Digital silence from the headset."]


def test_what_the_recorder_says_while_it_records_can_be_laid_aside_until_it_says_something_else():
    call = Call()
    call.message = "Recording from Built-in: the headset is gone."
    assert call.look() == ["✗ Recording from Built-in: the headset is gone."]
    assert call.watch.lay_aside()
    assert call.look() == []
    call.message = "No sound has come from the line for 2 s."
    assert call.look() == ["✗ No sound has come from the line for 2 s."]
    assert call.watch.lay_aside()
    call.message = "No sound has come from the line for 3 s."
    assert call.look() == []


def test_nothing_recorded_now_cannot_be_laid_aside():
    call = Call()
    call.state, call.message = RecorderState.SEEKING, "The microphone is gone."
    assert call.look() == ["✗ NOT RECORDING NOW: The microphone is gone."]
    assert not call.watch.lay_aside()
    call.message = ""
    assert call.look() == ["✗ NOT RECORDING NOW: No sound comes. It goes on by itself."]


def test_a_dead_channel_is_told_while_the_other_speaks():
    call = Call()
    heard = [(left, -100.0) for left, _ in talk(60, True, False)]
    assert call.hears(heard[:140]) == []
    assert call.hears(heard[140:160]) == ["✗ no signal on input 2 (their voice?)"]
    assert call.hears(conversation(2)) == []


def test_a_channel_on_which_nobody_was_ever_heard_is_told():
    call = Call()
    assert call.hears([*talk(3, False, False), *talk(29, True, False)]) == []
    assert call.hears(talk(3, True, False)) == ["! nobody is heard on input 2 (their voice?)"]


def test_who_listens_to_a_long_story_is_not_missed():
    call = Call()
    call.hears(conversation(60))
    call.hears([*talk(20, False, True), *talk(1, False, False)] * 8)
    assert call.seen == set()


def test_a_gate_that_cuts_the_line_between_words_is_no_dead_channel():
    call = Call()
    gated = [(left if left > -50 else -100.0, right) for left, right in conversation(120)]
    call.hears(gated)
    call.hears([(-100.0, right) for _, right in talk(100, False, True)])
    assert call.seen == set()


def test_a_microphone_that_the_system_forbids_is_told():
    call = Call()
    assert call.hears([(-100.0, -100.0)] * 101) == ["✗ no signal at all: is the microphone muted, or forbidden?"]


def test_a_line_that_falls_dead_after_talk_may_have_dropped():
    call = Call()
    call.hears(conversation(60))
    assert call.hears([(-100.0, -100.0)] * 101) == ["✗ no signal at all: muted, or dropped? Ctrl+L d"]


def test_repeated_clipping_is_told_for_the_channel_and_goes_when_it_is_over():
    call = Call()
    call.hears(conversation(30))
    loud = [(left if look % 4 else 0.0, right) for look, (left, right) in enumerate(talk(5, True, False))]
    assert call.hears(loud) == ["! too loud on input 1 (your voice?): turn it down"]
    assert call.hears(conversation(9)) != []
    assert call.hears(conversation(2)) == []


def test_one_knock_on_the_microphone_is_no_clipping():
    call = Call()
    call.hears([*conversation(30), (0.0, -60.0), (0.0, -60.0), *conversation(30)])
    assert call.seen == set()


def test_talk_that_is_very_quiet_is_told_once_enough_was_said():
    call = Call()
    for level_db in conversation(200):
        call.look(tuple(level - 30 for level in level_db))
    assert [str(caution) for caution in call.watch.cautions] == [
        "! very quiet: closer to the microphone, or turn it up"
    ]


def test_a_recorder_that_gives_no_frames_is_told_and_nothing_is_concluded_from_its_old_levels():
    call = Call()
    call.hears(conversation(30))
    assert call.look((-20.0, -60.0), 1000, moves=False) == []
    assert call.look((-20.0, -60.0), 1500, moves=False) == ["✗ No sound has come from the recorder for 2 s."]
    for _ in range(100):
        said = call.look((-62.0, -62.0), 1000, moves=False)
    assert said == ["✗ No sound has come from the recorder for 102 s."]
    assert call.look((-20.0, -60.0)) == []


def test_a_source_that_is_lost_is_told_in_the_recorder_s_words():
    call = Call()
    call.state, call.message = RecorderState.FAILED, "The device is gone."
    assert call.look() == ["✗ NOT RECORDING: The device is gone. Ctrl+R starts it again."]
    call.message = ""
    assert call.look() == ["✗ NOT RECORDING: The recorder is gone. Ctrl+R starts it again."]
    call.expected = False
    assert call.look() == []


def test_a_span_that_is_being_closed_is_no_loss():
    call = Call()
    call.state, call.message = RecorderState.PAUSED, ""
    assert call.look() == []


def test_what_the_recorder_complains_of_while_it_records_is_told():
    call = Call()
    call.message = "The disk does not confirm what is written: Input/output error."
    assert call.look((-20.0, -60.0)) == [f"✗ {call.message}"]


def test_room_is_measured_by_the_rest_of_the_plan():
    call = Call()
    per_minute = RATE * 2 * 2 * 60
    call.free_bytes = 25 * per_minute
    assert call.look((-20.0, -60.0)) == ["! disk: room for 25 min of recording, 30 min to go"]
    call.free_bytes = 31 * per_minute
    assert call.look((-20.0, -60.0)) != [], "it must not flicker"
    call.free_bytes = 34 * per_minute
    assert call.look((-20.0, -60.0)) == []
    call.free_bytes = 9 * per_minute
    assert call.look((-20.0, -60.0)) == ["✗ disk: room for 9 min of recording"]
    call.minutes_left = None
    call.free_bytes = 12 * per_minute
    assert call.look((-20.0, -60.0)) == []


def test_room_that_the_system_does_not_tell_is_not_warned_of():
    call = Call()
    call.free_bytes = 0
    assert call.look((-20.0, -60.0)) == []


@pytest.mark.parametrize(
    ("power", "said"),
    [
        (Power(26, plugged=False), []),
        (Power(25, plugged=False), ["! battery 25 %, not plugged in"]),
        (Power(10, plugged=False), ["✗ battery 10 %, not plugged in"]),
        (Power(3, plugged=True), []),
        (None, []),
    ],
)
def test_a_battery_is_told_when_it_is_low_and_feeds_the_machine(power: Power | None, said: list[str]):
    call = Call()
    call.power = power
    assert call.look((-20.0, -60.0)) == said


def test_the_charge_that_was_told_last_counts_until_it_is_told_again():
    call = Call()
    call.power = Power(20, plugged=False)
    call.look()
    call.power = None
    assert call.look() == ["! battery 20 %, not plugged in"]
    call.power = Power(20, plugged=True)
    assert call.look() == []


def test_the_gravest_is_said_first():
    call = Call()
    call.power = Power(20, plugged=False)
    call.free_bytes = 1_000_000
    call.unsaved = "the disk is full."
    call.state = RecorderState.FAILED
    said = call.look()
    assert [words.split()[1] for words in said] == ["NOT", "NOT", "disk:", "battery"]
    assert said[0] == "✗ NOT SAVED: the disk is full."


def test_a_warning_that_was_seen_can_be_laid_aside_until_it_changes():
    call = Call()
    call.power = Power(20, plugged=False)
    assert call.look() != []
    assert call.watch.lay_aside()
    assert call.watch.cautions == ()
    call.power = Power(18, plugged=False)
    assert call.look() == []
    call.power = Power(9, plugged=False)
    assert call.look() == ["✗ battery 9 %, not plugged in"]


def test_a_silence_that_was_laid_aside_is_told_when_there_is_another():
    call = Call()
    call.hears(conversation(60))
    call.hears(talk(21, False, False))
    assert call.watch.lay_aside()
    assert call.hears(talk(30, False, False)) == []
    call.hears(conversation(12))
    assert call.hears(talk(21, False, False)) != []


def test_what_is_being_lost_cannot_be_laid_aside():
    call = Call()
    call.unsaved = "the disk is full."
    call.power = Power(5, plugged=False)
    call.look()
    assert call.watch.lay_aside()
    assert [caution.kind for caution in call.watch.cautions] == [Kind.SAVING]
    assert not call.watch.lay_aside()
    assert [caution.severity for caution in call.watch.cautions] == [Severity.GRAVE]


numbers = st.integers(-(10**15), 10**15)
statuses = st.builds(
    RecorderStatus,
    state=st.sampled_from(RecorderState),
    span=st.integers(-1, 3),
    frames=numbers,
    rate=st.sampled_from([0, 8000, 48_000, -1]),
    channels=st.integers(0, 4),
    level_db=st.lists(st.floats(), max_size=5).map(tuple),
    free_bytes=numbers,
    message=st.sampled_from(["", "The device is gone."]),
)
sights = st.builds(
    Sight,
    now_ms=numbers,
    recorder=statuses,
    expected=st.booleans(),
    minutes_left=st.none() | st.floats(-1e6, 1e6),
    power=st.none() | st.builds(Power, st.integers(-5, 200), st.booleans()),
    unsaved=st.sampled_from(["", "the disk is full."]),
)


@settings(deadline=None)
@given(st.lists(st.tuples(sights, st.booleans()), max_size=30))
def test_no_sequence_of_what_is_known_breaks_it(seen: list[tuple[Sight, bool]]):
    watch = Watch()
    for sight, lays_aside in seen:
        found = watch.look(sight)
        assert list(found) == sorted(found, key=lambda caution: caution.severity is not Severity.GRAVE)
        assert all(str(caution).count("\n") == 0 for caution in found)
        if lays_aside and watch.lay_aside():
            assert len(watch.cautions) == len(found) - 1


@st.composite
def speech(draw: st.DrawFn) -> list[tuple[float, ...]]:
    """Two people in talk: turns, breaths and pauses as talk has them, voices and noises of any loudness."""
    loud = [draw(st.floats(-32, -4)) for _ in range(2)]
    noise = [draw(st.floats(-75, min(-45.0, *(level - 28 for level in loud)))) for _ in loud]
    spread = draw(st.floats(3, 15))
    jitter = draw(st.lists(st.floats(0, 1), min_size=17, max_size=17))
    looks: list[tuple[float, ...]] = []
    turns = draw(st.lists(st.tuples(st.integers(8, 100), st.integers(0, 60)), min_size=4, max_size=40))
    for turn, (length, pause) in enumerate(turns):
        for look in range(length + pause):
            chance = jitter[(len(looks) * 7) % 17]
            looks.append(
                tuple(
                    loud[channel] - spread * chance
                    if channel == turn % 2 and look < length and look % 9 != 8
                    else noise[channel] - 2 * chance
                    for channel in range(2)
                )
            )
    return looks


@settings(max_examples=60, deadline=None)
@given(speech())
def test_talk_of_any_loudness_with_the_pauses_of_talk_is_never_warned_of(levels: list[tuple[float, ...]]):
    call = Call()
    call.hears(levels)
    assert call.seen == set()
