"""A span of which a part is heard in another recorder's sound is heard in two pieces, which are told apart."""

from pathlib import Path

import soundfile

from interview_tui import transcribing
from interview_tui.audio.files import sha256
from interview_tui.interview.attached import BY_RECORDING
from interview_tui.interview.attaching import Lined
from interview_tui.interview.sound import AttachedPiece, AudioPart
from interview_tui.transcribe.listening.sound import passages
from tests.app.laid_study import CASE, LaidStudy
from tests.audio.laid import LAID_RATE, Laid, lay, noise


def test_what_lies_on_either_side_of_another_recorders_sound_are_two_passages(tmp_path: Path) -> None:
    made = LaidStudy.make(tmp_path / "study")
    made.journal_span(lay(made.folder, 1, Laid(noise(3 * LAID_RATE, 1), 0, segment_s=1)))
    made.end()
    file = made.folder / "other.flac"
    soundfile.write(file, noise(LAID_RATE, 3), LAID_RATE, subtype="PCM_16")
    piece = AttachedPiece(9, AudioPart(file.name, 0, LAID_RATE), LAID_RATE, 1, 1_000, 0.0, 1.0, sha256(file))
    made.do(lambda session, now: session.attach(Lined("other.flac", "ab", BY_RECORDING, (piece,)), now))
    found = passages(transcribing.transcription_spec(made.study, CASE).clips)
    assert [passage.key for passage in found] == ["1+0", "9+0", f"1+{2 * LAID_RATE}"]
