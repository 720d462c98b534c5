"""Chromium without a window, driven by its DevTools protocol over a pipe: that needs no library, and no port."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
LONGEST_WAIT_S = 60.0
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--mute-audio",
    "--autoplay-policy=no-user-gesture-required",
    "--remote-debugging-pipe",
)
Json = dict[str, Any]


class Chromium:
    """The program; a context manager. `home` is an empty folder for what it keeps."""

    def __init__(self, home: Path) -> None:
        program = next(found for name in PROGRAMS if (found := shutil.which(name)))
        (asked, self._asks), (self._answers, answered) = _pipe(), _pipe()
        given: list[tuple[Any, ...]] = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)]
        given += [(os.POSIX_SPAWN_OPEN, each, os.devnull, os.O_WRONLY, 0) for each in (1, 2)]
        given += [(os.POSIX_SPAWN_DUP2, asked, 3), (os.POSIX_SPAWN_DUP2, answered, 4)]
        arguments = [program, *ARGUMENTS, f"--user-data-dir={home}", "about:blank"]
        self._process = os.posix_spawn(program, arguments, {**os.environ, "HOME": str(home)}, file_actions=given)
        os.close(asked)
        os.close(answered)
        self._read = b""
        self._asked = 0
        self._events: list[Json] = []

    def page(self) -> Page:
        """A new page."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return Page(self, session)

    def ask(self, method: str, session: str = "", **parameters: Any) -> Json:
        """Ask for something and give the answer."""
        number = self._send(method, session, parameters)
        reply = self._until(lambda message: message.get("id") == number)
        assert "error" not in reply, (method, reply["error"])
        result: Json = reply["result"]
        return result

    def event(self, method: str, session: str) -> Json:
        """Wait for an event, or take it if it came meanwhile."""
        return self._until(lambda message: (message.get("method"), message.get("sessionId")) == (method, session))

    def _send(self, method: str, session: str, parameters: Json) -> int:
        self._asked += 1
        request = {"id": self._asked, "method": method, "params": parameters}
        data = json.dumps({**request, "sessionId": session} if session else request).encode() + b"\0"
        while data:
            data = data[os.write(self._asks, data) :]
        return self._asked

    def _until(self, wanted: Callable[[Json], bool]) -> Json:
        """The first message that is wanted; the others are kept."""
        for message in self._events:
            if wanted(message):
                self._events.remove(message)
                return message
        deadline = time.monotonic() + LONGEST_WAIT_S
        while not wanted(message := self._message(deadline)):
            self._events.append(message)
        return message

    def _message(self, deadline: float) -> Json:
        while b"\0" not in self._read:
            ready, _, _ = select.select([self._answers], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, f"Chromium did not answer within {LONGEST_WAIT_S} s"
            read = os.read(self._answers, 1 << 20)
            assert read, "Chromium ended"
            self._read += read
        message, _, self._read = self._read.partition(b"\0")
        found: Json = json.loads(message)
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._send("Browser.close", "", {})
        os.close(self._asks)
        os.close(self._answers)
        os.waitpid(self._process, 0)


class Page:
    """A page of Chromium."""

    def __init__(self, chromium: Chromium, session: str) -> None:
        self._chromium = chromium
        self._session = session
        self.ask("Page.enable")

    def ask(self, method: str, **parameters: Any) -> Json:
        """Ask for something of the page."""
        return self._chromium.ask(method, self._session, **parameters)

    def load(self, file: Path) -> None:
        """Open a file, and wait until it is loaded."""
        self.ask("Page.navigate", url=file.resolve().as_uri())
        self._chromium.event("Page.loadEventFired", self._session)

    def evaluate(self, expression: str) -> Any:
        """What an expression gives; of a promise, what it is kept with."""
        reply = self.ask("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in reply, reply["exceptionDetails"]
        return reply["result"].get("value")

    def press(self, selector: str) -> None:
        """Press the mouse on an element."""
        left, top = self.evaluate(
            f"(() => {{ const each = document.querySelector({json.dumps(selector)});"
            'each.scrollIntoView({block: "center", behavior: "instant"}); const box = each.getClientRects()[0];'
            "return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=left, y=top, button="left", clickCount=1)

    def look(self, *, dark: bool = False, printed: bool = False) -> None:
        """Show it as it looks in the light or in the dark, on a screen or on paper."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", media="print" if printed else "", features=[scheme])

    def run_scripts(self, *, allowed: bool) -> None:
        """Whether scripts of pages that are opened from now on run."""
        self.ask("Emulation.setScriptExecutionDisabled", value=not allowed)

    def pdf(self) -> bytes:
        """The page as it is printed."""
        return base64.b64decode(self.ask("Page.printToPDF")["data"])

    def picture(self, width: int, height: int) -> bytes:
        """What is seen of it in a window of this size, as PNG."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        return base64.b64decode(self.ask("Page.captureScreenshot")["data"])


def _pipe() -> tuple[int, int]:
    """A pipe whose ends lie above those that Chromium is given."""
    import fcntl

    ends = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends]
    for end in ends:
        os.close(end)
    return high[0], high[1]
