"""`kanhe.ports.duties.Duties` on the store's connection."""

from collections.abc import Sequence

import msgspec

from kanhe.domain.duty import Duty
from kanhe.store.sqlite.apply import Applier
from kanhe.store.sqlite.store import SqliteStore


class SqliteDuties:
    """The duty calendar."""

    def __init__(self, store: SqliteStore) -> None:
        self._reader, self._writer = store.reader, store.writer

    async def put(self, duties: Sequence[Duty]) -> None:
        """Write tasks, or what became of them under their ids."""
        await self._writer.run(_put, duties)

    def duty(self, identifier: int) -> Duty | None:
        """One."""
        found = self._found("duty", identifier)
        return found[0] if found else None

    def waiting(self, limit: int) -> Sequence[Duty]:
        """Tasks that are not done, the most urgent first."""
        return self._found("duties_waiting", limit)

    def done(self, before: int, limit: int) -> Sequence[Duty]:
        """Tasks that were done, below an id, newest first."""
        return self._found("duties_done", before, limit)

    def of(self, about: str) -> Sequence[Duty]:
        """The tasks of one thing that happened."""
        return self._found("duties_of", about)

    def _found(self, name: str, *values: object) -> list[Duty]:
        rows = self._reader.all(name, *values)
        return [msgspec.convert(dict(zip(Duty.__struct_fields__, row, strict=True)), Duty) for row in rows]


def _put(hand: Applier, duties: Sequence[Duty]) -> None:
    for duty in duties:
        hand.run("put_duty", *(getattr(duty, field) for field in Duty.__struct_fields__))
