"""Receipts that came before the response that names their message."""

from collections import OrderedDict

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

    def hold(self, connector: str, carrier_id: str, number: int, receipt: Receipt, now: int) -> None:
        """Keep a receipt until its response comes."""
        self._held[connector, carrier_id] = (now, number, receipt)
        while self._held and (len(self._held) > HELD_MAX or now - next(iter(self._held.values()))[0] > HOLD_MS):
            self._held.popitem(last=False)
            self.given_up += 1

    def claim(self, connector: str, carrier_id: str, number: int) -> Receipt | None:
        """The receipt that waited for this id, when it is for the same recipient."""
        held = self._held.get((connector, carrier_id))
        if held is None or held[1] != number:
            return None
        del self._held[connector, carrier_id]
        return held[2]
