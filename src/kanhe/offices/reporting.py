"""The compliance report of one account over a time: what was sent, refused by which rule, who refused and complained, which papers end.

Console, API and commands show the same figures; the page, the CSV and the PDF are forms of them (`console/report.py`).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from kanhe.domain.state import State
from kanhe.domain.verdict import Effect
from kanhe.gate.findings import Mode
from kanhe.kit.clock import to_ms
from kanhe.law.numbers import zones_of_country
from kanhe.law.reasons import LANGUAGES, reasons
from kanhe.ports.dossiers import Cabinet, Dossiers
from kanhe.ports.reports import Tally
from kanhe.records.books import Books
from kanhe.records.papers import days_left, today_of
from kanhe.upkeep.ends import ending, over

# Counting reads every message of the time: a quarter is what regulators ask for, and minutes of a thread at full load.
DAYS_MAX = 92
# What is shown when no time is asked for.
DAYS = 30
# The first text message was sent on this day; the ids of the store reach no further than some centuries back.
FIRST_DAY = date(1992, 12, 3)
# A carrier has them, or had.
SENT = frozenset({State.CLAIMED, State.IN_DOUBT, State.SUBMITTED, State.DELIVERED, State.UNDELIVERED})


class Asked(NamedTuple):
    """Of whom, from which day to which (both inclusive)."""

    account: int
    since: date
    until: date


class RefusedBy(msgspec.Struct, frozen=True):
    """A reason for refusals; a message that several rules refuse counts under each."""

    rule: str | None  # none: the platform's own
    code: str
    messages: int
    words: Mapping[str, str]  # by language


class EndingPaper(msgspec.Struct, frozen=True):
    """A paper that ends within 60 days, or is over."""

    kind: str
    key: str
    valid_to: str | None
    days_left: int | None


class ComplianceReport(msgspec.Struct, frozen=True):
    """The figures."""

    account: str
    name: str
    since: str
    until: str
    zone: str
    messages: int
    sent: int  # handed to a carrier
    segments: int  # of what was sent
    states: Mapping[str, int]
    refused: int
    refused_by: Sequence[RefusedBy]
    opt_outs: int  # people who refused
    opt_outs_by: Mapping[str, int]  # by channel; who refused by two counts under each
    opt_out_rate: float | None  # per delivered message; none: nothing was delivered
    complaints: int
    complaints_by: Mapping[str, int]
    complaint_rate: float | None
    papers: Sequence[EndingPaper]


def asked_of(books: Books, now: int, account: str | int, since: str, until: str) -> Asked | None:
    """What these words ask for; without days the last 30. None: it is not to be had."""
    today = date.fromisoformat(today_of(books, now))
    try:
        last = date.fromisoformat(until) if until else today
        first = date.fromisoformat(since) if since else last - timedelta(days=DAYS - 1)
        whose = int(account)
    except (ValueError, OverflowError):
        return None
    fits = FIRST_DAY <= first <= last <= today and (last - first).days < DAYS_MAX
    return Asked(whose, first, last) if whose in books.accounts and fits else None


async def report(books: Books, cabinet: Cabinet, asked: Asked, now: int) -> ComplianceReport:
    """Count; slow, never in the way of others."""
    zone = zones_of_country(books.operator.seat)[0]
    days = (asked.since, asked.until + timedelta(days=1))
    begins, ends = (to_ms(datetime.combine(day, time(), ZoneInfo(zone))) for day in days)
    tally = await cabinet.reports.tally(asked.account, begins, ends)
    delivered, complaints = tally.states.get(State.DELIVERED, 0), sum(tally.complaints.values())
    return ComplianceReport(
        account=str(asked.account),
        name=books.accounts[asked.account].name,
        since=asked.since.isoformat(),
        until=asked.until.isoformat(),
        zone=zone,
        messages=sum(tally.states.values()),
        sent=sum(count for state, count in tally.states.items() if state in SENT),
        segments=sum(count for state, count in tally.segments.items() if state in SENT),
        states={state.word: tally.states[state] for state in State if tally.states.get(state)},
        refused=tally.states.get(State.REFUSED, 0),
        refused_by=list(_refused(tally)),
        opt_outs=tally.opt_outs,
        opt_outs_by={channel.value: count for channel, count in sorted(tally.opt_outs_by.items())},
        opt_out_rate=tally.opt_outs / delivered if delivered else None,
        complaints=complaints,
        complaints_by={source.value: count for source, count in tally.complaints.items()},
        complaint_rate=complaints / delivered if delivered else None,
        papers=list(_papers(cabinet.dossiers, asked.account, today_of(books, now))),
    )


def _refused(tally: Tally) -> Iterator[RefusedBy]:
    """Rules that refused, the busiest first."""
    counts: Counter[tuple[str | None, str]] = Counter()
    for shape, count in tally.refused:
        told = {(f.rule, f.code) for f in shape.findings if f.effect is Effect.REFUSE and f.mode == Mode.DECIDES}
        counts.update(dict.fromkeys(told, count))
    for (rule, code), count in counts.most_common():
        yield RefusedBy(rule, code, count, {each: reasons().reasons[code][each].what for each in LANGUAGES})


def _papers(store: Dossiers, account: int, today: str) -> Iterator[EndingPaper]:
    near = [(each.dossier, each.version) for each in ending(store, today)]
    for dossier, version in [*over(store), *near]:
        if dossier.account == account:
            left = days_left(version, today) if version.valid_to else None
            yield EndingPaper(dossier.kind, dossier.key.partition("/")[2], version.valid_to, left)
