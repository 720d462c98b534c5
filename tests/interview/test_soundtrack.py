"""When recording may begin, when consent is asked for again, and what of the sound may never be heard."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.errors import Refused
from interview_tui.interview.events import Consented, Place, SpanOpened
from interview_tui.interview.ports import RecorderState, RecorderStatus
from interview_tui.interview.session import Session
from interview_tui.interview.sound import AudioPart, SpanEnd
from interview_tui.interview.soundtrack import GAP_MS
from interview_tui.schedule.model import Consent
from tests.examples import at, handover
from tests.interview.telling import Telling


def recorded(until_ms=40_000, reason=SpanEnd.PAUSE):
    """A call recorded from 20 s until then."""
    call = Telling()
    call.begin(20_000)
    call.pause(until_ms, reason)
    return call


def must_reconfirm(call, ms):
    asks = call.interview.soundtrack.must_reconfirm(ms)
    with pytest.raises(Refused) if asks else contextlib.nullcontext():
        call.session.check_reconfirmed(at(ms))
    return asks


def test_consent_is_not_asked_for_again_before_anything_was_recorded():
    assert not must_reconfirm(Telling(), 10 * GAP_MS)


@pytest.mark.parametrize("reason", [SpanEnd.PAUSE, SpanEnd.LOST, SpanEnd.STOP])
def test_consent_is_asked_for_again_after_a_long_gap_only(reason):
    call = recorded(40_000, reason)
    assert not must_reconfirm(call, 40_000 + GAP_MS)
    assert must_reconfirm(call, 40_001 + GAP_MS)


def test_consent_is_not_asked_for_again_after_talk_off_the_record_however_long():
    call = Telling()
    call.begin(20_000)
    call.off(40_000)
    assert not must_reconfirm(call, 40_000 + 10 * GAP_MS)


def test_a_gap_on_the_record_after_talk_off_it_is_a_gap():
    call = Telling()
    call.begin(20_000)
    call.off(40_000)
    call.give(call.session.come_back_on_record(at(50_000)))
    assert not must_reconfirm(call, 50_000 + GAP_MS)
    assert must_reconfirm(call, 50_001 + GAP_MS)


def test_going_off_the_record_in_a_long_gap_does_not_make_it_shorter():
    call = recorded(40_000)
    call.off(50_000)
    call.give(call.session.come_back_on_record(at(60_000)))
    assert must_reconfirm(call, 40_001 + GAP_MS)


def test_consent_is_asked_for_again_after_a_dropped_line_at_once_and_whoever_said_they_were_back():
    call = recorded(40_000, SpanEnd.DROPPED)
    call.give(call.session.drop(at(40_000)))
    assert must_reconfirm(call, 40_001)
    call.give(call.session.restore_call(at(41_000)))
    assert must_reconfirm(call, 41_001)
    given = call.give(call.session.reconsent(at(42_000), given=True))
    assert [type(event).__name__ for event in given] == ["Consented"]
    assert not must_reconfirm(call, 42_001)


def test_a_line_that_drops_before_recording_began_asks_for_consent_again_too():
    call = Telling()
    call.give(call.session.drop(at(20_000)))
    assert must_reconfirm(call, 21_000)


def test_only_consent_to_recording_counts_as_consent_asked_for_again():
    call = recorded(40_000, SpanEnd.DROPPED)
    call.give(call.session.drop(at(40_000)))
    call.go("take_part", 41_000)
    call.line("y", 42_000)
    assert must_reconfirm(call, 43_000)
    call.go("may_record", 44_000)
    call.line("y", 45_000)
    assert not must_reconfirm(call, 46_000)


def test_consent_asked_for_again_says_why_and_in_which_words_of_which_schedule():
    call = recorded(40_000)
    (consented,) = call.give(call.session.reconsent(at(200_000), given=True))
    assert isinstance(consented, Consented)
    assert (consented.occasion, consented.script) == ("after a gap", "May I record this?")
    assert (consented.place, consented.consent, consented.given) == (Place("may_record"), "recording", True)
    assert consented.schedule_version == handover().version
    call.give(call.session.drop(at(210_000)))
    restored, again = call.give(call.session.reconsent(at(220_000), given=True))
    assert type(restored).__name__ == "CallRestored"
    assert isinstance(again, Consented)
    assert again.occasion == "after a dropped line"
    assert call.interview.course.dropped is None


def test_refused_when_asked_again_it_goes_on_with_notes_only():
    call = recorded(40_000)
    call.give(call.session.reconsent(at(200_000), given=False))
    with pytest.raises(Refused, match="notes only"):
        call.session.check_may_record()
    assert not call.interview.soundtrack.must_reconfirm(999_000)


def test_consent_cannot_be_asked_for_again_that_was_never_asked_for():
    session, _ = Session.open(handover(), "P01", "AB", at(0))
    session.drop(at(1000))
    before = session.interview.events
    with pytest.raises(Refused, match="not asked for yet"):
        session.reconsent(at(2000), given=True)
    assert session.interview.events == before
    assert session.interview.consents == {}


@pytest.mark.parametrize("code", ["n", "rf", "dk", "nt", "na"])
@pytest.mark.parametrize("item", ["take_part", "may_record"])
def test_no_answer_but_yes_leaves_a_consent_standing(item, code):
    call = Telling()
    call.session.check_may_record()
    call.go(item, 20_000)
    call.line(code, 21_000)
    with pytest.raises(Refused):
        call.session.check_may_record()


@pytest.mark.parametrize(("code", "logged"), [("n", 1), ("rf", 1), ("dk", 1), ("nt", 0), ("na", 0)])
def test_a_consent_that_was_not_asked_for_is_not_logged(code, logged):
    session, _ = Session.open(handover(), "P01", "AB", at(0))
    session.go(Place("may_record"), at(1000))
    events = session.enter(code, 2000, at(2000))
    assert sum(isinstance(event, Consented) for event in events) == logged
    assert session.interview.consents.get(Consent.RECORDING, False) is False


def test_repacked_audio_is_found_in_its_new_files_at_the_same_time():
    call = recorded(40_000)
    before = call.interview.timeline().clips(25_000, 30_000)
    call.give(call.session.audio_repacked(1, (AudioPart("all.flac", 500, 20_000),), ("0" * 64,), at(50_000)))
    after = call.interview.timeline().clips(25_000, 30_000)
    assert [(clip.start_ms, clip.frames) for clip in after] == [(clip.start_ms, clip.frames) for clip in before]
    assert [clip.file for clip in after] == ["all.flac"]
    with pytest.raises(Refused):
        call.session.audio_repacked(7, (), (), at(51_000))


STEPS = ("y", "n", "rf", "take_part", "may_record", "record", "drop", "back", "yes again", "no again", "off", "on")


def do(session, step, now):
    began = RecorderStatus(RecorderState.RECORDING, session.next_span, 0, 1000, 1, "mic")
    commands = {
        "record": lambda: session.span_opened(began, now),
        "drop": lambda: session.drop(now),
        "back": lambda: session.restore_call(now),
        "yes again": lambda: session.reconsent(now, given=True),
        "no again": lambda: session.reconsent(now, given=False),
        "off": lambda: session.go_off_record(now),
        "on": lambda: session.come_back_on_record(now),
        "take_part": lambda: session.go(Place("take_part"), now),
        "may_record": lambda: session.go(Place("may_record"), now),
    }
    return commands[step]() if step in commands else session.enter(step, now.at_ms, now)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(STEPS), max_size=12))
def test_by_no_sequence_does_recording_start_before_both_have_said_yes(steps):
    session, _ = Session.open(handover(), "P01", "AB", at(0))
    said_yes = {Consent.TAKE_PART: False, Consent.RECORDING: False}
    for number, step in enumerate(steps, 1):
        with contextlib.suppress(Refused):
            for event in do(session, step, at(number * 1000)):
                if isinstance(event, Consented):
                    said_yes[Consent(event.consent)] = event.given
                if isinstance(event, SpanOpened):
                    assert all(said_yes.values())
