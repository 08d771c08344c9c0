"""The CMPP door's dialect: 2.0 and 3.0 as our customers speak it, each login in the version it asks for."""

from collections.abc import Sequence
from dataclasses import replace

from kanhe.domain.options import CmppCustomer, options_of
from kanhe.domain.papers import Credential
from kanhe.doors.credentials import CredentialBook
from kanhe.doors.customers import Customer
from kanhe.doors.dialect import Hear, Said
from kanhe.doors.drafts import status_of
from kanhe.doors.exchange import Form, said
from kanhe.ports.door import Answer, Refusal
from kanhe.protocols.cmpp import status
from kanhe.protocols.cmpp.layouts import Version
from kanhe.protocols.cmpp.pdus import Cancel, CancelResp, Query, QueryResp, Submit
from kanhe.protocols.cmpp.server import DoorSettings, new_session
from kanhe.protocols.cmpp.texts import read_submit
from kanhe.protocols.exchange.local import Wall
from kanhe.protocols.server import ServerEndpoint
from kanhe.world import World

# Results of CMPP_SUBMIT_RESP (8.4.3); 100 to 199 are the vendor's own: the gate has refused, and the balance does not cover it.
SRC_ID, DEST_TERMINAL_ID, REFUSED, MONEY = 10, 13, 100, 101
STATUS_OF_CODE: dict[str, int] = {
    "number": DEST_TERMINAL_ID,
    "sender": SRC_ID,
    "text": status.LENGTH,
    "schedule": status.STRUCTURE,
    "validity": status.STRUCTURE,
    "money": MONEY,
    "command": status.COMMAND,
}
STATUS_OF_STAGE: dict[str, int] = {"sender_id": SRC_ID}

VERSIONS: dict[str, Version] = {"2.0": Version.V20, "3.0": Version.V30}

# Registered_Delivery: 1 asks for a report; 0 and 2 (a record for billing) do not.
REPORT_ASKED = 1


class CmppDoorDialect:
    """CMPP at our door."""

    kind = "cmpp"
    full = status.FLOW_CONTROL
    partly = None
    calling = None

    def __init__(self, wall: Wall, skew_s_max: float) -> None:
        self._settings = DoorSettings(wall, max_skew_s=skew_s_max)

    def endpoint(self, credentials: CredentialBook, hear: Hear) -> ServerEndpoint:
        """Server sessions as the door is set."""

        def version_of(login: str) -> Version | None:
            paper = credentials.paper(login)
            options = options_of(paper) if paper is not None else None
            return VERSIONS[options.version] if isinstance(options, CmppCustomer) else None

        return ServerEndpoint(credentials, new_session(replace(self._settings, version_of=version_of)))

    def read(self, pdu: object, credential: Credential, world: World) -> Said | Refusal:
        """What a CMPP_SUBMIT says."""
        assert isinstance(pdu, Submit), "the session hands over nothing else"
        receipt = pdu.Registered_Delivery == REPORT_ASKED
        form = Form(read_submit(pdu), pdu.Dest_terminal_Id, pdu.Service_Id, pdu.At_Time, pdu.ValId_Time, receipt)
        return said(form, credential, world)

    def names(self, message: int, ref: str | None) -> Sequence[str]:
        """Our id as the eight octets of a Msg_Id."""
        return (f"{message:016x}",)

    def ref(self, place: int, numbers: int, ref: str | None) -> str | None:
        """As its submission is known: the ids of its numbers follow each other."""
        return ref

    def status(self, answer: Answer) -> int:
        """The Result of a refusal."""
        return status_of(answer, STATUS_OF_CODE, STATUS_OF_STAGE, REFUSED)

    async def reply(self, asked: object, customer: Customer) -> object:
        """CMPP_QUERY (8.4.4) and CMPP_CANCEL (8.4.6)."""
        if isinstance(asked, Query):
            day = await customer.day(asked.Time, asked.Query_Code if asked.Query_Type else None)
            return QueryResp(0, asked.Time, asked.Query_Type, asked.Query_Code, *day.counters)
        assert isinstance(asked, Cancel), "the session asks nothing else"
        row = customer.message(int.from_bytes(asked.Msg_Id, "big"))
        taken_back = await customer.take_back([row]) if row is not None else 0
        return CancelResp(Success_Id=0 if taken_back else 1)
