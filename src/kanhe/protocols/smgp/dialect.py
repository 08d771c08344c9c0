"""SMGP's words for what the common session does (chapter 5.2.2): roles, answers, statuses."""

from collections.abc import Callable, Mapping
from typing import Any

from kanhe.protocols.exchange.dialect import Dialect, Role
from kanhe.protocols.framing import PduFault
from kanhe.protocols.layout import Fault
from kanhe.protocols.smgp import pdus, status
from kanhe.protocols.smgp.layouts import BY_ID, BY_STRUCT
from kanhe.protocols.smgp.pdus import NO_MSG_ID

ROLES: Mapping[type[Any], Role] = {
    pdus.Login: Role.LOGIN,
    pdus.LoginResp: Role.LOGIN_RESP,
    pdus.Submit: Role.SUBMIT,
    pdus.SubmitResp: Role.SUBMIT_RESP,
    pdus.Deliver: Role.DELIVER,
    pdus.DeliverResp: Role.DELIVER_RESP,
    pdus.Query: Role.ASK,
    pdus.QueryResp: Role.ASK_RESP,
    pdus.ActiveTest: Role.KEEP_ALIVE,
    pdus.ActiveTestResp: Role.KEEP_ALIVE_RESP,
    pdus.Exit: Role.PART,
    pdus.ExitResp: Role.PART_RESP,
}
assert set(ROLES) == set(BY_STRUCT)

# The answer to each request: MsgID of the request (empty for Submit) and a status. Query_Resp has none: counters of zero.
ANSWERS: Mapping[type[Any], Callable[[bytes, int], Any]] = {
    pdus.Login: lambda _msg_id, result: pdus.LoginResp(Status=result),
    pdus.Submit: lambda _msg_id, result: pdus.SubmitResp(Status=result),
    pdus.Deliver: lambda msg_id, result: pdus.DeliverResp(MsgID=msg_id, Status=result),
    pdus.Query: lambda _msg_id, _result: pdus.QueryResp(),
    pdus.ActiveTest: lambda _msg_id, _result: pdus.ActiveTestResp(),
    pdus.Exit: lambda _msg_id, _result: pdus.ExitResp(),
}

MSG_ID = slice(12, 22)
"""Where MsgID stands in a Deliver that could not be read."""


def answer(request: Any, result: int) -> Any | None:
    """The answer to a request with a status; None: it has none."""
    if isinstance(request, PduFault):
        command = BY_ID.get(request.command_id)
        make = ANSWERS.get(command.struct) if command else None
        return make(request.packet[MSG_ID].ljust(len(NO_MSG_ID), b"\0"), result) if make else None
    make = ANSWERS.get(type(request))
    return make(getattr(request, "MsgID", NO_MSG_ID), result) if make else None


def sequence_of(pdu: Any) -> int:
    """The SequenceID of a packet, or of one that could not be read."""
    sequence: int = pdu.sequence if isinstance(pdu, PduFault) else pdu.SequenceID
    return sequence


def status_of(reply: Any) -> int:
    """How an answer says it went."""
    value: int = reply.Status
    return value


DIALECT = Dialect(
    roles=ROLES,
    sequence_of=sequence_of,
    name_of=lambda pdu: BY_STRUCT[type(pdu)].name,
    answer=answer,
    statuses=status.STATUS,
    status_of=status_of,
    status_of_fault={
        Fault.BODY_TRUNCATED: status.STRUCTURE,
        Fault.CONTENT_LENGTH_BEYOND_BODY: status.MSG_LENGTH,
        Fault.TLV_HEADER_TRUNCATED: status.STRUCTURE,
        Fault.TLV_LENGTH_BEYOND_BODY: status.STRUCTURE,
        Fault.EXTRA_BYTES_IN_BODY: status.STRUCTURE,
    },
    not_served=status.COMMAND,
    busy=status.BUSY,
    repeated=status.SEQUENCE_REPEATED,
    numbers_of=lambda submit: len(submit.DestTermID),
    parting=pdus.Exit(),
    peer_parted="peer_exit",
    keep_alive=pdus.ActiveTest(),
)
