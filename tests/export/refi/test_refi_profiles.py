"""What a project has that is for one program: each gets what it is known to read."""

from __future__ import annotations

from pathlib import Path

from interview_tui.export.options import Options
from interview_tui.record.export_ports import Target
from tests.export.example_record import example_record
from tests.export.refi.projects import (
    answered,
    coded,
    interview,
    loaded,
    recording,
    text_of,
    written,
)


def test_qualcoder_is_given_stamps_and_cases_as_codes_of_the_whole_text(tmp_path: Path) -> None:
    options = Options(target=Target.QUALCODER, times=False)
    path = written(tmp_path, [interview(options=options)], options)
    [case], [source] = loaded(path).cases.case, loaded(path).sources.text_source
    text = text_of(path, source.plain_text_path)
    assert coded(path)[case.guid] == [text]
    assert "\n[00:00:21] R: He rang me" in text


def test_qualcoder_finds_one_text_by_the_name_of_its_audio_and_no_set_that_it_would_make_a_column_of(
    tmp_path: Path,
) -> None:
    options = Options(target=Target.QUALCODER)
    project = loaded(written(tmp_path, [interview(heard=recording(tmp_path), options=options)], options))
    [audio], [source] = project.sources.audio_source, project.sources.text_source
    assert source.name == f"{audio.name}.transcribed"
    assert not audio.transcript
    assert audio.audio_selection
    assert project.sets is None


def test_maxqda_is_given_the_variables_of_a_document_without_a_name(tmp_path: Path) -> None:
    options = Options(target=Target.MAXQDA)
    [case] = loaded(written(tmp_path, [interview(heard=recording(tmp_path))], options)).cases.case
    assert (case.name, len(case.source_ref), len(case.variable_value)) == (None, 1, 10)


def test_atlas_is_given_a_group_for_every_answer(tmp_path: Path) -> None:
    documents = [interview(answered(example_record(case=case))) for case in ("P07", "P08")]
    groups = {each.name: each for each in loaded(written(tmp_path, documents, Options(target=Target.ATLAS))).sets.set}
    assert {"R1 post: ward", "been – given: yes", "been – taken: no", "paper: partly"} < set(groups)
    assert len(groups["R1 post: ward"].member_source) == 2
    assert not any(name.startswith(("date", "minutes", "take_part")) for name in groups)
