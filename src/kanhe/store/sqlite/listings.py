"""Pages that the hot road never asks for: an account's refusals, consents, webhooks, and how much it sent.

On a connection of its own, in slices: no read lasts a second, whatever the tables hold.
"""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from kanhe.domain.facts import Consent, Suppression
from kanhe.domain.state import State
from kanhe.ports.change import Job
from kanhe.store.consents import unpack_consent
from kanhe.store.sqlite.connect import connect_reader
from kanhe.store.sqlite.statements import load

# Refusals of all accounts lie in one table by number: a page looks through this many and may come back short.
LOOKED_THROUGH_MAX = 5_000
# Messages counted in one read: about 50 ms.
COUNTED_ROWS = 50_000

_suppression = msgspec.msgpack.Decoder(Suppression).decode

Place = tuple[int, int]  # (number, id)


class Listings:
    """Lists of one store, read beside it."""

    def __init__(self, path: Path) -> None:
        self._connection = connect_reader(path)
        self._counting = connect_reader(path)  # of its own: a count in a thread must not hold up the loop's questions
        self._sql = load()
        self._one_count = threading.Lock()

    def close(self) -> None:
        """Let the connection go."""
        self._connection.close()
        self._counting.close()

    def suppressions(
        self, account: int, after: Place, limit: int
    ) -> tuple[Sequence[tuple[int, Suppression]], Place | None]:
        """Standing refusals of an account, and where the next page begins (None: that was all)."""
        found: list[tuple[int, Suppression]] = []
        rows = self._all("suppressions_behind", *after, LOOKED_THROUGH_MAX)
        for number, identifier, octets in rows:
            suppression = _suppression(octets)
            if suppression.account == account:
                found.append((number, suppression))
            if len(found) == limit:
                return found, (number, identifier)
        return found, rows[-1][:2] if len(rows) == LOOKED_THROUGH_MAX else None

    def consents(self, account: int, after: Place, limit: int) -> tuple[Sequence[tuple[int, Consent]], Place | None]:
        """Consents of an account, and where the next page begins."""
        rows = self._all("consents_behind", account, *after, limit)
        return [(number, unpack_consent(octets)) for number, _, octets in rows], rows[-1][:2] if len(
            rows
        ) == limit else None

    def counts(self, account: int, first: int, last: int) -> dict[State, tuple[int, int]]:
        """(messages, segments) by state with ids behind `first` up to `last`; may take long, for a thread of its own."""
        sums: dict[State, tuple[int, int]] = {}
        seen = COUNTED_ROWS
        with self._one_count:
            while seen == COUNTED_ROWS:
                values = {"account": account, "first": first, "last": last, "limit": COUNTED_ROWS}
                groups = self._counting.execute(self._sql["counted_behind"].sql, values).fetchall()
                for mine, state, count, segments, _ in groups:
                    if mine:
                        messages, all_segments = sums.get(State(state), (0, 0))
                        sums[State(state)] = (messages + count, all_segments + segments)
                seen = sum(group[2] for group in groups)
                first = max((group[4] for group in groups), default=last)
        return sums

    def dead(self, account: int, before: int, limit: int) -> list[Job]:
        """Dead letters of an account, newest first."""
        return [_job(row) for row in self._all("dead_before", account, before, limit)]

    def waiting(self, account: int, endpoint: str, after: int, limit: int) -> list[Job]:
        """What waits for an endpoint behind an id, oldest first."""
        return [_job(row) for row in self._all("waiting_of", account, endpoint, after, limit)]

    def job(self, identifier: int) -> Job | None:
        """One webhook that was not delivered yet."""
        found = self._all("job", identifier)
        return _job(found[0]) if found else None

    def _all(self, name: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(self._sql[name].sql, values).fetchall()


def _job(row: Sequence[object]) -> Job:
    return msgspec.convert(dict(zip(Job.__struct_fields__, row, strict=True)), Job, strict=False)
