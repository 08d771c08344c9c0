"""What senders sent to all numbers together, for caps that count by sender. Belongs to the loop's thread.

Such caps are rare: a sender's sends are read once, when a rule first asks for them, and kept up with every commit from then on.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kanhe.domain.facts import Sent
from kanhe.kit.ids import first_of
from kanhe.ports.change import Accepted
from kanhe.store import packing
from kanhe.store.sqlite.books import SPAN_IDS

if TYPE_CHECKING:
    from kanhe.store.sqlite.read import Reader

Key = tuple[int, str]  # (account, sender)


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

    def find(self, reader: "Reader", keys: Iterable[Key], since: int, accepted_since: int) -> dict[Key, list[Sent]]:
        """Their sends since an instant, oldest first; given back ones left out."""
        found: dict[Key, list[Sent]] = {}
        for key in keys:
            if (known := self._known.get(key)) is None:
                known = dict(_read(reader, key, first_of(accepted_since)))
            self._known[key] = {i: sent for i, sent in known.items() if sent.at >= since}
            found[key] = [sent for i, sent in sorted(self._known[key].items()) if i not in reader.uncounted]
        return found


def _read(reader: "Reader", key: Key, first: int) -> Iterable[tuple[int, Sent]]:
    account, sender = key
    for low in reader.books.accounts.down(reader.about, account):
        if low + SPAN_IDS <= first:
            return
        for identifier, _, _, octets in reader.all("sends_of_sender", max(low, first), low + SPAN_IDS, account, sender):
            if (sent := packing.sent_of(identifier, account, packing.unpack_body(octets))) is not None:
                yield identifier, sent
