"""What the machine tells of itself, as psutil and the disk give it."""

import sys
from pathlib import Path

import psutil
import pytest

from interview_tui import machine
from interview_tui.interview.ports import Power

linux = pytest.mark.skipif(sys.platform != "linux", reason="as Linux has it")


@pytest.fixture
def supplies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose batteries are files here, as the Linux kernel shows them."""
    monkeypatch.setattr("psutil._pslinux.POWER_SUPPLY_PATH", str(tmp_path))
    monkeypatch.setattr(machine, "POWER_SUPPLIES", tmp_path)
    return tmp_path


def _supply(folder: Path, name: str, **files: object) -> None:
    (folder / name).mkdir()
    for file, content in files.items():
        (folder / name / file).write_text(f"{content}\n", encoding="ascii")


@linux
@pytest.mark.parametrize(("online", "plugged"), [(0, False), (1, True)])
def test_charge_and_mains_are_told(supplies: Path, online: int, plugged: bool):
    _supply(supplies, "BAT0", energy_now=41_600, energy_full=100_000, status="Unknown")
    _supply(supplies, "AC", online=online)
    assert machine.power() == Power(42, plugged)


@linux
def test_a_battery_that_holds_more_than_it_was_made_for_is_full(supplies: Path):
    _supply(supplies, "BAT0", energy_now=103, energy_full=100, status="Full")
    assert machine.power() == Power(100, True)


@linux
def test_nothing_is_told_where_it_is_not_known_whether_it_is_plugged_in(supplies: Path):
    _supply(supplies, "BAT0", capacity=80, status="Not charging")
    assert machine.power() is None


@linux
def test_a_machine_without_a_battery_tells_nothing(supplies: Path):
    assert machine.power() is None
    _supply(supplies, "hidpp_battery_0", capacity=20, status="Discharging", scope="Device")
    assert machine.power() is None, "the battery of a mouse is not the machine's"
    _supply(supplies, "BAT0", capacity=80, status="Discharging", scope="System")
    assert machine.power() == Power(80, False)


@linux
@pytest.mark.parametrize("nonsense", [{"energy_now": "?", "energy_full": 5}, {"capacity": "?"}])
def test_a_driver_that_gives_nonsense_tells_nothing(supplies: Path, nonsense: dict[str, object]):
    _supply(supplies, "BAT0", status="Discharging", **nonsense)
    assert machine.power() is None


@linux
def test_a_kernel_that_shows_no_power_supplies_tells_nothing(supplies: Path):
    supplies.rmdir()
    assert machine.power() is None


def test_a_system_that_psutil_cannot_ask_tells_nothing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(psutil, "sensors_battery", raising=False)
    assert machine.power() is None


def test_this_machine_is_asked_without_an_error():
    found = machine.power()
    assert found is None or 0 <= found.percent <= 100


def test_room_is_that_of_the_disk_that_will_hold_a_folder(tmp_path: Path):
    there, to_be_made = machine.free_bytes(tmp_path), machine.free_bytes(tmp_path / "a" / "b")
    assert there is not None
    assert to_be_made is not None
    assert there > 0
    assert to_be_made > 0


@linux
def test_room_that_the_system_does_not_tell_is_not_known(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")
    assert machine.free_bytes(tmp_path / "file" / "a") is None
