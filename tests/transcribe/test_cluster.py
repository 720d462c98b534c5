"""Hearing on a Dask cluster: a real one, of two workers on this machine."""

import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import distributed
import pytest

from interview_tui.errors import ConfigError, TranscriptionError
from interview_tui.record.ports import JobProgress
from interview_tui.transcribe.cluster import ear
from interview_tui.transcribe.cluster.connection import connected
from interview_tui.transcribe.cluster.dask_decoders import DaskDecoders
from interview_tui.transcribe.cluster.machines import Machine, named, present, unencrypted
from interview_tui.transcribe.cluster.order import Order, order_for
from interview_tui.transcribe.engines import engine
from interview_tui.transcribe.engines.engine import Engine
from interview_tui.transcribe.hearing.decoders import Ask, ThreadDecoders
from interview_tui.transcribe.hearing.decoding import HeardUnit
from interview_tui.transcribe.jobs import batch
from interview_tui.transcribe.jobs.job import read_transcript, run
from interview_tui.transcribe.listening.chunk import Chunk, Piece
from interview_tui.transcribe.listening.cutting import Unit
from interview_tui.transcribe.listening.sound import RATE, Passage, SoundClip
from interview_tui.transcribe.spec import ClusterShare, JobSpec
from interview_tui.transcribe.weights import models
from tests.transcribe.conftest import Finished
from tests.transcribe.making import clip_of, command, job, until
from tests.transcribe.worker_entry import read_sound

PHRASES = ((0, 1.0, 3.3), (1, 9.0, 13.6), (0, 20.0, 22.3), (1, 29.0, 33.6))  # channel and seconds in `two_people`
NOWHERE = "tcp://127.0.0.1:9"


@pytest.fixture(scope="module")
def ears(cache: Path) -> Engine:
    return engine.make("faster-whisper", models.find("tiny.en", "en", cache), "en")


@pytest.fixture(scope="module")
def order(ears: Engine, cache: Path) -> Order:
    return order_for(ears, models.find("tiny.en", "en", cache))


def two_workers() -> Iterator[distributed.LocalCluster]:
    """Two workers, each a process with one thread; one that is killed is started again."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", host="127.0.0.1"
    ) as cluster:
        cluster.wait_for_workers(2)
        yield cluster


@pytest.fixture
def cluster() -> Iterator[distributed.LocalCluster]:
    """A cluster that nobody has used, to do harm to."""
    yield from two_workers()


@pytest.fixture(scope="module")
def standing_cluster() -> Iterator[distributed.LocalCluster]:
    """A cluster for all tests that leave it as it was."""
    yield from two_workers()


@pytest.fixture
def client(cluster: distributed.LocalCluster) -> Iterator[distributed.Client]:
    with distributed.Client(cluster, set_as_default=False) as client:
        yield client


@pytest.fixture(scope="module")
def asks(call: Path) -> list[Ask]:
    """Eight units: each phrase of a call twice."""
    passage = Passage((clip_of(call),))
    return [Ask(unit(passage, number), passage) for number in range(8)]


def unit(passage: Passage, number: int) -> Unit:
    channel, first_s, last_s = PHRASES[number % len(PHRASES)]
    first, last = round(first_s * RATE), round(last_s * RATE)
    piece = Piece(first, last, RATE // 2, RATE // 2)
    chunk = Chunk(passage.key, channel, number, "interviewer", (piece,), ((first, last),), ())
    return Unit(f"{passage.key}/{channel}/{number}", (chunk,))


@pytest.fixture(scope="module")
def heard_here(asks: list[Ask], ears: Engine) -> dict[str, object]:
    """What this machine hears in the units."""
    with ThreadDecoders(ears, read_sound, 1) as decoders:
        return words(decoders.hear(asks))


def words(heard: Iterator[HeardUnit] | Sequence[HeardUnit]) -> dict[str, object]:
    """What was heard in each unit; a unit twice is an error."""
    found: dict[str, object] = {}
    for one in heard:
        assert one.key not in found
        found[one.key] = one.heard
    return found


def decoders(cluster: distributed.LocalCluster, order: Order, workers: Sequence[Machine] | None = None) -> DaskDecoders:
    with connected(cluster.scheduler_address) as client:
        there = present(client) if workers is None else workers
    share = ClusterShare(cluster.scheduler_address, tuple(one.address for one in there))
    return DaskDecoders(share, order, read_sound)


def test_a_cluster_hears_what_this_machine_hears(
    standing_cluster: distributed.LocalCluster, order: Order, asks: list[Ask], heard_here: dict[str, object]
) -> None:
    with decoders(standing_cluster, order) as ours:
        assert ours.count == 2
        heard = list(ours.hear(iter([*asks, None])))
    assert words(heard) == heard_here
    assert {one.machine.partition(":")[0] for one in heard} == {"0 on 127.0.0.1", "1 on 127.0.0.1"}


def test_a_worker_killed_in_the_middle_loses_no_unit_and_doubles_none(
    cluster: distributed.LocalCluster,
    client: distributed.Client,
    order: Order,
    asks: list[Ask],
    heard_here: dict[str, object],
) -> None:
    victim = next(iter(client.run(os.getpid).values()))
    heard: list[HeardUnit] = []
    with decoders(cluster, order) as ours:
        for one in ours.hear(asks):
            if not heard:
                os.kill(victim, signal.SIGKILL)
            heard.append(one)
    assert words(heard) == heard_here


def test_a_worker_that_is_started_again_hears_again(
    cluster: distributed.LocalCluster,
    client: distributed.Client,
    order: Order,
    asks: list[Ask],
    heard_here: dict[str, object],
) -> None:
    with connected(cluster.scheduler_address) as ours_first:
        only = present(ours_first)[:1]
    heard: list[HeardUnit] = []
    with decoders(cluster, order, only) as ours:
        for one in ours.hear(asks):
            if not heard:
                os.kill(client.run(os.getpid, workers=[only[0].address])[only[0].address], signal.SIGKILL)
            heard.append(one)
    assert words(heard) == heard_here


def test_a_worker_that_was_not_named_gets_nothing(
    cluster: distributed.LocalCluster, client: distributed.Client, order: Order, asks: list[Ask]
) -> None:
    with connected(cluster.scheduler_address) as ours_first:
        wanted, other = present(ours_first)
    with decoders(cluster, order, [wanted]) as ours:
        heard = list(ours.hear(asks))
    assert len(heard) == len(asks)
    assert all(one.machine.startswith(wanted.label) for one in heard)

    def knows_of_us() -> bool:
        return any(name.startswith("interview_tui") for name in sys.modules)

    assert client.run(knows_of_us) == {wanted.address: True, other.address: False}


def test_sound_is_neither_with_the_scheduler_nor_among_what_workers_keep(
    standing_cluster: distributed.LocalCluster, order: Order, asks: list[Ask], monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[str] = []
    scheduler = standing_cluster.scheduler

    def watched(name: str) -> Callable[..., object]:
        handler = scheduler.handlers[name]

        def watch(*arguments: object, **options: object) -> object:
            handed.append(name)
            return handler(*arguments, **options)

        return watch

    def kept(dask_worker: distributed.Worker) -> int:
        return len(pickle.dumps([value for value in dask_worker.data.values() if not isinstance(value, ear.Ear)]))

    for way in ("proxy", "scatter"):  # by which the scheduler hands things on to workers
        monkeypatch.setitem(scheduler.handlers, way, watched(way))
    with (
        distributed.Client(standing_cluster, set_as_default=False) as client,
        decoders(standing_cluster, order) as ours,
    ):
        for _ in ours.hear(asks):
            assert all(len(pickle.dumps(task.run_spec)) < 4_000 for task in scheduler.tasks.values())
            assert all(size < 100 for size in client.run(kept).values())
    assert handed == []
    until(lambda: not scheduler.tasks, "letting the ears go")


def test_a_worker_with_other_weights_is_refused(
    standing_cluster: distributed.LocalCluster, order: Order, asks: list[Ask]
) -> None:
    other = replace(order, means=tuple((name, "0" * 64 if name == "weights" else is_) for name, is_ in order.means))
    with (
        decoders(standing_cluster, other) as ours,
        pytest.raises(TranscriptionError, match=r"No worker is left.*weights 1a5afae06a4d… instead of 000000000000…"),
    ):
        list(ours.hear(asks))


def test_without_a_scheduler_there_is_a_sentence_within_seconds() -> None:
    with (
        pytest.raises(TranscriptionError, match="No Dask scheduler can be reached"),
        connected(NOWHERE),
    ):
        pass


def test_a_scheduler_that_is_gone_in_the_middle_is_a_sentence(
    cluster: distributed.LocalCluster, order: Order, asks: list[Ask]
) -> None:
    with decoders(cluster, order) as ours:
        heard = ours.hear(asks)
        next(heard)
        cluster.close()
        with pytest.raises(TranscriptionError, match="What is finished is kept"):
            list(heard)


def test_without_dask_there_is_a_sentence_that_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(TranscriptionError, match=r"interview-tui\[cluster\]"), connected(NOWHERE):
        pass


LAB = Machine("lab", "tcp://10.0.0.7:4001", "10.0.0.7", 4)
DESK = Machine("desk", "tls://10.0.0.8:4002", "10.0.0.8", 2)


@pytest.mark.parametrize("wanted", ["lab", "10.0.0.7", "10.0.0.7:4001", "tcp://10.0.0.7:4001"])
def test_a_worker_is_named_by_name_host_or_address(wanted: str) -> None:
    assert named([LAB, DESK], [wanted], "s") == [LAB]


def test_all_takes_those_that_are_there() -> None:
    assert named([LAB, DESK], ["all"], "s") == [LAB, DESK]


@pytest.mark.parametrize("names", [(), ("lob",), ("all", "lob")])
def test_who_names_none_or_one_that_is_not_there_is_told_who_is(names: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError, match=r"lab on 10\.0\.0\.7, 4 threads\n  desk on 10\.0\.0\.8, 2 threads") as told:
        named([LAB, DESK], names, "s")
    assert told.value.hint


def test_a_cluster_without_workers_is_said_to_have_none() -> None:
    with pytest.raises(TranscriptionError, match="has no workers"):
        named([], ["all"], "s")


def test_only_the_way_to_another_machine_without_tls_is_unencrypted() -> None:
    here = ["tcp://127.0.0.1:1", "tcp://localhost:2", "tcp://[::1]:3", "127.0.0.1:4"]
    safe = ["tls://10.0.0.8:5", "wss://10.0.0.8:6"]
    open_to_all = ["tcp://10.255.255.9:7", "10.255.255.9:8", "ws://10.255.255.9:9"]
    assert unencrypted([*here, *safe, *open_to_all]) == open_to_all


def test_a_worker_is_told_apart_by_what_it_hears_with(order: Order) -> None:
    found = {"means": [list(pair) for pair in order.means if pair[0] != "ctranslate2"]}
    assert ear.answers({"means": order.means}, order) == ""
    assert ear.answers(found, order).startswith("It has ctranslate2 none instead of ")
    assert ear.answers({"failed": "There is no model 'tiny.en'."}, order) == "There is no model 'tiny.en'."
    assert "not installed there" in ear.answers(ModuleNotFoundError("No module named 'interview_tui'"), order)


def test_interviews_are_transcribed_side_by_side_as_they_would_be_here(
    standing_cluster: distributed.LocalCluster,
    order: Order,
    finished: Finished,
    call: Path,
    cache: Path,
    tmp_path: Path,
) -> None:
    address = standing_cluster.scheduler_address
    cases = ["P07", "P08", "P09"]
    specs = [replace(job(tmp_path / case, cache, clip_of(call)), case=case) for case in cases]
    told: list[JobProgress] = []
    with connected(address) as client:
        machines = batch.fit(client, present(client), order).machines
        failed = batch.transcribe(client, specs, address, machines, told.append, command)
    assert failed == {}
    for spec in specs:
        made = read_transcript(spec.transcript)
        assert (made.turns, made.doubts) == (finished.transcript.turns, finished.transcript.doubts)
        assert "on 127.0.0.1: " in made.provenance.parameters["heard by"]
    assert told[0].case == "P07, P08"
    assert told[-1].done_s == pytest.approx(told[-1].total_s)
    assert all(before.done_s <= after.done_s for before, after in pairwise(told))


def test_what_a_lost_cluster_has_heard_is_kept_for_this_machine(
    cluster: distributed.LocalCluster, finished: Finished, call: Path, cache: Path, tmp_path: Path
) -> None:
    spec = job(tmp_path, cache, clip_of(call))

    def pull_the_plug(progress: JobProgress) -> None:
        if progress.done_s and cluster.status.name == "running":
            cluster.close()

    with connected(cluster.scheduler_address) as client:
        machines = present(client)
        failed = batch.transcribe(client, [spec], cluster.scheduler_address, machines, pull_the_plug, command)
    assert "What is finished is kept" in failed["P07"]
    kept = spec.ledger.read_bytes()
    made = run(spec, command=command)
    assert spec.ledger.read_bytes().startswith(kept)
    assert made.turns == finished.transcript.turns


def test_it_is_said_what_goes_where_before_it_goes() -> None:
    specs = [JobSpec("P07", (SoundClip(Path("a"), 0, 26 * 60, 1, 1.0, 0, 2),), Path("P07"))]
    said = batch.announcement(specs, [LAB, DESK])
    assert "26 minutes of P07" in said
    assert "lab on 10.0.0.7, 4 threads" in said
    assert "10.0.0.7" in batch.warning("tls://10.0.0.8:1", [LAB, DESK])
    assert batch.warning("tls://10.0.0.8:1", [DESK]) == ""
