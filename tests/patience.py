"""How long tests wait for what must come. No test waits longer than it takes, and the busiest machine is given its time."""

import asyncio
from collections.abc import Callable

from kanhe.kit.clock import SystemClock

PATIENCE_S = 60.0
# Between two looks.
LOOK_S = 0.005
CLOCK = SystemClock()


async def until(is_so: Callable[[], object], seconds: float = PATIENCE_S) -> None:
    """Wait for what has no event."""
    deadline = CLOCK.monotonic() + seconds
    while not is_so():
        assert CLOCK.monotonic() < deadline, f"this did not come within {seconds:.0f} s"
        await asyncio.sleep(LOOK_S)
