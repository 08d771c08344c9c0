"""Listening: uvicorn with httptools inside our own loop. It starts, it stops, it touches no signals."""

import asyncio
import logging
import ssl
from typing import Any

import uvicorn
from litestar.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from kanhe.doors.http.door import Door
from kanhe.doors.http.limits import CONNECTIONS_MAX, HEADER_OCTETS_MAX, KEEP_ALIVE_S, REQUEST_S, STOP_S

_HEAD_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_TOO_MANY = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 2\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"

logging.getLogger("uvicorn.error").setLevel(logging.WARNING)


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol with the limits it leaves out: octets of a head, time for a request, connections."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.access_log = False  # addresses may name numbers, and logs never do
        self._head = 0
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its parent has it
        """Take a connection, unless there are too many."""
        super().connection_made(transport)
        self._await_request()
        if len(self.connections) > CONNECTIONS_MAX:
            transport.write(_TOO_MANY)
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._got_request()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser; a head that is too long ends the connection."""
        if self._deadline is None and self._idle:
            self._await_request()
        if self._head <= HEADER_OCTETS_MAX and not self.transport.is_closing():
            super().data_received(data)
        if self._head > HEADER_OCTETS_MAX and not self.transport.is_closing():
            self.transport.write(_HEAD_TOO_LARGE)
            self.transport.close()

    @property
    def _idle(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is None or cycle.response_complete

    def on_message_begin(self) -> None:
        """A request begins."""
        self._head = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """A piece of the address."""
        self._head += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self._head += len(name) + len(value)
        if self._head <= HEADER_OCTETS_MAX:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole: answer, unless it was too long."""
        if self._head <= HEADER_OCTETS_MAX:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        if self._head <= HEADER_OCTETS_MAX:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._got_request()
        if self._head <= HEADER_OCTETS_MAX:
            super().on_message_complete()

    def _await_request(self) -> None:
        self._deadline = self.loop.call_later(REQUEST_S, self.transport.close)

    def _got_request(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: the process belongs to `app.py`."""

    async def serve(self, sockets: Any = None) -> None:
        await self._serve(sockets)


class HttpServer:
    """The listening end of the door: `await start()`, `await stop()`."""

    def __init__(self, door: Door, app: ASGIApp, host: str, port: int, tls: ssl.SSLContext | None = None) -> None:
        self._door = door
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            http=BoundedProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
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
