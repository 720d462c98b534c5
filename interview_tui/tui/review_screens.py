"""The screen that a reviewer asks for. Each is imported when it is asked for: nobody who rings waits for them."""

from __future__ import annotations

from textual.screen import Screen

from interview_tui.tui.destinations import (
    Destination,
    ToCases,
    ToComparison,
    ToDoubts,
    ToFigures,
    ToHistory,
    ToNames,
    ToRecord,
    ToSearch,
    ToSorting,
    ToStudy,
    ToTallies,
    ToTranscript,
)
from interview_tui.tui.ports import Adapters


def screen_for(adapters: Adapters, to: Destination) -> Screen[None]:
    """A screen over the adapters that shows what is asked for."""
    match to:
        case ToStudy():
            from interview_tui.tui.screens.study import StudyScreen

            return StudyScreen(adapters)
        case ToRecord(case, at_ms, incident):
            from interview_tui.tui.screens.record import RecordScreen

            return RecordScreen(adapters, case, at_ms, incident=incident)
        case ToTranscript(case, at_ms, plays):
            from interview_tui.tui.screens.transcript import TranscriptScreen

            return TranscriptScreen(adapters, case, at_ms, plays=plays)
        case ToDoubts(case):
            from interview_tui.tui.screens.doubts import DoubtsScreen

            return DoubtsScreen(adapters, case)
        case ToHistory(case):
            from interview_tui.tui.screens.history import HistoryScreen

            return HistoryScreen(adapters, case)
        case ToNames(case):
            from interview_tui.tui.screens.names import NamesScreen

            return NamesScreen(adapters, case)
        case ToSearch(case, query):
            from interview_tui.tui.screens.search import SearchScreen

            return SearchScreen(adapters, case, query)
        case ToComparison():
            from interview_tui.tui.screens.comparison import ComparisonScreen

            return ComparisonScreen(adapters)
        case ToCases(case):
            from interview_tui.tui.screens.cases import CasesScreen

            return CasesScreen(adapters, case)
        case ToFigures():
            from interview_tui.tui.screens.figures import FiguresScreen

            return FiguresScreen(adapters)
        case ToSorting(judging):
            from interview_tui.tui.screens.sorting import SortingScreen

            return SortingScreen(adapters, judging=judging)
        case ToTallies():
            from interview_tui.tui.screens.tallies import TalliesScreen

            return TalliesScreen(adapters)
