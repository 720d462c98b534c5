"""From a call to an exported record, with the real program in processes of its own and real speech."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import soundfile

from interview_tui.store.private_files import open_to_others
from tests.conftest import BENCH

REPOSITORY = Path(__file__).parents[2]
PERFORMANCE = Path(__file__).parent / "performing.py"
OFF_RECORD = Path("calls", "smoke", "smoke_offrecord")
TIMEOUT_S = 400


def interview_tui(study: Path, *arguments: str, ok: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a command of the program in a study."""
    done = subprocess.run(
        [sys.executable, "-m", "interview_tui", "--study", str(study), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1"},
        timeout=TIMEOUT_S,
        check=False,
    )
    if ok:
        assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done


def record_of(study: Path, case: str) -> dict:
    return json.loads(interview_tui(study, "show", case, "--json").stdout)


def field_text(record: dict, incident: dict, key: str) -> str:
    (field,) = [field for field in incident["fields"] if field["key"] == key]
    turns = {turn["number"]: turn for turn in record["turns"]}
    words = [word[0] for number in field["evidence"]["turns"] for word in turns[number]["words"]]
    return " ".join(words).lower()


def shown_demo(study: Path) -> str:
    """Run the demo, on its live screen where there are pseudo-terminals; gives what it printed afterwards."""
    if sys.platform == "win32":
        return interview_tui(study, "demo", "--headless").stdout
    from tests.e2e.terminal import Terminal

    terminal = Terminal("--study", str(study), "demo")
    assert terminal.wait() == 0
    screen, _, printed = terminal.painted.decode().rpartition("\x1b[?1049l")  # the end of the alternate screen
    assert "REC" in screen
    assert "How did you feel?" in screen
    return printed


@dataclass(frozen=True)
class Performed:
    """A call that is being performed live in a process of its own."""

    study: Path
    process: subprocess.Popen[bytes]

    def wait(self) -> Path:
        """Its study, once it has ended."""
        assert self.process.wait(TIMEOUT_S) == 0
        return self.study


@pytest.fixture(scope="module")
def performed(tmp_path_factory, new_home) -> Iterator[Performed | None]:
    """The call with a stretch off the record, where the recordings are. It takes a minute: what else takes one asks for
    it as well, and goes on beside it.
    """
    if not (BENCH / OFF_RECORD).is_dir():
        yield None
        return
    study = tmp_path_factory.mktemp("performed")
    environment = {**os.environ, **new_home(), "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1"}
    arguments = [str(PERFORMANCE), str(study), str(BENCH / OFF_RECORD)]
    process = subprocess.Popen([sys.executable, *arguments], stdin=subprocess.DEVNULL, env=environment)
    yield Performed(study, process)
    if process.poll() is None:
        process.send_signal(signal.SIGINT if sys.platform != "win32" else signal.SIGTERM)
        process.wait(TIMEOUT_S)


@pytest.mark.usefixtures("performed")
def test_the_demo_conducts_records_transcribes_and_exports(tmp_path):
    assert "What happened?" in shown_demo(tmp_path)
    record = record_of(tmp_path, "DEMO")["record"]
    (incident,) = record["incidents"]
    assert [field["state"] for field in incident["fields"] if field["needed"]] == ["filled"] * 4
    assert "rehearsed" in field_text(record, incident, "event")
    assert "cards" in field_text(record, incident, "action")
    assert "proud" in field_text(record, incident, "feeling")
    assert "budget" in field_text(record, incident, "outcome")
    assert record["rehearsal"] is True
    notes = {note["text"]: note for note in record["notes"]}
    told = {turn["number"]: " ".join(word[0] for word in turn["words"]).lower() for turn in record["turns"]}
    assert "votes" in told[notes["31-26, no cards"]["turn"]]
    exported = sorted(path.suffix for path in (tmp_path / "exports").glob("*_*"))
    assert exported == [".csv", ".html", ".json", ".txt"]
    table = next((tmp_path / "exports").glob("*.csv"))
    with table.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert any("votes" in (cell or "") for cell in row.values())
    recorded = list((tmp_path / "recordings" / "DEMO").glob("*.flac"))
    assert len(recorded) == 1
    assert not list((tmp_path / "recordings" / "DEMO").glob("*.wav"))
    listing = interview_tui(tmp_path, "doctor", ok=False).stdout
    assert "1 interviews" in listing
    assert not list(open_to_others(tmp_path))


@pytest.mark.parametrize("call", ["smoke_good", "smoke_difficult", "smoke_offrecord"])
def test_a_call_conducted_elsewhere_is_taken_in_transcribed_and_scored(call, tmp_path, bench):
    folder = bench / "calls" / "smoke" / call
    interview_tui(tmp_path, "import-call", str(folder), "--case", "P00")
    interview_tui(tmp_path, "transcribe", "P00")
    figures = scored(bench, folder, tmp_path, record_of(tmp_path, "P00"))
    assert figures["wer"]["wer"] <= 0.12
    assert figures["speaker"]["accuracy"] >= 0.85
    assert figures["question"]["accuracy"] >= 0.8
    assert figures["off_record"]["leaked"] == 0
    assert figures["notes"]["lost"] == 0


def test_what_is_said_off_the_record_of_a_live_call_is_nowhere(performed, bench):
    folder, study = bench / OFF_RECORD, performed.wait()
    interview_tui(study, "transcribe", "P00")
    exported = interview_tui(study, "export", "P00").stdout.split()
    system = record_of(study, "P00")
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    figures = scored(bench, folder, study, system)
    assert figures["wer"]["wer"] <= 0.15
    assert figures["off_record"]["leaked"] == 0
    secret = [turn for turn in truth["turns"] if turn["off_record"] and turn["speaker"] == "respondent"]
    assert secret
    for file in exported:
        text = Path(file).read_text(encoding="utf-8").lower()
        assert "chief executive" not in text
        assert "marlbury" not in text
    recorded = sum(soundfile.info(str(file)).duration for file in (study / "recordings" / "P00").glob("*.flac"))
    off_s = max(turn["end"] for turn in secret) - min(turn["start"] for turn in secret)
    assert recorded < truth["duration"] - off_s


def scored(bench: Path, folder: Path, study: Path, system: dict) -> dict:
    """What the bench's scorer says of a system's output."""
    file = study / "system.json"
    file.write_text(json.dumps(system), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(bench / "calls" / "score.py"), str(folder / "truth.json"), str(file), "--json"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=TIMEOUT_S,
        check=True,
    )
    return json.loads(done.stdout)


def test_a_compressed_recording_is_taken_in_as_well(tmp_path, bench):
    folder = bench / "calls" / "smoke" / "smoke_good_mp3"
    interview_tui(tmp_path, "import-call", str(folder), "--case", "P01", "--audio", "audio.mp3")
    interview_tui(tmp_path, "transcribe", "P01")
    incident = record_of(tmp_path, "P01")["record"]["incidents"][0]
    assert incident["evidence"]["turns"]


def test_what_goes_wrong_is_a_sentence_with_the_way_out(tmp_path):
    for arguments, says, code in (
        (("show", "P09"), "There is no interview with P09", 3),
        (("transcribe", "P09"), "There is no interview with P09", 3),
        (("import-call", str(tmp_path)), "events.json cannot be read", 2),
        (("check", str(tmp_path / "none.yaml")), "none.yaml", 2),
        (("export", "P09", "--format", "word"), "P09", 3),
        (("clip", "P09", "0:00", "0:01", "x.wav"), "P09", 3),
    ):
        done = interview_tui(tmp_path, *arguments, ok=False)
        assert done.returncode == code, done.stderr
        assert says in done.stderr


def test_a_schedule_is_checked_with_every_problem_and_its_line(tmp_path):
    broken = tmp_path / "broken.yaml"
    text = (REPOSITORY / "schedules" / "political-mentoring.yaml").read_text(encoding="utf-8")
    broken.write_text(text.replace("answer: yes/no/partly", "answer: perhaps", 1), encoding="utf-8")
    line = text[: text.index("answer: yes/no/partly")].count("\n") + 1
    done = interview_tui(tmp_path, "check", str(broken), ok=False)
    assert done.returncode == 2
    assert f"broken.yaml:{line}" in done.stderr
    interview_tui(tmp_path, "check", str(REPOSITORY / "schedules" / "political-mentoring.yaml"))
    outlined = interview_tui(
        tmp_path, "outline", str(REPOSITORY / "schedules" / "political-mentoring.yaml"), "--answer", "role=mentor"
    )
    assert "Did you know the mentee?" in outlined.stdout
