"""A connector: the sessions to one carrier, driven by sockets. What the family speaks is its `Dialect`."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, TypeAlias, cast

import structlog
from msgspec import structs

from kanhe.carriers.dialect import Dialect
from kanhe.dispatch.board import Live, Sendable
from kanhe.domain.category import LANE_OF
from kanhe.domain.papers import ConnectorPaper
from kanhe.kit.clock import Clock
from kanhe.kit.rng import Rng
from kanhe.kit.stream import Stream
from kanhe.ports.carrier import Reports
from kanhe.protocols.addresses import limit_of
from kanhe.protocols.events import (
    Connect,
    Deferred,
    Event,
    Inbound,
    InDoubt,
    Receipt,
    Rejected,
    Stopped,
    Submitted,
    Throttled,
)
from kanhe.protocols.link import ClientSession
from kanhe.protocols.server import DoorSession
from kanhe.protocols.smpp.matching import ONLY_EXACT, MatchMode, sent_keys
from kanhe.protocols.states import Action
from kanhe.protocols.text.joining import Part

log = structlog.get_logger()

# Timers of sessions are in seconds; a tenth is fine enough and costs nothing.
TICK_S = 0.1
# A carrier that does not accept a connection in this time is down for this try; the back-off says when the next one is.
CONNECT_S = 10.0

# ESME_RINVSRCADR; the Result of CMPP for a wrong Src_Id is the same number.
WRONG_SOURCE = 10

REPORTS: frozenset[type] = frozenset({Submitted, Rejected, Throttled, Deferred, InDoubt, Receipt})


class Rest(NamedTuple):
    """What is left of a message when the carrier has taken some of it: its answers count these, not all its segments."""

    live: Live
    segments: Sequence[int]


Response: TypeAlias = Submitted | Rejected | Throttled | Deferred | InDoubt


def _of_message(event: Response | Receipt) -> Response | Receipt:
    """Name the segment by its place in the whole message."""
    if isinstance(event, Receipt) or not isinstance(event.ref, Rest):
        return event
    return structs.replace(event, ref=event.ref.live, part=event.ref.segments[event.part])


class Arm:
    """One session as the journeys see it: where its receipts are acknowledged."""

    def __init__(
        self, connector: "Connector", keep: Callable[[Sequence[object]], None], flush: Callable[[], None]
    ) -> None:
        """`keep` answers handles of the session, `flush` writes the answers."""
        self._connector, self._keep, self._flush = connector, keep, flush
        self.name = connector.name

    def keys(self, message_id: str) -> tuple[str, ...]:
        """The keys of a response's id."""
        return self._connector.keys(message_id)

    def forms(self, receipt: object) -> tuple[tuple[str, ...], int]:
        """The forms of a receipt's id and its number."""
        assert isinstance(receipt, Receipt), "journeys ask about receipts"
        return self._connector.dialect.forms(receipt)

    def part(self, segment: Inbound) -> Part:
        """What a segment of a message from a person says."""
        return self._connector.dialect.part(segment)

    def acknowledge(self, handles: Sequence[object]) -> None:
        """Answer what is kept, in one write."""
        self._keep(handles)
        self._flush()


class Connector:
    """All sessions of one connector; `dispatch.outbox.Link` towards the outbox."""

    def __init__(
        self, paper: ConnectorPaper, dialect: Dialect, reports: Reports, clock: Clock, rng: Rng, tick_s: float = TICK_S
    ) -> None:
        self.name = paper.name
        self.dialect = dialect
        self.protocol = paper.protocol
        self._paper, self._reports, self._clock = paper, reports, clock
        self._tick_s = tick_s
        self._modes = tuple(MatchMode(mode) for mode in paper.receipt_id_match)
        self._ways = dialect.ways
        self._endpoint = dialect.endpoint(rng)
        self._streams: dict[object, Stream[ClientSession]] = {}
        self._arms: dict[object, Arm] = {}
        self._room = asyncio.Event()
        self._parted = False  # another takes its place
        self._tasks: set[asyncio.Task[None]] = set()
        self.stopped: str | None = None  # why a person must look
        self.unreachable = ""  # why there was no connection, the last time

    @property
    def bound(self) -> int:
        """How many sessions may carry submissions now; where they open for work, an idle connector counts as one."""
        return sum(session.bound for session in self._endpoint.sessions) or int(self._idle)

    @property
    def _idle(self) -> bool:
        """Without sessions and without work, where that is no fault."""
        return self._ways.for_work and not self._endpoint.sessions and not self._endpoint.waiting

    def keys(self, message_id: str) -> tuple[str, ...]:
        """Under which keys the id of a response is kept (ConnectorPaper.receipt_id_match)."""
        return (message_id,) if self._modes == ONLY_EXACT else sent_keys(message_id, self._modes)

    def packets(self, specimen: Sendable, segments: int) -> Sequence[bytes]:
        """What the segments of a message are on the wire, written as now; to be read by people."""
        if limit_of(specimen.source, self.protocol) is not None:
            return ()
        return [self.dialect.octets(pdu) for pdu in self.dialect.pdus(specimen, range(segments))]

    # --- dispatch.outbox.Link ---

    async def wait_for_room(self) -> int:
        """The room, once there is some, or none because it is stopped."""
        while (room := self.room()) <= 0 and not self._parted:
            self._room.clear()
            await self._room.wait()
        return room

    def room(self) -> int:
        """Segments the windows take now, less what the endpoint still holds back for its rate; none once it is stopped."""
        if self._parted:
            return 0
        if self._idle:
            return self._paper.window
        return sum(session.room() for session in self._endpoint.sessions) - self._endpoint.waiting

    def submit(self, lives: Sequence[Live]) -> None:
        """Write these messages, each on one session, in order."""
        now = self._clock.monotonic()
        lanes: dict[int, list[tuple[object, Sequence[object]]]] = {}
        for live in lives:
            sending = live.to_send()
            ref = live if len(sending) == live.segments else Rest(live, sending)
            if limit_of(live.source, self.protocol) is not None:
                self._cannot_say(live, sending)
                continue
            lanes.setdefault(LANE_OF[live.verdict.category], []).append((ref, self.dialect.pdus(live, sending)))
        for lane, messages in lanes.items():
            self._endpoint.submit_many(messages, now, lane)
        self._flush()

    def _cannot_say(self, live: Live, sending: Sequence[int]) -> None:
        """A sender that is no address on this wire is refused, as the carrier would: papers have changed since it was accepted."""
        log.error("sender-is-no-address", connector=self.name, message=live.message.id)
        refused = [Rejected(live, WRONG_SOURCE, Action.PERMANENT, segment) for segment in sending]
        self._reports.report(Arm(self, lambda handles: None, lambda: None), refused)

    # --- sockets ---

    def start(self) -> "asyncio.Task[None]":
        """Connect, and keep connected; the loop of its timers, to be watched."""
        ticking = asyncio.get_running_loop().create_task(self._tick_loop())
        self._tasks.add(ticking)
        if self._ways.listening is not None:
            self._spawn(self._listen(self._ways.listening.start(self._clock, self._hear_listening)))
        if self._ways.called is not None:
            self._spawn(self._listen(self._ways.called.start(self._take_call)))
        self._act(self._endpoint.start(self._clock.monotonic()))
        return ticking

    async def stop(self) -> None:
        """Part from the carrier in good order."""
        self._parted = True
        self._room.set()
        self._act(self._endpoint.stop(self._clock.monotonic()))
        self._flush()
        if self._ways.listening is not None:
            self._ways.listening.close(self._clock.monotonic())
        if self._ways.called is not None:
            self._ways.called.close()
        await asyncio.sleep(0)
        for task in list(self._tasks):
            task.cancel()
        for stream in list(self._streams.values()):
            if stream.transport is not None:
                stream.transport.close()

    def abandon(self) -> None:
        """Cut every session, as the end of a process does."""
        if self._ways.listening is not None:
            self._ways.listening.abandon()
        if self._ways.called is not None:
            self._ways.called.close()
        for task in list(self._tasks):
            task.cancel()
        for stream in self._streams.values():
            if stream.transport is not None:
                stream.transport.abort()

    def _spawn(self, work: "asyncio._CoroutineLike[None]") -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _listen(self, started: Awaitable[None]) -> None:
        try:
            await started
        except OSError as error:
            self.stopped = "listener"
            log.error("connector-cannot-listen", connector=self.name, error=error.strerror)

    def _hear_listening(self, stream: Stream[DoorSession], events: Sequence[Event]) -> None:
        """What the carrier says on a connection of its own."""

        def keep(handles: Sequence[object]) -> None:
            stream.machine.accept_many([(handle, "") for handle in handles])

        self._take(Arm(self, keep, stream.flush), events)

    def _take_call(self) -> Stream[ClientSession] | None:
        """The carrier has opened a link; None where there is no place for it."""
        slot = self._endpoint.free_slot()
        return None if slot is None else self._open(slot)

    def _open(self, slot: int) -> Stream[ClientSession]:
        session = self._endpoint.opened(slot, self._clock.monotonic())
        stream = self._streams[session] = Stream(session, self._clock, self._hear)
        self._arms[session] = Arm(self, session.accept_many, stream.flush)
        return stream

    async def _connect(self, slot: int) -> None:
        paper, ways = self._paper, self._ways
        name = (ways.tls_name or paper.host) if ways.tls else None
        try:
            connecting = asyncio.get_running_loop().create_connection(
                lambda: self._open(slot), paper.host, paper.port, ssl=ways.tls, server_hostname=name
            )
            await asyncio.wait_for(connecting, CONNECT_S)
            self.unreachable = ""
        except (OSError, TimeoutError, UnicodeError) as error:
            self.unreachable = _why(error)
            log.warning("carrier-unreachable", connector=self.name, slot=slot, why=self.unreachable)
            self._endpoint.failed(slot, self._clock.monotonic())

    async def _tick_loop(self) -> None:
        while True:
            await asyncio.sleep(self._tick_s)
            now = self._clock.monotonic()
            for session, stream in list(self._streams.items()):
                stream.tick()
                if stream.machine.closed and stream.transport is None:
                    del self._streams[session]
                    self._arms.pop(session, None)
            if self._ways.listening is not None:
                self._ways.listening.tick(now)
            self._act(self._endpoint.tick(now))
            self._flush()
            self._tell_room()

    def _flush(self) -> None:
        for session in self._endpoint.ready():
            if (stream := self._streams.get(session)) is not None:
                stream.flush()

    def _tell_room(self) -> None:
        if not self._room.is_set() and self.room() > 0:
            self._room.set()

    # --- what the carrier says ---

    def _hear(self, stream: Stream[ClientSession], events: Sequence[Event]) -> None:
        self._take(self._arms[stream.machine], events)
        self._flush()
        self._tell_room()

    def _take(self, arm: Arm, events: Sequence[Event]) -> None:
        kinds = set(map(type, events))
        if not kinds.isdisjoint(REPORTS):
            reports = cast("list[Response | Receipt]", [event for event in events if type(event) in REPORTS])
            self._reports.report(arm, list(map(_of_message, reports)))
        if Throttled in kinds:
            self._endpoint.throttled(self._clock.monotonic())
        if not kinds <= REPORTS:
            inbound = [event for event in events if isinstance(event, Inbound)]
            if inbound:
                self._reports.inbound(arm, inbound)
            self._act(events)

    def _act(self, events: Sequence[Event]) -> None:
        self._reports.note(self.name, events)
        for event in events:
            match event:
                case Connect():
                    self._spawn(self._connect(event.slot))
                case Stopped():
                    self.stopped = event.reason
                case _:
                    pass


def _why(error: Exception) -> str:
    """Why a carrier could not be connected to, in few words."""
    match error:
        case ssl.SSLCertVerificationError():
            return f"its certificate is refused: {error.verify_message}"
        case TimeoutError():
            return f"no answer within {CONNECT_S:.0f} s"
        case UnicodeError():
            return "its host can be no name"
        case _:
            return getattr(error, "strerror", None) or str(error)
