"""What every PDU of SMPP begins with (3.2), and the response that most share: a message_id."""

from typing import ClassVar

from msgspec import Struct

from kanhe.protocols.smpp.fields import C65, Tlvs


class Pdu(Struct, frozen=True, gc=False):
    """The header (3.2) without its length; command_id and command belong to the class, and which texts each PDU has of its own."""

    command_id: ClassVar[int] = -1
    command: ClassVar[str] = ""
    own: ClassVar[frozenset[str]] = frozenset()

    sequence_number: int = 0
    command_status: int = 0


class MessageIdResponse(Pdu, frozen=True, gc=False):
    """A response whose body is a message_id."""

    message_id: C65 = ""
    tlvs: Tlvs = ()
    body_absent: bool = False
