"""What a report says, in the one set of states, with the carrier's own code beside it."""

from collections.abc import Mapping
from typing import NamedTuple

from kanhe.protocols.states import Action, CarrierState


class Outcome(NamedTuple):
    """A reading of a report."""

    state: CarrierState
    final: bool
    action: Action
    meaning: str = ""


# The words of SMPP's kind that CMPP (8.4.5, table 1) and SMGP (6.2.63) share. UNKNOWN is a final word there.
STAT_WORDS: Mapping[str, Outcome] = {
    "DELIVRD": Outcome(CarrierState.DELIVERED, True, Action.OK),
    "EXPIRED": Outcome(CarrierState.EXPIRED, True, Action.TEMPORARY),
    "DELETED": Outcome(CarrierState.DELETED, True, Action.PERMANENT),
    "UNDELIV": Outcome(CarrierState.UNDELIVERABLE, True, Action.PERMANENT),
    "ACCEPTD": Outcome(CarrierState.ACCEPTED, False, Action.OK),
    "UNKNOWN": Outcome(CarrierState.UNKNOWN, True, Action.UNKNOWN),
    "REJECTD": Outcome(CarrierState.REJECTED, True, Action.PERMANENT),
}

# The same by state, for words of a carrier's own.
OF_STATE: Mapping[CarrierState, Outcome] = {
    CarrierState.ENROUTE: Outcome(CarrierState.ENROUTE, False, Action.OK),
    **{outcome.state: outcome for outcome in STAT_WORDS.values()},
}

# Any other word is the vendor's: only DELIVRD is success.
VENDOR_WORD = Outcome(CarrierState.UNDELIVERABLE, True, Action.PERMANENT, "vendor word")

# How our own states are told to a customer; what has no word of its own is a failure.
WORD_OF_STATE: Mapping[CarrierState, str] = {
    CarrierState.SCHEDULED: "ACCEPTD",
    CarrierState.ENROUTE: "ACCEPTD",
    CarrierState.ACCEPTED: "ACCEPTD",
    CarrierState.DELIVERED: "DELIVRD",
    CarrierState.EXPIRED: "EXPIRED",
    CarrierState.DELETED: "DELETED",
    CarrierState.UNDELIVERABLE: "UNDELIV",
    CarrierState.REJECTED: "REJECTD",
    CarrierState.SKIPPED: "REJECTD",
    CarrierState.UNKNOWN: "UNKNOWN",
}
assert set(WORD_OF_STATE) == set(CarrierState)
