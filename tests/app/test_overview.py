"""What is known of a study as a whole: the same whether it lies in a folder or in memory, and without names outside."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from interview_tui.errors import ConfigError, ExportError, StorageError
from interview_tui.export.naming import written_of
from interview_tui.record.comparison import Column, Comparison, Of, compared
from interview_tui.record.findable import Source
from interview_tui.record.pseudonyms import replaced_record
from interview_tui.record.pseudonyms.pseudonym import Pseudonym
from interview_tui.record.review_ports import Overview
from interview_tui.record.transcript import RESPONDENT, Transcript, to_json
from interview_tui.reviewing import StudyOverview, StudyPseudonyms
from interview_tui.store import derived
from interview_tui.store.derived import DERIVED_FILE
from interview_tui.store.study import StudyFolder
from tests.examples import handover
from tests.fake_review import FakeOverview
from tests.fake_study import FakeStudy
from tests.record.talking import transcript, turn
from tests.store.test_erasure import files_with
from tests.telling import told

HEARD = {
    "P07": transcript(turn(1, RESPONDENT, 60_000, 64_000, "so they told me that the lift was out again")),
    "P08": transcript(turn(1, RESPONDENT, 60_000, 61_000, "nothing of note")),
}
REHEARSED = "R01"
NOTED = {"event": "the lift was out, nobody was there", "action": "took the stairs"}


@dataclass
class World:
    """An overview, how something else is heard in a case, and how its study is made unreadable."""

    overview: Overview
    hear: Callable[[str, Transcript], None]
    lose: Callable[[str], None]


def in_a_folder(folder: Path) -> World:
    study = StudyFolder.open(folder)
    study.keep_schedule(handover())
    for case in (*HEARD, REHEARSED):
        journal = study.journal(case)
        journal.append(told(case, "theatre", {"smooth": NOTED}, rehearsal=case == REHEARSED))
        assert journal.close(5.0)

    def file(case: str) -> Path:
        return study.audio_folder(case) / "transcript.json"

    def hear(case: str, heard: Transcript) -> None:
        file(case).write_text(json.dumps(to_json(heard)), encoding="utf-8")

    def lose(case: str) -> None:
        file(case).write_text("{", encoding="utf-8")

    return World(StudyOverview(study), hear, lose)


def in_memory(_: Path) -> World:
    study = FakeStudy()
    for case in (*HEARD, REHEARSED):
        study.add(case, handover(), told(case, "theatre", {"smooth": NOTED}, rehearsal=case == REHEARSED)).close(0)

    def hear(case: str, heard: Transcript) -> None:
        study.transcripts[case] = heard

    def lose(case: str) -> None:
        class Without(dict[str, Transcript]):
            def get(self, asked, default=None):
                if asked == case:
                    raise StorageError(f"The transcript of {case} is damaged.")
                return super().get(asked, default)

        study.transcripts = Without(study.transcripts)

    return World(FakeOverview(study), hear, lose)


@pytest.fixture(params=[in_a_folder, in_memory], ids=["folder", "memory"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    """A study of two interviews and a rehearsal, of which nothing is known yet."""
    made: World = request.param(tmp_path)
    for case, heard in HEARD.items():
        made.hear(case, heard)
    return made


def brought(overview: Overview, *, before: int = 99) -> list[tuple[str, int, int]]:
    """Bring it up to date, `before` so many cases were made; gives what was told."""
    told: list[tuple[str, int, int]] = []
    overview.bring_up_to_date(lambda *next_one: told.append(next_one), lambda: len(told) >= before)
    return told


def incidents(table: Comparison) -> list[str]:
    return [row.case for row in table.rows]


def test_nothing_is_known_before_it_is_brought_up_to_date_case_by_case(world):
    overview = world.overview
    assert (overview.digests(), overview.search("lift").total, overview.comparison().rows) == ([], 0, ())
    assert brought(overview, before=0) == []
    assert brought(overview, before=1) == [("P07", 0, 3)]
    assert ([found.case for found in overview.digests()], incidents(overview.comparison())) == (["P07"], ["P07"])
    assert [case for case, _, _ in brought(overview)][-2:] == ["P08", REHEARSED]
    assert [found.case for found in overview.digests()] == ["P07", "P08", REHEARSED]
    assert [found.rehearsal for found in overview.digests()] == [False, False, True]


def test_a_search_narrowed_finds_less_and_says_how_much_there_is_in_all(world):
    brought(world.overview)
    find = world.overview.search
    assert find("lift").total == 4
    assert [len(found.hits) for found in (find("lift", limit=2), find("lift", limit=9))] == [2, 4]
    assert find("lift", limit=2).total == 4
    assert {hit.case for hit in find("lift", case="P08").hits} == {"P08"}
    (said,) = find("lift", source=Source.TALK).hits
    assert (said.case, said.row.speaker) == ("P07", RESPONDENT)
    assert find("lift", speaker=RESPONDENT).hits == (said,)
    assert find("nobody", incident="no such incident").total == 0


def test_a_hit_in_talk_is_at_the_word_and_one_in_a_note_at_its_moment(world):
    brought(world.overview)
    word = next(word for word in HEARD["P07"].turns[0].words if word.text == "lift")
    (said,) = world.overview.search("lift", source=Source.TALK).hits
    assert said.at_ms == word.start_ms > said.row.start_ms
    assert "".join(text for text, matches in said.passage if matches) == "lift"
    noted = world.overview.search("lift", source=Source.NOTE).hits
    assert [hit.at_ms for hit in noted] == [hit.row.start_ms for hit in noted]


def test_what_says_nothing_cannot_be_searched_for(world):
    with pytest.raises(ConfigError):
        world.overview.search(" ")


def test_what_is_compared_is_what_the_records_say_without_rehearsals(world):
    brought(world.overview)
    table = world.overview.comparison()
    assert [(row.case, row.incident) for row in table.rows] == [("P07", "S1-smooth"), ("P08", "S1-smooth")]
    shown = [(row.shown(Column(Of.NOTES, "event")), row.shown(Column(Of.ANSWER, "post"))) for row in table.rows]
    assert shown == [(NOTED["event"], "theatre")] * 2


def test_what_is_said_later_shows_once_it_is_brought_up_to_date_again(world):
    brought(world.overview)
    world.hear("P08", transcript(turn(1, RESPONDENT, 60_000, 61_000, "a zeppelin")))
    assert world.overview.search("zeppelin").total == 0
    brought(world.overview)
    assert world.overview.search("zeppelin").total == 1


def test_one_that_cannot_be_read_is_told_and_the_others_are_there(world):
    world.lose("P07")
    failed = world.overview.bring_up_to_date(lambda *_: None, lambda: False)
    assert list(failed) == ["P07"]
    assert "P07" in str(failed["P07"])
    assert incidents(world.overview.comparison()) == ["P08"]


def test_a_table_is_written_and_the_file_told(world):
    brought(world.overview)
    assert world.overview.write_comparison(world.overview.comparison()).files[0].suffix == ".csv"


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StudyFolder:
    """The study in a folder, brought up to date; the theatre of the note in both cases has a pseudonym."""
    (tmp_path / "apart").mkdir()
    monkeypatch.setenv("INTERVIEW_TUI_PSEUDONYMS", str(tmp_path / "apart"))
    folder = StudyFolder.create(tmp_path / "study").path
    world = in_a_folder(folder)
    for case, heard in HEARD.items():
        world.hear(case, heard)
    brought(world.overview)
    return StudyFolder.open(folder)


def cells(file: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.read_text(encoding="utf-8").removeprefix("\ufeff"))))


def test_the_comparison_at_hand_is_the_one_that_the_records_give(study):
    table = StudyOverview(study).comparison()
    assert table == compared([(study.record(case), study.schedule(case)) for case in HEARD])


def test_incidents_of_a_case_that_is_forgotten_are_in_no_byte_of_the_file(study):
    assert DERIVED_FILE in files_with(study.path, "took the stairs")
    for case in HEARD:
        derived.forget(study.path, case)
    derived.forget(study.path, REHEARSED)
    assert StudyOverview(study).comparison().rows == ()
    assert DERIVED_FILE not in files_with(study.path, "took the stairs")


def test_a_table_is_written_as_it_is_shown_with_names_replaced(study):
    StudyPseudonyms(study).give("P07", Pseudonym("nobody", "[Person A]", case="P07"))
    StudyPseudonyms(study).give("P08", Pseudonym("theatre", "[Place A]"), any_case=True)
    overview = StudyOverview(study)
    table = overview.comparison()
    columns = (Column(Of.CASE), Column(Of.NOTES, "event"), Column(Of.ANSWER, "post"))
    (file,) = overview.write_comparison(Comparison(columns, tuple(reversed(table.rows)))).files
    assert file.parent == study.exports_folder
    assert cells(file) == [
        ["case", "event_notes", "post"],
        ["P08", "the lift was out, nobody was there", "[Place A]"],
        ["P07", "the lift was out, [Person A] was there", "[Place A]"],
    ]


def test_a_table_in_which_a_name_would_be_left_is_not_written(study, monkeypatch):
    StudyPseudonyms(study).give("P08", Pseudonym("nobody", "[Person A]", case="P08"))
    monkeypatch.setattr(replaced_record, "pseudonymised", lambda record, _: record)  # as if it had overlooked one
    overview = StudyOverview(study)
    with pytest.raises(ExportError, match="Names would be left"):
        overview.write_comparison(overview.comparison())
    assert list(study.exports_folder.iterdir()) == []


def test_a_study_named_after_somebody_does_not_name_its_table(tmp_path, monkeypatch):
    (tmp_path / "apart").mkdir()
    monkeypatch.setenv("INTERVIEW_TUI_PSEUDONYMS", str(tmp_path / "apart"))
    world = in_a_folder(StudyFolder.create(tmp_path / "Hollin").path)
    brought(world.overview)
    StudyPseudonyms(StudyFolder.open(tmp_path / "Hollin")).give("P07", Pseudonym("Hollin", "[Person A]", case="P07"))
    with pytest.raises(ExportError, match="its own name"):
        world.overview.write_comparison(world.overview.comparison())


def test_what_is_not_there_any_more_is_not_written(study):
    overview = StudyOverview(study)
    table = overview.comparison()
    row = type(table.rows[0])("P07", "S9-rough", table.rows[0].values)
    with pytest.raises(ExportError, match="S9-rough is not in P07 any more"):
        overview.write_comparison(Comparison(table.columns, (row,)))


def test_a_table_goes_with_what_is_destroyed_in_any_of_its_interviews(study):
    """It may hold words of any of them; a table of one interview goes only with that one."""
    overview = StudyOverview(study)
    (table,) = overview.write_comparison(overview.comparison()).files
    theirs = study.exports_folder / "study_P08_2026-01-05.csv"
    strange = study.exports_folder / "my_all_incidents.csv"
    for file in (theirs, strange):
        file.write_text("", encoding="utf-8")
    assert written_of("P07", study.exports_folder) == [table]
    assert written_of("P08", study.exports_folder) == sorted([table, theirs])
