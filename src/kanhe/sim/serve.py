"""One simulated carrier until it is told to stop: behind `kanhe sim smsc|ismg|smg|smgw`. It prints nothing, it tells."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from typing import NamedTuple, TypeAlias

from msgspec import Struct

from kanhe.kit.clock import Clock
from kanhe.kit.rng import Rng
from kanhe.sim.behaviour import Behaviour
from kanhe.sim.carrier import ANYBODY, SP_LISTENER, SimulatedCarrier
from kanhe.sim.control import Control
from kanhe.sim.handsets import LOG_MAX, Arrival, Counters

# A person watches: what arrived is told twice a second.
LOOK_S = 0.5


class Kind(NamedTuple):
    """A carrier by the name its own people use."""

    family: str
    port: int


KINDS: Mapping[str, Kind] = {
    "smsc": Kind("smpp", 2775),
    "ismg": Kind("cmpp", 7890),
    "smg": Kind("sgip", 8801),
    "smgw": Kind("smgp", 8890),
}


class Listening(Struct, frozen=True):
    """The carrier is there; `control` is 0 when it has no control port."""

    name: str
    host: str
    port: int
    control: int = 0


News: TypeAlias = Listening | Arrival


async def serve(
    name: str,
    tell: Callable[[News], None],
    clock: Clock,
    rng: Rng,
    *,
    behaviour: Behaviour | None = None,
    accounts: Mapping[str, str] = ANYBODY,
    host: str = "127.0.0.1",
    port: int | None = None,
    control: int | None = None,
    listener: tuple[str, int] = SP_LISTENER,
    until: asyncio.Event | None = None,
) -> Counters:
    """Run until `until` is set or the task is cancelled. `port` None: the usual one; `control` None: no control port."""
    kind = KINDS[name]
    carrier = SimulatedCarrier(
        kind.family,
        behaviour or Behaviour(),
        clock,
        rng,
        host,
        kind.port if port is None else port,
        accounts,
        listener=listener,
    )
    async with AsyncExitStack() as stack:
        listening = await carrier.start()
        stack.push_async_callback(carrier.stop)
        controlled = 0
        if control is not None:
            desk = Control(carrier, control)
            controlled = await desk.start()
            stack.push_async_callback(desk.stop)
        tell(Listening(name, host, listening, controlled))
        await _watch(carrier, tell, until or asyncio.Event())
    return carrier.counters


async def _watch(carrier: SimulatedCarrier, tell: Callable[[News], None], until: asyncio.Event) -> None:
    """Tell every text that arrived, until it is over; a flood shows its last texts only."""
    seen = 0
    while True:
        over = until.is_set()
        arrived, seen = carrier.counters.messages - seen, carrier.counters.messages
        if arrived:
            for arrival in carrier.log()[-min(arrived, LOG_MAX) :]:
                tell(arrival)
        if over:
            return
        try:
            await asyncio.wait_for(until.wait(), LOOK_S)
        except TimeoutError:
            continue
