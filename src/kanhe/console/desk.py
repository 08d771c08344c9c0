"""What the pages may ask; `app/` makes one."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo

from kanhe.console.throttle import Throttle
from kanhe.console.words import Speech, wall_clock
from kanhe.dispatch.board import Sendable
from kanhe.kit.vault import Vault
from kanhe.law.numbers import zones_of_country
from kanhe.ledger.integrator import StoredEntry
from kanhe.ledger.note import VerifierKey
from kanhe.offices.announcing import Announcements
from kanhe.offices.reviewing import Reviews
from kanhe.ports.dossiers import Cabinet
from kanhe.ports.people import Group, People
from kanhe.ports.store import Row
from kanhe.world import World


class ConnectorState(Protocol):
    """What a page says of a connector."""

    @property
    def name(self) -> str:
        """As its paper calls it."""
        ...

    @property
    def bound(self) -> int:
        """How many sessions may carry submissions now."""
        ...

    @property
    def stopped(self) -> str | None:
        """Why a person must look."""
        ...

    @property
    def protocol(self) -> str:
        """What it speaks."""
        ...

    def packets(self, specimen: Sendable, segments: int) -> Sequence[bytes]:
        """What the segments of a message are on its wire, to be read by people."""
        ...


class Entries(Protocol):
    """The ledger's entries and its newest checkpoint."""

    def entries_of(self, message: int) -> Sequence[StoredEntry]:
        """All entries that speak of a message."""
        ...

    def entries_since(self, index: int, limit: int) -> Sequence[StoredEntry]:
        """Entries from an index on."""
        ...

    def checkpoint(self) -> tuple[int, bytes] | None:
        """Size of the tree and its newest checkpoint."""
        ...


class Proofs(Protocol):
    """The evidence for messages."""

    def bundle(self, row: Row) -> bytes | None:
        """A bundle that anyone can verify; None while its entry is not yet under a checkpoint."""
        ...


@dataclass(slots=True)
class Desk:
    """The console's own things."""

    world: World
    people: People
    vault: Vault
    entries: Entries
    proofs: Proofs
    verifier: VerifierKey
    connectors: Mapping[str, ConnectorState]
    newest_by_state: Callable[[int, int], Sequence[Group]]  # (from id, limit); runs in a thread
    ended_loops: Callable[[], Sequence[str]] = tuple  # loops of the platform that have ended by themselves
    cabinet: Cabinet = field(kw_only=True)
    reviews: Reviews = field(kw_only=True)
    announcements: Announcements = field(kw_only=True)
    speech: Speech = field(default_factory=Speech)
    throttle: Throttle = field(init=False)
    newest: "tuple[float, asyncio.Future[Sequence[Group]]] | None" = None  # asked a moment ago, and when

    def __post_init__(self) -> None:
        self.throttle = Throttle(self.world.clock)

    @property
    def zone(self) -> ZoneInfo:
        """In which times are shown: that of the operator's seat."""
        return _zone_of(self.world.books.operator.seat)

    def when(self, instant_ms: int) -> str:
        """An instant as the pages show it."""
        return wall_clock(instant_ms, self.zone)


@cache
def _zone_of(seat: str) -> ZoneInfo:
    return ZoneInfo(zones_of_country(seat)[0])
