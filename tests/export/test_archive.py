"""The deposit bundle: complete, valid, checked by its sums, and without what is not to be deposited."""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document as read_docx
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from interview_tui.errors import ExportError
from interview_tui.export.archive.bundle import Bundle
from interview_tui.export.document import build
from interview_tui.export.options import AudioFile, Enclosed, Options, Recording
from interview_tui.export.writing import Outgoing, write
from interview_tui.interview.events import Level, Place
from interview_tui.record.export_ports import Names, Sound
from interview_tui.record.model import Entry, Evidence, Record
from interview_tui.record.pseudonyms.pseudonym import Pseudonym
from interview_tui.record.review.changes import ReviewState
from interview_tui.schedule.reader import read_schedule
from tests.examples import HANDOVER
from tests.examples import handover as schedule
from tests.export.any_record import records
from tests.export.ddi import NAMESPACES, assert_valid_ddi
from tests.export.example_record import BEFORE_CONSENT, NOTES, WITHHELD_TALK, example_record
from tests.export.reading import text_in

WRITTEN = 1_780_000_000_000  # 2026-05-28
STEM = "developing-skills-for-government_P07_2026-03-14_v1"
ENCLOSED = Enclosed(schedule=schedule())


def deposited(
    records: Iterable[Record], options: Options | None = None, enclosed: Enclosed = ENCLOSED
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The members of the bundle of these records, by name, and what was told of it."""
    options = options or Options(written_wall_ms=WRITTEN)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bundle.zip"
        with Bundle(path, "A study", options) as bundle:
            for record in records:
                bundle.add(bundle.part(build(record, options, enclosed)))
            remarks = bundle.finish()
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            names = archive.namelist()
            assert len(names) == len(set(names))
            return {name: archive.read(name) for name in names}, remarks


def text_of(members: Mapping[str, bytes], name: str) -> str:
    return members[name].decode("utf-8-sig")


def rows_of(members: Mapping[str, bytes]) -> list[dict[str, str]]:
    """The rows of the data list, by column."""
    lines = list(csv.reader(io.StringIO(text_of(members, "data_list.csv"), newline="")))
    return [dict(zip(lines[3], line, strict=True)) for line in lines[4:]]


def assert_sums_are_right(members: Mapping[str, bytes]) -> None:
    """Every member but the manifest is in it, as `sha256sum -c` reads it."""
    lines = text_of(members, "manifest-sha256.txt").splitlines()
    sums = {name: checksum for checksum, _, name in (line.partition("  ") for line in lines)}
    assert sums == {
        name: hashlib.sha256(content).hexdigest() for name, content in members.items() if name != "manifest-sha256.txt"
    }


def a_recording(folder: Path) -> Recording:
    file = folder / "voices.m4a"
    file.write_bytes(b"\0sound" * 1000)
    return Recording(file, (AudioFile("voices.m4a", 62_000, 92_000),), 30_000)


def test_a_bundle_holds_transcripts_list_documents_and_a_manifest() -> None:
    members, _ = deposited([example_record()])
    name = f"interview_schedule_v1.10_{schedule().sha256[:8]}"
    assert set(members) == {
        f"transcripts/{STEM}_transcript.docx",
        f"transcripts/{STEM}_transcript.txt",
        "data_list.csv",
        "README.txt",
        "documentation/transcription_conventions.txt",
        f"documentation/{name}.yaml",
        f"documentation/{name}.txt",
        "documentation/study.xml",
        "documentation/codebook.qdc",
        "manifest-sha256.txt",
    }
    assert hashlib.sha256(members[f"documentation/{name}.yaml"]).hexdigest() == schedule().sha256
    assert "Will you take part?" in text_of(members, f"documentation/{name}.txt")
    assert "Will you take part?" in text_of(members, "documentation/codebook.qdc")
    assert_sums_are_right(members)
    assert_valid_ddi(members["documentation/study.xml"])


def test_the_same_interviews_give_the_same_bytes() -> None:
    assert deposited([example_record()]) == deposited([example_record()])


def test_files_are_named_after_role_and_version_where_these_are_known() -> None:
    members, _ = deposited([example_record()], enclosed=Enclosed(role="Mentee", version=3))
    assert f"transcripts/{STEM.replace('P07_', 'P07_mentee_').replace('v1', 'v3')}_transcript.txt" in members
    assert rows_of(members)[0]["Occupation / role"] == "Mentee"


def test_what_was_said_is_deposited_and_what_was_noted_is_not() -> None:
    record = example_record()
    members, _ = deposited([record])
    docx = read_docx(io.BytesIO(members[f"transcripts/{STEM}_transcript.docx"]))
    printed = "\n".join(paragraph.text for paragraph in docx.paragraphs)
    for transcript in (text_of(members, f"transcripts/{STEM}_transcript.txt"), printed):
        assert "He rang me at eleven at night about his first budget." in transcript
        assert "withheld at participant's request" in transcript
        assert "> What happened?\n" in transcript or "\nWhat happened?\n" in transcript
    everything = printed + "".join(content.decode("utf-8", "replace") for content in members.values())
    noted = [note.text for note in NOTES] + [text for _, text in record.debrief]
    for absent in (*noted, BEFORE_CONSENT, WITHHELD_TALK, record.reason, "flagged"):
        assert absent not in everything


@pytest.mark.parametrize("folder", ["/home/ann/models/", "C:\\Users\\ann\\"])
def test_where_a_model_lies_on_a_machine_is_not_told(folder: str, tmp_path: Path) -> None:
    heard = example_record().provenance
    assert heard is not None
    record = example_record(provenance=replace(heard, model=f"{folder}own.en"))
    [file] = write([Outgoing(record, ENCLOSED)], ["archive"], tmp_path).files
    assert "own.en" in text_in(file)
    assert "ann\\" not in text_in(file)
    assert "ann/" not in text_in(file)


def test_the_data_list_tells_of_each_interview() -> None:
    record = example_record(interviewer="=AR", outcome="distress", review=ReviewState.SIGNED_OFF)
    members, _ = deposited([record])
    lines = text_of(members, "data_list.csv").split("\r\n")
    assert lines[:3] == [
        "Study title,Developing Skills for Government - Political Mentoring",
        "Depositor,TO BE FILLED IN",
        "",
    ]
    [row] = rows_of(members)
    assert {name: value for name, value in row.items() if value and name not in ("experience", "role")} == {
        "Interview ID": "P07",
        "Mode of interview": "telephone",
        "Date of interview": "2026-03-14",
        "Interviewer": "'=AR",
        "Length (hh:mm:ss)": "00:01:02",
        "No. of words": str(sum(len(each.turn.words) for each in build(record).record.turns)),
        "No. of incidents": "3",
        "Transcript file": f"transcripts/{STEM}_transcript.docx",
        "Audio file": "not deposited",
        "Transcription": "faster-whisper tiny.en, checked and signed off",
        "Anonymised": "yes: names are replaced",
        "Consent for archiving": "TO BE FILLED IN",
        "Access": "TO BE FILLED IN",
        "Notes": "not complete: ended because of distress; 1 stretch withheld at participant's request; "
        "2 stretches not recorded",
    }


def answered(item: str, *answer: str, place: str = "", line: str = "") -> Entry:
    return Entry(Place(item, place, line), "ask", (), "", answer, Level.DONE, None, True, Evidence())


def test_closed_answers_outside_incidents_are_columns_of_the_list_and_consents_are_not() -> None:
    first = example_record(
        entries=(
            answered("take_part", "yes"),
            answered("may_record", "yes"),
            answered("came", "by hearsay"),
            answered("post", "ward", place="R1"),
        )
    )
    second = replace(
        first, case="P08", entries=(answered("post", "theatre", place="R1-good"), answered("old", "x", line="given"))
    )
    members, _ = deposited([first, second])
    rows = rows_of(members)
    assert [list(row)[list(row).index("Notes") + 1 :] for row in rows] == [["post", "old"]] * 2
    assert [(row["post"], row["old"]) for row in rows] == [("R1: ward", ""), ("", "given: x")]
    post = schedule().items()["post"].item.text
    assert f"  post: {post}" in text_of(members, "README.txt")


def test_the_metadata_tell_when_the_first_and_the_last_interview_were_held() -> None:
    first = example_record()
    members, _ = deposited([replace(first, case="P08", opened_wall_ms=first.opened_wall_ms + 86_400_000), first])
    dates = etree.fromstring(members["documentation/study.xml"]).iterfind(".//ddi:collDate", NAMESPACES)
    assert [(each.get("event"), each.get("date")) for each in dates] == [("start", "2026-03-14"), ("end", "2026-03-15")]


def test_the_metadata_name_the_language_of_each_transcript_and_leave_an_unknown_title_to_fill_in() -> None:
    heard = example_record().provenance
    assert heard is not None
    record = example_record(study="\x07", provenance=replace(heard, language="cy"))
    with tempfile.TemporaryDirectory() as folder, Bundle(Path(folder) / "b.zip", "", Options()) as bundle:
        bundle.add(bundle.part(build(record)))
        bundle.finish()
        with zipfile.ZipFile(Path(folder) / "b.zip") as archive:
            study = etree.fromstring(archive.read("documentation/study.xml"))
    files = study.iterfind(".//ddi:fileName", NAMESPACES)
    assert {each.get("{http://www.w3.org/XML/1998/namespace}lang") for each in files} == {"cy"}
    assert study.findtext(".//ddi:titl", namespaces=NAMESPACES) == "TO BE FILLED IN"


def test_an_interview_without_talk_is_listed_and_told_of() -> None:
    members, remarks = deposited([example_record(turns=())])
    assert not [name for name in members if name.startswith("transcripts/")]
    assert rows_of(members)[0]["Transcript file"] == "none"
    assert any("there is no transcript of P07" in remark for remark in remarks)
    assert rows_of(members)[0]["Anonymised"] == "no transcript"
    assert "not been gone through" not in text_of(members, "README.txt")
    assert_valid_ddi(members["documentation/study.xml"])


@pytest.mark.parametrize(
    ("changes", "why"),
    [({"rehearsal": True}, "a rehearsal"), ({"outcome": "refused", "turns": ()}, "nothing of it may be kept")],
)
def test_what_is_no_data_is_left_out_and_told_of(changes: dict[str, object], why: str) -> None:
    members, remarks = deposited([example_record(**changes)])
    assert rows_of(members) == []
    assert b"P07" not in b"".join(members.values())
    assert any("P07 left out" in remark and why in remark for remark in remarks)
    assert any("nothing to deposit" in remark for remark in remarks)
    assert_valid_ddi(members["documentation/study.xml"])


def test_what_a_participant_let_be_kept_is_deposited_however_the_interview_ended() -> None:
    members, _ = deposited([example_record(outcome="refused")])
    assert rows_of(members)[0]["Interview ID"] == "P07"


def test_what_is_left_out_is_not_searched_for_names(tmp_path: Path) -> None:
    with Bundle(tmp_path / "b.zip", "", Options()) as bundle:
        assert bundle.texts(bundle.part(build(example_record(rehearsal=True)))) == {}


def test_nothing_but_the_bundle_lies_where_it_was_made(tmp_path: Path) -> None:
    with Bundle(tmp_path / "b.zip", "", Options()) as bundle:
        bundle.add(bundle.part(build(example_record())))
        bundle.finish()
    assert [file.name for file in tmp_path.iterdir()] == ["b.zip"]


def test_names_that_are_left_in_are_told_of_everywhere() -> None:
    members, remarks = deposited([example_record()], Options(names=Names.FULL, written_wall_ms=WRITTEN))
    for name in ("README.txt", "documentation/transcription_conventions.txt", "documentation/study.xml"):
        assert "NAMES ARE NOT REPLACED" in text_of(members, name)
    assert rows_of(members)[0]["Anonymised"] == "no: names stand as they were said"
    assert any(remark.startswith("Names are not replaced in bundle.zip") for remark in remarks)
    replaced, _ = deposited([example_record()])
    assert b"NAMES ARE NOT REPLACED" not in b"".join(replaced.values())


def test_who_has_not_been_gone_through_for_names_is_told_until_somebody_has() -> None:
    for review, is_told in ((ReviewState.CHECKED, True), (ReviewState.PSEUDONYMISED, False)):
        members, _ = deposited([example_record(review=review)])
        assert ("not been gone through" in text_of(members, "README.txt")) is is_told
        assert rows_of(members)[0]["Anonymised"].startswith("not gone through" if is_told else "yes")


def test_the_log_of_pseudonyms_stays_outside_and_both_readme_and_remarks_say_so() -> None:
    members, remarks = deposited([example_record()])
    assert "The log of pseudonyms is not in it: it stays outside the study folder." in remarks
    assert "must not be deposited" in text_of(members, "README.txt")


@pytest.mark.parametrize("sound", list(Sound))
def test_audio_is_inside_only_where_it_was_asked_for(sound: Sound, tmp_path: Path) -> None:
    recording = a_recording(tmp_path)
    enclosed = replace(ENCLOSED, recording=recording)
    members, remarks = deposited([example_record()], Options(sound=sound, written_wall_ms=WRITTEN), enclosed)
    name = f"audio/{STEM}_audio.m4a"
    if sound is Sound.INSIDE:
        assert members[name] == recording.file.read_bytes()
        assert rows_of(members)[0]["Audio file"] == name
        assert "The audio is not anonymised" in text_of(members, "README.txt")
        assert any("Voices are not anonymised" in remark for remark in remarks)
        assert_sums_are_right(members)
        assert_valid_ddi(members["documentation/study.xml"])
    else:
        assert name not in members
        assert not any("Voices" in remark for remark in remarks)


def test_every_version_of_the_schedule_is_there_once(tmp_path: Path) -> None:
    edited = read_schedule(HANDOVER.replace("What makes", "What would make"), "edited.yaml")
    later = read_schedule(HANDOVER.replace("version: 1.10", "version: 2/x"), "later.yaml")
    with Bundle(tmp_path / "b.zip", "", Options()) as bundle:
        for case, used in (("P1", schedule()), ("P2", later), ("P3", later), ("P4", None), ("P5", edited)):
            bundle.add(bundle.part(build(example_record(case=case), Options(), Enclosed(schedule=used))))
        bundle.finish()
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        kept = [name for name in archive.namelist() if name.endswith(".yaml")]
        assert {archive.read(name).decode() for name in kept} == {schedule().text, later.text, edited.text}
        assert len(kept) == 3
        assert all(name.count("/") == 1 for name in kept)
        assert "3 versions of the schedule" in archive.read("README.txt").decode()


def test_interviews_whose_files_could_not_be_told_apart_are_refused() -> None:
    with pytest.raises(ExportError, match="would be one file"):
        deposited([example_record(case="p07"), example_record(case="P07")])


def test_lines_end_as_windows_ends_them_where_that_was_asked_for() -> None:
    members, _ = deposited([example_record()], Options(crlf=True))
    readme = members["README.txt"]
    assert readme.count(b"\n") == readme.count(b"\r\n") > 0
    assert b"\r" not in deposited([example_record()])[0]["README.txt"]


def test_a_study_can_word_its_own_documents(tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "README.txt.j2").write_text("{{ study }} & {{ rows | length }}: ours")
    members, _ = deposited([example_record()], Options(templates=tmp_path))
    assert text_of(members, "README.txt") == "Developing Skills for Government - Political Mentoring & 1: ours"
    assert_valid_ddi(members["documentation/study.xml"])


def test_a_template_of_a_study_that_makes_no_xml_is_named(tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    template = tmp_path / "archive" / "study.xml.j2"
    template.write_text("<codeBook>{{ study }}<open></codeBook>")
    with pytest.raises(ExportError, match="no well-formed XML") as refused:
        deposited([example_record()], Options(templates=tmp_path))
    assert str(template) in refused.value.message


def test_names_are_replaced_in_all_of_it_and_searched_for(tmp_path: Path) -> None:
    record = example_record(interviewer="Lamb", entries=(answered("old", "asked Lamb"),), withheld=())
    lamb = Pseudonym("Lamb", "[Councillor A]", ordinary=("Lamb",))
    [file] = write([Outgoing(record, ENCLOSED, (lamb,))], ["archive"], tmp_path).files
    assert "Lamb" not in text_in(file)
    assert text_in(file).count("[Councillor A]") > 3
    with pytest.raises(ExportError, match=r"“Lamb” in data_list\.csv"):
        write([Outgoing(record, replace(ENCLOSED, role="Lamb"), (lamb,))], ["archive"], tmp_path)


def test_what_is_searched_for_names_are_the_transcripts_the_row_and_the_codes(tmp_path: Path) -> None:
    record = example_record(entries=(answered("old", "asked Lamb"),), withheld=())
    with Bundle(tmp_path / "b.zip", "", Options()) as bundle:
        texts = bundle.texts(bundle.part(build(record)))
        transcripts = {f"transcripts/{STEM}_transcript.{kind}" for kind in ("docx", "txt")}
        assert set(texts) == {*transcripts, "data_list.csv", "documentation/codebook.qdc: codes.xml"}
        row = texts["data_list.csv"].decode().splitlines()
        assert {"A. Researcher", "asked Lamb", record.study} <= set(row)


@settings(max_examples=12, deadline=None)
@given(st.lists(records(), min_size=1, max_size=2, unique_by=lambda record: record.case), st.sampled_from(Names))
def test_any_records_give_a_valid_bundle_or_a_clear_refusal(any_records: list[Record], names: Names) -> None:
    try:
        members, _ = deposited(any_records, Options(names=names))
    except ExportError as refused:
        if "would be one file" not in refused.message:
            raise
        return
    assert_sums_are_right(members)
    assert_valid_ddi(members["documentation/study.xml"])
    kept = [record for record in any_records if not record.rehearsal]
    assert len(rows_of(members)) <= len(kept)
    for name in members:
        assert "/" not in name or name.split("/")[0] in ("transcripts", "documentation")
        if name.endswith(".docx"):
            read_docx(io.BytesIO(members[name]))
