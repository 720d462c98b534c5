"""Word documents: for coding by headings, and for the archive. Read back by python-docx, and without it."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import docx
import pytest
from hypothesis import given, settings

from interview_tui.export.document import Block, BlockKind, Document, build
from interview_tui.export.legible import legible
from interview_tui.export.options import Counting, Enclosed, Options
from interview_tui.export.word import coding, ukds
from interview_tui.export.word.manuscript import is_leftward
from interview_tui.export.writing import Outgoing, write
from interview_tui.interview.events import Level, Stretch
from interview_tui.interview.outcomes import in_words
from interview_tui.record.export_ports import Names
from interview_tui.record.model import PlacedTurn, Record
from interview_tui.record.pseudonyms.pseudonym import Pseudonym
from interview_tui.record.review.changes import ReviewState
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT
from tests.export.any_record import TEN_HOURS_MS, records
from tests.export.example_record import EVENT, FEELING, HARD_EVENT, ORIGIN_MS, example_record, turn
from tests.export.reading import text_in
from tests.record.pseudonyms.test_replaced_record import WALTER, named

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TITLES = ("Title", "CoverTitle", "Subtitle", "Cover")
LINE_NUMBERS = Options(line_numbers=True)
NO_TIMES = Options(times=False)


class Paragraph(NamedTuple):
    style: str
    text: str


def coded(record: Record, options: Options | None = None) -> bytes:
    options = options or Options()
    return coding.render(build(record, options), options)


def archived(record: Record, options: Options | None = None, enclosed: Enclosed = Enclosed()) -> bytes:  # noqa: B008
    options = options or Options()
    return ukds.render(build(record, options, enclosed), options)


def part(content: bytes, name: str) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return ElementTree.fromstring(packed.read(name))


def paragraphs(content: bytes) -> list[Paragraph]:
    """The paragraphs of a document, as its XML has them and as python-docx reads them, which is the same."""
    found = []
    for element in part(content, "word/document.xml").iter(f"{W}p"):
        style = element.find(f"{W}pPr/{W}pStyle")
        text = "".join({f"{W}t": each.text or "", f"{W}tab": "\t"}.get(each.tag, "") for each in element.iter())
        found.append(Paragraph("Normal" if style is None else style.attrib[f"{W}val"], text))
    read = docx.Document(io.BytesIO(content)).paragraphs
    assert found == [Paragraph(each.style.style_id, each.text) for each in read]
    return found


def body(content: bytes) -> list[Paragraph]:
    return [each for each in paragraphs(content) if each.style not in TITLES]


def cover(content: bytes) -> dict[str, str]:
    pairs = (each.text.split("\t", 1) for each in paragraphs(content) if each.style == "Cover")
    return dict(pairs)


def brackets(document: Document, block: Block, options: Options) -> str:
    """What stands after the words of a block."""
    doubt = " [speaker doubtful]" if any(word.is_doubtful for word in block.words) else ""
    is_stamped = options.times and document.shown_ms(block.start_ms) >= 0
    at = f" [{document.stamp(block.start_ms)}]" if is_stamped else ""
    return f"{f' [{block.mark}]' if block.mark else ''}{doubt}{at}"


def told(document: Document, options: Options, styles: dict[BlockKind, str]) -> Iterator[Paragraph]:
    """What a document has to hold of each block, but for headings and tags."""
    for block in document.blocks:
        words = {BlockKind.FLAG: "[flagged]"}.get(block.kind, legible(block.text))
        if block.kind in (BlockKind.GAP, BlockKind.WITHHELD):
            yield Paragraph("Gap", f"[{document.silence(block)}]")
        elif block.kind in styles:
            yield Paragraph(styles[block.kind], words + brackets(document, block, options))


def test_a_question_is_a_heading_of_the_first_level_and_who_speaks_one_of_the_second() -> None:
    found = body(coded(example_record()))
    start = found.index(Paragraph("Heading1", "R1-good: What happened?"))
    assert found[start : start + 9] == [
        Paragraph("Heading1", "R1-good: What happened?"),
        Paragraph("Heading2", "Interviewer"),
        Paragraph("Normal", "What happened? [00:00:20]"),
        Paragraph("Heading2", "P07"),
        Paragraph("Normal", "He rang me at eleven at night about his first budget. [00:00:21]"),
        Paragraph("Heading2", "Note"),
        Paragraph("Note", "new PH, 1st budget rang 11pm [important] [00:00:22]"),
        Paragraph("Heading2", "P07"),
        Paragraph("Normal", "He was in a dreadful state. [00:00:25]"),
    ]


def test_a_question_has_one_heading_however_often_talk_returns_to_it_and_each_incident_its_own() -> None:
    rounds = [replace(each, label="late" if each.id == "R2-good" else each.id) for each in example_record().rounds]
    found = body(coded(example_record(rounds=tuple(rounds))))
    headings = [each.text for each in found if each.style == "Heading1"]
    assert headings.count("R1-good: What happened?") == 2
    assert {"R1-difficult: What happened?", "late: What happened?", "How would you define mentoring?"} < set(headings)


def test_questions_of_a_round_that_read_the_same_are_told_apart_by_their_items() -> None:
    record = example_record()
    alike = tuple(
        replace(entry, question="What happened?") if entry.place == FEELING else entry for entry in record.entries
    )
    headings = {each.text for each in body(coded(replace(record, entries=alike))) if each.style == "Heading1"}
    assert "R1-good: What happened? [event]" in headings
    assert "R1-difficult: What happened?" in headings


def test_lines_of_checklists_that_read_the_same_are_told_apart_by_their_items() -> None:
    record = example_record()
    entry = next(each for each in record.entries if each.place == EVENT)
    entries = [replace(entry, place=replace(EVENT, item=item), level=Level.DONE) for item in ("one", "other")]
    turns = [
        PlacedTurn(turn(n, RESPONDENT, n, "yes"), replace(EVENT, item=item, line="mentor"))
        for n, item in enumerate(("one", "other"), 1)
    ]
    headings = [
        each.text
        for each in body(coded(replace(record, entries=tuple(entries), turns=tuple(turns), gaps=(), withheld=())))
        if each.style == "Heading1"
    ]
    assert headings[:2] == ["R1-good: What happened? (mentor) [one]", "R1-good: What happened? (mentor) [other]"]


def test_how_it_ended_and_the_debrief_are_coded_as_notes() -> None:
    assert body(coded(example_record()))[-6:] == [
        Paragraph("Heading1", "After the interview"),
        Paragraph("Heading2", "Note"),
        Paragraph("Note", "ended: complete – he had to catch a train"),
        Paragraph("Note", "How did it go?: well, he warmed up"),
        Paragraph("Note", "R1-good: how fully was it told?: full"),
        Paragraph("Note", "? </dd> check how the council is anonymised: asked him"),
    ]
    assert body(coded(example_record(outcome="", debrief=())))[-1].text.startswith("In the other one")


@settings(max_examples=25)
@given(records())
def test_any_record_is_read_back_for_coding_with_every_block_and_no_note_in_anybody_s_talk(record: Record) -> None:
    document = build(record)
    found = body(coded(record))
    styles = {BlockKind.TURN: "Normal", BlockKind.NOTE: "Note", BlockKind.FLAG: "Note"}
    headings = [each for each in document.blocks if each.kind is BlockKind.HEADING]
    first = [each.text for each in found if each.style == "Heading1"]
    assert len(first) == len(headings) + bool(record.outcome or record.debrief)
    assert all(legible(block.text) in text for block, text in zip(headings, first, strict=False))
    afterwards = [f"{legible(asked)}: {legible(written)}" for asked, written in record.debrief]
    if record.outcome:
        reason = f" – {legible(record.reason)}" if record.reason else ""
        afterwards.insert(0, f"ended: {legible(in_words(record.outcome))}{reason}")
    expected = [*told(document, Options(), styles), *(Paragraph("Note", each) for each in afterwards)]
    assert [each for each in found if not each.style.startswith("Heading")] == expected
    voice = ""
    for style, text in found:
        if style == "Heading1":
            voice = ""
        elif style == "Heading2":
            assert text not in ("", voice)
            voice = text
        else:
            assert voice == style if style != "Normal" else voice not in ("", "Note", "Gap")


def test_a_turn_of_the_transcript_is_a_tag_and_its_words_below_section_and_question() -> None:
    found = body(archived(example_record()))
    start = found.index(Paragraph("Heading1", "Critical incidents › R1 › Outcome › good"))
    assert found[start : start + 7] == [
        Paragraph("Heading1", "Critical incidents › R1 › Outcome › good"),
        Paragraph("Heading2", "What happened?"),
        Paragraph("Turn", "I:\tWhat happened? [00:00:20]"),
        Paragraph("Turn", "R:\tHe rang me at eleven at night about his first budget. [00:00:21]"),
        Paragraph("Turn", "R:\tHe was in a dreadful state. [00:00:25]"),
        Paragraph("Heading2", "What did you do?"),
        Paragraph("Turn", "R:\tSo I told him to sleep on it. [00:00:26]"),
    ]
    assert Paragraph("Gap", "[withheld at participant's request 00:00:30–00:00:39]") in found


@settings(max_examples=25)
@given(records())
def test_any_record_is_read_back_as_a_transcript_of_the_talk_alone(record: Record) -> None:
    document = build(record)
    found = body(archived(record))
    lines = [each for each in found if not each.style.startswith("Heading") and each.text != f"{ukds.NO_TALK}"]
    plain = [each if each.style == "Gap" else Paragraph("Turn", each.text.partition(":\t")[2]) for each in lines]
    assert plain == list(told(document, Options(), {BlockKind.TURN: "Turn"}))
    turns = [block for block in document.blocks if block.kind is BlockKind.TURN]
    headings = [legible(block.text) for block in document.blocks if block.kind is BlockKind.HEADING]
    assert [each.text for each in found if each.style == "Heading2"] == (headings if turns else [])
    assert (found[-1].text == ukds.NO_TALK) == (not turns)


def test_notes_flags_and_debrief_are_not_in_the_transcript() -> None:
    text = "\n".join(each.text for each in paragraphs(archived(example_record())))
    assert not any(words in text for words in ("new PH", "flagged", "he warmed up", "catch a train"))


def test_an_interview_without_talk_says_so_and_heads_nothing() -> None:
    content = archived(example_record(turns=(), withheld=(), gaps=()))
    assert body(content) == [Paragraph("Gap", "[there is no talk in this record]")]
    assert cover(content)["Transcription"] == "none: there is no talk in this record"


def test_the_cover_says_what_an_archive_asks_for() -> None:
    content = archived(example_record(), enclosed=Enclosed(role="mentor", version=3))
    assert paragraphs(content)[:2] == [
        Paragraph("CoverTitle", "Developing Skills for Government - Political Mentoring"),
        Paragraph("Subtitle", "Interview P07"),
    ]
    assert cover(content) == {
        "Depositor": ukds.LEFT_TO_DEPOSITOR,
        "Interview number": "P07",
        "Interviewer": "A. Researcher",
        "Interviewee": "P07, mentor",
        "About the interviewee": ukds.LEFT_TO_DEPOSITOR,
        "Date of interview": "2026-03-14",
        "Place or mode": "by telephone",
        "Schedule": "Interview Schedule (Mentors/Mentees), version 1",
        "Outcome": "complete",
        "Length of recording": "00:01:02",
        "Transcription": "verbatim, by machine (faster-whisper, model tiny.en); not yet checked by a person",
        "Anonymised": "not confirmed: nobody has said that this interview was gone through for names",
        "Version": "3",
        "Speakers": "I = interviewer, R = respondent",
        "Times": "[hh:mm:ss] when a turn begins, from the start of the recording, pauses included",
        "Brackets": "what was not recorded or is withheld; [speaker doubtful]: some words may be another's",
    }


def test_the_cover_says_how_far_the_review_is_and_whether_names_are_gone() -> None:
    signed_off = example_record(review=ReviewState.SIGNED_OFF)
    assert cover(archived(signed_off))["Anonymised"].startswith("yes")
    assert cover(archived(signed_off))["Transcription"].endswith("checked by a person, and signed off")
    assert cover(archived(signed_off, Options(names=Names.FULL)))["Anonymised"].startswith("no: ")
    assert cover(archived(example_record(review=ReviewState.CHECKED)))["Anonymised"].startswith("not confirmed")
    assert cover(archived(example_record(provenance=None)))["Transcription"].startswith("origin not known")
    assert "a rehearsal" in paragraphs(archived(example_record(rehearsal=True)))[1].text


def test_every_page_but_the_cover_has_study_case_and_page_number() -> None:
    content = archived(example_record())
    first, second = docx.Document(io.BytesIO(content)).sections
    assert first.header.paragraphs[0].text == first.footer.paragraphs[0].text == ""
    assert second.header.paragraphs[0].text == "Developing Skills for Government - Political Mentoring\tP07"
    foot = part(content, "word/footer1.xml")
    assert [each.attrib[f"{W}instr"] for each in foot.iter(f"{W}fldSimple")] == ["PAGE", "NUMPAGES"]
    assert "".join(foot.itertext()).strip() == "Page 1 of 1"


def test_lines_are_numbered_where_that_was_asked_for_and_never_on_the_cover() -> None:
    def numbered(options: Options) -> list[bool]:
        sections = part(archived(example_record(), options), "word/document.xml").iter(f"{W}sectPr")
        return [each.find(f"{W}lnNumType") is not None for each in sections]

    assert numbered(Options()) == [False, False]
    assert numbered(LINE_NUMBERS) == [False, True]
    styles = part(archived(example_record()), "word/styles.xml").iter(f"{W}style")
    quiet = {each.attrib[f"{W}styleId"] for each in styles if each.find(f".//{W}suppressLineNumbers") is not None}
    assert quiet == {"CoverTitle", "Subtitle", "Cover"}


def test_headings_stay_with_what_follows_them_and_no_line_is_left_alone() -> None:
    styles = docx.Document(io.BytesIO(archived(example_record()))).styles
    kept = [styles[name].paragraph_format for name in ("Title", "Heading 1", "Heading 2")]
    assert all(each.keep_with_next and each.keep_together for each in kept)
    assert styles["Normal"].paragraph_format.widow_control
    turns = styles["Turn"].paragraph_format
    assert turns.first_line_indent == -turns.left_indent


@pytest.mark.parametrize("made", [coded, archived])
def test_without_times_there_is_no_stamp(made) -> None:
    found = body(made(example_record(), NO_TIMES))
    assert not any("00:" in each.text for each in found if each.style != "Gap")
    assert Paragraph("Gap", "[not recorded for 00:00:28]") in found
    assert "Times" not in cover(archived(example_record(), NO_TIMES))


def test_times_can_leave_the_pauses_out_and_run_for_ten_hours() -> None:
    shorter = Options(counting=Counting.AUDIO)
    found = [each.text for each in body(archived(example_record(), shorter))]
    assert "I:\tNow one that did not go well? [00:00:42]" in found
    assert cover(archived(example_record(), shorter))["Times"].endswith("pauses left out")
    late = PlacedTurn(turn(1, RESPONDENT, TEN_HOURS_MS / 1000, "still here"), None)
    whole = (Stretch(ORIGIN_MS, 2 * TEN_HOURS_MS),)
    assert body(archived(example_record(turns=(late,), spans=whole)))[-1].text == "R:\tstill here [10:00:00]"


def test_a_speaker_s_name_is_plain_text_and_doubt_stands_after_the_words() -> None:
    name = "=cmd|' /C calc'!A0"
    said = turn(1, name, 1, "me <b> &")
    said = replace(said, words=(replace(said.words[0], speaker_sure=0.2), *said.words[1:]))
    record = example_record(turns=(PlacedTurn(said, HARD_EVENT),))
    assert Paragraph("Heading2", name) in body(coded(record))
    assert Paragraph("Turn", f"{name}:\tme <b> & [speaker doubtful] [00:00:01]") in body(archived(record))
    tags = {each.tag for each in part(coded(record), "word/document.xml").iter()}
    assert not tags & {f"{W}instrText", f"{W}fldSimple", f"{W}fldChar"}


@pytest.mark.parametrize("made", [coded, archived])
def test_what_runs_from_right_to_left_is_laid_out_so_in_the_language_of_the_talk(made) -> None:
    provenance = example_record().provenance
    assert provenance is not None
    hebrew = PlacedTurn(turn(1, RESPONDENT, 1, "שלום Walter"), None)
    english = PlacedTurn(turn(2, INTERVIEWER, 2, "hello שלום"), None)
    content = made(example_record(turns=(hebrew, english), provenance=replace(provenance, language="he")))
    bidi = {
        "".join(each.itertext()): each.find(f"{W}pPr/{W}bidi") is not None
        for each in part(content, "word/document.xml").iter(f"{W}p")
    }
    assert [is_bidi for text, is_bidi in bidi.items() if "Walter" in text] == [True]
    assert [is_bidi for text, is_bidi in bidi.items() if "hello" in text] == [False]
    runs = part(content, "word/document.xml").iter(f"{W}r")
    leftward = ["".join(each.itertext()).strip() for each in runs if each.find(f"{W}rPr/{W}rtl") is not None]
    assert "שלום Walter" in leftward
    assert "hello שלום" not in leftward
    styles = part(content, "word/styles.xml")
    sizes = [[each.attrib[f"{W}val"] for each in styles.iter(f"{W}{name}")] for name in ("sz", "szCs")]
    assert sizes[0] == sizes[1]
    [language] = styles.iter(f"{W}lang")
    assert language.attrib == {f"{W}val": "he", f"{W}bidi": "he"}
    unknown = made(example_record(provenance=replace(provenance, language='"><')))
    [language] = part(unknown, "word/styles.xml").iter(f"{W}lang")
    assert language.attrib[f"{W}val"] == "en"


def test_the_first_letter_with_a_direction_decides_it() -> None:
    assert is_leftward("12 «مرحبا» hello")
    assert not any(map(is_leftward, ("12 hello مرحبا", "… 12 –")))


@pytest.mark.parametrize("made", [coded, archived])
def test_the_same_record_is_the_same_bytes_and_says_what_it_is(made) -> None:
    content = made(example_record())
    assert made(example_record()) == content
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert {each.date_time for each in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = docx.Document(io.BytesIO(content)).core_properties
    assert "P07" in properties.title
    assert (properties.author, properties.language, properties.comments) == ("A. Researcher", "en", "")
    assert f"{properties.created:%Y-%m-%d %H:%M}" == f"{properties.modified:%Y-%m-%d %H:%M}" == "2026-03-14 11:03"
    long = docx.Document(io.BytesIO(made(example_record(study="x" * 400, interviewer="y" * 400)))).core_properties
    assert (len(long.title), len(long.author)) == (255, 255)


@pytest.mark.parametrize("name", ["word", "ukds"])
def test_names_that_are_replaced_are_nowhere_and_the_program_s_own_words_are_no_names(
    name: str, tmp_path: Path
) -> None:
    own = tuple(Pseudonym(word, "[Person B]") for word in ("Page", "Note", "Interviewer", "Depositor", "Arial"))
    [file] = write([Outgoing(named(example_record()), Enclosed(), (WALTER, *own))], [name], tmp_path).files
    text = text_in(file).casefold()
    assert ["zelk" in text, "qvarn" in text, "[councillor a]" in text] == [False, False, True]


@pytest.mark.libreoffice
def test_libreoffice_lays_out_the_pages(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(archived(example_record(), LINE_NUMBERS))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    to_pdf = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), "a.docx"]
    subprocess.run(to_pdf, cwd=tmp_path, check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
    laid_out = subprocess.run(
        ["pdftotext", "-layout", "a.pdf", "-"], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout
    sheet, *pages = laid_out.removesuffix("\f").split("\f")
    assert "to be filled in by the depositor" in sheet
    assert "Page" not in sheet
    for number, page in enumerate(pages, 2):
        assert f"Page {number} of {len(pages) + 1}" in page
        assert page.split()[-6:-4] != ["Political", "Mentoring"]
    numbered = [line.split() for line in pages[0].splitlines() if "Holding the ladder" in line]
    assert numbered[0][0].isdigit()
    assert not sheet.split()[0].isdigit()
