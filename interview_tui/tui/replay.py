"""What a reviewer does to what is being played, with the keys that transcribers' tools have, and how it is shown."""

from __future__ import annotations

import asyncio

from interview_tui.interview.events import Stretch
from interview_tui.record.ports import SPEEDS, Player
from interview_tui.record.sentences import sentence_at
from interview_tui.tui import signs
from interview_tui.tui.desk import Lying

JUMP_MS = 5_000
REACTION_MS = 500
"""So much of the listener's time after a sentence has ended it is still the one that is wanted again."""
ENDED_MS = 1_000
"""What was last heard so short before the end of what is played, and then nothing, was played to its end."""
COMMANDS = frozenset({"pause", "back", "on", "slower", "faster"})
"""Their keys are shown with what is playing; at the foot of the screen there is no room for them."""


class Replay:
    """The commands `back`, `on`, `slower`, `faster` and `stop`, to pause, and to have a sentence again.

    They are carried out one after the other, however quickly they come; each waits for the player, in a thread.
    """

    def __init__(self, player: Player) -> None:
        self._player = player
        self._turn = asyncio.Lock()
        self._last_ms: int | None = None
        self._until_ms: int | None = None  # where what was played last ends
        self._runs = False

    async def do(self, command: str) -> None:
        """Carry out one command."""
        async with self._turn:
            await asyncio.to_thread(self._do, command)

    async def toggle(self) -> None:
        """Pause what is playing, or go on with what is paused."""
        async with self._turn:
            await asyncio.to_thread(self._player.resume if self._player.paused else self._player.pause)

    async def play(self, lying: Lying, stretch: Stretch) -> None:
        """Play a stretch of the interview.

        Raises:
            AudioError: nothing was recorded there, there is no device, or a file cannot be read.
        """
        async with self._turn:
            await asyncio.to_thread(self._play, lying, stretch)

    async def repeat(self, lying: Lying, at_ms: int) -> Stretch | None:
        """Play the sentence again that is heard, or was last, and go on from there; gives the sentence.

        It goes on to where what was played before ends: one types along, and listens on. Asked for again at once, it is
        the sentence before. While nothing was heard yet it is the sentence at `at_ms`, and what follows to the end of
        the recording. None, and nothing is played, where nothing was said by then.

        Raises:
            AudioError: as `play` does.
        """
        async with self._turn:
            sentence = self._meant(lying, at_ms)
            if sentence is not None:
                until_ms = _end_of(lying) if self._until_ms is None else self._until_ms
                again = Stretch(sentence.start_ms, max(sentence.end_ms, until_ms))
                await asyncio.to_thread(self._play, lying, again)
            return sentence

    def heard_ms(self) -> int | None:
        """The call clock of what is heard, or was last when it was asked for; None before anything was. Never waits."""
        now_ms, last_ms, until_ms = self._player.at_ms(), self._last_ms, self._until_ms
        if now_ms is not None:
            self._last_ms = now_ms
        elif self._runs and last_ms is not None and until_ms is not None and until_ms - last_ms <= ENDED_MS:
            self._last_ms = until_ms
        return self._last_ms

    def shown(self, origin_ms: int) -> str:
        """What is heard, how fast, and the keys for it; the time is counted from `origin_ms`."""
        player = self._player
        speed = f"{player.speed:g}×"
        last_ms, at_ms = self.heard_ms(), player.at_ms()
        if at_ms is None or last_ms is None:
            return f"speed {speed}" if player.speed != 1 else ""
        when = signs.clock(max(0, last_ms - origin_ms))
        standing, does = (f"‖ {when} paused", "goes on") if player.paused else (f"▶ {when}", "pauses")
        return f"{standing} · {speed} · Space {does} · F3 F5 ∓{JUMP_MS // 1000} s · [ ] speed · s stops"

    def _play(self, lying: Lying, stretch: Stretch) -> None:
        self._player.play(lying.timeline, lying.folder, stretch.start_ms, stretch.end_ms)
        self._last_ms, self._until_ms, self._runs = stretch.start_ms, stretch.end_ms, True

    def _meant(self, lying: Lying, at_ms: int) -> Stretch | None:
        """The sentence that is to be heard again: the one that ended a moment ago rather than the one just begun."""
        turns = [placed.turn for placed in lying.found.record.turns]
        heard_ms = self.heard_ms()
        if heard_ms is None:
            return sentence_at(turns, at_ms)
        meant_ms = heard_ms - round(REACTION_MS * self._player.speed)
        return sentence_at(turns, meant_ms) or sentence_at(turns, heard_ms)

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
            case "stop":
                self.heard_ms()
                self._runs = False
                self._player.stop()


def _end_of(lying: Lying) -> int:
    """Where the recording ends."""
    return max((span.end_ms for span in lying.timeline.spans), default=0)
