"""Every way in which a system withholds a microphone has a way out, and it is the right system's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.audio.sources import permissions
from interview_tui.audio.sources.permissions import way_out, way_out_of_silence

SYSTEMS = ("linux", "darwin", "win32")


@pytest.mark.parametrize(
    ("system", "error", "expected"),
    [
        ("win32", "Error opening RawInputStream: Unanticipated host error [PaErrorCode -9999]: "
         "'Undefined external error.' [MME error 1]", permissions.WINDOWS),
        ("win32", "Unanticipated host error [PaErrorCode -9999]: 'E_ACCESSDENIED' [Windows WASAPI error -2147024891]",
         permissions.WINDOWS),
        ("win32", "'AUDCLNT_E_DEVICE_IN_USE' [Windows WASAPI error -2004287478]", permissions.HELD),
        ("win32", "'AUDCLNT_E_DEVICE_INVALIDATED' [Windows WASAPI error -2004287484]", permissions.LOST),
        ("win32", "Invalid sample rate [PaErrorCode -9997]", permissions.FORMAT),
        ("linux", "Error opening RawInputStream: Device unavailable [PaErrorCode -9985]", permissions.HELD),
        ("linux", "Unanticipated host error [PaErrorCode -9999]: 'Permission denied' [ALSA error -13]",
         permissions.GROUP_AUDIO),
        ("linux", "Unanticipated host error [PaErrorCode -9999]: 'Operation not permitted' [ALSA error -1]",
         permissions.GROUP_AUDIO),
        ("linux", "Unanticipated host error [PaErrorCode -9999]: 'Device or resource busy' [ALSA error -16]",
         permissions.HELD),
        ("win32", "Unanticipated host error [PaErrorCode -9999]: 'Access denied.' [Windows WDM-KS error 5]",
         permissions.WINDOWS),
        ("linux", "Unanticipated host error [PaErrorCode -9999]: 'Connection refused' [ALSA error -111]",
         permissions.NO_SERVER),
        ("linux", "Unanticipated host error [PaErrorCode -9999]: 'No such device' [ALSA error -19]", permissions.LOST),
    ],
)  # fmt: skip
def test_what_drivers_say_has_its_way_out(system: str, error: str, expected: str):
    assert way_out(system, error) == expected


def test_macos_is_told_where_to_allow_the_terminal():
    assert permissions.MACOS in way_out("darwin", "Internal PortAudio error [PaErrorCode -9986]")
    assert permissions.MACOS in way_out("darwin", "Device unavailable [PaErrorCode -9985]")
    assert permissions.MACOS in way_out_of_silence("darwin")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"FLATPAK_ID": "org.gnome.Ptyxis"}, "flatpak override --user --socket=pulseaudio org.gnome.Ptyxis"),
        ({"SNAP_NAME": "konsole"}, "snap connect konsole:audio-record"),
        ({"SNAP_NAME": "konsole", "SNAP_INSTANCE_NAME": "konsole_two"}, "snap connect konsole_two:audio-record"),
    ],
)
@pytest.mark.parametrize("error", ["Permission denied", "Connection refused", "something unheard of"])
def test_a_sandbox_is_named_with_the_program_that_it_holds(environment: dict[str, str], expected: str, error: str):
    assert expected in way_out("linux", error, environment)
    assert expected in way_out_of_silence("linux", environment)


@given(st.sampled_from(SYSTEMS), st.text())
def test_there_is_a_way_out_of_everything_and_never_another_systems(system: str, error: str):
    for told in (way_out(system, error), way_out_of_silence(system)):
        assert told.endswith(".")
        assert ("System Settings" in told) <= (system == "darwin")
        assert ("Settings › Privacy & security" in told) <= (system == "win32")
        assert ("usermod" in told or "pulseaudio" in told) <= (system == "linux")
