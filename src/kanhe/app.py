"""Builds the world from settings: the only place that names concrete classes. Starts it, watches it, stops it."""

import asyncio
import gc
import logging
import os
import shutil
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Protocol

import msgspec
import structlog

from kanhe.billing.purse import Purse
from kanhe.carriers.cmpp import CmppDialect
from kanhe.carriers.exchange import count_parts
from kanhe.carriers.links import Connector
from kanhe.carriers.links import Dialect as CarrierDialect
from kanhe.carriers.sgip import SgipDialect
from kanhe.carriers.smgp import SmgpDialect
from kanhe.carriers.smpp import SmppDialect
from kanhe.console.desk import Desk
from kanhe.console.pages import pages
from kanhe.console.sessions import FIRST_NAME, first_link, invite
from kanhe.dispatch.board import Live
from kanhe.dispatch.outbox import Outbox
from kanhe.domain.category import Lane
from kanhe.domain.facts import Suppression, Wants
from kanhe.domain.options import OF_CONNECTOR, options_of
from kanhe.domain.papers import ConnectorPaper, Route
from kanhe.domain.users import Role
from kanhe.doors.cmpp import CmppDoorDialect
from kanhe.doors.control import ControlDoor, Order, OrderRefusedError
from kanhe.doors.http.asgi import make_app
from kanhe.doors.http.door import make_door
from kanhe.doors.http.keys import make_key
from kanhe.doors.http.server import HttpServer
from kanhe.doors.links import TICK_S, LinkDoor, Listen
from kanhe.doors.links import Dialect as DoorDialect
from kanhe.doors.sgip import SgipDoorDialect
from kanhe.doors.smgp import SmgpDoorDialect
from kanhe.doors.smpp import SmppDoorDialect
from kanhe.doors.tls import server_tls
from kanhe.gate.gate import Gate
from kanhe.inbound.act import Acts
from kanhe.intake.content import ContentEngine
from kanhe.intake.normalise import Normaliser
from kanhe.intake.numbers import Numbers
from kanhe.journey import dispatch_loop, due_loop, expire, inbound_loop, intake_loop, receipt_loop
from kanhe.kit.clock import Clock, SystemClock
from kanhe.kit.ids import IdSource
from kanhe.kit.lanes import LaneQueue
from kanhe.kit.rng import Rng, SystemRng
from kanhe.kit.vault import Vault, load_key
from kanhe.law.library import Library
from kanhe.law.load import load_packs
from kanhe.law.rules import OptOut
from kanhe.ledger.checkpoint import node_origin
from kanhe.ledger.note import SigningKey, VerifierKey, make_signing_key, parse_signing_key, parse_verifier_key
from kanhe.moderation import policy
from kanhe.moderation.engine import Moderator
from kanhe.ports.carrier import Carrier, Segment
from kanhe.ports.door import News
from kanhe.ports.store import Store
from kanhe.protocols.exchange.local import beijing
from kanhe.protocols.link import Event
from kanhe.protocols.text.alphabets import Alphabet
from kanhe.protocols.text.segments import CountAs, billed_segments, segments
from kanhe.records.books import open_books
from kanhe.records.filing import Filed, difference, file, without_secrets
from kanhe.records.imports import ImportFile, ImportRefusedError, import_consents
from kanhe.records.sheet import read_sheet
from kanhe.routing.candidates import Routes
from kanhe.settings import Cmpp, Settings, Sgip, Smgp
from kanhe.store.sqlite.connect import take_lock
from kanhe.store.sqlite.ledger import LedgerFile
from kanhe.store.sqlite.listings import Listings
from kanhe.store.sqlite.people import SqlitePeople
from kanhe.store.sqlite.pulse import newest_by_state
from kanhe.store.sqlite.store import SqliteStore, open_store
from kanhe.upkeep.due import DueTimes
from kanhe.upkeep.evidence import LedgerBook
from kanhe.upkeep.notary import EVERY_S, Notary
from kanhe.upkeep.recovery import recover
from kanhe.webhooks.client import Client
from kanhe.webhooks.deliver import Deliverer
from kanhe.webhooks.target import Targets
from kanhe.webhooks.teller import WebhookTeller
from kanhe.world import World, to_outbox

log = structlog.get_logger()

# The writer thread must get the interpreter within half a millisecond of its disk answering.
SWITCH_INTERVAL_S = 0.0005

# The collector's first generation fills in milliseconds at full speed; hot nouns are outside it, so it may run rarely.
GC_THRESHOLDS = (50_000, 20, 100)


DATABASE, CONTROL, VERIFIER = "kanhe.db", "control.sock", "ledger.pub"

# A simulated night has 57,600 half seconds; nobody reads its checkpoints meanwhile.
SIMULATED_NOTARY_S = 30.0
SIMULATED_TICK_S = 20.0
SIMULATED_HOUSEKEEPING_S = 30.0

# Often enough that a restart replays seconds, seldom enough that nobody notices.
HOUSEKEEPING_S = 10.0
# Messages settle within minutes; what has not by then is remembered by itself.
SWEEP_AFTER_MS = 15 * 60_000
# An idempotency key answers for 72 hours.
KEYS_KEPT_MS = 72 * 3_600_000


class Platform:
    """The whole platform in one process."""

    def __init__(
        self, settings: Settings, *, clock: Clock | None = None, rng: Rng | None = None, simulated: bool = False
    ) -> None:
        """`simulated`: the store commits at once without a thread, and timers are looked at now and then."""
        self.tick_s = SIMULATED_TICK_S if simulated else TICK_S
        self.housekeeping_s = SIMULATED_HOUSEKEEPING_S if simulated else HOUSEKEEPING_S
        self.settings = settings
        self.clock = clock or SystemClock()
        self.rng = rng or SystemRng()
        self.data = Path(settings.platform.data)
        self.data.mkdir(parents=True, exist_ok=True)
        self.vault = Vault(load_key(self.data / "secret.key", self.rng), self.rng)
        self.store = open_store(self.data / DATABASE, inline=simulated, durable=not simulated)
        self.world = build_world(settings, self.store, self.clock, self.rng)
        self.connectors: dict[str, Connector] = {}
        key = ledger_key(self.data, settings, self.vault, self.rng)
        self.notary = Notary(self.store, key, SIMULATED_NOTARY_S if simulated else EVERY_S)
        self.ledger = LedgerBook(self.store, key.verifier)
        self.doors: dict[str, int] = {}  # the ports that were opened
        self._doors: list[OpenDoor] = []
        self._tasks: list[asyncio.Task[None]] = []
        self.over = asyncio.Event()  # told to stop, or a loop has ended by itself

    async def start(self) -> None:
        """Recover, then connect, then open the doors: nobody is let in before what was promised is taken up again."""
        gc.collect()
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)
        world = self.world
        for paper in world.books.connectors.values():
            self.connect(paper)
        untold = self._recover()
        self._run(intake_loop(world), receipt_loop(world), inbound_loop(world), due_loop(world))
        self._run(
            dispatch_loop(world, world.waiting), self.notary.run(), housekeeping(world, self.store, self.housekeeping_s)
        )
        for name, (make, listens) in LINK_DOORS.items():
            if where := listens(self.settings):
                await self._open_links(name, make(self), where)
        if self.settings.http.enabled:
            await self._open_http()
        for teller in world.tellers:
            teller.tell(untold, ())

    async def _open(self, name: str, door: "OpenDoor") -> None:
        self.doors[name] = await door.start()
        self._doors.append(door)

    async def _open_links(self, name: str, dialect: DoorDialect, listens: Sequence[Listen]) -> None:
        door = LinkDoor(self.world, dialect, self.vault, listens, self.tick_s)
        self.world.tellers.append(door)
        await self._open(name, door)
        self.doors |= {f"{name}s": port for port, listen in zip(door.ports, listens, strict=True) if listen.tls}

    async def _open_http(self) -> None:
        """API and console, webhooks, and the operator's own door."""
        settings, world = self.settings, self.world
        targets = Targets(frozenset(settings.webhooks.allow_hosts))
        self._lists = Listings(self.data / DATABASE)
        client = Client(targets)
        self._deliverer = Deliverer(self.store, self._lists, world.books, self.vault, client, self.clock, self.rng)
        world.tellers.append(WebhookTeller(world.books, world.ids, self._deliverer.put))
        self._deliverer.start()
        door = make_door(world, self.vault, self._lists, targets, self._deliverer, self.ledger)
        self.console = self._console()
        app = make_app(door, pages(self.console))
        await self._open("http", HttpServer(door, app, settings.http.host, settings.http.port))
        self._doors += [Closing(self._deliverer.stop), Closing(client.close)]
        control = ControlDoor(self.data / CONTROL, orders(self))
        await control.start()
        self._doors.append(Closing(control.stop))

    def _console(self) -> Desk:
        return Desk(
            self.world,
            SqlitePeople(self.store),
            self.vault,
            self.store,
            self.ledger,
            self.notary.verifier,
            self.connectors,
            partial(newest_by_state, self.data / DATABASE),
            lambda: [task.get_name() for task in self._tasks if task.done()],
        )

    async def login_link(self) -> str | None:
        """At the first run the address that logs the owner in once; None when there are users already."""
        path = await first_link(self.console) if self.settings.http.enabled else None
        return path and self.address + path

    @property
    def address(self) -> str:
        """Where the HTTP door is."""
        return f"http://{self.settings.http.host}:{self.doors['http']}"

    async def stop(self) -> None:
        """Doors first, then connectors, then the last commit."""
        for door in self._doors:
            await door.stop()
        for connector in self.connectors.values():
            await connector.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.settings.http.enabled:
            self._lists.close()
        self.store.close()

    def abandon(self) -> None:
        """Die where it stands, as `kill -9` does: the simulator's crash. Nothing is flushed, nobody is told."""
        for task in self._tasks:
            task.cancel()
        for connector in self.connectors.values():
            connector.abandon()
        for door in self._doors:
            if isinstance(door, LinkDoor):
                door.abandon()
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
        dialect = CARRIERS[paper.protocol](paper, self.vault, self.clock)
        return Connector(paper, dialect, WorldReports(self.world), self.clock, self.rng, self.tick_s)

    def _loop_ended(self, task: "asyncio.Task[None]") -> None:
        """A loop that ends by itself is a fault of ours: we stop, and what was committed is taken up at the next start."""
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("loop-ended", loop=task.get_name(), exc_info=error)
            self.over.set()

    def health(self) -> dict[str, object]:
        """How the platform is, and what needs a person."""
        complaints = [f"connector `{c.name}` has stopped: {c.stopped}" for c in self.connectors.values() if c.stopped]
        complaints += [
            f"connector `{c.name}` is not bound" for c in self.connectors.values() if not c.stopped and not c.bound
        ]
        complaints += [f"{task.get_name()} has ended" for task in self._tasks if task.done()]
        return {
            "doors": self.doors,
            "on_their_way": len(self.world.board),
            "waiting_for_their_time": len(self.world.due),
            "queued": len(self.world.intake),
            "ledger_size": self.notary.size,
            "complaints": complaints,
        }

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
            task = asyncio.get_running_loop().create_task(loop, name=getattr(loop, "__qualname__", "loop"))
            task.add_done_callback(self._loop_ended)
            self._tasks.append(task)

    def _known_again(self, live: Live) -> None:
        """Put a claimed message back on the board, its segments under the keys of their carrier."""
        self.world.board.put(live)
        connector = self.connectors.get(live.connector)
        for segment, carrier_id in enumerate(live.carrier_ids):
            if carrier_id is not None:
                keys = connector.keys(carrier_id) if connector else (carrier_id,)
                self.world.board.know(live.connector, keys, carrier_id, live, segment)

    def _recover(self) -> list[News]:
        """Take up what a crash left: waiting, due, claimed; the final states that their senders have not acknowledged."""
        world, now = self.world, self.clock.now_ms()
        recovered = recover(self.store.unsettled())
        for due, message in recovered.due:
            world.due.add(message, due)
        for live in recovered.claimed:
            self._known_again(live)
        for live in recovered.waiting:
            to_outbox(world, live)
        world.reports.put(recovered.reports)
        log.info("recovered", waiting=len(recovered.waiting), claimed=len(recovered.claimed), due=len(recovered.due))
        return [News(row.message, row.state, now, "", row.segments) for row in recovered.untold]


# What connectors speak, by `ConnectorPaper.protocol`.
CARRIERS: Mapping[str, Callable[[ConnectorPaper, Vault, Clock], CarrierDialect]] = {
    "smpp": lambda paper, vault, _clock: SmppDialect(paper, vault),
    "cmpp": CmppDialect,
    "sgip": SgipDialect,
    "smgp": SmgpDialect,
}
assert set(CARRIERS) == set(OF_CONNECTOR)


def _smpp_listens(settings: Settings) -> list[Listen]:
    smpp = settings.smpp
    plain = [Listen(smpp.host, smpp.port)] if smpp.enabled else []
    if not smpp.tls_certificate:
        return plain
    tls = server_tls(smpp.tls_certificate, smpp.tls_key, smpp.tls_client_ca)
    return [*plain, Listen(smpp.host, smpp.tls_port, tls)]


def _listens(section: Cmpp | Sgip | Smgp) -> list[Listen]:
    return [Listen(section.host, section.port)] if section.enabled else []


# The doors of the carrier protocols: what each speaks, and where it listens (nowhere: it stays shut).
LINK_DOORS: Mapping[str, tuple[Callable[[Platform], DoorDialect], Callable[[Settings], list[Listen]]]] = {
    "smpp": (lambda p: SmppDoorDialect(p.settings.smpp.system_id), _smpp_listens),
    "cmpp": (lambda p: CmppDoorDialect(beijing(p.clock), p.settings.cmpp.skew_s_max), lambda s: _listens(s.cmpp)),
    "sgip": (
        lambda p: SgipDoorDialect(p.settings.sgip.node, p.world.books.credentials, p.clock, p.rng.random),
        lambda s: _listens(s.sgip),
    ),
    "smgp": (lambda p: SmgpDoorDialect(beijing(p.clock), p.settings.smgp.skew_s_max), lambda s: _listens(s.smgp)),
}


class OpenDoor(Protocol):
    """What listens."""

    async def start(self) -> int:
        """Listen; the port."""
        ...

    async def stop(self) -> None:
        """Listen no more."""
        ...


class Closing:
    """Something that only has to be closed."""

    def __init__(self, stop: Callable[[], Awaitable[None]]) -> None:
        self._stop = stop

    async def start(self) -> int:
        """It runs already."""
        return 0

    async def stop(self) -> None:
        """Close it."""
        await self._stop()


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
    content = ContentEngine(Moderator(policy.load()), books.senders)
    return World(
        clock=clock,
        ids=IdSource(clock, settings.platform.node, store.last_id()),
        rng=rng,
        books=books,
        routes=Routes(books.routes.values()),
        numbers=numbers,
        content=content,
        gate=Gate(library, describe=content.describe_amended, on_failure=_alarm),
        store=store,
        purse=Purse((account, *store.balance(account)) for account in books.accounts),
        normaliser=Normaliser(numbers, books.templates),
        acts=Acts(books.sender_by_value, _suppressions_of(store), _keywords_of(library, numbers), _chinese(numbers)),
        count_segments=segments_on(books.connectors),
        intake=LaneQueue(len(Lane), settings.intake.limit),
        due=DueTimes(clock),
    )


def ledger_key(data: Path, settings: Settings, vault: Vault, rng: Rng) -> SigningKey:
    """The key that signs this node's checkpoints, sealed in a file; made at the first start, its public half beside it."""
    path, name = data / "ledger.key", node_origin(settings.platform.origin, settings.platform.node)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(vault.seal(make_signing_key(name, rng.token(32)).secret_text, name), "utf-8")
    key = parse_signing_key(vault.open(path.read_text("utf-8"), name))
    (data / VERIFIER).write_text(key.verifier.text + "\n", "utf-8")
    return key


def verifier_of(data: Path) -> VerifierKey:
    """The public key of the ledger in a data folder."""
    return parse_verifier_key((data / VERIFIER).read_text("utf-8").strip())


@contextmanager
def open_ledger(data: Path) -> Iterator[tuple[LedgerBook, VerifierKey]]:
    """The ledger in a data folder, read beside a running platform or without one."""
    verifier = verifier_of(data)
    with closing(LedgerFile(data / DATABASE)) as entries:
        yield LedgerBook(entries, verifier), verifier


async def housekeeping(world: World, store: SqliteStore, every_s: float) -> None:
    """End what nobody speaks of any more, merge tails, move the recovery mark up, forget old keys; little by little."""
    while True:
        await asyncio.sleep(every_s)
        now = world.clock.now_ms()
        await expire(world)
        await store.merge()
        await store.sweep(now - SWEEP_AFTER_MS)
        await store.forget_keys(now - KEYS_KEPT_MS)


def _alarm(stage: str, error: Exception) -> None:
    """A stage of the gate broke: its messages are parked until it works."""
    log.error("stage-failed", stage=stage, exc_info=error)


def segments_on(connectors: Mapping[str, ConnectorPaper]) -> Callable[[str, Route], tuple[int, int]]:
    """Segments of a text on a route: as they go over the wire of its connector, and as the price counts them."""

    def count(text: str, route: Route) -> tuple[int, int]:
        connector = connectors.get(route.connector)
        if connector is None or connector.protocol == "smpp":
            cut = segments(text, reference_bits=route.reference_bits)
            return len(cut.parts), billed_segments(text, cut, CountAs(route.count_as))
        parts = count_parts(text, options_of(connector))
        billed = len(segments(text, alphabet=Alphabet.UCS2).parts) if route.count_as == CountAs.UCS2_ALWAYS else parts
        return parts, billed

    return count


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


# --- the operator's orders (doors/control.py) ---------------------------------------------------------------------------------


def orders(platform: Platform) -> Mapping[str, Order]:
    """What an operator may order, by name."""

    async def apply(said: Mapping[str, object]) -> object:
        sheet = said.get("sheet")
        assert isinstance(sheet, dict), "the command sends a map"
        papers = read_sheet(sheet, platform.vault, platform.world.books, os.environ)
        changes = difference(platform.world.books, papers) if said.get("dry_run") else await platform.file(papers)
        return {"changes": [without_secrets(change) for change in changes]}

    async def file_papers(said: Mapping[str, object]) -> object:
        papers = msgspec.convert(said["papers"], list[tuple[str, dict[str, object]]])
        return {"changes": [without_secrets(change) for change in await platform.file(papers)]}

    async def key(said: Mapping[str, object]) -> object:
        account, live = int(str(said["account"])), bool(said["live"])
        if account not in platform.world.books.accounts:
            raise OrderRefusedError(f"there is no account `{account}`")
        name, made, digest = make_key(platform.rng, platform.vault, live=live)
        paper = {"account": account, "kind": "api_key", "name": name, "secret": digest, "live": live}
        await platform.file([("credential", paper)])
        return {"key": made, "account": account, "live": live}

    async def consents(said: Mapping[str, object]) -> object:
        world, zone = platform.world, said.get("zone")
        sheet = ImportFile(Path(str(said["file"])), int(str(said["account"])), str(zone) if zone else None)
        dry_run, now = bool(said.get("dry_run")), platform.clock.now_ms()
        try:
            return await import_consents(platform.store, world.books, world.ids, sheet, now, dry_run=dry_run)
        except ImportRefusedError as error:
            raise OrderRefusedError(str(error)) from error

    async def doctor(_: Mapping[str, object]) -> object:
        return platform.health()

    async def backup(said: Mapping[str, object]) -> object:
        await platform.store.backup(Path(str(said["to"])))
        return {"written": said["to"]}

    async def evidence(said: Mapping[str, object]) -> object:
        row = platform.store.row(int(str(said["message"])))
        octets = platform.ledger.bundle(row) if row is not None else None
        if octets is None:
            raise OrderRefusedError(f"there is no entry of message `{said['message']}` under a checkpoint")
        return {"bundle": octets.decode()}

    async def login(said: Mapping[str, object]) -> object:
        name, role, account = str(said.get("name", FIRST_NAME)), str(said.get("role", "owner")), said.get("account")
        if not platform.settings.http.enabled or role not in set(Role):
            raise OrderRefusedError(f"the console is off, or there is no role `{role}`; roles are {', '.join(Role)}")
        path = await invite(platform.console, name, Role(role), int(str(account)) if account is not None else None)
        if path is None:
            raise OrderRefusedError(f"`{name}` is a user of another role or account, or closed")
        return {"link": platform.address + path, "name": name, "role": role}

    return {
        "login": login,
        "evidence": evidence,
        "import_consents": consents,
        "apply": apply,
        "file": file_papers,
        "key": key,
        "doctor": doctor,
        "backup": backup,
    }


def quiet_logs() -> None:
    """Only what needs a person: for commands that print for people."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def restore_backup(settings: Settings, backup: Path) -> None:
    """Put a backup in place of the database of a platform that does not run. Raises `StoreInUseError`."""
    path = Path(settings.platform.data) / DATABASE
    with closing(take_lock(path)):
        for stale in (path, path.with_name(DATABASE + "-wal"), path.with_name(DATABASE + "-shm")):
            stale.unlink(missing_ok=True)
        shutil.copyfile(backup, path)


def run(settings: Settings) -> bool:
    """Run a platform until SIGINT or SIGTERM; False when it broke and must be started anew."""

    async def whole() -> bool:
        platform = Platform(settings)
        await platform.start()
        log.info("ready", doors=platform.doors, data=str(platform.data))
        if (link := await platform.login_link()) is not None:
            print(f"The console's owner logs in here, once, within 15 minutes:\n{link}", flush=True)  # noqa: T201 - for the person at the terminal
        told = False

        def tell() -> None:
            nonlocal told
            told = True
            platform.over.set()

        for signal_number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(signal_number, tell)
        await platform.over.wait()
        await platform.stop()
        return told

    sys.setswitchinterval(SWITCH_INTERVAL_S)
    with asyncio.Runner(loop_factory=_fastest_loop()) as runner:
        return runner.run(whole())


def _fastest_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Uvloop where it is installed (extra `speed`)."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
