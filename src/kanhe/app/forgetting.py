"""Forgetting: a person who asked, messages past their time, and once more what a restored backup brings back."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import NamedTuple

from kanhe.domain.state import BEFORE_CLAIM, FINAL
from kanhe.journey import cancel
from kanhe.kit.clock import DAY_MS, from_ms
from kanhe.kit.ids import first_of
from kanhe.kit.vault import Vault
from kanhe.ledger.entry import commit_entries, erasure_statement
from kanhe.ports.change import Change, Rank
from kanhe.ports.store import Filter, Row
from kanhe.privacy.keeping import Kept, kept, least_days
from kanhe.privacy.register import Register
from kanhe.settings import Retention
from kanhe.store.sqlite.store import SqliteStore
from kanhe.world import World, write_down

REGISTER = "erasures.jsonl"
# Rows looked at in one go, and entries written in one commit.
PAGE = 256


class Found(NamedTuple):
    """What the store has of a person."""

    free: list[Row]  # may go
    kept: list[tuple[Row, Kept]]  # the law keeps these
    moving: list[Row]  # have no end yet


class Forgetting:
    """Erasure and retention."""

    def __init__(self, world: World, store: SqliteStore, data: Path, vault: Vault, settings: Retention) -> None:
        self._world, self._store, self._settings = world, store, settings
        self._register = Register(data / REGISTER, vault)

    async def erase(self, number: int, *, dry_run: bool = False) -> Mapping[str, object]:
        """Forget a person, as far as the law lets go of them today; the rest goes by itself when it does."""
        found = await self._found(number)
        again = min((why.until for _, why in found.kept), default=None)
        if not dry_run:
            for row in found.moving:
                if row.state in BEFORE_CLAIM and await cancel(self._world, row):
                    found.free.append(row)
            now = self._world.clock.now_ms()
            again = now + DAY_MS if again is None and found.moving else again
            ids = [row.message.id for row in found.free]
            self._register.add(number, now, ids, again)
            await self._note(found.free, now)
            await self._store.erase(ids, () if again else (number,))
        return {
            "erased": len(found.free),
            "on_their_way": sum(row.state not in BEFORE_CLAIM for row in found.moving),
            "kept": len(found.kept),
            "kept_by": sorted({why.rule for _, why in found.kept}),
            "again": from_ms(again).isoformat() if again else None,
        }

    async def _found(self, number: int) -> Found:
        found = Found([], [], [])
        async for row in self._rows(number):
            why = self._kept(row)
            if row.state not in FINAL:
                found.moving.append(row)
            elif why is not None and why.until > self._world.clock.now_ms():
                found.kept.append((row, why))
            else:
                found.free.append(row)
        return found

    async def _rows(self, number: int) -> AsyncIterator[Row]:
        which: Filter | None = Filter(number=number, limit=PAGE)
        while which is not None:
            page = self._store.page(which)
            for row in page.rows:
                live = self._world.board.lives.get(row.message.id)
                if live is not None:
                    row.state = live.state
                yield row
            which = Filter(number=number, limit=PAGE, before=page.before) if page.before is not None else None

    def _kept(self, row: Row) -> Kept | None:
        world, message = self._world, row.message
        place = world.numbers.recipient(message.recipient)
        sender = world.books.senders.get((message.account, message.sender))
        seat = world.books.operator.seat
        duties = world.gate.library.select(place, seat, sender.seat if sender else None, world.clock.now_ms()).duties
        return kept(duties, message.accepted_at, place.zones[0] if place.zones else "UTC")

    async def _note(self, rows: list[Row], now: int) -> None:
        """An entry a message: the tree stays as it is and says from when on there is nothing behind it."""
        packs = self._world.gate.library.digest
        for start in range(0, len(rows), PAGE):
            said = [erasure_statement(row.message, packs, now) for row in rows[start : start + PAGE]]
            await write_down(self._world, Change(Rank.INBOUND, now, entries=commit_entries(said)))

    # --- by itself ---

    async def look(self) -> None:
        """What the law has let go of since, and what is past its time by the settings."""
        now = self._world.clock.now_ms()
        for number in self._register.due(now):
            await self.erase(number)
        self._register.forget(now - self._settings.backups_days * DAY_MS)
        if self._settings.messages_days and not len(self._world.intake):
            days = max(self._settings.messages_days, least_days(self._world.gate.library.packs.values()))
            await self._store.delete_range(0, first_of(now - days * DAY_MS))

    async def repeat(self) -> int:
        """After a restore: whoever was erased since the backup is erased again. How many erasures."""
        erasures = list(self._register)
        for number, erasure in erasures:
            for identifier in erasure.messages:
                row = self._store.row(identifier)
                if row is not None and row.state in BEFORE_CLAIM:
                    await cancel(self._world, row)
            await self._store.erase(erasure.messages, () if erasure.again else (number,))
        return len(erasures)
