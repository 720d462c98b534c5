"""The same random commands as in `tests/interview`, for as long as it takes to find what is rare."""

import pytest
from hypothesis import settings

from tests.interview.test_any_commands import Interviewing


class InterviewingForHours(Interviewing):
    """A machine of its own: its test case would otherwise be the one that runs every day."""


TestManyCommands = pytest.mark.campaign(InterviewingForHours.TestCase)
TestManyCommands.settings = settings(max_examples=3000, stateful_step_count=120, deadline=None)
