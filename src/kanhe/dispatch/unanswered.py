"""What is known of a message in doubt and what becomes of it: one account for the command, the pages and the API."""

from collections.abc import Sequence
from typing import NamedTuple

from kanhe.dispatch.board import Live, Part
from kanhe.domain.state import State


class Unanswered(NamedTuple):
    """Segments that were written to a carrier and never answered."""

    since: int  # ms
    segments: Sequence[int]  # counted from one
    sent_again: bool  # it has had its one second submit
    until: int  # ms: ends as expired, unless a receipt comes before or a person has it sent again


def unanswered(live: Live | None) -> Unanswered | None:
    """Nothing unless it is in doubt."""
    if live is None or live.state is not State.IN_DOUBT:
        return None
    since = max(at for at, what, *_ in live.trail if what == "in_doubt")
    doubtful = [place + 1 for place, part in enumerate(live.parts) if part is Part.DOUBT]
    return Unanswered(since, doubtful, live.resent, live.message.expires_at)
