"""DDI-Codebook metadata checked against the schema of the DDI Alliance and the profile of the CESSDA Data Catalogue."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from lxml import etree

STANDARDS = Path(__file__).parents[1] / "standards"
NAMESPACES = {
    "ddi": "ddi:codebook:2_5",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "pr": "ddi:ddiprofile:3_2",
    "r": "ddi:reusable:3_2",
}


@cache
def ddi() -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    return etree.XMLSchema(etree.parse(STANDARDS / "ddi25" / "schemas" / "codebook.xsd", parser))


def assert_valid_ddi(xml: bytes) -> None:
    """Valid against the schema, and with all that the CESSDA Data Catalogue's profile makes mandatory."""
    study = etree.fromstring(xml)
    ddi().assertValid(study)
    for used in etree.parse(STANDARDS / "cdc25_profile.xml").iterfind(".//pr:Used", NAMESPACES):
        path = used.get("xpath")
        found = study.xpath(path, namespaces=NAMESPACES)
        if used.get("isRequired") == "true":
            assert found, path
            assert all((each if isinstance(each, str) else each.text or "?").strip() for each in found), path
        if used.get("fixedValue") == "true" and "/@" in path:
            assert set(found) <= {used.get("defaultValue")}, path
        if "MandatoryNodeIfParentPresent" in "".join(used.itertext()):
            parents = study.xpath(path.rpartition("/")[0], namespaces=NAMESPACES)
            assert len(parents) == len(found), path
