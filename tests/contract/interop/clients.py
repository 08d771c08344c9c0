"""Four foreign SMPP clients in one shape: bind, send one text in one of the ways, hear what comes, part.

Each writes with its own house's encoder and cutter where it has one; the rest is cut by smpplib's.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import NamedTuple, Protocol

import aiosmpplib
import aiosmpplib.state
import smpp34
import smpplib.client
import smpplib.exceptions
import smpplib.gsm
from tests.contract.interop.node import Node
from tests.patience import until

from kanhe.sim.papers import PASSWORD, SYSTEM_ID

# How a text is put into submissions: as short_message, in segments with a header, in segments with sar_ parameters, in message_payload.
PLAIN, UDH, SAR, PAYLOAD = "plain", "udh", "sar", "payload"
WAYS = (PLAIN, UDH, SAR, PAYLOAD)

UDHI = 0x40
# A refused login that the library did not make out.
UNHEARD = -1
HEADER_OCTETS = 6
REFERENCE = 0x4B
SAR_REFERENCE, SAR_TOTAL, SAR_SEQUENCE, MESSAGE_PAYLOAD = 0x020C, 0x020E, 0x020F, 0x0424


class RefusedError(Exception):
    """The door answered with a status."""

    @property
    def status(self) -> int:
        return self.args[0]


class Heard(NamedTuple):
    """A receipt (id and state) or an inbound message (text)."""

    id: str
    state: str
    text: str = ""


class Order(NamedTuple):
    """One text to send."""

    source: str
    to: str
    text: str
    way: str = PLAIN
    service_type: str = "TXN"


class Client(Protocol):
    """What every story asks of a foreign client."""

    heard: list[Heard]

    async def bind(self, port: int, how: str = "transceiver", password: str = PASSWORD) -> None:
        """Raises `RefusedError`."""

    async def send(self, order: Order) -> str:
        """The message id all its segments were given. Raises `RefusedError`."""

    async def part(self) -> None:
        """Unbind and close."""


def cut(text: str) -> tuple[list[bytes], int]:
    """(bodies without headers, data_coding) as smpplib cuts a text; one octet of each header says how many there are."""
    parts, coding, esm_class = smpplib.gsm.make_parts(text)
    return [part[HEADER_OCTETS:] if esm_class & UDHI else part for part in parts], coding


def whole(text: str) -> tuple[bytes, int]:
    """(octets, data_coding) of a text in one piece."""
    bodies, coding = cut(text)
    return b"".join(bodies), coding


def header(total: int, sequence: int) -> bytes:
    """A concatenation header with a reference of one octet (3GPP TS 23.040, 9.2.3.24.1)."""
    return bytes((5, 0, 3, REFERENCE, total, sequence))


def read(octets: bytes, coding: int, esm_class: int) -> Heard:
    """A receipt's text by its usual form (SMPP 3.4, appendix B), or what a person wrote."""
    if esm_class & 0x3C == 0x04:
        found = re.match(rb"id:(\S+) .*stat:(\w+)", octets)
        assert found, "receipts have the usual form"
        return Heard(found[1].decode(), found[2].decode())
    return Heard("", "", octets.decode("utf-16-be" if coding == 8 else "ascii"))


def one(ids: list[str]) -> str:
    """Segments of one message are one message to us: all have its id."""
    assert len(set(ids)) == 1, ids
    return ids[0]


# --- smpplib -------------------------------------------------------------------------------------------------------------------


class Smpplib:
    """python-smpplib: blocking, so each step is taken in a thread."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self._answers: dict[int, tuple[int, str]] = {}  # by sequence number

    async def bind(self, port: int, how: str = "transceiver", password: str = PASSWORD) -> None:
        self._client = client = smpplib.client.Client("127.0.0.1", port, timeout=1, allow_unknown_opt_params=True)
        client.set_message_sent_handler(self._answered)  # called for refusals too, after the other
        client.set_error_pdu_handler(lambda pdu: None)
        client.set_message_received_handler(self._received)
        await asyncio.to_thread(client.connect)
        try:
            await asyncio.to_thread(getattr(client, f"bind_{how}"), system_id=SYSTEM_ID, password=password)
        except smpplib.exceptions.PDUError as error:
            client.disconnect()
            raise RefusedError(error.args[1]) from error
        self._reading = asyncio.create_task(self._read())

    def _answered(self, pdu: object) -> None:
        self._answers[pdu.sequence] = (pdu.status, (pdu.message_id or b"").decode())

    def _received(self, pdu: object) -> int:
        self.heard.append(read(pdu.short_message, pdu.data_coding, pdu.esm_class))
        return 0

    async def _read(self) -> None:
        """One PDU at a time, as its own loop does; the socket's time-out only shows that nothing came."""
        while True:
            await asyncio.to_thread(self._client.poll)
            await asyncio.sleep(0.01)

    async def send(self, order: Order) -> str:
        common = {"source_addr": order.source, "destination_addr": order.to, "service_type": order.service_type}
        pdus = [
            self._client.send_message(registered_delivery=1, **common, **more).sequence for more in self._parts(order)
        ]
        await until(lambda: all(sequence in self._answers for sequence in pdus))
        answers = [self._answers[sequence] for sequence in pdus]
        if any(status for status, _ in answers):
            raise RefusedError(max(status for status, _ in answers))
        return one([identifier for _, identifier in answers])

    def _parts(self, order: Order) -> list[dict[str, object]]:
        if order.way == PAYLOAD:
            octets, coding = whole(order.text)
            return [{"message_payload": octets, "data_coding": coding, "short_message": b""}]
        if order.way == SAR:
            bodies, coding = cut(order.text)
            sar = {"sar_msg_ref_num": REFERENCE, "sar_total_segments": len(bodies), "data_coding": coding}
            return [{**sar, "short_message": body, "sar_segment_seqnum": n} for n, body in enumerate(bodies, 1)]
        bodies, coding, esm_class = smpplib.gsm.make_parts(order.text)
        return [{"short_message": body, "data_coding": coding, "esm_class": esm_class} for body in bodies]

    async def part(self) -> None:
        self._reading.cancel()
        await asyncio.sleep(0.05)
        await asyncio.to_thread(self._client.unbind)
        self._client.disconnect()


# --- smpp34 --------------------------------------------------------------------------------------------------------------------


class Smpp34:
    """smpp34: it has no encoder, so it is handed octets."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []

    async def bind(self, port: int, how: str = "transceiver", password: str = PASSWORD) -> None:
        kind = {"transceiver": "TRX", "transmitter": "TX", "receiver": "RX"}[how]
        self._client = smpp34.Client("127.0.0.1", port, SYSTEM_ID, password, bind_type=kind, connect_timeout_ms=1_000)
        try:
            self._smsc = await self._client.connect()
        except smpp34.SmppError as error:
            # A refusal has no body (SMPP 3.4, 4.1.2): it waits for another, then times out.
            raise RefusedError(UNHEARD) from error
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        while isinstance(event := await self._smsc.next(), smpp34.DeliverSmEvent):
            self.heard.append(read(event.short_message, event.data_coding, event.esm_class))

    async def send(self, order: Order) -> str:
        answers = await asyncio.gather(
            *[
                self._smsc.submit_sm(
                    order.to,
                    source_addr=order.source,
                    service_type=order.service_type,
                    registered_delivery=1,
                    **more,
                )
                for more in self._parts(order)
            ]
        )
        if refused := [answer.command_status for answer in answers if not answer.is_success]:
            raise RefusedError(refused[0])
        return one([answer.message_id for answer in answers])

    def _parts(self, order: Order) -> list[dict[str, object]]:
        octets, coding = whole(order.text)
        bodies, _ = cut(order.text)
        numbered = list(enumerate(bodies, 1))
        match order.way:
            case "payload":
                return [{"data_coding": coding, "tlvs": [smpp34.Tlv(MESSAGE_PAYLOAD, octets)]}]
            case "udh":
                return [
                    {"data_coding": coding, "esm_class": UDHI, "short_message": header(len(bodies), n) + body}
                    for n, body in numbered
                ]
            case "sar":
                return [
                    {"data_coding": coding, "short_message": body, "tlvs": self._sar(len(bodies), n)}
                    for n, body in numbered
                ]
            case _:
                return [{"data_coding": coding, "short_message": octets}]

    def _sar(self, total: int, sequence: int) -> list[smpp34.Tlv]:
        values = ((SAR_REFERENCE, REFERENCE, 2), (SAR_TOTAL, total, 1), (SAR_SEQUENCE, sequence, 1))
        return [smpp34.Tlv(tag, value.to_bytes(size, "big")) for tag, value, size in values]

    async def part(self) -> None:
        await self._smsc.unbind()
        await self._reading
        await self._client.stop()


# --- aiosmpplib ----------------------------------------------------------------------------------------------------------------


class Aiosmpplib(aiosmpplib.AbstractHook):
    """aiosmpplib: messages go through its broker, answers come to its hook. It cuts by header itself, adding sar_ as well."""

    MODES = aiosmpplib.state.BindMode

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self._answers: dict[str, tuple[int, str]] = {}
        self._count = 0

    async def bind(self, port: int, how: str = "transceiver", password: str = PASSWORD) -> None:
        self._esme = aiosmpplib.ESME(
            "127.0.0.1", port, SYSTEM_ID, password, bind_mode=self.MODES[how.upper()], hook=self, log_level="CRITICAL"
        )
        try:
            await self._esme.connect()
        except ValueError as error:  # a refusal has no body (SMPP 3.4, 4.1.2), and this library reads one
            raise RefusedError(self._bind_status) from error
        self._running = asyncio.create_task(self._esme.start())

    async def sending(self, smpp_message: object, pdu: bytes, client_id: str) -> None:
        """Nothing to note."""

    async def send_error(self, smpp_message: aiosmpplib.SubmitSm, error: Exception, client_id: str) -> None:
        self._answers[smpp_message.log_id] = (-1, repr(error))

    async def received(self, smpp_message: object, pdu: bytes, client_id: str) -> None:
        """A receipt comes as octets alone while it waits for one of each segment; our door gives one for the whole message."""
        if smpp_message is None:
            self._note(smpp34.decode(pdu))
        elif isinstance(smpp_message, aiosmpplib.SubmitSmResp):
            self._answers[smpp_message.log_id] = (smpp_message.command_status, smpp_message.message_id)
        elif isinstance(smpp_message, aiosmpplib.DeliverSm):
            if smpp_message.is_receipt():
                receipt = smpp_message.parse_receipt()
                self.heard.append(Heard(str(receipt["id"]), str(receipt["stat"])))
            else:
                self.heard.append(Heard("", "", smpp_message.short_message))

    def _note(self, raw: object) -> None:
        if isinstance(raw, smpp34.DeliverSm):
            self.heard.append(read(raw.short_message, raw.data_coding, raw.esm_class))
        elif isinstance(raw, smpp34.RawPdu):
            self._bind_status = raw.command_status

    async def send(self, order: Order) -> str:
        self._count += 1
        name = str(self._count)
        await self._esme.broker.enqueue(
            aiosmpplib.SubmitSm(
                short_message=order.text,
                source=aiosmpplib.PhoneNumber(order.source),
                destination=aiosmpplib.PhoneNumber(order.to),
                service_type=order.service_type,
                log_id=name,
                esm_class=UDHI if order.way == UDH else 0,
                auto_message_payload=order.way != UDH,
                encoding="ucs2" if whole(order.text)[1] else "gsm0338",
            )
        )
        await until(lambda: name in self._answers)
        status, said = self._answers[name]
        if status:
            raise RefusedError(status)
        return said

    async def part(self) -> None:
        await self._esme.stop()
        await self._running


# --- npm smpp ------------------------------------------------------------------------------------------------------------------


class NpmSmpp:
    """The npm package smpp, in a process of its own."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []

    async def bind(self, port: int, how: str = "transceiver", password: str = PASSWORD) -> None:
        self._node = await Node.start("client.js", self._told)
        said = await self._node.ask(do="bind", port=port, how=how, system_id=SYSTEM_ID, password=password)
        if said["status"]:
            await self._node.stop()
            raise RefusedError(said["status"])

    def _told(self, said: dict[str, object]) -> None:
        self.heard.append(
            read(str(said["text"]).encode("utf-16-be"), 8, 0) if not said["esm_class"] else _npm_receipt(said)
        )

    async def send(self, order: Order) -> str:
        bodies, coding = cut(order.text)
        said = await self._node.ask(
            do="send",
            source=order.source,
            to=order.to,
            text=order.text,
            way=order.way,
            service_type=order.service_type,
            bodies=[body.hex() for body in bodies],
            coding=coding,
            reference=REFERENCE,
        )
        if refused := [status for status in said["statuses"] if status]:
            raise RefusedError(refused[0])
        return one(said["ids"])

    async def ask_if_alive(self) -> int:
        """The status of our answer to its enquire_link."""
        return int(str((await self._node.ask(do="ask_if_alive"))["status"]))

    async def part(self) -> None:
        await self._node.ask(do="unbind")
        await self._node.stop()


def _npm_receipt(said: dict[str, object]) -> Heard:
    return read(str(said["text"]).encode("ascii"), 0, int(str(said["esm_class"])))


CLIENTS: dict[str, Callable[[], Client]] = {
    "smpplib": Smpplib,
    "smpp34": Smpp34,
    "aiosmpplib": Aiosmpplib,
    "npm-smpp": NpmSmpp,
}


async def hear(client: Client, count: int) -> list[Heard]:
    """Wait for so many receipts and inbound messages."""
    await until(lambda: len(client.heard) >= count)
    return client.heard


Story = Callable[[Client], Awaitable[None]]
