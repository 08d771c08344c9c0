"""How the console says what the platform's tables hold: each value with its word, its tone and its shape, in one place.

A status is a word, a shape and a colour, so that no reader needs all three. Words are keys of the catalogue (`_N`).
"""

from collections.abc import Mapping
from typing import NamedTuple

from kanhe.domain.category import Category
from kanhe.domain.state import State
from kanhe.domain.users import Permission, Role
from kanhe.domain.verdict import Effect, Outcome
from kanhe.protocols.states import CarrierState


def _N(sentence: str) -> str:  # noqa: N802 - gettext's own name for a sentence that is translated later
    """Mark a sentence for the catalogue."""
    return sentence


class Term(NamedTuple):
    """A word with its colour and its shape."""

    word: str
    tone: str  # good, going, wait, stop, plain
    shape: str


class Told(NamedTuple):
    """A sentence of the catalogue with what it is told."""

    says: str
    told: Mapping[str, object] = {}


# Outlines on a field of 16 by 16, filled even-odd.
SHAPES: Mapping[str, str] = {
    "tick": "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm3.7 5.2-4.4 4.7L4.3 8l1.1-1.2 1.9 1.8 3.2-3.5z",
    "half": "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 1.7v10.6A5.3 5.3 0 0 0 8 2.7Z",
    "ring": "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 1.7a5.3 5.3 0 1 1 0 10.6A5.3 5.3 0 0 1 8 2.7Z",
    "clock": "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 1.6a5.4 5.4 0 1 1 0 10.8A5.4 5.4 0 0 1 8 2.6ZM7.2 4.5h1.5v3.3l2.3 1.4-.8 1.2-3-1.8z",
    "diamond": "M8 .7 15.3 8 8 15.3.7 8zM7.2 4.3v4.6h1.6V4.3zm0 5.8v1.6h1.6v-1.6z",
    "cross": "M5 1h6l4 4v6l-4 4H5l-4-4V5zM5.2 6.3 6.9 8 5.2 9.7l1.1 1.1L8 9.1l1.7 1.7 1.1-1.1L9.1 8l1.7-1.7-1.1-1.1L8 6.9 6.3 5.2z",
    "dash": "M3 1h10a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H3a2 2 0 0 1-2-2V3a2 2 0 0 1 2-2zm1.5 6.2v1.6h7V7.2z",
    "triangle": "M8 1.2 15.4 14.4H.6zM7.2 6v4h1.6V6zm0 5v1.6h1.6V11z",
    "pencil": "M11.6 1.4 14.6 4.4 5.4 13.6 1.4 14.6 2.4 10.6z",
    "dot": "M8 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z",
}

STATES: Mapping[State, Term] = {
    State.ACCEPTED: Term(_N("Accepted"), "going", "ring"),
    State.DEFERRED: Term(_N("Deferred"), "wait", "clock"),
    State.PARKED: Term(_N("Parked"), "wait", "triangle"),
    State.HELD: Term(_N("Held"), "wait", "diamond"),
    State.DUE: Term(_N("Due"), "going", "ring"),
    State.CLAIMED: Term(_N("Claimed"), "going", "half"),
    State.IN_DOUBT: Term(_N("In doubt"), "wait", "triangle"),
    State.SUBMITTED: Term(_N("Submitted"), "going", "half"),
    State.DELIVERED: Term(_N("Delivered"), "good", "tick"),
    State.UNDELIVERED: Term(_N("Undelivered"), "stop", "cross"),
    State.EXPIRED: Term(_N("Expired"), "plain", "dash"),
    State.CANCELLED: Term(_N("Cancelled"), "plain", "dash"),
    State.REFUSED: Term(_N("Refused"), "stop", "cross"),
}
assert set(STATES) == set(State)

OUTCOMES: Mapping[Outcome, Term] = {
    Outcome.ALLOW: Term(_N("Allow"), "good", "tick"),
    Outcome.AMEND: Term(_N("Amend"), "going", "pencil"),
    Outcome.DEFER: Term(_N("Defer"), "wait", "clock"),
    Outcome.HOLD: Term(_N("Hold"), "wait", "diamond"),
    Outcome.REFUSE: Term(_N("Refuse"), "stop", "cross"),
    Outcome.PARK: Term(_N("Park"), "wait", "triangle"),
}
assert set(OUTCOMES) == set(Outcome)

EFFECTS: Mapping[str, Term] = {
    "advise": Term(_N("Advise"), "plain", "dot"),
    "allow": OUTCOMES[Outcome.ALLOW],
    "defer": OUTCOMES[Outcome.DEFER],
    "amend": OUTCOMES[Outcome.AMEND],
    "hold": OUTCOMES[Outcome.HOLD],
    "refuse": OUTCOMES[Outcome.REFUSE],
}
assert set(EFFECTS) == {effect.name.lower() for effect in Effect}

# What a carrier says of a segment.
CARRIER_STATES: Mapping[CarrierState, Term] = {
    CarrierState.SCHEDULED: Term(_N("Scheduled by the carrier"), "wait", "clock"),
    CarrierState.ENROUTE: Term(_N("On its way"), "going", "half"),
    CarrierState.ACCEPTED: Term(_N("Taken over by the carrier"), "going", "half"),
    CarrierState.DELIVERED: STATES[State.DELIVERED],
    CarrierState.EXPIRED: STATES[State.EXPIRED],
    CarrierState.DELETED: Term(_N("Deleted at the carrier"), "plain", "dash"),
    CarrierState.UNDELIVERABLE: Term(_N("Undeliverable"), "stop", "cross"),
    CarrierState.REJECTED: Term(_N("Rejected by the carrier"), "stop", "cross"),
    CarrierState.SKIPPED: Term(_N("Skipped by the carrier"), "plain", "dash"),
    CarrierState.UNKNOWN: Term(_N("Unknown to the carrier"), "wait", "triangle"),
}
assert set(CARRIER_STATES) == set(CarrierState)

BOUND = Term(_N("Bound"), "good", "tick")
UNBOUND = Term(_N("Not bound"), "wait", "triangle")
STOPPED = Term(_N("Stopped"), "stop", "cross")
YES = Term(_N("Yes"), "good", "tick")
NO = Term(_N("No"), "plain", "dash")

CATEGORIES: Mapping[Category, str] = {
    Category.VERIFICATION: _N("Verification"),
    Category.TRANSACTIONAL: _N("Transactional"),
    Category.MARKETING: _N("Marketing"),
    Category.PUBLIC_SERVICE: _N("Public service"),
    Category.EMERGENCY: _N("Emergency"),
    Category.CONSENT_REQUEST: _N("Consent request"),
    Category.TWO_WAY: _N("Two-way"),
    Category.P2P: _N("Person to person"),
}
assert set(CATEGORIES) == set(Category)

ROLES: Mapping[Role, str] = {
    Role.OWNER: _N("Owner"),
    Role.ADMIN: _N("Administrator"),
    Role.OPERATOR: _N("Operator"),
    Role.REVIEWER: _N("Reviewer"),
    Role.FINANCE: _N("Finance"),
    Role.AUDITOR: _N("Auditor"),
    Role.DEVELOPER: _N("Developer"),
    Role.VIEWER: _N("Viewer"),
}
assert set(ROLES) == set(Role)

PERMISSIONS: Mapping[Permission, str] = {
    Permission.FIGURES: _N("See how the platform is"),
    Permission.MESSAGES: _N("See messages, numbers masked"),
    Permission.NUMBERS: _N("Unmask numbers; each time recorded"),
    Permission.PROOFS: _N("Verify proofs"),
    Permission.RULES: _N("Read the rules"),
    Permission.PAPERS: _N("See papers and their history"),
    Permission.REVIEWS: _N("See the review queue"),
    Permission.FILE: _N("File papers"),
    Permission.CONSENTS: _N("Note what people agreed to and refused"),
    Permission.DECIDE: _N("Decide what waits for review"),
    Permission.ANNOUNCE: _N("Ask for announcements and confirm them"),
    Permission.RECORDS: _N("Read who looked at what"),
    Permission.USERS: _N("Manage users"),
}
assert set(PERMISSIONS) == set(Permission)

# The language that a page shows beside its own.
OTHER: Mapping[str, str] = {"en": "zh", "zh": "en"}
OTHER_TAG: Mapping[str, str] = {"en": "zh-Hans", "zh": "en"}

THEMES = (("auto", _N("As the system")), ("light", _N("Light")), ("dark", _N("Dark")))


class Item(NamedTuple):
    """A row of the main menu."""

    path: str
    word: str
    permission: Permission

    def holds(self, path: str) -> bool:
        """Whether a page lies under it."""
        return path == self.path or (self.path != "/console" and path.startswith(self.path + "/"))


MENU = (
    Item("/console", _N("Overview"), Permission.FIGURES),
    Item("/console/messages", _N("Messages"), Permission.MESSAGES),
    Item("/console/reviews", _N("Reviews"), Permission.REVIEWS),
    Item("/console/announcements", _N("Announcements"), Permission.REVIEWS),
    Item("/console/papers", _N("Papers"), Permission.PAPERS),
    Item("/console/consents", _N("Consents"), Permission.NUMBERS),
    Item("/console/duties", _N("Duties"), Permission.PAPERS),
    Item("/console/report", _N("Report"), Permission.PAPERS),
    Item("/console/rules", _N("Rules"), Permission.RULES),
    Item("/console/users", _N("Users"), Permission.USERS),
    Item("/console/looks", _N("Looks"), Permission.RECORDS),
)
