"""An SMSC of a few lines that sends exactly what a test wants, segment by segment, and notes what is answered."""

import asyncio

from kanhe.protocols.smpp.codec import Reader, build
from kanhe.protocols.smpp.pdus import (
    BindTransceiver,
    BindTransceiverResp,
    DeliverSm,
    DeliverSmResp,
    EnquireLink,
    EnquireLinkResp,
    SubmitSm,
    SubmitSmResp,
    Unbind,
    UnbindResp,
)

UDHI = 0x40
ANSWERS = {Unbind: UnbindResp, EnquireLink: EnquireLinkResp}


class Link(asyncio.Protocol):
    """One connection of the platform."""

    def __init__(self, smsc: "RawSmsc") -> None:
        self._smsc, self._reader = smsc, Reader()
        self.transport: asyncio.Transport

    def connection_made(self, transport) -> None:
        self.transport = transport

    def connection_lost(self, exc) -> None:
        if self in self._smsc.links:
            self._smsc.links.remove(self)

    def data_received(self, data: bytes) -> None:
        for pdu in self._reader.feed(data):
            self._take(pdu)

    def _take(self, pdu) -> None:
        match pdu:
            case BindTransceiver():
                self._smsc.links.append(self)
                self.write(BindTransceiverResp(pdu.sequence_number, 0, "SMSC"))
            case SubmitSm():
                self._smsc.submitted.append(pdu)
                self.write(SubmitSmResp(pdu.sequence_number, 0, str(len(self._smsc.submitted))))
            case DeliverSmResp():
                self._smsc.answered.append((pdu.sequence_number, pdu.command_status))
            case Unbind() | EnquireLink():
                self.write(ANSWERS[type(pdu)](pdu.sequence_number))

    def write(self, pdu) -> None:
        self.transport.write(build(pdu))


class RawSmsc:
    """All connections, newest last."""

    def __init__(self) -> None:
        self.links: list[Link] = []
        self.submitted: list[SubmitSm] = []
        self.answered: list[tuple[int, int]] = []
        self._server: asyncio.Server
        self._said = 0

    async def start(self) -> int:
        self._server = await asyncio.get_running_loop().create_server(lambda: Link(self), "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        self._server.close()
        for link in list(self.links):
            link.transport.close()

    def say(self, octets: bytes, source: str, to: str, link: int = -1, **more) -> int:
        """A deliver_sm to the platform on one of its links; the number under which it is to be answered."""
        self._said += 1
        fields = {"data_coding": 8, "esm_class": 0} | more
        pdu = DeliverSm(self._said, 0, source_addr=source, destination_addr=to, short_message=octets, **fields)
        self.links[link].write(pdu)
        return self._said

    def say_part(self, text: str, reference: int, total: int, number: int, source: str, to: str, link: int = -1) -> int:
        """One segment of a message, in UCS-2."""
        header = bytes((5, 0, 3, reference, total, number))
        return self.say(header + text.encode("utf-16-be"), source, to, link, esm_class=UDHI)
