"""Calls conducted elsewhere: their moves, notes and pauses come out as if they had been made here."""

import pytest

from interview_tui.errors import ConfigError
from interview_tui.interview.elsewhere import TapeFile, read_call, take_in
from interview_tui.interview.events import Place, Stretch
from interview_tui.interview.session import Session
from interview_tui.record.merge import merge
from interview_tui.schedule.crosswalk import read_crosswalk
from tests.examples import at, handover

CROSSWALK = """\
ward.where: post
ward.came: came
story.smooth: incident_smooth / smooth
story.smooth.what: happened / smooth
story.rough: incident_rough / rough
story.rough.what: happened / rough
been.given: been.given
been.taken: been.taken
paper: paper
"""


ONE_TAPE = (TapeFile("audio.wav", 1000, 2, 60_000),)


def taken_in(events, tapes=ONE_TAPE):
    crosswalk = read_crosswalk(CROSSWALK, "crosswalk.yaml", handover())
    call = read_call({"participant": "P00", "events": events}, "events.json", crosswalk)
    session, _ = Session.open(handover(), "P00", "AB", at(0), at_first_item=False)
    taken = take_in(session, call, tapes, at(0), "events.json")
    return session.interview, taken


def event(t, kind, **more):
    return {"t": t, "type": kind, **more}


def question(t, name):
    return event(t, "enter_question", question_id=name)


def incident(t, name, valence, relationship):
    return event(t, "start_incident", incident_id=name, valence=valence, relationship_id=relationship)


def test_moves_become_visits_at_their_times():
    interview, _ = taken_in([event(0.0, "start_recording"), question(2.5, "been.given"), question(9.0, "been.taken")])
    assert interview.moves == [(2500, Place("been", "", "given")), (9000, Place("been", "", "taken"))]
    assert interview.ended


def test_talk_before_the_first_question_belongs_to_none():
    interview, _ = taken_in([event(0.0, "start_recording"), question(2.5, "paper")])
    assert interview.visits()[0].start_ms == 2500


def test_an_incident_is_a_round_of_the_relationship_it_names():
    interview, _ = taken_in(
        [
            event(0.0, "start_recording"),
            question(1.0, "ward.where"),
            question(5.0, "story.smooth"),
            incident(5.02, "good-1", "smooth", "relationship-1"),
            question(9.0, "story.smooth.what"),
            question(20.0, "story.rough"),
            incident(20.01, "bad-1", "rough", "relationship-1"),
            question(25.0, "story.rough.what"),
            question(30.0, "ward.where"),
            question(33.0, "ward.came"),
            question(40.0, "story.smooth"),
            incident(40.02, "good-2", "smooth", "relationship-2"),
            question(44.0, "story.smooth.what"),
        ]
    )
    assert list(interview.rounds) == ["S1", "S1-smooth", "S1-rough", "S2", "S2-smooth"]
    assert [place.round for _, place in interview.moves] == [
        "S1", "S1-smooth", "S1-smooth", "S1-rough", "S1-rough", "S2", "S2", "S2-smooth", "S2-smooth",
    ]  # fmt: skip


def test_an_incident_in_a_relationship_that_was_never_gone_through_gets_one():
    interview, _ = taken_in(
        [
            event(0.0, "start_recording"),
            question(1.0, "story.smooth"),
            incident(1.02, "good-1", "smooth", "relationship-1"),
            question(20.0, "story.rough"),
            incident(20.02, "bad-1", "rough", "relationship-2"),
        ]
    )
    assert interview.rounds["S2-rough"].parent == "S2"


def test_a_note_keeps_its_first_key_and_its_enter():
    interview, _ = taken_in(
        [event(0.0, "start_recording"), question(1.0, "paper"), event(12.0, "note", text="y", t_commit=15.5)]
    )
    (note,) = interview.notes.values()
    assert (note.text, note.first_key_ms, note.entered_ms, note.about_ms) == ("y", 12_000, 15_500, 9000)


def test_a_paused_recorder_is_off_the_record_and_the_file_goes_on_without_the_pause():
    interview, taken = taken_in(
        [
            event(0.0, "start_recording", part=1),
            question(1.0, "paper"),
            event(15.0, "note", text="asks to stop", t_commit=18.0),
            event(17.0, "pause_recording"),
            event(20.0, "note", text="the secret", t_commit=25.0),
            event(34.0, "resume_recording"),
            event(60.0, "stop_recording", part=1),
        ],
        (TapeFile("audio.wav", 1000, 2, 43_000),),
    )
    first, second = interview.timeline().spans
    assert (first.start_ms, first.frames, second.start_ms) == (0, 17_000, 34_000)
    assert (second.parts[0].first_frame, second.frames) == (17_000, 26_000)
    assert [note.text for note in interview.notes.values()] == ["asks to stop"]
    assert taken.left_out == 1
    assert interview.withheld() == [Stretch(17_000, 34_000)]


def test_two_recordings_are_two_spans_in_two_files():
    interview, _ = taken_in(
        [
            event(0.0, "start_recording", part=1),
            event(10.0, "stop_recording", part=1),
            event(50.0, "start_recording", part=2),
            event(60.0, "stop_recording", part=2),
        ],
        (TapeFile("audio.wav", 1000, 1, 10_000), TapeFile("audio.part2.wav", 1000, 1, 10_004)),
    )
    spans = interview.timeline().spans
    assert [(span.start_ms, span.frames, span.parts[0].file) for span in spans] == [
        (0, 10_000, "audio.wav"),
        (50_000, 10_004, "audio.part2.wav"),
    ]


def test_without_moves_there_is_still_a_record_with_its_notes():
    interview, _ = taken_in([event(0.0, "start_recording"), event(12.0, "note", text="short", t_commit=15.5)])
    record = merge(interview, None)
    assert [note.text for note in record.notes] == ["short"]
    assert record.notes[0].places == ()


@pytest.mark.parametrize(
    ("events", "says"),
    [
        ([question(1.0, "nowhere")], "event 1: question 'nowhere'"),
        ([event(0.0, "telephoned")], "event 1: unknown type"),
        ([{"type": "mark"}], "event 1"),
        ([event("soon", "mark")], "event 1"),
        (["mark"], "event 1"),
        ([event(0.0, "start_recording", part=3)], "recording 3"),
        ([event(0.0, "start_recording", part="x")], "event 1"),
    ],
)
def test_a_log_that_is_not_in_the_format_is_refused_with_the_event(events, says):
    with pytest.raises(ConfigError, match=says):
        taken_in(events)


def test_something_else_than_a_log_is_refused():
    crosswalk = read_crosswalk(CROSSWALK, "crosswalk.yaml", handover())
    for other in ([], {}, {"events": "none"}, "text", None):
        with pytest.raises(ConfigError, match="no list of events"):
            read_call(other, "events.json", crosswalk)
