"""Whose a receipt is, in memory: for simulated carriers, rehearsals and tests.

In production the store matches by the same keys: receipts are kept first, matched after.
"""

from collections import OrderedDict
from collections.abc import Iterable

from msgspec.structs import replace

from kanhe.protocols.events import Event, Matched, Receipt

# A rehearsal of a million messages fits; the oldest are forgotten first.
ENTRIES_MAX = 1_000_000


class ReceiptBook:
    """Sent ids and receipts, meeting in any order."""

    def __init__(self, entries_max: int = ENTRIES_MAX) -> None:
        self._entries_max = entries_max
        self._sent: OrderedDict[str, object] = OrderedDict()
        self._waiting: OrderedDict[str, Receipt] = OrderedDict()
        self._seen: OrderedDict[tuple[str, str], None] = OrderedDict()

    def submitted(self, ref: object, keys: Iterable[str]) -> list[Event]:
        """The carrier gave a message its id; a receipt that came before it is matched now."""
        events: list[Event] = []
        for key in keys:
            self._remember(self._sent, key, ref)
            receipt = self._waiting.pop(key, None)
            if receipt is not None and not events:
                events.append(Matched(ref, receipt.message_id, receipt.state))
        return events

    def receipt(self, receipt: Receipt, keys: Iterable[str]) -> Receipt:
        """The same receipt, saying whether its message is known and whether it came before."""
        keys = list(keys)
        seen = (receipt.message_id, receipt.state.value)
        duplicate = seen in self._seen
        self._remember(self._seen, seen, None)
        matched = any(key in self._sent for key in keys)
        if not matched:
            for key in keys:
                self._remember(self._waiting, key, receipt)
        return replace(receipt, matched=matched, duplicate=duplicate)

    def _remember(self, table: OrderedDict, key: object, value: object) -> None:  # type: ignore[type-arg] # three kinds of table
        table[key] = value
        if len(table) > self._entries_max:
            table.popitem(last=False)
