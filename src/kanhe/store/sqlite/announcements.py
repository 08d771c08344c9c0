"""`kanhe.ports.announcements.AnnouncementStore` beside the messages of a store."""

import json
from collections.abc import Sequence

import msgspec

from kanhe.domain.announcement import Announcement, Stage
from kanhe.ports.change import Change, Committed
from kanhe.store.packing import pack
from kanhe.store.sqlite.apply import Applier
from kanhe.store.sqlite.store import SqliteStore

_announcement = msgspec.msgpack.Decoder(Announcement).decode
_numbers = msgspec.msgpack.Decoder(tuple[int, ...]).decode


class SqliteAnnouncements:
    """Announcements, with their numbers apart."""

    def __init__(self, store: SqliteStore) -> None:
        self._store, self._reader, self._writer = store, store.reader, store.writer

    def announcement(self, identifier: int) -> Announcement | None:
        """One."""
        return next(iter(self._read("announcement", identifier)), None)

    def numbers(self, identifier: int) -> Sequence[int]:
        """Its numbers."""
        [(octets,)] = self._reader.all("numbers_of_announcement", identifier)
        return _numbers(octets)

    def page(self, account: int | None, before: int, limit: int) -> Sequence[Announcement]:
        """A page below an id, newest first."""
        return self._read("announcements_below", before, account, account, limit)

    def standing(self, stages: Sequence[Stage], since: int) -> Sequence[Announcement]:
        """Those at some stages with ids from `since` on, oldest first."""
        return self._read("announcements_standing", since, json.dumps([stage.value for stage in stages]))

    async def add(self, announcement: Announcement, numbers: Sequence[int]) -> None:
        """Write a new one."""
        await self._writer.run(_add, announcement, numbers)

    async def save(self, announcement: Announcement, change: Change | None = None) -> None:
        """Write its new stage, with what the ledger says of it."""
        committed = await self._writer.run(_save, announcement, change)
        if change is not None and committed is not None:
            self._store.remember(change, committed)

    def _read(self, name: str, *values: object) -> list[Announcement]:
        return [_announcement(octets) for (octets,) in self._reader.all(name, *values)]


# --- on the writer's thread ---


def _add(hand: Applier, a: Announcement, numbers: Sequence[int]) -> None:
    hand.run("add_announcement", a.id, a.account, a.stage.value, pack(a), pack(tuple(numbers)))


def _save(hand: Applier, a: Announcement, change: Change | None) -> Committed | None:
    hand.run("change_announcement", a.stage.value, pack(a), a.id)
    return hand.apply(change) if change is not None else None
