"""The states of a customer's session, which of them a bind leads to, and how it is answered (3.4 sections 2.2 and 4.1)."""

from enum import StrEnum

from kanhe.protocols.smpp import status, tlvs
from kanhe.protocols.smpp.checks import VERSION_5_0
from kanhe.protocols.smpp.pdus import (
    RESPONSES,
    BindReceiver,
    BindRequest,
    BindResponse,
    BindTransceiver,
    BindTransmitter,
    Pdu,
)

# Peers of 3.3 and older must not be sent optional parameters (3.4 section 3.3).
FIRST_VERSION_WITH_TLVS = 0x34


class State(StrEnum):
    """Section 2.2; UNBINDING is ours after we asked to part, LEAVING the peer's after it did."""

    OPEN = "open"
    BOUND_TX = "bound_tx"
    BOUND_RX = "bound_rx"
    BOUND_TRX = "bound_trx"
    UNBINDING = "unbinding"
    LEAVING = "leaving"
    CLOSED = "closed"


BINDS: dict[type[Pdu], tuple[State, str]] = {
    BindTransmitter: (State.BOUND_TX, "transmitter"),
    BindReceiver: (State.BOUND_RX, "receiver"),
    BindTransceiver: (State.BOUND_TRX, "transceiver"),
}


def bind_response(pdu: BindRequest, system_id: str) -> Pdu:
    """Our own name, and our version when the peer can read it (4.1.2)."""
    response = RESPONSES[type(pdu)]
    ours = bytes((VERSION_5_0 if pdu.interface_version >= VERSION_5_0 else FIRST_VERSION_WITH_TLVS,))
    parameters = ((tlvs.SC_INTERFACE_VERSION, ours),) if pdu.interface_version >= FIRST_VERSION_WITH_TLVS else ()
    assert issubclass(response, BindResponse)
    return response(pdu.sequence_number, status.ROK, system_id, parameters)
