"""Writing judged rows: one transaction for the batch; a row that cannot be written ends up alone and is parked."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from kanhe.billing.purse import RESERVED, Moves, Purse
from kanhe.domain.message import Message
from kanhe.domain.state import State
from kanhe.ledger.entry import Kind, commit_entries, verdict_statement
from kanhe.ports.change import Accepted, Change, Committed, Keyed, Posting, Rank
from kanhe.ports.store import CommitFailedError

Commit: TypeAlias = Callable[[Change], Awaitable[Committed]]


async def write_rows(
    commit: Commit, purse: Purse, rows: Sequence[Accepted], keyed: Sequence[Keyed], moves: Moves, now: int
) -> Sequence[Accepted]:
    """Commit `rows`; the rows as they were written, in the same order. Raises `CommitFailedError` when not even parking works."""
    if not (rows or keyed):
        return rows
    try:
        await commit(_change(rows, keyed, moves.postings(), now))
    except CommitFailedError:
        return await _write_apart(commit, purse, rows, keyed, now)
    return rows


async def _write_apart(
    commit: Commit, purse: Purse, rows: Sequence[Accepted], keyed: Sequence[Keyed], now: int
) -> Sequence[Accepted]:
    """The long way: halves, each with its own money, until what fails stands alone."""
    if len(rows) == 1:
        purse.undo(_reserved(rows))
        instead = _parked(rows[0])
        await commit(_change([instead], (), (), now))
        return [instead]
    middle = len(rows) // 2
    first = await write_rows(commit, purse, rows[:middle], (), _reserved(rows[:middle]), now)
    return [*first, *await write_rows(commit, purse, rows[middle:], keyed, _reserved(rows[middle:]), now)]


def _change(rows: Sequence[Accepted], keyed: Sequence[Keyed], postings: Sequence[Posting], now: int) -> Change:
    """Judged rows with the ledger entry of each verdict."""
    statements = [verdict_statement(Kind.VERDICT, row.message, row.verdict, now, row.salt) for row in rows]
    return Change(
        Rank.SUBMISSIONS, now, accepted=rows, entries=commit_entries(statements), keyed=keyed, postings=postings
    )


def _reserved(rows: Sequence[Accepted]) -> Moves:
    """The money that these rows set aside."""
    moves = Moves()
    for row in rows:
        if row.price:
            moves.add(row.message.account, RESERVED, row.price)
    return moves


def _parked(row: Accepted) -> Accepted:
    """A poison row in a form that can be written: its text and names escaped, never to leave by itself."""
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
