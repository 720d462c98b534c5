"""Fetching weights with the hub's real client: from a hub on this machine that can misbehave."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from huggingface_hub import constants

from interview_tui.errors import TranscriptionError
from interview_tui.transcribe.engines.engine import make
from interview_tui.transcribe.weights import hub as fetching
from interview_tui.transcribe.weights.catalogue import Entry
from interview_tui.transcribe.weights.kept_models import kept_model, unfinished, unfinished_bytes, wrong_files
from interview_tui.transcribe.weights.models import PACKAGED, find
from tests.transcribe.fake_hub import LARGE, FakeHub, serving

WEIGHTS = bytes(range(256)) * 20_000  # 5 MB
SMALL = {
    "config.json": b"{}",
    "tokenizer.json": b'["<|en|>", "<|de|>"]',
    "vocabulary.txt": b"word\n" * 100,
    "README.md": b"not wanted",
}


def entry_for(weights: bytes, name: str = "small.en") -> Entry:
    return Entry(name, "Somebody/faster-whisper-small.en", "d" * 40, 5, 1, hashlib.sha256(weights).hexdigest())


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    """A hub that holds small.en, where the client looks for the real one."""
    with serving(FakeHub(entry_for(WEIGHTS), SMALL | {LARGE: WEIGHTS})) as served:
        point_at(served.address, monkeypatch)
        yield served


def point_at(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", address)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", address + "/{repo_id}/resolve/{revision}/{filename}")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)


def fetched(hub: FakeHub, cache: Path) -> list[int]:
    """Fetch what it has; gives what was told on the way."""
    told: list[int] = []
    fetching.fetch_into_cache(fetching.ask(hub.entry), cache, told.append)
    return told


def test_size_licence_and_origin_are_known_before_anything_is_fetched(hub: FakeHub) -> None:
    offer = fetching.ask(hub.entry)
    assert offer.size == len(WEIGHTS) + sum(len(SMALL[file.name]) for file in offer.files[:-1])
    assert (offer.licence, offer.address) == ("MIT", hub.address)
    assert [file.name for file in offer.files] == ["vocabulary.txt", "tokenizer.json", "config.json", LARGE]
    assert hub.asked == [f"/api/models/{hub.entry.repository}/revision/{hub.entry.revision}"]


def test_what_is_fetched_is_whole_verified_and_found_by_its_name(hub: FakeHub, tmp_path: Path) -> None:
    told = fetched(hub, tmp_path)
    kept = kept_model("small.en", tmp_path)
    assert kept is not None
    assert (kept.folder / LARGE).read_bytes() == WEIGHTS
    assert not (kept.folder / "README.md").exists()
    assert wrong_files(kept, tmp_path) == []
    assert told == sorted(told)
    assert told[-1] == fetching.ask(hub.entry).size
    assert unfinished_bytes("small.en", tmp_path) == 0


def test_the_hub_is_told_of_no_account_and_nothing_of_this_machine(
    hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    fetched(hub, tmp_path)
    assert not [sent for sent in hub.headers if "authorization" in sent]
    assert not [sent for sent in hub.headers if "torch" in sent["user-agent"] or "agent/" in sent["user-agent"]]
    assert not [path for path in hub.asked if hub.entry.repository not in path and "elsewhere" not in path]


def test_a_line_that_breaks_is_taken_up_where_it_broke(hub: FakeHub, tmp_path: Path) -> None:
    hub.cut_after = [2_100_000, 4_200_000]
    fetched(hub, tmp_path)
    starts = [int(asked.removeprefix("bytes=").rstrip("-") or 0) for asked in hub.ranges]
    assert starts[0] == 0 < starts[1] <= 2_100_000 < starts[2] <= 4_200_000
    assert (tmp_path / "models" / "small.en" / LARGE).read_bytes() == WEIGHTS


def tearing(hub: FakeHub) -> Callable[[int], None]:
    """Lets the hub tear the line when a part has arrived."""

    def told(here: int) -> None:
        if here > 1_000_000:
            hub.released.set()

    return told


def test_a_line_that_is_torn_is_taken_up_too(hub: FakeHub, tmp_path: Path) -> None:
    hub.cut_after, hub.torn = [2_100_000], True
    fetching.fetch_into_cache(fetching.ask(hub.entry), tmp_path, tearing(hub))
    assert hub.ranges[-1] != ""
    assert (tmp_path / "models" / "small.en" / LARGE).read_bytes() == WEIGHTS


def test_a_line_that_stays_dead_is_a_sentence_and_what_arrived_is_kept(hub: FakeHub, tmp_path: Path) -> None:
    hub.cut_after, hub.torn = [2_100_000, 1, 1, 1], True
    with pytest.raises(TranscriptionError, match=r"The connection was lost while small\.en was fetched") as raised:
        fetching.fetch_into_cache(fetching.ask(hub.entry), tmp_path, tearing(hub))
    assert "it goes on where it was" in raised.value.hint
    assert unfinished_bytes("small.en", tmp_path) > 1_000_000


def test_a_hub_that_begins_anew_whatever_is_asked_costs_time_and_nothing_else(hub: FakeHub, tmp_path: Path) -> None:
    hub.cut_after, hub.knows_ranges = [2_100_000], False
    fetched(hub, tmp_path)
    assert (tmp_path / "models" / "small.en" / LARGE).read_bytes() == WEIGHTS


def test_a_part_that_is_longer_than_the_file_is_begun_anew(hub: FakeHub, tmp_path: Path) -> None:
    folder = unfinished("small.en", tmp_path)
    folder.mkdir(parents=True)
    (folder / fetching.ask(hub.entry).files[-1].part).write_bytes(WEIGHTS + b"more")
    fetched(hub, tmp_path)
    assert hub.ranges == [""]


def test_what_an_attempt_at_another_version_left_does_not_stay(hub: FakeHub, tmp_path: Path) -> None:
    folder = unfinished("small.en", tmp_path)
    folder.mkdir(parents=True)
    (folder / f"{LARGE}.000000000000.part").write_bytes(bytes(1000))
    fetched(hub, tmp_path)
    assert hub.ranges == [""]
    assert not list((tmp_path / "models" / "small.en").glob("*.part"))


@pytest.mark.parametrize("name", [LARGE, "tokenizer.json"])
def test_what_is_not_what_was_promised_is_refused_and_deleted(hub: FakeHub, tmp_path: Path, name: str) -> None:
    hub.sent[name] = bytes(len(hub.files[name]))
    with pytest.raises(TranscriptionError, match=f"What arrived as {name}.* is not what was promised"):
        fetched(hub, tmp_path)
    left = unfinished("small.en", tmp_path)
    assert not [file for file in left.iterdir() if file.name.startswith(name)]
    assert kept_model("small.en", tmp_path) is None
    hub.sent.clear()
    fetched(hub, tmp_path)
    assert kept_model("small.en", tmp_path) is not None


def test_a_file_that_was_damaged_between_two_attempts_is_seen(hub: FakeHub, tmp_path: Path) -> None:
    offer = fetching.ask(hub.entry)
    folder = unfinished("small.en", tmp_path)
    folder.mkdir(parents=True)
    (folder / "tokenizer.json").write_bytes(b"something else")
    with pytest.raises(TranscriptionError, match="tokenizer"):
        fetching.fetch(offer, folder, tmp_path)
    assert not (folder / "tokenizer.json").exists()


def test_other_weights_under_a_known_name_are_not_even_fetched(hub: FakeHub) -> None:
    with pytest.raises(TranscriptionError, match=r"is not small\.en as this program knows it"):
        fetching.ask(replace(hub.entry, sha256="0" * 64))


def test_weights_that_no_list_knows_are_held_against_what_the_hub_promises(hub: FakeHub, tmp_path: Path) -> None:
    hub.entry = replace(hub.entry, sha256="")
    fetched(hub, tmp_path)
    hub.sent[LARGE] = bytes(len(WEIGHTS))
    with pytest.raises(TranscriptionError, match="not what was promised"):
        fetched(hub, tmp_path / "another")


def test_a_version_that_is_gone_is_one_sentence(hub: FakeHub) -> None:
    with pytest.raises(TranscriptionError, match=r"does not offer .* any more"):
        fetching.ask(replace(hub.entry, revision="e" * 40))


def test_a_model_that_no_disk_could_hold_is_refused_before_anything_is_fetched(hub: FakeHub, tmp_path: Path) -> None:
    hub.stated_size = 10**16
    with pytest.raises(TranscriptionError, match=r"no room for small.en: it takes 10000000\.0 GB more") as raised:
        fetched(hub, tmp_path)
    assert "remove" in raised.value.hint
    assert hub.ranges == []


def test_a_hub_that_says_nothing_is_given_up_within_a_few_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        point_at(f"http://127.0.0.1:{mute.getsockname()[1]}", monkeypatch)
        monkeypatch.setattr(fetching, "PATIENCE_S", 0.2)
        with pytest.raises(TranscriptionError, match="the hub cannot be reached"):
            fetching.ask(entry_for(WEIGHTS))


def test_a_machine_that_must_stay_offline_stays_offline(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(TranscriptionError, match="HF_HUB_OFFLINE forbids fetching it") as raised:
        fetching.ask(hub.entry)
    assert "models add DIR" in raised.value.hint
    assert hub.asked == []


def test_an_answer_that_is_no_hubs_is_a_sentence(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeHub, "statement", lambda _: ["Please accept the terms of this wireless network."])
    with pytest.raises(TranscriptionError, match="the hub cannot be reached"):
        fetching.ask(hub.entry)


def test_the_real_weights_fetched_are_the_packaged_ones_and_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packaged = PACKAGED["tiny.en"].files[0].parent
    files = {file.name: file.read_bytes() for file in packaged.iterdir() if file.is_file()}
    with serving(FakeHub(entry_for(files[LARGE]), files, cut_after=[40_000_000])) as served:
        point_at(served.address, monkeypatch)
        fetched(served, tmp_path)
        monkeypatch.setitem(fetching_catalogue(), "small.en", served.entry)
        model = find("small.en", "en", tmp_path)
    assert (model.sha256, model.english_only) == (PACKAGED["tiny.en"].sha256, True)
    make("faster-whisper", model, "en").load()


def fetching_catalogue() -> dict[str, Entry]:
    from interview_tui.transcribe.weights.catalogue import CATALOGUE

    return CATALOGUE


FETCHING = """
import sys
from pathlib import Path
from interview_tui.errors import TranscriptionError
from interview_tui.transcribe.weights import hub
from interview_tui.transcribe.weights.catalogue import Entry
offer = hub.ask(Entry("small.en", sys.argv[1], sys.argv[2], 5, 1, sys.argv[3]))
if len(sys.argv) > 5:
    import resource, signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[5]),) * 2)
try:
    hub.fetch_into_cache(offer, Path(sys.argv[4]), lambda here: print(here, flush=True))
except TranscriptionError as error:
    print(error)
except KeyboardInterrupt:
    print("stopped")
"""


def child(hub: FakeHub, cache: Path, *more: str) -> subprocess.Popen[str]:
    """A process of its own that fetches."""
    entry = hub.entry
    return subprocess.Popen(
        [sys.executable, "-c", FETCHING, entry.repository, entry.revision, entry.sha256, str(cache), *more],
        env={**os.environ, "HF_ENDPOINT": hub.address, "HF_HUB_OFFLINE": "0"},
        cwd=Path(fetching.__file__).parents[2],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_whatever_ends_the_process_the_next_goes_on_where_it_was(hub: FakeHub, tmp_path: Path, end: int) -> None:
    hub.stall_after = 3_500_000
    with child(hub, tmp_path) as first:
        assert first.stdout
        next(line for line in first.stdout if line.strip().isdigit() and int(line) >= 3_000_000)
        first.send_signal(end)
        last = first.stdout.read()
    assert kept_model("small.en", tmp_path) is None
    arrived = unfinished_bytes("small.en", tmp_path) - sum(len(SMALL[name]) for name in SMALL if name != "README.md")
    assert arrived >= 3_000_000
    assert end == signal.SIGKILL or "stopped" in last
    hub.stall_after = None
    with child(hub, tmp_path) as second:
        assert second.stdout
        second.stdout.read()
    assert hub.ranges[-1] == f"bytes={arrived}-"
    assert (tmp_path / "models" / "small.en" / LARGE).read_bytes() == WEIGHTS


@pytest.mark.skipif(sys.platform == "win32", reason="a limit of this kind")
def test_a_disk_that_becomes_full_is_a_sentence_and_loses_nothing(hub: FakeHub, tmp_path: Path) -> None:
    with child(hub, tmp_path, "2000000") as full:
        assert full.stdout
        said = full.stdout.read()
    assert "There is no room for small.en" in said
    assert "it goes on where it was" in said
    fetched(hub, tmp_path)
    assert hub.ranges[-1] == "bytes=2000000-"


def test_two_processes_do_not_fetch_the_same_model_at_once(hub: FakeHub, tmp_path: Path) -> None:
    hub.stall_after = 3_500_000
    with child(hub, tmp_path) as first:
        assert first.stdout
        next(line for line in first.stdout if line.strip().isdigit() and int(line) >= 3_000_000)
        with pytest.raises(TranscriptionError, match="is being added by another process"):
            fetched(hub, tmp_path)
        first.kill()
