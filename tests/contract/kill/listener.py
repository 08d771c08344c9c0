"""A customer's server for webhooks that sometimes answers 500 and sometimes not at all."""

import asyncio
import json
from collections import Counter, defaultdict

from aiohttp import web

from kanhe.kit.rng import Rng

# Of each request while the listener is at its worst. Rare enough that the line moves, frequent enough that every round sees both.
FAILS, HANGS = 0.01, 0.003


class Listener:
    """Notes what came, and under which `webhook-id`; it counts as delivered only when it was answered with 204."""

    def __init__(self, rng: Rng) -> None:
        self.delivered: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
        self.answers: Counter[str] = Counter()
        self.kind = False
        self._rng = rng
        self._closing = asyncio.Event()

    async def start(self) -> str:
        """Listen; the address."""
        app = web.Application()
        app.router.add_post("/", self._take)
        self._runner = web.AppRunner(app, shutdown_timeout=1.0, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/"

    async def stop(self) -> None:
        """Close, and let those who wait for an answer go."""
        self._closing.set()
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        body = json.loads(await request.read())
        chance = 1.0 if self.kind else self._rng.random()
        if chance < HANGS:
            self.answers["none"] += 1
            await self._closing.wait()
        if chance < HANGS + FAILS:
            self.answers["500"] += 1
            return web.Response(status=500)
        self.answers["204"] += 1
        self.delivered[body["type"], int(body["data"]["id"])].add(request.headers["webhook-id"])
        return web.Response(status=204)
