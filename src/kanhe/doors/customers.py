"""What a customer asks of messages that it has handed in: where one stands, to take one back, what a day brought."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, TypeAlias

from kanhe import journey
from kanhe.dispatch.board import unpack_trail
from kanhe.domain.papers import Credential
from kanhe.domain.state import BEFORE_CLAIM, FINAL, State
from kanhe.doors.drafts import category_of
from kanhe.kit.clock import to_ms
from kanhe.ports.reports import Reports
from kanhe.ports.store import Filter, Row
from kanhe.protocols.exchange.local import BEIJING
from kanhe.protocols.server import DoorSession
from kanhe.world import World, state_of

# A session that asks without waiting for answers would have us read the store for it alone.
ASKED_MAX = 10
# What one request may take back: a cancel_sm without an id means "all that wait for this number", which is a handful.
TAKEN_BACK_MAX = 100

DELIVERED, FAILED = State.DELIVERED, FINAL - {State.DELIVERED}


# MT_TLMsg, MT_Tlusr, MT_Scs, MT_WT, MT_FL, MO_Scs, MO_WT, MO_FL.
Counters: TypeAlias = tuple[int, int, int, int, int, int, int, int]


class Day(NamedTuple):
    """What an account did in a day, as CMPP_QUERY and SMGP's Query count it. Each of our messages has one user."""

    messages: int = 0
    delivered: int = 0
    waiting: int = 0
    failed: int = 0
    inbound: int = 0

    @property
    def counters(self) -> Counters:
        """As the answer has them."""
        return self.messages, self.messages, self.delivered, self.waiting, self.failed, self.inbound, 0, 0


class Customer:
    """One account at a door of the carrier protocols; it sees what it sent by that protocol and nothing else."""

    def __init__(self, world: World, paper: Credential, reports: Reports) -> None:
        self.world, self.paper = world, paper
        self._reports = reports

    def message(self, identifier: int) -> Row | None:
        """One of its messages."""
        row = self.world.store.row(identifier)
        return row if row is not None and self._mine(row) else None

    def newest_to(self, number: int) -> Sequence[Row]:
        """Its newest messages to a number."""
        rows = self.world.store.rows(Filter(account=self.paper.account, number=number, limit=TAKEN_BACK_MAX))
        return [row for row in rows if self._mine(row)]

    def _mine(self, row: Row) -> bool:
        """Whether it came in by this protocol, so that its reference is of the kind this door gives."""
        message = row.message
        return message.account == self.paper.account and message.door.startswith(f"{self.paper.kind}/")

    def waiting_for(self, number: int, sender: str) -> Sequence[Row]:
        """Its messages to a number by a sender that no carrier has yet."""
        rows = self.newest_to(number)
        return [row for row in rows if row.message.sender == sender and self.state_of(row) in BEFORE_CLAIM]

    def state_of(self, row: Row) -> State:
        """Where a message stands."""
        return state_of(self.world, row)

    def settled_at(self, row: Row) -> int | None:
        """When it came to its end, ms; None: it has none, or came to it at once."""
        live = self.world.board.lives.get(row.message.id)
        trail = live.trail if live else unpack_trail(row.trail) if row.trail else ()
        return trail[-1][0] if trail and self.state_of(row) in FINAL else None

    async def take_back(self, rows: Sequence[Row]) -> int:
        """Cancel them before a carrier has them; how many were not too late."""
        return sum([await journey.cancel(self.world, row) for row in rows])

    async def day(self, written: str, service: str | None = None) -> Day:
        """What a day of the gateway's zone, `YYYYMMDD`, brought; nothing when it is none.

        Of a service: the messages of the category that its code stands for. What people write belongs to no service.
        """
        try:
            since = datetime.strptime(written, "%Y%m%d").replace(tzinfo=BEIJING)
        except ValueError:
            return Day()
        category = category_of(service, self.paper) if service is not None else None
        until = since + timedelta(days=1)
        tally = await self._reports.tally(self.paper.account, to_ms(since), to_ms(until), category)
        total, failed = sum(tally.states.values()), sum(tally.states.get(state, 0) for state in FAILED)
        delivered = tally.states.get(DELIVERED, 0)
        inbound = tally.inbound if category is None else 0
        return Day(total, delivered, total - delivered - failed, failed, inbound)


Reply = Callable[[object, Customer], Awaitable[object]]
"""The answer to what is asked: a PDU, or a status to refuse it with."""


class Questions:
    """What is asked at a door, each answered when its answer is known."""

    def __init__(self, reply: Reply, full: int) -> None:
        self._reply, self._full = reply, full
        self._open: dict[DoorSession, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def put(self, session: DoorSession, asked: object, customer: Customer, flush: Callable[[], None]) -> None:
        """A customer asks; `flush` writes what its session has to say."""
        if self._open.get(session, 0) >= ASKED_MAX:
            session.refuse(asked, self._full)
            return
        self._open[session] = self._open.get(session, 0) + 1
        task = asyncio.get_running_loop().create_task(self._answer(session, asked, customer, flush))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, session: DoorSession, asked: object, customer: Customer, flush: Callable[[], None]) -> None:
        answer = await self._reply(asked, customer)
        if isinstance(answer, int):
            session.refuse(asked, answer)
        else:
            session.reply(asked, answer)
        flush()
        self._open[session] -= 1
        if not self._open[session]:
            del self._open[session]

    def stop(self) -> None:
        """Answer nobody any more."""
        for task in self._tasks:
            task.cancel()
