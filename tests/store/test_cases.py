"""Case ids: what can name a folder everywhere."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.errors import ConfigError
from interview_tui.store import cases


@pytest.mark.parametrize("case", ["P07", "p-07", "Wales_3", "0", "a" * 40])
def test_letters_digits_and_two_signs_make_a_case_id(case: str) -> None:
    assert cases.checked(case) == case


@pytest.mark.parametrize(
    "case",
    ["", " ", "P 07", "../P07", "P07/x", "P07\\x", "-P07", "_P07", ".P07", "P07.", "Pé7", "P07\n", "²", "a" * 41],
)
def test_anything_else_is_refused_with_an_example(case: str) -> None:
    with pytest.raises(ConfigError, match="P07"):
        cases.checked(case)


@pytest.mark.parametrize("case", ["CON", "con", "Nul", "COM1", "lpt9"])
def test_names_that_windows_keeps_for_devices_are_refused(case: str) -> None:
    with pytest.raises(ConfigError, match="Windows"):
        cases.checked(case)


@given(st.text(max_size=50))
def test_whatever_passes_is_one_part_of_a_path(case: str) -> None:
    try:
        cases.checked(case)
    except ConfigError:
        return
    assert Path("recordings", case).parts == ("recordings", case)


def test_a_case_that_differs_only_in_capitals_is_found() -> None:
    assert cases.like("p07", ["P08", "P07"]) == "P07"
    assert cases.like("P07", ["P07"]) is None
    assert cases.like("P09", ["P07"]) is None
