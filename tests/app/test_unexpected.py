"""What nobody has thought of is told in a sentence, and its details kept beside the study if that can be."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from interview_tui.cli import main


@pytest.fixture(autouse=True)
def log_is_put_back() -> Iterator[None]:
    """The log that the command opens is closed again."""
    root = logging.getLogger()
    before = root.handlers[:]
    yield
    for handler in root.handlers:
        if handler not in before:
            handler.close()
    root.handlers[:] = before


def failed(study: Path, monkeypatch: pytest.MonkeyPatch) -> Result:
    """A command of which nobody has thought that it could divide by nothing."""
    monkeypatch.setitem(main.commands, "tally", click.Command("tally", callback=lambda: 1 // 0))
    return CliRunner().invoke(main, ["--study", str(study), "tally"])


def test_the_details_are_kept_beside_the_study(tmp_path, monkeypatch):
    result = failed(tmp_path, monkeypatch)
    assert result.exit_code == 1
    assert f"The details are in {tmp_path / 'error.log'}." in result.output
    assert "ZeroDivisionError" in (tmp_path / "error.log").read_text(encoding="utf-8")


def test_where_they_cannot_be_kept_it_is_told_all_the_same(tmp_path, monkeypatch):
    (tmp_path / "error.log").mkdir()
    result = failed(tmp_path, monkeypatch)
    assert result.exit_code == 1
    assert "ZeroDivisionError" in result.output
    assert f"could not be written to {tmp_path / 'error.log'}." in result.output
