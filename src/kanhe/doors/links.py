"""The doors of the carrier protocols: one server for all families; what a family speaks is its `Dialect`.

A door holds sockets and nothing else of the wire: sessions (`protocols/`) turn bytes into events, `submissions.py` takes what is
submitted through the intake and answers it, `customers.py` answers what else is asked, and receipts find the session of their customer.
"""

import asyncio
import ssl
from collections.abc import Sequence
from typing import NamedTuple

from kanhe.dispatch.watch import DOOR, Seen
from kanhe.doors.calling import Caller, Calling
from kanhe.doors.credentials import CredentialBook
from kanhe.doors.customers import Customer, Questions
from kanhe.doors.dialect import Dialect
from kanhe.doors.submissions import STRUCK_OUT, Submissions, refused
from kanhe.doors.telling import receipts_of
from kanhe.kit.clock import from_ms
from kanhe.kit.inflow import Inflow
from kanhe.kit.stream import Stream
from kanhe.kit.vault import Vault
from kanhe.ports.change import Change, Inbound, Job, Rank
from kanhe.ports.door import News
from kanhe.ports.reports import Reports
from kanhe.protocols.events import Event, ReceiptTaken
from kanhe.protocols.events import Request as Asked
from kanhe.protocols.events import Submission as Submitted
from kanhe.protocols.link import TellInbound, TellReceipt
from kanhe.protocols.server import Barred, DoorSession
from kanhe.world import World, write_down

# Timers of sessions are in seconds; a tenth is fine enough and costs nothing.
TICK_S = 0.1
# Acknowledged receipts are written together: a crash repeats at most this many to customers.
TOLD_MAX = 1_024

# Sessions of a whole door: each costs a socket and some kilobytes. Connections that have not logged in come on top, for as long as
# the login timer lets them: a flood of strangers ends here and not at the limit of open files.
SESSIONS_MAX = 1_000
STRANGERS_MAX = 256


class Listen(NamedTuple):
    """Where a door listens: plainly, or under TLS."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None


class LinkDoor:
    """The ports of one family, and the teller of the receipts for what came in there."""

    def __init__(
        self,
        world: World,
        dialect: Dialect,
        vault: Vault,
        listens: Sequence[Listen],
        reports: Reports,
        tick_s: float = TICK_S,
        sessions_max: int = SESSIONS_MAX,
    ) -> None:
        self._world, self._dialect, self._reports = world, dialect, reports
        self._mine = f"{dialect.kind}/"  # how `Message.door` begins for what came in here
        self._listens, self._tick_s, self._sessions_max = listens, tick_s, sessions_max
        self._credentials = CredentialBook(world.books.credentials, dialect.kind, vault)
        self._endpoint = dialect.endpoint(self._credentials, self._note)
        self._endpoint.bars = self._bars
        self._caller = Caller(world.clock, self._place_of, self._open)
        if dialect.calling is not None:
            self._endpoint.missing = self._caller.call
        self._submissions = Submissions(world, dialect, self._endpoint, self._flush_soon)
        self._questions = Questions(dialect.reply, dialect.full)
        self._streams: dict[DoorSession, Stream[DoorSession]] = {}
        self._told: Inflow[int] = Inflow()
        self._flushing = False
        self._servers: list[asyncio.Server] = []
        self._tasks: list[asyncio.Task[None]] = []

    # --- sockets ---

    async def start(self) -> int:
        """Listen; the first port (another than asked when that was 0)."""
        loop = asyncio.get_running_loop()
        for host, port, tls in self._listens:
            self._servers.append(await loop.create_server(self._connect, host, port, ssl=tls, backlog=512))
        self._tasks = [loop.create_task(self._tick_loop()), loop.create_task(self._told_loop())]
        return self.ports[0]

    @property
    def loops(self) -> Sequence[asyncio.Task[None]]:
        """What must not end while the door is open."""
        return self._tasks

    @property
    def ports(self) -> list[int]:
        """All ports, in the order asked."""
        return [int(server.sockets[0].getsockname()[1]) for server in self._servers]

    async def stop(self) -> None:
        """Part from everybody in good order, then close."""
        self._close()
        self._questions.stop()
        self._caller.stop()
        self._endpoint.stop(self._world.clock.monotonic())
        self._flush()
        for task in self._tasks:
            task.cancel()
        for stream in list(self._streams.values()):
            if stream.transport is not None:
                stream.transport.close()

    def abandon(self) -> None:
        """Cut every session, as the end of a process does."""
        self._close()
        self._caller.stop()
        for task in self._tasks:
            task.cancel()
        for stream in self._streams.values():
            if stream.transport is not None:
                stream.transport.abort()

    def _close(self) -> None:
        for server in self._servers:
            server.close()

    def _place_of(self, name: str) -> Calling | None:
        """Where a customer is called, as its papers are now."""
        login, paper, calling = self._credentials(name), self._credentials.paper(name), self._dialect.calling
        return calling(paper, login) if login and paper and calling else None

    def _open(self, calling: Calling) -> Stream[DoorSession]:
        """A link that we open: its customer logs in on it as on any other."""
        stream = self._connect()
        calling.greet(stream.machine)
        return stream

    def _connect(self) -> Stream[DoorSession]:
        now = self._world.clock.monotonic()
        session = self._endpoint.open(now)
        stream = self._streams[session] = Stream(session, self._world.clock, self._hear)
        if len(self._streams) > self._sessions_max + STRANGERS_MAX:
            session.stop(now)
            self._world.watch.see(Seen(DOOR, self._dialect.kind, "connection-refused", Barred.FULL), now)
        return stream

    def _bars(self, session: DoorSession, login: str) -> Barred | None:
        """Why a login that is right may not come in here."""
        if self._credentials.admitted(login, self._streams[session].peer) is None:
            return Barred.NETWORK
        inside = sum(1 for each in self._streams if each.account and not each.closed)
        return Barred.FULL if inside >= self._sessions_max else None

    def renew(self) -> None:
        """Papers have changed: limits reach who is logged in, and who may not be here any more is parted from."""
        now = self._world.clock.monotonic()
        self._endpoint.renew(now)
        for session, stream in list(self._streams.items()):
            if (
                session.account
                and not session.closed
                and self._credentials.admitted(session.account, stream.peer) is None
            ):
                self._world.watch.see(Seen(DOOR, self._dialect.kind, "parted-from", "papers"), now)
                self._hear(stream, session.stop(now))

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
            self._submissions.give_up(now)
            self._endpoint.tick(now)
            self._flush()

    # --- what customers send ---

    def _hear(self, stream: Stream[DoorSession], events: Sequence[Event]) -> None:
        submissions = [event.handle for event in events if type(event) is Submitted]
        if submissions:
            paper = self._credentials.admitted(stream.machine.account, stream.peer)
            self._submissions.take(stream, submissions, paper)
        if len(submissions) != len(events):
            for asked in [event.handle for event in events if type(event) is Asked]:
                self._ask(stream, asked)
            self._note(events)
        self._flush()

    def _note(self, events: Sequence[Event]) -> None:
        """What was taken is told; what else is to be seen is counted and said."""
        if told := [event.ref for event in events if type(event) is ReceiptTaken and isinstance(event.ref, int)]:
            self._told.put(told)
        self._world.watch.note(DOOR, self._dialect.kind, events, self._world.clock.monotonic())

    def _ask(self, stream: Stream[DoorSession], asked: object) -> None:
        """Anything but a submission: what became of a message, take one back."""
        session = stream.machine
        paper = self._credentials.admitted(session.account, stream.peer)
        if paper is None:
            session.refuse(asked, self._dialect.status(refused(STRUCK_OUT)))
        else:
            self._questions.put(session, asked, Customer(self._world, paper, self._reports), stream.flush)

    # --- Teller ---

    def jobs(self, news: Sequence[News], inbound: Sequence[Inbound], now: int) -> Sequence[Job]:
        """Receipts are owed until `told` is written: no job needed."""
        return ()

    def tell(self, news: Sequence[News], inbound: Sequence[Inbound]) -> None:
        """Receipts to the credential that submitted; inbound messages to the account's first credential here."""
        now = self._world.clock.monotonic()
        by_door: dict[str, list[TellReceipt]] = {}
        for item in news:
            if item.message.door.startswith(self._mine):
                names = self._dialect.names(item.message.id, item.message.ref)
                receipts = receipts_of(item, names, self._world.books.shown(item.message))
                by_door.setdefault(item.message.door, []).extend(receipts)
        for door, receipts in by_door.items():
            self._endpoint.deliver_many(door.removeprefix(self._mine), receipts, now)
        for message in inbound:
            for paper in self._world.books.credentials.values():
                if paper.kind == self._dialect.kind and paper.account == message.account:
                    tell = TellInbound(None, str(message.number), message.to, message.text, from_ms(message.at))
                    self._endpoint.deliver(paper.name, tell, now)
                    break
        self._flush()

    async def _told_loop(self) -> None:
        while True:
            told = await self._told.take(TOLD_MAX)
            await write_down(self._world, Change(Rank.REPORTS, self._world.clock.now_ms(), told=told))
