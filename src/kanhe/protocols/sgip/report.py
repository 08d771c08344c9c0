"""What a SGIP_REPORT says (State and ErrorCode, chapter 5.4), in the one set of states."""

from collections.abc import Mapping

from kanhe.protocols.exchange.outcome import Outcome
from kanhe.protocols.exchange.status import status_of
from kanhe.protocols.sgip.pdus import Report
from kanhe.protocols.sgip.status import RESULT
from kanhe.protocols.states import Action, CarrierState

DELIVERED, WAITING, FAILED = 0, 1, 2

STATES: Mapping[int, Outcome] = {
    DELIVERED: Outcome(CarrierState.DELIVERED, True, Action.OK, "sent ok"),
    WAITING: Outcome(CarrierState.ENROUTE, False, Action.OK, "waiting"),
    FAILED: Outcome(CarrierState.UNDELIVERABLE, True, Action.PERMANENT, "failed"),
}
UNDEFINED = Outcome(CarrierState.UNKNOWN, False, Action.UNKNOWN, "undefined State")

# How our own states are told to a customer (5.4): what is neither there nor on its way has failed.
STATE_OF: Mapping[CarrierState, int] = {
    CarrierState.SCHEDULED: WAITING,
    CarrierState.ENROUTE: WAITING,
    CarrierState.ACCEPTED: WAITING,
    CarrierState.DELIVERED: DELIVERED,
    CarrierState.EXPIRED: FAILED,
    CarrierState.DELETED: FAILED,
    CarrierState.UNDELIVERABLE: FAILED,
    CarrierState.REJECTED: FAILED,
    CarrierState.SKIPPED: FAILED,
    CarrierState.UNKNOWN: FAILED,
}
assert set(STATE_OF) == set(CarrierState)


def outcome_of(report: Report) -> Outcome:
    """What State means; ErrorCode counts only when it is 2."""
    outcome = STATES.get(report.State, UNDEFINED)
    if report.State != FAILED:
        return outcome
    error = status_of(report.ErrorCode, RESULT)
    return outcome._replace(action=error.action, meaning=error.meaning)
