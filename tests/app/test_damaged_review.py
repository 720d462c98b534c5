"""A line of a review that is damaged: its record is read without it, that is said, and the review goes on."""

from __future__ import annotations

from pathlib import Path

from interview_tui.inspection import inspect
from interview_tui.record.review.changes import ReviewState
from interview_tui.reviewing import StudyReviews
from tests.app.laid_study import CASE, LaidStudy


def test_a_damaged_line_costs_its_own_change_only_and_is_told_with_its_file_wherever_the_interview_is_opened(
    tmp_path: Path,
):
    laid = LaidStudy.make(tmp_path / "study")
    laid.end()
    reviews = StudyReviews(laid.study)
    reviews.correct(CASE, lambda r, now: r.reach(ReviewState.CHECKED, "", now))
    reviews.correct(CASE, lambda r, now: r.reach(ReviewState.PSEUDONYMISED, "", now))
    assert reviews.opened(CASE).damaged == ()
    (file,) = laid.study.review_folder(CASE).files()
    first, last = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(first + b"\0" + last[1:])
    found = reviews.opened(CASE)
    assert found.review.state is ReviewState.CHECKED
    assert laid.study.record(CASE).review is ReviewState.CHECKED
    (said,) = found.damaged
    assert f"{file}, line 2, cannot be read" in said
    reviews.correct(CASE, lambda r, now: r.reach(ReviewState.SIGNED_OFF, "", now))
    again = reviews.opened(CASE)
    assert again.review.state is ReviewState.SIGNED_OFF
    assert again.damaged == found.damaged
    (finding,) = [one for one in inspect(laid.study).findings if one.kind == "review"]
    assert (finding.case, finding.what, finding.mendable) == (CASE, said, False)
