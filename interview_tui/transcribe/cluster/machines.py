"""The workers of a cluster: which there are, which of them the user means, and whether what goes there is encrypted."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from interview_tui.errors import ConfigError, TranscriptionError

if TYPE_CHECKING:
    from distributed import Client

ALL = "all"
ANSWERING_S = 10
ENCRYPTED = ("tls", "wss")


@dataclass(frozen=True, slots=True)
class Machine:
    """A worker: a process on some machine, known by the name and the address that Dask has for it."""

    name: str
    address: str
    host: str
    threads: int

    @property
    def label(self) -> str:
        """What it is called where a person reads it."""
        return f"{self.host} ({self.address})" if self.name == self.address else f"{self.name} on {self.host}"

    def answers_to(self, wanted: str) -> bool:
        """Whether somebody who says `wanted` means it: its name, its address or its host."""
        return wanted in {self.name, self.address, self.address.partition("://")[2], self.host}


def present(client: Client) -> list[Machine]:
    """The workers that are there at this moment, by name.

    Raises:
        TranscriptionError: the scheduler does not answer any more.
    """
    try:
        workers = client.sync(client.scheduler.identity, n_workers=-1, callback_timeout=ANSWERING_S)["workers"]
    except (OSError, RuntimeError) as error:
        raise TranscriptionError(
            "The scheduler of the cluster does not answer any more.",
            "What is finished is kept. Start again when it is back, or go on here, without --scheduler.",
        ) from error
    found = [
        Machine(str(about["name"]), str(address), str(about["host"]), int(about["nthreads"]))
        for address, about in workers.items()
    ]
    return sorted(found, key=lambda machine: (machine.name, machine.address))


def named(there: Sequence[Machine], names: Sequence[str], scheduler: str) -> list[Machine]:
    """Those of the workers that the user named; `all` are those that are there.

    Raises:
        ConfigError: none is named, or one that is named is not there.
        TranscriptionError: there is none at all.
    """
    if not there:
        raise TranscriptionError(f"The cluster at {scheduler} has no workers.", "Start one: dask worker ADDRESS")
    if not names:
        raise ConfigError(
            f"Audio goes to no machine that you have not named. At {scheduler} there are:\n{listed(there)}",
            "Name those that may hear it: --worker NAME, once for each; or --worker all for all of these.",
        )
    absent = [name for name in names if name != ALL and not any(machine.answers_to(name) for machine in there)]
    if absent:
        raise ConfigError(
            f"The cluster at {scheduler} has no worker {', '.join(absent)}. There are:\n{listed(there)}",
            "Name them as they stand here, by name, host or address.",
        )
    return [machine for machine in there if ALL in names or any(map(machine.answers_to, names))]


def listed(there: Iterable[Machine]) -> str:
    """A line for each worker."""
    return "\n".join(f"  {machine.label}, {_counted(machine.threads, 'thread')}" for machine in there)


def unencrypted(addresses: Iterable[str]) -> list[str]:
    """Those of the addresses on other machines to which the way is not encrypted."""
    own = _own_addresses()
    return [
        address
        for address in addresses
        if _protocol(address) not in ENCRYPTED and _protocol(address) != "inproc" and not _is_here(address, own)
    ]


def _protocol(address: str) -> str:
    protocol, mark, _ = address.partition("://")
    return protocol if mark else "tcp"


def _is_here(address: str, own: frozenset[str]) -> bool:
    """Whether an address is one of this machine's."""
    host = address.partition("://")[2] or address
    host = host.rpartition(":")[0] or host
    found: set[str] = set()
    with suppress(OSError):
        found = {str(answer[4][0]) for answer in socket.getaddrinfo(host.strip("[]"), None)}
    return bool(found) and all(one in own or ipaddress.ip_address(one).is_loopback for one in found)


def _own_addresses() -> frozenset[str]:
    return frozenset(entry.address for entries in psutil.net_if_addrs().values() for entry in entries)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
