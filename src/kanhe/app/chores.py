"""What is done every few seconds beside the journeys."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial

from kanhe.app.forgetting import Forgetting
from kanhe.journey import clear_doubts, expire, hand_on
from kanhe.kit.clock import HOUR_MS, MINUTE_MS
from kanhe.ports.store import StoreHeldUpError
from kanhe.store.sqlite.store import SqliteStore
from kanhe.upkeep.ends import Watch
from kanhe.world import World

# Messages settle within minutes; what has not by then is remembered by itself.
SWEEP_AFTER_MS = 15 * MINUTE_MS
# An idempotency key answers for 72 hours.
KEYS_KEPT_MS = 72 * HOUR_MS


async def housekeeping(world: World, store: SqliteStore, watch: Watch, forgetting: Forgetting, every_s: float) -> None:
    """Keep house, little by little. A chore that breaks is put down, and the others are done."""
    while True:
        await asyncio.sleep(every_s)
        world.steadiness.look()
        for name, chore in chores(world, store, watch, forgetting):
            await world.faults.endure(name, None, _unless_held_up(chore))


def chores(
    world: World, store: SqliteStore, watch: Watch, forgetting: Forgetting
) -> Sequence[tuple[str, Callable[[], Awaitable[object]]]]:
    """What is done in one round, in this order."""
    now = world.clock.now_ms()
    return (
        ("doubts", partial(clear_doubts, world)),  # receipts answer what is in doubt
        ("expiry", partial(expire, world)),  # what nobody speaks of any more
        ("segments", partial(hand_on, world)),  # messages from people whose rest never came
        ("papers", partial(watch.look, now)),  # that end soon
        ("tails", store.merge),
        ("recovery's mark", partial(store.sweep, now - SWEEP_AFTER_MS)),
        ("forgetting", forgetting.look),
        ("keys", partial(store.forget_keys, now - KEYS_KEPT_MS)),
    )


async def _unless_held_up(chore: Callable[[], Awaitable[object]]) -> None:
    with suppress(StoreHeldUpError):  # the journeys say so, and wait; there will be a next time
        await chore()
