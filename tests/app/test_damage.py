"""Whatever happens to an audio file of a study is found, and no repair makes it worse."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interview_tui import packing
from interview_tui.inspection import inspect
from tests.app.laid_study import CASE, LaidStudy
from tests.audio.laid import LAID_RATE, Laid, lay, noise


def mono(seed: int, start_ms: int = 0) -> Laid:
    return Laid(noise(3 * LAID_RATE, seed), start_ms, segment_s=1)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two studies to be damaged: one that goes on, and one that is packed."""
    top = tmp_path_factory.mktemp("both")
    for name in ("going-on", "packed"):
        made = LaidStudy.make(top / name)
        made.journal_span(lay(made.folder, 1, mono(1)))
        made.journal_span(lay(made.folder, 2, mono(2, 5_000), mono(3, 5_000)))
        if name == "packed":
            made.end()
            packing.pack_audio(made.study, CASE)
    return top


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_happens_to_an_audio_file_is_found_and_no_repair_makes_it_worse(
    both: Path, tmp_path: Path, data: st.DataObject
):
    name = data.draw(st.sampled_from(["going-on", "packed"]))
    shutil.rmtree(tmp_path / "copy", ignore_errors=True)
    shutil.copytree(both / name, tmp_path / "copy")
    made = LaidStudy.at(tmp_path / "copy")
    file = data.draw(st.sampled_from(sorted(made.folder.glob("span-*.*"))))
    content = file.read_bytes()
    match data.draw(st.sampled_from(["delete", "truncate", "flip"])):
        case "delete":
            file.unlink()
        case "truncate":
            file.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
        case "flip":
            _flip(file, data.draw(st.integers(0, len(content) - 1)))
    undamaged = {
        hashlib.sha256(other.read_bytes()).hexdigest(): other.name
        for other in made.folder.glob("span-*.*")
        if other != file
    }
    damaged = file.read_bytes() if file.exists() else b""
    assert inspect(made.study).findings, f"{file.name} is damaged, and nothing was found"
    inspect(made.study, repair=True)
    after = {hashlib.sha256(other.read_bytes()).hexdigest() for other in made.folder.glob("span-*.*")}
    assert undamaged.keys() <= after
    if file.exists():
        assert len(file.read_bytes()) == len(damaged)
        assert file.read_bytes()[44:] == damaged[44:]


def _flip(file: Path, at: int) -> None:
    """Change a bit."""
    content = bytearray(file.read_bytes())
    content[at] ^= 0x10
    file.write_bytes(content)
