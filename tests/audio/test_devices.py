"""What can be recorded from, as it is listed and named."""

from __future__ import annotations

import math

import pytest

from interview_tui.audio.sources import devices
from interview_tui.audio.sources.devices import SoundDevice, find
from tests.audio.virtual_sound import VirtualSound

CARD = SoundDevice("USB Audio, ALSA", 2, 48_000)
HEADSET = SoundDevice("pulse:alsa_input.usb-Acme-00.mono-fallback", 1, 48_000, about="Acme Headset")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("USB Audio, ALSA", CARD),
        ("USB Audio", CARD),
        ("pulse:alsa_input.usb-Acme-00.mono-fallback", HEADSET),
        ("Acme Headset", HEADSET),
        ("Acme", None),
    ],
)
def test_a_remembered_name_finds_its_device(name: str, found: SoundDevice | None):
    assert find([CARD, HEADSET], name) == found
    assert find([HEADSET, CARD], name) == found


@pytest.mark.device
def test_the_sound_servers_sources_are_listed_as_people_call_them(sound: VirtualSound):
    sound.plug_in("headset", channels=1, about="Headset")
    try:
        listed = {device.name: device for device in devices.list_sources()}
        quiet = devices.check_level("pulse:headset.monitor", 0.1)
    finally:
        sound.unplug("headset")
    headset = listed["pulse:headset.monitor"]
    assert (headset.channels, headset.rate, headset.about, headset.is_loopback) == (
        1, 48_000, "Monitor of Headset", True,
    )  # fmt: skip
    assert listed["default, ALSA"].about == "Monitor of Null Output (line.monitor)"
    assert listed["default, ALSA"].channels == 2
    assert [device.name for device in listed.values() if device.default] == ["default, ALSA"]
    assert not listed["iv_line, ALSA"].is_loopback
    assert quiet == (-math.inf,)
