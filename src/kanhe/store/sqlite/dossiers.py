"""`kanhe.ports.dossiers.Dossiers` beside the messages of a store: read on its connection, written by its one writer."""

import json
from collections.abc import Sequence
from struct import Struct
from typing import TypeVar

import msgspec

from kanhe.domain.dossier import STANDING, Attached, Done, Dossier, Stand, Version
from kanhe.ledger.entry import DIGEST_OCTETS, Kind, Statement, commit_entries
from kanhe.ports.change import Committed
from kanhe.ports.dossiers import Decided, Filing, PaperTeller, Shelf
from kanhe.store.sqlite.apply import Applier
from kanhe.store.sqlite.store import SqliteStore

T = TypeVar("T", bound=msgspec.Struct)
DOSSIER_COLUMNS = len(Dossier.__struct_fields__)
# No rule decides about a paper.
NO_PACKS = bytes(DIGEST_OCTETS)
_VERSION = Struct(">q")


class SqliteDossiers:
    """Papers through all their versions."""

    def __init__(self, store: SqliteStore, teller: PaperTeller | None = None) -> None:
        self._store, self._reader, self._writer, self._teller = store, store.reader, store.writer, teller

    async def write(self, filing: Filing) -> Committed:
        """Write it all, or nothing; then its accounts are told."""
        if self._teller is not None:
            filing.change.jobs = self._teller.jobs(filing, self.dossier)
        committed = await self._writer.run(_write, filing)
        self._store.remember(filing.change, committed)
        if self._teller is not None:
            self._teller.tell(filing.change.jobs)
        return committed

    def dossier(self, identifier: int) -> Dossier | None:
        """One."""
        return next(iter(self._all(Dossier, "dossier", identifier)), None)

    def find(self, kind: str, key: str) -> Dossier | None:
        """The one of a document."""
        return next(iter(self._all(Dossier, "dossier_of", kind, key)), None)

    def shelf(self, kinds: Sequence[str], account: int | None, after: int, limit: int) -> Sequence[Shelf]:
        """A page of papers behind an id, oldest first."""
        values = {"kinds": json.dumps(list(kinds)), "account": account, "after": after, "limit": limit}
        rows = self._reader.connection.execute(self._reader.sql["shelf"].sql, values).fetchall()
        return [self._line(_read(Dossier, row)) for row in rows]

    def versions(self, identifier: int) -> Sequence[Version]:
        """All versions of a paper, newest first."""
        return self._all(Version, "versions_of", identifier)

    def attached(self, identifier: int) -> Sequence[Attached]:
        """All documents of a paper, newest first."""
        return self._all(Attached, "attached_to", identifier)

    def history(self, identifier: int) -> Sequence[Done]:
        """What was done to a paper, newest first."""
        return self._all(Done, "done_to", identifier)

    def standing_at(self, stands: Sequence[Stand], limit: int) -> Sequence[tuple[Dossier, Version]]:
        """Versions that stand so, those that were filed first before the others."""
        return _pairs(self._reader.all("versions_standing", json.dumps(list(stands)), limit))

    def ending(self, day: str) -> Sequence[tuple[Dossier, Version]]:
        """Approved versions that end on a day or before it, those that end first before the others."""
        return _pairs(self._reader.all("versions_ending", day))

    def _line(self, dossier: Dossier) -> Shelf:
        versions = self.versions(dossier.id)
        return Shelf(dossier, versions[0], next((v for v in versions if v.stand in STANDING), None))

    def _all(self, noun: type[T], name: str, *values: object) -> list[T]:
        return [_read(noun, row) for row in self._reader.all(name, *values)]


def _read(noun: type[T], row: Sequence[object]) -> T:
    return msgspec.convert(dict(zip(noun.__struct_fields__, row, strict=True)), noun, strict=False)


def _pairs(rows: Sequence[Sequence[object]]) -> list[tuple[Dossier, Version]]:
    return [(_read(Dossier, row[:DOSSIER_COLUMNS]), _read(Version, row[DOSSIER_COLUMNS:])) for row in rows]


def _write(hand: Applier, filing: Filing) -> Committed:
    """On the writer's thread: the change as any other, then what the dossiers say of it."""
    filing.change.entries = [*filing.change.entries, *commit_entries([_statement(each) for each in filing.decided])]
    committed = hand.apply(filing.change)
    for d in filing.dossiers:
        hand.run("add_dossier", d.id, d.kind, d.key, d.account)
    for v in filing.versions:
        hand.run("put_version", v.dossier, v.number, v.stand.value, v.at, v.by, v.why, v.valid_to, v.content)
    for a in filing.attached:
        hand.run(
            "add_attached", a.dossier, a.version, a.digest, a.role, a.name, a.media, a.octets, a.at, a.by, a.sealed
        )
    for e in filing.done:
        hand.run("add_done", e.dossier, e.version, e.at, e.by, e.act.value, e.reason)
    return committed


def _statement(said: Decided) -> Statement:
    """What the ledger keeps of a decision on a paper: which version, and the digest of what it said."""
    detail = _VERSION.pack(said.version)
    return Statement(Kind.REVIEW, said.outcome, said.dossier, 0, said.at, said.said, NO_PACKS, detail=detail)
