"""Opening what a `SourceSpec` names."""

from __future__ import annotations

from interview_tui.audio.capture import CaptureBackend, SourceSpec
from interview_tui.audio.sources.device_capture import DeviceCapture
from interview_tui.audio.sources.file_capture import FileCapture
from interview_tui.errors import AudioError


def open_source(spec: SourceSpec, epoch_ns: int | None) -> CaptureBackend:
    """The source that `spec` names, not yet started; of two, the interviewer's. The other one is `spec.tracks[1]`.

    `epoch_ns` is when a file began to play; None: it begins now.

    Raises:
        AudioError: there is no such source.
    """
    channels = spec.tracks[0].channels
    if spec.kind == "file":
        if spec.path is None:
            raise AudioError("No file was named to be played as the sound source.")
        return FileCapture(spec.path, epoch_ns, channels, spec.fast_ppm)
    return DeviceCapture(spec.name, channels)
