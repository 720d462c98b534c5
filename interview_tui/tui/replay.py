"""What a reviewer does to what is being played, with the keys that transcribers' tools have, and how it is shown."""

from __future__ import annotations

import asyncio

from interview_tui.record.ports import SPEEDS, Player
from interview_tui.tui import signs

JUMP_MS = 5_000
COMMANDS = frozenset({"pause", "back", "on", "slower", "faster"})
"""Their keys are shown with what is playing; at the foot of the screen there is no room for them."""


class Replay:
    """The commands `back`, `on`, `slower` and `faster`, and to pause. They are carried out one after the other, however
    quickly they come; each waits for the player, in a thread.
    """

    def __init__(self, player: Player) -> None:
        self._player = player
        self._turn = asyncio.Lock()

    async def do(self, command: str) -> None:
        """Carry out one command."""
        async with self._turn:
            await asyncio.to_thread(self._do, command)

    async def toggle(self) -> None:
        """Pause what is playing, or go on with what is paused."""
        async with self._turn:
            await asyncio.to_thread(self._player.resume if self._player.paused else self._player.pause)

    def shown(self, origin_ms: int) -> str:
        """What is heard, how fast, and the keys for it; the time is counted from `origin_ms`."""
        player = self._player
        speed = f"{player.speed:g}×"
        at_ms = player.at_ms()
        if at_ms is None:
            return f"speed {speed}" if player.speed != 1 else ""
        when = signs.clock(max(0, at_ms - origin_ms))
        standing, does = (f"‖ {when} paused", "goes on") if player.paused else (f"▶ {when}", "pauses")
        return f"{standing} · {speed} · Space {does} · F3 F5 ∓{JUMP_MS // 1000} s · [ ] speed · s stops"

    def _do(self, command: str) -> None:
        match command:
            case "back":
                self._player.skip(-JUMP_MS)
            case "on":
                self._player.skip(JUMP_MS)
            case "slower":
                self._player.set_speed(
                    max((speed for speed in SPEEDS if speed < self._player.speed), default=SPEEDS[0])
                )
            case "faster":
                self._player.set_speed(
                    min((speed for speed in SPEEDS if speed > self._player.speed), default=SPEEDS[-1])
                )
