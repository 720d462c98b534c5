"""What people say when they leave the question before them: to go back to something, or ahead of it.

Such phrases mark a change of subject (Schiffrin, *Discourse Markers*, 1987, chapter 9). Where they also mean something
else within a sentence ("we went back to the car park"), they are looked for at its beginning.
"""

from __future__ import annotations

import re

_LEAD = (
    r"(?:(?:and|but|so|well|oh|um|uh|er|actually|sorry|no|yes|anyway|just|also|to|let me|can i|could i"
    r"|if i (?:can|could|may)|i(?:'d| would) like to)\W+){0,4}"
)
_BEGINNING = (
    r"(?:go|going|come|coming|get|getting|thinking) back (?:to|on|about|over)",
    r"(?:jumping|getting|going) ahead",
)
_ANYWHERE = (
    r"(?:this|that)(?: i|')s going back",
    r"i(?:'ve| have)? never (?:really |quite )?finished (?:about|that|the|with|what|telling)",
    r"i (?:never|didn't|haven't) (?:really |actually |quite )?(?:tell|told) you",
    r"i (?:should(?:'ve| have)?|ought to have|meant to|forgot to) (?:\w+ )?"
    r"(?:said|say|told you|tell you|mention(?:ed)?)",
    r"i(?:'ve| have)? (?:only )?just (?:remembered|thought of)",
    r"(?:that|which) reminds me",
    r"(?:now (?:that )?i|come to) think of it",
    r"while i think of it",
    r"before i forget",
    r"(?:you (?:know|remember)|remember) (?:that )?i (?:said|told|mentioned)",
    r"i (?:said|told you|mentioned) (?:earlier|before(?=\W*$|,)|at the (?:start|beginning))",
    r"you(?:'d|'ve| had| have)? (?:just |also )?asked (?:me |earlier |before )?"
    r"(?:about|how|what|why|when|where|if|whether|earlier|before)",
    r"(?:there's|there is|there was|one) (?:one |another |more |other |last )?thing "
    r"(?:about|on|with) (?:that|the|this)",
    r"i (?:might|may) as well (?:tell you|say)",
    r"you(?:'ll| will|'re going to| are going to) (?:be )?(?:ask|asking|come|coming) (?:to|on|me|about)",
)
_ENGLISH = re.compile(rf"^{_LEAD}(?:{'|'.join(_BEGINNING)})\b|\b(?:{'|'.join(_ANYWHERE)})\b")
_OF_LANGUAGE = {"en": _ENGLISH}


def is_detour(sentence: str, language: str) -> bool:
    """Whether somebody says in a sentence that they leave the question.

    `language` is ISO 639-1. The phrases of English are known; in other languages nobody is taken to say so.
    """
    phrases = _OF_LANGUAGE.get(language[:2].lower())
    return phrases is not None and bool(phrases.search(sentence.lower().replace("’", "'").strip()))
