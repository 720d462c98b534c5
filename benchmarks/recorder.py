"""What the recorder promises, measured on this machine: `python -m benchmarks.recorder [--only SECTION] [--kills 20]`.

In brackets stands what the research prototype reached on a machine of the same size. Sections:

    kills     the recorder is killed (`kill -9`) at random moments: delivered audio lost; finding and repairing it
    apps      the app is killed: samples lost, and how soon the next one has the recorder
    revival   recorder and capture process are killed while an app is there: how much sound is missing until it goes on
    hangs     recorder and app are stopped (SIGSTOP) for `--stopped` seconds and go on
    commands  pausing, resuming, stopping
    repair    a span of `--minutes` that was cut off, found and repaired
    cut       power cuts, simulated: what was not synced is gone; files cut at random bytes
    full      a disk that is full (a tmpfs of 1.5 MB; only where it may be mounted)
    devices   a device that is unplugged, a sound server that dies, a stream that is moved, and their return
    clicks    clicks on both sides of a pause, and on two devices whose clocks are 160 ppm apart (`--clicking` seconds)
    load      processor time, memory and drift of the recorder and its capture process, for `--seconds`
    packing   `--minutes` of two tracks made into one file
    sealed    a recorder in an encrypted study beside one in an open study, for `--seconds` each

The source is a file that is played in real time and whose samples carry their own index, so that a lost one is seen; or
a virtual device of PulseAudio's for revival, hangs, commands, devices, clicks, load and `--device`. Without PulseAudio
those sections are left out.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import click

from benchmarks import recorder_devices, recorder_disk, recorder_ends
from benchmarks.recorder_bench import Bench
from tests.audio.virtual_sound import PROGRAMS, virtual_sound

Section = Callable[[Bench], None]
SECTIONS: dict[str, Section] = {
    "kills": recorder_ends.kills,
    "apps": recorder_ends.apps,
    "revival": recorder_ends.revival,
    "hangs": recorder_ends.hangs,
    "commands": recorder_ends.commands,
    "repair": recorder_disk.repair,
    "cut": recorder_disk.cut,
    "full": recorder_disk.full,
    "devices": recorder_devices.devices,
    "clicks": recorder_devices.clicks,
    "load": recorder_devices.load,
    "packing": recorder_disk.packing,
    "sealed": recorder_disk.sealed,
}
NEED_A_DEVICE = ("revival", "hangs", "commands", "devices", "clicks", "load")


@click.command()
@click.option("--only", multiple=True, type=click.Choice(list(SECTIONS)), help="This section; may be given again.")
@click.option("--kills", default=20, show_default=True, help="How often something is killed or cut.")
@click.option("--stopped", default=5.0, show_default=True, help="How many seconds a stopped process stays stopped.")
@click.option("--seconds", default=65.0, show_default=True, help="How long the load is measured.")
@click.option("--clicking", default=60.0, show_default=True, help="How long clicks are recorded (s).")
@click.option("--minutes", default=10, show_default=True, help="How long the span is that is repaired and packed.")
@click.option("--device", is_flag=True, help="Kill and attach while a virtual device is recorded, not a file.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False, exists=True), help="The disk to record on.")
def main(
    only: tuple[str, ...],
    kills: int,
    stopped: float,
    seconds: float,
    clicking: float,
    minutes: int,
    device: bool,
    folder: Path | None,
) -> None:
    """Measure the recorder and print the figures."""
    chosen = [name for name in SECTIONS if not only or name in only]
    logging.disable(logging.WARNING)  # what was cut off is told, over and over
    has_sound = all(map(shutil.which, PROGRAMS))
    with ExitStack() as held:
        place = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="interview-tui-", dir=folder)))
        sound = None
        if has_sound and (device or set(chosen) & set(NEED_A_DEVICE)):
            sound = held.enter_context(virtual_sound())
            os.environ.update(sound.environment)
        bench = Bench(place, sound, device, kills, stopped, seconds, clicking, minutes)
        for name in chosen:
            if sound is None and name in NEED_A_DEVICE:
                click.echo(f"{name}: left out, it needs {', '.join(PROGRAMS)}")
                continue
            click.echo(f"{name} (load {os.getloadavg()[0]:.1f})" if hasattr(os, "getloadavg") else name)
            SECTIONS[name](bench)


if __name__ == "__main__":
    main()
