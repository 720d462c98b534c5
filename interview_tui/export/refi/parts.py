"""What one interview adds to a project: its case, its sources, its memos, and the files that these are in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from interview_tui.errors import ExportError
from interview_tui.export.refi.characters import plain
from interview_tui.export.refi.codes import Code, CodeTree, Key, case_code
from interview_tui.export.refi.identity import Identity
from interview_tui.export.refi.interview import Interview
from interview_tui.export.refi.markup import Lines, element, joined, text
from interview_tui.export.refi.memos import Memo, memos
from interview_tui.export.refi.sources import audio_source, runs, text_source, way
from interview_tui.export.refi.variables import Answers, Type, Variable, answers, of_values
from interview_tui.record.export_ports import Sound

LARGEST = 2**31 - 1
"""The most bytes that a file within a project may have, by the specification (8.2)."""
_LONGEST_GROUP = 40  # what is longer is no group of interviews but a remark on one
_GUID = re.compile(r"\b[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\b")
_UNGROUPED = (Type.DATE, Type.INTEGER)


@dataclass(frozen=True, slots=True)
class Part:
    """An interview as it goes into a project.

    `cases`, `sources` and `notes` are elements, a line each. `texts` are the files of text by their names within the
    project, `titles` what people call them. `sets` are the members of sets, as lines, by their names. `sound` is the
    file that has to be packed, and where. `ended_wall_ms` is when the interview ended.
    """

    case: str
    interviewer: str
    codes: tuple[Code, ...]
    variables: Mapping[Key, Variable]
    cases: str
    sources: str
    notes: str
    texts: Mapping[str, str]
    titles: Mapping[str, str]
    sets: Mapping[str, Lines]
    sound: tuple[str, Path] | None
    refers_beside: bool
    ended_wall_ms: int


def part_of(interview: Interview) -> Part:
    """What an interview adds to a project.

    Raises:
        ExportError: its audio is too large to be put inside.
    """
    record, recording = interview.record, interview.recording
    known = answers(interview.document, interview.options)
    coded = runs(interview)
    sources = text_source(interview, coded)
    if recording is not None:
        sources += audio_source(interview, recording, coded)
    noted = memos(interview)
    member = f"sources/{interview.guid('text')}.txt"
    texts = {member: interview.transcript.text, **{f"sources/{memo.guid}.txt": memo.text for memo in noted}}
    titles = {member: interview.text_name, **{f"sources/{memo.guid}.txt": memo.name for memo in noted}}
    own_code = (case_code(record.case, interview.case),) if interview.profile.codes_cases else ()
    return Part(
        case=record.case,
        interviewer=record.interviewer,
        codes=(*own_code, *interview.codes.codes),
        variables=of_values(known.values),
        cases=joined(_case(interview, known)),
        sources=joined(sources),
        notes=joined(line for memo in noted for line in memo.lines),
        texts=texts,
        titles=titles,
        sets=_sets(interview, known, noted),
        sound=_sound(interview),
        refers_beside=recording is not None and way(interview, recording).startswith("relative"),
        ended_wall_ms=record.opened_wall_ms + (record.ended_ms or 0),
    )


def searched(part: Part, identity: Identity) -> dict[str, str]:
    """All text of a part by names that say where it is, as it will stand, less identities: “ADA1” in one is no name."""
    tree = CodeTree(identity)
    tree.add(part.codes)
    variables = [line for each in part.variables.values() for line in each.lines(identity, each.name)]
    sets = [line for name, members in part.sets.items() for line in element("Set", members, name=name)]
    texts = {f"{part.titles[member]}.txt": content for member, content in part.texts.items()}
    markup = {
        "users": joined(element("User", name=part.interviewer)),
        "codes": joined(tree.lines()),
        "variables": joined(variables),
        "cases": part.cases,
        "sources": part.sources,
        "notes": part.notes,
        "sets": joined(sets),
    }
    return {**texts, **{f"{part.case}, {name}.xml": _GUID.sub("", content) for name, content in markup.items()}}


def _case(interview: Interview, known: Answers) -> Lines:
    """The case with its variables and its sources; where it has no name, the variables of the transcript."""
    profile = interview.profile
    described = f"Neither yes nor no: {'; '.join(known.neither)}." if known.neither else ""
    inside = text("Description", plain(described))
    for value in known.values:
        inside += value.lines(interview.identity)
    inside += element("SourceRef", targetGUID=interview.guid("text"))
    if profile.names_cases and interview.recording is not None:
        inside += element("SourceRef", targetGUID=interview.guid("audio"))
    name = interview.case if profile.names_cases else ""
    return element("Case", inside, guid=interview.identity.of("case", interview.record.case), name=name)


def _sets(interview: Interview, known: Answers, noted: list[Memo]) -> dict[str, Lines]:
    """Where the program has a use for them, the participant's own set, and one for each of the answers."""
    sources = element("MemberSource", targetGUID=interview.guid("text"))
    if interview.recording is not None:
        sources += element("MemberSource", targetGUID=interview.guid("audio"))
    notes = [line for memo in noted for line in element("MemberNote", targetGUID=memo.guid)]
    sets = {f"Participant {interview.case}": [*sources, *notes]} if interview.profile.sets else {}
    if interview.profile.groups:
        for value in known.values:
            if value.variable.type not in _UNGROUPED and len(value.shown) <= _LONGEST_GROUP:
                sets.setdefault(f"{value.variable.name}: {value.shown}", sources)
    return sets


def _sound(interview: Interview) -> tuple[str, Path] | None:
    """The audio to be packed, and its name within the project."""
    recording = interview.recording
    if recording is None or interview.options.sound is not Sound.INSIDE:
        return None
    size = recording.file.stat().st_size
    if size >= LARGEST:
        raise ExportError(
            f"The audio of {interview.record.case} has {size / 1e9:.1f} GB, and a REFI-QDA project may hold files of"
            f" up to {LARGEST / 1e9:.1f} GB.",
            "Leave the audio beside the project: --audio beside.",
        )
    return f"sources/{interview.guid('audio')}{interview.suffix}", recording.file
