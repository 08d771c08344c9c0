"""The door on a real socket, the intake running behind it."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from tests.contract.http.http_world import MINE, NOW, THEIRS, cabinet_of, make_world, papers
from tests.contract.http.receiver import Receiver

from kanhe.console.report import FORMS
from kanhe.domain.users import Role, User
from kanhe.doors.http.asgi import make_app
from kanhe.doors.http.door import Door, Staff, make_door
from kanhe.doors.http.server import HttpServer
from kanhe.doors.http.table import HOT
from kanhe.gate.gate import Gate
from kanhe.journey import intake_loop
from kanhe.kit.clock import FixedClock
from kanhe.kit.rng import SeededRng, SystemRng
from kanhe.kit.vault import Vault
from kanhe.law.load import load_packs
from kanhe.ledger.note import make_signing_key
from kanhe.offices.announcing import Announcements
from kanhe.offices.reviewing import Reviews
from kanhe.offices.waiting import Papers
from kanhe.records.books import Books
from kanhe.records.user_keys import make_user_key
from kanhe.store.sqlite.announcements import SqliteAnnouncements
from kanhe.store.sqlite.listings import Listings
from kanhe.store.sqlite.people import SqlitePeople
from kanhe.store.sqlite.reviews import SqliteReviews
from kanhe.store.sqlite.store import SqliteStore, open_store
from kanhe.upkeep.evidence import LedgerBook
from kanhe.upkeep.notary import Notary
from kanhe.webhooks.client import Client
from kanhe.webhooks.deliver import Deliverer
from kanhe.webhooks.papers import PaperWebhooks
from kanhe.webhooks.target import Targets
from kanhe.world import World

KEY = "kanhe_live_aaaaaaaaaaaa_" + "1" * 64
TEST_KEY = "kanhe_test_bbbbbbbbbbbb_" + "2" * 64
FOREIGN_KEY = "kanhe_live_cccccccccccc_" + "3" * 64
KEYS = {KEY: (MINE, True), TEST_KEY: (MINE, False), FOREIGN_KEY: (THEIRS, True)}


@dataclass
class Site:
    """A running door with a client of its own account."""

    door: Door
    world: World
    store: SqliteStore
    clock: FixedClock
    books: Books
    client: aiohttp.ClientSession
    base: str
    intake: asyncio.Task[None]
    deliverer: Deliverer
    notary: Notary

    async def ask(self, method: str, path: str, *, key: str = KEY, **more: Any) -> tuple[int, Any]:
        """Ask and read the answer: JSON where it is, text where it is, octets of files as they are, None for nothing."""
        async with self.client.request(method, path, headers={"Authorization": f"Bearer {key}"}, **more) as answer:
            octets = await answer.read()
            if "json" in answer.content_type:
                return answer.status, json.loads(octets)
            return answer.status, (octets.decode() if answer.content_type.startswith("text/") else octets) or None

    async def key_of(self, name: str, role: Role = Role.REVIEWER, account: int | None = None) -> str:
        """The key of a new user."""
        assert self.door.staff is not None
        people, now = self.door.staff.people, self.clock.now_ms()
        user = User(self.world.ids.next(), name, role, account, now)
        assert await people.add_user(user)
        key, session = make_user_key(SystemRng(), self.door.vault, user.id, now)
        await people.add_session(session)
        return key

    def as_(self, key: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {key}"}


@pytest.fixture(scope="session")
def gate() -> Gate:
    """One for all: it knows papers by their revisions, so tests do not disturb each other."""
    return Gate(load_packs())


@pytest.fixture
def vault() -> Vault:
    return Vault(bytes(32), SeededRng(7))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = open_store(tmp_path / "kanhe.db", durable=False)
    yield opened
    opened.close()


@pytest.fixture(params=["hot", "router"])
def hot(request: pytest.FixtureRequest) -> bool:
    """Everything is asked twice: the short way, and through the router that it must agree with."""
    return bool(request.param == "hot")


@pytest.fixture
async def site(
    store: SqliteStore, vault: Vault, gate: Gate, hot: bool, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Site]:
    monkeypatch.setattr("kanhe.doors.http.server.STOP_S", 1)  # nobody waits for an answer that a test keeps back
    clock, books = FixedClock(NOW), Books()
    for paper in papers(vault, KEYS):
        books.put(paper)
    world = make_world(store, gate, clock, books)
    lists, targets = Listings(store.path), Targets(frozenset({"127.0.0.1"}))
    outside = Client(targets)
    deliverer = Deliverer(store, lists, books, vault, outside, clock, SeededRng(3), look_again_s=0.01)
    deliverer.start()
    notary = Notary(store, make_signing_key("kanhe.test/ledger/1", SeededRng(4).token(32)))
    proofs = LedgerBook(store, notary.verifier)
    cabinet = cabinet_of(store, vault, PaperWebhooks(books, world.ids, deliverer.put))
    people = SqlitePeople(store)
    reviews = Reviews(world, SqliteReviews(store), papers=Papers(cabinet.dossiers, books))
    announcements = Announcements(world, SqliteAnnouncements(store))
    staff = Staff(people, reviews, announcements)
    door = make_door(world, vault, lists, targets, deliverer, cabinet, proofs, staff)
    door.forms = FORMS
    server = HttpServer(door, make_app(door), "127.0.0.1", 0, hot=HOT if hot else {})
    port = await server.start()
    intake = asyncio.create_task(intake_loop(world))
    announcing = asyncio.create_task(announcements.run())
    base = f"http://127.0.0.1:{port}"
    async with aiohttp.ClientSession(base, headers={"Authorization": f"Bearer {KEY}"}) as client:
        yield Site(door, world, store, clock, books, client, base, intake, deliverer, notary)
    await server.stop()
    await deliverer.stop()
    await outside.close()
    lists.close()
    intake.cancel()
    announcing.cancel()
    await asyncio.gather(intake, announcing, return_exceptions=True)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made, app = Receiver(), web.Application()
    app.router.add_post("/hook", made.take)
    server = TestServer(app)
    await server.start_server()
    made.url = str(server.make_url("/hook"))
    yield made
    await server.close()
