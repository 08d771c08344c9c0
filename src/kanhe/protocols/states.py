"""One set of carrier message states and of action classes, used by all four protocols.

The carrier's own word or number is always kept beside a state. Sources: SMPP 3.4 5.2.28, SGIP 5.4, SMGP 6.2.63, CMPP table 1.
"""

from enum import StrEnum


class CarrierState(StrEnum):
    """What a carrier says about a message."""

    SCHEDULED = "scheduled"  # the carrier holds it for later
    ENROUTE = "enroute"  # on its way
    ACCEPTED = "accepted"  # the carrier took it over; says nothing about the handset
    DELIVERED = "delivered"  # the handset has it
    EXPIRED = "expired"  # validity ran out
    DELETED = "deleted"  # removed at the carrier
    UNDELIVERABLE = "undeliverable"  # failed for good
    REJECTED = "rejected"  # the carrier refused it
    SKIPPED = "skipped"  # 5.0: deliberately not sent
    UNKNOWN = "unknown"  # nobody knows; final after the receipt wait, on a query, and in CMPP and SMGP receipts


FINAL: frozenset[CarrierState] = frozenset(
    {
        CarrierState.DELIVERED,
        CarrierState.EXPIRED,
        CarrierState.DELETED,
        CarrierState.UNDELIVERABLE,
        CarrierState.REJECTED,
        CarrierState.SKIPPED,
    }
)


class Action(StrEnum):
    """What a sender does about a status, a report word or a network error."""

    OK = "ok"  # nothing to do
    # Same message later, back-off from 1 s doubling to 60 s, at most 5 times or until its validity ends.
    RETRY = "retry"
    THROTTLE = "throttle"  # as retry, and cut the connector's rate (halve, then recover by 5 % a second)
    REBIND = "rebind"  # close and bind again, then retry
    REBIND_ONCE = "rebind_once"  # close the old session, bind once more; then stop
    RETRY_LOWER_VERSION = "retry_lower_version"  # log in again with the version the peer named
    STOP = "stop"  # the account or route is wrongly set up: stop the connector or the sender, tell a person
    BUG = "bug"  # our packet is wrong: fail the message, raise an alarm
    PERMANENT = "permanent"  # fail the message with this reason
    TEMPORARY = "temporary"  # the handset could not be reached: final for this attempt, a new message later may work
    NUMBER_INVALID = "number_invalid"  # no such number, or barred: fail, mark the number for the hygiene list
    BLACKLIST = "blacklist"  # the carrier blocks the recipient: fail and feed the suppression list
    UNKNOWN = "unknown"  # keep as unknown
    HOLD_UNTIL_ALLOWED = "hold_until_allowed"  # put back until the carrier's sending period
    HOLD_UNTIL_NEXT_DAY = "hold_until_next_day"  # put back until the next day
    RESENT_BY_GATEWAY = "resent_by_gateway"  # the gateway will send it again
    RETRY_IF_DATA_SM = "retry_if_data_sm"  # retry when it answers data_sm, else permanent


# MAP error numbers (gsm_old.localValue): network_error_code of type 3, and `err` of many receipts (decimal, sometimes hex).
GSM_NETWORK_ERRORS: dict[int, tuple[str, Action]] = {
    1: ("unknownSubscriber", Action.NUMBER_INVALID),
    5: ("unidentifiedSubscriber", Action.NUMBER_INVALID),
    6: ("absentSubscriberSM", Action.TEMPORARY),
    9: ("illegalSubscriber", Action.NUMBER_INVALID),
    11: ("teleserviceNotProvisioned", Action.PERMANENT),
    12: ("illegalEquipment", Action.PERMANENT),
    13: ("callBarred", Action.PERMANENT),
    21: ("facilityNotSupported", Action.PERMANENT),
    27: ("absentSubscriber", Action.TEMPORARY),
    31: ("subscriberBusyForMT-SMS", Action.TEMPORARY),
    32: ("sm-DeliveryFailure", Action.TEMPORARY),
    33: ("messageWaitingListFull", Action.TEMPORARY),
    34: ("systemFailure", Action.TEMPORARY),
    35: ("dataMissing", Action.PERMANENT),
    36: ("unexpectedDataValue", Action.PERMANENT),
}
