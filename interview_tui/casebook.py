"""The cases of a study and who they are, as the app and the commands are handed them."""

from __future__ import annotations

from interview_tui.store.study import StudyFolder


class StudyCases:
    """The cases of a study; implements `fieldwork.ports.CaseBook`."""

    def __init__(self, study: StudyFolder) -> None:
        self._study = study


class StudyIdentities:
    """Who they are; implements `fieldwork.ports.IdentityBook`."""

    def __init__(self, study: StudyFolder) -> None:
        self._study = study
