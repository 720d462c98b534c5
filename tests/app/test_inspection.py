"""`doctor --study`: every way in which a study can be broken is found, and what can be repaired is."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner
from filelock import FileLock

from interview_tui import packing
from interview_tui.audio.keeping.integrity import Kind
from interview_tui.audio.keeping.repack import repack_span
from interview_tui.audio.recording import recorder
from interview_tui.cli import main
from interview_tui.errors import AudioError
from interview_tui.inspection import inspect
from tests.app.laid_study import CASE, LaidStudy
from tests.audio.laid import LAID_RATE, Laid, lay, noise
from tests.audio.signals import Pcm

SECONDS = 3


@pytest.fixture(autouse=True)
def private() -> Iterator[None]:
    """What these tests lay there is as private as what the program writes."""
    before = os.umask(0o077)
    yield
    os.umask(before)


def mono(seed: int = 1, **how: Any) -> Laid:
    return Laid(noise(SECONDS * LAID_RATE, seed), segment_s=1, **how)


@pytest.fixture
def going_on(tmp_path: Path) -> LaidStudy:
    """A study with an interview that goes on, a span of one track and one of two."""
    made = LaidStudy.make(tmp_path / "study")
    made.journal_span(lay(made.folder, 1, mono(1)))
    made.journal_span(lay(made.folder, 2, mono(2, start_ms=5_000), mono(3, start_ms=5_000)))
    return made


@pytest.fixture
def ended(going_on: LaidStudy) -> LaidStudy:
    """The same, ended and packed."""
    going_on.end()
    packing.pack_audio(going_on.study, CASE)
    return going_on


def found(made: LaidStudy, *, repair: bool = False) -> list[str]:
    return [finding.kind for finding in inspect(made.study, repair=repair).findings]


def sound_of(made: LaidStudy) -> dict[int, Pcm]:
    """The samples of every closed span of the journal, as anybody would read them."""
    spans = made.study.interview(CASE).spans
    return {
        number: np.concatenate(
            [soundfile.read(made.folder / part.file, dtype="int16", always_2d=True)[0] for part in span.parts]
        )
        for number, span in spans.items()
        if span.closed and span.parts
    }


def flip(file: Path, at: int) -> None:
    data = bytearray(file.read_bytes())
    data[at] ^= 0x10
    file.write_bytes(data)


def refuse(_: object) -> None:
    raise AudioError("The journal cannot be written.")


@pytest.mark.parametrize("study", ["going_on", "ended"])
def test_a_whole_study_is_clean_and_nothing_in_it_is_touched(study: str, request: pytest.FixtureRequest):
    made: LaidStudy = request.getfixturevalue(study)
    before = {file: file.read_bytes() for file in made.folder.rglob("*") if file.is_file()}
    report = inspect(made.study)
    assert report.findings == []
    assert (report.interviews, report.spans) == (1, 2)
    assert report.audio_bytes == sum(len(data) for file, data in before.items() if file.suffix in {".wav", ".flac"})
    assert {file: file.read_bytes() for file in made.folder.rglob("*") if file.is_file()} == before


# What is broken in an interview that goes on, and whether a repair mends it.


def _a_sample_changed(made: LaidStudy) -> None:
    flip(made.folder / "span-001-0002.wav", 1_000)


def _a_sample_of_the_line_changed(made: LaidStudy) -> None:
    flip(made.folder / "span-002-line-0002.wav", 1_000)


def _a_segment_cut(made: LaidStudy) -> None:
    file = made.folder / "span-001-0002.wav"
    file.write_bytes(file.read_bytes()[:-10])


def _a_segment_gone(made: LaidStudy) -> None:
    (made.folder / "span-002-line-0003.wav").unlink()


def _a_header_lost(made: LaidStudy) -> None:
    flip(made.folder / "span-001-0002.wav", 9)


def _a_header_old(made: LaidStudy) -> None:
    flip(made.folder / "span-001-0003.wav", 41)


def _a_span_cut_off(made: LaidStudy) -> None:
    made.journal_span(lay(made.folder, 3, mono(4, start_ms=9_000), close=False), closed=False)


def _an_end_that_never_reached_the_journal(made: LaidStudy) -> None:
    made.journal_span(lay(made.folder, 3, mono(4, start_ms=9_000)), closed=False)


def _nothing_left_of_a_span(made: LaidStudy) -> None:
    short = Laid(noise(SECONDS * LAID_RATE, 4), start_ms=9_000)
    made.journal_span(lay(made.folder, 3, short, close=False), closed=False)
    for file in made.folder.glob("span-003-*"):
        file.unlink()


def _a_span_that_never_reached_the_journal(made: LaidStudy) -> None:
    lay(made.folder, 3, mono(4, start_ms=9_000), mono(5, start_ms=9_000))


def _sound_that_a_span_does_not_know(made: LaidStudy) -> None:
    shutil.copyfile(made.folder / "span-001-0001.wav", made.folder / "span-001-0009.wav")


def _a_file_of_no_span(made: LaidStudy) -> None:
    soundfile.write(made.folder / "somebody.wav", noise(100), LAID_RATE)


def _a_segment_in_the_fallback_folder(made: LaidStudy) -> None:
    away = made.study.path.parent / "fallback"
    away.mkdir()
    made.journal_span(lay(made.folder, 3, mono(4, start_ms=9_000, away=away)))


GOING_ON: list[tuple[Callable[[LaidStudy], None], Kind, bool]] = [
    (_a_sample_changed, Kind.CHANGED, False),
    (_a_sample_of_the_line_changed, Kind.CHANGED, False),
    (_a_segment_cut, Kind.LENGTH, False),
    (_a_segment_gone, Kind.MISSING, False),
    (_a_header_lost, Kind.UNREADABLE, False),
    (_a_header_old, Kind.HEADER, True),
    (_a_span_cut_off, Kind.CUT_OFF, True),
    (_an_end_that_never_reached_the_journal, Kind.CUT_OFF, True),
    (_nothing_left_of_a_span, Kind.CUT_OFF, True),
    (_a_span_that_never_reached_the_journal, Kind.UNKNOWN, True),
    (_sound_that_a_span_does_not_know, Kind.STRAY, False),
    (_a_file_of_no_span, Kind.ORPHAN, False),
    (_a_segment_in_the_fallback_folder, Kind.ELSEWHERE, False),
]


@pytest.mark.parametrize(("breaks", "kind", "mends"), GOING_ON, ids=lambda value: getattr(value, "__name__", None))
def test_what_is_broken_while_an_interview_goes_on(
    going_on: LaidStudy, breaks: Callable[[LaidStudy], None], kind: Kind, mends: bool
):
    before = sound_of(going_on)
    breaks(going_on)
    files = {file: file.read_bytes() for file in going_on.folder.glob("span-*")}
    assert found(going_on) == [kind.value]
    assert {file: file.read_bytes() for file in going_on.folder.glob("span-*")} == files
    assert found(going_on, repair=True) == ([] if mends else [kind.value])
    assert found(going_on) == ([] if mends else [kind.value])
    if mends:
        after = sound_of(going_on)
        assert all(np.array_equal(after[number], sound) for number, sound in before.items())


@pytest.mark.parametrize("breaks", [_a_span_cut_off, _an_end_that_never_reached_the_journal])
def test_a_span_that_was_cut_off_is_whole_in_the_journal_afterwards(
    going_on: LaidStudy, breaks: Callable[[LaidStudy], None]
):
    breaks(going_on)
    inspect(going_on.study, repair=True)
    span = going_on.study.interview(CASE).spans[3]
    assert (span.closed, span.frames, span.sha256) == (True, SECONDS * LAID_RATE, mono(4).sha256)
    assert np.array_equal(sound_of(going_on)[3], mono(4).sound)


def test_a_span_that_never_reached_the_journal_is_taken_into_it_with_both_tracks(going_on: LaidStudy):
    _a_span_that_never_reached_the_journal(going_on)
    inspect(going_on.study, repair=True)
    span = going_on.study.interview(CASE).spans[3]
    assert span.beside is not None
    assert (span.sha256, span.beside.sha256) == (mono(4).sha256, mono(5).sha256)


def test_a_span_of_which_nothing_is_left_does_not_keep_the_interview_from_ending(going_on: LaidStudy):
    _nothing_left_of_a_span(going_on)
    inspect(going_on.study, repair=True)
    assert (going_on.study.interview(CASE).spans[3].frames, going_on.study.interview(CASE).recording) == (0, False)
    going_on.end()
    packing.pack_audio(going_on.study, CASE)
    assert found(going_on) == []


def test_a_span_of_which_nothing_is_left_does_not_keep_the_next_one_from_the_journal(going_on: LaidStudy):
    _nothing_left_of_a_span(going_on)
    lay(going_on.folder, 4, mono(6, start_ms=20_000))
    assert found(going_on, repair=True) == []
    assert [span.frames for span in going_on.study.interview(CASE).spans.values()][2:] == [0, SECONDS * LAID_RATE]


# What is broken in an interview that has ended and is packed.


def _a_packed_file_changed(made: LaidStudy) -> None:
    flip(made.folder / "span-002.flac", 9_000)


def _a_packed_file_gone(made: LaidStudy) -> None:
    (made.folder / "span-001.flac").unlink()


def _a_draft(made: LaidStudy) -> None:
    (made.folder / "span-001.flac.new").write_bytes(b"fLaC")


def _a_span_found_after_the_end(made: LaidStudy) -> None:
    lay(made.folder, 3, mono(4, start_ms=9_000))


ENDED: list[tuple[Callable[[LaidStudy], None], list[Kind], list[Kind]]] = [
    (_a_packed_file_changed, [Kind.CHANGED], [Kind.CHANGED]),
    (_a_packed_file_gone, [Kind.MISSING], [Kind.MISSING]),
    (_a_draft, [Kind.DRAFT], []),
    (_a_span_found_after_the_end, [Kind.UNKNOWN], []),
    (_a_file_of_no_span, [Kind.ORPHAN], [Kind.ORPHAN]),
]


@pytest.mark.parametrize(("breaks", "kinds", "left"), ENDED, ids=lambda value: getattr(value, "__name__", None))
def test_what_is_broken_in_an_interview_that_has_ended(
    ended: LaidStudy, breaks: Callable[[LaidStudy], None], kinds: list[Kind], left: list[Kind]
):
    breaks(ended)
    assert found(ended) == [kind.value for kind in kinds]
    assert found(ended, repair=True) == [kind.value for kind in left]
    assert found(ended) == [kind.value for kind in left]


def test_a_draft_stays_where_what_it_was_made_of_is_damaged(ended: LaidStudy):
    _a_packed_file_gone(ended)
    _a_draft(ended)
    assert set(found(ended, repair=True)) == {Kind.MISSING.value, Kind.DRAFT.value}
    assert (ended.folder / "span-001.flac.new").exists()


def test_what_is_not_packed_is_packed_by_a_repair(going_on: LaidStudy):
    going_on.end()
    assert found(going_on) == [Kind.UNPACKED.value] * 2
    assert found(going_on, repair=True) == []
    after = sound_of(going_on)
    assert np.array_equal(after[1][:, :1], mono(1).sound)
    assert np.array_equal(after[2], np.hstack([mono(2).sound, mono(3).sound]))


def test_what_lies_in_the_fallback_folder_is_brought_home_by_a_repair(going_on: LaidStudy):
    _a_segment_in_the_fallback_folder(going_on)
    going_on.end()
    assert sorted(found(going_on)) == [Kind.ELSEWHERE.value, *[Kind.UNPACKED.value] * 2]
    assert found(going_on, repair=True) == []
    assert np.array_equal(sound_of(going_on)[3][:, :1], mono(4).sound)
    assert not list((going_on.study.path.parent / "fallback").glob("*.wav"))


def test_what_cannot_be_packed_says_why(going_on: LaidStudy):
    going_on.end()
    _a_sample_changed(going_on)
    assert found(going_on) == [Kind.CHANGED.value, Kind.UNPACKED.value, Kind.UNPACKED.value]
    report = inspect(going_on.study, repair=True)
    assert [f.kind for f in report.findings] == ["cannot be packed", Kind.CHANGED.value, Kind.UNPACKED.value]
    assert "put them back from a copy" in report.findings[0].way_out.lower()
    assert report.repaired == ["P07: span 2 lies in span-002.flac now"]


def test_packing_that_was_cut_off_before_the_journal_heard_of_it_is_finished(going_on: LaidStudy):
    going_on.end()
    with pytest.raises(AudioError, match="journal"):
        repack_span(going_on.folder, going_on.study.interview(CASE).spans[1], refuse)
    assert set(found(going_on)) == {Kind.UNPACKED.value, Kind.LEFT_OVER.value}
    assert found(going_on, repair=True) == []
    assert np.array_equal(sound_of(going_on)[1][:, :1], mono(1).sound)


def test_segments_that_packing_left_go_by_a_repair(ended: LaidStudy):
    again = mono(1)
    lay(ended.folder, 1, again, log=False)
    assert found(ended) == [Kind.LEFT_OVER.value]
    assert found(ended, repair=True) == []
    assert not list(ended.folder.glob("*.wav"))


def test_a_journal_that_points_at_files_that_packing_deleted_is_put_right(going_on: LaidStudy):
    going_on.end()
    repack_span(going_on.folder, going_on.study.interview(CASE).spans[2])
    assert Kind.LOST_SIGHT_OF.value in found(going_on)
    assert found(going_on, repair=True) == []
    assert np.array_equal(sound_of(going_on)[2], np.hstack([mono(2).sound, mono(3).sound]))


def test_what_was_silenced_off_the_record_and_is_still_there_goes_by_a_repair(going_on: LaidStudy):
    going_on.do(lambda session, now: session.go_off_record(now))
    going_on.do(lambda session, now: session.come_back_on_record(now))
    going_on.end()
    packing.pack_audio(going_on.study, CASE)
    assert found(going_on) == []
    heirs = sorted(going_on.folder.glob("*.erased-1.flac"))
    assert heirs
    still_there = going_on.folder / f"{heirs[0].name.partition('.')[0]}.flac"
    shutil.copyfile(heirs[0], still_there)
    assert found(going_on) == [Kind.SUPERSEDED.value]
    assert packing.unpacked(going_on.study) == [CASE]
    assert found(going_on, repair=True) == []
    assert not still_there.exists()


def test_what_was_begun_to_be_destroyed_is_told_and_left_to_be_asked_for_again(ended: LaidStudy):
    begun = ended.study.path / "certificates" / ".P07-w1.json"
    begun.parent.mkdir()
    begun.write_text("{}", encoding="utf-8")
    (finding,) = inspect(ended.study, repair=True).findings
    assert finding.way_out == "Finish it: interview-tui destroy P07 w1"


def test_an_interview_that_is_recorded_at_this_moment_is_only_named(going_on: LaidStudy):
    _a_sample_changed(going_on)
    with FileLock(going_on.folder / recorder.LOCK_NAME):
        assert found(going_on, repair=True) == ["being recorded"]
    journal = going_on.study.journal(CASE)
    assert found(going_on, repair=True) == ["open"]
    assert journal.close(5.0)
    assert found(going_on) == [Kind.CHANGED.value]


def test_a_folder_without_an_interview_is_named(ended: LaidStudy):
    (ended.study.path / "recordings" / "P08").mkdir()
    (finding,) = inspect(ended.study, repair=True).findings
    assert (finding.case, finding.kind) == ("P08", "no interview")


@pytest.mark.skipif(os.name != "posix", reason="other systems have other rights")
def test_what_others_could_read_is_found_and_closed(ended: LaidStudy):
    opened = [ended.study.path / "study.db", ended.study.path / "recordings"]
    for path in opened:
        path.chmod(path.stat().st_mode | 0o055)
    (finding,) = inspect(ended.study).findings
    assert finding.mendable
    assert "2 files or folders can be read by others" in str(finding)
    assert inspect(ended.study, repair=True).repaired == ["2 files or folders can be read by you only now"]
    assert [path.stat().st_mode & 0o777 for path in opened] == [0o600, 0o700]


def test_a_damaged_database_is_found(ended: LaidStudy):
    file = ended.study.path / "study.db"
    data = bytearray(file.read_bytes())
    for at in range(len(data) // 2, len(data) - 64, 512):
        data[at : at + 64] = bytes(64)
    file.write_bytes(data)
    for beside in file.parent.glob("study.db-*"):
        beside.unlink()
    report = inspect(ended.study)
    assert "database" in {finding.kind for finding in report.findings}


def test_the_command_prints_a_line_a_finding_and_a_count_and_says_by_its_exit_code_whether_it_is_clean(
    ended: LaidStudy,
):
    study = ["--study", str(ended.study.path), "doctor", "--study"]
    done = CliRunner().invoke(main, study)
    assert (done.exit_code, done.stdout.count("\n")) == (0, 1)
    assert "1 interviews, 2 spans" in done.stdout
    assert "nothing is wrong" in done.stdout
    _a_draft(ended)
    _a_file_of_no_span(ended)
    done = CliRunner().invoke(main, study)
    assert done.exit_code == 1
    assert "Findings: 2, 1 of them can be repaired." in done.stdout
    assert done.stdout.count("  → ") == 2
    done = CliRunner().invoke(main, [*study, "--repair", "--json"])
    told = json.loads(done.stdout)
    assert (done.exit_code, len(told["repaired"])) == (1, 1)
    assert [finding["kind"] for finding in told["findings"]] == ["orphan"]
    assert CliRunner().invoke(main, [*study[:3], "--repair"]).exit_code == 2
