"""A customer's webhook receiver: checks the signature as Standard Webhooks says and keeps what it was told."""

import asyncio
import base64
import hmac

import msgspec
from aiohttp import web


class Listener:
    """Listens on loopback; `heard` holds the verified events by message id."""

    def __init__(self) -> None:
        self.secret = ""  # the endpoint's `whsec_` key, known once it is made
        self.heard: dict[str, dict[str, object]] = {}
        self._news = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def start(self) -> str:
        """Listen; the address to give to the platform."""
        app = web.Application()
        app.router.add_post("/hook", self._take)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        return f"http://127.0.0.1:{port}/hook"

    async def stop(self) -> None:
        """Listen no more."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def wait_for(self, message: str, seconds: float) -> dict[str, object] | None:
        """What we were told of a message; None when nothing came in time."""
        try:
            async with asyncio.timeout(seconds):
                while message not in self.heard:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return None
        return self.heard[message]

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = request.headers
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        expected = "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
        if expected not in headers["webhook-signature"].split():
            return web.Response(status=401)
        event = msgspec.json.decode(body, type=dict[str, object])
        data = event.get("data")
        if isinstance(data, dict):
            self.heard[str(data.get("id"))] = event
            self._news.set()
        return web.Response(status=204)
