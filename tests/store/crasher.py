"""Run by `test_crash.py`: writes without end and says each message whose commit has returned."""

import asyncio
import os
import sys
from itertools import count
from pathlib import Path

from store_samples import NOW, accepted, claim, message, settled, submission

from kanhe.kit.ids import instant_of
from kanhe.store.sqlite.store import SqliteStore, open_store

CLIENTS = 4
# Instants of two batches; upkeep stays as many batches behind as are surely committed.
STEP_MS = 10
BEHIND = 20
# Said when upkeep has been through a whole round.
MERGED = b"merged\n"


async def client(store: SqliteStore, instants: "count[int]") -> None:
    for at in instants:
        batch = [message(n, at=at) for n in range(8)]
        await store.commit(submission(*(accepted(m) for m in batch)))
        await store.commit(claim(*batch))
        await store.commit(settled(*batch[:4]))
        os.write(1, "".join(f"{m.id}\n" for m in batch).encode())


async def upkeep(store: SqliteStore, first: int) -> None:
    """Merge and sweep what is old enough, as the clock of the messages has it."""
    reached = first
    while True:
        if await store.merge(at_least=64):
            os.write(1, MERGED)
        while instant_of(store.last_id()) < reached:  # noqa: ASYNC110 - nobody else knows
            await asyncio.sleep(0.001)
        await store.sweep(NOW + 1)
        reached += BEHIND * STEP_MS


async def main(path: Path, first: int) -> None:
    store = open_store(path)
    instants = count(first, STEP_MS)
    await asyncio.gather(upkeep(store, first + BEHIND * STEP_MS), *(client(store, instants) for _ in range(CLIENTS)))


asyncio.run(main(Path(sys.argv[1]), NOW + int(sys.argv[2])))
