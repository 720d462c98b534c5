"""An encrypted study as its user meets it: made, unlocked once a day, locked, asked for, and what of it is readable."""

from __future__ import annotations

import json
import os
import re
import shlex
import stat
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from interview_tui import schedule_command
from interview_tui.at_rest import study_key
from interview_tui.at_rest.encrypted_folder import KEY_FILE
from interview_tui.at_rest.files import is_sealed, making, read_bytes, read_text
from interview_tui.at_rest.leaving import READABLE
from interview_tui.at_rest.study_key import ELSEWHERE, HANDED_ON, folder_of_the_day
from interview_tui.audio.processes import child
from interview_tui.cli import main
from interview_tui.errors import StorageError
from interview_tui.store.study import StudyFolder
from interview_tui.unlock_command import LOST_FOR_EVER, NEEDS_NO_KEY, NEW_PASSPHRASE, TRIES, see_that_unlocked
from interview_tui.unlock_command import PASSPHRASE as SAID
from tests.app.laid_study import LaidStudy
from tests.at_rest.encrypted import PASSPHRASE, encrypted_study
from tests.audio.laid import LAID_RATE, Laid, lay, noise
from tests.examples import handover
from tests.quick_passphrases import quick_passphrases
from tests.store.conducting import conducted

__all__ = ["quick_passphrases"]  # the fixture
OTHER = "five other words go along"
WORDS = "can't trust your own group, they might want your seat"
LOCKED_OUT = 3
NEEDING = (
    "conduct P07 --plain",
    "rehearse --silently",
    "import-call .",
    "transcribe P07",
    "show P07",
    "pseudonyms P07",
    "clip P07 0:00 0:01 clip.wav",
    "attach P07 --undo",
    "destroy P07",
    "doctor",
    "demo --headless",
    "cases",
    "cases add P08",
    "cases identity P07",
    "search group",
    "compare",
    "review P07",
    "export --all",
    "tally",
    "withdraw P07",
    "retention",
    "bundle P07",
    "receive x.bundle",
    "codebook",
    "codebook keep",
    "figures",
    "figures --write",
    "unseal study.db out.db",
)


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(ELSEWHERE, str(tmp_path / "keys"))
    return tmp_path / "keys"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Encrypted and unlocked, with a short interview in it."""
    encrypted_study(tmp_path / "study")
    made = StudyFolder.create(tmp_path / "study")
    made.keep_schedule(handover())
    journal = made.journal("P07")
    journal.append(conducted())
    journal.close(5)
    return tmp_path / "study"


@pytest.fixture
def locked(study: Path) -> Path:
    study_key.lock(study)
    return study


def run(study: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--study", str(study), *arguments])


def everything(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- asked for, or refused, before anything else happens ---


def test_every_command_is_known_to_need_the_key_or_not_to():
    needing = {line.split()[0] for line in NEEDING}
    hidden = {name for name, command in main.commands.items() if command.hidden}
    assert needing | set(NEEDS_NO_KEY) | hidden == set(main.commands)


@pytest.mark.parametrize("line", [*NEEDING, ""])
def test_a_locked_study_is_said_to_be_locked_where_nobody_can_be_asked(locked, line):
    before = everything(locked)
    result = run(locked, *line.split())
    assert result.exit_code == LOCKED_OUT, result.output
    assert f"{locked} is encrypted, and it is locked." in result.stderr
    assert f"interview-tui --study {locked} unlock" in result.stderr
    assert result.stdout == ""
    assert everything(locked) == before


def test_to_be_helped_no_passphrase_is_needed(locked):
    context = click.Context(main, obj=locked)
    for name in main.list_commands(context):
        assert run(locked, name, "--help").exit_code == 0
    assert run(locked, "cases", "add", "--help").exit_code == 0
    assert run(locked, "--version").exit_code == 0


def test_what_needs_nothing_of_a_study_does_not_ask_for_one(locked, tmp_path):
    schedule = tmp_path / "schedule.yaml"
    schedule.write_text(handover().text, encoding="utf-8")
    for arguments in (("check", str(schedule)), ("outline", str(schedule)), ("new", "--list"), ("lock",)):
        result = run(locked, *arguments)
        assert result.exit_code == 0, result.output


def test_a_script_gives_the_passphrase_in_a_variable(locked, monkeypatch):
    monkeypatch.setenv(SAID, OTHER)
    refused = run(locked, "cases")
    assert refused.exit_code == 2
    assert "not the passphrase" in refused.stderr
    monkeypatch.setenv(SAID, PASSPHRASE)
    assert run(locked, "cases", "--json").exit_code == 0
    monkeypatch.delenv(SAID)
    assert run(locked, "cases").exit_code == 0


def test_after_the_day_it_is_asked_for_again(study):
    kept = folder_of_the_day() / study_key.recipient_of(study)
    kept.write_text(json.dumps({**json.loads(kept.read_text()), "until": time.time() - 1}))
    study_key._held.clear()
    assert run(study, "cases").exit_code == LOCKED_OUT
    assert list(kept.parent.iterdir()) == []


def test_a_command_that_has_begun_goes_on_though_the_study_is_locked_meanwhile(study):
    note = sealed(study / "said.json")
    study_key._held.clear()
    see_that_unlocked(study)
    (folder_of_the_day() / study_key.recipient_of(study)).unlink()
    assert read_bytes(note) == WORDS.encode()


def test_the_process_of_a_transcription_asks_nobody(locked, monkeypatch):
    monkeypatch.chdir(locked)
    result = CliRunner().invoke(main, ["transcription-worker", "missing.json"])
    assert "is encrypted" not in result.output
    assert result.exit_code != LOCKED_OUT


def test_what_is_started_by_an_app_has_its_key(study):
    study_key.unlock(study, PASSPHRASE)
    assert study_key.recipient_of(study) in child.environment()[HANDED_ON]
    study_key.lock(study)
    assert study_key.recipient_of(study) not in child.environment().get(HANDED_ON, "")


def on_terminal(study: Path, *arguments: str) -> tuple[int, subprocess.Popen[bytes]]:
    """A command on a pseudo-terminal: its other end, and the process."""
    master, slave = os.openpty()
    environment = {name: value for name, value in os.environ.items() if name != HANDED_ON}
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "interview_tui", "--study", str(study), *arguments],
        env={**environment, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    return master, child


def type_when_asked(master: int, *lines: str) -> str:
    """Type a line whenever one is asked for; gives all that was said until the other end is closed."""
    said, left = "", list(lines)
    try:
        while block := os.read(master, 4096):
            said += block.decode()
            while left and len(re.findall(r"study[^\n:]*: ?|confirmation: ?", said)) > len(lines) - len(left):
                os.write(master, f"{left.pop(0)}\n".encode())
    except OSError:
        pass  # how some systems say that the other end is closed
    return said


@pytest.mark.skipif(os.name != "posix", reason="there are no pseudo-terminals")
def test_on_a_terminal_it_is_asked_for_three_times_and_shows_nothing_of_it(locked):
    master, process = on_terminal(locked, "cases", "--json")
    said = type_when_asked(master, OTHER, OTHER, PASSPHRASE)
    assert process.wait() == 0
    assert said.count("Passphrase of the study study:") == TRIES
    assert said.count("not the passphrase") == TRIES - 1
    assert '"case": "P07"' in said
    assert PASSPHRASE not in said
    study_key._held.clear()
    assert study_key.is_unlocked(locked)  # for every other program too
    study_key.lock(locked)
    master, process = on_terminal(locked, "cases")
    said = type_when_asked(master, OTHER, OTHER, OTHER, PASSPHRASE)
    assert process.wait() == 2
    assert "It was asked for three times." in said
    assert not study_key.is_unlocked(locked)


# --- made ---


@pytest.mark.usefixtures("quick_passphrases")
def test_a_new_study_is_encrypted_unlocked_and_says_once_what_is_at_stake(tmp_path, monkeypatch):
    monkeypatch.setenv(SAID, PASSPHRASE)
    folder = tmp_path / "new"
    result = CliRunner().invoke(main, ["new", str(folder), "--encrypted"])
    assert result.exit_code == 0, result.output
    assert result.stderr.count(LOST_FOR_EVER) == 1
    assert f"Copy {folder / KEY_FILE} to another place." in result.stderr
    assert StudyFolder.open(folder).is_encrypted
    assert study_key.is_unlocked(folder)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    if os.name == "posix":
        assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))} == {0o600, 0o700}
    monkeypatch.delenv(SAID)
    assert run(folder, "cases", "add", "P01").exit_code == 0
    (note,) = (folder / "cases").glob("*.jsonl")
    assert is_sealed(note)


@pytest.mark.skipif(os.name != "posix", reason="there are no pseudo-terminals")
def test_the_passphrase_of_a_new_study_is_typed_twice(tmp_path):
    master, process = on_terminal(tmp_path, "new", str(tmp_path / "new"), "--encrypted")
    said = type_when_asked(master, PASSPHRASE, OTHER, PASSPHRASE, PASSPHRASE)
    assert process.wait() == 0, said
    assert LOST_FOR_EVER in said
    assert PASSPHRASE not in said
    assert study_key.is_unlocked(tmp_path / "new")


def test_a_passphrase_that_is_too_short_or_cannot_be_asked_for_makes_nothing(tmp_path, monkeypatch):
    refused = CliRunner().invoke(main, ["new", str(tmp_path / "a" / "new"), "--encrypted"])
    assert refused.exit_code == 2
    assert SAID in refused.stderr
    monkeypatch.setenv(SAID, "too short")
    assert CliRunner().invoke(main, ["new", str(tmp_path / "a" / "new"), "--encrypted"]).exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


@pytest.mark.usefixtures("quick_passphrases")
def test_a_study_that_fails_to_be_made_leaves_nothing_half_made(tmp_path, keys, monkeypatch):
    def broken(*_: object) -> None:
        raise StorageError("The disk is full.", "Make room.")

    monkeypatch.setenv(SAID, PASSPHRASE)
    monkeypatch.setattr(schedule_command, "make_study", broken)
    (tmp_path / "new").mkdir()
    assert CliRunner().invoke(main, ["new", str(tmp_path / "new"), "--encrypted"]).exit_code == LOCKED_OUT
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keys", "new"]
    assert list((tmp_path / "new").iterdir()) == []
    assert list(keys.iterdir()) == []


@pytest.mark.usefixtures("quick_passphrases")
def test_where_no_key_can_be_kept_no_study_is_made(tmp_path, keys, monkeypatch):
    def full(_: object) -> None:
        raise StorageError("The key cannot be kept.")

    monkeypatch.setenv(SAID, PASSPHRASE)
    monkeypatch.setattr(study_key, "keep_for_the_day", full)
    result = CliRunner().invoke(main, ["new", str(tmp_path / "new"), "--encrypted"])
    assert (result.exit_code, "cannot be kept" in result.stderr) == (LOCKED_OUT, True)
    assert list(tmp_path.iterdir()) == [keys]


def test_where_an_encrypted_study_is_already_that_is_said(study):
    before = everything(study)
    result = CliRunner().invoke(main, ["new", str(study), "--encrypted"])
    assert f"{study} holds an encrypted study already." in result.stderr
    assert everything(study) == before


def test_what_is_there_already_is_not_encrypted_where_it_lies(tmp_path, monkeypatch):
    monkeypatch.setenv(SAID, PASSPHRASE)
    StudyFolder.create(tmp_path / "old")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("x")
    before = everything(tmp_path)
    old = CliRunner().invoke(main, ["new", str(tmp_path / "old"), "--encrypted"])
    assert old.exit_code == 2
    assert "`receive` them in the new one" in old.stderr
    other = CliRunner().invoke(main, ["new", str(tmp_path / "other"), "--encrypted"])
    assert "is not empty" in other.stderr
    assert everything(tmp_path) == before


def test_no_study_is_made_within_an_encrypted_one(study, monkeypatch):
    monkeypatch.setenv(SAID, PASSPHRASE)
    result = CliRunner().invoke(main, ["new", str(study / "within"), "--encrypted"])
    assert "lies in an encrypted study" in result.stderr
    assert not (study / "within").exists()


# --- unlocked, locked, with another passphrase ---


def test_it_is_unlocked_once_and_locked_before_the_day_ends(locked, monkeypatch):
    monkeypatch.setenv(SAID, PASSPHRASE)
    assert f"{locked} is unlocked until 04:00." in run(locked, "unlock").stderr
    monkeypatch.delenv(SAID)
    assert "unlocked already" in run(locked, "unlock").stderr
    assert "is locked." in run(locked, "lock").stderr
    assert "locked already" in run(locked, "lock").stderr
    assert run(locked, "cases").exit_code == LOCKED_OUT


def test_a_study_that_is_not_encrypted_is_neither_unlocked_nor_locked_nor_asked_for(tmp_path, keys):
    StudyFolder.create(tmp_path / "open")
    for command in ("unlock", "lock"):
        result = run(tmp_path / "open", command)
        assert result.exit_code == 2
        assert "is not encrypted" in result.stderr
    assert run(tmp_path / "open", "cases").exit_code == 0
    assert not keys.exists()


@pytest.mark.usefixtures("quick_passphrases")
def test_the_passphrase_is_changed_for_a_new_one_that_is_long_enough(tmp_path, monkeypatch):
    study_key.make_key(tmp_path, PASSPHRASE)
    monkeypatch.setenv(SAID, PASSPHRASE)
    monkeypatch.setenv(NEW_PASSPHRASE, "short")
    assert run(tmp_path, "unlock", "--change").exit_code == 2
    monkeypatch.setenv(NEW_PASSPHRASE, OTHER)
    assert "Copies of study.key" in run(tmp_path, "unlock", "--change").stderr
    study_key.lock(tmp_path)
    assert run(tmp_path, "unlock").exit_code == 2
    monkeypatch.setenv(SAID, OTHER)
    assert run(tmp_path, "unlock").exit_code == 0


# --- what leaves it ---


def sealed(path: Path) -> Path:
    with making(path) as file:
        file.write(WORDS.encode())
    return path


def test_what_a_sealed_file_holds_is_written_out_and_said_to_be_readable(study, tmp_path):
    result = run(study, "unseal", str(sealed(study / "said.json")), str(tmp_path / "said.json"))
    assert result.exit_code == 0, result.output
    assert READABLE in result.stderr
    assert (tmp_path / "said.json").read_text() == WORDS
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "said.json").stat().st_mode) == 0o600


@pytest.mark.parametrize(("target", "said"), [("out.json", "is there already"), ("study/out", "in an encrypted study")])
def test_nothing_is_overwritten_by_it_and_nothing_written_into_the_study(study, tmp_path, target, said):
    (tmp_path / "out.json").write_text("mine")
    before = everything(tmp_path / "study")
    result = run(study, "unseal", str(study / "study.toml"), str(tmp_path / target))
    assert result.exit_code == 2
    assert said in result.stderr
    assert (tmp_path / "out.json").read_text() == "mine"
    assert everything(tmp_path / "study") == before


def test_what_is_damaged_or_not_sealed_leaves_nothing_behind(study, tmp_path):
    file = sealed(study / "said.json")
    whole = file.read_bytes()
    file.write_bytes(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:])
    assert run(study, "unseal", str(file), str(tmp_path / "out")).exit_code == LOCKED_OUT
    assert run(study, "unseal", str(study / "study.toml"), str(tmp_path / "out")).exit_code == 2
    assert run(study, "unseal", str(study / "missing"), str(tmp_path / "out")).exit_code == LOCKED_OUT
    assert not (tmp_path / "out").exists()


def test_exports_go_beside_the_study_and_are_said_to_be_readable(study, tmp_path):
    result = run(study, "export", "P07", "--format", "text", "--format", "notes")
    assert result.exit_code == 0, result.output
    files = [Path(line) for line in result.stdout.splitlines()]
    assert {file.parent for file in files} == {tmp_path / "study-exports"}
    assert result.stderr.count(READABLE) == 1
    assert any("nobody was there" in file.read_text(encoding="utf-8") for file in files)
    assert b"nobody was there" not in b"".join(everything(study).values())


def test_nothing_that_can_be_read_is_put_into_the_study(study):
    before = set(everything(study))
    for arguments in (("export", "P07", "--format", "text", "--to", str(study / "mine")), ("compare", "--to", "x.csv")):
        line = [part if part != "x.csv" else str(study / "x.csv") for part in arguments]
        result = run(study, *line)
        assert result.exit_code == 2, result.output
        assert "lies in an encrypted study" in result.stderr
    assert {path.suffix for path in set(everything(study)) - before} <= {".db", ".db-wal", ".db-shm", ".lock"}


def test_a_table_and_figures_are_said_to_be_readable(study, tmp_path):
    table = run(study, "compare", "--to", str(tmp_path / "x.csv"))
    assert (table.exit_code, table.stderr.count(READABLE)) == (0, 1)
    figures = run(study, "figures", "--write")
    assert (figures.exit_code, figures.stderr.count(READABLE)) == (0, 1), figures.output
    assert {Path(line).parent for line in figures.stdout.splitlines()} == {tmp_path / "study-exports"}


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(("is_encrypted", "said"), [(True, f"{READABLE}\n"), (False, "")])
def test_a_clip_is_said_to_be_readable(tmp_path, is_encrypted, said):
    if is_encrypted:
        encrypted_study(tmp_path / "study")
    laid = LaidStudy.make(tmp_path / "study")
    laid.journal_span(lay(laid.folder, 1, Laid(noise(2 * LAID_RATE))))
    laid.end()
    result = run(tmp_path / "study", "clip", "P07", "0:01", "0:02", str(tmp_path / "clip.wav"))
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{tmp_path / 'clip.wav'}\n", said)


@pytest.mark.usefixtures("keys")
def test_where_the_folder_has_a_space_in_its_name_the_way_out_can_be_typed(tmp_path, monkeypatch):
    study = tmp_path / "my study"
    encrypted_study(study)
    monkeypatch.setenv(SAID, PASSPHRASE)
    for command, said in (("lock", ""), ("unlock", "To lock it before: (.*)[.]"), ("lock", "")):
        result = run(study, command)
        if said:
            (way,) = re.findall(said, result.stderr)
            assert shlex.split(way) == ["interview-tui", "--study", str(study), "lock"]
    monkeypatch.delenv(SAID)
    (way_out,) = re.findall("Unlock it: (.*)[.] Scripts", run(study, "cases").stderr)
    assert shlex.split(way_out) == ["interview-tui", "--study", str(study), "unlock"]


def test_of_a_study_that_is_not_encrypted_nothing_is_said(tmp_path):
    made = StudyFolder.create(tmp_path / "open")
    made.keep_schedule(handover())
    journal = made.journal("P07")
    journal.append(conducted())
    journal.close(5)
    result = run(tmp_path / "open", "export", "P07", "--format", "text")
    assert result.exit_code == 0, result.output
    assert READABLE not in result.stderr
    assert Path(result.stdout.splitlines()[0]).parent == tmp_path / "open" / "exports"


# --- what nobody has thought of ---


def test_the_details_of_an_unforeseen_error_lie_sealed(study, monkeypatch):
    def broken() -> None:
        raise ZeroDivisionError(WORDS)

    monkeypatch.setitem(main.commands, "tally", click.Command("tally", callback=broken))
    for _ in range(2):
        result = run(study, "tally")
        assert result.exit_code == 1
        assert f"The details are in {study / 'error.log'}." in result.output
    assert is_sealed(study / "error.log")
    assert read_text(study / "error.log").count(f"ZeroDivisionError: {WORDS}") == 2


# --- doctor ---


def test_doctor_says_that_it_is_encrypted_and_seals_what_lies_open(study, tmp_path):
    assert "the study is encrypted" in run(study, "doctor").stdout
    assert run(study, "export", "P07", "--format", "text", "--to", str(tmp_path / "mine")).exit_code == 0
    whole = run(study, "doctor", "--study")
    assert "✓ The study is encrypted." in whole.stdout
    assert "lies open" not in whole.stdout
    by_hand = {study / "notes.txt": WORDS.encode(), study / "recordings" / "P07" / "old.bak": os.urandom(200_000)}
    for path, content in by_hand.items():
        path.parent.mkdir(exist_ok=True, mode=0o700)
        path.write_bytes(content)
        path.chmod(0o600)
    found = run(study, "doctor", "--study")
    assert found.exit_code == 1
    assert "notes.txt can be read by anybody, though the study is encrypted." in found.stdout
    assert "recordings/P07/old.bak can be read" in found.stdout
    repaired = run(study, "doctor", "--study", "--repair")
    assert "notes.txt is sealed now" in repaired.stdout
    for path, content in by_hand.items():
        assert is_sealed(path)
        assert read_bytes(path) == content
    assert "can be read by anybody" not in run(study, "doctor", "--study").stdout
