"""Conducts a call in real time, with its line as the sound source and as its log says: `performing.py STUDY CALL`."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from interview_tui import bootstrap
from interview_tui.interview.elsewhere import read_call
from interview_tui.interview.sound import SpanEnd
from interview_tui.performance import Quietly, perform
from interview_tui.sources import Named, source_of


def perform_live(study: Path, folder: Path) -> None:
    """Conduct the call in `folder` as P00 of a study."""
    log = folder / "events.json"
    ready = bootstrap.ready_study(study)
    schedule = bootstrap.bundled_schedule()
    crosswalk = bootstrap.crosswalk_in(bootstrap.bundled("schedules/political-mentoring.crosswalk.yaml"), schedule)
    script = read_call(json.loads(log.read_text(encoding="utf-8")), str(log), crosswalk)
    call = bootstrap.open_call(ready, "P00", source_of(ready, Named(file=folder / "line.wav")))
    try:
        asyncio.run(perform(call, script, Quietly(call)))
    finally:
        call.source_closed(call.close_source(SpanEnd.STOP))
        call.end("complete")
        call.journal.close(10.0)


if __name__ == "__main__":
    perform_live(Path(sys.argv[1]), Path(sys.argv[2]))
