"""A simulated SMG: SGIP 1.2. It is submitted to here, and reports over a connection of its own (sim/reporter.py)."""

from typing import Any

from msgspec.structs import replace

from kanhe.protocols.exchange.local import Wall
from kanhe.protocols.server import NewDoorSession
from kanhe.protocols.sgip import status
from kanhe.protocols.sgip.pdus import SubmitResp
from kanhe.protocols.sgip.sequence import Sequences, pack
from kanhe.protocols.sgip.server import gateway, new_session
from kanhe.protocols.sgip.texts import read_submit
from kanhe.sim.behaviour import Answer
from kanhe.sim.families.dialect import Ids, Taken

# The node of a gateway: area code and a number (4.1.3); this area code is nobody's.
NODE = 99_901
# A sequence no SP can have sent: its own node is never 0.
STRAY_SEQUENCE = (0, 0, 0)
# Result (6.2): an illegal number.
WRONG_NUMBER = 6
# ReportFlag: 0 reports failures only, 1 always, 2 never, 3 is for monthly fees.
REPORT_ASKED = frozenset({0, 1})

STATUSES: dict[Answer, int] = {
    Answer.THROTTLE: status.BUSY,
    Answer.THROTTLE_ONCE: status.BUSY,
    Answer.REJECT: WRONG_NUMBER,
}


class Sgip:
    """How an SMG says it."""

    def sessions(self, wall: Wall, _receipt_window: int) -> NewDoorSession:
        """Server sessions; nothing is pushed down an SP's own connection."""
        return new_session(gateway(Sequences(NODE, 1), wall))

    def read(self, pdu: Any) -> Taken:
        """Submit with its list of numbers."""
        return Taken(read_submit(pdu), pdu.UserNumber, pdu.ReportFlag in REPORT_ASKED)

    def ids(self, pdu: Any, _number: int, _hex_ids: bool) -> Ids:
        """A Submit's own sequence is its id."""
        octets = pack(pdu.Sequence).hex()
        return Ids(octets, octets)

    def nth(self, receipt_id: str, _index: int) -> str:
        """Reports of one Submit differ by their number only."""
        return receipt_id

    def status(self, answer: Answer) -> int:
        """The Result of a refusal."""
        return STATUSES[answer]

    def stray(self, session: Any, pdu: Any) -> None:
        """A SUBMIT_RESP under a sequence that was never used."""
        session.reply(replace(pdu, Sequence=STRAY_SEQUENCE), SubmitResp())


SGIP = Sgip()
