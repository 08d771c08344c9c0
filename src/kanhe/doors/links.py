"""The doors of the carrier protocols: one server for all families; what a family speaks is its `Dialect`.

A door holds sockets and nothing else of the wire: sessions (`protocols/`) turn bytes into events, a dialect turns a submission's
PDU into a draft, the journeys do the rest. Everything one read brings is one submission per lane; it is answered after its commit.
"""

import asyncio
import ssl
from collections.abc import Sequence
from typing import NamedTuple

from msgspec import structs

from kanhe.dispatch.watch import DOOR, Seen
from kanhe.domain.category import LANE_OF
from kanhe.domain.message import Message
from kanhe.domain.papers import Credential as Paper
from kanhe.domain.state import State
from kanhe.doors.bundles import Bundle, Request, Segments
from kanhe.doors.calling import Caller, Calling
from kanhe.doors.credentials import CredentialBook
from kanhe.doors.customers import Customer, Questions
from kanhe.doors.dialect import Dialect
from kanhe.doors.repeats import Repeats
from kanhe.doors.telling import receipts_of, receipts_of_refused
from kanhe.kit.clock import from_ms
from kanhe.kit.inflow import Inflow
from kanhe.kit.stream import Stream
from kanhe.kit.vault import Vault
from kanhe.ports.change import Change, Inbound, Job, Rank
from kanhe.ports.door import Answer, Draft, News, Refusal, Submission
from kanhe.ports.reports import Reports
from kanhe.protocols.events import Event, ReceiptTaken
from kanhe.protocols.events import Request as Asked
from kanhe.protocols.events import Submission as Submitted
from kanhe.protocols.link import TellInbound, TellReceipt
from kanhe.protocols.server import Barred, DoorSession
from kanhe.protocols.text.alphabets import Alphabet, decode
from kanhe.world import World, offer, write_down

# Timers of sessions are in seconds; a tenth is fine enough and costs nothing.
TICK_S = 0.1
# Acknowledged receipts are written together: a crash repeats at most this many to customers.
TOLD_MAX = 1_024

# Sessions of a whole door: each costs a socket and some kilobytes. Connections that have not logged in come on top, for as long as
# the login timer lets them: a flood of strangers ends here and not at the limit of open files.
SESSIONS_MAX = 1_000
STRANGERS_MAX = 256

INCOMPLETE = Refusal("text.incomplete", "not all segments of the message have come")
BINARY = Refusal("text.binary", "what is no text cannot be judged")
STRUCK_OUT = Refusal("credential.struck-out", "the credential is no longer in force")


class Listen(NamedTuple):
    """Where a door listens: plainly, or under TLS."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None


class LinkDoor:
    """The ports of one family; the origin of its submissions and the teller of their receipts."""

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
        self._segments = Segments()
        self._repeats = Repeats()
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
            for bundle in self._segments.overdue(now):
                self._refuse(bundle.requests, _refused(INCOMPLETE))
            self._endpoint.tick(now)
            self._flush()

    # --- what customers send ---

    def _hear(self, stream: Stream[DoorSession], events: Sequence[Event]) -> None:
        submissions = [event.handle for event in events if type(event) is Submitted]
        if submissions:
            self._take(stream, submissions)
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
            session.refuse(asked, self._dialect.status(_refused(STRUCK_OUT)))
        else:
            self._questions.put(session, asked, Customer(self._world, paper, self._reports), stream.flush)

    def _take(self, stream: Stream[DoorSession], pdus: Sequence[object]) -> None:
        """Everything one read brought: a submission per lane; what is no draft is refused at once."""
        session = stream.machine
        paper = self._credentials.admitted(session.account, stream.peer)
        lanes: dict[int, list[Draft]] = {}
        for pdu in pdus:
            drafts = self._drafts(session, pdu, paper) if paper is not None else STRUCK_OUT
            if isinstance(drafts, Refusal):
                session.refuse(pdu, self._dialect.status(_refused(drafts)))
            elif drafts:
                lanes.setdefault(LANE_OF[drafts[0].category], []).extend(drafts)
        if paper is None:
            return
        door = self._mine + paper.name
        for ready in lanes.values():
            submission = Submission(self, paper.account, ready, live=paper.live, door=door, handle=stream)
            if not offer(self._world, submission):
                self._turn_away(session, ready)

    def _turn_away(self, session: DoorSession, drafts: Sequence[Draft]) -> None:
        """The intake is full: come back later."""
        for handle in dict.fromkeys(draft.handle for draft in drafts):
            requests = handle.requests if isinstance(handle, Bundle) else [Request(session, handle)]
            if isinstance(handle, Bundle):
                self._repeats.settled(handle, None)
            for each in requests:
                each.session.refuse(each.pdu, self._dialect.full)

    def _drafts(self, session: DoorSession, pdu: object, paper: Paper) -> Sequence[Draft] | Refusal:
        """One draft a number; none while other segments of the message are still to come."""
        said = self._dialect.read(pdu, paper, self._world)
        if isinstance(said, Refusal):
            return said
        part, numbers, draft = said.part, said.numbers, said.draft
        if part.alphabet is Alphabet.OCTETS:
            return BINARY
        window = self._window_of(paper) if said.reference is not None else 0
        if part.concat is None and len(numbers) == 1 and not window:
            draft.text, draft.handle = decode(part.octets, part.alphabet, part.shift), pdu
            return (draft,)
        named = Request(session, pdu, draft.ref)
        whole = self._segments.add(paper.name, numbers, part, named, self._world.clock.monotonic())
        if whole is None:
            return ()
        text, bundle = whole
        if window:
            now, what = self._world.clock.monotonic(), (paper.account, said.reference, numbers, text)
            if self._repeats.join(what, bundle, window, now):
                return ()
        return [
            structs.replace(
                draft, to=number, text=text, handle=bundle, ref=self._dialect.ref(place, len(numbers), bundle.ref)
            )
            for place, number in enumerate(numbers)
        ]

    def _window_of(self, paper: Paper) -> int:
        """For how long an account's repeats are known again, seconds."""
        account = self._world.books.accounts.get(paper.account)
        return account.repeat_window_s if account is not None else 0

    def _refuse(self, requests: Sequence[Request], given: Answer) -> None:
        status = self._dialect.status(given)
        for session, pdu, _ in requests:
            session.refuse(pdu, status)

    # --- Origin ---

    def answer(self, submission: Submission, answers: Sequence[Answer]) -> None:
        """The commit is done: ids for what was taken, statuses for what was refused, in one write."""
        stream = submission.handle
        assert isinstance(stream, Stream), "this door's submissions carry their stream"
        session: DoorSession = stream.machine
        accepted: list[tuple[object, str]] = []
        names = self._dialect.names
        bundles: dict[Bundle, list[tuple[Draft, Answer]]] = {}
        for draft, given in zip(submission.drafts, answers, strict=True):
            handle = draft.handle
            if isinstance(handle, Bundle):
                bundles.setdefault(handle, []).append((draft, given))
            elif (message := _taken(given)) is not None:
                accepted.append((handle, names(message.id, message.ref)[0]))
            else:
                session.refuse(handle, self._dialect.status(given))
        session.accept_many(accepted)
        for bundle, members in bundles.items():
            self._answer_together(bundle, members, submission)
        self._flush_soon()

    def _answer_together(self, bundle: Bundle, members: Sequence[tuple[Draft, Answer]], submission: Submission) -> None:
        """Taken when any number was, under the id of the first: ids of one submission follow each other (intake)."""
        messages = [_taken(given) for _, given in members]
        first = next((message.id - i for i, message in enumerate(messages) if message is not None), None)
        if first is None:
            self._repeats.settled(bundle, None)
            self._refuse(bundle.requests, members[0][1])
            return
        name = self._dialect.names(first, bundle.ref)[0]
        self._repeats.settled(bundle, name)
        refused = {i: given for i, (_, given) in enumerate(members) if messages[i] is None}
        if refused and (partly := self._dialect.partly) is not None:
            for session, pdu, _ in bundle.requests:
                session.reply(pdu, partly(pdu, name, refused))
            return
        for session, pdu, _ in bundle.requests:
            session.accept(pdu, name)
        for i, (draft, _) in enumerate(members):
            if messages[i] is None and draft.receipt_wanted:
                self._tell_refused(first + i, draft, submission)

    def _tell_refused(self, identifier: int, draft: Draft, submission: Submission) -> None:
        """A number that was refused while others of its submission were taken: its receipt says so."""
        sender = self._world.books.senders.get((submission.account, draft.sender))
        names = self._dialect.names(identifier, draft.ref)
        now = self._world.clock.now_ms()
        receipts = receipts_of_refused(draft, names, sender.id.value if sender else draft.sender, now)
        login = submission.door.removeprefix(self._mine)
        self._endpoint.deliver_many(login, receipts, self._world.clock.monotonic())

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


def _taken(given: Answer) -> Message | None:
    """The message, when it was taken."""
    return None if given.state is State.REFUSED else given.message


def _refused(refusal: Refusal) -> Answer:
    """A refusal before the gate, as an answer."""
    return Answer(None, None, None, refusal=refusal)
