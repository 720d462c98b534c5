"""The schemas of REFI-QDA, and what in a file breaks them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from io import BytesIO
from typing import IO

from lxml import etree

PROJECT = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"
WHERE = {
    PROJECT: f"{PROJECT} http://schema.qdasoftware.org/versions/Project/v1.0/Project.xsd",
    CODEBOOK: f"{CODEBOOK} http://schema.qdasoftware.org/versions/Codebook/v1.0/Codebook.xsd",
}
"""Where each namespace's schema lies, as `xsi:schemaLocation` says it."""
_FILES = {PROJECT: "Project.xsd", CODEBOOK: "Codebook.xsd"}


def elements(file: IO[bytes], namespace: str) -> Iterator[etree._Element]:
    """The elements of a file, each once it is whole, while it is checked against the schema of its namespace.

    Raises:
        etree.XMLSyntaxError: it is no XML, or breaks the schema; says in which line.
    """
    schema_file = files("interview_tui").joinpath("data", "schemas", _FILES[namespace]).read_bytes()
    schema = etree.XMLSchema(etree.parse(BytesIO(schema_file)))
    for _, found in etree.iterparse(file, events=("end",), schema=schema, resolve_entities=False, huge_tree=True):
        yield found
