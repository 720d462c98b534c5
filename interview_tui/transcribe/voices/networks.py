"""The two networks that come with the program, run by onnxruntime on one thread: who speaks when, and whose voice.

Where they come from, and their licences: `interview_tui/data/voices/README.md`.
"""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from interview_tui.errors import TranscriptionError
from interview_tui.transcribe.listening.sound import RATE, Samples
from interview_tui.transcribe.voices.fbank import Features

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

WINDOW = 10 * RATE  # samples that the segmentation hears at once
STEP = 270  # samples from one of its frames to the next
CENTRE = 495  # the sample in the middle of its first frame
WINDOW_FRAMES = 589
SPEAKERS = 3  # as many as it tells apart in a window

LONGEST_FEATURES = 198  # frames that CAM++ may be given: 2 s
SHORTEST_FEATURES = 10
DIMENSIONS = 192

SETS = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]], dtype=np.float32)

Activity = npt.NDArray[np.float32]
Embedding = npt.NDArray[np.float32]


class Networks:
    """Both networks, loaded. The same sound always gives the same figures on one machine."""

    def __init__(self) -> None:
        """Load them.

        Raises:
            TranscriptionError: they are missing or damaged.
        """
        self._segmentation = _session("segmentation.onnx")
        self._campplus = _session("campplus.onnx")

    def activity(self, sound: Samples) -> Activity:
        """How likely each of three speakers is talking, (589, 3), in 10 s of sound; who is which differs by window."""
        (sets,) = self._segmentation.run(None, {"sound": sound[np.newaxis, np.newaxis]})
        activity: Activity = np.exp(sets[0]) @ SETS
        return activity

    def embedding(self, features: Features) -> Embedding:
        """The voice in 10 to 198 feature frames (0.1 to 2 s), as 192 numbers of length 1.

        The features come without their mean over a longer stretch of the same sound.
        """
        (found,) = self._campplus.run(None, {"features": features[np.newaxis]})
        voice: Embedding = found[0] / max(float(np.linalg.norm(found[0])), 1e-6)
        return voice


def _session(name: str) -> InferenceSession:
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        with as_file(files("interview_tui").joinpath("data", "voices", name)) as path:
            return InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises classes of its own that it does not name
        raise TranscriptionError(
            f"The network {name} that tells voices apart cannot be loaded: {error}.", "Install interview-tui again."
        ) from error
