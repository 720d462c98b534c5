"""Another recorder's file beside a call that lies sealed: compared, kept, heard, examined and taken off as anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile

from interview_tui import attaching, by_ear
from interview_tui.at_rest import files as at_rest_files
from interview_tui.at_rest.study_key import ELSEWHERE
from interview_tui.audio.keeping.integrity import examine
from tests.app.attached_study import BEFORE_S, CASE, TALK_S, Conducted
from tests.at_rest.encrypted import encrypted_study
from tests.audio.other_recorder import TALK_RATE, speech_like


@pytest.fixture
def conducted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Conducted:
    """A call whose audio lies sealed, and beside the study a recording of the same talk."""
    monkeypatch.setenv(ELSEWHERE, str(tmp_path / "keys"))
    encrypted_study(tmp_path / "study")
    talk = speech_like(TALK_S, seed=7)
    soundfile.write(tmp_path / "DS_0042.wav", talk * 0.5, TALK_RATE)
    made = Conducted.make(tmp_path / "study", talk)
    for path in sorted(made.folder.glob("call-*.flac")):
        path.rename(tmp_path / path.name)
        at_rest_files.copy(tmp_path / path.name, path)
    return made


def test_a_recording_is_laid_beside_a_sealed_call_kept_sealed_and_taken_off(conducted: Conducted, tmp_path: Path):
    study, original = conducted.study, tmp_path / "DS_0042.wav"
    found = attaching.lined_up(study, CASE, [original], lambda _: None)
    assert found[0].pieces[0].start_ms == pytest.approx(-BEFORE_S * 1000, abs=2)
    attaching.attach(study, CASE, found, "aligned", lambda _: None, unbroken=True)
    assert conducted.files == {"call-1.flac", "call-2.flac", "other-003.flac"}
    assert all(at_rest_files.is_sealed(path) for path in conducted.folder.iterdir())
    assert not list(examine(conducted.folder, conducted.interview.spans, ended=True))
    guess = by_ear.guess(study, CASE, original, lambda _: None)
    both = by_ear.BothEars(study, CASE, original).heard(30_000, guess.start_ms)
    assert float(abs(both[800:-800, 0] - both[800:-800, 1]).max()) < 0.05
    attaching.detach(study, CASE)
    assert conducted.files == {"call-1.flac", "call-2.flac"}
