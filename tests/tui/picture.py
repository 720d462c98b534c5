"""Draws the live screen for the manual: `python -m tests.tui.picture docs/live.svg`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.tui.staging import staged, told


async def draw() -> str:
    """The screen of a call in the middle of an incident, as SVG."""
    async with staged() as stage:
        await told(stage)
        await stage.press("flattered, bit alarmed")
        return stage.app.picture()


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(asyncio.run(draw()), encoding="utf-8")
