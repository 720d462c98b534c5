"""`import-schedule` and `new`: files as people have them, and what is said of each."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from interview_tui.cli import main
from interview_tui.schedule.check import check
from interview_tui.schedule.model import Kind, Schedule
from interview_tui.schedule.reader import read_schedule_file
from interview_tui.schedule_command import bundled_schedules
from interview_tui.store.study import StudyFolder
from interview_tui.tallying import StudyTallies
from tests.app import papers

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


def imported(file: Path) -> tuple[Schedule, Result]:
    target = file.with_name("draft.yaml")
    result = run("import-schedule", file, "--to", target)
    assert result.exit_code == 0, result.output
    return read_schedule_file(target), result


def spoken(schedule: Schedule, *kinds: Kind) -> list[str]:
    items = [located.item for located in schedule.walk() if not located.item.consent and not located.item.gap]
    return [item.text for item in items if item.kind in kinds]


def of_the_text(tmp_path: Path) -> Schedule:
    file = tmp_path / "original.txt"
    file.write_bytes(papers.ORIGINAL.read_bytes())
    return imported(file)[0]


def titles(schedule: Schedule) -> list[str]:
    return [section.title for section in schedule.sections]


@pytest.mark.parametrize("make", [papers.with_styles, papers.all_normal])
def test_the_original_yields_the_same_from_word_as_from_text(tmp_path, make):
    text = of_the_text(tmp_path)
    (tmp_path / "draft.yaml").unlink()
    word, result = imported(make(tmp_path / "original.docx"))
    for kind in (Kind.ASK, Kind.PROBE, Kind.INTERVIEWER):
        assert spoken(word, kind) == spoken(text, kind)
    assert [title for title in titles(word) if title != "Opening"] == [t for t in titles(text) if t != "Opening"]
    assert word.title == text.title == "Interview Schedule (Mentors/Mentees)"
    assert word.incident_loop() == text.incident_loop() == "incident"
    assert check(word) == []
    assert re.search(r"9 sections, 46 questions, 4 probes, 2 conditions\.\s+\d+ places are marked", result.output)


def test_headings_by_style_leave_no_doubt_that_they_are_headings(tmp_path):
    imported(papers.with_styles(tmp_path / "a.docx"))
    assert "a heading, or a topic" not in (tmp_path / "draft.yaml").read_text(encoding="utf-8")


def test_lists_italics_tables_and_tracked_changes_are_read_and_what_is_left_out_is_told(tmp_path):
    schedule, result = imported(papers.with_everything(tmp_path / "all.docx"))
    assert spoken(schedule, Kind.ASK) == [
        "Who was there?",
        "How did you feel?",
        "What was new?",
        "Did you sleep?",
        "Where did you sleep?",
        "Anything else?",
    ]
    assert set(spoken(schedule, Kind.INTERVIEWER)) == {"Wait for all the names.", "Show the plan of the house"}
    listened = [located.item.listen_for for located in schedule.walk() if located.item.listen_for]
    assert listened == [("the ward", "the stairs")]
    assert "tracked changes: it was read as if all were accepted" in result.output
    assert "1 text box left out" in result.output
    assert "In the box" not in (tmp_path / "draft.yaml").read_text(encoding="utf-8")


def test_lists_by_words_own_definitions_are_nested_as_they_look(tmp_path):
    schedule, _ = imported(papers.by_list_definitions(tmp_path / "lists.docx"))
    assert "A night that you remember better than any other one in all these years" in titles(schedule)
    found = {located.item.text: [parent.text for parent in located.parents] for located in schedule.walk()}
    assert found["Where did they stand?"] == ["Who was there?"]
    assert found["Near the door?"] == ["Who was there?", "Where did they stand?"]
    assert found["And then?"] == []


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.docx", b"", "is empty"),
        ("a.txt", b"  \n \n", "is empty"),
        ("a.docx", b"just text", "is no Word document, whatever its name says"),
        ("a.docx", OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "is protected by a password"),
        ("a.doc", OLE + b"\0" * 600, "format of Word before 2007"),
        ("a.rtf", b"{\\rtf1 Who?}", "is rich text"),
        ("a.pdf", b"%PDF-1.7", "is a PDF"),
        ("a.txt", b"Who?\0\0\x01\x02", "is no text"),
        ("a.txt", b"\x81\x8d\x8f Who?", "is no text in UTF-8 or Windows-1252"),
        ("a.txt", b"-- --\n()", "There is no question in it"),
    ],
)
def test_a_file_that_is_none_is_refused_in_a_sentence(tmp_path, name, content, says):
    file = tmp_path / name
    file.write_bytes(content)
    result = run("import-schedule", file)
    assert result.exit_code == 2
    assert says in result.output
    assert len(result.output.strip().splitlines()) <= 2
    assert sorted(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("make", [papers.damaged, papers.other_zip])
def test_a_word_file_that_is_broken_is_refused_in_a_sentence(tmp_path, make):
    result = run("import-schedule", make(tmp_path / "a.docx"))
    assert result.exit_code == 2
    assert "is no Word document, or is damaged" in result.output


def test_a_file_that_is_not_there_is_said(tmp_path):
    assert "cannot be opened" in run("import-schedule", tmp_path / "none.txt").output


@pytest.mark.parametrize(
    ("encoding", "told"), [("cp1252", "Windows-1252"), ("utf-8-sig", ""), ("utf-16", ""), ("utf-8", "")]
)
def test_text_is_read_in_the_encodings_that_people_have(tmp_path, encoding, told):
    file = tmp_path / "a.txt"
    file.write_bytes("Nights\r\n\r\n•\tWhat was “new” – for you? (probe why)\r\n".encode(encoding))
    schedule, result = imported(file)
    assert spoken(schedule, Kind.ASK) == ["What was “new” – for you?"]
    assert ("was read as Windows-1252" in result.output) == bool(told)


def test_no_file_is_ever_overwritten(tmp_path):
    file, target = tmp_path / "a.txt", tmp_path / "a.yaml"
    file.write_text("- Who was there?", encoding="utf-8")
    target.write_text("mine", encoding="utf-8")
    for arguments in ((), ("--to", target)):
        result = run("import-schedule", file, *arguments)
        assert result.exit_code == 2
        assert "is there already, and is left as it is" in result.output
    assert target.read_text(encoding="utf-8") == "mine"


def test_without_a_target_it_lies_beside_the_paper_under_a_name_that_a_study_takes(tmp_path):
    file = tmp_path / "Topic guide v1.2.txt"
    file.write_text("- Who was there?", encoding="utf-8")
    result = run("import-schedule", file)
    assert result.exit_code == 0
    assert (tmp_path / "Topic-guide-v1-2.yaml").is_file()
    assert "ends in" not in result.output
    assert run("import-schedule", file, "--to", tmp_path / "x.yml").exit_code == 2


def test_new_lists_the_schedules_that_came_with_it():
    result = run("new", "--list")
    assert result.exit_code == 0
    names = {"political-mentoring", "scrutiny-mentoring", "mutual-mentoring", "party-mentoring"}
    assert set(bundled_schedules()) == names
    assert all(name in result.output for name in names)
    assert "crosswalk" not in result.output


@pytest.mark.parametrize("name", sorted(bundled_schedules()))
def test_a_new_study_has_the_schedule_that_was_chosen(tmp_path, name):
    folder = tmp_path / "study"
    result = run("new", folder, "--schedule", name, "--name", "Ours")
    assert result.exit_code == 0, result.output
    study = StudyFolder.open(folder)
    assert (study.name, study.settings.schedule, study.settings.role) == ("Ours", f"schedules/{name}.yaml", "role")
    assert study.schedule_file().read_bytes() == bundled_schedules()[name].read_bytes()
    assert (folder / "schedules" / f"{name}.crosswalk.yaml").is_file()


@pytest.mark.parametrize("name", sorted(bundled_schedules()))
def test_the_tallies_that_a_new_study_is_offered_count_what_its_schedule_asks(tmp_path, name):
    run("new", tmp_path / "study", "--schedule", name)
    settings = tmp_path / "study" / "study.toml"
    offered = settings.read_text(encoding="utf-8")
    assert StudyTallies(StudyFolder.open(settings.parent)).counted() == ()
    settings.write_text(re.sub(r"^#(?=\[|[a-z]+ = )", "", offered, flags=re.MULTILINE), encoding="utf-8")
    study = StudyFolder.open(settings.parent)
    assert study.warnings == ()
    counted = StudyTallies(study).counted()
    assert len(counted) >= 2
    assert all(one.total == 0 for one in counted)


def test_a_new_study_can_have_a_schedule_of_ones_own(tmp_path):
    own = tmp_path / "my.nights.yaml"
    own.write_text("schedule: Nights\nsections:\n- section: A\n  items:\n  - Who?\n", encoding="utf-8")
    assert run("new", tmp_path / "study", "--schedule", own).exit_code == 0
    study = StudyFolder.open(tmp_path / "study")
    assert study.schedule_file().name == "my-nights.yaml"
    assert study.settings.role == ""


def test_new_makes_nothing_of_what_cannot_be(tmp_path):
    broken = tmp_path / "broken.yaml"
    broken.write_text("schedule: x\n", encoding="utf-8")
    for arguments, says in (
        ((tmp_path / "study", "--schedule", "polite"), "There is no schedule polite"),
        ((tmp_path / "study", "--schedule", broken), "no `sections:`"),
        ((), "Which folder?"),
    ):
        result = run("new", *arguments)
        assert result.exit_code == 2
        assert says in result.output
    assert not (tmp_path / "study").exists()


def test_what_is_new_is_for_its_owner_only(tmp_path):
    run("new", tmp_path / "study", "--schedule", "party-mentoring")
    made = list((tmp_path / "study").rglob("*"))
    assert {path.name for path in made if path.is_file()} == {
        "study.toml",
        "party-mentoring.yaml",
        "party-mentoring.crosswalk.yaml",
    }
    if os.name == "posix":
        assert {path.stat().st_mode & 0o777 for path in made} == {0o700, 0o600}


def test_new_leaves_another_schedule_of_that_name_as_it_is(tmp_path):
    own = tmp_path / "study" / "schedules" / "party-mentoring.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("mine", encoding="utf-8")
    result = run("new", tmp_path / "study", "--schedule", "party-mentoring")
    assert result.exit_code == 2
    assert "is another one" in result.output
    assert own.read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "study" / "study.toml").exists()


def test_new_leaves_a_study_that_is_there_as_it_is(tmp_path):
    run("new", tmp_path / "study")
    before = (tmp_path / "study" / "study.toml").read_bytes()
    result = run("new", tmp_path / "study", "--schedule", "party-mentoring")
    assert result.exit_code == 2
    assert "holds a study already" in result.output
    assert (tmp_path / "study" / "study.toml").read_bytes() == before
    assert not (tmp_path / "study" / "schedules" / "party-mentoring.yaml").exists()
