"""The world: everything the steps of the journeys may ask, in one place. Built by `app/`; the simulator builds the same."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from kanhe.billing.purse import Purse
from kanhe.dispatch.board import Board, Live
from kanhe.dispatch.outbox import Outbox
from kanhe.dispatch.watch import Watch
from kanhe.domain.category import LANE_OF
from kanhe.domain.facts import Recipient, Reviewed
from kanhe.domain.message import Message
from kanhe.domain.state import State
from kanhe.domain.verdict import Outcome, Verdict
from kanhe.emergency.proofs import Announced
from kanhe.gate.gate import Gate
from kanhe.inbound.act import Acts
from kanhe.inbound.joining import Joins
from kanhe.intake.content import ContentEngine
from kanhe.intake.normalise import Normaliser
from kanhe.kit.clock import Clock
from kanhe.kit.faults import Faults
from kanhe.kit.ids import IdSource
from kanhe.kit.inflow import Inflow
from kanhe.kit.lanes import LaneQueue
from kanhe.kit.rng import Rng
from kanhe.law.numbers import NumberPlan
from kanhe.ports.carrier import Bringer, Carrier, Cuts
from kanhe.ports.change import Change, Committed, Job
from kanhe.ports.change import Inbound as FromPerson
from kanhe.ports.door import News, Submission, Teller
from kanhe.ports.store import HeldUp, Row, Store, StoreHeldUpError
from kanhe.protocols.events import Event, Inbound
from kanhe.receipts.early import EarlyReceipts
from kanhe.records.books import Books
from kanhe.records.lots import Lots
from kanhe.records.reviews import Held
from kanhe.routing.candidates import Routes
from kanhe.upkeep.due import DueTimes
from kanhe.upkeep.steadiness import Steadiness

# A batch is closed at this many messages: about 10 ms of work, so that an emergency never waits longer behind one.
BATCH_MAX = 256
# What nothing could be written for is tried again after this long: people make room in minutes, and a try costs nothing.
WRITE_AGAIN_S = 1.0

log = structlog.get_logger()


class Numbers(Protocol):
    """What the journeys ask of the number plan."""

    def recipient(self, number: int) -> Recipient:
        """Where a number belongs."""
        ...

    def adopt(self, plan: NumberPlan) -> None:
        """Go by another plan."""
        ...


Arrival = tuple[Carrier, Event]


class Waiting:
    """The link of the outbox for messages whose time has come: they are judged anew and move on to a carrier's outbox."""

    def room(self) -> int:
        """Nothing is claimed for it."""
        return 0

    async def wait_for_room(self) -> int:
        """Always a batch."""
        return BATCH_MAX

    def submit(self, lives: Sequence[Live]) -> None:
        """Nothing leaves from here: its batches end with the judgement."""
        assert not lives, "only a carrier's outbox writes"


@dataclass(slots=True)
class World:
    """Everything the steps may ask; built once by `app/`, and by the simulator with other parts of the same shape."""

    clock: Clock
    ids: IdSource
    rng: Rng
    books: Books
    routes: Routes
    numbers: Numbers
    content: ContentEngine
    gate: Gate
    store: Store
    purse: Purse
    normaliser: Normaliser
    acts: Acts
    cuts: Cuts
    intake: LaneQueue[Submission]
    due: DueTimes
    steadiness: Steadiness
    watch: Watch = field(default_factory=Watch)  # what is to be seen of links
    reports: Inflow[Arrival] = field(default_factory=Inflow)
    segments: Inflow[tuple[Bringer, Inbound]] = field(default_factory=Inflow)
    joins: Joins = field(default_factory=Joins)  # messages from people that wait for segments
    board: Board = field(default_factory=Board)
    early: EarlyReceipts = field(default_factory=EarlyReceipts)
    outboxes: dict[str, Outbox] = field(default_factory=dict)
    tellers: list[Teller] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)  # of ours, stages of the gate among them
    verdicts: Counter[Outcome] = field(default_factory=Counter)  # of what was handed in, since the start
    ends: Counter[State] = field(default_factory=Counter)  # of what was on its way, since the start
    unwritten: int = 0  # changes that wait until something can be written; meanwhile the doors are closed
    held_up: HeldUp = HeldUp.FULL  # by what, the last time
    lots: Lots = field(default_factory=Lots)  # of consents
    announced: Announced = field(init=False)  # by whose word messages of announcements go
    held: Held = field(default_factory=Held)  # what people must decide
    reviewed: dict[int, Reviewed] = field(default_factory=dict)  # what they decided, of messages without an end
    leaving: set[int] = field(default_factory=set)  # being cancelled, or claimed at once: others leave them alone
    waiting: Outbox = field(default_factory=lambda: Outbox("due", Waiting()))

    def __post_init__(self) -> None:
        self.announced = Announced(self.books)

    def outbox_of(self, verdict: Verdict) -> Outbox:
        """Where a message with this verdict waits for its carrier; when its way is gone, to be judged anew."""
        route = self.books.routes.get(verdict.route or "")
        return self.waiting if route is None else self.outboxes.get(route.connector, self.waiting)


async def write_down(world: World, change: Change) -> Committed:
    """Commit `change`, however long nothing can be written. Raises `CommitFailedError` for what could never be."""
    try:
        return _kept(world, await world.store.commit(change))
    except StoreHeldUpError as error:
        world.held_up = error.why
    log.error("nothing-is-written", why=world.held_up.value)
    with _doors_closed(world):
        while True:
            await asyncio.sleep(WRITE_AGAIN_S)
            try:
                return _kept(world, await world.store.commit(change))
            except StoreHeldUpError as error:
                world.held_up = error.why


@contextmanager
def _doors_closed(world: World) -> Iterator[None]:
    world.unwritten += 1
    try:
        yield
    finally:
        world.unwritten -= 1


def _kept(world: World, committed: Committed) -> Committed:
    """Memory follows what was written."""
    for lot in committed.lots:
        world.lots.put(lot)
    return committed


def state_of(world: World, row: Row) -> State:
    """Where a message stands: on the board while it is on its way, else as stored."""
    live = world.board.lives.get(row.message.id)
    return live.state if live is not None else row.state


def offer(world: World, submission: Submission) -> bool:
    """A door hands in a submission; False when the intake is full or nothing can be written, and the caller must come back later."""
    if world.unwritten:
        return False
    account = world.books.accounts.get(submission.account)
    lane = min(LANE_OF[draft.category] for draft in submission.drafts)
    weight = account.weight if account else 1
    return world.intake.offer(lane, submission.account, submission, cost=len(submission.drafts), weight=weight)


def proof_is_looked_at(world: World) -> Callable[[int], bool]:
    """Whether the law of a number, today, wants the proof of consents reviewed."""
    library, seat, now = world.gate.library, world.books.operator.seat, world.clock.now_ms()
    return lambda number: library.reviews_consents(world.numbers.recipient(number), seat, now)


def to_outbox(world: World, live: Live) -> None:
    """A message that may leave waits on the board for its connector."""
    world.board.put(live)
    outbox = world.outbox_of(live.verdict)
    live.again |= outbox is world.waiting  # its way is gone: judged anew, it finds another or learns why there is none
    outbox.put(live)


def jobs_of(world: World, news: Sequence[News], inbound: Sequence[FromPerson], now: int) -> list[Job]:
    """What tellers want written with the commit of these news."""
    jobs: list[Job] = []
    world.faults.each("tell", world.tellers, lambda teller: jobs.extend(teller.jobs(news, inbound, now)))
    return jobs


def told(world: World, news: Sequence[News], inbound: Sequence[FromPerson]) -> None:
    """The commit is done: bring the news to those whom they concern."""
    world.faults.each("tell", world.tellers, lambda teller: teller.tell(news, inbound))


def to_reviewers(world: World, message: Message, verdict: Verdict) -> None:
    """A held message waits for people, no longer than it has use."""
    world.held.add(message, verdict, world.content.alike(message.text))
    world.due.add(message.id, message.expires_at)
