"""A rehearsal: its recording is there and fits its captions, it is kept as what it is, and it is heard in step."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from interview_tui import bootstrap, rehearsal
from interview_tui.audio import files
from interview_tui.errors import AudioError, ConfigError
from interview_tui.interview.call import Call
from interview_tui.interview.events import Place
from interview_tui.interview.sound import SpanEnd
from interview_tui.interview.timeline import Timeline
from interview_tui.schedule.model import Consent
from interview_tui.store.study import StudyFolder
from interview_tui.tui.talk import Part
from interview_tui.tui.tour import STEPS, Tour
from tests.fake_player import FakePlayer
from tests.fakes import ManualClock
from tests.tui.staging import CASE, Stage

LARGEST_BYTES = 4_000_000


def both() -> tuple[Part, Part]:
    talk = rehearsal.bundled_talk()
    assert talk.opening is not None
    assert talk.call is not None
    return talk.opening, talk.call


def nothing(study: StudyFolder, call: Call, tour: Tour, accompany: rehearsal.Accompany) -> None:
    """A live screen that is left at once."""


def consent(call: Call) -> None:
    """Both consents, given one after the other."""
    for found in list(call.interview.items.values()):
        if found.item.consent in tuple(Consent):
            now = call.clock.now()
            call.keep(call.session.go(Place(found.item.id), now))
            call.enter("y", now.at_ms, now)


def recorded(study: StudyFolder, call: Call, tour: Tour, accompany: rehearsal.Accompany) -> None:  # noqa: ARG001 - the port's
    """A live screen that is left once the recorder runs."""
    consent(call)
    call.source_opened(call.open_source())


def test_the_recording_is_as_long_as_its_captions_say_and_small_enough_to_come_along() -> None:
    for part in both():
        assert abs(files.info(Path(part.file)).length_ms - part.length_ms) <= 1
    assert sum(Path(part.file).stat().st_size for part in both()) < LARGEST_BYTES


def test_captions_and_cues_lie_in_order_within_the_recording() -> None:
    for part in both():
        assert [caption for caption in part.captions if not 0 <= caption.start_ms < caption.end_ms] == []
        assert max(caption.end_ms for caption in part.captions) <= part.length_ms
        assert [caption.start_ms for caption in part.captions] == sorted(caption.start_ms for caption in part.captions)
        assert [cue for cue in part.cues if not 0 <= cue.start_ms < cue.end_ms <= part.length_ms] == []


def test_captions_fit_a_terminal_of_80_columns() -> None:
    assert [caption.text for part in both() for caption in part.captions if len(caption.text) > 70] == []


def test_every_step_of_the_tour_has_its_moment_in_the_recording() -> None:
    assert {cue.step for part in both() for cue in part.cues} == {step.id for step in STEPS}


def test_cases_are_numbered_from_the_second_rehearsal_on(tmp_path: Path) -> None:
    cases = [rehearsal.run(tmp_path / "study", nothing, aloud=False) for _ in range(3)]
    assert cases == ["REHEARSAL", "REHEARSAL-2", "REHEARSAL-3"]


def test_a_rehearsal_is_kept_as_one_and_has_ended(tmp_path: Path) -> None:
    rehearsal.run(tmp_path / "study", nothing, aloud=False)
    [summary] = bootstrap.open_study(tmp_path / "study").interviews()
    assert (summary.case, summary.rehearsal, summary.ended) == ("REHEARSAL", True, True)


def test_the_bundled_call_is_what_the_recorder_hears(tmp_path: Path) -> None:
    rehearsal.run(tmp_path / "study", recorded, aloud=False)
    study = bootstrap.open_study(tmp_path / "study")
    [span] = study.interview("REHEARSAL").spans.values()
    assert (span.source, span.rate, span.channels, span.closed) == ("call.ogg", 16_000, 2, True)
    assert span.frames > 0
    assert [part.file for part in span.parts if not part.file.endswith(".flac")] == []


def test_another_recording_is_played_as_the_call_by_the_study_s_own_schedule(tmp_path: Path) -> None:
    recording = Path(__file__).parents[1] / "data" / "jfk.flac"
    rehearsal.run(tmp_path / "study", recorded, recording, aloud=False)
    [span] = bootstrap.open_study(tmp_path / "study").interview("REHEARSAL").spans.values()
    assert span.source == "jfk.flac"


def test_what_is_told_afterwards_lists_every_step_with_its_key() -> None:
    lines = rehearsal.told(Tour(), "REHEARSAL")
    assert lines[0] == f"0 of {len(STEPS)} steps of the tour done:"
    assert [step.title for step in STEPS if not any(step.title in line and step.key in line for line in lines)] == []
    assert any("counted nowhere" in line for line in lines)


class Heard(FakePlayer):
    """A player that says which file it was asked to play, from where on."""

    def __init__(self, clock: ManualClock, *, refuses: bool = False) -> None:
        super().__init__(clock)
        self.refuses = refuses
        self.asked: list[tuple[str, int]] = []

    def play(self, timeline: Timeline, folder: Path, start_ms: int, end_ms: int) -> None:
        self.asked.append((timeline.spans[0].parts[0].file, start_ms))
        if self.refuses:
            raise AudioError("The sound device does not answer.")
        super().play(timeline, folder, start_ms, end_ms)


def on_stage(player: Heard, stage: Stage) -> tuple[Call, Tour, rehearsal.Accompaniment]:
    call, tour = stage.open_call(CASE), Tour(rehearsal.bundled_talk())
    tour.look(call.interview, stage.clock.now().at_ms)
    return call, tour, rehearsal.Accompaniment(call, tour, player)


async def test_the_opening_and_then_the_call_are_each_played_once_from_where_they_are() -> None:
    stage = Stage()
    player = Heard(stage.clock)
    call, tour, accompaniment = on_stage(player, stage)
    await accompaniment.follow()
    assert player.asked == []
    tour.pressed("tab", asking=False, line="")
    tour.look(call.interview, stage.clock.now().at_ms)
    stage.clock.advance(1000)
    for _ in range(2):
        await accompaniment.follow()
    consent(call)
    call.source_opened(call.open_source())
    stage.clock.advance(200)
    for _ in range(2):
        await accompaniment.follow()
    call.go_off_record()
    call.source_closed(call.close_source(SpanEnd.OFF_RECORD))
    stage.clock.advance(10_000)
    await accompaniment.follow()
    call.source_opened(call.open_source())
    await accompaniment.follow()
    lag_ms = rehearsal.PLAYER_LAG_MS
    assert player.asked == [("opening.ogg", 1000 + lag_ms), ("call.ogg", 200 + lag_ms)]


async def test_a_device_that_refuses_is_asked_once_and_stops_nothing() -> None:
    stage = Stage()
    player = Heard(stage.clock, refuses=True)
    call, tour, accompaniment = on_stage(player, stage)
    tour.pressed("tab", asking=False, line="")
    tour.look(call.interview, stage.clock.now().at_ms)
    for _ in range(3):
        await accompaniment.follow()
    assert len(player.asked) == 1


async def test_the_app_is_left_when_the_call_is() -> None:
    class Leaving:
        live: object | None = object()
        left = False

        def exit(self) -> None:
            self.left = True

    stage, screen = Stage(), Leaving()
    _, _, accompaniment = on_stage(Heard(stage.clock), stage)
    running = asyncio.create_task(accompaniment(screen))
    await asyncio.sleep(0)
    assert not screen.left
    screen.live = None
    await asyncio.wait_for(running, 10)
    assert screen.left


def test_a_damaged_captions_file_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = tmp_path / "captions.json"
    damaged.write_text('{"opening": {}}', encoding="utf-8")
    monkeypatch.setattr(bootstrap, "bundled", lambda name: damaged)  # noqa: ARG005 - its argument
    with pytest.raises(ConfigError, match="cannot be read"):
        rehearsal.bundled_talk()
