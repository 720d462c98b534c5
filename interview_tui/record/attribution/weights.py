"""How much each kind of evidence counts, as costs: the natural logarithm of how unlikely something is.

Chosen by a random search over simulated calls; docs/merge.md tells how calls fare that a search has not seen.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FloorWeights:
    """What decides which question is before them."""

    wording: float = 8.0  # for a passage of hers that is worded exactly like a question
    faint: float = 0.08  # likeness from which on that begins to count
    plain: float = 0.34  # likeness under which it counts against having asked the question
    unasked: float = 7.5  # … this much, where nothing is alike
    answer: float = 1.2  # for an answer that is worded like a question
    named: float = 3.0  # a note about an answer names its question
    advance: float = 1.9  # a question of hers is more often the next one than the same again
    statement: float = 0.06  # what is no question seldom begins one
    by_answer: float = 3.0  # the participant goes on to the next question unasked
    skip: float = 1.3  # a question of the schedule passed over
    unexpected: float = 3.75  # a probe, or a question that is off route
    back: float = 3.1  # to a question before, in the same section
    further_back: float = 0.3  # … for each question in between
    hop: float = 4.0  # to any question of the same outermost round
    jump: float = 5.0  # to anywhere
    open_round: float = 3.0  # to the beginning of a round that she did not open
    deeper: float = 0.3  # … for each question further on
    begin: float = 1.8  # for each question before the one begun with, up to a jump
    moved: float = 40.0  # she moved to another question in the course of this one


@dataclass(frozen=True, slots=True)
class AsideWeights:
    """What decides that something else is spoken of than the question before them."""

    away: float = 0.005  # each sentence that is elsewhere
    wording: float = 3.0  # it is worded like another question
    faint: float = 0.55  # likeness from which on that counts
    named: float = 9.4  # her note names another question
    said: float = 9.0  # … what they say then is worded like another
    said_faint: float = 0.2  # likeness from which on that counts
    recalled: float = 0.6  # … or is about what was said there, by its log-odds
    chance: float = 4.0  # log-odds from which on that counts
    enter: float = 3.8  # to begin an aside
    mid_turn: float = 3.0  # … in the middle of a turn
    detour: float = 0.5  # … where somebody says that they leave the question
    by_interviewer: float = 6.0  # … by the interviewer
    back: float = 0.8  # back to the question
    outlast: float = 8.0  # an aside that outlasts the question in which it began
