"""Builds the world from settings: the only place that names concrete classes. Starts it, watches it, stops it."""

import asyncio
import gc
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from pathlib import Path

import structlog

from kanhe.billing.purse import Purse
from kanhe.carriers.links import Connector
from kanhe.carriers.smpp import SmppDialect
from kanhe.dispatch.board import Live
from kanhe.dispatch.outbox import Outbox
from kanhe.domain.category import Lane
from kanhe.domain.facts import Suppression, Wants
from kanhe.domain.papers import ConnectorPaper, Route
from kanhe.doors.links import LinkDoor
from kanhe.doors.smpp import SmppDoorDialect
from kanhe.gate.gate import Gate
from kanhe.inbound.act import Acts
from kanhe.intake.content import ContentEngine
from kanhe.intake.normalise import Normaliser
from kanhe.intake.numbers import Numbers
from kanhe.journey import World, dispatch_loop, due_loop, inbound_loop, intake_loop, receipt_loop, to_outbox
from kanhe.kit.clock import Clock, SystemClock
from kanhe.kit.ids import IdSource
from kanhe.kit.lanes import LaneQueue
from kanhe.kit.rng import Rng, SystemRng
from kanhe.kit.vault import Vault, load_key
from kanhe.law.library import Library
from kanhe.law.load import load_packs
from kanhe.law.rules import OptOut
from kanhe.ledger.checkpoint import node_origin
from kanhe.ledger.note import SigningKey, make_signing_key, parse_signing_key
from kanhe.moderation import policy
from kanhe.moderation.engine import Moderator
from kanhe.ports.carrier import Carrier, Segment
from kanhe.ports.change import Change, Rank, Settled
from kanhe.ports.store import Store
from kanhe.protocols.link import Event
from kanhe.protocols.text.segments import CountAs, billed_segments, segments
from kanhe.receipts.settle import Settlement
from kanhe.records.books import open_books
from kanhe.records.filing import Filed, difference, file
from kanhe.routing.candidates import Routes
from kanhe.settings import Settings
from kanhe.store.sqlite.store import SqliteStore, open_store
from kanhe.upkeep.due import DueTimes
from kanhe.upkeep.notary import Notary
from kanhe.upkeep.recovery import recover

log = structlog.get_logger()

# The collector's first generation fills in milliseconds at full speed; hot nouns are outside it, so it may run rarely.
GC_THRESHOLDS = (50_000, 20, 100)


# Often enough that a restart replays seconds, seldom enough that nobody notices.
HOUSEKEEPING_S = 10.0
# Messages settle within minutes; what has not by then is remembered by itself.
SWEEP_AFTER_MS = 15 * 60_000
# An idempotency key answers for 72 hours.
KEYS_KEPT_MS = 72 * 3_600_000


class Platform:
    """The whole platform in one process."""

    def __init__(
        self, settings: Settings, *, clock: Clock | None = None, rng: Rng | None = None, threads: bool = True
    ) -> None:
        """`threads` off: the store commits at once, for the simulator."""
        self.settings = settings
        self.clock = clock or SystemClock()
        self.rng = rng or SystemRng()
        self.data = Path(settings.platform.data)
        self.data.mkdir(parents=True, exist_ok=True)
        self.vault = Vault(load_key(self.data / "secret.key", self.rng), self.rng)
        self.store = open_store(self.data / "kanhe.db", inline=not threads, durable=threads)
        self.world = build_world(settings, self.store, self.clock, self.rng)
        self.connectors: dict[str, Connector] = {}
        self.smpp_port = 0
        self._smpp = LinkDoor(
            self.world, SmppDoorDialect(settings.smpp.system_id), self.vault, settings.smpp.host, settings.smpp.port
        )
        self.notary = Notary(self.store, ledger_key(self.data / "ledger.key", settings, self.vault, self.rng))
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Recover, then connect, then open the doors: nobody is let in before what was promised is taken up again."""
        gc.collect()
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)
        world = self.world
        for paper in world.books.connectors.values():
            self.connect(paper)
        await self._recover()
        self._run(intake_loop(world), receipt_loop(world), inbound_loop(world), due_loop(world))
        self._run(dispatch_loop(world, world.waiting), self.notary.run(), housekeeping(self.store, self.clock))
        if self.settings.smpp.enabled:
            self.smpp_port = await self._smpp.start()
            world.tellers.append(self._smpp)

    async def stop(self) -> None:
        """Doors first, then connectors, then the last commit."""
        if self.smpp_port:
            await self._smpp.stop()
        for connector in self.connectors.values():
            await connector.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.store.close()

    async def file(self, papers: Sequence[tuple[str, Mapping[str, object]]]) -> list[Filed]:
        """Put papers in force (`kanhe apply`): checked whole, written at once, connectors and routes renewed."""
        world = self.world
        filed = difference(world.books, papers)
        if filed:
            await file(self.store, world.books, filed, self.clock.now_ms())
            world.routes = Routes(world.books.routes.values())
        for change in filed:
            if change.kind == "connector":
                await self._renew(world.books.connectors[change.key])
        return filed

    async def _renew(self, paper: ConnectorPaper) -> None:
        """A connector whose paper changed parts from its carrier and connects anew; its outbox keeps what waits."""
        if (old := self.connectors.get(paper.name)) is None:
            self.connect(paper)
            return
        await old.stop()
        self.connectors[paper.name] = new = self._connector(paper)
        self.world.outboxes[paper.name].link = new
        new.start()

    def _connector(self, paper: ConnectorPaper) -> Connector:
        return Connector(paper, SmppDialect(paper, self.vault), WorldReports(self.world), self.clock, self.rng)

    def connect(self, paper: ConnectorPaper) -> Connector:
        """Bring a connector into being, with its outbox."""
        connector = self._connector(paper)
        outbox = self.world.outboxes[paper.name] = Outbox(paper.name, connector)
        self.connectors[paper.name] = connector
        connector.start()
        self._run(dispatch_loop(self.world, outbox))
        return connector

    def _run(self, *loops: Coroutine[object, object, None]) -> None:
        for loop in loops:
            task = asyncio.get_running_loop().create_task(loop)
            task.add_done_callback(_report_end)
            self._tasks.append(task)

    async def _recover(self) -> None:
        """Take up what a crash left: waiting, due, in doubt, untold."""
        world, now = self.world, self.clock.now_ms()
        settlement = Settlement(world.purse, now)
        recovered = recover(self.store.unsettled(), settlement)
        postings = settlement.moves.postings()
        if settlement.done or postings:
            settled = [Settled(live.message.id, live.state, b"\x90") for live in settlement.done]
            await self.store.commit(Change(Rank.REPORTS, now, settled=settled, postings=postings))
        for due, message in recovered.due:
            world.due.add(message, due)
        for live in recovered.on_their_way:
            _known_again(world, live)
        for live in (*recovered.waiting, *recovered.again):
            to_outbox(world, live)
        log.info("recovered", waiting=len(recovered.waiting), in_doubt=len(recovered.again), due=len(recovered.due))


class WorldReports:
    """Where connectors bring what carriers say: the inflows of the receipt and inbound journeys."""

    def __init__(self, world: World) -> None:
        self._world = world

    def report(self, carrier: Carrier, events: Sequence[Event]) -> None:
        """Responses, doubts and receipts."""
        self._world.reports.put([(carrier, event) for event in events])

    def inbound(self, carrier: Carrier, segments: Sequence[Segment]) -> None:
        """Messages from people."""
        self._world.segments.put([(carrier, segment) for segment in segments])


def build_world(settings: Settings, store: Store, clock: Clock, rng: Rng) -> World:
    """Everything the journeys ask, on this store."""
    library = load_packs()
    books = open_books(store.documents())
    numbers = Numbers(library.numbers)
    moderator = Moderator(policy.load())
    return World(
        clock=clock,
        ids=IdSource(clock, settings.platform.node, store.last_id()),
        rng=rng,
        books=books,
        routes=Routes(books.routes.values()),
        numbers=numbers,
        content=ContentEngine(moderator, books.senders),
        gate=Gate(library),
        store=store,
        purse=Purse((account, *store.balance(account)) for account in books.accounts),
        normaliser=Normaliser(numbers, books.templates),
        acts=Acts(books.sender_by_value, _suppressions_of(store), _keywords_of(library, numbers), _chinese(numbers)),
        count_segments=count_segments,
        intake=LaneQueue(len(Lane), settings.intake.limit),
        due=DueTimes(clock),
    )


def ledger_key(path: Path, settings: Settings, vault: Vault, rng: Rng) -> SigningKey:
    """The key that signs this node's checkpoints, sealed in a file; made at the first start."""
    name = node_origin(settings.platform.origin, settings.platform.node)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(vault.seal(make_signing_key(name, rng.token(32)).secret_text, name), "utf-8")
    return parse_signing_key(vault.open(path.read_text("utf-8"), name))


async def housekeeping(store: SqliteStore, clock: Clock) -> None:
    """Merge tails, move the recovery mark up, forget old idempotency keys; little by little."""
    while True:
        await asyncio.sleep(HOUSEKEEPING_S)
        now = clock.now_ms()
        await store.merge(now)
        await store.sweep(now - SWEEP_AFTER_MS)
        await store.forget_keys(now - KEYS_KEPT_MS)


def count_segments(text: str, route: Route) -> int:
    """Segments a route bills for a text."""
    cut = segments(text, reference_bits=route.reference_bits)
    return billed_segments(text, cut, CountAs(route.count_as))


def _suppressions_of(store: Store) -> Callable[[int], Iterable[Suppression]]:
    return lambda number: store.ask(Wants(suppressions=frozenset({number}))).suppressions.get(number, ())


def _keywords_of(library: Library, numbers: Numbers) -> Callable[[int], Iterable[str]]:
    """The refusal keywords of a number's own packs."""

    def keywords(number: int) -> list[str]:
        layers = library.layers(numbers.recipient(number).country)
        rules = (rule.parameters for pack in layers for rule in pack.rules)
        return [word for parameters in rules if isinstance(parameters, OptOut) for word in parameters.keywords]

    return keywords


# Where a confirmation is written in Chinese.
CHINESE_READERS = frozenset({"CN", "HK", "TW", "MO"})


def _chinese(numbers: Numbers) -> Callable[[int], bool]:
    return lambda number: numbers.recipient(number).country in CHINESE_READERS


def _known_again(world: World, live: Live) -> None:
    world.board.put(live)
    for segment, carrier_id in enumerate(live.carrier_ids):
        if carrier_id is not None:
            world.board.know(live.connector, carrier_id, live, segment)


def _report_end(task: "asyncio.Task[None]") -> None:
    """A loop that ends by itself is an alarm: the doors would go on promising."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("loop-ended", loop=task.get_coro().__qualname__, exc_info=error)  # type: ignore[union-attr] # a coroutine
