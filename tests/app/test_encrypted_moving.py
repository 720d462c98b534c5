"""Out of and into encrypted studies: bundles are the same, and of what is destroyed nothing is left behind the seals.

What is proved here of bytes is proved on an unsealed copy: every message of every sealed file, every page of every
database and of the log beside it. Looking for words in what is sealed would prove nothing.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from interview_tui import bundling, receiving
from interview_tui.at_rest import files as at_rest
from interview_tui.at_rest import study_key
from interview_tui.at_rest.encrypted_folder import KEY_FILE
from interview_tui.audio.files import stream_frames
from interview_tui.destroying import destroy_alone
from interview_tui.errors import StorageError
from interview_tui.record.review.changes import Settled
from interview_tui.record.review.log import Edit
from interview_tui.store import derived, search
from interview_tui.store.bundles import Manifest
from interview_tui.store.codebooks import CodebookFolder
from interview_tui.store.pseudonym_log import ELSEWHERE
from interview_tui.store.study import StudyFolder
from interview_tui.withdrawing import searching
from interview_tui.withdrawing.part import find_part, withdraw_part
from interview_tui.withdrawing.places import size
from interview_tui.withdrawing.retention import destroy_audio, kept
from interview_tui.withdrawing.whole import find, runs_of, withdraw
from tests.app.byte_search import files_with
from tests.app.test_receiving import killed
from tests.app.two_copies import KEY, RECIPIENT, hashes, held
from tests.app.withdrawable_study import (
    CASE,
    DIFFICULT,
    GENERAL,
    GOOD,
    KINDS,
    OTHER,
    leave_behind,
    make,
    said,
    stretch_of,
    with_log_beside,
    words_of,
)
from tests.at_rest.encrypted import encrypted_study
from tests.at_rest.shut import told_by_a_copy
from tests.at_rest.unsealed_copy import needs_libcrypto, unsealed_copy
from tests.fake_fieldwork import FakeIdentityBook

ALL = (GENERAL, GOOD, DIFFICULT)
OPEN = ("bundle",)  # in the place of one that would be sealed for others
BEGUN = "certificates/.{}-{}.{}"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An encrypted study, and beside it what lies elsewhere; all of it is copied for each test."""
    root = tmp_path_factory.mktemp("made")
    (root / "apart").mkdir()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(ELSEWHERE, str(root / "apart"))
        environment.setenv(study_key.ELSEWHERE, str(root / "keys"))
        encrypted_study(root / "study")
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
    monkeypatch.setenv(study_key.ELSEWHERE, str(root / "keys"))
    return root


@pytest.fixture
def study(root: Path) -> StudyFolder:
    return StudyFolder.open(root / "study")


@pytest.fixture
def identities() -> FakeIdentityBook:
    return FakeIdentityBook("a long enough passphrase")


def left(root: Path, *wheres: str, case: str = CASE) -> set[str]:
    """In which files words of these rounds are left, once everything is unsealed."""
    study = root / "study"
    copy = unsealed_copy(root, study_key.key_of(study_key.recipient_of(study), study), root.with_name("unsealed"))
    found = files_with(copy, words_of(case, *wheres))
    shutil.rmtree(copy)
    return set(found)


def files_of_sound(root: Path) -> list[Path]:
    """All that is kept of the case's recording and transcript."""
    places = (root / "study" / "recordings" / CASE, root / "fallback" / CASE)
    return [file for place in places for file in place.rglob("*") if file.is_file()]


def top(files: set[str]) -> set[str]:
    """The first folder of each, within the study for those of the study."""
    return {file.removeprefix("study/").split("/")[0] for file in files}


@needs_libcrypto
def test_what_is_withdrawn_is_in_no_message_page_or_log_behind_the_seals(root, study, identities, tmp_path):
    leave_behind(root)
    everything = [
        said(case, where, kind) for case in (CASE, OTHER) for where in ALL for kind in KINDS if kind != "bundle"
    ]
    assert told_by_a_copy(study.path, tmp_path / "copied", *everything) == []
    before = left(root, *ALL)
    assert top(before) >= {"study.db", "study.db-wal", "derived.db", "backups", "recordings", "reviews", "cases"}
    assert top(before) >= {"coding", "error.log", "received", "study-exports", "elsewhere"}
    runs = runs_of(study, CASE)
    assert runs is not None
    own = {file.relative_to(study.path).as_posix() for file in searching.look(runs, [study.path]).found}
    audio = next(one.amount for one in find(study, CASE, identities).held if one.place == "audio and transcript")
    assert size(sum(map(at_rest.size, files_of_sound(root)))) in audio
    assert top(own) >= {"study.db", "derived.db", "backups", "recordings", "reviews"}
    others = study.events(OTHER)
    with with_log_beside(study):  # a program that has it open: the log is not emptied by closing the last one
        certificate = withdraw(study, CASE, identities, CASE)
        assert left(root, *ALL) == set()
    assert f"{searching.UNSEALED}\nFound: none" in certificate.read_text(encoding="utf-8")
    assert {"study.db", "recordings", "study-exports"} <= top(left(root, *ALL, case=OTHER))
    assert study.events(OTHER) == others
    assert told_by_a_copy(study.path, tmp_path / "copied again", *everything) == []


@needs_libcrypto
@pytest.mark.parametrize("step", ["log of pseudonyms", "journal (study.db) and its backups", "search", "clear up"])
def test_a_withdrawal_that_was_cut_off_is_finished_and_no_words_lie_open_meanwhile(root, study, identities, step):
    def cut_off(name: str) -> None:
        if name == step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        withdraw(study, CASE, identities, CASE, cut_off)
    for kind in ("json", "runs"):
        assert at_rest.is_sealed(study.path / BEGUN.format(CASE, "withdrawn", kind))
    withdraw(study, CASE, identities, CASE)
    assert left(root, *ALL) == set()
    assert [file.name for file in (study.path / "certificates").iterdir()] == [f"{CASE}-withdrawn.txt"]


@needs_libcrypto
def test_a_part_goes_with_every_seal_that_ever_held_it(root, study):
    """Also what was cut off the end of a sealed list, and lies there yet behind a seal of its own."""
    untouched = Settled(at_ms=1, wall_ms=1, start_ms=0, end_ms=9, doubt="loop", comment="")
    study.append_review(CASE, Edit("f" * 32, "zoe", "lab", (), untouched))
    for file in [*(study.path / "coding").glob("*.jsonl"), *(study.path / "reviews" / CASE).glob("*.jsonl")]:
        with at_rest.appending(file) as lines:
            end = lines.tell()
            lines.write(f"half a line: {said(CASE, DIFFICULT, 'talk')}".encode())
            lines.truncate(end)
    assert {"coding", "reviews"} <= top(left(root, DIFFICULT))
    old = {file.name for file in study.audio_folder(CASE).glob("*") if file.suffix in (".wav", ".flac")}
    assert next(one.amount for one in find_part(study, CASE, DIFFICULT).held if one.place == "reviews") == "1 change"
    sealed: dict[str, bool] = {}

    def look(_: str) -> None:
        sealed.update({file.name: at_rest.is_sealed(file) for file in (study.path / "certificates").glob(".*")})

    certificate = withdraw_part(study, CASE, DIFFICULT, CASE, look)
    assert sealed == {f".{CASE}-{what}": True for what in ("part.json", "part.runs", "w1.json")}
    assert left(root, DIFFICULT) == set()
    assert {"study.db", "recordings", "reviews", "coding"} <= top(left(root, GOOD))
    assert "Found: none" in certificate.read_text(encoding="utf-8")
    assert old.isdisjoint(file.name for file in study.audio_folder(CASE).iterdir())
    sound, span = sound_of(study, CASE), study.interview(CASE).spans[1]
    stretch = stretch_of(DIFFICULT)
    first, end = span.frame_at(stretch.start_ms), span.frame_at(stretch.end_ms)
    assert not sound[first:end].any()
    assert sound[: first - 8_000].any()


def sound_of(study: StudyFolder, case: str) -> np.ndarray:
    """All samples of an interview's span, wherever it lies."""
    folder = study.audio_folder(case)
    parts = study.interview(case).spans[1].parts
    return np.concatenate(
        [b for part in parts for b in stream_frames(folder / part.file, part.first_frame, part.frames)]
    )


def test_audio_that_is_due_is_destroyed_and_what_is_told_of_it_is_of_what_the_files_hold(study):
    assert {one.case for one in kept(study)} == {CASE, OTHER}
    sealed: list[bool] = []
    file = study.path / BEGUN.format(CASE, "audio", "json")
    certificate = destroy_audio(study, CASE, CASE, lambda _: sealed.append(file.is_file() and at_rest.is_sealed(file)))
    assert any(sealed)
    assert not sound_of(study, CASE).any()
    now = hashes(study.audio_folder(CASE))
    told = certificate.read_text(encoding="utf-8")
    assert all(digest in told for name, digest in now.items() if name.endswith(".flac"))
    assert [one.case for one in kept(study)] == [OTHER]


def test_a_file_that_nobody_knows_is_looked_into_wherever_it_lies(study, identities):
    with at_rest.making(study.path / "recordings" / "remarks.txt") as file:
        file.write(f"She said {said(CASE, GOOD, 'talk')}.".encode())
    (study.exports_folder / "mine.txt").write_text(f"She said {said(CASE, GOOD, 'talk')}.", encoding="utf-8")
    (study.path / "bundles" / "other.db").write_bytes(bytes(range(256)))
    damaged = study.path / "recordings" / OTHER / "transcript.json"
    sealed = bytearray(damaged.read_bytes())
    sealed[-40] ^= 1
    damaged.write_bytes(sealed)
    strangers = ("recordings/remarks.txt", str(study.exports_folder / "mine.txt"))
    assert find(study, CASE, identities).strangers == strangers
    told = withdraw(study, CASE, identities, CASE).read_text(encoding="utf-8")
    assert all(f"Not reached: {name} holds five words running of it" in told for name in strangers)
    assert f"Not reached: recordings/{OTHER}/transcript.json {searching.SHUT}" in told


def test_a_study_moves_out_of_one_that_is_encrypted_and_into_another(study, tmp_path):
    """So an open study becomes an encrypted one: every case in a bundle, received in a new one."""
    tmp = folder(tmp_path / "there")
    book = CodebookFolder(study.path)
    book.begin("A category\n")
    book.keep("b", 1)
    told = folder(study.path / "certificates") / f"{CASE}-w1.txt"
    told.write_text("Certificate of destruction", encoding="utf-8")
    plain = received(StudyFolder.open(folder(tmp / "plain")), bundled(study, tmp / "1.bundle"))
    assert not list(lying_sealed(plain.path))
    key = encrypted_study(tmp / "sealed")
    again = received(StudyFolder.open(tmp / "sealed"), bundled(plain, tmp / "2.bundle"))
    alike = [{**held(one), "codebook": CodebookFolder(one.path).versions().all} for one in (study, plain, again)]
    assert alike[0] == alike[1] == alike[2]
    assert len(alike[2]["codebook"]) == 1
    for case in (CASE, OTHER):
        assert study.record(case) == plain.record(case) == again.record(case)
        assert study.transcript(case) == plain.transcript(case) == again.transcript(case)
        assert (sound_of(study, case) == sound_of(again, case)).all()
    derived.bring_up_to_date(again)
    assert [hit.case for hit in search.search(again, f'"{said(CASE, GOOD, "note")}"').hits] == [CASE]
    everything = [said(case, where, kind) for case in (CASE, OTHER) for where in ALL for kind in KINDS]
    assert told_by_a_copy(again.path, tmp / "copied", *everything) == []
    assert key.recipient != study_key.recipient_of(study.path)
    assert (again.path / "certificates" / told.name).read_bytes() == told.read_bytes()
    contents = [{each.name: each for each in made_of(one, tmp).entries} for one in (study, plain, again)]
    assert contents[0] == contents[1] == contents[2]


def folder(path: Path) -> Path:
    path.mkdir()
    return path


def bundled(study: StudyFolder, file: Path) -> Path:
    return bundling.bundle(study, [CASE, OTHER], file, [RECIPIENT]).path


def made_of(study: StudyFolder, folder: Path) -> Manifest:
    return bundling.bundle(study, [CASE, OTHER], folder / f"{study.path.name}.bundle", [RECIPIENT]).manifest


def received(study: StudyFolder, file: Path) -> StudyFolder:
    receiving.receive(study, file, [KEY])
    return StudyFolder.open(study.path)


def lying_sealed(folder: Path) -> Iterator[Path]:
    return (file for file in folder.rglob("*") if file.is_file() and at_rest.is_sealed(file))


def test_half_received_nothing_lies_readable_in_the_study_or_where_the_system_keeps_such(study, tmp_path, monkeypatch):
    nowhere = folder(tmp_path / "temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(nowhere))
    file = bundled(study, tmp_path / "a.bundle")
    encrypted_study(tmp_path / "new")
    new = StudyFolder.open(tmp_path / "new")
    seen: set[str] = set()

    def look(_: str) -> None:
        staged = [each for each in (new.path / receiving.HALF_RECEIVED).rglob("*") if each.is_file()]
        seen.update(each.suffix for each in staged)
        assert all(at_rest.is_sealed(each) for each in staged)
        assert not list(nowhere.iterdir())

    receiving.receive(new, file, [KEY], on_step=look)
    assert {".zip", ".jsonl"} <= seen
    assert not (new.path / receiving.HALF_RECEIVED).exists()
    (new.path / "recordings" / CASE / "transcript.json").unlink()
    with at_rest.making(new.path / "recordings" / CASE / "transcript.json") as transcript:
        transcript.write(at_rest.read_bytes(study.path / "recordings" / OTHER / "transcript.json"))
    receiving.receive(new, file, [KEY], on_step=look)
    aside = list((new.path / "received" / CASE).iterdir())
    assert [each.stem.partition("-")[0] for each in aside] == ["transcript"]
    assert all(map(at_rest.is_sealed, aside))


def test_what_a_killed_program_has_left_half_received_is_sealed_and_received_again_it_ends_the_same(study, tmp_path):
    file = bundled(study, tmp_path / "a.bundle")
    encrypted_study(tmp_path / "new")
    new = StudyFolder.open(tmp_path / "new")
    killed(new.path, file, f"{OTHER} journal")
    half = [each for each in (new.path / receiving.HALF_RECEIVED).rglob("*") if each.is_file()]
    assert half
    assert all(map(at_rest.is_sealed, half))
    assert held(received(new, file)) == held(study)
    assert not (new.path / receiving.HALF_RECEIVED).exists()


def test_a_locked_study_gives_nothing_takes_nothing_and_stays_as_it_is(root, study, identities, tmp_path):
    file = bundled(study, tmp_path / "a.bundle")
    encrypted_study(tmp_path / "empty")
    for locked in (study.path, tmp_path / "empty"):
        assert study_key.lock(locked)
    empty = StudyFolder.open(tmp_path / "empty")
    before = {path: path.read_bytes() for path in (*root.rglob("*"), *empty.path.rglob("*")) if path.is_file()}
    for act in (
        lambda: bundling.bundle(study, [CASE], tmp_path / "b.bundle", [RECIPIENT]),
        lambda: receiving.receive(study, file, [KEY]),
        lambda: receiving.receive(empty, file, [KEY]),
        lambda: receiving.listed(empty.path, file, [KEY]),
        lambda: find(study, CASE, identities),
        lambda: withdraw(study, CASE, identities, CASE),
        lambda: find_part(study, CASE, GOOD),
        lambda: withdraw_part(study, CASE, GOOD, CASE),
        lambda: kept(study),
        lambda: destroy_audio(study, CASE, CASE),
        lambda: destroy_alone(study, CASE, "w1", CASE),
    ):
        with pytest.raises(StorageError, match="is encrypted, and the study is locked"):
            act()
    now = {path: path.read_bytes() for path in (*root.rglob("*"), *empty.path.rglob("*")) if path.is_file()}
    made_since = {path for path in now if path not in before or now[path] != before[path]}
    assert {path.parent.name for path in made_since} <= {"locks"}
    assert not (tmp_path / "b.bundle").exists()
    assert {path.name for path in empty.path.iterdir()} <= {KEY_FILE}
