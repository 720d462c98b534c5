"""Any review of a call on disk: read again it is what it was, undone it was never there, and the call is untouched."""

from __future__ import annotations

import json
import shutil
import tempfile
from functools import cache, partial
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from interview_tui import reviewing
from interview_tui.errors import Refused
from interview_tui.interview.events import Place, Stretch
from interview_tui.interview.state import Interview
from interview_tui.record.merge import merge
from interview_tui.record.review.changes import ReviewState, WordsCorrected
from interview_tui.record.review.commands import Reviewing
from interview_tui.record.review.log import Edit, Log
from interview_tui.record.review.review import Review, review_of
from interview_tui.record.review_ports import Correction
from interview_tui.record.transcript import (
    INTERVIEWER,
    RESPONDENT,
    UNKNOWN,
    Provenance,
    Transcript,
    Turn,
    Word,
    to_json,
)
from interview_tui.reviewing import StudyReviews
from interview_tui.store.preferences import Preferences, preferences_file, reviewer, write_preferences
from interview_tui.store.reviews import ReviewFolder
from interview_tui.store.study import StudyFolder
from interview_tui.tui import acts
from interview_tui.tui.acts import Act, Acting
from tests.app.laid_study import CASE, NOON_MS, LaidStudy
from tests.examples import Moment
from tests.record.test_merge import turn

SPOKEN = (
    turn(1, INTERVIEWER, 5_000, 9_000, "How would you define mentoring"),
    turn(2, RESPONDENT, 10_000, 20_000, "Holding the ladder while someone else climbs, really."),
    turn(3, INTERVIEWER, 14_000, 14_800, "Mm hm."),
    turn(4, RESPONDENT, 21_000, 23_000, "And did you ever fall"),
    turn(5, UNKNOWN, 24_000, 25_000, "Once or twice."),
    Turn(6, RESPONDENT, (Word("So", 26_000, 26_000), Word("it", 26_000, 26_010), Word("was.", 26_010, 26_400, 0.4))),
)
TRANSCRIPT = Transcript(SPOKEN, Provenance("faster-whisper", "base.en", "0" * 64, "en"))


def laid_at(folder: Path) -> LaidStudy:
    """An interview that is over, and its transcript."""
    made = LaidStudy.make(folder)
    made.do(lambda session, now: session.end("complete", now), at_ms=30_000)
    (made.folder / "transcript.json").write_text(json.dumps(to_json(TRANSCRIPT)), encoding="utf-8")
    return made


@pytest.fixture
def laid(tmp_path: Path) -> LaidStudy:
    return laid_at(tmp_path / "study")


def speakers(study: StudyFolder) -> list[str]:
    return [placed.turn.speaker for placed in study.record(CASE).turns]


def correct(study: StudyFolder, correction: Correction) -> None:
    StudyReviews(study).correct(CASE, correction)


def do(study: StudyFolder, acting: Acting) -> None:
    act = acting(StudyReviews(study).opened(CASE))
    assert isinstance(act, Act), act
    correct(study, act.correction)


def test_what_the_record_screen_corrects_is_on_disk_at_once_and_the_call_is_untouched(laid):
    kept, events = (laid.folder / "transcript.json").read_bytes(), laid.study.events(CASE)
    before = speakers(laid.study)
    do(laid.study, acts.swap)
    fourth = next(placed.turn for placed in laid.study.record(CASE).turns if placed.turn.number == 4)
    do(laid.study, partial(acts.give, said=fourth.stretch))
    other = {INTERVIEWER: RESPONDENT, RESPONDENT: INTERVIEWER}
    again = StudyFolder.open(laid.study.path)
    assert speakers(again) == [name if number == 4 else other.get(name, name) for number, name in enumerate(before, 1)]
    assert again.events(CASE) == events
    assert (laid.folder / "transcript.json").read_bytes() == kept


def test_an_edit_says_who_made_it_and_what_they_had_seen(laid, monkeypatch):
    monkeypatch.setattr(reviewing.platform, "node", lambda: "lab")
    monkeypatch.setenv("LOGNAME", "ann")
    correct(laid.study, lambda r, now: r.reach(ReviewState.CHECKED, "", now))
    write_preferences(preferences_file(), Preferences(reviewer="BB"))
    correct(laid.study, lambda r, now: r.reach(ReviewState.SIGNED_OFF, "", now))
    first, second = laid.study.review_log(CASE).edits
    assert [(edit.by, edit.machine, edit.seen) for edit in (first, second)] == [
        ("ann", "lab", ()),
        ("BB", "lab", (first.id,)),
    ]
    assert first.id != second.id
    assert laid.study.record(CASE).review is ReviewState.SIGNED_OFF


def test_a_review_goes_on_while_the_debrief_is_open(laid):
    journal = laid.study.journal(CASE)
    do(laid.study, acts.swap)
    assert journal.close(10.0)
    assert speakers(laid.study)[0] == RESPONDENT


def test_an_interview_that_goes_on_is_not_reviewed(tmp_path):
    going_on = LaidStudy.make(tmp_path / "study")
    with pytest.raises(Refused, match="not over yet"):
        correct(going_on.study, lambda r, now: r.swap_speakers(now))
    assert not (tmp_path / "study" / "reviews").exists()


def test_quotations_and_the_state_are_in_the_record(laid):
    said = SPOKEN[1].stretch
    correct(laid.study, lambda r, now: r.quote(said, RESPONDENT, "a metaphor", now))
    correct(laid.study, lambda r, now: r.reach(ReviewState.CHECKED, "", now))
    record = laid.study.record(CASE)
    assert record.review is ReviewState.CHECKED
    assert [(one.stretch, one.heard, one.comment) for one in record.quotations] == [(said, RESPONDENT, "a metaphor")]


TEXTS = st.lists(st.sampled_from(["the", "ladder", "[inaudible]", "fell", "ever,", "really."]), max_size=4).map(
    " ".join
)
PLACES = st.sampled_from([None, Place("define_mentoring"), Place("nowhere"), Place("how_met", "R2")])


@cache
def interview_over() -> Interview:
    """One interview for all examples: no review may change it."""
    with tempfile.TemporaryDirectory() as folder:
        return laid_at(Path(folder) / "study").study.interview(CASE)


class AnyReview(RuleBasedStateMachine):
    """Ann and Bob, each with a copy of the study; now and then one gets the other's files."""

    @initialize()
    def open(self) -> None:
        self.interview = interview_over()
        self.homes = {by: Path(tempfile.mkdtemp()) for by in ("ann", "bob")}
        self.known: dict[str, list[Edit]] = {"ann": [], "bob": []}
        self.made = 0

    def log(self, by: str) -> Log:
        return Log(self.known[by])

    def turns(self, by: str) -> list[Turn]:
        return review_of(self.log(by)).heard(SPOKEN, self.interview.corrections)

    def give(self, by: str, command) -> None:
        """Give a command; a change is kept on disk and in memory."""
        self.made += 1
        now = Moment(40_000 + self.made, NOON_MS + 40_000 + self.made)
        try:
            change = command(Reviewing(self.interview, SPOKEN, self.log(by)), now)
        except Refused:
            return
        edit = Edit(f"e{self.made}", by, "lab", self.log(by).heads, change)
        ReviewFolder(self.homes[by], CASE).append(edit)
        self.known[by].append(edit)

    by = st.sampled_from(["ann", "bob"])

    def some(self, data, by: str) -> tuple[str, Stretch, str]:
        """Some words of a turn: whose they are heard to be, where they lie, and what they say."""
        one = data.draw(st.sampled_from(self.turns(by)))
        first = data.draw(st.integers(0, len(one.words) - 1))
        words = one.words[first : data.draw(st.integers(first + 1, len(one.words)))]
        stretch = Stretch(words[0].start_ms, max(word.end_ms for word in words))
        return one.heard_as or one.speaker, stretch, " ".join(word.text for word in words)

    @rule(by=by, data=st.data(), after=TEXTS)
    def correct_words(self, by, data, after) -> None:
        heard, stretch, before = self.some(data, by)
        self.give(by, lambda r, now: r.correct_words(stretch, heard, before, after, now))

    @rule(by=by, start_ms=st.integers(0, 30_000), ms=st.integers(1, 900), after=TEXTS)
    def write_down(self, by, start_ms, ms, after) -> None:
        self.give(by, lambda r, now: r.correct_words(Stretch(start_ms, start_ms + ms), RESPONDENT, "", after, now))

    @rule(by=by, data=st.data(), join=st.booleans())
    def cut_or_join(self, by, data, join) -> None:
        heard, stretch, _ = self.some(data, by)
        self.give(by, lambda r, now: (r.join if join else r.cut)(stretch.start_ms, heard, now))

    @rule(by=by, data=st.data(), speaker=st.sampled_from(["", INTERVIEWER, RESPONDENT, UNKNOWN]))
    def give_to(self, by, data, speaker) -> None:
        _, stretch, _ = self.some(data, by)
        self.give(by, lambda r, now: r.give(stretch, speaker, now))

    @rule(by=by)
    def swap(self, by) -> None:
        self.give(by, lambda r, now: r.swap_speakers(now))

    @rule(by=by, data=st.data(), place=PLACES, back=st.booleans())
    def place(self, by, data, place, back) -> None:
        _, stretch, _ = self.some(data, by)
        self.give(by, lambda r, now: r.release_talk(stretch, now) if back else r.place_talk(stretch, place, now))

    @rule(by=by, data=st.data(), settled=st.booleans())
    def remark(self, by, data, settled) -> None:
        heard, stretch, said = self.some(data, by)
        self.give(
            by, lambda r, now: r.settle(stretch, "loop", said, now) if settled else r.quote(stretch, heard, said, now)
        )

    @rule(by=by, state=st.sampled_from(ReviewState), comment=st.sampled_from(["", "why"]))
    def reach(self, by, state, comment) -> None:
        self.give(by, lambda r, now: r.reach(state, comment, now))

    @rule(by=by, again=st.booleans())
    def undo_or_redo(self, by, again) -> None:
        self.give(by, lambda r, now: (r.redo if again else r.undo)(by, now))

    @rule(by=by)
    def get_the_other_s(self, by) -> None:
        other = "bob" if by == "ann" else "ann"
        self.known[by] = list({edit.id: edit for edit in (*self.known[by], *self.known[other])}.values())
        for file in ReviewFolder(self.homes[other], CASE).files():
            (self.homes[by] / "reviews" / CASE).mkdir(parents=True, exist_ok=True)
            if not file.name.startswith(by):
                shutil.copy(file, self.homes[by] / "reviews" / CASE)

    @invariant()
    def what_is_read_from_disk_is_what_was_made(self) -> None:
        for by, home in getattr(self, "homes", {}).items():
            assert ReviewFolder(home, CASE).read().edits == self.log(by).edits

    @invariant()
    def the_words_of_every_turn_are_in_the_order_of_their_times(self) -> None:
        for by in getattr(self, "homes", {}):
            for one in self.turns(by):
                starts = [word.start_ms for word in one.words]
                assert starts == sorted(starts)
                assert all(word.start_ms <= word.end_ms for word in one.words)

    @invariant()
    def words_that_nobody_corrected_are_as_the_machine_heard_them(self) -> None:
        for by in getattr(self, "homes", {}):
            changed = [one for one in review_of(self.log(by)).rewordings if isinstance(one, WordsCorrected)]
            said = {(word.text, word.start_ms, word.end_ms) for one in self.turns(by) for word in one.words}
            for word in (word for one in SPOKEN for word in one.words):
                if not any(one.start_ms <= word.end_ms and word.start_ms <= one.end_ms for one in changed):
                    assert (word.text, word.start_ms, word.end_ms) in said

    def teardown(self) -> None:
        if not hasattr(self, "homes"):
            return
        try:
            self.put_together_either_way_it_is_the_same_review()
            self.with_everything_undone_the_record_is_the_machine_s()
        finally:
            for home in self.homes.values():
                shutil.rmtree(home)

    def put_together_either_way_it_is_the_same_review(self) -> None:
        one, other = Log([*self.known["ann"], *self.known["bob"]]), Log([*self.known["bob"], *self.known["ann"]])
        assert (one.edits, review_of(one)) == (other.edits, review_of(other))

    def with_everything_undone_the_record_is_the_machine_s(self) -> None:
        self.get_the_other_s("ann")
        while holding := self.log("ann").holding:
            self.give("ann", lambda r, now, last=holding[-1].id: r.take_back(last, now))
        review = review_of(self.log("ann"))
        assert review == Review()
        assert review.heard(SPOKEN) == list(SPOKEN)


TestAnyReview = AnyReview.TestCase
TestAnyReview.settings = settings(max_examples=40, stateful_step_count=15)


def test_a_review_leaves_journal_and_transcript_byte_for_byte_and_undone_the_record_too(laid):
    untouched = [laid.study.path / "study.db", laid.folder / "transcript.json"]
    before, record = [file.read_bytes() for file in untouched], laid.study.record(CASE)
    said = SPOKEN[1].stretch
    for command in (
        lambda r, now: r.correct_words(said, RESPONDENT, SPOKEN[1].text, "[inaudible]", now),
        lambda r, now: r.cut(22_000, RESPONDENT, now),
        lambda r, now: r.swap_speakers(now),
        lambda r, now: r.place_talk(said, None, now),
        lambda r, now: r.reach(ReviewState.SIGNED_OFF, "", now),
    ):
        correct(laid.study, command)
    assert laid.study.record(CASE) != record
    for _ in range(5):
        correct(laid.study, lambda r, now: r.undo(reviewer(), now))
    assert laid.study.record(CASE) == record == merge(laid.study.interview(CASE), TRANSCRIPT)
    assert [file.read_bytes() for file in untouched] == before
    assert len(laid.study.review_log(CASE).edits) == 10
