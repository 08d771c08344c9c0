"""What was answered under a key is answered again by the next process."""

import asyncio
from pathlib import Path

import aiohttp
from tests.contract.http.conftest import KEY, KEYS
from tests.contract.http.http_world import NOW, cabinet_of, make_world, papers

from kanhe.doors.http.asgi import make_app
from kanhe.doors.http.door import make_door
from kanhe.doors.http.server import HttpServer
from kanhe.gate.gate import Gate
from kanhe.journey import intake_loop
from kanhe.kit.clock import FixedClock
from kanhe.kit.rng import SeededRng
from kanhe.kit.vault import Vault
from kanhe.records.books import Books
from kanhe.store.sqlite.listings import Listings
from kanhe.store.sqlite.store import open_store
from kanhe.webhooks.client import Client
from kanhe.webhooks.deliver import Deliverer
from kanhe.webhooks.papers import PaperWebhooks
from kanhe.webhooks.target import Targets

BODY = {"to": "+447400123456", "text": "Your order has left us. Example", "sender": "Example"}


async def one_process(path: Path, gate: Gate, vault: Vault, clock: FixedClock, body: dict[str, str]) -> tuple[int, str]:
    """Start, ask once under one key, stop."""
    store, books = open_store(path, durable=False), Books()
    for paper in papers(vault, KEYS):
        books.put(paper)
    world, lists, outside = make_world(store, gate, clock, books), Listings(path), Client(Targets())
    deliverer = Deliverer(store, lists, books, vault, outside, clock, SeededRng(3))
    cabinet = cabinet_of(store, vault, PaperWebhooks(books, world.ids, deliverer.put))
    door = make_door(world, vault, lists, Targets(), deliverer, cabinet)
    server = HttpServer(door, make_app(door), "127.0.0.1", 0)
    base, intake = f"http://127.0.0.1:{await server.start()}", asyncio.create_task(intake_loop(world))
    headers = {"Authorization": f"Bearer {KEY}", "Idempotency-Key": "order-7"}
    async with aiohttp.ClientSession(base, headers=headers) as client, client.post("/v1/messages", json=body) as answer:
        said = await answer.text()
    await server.stop()
    await outside.close()
    intake.cancel()
    await asyncio.gather(intake, return_exceptions=True)
    lists.close()
    store.close()
    return answer.status, said


async def test_a_key_outlives_the_process_for_three_days(tmp_path: Path, gate: Gate, vault: Vault) -> None:
    path, clock = tmp_path / "kanhe.db", FixedClock(NOW)
    first = await one_process(path, gate, vault, clock, BODY)
    assert first[0] == 202
    assert await one_process(path, gate, vault, clock, BODY) == first
    assert (await one_process(path, gate, vault, clock, {**BODY, "text": "Another text. Example"}))[0] == 409
    clock.advance(72 * 3_600 + 1)
    later = await one_process(path, gate, vault, clock, BODY)
    assert (later[0], later[1] == first[1]) == (202, False)
