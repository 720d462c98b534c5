"""Other settings are data only: calls with the other schedules, conducted, heard, merged, counted and exported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from interview_tui import bootstrap, transcribing
from interview_tui.export.registry import FORMATS
from interview_tui.exporting import export
from interview_tui.record import export_ports
from interview_tui.record.completeness import Completeness
from interview_tui.record.model import Record
from interview_tui.record.transcript import RESPONDENT
from interview_tui.schedule.reader import read_schedule_file
from interview_tui.schedule_command import bundled_schedules, make_study
from interview_tui.store.study import SETTINGS_FILE, StudyFolder
from interview_tui.tallying import StudyTallies
from tests.app.byte_search import runs_of
from tests.app.conducted_elsewhere import conducted, performed
from tests.at_rest.encrypted import encrypted_study
from tests.at_rest.shut import told_by_a_copy

CALLS = Path(__file__).parents[1] / "data" / "settings"
LEAST_S = 60


@dataclass(frozen=True)
class Setting:
    """A call, and what has to come of it: words by incident and part, words of questions, and its own tally."""

    schedule: str
    call: str
    told: dict[str, dict[str, str]]
    worded: dict[str, str]
    answers: dict[str, str]
    by: tuple[str, ...]
    counted: dict[tuple[str, ...], int]
    off_route: tuple[str, ...] = ()
    on_route: tuple[str, ...] = ()
    filed: dict[str, str] = field(default_factory=dict)
    encrypted: bool = False


SETTINGS = (
    Setting(
        schedule="scrutiny-mentoring",
        call="scrutiny",
        told={
            "helped": {"event": "director", "action": "question", "feeling": "proud", "outcome": "contract"},
            "stuck": {"event": "chairman", "action": "meeting", "outcome": "agreed"},
        },
        worded={
            "other_authority": "Your mentor came from a different authority.",
            "incident_helped": "when this mentoring helped with your work with members and senior officers",
            "neutral": "Can an officer be mentored",
        },
        answers={"post": "officer", "role": "mentee"},
        by=("post", "role", "incident"),
        counted={("officer", "mentee", "helped"): 1, ("officer", "mentee", "stuck"): 1, ("councillor",): 0},
        on_route=("neutral", "works_with"),
        off_route=("cross_party", "part_of_scrutiny", "kept_from"),
        filed={"mentee, one year": "experience"},
    ),
    Setting(
        schedule="mutual-mentoring",
        call="mutual",
        told={
            "together": {"event": "letter", "action": "aloud", "feeling": "embarrass", "outcome": "half"},
            "apart": {"event": "manager", "action": "manager", "feeling": "frightened", "outcome": "month"},
        },
        worded={
            "learned": "What did you learn about operational delivery",
            "who_did_what": "you and your mentoring partner",
            "mutual_showed": "Mentoring here went both ways. How did that show, until you left?",
        },
        answers={"side": "policy", "role": "mutual", "stayed": "left early"},
        by=("side", "role", "stayed"),
        counted={("policy", "mutual", "left early"): 1, ("policy", "mutual", "to the end"): 0, ("delivery",): 0},
        on_route=("left_how", "left_partner"),
        off_route=("went_on",),
        filed={"new minister, no evenings left": "left_how"},
    ),
    Setting(
        schedule="party-mentoring",
        call="party",
        told={
            "opened": {"event": "candidate", "action": "practi", "feeling": "awake", "outcome": "election"},
            "closed": {"event": "help", "action": "regret", "outcome": "spring"},
        },
        worded={
            "not_brought_up": "that you could not bring up with your coach",
            "incident_opened": "when the coaching opened something up, for you or for the coach",
            "passed_between": "you and your larger neighbour",
        },
        answers={"kind": "coach", "role": "receiving", "came_about": "by chance", "party_side": "smaller"},
        by=("kind", "came_about", "incident"),
        counted={("coach", "by chance", "opened"): 1, ("coach", "by chance", "closed"): 1, ("mentor",): 0},
        on_route=("not_met", "skill", "party_as_mentor"),
        off_route=("doors", "brought_together", "helped_along"),
        filed={"met on a train": "came_about"},
        encrypted=True,
    ),
)


@pytest.fixture(params=SETTINGS, ids=lambda setting: setting.call)
def setting(request: pytest.FixtureRequest) -> Setting:
    return request.param


def study_of(setting: Setting, path: Path) -> StudyFolder:
    """A study with the setting's schedule, which counts in its terms; one of them is encrypted."""
    if setting.encrypted:
        encrypted_study(path)
    source = bundled_schedules()[setting.schedule]
    make_study(path, source, read_schedule_file(source))
    with (path / SETTINGS_FILE).open("a", encoding="utf-8") as file:
        file.write(f"\n[[tally]]\nby = {json.dumps(setting.by)}\n")
    return bootstrap.open_study(path)


def test_a_call_of_another_setting_is_conducted_heard_merged_counted_and_exported(setting, tmp_path):
    study = study_of(setting, tmp_path / "study")
    case = conducted(study, CALLS / setting.call)
    assert study.interview(case).timeline().recorded_ms() >= LEAST_S * 1000
    transcribing.transcribe(study, case, on_progress=lambda *_: None)
    record = study.record(case)
    is_told(record, setting)
    is_asked(record, setting)
    is_filed(record, setting)
    is_counted(study, setting)
    is_exported(study, case, setting)
    if setting.encrypted:
        tells_nothing(study, record, tmp_path / "copy")


def is_told(record: Record, setting: Setting) -> None:
    """The incidents have the schedule's own names, and what was said in them fills their parts."""
    assert [incident.key for incident in record.incidents] == list(setting.told)
    said = {turn.turn.number: turn.turn for turn in record.turns}
    for incident in record.incidents:
        assert incident.complete
        for part in incident.fields:
            words = setting.told[incident.key].get(part.key, "")
            heard = " ".join(said[number].text for number in part.evidence.turns if number in said).lower()
            assert words in heard, (incident.key, part.key, heard)
            assert part.state is not Completeness.MISSING or not part.needed


def is_asked(record: Record, setting: Setting) -> None:
    """Answers chose the words and the way."""
    entries = {entry.place.item: entry for entry in record.entries}
    assert {item: " ".join(entries[item].answer) for item in setting.answers} == setting.answers
    for item, words in setting.worded.items():
        assert words in entries[item].question
    assert all(entries[item].on_route for item in setting.on_route)
    assert not any(entries[item].on_route for item in setting.off_route)
    assert not any("${" in entry.question for entry in record.entries)
    assert not {note.text for note in record.notes} & {"1", "2", "3", "y", "n"}  # codes are answers


def is_filed(record: Record, setting: Setting) -> None:
    """A note stands at the question that it is about, though she had gone on when she typed it."""
    notes = {note.text: note.places[0].item for note in record.notes if note.places}
    assert {text: notes[text] for text in setting.filed} == setting.filed


def is_counted(study: StudyFolder, setting: Setting) -> None:
    """The study counts in the schedule's own terms."""
    (counted,) = StudyTallies(study).counted()
    cells = counted.by_values
    assert {values: cells[values].count if values in cells else 0 for values in setting.counted} == setting.counted


def is_exported(study: StudyFolder, case: str, setting: Setting) -> None:
    """Every format can be written, and the names of the incidents stand in what is read by programs."""
    written = export(study, [case], export_ports.Choice(("all",)))
    assert len(written.files) >= len(FORMATS)
    assert all(file.stat().st_size for file in written.files)
    (as_json,) = [file for file in written.files if file.suffix == ".json" and case in file.name][:1]
    told = json.loads(as_json.read_text(encoding="utf-8"))
    assert [incident["key"] for incident in told["record"]["incidents"]] == list(setting.told)


def tells_nothing(study: StudyFolder, record: Record, copy: Path) -> None:
    """A copy of the folder has none of what was answered and noted; what is asked stands in the schedule."""
    notes = [note.text for note in record.notes]
    said = [*(turn.turn.text for turn in record.turns if turn.turn.speaker == RESPONDENT), *notes]
    assert len(runs_of(*said)) > 50
    assert told_by_a_copy(study.path, copy, *said) == []


@pytest.fixture
def lines() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(len(SETTINGS)) as threads:
        yield threads


@pytest.mark.campaign
def test_the_calls_are_performed_live_with_the_recorder(tmp_path, lines):
    """Each in real time, all at once: two minutes."""
    studies = [study_of(setting, tmp_path / setting.call) for setting in SETTINGS]
    cases = list(lines.map(performed, studies, [CALLS / setting.call for setting in SETTINGS]))
    for study, case, setting in zip(studies, cases, SETTINGS, strict=True):
        interview = study.interview(case)
        assert interview.timeline().recorded_ms() >= LEAST_S * 1000
        assert [found.key for found in interview.rounds.values() if found.key in setting.told] == list(setting.told)
        is_asked(study.record(case), setting)
        is_counted(study, setting)
