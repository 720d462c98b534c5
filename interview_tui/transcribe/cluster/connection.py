"""The way to a cluster's scheduler; Dask itself comes with an extra and is imported nowhere but in this package."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from interview_tui.errors import TranscriptionError

if TYPE_CHECKING:
    from distributed import Client

CONNECTING_S = 5  # until a machine that does not answer is given up
TALKATIVE = ("distributed", "tornado", "asyncio")
INSTALL = "Run: pip install 'interview-tui[cluster]'"


@contextmanager
def connected(scheduler: str, *, quiet: bool = False) -> Iterator[Client]:
    """A connection to the scheduler at `scheduler`; what it encrypts with is Dask's own configuration.

    Sound goes from here to a worker directly: the scheduler is told no more than that an ear is wanted there. `quiet`
    is for a process with a terminal: Dask logs to it.

    Raises:
        TranscriptionError: Dask is not installed, or no scheduler answers there within seconds.
    """
    if find_spec("distributed") is None:
        raise TranscriptionError("Dask, which hands work to a cluster, is not installed.", INSTALL)
    import dask
    from distributed import Client

    if quiet:
        _hush()
    waits = {"distributed.comm.timeouts.connect": CONNECTING_S, "distributed.comm.retry.count": 0}
    with dask.config.set(waits), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of other versions of Dask at the other end; those that matter are compared
        try:
            client = Client(scheduler, timeout=CONNECTING_S, direct_to_workers=True, set_as_default=False)
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            raise TranscriptionError(
                f"No Dask scheduler can be reached at {scheduler}: {error}.",
                "Is it running, is the address what it printed (tcp://HOST:8786), and is nothing in between?",
            ) from error
        try:
            yield client
        finally:
            client.close(timeout=CONNECTING_S)


def _hush() -> None:
    """Keep what Dask logs off this process's terminal; what matters of it is told as errors."""
    for name in TALKATIVE:
        logger = logging.getLogger(name)
        logger.handlers = [logging.NullHandler()]
        logger.propagate = False
