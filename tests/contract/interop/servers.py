"""Two foreign SMPP servers in one shape: they take what our connector submits, and send what a story wants."""

import asyncio
import socket
from collections.abc import Callable
from typing import NamedTuple, Protocol

import smpp34
from tests.contract.interop.clients import UDHI, Order, whole
from tests.contract.interop.node import Node
from tests.patience import until

RECEIPT = 0x04
# Large enough that decimal and hexadecimal differ.
FIRST_ID = 1000


class Taken(NamedTuple):
    """One submit_sm as the server read it."""

    id: int
    source: str
    to: str
    text: str
    total: int = 1
    sequence: int = 1


class Server(Protocol):
    """What every story asks of a foreign server."""

    taken: list[Taken]

    async def start(self, hex_ids: bool = False) -> int:
        """Listen; the port. `hex_ids`: ids are hexadecimal in responses."""

    async def deliver(self, order: Order, receipt: bool = False) -> int:
        """Send a deliver_sm; the status of its answer."""

    async def stop(self) -> None:
        """End it."""


class NpmServer:
    """The npm package smpp, in a process of its own."""

    def __init__(self) -> None:
        self.taken: list[Taken] = []

    async def start(self, hex_ids: bool = False) -> int:
        self._node = await Node.start("server.js", self._told)
        return int(str((await self._node.ask(do="listen", hex=hex_ids))["port"]))

    def _told(self, said: dict[str, object]) -> None:
        if said["event"] == "submit":
            self.taken.append(Taken(*(said[name] for name in ("id", "source", "to", "text", "total", "sequence"))))

    async def deliver(self, order: Order, receipt: bool = False) -> int:
        _, coding = whole(order.text)
        said = await self._node.ask(
            do="deliver", source=order.source, to=order.to, text=order.text, coding=coding, receipt=receipt
        )
        return int(str(said["status"]))

    async def stop(self) -> None:
        await self._node.stop()


class Smpp34Server:
    """smpp34's server, in our own loop."""

    def __init__(self) -> None:
        self.taken: list[Taken] = []

    async def start(self, hex_ids: bool = False) -> int:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        self._form = "x" if hex_ids else "d"
        self._server = smpp34.Server("127.0.0.1", port, system_id="FOREIGN")
        await self._server.start()
        self._serving = asyncio.create_task(self._serve())
        return port

    async def _serve(self) -> None:
        while True:
            event = await self._server.next()
            if isinstance(event, smpp34.Esme):
                self._esme = event
            elif isinstance(event, smpp34.SubmitSmEvent):
                self._take(event)

    def _take(self, event: smpp34.SubmitSmEvent) -> None:
        number = FIRST_ID + len(self.taken)
        octets, total, sequence = event.short_message, 1, 1
        if event.esm_class & UDHI:
            total, sequence = octets[4], octets[5]
            octets = octets[octets[0] + 1 :]
        text = octets.decode("utf-16-be" if event.data_coding == 8 else "ascii")
        self.taken.append(Taken(number, event.source_addr, event.destination_addr, text, total, sequence))
        event.accept(message_id=format(number, self._form))

    async def deliver(self, order: Order, receipt: bool = False) -> int:
        octets, coding = whole(order.text)
        answer = await self._esme.deliver_sm(
            order.to,
            octets,
            source_addr=order.source,
            data_coding=coding,
            esm_class=RECEIPT if receipt else 0,
        )
        return answer.command_status

    async def stop(self) -> None:
        self._serving.cancel()
        await self._server.stop()


SERVERS: dict[str, Callable[[], Server]] = {"npm-smpp": NpmServer, "smpp34": Smpp34Server}


async def took(server: Server, count: int) -> list[Taken]:
    """Wait for so many submissions."""
    await until(lambda: len(server.taken) >= count)
    return server.taken
