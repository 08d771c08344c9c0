"""The client at the socket: what a name led to when it was checked does not matter, what it leads to now does."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from kanhe.webhooks.client import Client, Outcome
from kanhe.webhooks.target import Targets


class Listener:
    """A port of this machine that counts who connects."""

    def __init__(self) -> None:
        self.connections, self.port = 0, 0

    def met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        writer.close()


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    made = Listener()
    server = await asyncio.start_server(made.met, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "0x7f.1"])
async def test_no_socket_is_opened_into_a_private_network(listener: Listener, host: str) -> None:
    client = Client(Targets())
    outcome = await client.post(f"https://{host}:{listener.port}/", b"{}", {})
    await client.close()
    assert listener.connections == 0
    assert "not a public address" in outcome.error
    assert outcome.down


async def test_a_receiver_that_the_operator_allows_is_met(listener: Listener) -> None:
    client = Client(Targets(frozenset({f"localhost:{listener.port}"})))
    await client.post(f"https://localhost:{listener.port}/", b"{}", {})
    await client.close()
    assert listener.connections > 0


async def test_redirects_are_not_followed_and_a_wish_to_wait_is_heard() -> None:
    seen: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request.path)
        headers = {"Location": "/elsewhere", "Retry-After": "120"}
        return web.Response(status=307, headers=headers)

    app = web.Application()
    app.router.add_post("/{tail:.*}", answer)
    server = TestServer(app)
    await server.start_server()
    client = Client(Targets(frozenset({"127.0.0.1"})))
    outcome = await client.post(str(server.make_url("/hook")), b"{}", {})
    await client.close()
    await server.close()
    assert seen == ["/hook"]
    assert outcome == Outcome(307, retry_after_s=120)
    assert not outcome.delivered


@pytest.mark.parametrize(
    ("status", "delivered", "down", "gone"),
    [(200, True, False, False), (204, True, False, False), (400, False, False, False), (429, False, True, False), (410, False, False, True), (500, False, True, False), (0, False, True, False)],
)  # fmt: skip
def test_what_a_status_means(status: int, delivered: bool, down: bool, gone: bool) -> None:
    outcome = Outcome(status)
    assert (outcome.delivered, outcome.down, outcome.gone) == (delivered, down, gone)
