"""Of what was withdrawn no five words running are left in any byte of a study, however often it is cut off."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from filelock import FileLock

from interview_tui import bootstrap, copies, destroying
from interview_tui.casebook import StudyCases, StudyIdentities
from interview_tui.cli import main
from interview_tui.errors import ConfigError, Refused, StorageError, TranscriptionError
from interview_tui.exporting import export
from interview_tui.fieldwork.card import Standing
from interview_tui.fieldwork.identity import Identity
from interview_tui.identity_command import PASSPHRASE as SAID
from interview_tui.inspection import inspect
from interview_tui.interview.corrections import TalkPlaced
from interview_tui.interview.events import Place
from interview_tui.record.export_ports import Choice, Names
from interview_tui.record.review.log import Edit
from interview_tui.store.pseudonym_log import ELSEWHERE, log_of
from interview_tui.store.study import StudyFolder
from interview_tui.transcribe import erasing
from interview_tui.transcribe.spec import LOCK
from interview_tui.withdrawing.part import begun_part, find_part, withdraw_part
from interview_tui.withdrawing.places import places_of
from interview_tui.withdrawing.whole import find, withdraw
from tests.app.byte_search import files_with
from tests.app.test_bootstrap import NOWHERE
from tests.app.withdrawable_study import (
    CASE,
    DIFFICULT,
    GENERAL,
    GOOD,
    ORIGIN_MS,
    OTHER,
    leave_behind,
    make,
    said,
    stretch_of,
    with_log_beside,
    words_of,
)
from tests.fake_fieldwork import FakeIdentityBook
from tests.quick_passphrases import quick_passphrases

__all__ = ["quick_passphrases"]  # the fixture

ALL = (GENERAL, GOOD, DIFFICULT)
PASSPHRASE = "a long enough passphrase"
KILLED = getattr(signal, "SIGKILL", signal.SIGTERM)
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The study, and beside it what lies elsewhere; all of it is copied for each test."""
    root = tmp_path_factory.mktemp("made")
    (root / "apart").mkdir()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(ELSEWHERE, str(root / "apart"))
        with with_log_beside(make(root)):
            yield root


@pytest.fixture
def root(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy, in which every path that was noted down is that of the copy."""
    root = tmp_path / "copy"
    shutil.copytree(made, root)
    for noted in ("study/exports/elsewhere.jsonl", "study/bundles/made.jsonl", f"study/recordings/{CASE}/spans.jsonl"):
        file = root / noted
        file.write_text(file.read_text(encoding="utf-8").replace(str(made), str(root)), encoding="utf-8")
    monkeypatch.setenv(ELSEWHERE, str(root / "apart"))
    return root


@pytest.fixture
def study(root: Path) -> StudyFolder:
    return bootstrap.open_study(root / "study")


@pytest.fixture
def identities() -> FakeIdentityBook:
    """Both cases are in it, and it is unlocked."""
    book = FakeIdentityBook(PASSPHRASE)
    book.unlock(PASSPHRASE)
    book.keep(CASE, Identity("Ann Example"))
    book.keep(OTHER, Identity("Bob Example"))
    return book


def own_files(root: Path, case: str) -> dict[str, str]:
    """Every file that is a case's alone, with its hash."""
    places = [f"study/recordings/{case}", f"study/reviews/{case}", f"fallback/{case}", f"study/received/{case}"]
    files = [file for place in places for file in (root / place).rglob("*") if file.is_file()]
    exports = [*(root / "study/exports").glob(f"*_{case}_*"), *(root / "elsewhere").glob(f"*_{case}_*")]
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in [*files, *exports]}


def is_gone(root: Path) -> None:
    """Nothing of the case is left, and nothing of the other one is missing or changed."""
    assert files_with(root, words_of(CASE, *ALL)) == []
    assert {"study/study.db", "study/derived.db"} <= set(files_with(root, words_of(OTHER, *ALL)))
    assert own_files(root, CASE) == {}
    certificate = root / "study" / "certificates" / f"{CASE}-withdrawn.txt"
    assert "Found: none" in certificate.read_text(encoding="utf-8")
    assert [file.name for file in certificate.parent.iterdir()] == [certificate.name]


def test_every_place_holds_words_before_and_none_after_a_withdrawal(root, study, identities):
    leave_behind(root)
    places = {file.split("/")[1] if file.startswith("study/") else file.split("/")[0] for file in before(root)}
    assert places >= {"study.db", "derived.db", "backups", "exports", "recordings", "reviews", "cases", "coding"}
    assert places >= {"error.log", "received", "bundles", "elsewhere", "study.db-wal"}
    others, events = own_files(root, OTHER), study.events(OTHER)
    certificate = withdraw(study, CASE, identities, f" {CASE}\n")
    is_gone(root)
    assert own_files(root, OTHER) == others
    assert study.events(OTHER) == events
    assert study.transcript(OTHER) is not None
    assert certificate == root / "study" / "certificates" / f"{CASE}-withdrawn.txt"


def before(root: Path) -> list[str]:
    return files_with(root, words_of(CASE, *ALL))


def test_who_it_is_and_which_names_it_had_is_gone_and_of_others_is_kept(study, identities):
    withdraw(study, CASE, identities, CASE)
    assert set(identities.kept) == {OTHER}
    log = log_of(study)
    assert log is not None
    assert [given.name for given in log.holding()] == ["Aldham"]
    assert "Wigby" not in log.path.read_text(encoding="utf-8")


def test_the_certificate_has_no_content_and_says_what_was_not_reached(root, study, identities):
    identities.lock_again()
    sealed = study.path / "bundles" / "from-somebody.bundle"
    sealed.write_bytes(b"age-encryption.org/v1")
    moved = next((root / "elsewhere").glob(f"*_{CASE}_*.txt"))
    moved.unlink()
    changed = next((root / "elsewhere").glob(f"*_{CASE}_*.json"))
    changed.write_text("{}", encoding="utf-8")
    (study.exports_folder / "my own notes.txt").write_text(f"She said {said(CASE, GOOD, 'talk')}.", encoding="utf-8")
    stranger = "exports/my own notes.txt"
    assert find(study, CASE, identities).strangers == (stranger,)
    told = withdraw(study, CASE, identities, CASE).read_text(encoding="utf-8")
    assert changed.exists()
    assert sealed.exists()
    assert f"Not reached: the bundle {sealed} is sealed, and nobody noted what is in it" in told
    assert f"Not reached: the export {moved} is not there any more" in told
    assert f"Not reached: the export {changed} was changed since it was written" in told
    assert f"Not reached: who {CASE} is, in the file of identities, which was locked" in told
    assert f"Not reached: {stranger} holds five words running of it" in told
    assert "Found: in 1 files" in told
    assert "1 were made" in told
    assert f"recordings/{CASE}/transcript.json\n    was " in told
    words = {
        word for where in ALL for kind in ("talk", "note", "remark", "gist") for word in said(CASE, where, kind).split()
    }
    assert words.isdisjoint(told.split())
    assert "Wigby" not in told


def test_a_preview_changes_nothing_and_counts_everything(root, study, identities):
    leave_behind(root)
    was = {file: file.stat().st_mtime_ns for file in root.rglob("*") if file.is_file() and "locks" not in file.parts}
    found = find(study, CASE, identities)
    held = {one.place: one.amount for one in found.held}
    assert held["notes of the case"] == "2 entries"
    assert held["coding"] == "4 entries"
    assert held["reviews"] == "3 changes, 1 file"
    assert held["log of pseudonyms"] == "1 line"
    assert held["identity"] == "name and how to reach them"
    assert held["journal (study.db) and its backups"].endswith("1 half-typed line, rows in 2 backups")
    assert "1 of them where recording fell back" in held["audio and transcript"]
    assert "1 bundle, 1 file that was received" in held["exports and bundles"]
    now = {file: file.stat().st_mtime_ns for file in root.rglob("*") if file.is_file() and "locks" not in file.parts}
    assert {name for name in was if now.get(name) != was[name]} <= {
        study.path / f"study.db{end}" for end in ("", "-wal", "-shm")
    }
    assert not (study.path / "certificates").exists()


def test_a_case_that_was_withdrawn_stays_known_and_is_taken_up_by_nobody(study, identities):
    withdraw(study, CASE, identities, CASE)
    standing = {card.case: card.standing for card in StudyCases(study).cards()}
    assert standing == {CASE: Standing.WITHDRAWN, OTHER: Standing.INTERVIEWED}
    assert [found.case for found in study.interviews()] == [OTHER]
    for case in (CASE, CASE.lower()):
        with pytest.raises(ConfigError, match="was withdrawn"):
            bootstrap.open_call(study, case, NOWHERE)
    assert not find(study, CASE, identities)
    with pytest.raises(StorageError, match=f"nothing of {CASE}"):
        withdraw(study, CASE, identities, CASE)


def test_what_turns_up_later_is_withdrawn_too_and_added_to_the_certificate(study, identities):
    identities.lock_again()
    certificate = withdraw(study, CASE, identities, CASE)
    first = certificate.read_text(encoding="utf-8")
    identities.unlock(PASSPHRASE)
    assert [one.place for one in find(study, CASE, identities).held][:1] == ["identity"]
    withdraw(study, CASE, identities, CASE)
    assert set(identities.kept) == {OTHER}
    assert certificate.read_text(encoding="utf-8").startswith(first)
    assert certificate.read_text(encoding="utf-8").count("Certificate of withdrawal") == 2


def test_something_else_typed_or_a_case_that_nobody_knows_changes_nothing(root, study, identities):
    was = before(root)
    with pytest.raises(ConfigError, match="nothing was withdrawn"):
        withdraw(study, CASE, identities, "yes")
    with pytest.raises(ConfigError, match="nothing was withdrawn"):
        withdraw_part(study, CASE, DIFFICULT, "yes")
    with pytest.raises(ConfigError, match="cannot be a case id"):
        withdraw(study, "../P99", identities, "../P99")
    with pytest.raises(StorageError, match="nothing of P99"):
        withdraw(study, "P99", identities, "P99")
    assert set(was) - set(before(root)) <= {"study/study.db-wal"}
    assert not (study.path / "certificates").is_dir() or not list((study.path / "certificates").iterdir())


def test_an_interview_that_is_open_elsewhere_is_refused(root, study, identities):
    was = set(before(root))
    call = bootstrap.reopen_call(study, CASE)
    try:
        for act in (lambda: withdraw(study, CASE, identities, CASE), lambda: withdraw_part(study, CASE, GOOD, CASE)):
            with pytest.raises(StorageError, match="is open in another"):
                act()
    finally:
        assert call.journal.close(10.0)
    assert was - set(before(root)) <= {"study/study.db-wal"}


def test_an_interview_that_goes_on_is_refused(study, identities):
    call = bootstrap.open_call(study, "P09", NOWHERE)
    assert call.journal.close(10.0)
    for act in (lambda: withdraw(study, "P09", identities, "P09"), lambda: withdraw_part(study, "P09", GOOD, "P09")):
        with pytest.raises(Refused, match="goes on"):
            act()
    assert study.knows("P09")


def test_what_is_being_transcribed_is_refused_before_anything_goes(root, study, identities, monkeypatch):
    monkeypatch.setattr(erasing, "ENDING_S", 0.05)
    was = set(before(root))
    with FileLock(study.audio_folder(CASE) / LOCK):
        with pytest.raises(TranscriptionError, match="is being transcribed"):
            withdraw(study, CASE, identities, CASE)
        with pytest.raises(TranscriptionError, match="is being transcribed"):
            withdraw_part(study, CASE, GOOD, CASE)
    assert was - set(before(root)) <= {"study/study.db-wal"}


def test_another_case_whose_name_begins_alike_keeps_what_it_had_begun(study, identities):
    begun = study.path / "certificates" / f".{CASE}-2-w1.json"
    begun.parent.mkdir()
    begun.write_text("{}", encoding="utf-8")
    withdraw(study, CASE, identities, CASE)
    assert begun.is_file()


def test_the_doctor_says_how_to_finish_what_was_cut_off(study, identities):
    with pytest.raises(KeyboardInterrupt):
        withdraw_part(study, OTHER, DIFFICULT, OTHER, interrupted_at("journal"))
    with pytest.raises(KeyboardInterrupt):
        withdraw(study, CASE, identities, CASE, interrupted_at("reviews"))
    hints = {found.way_out for found in inspect(study).findings}
    assert f"Finish it: interview-tui withdraw {CASE}" in hints
    assert f"Finish it: interview-tui withdraw {OTHER} {DIFFICULT}" in hints


def test_in_the_terminal_it_is_shown_first_and_then_certified(root, study):
    command = ["--study", str(study.path), "withdraw"]
    shown = CliRunner().invoke(main, [*command, CASE, "--preview"])
    assert "Nothing was changed yet" in shown.output
    assert "journal (study.db) and its backups" in shown.output
    refused = CliRunner().invoke(main, [*command, CASE, DIFFICULT], input="no\n")
    assert "nothing was withdrawn" in refused.output
    part = CliRunner().invoke(main, [*command, CASE, DIFFICULT], input=f"{CASE}\n")
    assert part.output.strip().splitlines()[-1] == str(study.path / "certificates" / f"{CASE}-w1.txt")
    assert "said from 0:41 to 1:01 of the recording" in part.output
    whole = CliRunner().invoke(main, [*command, CASE], input=f"{CASE}\n")
    assert whole.output.strip().splitlines()[-1] == str(study.path / "certificates" / f"{CASE}-withdrawn.txt")
    assert files_with(root, words_of(CASE, *ALL)) == []
    again = CliRunner().invoke(main, [*command, CASE])
    assert "nothing of it is left here" in again.output
    assert CliRunner().invoke(main, [*command, "P99"]).exit_code == 2
    for each in (shown, part, whole, again):
        assert each.exit_code == 0, each.output


@pytest.mark.usefixtures("quick_passphrases")
def test_an_empty_part_is_not_the_whole_case(study):
    done = CliRunner().invoke(main, ["--study", str(study.path), "withdraw", CASE, ""], input=f"{CASE}\n")
    assert done.exit_code == 2
    assert "which part" in done.stderr
    assert study.knows(CASE)


def test_a_script_gives_the_passphrase_of_the_identities_in_the_environment(study, monkeypatch):
    known = StudyIdentities(study)
    known.unlock(PASSPHRASE)
    known.keep(CASE, Identity("Ann Example"))
    monkeypatch.setenv(SAID, PASSPHRASE)
    done = CliRunner().invoke(main, ["--study", str(study.path), "withdraw", CASE], input=f"{CASE}\n")
    assert done.exit_code == 0, done.output
    left = StudyIdentities(study)
    left.unlock(PASSPHRASE)
    assert left.of(CASE) is None


PLACES = ["log of pseudonyms", "identity", "exports and bundles", "notes of the case", "coding", "reviews"]
PLACES += ["audio and transcript", "journal (study.db) and its backups", "search index (derived.db)", "error.log"]
STEPS = ["note down", *PLACES, "parts begun", "search", "certificate", "clear up"]
OUTSIDE = PLACES[:2]


def test_the_steps_are_the_ones_that_are_killed_below(study, identities):
    seen: list[str] = []
    withdraw(study, CASE, identities, CASE, seen.append)
    assert seen == STEPS


@needs_fork
def test_killed_before_every_step_one_after_the_other_it_is_finished_by_the_last_try(root, study, identities):
    certificate = study.path / "certificates" / f"{CASE}-withdrawn.txt"
    for step in STEPS:
        killed(lambda step=step: withdraw(study, CASE, identities, CASE, dies_at(step)))
        assert certificate.is_file() is (step == "clear up")
        if step != STEPS[0]:
            with pytest.raises(ConfigError, match=f"{CASE} was (withdrawn|begun to be withdrawn, and cut off)"):
                study.journal(CASE)
    identities.keep(CASE, None)  # a process of its own has its own fake
    withdraw(study, CASE, identities, CASE)
    is_gone(root)
    told = certificate.read_text(encoding="utf-8")
    assert told.count("Certificate of withdrawal") == 1
    assert f"recordings/{CASE}/transcript.json\n    was " in told


@needs_fork
@pytest.mark.parametrize("files", [2, 34])
def test_killed_while_files_are_deleted_it_is_finished_by_the_next_try(root, study, identities, files):
    def run() -> None:
        left, unlink = [files], Path.unlink

        def dies(path: Path, missing_ok: bool = False) -> None:
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), KILLED)
            unlink(path, missing_ok)

        pytest.MonkeyPatch().setattr(Path, "unlink", dies)  # for as long as this process lives
        withdraw(study, CASE, identities, CASE)

    killed(run)
    withdraw(study, CASE, identities, CASE)
    is_gone(root)


def dies_at(step: str):
    def die(name: str) -> None:
        if name == step:
            os.kill(os.getpid(), KILLED)

    return die


def killed(act) -> None:
    """Do something in a process of its own, which is killed on the way."""
    child = os.fork()
    if not child:
        try:
            act()
        finally:
            os._exit(7)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"it was not killed: {status}"


@pytest.mark.parametrize("left_out", [place for place in PLACES if place not in OUTSIDE])
def test_the_search_finds_what_any_place_would_leave(root, study, identities, monkeypatch, left_out):
    """The proof would fail if a place were left out; and so would the certificate's own search."""
    place = next(each for each in places_of(study, CASE, identities) if each.name == left_out)
    monkeypatch.setattr(type(place), "remove", lambda _: "")
    told = withdraw(study, CASE, identities, CASE).read_text(encoding="utf-8")
    assert files_with(root, words_of(CASE, *ALL))
    if left_out not in ("notes of the case", "coding", "error.log"):  # words that only stand there are not known before
        assert "Found: none" not in told


def test_a_round_goes_and_the_others_stay(root, study):
    others, good = own_files(root, OTHER), words_of(CASE, GENERAL, GOOD)
    assert [found.id for found in study.record(CASE).incidents] == [GOOD, DIFFICULT]
    found = find_part(study, CASE, DIFFICULT)
    assert {one.place: one.amount for one in found.held}["transcript"] == "10 words"
    certificate = withdraw_part(study, CASE, DIFFICULT, CASE)
    assert certificate.name == f"{CASE}-w1.txt"
    assert files_with(root, words_of(CASE, DIFFICULT)) == []
    assert own_files(root, OTHER) == others
    assert {"study/study.db", f"study/recordings/{CASE}/transcript.json"} <= set(files_with(root, good))
    record = study.record(CASE)
    assert [found.id for found in record.incidents] == [GOOD]
    assert {found.case: found.incidents for found in study.interviews()} == {CASE: 1, OTHER: 2}
    assert [turn.turn.text for turn in record.turns if turn.turn.text in said(CASE, DIFFICULT, "talk")] == []
    told = certificate.read_text(encoding="utf-8")
    assert "Found: none" in told
    assert f"Withdrawn whole, after the call: {DIFFICULT}" in told
    assert set(said(CASE, DIFFICULT, "talk").split()).isdisjoint(told.split())
    assert [file.name for file in certificate.parent.iterdir()] == [certificate.name]
    assert files_with(study.path / "coding", words_of(CASE, GOOD)) != []


@pytest.mark.parametrize("left_out", ["transcript", "review", "coding", "exports", "journal", "search"])
def test_the_search_finds_what_any_step_would_leave_of_a_part(root, study, monkeypatch, left_out):
    steps = destroying._Destruction.steps
    monkeypatch.setattr(destroying._Destruction, "steps", lambda self: {**steps(self), left_out: lambda: None})
    told = withdraw_part(study, CASE, DIFFICULT, CASE).read_text(encoding="utf-8")
    assert files_with(root, words_of(CASE, DIFFICULT))
    if left_out not in ("transcript", "coding"):  # no five words stand beside one another there, or are known before
        assert "Found: none" not in told


def test_a_relationship_goes_with_the_incidents_in_it(root, study):
    certificate = withdraw_part(study, CASE, "r1", CASE)
    assert files_with(root, words_of(CASE, GOOD, DIFFICULT) - words_of(CASE, GENERAL)) == []
    assert study.record(CASE).incidents == ()
    assert "study/study.db" in files_with(root, words_of(CASE, GENERAL))
    assert "Found: none" in certificate.read_text(encoding="utf-8")


def test_what_a_reviewer_placed_elsewhere_stays_though_the_screen_stood_in_the_round(root, study):
    found = stretch_of(DIFFICULT)
    change = TalkPlaced(
        at_ms=0,
        wall_ms=9,
        start_ms=found.start_ms,
        end_ms=found.end_ms,
        place=Place("definition"),
    )
    before_it = {one.place: one.amount for one in find_part(study, CASE, "R1").held}
    study.append_review(CASE, Edit("placed", "ann", "lab", (), change))
    held = {one.place: one.amount for one in find_part(study, CASE, "R1").held}
    assert (before_it["transcript"], held["transcript"]) == ("20 words", "10 words")
    withdraw_part(study, CASE, "R1", CASE)
    assert f"study/recordings/{CASE}/transcript.json" in files_with(root, runs(said(CASE, DIFFICULT, "talk")))
    assert files_with(root, runs(said(CASE, GOOD, "talk"))) == []


def test_a_stretch_goes_and_what_was_said_beside_it_stays(root, study):
    found = stretch_of(GOOD)
    start_s, end_s = (found.start_ms - ORIGIN_MS) / 1000, (found.end_ms - ORIGIN_MS) / 1000
    withdraw_part(study, CASE, f"0:{start_s:05.2f}-0:{end_s:05.2f}", CASE)
    transcript = study.transcript(CASE)
    assert transcript is not None
    text = " ".join(turn.text for turn in transcript.turns)
    assert said(CASE, GOOD, "talk") not in text
    assert text == f"{said(CASE, GENERAL, 'talk')} {said(CASE, DIFFICULT, 'talk')}".replace("  ", " ")
    assert files_with(root, set(runs(said(CASE, GOOD, "talk")))) == []


def runs(text: str) -> set[str]:
    from tests.app.byte_search import runs_of

    return runs_of(text)


def test_what_is_no_part_is_told_with_the_parts_there_are(study):
    with pytest.raises(ConfigError, match=f"{CASE} has no 'R7'") as caught:
        find_part(study, CASE, "R7")
    assert DIFFICULT in caught.value.hint
    with pytest.raises(ConfigError, match="Nothing was recorded"):
        find_part(study, CASE, "10:00-12:00")
    with pytest.raises(ConfigError, match="no moment"):
        find_part(study, CASE, "1.2.3-4:00")


PART_STEPS = ["note down", "names", "audio", "transcript", "review", "coding", "exports", "journal", "search"]
PART_STEPS += ["destroyed", "certificate", "clear up", "search afterwards", "clear up afterwards"]


@needs_fork
def test_a_part_that_is_cut_off_before_any_step_is_finished_first(root, study):
    for step in PART_STEPS:
        killed(lambda step=step: withdraw_part(study, CASE, DIFFICULT, CASE, dies_at(step)))
        assert begun_part(study, CASE) == DIFFICULT
    with pytest.raises(Refused, match="was begun to be withdrawn"):
        withdraw_part(study, CASE, GOOD, CASE)
    certificate = withdraw_part(study, CASE, DIFFICULT, CASE)
    assert files_with(root, words_of(CASE, DIFFICULT)) == []
    assert begun_part(study, CASE) == ""
    assert certificate.read_text(encoding="utf-8").count("Found: none") == 1
    assert list(study.interview(CASE).soundtrack.withholdings) == ["w1"]


def test_the_whole_goes_although_a_part_was_cut_off(root, study, identities):
    with pytest.raises(KeyboardInterrupt):
        withdraw_part(study, CASE, DIFFICULT, CASE, interrupted_at("journal"))
    withdraw(study, CASE, identities, CASE)
    is_gone(root)


def interrupted_at(step: str):
    def interrupt(name: str) -> None:
        if name == step:
            raise KeyboardInterrupt

    return interrupt


def test_an_export_elsewhere_is_found_again_under_its_name_or_put_aside(root, study, identities):
    aside = next((root / "elsewhere").glob(f"*_{CASE}_*.txt"))
    earlier = aside.with_name(f"{aside.stem}_earlier-1{aside.suffix}")
    shutil.copyfile(aside, earlier)
    withdraw(study, CASE, identities, CASE)
    assert not aside.exists()
    assert not earlier.exists()
    assert [file.name for file in (root / "elsewhere").iterdir()]  # the other case's


def test_an_export_into_any_other_folder_is_noted_and_found_again(root, study, identities):
    register = study.exports_folder / copies.ELSEWHERE
    was = register.read_text(encoding="utf-8")
    export(study, [CASE], Choice(("text",), Names.FULL, folder=study.exports_folder))
    assert register.read_text(encoding="utf-8") == was
    for folder in (study.exports_folder / "sub", study.path / "handouts", root / "a [new] one"):
        export(study, [CASE, OTHER], Choice(("text", "incidents"), Names.FULL, folder=folder))
    withdraw(study, CASE, identities, CASE)
    is_gone(root)
    for folder in (study.exports_folder / "sub", study.path / "handouts", root / "a [new] one"):
        (left,) = folder.iterdir()
        assert f"_{OTHER}_" in left.name


@pytest.mark.parametrize("line", ['{"file": "x"}', "no JSON", '["x"]'])
def test_a_damaged_list_of_exports_is_named_and_nothing_goes(study, identities, line):
    register = study.exports_folder / copies.ELSEWHERE
    register.write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(StorageError, match=r"elsewhere\.jsonl cannot be read"):
        withdraw(study, CASE, identities, CASE)
    assert study.knows(CASE)
    assert not list(study.path.glob("certificates/*"))
