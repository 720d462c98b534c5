"""The timeline: call clock to audio and back, over spans, pauses, drift and withheld stretches."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from interview_tui.interview.events import Stretch
from interview_tui.interview.sound import AudioPart
from interview_tui.interview.timeline import Span, Timeline


@st.composite
def timelines(draw) -> Timeline:
    """Up to four spans with gaps between them, each in one or two files, some with drift, some withheld."""
    at_ms, spans = draw(st.integers(0, 5000)), []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        rate = draw(st.sampled_from([8000, 16_000, 44_100, 48_000]))
        frames = draw(st.integers(rate // 10, rate * 120))
        cut = draw(st.integers(0, frames - 1))
        parts = [AudioPart(f"{number}a", 7, cut)] * (cut > 0) + [AudioPart(f"{number}b", 0, frames - cut)]
        span = Span(number, at_ms, rate, 2, frames, tuple(parts), drift_ppm=draw(st.floats(-300, 300)))
        spans.append(span)
        at_ms = span.end_ms + draw(st.integers(0, 60_000))
    starts = draw(st.lists(st.integers(0, at_ms), max_size=2))
    return Timeline(spans, [Stretch(start, start + draw(st.integers(1, 20_000))) for start in starts])


@given(timelines(), st.data())
def test_a_moment_with_audio_maps_to_a_frame_and_back_to_itself(timeline, data):
    at_ms = data.draw(st.integers(0, timeline.spans[-1].end_ms + 1000))
    position = timeline.position(at_ms)
    if position is None:
        assert timeline.span_at(at_ms) is None or timeline.is_withheld(at_ms)
        return
    back = timeline.at_ms(position.file, position.frame)
    assert back is not None
    assert abs(back - at_ms) <= 1


@given(timelines(), st.data())
def test_clips_hold_all_audio_between_two_moments_and_nothing_withheld(timeline, data):
    end = timeline.spans[-1].end_ms
    start_ms, end_ms = sorted((data.draw(st.integers(0, end)), data.draw(st.integers(0, end))))
    clips = timeline.clips(start_ms, end_ms)
    heard = sum(clip.frames * 1000 / clip.rate for clip in clips)  # the drift, 0.03 %, is within the tolerance
    wanted = sum(
        timeline.span_at(at_ms) is not None and not timeline.is_withheld(at_ms) for at_ms in range(start_ms, end_ms, 10)
    )
    assert (
        abs(heard - wanted * 10)
        <= 15 * (len(clips) + len(timeline.withheld) + len(timeline.spans) + 1) + heard * 0.0004
    )
    assert all(earlier.start_ms <= later.start_ms for earlier, later in pairwise(clips))
    for clip in clips:
        span = timeline.span_at(clip.start_ms)
        assert span is not None
        first_ms, last_ms = clip.start_ms, clip.start_ms + clip.frames * 1000 / span.true_rate
        for stretch in timeline.withheld:
            assert min(last_ms, stretch.end_ms) - max(first_ms, stretch.start_ms) <= 2  # rounding to milliseconds


def test_a_fast_device_clock_is_brought_back_to_the_call_clock():
    span = Span(1, 0, 48_000, 1, 48_000 * 3600, (AudioPart("a", 0, 48_000 * 3600),), drift_ppm=100.0)
    assert span.end_ms == 3_599_640
    assert abs(span.ms_at(span.frame_at(1_800_000)) - 1_800_000) <= 1


def test_gaps_are_the_stretches_between_spans():
    first = Span(1, 1000, 1000, 1, 4000, (AudioPart("a", 0, 4000),))
    second = Span(2, 9000, 1000, 1, 1000, (AudioPart("b", 0, 1000),))
    timeline = Timeline([second, first])
    assert timeline.gaps() == [Stretch(5000, 9000)]
    assert timeline.recorded_ms() == 5000
    assert timeline.position(6000) is None
