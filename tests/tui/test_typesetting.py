"""Rows set in lines: nothing is lost or broken, and a place on the screen is a word and the other way."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from interview_tui.interview.events import Stretch
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, Turn, Word
from interview_tui.tui.reading import Row
from interview_tui.tui.typesetting import TITLES, Page, Spot

TEXTS = st.text(st.sampled_from("abcdefgäé—議員 "), min_size=1, max_size=14).map(
    lambda text: text.replace(" ", "") or "x"
)


@st.composite
def turns(draw: st.DrawFn) -> Turn:
    at_ms = draw(st.integers(0, 60_000))
    words = []
    for text in draw(st.lists(TEXTS, min_size=1, max_size=30)):
        length_ms = draw(st.integers(0, 400))
        sure, whose = draw(st.sampled_from((0.2, 0.9))), draw(st.sampled_from((0.3, 1.0)))
        words.append(Word(text, at_ms, at_ms + length_ms, sure, whose))
        at_ms += length_ms + draw(st.integers(1, 300))
    return Turn(1, draw(st.sampled_from((INTERVIEWER, RESPONDENT))), tuple(words))


@st.composite
def rows(draw: st.DrawFn) -> Row:
    kind = draw(st.sampled_from(("heading", "question", "note", "turn", "turn", "gap", "field")))
    at_ms = draw(st.integers(0, 60_000))
    if kind != "turn":
        return Row(kind, " ".join(draw(st.lists(TEXTS, min_size=1, max_size=12))), "✎", at_ms)
    turn = draw(turns())
    quoted = (turn.stretch,) if draw(st.booleans()) else ()
    aside = draw(st.sampled_from(("", "heard as I")))
    return Row("turn", turn.text, "R", turn.start_ms, turn=turn, quoted=quoted, aside=aside)


PAGES = st.builds(Page, st.lists(rows(), min_size=1, max_size=12), st.integers(20, 90), st.just(0))


@given(PAGES)
def test_every_word_stands_in_one_line_and_they_keep_their_order(page: Page):
    set_words = [
        (line.row, number)
        for line in page.lines
        for number in range(line.first, line.end)
        if number < len(page.words(line.row))
    ]
    assert set_words == [(row, n) for row in range(len(page.rows)) for n in range(len(page.words(row)))]


@given(PAGES, st.integers(20, 90))
def test_no_line_is_wider_than_the_page_unless_it_is_a_single_word(page: Page, width: int):
    page = Page(page.rows, width, 0)
    for number, line in enumerate(page.lines):
        if line.end - line.first > 1 and width >= 30:
            assert page.text(number, {}).cell_length <= width


@given(PAGES)
def test_a_spot_is_found_again_at_the_cells_that_it_takes(page: Page):
    for row in range(len(page.rows)):
        if page.rows[row].kind in TITLES:
            continue
        for word in range(max(1, len(page.words(row)))):
            spot = Spot(row, word)
            line = page.line_of(spot)
            first, after = page.extent(line, spot)
            assert page.at(line, first) == page.at(line, after - 1) == spot


@given(PAGES, st.data())
def test_words_on_and_as_many_back_lead_to_the_same_word(page: Page, data: st.DataObject):
    begin = page.held(Spot(0))
    if begin is None:
        return
    by = data.draw(st.integers(1, 20))
    there = page.beside(begin, by)
    steps = [begin]
    for _ in range(by):
        steps.append(page.beside(steps[-1], 1))
    assert there == steps[-1]
    assert all(after == before or page.beside(after, -1) == before for before, after in pairwise(steps))


@given(PAGES)
def test_lines_down_reach_the_last_row_and_lines_up_the_first(page: Page):
    begin = page.held(Spot(0))
    if begin is None:
        return
    ends = [row for row in range(len(page.rows)) if page.rows[row].kind not in TITLES]
    down = begin
    for _ in page.lines:
        down = page.below(down, 1)
    assert down.row == ends[-1]
    for _ in page.lines:
        down = page.below(down, -1)
    assert down.row == ends[0]


@given(PAGES, st.integers(0, 80_000))
def test_the_word_that_is_heard_is_the_last_that_has_begun(page: Page, at_ms: int):
    begun = [word.start_ms for row in range(len(page.rows)) for word in page.words(row) if word.start_ms <= at_ms]
    heard = [page.word(spot).start_ms for spot in page.spots_heard(at_ms)]
    assert set(heard) == ({max(begun)} if begun else set())


def said(*words: Word) -> Row:
    turn = Turn(1, RESPONDENT, words)
    return Row("turn", turn.text, "R", turn.start_ms, turn=turn, quoted=(Stretch(0, 700),))


def test_what_is_hardly_understood_doubtful_or_worth_quoting_has_a_glyph():
    row = said(Word("I", 0, 300), Word("finished", 300, 600, 0.3), Word("it", 900, 1000, speaker_sure=0.2))
    assert Page([row], 60, 0).text(0, {}).plain.split() == ["00:00", "R", "❝I", "~finished❞", "‹it›"]


def test_a_heading_stands_under_an_empty_line_but_for_the_first():
    page = Page([Row("heading", "One"), said(Word("a", 0, 9)), Row("heading", "Two")], 60, 0)
    assert [page.text(number, {}).plain.strip() for number in range(len(page.lines))] == [
        "One",
        "00:00 R ❝a❞",
        "",
        "Two",
    ]


def test_pieces_drawn_alike_beside_one_another_are_drawn_as_one():
    page = Page([said(Word("one", 0, 9), Word("two", 10, 19), Word("three", 20, 29))], 60, 0)
    text = page.text(0, {0: "reverse", 1: "reverse", 2: "bold"})
    drawn = {style: text.plain[min(s.start for s in spans) : max(s.end for s in spans)] for style, spans in (
        (style, [span for span in text.spans if span.style == style]) for style in ("reverse", "bold")
    )}  # fmt: skip
    assert drawn == {"reverse": "❝one two", "bold": "three❞"}
    covered = {cell for span in text.spans if span.style == "reverse" for cell in range(span.start, span.end)}
    assert len(covered) == len("❝one two")
