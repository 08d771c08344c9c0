"""After a restore, before the doors open: the world has gone on since the backup, and the store does not know.

Whoever was erased since is erased again. Whatever waited to leave may have left since: it counts as claimed and never answered, so
that the one rule for what is in doubt holds for it too.
"""

from collections import defaultdict
from pathlib import Path

import structlog

from kanhe.app.folder import RESTORED
from kanhe.app.forgetting import Forgetting
from kanhe.domain.state import State
from kanhe.ports.change import Change, Claim, Rank
from kanhe.ports.store import Row
from kanhe.store.sqlite.store import SqliteStore
from kanhe.world import World, write_down

log = structlog.get_logger()

MAY_HAVE_LEFT = frozenset({State.ACCEPTED, State.DUE, State.DEFERRED})


async def take_up_restored(world: World, store: SqliteStore, forgetting: Forgetting, data: Path) -> None:
    """What a restore asks for; nothing when the store is what it was."""
    mark = data / RESTORED
    if not mark.exists():
        return
    erased, claimed = await forgetting.repeat(), await _claim(world, store)
    mark.unlink()
    log.warning("restored", erased_again=erased, in_doubt=claimed)


async def _claim(world: World, store: SqliteStore) -> int:
    now, unsettled = world.clock.now_ms(), store.unsettled()
    by_connector: dict[str, list[Row]] = defaultdict(list)
    for row in unsettled.rows:
        waits = row.due is not None and row.due > now
        if row.state in MAY_HAVE_LEFT and not waits and row.message.id not in unsettled.claimed:
            by_connector[world.outbox_of(row.verdict).name].append(row)
    for connector, rows in by_connector.items():
        claims = [Claim(row.message.id, row.message.recipient, row.verdict.revision, connector) for row in rows]
        due = [(row.message.id, State.DUE) for row in rows if row.due is not None]
        await write_down(world, Change(Rank.CLAIMS, now, states=due, claims=claims))
    return sum(map(len, by_connector.values()))
