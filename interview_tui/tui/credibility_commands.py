"""Every command of the figures and of the sorting, declared once: see `commands`."""

from __future__ import annotations

from interview_tui.tui.commands import Command
from interview_tui.tui.review_commands import FIND, LEAVE

FIGURES = (
    Command("next", ("tab",), "next", "the next figure", "The next figure."),
    Command("previous", ("shift+tab",), "", "the figure before", "The figure before."),
    Command("fidelity", ("1",), "", "fidelity", "Fidelity: how each interview kept to its schedule."),
    Command(
        "exhaustiveness", ("2",), "", "exhaustiveness", "Exhaustiveness: when no category was new any more."
    ),
    Command("participation", ("3",), "", "participation", "Participation: who has an incident in a category."),
    Command("agreement", ("4",), "", "agreement", "Agreement: whether a second judge sorts as the coder does."),
    Command("extraction", ("5",), "", "extraction", "Extraction: whether a second person finds the same incidents."),
    Command("open", ("enter",), "read", "its record", "Fidelity: read the record of the interview."),
    Command(
        "further", ("space",), "", "read on below", "Fidelity: read on in the minutes; after the last, the first again."
    ),
    Command("sort", ("s",), "sort", "sort incidents into categories", "Sort the incidents into categories."),
    Command("judge", ("j",), "judge", "sort the sample as a judge", "Sort the sample as a second judge, blind."),
    Command("split", ("k",), "by kind", "split by another kind", "Participation: split by another kind, or by none."),
    Command(
        "axis", ("x",), "axis", "interviews or incidents", "Exhaustiveness: count along interviews, or incidents."
    ),
    Command(
        "draw", ("d",), "draw", "draw a random sample",
        "Agreement, extraction: draw a random sample, once, after a question.",
    ),
    Command("export", ("ctrl+e",), "write", "write the figures", "Write the figures as tables among the exports."),
    FIND,
    LEAVE,
)  # fmt: skip

SORTING = (
    Command(
        "give", ("enter",), "sort", "into this category",
        "Sort the incident into the category under the pointer, and go on to the next that is not sorted. Type letters "
        "of a category, or its number, to point at it.",
    ),
    Command("above", ("up",), "", "the category above", "The category above."),
    Command("below", ("down",), "", "the category below", "The category below."),
    Command("next", ("tab",), "next", "the next incident", "The next incident; nothing is changed."),
    Command("previous", ("shift+tab",), "", "the incident before", "The incident before; nothing is changed."),
    Command("further", ("pagedown",), "", "read on", "Read on in the incident."),
    Command("up", ("pageup",), "", "read back", "Read back in the incident."),
    Command("none", ("ctrl+n",), "none", "into no category", "Take the incident out of its category."),
    Command(
        "unsorted", ("ctrl+t",), "unsorted", "only unsorted ones",
        "Go through those only that are not sorted, or through all again.",
    ),
    Command("record", ("ctrl+o",), "record", "its record", "Read the record, at the incident."),
    Command("hear", ("ctrl+l",), "hear", "hear it; again: stop", "Play the incident, from its beginning; again: stop."),
    FIND,
    Command(
        "leave", ("escape", "ctrl+q"), "back", "back; first: clear the line",
        "Empty the line; if it is empty, back to where you came from.",
    ),
)  # fmt: skip
