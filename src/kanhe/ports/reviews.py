"""What the review queue asks of the database."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from kanhe.domain.facts import Reviewed
from kanhe.domain.review import Item, Kind
from kanhe.ports.change import Change, Committed


class ReviewStore(Protocol):
    """Items and what they decided of messages."""

    def open(self) -> Sequence[Item]:
        """All items that are not closed, oldest first."""
        ...

    def item(self, identifier: int) -> Item | None:
        """One item."""
        ...

    def known(self, kind: Kind, subject: str) -> bool:
        """Whether a subject was ever in the queue."""
        ...

    def closed(self, kinds: Collection[Kind], after: int, limit: int) -> Sequence[Item]:
        """Closed items behind an id, oldest first."""
        ...

    def history(self, kinds: Collection[Kind], account: int | None, before: int, limit: int) -> Sequence[Item]:
        """Closed items below an id, newest first: of an account, or of all (None)."""
        ...

    async def save(self, items: Sequence[Item]) -> None:
        """Write items, new or under their id."""
        ...

    async def decide(self, item: Item, messages: Mapping[int, Reviewed], change: Change) -> Committed | None:
        """Write a decision with messages it speaks of and what else follows, its entries of the ledger too: all of it, or nothing.

        None: somebody else's decision on the same sample came first, and nothing is written.
        """
        ...

    def reviewed(self) -> Mapping[int, Reviewed]:
        """What was decided of messages that may still be on their way."""
        ...

    async def forget(self, messages: Sequence[int]) -> None:
        """These messages have come to their end: no verdict will ask again."""
        ...
