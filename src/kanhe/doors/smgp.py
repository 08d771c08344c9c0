"""The SMGP door's dialect: 3.0 as our customers speak it, on one link for both directions or on two."""

from collections.abc import Sequence

from kanhe.domain.papers import Credential
from kanhe.doors.credentials import CredentialBook
from kanhe.doors.customers import Customer
from kanhe.doors.dialect import Hear, Said
from kanhe.doors.drafts import status_of
from kanhe.doors.exchange import Form, said
from kanhe.ports.door import Answer, Refusal
from kanhe.protocols.exchange.local import Wall
from kanhe.protocols.server import ServerEndpoint
from kanhe.protocols.smgp import status
from kanhe.protocols.smgp.msg_id import OCTETS
from kanhe.protocols.smgp.pdus import Query, QueryResp, Submit
from kanhe.protocols.smgp.server import DoorSettings, new_session
from kanhe.protocols.smgp.texts import read_submit
from kanhe.world import World

# Status (6.2.61); 128 to 255 are the vendor's own: the gate has refused, and the balance does not cover it.
VALID_TIME, AT_TIME, SRC_TERM_ID, DEST_TERM_ID, REFUSED, MONEY = 44, 45, 46, 47, 128, 129
STATUS_OF_CODE: dict[str, int] = {
    "number": DEST_TERM_ID,
    "sender": SRC_TERM_ID,
    "text": status.MSG_LENGTH,
    "schedule": AT_TIME,
    "validity": VALID_TIME,
    "money": MONEY,
    "command": status.COMMAND,
}
STATUS_OF_STAGE: dict[str, int] = {"sender_id": SRC_TERM_ID}


class SmgpDoorDialect:
    """SMGP at our door."""

    kind = "smgp"
    full = status.BUSY
    partly = None
    calling = None

    def __init__(self, wall: Wall, skew_s_max: float) -> None:
        self._settings = DoorSettings(wall, max_skew_s=skew_s_max)

    def endpoint(self, credentials: CredentialBook, hear: Hear) -> ServerEndpoint:
        """Server sessions as the door is set."""
        return ServerEndpoint(credentials, new_session(self._settings))

    def read(self, pdu: object, credential: Credential, world: World) -> Said | Refusal:
        """What a Submit says."""
        assert isinstance(pdu, Submit), "the session hands over nothing else"
        receipt = pdu.NeedReport == 1
        form = Form(read_submit(pdu), pdu.DestTermID, pdu.ServiceID, pdu.AtTime, pdu.ValidTime, receipt)
        return said(form, credential, world)

    def names(self, message: int, ref: str | None) -> Sequence[str]:
        """Our id as the twenty digits of a MsgID."""
        return (f"{message:0{OCTETS * 2}d}",)

    def ref(self, place: int, numbers: int, ref: str | None) -> str | None:
        """As its submission is known: the ids of its numbers follow each other."""
        return ref

    def status(self, answer: Answer) -> int:
        """The Status of a refusal."""
        return status_of(answer, STATUS_OF_CODE, STATUS_OF_STAGE, REFUSED)

    async def reply(self, asked: object, customer: Customer) -> object:
        """Query (5.2.2.7)."""
        assert isinstance(asked, Query), "the session asks nothing else"
        day = await customer.day(asked.QueryTime, asked.QueryCode if asked.QueryType else None)
        return QueryResp(0, asked.QueryTime, asked.QueryType, asked.QueryCode, *day.counters)
