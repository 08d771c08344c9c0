"""What senders sent to all numbers together, for caps that count by sender. Belongs to the loop's thread.

Such caps are rare: a sender's sends are read once, when a rule first asks for them, and kept up with every commit from then on.
"""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from pyroaring import BitMap64

from kanhe.domain.facts import Sent
from kanhe.ports.change import Accepted

Key = tuple[int, str]  # (account, sender)
Read: TypeAlias = Callable[[Key], Iterable[tuple[int, Sent]]]
"""The sends of a sender on file, by message."""


class Senders:
    """Their sends by message."""

    def __init__(self) -> None:
        self._known: dict[Key, dict[int, Sent]] = {}

    def add(self, row: Accepted) -> None:
        """A message was committed."""
        if self._known and row.sent is not None:
            known = self._known.get((row.message.account, row.message.sender))
            if known is not None:
                known[row.message.id] = row.sent

    def find(self, keys: Iterable[Key], since: int, read: Read, gone: BitMap64) -> dict[Key, list[Sent]]:
        """Their sends since an instant, oldest first, without those given back."""
        found: dict[Key, list[Sent]] = {}
        for key in keys:
            if (known := self._known.get(key)) is None:
                known = dict(read(key))
            self._known[key] = {i: sent for i, sent in known.items() if sent.at >= since}
            found[key] = [sent for i, sent in sorted(self._known[key].items()) if i not in gone]
        return found
