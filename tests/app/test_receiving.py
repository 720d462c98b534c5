"""A bundle is taken whole and put together with what is there, or refused with the study as it was."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pyrage
import pytest
import soundfile
from click.testing import CliRunner

from interview_tui import bootstrap, bundling, destroying, packing, receiving
from interview_tui.cli import main
from interview_tui.credibility.changes import Extracted
from interview_tui.errors import ConfigError, InterviewTuiError, Refused, StorageError
from interview_tui.grow_only import Signed
from interview_tui.interview import withholding
from interview_tui.interview.events import Destroyed
from interview_tui.record.review.changes import WordsCorrected
from interview_tui.record.review.log import Edit
from interview_tui.record.transcript import RESPONDENT, Provenance, Transcript, Turn, Word, to_json
from interview_tui.store import bundles, certificates, derived, joining_journals, sealing
from interview_tui.store.bundles import entry_of
from interview_tui.store.codebooks import CodebookFolder
from interview_tui.store.coding_log import CodingFolder
from interview_tui.store.journal import taken
from interview_tui.store.pseudonym_log import log_of
from interview_tui.store.study import StudyFolder
from interview_tui.withdrawing.part import withdraw_part
from interview_tui.withdrawing.retention import destroy_audio
from tests.app.laid_study import CASE, LaidStudy
from tests.app.two_copies import KEY, RECIPIENT, Side, hashes, held, two_copies
from tests.audio.laid import Laid, lay, noise
from tests.store.test_erasure import files_with

SECRET, KEPT, SPOKEN = "told him to go to the leader", "he rang about his first budget", "unrepeatable"
STEPS = ["check", "B1 audio", "B1 journal", "B1 old audio", "P01 journal", "P01 transcript", "notes", "clear up"]
STEPS_OF_DESTROYING = ["P07 rows", "P07 audio", "P07 journal", "P07 old audio", "P07 review"]
KILLED = """
import os, signal, sys
from pathlib import Path
import pyrage
from interview_tui import receiving
from interview_tui.store.study import StudyFolder
def die(step):
    if step == sys.argv[4]:
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
key = pyrage.x25519.Identity.from_str(sys.argv[3])
receiving.receive(StudyFolder.open(Path(sys.argv[1])), Path(sys.argv[2]), [key], on_step=die)
"""


@pytest.fixture
def copies(tmp_path: Path) -> tuple[Side, Side]:
    return two_copies(tmp_path)


@pytest.fixture
def busy(tmp_path: Path, copies: tuple[Side, Side]) -> tuple[Side, Side, Path]:
    """Two copies in which something was done, and a bundle of the second."""
    ours, theirs = copies
    ours.debrief("P01", "went", "well", 9)
    theirs.interview()
    theirs.debrief("P01", "went", "badly", 5)
    for side in copies:
        side.review("P01")
        side.note("P01")
        side.code("P01")
    book = CodebookFolder(theirs.study.path)
    book.begin("A category\n")
    book.keep("b", 1)
    return ours, theirs, theirs.bundle(tmp_path / "b.bundle")


def forged(folder: Path, whole: Path, change) -> Path:
    """A bundle that is sealed as it should be, and in which something was changed by somebody."""
    sealing.unseal(whole, folder / "zip", [KEY])
    bundle = bundles.opened(folder / "zip", 1 << 30)
    contents: dict[str, bundles.Content] = {one.name: bundle.data(one.name) for one in bundle.manifest.entries}
    manifest = change(contents, bundle.manifest) or bundle.manifest
    manifest = replace(manifest, entries=tuple(entry_of(name, data) for name, data in sorted(contents.items())))
    bundle.close()
    file = folder / "forged.bundle"
    sealing.seal(lambda out: bundles.write(out, manifest, contents), file, [RECIPIENT])
    return file


def refused(side: Side, file: Path, **how) -> InterviewTuiError:
    """What is said of a bundle that is refused; the study is byte for byte as it was."""
    before = hashes(side.study.path)
    with pytest.raises(InterviewTuiError) as raised:
        side.receive(file, **how)
    assert hashes(side.study.path) == before
    assert not (side.study.path / receiving.HALF_RECEIVED).exists()
    return raised.value


def test_what_was_done_on_both_sides_is_there_and_told(busy):
    ours, _, file = busy
    came = ours.receive(file)
    lines = [line for case in came.cases for line in case.lines]
    assert "B1: taken in: 0.0 minutes of audio, 2 notes." in lines
    assert "P01: both sides had gone on after the end; they were put together (1 event more)." in lines
    assert "P01: both wrote into the debrief (went); what was written later stands there." in lines
    assert "P01: 1 change of review taken." in lines
    assert came.remarks == (
        "1 notes about cases taken.",
        "1 entries of coding taken.",
        "1 versions of the codebook taken.",
    )
    assert ours.study.interview("P01").course.debrief["went"] == "well"
    assert len(CodebookFolder(ours.study.path).versions().all) == 1
    (backup,) = (ours.study.path / "backups").iterdir()
    assert "before-joining" in backup.name
    again = ours.receive(file)
    assert [line for case in again.cases for line in case.lines] == [
        "B1: the interview was there already.",
        "P01: the interview was there already.",
    ]
    assert again.remarks == ()


def test_one_byte_changed_or_the_end_missing_leaves_the_study_as_it_was(busy, tmp_path):
    ours, _, file = busy
    whole = file.read_bytes()
    for place in (0, 40, 150, 210, len(whole) // 2, len(whole) - 1):
        changed = bytearray(whole)
        changed[place] ^= 1
        (tmp_path / "changed").write_bytes(changed)
        refused(ours, tmp_path / "changed")
    for length in (0, 10, 100, len(whole) // 2, len(whole) - 1):
        (tmp_path / "short").write_bytes(whole[:length])
        refused(ours, tmp_path / "short")


def test_a_plain_zip_and_another_ones_file_leave_the_study_as_it_was(busy, tmp_path):
    ours, _, file = busy
    sealing.unseal(file, tmp_path / "zip", [KEY])
    assert "it is not sealed" in refused(ours, tmp_path / "zip").message
    other = pyrage.x25519.Identity.generate()
    sealing.seal(lambda out: out.write(b"tunes"), tmp_path / "others", [str(other.to_public())])
    assert "sealed for others" in refused(ours, tmp_path / "others").message
    sealing.seal(lambda out: out.write(b"tunes"), tmp_path / "tunes", [RECIPIENT])
    assert "not whole" in refused(ours, tmp_path / "tunes").message


def shuffled(contents, _):
    lines = contents["cases/P01/journal.jsonl"].splitlines(keepends=True)
    contents["cases/P01/journal.jsonl"] = b"".join([lines[0], *lines[2:]])


def of_another_case(contents, _):
    contents["cases/P01/journal.jsonl"] = contents["cases/B1/journal.jsonl"]


def of_a_newer_program(contents, _):
    journal = contents["cases/P01/journal.jsonl"]
    contents["cases/P01/journal.jsonl"] = journal.replace(b'"NoteTaken"', b'"NoteSung"')


def another_schedule(contents, _):
    contents["cases/P01/schedule.yaml"] += b"# and more\n"


def a_torn_review(contents, _):
    (name,) = [name for name in contents if name.startswith("cases/P01/reviews/")]
    contents[name] += b'{"id": "x", "by"'


def a_damaged_note(contents, _):
    (name,) = [name for name in contents if name.startswith("study/cases/")]
    contents[name] += b'{"id": "x"}\n'


def a_damaged_codebook(contents, _):
    (name,) = [name for name in contents if name.startswith("study/codebook/")]
    contents[name] += b"Another category\n"


def a_damaged_transcript(contents, _):
    contents["cases/P01/transcript.json"] = b'{"turns": 7}'


def no_journal(contents, _):
    del contents["cases/B1/journal.jsonl"]


def a_name_outside(contents, _):
    contents["../../study.db"] = b"x"


def another_study(_, manifest):
    return replace(manifest, study_id="somebody-elses", study_name="Another one")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (shuffled, "event 2 is not where it belongs"),
        (of_another_case, "event 1 is not where it belongs"),
        (of_a_newer_program, "Event"),
        (another_schedule, "its schedule is another one"),
        (a_torn_review, "was cut off"),
        (a_damaged_note, "cannot be read"),
        (a_damaged_codebook, "was changed after it was kept"),
        (a_damaged_transcript, "ranscript"),
        (no_journal, "its journal or its schedule is missing"),
        (a_name_outside, "is no file of a bundle"),
        (another_study, "of another study (Another one)"),
    ],
)
def test_what_somebody_has_changed_and_sealed_again_leaves_the_study_as_it_was(busy, tmp_path, change, said):
    ours, _, file = busy
    assert said in refused(ours, forged(tmp_path, file, change)).message


def test_a_case_that_is_open_elsewhere_is_refused_before_anything_changes(busy):
    ours, _, file = busy
    lock = taken(ours.database, "P01")
    try:
        assert "The interview with P01 is open" in refused(ours, file).message
    finally:
        lock.release()
    ours.receive(file)


def test_two_interviews_under_one_case_are_shown_and_the_rest_is_taken(copies, tmp_path):
    ours, theirs = copies
    ours.interview("P02")
    theirs.made = 7
    theirs.interview("P02")
    theirs.review("P02")
    theirs.note("P02")
    theirs.interview("P03")
    before = held(ours.study)
    came = {case.case: case for case in ours.receive(theirs.bundle(tmp_path / "b.bundle")).cases}
    assert "They are two interviews: their first events differ" in came["P02"].refused
    after = held(ours.study)
    assert after["journals"].keys() == {"P01", "P02", "P03"}
    for what in ("journals", "audio"):
        assert after[what]["P02"] == before[what]["P02"]
    assert after["lists"]["review P02"] == {}
    assert after["lists"]["cases"] == before["lists"]["cases"]


def test_a_case_that_was_withdrawn_here_does_not_come_back(copies, tmp_path):
    ours, theirs = copies
    theirs.interview("P02")
    theirs.note("P02")
    file = theirs.bundle(tmp_path / "b.bundle")
    certificate = certificates.certificate(ours.study.path, "P02", certificates.WITHDRAWN)
    certificate.parent.mkdir()
    certificate.write_text("gone")
    came = ours.receive(file)
    assert "P02 was withdrawn" in came.cases[1].refused
    assert ours.cases() == ["P01"]
    assert not (ours.study.path / "recordings" / "P02").exists()
    assert held(ours.study)["lists"]["cases"] == {}
    back = theirs.receive(ours.bundle(tmp_path / "a.bundle"))
    assert back.remarks == ("P02 was withdrawn on the other side, and is still here: interview-tui withdraw P02",)


def test_an_empty_folder_becomes_a_copy_of_the_study(busy, tmp_path):
    _, theirs, file = busy
    (tmp_path / "new").mkdir()
    new = Side("N", StudyFolder.open(tmp_path / "new"), theirs.random)
    came = new.receive(file)
    assert came.remarks[0] == "This folder is a copy of the study b from now on."
    opened = StudyFolder.open(tmp_path / "new")
    assert opened.settings.id == StudyFolder.open(theirs.study.path).settings.id
    assert bootstrap.study_schedule(opened).title == "Handovers"
    assert log_of(opened) is not None  # nothing that was exported is held up for want of it
    assert held(opened)["journals"] == held(theirs.study)["journals"]


def test_a_study_with_interviews_and_no_id_joins_when_it_is_told_to(busy, tmp_path):
    _, theirs, file = busy
    other = Side("C", StudyFolder.create(tmp_path / "c"), theirs.random)
    other.interview()
    assert "nobody knows whether it is b" in refused(other, file).message
    other.receive(file, join=True)
    assert other.cases() == ["B1", "C1", "P01"]


def test_where_names_have_pseudonyms_nothing_is_exported_until_their_log_is_there(busy, tmp_path):
    _, theirs, file = busy
    named = forged(tmp_path, file, lambda _, manifest: replace(manifest, study_id="another", pseudonyms=True))
    (tmp_path / "new").mkdir()
    new = Side("N", StudyFolder.open(tmp_path / "new"), theirs.random)
    assert "have their log brought here" in new.receive(named).remarks[1]
    with pytest.raises(StorageError, match="The pseudonyms of this study are not here"):
        log_of(StudyFolder.open(tmp_path / "new"))


def test_other_audio_is_laid_aside_and_a_damaged_file_is_made_good(copies, tmp_path):
    ours, theirs = copies
    file = theirs.bundle(tmp_path / "b.bundle")
    sound = ours.study.path / "recordings" / "P01" / "span-001.flac"
    whole = sound.read_bytes()
    sound.write_bytes(b"a bad block")
    told = [line for case in ours.receive(file).cases for line in case.lines]
    assert sound.read_bytes() == whole
    (aside,) = (ours.study.path / "received" / "P01").iterdir()
    assert aside.read_bytes() == b"a bad block"
    assert any(f"received/P01/{aside.name}" in line for line in told)
    sound.unlink()
    assert "P01: audio taken: span-001.flac." in [line for case in ours.receive(file).cases for line in case.lines]
    assert sound.read_bytes() == whole


def test_a_transcript_is_taken_if_there_is_none_and_laid_aside_if_it_is_another(copies, tmp_path):
    ours, theirs = copies
    transcribe(theirs.study, "P01", "their words")
    file = theirs.bundle(tmp_path / "b.bundle")
    ours.receive(file)
    assert ours.study.transcript("P01") == theirs.study.transcript("P01")
    transcribe(ours.study, "P01", "our words")
    told = [line for case in ours.receive(file).cases for line in case.lines]
    ours.receive(file)
    (aside,) = (ours.study.path / "received" / "P01").iterdir()
    assert "their words" in aside.read_text()
    assert any("theirs is laid aside: received/P01/transcript-" in line for line in told)
    assert "our words" in repr(ours.study.transcript("P01"))


def transcribe(study: StudyFolder, case: str, *said: str) -> None:
    turns = [Turn(n, RESPONDENT, (Word(words, n * 100, n * 100 + 50),)) for n, words in enumerate(said, 1)]
    write_transcript(study, case, turns)


def write_transcript(study: StudyFolder, case: str, turns) -> None:
    transcript = Transcript(tuple(turns), Provenance("none", "none", "0" * 64, "en"))
    (study.audio_folder(case) / "transcript.json").write_text(json.dumps(to_json(transcript)))


def test_what_is_searched_follows(busy):
    ours, _, file = busy
    derived.bring_up_to_date(ours.study)
    ours.receive(file)
    assert sorted(derived.bring_up_to_date(ours.study).made) == ["B1", "P01"]


def test_an_interview_that_goes_on_is_not_bundled(copies, tmp_path):
    ours, _ = copies
    events = ours.study.events("P01")
    joining_journals.put(ours.database, "P02", [replace(events[0], case="P02"), *events[1:5]])
    with pytest.raises(Refused, match="P02 goes on"):
        ours.bundle(tmp_path / "b.bundle", "P02")
    assert not (tmp_path / "b.bundle").exists()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path, dict[str, object]]]:
    """A study, a bundle for it, and what the study holds when that was received."""
    folder = tmp_path_factory.mktemp("kills")
    before = os.environ.get("XDG_DATA_HOME")
    os.environ["XDG_DATA_HOME"] = str(folder / "data")
    try:
        ours, theirs = two_copies(folder)
        ours.debrief("P01", "went", "well", 5)
        theirs.interview()
        transcribe(theirs.study, "P01", "their words")
        theirs.debrief("P01", "went", "badly", 9)
        for side in (ours, theirs):
            side.review("P01")
            side.note("P01")
        file = theirs.bundle(folder / "b.bundle")
        shutil.copytree(ours.study.path, folder / "before")
        ours.receive(file)
        yield folder / "before", file, held(ours.study)
    finally:
        os.environ.pop("XDG_DATA_HOME") if before is None else os.environ.__setitem__("XDG_DATA_HOME", before)


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_and_received_again_it_ends_the_same(undisturbed, tmp_path, step):
    before, file, whole = undisturbed
    shutil.copytree(before, tmp_path / "study")
    killed(tmp_path / "study", file, step)
    side = Side("A", StudyFolder.open(tmp_path / "study"))
    side.receive(file)
    assert held(side.study) == whole
    assert not (tmp_path / "study" / receiving.HALF_RECEIVED).exists()


def killed(study: Path, file: Path, step: str) -> None:
    """Receive a bundle in a process of its own, which is killed at a step."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(study), str(file), str(KEY), step], stdin=subprocess.DEVNULL, check=False
    )
    assert done.returncode not in (0, 1)


@pytest.fixture
def told_and_taken_back(tmp_path: Path) -> tuple[Side, Side]:
    """Two copies of an interview with real sound, of which a part was taken back before its end."""
    return told_twice(tmp_path, taken_back=True)


def told_twice(tmp_path: Path, *, taken_back: bool) -> tuple[Side, Side]:
    laid = LaidStudy.make(tmp_path / "a")
    laid.journal_span(lay(laid.folder, 1, Laid(noise(80_000))))
    laid.do(lambda session, now: session.enter(f" {KEPT}", 500, now), 900)
    laid.do(lambda session, now: session.enter(f" {SECRET}", 6_000, now), 7_000)
    note = next(note for note in laid.study.interview(CASE).notes.values() if SECRET in note.text)
    if taken_back:
        laid.do(
            lambda session, now: session.withhold(
                withholding.since_note(session.interview, note.id, now.at_ms), now, keep_notes=False
            ),
            8_000,
        )
    laid.end()
    words = Word("Budget", 100, 400), Word(SPOKEN, 5_000, 5_080)
    write_transcript(laid.study, CASE, [Turn(1, RESPONDENT, words)])
    heard_otherwise(laid.study, "e1")
    bundling.id_of(laid.study)
    packing.pack_audio(laid.study, CASE)
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    return Side("A", StudyFolder.open(tmp_path / "a")), Side("B", StudyFolder.open(tmp_path / "b"))


def heard_otherwise(study: StudyFolder, name: str) -> None:
    """A reviewer corrects the words that were taken back."""
    change = WordsCorrected(
        at_ms=0, wall_ms=1, start_ms=5_000, end_ms=5_080, heard=RESPONDENT, before=SPOKEN, after=SPOKEN
    )
    study.append_review(CASE, Edit(name, "ann", "lab", (), change))


def sound_of(study: StudyFolder) -> np.ndarray:
    (span,) = study.interview(CASE).spans.values()
    return soundfile.read(study.audio_folder(CASE) / span.parts[0].file)[0]


def is_gone(study: StudyFolder, before: np.ndarray) -> None:
    """Nothing of it is left, and all else is."""
    assert files_with(study.path, SECRET) == []
    assert files_with(study.path, SPOKEN) == []
    assert "study.db" in files_with(study.path, KEPT)
    (stretch,) = study.interview(CASE).soundtrack.withholdings["w1"].stretches
    gone, after = slice(stretch.start_ms * 8, stretch.end_ms * 8), sound_of(study)
    assert before[gone].any()
    assert not after[gone].any()
    assert np.array_equal(np.delete(after, gone), np.delete(before, gone))
    assert [file.suffix for file in study.audio_folder(CASE).glob("*.flac")] == [".flac"]
    doctor = CliRunner().invoke(main, ["--study", str(study.path), "doctor", "--study"])
    assert doctor.exit_code == 0, doctor.output


def test_what_was_destroyed_there_is_destroyed_here_and_both_are_alike(told_and_taken_back, tmp_path):
    ours, theirs = told_and_taken_back
    before = sound_of(ours.study)
    heard_otherwise(ours.study, "e2")
    extract = Extracted(wall_ms=1, case=CASE, start_ms=4_900, end_ms=5_200, gist=SPOKEN)
    CodingFolder(ours.study.path).append(Signed("x1", "eve", "lab", (), extract))
    old = ours.bundle(tmp_path / "old.bundle", CASE)
    shutil.copyfile(old, tmp_path / "kept.bundle")
    theirs.debrief(CASE, "went", "well")
    destroying.destroy_alone(theirs.study, CASE, "w1", CASE)
    ours.debrief(CASE, "note/n2", f"{SECRET}, she said", 50)
    came = ours.receive(theirs.bundle(tmp_path / "b.bundle", CASE))
    assert "P07: w1 was destroyed on the other side, and is destroyed here now." in came.cases[0].lines
    is_gone(ours.study, before)
    assert certificates.certificate(ours.study.path, CASE, "w1").is_file()
    assert not old.exists()
    theirs.receive(tmp_path / "kept.bundle")
    is_gone(theirs.study, before)
    assert {edit.id for edit in theirs.study.review_log(CASE).edits} == {"e1", "e2"}
    theirs.receive(ours.bundle(tmp_path / "a.bundle", CASE))
    assert held(ours.study) == held(theirs.study)


@pytest.mark.parametrize("step", STEPS_OF_DESTROYING)
def test_killed_while_it_is_destroyed_here_and_received_again_nothing_is_left(told_and_taken_back, tmp_path, step):
    ours, theirs = told_and_taken_back
    before = sound_of(ours.study)
    destroying.destroy_alone(theirs.study, CASE, "w1", CASE)
    file = theirs.bundle(tmp_path / "b.bundle", CASE)
    killed(ours.study.path, file, step)
    ours.receive(file)
    is_gone(ours.study, before)
    assert held(ours.study) == held(theirs.study)


def test_what_was_withdrawn_there_after_the_end_is_destroyed_here(tmp_path):
    ours, theirs = told_twice(tmp_path, taken_back=False)
    before = sound_of(ours.study)
    ours.debrief(CASE, "note/n2", f"{SECRET}, she said", 50)
    withdraw_part(theirs.study, CASE, "0:02-0:09", CASE)
    theirs.debrief(CASE, "went", "well")
    ours.receive(theirs.bundle(tmp_path / "b.bundle", CASE))
    is_gone(ours.study, before)
    theirs.receive(ours.bundle(tmp_path / "a.bundle", CASE))
    assert held(ours.study) == held(theirs.study)


def test_audio_that_was_destroyed_here_does_not_come_back(told_and_taken_back, tmp_path):
    ours, theirs = told_and_taken_back
    destroy_audio(ours.study, CASE, CASE)
    came = ours.receive(theirs.bundle(tmp_path / "b.bundle", CASE))
    assert "P07: its audio was destroyed here, and was not taken." in came.cases[0].lines
    assert not sound_of(ours.study).any()
    back = theirs.receive(ours.bundle(tmp_path / "a.bundle", CASE))
    assert any("to destroy it here as well: interview-tui retention P07" in line for line in back.cases[0].lines)
    assert sound_of(theirs.study).any()  # as long as nobody has done that
    ours.receive(theirs.bundle(tmp_path / "again.bundle", CASE))
    assert not sound_of(ours.study).any()
    assert not (ours.study.path / "received").exists()
    destroy_audio(theirs.study, CASE, CASE)
    ours.receive(theirs.bundle(tmp_path / "third.bundle", CASE))
    theirs.receive(ours.bundle(tmp_path / "last.bundle", CASE))
    for side in (ours, theirs):
        assert not sound_of(side.study).any()
    assert held(ours.study)["audio"] == held(theirs.study)["audio"]
    assert held(ours.study)["journals"] == held(theirs.study)["journals"]


def test_both_destroyed_it_each_for_itself_and_come_to_the_same(told_and_taken_back, tmp_path):
    ours, theirs = told_and_taken_back
    before = sound_of(ours.study)
    for side in (ours, theirs):
        destroying.destroy_alone(side.study, CASE, "w1", CASE)
    theirs.receive(ours.bundle(tmp_path / "a.bundle", CASE))
    ours.receive(theirs.bundle(tmp_path / "b.bundle", CASE))
    for side in (ours, theirs):
        is_gone(side.study, before)
    alike = [held(side.study) for side in (ours, theirs)]
    assert alike[0] == alike[1]
    assert len([event for event in ours.study.events(CASE) if isinstance(event, Destroyed)]) == 2


def test_a_bundle_lists_what_it_holds_and_never_a_name(busy):
    _, theirs, file = busy
    manifest = receiving.listed(theirs.study.path, file, [KEY])
    names = [entry.name for entry in manifest.entries]
    assert names == sorted(names)
    assert {name.split("/")[2] for name in names if name.startswith("cases/P01/")} == {
        "audio", "journal.jsonl", "record.json", "reviews", "schedule.yaml"
    }  # fmt: skip
    assert set(asdict(manifest)) >= {"program", "study_id", "by", "machine"}
    assert [name for name in names if "identit" in name or "pseudonym" in name] == []


def test_nobody_seals_for_nobody(copies, tmp_path):
    with pytest.raises(ConfigError, match="for recipients or with a passphrase"):
        bundling.bundle(copies[0].study, ["P01"], tmp_path / "b.bundle")
