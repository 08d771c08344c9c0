"""SGIP's words for what the common session does (chapter 4.2.3): roles, answers, results. There is no keep-alive."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kanhe.protocols.exchange.dialect import Dialect, Role
from kanhe.protocols.framing import PduFault
from kanhe.protocols.layout import Fault
from kanhe.protocols.sgip import pdus, status
from kanhe.protocols.sgip.layouts import BY_ID, BY_STRUCT
from kanhe.protocols.sgip.pdus import Sequence

ROLES: Mapping[type[Any], Role] = {
    pdus.Bind: Role.LOGIN,
    pdus.BindResp: Role.LOGIN_RESP,
    pdus.Submit: Role.SUBMIT,
    pdus.SubmitResp: Role.SUBMIT_RESP,
    pdus.Deliver: Role.DELIVER,
    pdus.DeliverResp: Role.DELIVER_RESP,
    pdus.Report: Role.DELIVER,
    pdus.ReportResp: Role.DELIVER_RESP,
    pdus.UserRpt: Role.DELIVER,
    pdus.UserRptResp: Role.DELIVER_RESP,
    pdus.Trace: Role.ASK,
    pdus.TraceResp: Role.ASK_RESP,
    pdus.Unbind: Role.PART,
    pdus.UnbindResp: Role.PART_RESP,
}
assert set(ROLES) == set(BY_STRUCT)

# The answer to each request with a Result. TRACE_RESP has none of its own: no nodes. UNBIND_RESP is empty.
ANSWERS: Mapping[type[Any], Callable[[int], Any]] = {
    pdus.Bind: lambda result: pdus.BindResp(Result=result),
    pdus.Submit: lambda result: pdus.SubmitResp(Result=result),
    pdus.Deliver: lambda result: pdus.DeliverResp(Result=result),
    pdus.Report: lambda result: pdus.ReportResp(Result=result),
    pdus.UserRpt: lambda result: pdus.UserRptResp(Result=result),
    pdus.Trace: lambda _result: pdus.TraceResp(),
    pdus.Unbind: lambda _result: pdus.UnbindResp(),
}


def answer(request: Any, result: int) -> Any | None:
    """The answer to a request with a Result; None: it has none."""
    command = BY_ID.get(request.command_id) if isinstance(request, PduFault) else BY_STRUCT.get(type(request))
    make = ANSWERS.get(command.struct) if command else None
    return make(result) if make else None


def sequence_of(pdu: Any) -> Sequence:
    """The Sequence Number of a packet, or of one that could not be read."""
    sequence: Sequence = pdu.sequence if isinstance(pdu, PduFault) else pdu.Sequence
    return sequence


def status_of(reply: Any) -> int:
    """How an answer says it went."""
    value: int = reply.Result
    return value


DIALECT = Dialect(
    roles=ROLES,
    sequence_of=sequence_of,
    name_of=lambda pdu: BY_STRUCT[type(pdu)].name,
    answer=answer,
    statuses=status.RESULT,
    status_of=status_of,
    status_of_fault={
        Fault.BODY_TRUNCATED: status.PARAMETER_FORMAT,
        Fault.CONTENT_LENGTH_BEYOND_BODY: status.LENGTH,
        Fault.EXTRA_BYTES_IN_BODY: status.PARAMETER_FORMAT,
    },
    not_served=status.MESSAGE_ID,
    busy=status.BUSY,
    repeated=status.SEQUENCE,
    numbers_of=lambda submit: len(submit.UserNumber),
    parting=pdus.Unbind(),
    peer_parted="peer_unbind",
    unknown_command_closes=True,  # the text: an unrecognisable command ends the connection
)

# The gateway's own connection to an SP: there Report, Deliver and UserRpt are what is submitted.
REPORTING = replace(
    DIALECT, roles={**ROLES, **dict.fromkeys((pdus.DeliverResp, pdus.ReportResp, pdus.UserRptResp), Role.SUBMIT_RESP)}
)
