"""What the machine tells of itself: what feeds it, and how much room it has."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import psutil

from interview_tui.interview.ports import Power

POWER_SUPPLIES = Path("/sys/class/power_supply")  # Linux


def power() -> Power | None:
    """The battery's charge and whether it is plugged in; None without a battery, or where the system does not tell."""
    ask = getattr(psutil, "sensors_battery", None)  # systems whose battery psutil cannot read have no such function
    try:
        battery = None if ask is None or _only_others_have_batteries() else ask()
    except (OSError, RuntimeError, ArithmeticError, TypeError, ValueError, psutil.Error):
        return None  # a driver that gives nonsense, or forbids to look: of no use to a call, and no reason to break one
    if battery is None or battery.power_plugged is None:
        return None
    return Power(round(max(0.0, min(100.0, battery.percent))), bool(battery.power_plugged))


def free_bytes(folder: Path) -> int | None:
    """Room for this user on the disk that holds `folder`, or will hold it; None where the system does not tell."""
    for place in (folder.absolute(), *folder.absolute().parents):
        try:
            return shutil.disk_usage(place).free
        except FileNotFoundError:
            continue  # not made yet
        except OSError:
            return None
    return None


def free_bytes_elsewhere(folder: Path, than: Path) -> int | None:
    """Room on the disk of `folder` if that is another one than the disk of `than`, else 0; None if it is not told."""
    try:
        if _nearest(folder).stat().st_dev == _nearest(than).stat().st_dev:
            return 0
    except OSError:
        return None
    return free_bytes(folder)


def _nearest(folder: Path) -> Path:
    """The folder, or the one of those above it that is there."""
    return next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())


def _only_others_have_batteries() -> bool:
    """Whether Linux knows batteries of mice and the like only, which psutil takes for the machine's."""
    if sys.platform != "linux":
        return False
    batteries = [path for path in POWER_SUPPLIES.iterdir() if path.name.startswith("BAT") or "battery" in path.name]
    scopes = [path / "scope" for path in batteries]
    return all(scope.exists() and scope.read_text(encoding="ascii").strip() == "Device" for scope in scopes)
