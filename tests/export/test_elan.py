"""ELAN files, read back by lxml and pympi."""

from __future__ import annotations

import os
import tempfile
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from lxml import etree
from pympi import Eaf

from interview_tui.export import elan
from interview_tui.export.document import NO_QUESTION, BlockKind, Document, build
from interview_tui.export.legible import legible
from interview_tui.export.options import AudioFile, Enclosed, Options, Recording
from interview_tui.record.model import PlacedTurn, Record
from interview_tui.record.transcript import RESPONDENT, Turn
from tests.export.example_record import example_record, turn
from tests.export.spoken_record import documents, said

SCHEMA = os.environ.get("EAF_XSD", "")
"""EAFv3.0.xsd of the Max Planck Institute: it comes without a licence, so it is no part of this project."""

Told = list[tuple[int, int, str]]


def tiers(document: Document) -> dict[str, Told]:
    """The annotations of every tier as pympi reads them, by start."""
    with tempfile.NamedTemporaryFile(suffix=".eaf") as file:
        Path(file.name).write_bytes(elan.render(document, Options()))
        read = Eaf(file.name)
    return {
        name: sorted(each[:3] for each in read.get_annotation_data_for_tier(name)) for name in read.get_tier_names()
    }


def root_of(document: Document) -> etree._Element:
    return etree.fromstring(elan.render(document, Options()))


def talk(*turns: Turn) -> Record:
    return example_record(
        turns=tuple(PlacedTurn(each, None) for each in turns), notes=(), flags=(), gaps=(), withheld=()
    )


def heard_in(path: str) -> Document:
    piece = AudioFile(path, 62_000, 162_000)
    return build(example_record(), Options(), Enclosed(recording=Recording(Path(path), (piece,), 100_000)))


def test_every_speaker_has_a_tier_and_so_have_structure_notes_and_gaps() -> None:
    told = tiers(build(example_record()))
    assert list(told) == ["I", "R", "structure", "notes", "gaps"]
    assert (20_000, 20_460, "What happened?") in told["I"]
    assert told["structure"][2] == (20_000, 26_460, "Critical incidents > R1 > Outcome > good > What happened?")
    assert told["notes"][1:4:2] == [
        (22_000, 23_000, "(important) new PH, 1st budget rang 11pm"),
        (33_000, 34_000, "(flagged)"),
    ]
    assert told["gaps"] == [
        (30_000, 31_000, "withheld at participant's request for 00:00:09"),
        (40_000, 41_000, "not recorded for 00:00:28"),
    ]


def test_the_document_is_dated_and_its_tiers_name_who_spoke() -> None:
    root = root_of(build(example_record()))
    assert datetime.fromisoformat(root.get("DATE", "")).isoformat() == "2026-03-14T11:03:00+00:00"
    assert [tier.get("PARTICIPANT") for tier in root.iter("TIER")] == ["interviewer", "respondent", None, None, None]


def test_turns_of_one_speaker_that_overlap_are_cut_and_those_of_two_are_not() -> None:
    long, short, other = (
        turn(1, RESPONDENT, 1, "One two three four five"),
        turn(2, RESPONDENT, 1.5, "six"),
        turn(3, "X", 1.6, "Mm"),
    )
    told = tiers(build(talk(long, short, other)))
    assert told["R"] == [(1000, 1500, "One two three four five"), (1500, 1710, "six")]
    assert told["X"] == [(1600, 1810, "Mm")]


def test_turns_that_begin_at_once_or_have_no_length_last_a_millisecond() -> None:
    first, second = turn(1, RESPONDENT, 1, "One", word_ms=40), turn(2, RESPONDENT, 1, "two", word_ms=40)
    assert tiers(build(talk(first, second)))["R"] == [(1000, 1001, "One"), (1001, 1002, "two")]


def test_speakers_who_cannot_be_told_apart_by_their_tags_have_tiers_of_their_own() -> None:
    names = ("", ":", "structure", "U", "unknown")
    record = talk(*(turn(number, name, number, "Yes") for number, name in enumerate(names, 1)))
    assert list(tiers(build(record)))[:5] == ["U", "U 2", "structure 2", "U 3", "U 4"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("../recordings/P 07/audio.flac", "audio/flac"),
        ("audio/P07.m4a", "audio/mp4"),
        ("audio/P07.wav", "audio/x-wav"),
        ("x.aiff", "audio/*"),
    ],
)
def test_the_audio_is_named_by_the_way_to_it_and_its_kind(path: str, kind: str) -> None:
    [media] = root_of(heard_in(path)).iter("MEDIA_DESCRIPTOR")
    way = path if path.startswith("..") else f"./{path}"
    assert dict(media.attrib) == {"MIME_TYPE": kind, "MEDIA_URL": way, "RELATIVE_MEDIA_URL": way}


def test_audio_on_another_drive_is_named_by_its_whole_path() -> None:
    [media] = root_of(heard_in("D:/calls/P07.wav")).iter("MEDIA_DESCRIPTOR")
    assert dict(media.attrib) == {"MIME_TYPE": "audio/x-wav", "MEDIA_URL": "file:///D:/calls/P07.wav"}


def test_without_audio_there_is_no_media() -> None:
    assert list(root_of(build(example_record())).iter("MEDIA_DESCRIPTOR")) == []


@settings(deadline=None, max_examples=20)
@given(documents())
def test_any_record_is_a_valid_file_with_all_words_on_its_speakers_tiers(document: Document) -> None:
    check(root_of(document))
    told = tiers(document)
    for on_tier in told.values():
        assert all(start < end for start, end, _ in on_tier)
        assert all(before[1] <= after[0] for before, after in pairwise(on_tier))
    speakers = [name for name in told if name not in (elan.STRUCTURE, elan.NOTES, elan.GAPS)]
    words = [text.removesuffix(" [speaker doubtful]").split() for name in speakers for _, _, text in told[name]]
    assert sorted(words) == sorted(words for _, words in said(document))
    for kind, name in ((BlockKind.HEADING, elan.STRUCTURE), (BlockKind.NOTE, elan.NOTES)):
        blocks = [block for block in document.blocks if block.kind is kind]
        texts = [legible(block.text) for block in blocks if kind is BlockKind.NOTE or block.text != NO_QUESTION]
        of_kind = [text for _, _, text in told.get(name, []) if text != "(flagged)"]
        assert len(of_kind) == len(texts)
        assert all(text.endswith(end) for text, end in zip(of_kind, texts, strict=True))


@pytest.mark.campaign  # ELAN's schema states no licence, so it does not lie here
@pytest.mark.skipif(not SCHEMA, reason="EAF_XSD says where EAFv3.0.xsd lies")
@settings(deadline=None, max_examples=20)
@given(documents())
def test_any_record_keeps_to_the_schema(document: Document) -> None:
    etree.XMLSchema(etree.parse(SCHEMA)).assertValid(root_of(document))


def check(root: etree._Element) -> None:
    """What the schema and ELAN ask of the elements that are written here."""
    order = [child.tag for child in root if child.tag != "TIER"]
    assert order == ["HEADER", "TIME_ORDER", "LINGUISTIC_TYPE"]
    assert [child.tag for child in root][2:-1] == ["TIER"] * (len(root) - 3)
    slots = {slot.get("TIME_SLOT_ID"): int(slot.get("TIME_VALUE")) for slot in root.iter("TIME_SLOT")}
    assert len(slots) == len(root.find("TIME_ORDER"))
    assert list(slots.values()) == sorted(slots.values())
    assert all(0 <= value < 2**32 for value in slots.values())
    names = [tier.get("TIER_ID") for tier in root.iter("TIER")]
    assert len(set(names)) == len(names)
    assert all(tier.get("LINGUISTIC_TYPE_REF") == root[-1].get("LINGUISTIC_TYPE_ID") for tier in root.iter("TIER"))
    annotations = list(root.iter("ALIGNABLE_ANNOTATION"))
    used = [each.get(f"TIME_SLOT_REF{end}") for each in annotations for end in (1, 2)]
    assert sorted(used) == sorted(slots)
    assert len({each.get("ANNOTATION_ID") for each in annotations}) == len(annotations)
    assert root.findtext("HEADER/PROPERTY[@NAME='lastUsedAnnotationId']") == str(len(annotations))
