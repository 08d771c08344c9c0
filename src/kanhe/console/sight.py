"""What one user may see. The one place that scopes: a user of an account sees that account and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import structs

from kanhe.domain.state import State
from kanhe.domain.users import User
from kanhe.ports.store import Filter, Row
from kanhe.world import World, state_of

# States that only the board knows: the store writes them when the message settles.
ON_THE_BOARD = frozenset({State.DUE, State.CLAIMED, State.IN_DOUBT, State.SUBMITTED})


@dataclass(frozen=True, slots=True)
class Sight:
    """The platform as one user sees it."""

    world: World
    user: User

    def message(self, identifier: int) -> Row | None:
        """One message."""
        row = self.world.store.row(identifier)
        return row if row is not None and self._mine(row.message.account) else None

    def messages(self, which: Filter) -> Sequence[Row]:
        """A page of messages, newest first."""
        if self.user.account is not None:
            which = structs.replace(which, account=self.user.account)
        if which.state in ON_THE_BOARD:
            return self._on_their_way(which)
        return [row for row in self.world.store.rows(which) if which.state in (None, self.state_of(row))]

    def state_of(self, row: Row) -> State:
        """Where a message stands."""
        return state_of(self.world, row)

    def accounts(self) -> Sequence[tuple[str, str]]:
        """(id, name) of the accounts there are."""
        accounts = self.world.books.accounts
        return [(str(i), accounts[i].name) for i in sorted(accounts) if self._mine(i)]

    def _mine(self, account: int) -> bool:
        return self.user.account in (None, account)

    def _on_their_way(self, which: Filter) -> list[Row]:
        before = which.before if which.before is not None else 1 << 63
        lives = self.world.board.lives.items()
        ids = sorted((i for i, live in lives if live.state is which.state and i < before), reverse=True)
        rows = (self.world.store.row(i) for i in ids)
        return [row for row in rows if row is not None and _fits(row, which)][: which.limit]


def _fits(row: Row, which: Filter) -> bool:
    message = row.message
    return (
        which.account in (None, message.account)
        and which.sender in (None, message.sender)
        and which.number in (None, message.recipient)
        and which.category in (None, row.verdict.category.value)
        and (which.since is None or message.accepted_at >= which.since)
        and (which.until is None or message.accepted_at < which.until)
    )
