"""The states of a message and their allowed moves: one table for pages, tests and recovery."""

from enum import IntEnum


class State(IntEnum):
    """Where a message stands."""

    ACCEPTED = 1
    DEFERRED = 2
    PARKED = 3
    HELD = 4
    DUE = 5
    CLAIMED = 6
    IN_DOUBT = 7
    SUBMITTED = 8
    DELIVERED = 9
    UNDELIVERED = 10
    EXPIRED = 11
    CANCELLED = 12
    REFUSED = 13

    @property
    def word(self) -> str:
        """The state as the API spells it."""
        return self.name.lower()


S = State
# Every state can be reached from those before the claim again only through a verdict; nothing leaves a final state.
MOVES: dict[State, frozenset[State]] = {
    S.ACCEPTED: frozenset({S.CLAIMED, S.DEFERRED, S.HELD, S.PARKED, S.REFUSED, S.CANCELLED, S.EXPIRED}),
    S.DEFERRED: frozenset({S.DUE, S.CANCELLED, S.EXPIRED}),
    S.PARKED: frozenset({S.DUE, S.HELD, S.DEFERRED, S.REFUSED, S.CANCELLED, S.EXPIRED}),
    S.HELD: frozenset({S.DUE, S.DEFERRED, S.REFUSED, S.CANCELLED, S.EXPIRED}),
    S.DUE: frozenset({S.CLAIMED, S.SUBMITTED, S.DEFERRED, S.HELD, S.PARKED, S.REFUSED, S.CANCELLED, S.EXPIRED}),
    S.CLAIMED: frozenset({S.SUBMITTED, S.IN_DOUBT, S.DUE, S.UNDELIVERED, S.DELIVERED}),
    S.IN_DOUBT: frozenset({S.DUE, S.SUBMITTED, S.DELIVERED, S.UNDELIVERED, S.EXPIRED}),
    S.SUBMITTED: frozenset({S.DELIVERED, S.UNDELIVERED, S.EXPIRED}),
    S.DELIVERED: frozenset(),
    S.UNDELIVERED: frozenset(),
    S.EXPIRED: frozenset(),
    S.CANCELLED: frozenset(),
    S.REFUSED: frozenset(),
}
assert set(MOVES) == set(State)

FINAL = frozenset(state for state, moves in MOVES.items() if not moves)
# A message in one of these may still be cancelled by its account: nothing has been claimed yet.
BEFORE_CLAIM = frozenset(state for state, moves in MOVES.items() if S.CANCELLED in moves)
