"""A REFI-QDA project, read back by somebody else's library: text, codings, audio, cases, memos."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyrefiqda import RefiProject

from interview_tui.errors import ExportError
from interview_tui.export.document import Block, BlockKind, Document, build
from interview_tui.export.options import AudioFile, Enclosed, Options, Recording
from interview_tui.export.refi import parts
from interview_tui.export.refi.characters import plain
from interview_tui.export.refi.profiles import PROFILES
from interview_tui.export.refi.project import Project
from interview_tui.export.refi.rules import faults
from interview_tui.export.writing import Outgoing, write
from interview_tui.interview.events import Place, Stretch
from interview_tui.record.export_ports import Sound, Target
from interview_tui.record.model import PlacedTurn, Record
from interview_tui.record.transcript import RESPONDENT
from interview_tui.schedule.model import Kind
from tests.examples import handover
from tests.export.any_record import records
from tests.export.example_record import HARD_EVENT, ORIGIN_MS, TURNS, example_record, note, turn
from tests.export.refi.projects import (
    IDENTITY,
    STUDY,
    answered,
    coded,
    interview,
    loaded,
    markup,
    recording,
    text_of,
    values,
    written,
)
from tests.record.pseudonyms.test_replaced_record import WALTER, named

INCIDENT = IDENTITY.of("incident", "P07", "R1-good")
GUID = re.compile(r' guid="([^"]*)"')


def spoken(block: Block, options: Options) -> str:
    """A turn as its line has to read without a stamp."""
    doubt = " [speaker doubtful]" if any(word.is_doubtful for word in block.words) else ""
    return f"{plain(options.tags.get(block.speaker, block.speaker))}: {plain(block.text)}{doubt}"


def under(document: Document, options: Options, of: Callable[[Block], object]) -> dict[object, list[str]]:
    """What has to stand under what `of` gives of each turn: turns with only notes and flags between them, as lines."""
    shown = [block for block in document.blocks if block.kind not in (BlockKind.NOTE, BlockKind.FLAG)]
    found: dict[object, list[str]] = {}
    for (is_turn, key), run in groupby(shown, lambda each: (each.kind is BlockKind.TURN, of(each))):
        if is_turn and key:
            found.setdefault(key, []).append("\n".join(spoken(block, options) for block in run))
    return found


def test_under_an_incident_is_what_was_told_of_it_line_by_line(tmp_path: Path) -> None:
    assert coded(written(tmp_path, [interview()]))[INCIDENT] == [
        "[00:00:20] I: What happened?\n"
        "[00:00:21] R: He rang me at eleven at night about his first budget.\n"
        "[00:00:25] R: He was in a dreadful state.",
        "[00:00:26] R: So I told him to sleep on it.",
        "[00:00:30] I: And what was the outcome?\n"
        "[00:00:32] R: The budget passed. Afterwards – [party popper] – he thanked me.",
        "[00:00:36] R: To go back to it: he rang twice that night.",
    ]


def test_what_the_library_loads_and_saves_again_is_valid_and_coded_as_before(tmp_path: Path) -> None:
    first = written(tmp_path, [interview(heard=recording(tmp_path))], Options(sound=Sound.INSIDE))
    unpacked = tmp_path / "unpacked"
    again = tmp_path / "again.qdpx"
    RefiProject.save(RefiProject.load(first, unpacked), again, unpacked / "sources")
    assert list(faults(again)) == []
    assert coded(again) == coded(first)


@settings(deadline=None, max_examples=25)
@given(records(), st.sampled_from(Target), st.booleans())
def test_any_record_becomes_a_valid_project_with_the_same_text_under_every_code(
    record: Record, target: Target, crlf: bool
) -> None:
    options = Options(times=False, target=target, crlf=crlf)
    pieces = tuple(AudioFile("a.m4a", span.start_ms, span.end_ms) for span in record.spans)
    heard = Recording(Path("a.m4a"), pieces, sum(piece.plays_ms for piece in pieces)) if pieces else None
    document = build(record, options, Enclosed(schedule=handover(), recording=heard))
    with TemporaryDirectory() as folder:
        path = written(Path(folder), [document], options)  # checked against the schema and the rules as it is written
        found = coded(path)
    if target is Target.QUALCODER:  # which always has stamps
        found = {
            code: [re.sub(r"(?m)^\[\d+:\d\d:\d\d\] ", "", text) for text in texts] for code, texts in found.items()
        }
    for incident, texts in under(document, options, lambda block: block.incident).items():
        assert found[IDENTITY.of("incident", record.case, str(incident))] == texts
    for part, texts in under(document, options, lambda block: block.field).items():
        assert found[IDENTITY.of("part", str(part))] == texts
    questions = under(document, options, lambda block: block.place and IDENTITY.of("item", block.place.item))
    for question, texts in questions.items():
        assert found.get(str(question), texts) == texts


def test_notes_within_what_is_coded_do_not_break_it_and_silences_do() -> None:
    with TemporaryDirectory() as folder:
        found = coded(written(Path(folder), [interview()]))[IDENTITY.of("item", "event")]
    assert [text.count("\n") for text in found] == [2, 0, 1, 0]


def test_the_text_is_in_characters_that_every_program_counts_alike(tmp_path: Path) -> None:
    odd = replace(example_record(), interviewer="👩‍👩‍👧", study="e\ufeff\u0301 \ud800", case="\ufeffa/b: 🎉\x07")
    path = written(tmp_path, [interview(odd)])
    [source] = loaded(path).sources.text_source
    text = text_of(path, source.plain_text_path)
    assert max(text) <= "\uffff"
    assert unicodedata.is_normalized("NFC", text)
    assert "a/b: [party popper]" in text
    assert "🎉" not in markup(path)


def test_positions_count_a_lines_end_as_one_character_though_the_file_has_two(tmp_path: Path) -> None:
    options = Options(target=Target.MAXQDA, crlf=True)
    path = written(tmp_path, [interview(options=options)], options)
    assert coded(path)[INCIDENT] == coded(written(tmp_path, [interview()]))[INCIDENT]
    with zipfile.ZipFile(path) as archive:
        [name] = [source.plain_text_path for source in loaded(path).sources.text_source]
        content = archive.read(name.replace("internal://", "sources/"))
    assert content.count(b"\r\n") == content.count(b"\n") > 20


def test_where_a_program_would_shift_codings_lines_end_in_lf_all_the_same(tmp_path: Path) -> None:
    options = Options(target=Target.QUALCODER, crlf=True)
    with Project(tmp_path / "p.qdpx", STUDY, options) as project:
        project.add(project.part(interview()))
        assert any("LF" in remark for remark in project.finish())
    with zipfile.ZipFile(tmp_path / "p.qdpx") as archive:
        assert not any(b"\r" in archive.read(name) for name in archive.namelist())


@pytest.mark.parametrize(
    ("sound", "way"), [(Sound.BESIDE, "relative:///audio/P07.flac"), (Sound.INSIDE, "internal://")]
)
def test_the_audio_has_the_texts_sync_points_and_what_is_coded_on_its_timeline(
    tmp_path: Path, sound: Sound, way: str
) -> None:
    heard = recording(tmp_path)
    path = written(tmp_path, [interview(heard=heard)], Options(sound=sound))
    project = loaded(path)
    [audio], [source] = project.sources.audio_source, project.sources.text_source
    [transcript] = audio.transcript
    assert transcript.plain_text_path == source.plain_text_path
    assert audio.path.startswith(way)
    points = [(point.position, point.time_stamp) for point in transcript.sync_point]
    text = text_of(path, source.plain_text_path)
    assert points[-1] == (len(text), heard.length_ms)
    assert [at_ms // 1000 for _, at_ms in points[:-1]] == [
        int(stamp[3:5]) * 60 + int(stamp[6:8]) for stamp in (text[at + 1 : at + 9] for at, _ in points[:-1])
    ]
    told = [each for each in audio.audio_selection if each.coding[0].code_ref.target_guid == INCIDENT]
    assert [(each.begin, each.end) for each in told] == [(20000, 26460), (26500, 28460), (30000, 34460), (36000, 38460)]


def test_the_audio_is_packed_as_it_was_or_found_from_where_the_project_will_lie(tmp_path: Path) -> None:
    heard = recording(tmp_path)
    inside = written(tmp_path, [interview(heard=heard)], Options(sound=Sound.INSIDE))
    [audio] = loaded(inside).sources.audio_source
    with zipfile.ZipFile(inside) as archive:
        assert archive.read(audio.path.replace("internal://", "sources/")) == heard.file.read_bytes()
    beside = loaded(written(tmp_path, [interview(heard=heard)]))
    assert beside.base_path is not None
    way = beside.sources.audio_source[0].path.removeprefix("relative://")
    assert Path(beside.base_path + way).read_bytes() == heard.file.read_bytes()
    assert loaded(inside).base_path is None


def test_audio_that_is_reached_by_its_whole_path_is_given_so(tmp_path: Path) -> None:
    heard = recording(tmp_path)
    pieces = tuple(replace(piece, path=heard.file.as_posix()) for piece in heard.pieces)
    project = loaded(written(tmp_path, [interview(heard=replace(heard, pieces=pieces))]))
    assert project.sources.audio_source[0].path == f"absolute://{heard.file.as_posix()}"
    assert project.base_path is None


def test_audio_that_is_too_large_for_a_project_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "LARGEST", 1000)
    with pytest.raises(ExportError, match="The audio of P07 has") as refused:
        written(tmp_path, [interview(heard=recording(tmp_path))], Options(sound=Sound.INSIDE))
    assert refused.value.hint == "Leave the audio beside the project: --audio beside."


def test_without_audio_there_is_a_text_and_no_audio(tmp_path: Path) -> None:
    sources = loaded(written(tmp_path, [interview()])).sources
    assert (len(sources.text_source), len(sources.audio_source)) == (1, 0)


def test_memos_are_files_of_their_own_under_distinct_names(tmp_path: Path) -> None:
    path = written(tmp_path, [interview()])
    notes = {note.name: note for note in loaded(path).notes.note}
    assert list(notes) == [
        "Note – P07 n2 00.00.09",
        "Note – P07 n3 00.00.22",
        "Note – P07 n4 00.00.27",
        "Note – P07 n6 00.00.46",
        "Note – P07 n7 00.00.47",
        "Flagged – P07",
        "Debrief – P07",
    ]
    said = {name: text_of(path, note.plain_text_path) for name, note in notes.items()}
    assert (
        said["Note – P07 n3 00.00.22"]
        == "new PH, 1st budget rang 11pm\n[important · 00:00:22 · R1-good · What happened?]\n"
    )
    assert said["Flagged – P07"].startswith("00:00:33 · R1-good · What was the outcome?")
    assert "How did it go?: well, he warmed up\n" in said["Debrief – P07"]
    assert said["Debrief – P07"].endswith("Ended: complete – he had to catch a train\n")
    assert str(notes["Note – P07 n3 00.00.22"].creation_date_time).startswith("2026-03-14T11:04:27")


def test_notes_and_flags_stand_at_the_turns_they_are_about_one_remark_a_turn(tmp_path: Path) -> None:
    path = written(tmp_path, [interview()])
    [source] = loaded(path).sources.text_source
    text = text_of(path, source.plain_text_path)
    remarks = {
        text[each.start_position : each.end_position][11:]: each.description
        for each in source.plain_text_selection
        if not each.coding
    }
    assert remarks == {
        "R: Holding the ladder while <em>someone else</em> climbs & falls.": '(near-verbatim) ladder — "holding it"',
        "R: He rang me at eleven at night about his first budget.": "(important) new PH, 1st budget rang 11pm",
        "R: So I told him to sleep on it.": "</script><script>alert(1)</script>",
        "R: The budget passed. Afterwards – [party popper] – he thanked me.": "(flagged)",
        "R: =HYPERLINK( she missed all our meetings.": "@SUM(1+1)*cmd|' /C calc'!A0\n"
        "(come back to this) מרחק  رسالة -2 lines",
    }
    people = {each.creating_user for each in source.plain_text_selection if not each.coding}
    assert people == {loaded(path).users.user[0].guid}


def test_what_is_searched_for_names_is_all_that_is_written_less_the_identities(tmp_path: Path) -> None:
    with Project(tmp_path / "p.qdpx", STUDY, Options()) as project:
        searched = project.texts(project.part(interview()))
    assert not any(re.search(rb"[0-9A-F]{4}-[0-9A-F]{4}", content) for content in searched.values())
    for tag in ("User", "Code", "Variable", "Case", "TextSource", "PlainTextSelection", "Note", "Set"):
        assert any(f"<{tag} ".encode() in content for content in searched.values())
    names = [name for name, content in searched.items() if b"he warmed up" in content]
    assert names == ["Debrief – P07.txt"]


def test_people_stand_first_and_codings_are_the_programs(tmp_path: Path) -> None:
    records_ = [answered(example_record(case=case, interviewer=who)) for case, who in (("P1", "Ada"), ("P2", "Bo"))]
    records_.append(example_record(case="P3", interviewer=""))
    project = loaded(written(tmp_path, [interview(record) for record in records_]))
    assert [user.name for user in project.users.user] == ["Ada", "Bo", "researcher", "interview_tui (automatic)"]
    coders = {each.creating_user for each in project.sources.text_source[0].plain_text_selection if each.coding}
    assert coders == {project.users.user[-1].guid}


def test_many_interviews_share_their_questions_and_nothing_else(tmp_path: Path) -> None:
    documents = [interview(answered(example_record(case=f"P{number}"))) for number in range(4)]
    path = written(tmp_path, documents, Options(written_wall_ms=1_800_000_000_000))
    guids = GUID.findall(markup(path))
    assert len(guids) == len(set(guids)) > 250
    assert len(coded(path)[IDENTITY.of("item", "event")]) == 4 * 4
    assert [len(coded(path)[IDENTITY.of("incident", f"P{number}", "R1-good")]) for number in range(4)] == [4] * 4
    assert values(path, "Project", "creationDateTime") == ["2027-01-15T08:00:00Z"]
    assert len(loaded(path).cases.case) == len(loaded(path).sets.set) == 4


def test_a_case_is_in_a_project_once(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="P07 is in the project already"):
        written(tmp_path, [interview(), interview()])


def test_the_same_interviews_yield_the_same_bytes(tmp_path: Path) -> None:
    heard = recording(tmp_path)
    first, second = (
        written(tmp_path, [interview(heard=heard)], Options(sound=Sound.INSIDE, written_wall_ms=ms)) for ms in (0, 5000)
    )
    assert first.read_bytes() == second.read_bytes()


def test_a_project_that_would_be_no_valid_one_is_refused(tmp_path: Path) -> None:
    with Project(tmp_path / "p.qdpx", STUDY, Options()) as project:
        part = project.part(interview())
        project.add(replace(part, sources=part.sources.replace('isCodable="', "").replace("<CodeRef", "<Ref", 1)))
        with pytest.raises(ExportError, match=r"no valid one: project.qde, line \d+: .*Ref"):
            project.finish()


@pytest.mark.parametrize("target", Target)
def test_every_profile_yields_a_valid_project_and_says_what_is_dropped(target: Target, tmp_path: Path) -> None:
    interviews = [
        Outgoing(
            named(answered(example_record(case=case))), Enclosed(handover(), recording=recording(tmp_path)), (WALTER,)
        )
        for case in ("P07", "P08")
    ]
    options = Options(target=target)
    result = write(interviews, ["qdpx", "qdc"], tmp_path, options, study="A study", many=True)
    assert set(PROFILES[target].drops) <= set(result.remarks)
    assert list(faults(result.files[0])) == []


def test_stamps_are_left_out_of_the_text_where_that_was_asked_for(tmp_path: Path) -> None:
    assert (
        coded(written(tmp_path, [interview()], Options(times=False)))[INCIDENT][1] == "R: So I told him to sleep on it."
    )
    assert values(written(tmp_path, [interview()]), "TextSource", "name") == ["P07 transcript"]


def test_what_was_said_before_the_first_sample_stands_at_the_beginning_of_the_audio(tmp_path: Path) -> None:
    late = answered(example_record(spans=(Stretch(ORIGIN_MS + 26_000, ORIGIN_MS + 100_000),), gaps=(), withheld=()))
    told = coded(written(tmp_path, [interview(late)]))[INCIDENT]
    assert told[0].startswith("[00:00:00] I: What happened?")
    assert told[2].startswith("[00:00:14] I: And what")


def test_what_was_said_after_the_last_sample_is_heard_at_the_end(tmp_path: Path) -> None:
    late = example_record(turns=(*TURNS, PlacedTurn(turn(17, RESPONDENT, 105, "One more thing."), HARD_EVENT)))
    [audio] = loaded(written(tmp_path, [interview(late, recording(tmp_path))])).sources.audio_source
    assert max((each.begin, each.end) for each in audio.audio_selection) == (61_999, 62_000)


def test_what_was_said_while_nothing_was_recorded_is_heard_for_a_millisecond(tmp_path: Path) -> None:
    unheard = example_record(turns=(PlacedTurn(turn(1, RESPONDENT, 32, "Hm."), HARD_EVENT),), withheld=())
    [audio] = loaded(written(tmp_path, [interview(unheard, recording(tmp_path))])).sources.audio_source
    assert {(each.begin, each.end) for each in audio.audio_selection} == {(30_000, 30_001)}


def test_a_remark_stands_at_the_turn_that_prompted_the_note(tmp_path: Path) -> None:
    asked = note("n4", 27, "typed later", turn=8)
    path = written(tmp_path, [interview(example_record(notes=(asked,), flags=()))])
    [source] = loaded(path).sources.text_source
    [remark] = [each for each in source.plain_text_selection if not each.coding]
    text = text_of(path, source.plain_text_path)
    assert text[remark.start_position : remark.end_position].startswith("[00:00:21] R: He rang me")


def test_notes_of_one_id_and_time_are_memos_of_two_names(tmp_path: Path) -> None:
    twice = example_record(notes=(note("n1", 9, "one"), note("n1", 9, "two")), flags=(), debrief=())
    assert values(written(tmp_path, [interview(twice)]), "Note", "name") == [
        "Note – P07 n1 00.00.09",
        "Note – P07 n1 00.00.09 (2)",
    ]


def test_talk_at_an_instruction_to_the_interviewer_has_no_question(tmp_path: Path) -> None:
    instruction = next(name for name, found in handover().items().items() if found.item.kind is Kind.INTERVIEWER)
    told = (PlacedTurn(turn(1, RESPONDENT, 1, "Hello."), Place(instruction)),)
    assert coded(written(tmp_path, [interview(example_record(turns=told))])) == {}
    elsewhere = replace(example_record().entries[0], place=Place("aside"), kind="interviewer")
    told = (PlacedTurn(turn(1, RESPONDENT, 1, "Hello."), Place("aside")),)
    assert coded(written(tmp_path, [interview(example_record(turns=told, entries=(elsewhere,)))])) == {}


def test_a_speaker_without_a_tag_keeps_the_name(tmp_path: Path) -> None:
    told = coded(written(tmp_path, [interview()], Options(tags={RESPONDENT: "P07"})))[INCIDENT]
    assert told[2].startswith("[00:00:30] interviewer: And what")
    assert told[1].startswith("[00:00:26] P07: So I")
