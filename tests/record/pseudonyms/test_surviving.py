"""The search for names that survived: crude, and never silent where the replacing is not."""

from __future__ import annotations

import pytest
from hypothesis import given

from interview_tui.record.pseudonyms.pseudonym import Pseudonym
from interview_tui.record.pseudonyms.replacing import Replacer
from interview_tui.record.pseudonyms.surviving import Survivor, survivors
from tests.record.pseudonyms.test_replacing import BELL, EVERYBODY, HOLLIN, PHILIP, texts


@pytest.mark.parametrize(
    "text",
    [
        "Hollin Bank",
        "HOLLIN BANK'S",
        "hollin-bank",
        "Hollinbanks",
        "Hollin\nBank",
        "Hol-\nlin Bank",
        "Hol\u00adlin\u200b Bank",
        "Hôllin, Bank",
        "x (Hollin) Bank",
    ],
)
def test_a_name_is_found_however_it_is_written(text: str) -> None:
    assert [each.form for each in survivors(text, [HOLLIN])] == ["Hollin Bank"]


@pytest.mark.parametrize(
    "text", ["Hollin Banker", "Shollin Bank", "Hol lin Bank", "Hollin 12 Bank", "Hollin" + " " * 6 + "Bank", ""]
)
def test_what_is_another_word_is_none(text: str) -> None:
    assert survivors(text, [HOLLIN]) == []


def test_a_name_that_is_a_word_too_is_found_only_with_a_capital() -> None:
    assert [each.column for each in survivors("bell Bell BELL bells Bells", [BELL])] == [6, 11, 22]


def test_it_says_the_line_and_the_column_and_passes_over_what_stands_for_names() -> None:
    assert survivors("[Councillor A]\n [Councillor A] phil", [PHILIP]) == [Survivor("Phil", "[Councillor A]", 2, 17)]
    assert survivors("[Bank A] Hollin", [Pseudonym("Bank A", "[Place C]"), Pseudonym("x y", "[Bank A]")]) == []


@given(texts.map(lambda text: text.replace("-", " ")))
def test_none_survives_the_replacing(text: str) -> None:
    assert survivors(Replacer(EVERYBODY).text(text), EVERYBODY) == []
