"""Any text either is a schedule or is refused with sentences: no other error, no hang, nothing executed."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interview_tui.errors import ScheduleError
from interview_tui.schedule.check import check
from interview_tui.schedule.crosswalk import read_crosswalk
from interview_tui.schedule.items import ITEM_KEYWORDS, SCHEDULE_KEYWORDS, SECTION_KEYWORDS
from interview_tui.schedule.outline import outline
from interview_tui.schedule.problems import Problem
from interview_tui.schedule.reader import read_schedule
from interview_tui.schedule.wording import speak
from tests.examples import HANDOVER, handover
from tests.schedule.forms import STUDY_SCHEDULE, nothing_known

STUDY = STUDY_SCHEDULE.read_text(encoding="utf-8")

BOMBS = {
    "5 MB": "- x: y\n" * 800_000,
    "100 000 brackets": "[" * 100_000,
    "100 000 brackets on lines": "[\n" * 100_000,
    "100 000 braces": "{a: " * 100_000,
    "100 000 dashes": "- " * 100_000,
    "100 000 questions": "? " * 100_000,
    "deep indentation": "".join(f"{' ' * depth}- a:\n" for depth in range(1300)),
    "deep in a schedule": "schedule: x\nsections: " + "[" * 100_000,
    "aliases of aliases": "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 30)),
    "an object of Python's": "schedule: !!python/object/apply:os.system ['echo harm']\n",
    "a module of Python's": "!!python/module:this\n",
    "an id of 900 kB": "schedule: x\nsections:\n- section: A\n  id: " + "a" * 900_000,
    "a title of 900 kB": "schedule: " + "a " * 450_000,
    "a condition of 900 kB": "schedule: x\nsections:\n- section: A\n  if: " + "(" * 900_000 + "\n  items: [b]\n",
    "90 000 entries": "- a\n" * 90_000,
    "a huge number": "%YAML " + "1" * 5000 + ".1\n---\na",
}  # fmt: skip


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        read_schedule(text, "bomb.yaml")
    assert len(caught.value.message) < 500
    assert caught.value.message.startswith("bomb.yaml")


def test_refusing_every_bomb_takes_a_process_little_time_and_memory_and_executes_nothing() -> None:
    """In a process of its own, which is stopped after a minute: a hang or an overflow of the stack would show."""
    program = (
        "import sys; from interview_tui.errors import ScheduleError\n"
        "from interview_tui.schedule.reader import read_schedule\n"
        "from tests.schedule.test_hostile_text import BOMBS\n"
        "for name, text in BOMBS.items():\n"
        "    try: read_schedule(text, name)\n"
        "    except ScheduleError: print('refused')\n"
        "print('this' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.split() == ["refused"] * len(BOMBS) + ["False"]


def problems_are_sentences_in_file_order(error: ScheduleError, text: str) -> None:
    """Judge what is said of a text."""
    problems = [problem for problem in error.problems if isinstance(problem, Problem)]
    assert problems
    assert len(problems) == len(error.problems)
    assert all("\n" not in str(problem) for problem in problems)
    assert problems == sorted(problems, key=lambda problem: problem.line)
    assert 0 <= problems[0].line <= problems[-1].line <= text.count("\n") + text.count("\r") + 1


def a_schedule_or_sentences(text: str) -> None:
    """Read a text, and use what comes out as the program would."""
    try:
        schedule = read_schedule(text, "any.yaml")
    except ScheduleError as error:
        problems_are_sentences_in_file_order(error, text)
        return
    assert schedule.sections
    assert len(schedule.items()) == len(list(schedule.walk()))
    assert {problem.severity for problem in check(schedule)} <= {"warning"}
    for located in schedule.walk():
        assert "${" not in speak(located.item.text, schedule, nothing_known)
    assert outline(schedule, {})


FUZZ = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FUZZ
@given(st.text(max_size=200))
def test_any_text_is_a_schedule_or_is_refused(text: str) -> None:
    a_schedule_or_sentences(text)


@FUZZ
@given(st.text(st.sampled_from("-?:,[]{}#&*!|>'\"%@` \n\tab${}"), max_size=80))
def test_any_text_of_yamls_own_signs_is_refused(text: str) -> None:
    a_schedule_or_sentences(text)


LINES = HANDOVER.splitlines(keepends=True)
SCRAPS = st.one_of(
    st.sampled_from(LINES),
    st.sampled_from([f"{keyword}: " for keyword in (*ITEM_KEYWORDS, *SECTION_KEYWORDS, *SCHEDULE_KEYWORDS)]),
    st.sampled_from(
        ["- ", "  ", "\n", ": ", " #", "'", '"', "[", "]", "{", "}", "${", "}", "\t", "\x00", "\u2028", "yes/no"]
    ),
    st.text(max_size=6),
)


@st.composite
def perturbed(draw: st.DrawFn) -> str:
    """A schedule with a few pieces cut out, doubled, moved or replaced."""
    text = HANDOVER
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        cut = draw(st.sampled_from([0, 0, 1, 2, 7, 40, 300]))
        text = text[:start] + draw(SCRAPS) + text[start + cut :]
    return text


@settings(FUZZ, max_examples=200)
@given(perturbed())
def test_a_schedule_with_slips_of_the_pen_is_a_schedule_or_is_refused(text: str) -> None:
    a_schedule_or_sentences(text)


@settings(FUZZ, max_examples=100)
@given(st.data())
def test_a_schedule_with_lines_left_out_or_moved_is_a_schedule_or_is_refused(data: st.DataObject) -> None:
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 3))):
        line = lines.pop(data.draw(st.integers(0, len(lines) - 1)))
        if data.draw(st.booleans()):
            lines.insert(data.draw(st.integers(0, len(lines))), data.draw(st.sampled_from(["", "  "])) + line)
    a_schedule_or_sentences("".join(lines))


@settings(FUZZ, max_examples=25)
@given(st.integers(0, len(STUDY)), st.integers(0, 60), st.text(max_size=5))
def test_the_studys_schedule_cut_anywhere_is_a_schedule_or_is_refused(start: int, cut: int, put: str) -> None:
    a_schedule_or_sentences(STUDY[:start] + put + STUDY[start + cut :])


WORDS = st.one_of(
    st.sampled_from(
        ["yes/no", "one of [a, b]", "up to 2 of c", "must", "recording", "c", "any of c", "good is yes", "${w}", "3"]
    ),
    st.text(max_size=8),
)


def mappings(keywords: tuple[str, ...], inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Mappings of some of these keywords to words or to what lies deeper."""
    return st.dictionaries(st.sampled_from(keywords), st.one_of(WORDS, inner), max_size=5)


STRUCTURES = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        mappings(ITEM_KEYWORDS, inner),
        mappings(SECTION_KEYWORDS, inner),
        mappings(("needs", "nice to have", "otherwise", "c", "w", "good"), inner),
    ),
    max_leaves=12,
)


@FUZZ
@given(mappings(SCHEDULE_KEYWORDS, STRUCTURES), st.lists(STRUCTURES, max_size=3))
def test_any_structure_of_the_keywords_is_a_schedule_or_is_refused(head: dict[str, Any], items: list[Any]) -> None:
    a_schedule_or_sentences(yaml.safe_dump(head, allow_unicode=True, sort_keys=False))
    section = {"section": "One", "items": [*items, "x"]}
    a_schedule_or_sentences(yaml.safe_dump({"schedule": "x", **head, "sections": [section]}, allow_unicode=True))


PLACES = st.sampled_from(["intro", "been.given", "post", "happened / rough", "happened", "been.", "/", "x", "[", "*a"])


@FUZZ
@given(st.lists(st.tuples(st.one_of(st.sampled_from("abcde"), st.text(max_size=4)), PLACES), max_size=4))
def test_any_text_is_a_crosswalk_or_is_refused(pairs: list[tuple[str, str]]) -> None:
    text = "".join(f"{foreign}: {place}\n" for foreign, place in pairs)
    try:
        crosswalk = read_crosswalk(text, "any.yaml", handover())
    except ScheduleError as error:
        problems_are_sentences_in_file_order(error, text)
        return
    assert all(entry.item in handover().items() for entry in crosswalk.entries.values())
