"""Sealed files: whole and for the right person, or refused in a sentence with nothing written."""

from __future__ import annotations

import os
from pathlib import Path

import pyrage
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from interview_tui.errors import ConfigError, StorageError
from interview_tui.store import bundle_key, sealing
from interview_tui.store.sealing import seal, unseal

WORDS = b"what was said " * 20_000  # more than four of age's blocks
KEY = pyrage.x25519.Identity.generate()
OTHER = pyrage.x25519.Identity.generate()


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    file = tmp_path_factory.mktemp("sealed") / "a.bundle"
    seal(lambda out: out.write(WORDS), file, [str(KEY.to_public())])
    return file.read_bytes()


def opened(folder: Path, data: bytes, key: object = KEY) -> bytes:
    (folder / "in").write_bytes(data)
    unseal(folder / "in", folder / "out", [key])
    return (folder / "out").read_bytes()


def test_what_was_sealed_is_opened_with_the_key_alone(tmp_path, sealed):
    assert opened(tmp_path, sealed) == WORDS
    assert (tmp_path / "out").stat().st_mode & 0o077 == 0
    with pytest.raises(StorageError, match="sealed for others"):
        opened(tmp_path, sealed, OTHER)


def test_for_two_it_is_opened_by_either(tmp_path):
    seal(lambda out: out.write(b"hello"), tmp_path / "two", [str(one.to_public()) for one in (KEY, OTHER)])
    for key in (KEY, OTHER):
        assert opened(tmp_path, (tmp_path / "two").read_bytes(), key) == b"hello"


@given(st.integers(0, 300_000), st.integers(1, 255))
@example(0, 1).via("the header")
@example(30, 1).via("whom it is for")
@example(280_000, 255).via("the end")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_byte_changed_anywhere_is_refused(tmp_path, sealed, place, change):
    place %= len(sealed)
    changed = bytearray(sealed)
    changed[place] ^= change
    with pytest.raises(StorageError):
        opened(tmp_path, bytes(changed))


@given(st.integers(0, 300_000))
@example(0)
@example(21).via("only the name of age")
@example(65_536 + 16 + 216).via("about the end of a block")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_cut_off_anywhere_it_is_refused(tmp_path, sealed, length):
    with pytest.raises(StorageError):
        opened(tmp_path, sealed[: length % len(sealed)])


def test_with_more_at_its_end_it_is_refused(tmp_path, sealed):
    with pytest.raises(StorageError):
        opened(tmp_path, sealed + b"more")


def test_what_is_not_sealed_is_no_bundle(tmp_path):
    for data in (b"", b"PK\x03\x04", b"age-encryption.org/v2\n", b"-----BEGIN AGE ENCRYPTED FILE-----\n"):
        (tmp_path / "in").write_bytes(data)
        with pytest.raises(StorageError, match="is no bundle"):
            sealing.is_with_passphrase(tmp_path / "in")


def test_nothing_is_overwritten_and_nothing_half_is_left(tmp_path):
    (tmp_path / "a").write_text("mine")
    with pytest.raises(ConfigError, match="already"):
        seal(lambda out: out.write(b""), tmp_path / "a", [str(KEY.to_public())])

    def failing(out):
        out.write(os.urandom(1 << 20))
        raise StorageError("The disk is gone.")

    with pytest.raises(StorageError, match="The disk is gone"):
        seal(failing, tmp_path / "b", [str(KEY.to_public())])
    assert [file.name for file in tmp_path.iterdir()] == ["a"]


def test_too_much_for_a_passphrase_is_said_before_it_fills_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(sealing, "LARGEST_WITH_PASSPHRASE", 1 << 20)
    with pytest.raises(ConfigError, match="at most 1 MB"):
        seal(lambda out: [out.write(bytes(1 << 18)) for _ in range(99)], tmp_path / "b", [], "correct horse battery")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("recipient", ["", "age1nobody", "ssh-ed25519 AAAA", pytest.param(str(KEY), id="a secret key")])
def test_what_is_no_recipient_is_refused(tmp_path, recipient):
    with pytest.raises(ConfigError, match="is no age recipient"):
        seal(lambda out: out.write(b""), tmp_path / "b", [recipient])


def test_a_key_is_made_once_for_its_owner_only():
    assert bundle_key.own_keys() == []
    recipient, made = bundle_key.new_key()
    assert made
    assert bundle_key.new_key() == (recipient, False)
    assert bundle_key.key_file().stat().st_mode & 0o077 == 0
    assert [str(key.to_public()) for key in bundle_key.own_keys()] == [recipient]


def test_a_key_file_that_holds_none_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv(bundle_key.ELSEWHERE, str(tmp_path / "key"))
    for text in ("# nothing\n", "AGE-SECRET-KEY-1NONE\n"):
        (tmp_path / "key").write_text(text)
        with pytest.raises(StorageError, match="holds no key"):
            bundle_key.own_keys()
