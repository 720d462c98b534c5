"""A reviewer's desk: the interview that lies on it, and what is done to it, one thing after the other."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from interview_tui.interview.timeline import Timeline
from interview_tui.record.under_review import UnderReview
from interview_tui.tui.acts import Acting
from interview_tui.tui.ports import Adapters

NOT_READ = "The interview is not read yet."


@dataclass(frozen=True, slots=True)
class Lying:
    """An interview on the desk, and what its sound is played from."""

    found: UnderReview
    timeline: Timeline
    folder: Path
    playable: bool


class Desk:
    """The interview with a case, read when it is asked for and after everything that is done to it.

    Reading merges it, which takes its time (about 15 ms a minute of talk): it is done in a thread.
    """

    def __init__(self, adapters: Adapters, case: str) -> None:
        self.case = case
        self.lying: Lying | None = None
        self._adapters = adapters
        self._turn = asyncio.Lock()

    async def read(self) -> Lying:
        """Read the interview as it is now.

        Raises:
            InterviewTuiError: it cannot be read; what lay here before lies here still.
        """
        self.lying = await asyncio.to_thread(self._read)
        return self.lying

    async def do(self, acting: Acting) -> str:
        """Do something and read what came of it; gives a sentence that says what was done, or why nothing was.

        Raises:
            InterviewTuiError: it cannot be done, or the interview not be read; what is done is on disk.
        """
        async with self._turn:
            if self.lying is None:
                return NOT_READ
            act = acting(self.lying.found)
            if isinstance(act, str):
                return act
            await asyncio.to_thread(self._adapters.reviews.correct, self.case, act.correction)
            await self.read()
            return act.done

    def _read(self) -> Lying:
        found = self._adapters.reviews.opened(self.case)
        folder = self._adapters.study.audio_folder(self.case)
        return Lying(found, found.interview.timeline(), folder, self._adapters.player.available)
