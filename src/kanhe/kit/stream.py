"""Ten dull lines between a socket and a sans-IO machine: bytes in, bytes out, time, the end. Knows nothing of what they mean."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar, cast

from kanhe.kit.clock import Clock


class Machine(Protocol):
    """A protocol session: takes bytes and time, gives events (of its own kind) and bytes."""

    @property
    def closed(self) -> bool:
        """True when the socket is to be closed once everything is written."""
        ...

    def receive(self, data: bytes, now: float) -> Sequence[Any]:
        """Take bytes in any cut."""
        ...

    def tick(self, now: float) -> Sequence[Any]:
        """Do what is due."""
        ...

    def next_deadline(self) -> float | None:
        """When tick must be called next."""
        ...

    def take(self) -> bytes:
        """Everything to write."""
        ...

    def lost(self, reason: str, now: float) -> Sequence[Any]:
        """The socket is gone."""
        ...


M = TypeVar("M", bound=Machine)

# What may wait unsent for a peer that reads slowly before we stop reading from it: one generous TCP window.
WRITE_OCTETS_MAX = 256 * 1024


class Stream(asyncio.Protocol, Generic[M]):
    """One socket and the machine behind it."""

    def __init__(self, machine: M, clock: Clock, hear: Callable[["Stream[M]", Sequence[Any]], None]) -> None:
        self.machine = machine
        self._clock = clock
        self._hear = hear
        self.transport: asyncio.Transport | None = None
        self.peer = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is open; a machine that speaks first has its words ready."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's own has the same methods and no common base
        self.peer = str((transport.get_extra_info("peername") or ("", 0))[0])
        self.transport.set_write_buffer_limits(high=WRITE_OCTETS_MAX)
        self.flush()

    def data_received(self, data: bytes) -> None:
        """Bytes arrived."""
        events = self.machine.receive(data, self._clock.monotonic())
        if events:
            self._hear(self, events)
        self.flush()

    def tick(self) -> None:
        """Do what is due by now."""
        deadline = self.machine.next_deadline()
        if deadline is None or deadline > self._clock.monotonic():
            return
        try:
            events = self.machine.tick(self._clock.monotonic())
            if events:
                self._hear(self, events)
            self.flush()
        except Exception as error:  # noqa: BLE001 - as asyncio does with a read that fails: it ends this socket, and no other
            self._break_off(error)

    def _break_off(self, error: Exception) -> None:
        said = {"message": "a session's timer failed", "exception": error, "transport": self.transport}
        asyncio.get_running_loop().call_exception_handler(said)
        if self.transport is not None:
            self.transport.abort()

    def flush(self) -> None:
        """Write what the machine has to say; close when it is done."""
        transport = self.transport
        if transport is None:
            return
        data = self.machine.take()
        if data:
            transport.write(data)
        if self.machine.closed:
            transport.close()

    def pause_writing(self) -> None:
        """The peer reads slowly: hear no more of it until it has caught up."""
        if self.transport is not None:
            self.transport.pause_reading()

    def resume_writing(self) -> None:
        """The peer has caught up."""
        if self.transport is not None:
            self.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is gone."""
        self.transport = None
        events = self.machine.lost("peer_closed" if exc is None else "broken", self._clock.monotonic())
        if events:
            self._hear(self, events)
