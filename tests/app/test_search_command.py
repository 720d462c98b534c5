"""`interview-tui search` brings the records up to date, prints hits in context, and exits 1 where there are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from interview_tui.cli import main
from interview_tui.store.study import StudyFolder
from tests.examples import handover
from tests.store.test_derived import heard, kept


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A study whose records nobody has searched yet: the same notes in P07 and P08, talk in P08."""
    study = StudyFolder.open(tmp_path)
    study.keep_schedule(handover())
    for case in ("P07", "P08"):
        kept(study, case)
    heard(study, "P08", "nobody told me that the lift was out", 125_000)
    return tmp_path


def run(folder: Path, *given: str) -> Result:
    return CliRunner().invoke(main, ["--study", str(folder), "search", *given])


def test_hits_stand_with_case_minute_and_question_and_the_words_around_them(folder):
    done = run(folder, "lift", "--case", "P07")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == ["P07  00:00  Where did you work?", "    ✎ the »lift« was out of order"]


def test_talk_has_its_speaker_and_its_minute_of_the_recording(folder):
    done = run(folder, "lift", "--kind", "talk")
    head, line = done.stdout.splitlines()
    assert head.startswith("P08  02:05")
    assert line == "    respondent: nobody told me that the »lift« was out"


def test_all_the_words_are_looked_for_and_one_can_be_left_out(folder):
    assert run(folder, "lift", "told").stdout.count("»lift«") == 1
    assert run(folder, "lift", "NOT", "told").stdout.count("»lift«") == 2
    assert run(folder, '"lift was out of order"').stdout.count("»lift was out of order«") == 2


def test_as_json_it_has_everything_and_nothing_else(folder):
    done = run(folder, "lift", "--speaker", "respondent", "--json")
    (hit,) = json.loads(done.stdout)
    assert (hit["case"], hit["kind"], hit["speaker"], hit["t"]) == ("P08", "talk", "respondent", 125.0)
    assert {"text": "lift", "matches": True} in hit["passage"]
    assert hit["text"] == "nobody told me that the lift was out"


def test_nothing_found_is_said_and_is_exit_code_1(folder):
    done = run(folder, "zeppelin", "--case", "P07")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.strip() == "Nothing was found for zeppelin in P07."
    assert json.loads(run(folder, "zeppelin", "--json").stdout) == []


def test_more_than_is_shown_is_said(folder):
    done = run(folder, "lift", "--limit", "2")
    assert done.stdout.count("»lift«") == 2
    assert "2 of 3" in done.stderr


def test_what_has_changed_since_is_found(folder):
    run(folder, "lift")
    heard(StudyFolder.open(folder), "P07", "a zeppelin")
    assert "»zeppelin«" in run(folder, "zeppelin").stdout


def test_an_interview_that_cannot_be_read_is_named_and_the_others_are_searched(folder):
    (folder / "recordings" / "P08" / "transcript.json").write_text("{", encoding="utf-8")
    done = run(folder, "lift")
    assert (done.exit_code, done.stdout.count("P07")) == (0, 1)
    assert "P08 is not searched" in done.stderr


@pytest.mark.parametrize("given", [("-",), ("--case", "P99", "lift"), ("lift", "--kind", "rumours")])
def test_what_cannot_be_searched_is_refused_with_a_sentence(folder, given):
    done = run(folder, *given)
    assert done.exit_code in (2, 3)
    assert done.stderr.strip()
    assert "Traceback" not in done.output
