"""Any acts one after the other: no word is lost, times never go back, and with all undone nothing has happened."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from interview_tui.errors import Refused
from interview_tui.record.review.changes import WordsCorrected
from interview_tui.record.review.edit_json import from_json, to_json
from interview_tui.record.review.log import Log
from interview_tui.record.review.review import Review
from interview_tui.record.transcript import Turn, Word
from interview_tui.record.under_review import under_review
from interview_tui.tui import acts, belonging, correcting
from interview_tui.tui.acts import Acting, heard_of, stretch_of
from tests.tui.acting import WIDTH, Table

TEXTS = st.lists(st.sampled_from(["the", "lodge", "[inaudible]", "[unclear: a", "b]", "ever,"]), max_size=4).map(
    " ".join
)
ON_WORDS = (correcting.inaudible, correcting.unclear, correcting.quote, correcting.take_off_quotation, acts.give)
START = Table().found


class AnyActs(RuleBasedStateMachine):
    """Ann and Bob do anything to words that are on the screen, one after the other at the same machine."""

    @initialize()
    def open(self) -> None:
        self.table = Table()

    def some(self, data: st.DataObject) -> tuple[Turn, tuple[Word, ...]]:
        """Some words of a turn; those that are heard in the same instant are not told apart."""
        one = data.draw(st.sampled_from(self.table.turns))
        first = data.draw(st.integers(0, len(one.words) - 1))
        words = one.words[first : data.draw(st.integers(first + 1, len(one.words)))]
        instants = {word.start_ms + word.end_ms for word in words}
        return one, tuple(word for word in one.words if word.start_ms + word.end_ms in instants)

    def do(self, acting: Acting) -> None:
        """Do what is to be done with words that are there: that is never refused."""
        changes = len(self.table.found.log.edits)
        said = self.table.do(acting)
        assert said.endswith((".", "?"))
        assert len(said) <= WIDTH
        assert len(self.table.found.log.edits) - changes in (0, 1)

    @rule(data=st.data(), act=st.sampled_from(ON_WORDS))
    def to_words(self, data, act) -> None:
        one, words = self.some(data)
        stretch, heard = stretch_of(one, words), heard_of(one)
        self.do(lambda found: act(found, stretch, heard))

    @rule(data=st.data(), after=TEXTS)
    def edit(self, data, after) -> None:
        one, words = self.some(data)
        stretch, heard, before = stretch_of(one, words), heard_of(one), " ".join(word.text for word in words)
        self.do(lambda found: correcting.correct_words(found, stretch, heard, before, after))

    @rule(data=st.data())
    def cut(self, data) -> None:
        one, words = self.some(data)
        self.do(partial(correcting.cut, cut_ms=words[0].start_ms, heard=heard_of(one)))

    @rule(data=st.data())
    def join(self, data) -> None:
        one, _ = self.some(data)
        with suppress(Refused):  # there is no later turn
            self.do(partial(correcting.join, at_ms=one.start_ms, heard=heard_of(one)))

    @rule()
    def swap(self) -> None:
        self.do(acts.swap)

    @rule(data=st.data())
    def move(self, data) -> None:
        one, words = self.some(data)
        stretch = stretch_of(one, words)
        key = data.draw(st.sampled_from(belonging.places_for_talk(self.table.found, stretch).choices)).key
        self.do(belonging.moves_talk(key, stretch))

    @rule(data=st.data())
    def move_note(self, data) -> None:
        note = data.draw(st.sampled_from(self.table.found.record.notes)).note
        key = data.draw(st.sampled_from(belonging.places_for_note(self.table.found, note).choices)).key
        self.do(belonging.moves_note(key, note))

    @rule(data=st.data())
    def settle(self, data) -> None:
        if doubts := self.table.found.open_doubts:
            one = data.draw(st.sampled_from(doubts))
            self.do(partial(acts.settle, kind=one.kind, stretch=one.stretch))

    @rule(by=st.sampled_from(["ann", "bob"]))
    def hand_over(self, by) -> None:
        self.table.reviews.reviewer = by

    @rule(data=st.data())
    def take_back(self, data) -> None:
        if holding := self.table.found.log.holding:
            edit = data.draw(st.sampled_from(holding)).id
            self.do(partial(acts.take_back, edit=edit))

    @rule(again=st.booleans())
    def undo(self, again) -> None:
        by = self.table.reviews.reviewer
        with suppress(Refused):  # nothing that can be done again
            self.do(partial(acts.redo if again else acts.undo, by=by))

    @invariant()
    def what_the_machine_heard_is_there_but_where_it_was_corrected(self) -> None:
        if not hasattr(self, "table"):
            return
        found = self.table.found
        assert found.machine == START.machine
        changed = [one for one in found.review.rewordings if isinstance(one, WordsCorrected)]
        said = {(word.text, word.start_ms, word.end_ms) for one in self.table.turns for word in one.words}
        for word in (word for placed in START.record.turns for word in placed.turn.words):
            if not any(one.start_ms <= word.end_ms and word.start_ms <= one.end_ms for one in changed):
                assert (word.text, word.start_ms, word.end_ms) in said

    @invariant()
    def times_never_go_back(self) -> None:
        for one in self.table.turns if hasattr(self, "table") else ():
            starts = [word.start_ms for word in one.words]
            assert starts == sorted(starts)
            assert all(word.start_ms <= word.end_ms for word in one.words)

    def teardown(self) -> None:
        if not hasattr(self, "table"):
            return
        live = self.table.found
        kept = Log(from_json(to_json(edit)) for edit in reversed(live.log.edits))
        assert under_review(live.interview, live.machine, kept).record == live.record
        for by in ("ann", "bob"):
            self.table.reviews.reviewer = by
            while self.table.found.log.last_of(by):
                assert "Undone" in self.table.do(partial(acts.undo, by=by))
        assert self.table.found.review == Review()
        assert self.table.found.record == START.record
        assert self.table.found.queue == START.queue


TestAnyActs = AnyActs.TestCase
TestAnyActs.settings = settings(max_examples=25, stateful_step_count=12, deadline=None)
