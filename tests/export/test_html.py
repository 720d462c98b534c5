"""The HTML record: valid, escaped, readable without script, and playable where there is audio."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from interview_tui.errors import ExportError
from interview_tui.export import html
from interview_tui.export.document import build
from interview_tui.export.legible import legible
from interview_tui.export.names import names_left
from interview_tui.export.options import AudioFile, Enclosed, Options, Recording
from interview_tui.record.export_ports import Sound
from interview_tui.record.model import PlacedTurn, Record
from interview_tui.record.pseudonyms.pseudonym import Pseudonym
from interview_tui.record.transcript import Provenance
from tests.export.any_record import TEN_HOURS_MS, records
from tests.export.example_record import ORIGIN_MS, example_record, note, turn

VOID = {"meta", "link", "br", "hr", "img", "input"}
AUDIO = (
    AudioFile("P07 one.flac", ORIGIN_MS, ORIGIN_MS + 30_000),
    AudioFile("P07 one.flac", ORIGIN_MS + 40_000, ORIGIN_MS + 50_000, 30_000),
    AudioFile("P07-2.flac", ORIGIN_MS + 78_000, ORIGIN_MS + 100_000),
)
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")


class Page(HTMLParser):
    """A page taken apart; an end tag without its start, or a start without its end, is an error."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"{tag} has an attribute twice"
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


def source(record: Record, *audio: AudioFile, **options: Any) -> str:
    chosen = Options(**options)
    content = html.render(build(record, chosen, Enclosed(audio=audio)), chosen)
    assert isinstance(content, str)
    return content


def with_sound_inside(record: Record, file: Path, pieces: tuple[AudioFile, ...]) -> bytes:
    options = Options(sound=Sound.INSIDE)
    enclosed = Enclosed(audio=AUDIO, recording=Recording(file, pieces, 80_000))
    content = html.render(build(record, options, enclosed), options)
    assert isinstance(content, bytes)
    return content


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_the_page_holds_incidents_transcript_coverage_and_provenance() -> None:
    text = squeezed(Page(source(example_record())).text)
    for part in (
        "Developing Skills for Government - Political Mentoring",
        "R1-good",
        "He rang me at eleven at night about his first budget.",
        "[withheld at participant's request 00:00:30–00:00:39]",
        "[not recorded 00:00:50–00:01:18]",
        "skipped: no time; he had to go",
        "faster-whisper",
        "speech at an implausible pace",
    ):
        assert part in text


def test_the_page_says_how_it_ended_and_holds_the_debrief_under_its_heading() -> None:
    page = Page(source(example_record(outcome="broken off")))
    text = squeezed(page.text)
    assert "the participant broke it off – he had to catch a train" in text
    assert "Debrief What the interviewer wrote down after the call. How did it go?well, he warmed up" in text
    assert "? </dd> check how the council is anonymisedasked him" in text
    assert "Debrief" not in Page(source(example_record(debrief=()))).text


def test_headings_go_down_one_level_at_a_time_and_there_is_one_of_the_first() -> None:
    levels = [int(tag[1]) for tag, _ in Page(source(example_record())).tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_ids_are_unique_and_every_reference_leads_to_one() -> None:
    page = Page(source(example_record(), *AUDIO))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = [attributes["href"][1:] for attributes in page.all("a") if attributes["href"].startswith("#")]
    targets += [attributes["aria-labelledby"] for _, attributes in page.tags if "aria-labelledby" in attributes]
    assert targets
    assert set(targets) <= set(ids)


def test_the_page_needs_nothing_from_anywhere() -> None:
    page = Page(source(example_record()))
    assert not page.all("link")
    assert not page.all("img")
    assert not any("src" in attributes for _, attributes in page.tags)
    assert all(attributes["href"].startswith("#") for attributes in page.all("a"))


def test_without_audio_there_is_no_player_and_no_script() -> None:
    page = Page(source(example_record()))
    assert not page.all("audio")
    assert not page.all("script")
    assert not any("data-at" in attributes for _, attributes in page.tags)


def test_every_turn_and_word_knows_its_moment_and_plays_without_script_too() -> None:
    page = Page(source(example_record(), *AUDIO))
    clocks = {int(each["data-at"]) - ORIGIN_MS: each["href"] for each in page.all("a") if "data-at" in each}
    assert clocks[21_000] == "P07%20one.flac#t=21.000"
    assert clocks[42_000] == "P07%20one.flac#t=32.000"
    assert clocks[80_000] == "P07-2.flac#t=2.000"
    words = [int(each["data-at"]) - ORIGIN_MS for each in page.all("span") if "data-at" in each]
    assert words[:4] == [500, 750, 1000, 1250]
    assert page.all("audio") == [{"controls": "", "preload": "metadata", "src": "P07%20one.flac"}]


def test_a_moment_outside_the_audio_is_shown_and_does_not_play() -> None:
    page = Page(source(example_record(), AUDIO[0]))
    assert not [each for each in page.all("span") if int(each.get("data-at", 0)) > ORIGIN_MS + 30_000]
    assert "00:01:23" in page.text


def test_an_audio_path_stays_relative_whatever_it_holds() -> None:
    for path in ("javascript:alert(1)", "https://example.org/a.flac", "//example.org/a.flac", '"><b>.flac'):
        page = Page(source(example_record(), AudioFile(path, ORIGIN_MS, ORIGIN_MS + 1000)))
        address = page.all("audio")[0]["src"]
        assert ":" not in address
        assert not address.startswith("/")


def test_only_our_own_script_may_run() -> None:
    content = source(example_record(), *AUDIO)
    script = re.search("<script>(.*?)</script>", content, re.DOTALL)
    assert script is not None
    digest = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    policy = Page(content).all("meta")[-1]["content"]
    assert f"script-src 'sha256-{digest}';" in policy


def test_the_talk_is_marked_with_its_language_and_a_bad_code_falls_back_to_english() -> None:
    made = Provenance("e", "m", "h", "cy")
    spoken = [each["lang"] for each in Page(source(example_record(provenance=made))).all("p") if "lang" in each]
    assert set(spoken) == {"cy"}
    odd = Provenance("e", "m", "h", '"><script>')
    assert {each["lang"] for each in Page(source(example_record(provenance=odd))).all("p") if "lang" in each} == {"en"}


def test_a_probe_that_was_not_used_and_what_was_read_aloud_are_not_counted_as_questions() -> None:
    page = Page(source(example_record()))
    assert "Brief overview of the project." not in page.text
    assert len(page.all("tr")) == 1 + sum(entry.kind == "ask" for entry in example_record().entries)


def test_a_note_stands_beside_the_turn_under_way_and_not_beside_a_word_thrown_in() -> None:
    turns = (
        PlacedTurn(turn(1, "respondent", 10, "one two three four five six seven eight nine ten"), None),
        PlacedTurn(turn(2, "interviewer", 11, "mm-hm"), None),
    )
    record = example_record(turns=turns, notes=(note("n1", 12, "said on the ninth word"),))
    text = Page(source(record)).text
    assert text.index("said on the ninth word") < text.index("mm-hm")


@settings(deadline=None, max_examples=50)
@given(records())
def test_the_page_of_any_record_is_whole_and_nothing_in_the_record_becomes_markup(record: Record) -> None:
    content = source(record, AudioFile("a.flac", 0, TEN_HOURS_MS * 2))
    assert not ILLEGAL.search(content)
    page = Page(content)
    assert len(page.all("script")) == 1
    assert not page.all("b")
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    text = squeezed(page.text)
    for block in build(record).blocks:
        assert squeezed(legible(block.text)) in text


def test_a_turn_of_which_some_may_be_the_other_s_has_a_question_mark_that_says_so():
    record = example_record()
    sure, doubtful = record.turns[2], record.turns[3]
    words = (replace(doubtful.turn.words[0], speaker_sure=0.2), *doubtful.turn.words[1:])
    doubtful = replace(doubtful, turn=replace(doubtful.turn, words=words))
    pages = [Page(source(replace(record, turns=turns))) for turns in ((sure, doubtful), (sure,))]
    assert [len(page.all("abbr")) for page in pages] == [1, 0]
    assert "may be the other speaker" in pages[0].all("abbr")[0]["title"]


def test_audio_inside_stands_in_the_page_whole_and_every_word_knows_its_moment(tmp_path: Path) -> None:
    sound = bytes(range(256)) * 3_000 + b"."
    (tmp_path / "P07.m4a").write_bytes(sound)
    content = with_sound_inside(example_record(), tmp_path / "P07.m4a", AUDIO).decode()
    page = Page(content)
    (audio,) = page.all("audio")
    kind, _, encoded = audio["src"].partition(",")
    assert kind == "data:audio/mp4;base64"
    assert base64.b64decode(encoded, validate=True) == sound
    assert page.all("meta")[-1]["content"].endswith("; media-src data:")
    assert "P07 one.flac" not in page.text
    clocks = {int(each["data-at"]) - ORIGIN_MS: each["href"] for each in page.all("a") if "data-at" in each}
    assert all(href.startswith("#") for href in clocks.values())
    assert [each["data-offset"] for each in page.all("a") if "data-offset" in each] == ["0", "30000", "0"]
    assert len([each for each in page.all("span") if "data-at" in each]) > 50


def test_the_letters_of_audio_inside_are_nobodys_name(tmp_path: Path) -> None:
    (tmp_path / "P07.m4a").write_bytes(base64.b64decode("AAAA+Zelk+AA"))
    content = with_sound_inside(example_record(), tmp_path / "P07.m4a", AUDIO)
    assert b"AAAA+Zelk+AA" in content
    assert names_left("P07.html", content, [Pseudonym("Zelk", "[Person A]")]) == []
    said = content.replace(b"an implausible pace", b"an implausible pace of Zelk")
    assert len(names_left("P07.html", said, [Pseudonym("Zelk", "[Person A]")])) == 1


def test_a_template_of_the_study_without_a_player_is_a_page_without_audio(tmp_path: Path) -> None:
    (tmp_path / "P07.m4a").write_bytes(b"sound")
    (tmp_path / "record.html.j2").write_text("<p>{{ record.case }}</p>")
    options = Options(sound=Sound.INSIDE, templates=tmp_path)
    document = build(example_record(), options, Enclosed(recording=Recording(tmp_path / "P07.m4a", AUDIO, 80_000)))
    assert html.render(document, options) == b"<p>P07</p>"


def test_audio_that_cannot_go_inside_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ExportError, match=r"gone\.m4a cannot be read"):
        with_sound_inside(example_record(), tmp_path / "gone.m4a", AUDIO)
    (tmp_path / "P07.m4a").write_bytes(b"sound")
    monkeypatch.setattr(html, "LARGEST_INSIDE", 4)
    with pytest.raises(ExportError, match=r"P07\.m4a is too long to go inside a page"):
        with_sound_inside(example_record(), tmp_path / "P07.m4a", AUDIO)


def test_without_times_no_turn_shows_one_and_still_plays() -> None:
    page = Page(source(example_record(), *AUDIO, times=False))
    transcript = squeezed(page.text).partition("Transcript Experience")[2] or squeezed(page.text)
    assert not re.search(r"Respondent.{0,3}\d\d:\d\d:\d\d|\d\d:\d\d:\d\d (Interviewer|Respondent)", transcript)
    assert {each["data-at"] for each in page.all("a") if "data-at" in each} >= {str(ORIGIN_MS + 21_000)}
    assert not [each for each in Page(source(example_record(), times=False)).all("a") if each.get("class") == "clock"]


def test_a_clock_that_ran_fast_is_followed_within_its_file() -> None:
    fast = AudioFile("a.flac", ORIGIN_MS, ORIGIN_MS + 100_000, 5_000, 101_000)
    page = Page(source(example_record(), fast))
    clocks = {int(each["data-at"]) - ORIGIN_MS: each["href"] for each in page.all("a") if "data-at" in each}
    assert clocks[80_000] == "a.flac#t=85.800"
