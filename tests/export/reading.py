"""Exported files as a person who looks for something in them would have them: all their text, packed or not."""

from __future__ import annotations

import html
import io
import json
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from interview_tui.bootstrap import bundled_schedule
from interview_tui.export.options import Options
from interview_tui.export.writing import Outgoing, write
from interview_tui.schedule.model import Schedule


@cache
def schedule() -> Schedule:
    """The schedule that comes with the program, whose items the example record has in part."""
    return bundled_schedule()


def written_as(name: str, folder: Path, *interviews: Outgoing, options: Options | None = None) -> Path:
    """The file of this format that is written of one interview, or of several as one."""
    [file] = write(interviews, [name], folder, options, study="A study", many=len(interviews) > 1).files
    return file


def text_in(file: Path) -> str:
    """All text in a file, that in the names of what is packed in it too."""
    return "\n".join(_texts(file.name, file.read_bytes()))


def _texts(name: str, content: bytes) -> Iterator[str]:
    yield name
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for member in packed.namelist():
                yield from _texts(member, packed.read(member))
        return
    text = content.decode("utf-8-sig", "replace")
    yield text
    if name.endswith(".json"):
        yield json.dumps(json.loads(text), ensure_ascii=False)
    elif name.endswith((".html", ".xml", ".eaf", ".qde", ".qdc", ".rels")):
        yield html.unescape(text)
