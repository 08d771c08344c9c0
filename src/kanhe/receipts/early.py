"""Receipts that came before the response that names their message."""

from collections import OrderedDict
from collections.abc import Iterable

from kanhe.protocols.link import Receipt

# A response is at most a response timer (60 s) late; five minutes also cover a restart.
HOLD_MS = 300_000
# What a carrier can send in five minutes at 1,000 messages/s; beyond that the oldest are given up (they stay in the store).
HELD_MAX = 300_000


class EarlyReceipts:
    """Receipts nobody is known for yet, by (connector, id), oldest first."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[str, str], tuple[int, int, Receipt]] = OrderedDict()
        self.given_up = 0

    def __len__(self) -> int:
        return len(self._held)

    def hold(self, connector: str, forms: Iterable[str], number: int, receipt: Receipt, now: int) -> None:
        """Keep a receipt, under every form of its id, until its response comes."""
        for form in forms:
            self._held[connector, form] = (now, number, receipt)
        while self._held and (len(self._held) > HELD_MAX or now - next(iter(self._held.values()))[0] > HOLD_MS):
            self._held.popitem(last=False)
            self.given_up += 1

    def claim(self, connector: str, keys: Iterable[str], number: int) -> Receipt | None:
        """The receipt that waited for this segment, when it is for the same recipient."""
        if not self._held:
            return None
        for key in keys:
            held = self._held.get((connector, key))
            if held is not None and held[1] == number:
                del self._held[connector, key]
                return held[2]
        return None
