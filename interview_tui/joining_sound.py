"""The sound of a case put together from what lies here and what came in a bundle.

Of every span there is one recording, however often it was packed or copied. Where the two sides have it in different
files, the one of which more is destroyed is taken; of two that are alike in that, the same one on both sides. What is
destroyed on either side is silent in what is left, and the journal knows of every file before an old one goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from itertools import zip_longest
from pathlib import Path

from interview_tui.audio.files import sha256, shape, stream_frames
from interview_tui.audio.keeping.erasing import erase
from interview_tui.audio.stored import segments, spans
from interview_tui.audio.stored.span_log import SpanLog
from interview_tui.audio.stored.spans import Repacked
from interview_tui.errors import AudioError
from interview_tui.interview import reach
from interview_tui.interview.events import AudioRepacked, Event
from interview_tui.interview.facts import Withholding
from interview_tui.interview.sound import AudioPart
from interview_tui.interview.state import Interview
from interview_tui.interview.timeline import Span
from interview_tui.laid_aside import LaidAside
from interview_tui.store.bundles import Bundle
from interview_tui.store.failures import explained
from interview_tui.store.private_files import put_in_place

Keep = Callable[[Sequence[Event]], None]
"""Lets these events be the journal, and returns when it is on disk."""


class JoinedSound:
    """The sound of one case on its way into its folder."""

    def __init__(self, bundle: Bundle, case: str, folder: Path, staging: Path, aside: LaidAside) -> None:
        self._bundle = bundle
        self._case = case
        self._folder = folder
        self._staging = staging
        self._aside = aside
        self.taken: list[str] = []
        """The files that were taken from the bundle."""
        self.told: list[str] = []

    def bring(
        self,
        ours: Interview | None,
        theirs: Interview,
        joined: Interview,
        events: Sequence[Event],
        keep: Keep,
        *,
        only_ours: bool = False,
    ) -> None:
        """Bring the files of every span to where the journal will have them, and let `keep` write the journal.

        `events` are those of `joined`; where a span lies elsewhere than they say, one more says so. With `only_ours`,
        what lies here stays as it is: all audio was destroyed on one of the sides, and nothing is to follow from that.

        Raises:
            AudioError, StorageError: a file cannot be read or written; asked for again, it goes on.
        """
        gone = tuple(found for found in joined.soundtrack.withholdings.values() if found.destroyed)
        closed = [span.number for span in joined.spans.values() if span.closed and span.frames]
        if only_ours and ours is not None:
            chosen = {number: ours.spans[number] for number in closed if number in ours.spans}
        else:
            chosen = {number: self._choice(number, ours, theirs, gone) for number in closed}
            for number, span in chosen.items():
                self._place(span, ours.spans.get(number) if ours is not None else None)
        there = {number: span for number, span in chosen.items() if self._is_here(span)}

        def told(moved: Mapping[int, Repacked]) -> None:
            keep((*events, *self._elsewhere(joined, there, moved, events)))

        if not gone or not there:
            told({})
            return
        silent = {number: ranges for number, ranges in reach.frames(joined, gone).items() if number in there}
        erase(self._folder, {number: span.parts for number, span in there.items()}, silent, told)

    def _choice(self, number: int, ours: Interview | None, theirs: Interview, gone: Sequence[Withholding]) -> Span:
        """The span as the side knows it whose files are to be here."""
        our = ours.spans.get(number) if ours is not None else None
        their = theirs.spans.get(number)
        if their is None or not their.closed:
            assert our is not None  # it is in the journal of one of the two
            return our
        if our is None or not our.closed or (ours is not None and _is_loose(our)):
            return their
        if (our.parts, our.hashes) == (their.parts, their.hashes) or not self._is_sent(their):
            return our
        assert ours is not None
        silent = [all(_is_destroyed(side, found) for found in gone) for side in (ours, theirs)]
        match silent, _is_loose(their):
            case [True, False], _:
                return our
            case [False, True], False:
                return their
            case [True, True], False:
                return self._of_two_alike(our, their)
        return our

    def _of_two_alike(self, our: Span, their: Span) -> Span:
        """Of two packings of the same samples the one that both sides will choose; ours if they are not the same."""
        if not self._is_here(our):
            return their
        first = min(our, their, key=lambda span: (span.hashes, [part.file for part in span.parts]))
        if self._is_same_sound(our, their):
            return first
        for part in their.parts:
            self._lay_aside(part.file, f"{self._case}: other sound for span {our.number}")
        return our

    def _is_same_sound(self, our: Span, their: Span) -> bool:
        copied = [self._staged(part.file) for part in their.parts]
        try:
            return all(
                _equal(self._folder / our_part.file, staged, (our_part, their_part))
                for our_part, their_part, staged in zip_longest(our.parts, their.parts, copied)
                if our_part is not None and their_part is not None
            ) and len(our.parts) == len(their.parts)
        finally:
            for file in copied:
                file.unlink(missing_ok=True)

    def _is_sent(self, span: Span) -> bool:
        return all(self._bundle.entry(self._name(part.file)) is not None for part in span.parts)

    def _is_here(self, span: Span) -> bool:
        return all((self._folder / part.file).is_file() for part in span.parts)

    def _place(self, span: Span, our: Span | None) -> None:
        """Bring the files of a span that are missing here, or are not what they are to be.

        `our` is the span as it was known here. Its files give way to those that were chosen instead; others stay.
        """
        own = {part.file for part in our.parts} if our is not None else set()
        known = dict(zip((part.file for part in span.parts), span.hashes, strict=False))
        moved = False
        for file in dict.fromkeys(part.file for part in span.parts):
            entry, path = self._bundle.entry(self._name(file)), self._folder / file
            if entry is None:
                if not path.is_file():
                    self.told.append(f"{self._case}: {file} is missing here, and is not in the bundle.")
                continue
            wanted = known.get(file, entry.sha256)
            if entry.sha256 != wanted:
                self.told.append(f"{self._case}: {file} in the bundle is not what its journal says; it was not taken.")
                continue
            if path.is_file():
                here = sha256(path)
                if here == wanted:
                    continue
                if our is span and file not in known:
                    self._lay_aside(file, f"{self._case}: another {file}")
                    continue
                if our is span or file not in own:
                    self._aside.keep(path, f"{self._case}: {file} as it was here, which is not what was recorded")
            draft = self._staged(file)
            with explained(path):
                put_in_place(draft, path)
            self.taken.append(file)
            moved = True
        if moved and span.hashes and span.number in spans.numbers(self._folder):
            self._enter(span)

    def _enter(self, span: Span) -> None:
        """Let the recording log know where a span lies that was recorded here."""
        with explained(self._folder), closing(SpanLog(self._folder)) as log:
            log.repacked(span.number, span.parts, span.hashes)
            log.sync()

    def _lay_aside(self, file: str, why: str) -> None:
        staged = self._staged(file)
        self._aside.keep(staged, why, file)
        staged.unlink(missing_ok=True)

    def _staged(self, file: str) -> Path:
        draft = self._staging / f"{self._case}-{file}"
        self._bundle.copy(self._name(file), draft)
        return draft

    def _name(self, file: str) -> str:
        return f"cases/{self._case}/audio/{file}"

    def _elsewhere(
        self, joined: Interview, chosen: Mapping[int, Span], moved: Mapping[int, Repacked], events: Sequence[Event]
    ) -> Iterable[Event]:
        """An event for every span that lies elsewhere than the journal says, at the moment after its last event."""
        at_ms = max(event.at_ms for event in events) + 1
        wall_ms = max(event.wall_ms for event in events) + 1
        for number, span in sorted(chosen.items()):
            parts, hashes = (
                (moved[number].parts, moved[number].sha256) if number in moved else (span.parts, span.hashes)
            )
            said = joined.spans[number]
            if (said.parts, said.hashes) == (parts, hashes) or _is_loose(span):
                continue
            _, channels = shape(self._folder / parts[0].file)
            changed = channels if said.beside is not None or channels != said.channels else 0
            yield AudioRepacked(
                at_ms=at_ms,
                wall_ms=wall_ms,
                span=number,
                parts=parts,
                sha256=hashes or tuple(sha256(self._folder / part.file) for part in parts),
                channels=changed,
            )


def _is_loose(span: Span) -> bool:
    """Whether a span lies as it was recorded, in segments."""
    return span.beside is not None or any(segments.is_segment(part.file) for part in span.parts)


def _is_destroyed(interview: Interview, found: Withholding) -> bool:
    known = interview.soundtrack.withholdings.get(found.id)
    return known is not None and known.destroyed


def _equal(one: Path, other: Path, parts: tuple[AudioPart, AudioPart]) -> bool:
    """Whether two stretches of two files hold the same samples."""
    blocks = [
        stream_frames(path, part.first_frame, part.frames) for path, part in zip((one, other), parts, strict=True)
    ]
    try:
        return all(
            first is not None and second is not None and first.shape == second.shape and bool((first == second).all())
            for first, second in zip_longest(*blocks)
        )
    except AudioError:
        return False
