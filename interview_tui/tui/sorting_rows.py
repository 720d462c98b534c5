"""An incident as it is read by who sorts it: how far the sorting is, where the incident stands, what was told."""

from __future__ import annotations

from textual.content import Content

from interview_tui.credibility.changes import Task
from interview_tui.tui import categories
from interview_tui.tui.categories import GONE
from interview_tui.tui.lines import one_line, wrapped
from interview_tui.tui.sorting_list import SortingList

TITLES = {Task.CODING: "Sorting", Task.JUDGING: "Judging, blind"}
BLIND = "You are the second judge: how others sorted these is not shown."
NOTHING_TOLD = "Nothing was told or noted of it."
UNSORTED, SORTED = "○", "●"
INDENT = "  "


def title(task: Task) -> Content:
    """What is done here."""
    return Content.styled(TITLES.get(task, ""), "bold")


def headline(shown: SortingList, task: Task) -> Content:
    """`Sorting   12 of 31 sorted · incident 13 · only unsorted · codebook 3`."""
    verb = "judged" if task is Task.JUDGING else "sorted"
    facts = [
        f"{shown.done} of {len(shown.incidents)} {verb}",
        f"incident {shown.at + 1}",
        *(["only unsorted"] if shown.only_unsorted else []),
        *([f"codebook {shown.book.version}"] if shown.book is not None else []),
    ]
    return Content.assemble(title(task), Content.styled(f"   {' · '.join(facts)}", "$quiet"))


def told(shown: SortingList, task: Task, width: int, instead: str = "", trouble: str = "") -> list[Content]:
    """The incident that is looked at, in rows of at most `width` cells; a sentence `instead` if there is none.

    Before it stands what is in `trouble`, and who judges is told that it is done blind.
    """
    one = shown.chosen
    before = _block(f"{GONE} {one_line(trouble)}", "bold $text-error", width) if trouble else []
    before += _block(BLIND, "$text-warning", width) if task is Task.JUDGING else []
    if instead or one is None:
        return [*before, *wrapped(Content(instead), width)]
    label = f"{one.case} · {one.label or one.incident}"
    rows = [*before, *wrapped(Content.styled(one_line(label), "bold"), width), *wrapped(_standing(shown), width)]
    for part, words in one.parts:
        if words.strip():
            rows += [Content(), *wrapped(Content.styled(one_line(part), "$accent"), width)]
            rows += _paragraphs(words, width)
    return (
        rows
        if any(words.strip() for _, words in one.parts)
        else [*rows, Content(), *wrapped(Content(NOTHING_TOLD), width)]
    )


def _standing(shown: SortingList) -> Content:
    """Where the incident is sorted."""
    one = shown.chosen
    assert one is not None
    category = categories.standing(shown.book, one.category)
    if category is not None:
        path = next((each.path for each in categories.numbered(shown.book) if each.category == category), category.name)
        return Content.assemble(Content.styled(f"{SORTED} ", "$text-success"), path)
    if shown.is_gone(one):
        version = f"codebook {shown.book.version}" if shown.book is not None else "the codebook"
        said = f"{GONE} was in “{one_line(one.category)}”, which {version} has no more: sort it anew"
        return Content.styled(said, "$text-warning")
    return Content.styled(f"{UNSORTED} not sorted", "$quiet")


def _paragraphs(words: str, width: int) -> list[Content]:
    room = max(1, width - len(INDENT))
    lines = [line for text in words.splitlines() if text.strip() for line in wrapped(Content(one_line(text)), room)]
    return [Content.assemble(INDENT, line) for line in lines]


def _block(said: str, style: str, width: int) -> list[Content]:
    return [*wrapped(Content.styled(said, style), width), Content()]
