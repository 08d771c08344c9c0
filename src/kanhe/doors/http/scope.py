"""What one account may see and touch. The one place that scopes: endpoints get a `Scope` and nothing else that reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from kanhe.billing.purse import Balance
from kanhe.dispatch.board import Live
from kanhe.domain.complaint import Complaint
from kanhe.domain.dossier import Dossier
from kanhe.domain.facts import Consent, Suppression
from kanhe.domain.papers import Credential, Endpoint
from kanhe.domain.state import State
from kanhe.ports.change import Inbound, Job
from kanhe.ports.dossiers import Dossiers, Shelf
from kanhe.ports.reports import Reports
from kanhe.ports.store import Filter, Row
from kanhe.records.on_file import consents_of, suppressions_of
from kanhe.world import World, state_of

Place = tuple[int, int]  # (number, id): where a page of a book begins


class Lists(Protocol):
    """Pages of what the hot road never lists; every question names its account."""

    def suppressions(
        self, account: int, after: Place, limit: int
    ) -> tuple[Sequence[tuple[int, Suppression]], Place | None]:
        """Standing refusals of an account, and where the next page begins (None: that was all)."""
        ...

    def consents(self, account: int, after: Place, limit: int) -> tuple[Sequence[tuple[int, Consent]], Place | None]:
        """Consents of an account, and where the next page begins."""
        ...

    def counts(self, account: int, first: int, last: int) -> Mapping[State, tuple[int, int]]:
        """(messages, segments) by state with ids behind `first` up to `last`; for a thread of its own."""
        ...

    def dead(self, account: int, before: int, limit: int) -> Sequence[Job]:
        """Dead letters of an account, newest first."""
        ...

    def job(self, identifier: int) -> Job | None:
        """One webhook that was not delivered yet."""
        ...


@dataclass(frozen=True, slots=True)
class Scope:
    """The world as one account sees it."""

    world: World
    lists: Lists
    credential: Credential

    @property
    def account(self) -> int:
        """Whose."""
        return self.credential.account

    def message(self, identifier: int) -> Row | None:
        """One of its messages."""
        row = self.world.store.row(identifier)
        return row if row is not None and row.message.account == self.account else None

    def messages(self, which: Filter) -> Sequence[Row]:
        """A page of its messages."""
        assert which.account == self.account, "a list names its account"
        return self.world.store.rows(which)

    def on_their_way(self, state: State, before: int, limit: int) -> Sequence[Row]:
        """Its messages that are in a state only the board knows, newest first."""
        lives = self.world.board.lives
        ids = [i for i, live in lives.items() if live.state is state and live.message.account == self.account]
        rows = (self.message(i) for i in sorted((i for i in ids if i < before), reverse=True)[:limit])
        return [row for row in rows if row is not None]

    def state_of(self, row: Row) -> State:
        """Where a message stands."""
        return state_of(self.world, row)

    def live_of(self, row: Row) -> Live | None:
        """A message as the board knows it, while it is on its way."""
        return self.world.board.lives.get(row.message.id)

    def suppressions_of(self, number: int) -> Sequence[Suppression]:
        """Standing refusals of a number that it knows of: its own, and those that people gave its senders."""
        found = suppressions_of(self.world.store, number)
        return [each for each in found if each.account == self.account]

    def suppressions(self, after: Place, limit: int) -> tuple[Sequence[tuple[int, Suppression]], Place | None]:
        """A page of them all."""
        return self.lists.suppressions(self.account, after, limit)

    def consents(self, after: Place, limit: int) -> tuple[Sequence[tuple[int, Consent]], Place | None]:
        """A page of all consents."""
        rows, following = self.lists.consents(self.account, after, limit)
        return [(number, self.world.store.as_it_stands(number, consent)) for number, consent in rows], following

    def consents_of(self, number: int) -> Sequence[Consent]:
        """Consents of a number to its senders."""
        return consents_of(self.world.store, self.account, number)

    def endpoint(self, name: str) -> Endpoint | None:
        """One of its webhooks."""
        return self.world.books.endpoints.get((self.account, name))

    def endpoints(self) -> Sequence[Endpoint]:
        """All its webhooks, by name."""
        mine = (each for (account, _), each in self.world.books.endpoints.items() if account == self.account)
        return sorted(mine, key=lambda each: each.name)

    def dead(self, before: int, limit: int) -> Sequence[Job]:
        """A page of its webhooks that were given up."""
        return self.lists.dead(self.account, before, limit)

    def dead_letter(self, identifier: int) -> Job | None:
        """One of them."""
        job = self.lists.job(identifier)
        return job if job is not None and job.dead and job.account == self.account else None

    def counts(self, first: int, last: int) -> Mapping[State, tuple[int, int]]:
        """(messages, segments) by state with ids behind `first` up to `last`; for a thread of its own."""
        return self.lists.counts(self.account, first, last)

    def inbound(self, before: int | None, limit: int) -> Sequence[Inbound]:
        """A page of what people wrote to it."""
        return self.world.store.inbound(self.account, before, limit)

    def dossier(self, store: Dossiers, kind: str, identifier: int) -> Dossier | None:
        """One of its papers."""
        found = store.dossier(identifier)
        return found if found is not None and (found.kind, found.account) == (kind, self.account) else None

    def shelf(self, store: Dossiers, kind: str, after: int, limit: int) -> Sequence[Shelf]:
        """A page of its papers of a kind."""
        return store.shelf([kind], self.account, after, limit)

    def complaint(self, reports: Reports, identifier: int) -> Complaint | None:
        """One complaint against it."""
        found = reports.complaint(identifier)
        return found if found is not None and found.account == self.account else None

    def money(self) -> Balance:
        """What it has."""
        return self.world.purse.balance(self.account)
