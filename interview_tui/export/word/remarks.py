"""What the program adds to words in a document: stamps, doubts, why nothing stands at a place. All in brackets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from interview_tui.export.document import DOUBTFUL_SPEAKER, Block, Document
from interview_tui.export.options import Counting, Options
from interview_tui.export.word.blank import STAMP
from interview_tui.export.word.manuscript import Run


def after(document: Document, block: Block, options: Options) -> Iterator[Run]:
    """What follows a block's words: its mark, whether its speaker is doubtful, and when it was said.

    All of it comes after them: other programs code by what stands at the beginning of a paragraph. What was before the
    recording has no stamp.
    """
    if block.mark:
        yield Run(f" [{block.mark}]", STAMP)
    if any(word.is_doubtful for word in block.words):
        yield Run(f" {DOUBTFUL_SPEAKER}", STAMP)
    if options.times and document.shown_ms(block.start_ms) >= 0:
        yield Run(f" [{document.stamp(block.start_ms)}]", STAMP)


def silence(document: Document, block: Block, options: Options) -> str:
    """A gap or a withheld stretch in brackets; without times, how long it was."""
    counted = document if options.times else replace(document, counting=Counting.AUDIO)
    return f"[{counted.silence(block)}]"
