"""What nobody had foreseen tells nobody what was on the screen."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.tui.staging import REPOSITORY

PROGRAM = """
from interview_tui.tui.discreet import DiscreetApp

class Breaking(DiscreetApp):
    def on_mount(self):
        name = "Margaret Hale"
        raise ValueError("unforeseen")

try:
    Breaking().run_discreetly()
except ValueError as error:
    print("told:", error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a POSIX thing")
def test_an_app_that_breaks_down_prints_no_value_of_a_variable():
    import pty

    ours, theirs = pty.openpty()
    program = [sys.executable, "-c", PROGRAM]
    process = subprocess.Popen(program, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=REPOSITORY)
    said, _ = process.communicate(timeout=60)
    assert b"told: unforeseen" in said
    assert b"Margaret" not in said
    assert ours
