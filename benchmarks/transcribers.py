"""The ways of transcribing that `transcribe.py` compares, each in a process of its own so that it can be measured.

`python benchmarks/transcribers.py WAY MODEL OUT` reads clips as JSON from its standard input and leaves what was heard
in OUT. The ways: `ours` is this program's job in its own process; `plain-channels` and `plain-downmix` are the
faster-whisper package as one would call it by itself (int8, beam 5, word times, all cores), on each channel in turn or
on both at once; `openai-command` is openai-whisper's command with its defaults and word times, on the downmix.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import soundfile

from interview_tui.audio.files import read_mono16k
from interview_tui.record.ports import JobProgress
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, UNKNOWN
from interview_tui.transcribe.engines.checkpoint import alignment_heads, write_checkpoint
from interview_tui.transcribe.jobs.job import run
from interview_tui.transcribe.listening.sound import RATE, Samples, SoundClip
from interview_tui.transcribe.spec import JobSpec
from interview_tui.transcribe.weights import models

LANGUAGE = "en"
CHECKPOINT = "model.pt"
OURS, OURS_OPENAI, CHANNELS, DOWNMIX, COMMAND = (
    "ours",
    "ours-openai",
    "plain-channels",
    "plain-downmix",
    "openai-command",
)


@dataclass(frozen=True)
class Word:
    """A word as a way heard it, in seconds of the call clock."""

    text: str
    start: float
    end: float
    speaker: str


@dataclass(frozen=True)
class Output:
    """What a way made of a call: its words, and its segments as the scorer wants them."""

    words: list[Word]
    segments: list[dict[str, Any]]
    first_words_s: float | None = None


def prepare(way: str, model: str, folder: Path) -> None:
    """What is done once and not measured: openai-whisper's command gets the same weights, converted."""
    if way == COMMAND:
        write_checkpoint(models.find(model, LANGUAGE, models.default_cache()).folder, folder / CHECKPOINT)


def ours(engine: str, model: str, clips: tuple[SoundClip, ...], folder: Path) -> Output:
    """This program's way: a job in its own process; also when its first words were told."""
    began = time.monotonic()
    first: list[float] = []

    def told(progress: JobProgress) -> None:
        if progress.words and not first:
            first.append(time.monotonic() - began)

    turns = run(JobSpec("P00", clips, folder, engine=engine, model=model), told).turns
    words = [
        Word(word.text, word.start_ms / 1000, word.end_ms / 1000, turn.speaker) for turn in turns for word in turn.words
    ]
    segments = [
        {"start": turn.start_ms / 1000, "end": turn.end_ms / 1000, "speaker": turn.speaker, "text": turn.text}
        for turn in turns
    ]
    return Output(words, segments, first[0] if first else None)


def plain(model: str, clips: tuple[SoundClip, ...], *, downmix: bool) -> Output:
    """faster-whisper alone, on each channel in turn or on the downmix."""
    from faster_whisper import WhisperModel

    found = models.find(model, LANGUAGE, models.default_cache())
    whisper = WhisperModel(str(found.folder), device="cpu", compute_type="int8", cpu_threads=os.cpu_count() or 1)
    words: list[Word] = []
    for clip in clips:
        for sound, speaker in _sounds(clip, downmix=downmix):
            heard = whisper.transcribe(sound, language=LANGUAGE, beam_size=5, word_timestamps=True)[0]
            words += [_placed(one.word, one.start, one.end, clip, speaker) for line in heard for one in line.words]
    return _by_words(words)


def openai_command(model: str, clips: tuple[SoundClip, ...], folder: Path) -> Output:
    """openai-whisper's own command on the downmix, its defaults and word times; the weights converted, by path."""
    import whisper

    found = models.find(model, LANGUAGE, models.default_cache())
    load = whisper.load_model

    def with_heads(*args: Any, **kwargs: Any) -> Any:  # loaded by path it would take its times from the wrong heads
        loaded = load(*args, **kwargs)
        heads = alignment_heads(found.folder, loaded.dims.n_text_layer, loaded.dims.n_text_head)
        loaded.set_alignment_heads(heads)
        return loaded

    whisper.load_model = with_heads
    files = []
    for number, clip in enumerate(clips):
        ((sound, _),) = _sounds(clip, downmix=True)
        files.append(folder / f"clip{number}.wav")
        soundfile.write(files[-1], sound, RATE, subtype="PCM_16")
    sys.argv = ["whisper", *map(str, files), "--model", str(folder / CHECKPOINT), "--language", LANGUAGE]
    sys.argv += ["--word_timestamps", "True", "--output_format", "json", "--output_dir", str(folder)]
    sys.argv += ["--device", "cpu", "--verbose", "False"]
    import_module("whisper.transcribe").cli()
    words: list[Word] = []
    for file, clip in zip(files, clips, strict=True):
        heard = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        said = (word for segment in heard["segments"] for word in segment["words"])
        words += [_placed(word["word"], word["start"], word["end"], clip, UNKNOWN) for word in said]
    return _by_words(words)


def _sounds(clip: SoundClip, *, downmix: bool) -> Iterator[tuple[Samples, str]]:
    if downmix or clip.channels == 1:
        yield read_mono16k(clip.file, clip.first_frame, clip.frames), UNKNOWN
        return
    for channel, speaker in enumerate((INTERVIEWER, RESPONDENT)):
        yield read_mono16k(clip.file, clip.first_frame, clip.frames, channel), speaker


def _placed(text: str, start: float, end: float, clip: SoundClip, speaker: str) -> Word:
    begin = clip.start_ms / 1000
    return Word(text.strip(), begin + float(start), begin + float(end), speaker)


def _by_words(words: list[Word]) -> Output:
    """Every word as a segment: segment times of neither engine can be trusted."""
    words.sort(key=lambda word: word.start)
    return Output(words, [asdict(word) for word in words])


WAYS: dict[str, Callable[[str, tuple[SoundClip, ...], Path], Output]] = {
    OURS: lambda model, clips, folder: ours("faster-whisper", model, clips, folder),
    OURS_OPENAI: lambda model, clips, folder: ours("openai-whisper", model, clips, folder),
    CHANNELS: lambda model, clips, _: plain(model, clips, downmix=False),
    DOWNMIX: lambda model, clips, _: plain(model, clips, downmix=True),
    COMMAND: openai_command,
}


def main() -> None:
    """Transcribe in one way and leave what was heard in a file."""
    way, model, out = sys.argv[1:]
    clips = tuple(SoundClip(**{**clip, "file": Path(clip["file"])}) for clip in json.load(sys.stdin))
    made = WAYS[way](model, clips, Path(out).parent)
    Path(out).write_text(json.dumps(asdict(made)), encoding="utf-8")


if __name__ == "__main__":
    main()
