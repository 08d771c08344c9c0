"""Balances in memory and their movements per batch. Amounts are micro-units; the store keeps the same sums (`Posting`)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from kanhe.ports.change import Posting

RESERVED, CAPTURED, RELEASED = 0, 1, 2


@dataclass(slots=True)
class Balance:
    """One account's money."""

    balance: int = 0  # what has been paid in less what was captured
    reserved: int = 0

    @property
    def free(self) -> int:
        """What may still be reserved."""
        return self.balance - self.reserved


@dataclass(slots=True)
class Moves:
    """Money moved by one batch: applied to the balances at once, written with the batch's commit, undone if that fails."""

    sums: dict[int, list[int]] = field(default_factory=dict)

    def add(self, account: int, column: int, amount: int) -> None:
        """Note one movement."""
        sums = self.sums.get(account)
        if sums is None:
            sums = self.sums[account] = [0, 0, 0]
        sums[column] += amount

    def postings(self) -> list[Posting]:
        """What to write: one row an account."""
        return [Posting(account, *sums) for account, sums in self.sums.items()]


class Purse:
    """Who may spend what."""

    def __init__(self, balances: Iterable[tuple[int, int, int]] = ()) -> None:
        self._balances = {account: Balance(balance, reserved) for account, balance, reserved in balances}

    def balance(self, account: int) -> Balance:
        """An account's money; nothing for an account without a book."""
        money = self._balances.get(account)
        if money is None:
            money = self._balances[account] = Balance()
        return money

    def top_up(self, account: int, amount: int) -> None:
        """Money paid in (or taken out) by an operator."""
        self.balance(account).balance += amount

    def reserve(self, moves: Moves, account: int, amount: int, prepaid: bool) -> bool:
        """Set `amount` aside; False when a prepaid account has not enough left."""
        money = self.balance(account)
        if prepaid and amount > money.free:
            return False
        money.reserved += amount
        moves.add(account, RESERVED, amount)
        return True

    def capture(self, moves: Moves, account: int, amount: int) -> None:
        """Spend what was reserved."""
        money = self.balance(account)
        money.reserved -= amount
        money.balance -= amount
        moves.add(account, CAPTURED, amount)

    def release(self, moves: Moves, account: int, amount: int) -> None:
        """Give back what was reserved."""
        self.balance(account).reserved -= amount
        moves.add(account, RELEASED, amount)

    def undo(self, moves: Moves) -> None:
        """Take a batch's movements back: its commit failed and nothing of it happened."""
        for account, (reserved, captured, released) in moves.sums.items():
            money = self.balance(account)
            money.reserved += captured + released - reserved
            money.balance += captured
        moves.sums.clear()
