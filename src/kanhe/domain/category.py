"""What a message is for, and the lane it travels in."""

from enum import IntEnum, StrEnum


class Category(StrEnum):
    """Category of a message; what the text is beats what the caller says."""

    VERIFICATION = "verification"
    TRANSACTIONAL = "transactional"
    MARKETING = "marketing"
    PUBLIC_SERVICE = "public_service"
    EMERGENCY = "emergency"
    CONSENT_REQUEST = "consent_request"
    TWO_WAY = "two_way"
    P2P = "p2p"  # named so that it can be refused: private traffic is not ours to carry


class Lane(IntEnum):
    """Lanes of the intake and of every connector, most urgent first."""

    EMERGENCY = 0
    VERIFICATION = 1
    TRANSACTIONAL = 2
    MARKETING = 3


LANE_OF: dict[Category, Lane] = {
    Category.EMERGENCY: Lane.EMERGENCY,
    Category.VERIFICATION: Lane.VERIFICATION,
    Category.PUBLIC_SERVICE: Lane.TRANSACTIONAL,
    Category.TRANSACTIONAL: Lane.TRANSACTIONAL,
    Category.TWO_WAY: Lane.TRANSACTIONAL,
    Category.CONSENT_REQUEST: Lane.MARKETING,
    Category.MARKETING: Lane.MARKETING,
    Category.P2P: Lane.MARKETING,
}
assert set(LANE_OF) == set(Category)

# One rule for crash, lost link and time-out: only these are worth a second submit when the first is in doubt.
RESENT_WHEN_IN_DOUBT = frozenset({Category.VERIFICATION, Category.EMERGENCY, Category.PUBLIC_SERVICE})
