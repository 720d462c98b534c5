"""Who says which word: by channel, by voice where there is but one, and the interviewer by the schedule's questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, UNKNOWN, Doubt, Word
from interview_tui.transcribe.engines.engine import HeardWord
from interview_tui.transcribe.hearing.decoding import PlacedWord
from interview_tui.transcribe.listening.sound import RATE, AudioReader, Passage, Samples
from interview_tui.transcribe.speaking.roles import interviewer_of
from interview_tui.transcribe.speaking.turns import turns

OTHER = {INTERVIEWER: RESPONDENT, RESPONDENT: INTERVIEWER}
DOUBTFUL = "who speaks is doubtful"
NEAR_MS = 2000  # doubtful words this close to one another are one stretch to listen to
SURE_TO_EXCHANGE = 0.5  # that the questions are on the other channel: two channels are hardly ever laid the wrong way
FEWEST = 3  # doubtful words in a row; fewer are not worth listening to
PER_MS = RATE // 1000


@dataclass(frozen=True, slots=True)
class Said:
    """What was said on a channel of a passage, and by whom, as far as the channel tells."""

    passage: Passage
    channel: int
    speaker: str
    placed: tuple[PlacedWord, ...]

    @property
    def words(self) -> list[Word]:
        """Its words on the call clock."""
        return [self._on_call_clock(word) for word in self.placed]

    def _on_call_clock(self, word: PlacedWord) -> Word:
        start_ms = self.passage.ms_at(word.first)
        return Word(word.text, start_ms, max(start_ms, self.passage.ms_at(word.last)), word.confidence)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word and who said it."""

    speaker: str
    word: Word


@dataclass(slots=True)
class Attribution:
    """Words with their speakers, where these are doubtful, and how they were told."""

    spoken: list[Spoken] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def by_channel(said: Iterable[Said]) -> list[Spoken]:
    """Every word as its channel has it."""
    return [Spoken(one.speaker, word) for one in said for word in one.words]


def attributed(said: Sequence[Said], questions: Sequence[str], reader: AudioReader) -> Attribution:
    """Who said all this.

    Raises:
        AudioError: a file cannot be read.
        TranscriptionError: the voices cannot be told apart, for want of the networks for that.
    """
    found = Attribution()
    spoken = [one for one in said if one.placed]
    if len({one.speaker for one in spoken} - {UNKNOWN}) == 1:
        found.notes.append("all speech is on one of the two channels")
        spoken = [replace(one, speaker=UNKNOWN) for one in spoken]
    apart = [one for one in spoken if one.speaker != UNKNOWN]
    mixed = [one for one in spoken if one.speaker == UNKNOWN]
    if apart:
        found.spoken += _put_right(by_channel(apart), questions, found.notes)
    if mixed:
        found.spoken += _by_voice(mixed, questions, reader, found)
    return found


def _put_right(spoken: list[Spoken], questions: Sequence[str], notes: list[str]) -> list[Spoken]:
    """Words by channel; these are exchanged if the schedule's questions are clearly asked on the other one."""
    role = interviewer_of(_turns_of(spoken), questions)
    if role.speaker != RESPONDENT or role.sure < SURE_TO_EXCHANGE:
        return spoken
    notes.append(f"the schedule's questions are asked on the respondent's channel ({role.sure:.2f}): exchanged")
    return [Spoken(OTHER[one.speaker], one.word) for one in spoken]


def _by_voice(mixed: Sequence[Said], questions: Sequence[str], reader: AudioReader, found: Attribution) -> list[Spoken]:
    """Words of one channel by the two voices in it; nobody's if there is only one."""
    from interview_tui.transcribe.voices import telling_apart

    channels: dict[Path, int] = {}
    for one in mixed:
        for (
            clip
        ) in one.passage.clips:  # what was the same on both channels is said to be on the first: the second has it
            channels[clip.file] = max(one.channel, channels.get(clip.file, 0))
    words = [[_in_passage(word) for word in one.placed] for one in mixed]
    voices = telling_apart.tell_apart([one.passage for one in mixed], words, _OfChannels(reader, channels))
    if telling_apart.only_one(voices):
        found.notes.append("one channel, and one voice in it")
        return by_channel(mixed)
    found.notes.append("one channel, two voices told apart")
    spoken = [
        Spoken(str(voice.number), replace(word, speaker_sure=round(voice.sure, 3)))
        for one, said in zip(mixed, voices, strict=True)
        for word, voice in zip(one.words, said, strict=True)
    ]
    found.doubts += _doubtful(spoken, telling_apart.DOUBTFUL)
    names = _named(spoken, questions, found.notes)
    return [Spoken(names[one.speaker], one.word) for one in spoken]


def _named(spoken: Sequence[Spoken], questions: Sequence[str], notes: list[str]) -> dict[str, str]:
    """Whose the voices are. If the schedule's questions do not tell, the one that says less is the interviewer's."""
    said = _turns_of(spoken)
    role = interviewer_of(said, questions)
    interviewer = role.speaker
    if interviewer is None:
        interviewer = min(said, key=lambda voice: sum(len(turn.split()) for turn in said[voice]))
        notes.append("whose voice is whose is a guess: the interviewer is the one who says less")
    else:
        notes.append(f"the interviewer is the one who asks the schedule's questions ({role.sure:.2f})")
    return {voice: INTERVIEWER if voice == interviewer else RESPONDENT for voice in said}


def _turns_of(spoken: Sequence[Spoken]) -> Mapping[str, list[str]]:
    """What each speaker says, turn by turn."""
    said: dict[str, list[str]] = {}
    for turn in turns((one.speaker, one.word) for one in spoken):
        said.setdefault(turn.speaker, []).append(turn.text)
    return said


def _doubtful(spoken: Sequence[Spoken], least: float) -> list[Doubt]:
    """The stretches in which it is doubtful who speaks."""
    runs: list[list[Word]] = []
    for word in sorted((one.word for one in spoken), key=lambda word: word.start_ms):
        if word.speaker_sure >= least:
            continue
        if runs and word.start_ms - runs[-1][-1].end_ms <= NEAR_MS:
            runs[-1].append(word)
        else:
            runs.append([word])
    return [Doubt(run[0].start_ms, run[-1].end_ms, DOUBTFUL) for run in runs if len(run) >= FEWEST]


def _in_passage(word: PlacedWord) -> HeardWord:
    """A word with its times in ms from the first sample of its passage."""
    return HeardWord(word.text, word.first // PER_MS, word.last // PER_MS, word.confidence)


class _OfChannels:
    """Reads of every file the channel on which somebody speaks, whichever is asked for."""

    def __init__(self, reader: AudioReader, channels: Mapping[Path, int]) -> None:
        self._reader, self._channels = reader, channels

    def __call__(self, path: Path, first_frame: int, frames: int, channel: int) -> Samples:
        return self._reader(path, first_frame, frames, self._channels.get(path, channel))
