"""What one protocol tells the common session: the role of each packet, and how to answer, number and part. A table, no behaviour."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

import msgspec

from kanhe.protocols.exchange.status import Status
from kanhe.protocols.framing import PduFault
from kanhe.protocols.layout import Fault

Pdu = msgspec.Struct


class Role(Enum):
    """What a packet is for, whatever its protocol calls it."""

    LOGIN = "login"
    LOGIN_RESP = "login_resp"
    SUBMIT = "submit"
    SUBMIT_RESP = "submit_resp"
    DELIVER = "deliver"
    DELIVER_RESP = "deliver_resp"
    ASK = "ask"
    ASK_RESP = "ask_resp"
    KEEP_ALIVE = "keep_alive"
    KEEP_ALIVE_RESP = "keep_alive_resp"
    PART = "part"
    PART_RESP = "part_resp"


ANSWERS = frozenset(role for role in Role if role.value.endswith("_resp"))


class Wire(Protocol):
    """Octets to packets and back on one connection; CMPP's changes its layout after the login."""

    @property
    def waiting(self) -> int:
        """How many octets of an unfinished packet are held."""

    def feed(self, data: bytes) -> list[Any]:
        """Packets and PduFaults, or StreamBrokenError."""

    def build(self, pdu: Any, sequence: Any) -> bytes:
        """Write a packet under a sequence number."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One protocol's words for what all of them do."""

    roles: Mapping[type[Any], Role]
    sequence_of: Callable[[Any], Any]
    name_of: Callable[[Any], str]
    # The answer to a request, or to one that could not be read, with a status; None: it has no answer.
    answer: Callable[[Any, int], Any | None]
    statuses: Mapping[int, Status]  # what an answer to a submission may say
    status_of: Callable[[Any], int]  # of an answer
    status_of_fault: Mapping[Fault, int]
    not_served: int  # a request this side does not take
    busy: int  # the window is full
    repeated: int  # a sequence that is still open comes again
    numbers_of: Callable[[Any], int]  # how many recipients a submission has
    parting: Any  # the request to part
    peer_parted: str  # the word for a session that the peer ended
    keep_alive: Any = None  # the request that asks for life; None: the protocol has none
    unknown_command_closes: bool = False

    def role_of(self, pdu: Any) -> Role:
        """The role of a packet."""
        return self.roles[type(pdu)]

    def fault_status(self, fault: PduFault) -> int:
        """The status with which an unreadable request is answered."""
        return self.status_of_fault[fault.fault]
