"""The law of bundles: what is taken both ways, in any order and however often, leaves two copies of a study alike."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.app.two_copies import Side, held, two_copies, two_kinds

EDITS = 200


@settings(max_examples=4, phases=(Phase.explicit, Phase.generate))  # an example takes a second or two
@given(st.integers(0, 1 << 32), st.lists(st.tuples(st.booleans(), st.integers(0, 4)), max_size=4))
def test_two_copies_end_alike(tmp_path_factory, seed, before):
    folder = tmp_path_factory.mktemp("copies")
    ours, theirs = two_copies(folder, seed)
    for number, (forward, edits) in enumerate(before):  # some exchange on the way, one way or the other
        for side in (ours, theirs):
            for _ in range(edits):
                side.anything()
        giver, taker = (ours, theirs) if forward else (theirs, ours)
        taker.receive(giver.bundle(folder / f"{number}.bundle"))
    for side in (ours, theirs):
        for _ in range(3):
            side.anything()
    exchanged(folder, ours, theirs, Random(seed))


@pytest.mark.parametrize("kinds", [(False, True), (True, False), (True, True)])
def test_two_copies_end_alike_whichever_of_them_is_encrypted(tmp_path, kinds):
    ours, theirs = two_kinds(tmp_path, *kinds, seed=3)
    for side in (ours, theirs):
        for _ in range(6):
            side.anything()
    exchanged(tmp_path, ours, theirs, Random(3))


@pytest.mark.campaign
def test_two_copies_with_two_hundred_edits_each_end_alike(tmp_path):
    ours, theirs = two_copies(tmp_path, 7)
    for _ in range(EDITS):
        ours.anything()
        theirs.anything()
    exchanged(tmp_path, ours, theirs, Random(7))
    assert len(held(ours.study)["journals"]) > 10


def exchanged(folder: Path, ours: Side, theirs: Side, random: Random) -> None:
    """Bundle both ways, each before it has received the other's or after; then once more, which changes nothing."""
    if random.random() < 0.5:
        there, back = ours.bundle(folder / "there"), theirs.bundle(folder / "back")
        for side, file in random.sample([(theirs, there), (ours, back)], 2):
            side.receive(file)
    else:
        theirs.receive(ours.bundle(folder / "there"))
        ours.receive(theirs.bundle(folder / "back"))
    alike = held(ours.study)
    assert held(theirs.study) == alike
    assert not (ours.study.path / "received").exists()
    ours.receive(theirs.bundle(folder / "again"))
    theirs.receive(folder / "there")
    assert held(ours.study) == held(theirs.study) == alike
