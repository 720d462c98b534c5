"""No name that has a pseudonym leaves in an export, and none is overlooked in files of other making."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from interview_tui.errors import ExportError
from interview_tui.export.names import named_after, names_left, names_left_in, not_searched
from interview_tui.export.naming import written_of
from interview_tui.export.options import AudioFile, Enclosed, Options, Recording
from interview_tui.export.registry import ALL, FORMATS
from interview_tui.export.writing import Outgoing, write
from interview_tui.record.export_ports import Names
from interview_tui.record.model import Record
from interview_tui.record.pseudonyms.pseudonym import Pseudonym
from interview_tui.record.pseudonyms.replaced_record import wordless
from tests.export.any_record import records
from tests.export.example_record import ORIGIN_MS, example_record, note
from tests.export.reading import schedule, text_in, written_as
from tests.record.pseudonyms.test_replaced_record import NAME, WALTER, named

MARK = Pseudonym("Mark", "[Person B]")
WORDLESS = ("paradata", "qdc")  # formats in which nothing stands that was said or typed


def replaced(record: Record) -> Outgoing:
    """An interview in which one name is replaced."""
    return Outgoing(record, Enclosed(schedule()), (WALTER,))


def packed(**members: bytes) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return whole.getvalue()


def where(file: str, content: bytes | str) -> list[str]:
    data = content.encode() if isinstance(content, str) else content
    return [each.where for each in (*named_after(file, [WALTER]), *names_left(file, data, [WALTER]))]


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_holds_a_name_that_is_replaced(name: str, tmp_path: Path) -> None:
    file = written_as(name, tmp_path, replaced(named(example_record())))
    content = text_in(file)
    assert "zelk" not in content.casefold()
    assert "qvarn" not in content.casefold()
    full = Options(names=Names.FULL)
    real = written_as(name, tmp_path, Outgoing(named(example_record())), options=full)
    assert "real-names" in real.name
    assert set(written_of("P07", tmp_path)) == {file, real}
    assert names_left_in(file, [WALTER]) == []
    if name not in WORDLESS:
        assert "[Councillor A]" in content
        assert names_left_in(real, [WALTER])


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records())
def test_any_record_is_written_with_its_names_replaced(tmp_path: Path, record: Record) -> None:
    interviews = [replaced(replace(record, debrief=((NAME, NAME),), case=case)) for case in ("P1", "P2")]
    for file in write(interviews, [ALL], tmp_path, study="A study", many=True).files:
        assert names_left_in(file, [WALTER]) == []


def test_where_a_name_would_be_left_nothing_is_written(tmp_path: Path) -> None:
    hidden = example_record(debrief=(("asked", "it was Ze\x07lk"),))  # joined as the format drops what no reader takes
    with pytest.raises(ExportError, match=r"“Zelk” in .*_transcript.txt, line \d+"):
        write([replaced(hidden)], ["text"], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_name_in_the_part_of_one_interview_is_found_before_it_is_added_to_many(tmp_path: Path) -> None:
    hidden = example_record(case="P08", notes=(note("n1", 1, "it was Ze\x07lk"),))
    with pytest.raises(ExportError, match=r"“Zelk” in .*notes\.csv, line 2"):
        write([replaced(example_record()), replaced(hidden)], ["notes"], tmp_path, study="A study", many=True)
    assert list(tmp_path.iterdir()) == []


def test_the_name_of_one_interview_is_a_word_in_another(tmp_path: Path) -> None:
    said = example_record(case="P08", notes=(note("n1", 1, "it was zelk weather"),))
    table = written_as("notes", tmp_path, replaced(named(example_record())), Outgoing(said))
    assert "it was zelk weather" in text_in(table)


def test_a_name_in_the_way_to_the_audio_is_one_that_is_left(tmp_path: Path) -> None:
    audio = AudioFile("../../home/zelk/audio.flac", ORIGIN_MS, ORIGIN_MS + 20_000)
    with pytest.raises(ExportError, match="Zelk"):
        write([Outgoing(wordless(example_record()), Enclosed(audio=(audio,)), (WALTER,))], ["html"], tmp_path)


def test_a_name_in_the_name_of_the_study_would_be_in_files_of_many(tmp_path: Path) -> None:
    interviews = [replaced(example_record()), replaced(example_record(case="P08"))]
    with pytest.raises(ExportError, match="Zelk"):
        write(interviews, ["qdc"], tmp_path, study="The life of Zelk", many=True)
    with pytest.raises(ExportError, match="“Zelk” in the name of the study"):
        write(interviews[:1], ["qdc"], tmp_path, study="The life of Zelk")
    assert list(tmp_path.iterdir()) == []


def test_a_name_in_the_folder_from_which_a_project_finds_its_audio_is_one_that_is_left(tmp_path: Path) -> None:
    folder, file = tmp_path / "Zelk", tmp_path / "a.m4a"
    file.touch()
    heard = Recording(file, (AudioFile("audio/a.m4a", ORIGIN_MS, ORIGIN_MS + 100_000),), 100_000)
    outgoing = Outgoing(example_record(), Enclosed(schedule(), recording=heard), (WALTER,))
    with pytest.raises(ExportError, match="“Zelk” in the way to the audio"):
        write([outgoing], ["qdpx"], folder, study="A study")
    assert list(folder.iterdir()) == []


def test_a_name_in_the_case_id_would_be_in_the_name_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="its own name"):
        write([replaced(example_record(case="zelk"))], ["text"], tmp_path)


def test_what_the_program_says_itself_is_no_name_that_is_left(tmp_path: Path) -> None:
    words = (MARK, *(Pseudonym(word, "[Person C]") for word in ("Incidents", "Coverage", "Transcript", "Rehearsal")))
    formats = [name for name in FORMATS if name != "archive"]
    outgoing = Outgoing(example_record(), Enclosed(schedule()), words)
    assert len(write([outgoing], formats, tmp_path).files) == len(formats)


def test_the_line_of_a_name_is_said_and_its_file() -> None:
    assert where("a/notes.txt", "one\r\ntwo Zelk\r\nzelk's") == ["a/notes.txt, line 2", "a/notes.txt, line 3"]
    assert where("a/zelk.txt", "") == ["a/zelk.txt, its own name"]
    assert where("x.txt", "\ufeffZelk".encode("utf-16")) == ["x.txt, line 1"]


def test_a_name_is_found_across_the_tags_and_escapes_of_a_format() -> None:
    assert where("x.html", "<p>\n<b>Qvarn</b> <i>Zel</i>k</p>") == ["x.html, line 2"] * 2
    assert where("x.xml", "<w:t>Ze</w:t><w:t>lk</w:t>") == ["x.xml, line 1"]
    assert where("x.html", "<td>Qvarn</td><td>Zelk</td>") == ["x.html, line 1"] * 2
    assert where("x.html", '<a href="zelk.flac">') == ["x.html, line 1"]
    assert where("x.html", "<a\nhref='a/zelk'>\nold Zelk</a>") == ["x.html, line 1", "x.html, line 3"]
    assert where("x.html", '<zelk class="zelk">') == []
    assert where("x.vtt", "<v Zelk>yes") == ["x.vtt, line 1"]
    assert where("x.html", "Z&#101;lk") == ["x.html, line 1"]
    assert where("x.json", json.dumps({"a": "Z\u00e9lk"})) == ["x.json, line 1"]
    assert where("x.json", '{"zelk": 1, "b": "a\\nQvarn Zel\\u006b"}') == ["x.json, line 1"] * 2


def test_packed_files_are_looked_into_and_sound_is_not() -> None:
    docx = packed(word_document__xml=b"<w:t>\nold Zelk</w:t>", media_zelk__png=b"\0Zelk")
    project = packed(sources_one__docx=docx, project__qde=b"<x name='none'/>")
    assert where("x.qdpx", project) == [
        "x.qdpx: sources_one.docx: word_document.xml, line 2",
        "x.qdpx: sources_one.docx: media_zelk.png, its own name",
    ]


def test_a_folder_is_searched_through_and_what_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.txt").write_text("Zelk", encoding="utf-8")
    assert [each.form for each in names_left_in(tmp_path, [WALTER])] == ["Zelk"]
    (tmp_path / "deep" / "b.flac").write_bytes(b"fLaC\0Zelk")
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.7 Zelk")
    assert [each.form for each in names_left_in(tmp_path, [WALTER])] == ["Zelk"]
    assert not_searched(tmp_path) == [str(tmp_path / "c.pdf"), str(tmp_path / "deep" / "b.flac")]
    with pytest.raises(ExportError, match="cannot be read"):
        names_left_in(tmp_path / "none.txt", [WALTER])
