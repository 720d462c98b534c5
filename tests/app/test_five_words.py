"""Five words running are found in every way in which a file may hold them, and four are not."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.withdrawing.searching import RUNNING, Runs, look

WORDS = st.lists(st.text("abcdefghéüßñ", min_size=2, max_size=8), min_size=RUNNING, max_size=12, unique=True)
AROUND = "Nobody else has ever spoken like that."


def zipped(data: bytes, name: str = "a.txt") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, data)
    return packed.getvalue()


def tagged(words: list[str]) -> bytes:
    """As a document of Word may have them."""
    return "<w:p>".join(f"<w:r><w:t>{word} </w:t></w:r>" for word in words).encode()


HELD: dict[str, Callable[[list[str]], bytes]] = {
    "plain": lambda words: f"{AROUND} {' '.join(words)}, {AROUND}".encode(),
    "with signs": lambda words: f"“{', '.join(words).upper()}!”".encode(),
    "across lines": lambda words: "\n".join(words).encode(),
    "JSON in ASCII": lambda words: json.dumps({"body": f'{AROUND}\n"{" ".join(words)}"\n'}).encode(),
    "JSON in JSON": lambda words: json.dumps({"body": json.dumps({"text": "\n".join(words)})}).encode(),
    "two bytes a letter": lambda words: f"{AROUND} {' '.join(words)}".encode("utf-16"),
    "two bytes, the larger first": lambda words: f"{AROUND} {' '.join(words)}".encode("utf-16-be"),
    "at an odd place": lambda words: b"x" + f"{AROUND} {' '.join(words)}".encode("utf-16-le"),
    "in a page of a database": lambda words: b"\0\x01\xff\xfe" + " ".join(words).encode() + b"\0\0\x07",
    "packed": lambda words: zipped(" ".join(words).encode()),
    "packed in a packed one": lambda words: zipped(zipped(" ".join(words).encode())),
    "between tags": tagged,
    "between tags, packed": lambda words: zipped(tagged(words), "word/document.xml"),
}


@pytest.mark.parametrize("way", HELD)
@settings(max_examples=25)
@given(words=WORDS)
def test_they_are_found_however_they_are_held(way, words):
    runs = Runs.of([" ".join(words)])
    assert runs.are_in(HELD[way](words))
    assert not runs.are_in(HELD[way](words[: RUNNING - 1]))


@settings(max_examples=25)
@given(words=WORDS)
def test_what_others_said_as_well_is_nobodys_own(words):
    text = " ".join(words)
    assert not Runs.of([text], [f"{AROUND} {text.upper()}"]).are_in(text.encode())


@settings(max_examples=25)
@given(words=WORDS)
def test_kept_as_hashes_they_are_the_same_and_hold_no_word(words):
    runs = Runs.of([" ".join(words)])
    assert Runs.from_bytes(runs.to_bytes()) == runs
    assert all(word.encode() not in runs.to_bytes() for word in words if len(word) > 5)


def test_every_file_is_looked_through_but_sound_and_those_apart(tmp_path):
    runs = Runs.of(["one two three four five"])
    for name in ("a.txt", ".hidden", "sound.wav", "apart.txt"):
        (tmp_path / name).write_text("One two, three four five", encoding="utf-8")
    assert look(runs, [tmp_path], [tmp_path / "apart.txt"]).found == (tmp_path / ".hidden", tmp_path / "a.txt")
    assert look(Runs.of(()), [tmp_path]).found == ()
