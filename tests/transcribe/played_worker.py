"""A transcription process that only plays one: `python played_worker.py JOB.json`.

It says that it runs, and ends when its folder holds `done` or `failed`. What it was asked is kept in `asked`.
"""

import json
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    job = Path(sys.argv[1])
    folder = Path(json.loads(job.read_text(encoding="utf-8"))["folder"])
    (folder / "asked").write_text(job.read_text(encoding="utf-8"), encoding="utf-8")

    def tell(state: str, done_s: float, left_s: float | None, message: str = "", words: str = "") -> None:
        told = {"state": state, "done_s": done_s, "total_s": 39.0, "left_s": left_s, "message": message}
        sys.stdout.write(json.dumps({**told, "words": words}) + "\n")
        sys.stdout.flush()

    tell("transcribing", 13.0, 26.0, words="… my fellow Americans")
    while not (folder / "done").exists():
        if (folder / "failed").exists():
            tell("failed", 13.0, None, "It failed.")
            sys.exit(5)
        time.sleep(0.005)
    tell("done", 39.0, 0.0)
