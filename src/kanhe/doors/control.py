"""The operator's own door: a socket in the data folder, for the owner of the process alone. JSON lines, one answer each.

`kanhe apply`, `kanhe key`, `kanhe doctor` speak to a running platform here: no credentials beside the right to open the file.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import msgspec

from kanhe.kit.faults import Faults
from kanhe.records.documents import PaperInvalidError

Order = Callable[[Mapping[str, object]], Awaitable[object]]

# A sheet of 10,000 senders is 5 MB; more comes in several files.
LINE_OCTETS_MAX = 16 * 1024 * 1024
# What an order hears that broke us.
BROKEN: dict[str, object] = {
    "error": "a fault of ours broke the order; the platform's log has it, and what was written stays"
}


class OrderRefusedError(Exception):
    """The platform understood the order and will not carry it out; the message says why."""


class ControlDoor:
    """Carries out orders by name."""

    def __init__(self, path: Path, orders: Mapping[str, Order], faults: Faults) -> None:
        self._path, self._orders, self._faults = path, orders, faults
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen, for the owner of the file alone."""
        self._path.unlink(missing_ok=True)
        mask = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(self._serve, self._path, limit=LINE_OCTETS_MAX)
        finally:
            os.umask(mask)

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                writer.write(msgspec.json.encode(await self._answer(line)) + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError):
            pass  # the operator has gone, or sent a line without end
        finally:
            writer.close()

    async def _answer(self, line: bytes) -> dict[str, object]:
        try:
            said = msgspec.json.decode(line, type=dict[str, object])
        except msgspec.DecodeError as error:
            return {"error": f"not JSON: {error}"}
        order = self._orders.get(str(said.get("do")))
        if order is None:
            return {"error": f"there is no order `{said.get('do')}`; orders are {', '.join(self._orders)}"}
        return await self._faults.endure("order", BROKEN, _carried_out(order, said))


async def _carried_out(order: Order, said: Mapping[str, object]) -> dict[str, object]:
    try:
        return {"done": await order(said)}
    except (PaperInvalidError, OrderRefusedError) as error:
        return {"error": str(error)}


async def ask(path: Path, order: Mapping[str, object]) -> object:
    """Give a running platform one order. Raises `ConnectionRefusedError` when none runs, `OrderRefusedError` when it refuses."""
    try:
        reader, writer = await asyncio.open_unix_connection(path, limit=LINE_OCTETS_MAX)
    except FileNotFoundError as error:
        raise ConnectionRefusedError(f"no platform runs on `{path.parent}`") from error
    try:
        writer.write(msgspec.json.encode(order) + b"\n")
        answer = msgspec.json.decode(await reader.readline(), type=dict[str, object])
    finally:
        writer.close()
    if "error" in answer:
        raise OrderRefusedError(str(answer["error"]))
    return answer["done"]
