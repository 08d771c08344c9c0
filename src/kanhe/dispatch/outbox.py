"""The outbox of one connector: messages that may leave, in lanes and fair shares."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from kanhe.dispatch.board import Live
from kanhe.domain.category import LANE_OF, Lane
from kanhe.kit.lanes import LaneQueue

# What waits for one carrier in memory. At 2,000 messages/s, a usual contract, it is eight minutes; beyond that the doors
# answer that we are full, because a promise to deliver must be kept.
OUTBOX_MAX = 1_000_000


# A put-off segment goes again after at least a second, doubling to a minute (protocols.states, class retry).
PUT_OFF_S = 1.0
PUT_OFF_S_MAX = 60.0
PUT_OFF_DOUBLINGS_MAX = 6


class Link(Protocol):
    """What an outbox asks of its connector."""

    def room(self) -> int:
        """How many more segments the carrier takes now."""
        ...

    async def wait_for_room(self) -> int:
        """How many more segments the carrier takes; waits until it is at least one."""
        ...

    def submit(self, lives: Sequence[Live]) -> None:
        """Write these messages to the carrier."""
        ...


class Outbox:
    """Messages that wait for one connector's window."""

    def __init__(self, name: str, link: Link) -> None:
        self.name = name
        self.link = link
        self.turn = asyncio.Lock()  # whoever claims holds it, from the look at the room until all is written
        self._queue: LaneQueue[Live] = LaneQueue(len(Lane), OUTBOX_MAX)

    def __len__(self) -> int:
        return len(self._queue)

    @property
    def room(self) -> int:
        """Segments that may be claimed at once: none while others wait for their turn."""
        return 0 if self._queue or self.turn.locked() else self.link.room()

    def put(self, live: Live) -> None:
        """Let `live` wait for its turn."""
        message = live.message
        self._queue.offer(LANE_OF[live.verdict.category], message.account, live, cost=live.segments or 1)

    def put_off(self, live: Live) -> None:
        """Let `live` wait for its turn after a pause that doubles: the carrier has refused the moment."""
        pause = min(PUT_OFF_S * 2**live.tries, PUT_OFF_S_MAX)
        live.tries = min(live.tries + 1, PUT_OFF_DOUBLINGS_MAX)
        asyncio.get_running_loop().call_later(pause, self.put, live)

    def take(self, room: int) -> list[Live]:
        """Messages of about `room` segments."""
        return self._queue.take(room)

    async def wait(self) -> None:
        """Until something waits."""
        await self._queue.wait()
