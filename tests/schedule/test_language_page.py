"""The page on the schedule language shows what really works."""

from __future__ import annotations

import re

import pytest

from interview_tui.schedule.check import check
from interview_tui.schedule.conditions import names, parse
from interview_tui.schedule.items import ITEM_KEYWORDS, SCHEDULE_KEYWORDS, SECTION_KEYWORDS
from interview_tui.schedule.outline import outline
from interview_tui.schedule.reader import read_schedule
from tests.schedule.forms import REPOSITORY

PAGE = (REPOSITORY / "docs" / "schedule-language.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
KEYWORDS = sorted({*ITEM_KEYWORDS, *SECTION_KEYWORDS, *SCHEDULE_KEYWORDS, "needs", "nice to have", "otherwise"})
CONDITIONS = re.search(r"^\| write \| true when \|\n(.*?)\n\n", PAGE, re.DOTALL | re.MULTILINE)


def test_the_example_loads_without_a_warning() -> None:
    assert check(read_schedule(EXAMPLE, "example.yaml")) == []


def test_the_example_is_outlined_for_the_answers_that_the_page_gives() -> None:
    answers = re.search(r"outline schedules/mine.yaml --answer (\S+)=(\S+) --answer (\S+)=(\S+)", PAGE)
    assert answers is not None
    lines = outline(
        read_schedule(EXAMPLE, "example.yaml"), {answers[1]: answers[2], answers[3]: answers[4]}
    ).splitlines()
    assert "           ? How did you and the nurse on the ward meet?" in lines


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_every_keyword_is_in_the_example(keyword: str) -> None:
    if keyword != "at least":  # one round is what one gets without it
        assert re.search(rf"^[- ]*{keyword}:", EXAMPLE, re.MULTILINE)
    assert re.search(rf"`[^`\n]*{keyword}:", PAGE) or keyword in ("sections", "section", "words", "otherwise")


def test_every_condition_in_the_table_is_one_about_the_example() -> None:
    assert CONDITIONS is not None
    cells = re.findall(r"^\| (.*?) \| ", CONDITIONS[1], re.MULTILINE)
    written = [text for cell in cells for text in re.findall(r"`([^`]+)`", cell)]
    items = {*read_schedule(EXAMPLE, "example.yaml").items(), "A", "B", "C"}
    assert len(written) >= 12
    for text in written:
        assert names(parse(re.sub(r"\b([ABC])\b", lambda match: match[1].lower(), text))) <= {*items, "a", "b", "c"}


@pytest.mark.parametrize("line", re.findall(r"`(- ask: \"[^`]*\")`", PAGE))
def test_what_the_page_says_of_quotes_is_so(line: str) -> None:
    read_schedule(f"schedule: x\nsections:\n- section: s\n  items:\n  {line}\n", "example.yaml")
