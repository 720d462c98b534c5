"""Where a stream is taken from: a source that vanished is told from a wish of its user."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.audio.sources.sound_server import ServerSource, Survey, called, find_source
from interview_tui.audio.sources.whereabouts import Whereabouts

HEADSET = ServerSource("alsa_input.usb-Acme_Headset-00.mono-fallback", "Headset", 1, 48_000)
TWIN = ServerSource("alsa_input.usb-Acme_Headset-00.2.mono-fallback", "Headset", 1, 48_000)
BUILT_IN = ServerSource("alsa_input.pci-0000_00_1f.3.analog-stereo", "Built-in Audio", 2, 48_000)
MONITOR = ServerSource("alsa_output.pci-0000_00_1f.3.analog-stereo.monitor", "Monitor of Built-in Audio", 2, 48_000)


def _look(whereabouts: Whereabouts, given: ServerSource | None, *there: ServerSource, settled: bool = True) -> bool:
    return whereabouts.look(Survey(there, given.name if given else ""), settled=settled)


@pytest.fixture
def at_headset() -> Whereabouts:
    """A stream that is taken from the headset, with the built-in microphone there as well."""
    made = Whereabouts()
    assert _look(made, HEADSET, HEADSET, BUILT_IN)
    assert (made.recorded_from, made.may_go_back) == ("Headset", False)
    return made


def test_a_source_that_vanishes_may_be_gone_back_to_when_it_is_there_again(at_headset: Whereabouts):
    assert _look(at_headset, BUILT_IN, BUILT_IN, settled=False)
    assert (at_headset.recorded_from, at_headset.may_go_back) == ("Built-in Audio", False)
    assert not _look(at_headset, BUILT_IN, BUILT_IN)
    assert _look(at_headset, BUILT_IN, BUILT_IN, HEADSET, settled=False)
    assert (at_headset.recorded_from, at_headset.may_go_back) == ("Built-in Audio", True)
    assert _look(at_headset, BUILT_IN, BUILT_IN)
    assert not at_headset.may_go_back


def test_a_stream_that_its_user_moved_stays_where_she_put_it(at_headset: Whereabouts):
    assert _look(at_headset, BUILT_IN, BUILT_IN, HEADSET, settled=False)
    _look(at_headset, BUILT_IN, BUILT_IN, HEADSET)
    _look(at_headset, BUILT_IN, BUILT_IN)
    _look(at_headset, BUILT_IN, BUILT_IN, HEADSET)
    assert (at_headset.recorded_from, at_headset.may_go_back) == ("Built-in Audio", False)


def test_a_source_that_is_taken_away_just_after_its_stream_has_vanished(at_headset: Whereabouts):
    _look(at_headset, BUILT_IN, BUILT_IN, HEADSET, settled=False)
    _look(at_headset, BUILT_IN, BUILT_IN, settled=False)
    assert _look(at_headset, BUILT_IN, BUILT_IN, HEADSET)
    assert at_headset.may_go_back


def test_a_server_that_brings_the_stream_back_by_itself_leaves_nothing_to_do(at_headset: Whereabouts):
    _look(at_headset, BUILT_IN, BUILT_IN)
    assert _look(at_headset, HEADSET, BUILT_IN, HEADSET)
    assert (at_headset.recorded_from, at_headset.may_go_back) == ("Headset", False)
    _look(at_headset, HEADSET, HEADSET)
    assert not at_headset.may_go_back


def test_from_substitute_to_substitute_the_first_source_is_remembered(at_headset: Whereabouts):
    _look(at_headset, BUILT_IN, BUILT_IN)
    _look(at_headset, MONITOR, MONITOR)
    _look(at_headset, MONITOR, MONITOR, BUILT_IN)
    assert not at_headset.may_go_back
    _look(at_headset, MONITOR, MONITOR, BUILT_IN, HEADSET)
    assert at_headset.may_go_back


def test_while_a_stream_is_on_its_way_nothing_is_told(at_headset: Whereabouts):
    assert not _look(at_headset, None, BUILT_IN)
    assert at_headset.recorded_from == "Headset"


def test_a_twin_that_is_plugged_in_changes_no_name(at_headset: Whereabouts):
    assert not _look(at_headset, HEADSET, HEADSET, TWIN)
    assert _look(at_headset, TWIN, HEADSET, TWIN)
    assert at_headset.recorded_from == f"Headset ({TWIN.name})"


@given(st.lists(st.tuples(st.sampled_from([HEADSET, BUILT_IN, MONITOR]), st.sets(st.sampled_from([HEADSET, BUILT_IN]))),
                min_size=1))  # fmt: skip
def test_only_a_source_that_is_there_and_is_not_recorded_from_may_be_gone_back_to(
    looks: list[tuple[ServerSource, set[ServerSource]]],
):
    whereabouts = Whereabouts()
    for given_source, others in looks:
        there = {given_source, *others}
        _look(whereabouts, given_source, *there, settled=False)
        assert whereabouts.recorded_from == given_source.about
        if whereabouts.may_go_back:
            assert len(there) > 1


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (f"pulse:{HEADSET.name}", HEADSET),
        ("Headset", HEADSET),
        ("pulse:alsa_input.usb-Acme_Headset-00.analog-stereo", HEADSET),
        ("pulse:alsa_output.pci-0000_00_1f.3.iec958-stereo.monitor", None),
        ("Aunt Mary's microphone", None),
        ("", None),
    ],
)
def test_a_name_finds_its_source_and_no_other(name: str, found: ServerSource | None):
    assert find_source([MONITOR, BUILT_IN, HEADSET], name) == found


def test_of_twins_only_the_full_name_finds_one():
    sources = [HEADSET, TWIN]
    assert find_source(sources, "Headset") is None
    assert find_source(sources, f"pulse:{TWIN.name}") == TWIN
    assert [called(source, sources) for source in sources] == [f"Headset ({HEADSET.name})", f"Headset ({TWIN.name})"]
