"""What comes to its end by itself: never claimed or in doubt when its validity is over, submitted when its receipt is a week late."""

from collections.abc import Iterable, Iterator

from kanhe.dispatch.board import Live
from kanhe.domain.state import State
from kanhe.kit.clock import DAY_MS, MINUTE_MS

# How long after its validity a message still waits. What no carrier has room for is left to its outbox first: a batch that holds
# it lasts milliseconds. What was never answered has ended: a carrier has no use for a message that has none. Receipts are
# matched up to seven days past validity.
WAIT_MS: dict[State, int] = {
    State.ACCEPTED: MINUTE_MS,
    State.DUE: MINUTE_MS,
    State.IN_DOUBT: 0,
    State.SUBMITTED: 7 * DAY_MS,
}
# Looked at in one go: a millisecond, so that the sockets are served in between.
LOOK_MAX = 4_096


def lapsed(lives: Iterable[Live], now: int) -> Iterator[Live]:
    """Those whose wait is over."""
    for live in lives:
        wait = WAIT_MS.get(live.state)
        if wait is not None and live.message.expires_at + wait <= now:
            yield live
