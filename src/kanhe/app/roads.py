"""The roads: what connectors and doors of each protocol are made of, and where a door listens."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from kanhe.carriers.cmpp import CmppDialect
from kanhe.carriers.dialect import Dialect as CarrierDialect
from kanhe.carriers.sgip import SgipDialect
from kanhe.carriers.smgp import SmgpDialect
from kanhe.carriers.smpp import SmppDialect
from kanhe.dispatch.watch import CONNECTOR
from kanhe.domain.options import OF_CONNECTOR
from kanhe.domain.papers import ConnectorPaper
from kanhe.doors.cmpp import CmppDoorDialect
from kanhe.doors.dialect import Dialect as DoorDialect
from kanhe.doors.links import Listen
from kanhe.doors.sgip import SgipDoorDialect
from kanhe.doors.smgp import SmgpDoorDialect
from kanhe.doors.smpp import SmppDoorDialect
from kanhe.doors.tls import server_tls
from kanhe.kit.clock import Clock
from kanhe.kit.vault import Vault
from kanhe.ports.carrier import Bringer, Carrier
from kanhe.protocols.events import Event, Inbound
from kanhe.protocols.exchange.local import beijing
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


class LinkRoad(NamedTuple):
    """What a door of a carrier protocol speaks, where it listens (nowhere: it stays shut), how many it lets in."""

    make: Callable[[Settings, World], DoorDialect]
    listens: Callable[[Settings], list[Listen]]
    sessions_max: Callable[[Settings], int]


LINK_DOORS: Mapping[str, LinkRoad] = {
    "smpp": LinkRoad(
        lambda settings, _: SmppDoorDialect(settings.smpp.system_id),
        _smpp_listens,
        lambda s: s.smpp.sessions_max,
    ),
    "cmpp": LinkRoad(
        lambda settings, world: CmppDoorDialect(beijing(world.clock), settings.cmpp.skew_s_max),
        lambda s: _listens(s.cmpp),
        lambda s: s.cmpp.sessions_max,
    ),
    "sgip": LinkRoad(
        lambda settings, world: SgipDoorDialect(
            settings.sgip.node, world.books.credentials, world.clock, world.rng.random
        ),
        lambda s: _listens(s.sgip),
        lambda s: s.sgip.sessions_max,
    ),
    "smgp": LinkRoad(
        lambda settings, world: SmgpDoorDialect(beijing(world.clock), settings.smgp.skew_s_max),
        lambda s: _listens(s.smgp),
        lambda s: s.smgp.sessions_max,
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

    def note(self, name: str, events: Sequence[Event]) -> None:
        """What is to be seen of the links of a connector."""
        self._world.watch.note(CONNECTOR, name, events, self._world.clock.monotonic())
