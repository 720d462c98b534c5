"""What a draft still needs: no section without anything in it, and both consents."""

from __future__ import annotations

from interview_tui.schedule.paper.draft import Draft, DraftItem, DraftSection

_ASKED = {
    "take part": "Are you happy to take part?",
    "recording": "Are you happy for me to record the interview?",
}


def without_empty(sections: list[DraftSection]) -> tuple[list[DraftSection], list[str]]:
    """The sections that hold something, and the titles of empty ones above them all; that of an empty one further down
    is read out at the end of the one before."""
    kept: list[DraftSection] = []
    above: list[str] = []
    for section in sections:
        _clear(section)
        if section.parts:
            kept.append(section)
        elif kept:
            kept[-1].parts.append(DraftItem("say", section.title, unsure=["read aloud, or a heading?"]))
        else:
            above.append(section.title)
    return kept, above


def _clear(section: DraftSection) -> None:
    parts: list[DraftItem | DraftSection] = []
    for part in section.parts:
        if isinstance(part, DraftSection):
            _clear(part)
            if not part.parts:
                parts.append(DraftItem("ask", part.title, unsure=["a topic: word it as a question", *part.unsure]))
                continue
        parts.append(part)
    section.parts = parts


def with_consents(draft: Draft) -> None:
    """Each consent once; one that nothing asks for is asked for before the first question."""
    known: set[str] = set()
    for item in draft.items():
        if item.consent and item.consent in known:
            item.consent = item.priority = ""
        known.add(item.consent)
    lacking = [consent for consent in _ASKED if consent not in known]
    if not lacking:
        return
    if draft.sections[0].rounds:
        draft.sections.insert(0, DraftSection("Opening"))
    parts = draft.sections[0].parts
    place = next(
        (n for n, part in enumerate(parts) if isinstance(part, DraftSection) or part.kind == "ask"), len(parts)
    )
    parts[place:place] = [
        DraftItem(
            "ask",
            _ASKED[consent],
            answer="yes/no",
            consent=consent,
            priority="must",
            unsure=["not in the original, which does not ask for this consent; without it nothing is recorded"],
        )
        for consent in lacking
    ]
