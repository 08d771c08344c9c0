"""A simulated ISMG: CMPP 2.0 and 3.0, the version the SP asks for."""

from typing import Any

from msgspec.structs import replace

from kanhe.protocols.cmpp import msg_id, status
from kanhe.protocols.cmpp.pdus import SubmitResp
from kanhe.protocols.cmpp.server import DoorSettings, new_session
from kanhe.protocols.cmpp.texts import read_submit
from kanhe.protocols.exchange.local import Wall
from kanhe.protocols.server import NewDoorSession
from kanhe.sim.behaviour import Answer
from kanhe.sim.families.dialect import Ids, Taken

# Far from the numbers a client counts up from 1.
STRAY_SEQUENCE = 0x7FFF_0000
# Result of CMPP_SUBMIT_RESP (8.4.3): the number in Dest_terminal_Id is wrong.
WRONG_NUMBER = 13
# Registered_Delivery: 1 asks for a report; 0 and 2 (a record for billing) do not.
REPORT_ASKED = 1

STATUSES: dict[Answer, int] = {
    Answer.THROTTLE: status.FLOW_CONTROL,
    Answer.THROTTLE_ONCE: status.FLOW_CONTROL,
    Answer.REJECT: WRONG_NUMBER,
}


class Cmpp:
    """How an ISMG says it."""

    def sessions(self, wall: Wall, _receipt_window: int) -> NewDoorSession:
        """Server sessions; the window is the account's in both directions."""
        return new_session(DoorSettings(wall))

    def read(self, pdu: Any) -> Taken:
        """CMPP_SUBMIT with its list of numbers."""
        return Taken(read_submit(pdu), pdu.Dest_terminal_Id, pdu.Registered_Delivery == REPORT_ASKED)

    def ids(self, _pdu: Any, number: int, _hex_ids: bool) -> Ids:
        """Eight octets have one form."""
        octets = number.to_bytes(msg_id.OCTETS, "big").hex()
        return Ids(octets, octets)

    def nth(self, receipt_id: str, index: int) -> str:
        """Each number of a mass submit has its own Msg_Id."""
        return msg_id.nth(bytes.fromhex(receipt_id), index).hex() if index else receipt_id

    def status(self, answer: Answer) -> int:
        """The Result of a refusal."""
        return STATUSES[answer]

    def stray(self, session: Any, pdu: Any) -> None:
        """A SUBMIT_RESP under a number that was never used."""
        session.reply(replace(pdu, Sequence_Id=STRAY_SEQUENCE), SubmitResp())


CMPP = Cmpp()
