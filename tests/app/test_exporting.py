"""Exports of a study: which names leave, what the files are called, and what is told about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from interview_tui import bootstrap
from interview_tui.errors import ConfigError, ExportError
from interview_tui.exporting import export, finished
from interview_tui.interview import route
from interview_tui.interview.call import Call
from interview_tui.record.export_ports import Choice, Names, Written
from interview_tui.record.pseudonyms.pseudonym import Pseudonym
from interview_tui.record.review.changes import ReviewState
from interview_tui.reviewing import StudyReviews
from interview_tui.schedule.model import Consent
from interview_tui.store.pseudonym_log import ELSEWHERE, new_log
from interview_tui.store.study import StudyFolder
from tests.app.test_bootstrap import NOWHERE

TEXT = Choice(("text",))


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StudyFolder:
    """A study without interviews."""
    (tmp_path / "apart").mkdir()
    monkeypatch.setenv(ELSEWHERE, str(tmp_path / "apart"))
    return bootstrap.ready_study(tmp_path / "study")


def conducted(study: StudyFolder, case: str, *lines: str, role: str = "", ended: bool = True) -> None:
    """Conduct an interview in which these lines are typed."""
    call = bootstrap.open_call(study, case, NOWHERE)
    for consent in Consent:
        call.keep(call.session.take_in_consent(consent, "May we?", call.clock.now()))
    if role:
        _answer(call, "experience", "y")
        _answer(call, "role", role)
    for line in lines:
        call.enter(line, call.clock.now().at_ms)
    if ended:
        call.end("partial")
    assert call.journal.close(5.0)


def _answer(call: Call, item: str, code: str) -> None:
    place = next(step.place for step in route.steps(call.interview) if step.place.item == item)
    call.keep(call.session.go(place, call.clock.now()))
    call.enter(code, call.clock.now().at_ms)


def give(study: StudyFolder, name: str, replacement: str) -> None:
    new_log(study).add([Pseudonym(name, replacement)], "AB", 0)


def reach(study: StudyFolder, case: str, state: ReviewState) -> None:
    StudyReviews(study).correct(case, lambda reviewing, now: reviewing.reach(state, "", now))


def names_of(written: Written) -> list[str]:
    return [file.name for file in written.files]


def text_of(written: Written) -> str:
    return "".join(file.read_text(encoding="utf-8") for file in written.files)


def those(remarks: Iterable[str], said: str) -> list[str]:
    return [remark for remark in remarks if said in remark]


def test_a_marked_name_that_is_not_replaced_is_refused_and_its_note_is_named(study: StudyFolder) -> None:
    conducted(study, "P07", "all well", "rang @Denise about it")
    with pytest.raises(ExportError, match=r"P07 .*“@Denise” in the note n2 about 00:00:00") as caught:
        export(study, ["P07"], TEXT)
    assert "interview-tui pseudonyms P07" in caught.value.hint
    assert list(study.exports_folder.iterdir()) == []
    assert "@Denise" in text_of(export(study, ["P07"], replace(TEXT, names=Names.FULL)))
    give(study, "Denise", "[Friend A]")
    assert "@[Friend A]" in text_of(export(study, ["P07"], TEXT))


def test_a_marked_name_that_was_found_to_be_none_is_let_out(study: StudyFolder) -> None:
    conducted(study, "P07", "the @Budget passed")
    new_log(study).say_it_is_none("Budget", "P07", "AB", 0)
    assert "@Budget" in text_of(export(study, ["P07"], TEXT))


def test_every_interview_that_must_not_leave_is_named_at_once(study: StudyFolder) -> None:
    for case in ("P07", "P08"):
        conducted(study, case, "rang @Denise about it")
    conducted(study, "P09", "all well")
    with pytest.raises(ExportError, match=r"2 interviews .*P07 has .*P08 has "):
        export(study, ["P07", "P08", "P09"], Choice(("text", "notes")))


def test_whether_anybody_went_through_an_interview_for_names_is_told_and_can_be_demanded(study: StudyFolder) -> None:
    conducted(study, "P07", "all well")
    conducted(study, "P08", "rang Denise about it")
    give(study, "Denise", "[Friend A]")
    new_log(study).withdraw(Pseudonym("Denise", "[Friend A]"), "AB", 1)
    new_log(study).add([Pseudonym("Denise", "[Friend A]", case="P08")], "AB", 2)
    both = export(study, ["P07", "P08"], TEXT)
    assert those(both.remarks, "No name is replaced in P07:")
    with pytest.raises(ConfigError, match="P07 yet"):
        export(study, ["P07", "P08"], replace(TEXT, names=Names.GONE_THROUGH))
    reach(study, "P07", ReviewState.CHECKED)
    reach(study, "P07", ReviewState.PSEUDONYMISED)
    demanded = export(study, ["P07", "P08"], replace(TEXT, names=Names.GONE_THROUGH))
    assert not those(demanded.remarks, "No name is replaced")
    assert those(export(study, ["P07"], replace(TEXT, names=Names.FULL)).remarks, "as they were said")


def test_the_role_and_a_version_that_grows_with_the_record_stand_in_the_names(study: StudyFolder) -> None:
    conducted(study, "P07", "all well", role="2")
    first, again = export(study, ["P07"], TEXT), export(study, ["P07"], replace(TEXT, formats=("json",)))
    role = study.record("P07").rounds[0].answers[0][1]
    assert f"_P07_{role}_" in names_of(first)[0]
    assert names_of(first)[0].endswith("_v1_transcript.txt")
    assert names_of(again)[0].endswith("_v1_record.json")
    reach(study, "P07", ReviewState.CHECKED)
    later = export(study, ["P07"], TEXT)
    assert names_of(later)[0].endswith("_v2_transcript.txt")
    assert first.files[0].exists()


def test_an_odd_case_is_made_safe_in_names_and_reported(study: StudyFolder) -> None:
    conducted(study, "P_7", "all well")
    written = export(study, ["P_7"], TEXT)
    assert "_P-7-" in names_of(written)[0]
    assert those(written.remarks, "“P_7” is written P-7-")


def test_every_interview_that_has_ended_is_one_of_all(study: StudyFolder) -> None:
    conducted(study, "P08", "all well")
    conducted(study, "P07", "all well")
    conducted(study, "P09", "all well", ended=False)
    assert finished(study) == ["P07", "P08"]
    told: list[tuple[str, int, int]] = []
    written = export(study, finished(study), Choice(("notes", "text")), lambda *each: told.append(each))
    assert told == [("P07", 0, 2), ("P08", 1, 2)]
    table, *texts = names_of(written)
    assert "_all_notes_" in table
    assert len(texts) == 2


def test_nothing_is_left_of_an_export_that_was_refused_and_it_takes_no_version(
    study: StudyFolder, tmp_path: Path
) -> None:
    conducted(study, "P07", "all well")
    with pytest.raises(ExportError, match="zzz"):
        export(study, ["P07"], Choice(("zzz",), folder=tmp_path / "out"))
    assert not (tmp_path / "out").exists()
    assert list(study.exports_folder.iterdir()) == []
