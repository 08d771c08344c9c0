"""What a customer's system hears of its messages: receipts, in the form that all carrier protocols share."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from kanhe.domain.state import State
from kanhe.kit.clock import MINUTE_MS, from_ms
from kanhe.ports.door import Draft, News
from kanhe.protocols import addresses
from kanhe.protocols.link import TellReceipt
from kanhe.protocols.states import CarrierState

# Receipts of SMPP and SMGP have three characters for an error (Appendix B); 999 is SMGP's "unknown error" (6.2.63).
ERROR_CHARS, NO_ERROR, OTHER_ERROR = 3, "000", "999"

# What a final state is called towards customers.
CARRIER_STATE: dict[State, CarrierState] = {
    State.DELIVERED: CarrierState.DELIVERED,
    State.UNDELIVERED: CarrierState.UNDELIVERABLE,
    State.EXPIRED: CarrierState.EXPIRED,
    State.CANCELLED: CarrierState.DELETED,
    State.REFUSED: CarrierState.REJECTED,
}


def receipts_of(item: News, names: Sequence[str], shown: str) -> list[TellReceipt]:
    """One receipt for each name of the message; the last one carries it, so that it counts as told when all are taken."""
    message = item.message
    return [
        TellReceipt(
            message.id if name is names[-1] else None,
            name,
            CARRIER_STATE[item.state],
            str(message.recipient),
            _on_the_wire(shown),
            _minute_of(message.accepted_at // MINUTE_MS),
            _minute_of(item.at // MINUTE_MS),
            _error(item),
            message.text if message.text.isascii() else "",
        )
        for name in names
    ]


def receipts_of_refused(draft: Draft, names: Sequence[str], shown: str, now: int) -> list[TellReceipt]:
    """Of a number that was refused while others of its submission were taken."""
    at, number = from_ms(now), str(draft.to).lstrip("+")
    return [TellReceipt(None, name, CarrierState.REJECTED, number, _on_the_wire(shown), at, at) for name in names]


@lru_cache(maxsize=4_096)
def _minute_of(minutes: int) -> datetime:
    """Receipts tell minutes: one object serves all of a minute."""
    return from_ms(minutes * MINUTE_MS)


def _on_the_wire(address: str) -> str:
    """A sender as a receipt can name it: the name of one that was never approved may be no address at all."""
    return address if address.isascii() and len(address) <= addresses.CHARS_MAX else ""


def _error(item: News) -> str:
    """The carrier's code where it fits the three characters that receipts have for it."""
    if len(item.code) <= ERROR_CHARS and item.code.isalnum():
        return item.code
    return NO_ERROR if item.state is State.DELIVERED else OTHER_ERROR
