"""Receipts that came before the response that names their message."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator

import msgspec

from kanhe.kit.clock import MINUTE_MS
from kanhe.protocols.events import Receipt

# A response is at most a response timer (60 s) late; five minutes also cover a restart.
HOLD_MS = 5 * MINUTE_MS
# What a carrier can send in five minutes at 1,000 messages/s; beyond that the oldest are given up (they stay in the store).
HELD_MAX = 300_000
# After the longest response timer no response comes for it any more: what is not answered by then is in doubt.
UNCLAIMED_MS = MINUTE_MS


class Early(msgspec.Struct, frozen=True, gc=False):
    """A receipt that nobody is known for yet, under every form of its id."""

    at: int
    connector: str
    forms: tuple[str, ...]
    number: int
    receipt: Receipt


class EarlyReceipts:
    """Receipts that wait for their response, oldest first."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[str, str], Early] = OrderedDict()
        self.given_up = 0

    def __len__(self) -> int:
        return len(self._held)

    def hold(self, connector: str, forms: Iterable[str], number: int, receipt: Receipt, now: int) -> None:
        """Keep a receipt until its response comes."""
        early = Early(now, connector, tuple(forms), number, receipt)
        for form in early.forms:
            self._held[connector, form] = early
        while self._held and (len(self._held) > HELD_MAX or now - next(iter(self._held.values())).at > HOLD_MS):
            self._held.popitem(last=False)
            self.given_up += 1

    def claim(self, connector: str, keys: Iterable[str], number: int) -> Receipt | None:
        """The receipt that waited for this segment, when it is for the same recipient."""
        if not self._held:
            return None
        for key in keys:
            held = self._held.get((connector, key))
            if held is not None and held.number == number:
                for form in held.forms:
                    self._held.pop((connector, form), None)
                return held.receipt
        return None

    def unclaimed(self, now: int) -> Iterator[Early]:
        """Those no response will come for any more, oldest first; each once."""
        for (_, form), early in list(self._held.items()):
            if now - early.at < UNCLAIMED_MS:
                return
            if form == early.forms[0]:
                yield early
