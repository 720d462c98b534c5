"""From audio to turns of words: engines, weights, speakers, and the process they run in."""

import os

# onnxruntime, which finds speech, tells its makers over the network where and how it runs, unless it is told not to
# before it is loaded. Whatever loads it here, a worker of a cluster as well, comes by this line first.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
