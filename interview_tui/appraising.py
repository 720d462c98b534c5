"""The coding of a study's incidents and the figures it is judged by, as the app and the commands are handed them."""

from __future__ import annotations

from interview_tui.store.study import StudyFolder


class StudyCoding:
    """The coding of a study; implements `credibility.ports.CodingDesk`."""

    def __init__(self, study: StudyFolder) -> None:
        self._study = study
