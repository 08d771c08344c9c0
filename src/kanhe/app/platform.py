"""The whole platform in one process: starts what was built, watches it, stops it."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from functools import partial
from pathlib import Path

import structlog

from kanhe.app.building import build_world
from kanhe.app.chores import housekeeping
from kanhe.app.content import ContentCare, put_down
from kanhe.app.folder import CONTROL, DATABASE, FILES, ledger_key
from kanhe.app.forgetting import Forgetting
from kanhe.app.health import health
from kanhe.app.law import LawCare, switched
from kanhe.app.opinions import second_opinion
from kanhe.app.orders import orders
from kanhe.app.recovering import take_up_unsettled
from kanhe.app.restoring import take_up_restored
from kanhe.app.roads import CARRIERS, LINK_DOORS, Closing, LinkRoad, OpenDoor, WorldReports
from kanhe.carriers.links import Connector
from kanhe.console.desk import Desk
from kanhe.console.pages import pages
from kanhe.console.report import FORMS
from kanhe.console.sessions import first_link
from kanhe.dispatch.outbox import Outbox
from kanhe.domain.papers import ConnectorPaper
from kanhe.doors.control import ControlDoor
from kanhe.doors.http.asgi import make_app
from kanhe.doors.http.door import Staff, make_door
from kanhe.doors.http.server import HttpServer
from kanhe.doors.links import TICK_S, LinkDoor, Listen
from kanhe.journey import dispatch_loop, due_loop, inbound_loop, intake_loop, receipt_loop
from kanhe.kit.clock import Clock, SystemClock
from kanhe.kit.rng import Rng, SystemRng
from kanhe.kit.vault import Vault, load_key
from kanhe.offices.announcing import Announcements
from kanhe.offices.consenting import ConsentSamples
from kanhe.offices.reviewing import Reviews
from kanhe.offices.waiting import Papers
from kanhe.ports.change import Job
from kanhe.ports.dossiers import Cabinet
from kanhe.records.by_operator import file_by_operator
from kanhe.records.filing import Filed, difference
from kanhe.records.papers import OPERATOR, Author
from kanhe.routing.candidates import Routes
from kanhe.settings import Settings
from kanhe.store.files import FileStore
from kanhe.store.sqlite.announcements import SqliteAnnouncements
from kanhe.store.sqlite.dossiers import SqliteDossiers
from kanhe.store.sqlite.duties import SqliteDuties
from kanhe.store.sqlite.listings import Listings
from kanhe.store.sqlite.people import SqlitePeople
from kanhe.store.sqlite.pulse import newest_by_state
from kanhe.store.sqlite.reports import SqliteReports
from kanhe.store.sqlite.reviews import SqliteReviews
from kanhe.store.sqlite.store import open_store
from kanhe.upkeep.ends import Watch
from kanhe.upkeep.evidence import LedgerBook
from kanhe.upkeep.notary import EVERY_S, Notary
from kanhe.webhooks.client import Client
from kanhe.webhooks.deliver import Deliverer
from kanhe.webhooks.papers import PaperWebhooks
from kanhe.webhooks.target import Targets
from kanhe.webhooks.teller import WebhookTeller

log = structlog.get_logger()

# A simulated night has 57,600 half seconds; nobody reads its checkpoints meanwhile.
SIMULATED_NOTARY_S = 30.0
SIMULATED_TICK_S = 20.0
SIMULATED_HOUSEKEEPING_S = 30.0

# Often enough that a restart replays seconds, seldom enough that nobody notices.
HOUSEKEEPING_S = 10.0


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
        self.cabinet = Cabinet(
            SqliteDossiers(self.store, PaperWebhooks(self.world.books, self.world.ids, self._deliver)),
            FileStore(self.data / FILES, self.vault),
            SqliteReports(self.store),
            SqliteDuties(self.store),
        )
        self.watch = Watch(self.cabinet.dossiers, self.world.books)
        papers = Papers(self.cabinet.dossiers, self.world.books)
        self.content = ContentCare(
            self.data,
            self.world.content,
            partial(put_down, self.world),
            second_opinion(settings.opinions, self.clock, self.rng),
        )
        self.law = LawCare(self.data, self.world, self.clock)
        queue = SqliteReviews(self.store)
        self.reviews = Reviews(self.world, queue, self.content, papers, ConsentSamples(self.world, queue))
        self.announcements = Announcements(self.world, SqliteAnnouncements(self.store))
        self.connectors: dict[str, Connector] = {}
        self.forgetting = Forgetting(self.world, self.store, self.data, self.vault, settings.retention)
        key = ledger_key(self.data, settings, self.vault, self.rng)
        self.notary = Notary(self.store, key, SIMULATED_NOTARY_S if simulated else EVERY_S)
        self.ledger = LedgerBook(self.store, key.verifier)
        self.doors: dict[str, int] = {}  # the ports that were opened
        self._doors: list[OpenDoor] = []
        self._tasks: list[asyncio.Task[None]] = []
        self.over = asyncio.Event()  # told to stop, or a loop has ended by itself

    async def start(self) -> None:
        """Recover, then connect, then open the doors: nobody is let in before what was promised is taken up again."""
        world = self.world
        for paper in world.books.connectors.values():
            self.connect(paper)
        await self.content.begin()
        await take_up_restored(world, self.store, self.forgetting, self.data)
        untold = take_up_unsettled(world, self.connectors)
        self._run(intake_loop(world), receipt_loop(world), inbound_loop(world), due_loop(world))
        self._run(
            self.announcements.run(),
            self.reviews.run(self.housekeeping_s),
            self.content.run(self.housekeeping_s, self.reviews),
        )
        self._run(
            dispatch_loop(world, world.waiting),
            self.notary.run(),
            housekeeping(world, self.store, self.watch, self.forgetting, self.housekeeping_s),
        )
        for name, road in LINK_DOORS.items():
            if where := road.listens(self.settings):
                await self._open_links(name, road, where)
        if self.settings.http.enabled:
            await self._open_http()
        for teller in world.tellers:
            teller.tell(untold, ())

    async def _open(self, name: str, door: OpenDoor) -> None:
        self.doors[name] = await door.start()
        self._doors.append(door)

    async def _open_links(self, name: str, road: LinkRoad, listens: Sequence[Listen]) -> None:
        dialect, sessions_max = road.make(self.settings, self.world), road.sessions_max(self.settings)
        door = LinkDoor(self.world, dialect, self.vault, listens, self.cabinet.reports, self.tick_s, sessions_max)
        self.world.tellers.append(door)
        await self._open(name, door)
        for loop in door.loops:
            loop.add_done_callback(self._loop_ended)
        self.doors |= {f"{name}s": port for port, listen in zip(door.ports, listens, strict=True) if listen.tls}

    async def _open_http(self) -> None:
        """API and console, webhooks, and the operator's own door."""
        settings, world = self.settings, self.world
        targets = Targets(frozenset(settings.webhooks.allow_hosts))
        self._lists = Listings(self.data / DATABASE)
        client = Client(targets)
        self._deliverer = Deliverer(
            self.store, self._lists, world.books, self.vault, client, self.clock, self.rng, faults=world.faults
        )
        world.tellers.append(WebhookTeller(world.books, world.ids, self._deliverer.put))
        self._deliverer.start().add_done_callback(self._loop_ended)
        staff = Staff(SqlitePeople(self.store), self.reviews, self.announcements)
        door = make_door(world, self.vault, self._lists, targets, self._deliverer, self.cabinet, self.ledger, staff)
        door.forms = FORMS
        self.console = self._console()
        app = make_app(door, pages(self.console))
        await self._open("http", HttpServer(door, app, settings.http.host, settings.http.port))
        self._doors += [Closing(self._deliverer.stop), Closing(client.close)]
        control = ControlDoor(self.data / CONTROL, orders(self), self.world.faults)
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
            self.ended_loops,
            cabinet=self.cabinet,
            reviews=self.reviews,
            announcements=self.announcements,
        )

    def _deliver(self, jobs: Sequence[Job]) -> None:
        if self.settings.http.enabled:
            self._deliverer.put(jobs)

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
        await self.content.close()
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

    async def file(self, papers: Sequence[tuple[str, Mapping[str, object]]], by: str = OPERATOR) -> list[Filed]:
        """Put papers in force (`kanhe apply`): checked whole, written at once, connectors and routes renewed."""
        world = self.world
        async with world.books.filing:
            known = set(self.connectors)
            if filed := difference(world.books, papers):
                author = Author(by, self.clock.now_ms())
                entries = switched(filed, world.gate.library, author.now)
                await file_by_operator(self.cabinet.dossiers, world.books, world.ids, filed, author, entries)
                for name in world.books.connectors.keys() - known:  # before a route leads there
                    self.connect(world.books.connectors[name])
                world.routes = Routes(world.books.routes.values())
        for change in filed:
            if change.kind == "connector" and change.key in known:
                await self._renew(world.books.connectors[change.key])
            elif change.kind == "endpoint" and self.settings.http.enabled:
                account, _, name = change.key.partition("/")
                self._deliverer.resume(int(account), name)
        for door in self._doors:
            if isinstance(door, LinkDoor):
                door.renew()
        return filed

    async def _renew(self, paper: ConnectorPaper) -> None:
        """A connector whose paper changed parts from its carrier and connects anew; its outbox keeps what waits."""
        old = self.connectors[paper.name]
        self.connectors[paper.name] = new = self._connector(paper)
        self.world.outboxes[paper.name].link = new  # first: who waits for room at the old one finds the new one
        await old.stop()
        new.start().add_done_callback(self._loop_ended)

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
        return health(self)

    def ended_loops(self) -> list[str]:
        """The loops that have ended by themselves."""
        return [task.get_name() for task in self._tasks if task.done()]

    def undelivered(self) -> Sequence[str]:
        """What is to be said of webhooks."""
        return self._deliverer.complaints() if self.settings.http.enabled else ()

    def connect(self, paper: ConnectorPaper) -> Connector:
        """Bring a connector into being, with its outbox."""
        connector = self._connector(paper)
        outbox = self.world.outboxes[paper.name] = Outbox(paper.name, connector)
        self.connectors[paper.name] = connector
        connector.start().add_done_callback(self._loop_ended)
        self._run(dispatch_loop(self.world, outbox))
        return connector

    def _run(self, *loops: Coroutine[object, object, None]) -> None:
        for loop in loops:
            task = asyncio.get_running_loop().create_task(loop, name=getattr(loop, "__qualname__", "loop"))
            task.add_done_callback(self._loop_ended)
            self._tasks.append(task)
