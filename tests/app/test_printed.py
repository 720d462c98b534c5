"""A record in words, and a transcription's progress in one line."""

import io
from dataclasses import replace

from interview_tui.interview.events import DebriefWritten
from interview_tui.printed import incident_in_words, record_in_words
from interview_tui.progress import ProgressLine, in_words
from interview_tui.record.merge import merge
from interview_tui.record.ports import JobProgress, JobState
from interview_tui.record.transcript import UNKNOWN
from tests.examples import at
from tests.record.test_merge import told


def test_an_incident_is_printed_with_what_was_said_and_noted_and_where():
    record = merge(*told())
    printed = incident_in_words(record, record.incidents[0])
    assert printed.splitlines()[0] == "Incident S1-rough  ●◐○"
    assert "● What happened?  [00:14–00:28]" in printed
    assert "We lost the chart between two wards" in printed
    assert "✎ 00:20 chart was lost" in printed


def test_where_it_is_doubtful_who_speaks_there_is_a_question_mark():
    interview, talk = told()
    fourth = talk.turns[3]
    doubtful = replace(fourth, words=(replace(fourth.words[0], speaker_sure=0.3), *fourth.words[1:]))
    nobody = replace(talk.turns[4], speaker=UNKNOWN)
    record = merge(interview, replace(talk, turns=(*talk.turns[:3], doubtful, nobody, talk.turns[5])))
    printed = record_in_words(record)
    assert "– What happened" in printed
    assert " ? We lost the chart" in printed
    assert " ? What did you do" in printed
    assert "   I rang round" in printed


def test_a_record_is_printed_with_its_answers_and_every_incident():
    printed = record_in_words(merge(*told()))
    assert printed.startswith("P01 · Handovers, version 1.10\n0.8 minutes recorded · 6 turns · 1 notes")
    assert "Opening: Will you take part?\n      yes" in printed
    assert "Incident S1-rough" in printed


def test_how_it_ended_and_the_debrief_are_printed():
    interview, _ = told()
    interview.apply(DebriefWritten(**at(70_000).stamp, box="rapport", text="good"))
    printed = record_in_words(merge(interview, None)).splitlines()
    assert "ended: complete" in printed
    assert printed[printed.index("Debrief") + 1] == "  Rapport  good"
    early = replace(merge(interview, None), outcome="broken off", reason="had to go")
    assert "ended: the participant broke it off · had to go" in record_in_words(early)


def test_what_was_not_transcribed_says_so():
    interview, _ = told()
    assert "not transcribed" in record_in_words(merge(interview, None))


def test_progress_says_how_far_it_is_and_how_long_it_takes():
    progress = JobProgress("P07", JobState.RUNNING, 750.0, 1500.0, 70.4)
    assert in_words(progress).split() == [
        "P07", "█" * 12 + "░" * 12, "12:30", "of", "25:00", "transcribing", "about", "1:10", "left",
    ]  # fmt: skip


def test_progress_says_how_many_wait_and_what_was_just_heard():
    progress = JobProgress("P07", JobState.RUNNING, 750.0, 1500.0, 70.4, words="… the votes", waiting=3)
    assert in_words(progress).endswith("transcribing  about 1:10 left · 3 more waiting  … the votes")


def test_without_a_terminal_only_changes_of_state_are_printed():
    out = io.StringIO()
    with ProgressLine(out) as line:
        for done_s in (0.0, 1.0, 2.0):
            line.show(JobProgress("P07", JobState.RUNNING, done_s, 2.0))
        line.show(JobProgress("P07", JobState.DONE, 2.0, 2.0))
    assert [text.split()[-1] for text in out.getvalue().splitlines()] == ["transcribing", "done"]
