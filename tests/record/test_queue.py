"""What is doubtful in a record, as things to look into: each is there once, and is gone once it is settled."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.interview.corrections import NotePlaced, NoteTied, SpeakersSwapped, TalkPlaced, TurnGiven
from interview_tui.interview.events import Place, Stretch
from interview_tui.record.doubts import SURE
from interview_tui.record.fidelity import Asked
from interview_tui.record.model import Evidence, PlacedTurn, Record
from interview_tui.record.queue import AFTER_MS, BEFORE_MS, DoubtKind, Fix, Order, QueuedDoubt, review_queue
from interview_tui.record.review.changes import ReviewState, Settled, StateReached, WordsCorrected
from interview_tui.record.review.log import Conflict, Edit
from interview_tui.record.review.review import Review
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, UNKNOWN, Doubt, Turn, Word
from interview_tui.transcribe import assembly
from interview_tui.transcribe.hearing import checks
from interview_tui.transcribe.speaking import who
from tests.examples import handover
from tests.export.any_record import records
from tests.export.example_record import (
    ACTION,
    EVENT,
    ORIGIN_MS,
    OUTCOME,
    WITHHELD_NOTE,
    WITHHELD_TALK,
    example_record,
    note,
    turn,
)
from tests.record.talking import Call

NOW = {"at_ms": 0, "wall_ms": 0}
ENTRIES = tuple(replace(entry, asked=Asked.WORDED) for entry in example_record().entries)
QUIET = {"doubts": (), "notes": (), "entries": ENTRIES}  # the example without doubts of its own


def settling(doubt: QueuedDoubt, at_ms: int, wall_ms: int) -> Settled:
    """The change that settles a doubt, and no other."""
    start_ms, end_ms = doubt.stretch.start_ms, doubt.stretch.end_ms
    return Settled(at_ms=at_ms, wall_ms=wall_ms, start_ms=start_ms, end_ms=end_ms, doubt=doubt.kind.value)


def queue(record: Record, review: Review = Review(), **more):  # noqa: B008
    return review_queue(record, handover(), review, **more)


def kinds(record: Record, **more):
    return [one.kind for one in queue(record, **more)]


def doubted(*doubts: tuple[float, float, str]) -> Record:
    """The example, with these doubts of the transcription (s from the first sample)."""
    found = [Doubt(ORIGIN_MS + round(start * 1000), ORIGIN_MS + round(end * 1000), why) for start, end, why in doubts]
    return example_record(**{**QUIET, "doubts": tuple(found)})


def with_turns(*turns: PlacedTurn, **more) -> Record:
    return example_record(**{**QUIET, "turns": turns, "withheld": (), **more})


def conflict(one, other) -> Conflict:
    return Conflict(Edit("a", "ann", "lab", (), one), Edit("b", "bob", "home", (), other))


def words(after: str, start_ms: int, end_ms: int) -> WordsCorrected:
    return WordsCorrected(**NOW, start_ms=start_ms, end_ms=end_ms, heard=RESPONDENT, before="", after=after)


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        (checks.LOOP, DoubtKind.REPEATED),
        (checks.NO_WORDS, DoubtKind.UNWORDED),
        (checks.SLOW, DoubtKind.PACE),
        (checks.FAST, DoubtKind.PACE),
        (checks.UNSURE, DoubtKind.UNCLEAR),
        (checks.MADE_UP, DoubtKind.UNSPOKEN),
        (checks.RECITED, DoubtKind.UNSPOKEN),
        (checks.LANGUAGE, DoubtKind.LANGUAGE),
        (assembly.CUT_SHORT, DoubtKind.SOUND),
        ("nobody speaks", DoubtKind.SOUND),
        ("a reason of a later version", DoubtKind.HEARD),
    ],
)
def test_what_the_transcription_was_unsure_about_is_there_with_its_kind(reason, kind):
    (one,) = queue(doubted((21, 22, f"{reason}: some words")))
    assert (one.kind, one.turns) == (kind, (8,))
    assert "“some words”" in one.sentence
    assert one.fixes == ((Fix.SETTLE,) if kind is DoubtKind.SOUND else (Fix.WORDS, Fix.SETTLE))


def test_who_speaks_is_doubted_by_the_words_as_they_are_corrected_and_not_by_the_transcription():
    assert kinds(doubted((20, 24, who.DOUBTFUL))) == []
    doubtful = turn(1, RESPONDENT, 20, "I told him so")
    doubtful = replace(doubtful, words=tuple(replace(word, speaker_sure=0.3) for word in doubtful.words))
    (one,) = queue(with_turns(PlacedTurn(doubtful, None)))
    assert (one.kind, one.fixes, one.turns) == (DoubtKind.SPEAKER, (Fix.SPEAKER, Fix.SETTLE), (1,))
    assert one.sentence == "Somebody else may have said “I told him so”."
    unknown = PlacedTurn(turn(1, UNKNOWN, 20, "one two three four five six seven"), None)
    assert queue(with_turns(unknown))[0].sentence == "Who says “one two three four five six …” is not known."


def test_two_words_whose_speaker_is_doubtful_are_not_worth_listening_to():
    assert kinds(with_turns(PlacedTurn(turn(1, UNKNOWN, 20, "Oh yes"), None))) == []


def test_a_question_and_its_answer_that_may_belong_elsewhere_are_one_doubt():
    asked, answered = turn(1, INTERVIEWER, 20, "And then?"), turn(2, RESPONDENT, 21, "It rained.")
    sure = PlacedTurn(turn(3, RESPONDENT, 24, "So it did."), EVENT, "she moved here", SURE)
    (one,) = queue(
        with_turns(PlacedTurn(asked, EVENT, "she moved here", 0.6), PlacedTurn(answered, EVENT, "listens", 0.6), sure)
    )
    assert (one.kind, one.turns, one.places) == (DoubtKind.PLACE, (1, 2), (EVENT,))
    assert one.sentence == "This may not belong to “What happened?” of R1-good, where it is because: she moved here."
    assert one.stretch == Stretch(asked.start_ms, answered.end_ms)
    apart = queue(with_turns(PlacedTurn(asked, EVENT, "", 0.5), PlacedTurn(answered, OUTCOME, "", 0.5)))
    assert [one.places for one in apart] == [(EVENT,), (OUTCOME,)]


def test_what_is_played_has_a_little_before_and_after_it_as_far_as_it_was_recorded():
    early, late, unheard = queue(doubted((-1, 0.5, "a"), (20, 21, "b"), (60, 61, "c")))
    assert early.heard == Stretch(ORIGIN_MS, ORIGIN_MS + 500 + AFTER_MS)
    assert late.heard == Stretch(ORIGIN_MS + 20_000 - BEFORE_MS, ORIGIN_MS + 21_000 + AFTER_MS)
    assert unheard.heard is None


def test_near_doubts_of_one_reason_are_one_and_those_that_overlap_whatever_the_reason():
    near = doubted((20, 21, checks.UNSURE), (22.5, 23, checks.UNSURE), (26, 27, checks.UNSURE))
    assert [one.stretch.start_ms - ORIGIN_MS for one in queue(near)] == [20_000, 26_000]
    (one,) = queue(doubted((20, 24, checks.SLOW), (22, 23, checks.FAST)))
    assert one.sentence.count(".") == 2
    assert kinds(doubted((20, 24, checks.SLOW), (24.1, 25, checks.FAST))) == [DoubtKind.PACE] * 2
    assert len(queue(doubted((20, 29, checks.SLOW), (21, 22, checks.FAST), (27, 28, checks.SLOW)))) == 1


def test_they_come_by_time_or_by_kind():
    record = doubted((22, 23, checks.LOOP), (20, 21, checks.UNSURE), (41, 42, checks.LOOP))
    assert kinds(record) == [DoubtKind.UNCLEAR, DoubtKind.REPEATED, DoubtKind.REPEATED]
    assert kinds(record, order=Order.BY_KIND) == [DoubtKind.REPEATED, DoubtKind.REPEATED, DoubtKind.UNCLEAR]


FILED = replace(note("n1", 22, "he rang at eleven", ACTION, turn=1), places=(EVENT,), filed=(ACTION,))


def told(sure: float, **changes) -> Record:
    """Talk about the event, and a note that she filed at the action."""
    spoken = PlacedTurn(turn(1, RESPONDENT, 20, "He rang me at eleven."), EVENT, "", sure)
    return with_turns(spoken, notes=(replace(FILED, **changes),))


def test_a_note_that_she_filed_elsewhere_is_doubted_where_the_place_of_the_talk_is():
    place, filed = queue(told(0.6))
    assert (place.kind, filed.kind, filed.notes, filed.turns) == (DoubtKind.PLACE, DoubtKind.NOTE, ("n1",), (1,))
    assert filed.places == (EVENT, ACTION)
    assert filed.sentence == (
        "She filed the note “he rang at eleven” at “What did you do?” of R1-good; "
        "what it is about was placed at “What happened?” of R1-good, and doubtfully."
    )
    assert kinds(told(0.9)) == []
    assert kinds(told(0.6, filed=(EVENT,))) == [DoubtKind.PLACE]


def test_a_note_that_reviewers_placed_or_tied_is_not_doubted():
    placed = NotePlaced(**NOW, note="n1", places=(ACTION,))
    tied = NoteTied(**NOW, note="n1", about_ms=90_000)
    for known in (placed, tied):
        assert DoubtKind.NOTE not in kinds(told(0.6), before=[known])
        assert [one.kind for one in queue(told(0.6), Review(corrections=(known,)))] == [DoubtKind.PLACE]
    taken_back = [placed, replace(placed, places=()), tied, replace(tied, about_ms=None)]
    assert DoubtKind.NOTE in kinds(told(0.6), before=taken_back)


def test_a_note_without_talk_near_it_is_doubted_if_it_was_recorded_then():
    assert queue(told(0.9, turn=0))[0].sentence == "Nobody speaks where the note “he rang at eleven” was typed."
    assert kinds(told(0.9, turn=0, typed_ms=ORIGIN_MS + 60_000)) == []
    assert kinds(told(0.9, turn=0, mark="//")) == []
    assert kinds(replace(told(0.9, turn=0), turns=())) == []


def test_a_question_that_must_be_asked_and_was_neither_asked_nor_told_is_doubted_where_it_was_passed_over():
    call = Call()
    call.goes("happened", "S1-rough")
    call.asks("What happened?")
    call.answers("The list of the ward got lost between two shifts of ours that night.")
    call.goes("outcome", "S1-rough")
    call.asks("What came of it?")
    call.answers("Nothing much, for we found it behind the radiator.")
    record = call.record()
    missing = [one for one in queue(record) if one.kind is DoubtKind.MISSING]
    assert Place("did", "S1-rough") in {place for one in missing for place in one.places}
    did = next(one for one in missing if Place("did", "S1-rough") in one.places)
    asked = next(entry for entry in record.entries if entry.place == Place("happened", "S1-rough"))
    assert asked.evidence.audio is not None
    assert did.stretch.holds(asked.evidence.audio.end_ms)
    assert "“What did you do?” of S1-rough must be asked, but was skipped." in did.sentence
    everywhere = {place for one in missing for place in one.places}
    assert not everywhere & {Place(item, "S1-rough") for item in ("happened", "outcome")}
    assert not {place.item for place in everywhere} & {"take_part", "good_handover"}  # answered; it could be asked


def test_of_a_round_of_which_nothing_is_known_one_question_speaks_for_all():
    def missing(item: str, round_id: str):
        return replace(ENTRIES[2], place=Place(item, round_id), question=item, asked=Asked.SKIPPED, evidence=Evidence())

    passed = [missing(item, name) for name in ("R2", "R2-good", "R1-good", "R1") for item in ("happened", "did")]
    told = replace(missing("outcome", "R1-good"), evidence=Evidence(notes=("n2",)))
    record = example_record(doubts=(), turns=(), entries=(*passed, told))
    (one,) = queue(record)
    assert [(place.item, place.round) for place in one.places] == [
        ("happened", "R2"),
        ("happened", "R1-good"),
        ("did", "R1-good"),
        ("happened", "R1"),
        ("did", "R1"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"on_route": False},
        {"asked": Asked.VOLUNTEERED},
        {"answer": ("yes",)},
        {"evidence": Evidence(notes=("n2",))},
        {"kind": "record"},
        {"place": Place("good_handover")},
    ],
)
def test_a_question_that_was_asked_or_told_or_answered_or_need_not_be_asked_is_not_missing(change):
    entry = replace(example_record().entries[2], place=Place("did", "R1"), asked=Asked.SKIPPED, reason="in tears")
    (one,) = queue(example_record(doubts=(), turns=(), entries=(entry,)))
    assert (one.kind, one.sentence) == (
        DoubtKind.MISSING,
        "“How would you define mentoring?” of R1 must be asked, but was skipped (in tears).",
    )
    assert kinds(example_record(doubts=(), turns=(), entries=(replace(entry, **change),))) == []


AT = ORIGIN_MS + 21_000


@pytest.mark.parametrize(
    ("one", "other", "fix", "says"),
    [
        (
            words("he sang", AT, AT + 500),
            words("he rang", AT, AT + 900),
            Fix.WORDS,
            "ann says “he sang”, bob “he rang”",
        ),
        (
            TurnGiven(**NOW, start_ms=AT, end_ms=AT + 900, speaker=INTERVIEWER),
            TurnGiven(**NOW, start_ms=AT, end_ms=AT + 900, speaker=""),
            Fix.SPEAKER,
            "ann says that it is the interviewer's, bob that it is whose it was heard to be",
        ),
        (
            TalkPlaced(**NOW, start_ms=AT, end_ms=AT + 900, place=EVENT),
            TalkPlaced(**NOW, start_ms=AT, end_ms=AT + 900, place=None),
            Fix.PLACE,
            "ann says that it belongs to “What happened?” of R1-good, bob that it belongs to no question",
        ),
        (
            NotePlaced(**NOW, note="n3", places=(EVENT,)),
            NotePlaced(**NOW, note="n3", places=()),
            Fix.PLACE,
            "ann says that the note belongs to “What happened?” of R1-good, bob that it is as the merge finds",
        ),
        (
            NoteTied(**NOW, note="n3", about_ms=AT),
            NoteTied(**NOW, note="n3", about_ms=AT + 60_000),
            Fix.PLACE,
            "ann says that the note is about 0:21, bob that the note is about 1:21",
        ),
        (
            SpeakersSwapped(**NOW, landmarks=()),
            SpeakersSwapped(**NOW, landmarks=()),
            Fix.SPEAKER,
            "ann says who speaks where, bob who speaks where",
        ),
        (
            StateReached(at_ms=0, wall_ms=0, state=ReviewState.CHECKED),
            StateReached(at_ms=0, wall_ms=0, state=ReviewState.SIGNED_OFF),
            None,
            "ann says that it is checked, bob that it is signed off",
        ),
    ],
)
def test_what_two_reviewers_say_differently_is_doubtful_where_they_do(one, other, fix, says):
    (found,) = queue(example_record(doubts=(), entries=ENTRIES), conflicts=[conflict(one, other)])
    assert found.kind is DoubtKind.CONFLICT
    assert found.sentence == f"{says}: neither had seen the other's, and the latter holds."
    assert found.fixes == tuple(filter(None, (fix, Fix.SETTLE)))
    assert found.stretch.start_ms in (AT, ORIGIN_MS, ORIGIN_MS + 22_000)


def test_a_conflict_is_where_two_changes_meet():
    (one,) = queue(doubted(), conflicts=[conflict(words("sang", AT, AT + 500), words("rang", AT + 200, AT + 900))])
    assert one.stretch == Stretch(AT + 200, AT + 500)


def test_somebodys_own_two_machines_are_named():
    one = conflict(words("sang", AT, AT + 500), words("rang", AT, AT + 500))
    own = replace(one, later=replace(one.later, by="ann"))
    assert queue(doubted(), conflicts=[own])[0].sentence.startswith("lab says “sang”, home “rang”")


def test_a_conflict_that_came_after_another_was_settled_there_is_not_settled():
    old = conflict(words("sang", AT, AT + 500), words("rang", AT, AT + 500))
    review = Review(settled=(settling(queue(doubted(), conflicts=[old])[0], 0, 10),))
    assert queue(doubted(), review, conflicts=[old])[0].settled
    new = replace(old, later=replace(old.later, id="c", change=replace(old.later.change, wall_ms=11)))
    assert not queue(doubted(), review, conflicts=[new])[0].settled


def test_nothing_that_is_withheld_is_in_it():
    record = example_record(
        entries=ENTRIES,
        turns=tuple(replace(placed, sure=0.5) for placed in example_record().turns),
        doubts=(Doubt(ORIGIN_MS + 31_000, ORIGIN_MS + 33_000, f"hardly understood: {WITHHELD_TALK}"),),
    )
    secret = words(WITHHELD_TALK, ORIGIN_MS + 29_000, ORIGIN_MS + 31_000)
    tied = NoteTied(**NOW, note="n5", about_ms=1)
    conflicts = [
        conflict(secret, replace(secret, after="nothing", end_ms=ORIGIN_MS + 30_000)),
        conflict(tied, replace(tied, about_ms=2)),
    ]
    found = queue(record, conflicts=conflicts)
    assert found
    assert {one.kind for one in found} == {DoubtKind.PLACE}
    assert not any(WITHHELD_TALK in one.sentence or WITHHELD_NOTE in one.sentence for one in found)
    assert not any(10 in one.turns for one in found)


@settings(deadline=None, max_examples=50)
@given(records())
def test_doubts_of_one_kind_never_overlap_and_the_same_record_has_the_same(record):
    found = queue(record, order=Order.BY_KIND)
    assert found == queue(record, order=Order.BY_KIND)
    assert set(found) == set(queue(record, order=Order.BY_TIME))
    for one, other in pairwise(found):
        assert one.kind is not other.kind or one.stretch.end_ms <= other.stretch.start_ms


DOUBTS = st.lists(
    st.builds(
        lambda start_ms, length_ms, why: Doubt(start_ms, start_ms + length_ms, why),
        st.integers(0, 60_000),
        st.integers(0, 5_000),
        st.sampled_from((checks.LOOP, checks.SLOW, checks.FAST, checks.UNSURE)),
    ),
    max_size=12,
)


@given(DOUBTS, st.lists(st.integers(0, 20), max_size=12))
def test_settling_a_doubt_settles_it_and_no_other(doubts, chosen):
    record = example_record(**{**QUIET, "doubts": tuple(doubts), "withheld": ()})
    whole = queue(record)
    done: dict[int, Settled] = {}
    for number in (number for number in chosen if number < len(whole)):
        done[number] = settling(whole[number], 1, 2)
        found = queue(record, Review(settled=tuple(done.values())))
        assert found == tuple(replace(one, settled=place in done) for place, one in enumerate(whole))


def test_it_stays_settled_when_it_is_found_a_little_elsewhere_and_not_when_most_of_it_is_new():
    (one,) = queue(doubted((20, 24, checks.UNSURE)))
    review = Review(settled=(settling(one, 0, 0),))
    assert queue(doubted((20.3, 24.6, checks.UNSURE)), review)[0].settled
    assert not queue(doubted((22.1, 27, checks.UNSURE)), review)[0].settled
    assert not queue(doubted((20, 24, checks.LOOP)), review)[0].settled
    both = Review(settled=(settling(one, 0, 0), replace(settling(one, 0, 0), start_ms=AT + 1000)))
    assert not queue(doubted((22.1, 27, checks.UNSURE)), both)[0].settled  # looked at twice is no more


def test_a_new_doubt_beside_a_settled_one_is_not_settled():
    (one,) = queue(doubted((20, 24, checks.UNSURE)))
    (both,) = queue(doubted((20, 24, checks.UNSURE), (25, 26, checks.UNSURE)), Review(settled=(settling(one, 0, 0),)))
    assert not both.settled


def test_words_that_a_reviewer_gave_to_somebody_are_doubted_no_more():
    doubtful = Turn(1, RESPONDENT, tuple(Word("so", n * 300, n * 300 + 200, 1.0, 0.4) for n in range(4)))
    call = Call()
    call.turns.append(
        replace(
            doubtful,
            words=tuple(replace(w, start_ms=w.start_ms + 20_000, end_ms=w.end_ms + 20_000) for w in doubtful.words),
        )
    )
    assert DoubtKind.SPEAKER in kinds(call.record())
    call.interview.corrections.append(TurnGiven(**NOW, start_ms=20_000, end_ms=21_100, speaker=INTERVIEWER))
    assert DoubtKind.SPEAKER not in kinds(call.record())
