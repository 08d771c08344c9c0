"""A carrier's control port: its settings, counters and texts over HTTP on loopback, for scripts and for people with curl.

GET /settings, /counters, /log, /handsets; POST /set?receipt_s=1&twice_percent=5, /inject?from=..&to=..&text=.., /drop.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from kanhe.sim.behaviour import BehaviourError
from kanhe.sim.carrier import SimulatedCarrier

# Whoever may control a rehearsal sits at this machine.
LOOPBACK = "127.0.0.1"
# A request line with a long text to inject fits; more is a mistake.
REQUEST_OCTETS_MAX = 16 * 1024
# A client that says nothing is not waited for.
REQUEST_S = 5.0

REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found"}

Query = Mapping[str, str]
Act = Callable[[SimulatedCarrier, Query], Any]


def _inject(carrier: SimulatedCarrier, query: Query) -> Any:
    if missing := {"from", "to", "text"} - query.keys():
        raise BehaviourError(f"missing: {', '.join(sorted(missing))}")
    return {"injected": carrier.inject(query["from"], query["to"], query["text"])}


def _drop(carrier: SimulatedCarrier, _query: Query) -> Any:
    carrier.drop_all()
    return {"dropped": True}


ROUTES: Mapping[tuple[str, str], Act] = {
    ("GET", "/settings"): lambda carrier, _query: carrier.behaviour,
    ("GET", "/counters"): lambda carrier, _query: carrier.counters,
    ("GET", "/log"): lambda carrier, _query: carrier.log(),
    ("GET", "/handsets"): lambda carrier, _query: carrier.handsets,
    ("POST", "/set"): lambda carrier, query: carrier.set(**query),
    ("POST", "/inject"): _inject,
    ("POST", "/drop"): _drop,
}


class Control:
    """One control port."""

    def __init__(self, carrier: SimulatedCarrier, port: int = 0) -> None:
        self._carrier, self._port = carrier, port
        self._server: asyncio.Server | None = None

    async def start(self) -> int:
        """Listen on loopback; the port."""
        self._server = await asyncio.start_server(self._serve, LOOPBACK, self._port, limit=REQUEST_OCTETS_MAX)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Close."""
        assert self._server is not None, "stop follows start"
        self._server.close()
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request a connection: the body, if any, is not read."""
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), REQUEST_S)
            method, target, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
            status, said = self._act(method, target)
        except (ValueError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            status, said = 400, {"error": "the request cannot be read"}
        body = msgspec.json.encode(said) + b"\n"
        head_lines = (
            f"HTTP/1.1 {status} {REASONS[status]}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        )
        writer.write(f"{head_lines}\r\nConnection: close\r\n\r\n".encode() + body)
        writer.close()

    def _act(self, method: str, target: str) -> tuple[int, Any]:
        parts = urlsplit(target)
        act = ROUTES.get((method, parts.path))
        if act is None:
            return 404, {"error": "unknown", "known": [" ".join(route) for route in ROUTES]}
        try:
            return 200, act(self._carrier, dict(parse_qsl(parts.query, keep_blank_values=True)))
        except BehaviourError as error:
            return 400, {"error": str(error)}
