"""Projects written and read back, some by somebody else's library."""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile
from pyrefiqda import RefiProject
from pyrefiqda.models import Project as Loaded

from interview_tui.export.document import Document, build
from interview_tui.export.options import AudioFile, Enclosed, Options, Recording
from interview_tui.export.refi.identity import Identity
from interview_tui.export.refi.project import Project
from interview_tui.interview.events import Level, Place
from interview_tui.record.model import Entry, Evidence, Record
from tests.examples import handover
from tests.export.example_record import ORIGIN_MS, example_record

STUDY = "Night shifts"
IDENTITY = Identity(STUDY)
SECONDS = 62
ANSWERS = (
    (Place("take_part"), ("yes",)),
    (Place("been"), ("given: yes", "taken: no")),
    (Place("paper"), ("partly",)),
    (Place("both"), ("don't know",)),
    (Place("post", "R1"), ("ward",)),
)


def answered(record: Record) -> Record:
    """`record` with answers to items of the example schedule."""
    entries = tuple(
        Entry(place, "ask", (), "asked", answer, Level.DONE, None, True, Evidence()) for place, answer in ANSWERS
    )
    return replace(record, entries=(*record.entries, *entries))


def recording(folder: Path, path: str = "audio/P07.flac") -> Recording:
    """A file that holds the three stretches of the example record end to end."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        soundfile.write(file, np.zeros(SECONDS * 8000, dtype="float32"), 8000)
    lengths = ((0, 30, 0), (40, 50, 30), (78, 100, 40))
    pieces = tuple(
        AudioFile(path, ORIGIN_MS + start * 1000, ORIGIN_MS + end * 1000, offset * 1000)
        for start, end, offset in lengths
    )
    return Recording(file, pieces, SECONDS * 1000)


def interview(record: Record | None = None, heard: Recording | None = None, options: Options | None = None) -> Document:
    """An interview that was conducted with the example schedule."""
    enclosed = Enclosed(schedule=handover(), recording=heard)
    return build(record or answered(example_record()), options, enclosed)


def written(folder: Path, documents: Iterable[Document], options: Options | None = None) -> Path:
    """A project of these interviews, made in a folder within the one in which it will lie."""
    stage = folder / "stage"
    stage.mkdir(parents=True, exist_ok=True)
    path = stage / f"{len(list(stage.iterdir()))}.qdpx"
    with Project(path, STUDY, options or Options()) as project:
        for document in documents:
            project.add(project.part(document))
        project.finish()
    return path


def loaded(path: Path) -> Loaded:
    """A project as the other library reads it."""
    with TemporaryDirectory() as folder:
        return RefiProject.load(path, folder)


def markup(path: Path) -> str:
    """The XML of a project."""
    with zipfile.ZipFile(path) as archive:
        return archive.read("project.qde").decode()


def text_of(path: Path, way: str) -> str:
    """A text within a project as a program has it: lines end in LF."""
    with zipfile.ZipFile(path) as archive:
        return archive.read(way.replace("internal://", "sources/")).decode().replace("\r\n", "\n")


def coded(path: Path) -> dict[str, list[str]]:
    """The texts under each code, by the code's identity, in their order; remarks are under no code."""
    found: dict[str, list[str]] = defaultdict(list)
    for source in loaded(path).sources.text_source:
        whole = text_of(path, source.plain_text_path)
        for selection in source.plain_text_selection:
            for coding in selection.coding or ():
                text = whole[selection.start_position : selection.end_position]
                found[coding.code_ref.target_guid].append(text)
    return dict(found)


def values(path: Path, tag: str, attribute: str) -> list[str]:
    """The values of an attribute of all elements of a name."""
    return re.findall(rf'<{tag} [^>]*?\b{attribute}="([^"]*)"', markup(path))
