"""What the papers ask of the database: dossiers with their versions, documents and history. Nothing in it is ever rewritten."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import msgspec

from kanhe.domain.dossier import Attached, Done, Dossier, Stand, Version
from kanhe.domain.verdict import Outcome
from kanhe.ports.change import Change, Committed, Job
from kanhe.ports.duties import Duties
from kanhe.ports.reports import Reports


class Decided(NamedTuple):
    """A decision on a version, as the ledger keeps it."""

    dossier: int
    version: int
    outcome: Outcome
    at: int  # ms
    said: bytes  # SHA-256 of the version's content


class Filing(msgspec.Struct):
    """What one act writes, in one transaction with the documents it puts in force and its webhooks."""

    change: Change
    dossiers: Sequence[Dossier] = ()
    versions: Sequence[Version] = ()  # new, or under their number with a new stand
    attached: Sequence[Attached] = ()
    done: Sequence[Done] = ()
    decided: Sequence[Decided] = ()


class PaperTeller(Protocol):
    """Who tells accounts what becomes of their papers."""

    def jobs(self, filing: Filing, dossier_of: Callable[[int], Dossier | None]) -> Sequence[Job]:
        """What must be written with a filing so that telling survives a crash."""
        ...

    def tell(self, jobs: Sequence[Job]) -> None:
        """The filing is written: deliver these."""
        ...


class Shelf(NamedTuple):
    """A line of a list: a paper, its newest version, and the one that was last in force."""

    dossier: Dossier
    newest: Version
    standing: Version | None


class Dossiers(Protocol):
    """Every paper's life."""

    async def write(self, filing: Filing) -> Committed:
        """Write it all, or nothing. Raises `CommitFailedError`."""
        ...

    def dossier(self, identifier: int) -> Dossier | None:
        """One."""
        ...

    def find(self, kind: str, key: str) -> Dossier | None:
        """The one of a document."""
        ...

    def shelf(self, kinds: Sequence[str], account: int | None, after: int, limit: int) -> Sequence[Shelf]:
        """A page of papers behind an id, oldest first: of an account, or of everybody and the operator (None)."""
        ...

    def versions(self, identifier: int) -> Sequence[Version]:
        """All versions of a paper, newest first."""
        ...

    def attached(self, identifier: int) -> Sequence[Attached]:
        """All documents of a paper, newest first."""
        ...

    def history(self, identifier: int) -> Sequence[Done]:
        """What was done to a paper, newest first."""
        ...

    def standing_at(self, stands: Sequence[Stand], limit: int) -> Sequence[tuple[Dossier, Version]]:
        """Versions that stand so, those that were filed first before the others."""
        ...

    def ending(self, day: str) -> Sequence[tuple[Dossier, Version]]:
        """Approved versions that end on a day or before it, those that end first before the others."""
        ...


class Files(Protocol):
    """Documents by the SHA-256 of what they hold."""

    async def keep(self, octets: bytes, *, sealed: bool) -> str:
        """Write a document, sealed where it shows a person; its digest."""
        ...

    async def fetch(self, digest: str, *, sealed: bool) -> bytes | None:
        """The octets of a document; None: it is not there, or not what it was."""
        ...


class Cabinet(NamedTuple):
    """What the operator answers for: dossiers, the documents in them, complaints and counts, duties with their dates."""

    dossiers: Dossiers
    files: Files
    reports: Reports
    duties: Duties
