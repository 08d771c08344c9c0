"""What is done every few seconds beside the journeys."""

import asyncio
from contextlib import suppress

from kanhe.journey import clear_doubts, expire, hand_on
from kanhe.ports.store import StoreFullError
from kanhe.store.sqlite.store import SqliteStore
from kanhe.upkeep.ends import Watch
from kanhe.world import World

# Messages settle within minutes; what has not by then is remembered by itself.
SWEEP_AFTER_MS = 15 * 60_000
# An idempotency key answers for 72 hours.
KEYS_KEPT_MS = 72 * 3_600_000


async def housekeeping(world: World, store: SqliteStore, watch: Watch, every_s: float) -> None:
    """Answer what is in doubt from its receipts, end what nobody speaks of any more, warn of papers that end, merge tails, move the recovery mark up, forget old keys; little by little."""
    while True:
        await asyncio.sleep(every_s)
        with suppress(StoreFullError):  # the journeys say so, and wait; there will be a next time
            await keep_house(world, store, watch)


async def keep_house(world: World, store: SqliteStore, watch: Watch) -> None:
    """One round of it."""
    now = world.clock.now_ms()
    world.steadiness.look()
    clear_doubts(world)
    await expire(world)
    await hand_on(world)
    await watch.look(now)
    await store.merge()
    await store.sweep(now - SWEEP_AFTER_MS)
    await store.forget_keys(now - KEYS_KEPT_MS)
