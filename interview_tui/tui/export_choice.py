"""What is chosen about an export, in the words of the person who chooses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from interview_tui.record.export_ports import Choice, Names, Sound, Target

FOR_A_PROGRAM = ("qdpx", "qdc")
"""The formats that are made for one program or another."""
VOICES = "voices are not pseudonymised"


@dataclass(frozen=True, slots=True)
class Setting:
    """Something that is one of several things: a `field` of the choice, and what its values are called.

    To each value stands what is to be known about it. A setting that is only `of` some formats has no say in others.
    """

    title: str
    field: str
    values: Mapping[Any, tuple[str, str]]
    of: tuple[str, ...] = ()

    def concerns(self, formats: tuple[str, ...]) -> bool:
        """Whether it has a say in any of these formats."""
        return not self.of or any(name in self.of for name in formats)

    def shown(self, choice: Choice) -> tuple[str, str]:
        """What its value is called, and what is to be known about it."""
        return self.values[getattr(choice, self.field)]

    def turned(self, choice: Choice, by: int) -> Choice:
        """The choice with the value so many further on; behind the last comes the first."""
        values = list(self.values)
        at = values.index(getattr(choice, self.field))
        return replace(choice, **{self.field: values[(at + by) % len(values)]})


SETTINGS = (
    Setting(
        "names",
        "names",
        {
            Names.REPLACED: ("as pseudonyms", "wherever something stands for one"),
            Names.GONE_THROUGH: ("as pseudonyms, and only if gone through", "else nothing is written"),
            Names.FULL: ("as they were said", "! people can be recognised"),
        },
    ),
    Setting(
        "audio",
        "sound",
        {
            Sound.LINKED: ("where it lies in the study", ""),
            Sound.BESIDE: ("copied beside the files", VOICES),
            Sound.INSIDE: ("inside the files", VOICES),
            Sound.NONE: ("left out", ""),
        },
    ),
    Setting("stamps", "times", {True: ("in the texts", ""), False: ("none in the texts", "")}),
    Setting(
        "program",
        "target",
        {
            Target.STANDARD: ("any", "what all of them read"),
            Target.QUALCODER: ("QualCoder", ""),
            Target.NVIVO: ("NVivo", ""),
            Target.MAXQDA: ("MAXQDA", ""),
            Target.ATLAS: ("ATLAS.ti", ""),
        },
        of=FOR_A_PROGRAM,
    ),
)


class LastChoice:
    """What was chosen last, for as long as the app runs. Names always come back as pseudonyms."""

    def __init__(self) -> None:
        self.choice = Choice(())

    def keep(self, choice: Choice) -> None:
        """Remember a choice."""
        self.choice = replace(choice, names=Names.REPLACED)
