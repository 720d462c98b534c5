"""Words that depend on answers: `${other}` in a text, chosen anew whenever an answer changes."""

from __future__ import annotations

import re

from interview_tui.schedule.conditions import Lookup, evaluate
from interview_tui.schedule.model import Schedule

WORD = re.compile(r"\$\{([^{}]*)\}")
"""A word in a text; its group is the name."""


def speak(text: str, schedule: Schedule, lookup: Lookup) -> str:
    """A text as it is to be read aloud now.

    Of each word the first wording whose condition is true is used, else its `otherwise:`. A wording may use other
    words, whose wordings may not; what is no word of the schedule is spoken by its name.
    """
    spoken = _worded(_worded(text, schedule, lookup), schedule, lookup)
    spoken = WORD.sub(lambda match: match[1], spoken)
    while "${" in spoken:
        spoken = spoken.replace("${", "")
    return spoken


def _worded(text: str, schedule: Schedule, lookup: Lookup) -> str:
    return WORD.sub(lambda match: _wording(match[1], schedule, lookup), text)


def _wording(word: str, schedule: Schedule, lookup: Lookup) -> str:
    for choice in schedule.words.get(word, ()):
        if choice.condition is None or evaluate(choice.condition, lookup):
            return choice.text
    return word
