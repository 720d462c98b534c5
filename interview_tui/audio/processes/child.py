"""Child processes of this room. Native sound libraries write to the terminal and may hang; here they may."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import interview_tui
from interview_tui.errors import AudioError, InterviewTuiError

Json = dict[str, Any]


def command(module: str, *arguments: str) -> list[str]:
    """The command line that runs a module of this room. `-P`: what lies in the folder worked in is not imported."""
    return [sys.executable, "-P", "-m", f"interview_tui.audio.{module}", *arguments]


def environment() -> dict[str, str]:
    """The environment for it: the package is found even where it is not installed."""
    root = Path(interview_tui.__file__).resolve().parents[1]
    if root.name in ("site-packages", "dist-packages"):
        return dict(os.environ)
    paths = [str(root), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def ask(module: str, request: Json, timeout_s: float) -> Json:
    """Run a module of this room to its end on `request` and give its answer.

    Raises:
        AudioError: the module's own error, or it did not answer within `timeout_s`.
    """
    with tempfile.TemporaryDirectory(prefix="interview-tui-") as name:
        folder = Path(name)
        (folder / "request.json").write_text(json.dumps(request), encoding="utf-8")
        with (folder / "noise.log").open("wb") as noise:
            try:
                ended = subprocess.run(
                    command(module, str(folder)),
                    env=environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=noise,
                    stderr=noise,
                    timeout=timeout_s,
                    check=False,
                )
            except subprocess.TimeoutExpired as error:
                raise AudioError(
                    f"The sound system did not answer within {timeout_s:.0f} s.", "Restart it, or the machine."
                ) from error
        answer = folder / "answer.json"
        if not answer.exists():
            last = (folder / "noise.log").read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
            raise AudioError(
                f"The sound library broke down ({' '.join([module, 'exit', str(ended.returncode), *last])}).",
                "Restart the sound system, or the machine.",
            )
        return unwrapped(json.loads(answer.read_text(encoding="utf-8")))


def answer(work: Callable[[Json], Json], folder: Path) -> None:
    """The child's side of `ask`: do `work` on the request in `folder` and leave the answer there."""
    request = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    (folder / "answer.json").write_text(json.dumps(wrapped(work, request)), encoding="utf-8")


def wrapped(work: Callable[[Json], Json], request: Json) -> Json:
    """What `work` answers, or the error it met, in a form that crosses to another process."""
    try:
        return {"ok": True, **work(request)}
    except InterviewTuiError as error:
        return {"ok": False, "message": error.message, "hint": error.hint}
    except Exception as error:  # the process's boundary: the other side must get an answer
        logging.exception("unexpected")
        return {"ok": False, "message": f"Something unexpected happened to the sound: {error!r}.", "hint": ""}


def unwrapped(reply: Json) -> Json:
    """The answer in a reply.

    Raises:
        AudioError: it is an error.
    """
    if not reply.get("ok"):
        raise AudioError(str(reply.get("message", "The answer was not understood.")), str(reply.get("hint", "")))
    return reply
