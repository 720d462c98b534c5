"""The doubts about a record as somebody works through them: the one that is looked into, and which comes next.

The queue is made anew after every correction. What was looked into is found again by its kind and place; where nothing
is doubtful there any more it stays, as put right, until the next one is asked for: so what came of it can be seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from textual.content import Content

from interview_tui.record.doubts import DoubtKind, Fix, meet
from interview_tui.record.queue import Order, QueuedDoubt
from interview_tui.tui import signs

OPEN, SETTLED, PUT_RIGHT, CHOSEN = "○", "●", "✓", "›"
KINDS = tuple(DoubtKind)
FIXES = {
    Fix.WORDS: (("e", "correct the words"), ("i", "inaudible"), ("?", "unclear")),
    Fix.SPEAKER: (("g", "the other speaker"),),
    Fix.PLACE: (("w", "place it elsewhere"),),
    Fix.SETTLE: (("a", "it is right"),),
}
"""The keys that may put a doubt right, and what they do."""
WRITE = (("e", "write down what is said"),)
BOTH_SIDES = (("h", "see both sides, take one back"),)
NONE_LEFT = "Nothing is doubtful that nobody has looked into. t says how far the review is; l shows what is settled."
NO_DOUBTS = "Nothing is doubtful in this interview. t says how far its review is."
NOT_RECORDED = "not recorded"


class Since(Enum):
    """What became of the doubt that is looked into, once the queue was made anew."""

    SAME = "the same"
    OTHER = "another one, or another stretch of it"
    PUT_RIGHT = "put right"


@dataclass(frozen=True, slots=True)
class Worklist:
    """Doubts in an `order`; `chosen` is the one that is looked into, which may be in the `queue` no more.

    `most` is how many there have been since it was begun.
    """

    queue: tuple[QueuedDoubt, ...] = ()
    order: Order = Order.BY_TIME
    shows_settled: bool = False
    chosen: QueuedDoubt | None = None
    most: int = 0

    @property
    def shown(self) -> list[QueuedDoubt]:
        """Those that are listed, in their order: open ones, settled ones if they are wanted, and the chosen one."""
        listed = {doubt for doubt in self.queue if self.shows_settled or not doubt.settled}
        return sorted(listed | ({self.chosen} if self.chosen is not None else set()), key=self._key)

    @property
    def left(self) -> int:
        """How many nobody has looked into."""
        return sum(1 for doubt in self.queue if not doubt.settled)

    @property
    def is_put_right(self) -> bool:
        """Whether the chosen one is doubtful no more, and nobody had to say so."""
        return self.chosen is not None and self.chosen not in self.queue

    def begun(self, queue: Sequence[QueuedDoubt]) -> Worklist:
        """The list of an interview; its first open doubt is chosen."""
        new = replace(self, queue=tuple(queue), most=len(queue))
        return replace(new, chosen=next(iter(new._open), None))

    def renewed(self, queue: Sequence[QueuedDoubt]) -> tuple[Worklist, Since]:
        """The list after a correction, and what became of the chosen doubt."""
        new = replace(self, queue=tuple(queue), most=max(self.most, len(queue)))
        if self.chosen is None:
            return new.begun(queue), Since.OTHER
        found = _again(self.chosen, queue)
        if found is None:
            return new, Since.PUT_RIGHT
        same = found.stretch == self.chosen.stretch and found.sentence == self.chosen.sentence
        return replace(new, chosen=found), Since.SAME if same else Since.OTHER

    def next(self) -> Worklist | None:
        """On to the next open doubt; None where there is none after the chosen one."""
        return self._at(next((doubt for doubt in self._open if self._is_after(doubt)), None))

    def previous(self) -> Worklist | None:
        """Back to the open doubt before."""
        return self._at(next((doubt for doubt in reversed(self._open) if self._is_before(doubt)), None))

    def at(self, number: int) -> Worklist:
        """The doubt that is shown in a row is chosen."""
        return replace(self, chosen=self.shown[number])

    def reopened(self, before: Worklist) -> Worklist | None:
        """The doubt is chosen that was not open before: what was undone has brought it back."""
        was = {(doubt.kind, doubt.stretch) for doubt in before._open}
        return self._at(next((doubt for doubt in self._open if (doubt.kind, doubt.stretch) not in was), None))

    def turned(self) -> Worklist:
        """In the other order."""
        return replace(self, order=Order.BY_KIND if self.order is Order.BY_TIME else Order.BY_TIME)

    def with_settled(self) -> Worklist:
        """With those that are settled, or without them."""
        return replace(self, shows_settled=not self.shows_settled)

    def done(self) -> Worklist:
        """None is looked into any more."""
        return replace(self, chosen=None)

    @property
    def _open(self) -> list[QueuedDoubt]:
        return sorted((doubt for doubt in self.queue if not doubt.settled), key=self._key)

    def _at(self, doubt: QueuedDoubt | None) -> Worklist | None:
        return replace(self, chosen=doubt) if doubt is not None else None

    def _is_after(self, doubt: QueuedDoubt) -> bool:
        return self.chosen is None or self._key(doubt) > self._key(self.chosen)

    def _is_before(self, doubt: QueuedDoubt) -> bool:
        return self.chosen is not None and self._key(doubt) < self._key(self.chosen)

    def _key(self, doubt: QueuedDoubt) -> tuple[int, int, int]:
        at_ms, kind = doubt.stretch.start_ms, KINDS.index(doubt.kind)
        return (kind, at_ms, doubt.stretch.end_ms) if self.order is Order.BY_KIND else (at_ms, kind, 0)


def listed(work: Worklist, doubt: QueuedDoubt, origin_ms: int) -> Content:
    """A doubt as it stands in the list: whether it is open, its time and kind."""
    put_right = work.is_put_right and doubt is work.chosen
    sign = PUT_RIGHT if put_right else SETTLED if doubt.settled else OPEN
    when = signs.clock(max(0, doubt.stretch.start_ms - origin_ms))
    style = "" if sign == OPEN else "$quiet"
    return Content.assemble(
        Content.styled(CHOSEN if doubt is work.chosen else " ", "bold $accent"),
        Content.styled(f"{sign} ", "$text-warning" if sign == OPEN else "$text-success"),
        Content.styled(f"{when:>7}  ", "$quiet"),
        Content.styled(doubt.kind.value, style),
    )


def explained(work: Worklist, origin_ms: int, *, lacks_words: bool) -> Content:
    """The chosen doubt in full, and the keys that put it right; `lacks_words`: there are none yet where it is."""
    doubt = work.chosen
    if doubt is None:
        return Content(NONE_LEFT if work.queue else NO_DOUBTS)
    if work.is_put_right:
        return Content.assemble(
            Content.styled(f"{PUT_RIGHT} put right", "$text-success"),
            f"  {doubt.kind.value}: this is doubtful no more.  ",
            _keys((("n", "the next one"), ("u", "undo"))),
        )
    first, last = (signs.clock(max(0, ms - origin_ms)) for ms in (doubt.stretch.start_ms, doubt.stretch.end_ms))
    facts = [doubt.kind.value, first if first == last else f"{first}–{last}"]
    facts += [] if doubt.heard is not None else [NOT_RECORDED]
    facts += ["settled"] if doubt.settled else []
    return Content.assemble(
        Content.styled(" · ".join(facts), "$quiet"),
        f"\n{doubt.sentence}\n",
        _keys(_fixes(doubt, lacks_words=lacks_words)),
    )


def _fixes(doubt: QueuedDoubt, *, lacks_words: bool) -> list[tuple[str, str]]:
    """The keys for what may put a doubt right. Where two reviewers disagree both sides can be seen."""
    found: list[tuple[str, str]] = []
    for fix in doubt.fixes:
        if fix is Fix.SETTLE and doubt.settled:
            continue
        found += WRITE if fix is Fix.WORDS and lacks_words else FIXES[fix]
    return [*found, *(BOTH_SIDES if doubt.kind is DoubtKind.CONFLICT else ())]


def _keys(keys: Sequence[tuple[str, str]]) -> Content:
    return Content("   ").join(Content.assemble(Content.styled(key, "bold $accent"), f" {does}") for key, does in keys)


def _again(doubt: QueuedDoubt, queue: Sequence[QueuedDoubt]) -> QueuedDoubt | None:
    """Which of a new queue a doubt is: of its kind, and where it was; of several the first."""
    alike = [one for one in queue if one.kind is doubt.kind]
    exactly = [one for one in alike if one.stretch == doubt.stretch]
    return next(iter(exactly or [one for one in alike if meet(one.stretch, doubt.stretch)]), None)
