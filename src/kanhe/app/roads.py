"""The roads: what connectors and doors of each protocol are made of, and where a door listens."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from kanhe.carriers.cmpp import CmppDialect
from kanhe.carriers.links import Dialect as CarrierDialect
from kanhe.carriers.sgip import SgipDialect
from kanhe.carriers.smgp import SmgpDialect
from kanhe.carriers.smpp import SmppDialect
from kanhe.domain.options import OF_CONNECTOR
from kanhe.domain.papers import ConnectorPaper
from kanhe.doors.cmpp import CmppDoorDialect
from kanhe.doors.links import Dialect as DoorDialect
from kanhe.doors.links import Listen
from kanhe.doors.sgip import SgipDoorDialect
from kanhe.doors.smgp import SmgpDoorDialect
from kanhe.doors.smpp import SmppDoorDialect
from kanhe.doors.tls import server_tls
from kanhe.kit.clock import Clock
from kanhe.kit.vault import Vault
from kanhe.ports.carrier import Bringer, Carrier
from kanhe.protocols.exchange.local import beijing
from kanhe.protocols.link import Event, Inbound
from kanhe.settings import Cmpp, Settings, Sgip, Smgp
from kanhe.world import World

# What connectors speak, by `ConnectorPaper.protocol`.
CARRIERS: Mapping[str, Callable[[ConnectorPaper, Vault, Clock], CarrierDialect]] = {
    "smpp": SmppDialect,
    "cmpp": CmppDialect,
    "sgip": SgipDialect,
    "smgp": SmgpDialect,
}
assert set(CARRIERS) == set(OF_CONNECTOR)


def _smpp_listens(settings: Settings) -> list[Listen]:
    smpp = settings.smpp
    plain = [Listen(smpp.host, smpp.port)] if smpp.enabled else []
    if not smpp.tls_certificate:
        return plain
    tls = server_tls(smpp.tls_certificate, smpp.tls_key, smpp.tls_client_ca)
    return [*plain, Listen(smpp.host, smpp.tls_port, tls)]


def _listens(section: Cmpp | Sgip | Smgp) -> list[Listen]:
    return [Listen(section.host, section.port)] if section.enabled else []


# The doors of the carrier protocols: what each speaks, and where it listens (nowhere: it stays shut).
LINK_DOORS: Mapping[str, tuple[Callable[[Settings, World], DoorDialect], Callable[[Settings], list[Listen]]]] = {
    "smpp": (lambda settings, _: SmppDoorDialect(settings.smpp.system_id), _smpp_listens),
    "cmpp": (
        lambda settings, world: CmppDoorDialect(beijing(world.clock), settings.cmpp.skew_s_max),
        lambda s: _listens(s.cmpp),
    ),
    "sgip": (
        lambda settings, world: SgipDoorDialect(
            settings.sgip.node, world.books.credentials, world.clock, world.rng.random
        ),
        lambda s: _listens(s.sgip),
    ),
    "smgp": (
        lambda settings, world: SmgpDoorDialect(beijing(world.clock), settings.smgp.skew_s_max),
        lambda s: _listens(s.smgp),
    ),
}


class OpenDoor(Protocol):
    """What listens."""

    async def start(self) -> int:
        """Listen; the port."""
        ...

    async def stop(self) -> None:
        """Listen no more."""
        ...


class Closing:
    """Something that only has to be closed."""

    def __init__(self, stop: Callable[[], Awaitable[None]]) -> None:
        self._stop = stop

    async def start(self) -> int:
        """It runs already."""
        return 0

    async def stop(self) -> None:
        """Close it."""
        await self._stop()


class WorldReports:
    """Where connectors bring what carriers say: the inflows of the receipt and inbound journeys."""

    def __init__(self, world: World) -> None:
        self._world = world

    def report(self, carrier: Carrier, events: Sequence[Event]) -> None:
        """Responses, doubts and receipts."""
        self._world.reports.put([(carrier, event) for event in events])

    def inbound(self, carrier: Bringer, segments: Sequence[Inbound]) -> None:
        """Segments of messages from people."""
        self._world.segments.put([(carrier, segment) for segment in segments])
