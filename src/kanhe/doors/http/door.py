"""What every endpoint may ask: the world, who asks, who waits, what is counted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from kanhe.domain.facts import Consent, Suppression
from kanhe.domain.state import State
from kanhe.doors.http.findings import Words
from kanhe.doors.http.keys import Keys
from kanhe.doors.http.metrics import Counts
from kanhe.doors.http.waiting import Waiting
from kanhe.journey import World
from kanhe.kit.vault import Vault
from kanhe.ports.change import Job
from kanhe.ports.store import Row
from kanhe.webhooks.target import Targets


class Lists(Protocol):
    """Pages of what the hot road never lists."""

    def suppressions(self, account: int, after: tuple[int, int], limit: int) -> Sequence[tuple[int, Suppression]]:
        """Standing refusals of an account behind (number, id); at most `limit`."""
        ...

    def consents(self, account: int, after: tuple[int, int], limit: int) -> Sequence[tuple[int, Consent]]:
        """Consents of an account behind (number, id); at most `limit`."""
        ...

    def counts(self, account: int, first: int, last: int) -> Mapping[State, tuple[int, int]]:
        """(messages, segments) by state among ids from `first` up to `last`."""
        ...

    def dead(self, account: int, before: int, limit: int) -> Sequence[Job]:
        """Dead letters of an account, newest first."""
        ...

    def job(self, identifier: int) -> Job | None:
        """One webhook delivery."""
        ...


class Proofs(Protocol):
    """What the door asks of the ledger."""

    def checkpoint(self) -> bytes | None:
        """The newest signed checkpoint."""
        ...

    def tile(self, path: str) -> bytes | None:
        """The octets of a tile or entry bundle, by its path below the log's prefix."""
        ...

    def bundle(self, row: Row) -> bytes | None:
        """The evidence for a message; None while its entry is not yet under a checkpoint."""
        ...


@dataclass(slots=True)
class Door:
    """The HTTP door's own things; `app.py` makes one."""

    world: World
    vault: Vault
    keys: Keys
    words: Words
    waiting: Waiting
    lists: Lists
    targets: Targets
    proofs: Proofs | None = None
    unready: Callable[[], str | None] = lambda: None  # why we should get no traffic now
    counts: Counts = field(default_factory=Counts)
    open_requests: int = 0


def make_door(world: World, vault: Vault, lists: Lists, targets: Targets, proofs: Proofs | None = None) -> Door:
    """A door onto `world`."""
    keys = Keys(world.books.credentials, world.books.accounts, vault, world.clock)
    words = Words(world.gate)
    waiting = Waiting(world.store, world.clock, words)
    return Door(world, vault, keys, words, waiting, lists, targets, proofs)
