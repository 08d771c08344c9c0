"""An event loop whose clock moves only when nobody has work, and a network of memory.

Days pass in milliseconds, one seed gives one history, a lost wake-up is an error at once. Everything that asks the loop for
servers, connections and timers runs unchanged.
"""

import asyncio
import selectors
from collections.abc import Callable
from typing import Any, cast

from kanhe.kit.rng import Rng

# What a simulated wire takes, in seconds: between these, by chance.
LATENCY_S = (0.0002, 0.002)


class _JumpingSelector(selectors.SelectSelector):
    """Waits for nothing: when nobody has work, the clock jumps to the next timer."""

    loop: "SimLoop"

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Move the clock instead of waiting."""
        if timeout is None:
            raise RuntimeError("deadlock: every task waits and no timer is set")
        self.loop.now += max(timeout, 0.0)
        return []


class SimLoop(asyncio.SelectorEventLoop):
    """The loop of the simulator; `now` is its monotonic time in seconds."""

    def __init__(self, rng: Rng) -> None:
        selector = _JumpingSelector()
        selector.loop = self
        self.now = 0.0
        super().__init__(selector)
        self.network = Network(self, rng)

    def time(self) -> float:
        """Seconds since the simulation began."""
        return self.now

    async def create_server(self, protocol_factory: Any, host: Any = None, port: Any = None, **_: Any) -> Any:
        """Listen on the network of memory."""
        return self.network.listen(protocol_factory, int(port or 0))

    async def create_connection(self, protocol_factory: Any, host: Any = None, port: Any = None, **_: Any) -> Any:
        """Connect over the network of memory. Raises `ConnectionRefusedError`."""
        return await self.network.connect(protocol_factory, int(port))


class SimClock:
    """The platform's clock in the simulator."""

    def __init__(self, loop: SimLoop, start_ms: int) -> None:
        self._loop, self._start_ms = loop, start_ms

    def jump(self, seconds: float) -> None:
        """Set the wall clock, as a wrong battery or a restored snapshot does; the monotonic one goes on."""
        self._start_ms += int(seconds * 1000)

    def now_ms(self) -> int:
        """Wall-clock instant: the start and what has passed since."""
        return self._start_ms + int(self._loop.now * 1000)

    def monotonic(self) -> float:
        """Seconds since the simulation began."""
        return self._loop.now


class Network:
    """Ports and the wires between them."""

    def __init__(self, loop: SimLoop, rng: Rng) -> None:
        self._loop, self._rng = loop, rng
        self._servers: dict[int, SimServer] = {}
        self._next_port = 40_000
        self.wires: list[Wire] = []

    def listen(self, factory: Callable[[], asyncio.Protocol], port: int) -> "SimServer":
        """A server on `port` (0: any)."""
        if not port:
            self._next_port += 1
            port = self._next_port
        if port in self._servers:
            raise OSError(f"port {port} is taken")
        server = self._servers[port] = SimServer(self, factory, port)
        return server

    def forget(self, port: int) -> None:
        """The server on `port` is closed."""
        self._servers.pop(port, None)

    async def connect(self, factory: Callable[[], asyncio.Protocol], port: int) -> tuple[Any, asyncio.Protocol]:
        """A wire to the server on `port`."""
        await asyncio.sleep(self.latency())
        server = self._servers.get(port)
        if server is None:
            raise ConnectionRefusedError(f"nobody listens on {port}")
        here, there = factory(), server.factory()
        wire = Wire(self, here, there)
        self.wires.append(wire)
        there.connection_made(cast("asyncio.Transport", wire.ends[1]))
        here.connection_made(cast("asyncio.Transport", wire.ends[0]))
        return wire.ends[0], here

    def latency(self) -> float:
        """What the next piece of data takes."""
        shortest, longest = LATENCY_S
        return shortest + (longest - shortest) * self._rng.random()

    def cut(self, index: int) -> bool:
        """Break a wire, as when the line fails; False when it is broken already."""
        wire = self.wires[index]
        broken = not wire.open
        wire.cut(ConnectionResetError("the simulated line failed"))
        return not broken


class SimServer:
    """A listening port; the part of `asyncio.Server` that doors use."""

    def __init__(self, network: Network, factory: Callable[[], asyncio.Protocol], port: int) -> None:
        self.factory = factory
        self._network, self._port = network, port
        self.sockets = [self]

    def getsockname(self) -> tuple[str, int]:
        """Where it listens."""
        return "127.0.0.1", self._port

    def close(self) -> None:
        """Take no more connections."""
        self._network.forget(self._port)


class Wire:
    """Two transports, each writing what the other's protocol reads, in order, a little later."""

    def __init__(self, network: Network, here: asyncio.Protocol, there: asyncio.Protocol) -> None:
        self.network = network
        self.open = True
        self.ends = (SimTransport(self, there), SimTransport(self, here))
        self._protocols = (here, there)
        self._due = [0.0, 0.0]

    def carry(self, end: "SimTransport", data: bytes) -> None:
        """Bring `data` to the other side, never before what was written earlier."""
        loop = asyncio.get_running_loop()
        side = self.ends.index(end)
        at = max(self._due[side], loop.time() + self.network.latency())
        self._due[side] = at
        loop.call_at(at, self._arrive, end, data)

    def _arrive(self, end: "SimTransport", data: bytes) -> None:
        if self.open:
            end.to.data_received(data)

    def cut(self, error: Exception | None) -> None:
        """End both sides; what is on its way is lost when the line failed."""
        if not self.open:
            return
        self.open = False
        for protocol in self._protocols:
            asyncio.get_running_loop().call_soon(protocol.connection_lost, error)


class SimTransport:
    """One end of a wire; the part of `asyncio.Transport` that streams use."""

    def __init__(self, wire: Wire, to: asyncio.Protocol) -> None:
        self._wire, self.to = wire, to
        self._closing = False

    def write(self, data: bytes) -> None:
        """Send; a wire that is cut takes it and loses it, as TCP does."""
        if self._wire.open and data:
            self._wire.carry(self, data)

    def close(self) -> None:
        """Close once what was written has arrived."""
        if not self._closing:
            self._closing = True
            loop = asyncio.get_running_loop()
            loop.call_later(LATENCY_S[1] * 2, self._wire.cut, None)

    def abort(self) -> None:
        """Close at once."""
        self._wire.cut(None)

    def is_closing(self) -> bool:
        """Whether close was called."""
        return self._closing or not self._wire.open

    def get_extra_info(self, name: str, default: object = None) -> object:
        """The peer is this machine."""
        return ("127.0.0.1", 0) if name == "peername" else default

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Nothing waits unsent in memory."""

    def pause_reading(self) -> None:
        """Nothing waits unsent in memory."""

    def resume_reading(self) -> None:
        """Nothing waits unsent in memory."""
