"""The port through which screens review: the real part over a study folder and the fake keep the same promises."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from interview_tui.errors import Refused, StorageError
from interview_tui.interview.events import Stretch
from interview_tui.record.merge import merge
from interview_tui.record.review.changes import ReviewState
from interview_tui.record.review.review import Review
from interview_tui.record.review_ports import Reviews
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT
from interview_tui.record.under_review import under_review
from interview_tui.reviewing import StudyReviews
from interview_tui.store.preferences import Preferences, preferences_file, write_preferences
from tests.app.laid_study import CASE, LaidStudy
from tests.app.test_reviewing import SPOKEN, TRANSCRIPT, laid_at
from tests.fake_review import FakeReviews
from tests.fake_study import FakeStudy
from tests.fakes import ManualClock

Make = Callable[[LaidStudy], Reviews]


def real(laid: LaidStudy) -> Reviews:
    write_preferences(preferences_file(), Preferences(reviewer="RV"))
    return StudyReviews(laid.study)


def fake(laid: LaidStudy) -> Reviews:
    study = FakeStudy()
    study.add(CASE, laid.study.schedule(CASE), laid.study.events(CASE), laid.study.transcript(CASE))
    return FakeReviews(study, ManualClock(40_000))


@pytest.fixture(params=[real, fake], ids=["real", "fake"])
def make(request) -> Make:
    chosen: Make = request.param
    return chosen


@pytest.fixture
def reviews(make, tmp_path) -> Reviews:
    """Of an interview that is over, and transcribed."""
    return make(laid_at(tmp_path / "study"))


def test_an_interview_that_nobody_reviewed_is_opened_as_it_was_merged(reviews):
    found = reviews.opened(CASE)
    assert found.machine == TRANSCRIPT
    assert found.log.edits == ()
    assert found.review == Review()
    assert found.record == merge(found.interview, TRANSCRIPT)
    assert found.queue == under_review(found.interview, TRANSCRIPT, found.log).queue


def test_what_is_corrected_is_there_when_it_is_opened_next_by_whom_and_after_what(reviews):
    reviews.correct(CASE, lambda r, now: r.give(SPOKEN[3].stretch, INTERVIEWER, now))
    reviews.correct(CASE, lambda r, now: r.reach(ReviewState.CHECKED, "", now))
    found = reviews.opened(CASE)
    first, second = found.log.edits
    assert {edit.by for edit in found.log.edits} == {reviews.reviewer} == {"RV"}
    assert (first.seen, second.seen) == ((), (first.id,))
    assert first.id != second.id
    assert first.change.at_ms > SPOKEN[-1].end_ms
    assert first.change.wall_ms <= second.change.wall_ms
    assert next(placed.turn.speaker for placed in found.record.turns if "fall" in placed.turn.text) == INTERVIEWER
    assert (found.review.state, found.record.review) == (ReviewState.CHECKED, ReviewState.CHECKED)
    assert found.machine == TRANSCRIPT


def test_a_command_is_given_to_the_review_as_it_is_by_then(reviews):
    said = SPOKEN[1].stretch
    reviews.correct(CASE, lambda r, now: r.correct_words(said, RESPONDENT, SPOKEN[1].text, "A ladder", now))
    with pytest.raises(Refused, match="Here stands"):
        reviews.correct(CASE, lambda r, now: r.correct_words(said, RESPONDENT, SPOKEN[1].text, "The ladder", now))
    reviews.correct(CASE, lambda r, now: r.undo(reviews.reviewer, now))
    assert reviews.opened(CASE).review == Review()
    assert len(reviews.opened(CASE).log.edits) == 2


def test_what_is_refused_changes_nothing(reviews):
    before = reviews.opened(CASE)
    for refused in (
        lambda r, now: r.give(Stretch(7, 7), RESPONDENT, now),
        lambda r, now: r.undo("RV", now),
        lambda r, now: r.take_back("nothing", now),
    ):
        with pytest.raises(Refused):
            reviews.correct(CASE, refused)
    assert reviews.opened(CASE).log.edits == before.log.edits == ()


def test_where_there_is_no_interview_nothing_is_opened_and_nothing_corrected(reviews):
    with pytest.raises(StorageError):
        reviews.opened("P99")
    with pytest.raises(StorageError):
        reviews.correct("P99", lambda r, now: r.swap_speakers(now))


def test_an_interview_that_goes_on_can_be_opened_and_not_corrected(make, tmp_path):
    reviews = make(LaidStudy.make(tmp_path / "study"))
    assert not reviews.opened(CASE).interview.ended
    with pytest.raises(Refused, match="not over yet"):
        reviews.correct(CASE, lambda r, now: r.reach(ReviewState.CHECKED, "", now))
    assert reviews.opened(CASE).log.edits == ()
