"""The tallies of a study, counted from its journal and its cases."""

from __future__ import annotations

from interview_tui.store.study import StudyFolder


class StudyTallies:
    """The tallies of a study; implements `fieldwork.ports.Tallies`."""

    def __init__(self, study: StudyFolder) -> None:
        self._study = study
