"""A recorder under test, and an app that can be killed; neither outlives the test."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from interview_tui import monotonic
from interview_tui.audio.capture import Signal, SourceSpec
from interview_tui.audio.disk import Syncer
from interview_tui.audio.link.recorder_link import RecorderLink
from interview_tui.audio.link.recorder_watch import is_running
from interview_tui.audio.processes import child
from interview_tui.audio.processes.control import Contact
from interview_tui.audio.recording.recorder import CONTACT_NAME
from interview_tui.audio.stored.shelves import Shelves
from interview_tui.audio.stored.span_log import SpanLog
from interview_tui.audio.stored.span_writer import SpanWriter
from interview_tui.interview.ports import RecordedSpan
from interview_tui.interview.sound import SpanEnd
from tests.audio.signals import counter, until

SPAN_RATE = 8_000
SPAN_BLOCK = 400
SPAN_STARTED_NS = monotonic.now_ns()
APP = """
import json, sys, time
from pathlib import Path
from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.link.recorder_link import RecorderLink
link = RecorderLink(SourceSpec.from_json(json.loads(sys.argv[1])))
link.start(Path(sys.argv[2]), 1)
print("recording", flush=True)
time.sleep(600)
"""


def write_span(folder: Path, number: int, seconds: int, *, close: bool = True) -> None:
    """Record a span of the counter signal as quickly as it can be written; leave it cut off unless `close`."""
    syncer = Syncer()
    log = SpanLog(folder, syncer=syncer)
    writer = SpanWriter(Shelves([folder], 0), log, syncer, number, [Signal(SPAN_RATE, 2, "a test")])
    for first in range(0, seconds * SPAN_RATE, SPAN_BLOCK):
        end_ns = SPAN_STARTED_NS + (first + SPAN_BLOCK) * 1_000_000_000 // SPAN_RATE
        writer.take(0, counter(SPAN_BLOCK, first).tobytes(), end_ns)
    if close:
        writer.close(SpanEnd.PAUSE)
    log.close()
    syncer.close()


@dataclass
class Booth:
    """A source, a folder, and the links made to record the one into the other."""

    source: SourceSpec
    folder: Path
    links: list[RecorderLink] = field(default_factory=list)

    def link(self, orphan_limit_s: int = 60) -> RecorderLink:
        """A new link to the booth's recorder."""
        self.links.append(RecorderLink(self.source, orphan_limit_s))
        return self.links[-1]

    @property
    def pid(self) -> int:
        """The recorder's process."""
        contact = Contact.read(self.folder / CONTACT_NAME)
        assert contact is not None, "no recorder runs"
        return contact.pid

    def kill(self) -> None:
        """Kill the recorder, as the system does when memory runs out, and wait until it is gone."""
        psutil.Process(self.pid).kill()
        until(lambda: not is_running(self.folder), "the end of the recorder")

    def spans(self) -> list[RecordedSpan]:
        """What a new app finds recorded."""
        return self.link().closed_spans(self.folder)

    def close(self) -> None:
        """End whatever still runs."""
        for link in self.links:
            link.detach()
        if Contact.read(self.folder / CONTACT_NAME) is not None and is_running(self.folder):
            self.kill()
        until(lambda: not is_running(self.folder), "the end of the recorder")

    @contextmanager
    def app(self) -> Iterator[subprocess.Popen[str]]:
        """Another process that records into the booth until it is killed."""
        arguments = [json.dumps(self.source.to_json()), str(self.folder)]
        app = subprocess.Popen(
            [sys.executable, "-c", APP, *arguments],
            env=child.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            assert app.stdout is not None
            assert app.stdout.readline().strip() == "recording"
            yield app
        finally:
            app.kill()
            app.communicate()


def hang_up(app: subprocess.Popen[str]) -> None:
    """Kill an app with its whole process group, as closing its terminal window may."""
    if os.name == "posix":
        os.killpg(app.pid, signal.SIGKILL)
    else:
        app.kill()
    app.wait()
