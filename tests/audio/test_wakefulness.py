"""Keeping awake, on a machine that may have nobody to ask for it."""

from __future__ import annotations

import threading

import pytest

from interview_tui.audio.recording.wakefulness import Wakefulness
from tests.audio.signals import until


def asking() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "wakefulness"]


def test_it_is_asked_for_once_and_let_go_of(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:")
    wakefulness = Wakefulness()
    wakefulness.let_go()
    wakefulness.keep()
    wakefulness.keep()
    assert len(asking()) == 1
    wakefulness.let_go()
    until(lambda: not asking(), "the end of the thread")
    wakefulness.keep()
    wakefulness.let_go()
    until(lambda: not asking(), "the end of the thread")
