"""What SMPP customers ask of their messages: query_sm, cancel_sm, replace_sm (4.8 to 4.10)."""

import re
from collections.abc import Sequence

from kanhe.domain.state import BEFORE_CLAIM, State
from kanhe.doors.customers import Customer
from kanhe.doors.drafts import sender_of
from kanhe.kit.clock import from_ms
from kanhe.ports.store import Row
from kanhe.protocols.numbers import number_of
from kanhe.protocols.smpp import status
from kanhe.protocols.smpp.pdus import Pdu
from kanhe.protocols.smpp.receipts import NUMBERS
from kanhe.protocols.smpp.requests import CancelSm, CancelSmResp, QuerySm, QuerySmResp, ReplaceSm
from kanhe.protocols.states import CarrierState

ANSWERED: frozenset[type[Pdu]] = frozenset({QuerySm, CancelSm, ReplaceSm})

# What a state is called in query_sm_resp (5.2.28): accepted while we have it, en route while the carrier does.
MESSAGE_STATE: dict[State, CarrierState] = {
    State.ACCEPTED: CarrierState.ACCEPTED,
    State.DEFERRED: CarrierState.ACCEPTED,
    State.PARKED: CarrierState.ACCEPTED,
    State.HELD: CarrierState.ACCEPTED,
    State.DUE: CarrierState.ACCEPTED,
    State.CLAIMED: CarrierState.ENROUTE,
    State.IN_DOUBT: CarrierState.UNKNOWN,
    State.SUBMITTED: CarrierState.ENROUTE,
    State.DELIVERED: CarrierState.DELIVERED,
    State.UNDELIVERED: CarrierState.UNDELIVERABLE,
    State.EXPIRED: CarrierState.EXPIRED,
    State.CANCELLED: CarrierState.DELETED,
    State.REFUSED: CarrierState.REJECTED,
}
assert set(MESSAGE_STATE) == set(State)

# Our ids are decimal and have 63 bits.
is_id = re.compile(r"\d{1,19}", re.ASCII).fullmatch

# error_code is one octet (5.2.31): a carrier's code that is no such number cannot be told.
ERROR_MAX = 0xFF


def ref_of(place: int, numbers: int) -> str:
    """How the message for one number of a submit_multi is referred to: `2/3`."""
    return f"{place + 1}/{numbers}"


def place_of(ref: str | None) -> int:
    """How many messages of its submit_multi came before it."""
    return int(ref.split("/")[0]) - 1 if ref else 0


async def reply(asked: object, customer: Customer) -> object:
    """The response, or the status of a refusal."""
    match asked:
        case QuerySm():
            return _stands(asked, customer)
        case CancelSm() if asked.message_id:
            rows = _named(asked, customer)
            return await _take_back(asked, customer, rows) if rows else status.RINVMSGID
        case CancelSm():
            return await _take_back(asked, customer, _meant(asked, customer))
        case _:
            assert isinstance(asked, ReplaceSm), "the session asks nothing else"
            # What was committed is not changed: its verdict is about this text. Cancel it and submit anew.
            return status.RREPLACEFAIL if _named(asked, customer) else status.RINVMSGID


def _named(asked: QuerySm | CancelSm | ReplaceSm, customer: Customer) -> Sequence[Row]:
    """The messages of an id, all of one submission; none when the source is not theirs (4.8.1)."""
    first = customer.message(int(asked.message_id) if is_id(asked.message_id) else 0)
    if first is None or (asked.source_addr and _sender(asked, customer) != first.message.sender):
        return ()
    together = int(first.message.ref.split("/")[1]) if first.message.ref else 1
    others = (customer.message(first.message.id + place) for place in range(1, together))
    return (first, *(row for row in others if row is not None))


def _meant(asked: CancelSm, customer: Customer) -> Sequence[Row]:
    """Without an id: what waits for this destination from this source (4.9.1)."""
    return customer.waiting_for(number_of(asked.destination_addr), _sender(asked, customer))


async def _take_back(asked: CancelSm, customer: Customer, rows: Sequence[Row]) -> object:
    """Cancelled when at least one message was not too late."""
    early = [row for row in rows if customer.state_of(row) in BEFORE_CLAIM]
    return CancelSmResp(asked.sequence_number) if await customer.take_back(early) else status.RCANCELFAIL


def _sender(asked: QuerySm | CancelSm | ReplaceSm, customer: Customer) -> str:
    return sender_of(asked.source_addr, customer.paper, customer.world)


def _stands(asked: QuerySm, customer: Customer) -> object:
    rows = _named(asked, customer)
    if not rows:
        return status.RINVMSGID
    row, at = rows[0], customer.settled_at(rows[0])
    error = int(row.error) if row.error and row.error.isdecimal() else 0
    return QuerySmResp(
        asked.sequence_number,
        status.ROK,
        asked.message_id,
        f"{from_ms(at):%y%m%d%H%M%S}000+" if at is not None else "",
        NUMBERS[MESSAGE_STATE[customer.state_of(row)]],
        error if error <= ERROR_MAX else 0,
    )
