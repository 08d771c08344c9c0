"""Customers that are owed something and are not here: we open the link, where their papers say so (SMPP outbind)."""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

import structlog

from kanhe.kit.clock import Clock
from kanhe.kit.stream import Stream
from kanhe.protocols.server import DoorSession

log = structlog.get_logger()

# A listener answers soon or not at all; one that does not, or does not log in, is called again no sooner than this.
CONNECT_S = 10.0
CALL_AGAIN_S = 30.0


class Calling(NamedTuple):
    """Where a customer is called, and how the link begins."""

    host: str
    port: int
    greet: Callable[[DoorSession], None]


class Caller:
    """All calls of one door."""

    def __init__(
        self,
        clock: Clock,
        place_of: Callable[[str], Calling | None],
        open_stream: Callable[[Calling], Stream[DoorSession]],
    ) -> None:
        self._clock, self._place_of, self._open = clock, place_of, open_stream
        self._not_before: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def call(self, name: str) -> None:
        """Call a customer, unless it was called a moment ago or is waited for."""
        now = self._clock.monotonic()
        if now < self._not_before.get(name, now):
            return
        self._not_before[name] = now + CALL_AGAIN_S
        if (calling := self._place_of(name)) is None:
            return
        task = asyncio.get_running_loop().create_task(self._connect(name, calling))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, name: str, calling: Calling) -> None:
        loop = asyncio.get_running_loop()
        connecting = loop.create_connection(lambda: self._open(calling), calling.host, calling.port)
        try:
            await asyncio.wait_for(connecting, CONNECT_S)
        except (OSError, TimeoutError, UnicodeError):  # the last: a host that can be no name
            log.warning("customer-unreachable", customer=name)

    def stop(self) -> None:
        """Call nobody any more."""
        for task in list(self._tasks):
            task.cancel()
