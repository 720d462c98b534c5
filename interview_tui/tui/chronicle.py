"""The history of a review as rows to be read, the newest change first, and what the machine heard as the oldest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from textual.content import Content

from interview_tui.record.review.changes import StateReached
from interview_tui.record.review.log import Conflict
from interview_tui.record.telling import Told
from interview_tui.record.transcript import Provenance
from interview_tui.record.under_review import UnderReview
from interview_tui.tui import signs

HOLDS, TAKEN_BACK, IN_CONFLICT, UNDOING, MACHINE = "●", "○", "≠", "↶", "◆"
DISAGREE = "In conflict: made without having seen each other; x takes the wrong one back"
NOTHING = "Nothing was changed yet: this is the machine's text."
LONGEST_NAME = 10
SHORT_HASH = 12
STYLES = {HOLDS: "$text-success", TAKEN_BACK: "$quiet", IN_CONFLICT: "bold $text-error", UNDOING: "$quiet", MACHINE: ""}


@dataclass(frozen=True, slots=True)
class Line:
    """A row: a heading, or with a `sign` what somebody changed.

    `name` is the id of its edit, `group` which part of the history it stands in. `aside` is what became of it.
    """

    text: str
    sign: str = ""
    when: str = ""
    by: str = ""
    at_ms: int | None = None
    aside: str = ""
    name: str = ""
    group: str = ""


def history_lines(found: UnderReview, told: Sequence[Told]) -> list[Line]:
    """Conflicts first, each with the side that holds above the other; then all changes day by day, newest first."""
    conflicts = found.log.conflicts()
    by_id = {one.edit.id: one for one in told}
    disputed = {edit.id for conflict in conflicts for edit in (conflict.earlier, conflict.later)}
    lines = list(_disputes(conflicts, by_id))
    for day, ones in groupby(reversed(told), lambda one: _day(one.edit.change.wall_ms)):
        lines.append(Line(day))
        lines += [_line(one, disputed) for one in ones]
    if not told:
        lines.append(Line(NOTHING))
    if found.machine is not None:
        days = [line.text for line in lines if not line.sign]
        lines += [line for line in _machine(found.machine.provenance) if line.sign or line.text != days[-1]]
    return lines


def head(found: UnderReview, told: Sequence[Told]) -> list[Content]:
    """Whose review it is and how much was changed; what it was made from; the states, by whom and when."""
    changes = [one for one in told if not one.is_undoing]
    gone = sum(1 for one in changes if not one.holds)
    conflicts = len(found.log.conflicts())
    facts = [
        signs.counted(len(changes), "change"),
        *([f"{gone} taken back"] if gone else []),
        *([signs.counted(conflicts, "conflict")] if conflicts else []),
    ]
    title = Content.assemble(
        Content.styled(found.record.case, "bold"), Content.styled(f"   history · {' · '.join(facts)}", "$quiet")
    )
    machine = found.machine
    source = _source(machine.provenance) if machine is not None else "not transcribed"
    return [title, Content.styled(source, "$quiet"), Content(_steps(found, told))]


def prompt(line: Line, width: int, origin_ms: int, by_cells: int) -> Content:
    """A row as it is read, its words wrapped beside sign, time, name and place in the call."""
    if not line.sign:
        return Content("\n").join([Content(), Content.styled(line.text, "bold $accent")])
    where = signs.clock(max(0, line.at_ms - origin_ms)) if line.at_ms is not None else ""
    lead = Content.assemble(
        Content.styled(f" {line.sign} ", STYLES[line.sign]),
        Content.styled(f"{line.when:<6}", "$quiet"),
        f"{line.by[:by_cells]:<{by_cells}} ",
        Content.styled(f"{where:>7}  ", "$quiet"),
    )
    style = "$quiet" if line.sign in (TAKEN_BACK, UNDOING) else ""
    aside = Content.styled(f"   {line.aside}", "$text-warning" if line.sign == IN_CONFLICT else "$quiet")
    words = Content.assemble(Content.styled(line.text, style), aside if line.aside else "").rstrip()
    first, *rest = words.wrap(max(10, width - lead.cell_length)) or [Content()]
    return Content("\n").join(
        [Content.assemble(lead, first), *(Content.assemble(" " * lead.cell_length, part) for part in rest)]
    )


def widest_name(lines: Iterable[Line]) -> int:
    """The cells that the names of those who changed something are given."""
    return min(LONGEST_NAME, max((len(line.by) for line in lines), default=0))


def _disputes(conflicts: Sequence[Conflict], told: dict[str, Told]) -> Iterator[Line]:
    if conflicts:
        yield Line(DISAGREE)
    for number, conflict in enumerate(conflicts):
        for edit, says in ((conflict.later, "holds"), (conflict.earlier, "does not hold")):
            line = _line(told[edit.id], {edit.id})
            yield Line(
                line.text, line.sign, line.when, line.by, line.at_ms,
                f"{says} · {_day(edit.change.wall_ms)}", line.name, f"conflict {number}",
            )  # fmt: skip


def _line(one: Told, disputed: set[str]) -> Line:
    edit = one.edit
    sign = HOLDS
    if one.is_undoing:
        sign = UNDOING
    elif not one.holds:
        sign = TAKEN_BACK
    elif edit.id in disputed:
        sign = IN_CONFLICT
    return Line(
        text=one.sentence,
        sign=sign,
        when=signs.time_of_day(edit.change.wall_ms),
        by=edit.by,
        at_ms=one.at_ms,
        aside=_fate(one) or ("in conflict, see above" if sign == IN_CONFLICT else ""),
        name=edit.id,
    )


def _fate(one: Told) -> str:
    """By whom and when it was taken back; of what took something back, that it was done again."""
    if one.undone_by is None:
        return ""
    undone = one.undone_by
    when = signs.time_of_day(undone.change.wall_ms)
    if _day(undone.change.wall_ms) != _day(one.edit.change.wall_ms):
        when = f"{_day(undone.change.wall_ms)} {when}"
    return f"{'holds no more' if one.is_undoing else 'taken back'}: {undone.by} {when}"


def _machine(provenance: Provenance) -> Iterator[Line]:
    """What the machine heard, and everything that is known of how."""
    heard = _heard_at(provenance)
    yield Line(_day(heard) if heard is not None else "the machine")
    parts = [
        f"sha256 {provenance.model_sha256}",
        provenance.language,
        *(f"{name}: {value}" for name, value in provenance.parameters.items()),
        *(f"{name} {version}" for name, version in provenance.versions.items()),
        provenance.machine,
        *(f"audio sha256 {sha256}" for sha256 in provenance.audio_sha256),
    ]
    text = f"heard by {provenance.engine} {provenance.model}, and kept as it was · {' · '.join(filter(None, parts))}"
    yield Line(text, MACHINE, signs.time_of_day(heard) if heard is not None else "")


def _source(provenance: Provenance) -> str:
    heard = _heard_at(provenance)
    when = f"{_day(heard)} {signs.time_of_day(heard)}" if heard is not None else ""
    model = f"{provenance.engine} {provenance.model}"
    parts = [f"machine's text: {model}", f"sha256 {provenance.model_sha256[:SHORT_HASH]}…", provenance.language, when]
    return " · ".join(part for part in parts if part)


def _heard_at(provenance: Provenance) -> int | None:
    """When it was transcribed, as it says so itself (wall clock, ms); older transcripts do not."""
    try:
        return round(datetime.fromisoformat(provenance.parameters["transcribed"]).timestamp() * 1000)
    except (KeyError, ValueError):
        return None


def _steps(found: UnderReview, told: Sequence[Told]) -> str:
    """`state: transcribed → checked (AB 22 Nov 2026 14:03)`; steps that were taken back are not among them."""
    steps = []
    for one in told:
        change = one.edit.change
        if isinstance(change, StateReached) and one.holds:
            when = f"{_day(change.wall_ms)} {signs.time_of_day(change.wall_ms)}"
            comment = f", “{change.comment}”" if change.comment else ""
            steps.append(f"{change.state} ({one.edit.by} {when}{comment})")
    return " → ".join(["state: transcribed" if found.machine is not None else "state: not transcribed", *steps])


def _day(wall_ms: int) -> str:
    local = datetime.fromtimestamp(wall_ms / 1000).astimezone()
    return f"{local.day} {local:%b %Y}"
