"""Packets in plain language: those of a message, and any that somebody has captured."""

from collections.abc import Sequence
from dataclasses import dataclass

from kanhe.console.desk import Desk
from kanhe.console.faults import Fault, by_field, fault
from kanhe.console.limits import PACKET_CHARS_MAX
from kanhe.console.terms import _N
from kanhe.console.visit import Answer, Shown, Visit
from kanhe.domain.message import Message
from kanhe.domain.verdict import Verdict
from kanhe.ports.store import Row
from kanhe.protocols.tracing import TRACERS, TraceError, trace
from kanhe.protocols.tracing import Row as Line


@dataclass(frozen=True, slots=True)
class Specimen:
    """A message to be looked at as it would be written; nobody can hand it to a carrier (`dispatch.board.Sendable`)."""

    message: Message
    verdict: Verdict
    source: str
    usable_until: int


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet, a line a field."""

    number: int
    hex: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Reading:
    """The page on which a packet is read."""

    protocols: Sequence[tuple[str, str]]
    protocol: str
    hex: str
    lines: Sequence[Line]
    faults: Sequence[Fault]
    longest: int = PACKET_CHARS_MAX

    @property
    def wrong(self) -> dict[str, str]:
        """What stands at each field."""
        return by_field(self.faults)


def packets_of(desk: Desk, row: Row, language: str) -> Sequence[Packet]:
    """What the segments of a message are on the wire of its connector; nothing for what has no way."""
    route = desk.world.books.routes.get(row.verdict.route or "")
    connector = desk.connectors.get(route.connector) if route is not None else None
    if connector is None or not row.segments:
        return ()
    message, verdict = row.message, row.verdict
    source = verdict.sender or desk.world.books.shown(message)
    specimen = Specimen(message, verdict, source, min(message.expires_at, verdict.valid_until))
    return [
        Packet(number, octets.hex(), trace(octets.hex(), connector.protocol, language))
        for number, octets in enumerate(connector.packets(specimen, row.segments), start=1)
    ]


async def ask_packet(desk: Desk, visit: Visit) -> Answer:
    """The form."""
    return _shown(visit.query.get("protocol", "smpp"), "", (), ())


async def read_packet(desk: Desk, visit: Visit) -> Answer:
    """What the octets say; they are kept nowhere."""
    protocol, written = visit.form.get("protocol", ""), visit.form.get("hex", "")
    try:
        lines = trace(written, protocol, visit.language)
    except TraceError as error:
        said = fault(visit, "hex", _N("These are no octets: two hexadecimal digits each are expected."))
        return _shown(protocol, written, (), (said._replace(detail=str(error)),))
    if not lines:
        return _shown(protocol, written, (), (fault(visit, "hex", _N("There is no packet to read.")),))
    return _shown(protocol, written, lines, ())


def _shown(protocol: str, written: str, lines: Sequence[Line], faults: Sequence[Fault]) -> Shown:
    protocols = [(name, name.upper()) for name in TRACERS]
    return Shown("packets.html", Reading(protocols, protocol, written, lines, faults), 422 if faults else 200)
