"""Which source a stream is taken from, and whether it was moved there because its own was gone. Pure.

A sound server moves a stream to another source without a word when its source is unplugged. Its user may move it as
well, in the system's mixer; that is her wish, and the source it came from is still there then.
"""

from __future__ import annotations

from collections.abc import Collection

from interview_tui.audio.sources.sound_server import Survey, called


class Whereabouts:
    """What is known of a stream's source, from one look to the next."""

    def __init__(self) -> None:
        self.recorded_from = ""
        self.may_go_back = False
        self._source = ""
        self._lost = ""  # the source it was moved away from since that was gone
        self._left = ""  # the source it was moved away from a moment ago, which was still there

    def look(self, survey: Survey, *, settled: bool) -> bool:
        """Take in how things are; says whether what is known has changed.

        `settled` is false if something has changed within the last second: a server may move a stream shortly before
        it takes the source away.
        """
        there = {source.name for source in survey.sources}
        before = (self.recorded_from, self.may_go_back)
        if survey.own is not None and survey.given != self._source:
            self._move(survey.given, there)
            self.recorded_from = called(survey.own, survey.sources)
        if self._left and self._left not in there:
            self._lost, self._left = self._left, ""
        elif settled:
            self._left = ""
        self.may_go_back = self._lost in there
        return (self.recorded_from, self.may_go_back) != before

    def _move(self, given: str, there: Collection[str]) -> None:
        left, self._source = self._source, given
        if given == self._lost:
            self._lost = ""  # the server has brought it back by itself
        elif left and left in there:
            self._lost, self._left = "", left
        elif not self._lost:
            self._lost = left
