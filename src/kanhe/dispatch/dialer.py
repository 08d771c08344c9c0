"""Outgoing connections of a client endpoint: opens what it asks for, moves bytes, ticks. What events mean is the owner's business."""

import asyncio
from collections.abc import Callable, Sequence

from kanhe.kit.clock import Clock
from kanhe.kit.stream import Stream
from kanhe.protocols.client import ClientEndpoint
from kanhe.protocols.events import Connect, Event
from kanhe.protocols.link import ClientSession

# Fine enough for a paced sender; sessions' own timers are in seconds.
TICK_S = 0.02
# A listener on the same machine or network answers at once or not at all.
CONNECT_S = 5.0

Hear = Callable[[ClientSession, Sequence[Event], float], None]
"""(session, events, now): what a read or a tick brought."""


class Dialer:
    """All connections of one endpoint."""

    def __init__(self, endpoint: ClientEndpoint, host: str, port: int, clock: Clock, hear: Hear) -> None:
        self._endpoint = endpoint
        self._host, self._port = host, port
        self._clock = clock
        self._tell = hear
        self._streams: dict[object, Stream[ClientSession]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Connect, and keep connected."""
        self._spawn(self._tick_loop())
        self._connect_wanted(self._endpoint.start(self._clock.monotonic()))

    async def stop(self) -> None:
        """Part in good order, then close."""
        tasks = list(self._tasks)
        self.close()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)

    def close(self) -> None:
        """Say good-bye and close, without waiting for anybody."""
        self._endpoint.stop(self._clock.monotonic())
        self.flush()
        for task in list(self._tasks):
            task.cancel()
        for stream in list(self._streams.values()):
            if stream.transport is not None:
                stream.transport.close()

    def flush(self) -> None:
        """Write what the sessions have to say."""
        for session in self._endpoint.ready():
            if (stream := self._streams.get(session)) is not None:
                stream.flush()

    def _spawn(self, work: "asyncio._CoroutineLike[None]") -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _connect_wanted(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, Connect):
                self._spawn(self._connect(event.slot))

    async def _connect(self, slot: int) -> None:
        def open_stream() -> Stream[ClientSession]:
            session = self._endpoint.opened(slot, self._clock.monotonic())
            stream = self._streams[session] = Stream(session, self._clock, self._hear)
            return stream

        loop = asyncio.get_running_loop()
        try:
            await asyncio.wait_for(loop.create_connection(open_stream, self._host, self._port), CONNECT_S)
        except (OSError, TimeoutError):
            self._endpoint.failed(slot, self._clock.monotonic())

    def _hear(self, stream: Stream[ClientSession], events: Sequence[Event]) -> None:
        self._tell(stream.machine, events, self._clock.monotonic())
        self.flush()

    async def _tick_loop(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            for session, stream in list(self._streams.items()):
                stream.tick()
                if stream.machine.closed and stream.transport is None:
                    del self._streams[session]
            self._connect_wanted(self._endpoint.tick(self._clock.monotonic()))
            self.flush()
