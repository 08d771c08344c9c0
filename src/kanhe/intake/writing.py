"""Writing judged rows: one transaction for the batch; a row that cannot be written ends up alone and is parked."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from kanhe.billing.purse import RESERVED, Moves, Purse
from kanhe.domain.message import Message
from kanhe.domain.state import State
from kanhe.ledger.entry import Kind, commit_entries, verdict_statement
from kanhe.ports.change import Accepted, Change, Claim, Committed, Keyed, Posting, Rank
from kanhe.ports.store import CommitFailedError

Commit: TypeAlias = Callable[[Change], Awaitable[Committed]]
Keys: TypeAlias = Callable[[Sequence[Accepted | None]], Sequence[Keyed]]
"""What idempotency keys answer, once it is known how the rows are written."""


class Written(NamedTuple):
    """What became of rows, in their order; None: not even parked could it be written."""

    rows: Sequence[Accepted | None]
    claimed: Mapping[int, str] = {}  # messages whose claim holds: by which connector
    lost: frozenset[int] = frozenset()  # claims that a newer refusal of their number has beaten


async def write_rows(
    commit: Commit, purse: Purse, rows: Sequence[Accepted], claims: Sequence[Claim], keys: Keys, moves: Moves, now: int
) -> Written:
    """Commit `rows` and the claims to some of them. Rows that go the long way are claimed by nobody."""
    keyed = keys(rows)
    if not (rows or keyed):
        return Written(rows)
    try:
        committed = await commit(_change(rows, keyed, moves.postings(), now, claims))
    except CommitFailedError:
        return Written(await _the_long_way(commit, purse, rows, keys, now))
    claimed = {claim.message: claim.connector for claim in claims if claim.message not in committed.lost}
    return Written(rows, claimed, committed.lost)


async def _the_long_way(
    commit: Commit, purse: Purse, rows: Sequence[Accepted], keys: Keys, now: int
) -> Sequence[Accepted | None]:
    """Row by row, then the keys that tell what became of them. Only a crash in between leaves a key untold."""
    written = await _write_apart(commit, purse, rows, now)
    if keyed := keys(written):
        await commit(_change((), keyed, (), now))
    return written


async def _write_apart(commit: Commit, purse: Purse, rows: Sequence[Accepted], now: int) -> list[Accepted | None]:
    """Halves, each with its own money, until what fails stands alone."""
    try:
        await commit(_change(rows, (), _reserved(rows).postings(), now))
    except CommitFailedError:
        if len(rows) == 1:
            return [await _park(commit, purse, rows[0], now)]
        middle = len(rows) // 2
        first = await _write_apart(commit, purse, rows[:middle], now)
        return [*first, *await _write_apart(commit, purse, rows[middle:], now)]
    return list(rows)


async def _park(commit: Commit, purse: Purse, row: Accepted, now: int) -> Accepted | None:
    """Write a poison row in a form that can be written, without its money."""
    purse.undo(_reserved([row]))
    instead = _parked(row)
    try:
        await commit(_change([instead], (), (), now))
    except CommitFailedError:
        return None
    return instead


def _change(
    rows: Sequence[Accepted],
    keyed: Sequence[Keyed],
    postings: Sequence[Posting],
    now: int,
    claims: Sequence[Claim] = (),
) -> Change:
    """Judged rows with the ledger entry of each verdict."""
    statements = [verdict_statement(Kind.VERDICT, row.message, row.verdict, now, row.salt) for row in rows]
    return Change(
        Rank.SUBMISSIONS,
        now,
        accepted=rows,
        entries=commit_entries(statements),
        claims=claims,
        keyed=keyed,
        postings=postings,
    )


def _reserved(rows: Sequence[Accepted]) -> Moves:
    """The money that these rows set aside."""
    moves = Moves()
    for row in rows:
        if row.price:
            moves.add(row.message.account, RESERVED, row.price)
    return moves


def _parked(row: Accepted) -> Accepted:
    """A poison row as it can be written: its text and names escaped, never to leave by itself."""
    message = row.message
    plain = Message(
        id=message.id,
        account=message.account,
        recipient=message.recipient,
        text=_escaped(message.text),
        sender=_escaped(message.sender),
        category=message.category,
        accepted_at=message.accepted_at,
        expires_at=message.expires_at,
        live=False,
        door=message.door,
    )
    return Accepted(plain, row.verdict, State.PARKED, row.segments, 0, row.salt)


def _escaped(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode()
