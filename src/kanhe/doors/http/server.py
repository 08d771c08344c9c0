"""Listening: uvicorn with httptools inside our own loop. It starts, it stops, it touches no signals."""

import asyncio
import logging
import ssl
from collections.abc import Mapping
from functools import partial
from typing import Any

import uvicorn
from litestar.types import ASGIApp, HTTPScope, Receive, Send
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from kanhe.doors.http.door import Door
from kanhe.doors.http.endpoint import Endpoint
from kanhe.doors.http.limits import CONNECTIONS_MAX, HEADER_OCTETS_MAX, KEEP_ALIVE_S, REQUEST_S, STOP_S
from kanhe.doors.http.replies import Reply
from kanhe.doors.http.serve import serve
from kanhe.doors.http.table import HOT

_HEAD_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_TOO_MANY = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 2\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"

_CLOSE = (b"connection", b"close")

logging.getLogger("uvicorn.error").setLevel(logging.WARNING)


class _HeadTooLongError(Exception):
    """Stops the parser; never leaves this file."""


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol with the limits it leaves out: octets of a head, time for a request, connections.

    The hot addresses are answered from here, for a router would cost more than the rest of such a request.
    """

    def __init__(self, door: Door, hot: Mapping[str, Endpoint], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._door, self._hot = door, hot
        self.access_log = False  # addresses may name numbers, and logs never do
        self._head = 0  # octets of a head that is not whole yet
        self._in_head = self._in_request = self._too_long = False
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its parent has it
        """Take a connection, unless there are too many."""
        super().connection_made(transport)
        self._deadline = self.loop.call_later(REQUEST_S, transport.close)
        if len(self.connections) > CONNECTIONS_MAX:
            transport.write(_TOO_MANY)
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._in_time()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser; who is in the middle of a request after that is watched."""
        if self.transport.is_closing():
            return
        super().data_received(data)
        if not self._in_request:
            self._in_time()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(REQUEST_S, self.transport.close)
        if self._in_head:
            self._head += len(data)
            if self._head > HEADER_OCTETS_MAX and not self.transport.is_closing():
                self._too_long = True
                self.send_400_response("")

    def on_message_begin(self) -> None:
        """A request begins."""
        self._head, self._in_head, self._in_request = 0, True, True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is whole: go on, unless it was too long."""
        self._in_head = False
        if len(self.url) + sum([len(name) + len(value) for name, value in self.headers]) > HEADER_OCTETS_MAX:
            self._too_long = True
            raise _HeadTooLongError
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._in_request = False
        super().on_message_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        endpoint = self._hot.get(cycle.scope["path"]) if cycle.scope["method"] == "POST" else None
        super()._start_asgi_task(cycle, app if endpoint is None else partial(self._answer, endpoint, cycle))

    async def _answer(
        self, endpoint: Endpoint, cycle: RequestResponseCycle, scope: HTTPScope, receive: Receive, send: Send
    ) -> None:
        """What an application does, but for `send`."""
        reply = await serve(self._door, endpoint, scope, receive, {})
        if cycle.flow.write_paused:
            await cycle.flow.drain()
        if not cycle.disconnected:
            _write(cycle, reply)

    def send_400_response(self, msg: str) -> None:
        """Say that the request cannot be read, or that its head is too long, and close."""
        if not self._too_long:
            super().send_400_response(msg)
            return
        self.transport.write(_HEAD_TOO_LONG)
        self.transport.close()

    def _in_time(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def _write(cycle: RequestResponseCycle, reply: Reply) -> None:
    """Head and body in one write: `send` makes two, and each wakes the peer."""
    headers = [(b"content-type", reply.kind), (b"content-length", b"%d" % len(reply.body)), *reply.headers]
    keep = cycle.keep_alive and _CLOSE not in reply.headers
    if not keep and _CLOSE not in reply.headers:
        headers.append(_CLOSE)
    head = b"".join([b"%b: %b\r\n" % header for header in (*cycle.default_headers, *headers)])
    cycle.response_started = cycle.response_complete = True
    cycle.message_event.set()
    cycle.transport.write(b"%b%b\r\n%b" % (STATUS_LINE[reply.status], head, reply.body))
    if not keep:
        cycle.transport.close()
    cycle.on_response()


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: the process belongs to `app/run.py`."""

    async def serve(self, sockets: Any = None) -> None:
        await self._serve(sockets)


class HttpServer:
    """The listening end of the door: `await start()`, `await stop()`."""

    def __init__(
        self,
        door: Door,
        app: ASGIApp,
        host: str,
        port: int,
        tls: ssl.SSLContext | None = None,
        *,
        hot: Mapping[str, Endpoint] = HOT,
    ) -> None:
        self._door = door
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            http=partial(BoundedProtocol, door, hot),  # type: ignore[arg-type] # called as the class is
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # a peer that is trusted by default could say it comes from anywhere
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=int(STOP_S),
            backlog=1024,
        )
        config.load()
        config.ssl = tls
        self._server = _Server(config)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> int:
        """Listen; the port, which the system chose when it was 0."""
        serving = asyncio.create_task(self._server.serve(), name="http-server")
        sweeping = asyncio.create_task(self._door.waiting.sweep(), name="http-sweep")
        self._tasks = [serving, sweeping]
        while not self._server.started:
            if serving.done():
                await serving
            await asyncio.sleep(0.005)
        return int(self._server.servers[0].sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Take no more connections, let open requests be answered, end."""
        serving, sweeping = self._tasks
        self._server.should_exit = True
        await serving
        sweeping.cancel()
        await asyncio.gather(sweeping, return_exceptions=True)
