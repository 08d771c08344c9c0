"""Where a carrier connects to us.

SGIP's gateway brings its reports and inbound messages over a connection of its own. An SMSC may open the link and ask us to bind on it.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import cast

import structlog

from kanhe.kit.clock import Clock
from kanhe.kit.networks import is_within
from kanhe.kit.stream import Stream
from kanhe.protocols.events import Event
from kanhe.protocols.link import ClientSession
from kanhe.protocols.server import DoorSession, ServerEndpoint

log = structlog.get_logger()

Hear = Callable[[Stream[DoorSession], Sequence[Event]], None]

Answer = Callable[[], Stream[ClientSession] | None]
"""The carrier has opened a link: our side of it, or None when there is no place for one."""


class Called:
    """One port where a carrier opens the links on which we bind (SMPP outbind)."""

    def __init__(self, host: str, port: int, networks: tuple[str, ...]) -> None:
        self._host, self._port, self._networks = host, port, networks
        self._server: asyncio.Server | None = None

    async def start(self, answer: Answer) -> None:
        """Listen. Raises `OSError` when somebody else does."""
        make = partial(Doorstep, self._networks, answer)
        self._server = await asyncio.get_running_loop().create_server(make, self._host, self._port)

    @property
    def port(self) -> int:
        """The port, once it listens."""
        assert self._server is not None, "it listens"
        return int(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()


class Doorstep(asyncio.Protocol):
    """A caller before it is let in: whoever calls from elsewhere, or is one too many, is parted from without a word."""

    def __init__(self, networks: tuple[str, ...], answer: Answer) -> None:
        self._networks, self._answer = networks, answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Look who it is; then its session takes over."""
        peer = str((transport.get_extra_info("peername") or ("", 0))[0])
        barred = self._networks and not is_within(peer, self._networks)
        stream = None if barred else self._answer()
        if stream is None:
            log.warning("call-refused", why="network" if barred else "no_place")
            transport.close()
            return
        cast("asyncio.Transport", transport).set_protocol(stream)
        stream.connection_made(transport)


class Listening:
    """One listening port for one carrier."""

    def __init__(self, endpoint: ServerEndpoint, host: str, port: int) -> None:
        self._endpoint = endpoint
        self._host, self._port = host, port
        self._server: asyncio.Server | None = None
        self._streams: dict[object, Stream[DoorSession]] = {}

    async def start(self, clock: Clock, hear: Hear) -> None:
        """Listen. Raises `OSError` when somebody else does."""

        def connect() -> Stream[DoorSession]:
            session = self._endpoint.open(clock.monotonic())
            stream = self._streams[session] = Stream(session, clock, hear)
            return stream

        self._server = await asyncio.get_running_loop().create_server(connect, self._host, self._port)

    @property
    def port(self) -> int:
        """The port, once it listens."""
        assert self._server is not None, "it listens"
        return int(self._server.sockets[0].getsockname()[1])

    def tick(self, now: float) -> None:
        """Do what is due, and forget who is gone."""
        for session, stream in list(self._streams.items()):
            stream.tick()
            if stream.machine.closed and stream.transport is None:
                del self._streams[session]
        self._endpoint.tick(now)
        self.flush()

    def flush(self) -> None:
        """Write what the sessions have to say."""
        for session in self._endpoint.ready():
            if (stream := self._streams.get(session)) is not None:
                stream.flush()

    def close(self, now: float) -> None:
        """Listen no more, and part from whoever is connected."""
        if self._server is not None:
            self._server.close()
        self._endpoint.stop(now)
        self.flush()
        for stream in self._streams.values():
            if stream.transport is not None:
                stream.transport.close()

    def abandon(self) -> None:
        """Cut everything, as the end of a process does."""
        if self._server is not None:
            self._server.close()
        for stream in self._streams.values():
            if stream.transport is not None:
                stream.transport.abort()
