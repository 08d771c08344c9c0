"""A receiver that takes the connection and never answers: it is left alone more and more, and nobody else waits for it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from tests.contract.http.conftest import FOREIGN_KEY, Site
from tests.contract.http.http_world import MINE, THEIRS
from tests.contract.http.receiver import Receiver
from tests.contract.http.test_webhooks import DAY_S, listen, tell
from tests.patience import until

from kanhe.domain.category import Category
from kanhe.domain.message import Message
from kanhe.domain.state import State
from kanhe.ports.door import News
from kanhe.webhooks.deliver import COMPLAIN_AFTER
from kanhe.webhooks.line import AT_ONCE_MAX
from kanhe.webhooks.schedule import WAITS_S


class Hole:
    """A port where everything is read and nothing is said."""

    def __init__(self) -> None:
        self.met, self.url = 0, ""
        self._writers: list[asyncio.StreamWriter] = []

    async def start(self) -> asyncio.Server:
        server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        return server

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.met += 1
        self._writers.append(writer)
        await reader.read()

    def close(self) -> None:
        for writer in self._writers:
            writer.close()


@pytest.fixture
def hot() -> bool:
    return True


@pytest.fixture
async def hole() -> AsyncIterator[Hole]:
    hole = Hole()
    server = await hole.start()
    yield hole
    hole.close()
    server.close()


@pytest.fixture
def short_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for before the site, whose client reads it once."""
    monkeypatch.setattr("kanhe.webhooks.client.ANSWER_S", 0.2)


def news_of(site: Site, account: int) -> News:
    now = site.clock.now_ms()
    message = Message(
        site.world.ids.next(), account, 447400123456, "x", "Example", Category.TRANSACTIONAL, now, now + 1
    )
    return News(message, State.DELIVERED, now, "000", 1)


async def test_the_hooks_of_others_do_not_wait(site: Site, hole: Hole, receiver: Receiver) -> None:
    await site.ask("POST", "/v1/webhooks", json={"name": "hangs", "url": hole.url})
    await site.ask("POST", "/v1/webhooks", json={"name": "theirs", "url": receiver.url}, key=FOREIGN_KEY)
    await listen(site, receiver)
    await tell(site, [news_of(site, MINE) for _ in range(5 * AT_ONCE_MAX)])
    await until(lambda: hole.met == AT_ONCE_MAX)
    await tell(site, [news_of(site, THEIRS)])
    await until(lambda: len(receiver.got) == 5 * AT_ONCE_MAX + 1)
    assert hole.met == AT_ONCE_MAX, "a handful of requests hang, and no more are put to it"
    assert not any(job.attempts for job in site.store.jobs(100)), "none of them has come to its end"


async def test_it_times_out_backs_off_is_complained_of_and_ends_as_a_dead_letter_that_can_be_replayed(
    short_answers: None, site: Site, hole: Hole, receiver: Receiver
) -> None:
    await site.ask("POST", "/v1/webhooks", json={"name": "hangs", "url": hole.url})
    site.clock.advance(1)  # the endpoint has taken nothing since
    await tell(site, [news_of(site, MINE)])
    for tries in range(1, len(WAITS_S) + 1):
        await until(lambda tries=tries: [job.attempts for job in site.store.jobs(1)] == [tries])
        assert hole.met == tries, "while it rests it is left alone"
        if tries == COMPLAIN_AFTER:
            [complaint] = site.deliverer.complaints()
            assert complaint.endswith(f"`hangs` of account {MINE} has failed 5 times in a row: no answer in time")
        site.clock.advance(2 * DAY_S)
    await until(lambda: not site.books.endpoints[MINE, "hangs"].enabled)
    [letter] = (await site.ask("GET", "/v1/dead-letters"))[1]["dead_letters"]
    assert (letter["webhook"], letter["attempts"]) == ("hangs", len(WAITS_S) + 1)
    mended = {"enabled": True, "url": receiver.url}
    assert (await site.ask("PATCH", "/v1/webhooks/hangs", json=mended))[0] == 200
    assert (await site.ask("POST", f"/v1/dead-letters/{letter['id']}/replay"))[0] == 202
    await until(lambda: len(receiver.got) == 1 and not site.store.jobs(1) and not site.store.jobs(1, dead=True))
