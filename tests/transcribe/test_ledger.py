"""What is finished stays finished, whatever the end of the file looks like; what was taken back leaves nothing."""

import json
import os
from pathlib import Path

import pytest

from interview_tui.at_rest.files import is_sealed, read_bytes
from interview_tui.at_rest.study_key import lock
from interview_tui.errors import StorageError, TranscriptionError
from interview_tui.transcribe.hearing.decoding import Heard, HeardUnit, PlacedDoubt, PlacedWord
from interview_tui.transcribe.hearing.ledger import Extent, Ledger
from interview_tui.transcribe.listening.blocks import BLOCK, Block
from interview_tui.transcribe.listening.crosstalk import Levels
from tests.at_rest.encrypted import encrypted_study
from tests.transcribe.making import all_that_lies_in, put

BASIS = "engine and model"
LEVELS = Levels((-20.0, -20.0), 100, 100, (None, None))
PASSAGE, OTHER = "1+0", "2+0"
WHOLE = Extent(2 * BLOCK, sound=("a1",))
GROWING = Extent(2 * BLOCK, final=False)


def block(number: int) -> Block:
    first = number * BLOCK
    ranges = (((first + 512, first + 5120),),)
    return Block(number, first, first + BLOCK, True, (0.0, 0.0), ranges, ((),), ((),), LEVELS)


def unit(key: str, text: str) -> HeardUnit:
    words = (PlacedWord(text, 512, 5120, 0.9),)
    return HeardUnit(key, (Heard(0, words, (PlacedDoubt(512, 5120, "hardly understood"),)),), 1.5)


FIRST, SECOND = unit("1+0/0/0", "naïve"), unit("2+0/0/0", "yes.")


def written(path: Path) -> bytes:
    """A ledger in which two passages are whole, listened to and heard, as bytes."""
    with Ledger(path, BASIS) as ledger:
        ledger.hold_to({PASSAGE: WHOLE, OTHER: WHOLE})
        for key in (PASSAGE, OTHER):
            ledger.add_block(key, block(0))
            ledger.add_block(key, block(1))
        ledger.add(FIRST)
        ledger.add(SECOND)
    return read_bytes(path)


def kept(path: Path, basis: str = BASIS) -> tuple[dict[str, list[Block]], dict[str, HeardUnit]]:
    with Ledger(path, basis) as ledger:
        return ledger.blocks, ledger.units


def held_to(path: Path, **extents: Extent) -> tuple[list[str], list[str]]:
    """The passages listened to and the units heard that are left when the passages are these."""
    with Ledger(path, BASIS) as ledger:
        ledger.hold_to({PASSAGE: extents.get("passage", WHOLE), OTHER: extents.get("other", WHOLE)})
        left = sorted(ledger.blocks), sorted(ledger.units)
    assert tuple(sorted(some) for some in kept(path)) == left
    return left


BOTH = ([PASSAGE, OTHER], [FIRST.key, SECOND.key])
ONLY_OTHER = ([OTHER], [SECOND.key])


@pytest.fixture
def path(folder: Path) -> Path:
    return folder / "chunks.jsonl"


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    encrypted_study(tmp_path / "study")
    return tmp_path / "study" / "chunks.jsonl"


def test_what_was_added_is_there_next_time(path: Path) -> None:
    written(path)
    blocks = [block(0), block(1)]
    assert kept(path) == ({PASSAGE: blocks, OTHER: blocks}, {FIRST.key: FIRST, SECOND.key: SECOND})


def test_a_file_cut_at_any_byte_keeps_its_whole_lines_and_goes_on(path: Path) -> None:
    lines = written(path).splitlines(keepends=True)
    lines = [lines[0], lines[1], lines[3], lines[7]]  # of each kind one
    whole = b"".join(lines)
    for length in range(len(whole)):
        put(path, whole[:length])
        blocks, units = kept(path)
        whole_lines = sum(sum(map(len, lines[: count + 1])) <= length for count in range(len(lines)))
        assert sum(map(len, blocks.values())) + len(units) == max(0, whole_lines - 2)
        assert read_bytes(path) == b"".join(lines[: max(1, whole_lines)])


@pytest.mark.parametrize(
    "rubbish", [b'{"unit": 9}\n', b"\0" * 40 + b"\n", b"[]\n", b'{"passage": "1+0", "block": {}}\n']
)
def test_a_line_of_rubbish_and_all_after_it_are_cut_off(path: Path, rubbish: bytes) -> None:
    lines = written(path).splitlines(keepends=True)
    put(path, b"".join([*lines[:4], rubbish, *lines[4:]]))
    assert kept(path) == ({PASSAGE: [block(0)]}, {})
    assert read_bytes(path) == b"".join(lines[:4])


def test_a_block_that_does_not_follow_the_one_before_is_rubbish(path: Path) -> None:
    lines = written(path).splitlines(keepends=True)
    put(path, b"".join([*lines[:3], *lines[4:]]))
    assert kept(path) == ({}, {})


def test_work_that_rests_on_something_else_begins_anew(path: Path) -> None:
    written(path)
    assert kept(path, "another model") == ({}, {})
    assert "naïve".encode() not in all_that_lies_in(path)
    assert kept(path) == ({}, {})


def test_what_is_still_the_same_is_kept(path: Path) -> None:
    before = written(path)
    assert held_to(path) == BOTH
    assert read_bytes(path) == before


@pytest.mark.parametrize(
    "changed",
    [
        Extent(2 * BLOCK - 1, sound=("a1",)),
        Extent(2 * BLOCK + 1, sound=("a1",)),
        Extent(2 * BLOCK, sound=("b2",)),
        GROWING,
    ],
    ids=["cut", "longer", "another sound", "growing again"],
)
def test_a_passage_that_is_not_the_same_any_more_leaves_nothing_in_the_file(path: Path, changed: Extent) -> None:
    written(path)
    assert "naïve".encode() in all_that_lies_in(path)
    assert held_to(path, passage=changed) == ONLY_OTHER
    assert "naïve".encode() not in all_that_lies_in(path)
    assert not list(path.parent.glob("*.part"))


def test_a_passage_that_is_gone_leaves_nothing_in_the_file(path: Path) -> None:
    written(path)
    with Ledger(path, BASIS) as ledger:
        ledger.hold_to({OTHER: WHOLE})
        ledger.add(unit("2+0/0/1", "more"))
    assert sorted(kept(path)[1]) == [SECOND.key, "2+0/0/1"]
    assert FIRST.key.encode() not in all_that_lies_in(path)


def test_a_passage_that_grew_and_is_whole_now_is_kept(path: Path) -> None:
    with Ledger(path, BASIS) as ledger:
        ledger.hold_to({PASSAGE: Extent(BLOCK + 20_000, final=False)})
        ledger.add_block(PASSAGE, block(0))
        ledger.add(FIRST)
    assert held_to(path, passage=GROWING)[1] == [FIRST.key]
    assert held_to(path, passage=Extent(2 * BLOCK))[1] == [FIRST.key]
    assert held_to(path, passage=WHOLE)[1] == [FIRST.key]
    assert held_to(path, passage=Extent(2 * BLOCK, sound=("b2",)))[1] == []


def test_a_passage_that_grew_and_was_cut_where_it_had_been_heard_is_forgotten(path: Path) -> None:
    with Ledger(path, BASIS) as ledger:
        ledger.hold_to({PASSAGE: GROWING})
        ledger.add_block(PASSAGE, block(0))
        ledger.add(FIRST)
    assert held_to(path, passage=Extent(BLOCK, final=False)) == ([], [])


def test_every_line_is_an_object_on_its_own(path: Path) -> None:
    kinds = [next(iter(json.loads(line))) for line in written(path).splitlines()]
    assert kinds == ["basis", *["passage"] * 6, *["unit"] * 2]


def test_a_ledger_that_cannot_be_written_says_where_it_is(tmp_path: Path) -> None:
    with pytest.raises(TranscriptionError, match=r"chunks\.jsonl cannot be written"):
        Ledger(tmp_path / "absent" / "chunks.jsonl", BASIS)


@pytest.mark.skipif(os.name != "posix", reason="a disk is filled by a limit that only POSIX has")
def test_a_disk_that_is_full_costs_the_newest_line_and_is_told_in_a_sentence(path: Path) -> None:
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    written(path)
    whole = path.stat().st_size

    def add_to_a_full_disk() -> None:
        with Ledger(path, BASIS) as ledger:
            resource.setrlimit(resource.RLIMIT_FSIZE, (whole + 10, limits[1]))
            ledger.add(unit("1+0/0/1", "lost"))

    try:
        with pytest.raises(TranscriptionError, match=r"chunks\.jsonl cannot be written"):
            add_to_a_full_disk()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.stat().st_size == (whole if is_sealed(path) else whole + 10)
    assert kept(path)[1] == {FIRST.key: FIRST, SECOND.key: SECOND}


def test_a_sealed_ledger_is_for_those_who_have_the_key(sealed: Path) -> None:
    written(sealed)
    data = sealed.read_bytes()
    assert is_sealed(sealed)
    assert not any(word in data for word in ("naïve".encode(), b"yes.", b"passage", BASIS.encode()))
    assert "naïve".encode() in all_that_lies_in(sealed)


def test_a_sealed_ledger_cut_off_anywhere_keeps_what_was_whole(sealed: Path) -> None:
    written(sealed)
    whole = sealed.read_bytes()
    found = set()
    for length in (*range(0, len(whole), 61), len(whole)):
        sealed.write_bytes(whole[:length])
        blocks, units = kept(sealed)
        found.add((sum(map(len, blocks.values())), len(units)))
        with Ledger(sealed, BASIS) as ledger:
            ledger.add(unit("3+0/0/0", "more"))
        assert "3+0/0/0" in kept(sealed)[1]
    assert found == {*((blocks, 0) for blocks in range(5)), (4, 1), (4, 2)}


def test_of_a_sealed_ledger_what_was_changed_and_all_after_it_is_cut_off(sealed: Path) -> None:
    written(sealed)
    data = bytearray(sealed.read_bytes())
    data[-900] ^= 1
    sealed.write_bytes(data)
    blocks, units = kept(sealed)
    assert (sorted(blocks), units) == ([PASSAGE, OTHER], {})


def test_a_ledger_that_lies_open_in_an_encrypted_study_is_sealed(sealed: Path, tmp_path: Path) -> None:
    sealed.write_bytes(written(tmp_path / "chunks.jsonl"))
    assert sorted(kept(sealed)[1]) == [FIRST.key, SECOND.key]
    assert "naïve".encode() not in sealed.read_bytes()


def test_of_a_study_that_is_locked_a_ledger_stays_as_it_is(sealed: Path) -> None:
    written(sealed)
    before = sealed.read_bytes()
    lock(sealed.parent)
    with pytest.raises(StorageError, match="the study is locked"):
        Ledger(sealed, "another model")
    assert sealed.read_bytes() == before
