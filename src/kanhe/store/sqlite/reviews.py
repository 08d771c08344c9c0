"""`kanhe.ports.reviews.ReviewStore` beside the messages of a store: read on its connection, written by its one writer."""

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import msgspec

from kanhe.domain.facts import Reviewed
from kanhe.domain.review import Item, Kind
from kanhe.ports.change import Change, Committed
from kanhe.store.packing import pack
from kanhe.store.sqlite.apply import Applier, too_late
from kanhe.store.sqlite.connect import connect_reader
from kanhe.store.sqlite.statements import load
from kanhe.store.sqlite.store import SqliteStore

_item = msgspec.msgpack.Decoder(Item).decode


class SqliteReviews:
    """Items of the review queue."""

    def __init__(self, store: SqliteStore) -> None:
        self._store, self._reader, self._writer = store, store.reader, store.writer

    def open(self) -> Sequence[Item]:
        """All items that are not closed, oldest first."""
        return self._items("open_reviews")

    def item(self, identifier: int) -> Item | None:
        """One item."""
        return next(iter(self._items("review", identifier)), None)

    def known(self, kind: Kind, subject: str) -> bool:
        """Whether a subject was ever in the queue."""
        return bool(self._reader.all("review_of_subject", kind.value, subject))

    def closed(self, kinds: Collection[Kind], after: int, limit: int) -> Sequence[Item]:
        """Closed items behind an id, oldest first."""
        return self._items("closed_reviews_behind", json.dumps([kind.value for kind in kinds]), after, limit)

    def history(self, kinds: Collection[Kind], account: int | None, before: int, limit: int) -> Sequence[Item]:
        """Closed items below an id, newest first."""
        wanted = json.dumps([kind.value for kind in kinds])
        return self._items("closed_reviews_below", before, wanted, account, account, limit)

    async def save(self, items: Sequence[Item]) -> None:
        """Write items, new or under their id."""
        await self._writer.run(_save, items)

    async def decide(self, item: Item, messages: Mapping[int, Reviewed], change: Change) -> Committed | None:
        """Write a decision with what follows from it; None: another one came first."""
        committed = await self._writer.run(_decide, item, messages, change)
        if committed is not None:
            self._store.remember(change, committed)
        return committed

    def reviewed(self) -> Mapping[int, Reviewed]:
        """What was decided of messages that may still be on their way."""
        return {m: Reviewed(review, released=bool(released)) for m, review, released in self._reader.all("reviewed")}

    async def forget(self, messages: Sequence[int]) -> None:
        """No verdict will ask for these again."""
        await self._writer.run(_forget, messages)

    def _items(self, name: str, *values: object) -> list[Item]:
        return [_item(octets) for (octets,) in self._reader.all(name, *values)]


class ReviewsFile:
    """Closed items, read beside the platform that writes them."""

    def __init__(self, path: Path) -> None:
        self._connection, self._sql = connect_reader(path), load()

    def close(self) -> None:
        """Read no more."""
        self._connection.close()

    def closed(self, kinds: Collection[Kind], after: int, limit: int) -> Sequence[Item]:
        """Closed items behind an id, oldest first."""
        wanted = json.dumps([kind.value for kind in kinds])
        found = self._connection.execute(self._sql["closed_reviews_behind"].sql, (wanted, after, limit))
        return [_item(octets) for (octets,) in found]


# --- on the writer's thread ---


def _save(hand: Applier, items: Sequence[Item]) -> None:
    for item in items:
        hand.run("put_review", item.id, item.kind.value, item.subject, item.account, item.closed_at, pack(item))


def _decide(hand: Applier, item: Item, messages: Mapping[int, Reviewed], change: Change) -> Committed | None:
    if any(too_late(hand, happened) for happened in change.lots):
        return None
    _save(hand, [item])
    for message, said in messages.items():
        hand.run("put_reviewed", message, said.review, said.released)
    return hand.apply(change)


def _forget(hand: Applier, messages: Sequence[int]) -> None:
    for message in messages:
        hand.run("forget_reviewed", message)
