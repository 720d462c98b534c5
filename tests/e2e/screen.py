"""What a terminal shows, from what a program wrote to it: as much of a terminal as Textual uses."""

from __future__ import annotations

import codecs
import re

_TOKEN = re.compile(
    r"\x1b\[([0-9;?<>=]*)[ -/]*([@-~])"  # a control sequence
    r"|\x1b[\]P^_].*?(?:\x07|\x1b\\)"  # a string for the terminal itself
    r"|\x1b."
    r"|([^\x00-\x1f\x7f]+)"
    r"|(.)",
    re.DOTALL,
)
_UNFINISHED = re.compile(r"\x1b(?:\[[0-9;?<>= -/]*|[\]P^_][^\x07\x1b]*\x1b?)?$")


class Screen:
    """A grid of characters that output is fed into; colours are left out."""

    def __init__(self, columns: int, rows: int) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._waiting = ""
        self.resize(columns, rows)

    def resize(self, columns: int, rows: int) -> None:
        """Another size; the program paints it anew."""
        self._cells = [[" "] * columns for _ in range(rows)]
        self._row = self._column = 0

    @property
    def lines(self) -> list[str]:
        """What it shows, line by line."""
        return ["".join(row).rstrip() for row in self._cells]

    def feed(self, output: bytes) -> None:
        """Show more output."""
        text = self._waiting + self._decoder.decode(output)
        cut = _UNFINISHED.search(text)
        self._waiting = text[cut.start() :] if cut else ""
        for found in _TOKEN.finditer(text, 0, cut.start() if cut else len(text)):
            parameters, final, printed, control = found.groups()
            if printed:
                self._print(printed)
            elif final:
                self._control(parameters, final)
            elif control == "\r":
                self._column = 0
            elif control == "\n":
                self._row += 1

    def _print(self, text: str) -> None:
        for character in text:
            if self._row < len(self._cells) and self._column < len(self._cells[0]):
                self._cells[self._row][self._column] = character
            self._column += 1

    def _control(self, parameters: str, final: str) -> None:
        numbers = [int(number) if number.isdigit() else 0 for number in parameters.split(";")]
        if final == "H":
            self._row, self._column = (max(0, number - 1) for number in (*numbers, 0)[:2])
        elif final == "J":
            self._cells = [[" "] * len(row) for row in self._cells]
        elif final == "K" and self._row < len(self._cells):
            self._cells[self._row][self._column :] = " " * len(self._cells[0][self._column :])
