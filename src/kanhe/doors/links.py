"""The doors of the carrier protocols: one server for all families; what a family speaks is its `Dialect`.

A door holds sockets and nothing else of the wire: sessions (`protocols/`) turn bytes into events, a dialect turns a submission's
PDU into a draft, the journeys do the rest. Everything one read brings is one submission per lane; it is answered after its commit.
"""

import asyncio
import ipaddress
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Protocol

import structlog

from kanhe.domain.category import LANE_OF
from kanhe.domain.papers import Credential as Paper
from kanhe.domain.state import State
from kanhe.kit.clock import from_ms
from kanhe.kit.inflow import Inflow
from kanhe.kit.stream import Stream
from kanhe.kit.vault import Vault
from kanhe.ports.change import Change, Inbound, Job, Rank
from kanhe.ports.door import Answer, Draft, News, Refusal, Submission
from kanhe.protocols.link import (
    AccountLimits,
    Bound,
    Credential,
    Event,
    PeerFault,
    ReceiptTaken,
    TellInbound,
    TellReceipt,
)
from kanhe.protocols.link import Submission as Submitted
from kanhe.protocols.server import DoorSession, ServerEndpoint
from kanhe.protocols.states import CarrierState
from kanhe.world import World, offer

log = structlog.get_logger()

# Timers of sessions are in seconds; a tenth is fine enough and costs nothing.
TICK_S = 0.1
# Acknowledged receipts are written together: a crash repeats at most this many to customers.
TOLD_MAX = 1_024

# What a final state is called towards customers.
CARRIER_STATE: dict[State, CarrierState] = {
    State.DELIVERED: CarrierState.DELIVERED,
    State.UNDELIVERED: CarrierState.UNDELIVERABLE,
    State.EXPIRED: CarrierState.EXPIRED,
    State.CANCELLED: CarrierState.DELETED,
    State.REFUSED: CarrierState.REJECTED,
}


class Dialect(Protocol):
    """What a family of protocols says and how it refuses."""

    kind: str  # of credentials, and the first half of `Message.door`

    def endpoint(self, credentials: "CredentialBook") -> ServerEndpoint:
        """The endpoint with this family's sessions."""
        ...

    def draft(self, pdu: object, credential: Paper, world: World) -> Draft | Refusal | None:
        """The draft of a submission; None while other segments of it are still to come."""
        ...

    def status(self, answer: Answer) -> int:
        """The wire's number for a refusal."""
        ...

    @property
    def full(self) -> int:
        """The wire's number for "come back later"."""
        ...


class CredentialBook:
    """Who may log in at a door, asked at each login: papers change without dropping sessions."""

    def __init__(self, papers: Mapping[tuple[str, str], Paper], kind: str, vault: Vault) -> None:
        self._papers, self._kind, self._vault = papers, kind, vault

    def __call__(self, login: str) -> Credential | None:
        """The credential of `login`, its secret opened."""
        paper = self._papers.get((self._kind, login))
        if paper is None:
            return None
        secret = self._vault.open(paper.secret, f"{paper.kind}/{paper.name}")
        limits = AccountLimits(paper.window, paper.rate_per_s, paper.sessions_max)
        return Credential(paper.name, secret, limits)


class LinkDoor:
    """One listening port of one family; the origin of its submissions and the teller of their receipts."""

    def __init__(
        self, world: World, dialect: Dialect, vault: Vault, host: str, port: int, tick_s: float = TICK_S
    ) -> None:
        self._world, self._dialect = world, dialect
        self._host, self._port, self._tick_s = host, port, tick_s
        self._endpoint = dialect.endpoint(CredentialBook(world.books.credentials, dialect.kind, vault))
        self._streams: dict[object, Stream[DoorSession]] = {}
        self._told: Inflow[int] = Inflow()
        self._flushing = False
        self._server: asyncio.Server | None = None
        self._tasks: list[asyncio.Task[None]] = []

    # --- sockets ---

    async def start(self) -> int:
        """Listen; the port (another than asked when that was 0)."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connect, self._host, self._port, backlog=512)
        self._tasks = [loop.create_task(self._tick_loop()), loop.create_task(self._told_loop())]
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Part from everybody in good order, then close."""
        assert self._server is not None, "stop follows start"
        self._server.close()
        self._endpoint.stop(self._world.clock.monotonic())
        self._flush()
        for task in self._tasks:
            task.cancel()
        for stream in list(self._streams.values()):
            if stream.transport is not None:
                stream.transport.close()

    def abandon(self) -> None:
        """Cut every session, as the end of a process does."""
        assert self._server is not None, "abandoned after its start"
        self._server.close()
        for task in self._tasks:
            task.cancel()
        for stream in self._streams.values():
            if stream.transport is not None:
                stream.transport.abort()

    def _connect(self) -> Stream[DoorSession]:
        session = self._endpoint.open(self._world.clock.monotonic())
        stream = self._streams[session] = Stream(session, self._world.clock, self._hear)
        return stream

    def _flush_soon(self) -> None:
        """One write a session for all the submissions of a batch."""
        if not self._flushing:
            self._flushing = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        self._flushing = False
        for session in self._endpoint.ready():
            if (stream := self._streams.get(session)) is not None:
                stream.flush()

    async def _tick_loop(self) -> None:
        while True:
            await asyncio.sleep(self._tick_s)
            now = self._world.clock.monotonic()
            for stream in list(self._streams.values()):
                stream.tick()
                if stream.machine.closed and stream.transport is None:
                    self._streams.pop(stream.machine, None)
            self._endpoint.tick(now)
            self._flush()

    # --- what customers send ---

    def _hear(self, stream: Stream[DoorSession], events: Sequence[Event]) -> None:
        submissions = [event.handle for event in events if type(event) is Submitted]
        if submissions:
            self._take(stream, submissions)
        if len(submissions) != len(events):
            for event in events:
                self._note(stream, event)
        self._flush()

    def _note(self, stream: Stream[DoorSession], event: Event) -> None:
        match event:
            case Bound():
                self._admit(stream, event)
            case ReceiptTaken(ref=int(message)):
                self._told.put((message,))
            case PeerFault():
                log.warning("peer-fault", door=self._dialect.kind, fault=event.fault, status=event.status)
            case _:
                pass

    def _admit(self, stream: Stream[DoorSession], event: Bound) -> None:
        """A login from an address that its credential does not allow is ended at once."""
        paper = self._world.books.credentials[self._dialect.kind, event.account]
        allowed = not paper.networks or any(
            ipaddress.ip_address(stream.peer) in ipaddress.ip_network(network) for network in paper.networks
        )
        log.info("bound" if allowed else "address-not-allowed", door=self._dialect.kind, credential=event.account)
        if not allowed and stream.transport is not None:
            stream.transport.close()

    def _take(self, stream: Stream[DoorSession], pdus: Sequence[object]) -> None:
        """Everything one read brought: a submission per lane; what is no draft is refused at once."""
        session = stream.machine
        paper = self._world.books.credentials[self._dialect.kind, session.account]
        lanes: dict[int, list[Draft]] = {}
        for pdu in pdus:
            draft = self._dialect.draft(pdu, paper, self._world)
            if isinstance(draft, Refusal):
                session.refuse(pdu, self._dialect.status(Answer(None, None, None, refusal=draft)))
            elif draft is not None:
                lanes.setdefault(LANE_OF[draft.category], []).append(draft)
        door = f"{self._dialect.kind}/{paper.name}"
        for drafts in lanes.values():
            submission = Submission(self, paper.account, drafts, live=paper.live, door=door, handle=stream)
            if not offer(self._world, submission):
                for handle in chain.from_iterable(map(_handles, drafts)):
                    session.refuse(handle, self._dialect.full)

    # --- Origin ---

    def answer(self, submission: Submission, answers: Sequence[Answer]) -> None:
        """The commit is done: ids for what was taken, statuses for what was refused, in one write."""
        stream = submission.handle
        assert isinstance(stream, Stream), "this door's submissions carry their stream"
        session: DoorSession = stream.machine
        accepted: list[tuple[object, str]] = []
        for draft, given in zip(submission.drafts, answers, strict=True):
            message = given.message
            if message is not None and given.state is not State.REFUSED:
                identifier = str(message.id)
                accepted.extend((handle, identifier) for handle in _handles(draft))
            else:
                status = self._dialect.status(given)
                for handle in _handles(draft):
                    session.refuse(handle, status)
        session.accept_many(accepted)
        self._flush_soon()

    def render(self, submission: Submission, answers: Sequence[Answer]) -> bytes:
        """Protocol doors have no idempotency keys."""
        raise AssertionError("protocol doors have no idempotency keys")

    # --- Teller ---

    def jobs(self, news: Sequence[News], inbound: Sequence[Inbound], now: int) -> Sequence[Job]:
        """Receipts are owed until `told` is written: no job needed."""
        return ()

    def tell(self, news: Sequence[News], inbound: Sequence[Inbound]) -> None:
        """Receipts to the credential that submitted; inbound messages to the account's first credential here."""
        now = self._world.clock.monotonic()
        for item in news:
            kind, _, login = item.message.door.partition("/")
            if kind == self._dialect.kind:
                self._endpoint.deliver(login, self._receipt(item), now)
        for message in inbound:
            for paper in self._world.books.credentials.values():
                if paper.kind == self._dialect.kind and paper.account == message.account:
                    tell = TellInbound(None, str(message.number), message.to, message.text, from_ms(message.at))
                    self._endpoint.deliver(paper.name, tell, now)
                    break
        self._flush()

    def _receipt(self, item: News) -> TellReceipt:
        message = item.message
        return TellReceipt(
            message.id,
            str(message.id),
            CARRIER_STATE[item.state],
            str(message.recipient),
            self._world.books.shown(message),
            _minute_of(message.accepted_at // 60_000),
            _minute_of(item.at // 60_000),
            item.code[:3] or "000",
            message.text if message.text.isascii() else "",
        )

    async def _told_loop(self) -> None:
        while True:
            told = await self._told.take(TOLD_MAX)
            await self._world.store.commit(Change(Rank.REPORTS, self._world.clock.now_ms(), told=told))


@lru_cache(maxsize=4_096)
def _minute_of(minutes: int) -> datetime:
    """Receipts tell minutes: one object serves all of a minute."""
    return from_ms(minutes * 60_000)


def _handles(draft: Draft) -> list[object]:
    """The PDUs of a draft: several when it came in segments."""
    return draft.handle if isinstance(draft.handle, list) else [draft.handle]
