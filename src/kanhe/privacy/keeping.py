"""How long the law keeps what a message says: the longest minimum of every retention rule involved."""

from collections.abc import Iterable
from typing import NamedTuple

from kanhe.law.clock import day_end, local
from kanhe.law.duties import plus_months
from kanhe.law.kinds import Retention
from kanhe.law.rules import Pack, Rule

# What a message and its receipts are, in the words of the retention rules; other items (proofs, logs, refusals) are kept apart.
ITEMS_OF_A_MESSAGE = frozenset(
    {"send_time", "receive_time", "origin_number", "destination_number", "message_text", "inbound_text"}
)


class Kept(NamedTuple):
    """Until when something is kept, and by which rule."""

    until: int  # ms: the first instant at which it may go
    rule: str


# The longest of months, so that a minimum is never counted short.
MONTH_DAYS = 31


def least_days(packs: Iterable[Pack]) -> int:
    """For how many days no message may be deleted, wherever it went."""
    months = [
        rule.parameters.min_months
        for pack in packs
        for rule in pack.rules
        if isinstance(rule.parameters, Retention)
        and rule.parameters.min_months is not None
        and _of_a_message(rule.parameters)
    ]
    return max(months, default=0) * MONTH_DAYS


def _of_a_message(retention: Retention) -> bool:
    return bool(ITEMS_OF_A_MESSAGE & frozenset(retention.items))


def kept(duties: Iterable[Rule], began: int, zone: str) -> Kept | None:
    """What keeps a message of that moment longest; None when nothing does."""
    first = local(began, zone).date()
    ends = [
        Kept(day_end(plus_months(first, months).isoformat(), zone), rule.id)
        for rule in duties
        if isinstance(rule.parameters, Retention)
        and (months := rule.parameters.min_months) is not None
        and _of_a_message(rule.parameters)
    ]
    return max(ends, default=None)
