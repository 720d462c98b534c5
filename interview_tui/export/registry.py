"""The formats of export: one line each. A new one is a module beside this and a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from interview_tui.errors import ExportError
from interview_tui.export import html, json_record, tables, text
from interview_tui.export.document import Document
from interview_tui.export.options import Options


@dataclass(frozen=True, slots=True)
class Format:
    """A format: one line about it, how its files' names end, and how a document is rendered (text: as UTF-8)."""

    description: str
    suffix: str
    render: Callable[[Document, Options], str | bytes]


FORMATS: dict[str, Format] = {
    "text": Format("Timed text for MAXQDA, ATLAS.ti and NVivo", "_transcript.txt", text.render),
    "incidents": Format("Table of incidents, one row each (CSV)", "_incidents.csv", tables.incidents),
    "json": Format("The whole record, for programs (JSON)", "_record.json", json_record.render),
    "html": Format("The whole record, to read and print (one HTML page)", "_record.html", html.render),
}


def chosen(names: Iterable[str]) -> dict[str, Format]:
    """The formats of these names, each once.

    Raises:
        ExportError: a name is no format's.
    """
    names = list(dict.fromkeys(names))
    for name in names:
        if name not in FORMATS:
            near = get_close_matches(name.lower(), FORMATS, n=1)
            hint = f"Did you mean “{near[0]}”?" if near else f"The formats are: {', '.join(FORMATS)}."
            raise ExportError(f"There is no export format “{name}”.", hint)
    return {name: FORMATS[name] for name in names}
