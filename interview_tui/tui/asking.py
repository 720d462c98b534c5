"""The line while it asks for something: what was half typed is put aside and comes back."""

from __future__ import annotations

from interview_tui.errors import Refused
from interview_tui.tui.choosers.chooser import Choice, Chooser
from interview_tui.tui.widgets.choice_list import Choices
from interview_tui.tui.widgets.note_line import NoteLine


class Asking:
    """A chooser at work in the line. The draft stays kept in the journal while it is aside."""

    def __init__(self, line: NoteLine) -> None:
        self._line = line
        self._chooser: Chooser | None = None
        self._aside = ("", 0)
        self._choices: list[Choice] = []
        self._chosen = 0
        self._in_list = False

    @property
    def chooser(self) -> Chooser | None:
        """What is asked for; None while the line takes notes and answers."""
        return self._chooser

    @property
    def says(self) -> str:
        """What Enter will do."""
        if self._chooser is None:
            return ""
        return self._chooser.says(self._choice) if self._decided(self._chooser) else "nothing chosen yet"

    @property
    def choices(self) -> Choices:
        """What is listed above the line."""
        if self._chooser is None:
            return Choices("", ())
        chosen = self._chosen if self._chooser.picks else None
        return Choices(self._chooser.heading, tuple(self._choices), chosen, self._in_list)

    def ask(self, chooser: Chooser) -> None:
        """Ask for something, in place of what is being asked for."""
        if self._chooser is None:
            self._aside = self._line.take()
        else:
            self._line.put("", 0)
        self._chooser = chooser
        self.look("")

    def look(self, query: str) -> None:
        """The query reads so now. A chooser that gives way to what fits none of its choices is gone then, and what is
        typed goes on behind what was half typed.
        """
        if self._chooser is None:
            return
        self._choices = self._chooser.choices(query)
        self._chosen, self._in_list = 0, False
        if self._chooser.gives_way and not any(choice.key for choice in self._choices):
            self._chooser = None
            half_typed, first_key_ms = self._aside
            if half_typed:
                self._line.put(half_typed + query, first_key_ms)

    def close(self) -> None:
        """Return to what was being typed."""
        if self._chooser is not None:
            self._chooser = None
            self._choices = []
            self._line.put(*self._aside)

    def take(self) -> str:
        """Take what is chosen: another question follows, or the line is itself again. Gives what has happened.

        Raises:
            Refused: nothing fits, or the interview cannot take it; the line asks on.
        """
        asked = self._chooser
        if asked is None:
            return ""
        if self._choice is None and asked.picks and self._line.value.strip():
            raise Refused("Nothing fits what is typed.", "Esc returns to the note.")
        outcome = asked.take(self._choice) if self._decided(asked) else ""
        if not isinstance(outcome, str):
            self.ask(outcome)
            return ""
        if self._chooser is asked:  # else what was taken has asked for something itself
            self.close()
        return outcome

    @property
    def is_decided(self) -> bool:
        """Whether what is typed is the key of a choice that is taken without Enter.

        Never while something is half typed: the list may have been opened by a stray key.
        """
        if self._aside[0]:
            return False
        choice = self._choice
        typed = self._line.value.strip().casefold()
        return self._chooser is not None and self._chooser.at_once and choice is not None and choice.key == typed != ""

    def move(self, direction: int) -> None:
        """Move in the list. Where choices are marked, the first key only moves into it."""
        if self._chooser is None or not self._choices:
            return
        enters = not self._in_list and (self._chooser.marks or not self._line.value)
        self._chosen = max(0, min(len(self._choices) - 1, self._chosen + (0 if enters else direction)))
        self._in_list = True

    def mark(self, *, anywhere: bool) -> bool:
        """Mark what is chosen, in the list or `anywhere`; whether there was something to mark."""
        if self._chooser is None or self._choice is None or not (self._in_list or anywhere):
            return False
        if not self._chooser.marks:
            return False
        self._chooser.mark(self._choice)
        chosen, in_list = self._chosen, self._in_list
        self.look(self._line.value)
        self._chosen, self._in_list = chosen, in_list
        return True

    def _decided(self, chooser: Chooser) -> bool:
        """Whether Enter takes something: a stray one must not."""
        return bool(self._line.value.strip()) or self._in_list or chooser.ready

    @property
    def _choice(self) -> Choice | None:
        return self._choices[self._chosen] if self._chosen < len(self._choices) else None
