"""What is in a bundle is what its manifest says, under names that can do no harm; anything else is refused."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from contextlib import nullcontext
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.errors import StorageError
from interview_tui.store import bundles
from interview_tui.store.bundles import Content, Manifest, entry_of

ROOM = 1 << 30
AUDIO = bytes(range(256)) * 400
FILES: dict[str, Content] = {
    "cases/P07/audio/span-001.flac": AUDIO,
    "cases/P07/journal.jsonl": b'{"number": 1}\n' * 50,
    "cases/P07/reviews/ann@lab.jsonl": b"",
    "study/codebook/004-1a2b3c4d5e6f.txt": b"a category\n",
}


def manifest_of(files: dict[str, Content], **changed: Any) -> Manifest:
    entries = tuple(entry_of(name, content) for name, content in sorted(files.items()))
    made = Manifest("0" * 32, "1.0", "an-id", "A study", "ann", "lab", 1, ("P07",), entries=entries)
    return replace(made, **changed)


def written(path: Path, files: dict[str, Content] = FILES, **changed: object) -> Path:
    with path.open("wb") as out:
        bundles.write(out, manifest_of(files, **changed), files)
    return path


def by_hand(path: Path, files: dict[str, bytes], manifest: object, infos: tuple[zipfile.ZipInfo, ...] = ()) -> Path:
    """A zip that nobody's program has made."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(bundles.MANIFEST, json.dumps(manifest))
        for name, data in files.items():
            archive.writestr(name, data)
        for info in infos:
            archive.writestr(info, b"x")
    return path


def said_of(files: dict[str, bytes], **changed: object) -> dict[str, object]:
    return {**asdict(manifest_of(dict(files))), **changed}


def refused(path: Path, *, room: int = ROOM) -> str:
    with pytest.raises(StorageError) as raised:
        bundles.opened(path, room)
    return str(raised.value)


def test_what_was_written_is_read_again(tmp_path):
    (tmp_path / "a.flac").write_bytes(AUDIO)
    files = {**FILES, "cases/P07/audio/span-001.flac": tmp_path / "a.flac"}
    bundle = bundles.opened(written(tmp_path / "zip", files), ROOM)
    assert bundle.manifest == manifest_of(files)
    assert bundle.under("cases/P07/audio") == {"span-001.flac": "cases/P07/audio/span-001.flac"}
    bundle.copy("cases/P07/audio/span-001.flac", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == AUDIO
    assert bundle.text("study/codebook/004-1a2b3c4d5e6f.txt") == "a category\n"
    bundle.close()
    assert bundles.listed(tmp_path / "zip") == manifest_of(files)


def test_the_same_files_make_the_same_zip_through_a_pipe_as_well(tmp_path):
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    first, second = Pipe(), Pipe()
    bundles.write(first, manifest_of(FILES), FILES)
    bundles.write(second, manifest_of(FILES), dict(reversed(FILES.items())))
    assert first.getvalue() == second.getvalue()
    (tmp_path / "zip").write_bytes(first.getvalue())
    bundles.opened(tmp_path / "zip", ROOM).close()


def test_a_file_that_changes_while_it_is_bundled_is_named(tmp_path):
    (tmp_path / "a.flac").write_bytes(AUDIO)
    files: dict[str, Content] = {"cases/P07/audio/a.flac": tmp_path / "a.flac"}
    manifest = manifest_of(files)
    (tmp_path / "a.flac").write_bytes(AUDIO[::-1])
    with pytest.raises(StorageError, match="changed while it was bundled"):
        bundles.write(io.BytesIO(), manifest, files)


@pytest.mark.parametrize(
    "name",
    [
        "../study.db",
        "/etc/passwd",
        "cases/P07/../../study.db",
        "cases/P07/audio/../x.flac",
        "cases\\P07\\audio\\x.flac",
        "C:/x",
        "cases/P07/audio/.hidden",
        "cases/P07/audio/con.flac",
        "cases/P07/audio/NUL",
        "cases/P07/audio/x.",
        "cases/P07/audio/x ",
        "cases/P07/audio/x:y",
        "cases/P07/audio/a/b.flac",
        "cases/P07/study.toml",
        "cases/P08/journal.jsonl",
        "cases/P07",
        "study/../study.toml",
        "study/exports/x.txt",
        "study.db",
        "cases/P07/audio/" + "x" * 200,
        "cases/P07/audio/\N{LATIN SMALL LETTER E WITH ACUTE}.flac",
    ],
)
def test_a_name_that_no_bundle_has_is_refused(tmp_path, name):
    files = {name: b"x"}
    assert "is no file of a bundle" in refused(by_hand(tmp_path / "zip", files, said_of(files)))


def test_a_file_that_is_not_listed_or_is_missing_is_refused(tmp_path):
    files = {"cases/P07/journal.jsonl": b"x"}
    more = {**files, "cases/P07/record.json": b"x"}
    assert "is not in its list" in refused(by_hand(tmp_path / "1", more, said_of(files)))
    assert "is missing from it" in refused(by_hand(tmp_path / "2", files, said_of(more)))
    with zipfile.ZipFile(tmp_path / "5", "w") as archive:
        archive.writestr("cases/P07/journal.jsonl", b"x")
    assert "has no list of what it holds" in refused(tmp_path / "5")


def test_two_files_of_one_name_are_refused_also_if_only_capitals_differ(tmp_path):
    for number, other in enumerate(("cases/P07/audio/a.flac", "cases/P07/audio/A.flac")):
        path = tmp_path / str(number)
        with (
            zipfile.ZipFile(path, "w") as archive,
            pytest.warns(UserWarning, match="Duplicate") if number == 0 else nullcontext(),
        ):
            archive.writestr(bundles.MANIFEST, json.dumps(said_of({"cases/P07/audio/a.flac": b"x"})))
            archive.writestr("cases/P07/audio/a.flac", b"x")
            archive.writestr(other, b"y")
        assert "one name" in refused(path)


def test_a_link_a_folder_and_a_locked_file_are_refused(tmp_path):
    name = "cases/P07/audio/a.flac"
    link = zipfile.ZipInfo(name)
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert "is no plain file" in refused(by_hand(tmp_path / "link", {}, said_of({name: b"x"}), (link,)))
    folder = zipfile.ZipInfo("cases/P07/audio/")
    assert "is no plain file" in refused(by_hand(tmp_path / "folder", {}, said_of({}), (folder,)))


def test_a_file_that_swells_is_refused_before_it_fills_the_disk(tmp_path):
    name, data = "cases/P07/journal.jsonl", bytes(50 << 20)
    with zipfile.ZipFile(tmp_path / "zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(bundles.MANIFEST, json.dumps(said_of({name: data})))
        archive.writestr(name, data)
    assert (tmp_path / "zip").stat().st_size < 100_000
    assert "needs 50 MB, and the disk has 1 MB left" in refused(tmp_path / "zip", room=1 << 20)
    lied = bytearray((tmp_path / "zip").read_bytes())
    size = len(data).to_bytes(4, "little")
    for _ in range(2):  # in the file's own header and in the directory: it says that it is one byte long
        lied[lied.index(size) : lied.index(size) + 4] = (1).to_bytes(4, "little")
    (tmp_path / "lied").write_bytes(lied)
    refused(tmp_path / "lied")


def test_a_file_that_is_not_what_the_list_says_is_refused(tmp_path):
    files = {"cases/P07/journal.jsonl": b"what was said"}
    assert "is not what its list says" in refused(
        by_hand(tmp_path / "zip", {"cases/P07/journal.jsonl": b"what was sung"}, said_of(files))
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "../x"},
        {"id": 7},
        {"cases": "P07"},
        {"cases": ["P07", "p07"]},
        {"cases": ["../P07"]},
        {"cases": ["CON"]},
        {"withdrawn": [None]},
        {"entries": [{}]},
        {"entries": None},
        {"made_wall_ms": "now"},
        {"format": 0},
        {"format": "1"},
        {"pseudonyms": 1},
    ],
)
def test_a_list_of_another_kind_is_refused(tmp_path, changed):
    assert "not whole" in refused(by_hand(tmp_path / "zip", {}, said_of({}, **changed)))


def test_a_newer_bundle_says_so(tmp_path):
    path = by_hand(tmp_path / "zip", {}, {"format": 2, "program": "9.9", "what": "nobody knows"})
    assert "made by a newer interview-tui ('9.9'). Update interview-tui" in refused(path)


@given(st.binary(max_size=400))
def test_what_is_no_zip_is_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "zip"
    path.write_bytes(data)
    assert "not whole" in refused(path)


@given(st.data())
def test_a_byte_changed_in_the_zip_is_refused_or_changes_nothing(tmp_path_factory, data):
    """It cannot come to that, as it is sealed; but who knows the recipient can seal anything."""
    folder = tmp_path_factory.mktemp("any")
    whole = written(folder / "zip").read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[place] ^= data.draw(st.integers(1, 255))
    (folder / "zip").write_bytes(changed)
    try:
        bundle = bundles.opened(folder / "zip", ROOM)
    except StorageError:
        return
    for name, content in FILES.items():
        assert bundle.data(name) == content
    bundle.close()
