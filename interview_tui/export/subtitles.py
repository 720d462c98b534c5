"""Subtitles: SubRip, with the speaker in the text, and WebVTT, with voices. Times are those of the audio file.

How much is shown for how long follows the habit of subtitlers, as the Netflix Timed Text Style Guide has it: two lines
of 42 characters, for 5/6 of a second (here: one) to 7 seconds.
"""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from interview_tui.export.document import Document
from interview_tui.export.legible import legible
from interview_tui.export.options import Options
from interview_tui.export.spoken import Spoken, SpokenWord, spoken

_LINE = 42  # characters
_LINES = 2
_SHORTEST_MS, _LONGEST_MS = 1000, 7000
_PAUSE_MS = 1500  # a silence this long within a turn ends a cue
_SENTENCE, _CLAUSE = (re.compile(rf"[{marks}][\"'”’»)\]]*$") for marks in (".?!…", ",;:–—"))


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown at once: some of one turn's words."""

    start_ms: int
    end_ms: int
    tag: str
    text: str


def srt(document: Document, options: Options) -> str:
    """The talk as SubRip: `R: words`, UTF-8 without BOM, lines ended by CRLF.

    SubRip knows no escaping: an arrow of hyphens in the words becomes `→`, for `-->` stands between times.
    """
    shown = []
    for number, cue in enumerate(cues(document, options), 1):
        times = f"{_clock(cue.start_ms, ',')} --> {_clock(cue.end_ms, ',')}"
        shown.append("\r\n".join((str(number), times, *_wrapped(f"{cue.tag}: {cue.text}".replace("-->", "→")), "")))
    return "".join(f"{each}\r\n" for each in shown)


def vtt(document: Document, options: Options) -> str:
    """The talk as WebVTT: `<v R>words`, after a note with case and study."""
    about = " · ".join(part for part in (legible(document.record.case), legible(document.record.study)) if part)
    blocks = ["WEBVTT", f"NOTE {_escaped(about)}"]
    for number, cue in enumerate(cues(document, options), 1):
        times = f"{_clock(cue.start_ms, '.')} --> {_clock(cue.end_ms, '.')}"
        words = _escaped("\n".join(_wrapped(cue.text)))
        blocks.append(f"{number}\n{times}\n<v {_escaped(cue.tag)}>{words}")
    return "\n\n".join(blocks) + "\n"


def cues(document: Document, options: Options) -> list[Cue]:
    """What is shown when, by start. Every cue lasts; those of one speaker may overlap those of another, not their own.

    A short one is held for a second, but not into the next.
    """
    cut = sorted((cue for turn in spoken(document, options) for cue in _cut(turn)), key=lambda cue: cue.start_ms)
    held: list[Cue] = []
    own: dict[str, int] = {}
    for cue in reversed(cut):
        last_ms = cue.start_ms + _LONGEST_MS
        next_ms = held[-1].start_ms if held else last_ms
        end_ms = max(cue.end_ms, min(cue.start_ms + _SHORTEST_MS, next_ms))
        end_ms = max(min(end_ms, own.get(cue.tag, last_ms), last_ms), cue.start_ms + 1)
        held.append(replace(cue, end_ms=end_ms))
        own[cue.tag] = cue.start_ms
    return held[::-1]


def _cut(turn: Spoken) -> Iterator[Cue]:
    """A turn as cues: cut where it pauses or is full, then at the end of a sentence, else of a clause, else a word."""
    begin = 0
    while begin < len(turn.words):
        end = _reach(turn.words, begin, len(turn.tag) + 1)
        if end < len(turn.words) and not _pauses_before(turn.words, end):
            end = _well_ended(turn.words, begin, end)
        shown = turn.words[begin:end]
        last_ms = max(word.end_ms for word in shown)
        yield Cue(shown[0].start_ms, last_ms, turn.tag, " ".join(word.text for word in shown))
        begin = end


def _reach(words: Sequence[SpokenWord], begin: int, column: int) -> int:
    """The end of as many words from `begin` on as can be shown at once after a tag that ends at `column`."""
    line = 1
    for number in range(begin, len(words)):
        word = words[number]
        column += 1 + len(word.text)
        if column > _LINE:
            line, column = line + 1, len(word.text)
        too_long = word.end_ms - words[begin].start_ms > _LONGEST_MS
        if number > begin and (line > _LINES or too_long or _pauses_before(words, number)):
            return number
    return len(words)


def _pauses_before(words: Sequence[SpokenWord], number: int) -> bool:
    return words[number].start_ms - words[number - 1].end_ms >= _PAUSE_MS


def _well_ended(words: Sequence[SpokenWord], begin: int, end: int) -> int:
    """The last good place to cut: after the end of a sentence if that shows a third of these words, else of a clause
    if that shows half of them, else after all.
    """
    for mark, least in ((_SENTENCE, (end - begin) // 3), (_CLAUSE, (end - begin) // 2)):
        for number in range(end, begin + least, -1):
            if mark.search(words[number - 1].text):
                return number
    return end


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _LINE, break_long_words=False, break_on_hyphens=False)


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def _clock(ms: int, decimal: str) -> str:
    seconds = ms // 1000
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{decimal}{ms % 1000:03d}"
