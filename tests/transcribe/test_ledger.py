"""What is finished stays finished, whatever the end of the file looks like."""

from pathlib import Path

import pytest

from interview_tui.errors import TranscriptionError
from interview_tui.record.transcript import Doubt, Word
from interview_tui.transcribe.decoding import Heard
from interview_tui.transcribe.ledger import Ledger

FIRST = Heard(0, (Word("naïve", 0, 400, 0.9),), (Doubt(0, 400, "hardly understood"),), 0, 1.5)
SECOND = Heard(1, (Word("yes.", 500, 700, 0.8),), (), 0, 0.7)


def with_two(path: Path) -> bytes:
    """A ledger with two finished chunks, as bytes."""
    with Ledger(path, "audio and model") as ledger:
        ledger.add(FIRST)
        ledger.add(SECOND)
    return path.read_bytes()


def test_what_was_added_is_there_next_time(tmp_path: Path) -> None:
    with_two(tmp_path / "chunks.jsonl")
    with Ledger(tmp_path / "chunks.jsonl", "audio and model") as ledger:
        assert ledger.finished == {0: FIRST, 1: SECOND}


def test_a_file_cut_at_any_byte_keeps_its_whole_lines_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "chunks.jsonl"
    whole = with_two(path)
    ends = [at + 1 for at, byte in enumerate(whole) if byte == ord("\n")]
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with Ledger(path, "audio and model") as ledger:
            assert len(ledger.finished) == max(0, sum(end <= length for end in ends) - 1)
            for heard in (FIRST, SECOND)[len(ledger.finished) :]:
                ledger.add(heard)
        assert path.read_bytes() == whole


def test_a_line_of_rubbish_and_all_after_it_are_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "chunks.jsonl"
    lines = with_two(path).splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[1] + b'{"chunk": 9}\n' + b"\0" * 40 + b"\n" + lines[2])
    with Ledger(path, "audio and model") as ledger:
        assert ledger.finished == {0: FIRST}
    assert path.read_bytes() == lines[0] + lines[1]


def test_work_that_rests_on_something_else_begins_anew(tmp_path: Path) -> None:
    with_two(tmp_path / "chunks.jsonl")
    with Ledger(tmp_path / "chunks.jsonl", "other audio") as ledger:
        assert ledger.finished == {}
    with Ledger(tmp_path / "chunks.jsonl", "audio and model") as ledger:
        assert ledger.finished == {}


def test_a_ledger_that_cannot_be_written_says_where_it_is(tmp_path: Path) -> None:
    with pytest.raises(TranscriptionError, match=r"chunks\.jsonl cannot be written"):
        Ledger(tmp_path / "absent" / "chunks.jsonl", "audio")
