"""Choosing the devices that calls are recorded from: the interviewer's own, then a second one for the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from interview_tui.interview.ports import SoundSource
from interview_tui.tui import signs
from interview_tui.tui.choosers.chooser import Choice
from interview_tui.tui.widgets.choice_list import Choices

OWN = "Your microphone · ↑ ↓ let you hear it · Enter takes it · Esc: as it was"
LINE = "A second device that hears them, if yours does not · Enter takes it"
SYSTEM = "what the system records from"
NONE = "none: one device hears both of you"


@dataclass(frozen=True, slots=True)
class Pick:
    """A choice under way; `source` and `line` are the names chosen so far (empty: the system's, and none)."""

    devices: tuple[SoundSource, ...]
    source: str
    line: str
    for_line: bool = False

    def moved(self, by: int) -> Pick:
        """With the next device, or the one before."""
        names = [device.name for device in self._offered]
        place = names.index(self._at) if self._at in names else 0
        name = names[max(0, min(len(names) - 1, place + by))]
        return replace(self, line=name) if self.for_line else replace(self, source=name)

    def taken(self) -> Pick | None:
        """What is asked next; None when both are chosen."""
        if self.for_line:
            return None
        line = "" if self.line in (self.source, self._name_of_default if not self.source else "") else self.line
        return replace(self, for_line=True, line=line)

    @property
    def choices(self) -> Choices:
        """The list as it is shown."""
        names = [device.name for device in self._offered]
        chosen = names.index(self._at) if self._at in names else 0
        return Choices(LINE if self.for_line else OWN, tuple(map(self._row, self._offered)), chosen, in_list=True)

    @property
    def _at(self) -> str:
        return self.line if self.for_line else self.source

    @property
    def _offered(self) -> Sequence[SoundSource]:
        """The devices; before them none, named by an empty name. What is the interviewer's is not the line's."""
        if not self.for_line:
            return (SoundSource("", 0, SYSTEM), *self.devices)
        own = self.source or self._name_of_default
        return (SoundSource("", 0, NONE), *(device for device in self.devices if device.name != own))

    @property
    def _name_of_default(self) -> str:
        return next((device.name for device in self.devices if device.is_default), "")

    def _row(self, device: SoundSource) -> Choice:
        if not device.name:
            return Choice("", device.about)
        about = [
            signs.counted(device.channels, "channel"),
            *(["what this computer plays"] if device.is_loopback else []),
            *(["the system's"] if device.is_default else []),
        ]
        return Choice(device.name, device.about or device.name, " · ".join(about))
