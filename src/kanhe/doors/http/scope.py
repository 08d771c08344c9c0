"""What one account may see and touch. The one place that scopes: endpoints get a `Scope` and nothing else that reads."""

from collections.abc import Sequence
from dataclasses import dataclass

from kanhe.billing.purse import Balance
from kanhe.domain.papers import Credential
from kanhe.domain.state import State
from kanhe.journey import World
from kanhe.ports.change import Inbound
from kanhe.ports.store import Filter, Row


@dataclass(frozen=True, slots=True)
class Scope:
    """The world as one account sees it."""

    world: World
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
        """Where a message stands: on the board while it is on its way, else as stored."""
        live = self.world.board.lives.get(row.message.id)
        return live.state if live is not None else row.state

    def inbound(self, before: int | None, limit: int) -> Sequence[Inbound]:
        """A page of what people wrote to it."""
        return self.world.store.inbound(self.account, before, limit)

    def money(self) -> Balance:
        """What it has."""
        return self.world.purse.balance(self.account)
