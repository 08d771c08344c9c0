"""Login Type (4.2.3.1): who connects to whom. The same SP has a login at the gateway and gives the gateway one at its own listener."""

from enum import IntEnum


class LoginType(IntEnum):
    """The direction of a connection."""

    SP_TO_SMG = 1
    SMG_TO_SP = 2
    SMG_TO_SMG = 3
    SMG_TO_GNS = 4
    GNS_TO_SMG = 5
    GNS_PAIR = 6
    TEST = 11
