"""One simulated carrier for all families, over real sockets: it takes what comes, answers, sends receipts, and misbehaves on request.

It holds what arrived in `handsets`, `log` and `counters`. Everything one read brings is answered in one write; whatever is due later
stands in one timer wheel.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from kanhe.kit.clock import Clock, from_ms
from kanhe.kit.rng import Rng
from kanhe.kit.stream import Stream
from kanhe.protocols.events import Bound, Event, PeerFault, ReceiptInDoubt, ReceiptTaken, SessionLost, Submission
from kanhe.protocols.exchange.local import beijing
from kanhe.protocols.link import Tell, TellInbound, TellReceipt
from kanhe.protocols.server import DoorSession
from kanhe.sim.behaviour import Behaviour, changed
from kanhe.sim.desk import Desk, Owed, Reply, Visit
from kanhe.sim.endpoint import CarrierEndpoint, Guests
from kanhe.sim.families import FAMILIES
from kanhe.sim.handsets import Arrival, Counters, Handsets
from kanhe.sim.reporter import Reporter
from kanhe.sim.wheel import Wheel

# Timers of sessions are in seconds; a tenth is fine enough and costs nothing.
TICK_S = 0.1

# Anybody with this password.
ANYBODY: Mapping[str, str] = {"*": "secret"}

# Where an SP of SGIP listens by custom.
SP_LISTENER = ("127.0.0.1", 8801)

# Which counter an event moves.
COUNTED: Mapping[type, str] = {
    Bound: "binds",
    ReceiptTaken: "deliveries_answered",
    ReceiptInDoubt: "deliveries_in_doubt",
    PeerFault: "faults",
    SessionLost: "sessions_lost",
}


class SimulatedCarrier:
    """A carrier on one port."""

    def __init__(
        self,
        family: str,
        behaviour: Behaviour,
        clock: Clock,
        rng: Rng,
        host: str = "127.0.0.1",
        port: int = 0,
        accounts: Mapping[str, str] = ANYBODY,
        *,
        keep: bool = True,
        tick_s: float = TICK_S,
        listener: tuple[str, int] = SP_LISTENER,
    ) -> None:
        """`accounts`: login to secret, `*` for anybody. `keep` off: tags are counted, texts forgotten (benches).

        `listener`: where an SMG reports to its SPs (SGIP).
        """
        self.counters = Counters()
        self._dialect = FAMILIES[family]
        self._clock, self._rng = clock, rng
        self._host, self._port, self._tick_s = host, port, tick_s
        self._handsets = Handsets(self.counters, keep)
        self._guests = Guests(accounts, behaviour.window)
        sessions = self._dialect.sessions(beijing(clock), behaviour.receipt_window)
        self._endpoint = CarrierEndpoint(self._guests, sessions)
        self._reporter = Reporter(listener, self._guests, clock, rng, self._count) if family == "sgip" else None
        self._streams: dict[object, Stream[DoorSession]] = {}
        self._wheel: Wheel[Reply | Owed] = Wheel()
        self._alarm: asyncio.TimerHandle | None = None
        self._alarm_at = 0.0
        # Ids go on rising over a restart: no carrier gives one twice.
        self._desk = Desk(self._dialect, self.counters, self._handsets, clock.now_ms() * 1_000)
        self._server: asyncio.Server | None = None
        self._ticking: asyncio.Task[None] | None = None
        self._behave(behaviour)

    # --- what tests, benches and the demo ask ---

    @property
    def handsets(self) -> Mapping[str, list[str]]:
        """The texts each number received, in order, as far as the log goes back."""
        return self._handsets.texts

    def log(self) -> list[Arrival]:
        """The last texts that arrived, whole."""
        return list(self._handsets.log)

    def set(self, **changes: object) -> Behaviour:
        """Behave differently from now on; BehaviourError when a setting or a value is unknown."""
        self._behave(changed(self.behaviour, changes))
        return self.behaviour

    def _behave(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self._desk.behave(behaviour, self._rng, self._clock.monotonic())
        self._guests.window = behaviour.window

    def inject(self, from_number: str, to: str, text: str) -> bool:
        """A handset writes to `to`: to the account that last sent from it, else to the first; False when nobody ever came."""
        account = self._desk.account_of(to) or self._endpoint.somebody()
        if not account:
            return False
        self.say(account, TellInbound(None, from_number, to, text, from_ms(self._clock.now_ms())))
        return True

    def say(self, account: str, tell: Tell) -> None:
        """Tell a customer anything at all, true or not."""
        self._tell(account, [tell])
        self._flush()

    # --- sockets ---

    async def start(self) -> int:
        """Listen; the port (another than asked when that was 0)."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connect, self._host, self._port, backlog=512)
        self._ticking = loop.create_task(self._tick_loop())
        self._port = int(self._server.sockets[0].getsockname()[1])
        return self._port

    async def stop(self) -> None:
        """Part from everybody in good order, then close."""
        assert self._server is not None, "stop follows start"
        assert self._ticking is not None
        self._server.close()
        self._endpoint.stop(self._clock.monotonic())
        self._flush()
        self._ticking.cancel()
        if self._alarm is not None:
            self._alarm.cancel()
        if self._reporter is not None:
            await self._reporter.stop()
        self.drop_all()
        await asyncio.sleep(0)

    def drop_all(self) -> None:
        """Cut every connection, as when the line fails; listening goes on."""
        for stream in list(self._streams.values()):
            if stream.transport is not None:
                stream.transport.close()

    def _connect(self) -> Stream[DoorSession]:
        session = self._endpoint.open(self._clock.monotonic())
        stream = self._streams[session] = Stream(session, self._clock, self._hear)
        return stream

    def _flush(self) -> None:
        for session in self._endpoint.ready():
            if (stream := self._streams.get(session)) is not None:
                stream.flush()

    async def _tick_loop(self) -> None:
        while True:
            await asyncio.sleep(self._tick_s)
            for stream in list(self._streams.values()):
                stream.tick()
                if stream.machine.closed and stream.transport is None:
                    self._streams.pop(stream.machine, None)
            self._endpoint.tick(self._clock.monotonic())
            self._flush()

    # --- what customers send ---

    def _hear(self, stream: Stream[DoorSession], events: Sequence[Event]) -> None:
        pdus = [event.handle for event in events if type(event) is Submission]
        if pdus:
            self._take(stream, pdus)
        if len(pdus) != len(events):
            self._count(events)
        self._flush()
        if self.behaviour.read_pause_s:
            self._pause(stream)

    def _count(self, events: Sequence[Event]) -> None:
        for kind, times in Counter(map(type, events)).items():
            if (name := COUNTED.get(kind)) is not None:
                self.counters.add(name, times)

    def _pause(self, stream: Stream[DoorSession]) -> None:
        stream.pause_writing()
        asyncio.get_running_loop().call_later(self.behaviour.read_pause_s, stream.resume_writing)

    def _take(self, stream: Stream[DoorSession], pdus: Sequence[object]) -> None:
        """Everything one read brought: early receipts, then all answers, then what follows them."""
        at_ms, session = self._clock.now_ms(), stream.machine
        visit = Visit(session, session.account, self._clock.monotonic(), at_ms, from_ms(at_ms))
        cut = self._desk.take(visit, pdus)
        self._tell(visit.account, visit.early)
        session.accept_many(visit.answers)
        for pdu in visit.strays:
            self._dialect.stray(session, pdu)
        self._tell(visit.account, visit.at_once)
        for wait, items in visit.later.items():
            self._wheel.add(visit.now + wait, items)
        self._arm()
        if cut and stream.transport is not None:
            stream.flush()
            stream.transport.close()

    # --- what is due ---

    def _arm(self) -> None:
        """One timer for the whole wheel, set to what is due first."""
        at = self._wheel.next_at()
        if at is None or (self._alarm is not None and self._alarm_at <= at):
            return
        if self._alarm is not None:
            self._alarm.cancel()
        wait = max(at - self._clock.monotonic(), 0.0)
        self._alarm, self._alarm_at = asyncio.get_running_loop().call_later(wait, self._turn), at

    def _turn(self) -> None:
        """Send what is due: answers by session, receipts by account."""
        self._alarm = None
        answers: defaultdict[DoorSession, list[tuple[object, str]]] = defaultdict(list)
        tells: defaultdict[str, list[Tell]] = defaultdict(list)
        for item in self._wheel.due(self._clock.monotonic()):
            if isinstance(item, Reply):
                answers[item.session].append((item.pdu, item.message_id))
            else:
                tells[item.account].append(item.tell)
        for session, pairs in answers.items():
            session.accept_many(pairs)
        for account, due in tells.items():
            self._tell(account, due)
        self._flush()
        self._arm()

    def _tell(self, account: str, tells: list[Tell]) -> None:
        if not tells:
            return
        if self.behaviour.shuffle:
            self._shuffle(tells)
        receipts = sum(type(tell) is TellReceipt for tell in tells)
        self.counters.receipts_sent += receipts
        self.counters.inbound_sent += len(tells) - receipts
        outlet = self._reporter or self._endpoint
        self.counters.receipts_lost += outlet.hand_over(account, tells, self._clock.monotonic())

    def _shuffle(self, items: list[Tell]) -> None:
        for last in range(len(items) - 1, 0, -1):
            other = int(self._rng.random() * (last + 1))
            items[last], items[other] = items[other], items[last]
