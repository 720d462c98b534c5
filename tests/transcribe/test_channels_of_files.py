"""On which channel of a file the voices are told apart, where all that is said is on one of the two."""

from pathlib import Path

from interview_tui.record.transcript import RESPONDENT, UNKNOWN
from interview_tui.transcribe.hearing.decoding import PlacedWord
from interview_tui.transcribe.listening.sound import RATE, Passage, Samples, SoundClip
from interview_tui.transcribe.speaking.who import Said, attributed
from tests.transcribe.making import kennedy

VOICE = kennedy()


def test_what_both_channels_carry_for_a_while_is_told_apart_on_the_one_that_carries_the_rest() -> None:
    asked: set[int] = set()

    def reader(path: Path, first_frame: int, frames: int, channel: int) -> Samples:  # noqa: ARG001 - the port's
        asked.add(channel)
        return VOICE[first_frame : first_frame + frames]

    passage = Passage((SoundClip(Path("call.flac"), 0, len(VOICE), RATE, RATE, 0, 2),))
    early, late = (tuple(PlacedWord("word", at * RATE, (at + 1) * RATE, 0.9) for at in ats) for ats in ((1, 2), (5, 6)))
    for order in (1, -1):
        said = [Said(passage, 1, RESPONDENT, early), Said(passage, 0, UNKNOWN, late)][::order]
        attributed(said, (), reader)
        assert asked == {1}
