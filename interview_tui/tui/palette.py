"""Every command of a screen, and every theme, found by a word of it under Ctrl+P.

For the screens on which nothing is in a hurry. The live screen has no palette: a screen over the line would take keys
from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from textual.binding import Binding
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.screen import Screen
from textual.types import IgnoreReturnCallbackType

from interview_tui.tui import commands, themes
from interview_tui.tui.commands import Command, spoken

BINDING = Binding("ctrl+p", "give('palette')", show=False)


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be found: the words it is found by, what it does, a sentence about it."""

    words: str
    callback: IgnoreReturnCallbackType
    help: str


class Offers(Provider):
    """Finds what `offers` has."""

    def offers(self) -> Iterator[Offer]:
        """Everything there is, in the order of the list that is shown before a word is typed."""
        raise NotImplementedError

    async def discover(self) -> Hits:
        """Everything."""
        for offer in self.offers():
            yield DiscoveryHit(offer.words, offer.callback, help=offer.help)

    async def search(self, query: str) -> Hits:
        """What the words lead to."""
        matcher = self.matcher(query)
        for offer in self.offers():
            score = matcher.match(offer.words)
            if score > 0:
                yield Hit(score, matcher.highlight(offer.words), offer.callback, text=offer.words, help=offer.help)


class Commands(Offers):
    """The commands of a screen that does them by `action_give`."""

    declared: ClassVar[tuple[Command, ...]] = ()

    def offers(self) -> Iterator[Offer]:
        """Each command by its title and what it does, with its keys."""
        for command in self.declared:
            if command.id != "palette":
                keys = ", ".join(spoken(key) for key in command.keys)
                words = f"{command.title}: {command.brief} ({keys})"
                yield Offer(words, partial(self.screen.run_action, f"give('{command.id}')"), command.help)


class HomeCommands(Commands):
    """The commands of the list of interviews."""

    declared = commands.HOME


class RecordCommands(Commands):
    """The commands of a record."""

    declared = commands.RECORD


class Themes(Offers):
    """The themes that can be chosen. The app is told by its `theme`; whoever keeps preferences watches that."""

    def offers(self) -> Iterator[Offer]:
        """Each theme, the one that is worn marked."""
        for name in themes.CHOICES:
            if name in self.app.available_themes:
                worn = name == self.app.theme
                yield Offer(
                    f"theme: {name}{' ●' if worn else ''}",
                    partial(setattr, self.app, "theme", name),
                    "The colours now." if worn else "Change the colours.",
                )


def palette_of(screen: Screen[Any]) -> CommandPalette:
    """The palette over a screen, with what its COMMANDS find and nothing of Textual's."""
    return CommandPalette(screen.COMMANDS, placeholder="a word of a command or a theme …")
