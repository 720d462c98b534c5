"""A call that is transcribed while it goes on: followed only where the study asks for it, finished when it has ended."""

import asyncio
from dataclasses import replace

import pytest

from interview_tui.tui import hearing_along
from interview_tui.tui.hearing_along import HearingAlong
from tests.fakes import FakeTranscriber
