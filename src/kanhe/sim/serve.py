"""One simulated carrier until it is stopped: behind `kanhe sim smsc|ismg|smg|smgw`. It prints nothing, it says lines."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack

from kanhe.kit.clock import Clock, SystemClock, iso
from kanhe.kit.rng import Rng, SystemRng
from kanhe.sim.behaviour import Behaviour, BehaviourError, changed
from kanhe.sim.carrier import SP_LISTENER, SimulatedCarrier
from kanhe.sim.control import Control
from kanhe.sim.handsets import LOG_MAX, Arrival

# A person watches: what arrived is said twice a second.
LOOK_S = 0.5

Say = Callable[[str], None]


async def serve(
    family: str,
    port: int,
    password: str,
    settings: Iterable[str],
    say: Say,
    *,
    host: str = "127.0.0.1",
    control: int | None = None,
    listener: tuple[str, int] = SP_LISTENER,
    clock: Clock | None = None,
    rng: Rng | None = None,
    until: asyncio.Event | None = None,
) -> None:
    """Anybody with the password may log in. `settings` are `name=value`; `control` None: no control port, 0: any."""
    behaviour = changed(Behaviour(), dict(map(_pair, settings)))
    accounts = {"*": password}
    carrier = SimulatedCarrier(
        family, behaviour, clock or SystemClock(), rng or SystemRng(), host, port, accounts, listener=listener
    )
    async with AsyncExitStack() as stack:
        listening = await carrier.start()
        stack.push_async_callback(carrier.stop)
        say(f"{family} on {host}:{listening}")
        if control is not None:
            desk = Control(carrier, control)
            say(f"control on http://127.0.0.1:{await desk.start()}/counters")
            stack.push_async_callback(desk.stop)
        await _watch(carrier, say, until or asyncio.Event())


def _pair(setting: str) -> tuple[str, str]:
    name, equals, value = setting.partition("=")
    if not equals:
        raise BehaviourError(f"`{setting}` is not a name=value")
    return name.strip(), value.strip()


async def _watch(carrier: SimulatedCarrier, say: Say, until: asyncio.Event) -> None:
    """Say every text that arrived, until it is over; of a flood the last ones."""
    seen = 0
    while True:
        over = until.is_set()
        arrived, seen = carrier.counters.messages - seen, carrier.counters.messages
        for arrival in carrier.log()[-min(arrived, LOG_MAX) :] if arrived else ():
            say(line_of(arrival))
        if over:
            return
        try:
            await asyncio.wait_for(until.wait(), LOOK_S)
        except TimeoutError:
            continue


def line_of(arrival: Arrival) -> str:
    """A text as a person watches it: when, from, to, how many segments, and the text; ✗ did not reach the handset."""
    parts = f" ({arrival.parts})" if arrival.parts > 1 else ""
    mark = "✓" if arrival.reached else "✗"
    return f"{iso(arrival.at_ms)} {mark} {arrival.source} → {arrival.destination}{parts}: {arrival.text}"
