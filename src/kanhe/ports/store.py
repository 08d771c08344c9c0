"""What the journeys and the pages ask of the database. One contract suite (`tests/store/`) holds for every store."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec

from kanhe.domain.facts import Asked, Consent, DncAnswer, Sent, Suppression, Wants
from kanhe.domain.lot import Lot
from kanhe.domain.message import Message
from kanhe.domain.state import State
from kanhe.domain.verdict import Verdict
from kanhe.ports.change import Accepted, Change, Committed, Inbound, Job, KeptPart, Keyed, RawReceipt


class CommitFailedError(Exception):
    """The whole change failed and nothing of it happened."""


class StoreEndedError(Exception):
    """Nothing is written any more, whatever it is: the process must be started anew."""


class HeldUp(StrEnum):
    """What stands in the way of whatever is to be written. When somebody has cleared it, everything goes on by itself."""

    FULL = "the disk is full"
    LOCKED = "another program holds the database"
    DISK = "the disk does not write"


class StoreHeldUpError(CommitFailedError):
    """Nothing can be written at present: doors close until it can."""

    def __init__(self, why: HeldUp) -> None:
        super().__init__(why.value)
        self.why = why


class Answers(msgspec.Struct):
    """The books' answers to a `Wants`, under one snapshot."""

    revision: int
    consents: Mapping[tuple[int, int], Sequence[Consent]] = {}
    suppressions: Mapping[int, Sequence[Suppression]] = {}
    history: Mapping[int, Sequence[Sent]] = {}
    requests: Mapping[tuple[int, int], Sequence[Asked]] = {}
    dnc: Mapping[tuple[str, int], DncAnswer] = {}
    by_sender: Mapping[tuple[int, str], Sequence[Sent]] = {}


class ListOnFile(msgspec.Struct, frozen=True):
    """What is on file of a register: a list without its numbers."""

    register: str
    scope: str
    checked_at: int
    count: int


class Row(msgspec.Struct):
    """A message as it stands in the store."""

    message: Message
    verdict: Verdict
    state: State
    segments: int
    price: int
    due: int | None
    salt: bytes
    trail: bytes | None
    judged: int = 0  # how many verdicts came after the first
    error: str | None = None


class Filter(msgspec.Struct, frozen=True):
    """Which messages a list shows; `before` is the keyset cursor (an id)."""

    account: int | None = None
    state: State | None = None
    category: str | None = None
    sender: str | None = None
    number: int | None = None
    since: int | None = None  # ms
    until: int | None = None  # ms
    before: int | None = None
    limit: int = 50


class Answered(NamedTuple):
    """A carrier's response (`ports.change.Response`) to one segment, as recovery reads it: it speaks of the claim before it."""

    segment: int
    status: int
    carrier_id: str
    at: int
    earlier: bool = False  # it answered a claim before the newest


class Page(msgspec.Struct):
    """Messages, newest first, and where the next page begins (`Filter.before`); None: that was all.

    A page ends short, and may be empty, when a store has looked through as much as one call may.
    """

    rows: Sequence[Row]
    before: int | None = None


class Unsettled(msgspec.Struct):
    """What recovery needs to rebuild the board after a crash."""

    rows: Sequence[Row]
    claimed: Mapping[int, tuple[str, int]]  # message -> (connector, at) of its newest claim
    responses: Mapping[int, Sequence[Answered]]  # to all its claims, oldest first
    told: frozenset[int]
    receipts: Sequence[RawReceipt] = ()  # kept of late, that may speak of one of these: to be matched again


class RefusalOnFile(NamedTuple):
    """A refusal or block; with who took it back, when and why."""

    refusal: Suppression
    lifted_at: int | None  # None: it stands
    lifted_by: str = ""
    lifted_why: str = ""


class Store(Protocol):
    """One transaction per tick by one writer; reads under snapshots that never last a second."""

    @property
    def revision(self) -> int:
        """Rises with every commit that touches a book (refusals, consents, papers)."""
        ...

    def ask(self, wants: Wants) -> Answers:
        """Each book's answer for a whole batch."""
        ...

    async def commit(self, change: Change) -> Committed:
        """Write `change` durably. Raises `CommitFailedError`: nothing of it happened."""
        ...

    def keyed(self, account: int, key: str) -> Keyed | None:
        """The stored answer of an idempotency key."""
        ...

    def row(self, identifier: int) -> Row | None:
        """One message as stored."""
        ...

    def rows(self, which: Filter) -> Sequence[Row]:
        """The rows of `page`: fewer than `limit` does not mean that there are no more."""
        ...

    def page(self, which: Filter) -> Page:
        """Messages, newest first. The work of a call is bounded: follow `before` until it is None."""
        ...

    def lots(self) -> Sequence[Lot]:
        """All lots of consents, oldest first."""
        ...

    def policy(self) -> tuple[int, int]:
        """The content policy that judges texts (`Change.policies`), and the revision that it came with; (0, 0): none yet."""
        ...

    def refusals_ever(self, number: int) -> Sequence[RefusalOnFile]:
        """Every refusal of a number, standing and lifted, the newest first."""
        ...

    def registers(self) -> Sequence[ListOnFile]:
        """The lists of every register."""
        ...

    def as_it_stands(self, number: int, consent: Consent) -> Consent:
        """A consent read from a list, under the review of its lot and void once its number changed hands."""
        ...

    def register_list(self, register: str, scope: str) -> bytes | None:
        """The numbers of one list, as they were written."""
        ...

    def newest_list(self, number: int, seen: int) -> int:
        """The revision of the newest list that names a number; 0 while none came after the revision `seen`."""
        ...

    def documents(self) -> Iterable[tuple[str, str, int, bytes]]:
        """All papers: kind, key, revision, body."""
        ...

    def balance(self, account: int) -> tuple[int, int]:
        """(balance, reserved) of an account in micro-units."""
        ...

    def unsettled(self) -> Unsettled:
        """Everything without a final state (or untold), for recovery."""
        ...

    def last_id(self) -> int:
        """The highest message id ever written."""
        ...

    def inbound(self, account: int | None, before: int | None, limit: int) -> Sequence[Inbound]:
        """Inbound messages, newest first."""
        ...

    def inbound_parts(self) -> Sequence[KeptPart]:
        """Segments from people that wait for the others of their message, oldest first."""
        ...

    def jobs(self, limit: int, *, dead: bool = False) -> Sequence[Job]:
        """Webhooks that wait for delivery, or that were given up; oldest first."""
        ...

    def find_carrier_id(self, connector: str, ids: Sequence[str], number: int) -> Sequence[int]:
        """Messages to `number` that a carrier once named so, newest first, among those that linger.

        Those of the last minutes are on the board; a message that has its end is found by its number.
        """
        ...

    async def merge(self) -> int:
        """Merge look-up tails when they have grown; rows written. Called now and then."""
        ...

    async def sweep(self, until_ms: int) -> int:
        """Move recovery's watermark up to the commits of `until_ms`, an instant by which most messages have their end."""
        ...

    async def forget_keys(self, before_ms: int) -> None:
        """Drop idempotency keys that are older than that."""
        ...

    async def delete_range(self, first_id: int, last_id: int) -> int:
        """Delete messages of a range of ids, little by little; how many there were. Those without an end stay."""
        ...

    async def erase(self, ids: Sequence[int], numbers: Sequence[int] = ()) -> Sequence[int]:
        """Forget the persons of these messages: number, text, salt. The ledger stays valid.

        `numbers`: whatever else there is of persons of whom nothing stays.
        Those without an end are left alone, and returned: they must be cancelled first.
        """
        ...

    async def backup(self, path: Path) -> None:
        """Copy the store as it stands, while it works."""
        ...

    def close(self) -> None:
        """Finish the tick at hand and close."""
        ...


__all__ = [
    "Accepted",
    "Answers",
    "CommitFailedError",
    "Filter",
    "HeldUp",
    "Page",
    "Row",
    "Store",
    "StoreEndedError",
    "StoreHeldUpError",
    "Unsettled",
]
