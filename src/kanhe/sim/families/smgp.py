"""A simulated SMGW: SMGP 3.0, logins to send, to receive, or both."""

from typing import Any

from msgspec.structs import replace

from kanhe.protocols.exchange.local import Wall
from kanhe.protocols.server import NewDoorSession
from kanhe.protocols.smgp import msg_id
from kanhe.protocols.smgp.pdus import SubmitResp
from kanhe.protocols.smgp.server import DoorSettings, new_session
from kanhe.protocols.smgp.texts import read_submit
from kanhe.sim.behaviour import Answer
from kanhe.sim.families.dialect import Ids, Taken

# Far from the numbers a client counts up from 1.
STRAY_SEQUENCE = 0x7FFF_0000
# Status (6.2.61): SMGP has no word for "slow down" but "system busy", and 47 for a wrong DestTermID.
SYSTEM_BUSY, WRONG_NUMBER = 1, 47
# MsgIDs are twenty BCD digits; ours count in all of them.
DIGITS = msg_id.OCTETS * 2

STATUSES: dict[Answer, int] = {
    Answer.THROTTLE: SYSTEM_BUSY,
    Answer.THROTTLE_ONCE: SYSTEM_BUSY,
    Answer.REJECT: WRONG_NUMBER,
}


class Smgp:
    """How an SMGW says it."""

    def sessions(self, wall: Wall, _receipt_window: int) -> NewDoorSession:
        """Server sessions; the window is the account's in both directions."""
        return new_session(DoorSettings(wall))

    def read(self, pdu: Any) -> Taken:
        """Submit with its list of numbers."""
        return Taken(read_submit(pdu), pdu.DestTermID, pdu.NeedReport == 1)

    def ids(self, _pdu: Any, number: int, _hex_ids: bool) -> Ids:
        """BCD has one form."""
        digits = f"{number:0{DIGITS}}"
        return Ids(digits, digits)

    def nth(self, receipt_id: str, index: int) -> str:
        """Each number of a mass submit has its own MsgID."""
        return msg_id.nth(bytes.fromhex(receipt_id), index).hex() if index else receipt_id

    def status(self, answer: Answer) -> int:
        """The Status of a refusal."""
        return STATUSES[answer]

    def stray(self, session: Any, pdu: Any) -> None:
        """A Submit_Resp under a number that was never used."""
        session.reply(replace(pdu, SequenceID=STRAY_SEQUENCE), SubmitResp())


SMGP = Smgp()
