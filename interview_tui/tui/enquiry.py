"""A question put in the one line of a screen: answered by what is typed, or by one of several choices.

Every key is taken here while it is handled, so that what comes in a burst comes in its order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from interview_tui.errors import Refused
from interview_tui.tui.choosers.chooser import Choice
from interview_tui.tui.dialogs import fitting
from interview_tui.tui.widgets.choice_list import Choices
from interview_tui.tui.widgets.key_line import KeyLine

NOTHING_FITS = "Nothing fits this word."
ANOTHER_WORD = "Type another, or fewer letters of it."
NOTHING_TYPED = "Nothing is typed."
TYPE_OR_LEAVE = "Type it, or leave it with Esc."


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for. `take` gets what was typed, or the key of the choice, and may give the next question.

    Without choices whatever is typed is taken. If it is `optional`, nothing is taken as well; of choices that is the
    first. A choice is taken `at_once` when its key is typed and nothing else. `value` is what the line begins with.
    What is typed to a `secret` question is not shown; what is `private` says who somebody is. `look` is told what is
    typed.
    """

    prompt: str
    heading: str
    take: Callable[[str], Question | None]
    choices: tuple[Choice, ...] = ()
    value: str = ""
    at_once: bool = False
    optional: bool = False
    secret: bool = False
    private: bool = False
    look: Callable[[str], object] = field(default=lambda _: None)


class Enquiry:
    """The question that is being asked in `line`, if one is."""

    def __init__(self, line: KeyLine) -> None:
        self._line = line
        self._question: Question | None = None
        self._offered: list[Choice] = []
        self._chosen = 0
        self._in_list = False

    @property
    def question(self) -> Question | None:
        """What is asked for; None while keys are commands."""
        return self._question

    @property
    def choices(self) -> Choices:
        """What is listed above the line."""
        if self._question is None:
            return Choices("", ())
        return Choices(self._question.heading, tuple(self._offered), self._chosen, self._in_list)

    def ask(self, question: Question) -> None:
        """Ask for something, in place of what is asked for."""
        self._question = question
        self._line.begin(question.value, secret=question.secret)
        self.look()

    def close(self) -> None:
        """Ask no more; what was typed is gone."""
        self._question = None
        self._offered = []
        self._line.begin("", secret=False)

    def look(self) -> None:
        """The line reads otherwise now; a choice whose key alone is typed may be taken by that."""
        asked = self._question
        if asked is None:
            return
        typed = self._line.value.strip()
        by_key = [choice for choice in asked.choices if choice.key == typed.casefold()]
        self._offered = by_key or fitting(asked.choices, typed)
        self._chosen, self._in_list = 0, False
        asked.look(typed)
        if by_key and asked.at_once:
            self._answer(asked, by_key[0].key)

    def move(self, direction: int) -> None:
        """Move in the list of choices; nothing typed, the first key only moves into it."""
        if self._question is None or not self._offered:
            return
        enters = not self._in_list and not self._line.value
        self._chosen = max(0, min(len(self._offered) - 1, self._chosen + (0 if enters else direction)))
        self._in_list = True

    def take(self) -> None:
        """Take what is typed or chosen.

        Raises:
            InterviewTuiError: it cannot be taken; the line asks on, with what is typed in it.
        """
        asked = self._question
        if asked is None:
            return
        typed = self._line.value if asked.secret else self._line.value.strip()
        if not (typed or asked.optional or self._in_list):
            raise Refused(NOTHING_TYPED, TYPE_OR_LEAVE)
        if not asked.choices:
            self._answer(asked, typed)
        elif self._offered:
            self._answer(asked, self._offered[self._chosen].key)
        else:
            raise Refused(NOTHING_FITS, ANOTHER_WORD)

    def _answer(self, asked: Question, answer: str) -> None:
        follows = asked.take(answer)
        if self._question is asked:  # else what was taken has asked for something itself
            if follows is None:
                self.close()
            else:
                self.ask(follows)
