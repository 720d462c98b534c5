"""A sealed file is any file to those who use it, and nothing to those who have no key."""

from __future__ import annotations

import gc
import io
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pyrage
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from interview_tui.at_rest.sealed_file import Damaged, SealedFile, recipient_in
from interview_tui.at_rest.sealed_messages import BEGINS_AT, LARGEST_MESSAGE, MAGIC

KEY = pyrage.x25519.Identity.generate()
RECIPIENT = str(KEY.to_public())
WORDS = b"can't trust your own group, they might want your seat"

BYTES = st.binary(max_size=40)
OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), BYTES),
        st.tuples(st.just("append"), BYTES.filter(len)),
        st.tuples(st.just("seek"), st.integers(0, 120)),
        st.tuples(st.just("truncate"), st.integers(0, 120)),
        st.tuples(st.just("read"), st.integers(0, 60)),
        st.tuples(st.just("open anew"), st.none()),
    ),
    max_size=25,
)


def secret(recipient: str) -> pyrage.x25519.Identity:
    assert recipient == RECIPIENT
    return KEY


def made(path: Path, *parts: bytes) -> SealedFile:
    file = SealedFile.make(path, RECIPIENT, secret)
    for part in parts:
        assert file.write(part) == len(part)
    return file


def content(path: Path) -> bytes:
    with SealedFile.open(path, secret) as file:
        return file.readall()


@settings(max_examples=150, deadline=None)
@given(OPERATIONS)
@example(
    [("write", b"header"), ("write", b"samples"), ("seek", 2), ("write", b"AD"), ("truncate", 9), ("truncate", 20)]
)
def test_it_is_to_its_user_what_a_file_in_memory_is(operations):
    with TemporaryDirectory() as name:
        path, plain = Path(name) / "x", io.BytesIO()
        sealed = made(path)
        for what, given in operations:
            match what:
                case "write":
                    assert sealed.write(given) == plain.write(given)
                case "append":
                    sealed.append(given)
                    plain = io.BytesIO(plain.getvalue() + given)
                    plain.seek(sealed.tell())
                case "seek":
                    assert sealed.seek(given) == plain.seek(given)
                case "truncate":
                    sealed.truncate(given)
                    plain.truncate(given)
                    lengthened = plain.getvalue().ljust(given, b"\0")  # as files are, and memory is not
                    plain = io.BytesIO(lengthened)
                    plain.seek(sealed.tell())
                case "read":
                    found = b""
                    while len(found) < given and (block := sealed.read(given - len(found))):
                        found += block
                    assert found == plain.read(given)
                case _:
                    sealed.close()
                    sealed = SealedFile.open(path, secret, writable=True)
                    sealed.seek(plain.tell())
            assert sealed.tell() == plain.tell()
        sealed.close()
        assert content(path) == plain.getvalue()


def test_a_file_cut_off_anywhere_holds_the_messages_before_the_cut(tmp_path):
    path = tmp_path / "x"
    parts = [b"one ", b"two ", b"three"]
    ends = []
    with made(path) as file:
        for part in parts:
            file.write(part)
            ends.append(path.stat().st_size)
    whole = path.read_bytes()
    for length in range(BEGINS_AT, len(whole) + 1):
        path.write_bytes(whole[:length])
        expected = b"".join(part for part, end in zip(parts, ends, strict=True) if end <= length)
        assert content(path) == expected
    for length in range(BEGINS_AT):
        path.write_bytes(whole[:length])
        with pytest.raises(Damaged):
            SealedFile.open(path, secret)


def test_what_is_added_after_a_torn_end_is_found(tmp_path):
    path = tmp_path / "x"
    made(path, b"one ", b"two ").close()
    whole = path.read_bytes()
    for torn in range(1, 250, 7):
        path.write_bytes(whole[:-torn])
        with SealedFile.open(path, secret, writable=True) as file:
            file.append(b"three")
        assert content(path) == b"one three"


def test_a_changed_byte_is_refused_or_its_message_is_missed_and_never_read(tmp_path):
    path = tmp_path / "x"
    made(path, WORDS).close()
    whole = path.read_bytes()
    for at in range(BEGINS_AT, len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        try:
            found = content(path)
        except Damaged:
            continue
        assert found == b""


def test_a_message_of_another_file_is_refused(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    made(one, b"said").close()
    made(other, b"not!").close()
    one.write_bytes(one.read_bytes()[:BEGINS_AT] + other.read_bytes()[BEGINS_AT:])
    with pytest.raises(Damaged, match="changed"):
        content(one)


def test_who_has_another_key_reads_nothing_and_nothing_of_it_lies_there(tmp_path):
    path = tmp_path / "x"
    made(path, WORDS).close()
    assert WORDS not in path.read_bytes()
    assert recipient_in(path) == RECIPIENT
    with SealedFile.open(path, lambda _: pyrage.x25519.Identity.generate()) as file, pytest.raises(Damaged):
        file.read(1)


def test_to_write_no_secret_is_needed(tmp_path):
    def nobody(_: str) -> pyrage.x25519.Identity:
        raise AssertionError

    with SealedFile.make(tmp_path / "x", RECIPIENT, nobody) as file:
        file.write(b"header")
        file.write(b"samples")
        file.seek(0)
        file.write(b"HEADER")
        file.truncate(9)
    assert content(tmp_path / "x") == b"HEADERsam"


def test_a_large_write_is_taken_in_parts(tmp_path):
    data = os.urandom(3 * LARGEST_MESSAGE + 5)
    with io.BufferedWriter(made(tmp_path / "x"), LARGEST_MESSAGE) as file:
        file.write(data)
    assert content(tmp_path / "x") == data
    with io.BufferedReader(SealedFile.open(tmp_path / "x", secret)) as file:
        file.seek(2 * LARGEST_MESSAGE - 3)
        assert file.read(6) == data[2 * LARGEST_MESSAGE - 3 : 2 * LARGEST_MESSAGE + 3]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
def test_a_write_that_the_disk_refuses_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "x"
    with made(path, b"one ") as file:
        before, real, room = path.read_bytes(), os.write, 100

        def nearly_full(descriptor: int, data: bytes) -> int:
            with Path("/dev/full").open("wb", buffering=0) as full:
                return real(descriptor, data[:room]) if len(data) > room else full.write(data)

        monkeypatch.setattr(os, "write", nearly_full)
        with pytest.raises(OSError, match="space"):
            file.write(WORDS)
        monkeypatch.undo()
        assert path.read_bytes() == before
        file.write(b"two")
    assert content(path) == b"one two"


KILLED = """
import sys
from pathlib import Path
import pyrage
from interview_tui.at_rest.sealed_file import SealedFile
file = SealedFile.make(Path(sys.argv[1]), sys.argv[2], None)
for number in range(1_000_000):
    file.write(b"%07d" % number)
    print(number, flush=True)
"""


def test_what_was_written_before_a_kill_is_there(tmp_path):
    path = tmp_path / "x"
    writer = subprocess.Popen([sys.executable, "-c", KILLED, str(path), RECIPIENT], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    for _ in range(200):
        told = int(writer.stdout.readline())
    writer.kill()
    told = max([told, *(int(line) for line in writer.stdout.read().splitlines() if line)])
    writer.wait()
    found = content(path)
    assert found == b"".join(b"%07d" % number for number in range(len(found) // 7))
    assert len(found) // 7 > told


def test_two_who_add_in_turn_read_what_both_have_added(tmp_path):
    path = tmp_path / "x"
    with made(path) as one, SealedFile.open(path, secret, writable=True) as other:
        for number in range(10):
            (one, other)[number % 2].append(b"%d " % number)
        assert content(path) == b"0 1 2 3 4 5 6 7 8 9 "


def test_a_file_that_is_refused_is_let_go_of_once(tmp_path):
    (tmp_path / "torn").write_bytes(MAGIC)
    with pytest.raises(Damaged) as refused:
        SealedFile.open(tmp_path / "torn", secret)
    with (tmp_path / "recording").open("wb") as file:  # it has the number that was free again
        del refused
        gc.collect()
        os.fstat(file.fileno())
