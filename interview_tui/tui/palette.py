"""Every command of a screen, and every theme, found by a word of it under Ctrl+P.

For the screens on which nothing is in a hurry. The live screen has no palette: a screen over the line would take keys
from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.screen import Screen
from textual.types import IgnoreReturnCallbackType

from interview_tui.tui import commands, themes
from interview_tui.tui.commands import Command, spoken


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be found: the words it is found by, what it does, a sentence about it."""

    words: str
    callback: IgnoreReturnCallbackType
    help: str


class Finder(Provider):
    """Finds the commands of a screen that does them by `action_give`, and the themes: in one list, which has an order.

    The app is told of a chosen theme by its `theme`; whoever keeps preferences watches that.
    """

    declared: ClassVar[tuple[Command, ...]] = ()

    async def discover(self) -> Hits:
        """Everything, before a word is typed."""
        for offer in self._offers():
            yield DiscoveryHit(offer.words, offer.callback, help=offer.help)

    async def search(self, query: str) -> Hits:
        """What the words lead to."""
        matcher = self.matcher(query)
        for offer in self._offers():
            score = matcher.match(offer.words)
            if score > 0:
                yield Hit(score, matcher.highlight(offer.words), offer.callback, text=offer.words, help=offer.help)

    def _offers(self) -> Iterator[Offer]:
        for command in self.declared:
            if command.id != "palette":
                keys = ", ".join(spoken(key) for key in command.keys)
                title = f"{command.title}: " if command.title else ""
                words = f"{title}{command.brief} ({keys})"
                yield Offer(words, partial(self.screen.run_action, f"give('{command.id}')"), command.help)
        for name in themes.CHOICES:
            if name in self.app.available_themes:
                worn = name == self.app.theme
                yield Offer(
                    f"theme: {name}{' ●' if worn else ''}",
                    partial(setattr, self.app, "theme", name),
                    "The colours now." if worn else "Change the colours.",
                )


class HomeFinder(Finder):
    """Finds the commands of the list of interviews."""

    declared = commands.HOME


def finds(declared: tuple[Command, ...]) -> type[Finder]:
    """What finds the commands of another screen."""
    return type("ScreenFinder", (Finder,), {"declared": declared})


class Palette(CommandPalette):
    """The palette over a screen: what its COMMANDS find, or a finder of its own; nothing of Textual's."""

    DEFAULT_CSS = """
    Palette {
        &> .command-palette--help-text {
            color: $text-muted;
            text-style: not bold;
        }

        SearchIcon {
            display: none;
        }
    }
    """

    def __init__(self, screen: Screen[Any], finder: type[Finder] | None = None) -> None:
        finders = screen.COMMANDS if finder is None else {finder}
        super().__init__(finders, placeholder="a word of a command or a theme …")
