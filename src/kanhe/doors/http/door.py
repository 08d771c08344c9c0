"""What every endpoint may ask: the world, who asks, who waits, what is counted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from kanhe.doors.http.findings import Words
from kanhe.doors.http.keys import Keys
from kanhe.doors.http.metrics import Counts
from kanhe.doors.http.scope import Lists
from kanhe.doors.http.waiting import Waiting
from kanhe.kit.vault import Vault
from kanhe.offices.announcing import Announcements
from kanhe.offices.reporting import ComplianceReport
from kanhe.offices.reviewing import Reviews
from kanhe.ports.dossiers import Cabinet
from kanhe.ports.people import People
from kanhe.ports.store import Row
from kanhe.webhooks.deliver import Deliverer
from kanhe.webhooks.target import Targets
from kanhe.world import World


class Proofs(Protocol):
    """What the door asks of the ledger."""

    def checkpoint(self) -> bytes | None:
        """The newest signed checkpoint."""
        ...

    def tile_at(self, path: str) -> bytes | None:
        """The octets of a tile or entry bundle, by its path below the log's prefix."""
        ...

    def bundle(self, row: Row) -> bytes | None:
        """The evidence for a message; None while its entry is not yet under a checkpoint."""
        ...


class Staff(NamedTuple):
    """What users of the platform ask for."""

    people: People
    reviews: Reviews
    announcements: Announcements


@dataclass(slots=True)
class Door:
    """The HTTP door's own things; `app/` makes one."""

    world: World
    vault: Vault
    keys: Keys
    words: Words
    waiting: Waiting
    lists: Lists
    targets: Targets
    deliverer: Deliverer
    cabinet: Cabinet
    proofs: Proofs | None = None
    staff: Staff | None = None
    # Of reports.
    forms: Mapping[str, tuple[str, Callable[[ComplianceReport, str], bytes]]] = field(default_factory=dict)
    unready: Callable[[], str | None] = lambda: None  # why we should get no traffic now
    counts: Counts = field(default_factory=Counts)
    open_requests: int = 0


def make_door(
    world: World,
    vault: Vault,
    lists: Lists,
    targets: Targets,
    deliverer: Deliverer,
    cabinet: Cabinet,
    proofs: Proofs | None = None,
    staff: Staff | None = None,
) -> Door:
    """A door onto `world`."""
    keys = Keys(world.books.credentials, world.books.accounts, vault, world.clock)
    words = Words(world.gate)
    waiting = Waiting(world.store, world.clock, words)
    return Door(world, vault, keys, words, waiting, lists, targets, deliverer, cabinet, proofs, staff)
