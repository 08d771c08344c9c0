"""CMPP's words for what the common session does (chapters 7.2, 8.4): roles, answers, statuses."""

from collections.abc import Callable, Mapping
from typing import Any

from kanhe.protocols.cmpp import pdus, status
from kanhe.protocols.cmpp.layouts import BY_ID, BY_STRUCT
from kanhe.protocols.cmpp.pdus import NO_MSG_ID
from kanhe.protocols.exchange.dialect import Dialect, Role
from kanhe.protocols.framing import PduFault
from kanhe.protocols.layout import Fault

ROLES: Mapping[type[Any], Role] = {
    pdus.Connect: Role.LOGIN,
    pdus.ConnectResp: Role.LOGIN_RESP,
    pdus.Submit: Role.SUBMIT,
    pdus.SubmitResp: Role.SUBMIT_RESP,
    pdus.Deliver: Role.DELIVER,
    pdus.DeliverResp: Role.DELIVER_RESP,
    pdus.Query: Role.ASK,
    pdus.QueryResp: Role.ASK_RESP,
    pdus.Cancel: Role.ASK,
    pdus.CancelResp: Role.ASK_RESP,
    pdus.ActiveTest: Role.KEEP_ALIVE,
    pdus.ActiveTestResp: Role.KEEP_ALIVE_RESP,
    pdus.Terminate: Role.PART,
    pdus.TerminateResp: Role.PART_RESP,
}
assert set(ROLES) == set(BY_STRUCT)

# The answer to each request: Msg_Id of the request (empty for SUBMIT) and a status. QUERY_RESP has no status: counters of zero.
ANSWERS: Mapping[type[Any], Callable[[bytes, int], Any]] = {
    pdus.Connect: lambda _msg_id, result: pdus.ConnectResp(Status=result),
    pdus.Submit: lambda _msg_id, result: pdus.SubmitResp(Result=result),
    pdus.Deliver: lambda msg_id, result: pdus.DeliverResp(Msg_Id=msg_id, Result=result),
    pdus.Query: lambda _msg_id, _result: pdus.QueryResp(),
    pdus.Cancel: lambda _msg_id, result: pdus.CancelResp(Success_Id=1 if result else 0),
    pdus.ActiveTest: lambda _msg_id, _result: pdus.ActiveTestResp(),
    pdus.Terminate: lambda _msg_id, _result: pdus.TerminateResp(),
}

MSG_ID = slice(12, 20)
"""Where Msg_Id stands in a DELIVER that could not be read."""


def answer(request: Any, result: int) -> Any | None:
    """The answer to a request with a status; None: it has none."""
    if isinstance(request, PduFault):
        command = BY_ID.get(request.command_id)
        make = ANSWERS.get(command.struct) if command else None
        return make(request.packet[MSG_ID].ljust(len(NO_MSG_ID), b"\0"), result) if make else None
    make = ANSWERS.get(type(request))
    return make(getattr(request, "Msg_Id", NO_MSG_ID), result) if make else None


def sequence_of(pdu: Any) -> int:
    """The Sequence_Id of a packet, or of one that could not be read."""
    sequence: int = pdu.sequence if isinstance(pdu, PduFault) else pdu.Sequence_Id
    return sequence


# Which field of an answer says how it went.
STATUS_FIELDS: Mapping[type[Any], str] = {
    pdus.ConnectResp: "Status",
    pdus.SubmitResp: "Result",
    pdus.DeliverResp: "Result",
    pdus.CancelResp: "Success_Id",
}


def status_of(reply: Any) -> int:
    """How an answer says it went."""
    value: int = getattr(reply, STATUS_FIELDS[type(reply)])
    return value


DIALECT = Dialect(
    roles=ROLES,
    sequence_of=sequence_of,
    name_of=lambda pdu: BY_STRUCT[type(pdu)].name,
    answer=answer,
    statuses=status.SUBMIT_RESULT,
    status_of=status_of,
    status_of_fault={
        Fault.BODY_TRUNCATED: status.STRUCTURE,
        Fault.CONTENT_LENGTH_BEYOND_BODY: status.LENGTH,
        Fault.EXTRA_BYTES_IN_BODY: status.STRUCTURE,
    },
    not_served=status.COMMAND,
    busy=status.FLOW_CONTROL,
    repeated=status.SEQUENCE_REPEATED,
    numbers_of=lambda submit: len(submit.Dest_terminal_Id),
    parting=pdus.Terminate(),
    peer_parted="peer_terminate",
    keep_alive=pdus.ActiveTest(),
)
