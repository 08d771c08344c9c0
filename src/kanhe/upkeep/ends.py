"""Papers that end: warnings 60, 30 and 7 days before, each once, to whoever runs the platform and to the account.

The gate stops what rests on a paper by itself, on the day after its last; here its dossier learns that it is over.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from kanhe.domain.dossier import Act, Dossier, Stand, Version
from kanhe.ports.change import Change, Rank
from kanhe.ports.dossiers import Dossiers, Filing
from kanhe.records.books import Books
from kanhe.records.papers import PLATFORM, Author, days_left, move, today_of

# Days before the last day of a paper on which we warn: renewing a licence takes weeks, filing a signature days.
WARN_DAYS = (60, 30, 7)
# Papers that are over and without a successor, in one list for whoever must act.
OVER_MAX = 200


class Ending(NamedTuple):
    """A paper that ends soon, or has ended."""

    dossier: Dossier
    version: Version
    days_left: int  # 0: today is its last day; below: it is over


def ending(store: Dossiers, today: str) -> Sequence[Ending]:
    """Approved papers whose end is near or past, the nearest first."""
    horizon = (date.fromisoformat(today) + timedelta(days=max(WARN_DAYS))).isoformat()
    return [Ending(d, v, days_left(v, today)) for d, v in store.ending(horizon)]


def over(store: Dossiers) -> Sequence[tuple[Dossier, Version]]:
    """Papers that ended and have no successor."""
    return store.standing_at([Stand.EXPIRED], OVER_MAX)


class Watch:
    """Looks at the ends of papers once a day, and whenever a paper was filed."""

    def __init__(self, store: Dossiers, books: Books) -> None:
        self._store, self._books = store, books
        self._seen: tuple[str, int] | None = None

    async def look(self, now: int) -> None:
        """Warn and end what is due."""
        today = today_of(self._books, now)
        if self._seen == (today, self._books.revision):
            return
        async with self._books.filing:
            filing = Filing(Change(Rank.REPORTS, now))
            for each in ending(self._store, today):
                self._note(filing, each, Author(PLATFORM, now))
            if filing.done:
                await self._store.write(filing)
            self._seen = (today, self._books.revision)

    def _note(self, filing: Filing, each: Ending, author: Author) -> None:
        dossier, version, left = each
        if left < 0:
            move(filing, version, Act.EXPIRE, f"{version.valid_to} was its last day", author)
            return
        due = str(min(days for days in WARN_DAYS if left <= days))
        history = self._store.history(dossier.id)
        if any(d.act is Act.WARN and (d.version, d.reason) == (version.number, due) for d in history):
            return
        move(filing, version, Act.WARN, due, author)
