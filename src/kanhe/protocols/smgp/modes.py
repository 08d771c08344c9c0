"""LoginMode (5.2.2.1): what a link is for. Some provinces allow only 0 and 1: then an account needs two links."""

from typing import NamedTuple


class Mode(NamedTuple):
    """One LoginMode, from the side of the SP."""

    number: int
    name: str
    submits: bool
    receives: bool


SEND = Mode(0, "send", submits=True, receives=False)
RECEIVE = Mode(1, "receive", submits=False, receives=True)
BOTH = Mode(2, "both", submits=True, receives=True)

MODES = {mode.number: mode for mode in (SEND, RECEIVE, BOTH)}
