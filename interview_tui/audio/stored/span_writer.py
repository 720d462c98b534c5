"""One span on its way to disk: one track, or two of two devices, each with its own clock and its own files."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from interview_tui.audio.capture import Signal
from interview_tui.audio.disk import Syncer
from interview_tui.audio.stored import span_log
from interview_tui.audio.stored.clock import Reading, SpanClock
from interview_tui.audio.stored.pace import Skip
from interview_tui.audio.stored.shelves import Shelves
from interview_tui.audio.stored.span_log import LINE_TRACK, SpanLog
from interview_tui.audio.stored.span_track import SpanTrack
from interview_tui.errors import StorageError
from interview_tui.interview.ports import RecordedSpan, RecordedTrack
from interview_tui.interview.sound import AudioPart, SpanEnd

DOUBT_NS = 3_000_000_000


class SpanWriter:
    """Writes one span. Nothing is created before its first block, so a source that never speaks leaves no trace."""

    def __init__(
        self,
        shelves: Shelves,
        log: SpanLog,
        syncer: Syncer,
        number: int,
        signals: Sequence[Signal],
        lone_line: bool = False,
    ) -> None:
        """`signals` are those of the tracks. With `lone_line` there is one, and it is the line of two devices."""
        self.number, self.signals = number, tuple(signals)
        self._shelves, self._log, self._syncer, self._lone_line = shelves, log, syncer, lone_line
        self._tracks = [
            SpanTrack(shelves, syncer, number, LINE_TRACK if lone_line else place, signal, log.write)
            for place, signal in enumerate(signals)
        ]

    @property
    def frames(self) -> int:
        """Frames of the first track that are on disk."""
        return self._tracks[0].frames

    @property
    def heard_ns(self) -> int:
        """When the last block of any track arrived."""
        return max(track.heard_ns for track in self._tracks)

    @property
    def reading(self) -> Reading:
        """The clock of the first track, brought up to date once a second."""
        return self._tracks[0].reading

    @property
    def level_db(self) -> tuple[float, ...]:
        """The peaks of all channels of all tracks over the last blocks, in dBFS."""
        return tuple(level for track in self._tracks for level in track.level_db)

    @property
    def off_rate(self) -> tuple[int, ...]:
        """The places, in `signals`, of the tracks whose device runs at another rate than it said."""
        return tuple(place for place, track in enumerate(self._tracks) if track.pace.rate_changed)

    @property
    def missing(self) -> Skip | None:
        """Sound that is missing; with two tracks it is told once it is known of both."""
        for place, track in enumerate(self._tracks):
            if track.pace.skip is not None and not self._in_doubt():
                return replace(track.pace.skip, track=place)
        return None

    def clock(self, track: int) -> SpanClock:
        """The clock of a track, counted in `signals`."""
        return self._tracks[track].clock

    def take(self, track: int, pcm: bytes, arrival_ns: int) -> None:
        """Write a block of `track`, counted in `signals`, that arrived at `arrival_ns`.

        Raises:
            OSError: no shelf takes it, or only a part of it; what was taken is whole.
        """
        self._tracks[track].take(pcm, arrival_ns)

    def split(self, number: int) -> tuple[RecordedSpan, SpanWriter]:
        """End the span where sound is `missing`; gives it, and the writer of span `number`, which has what followed.

        What followed is read back from disk and copied into files of the new span. When these are durable, one line in
        the log makes the change; after that the old files are cut to their share. So whenever this is cut off, every
        sample belongs to exactly one span, and at worst a file is left over that repeats some.

        Raises:
            OSError: the copy or the line cannot be written. StorageError: the study is locked, so that nothing can be
                read back. Nothing has changed then.
        """
        missing = self.missing
        assert missing is not None, "nothing is missing"
        facts: list[span_log.Line] = []
        heir = SpanWriter(self._shelves, self._log, self._syncer, number, self.signals, self._lone_line)
        heir._tracks = []
        try:
            cuts = self._pass_on(heir, missing, facts.append)
            self._syncer.flush()
            span = self._recorded(SpanEnd.SKIPPED, cuts)
            assert span is not None, "a skip lies after the first block"
            self._log.split(number, [span_log.closed(span), *facts])
        except (OSError, StorageError):
            for track in heir._tracks:
                track.discard()
            raise
        try:
            self._log.sync()
        except OSError:
            logging.warning("the log is not confirmed: the files of span %d keep what was passed on", self.number)
            cuts = [track.frames for track in self._tracks]
        for track, new, cut in zip(self._tracks, heir._tracks, cuts, strict=True):
            track.shed(cut)
            new.enter = self._log.write
        return span, heir

    def close(self, reason: SpanEnd, *, confirmed: bool = True) -> RecordedSpan | None:
        """Finish the span; None if it holds no frame.

        With `confirmed`, wait until the disk confirms it, or refuses to. Without, the syncer sees to that within its
        two seconds, and nobody waits for a slow disk meanwhile.

        Raises:
            OSError: its end cannot be entered; what was written is there and is put together by `spans.read`.
        """
        for track in self._tracks:
            track.finish()
        if confirmed:
            for track in self._tracks:
                track.settle()
            self._syncer.flush()
        span = self._recorded(reason, [track.frames for track in self._tracks])
        if span is not None:
            self._log.write(span_log.closed(span))
            if not confirmed:
                return span
            try:
                self._log.sync()
            except OSError:
                # A power cut may take the line now; what it says is put together from the files then.
                logging.warning("the end of span %d is not confirmed", self.number, exc_info=True)
        return span

    def _in_doubt(self) -> bool:
        """Whether a track may yet turn out to miss sound, too."""
        newest_ns = self.heard_ns
        return any(track.pace.in_doubt and newest_ns - track.heard_ns < DOUBT_NS for track in self._tracks)

    def _pass_on(self, heir: SpanWriter, missing: Skip, enter: span_log.Enter) -> list[int]:
        """Give the heir its tracks; gives at which frame of each they begin.

        A track that misses nothing is cut at the moment at which the other one goes on.
        """
        interrupted = self._tracks[missing.track]
        first = interrupted.heir(heir.number, missing.first_frame, enter)
        heir._tracks.append(first)
        moment_ns = first.clock.reading().started_ns
        cuts = {interrupted.track: missing.first_frame}
        for track in self._tracks:
            if track is not interrupted:
                skip = track.pace.skip
                cut = skip.first_frame if skip is not None else track.clock.frame_at(moment_ns)
                cuts[track.track] = max(0, min(cut, track.frames))
                heir._tracks.append(track.heir(heir.number, cuts[track.track], enter))
        heir._tracks.sort(key=lambda track: track.track)
        return [cuts[track.track] for track in self._tracks]

    def _recorded(self, reason: SpanEnd, ends: Sequence[int]) -> RecordedSpan | None:
        """The span with its tracks up to these frames; a track without a frame is left out."""
        told = [_told(track, end) for track, end in zip(self._tracks, ends, strict=True) if end]
        return RecordedSpan.of_tracks(self.number, told, reason) if told else None


def _told(track: SpanTrack, end: int) -> RecordedTrack:
    whole = end == track.frames
    reading = track.clock.reading() if whole else track.clock.up_to(end).reading()
    return RecordedTrack(
        source=track.signal.source,
        rate=track.signal.rate,
        channels=track.signal.channels,
        frames=end,
        started_ns=reading.started_ns,
        parts=tuple(_share(track.parts, end)),
        drift_ppm=reading.drift_ppm,
        sha256=track.sha256 if whole else track.sha256_up_to(end),
    )


def _share(parts: Sequence[AudioPart], end: int) -> list[AudioPart]:
    """The parts of the frames before `end`."""
    share = []
    for part in parts:
        if end > 0:
            share.append(replace(part, frames=min(part.frames, end)))
        end -= part.frames
    return share
