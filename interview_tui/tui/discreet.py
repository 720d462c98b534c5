"""An app that breaks down without telling what it held."""

from __future__ import annotations

from textual.app import App


class DiscreetApp(App[int]):
    """An app that, where something unforeseen goes wrong, leaves that to whoever has started it.

    Textual would print the values of all variables to the terminal: what somebody said, or who they are.
    """

    def run_discreetly(self) -> None:
        """Run in the terminal until it is left.

        Raises:
            Exception: whatever went wrong in it that nobody had foreseen.
        """
        self.run()
        if self._exception is not None:
            raise self._exception

    def _fatal_error(self) -> None:
        """End without a word."""
        self.bell()
        self._close_messages_no_wait()
