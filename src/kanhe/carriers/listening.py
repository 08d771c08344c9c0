"""Where a carrier connects to us: SGIP's gateway brings its reports and inbound messages over a connection of its own."""

import asyncio
from collections.abc import Callable, Sequence

from kanhe.kit.clock import Clock
from kanhe.kit.stream import Stream
from kanhe.protocols.link import Event
from kanhe.protocols.server import DoorSession, ServerEndpoint

Hear = Callable[[Stream[DoorSession], Sequence[Event]], None]


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
