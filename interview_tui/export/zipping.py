"""Zip files that are the same bytes for the same content: no time of packing, no order but ours."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day that zip knows
_OWNER_ONLY = 0o600 << 16
_PACKED_ALREADY = (".flac", ".m4a", ".mp3", ".ogg", ".zip")


def put(archive: zipfile.ZipFile, name: str, content: bytes | Path) -> None:
    """Add a member: bytes, or a file, which is copied in pieces. Sound is stored as it is: it packs no further."""
    member = zipfile.ZipInfo(name, _EPOCH)
    member.external_attr = _OWNER_ONLY
    is_packed = name.lower().endswith(_PACKED_ALREADY)
    member.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
    if isinstance(content, bytes):
        archive.writestr(member, content)
        return
    member.file_size = content.stat().st_size  # so that zipfile knows in time whether it needs the long form
    with content.open("rb") as source, archive.open(member, "w") as target:
        shutil.copyfileobj(source, target, 1 << 20)


def packed(members: Mapping[str, bytes]) -> bytes:
    """Members as a zip file, in their order."""
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, content in members.items():
            put(archive, name, content)
    return whole.getvalue()
