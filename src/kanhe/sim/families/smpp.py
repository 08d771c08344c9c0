"""A simulated SMSC: SMPP 3.4 and 5.0, any of the three binds."""

from typing import Any

from msgspec import structs

from kanhe.protocols.exchange.local import Wall
from kanhe.protocols.server import NewDoorSession
from kanhe.protocols.smpp import status
from kanhe.protocols.smpp.inbound import destinations_of, read_multi, read_part
from kanhe.protocols.smpp.pdus import SubmitMulti, SubmitSmResp
from kanhe.protocols.smpp.server import DoorSettings, SmppServerSession
from kanhe.sim.behaviour import Answer
from kanhe.sim.families.dialect import Ids, Taken

# registered_delivery: the two lowest bits ask for a receipt (5.2.17).
RECEIPT_MASK = 0x03
# Far from the numbers a client counts up from 1.
STRAY_SEQUENCE = 0x7FFF_0000

STATUSES: dict[Answer, int] = {
    Answer.THROTTLE: status.RTHROTTLED,
    Answer.THROTTLE_ONCE: status.RTHROTTLED,
    Answer.REJECT: status.RINVDSTADR,
}


class Smpp:
    """How an SMSC says it."""

    def sessions(self, _wall: Wall, receipt_window: int) -> NewDoorSession:
        """Server sessions named as what they are."""
        settings = DoorSettings("KANHE-SIM", tell_window=receipt_window)
        return lambda endpoint, now: SmppServerSession(endpoint, settings, now)

    def read(self, pdu: Any) -> Taken:
        """submit_sm, data_sm, or submit_multi with its list."""
        receipt = bool(pdu.registered_delivery & RECEIPT_MASK)
        if type(pdu) is SubmitMulti:
            recipients = destinations_of(pdu)
            return Taken(structs.replace(read_multi(pdu), destination=recipients[0]), recipients, receipt)
        part = read_part(pdu)
        return Taken(part, (part.destination,), receipt)

    def ids(self, _pdu: Any, number: int, hex_ids: bool) -> Ids:
        """Decimal, or hexadecimal in the answer alone as some SMSCs do."""
        decimal = str(number)
        return Ids(f"{number:X}" if hex_ids else decimal, decimal)

    def nth(self, receipt_id: str, _index: int) -> str:
        """A submit_multi has one id for all (4.5.2)."""
        return receipt_id

    def status(self, answer: Answer) -> int:
        """The command_status of a refusal."""
        return STATUSES[answer]

    def stray(self, session: Any, pdu: Any) -> None:
        """A submit_sm_resp under a number that was never used."""
        session.reply(None, SubmitSmResp(STRAY_SEQUENCE, status.ROK, "0"))


SMPP = Smpp()
