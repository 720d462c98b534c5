"""A rehearsal: the live screen with a recorded participant, and a tour of its commands.

A bundled call is played in real time into the recorder, as if it were the line, and aloud where there is a device to
play to. Nothing of a rehearsal enters the study's figures.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol

import click

from interview_tui import bootstrap, packing
from interview_tui.audio import files
from interview_tui.audio.playing.player import SoundPlayer
from interview_tui.errors import AudioError, ConfigError
from interview_tui.interview.call import Call
from interview_tui.interview.sound import AudioPart, SpanEnd
from interview_tui.interview.timeline import Span, Timeline
from interview_tui.record.ports import Player
from interview_tui.schedule.model import Schedule
from interview_tui.sources import Named, source_of
from interview_tui.store.study import StudyFolder
from interview_tui.tui.talk import Caption, Cue, Part, Talk
from interview_tui.tui.tour import Tour

CASE = "REHEARSAL"
TALK = "data/rehearsal/captions.json"
BROKEN_OFF = "broken off"
"""The outcome of a rehearsal that was left before its end: see `interview.outcomes`."""
LOOK_EVERY_S = 0.1
PLAYER_LAG_MS = 450
"""From asking the player to the first sound: the silence that it sends ahead, and what the driver holds back."""


class Screen(Protocol):
    """The app, as far as the sound of a rehearsal needs it."""

    @property
    def live(self) -> object | None:
        """The live screen, while the call is conducted."""
        ...

    def exit(self) -> None:
        """Leave the app."""
        ...


Accompany = Callable[[Screen], Awaitable[None]]
Show = Callable[[StudyFolder, Call, Tour, Accompany], None]
"""Shows a call with its tour on the live screen, runs the accompaniment beside it, returns when it was left."""


def run(folder: Path, show: Show, recording: Path | None = None, *, aloud: bool = True) -> str:
    """Rehearse in the study in `folder`, with the bundled call, or with `recording` in its place (with the study's own
    schedule then); gives the case it was kept under.

    Raises:
        InterviewTuiError: as opening and conducting a call do.
    """
    study = bootstrap.ready_study(folder)
    talk = bundled_talk() if recording is None else Talk(call=Part(str(recording), 0))
    source = source_of(study, Named(file=_file(talk.call) if talk.call is not None else None))
    case = free_case(study)
    call = bootstrap.open_call(study, case, source, schedule=_schedule(recording), rehearsal=True)
    tour = Tour(talk)
    player = SoundPlayer()
    try:
        show(study, call, tour, Accompaniment(call, tour, player, aloud=aloud))
    finally:
        player.close()
        _finish(call)
    packing.pack_audio(study, case)
    click.echo("\n".join(told(tour, case)))
    return case


def free_case(study: StudyFolder) -> str:
    """The first of REHEARSAL, REHEARSAL-2, … that no interview of the study has."""
    taken = {summary.case for summary in study.interviews()}
    names = itertools.chain((CASE,), (f"{CASE}-{number}" for number in itertools.count(2)))
    return next(name for name in names if name not in taken)


def bundled_talk() -> Talk:
    """The recorded call that came with the program, with what is said in it.

    Raises:
        ConfigError: it is missing from this installation, or damaged.
    """
    file = bootstrap.bundled(TALK)
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        return Talk(_part(data["opening"], file.parent), _part(data["call"], file.parent))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{file} cannot be read: {error}.", "Install interview-tui again.") from error


def told(tour: Tour, case: str) -> list[str]:
    """What is said after a rehearsal: what was done of the tour, and where to go on."""
    outcome = tour.outcome()
    done = sum(1 for _, is_done in outcome if is_done)
    lines = [f"{done} of {len(outcome)} steps of the tour done:"]
    lines.extend(f"  {'✓' if is_done else '·'} {step.key:<7} {step.title}" for step, is_done in outcome)
    missed = [step for step, is_done in outcome if not is_done]
    if missed:
        lines.append("Rehearse the others with `interview-tui rehearse`; docs/keys.md has every key.")
    lines.append(f"The rehearsal is kept as {case}, and is counted nowhere. Its record: interview-tui show {case}")
    lines.append("A call: interview-tui conduct CASE")
    return lines


class Accompaniment:
    """Plays aloud what the recorder hears, in step with it, for as long as the live screen is shown.

    The recorded line runs on while nobody records, as a telephone line does: so does what is heard.
    """

    def __init__(self, call: Call, tour: Tour, player: Player, *, aloud: bool = True) -> None:
        self._call = call
        self._tour = tour
        self._player = player
        self._aloud = aloud
        self._playing: Part | None = None

    async def __call__(self, screen: Screen) -> None:
        """Play until the call is left, then leave the app as well."""
        aloud = self._aloud and await asyncio.to_thread(lambda: self._player.available)
        while screen.live is not None:
            if aloud:
                await self.follow()
            await asyncio.sleep(LOOK_EVERY_S)
        screen.exit()

    async def follow(self) -> None:
        """Play what is to be heard now, unless it is being played."""
        heard = self._tour.heard(self._call.interview, self._call.clock.now().at_ms)
        if heard is None or heard.part == self._playing:
            return
        self._playing = heard.part
        with contextlib.suppress(AudioError):  # the words of the recording are shown all the same
            await asyncio.to_thread(self._play, heard.part)

    def _play(self, part: Part) -> None:
        timeline = _timeline(part)
        now = self._tour.heard(self._call.interview, self._call.clock.now().at_ms)
        begin_ms = PLAYER_LAG_MS + (now.at_ms if now is not None else 0)
        self._player.play(timeline, _file(part).parent, begin_ms, timeline.spans[0].end_ms)


def _part(data: dict[str, Any], folder: Path) -> Part:
    return Part(
        str(folder / data["file"]),
        data["length_ms"],
        tuple(
            Caption(each["start_ms"], each["end_ms"], each["speaker"] == "interviewer", each["text"])
            for each in data["captions"]
        ),
        tuple(Cue(each["step"], each["start_ms"], each["end_ms"]) for each in data["cues"]),
    )


def _file(part: Part) -> Path:
    return Path(part.file)


def _timeline(part: Part) -> Timeline:
    """A part as something that the player plays: one span from 0 ms on."""
    info = files.info(_file(part))
    span = Span(1, 0, info.rate, info.channels, info.frames, (AudioPart(_file(part).name, 0, info.frames),))
    return Timeline((span,))


def _schedule(recording: Path | None) -> Schedule | None:
    """The schedule that the bundled call follows; None, which is the study's, for any other recording."""
    return bootstrap.bundled_schedule() if recording is None else None


def _finish(call: Call) -> None:
    """Stop the recorder and end the interview, however far it came."""
    call.source_closed(call.close_source(SpanEnd.STOP))
    if not call.interview.ended:
        call.end(BROKEN_OFF)
    call.journal.close(bootstrap.CLOSE_TIMEOUT_S)
