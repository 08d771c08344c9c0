"""The overview: how the platform is at this moment."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kanhe.console.desk import Desk
from kanhe.console.limits import (
    BOARD_WALKED_MAX,
    CHECKPOINT_LATE_MS,
    FIGURES_KEPT_S,
    FIGURES_MESSAGES_MAX,
)
from kanhe.console.reviews import OLD_MS
from kanhe.console.terms import _N, BOUND, STOPPED, UNBOUND, Term
from kanhe.console.visit import Answer, Shown, Visit
from kanhe.domain.state import State
from kanhe.kit.clock import HOUR_MS, MINUTE_MS
from kanhe.kit.ids import EPOCH_MS, first_of, instant_of
from kanhe.ledger.entry import decode_entry
from kanhe.ports.people import Group
from kanhe.ports.store import HeldUp

MINUTES = 60
# The chart's field, in the units of its drawing.
CHART_WIDTH, CHART_HEIGHT = 720, 96

# What stands in the way of every write.
HELD_UP = {
    HeldUp.FULL: _N("The disk is full: doors are closed until there is room"),
    HeldUp.LOCKED: _N("Another program holds the database: doors are closed until it lets go"),
    HeldUp.DISK: _N("The disk does not write: doors are closed until it does"),
}
assert set(HELD_UP) == set(HeldUp)


@dataclass(frozen=True, slots=True)
class Bar:
    """One minute of the chart."""

    at: int  # ms
    count: int
    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """One connector."""

    name: str
    carrier: str
    protocol: str
    term: Term
    bound: int
    sessions: int
    waiting: int
    why: str | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """How far the proof is."""

    size: int  # entries under the newest checkpoint
    age_s: int | None  # since its newest entry was committed
    waiting: bool  # entries wait for the next
    late: bool  # and have waited too long


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that needs a person: a sentence and what it is told."""

    says: str
    told: dict[str, object]


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything the page shows."""

    at: int
    states: Sequence[tuple[State, int, float]]  # with its share of the largest
    messages: int
    capped: bool  # more came in than were looked at
    rate: float  # messages a second, over the last minute
    bars: Sequence[Bar]
    peak: int
    queued: int
    on_their_way: int
    waiting_for_their_time: int
    for_people: int  # items of the review queue
    oldest_s: int  # how long the first of them waits
    connectors: Sequence[Line]
    ledger: Ledger
    alarms: Sequence[Alarm]


async def overview(desk: Desk, visit: Visit) -> Answer:
    """The first page."""
    return Shown("overview.html", await figures(desk))


async def live(desk: Desk, visit: Visit) -> Answer:
    """Its figures alone, rendered again."""
    return Shown("figures.html", await figures(desk))


async def figures(desk: Desk) -> Figures:
    """The figures of now."""
    world = desk.world
    now = world.clock.now_ms()
    first = first_of(now - HOUR_MS)
    groups = await _newest(desk, first)
    total = sum(group.messages for group in groups)
    counts = _as_they_stand(desk, groups, first)
    most = max(counts.values(), default=0)
    bars = _bars(groups, now)
    connectors, ledger = list(_connectors(desk)), _ledger(desk, now)
    for_people, since = desk.reviews.waiting()
    oldest_s = (now - since) // 1000 if since else 0
    return Figures(
        at=now,
        states=[(state, counts[state], counts[state] / most) for state in State if counts[state]],
        messages=total,
        capped=total >= FIGURES_MESSAGES_MAX,
        rate=_rate(groups, now, total),
        bars=bars,
        peak=max((bar.count for bar in bars), default=0),
        queued=len(world.intake),
        on_their_way=len(world.board),
        waiting_for_their_time=len(world.due),
        for_people=for_people,
        oldest_s=oldest_s,
        connectors=connectors,
        ledger=ledger,
        alarms=list(_alarms(desk, connectors, ledger, oldest_s)),
    )


async def _newest(desk: Desk, first: int) -> Sequence[Group]:
    """What came in since an id; viewers within two seconds share one look at the tables."""
    now = desk.world.clock.monotonic()
    if desk.newest is None or now - desk.newest[0] >= FIGURES_KEPT_S:
        asked = asyncio.to_thread(desk.newest_by_state, first, FIGURES_MESSAGES_MAX)
        desk.newest = (now, asyncio.ensure_future(asked))
    return await asyncio.shield(desk.newest[1])


def _as_they_stand(desk: Desk, groups: Sequence[Group], first: int) -> Counter[State]:
    """Counts by state; what the store calls accepted while it is on its way stands where the board has it."""
    counts: Counter[State] = Counter()
    for group in groups:
        counts[group.state] += group.messages
    lives = desk.world.board.lives
    if len(lives) <= BOARD_WALKED_MAX:
        moved = Counter(live.state for i, live in lives.items() if i >= first and live.state is not State.ACCEPTED)
        counts[State.ACCEPTED] = max(0, counts[State.ACCEPTED] - moved.total())
        counts.update(moved)
    return counts


def _rate(groups: Sequence[Group], now: int, total: int) -> float:
    """Messages a second: of the last minute, or of as much as was looked at when that is less."""
    if total >= FIGURES_MESSAGES_MAX:
        oldest = instant_of(min(group.lowest for group in groups))
        return total / max((now - oldest) / 1000, 1.0)
    last = (now - EPOCH_MS) // MINUTE_MS
    share = (now - EPOCH_MS) % MINUTE_MS / MINUTE_MS
    by_minute = _by_minute(groups)
    return (by_minute[last] + by_minute[last - 1] * (1 - share)) / 60


def _by_minute(groups: Sequence[Group]) -> Counter[int]:
    counts: Counter[int] = Counter()
    for group in groups:
        counts[group.minute] += group.messages
    return counts


def _bars(groups: Sequence[Group], now: int) -> list[Bar]:
    """The last hour minute by minute, drawn to the highest."""
    by_minute = _by_minute(groups)
    last = (now - EPOCH_MS) // MINUTE_MS
    minutes = range(last - MINUTES + 1, last + 1)
    most = max((by_minute[minute] for minute in minutes), default=0) or 1
    width = CHART_WIDTH / MINUTES
    bars = []
    for place, minute in enumerate(minutes):
        height = round(by_minute[minute] / most * CHART_HEIGHT, 1)
        bars.append(Bar(minute * MINUTE_MS + EPOCH_MS, by_minute[minute], place * width, CHART_HEIGHT - height, height))
    return bars


def _connectors(desk: Desk) -> Iterator[Line]:
    for name, connector in sorted(desk.connectors.items()):
        paper, outbox = desk.world.books.connectors[name], desk.world.outboxes.get(name)
        term = STOPPED if connector.stopped else BOUND if connector.bound else UNBOUND
        waiting = len(outbox) if outbox is not None else 0
        yield Line(
            name, paper.carrier, paper.protocol, term, connector.bound, paper.sessions, waiting, connector.stopped
        )


def _ledger(desk: Desk, now: int) -> Ledger:
    kept = desk.entries.checkpoint()
    size = kept[0] if kept else 0
    newest = desk.entries.entries_since(size - 1, 1) if size else ()
    waiting = desk.entries.entries_since(size, 1)
    age = (now - decode_entry(newest[0].octets).instant_ms) // 1000 if newest else None
    late = bool(waiting) and now - decode_entry(waiting[0].octets).instant_ms > CHECKPOINT_LATE_MS
    return Ledger(size, age, bool(waiting), late)


def _alarms(desk: Desk, connectors: Sequence[Line], ledger: Ledger, oldest_s: int) -> Iterator[Alarm]:
    for line in connectors:
        if line.term is STOPPED:
            yield Alarm(_N("Connector %(name)s has stopped: %(why)s"), {"name": line.name, "why": line.why})
        elif line.term is UNBOUND:
            yield Alarm(_N("Connector %(name)s is not bound to its carrier"), {"name": line.name})
    for name in desk.ended_loops():
        yield Alarm(_N("A loop of the platform has ended by itself: %(name)s. Restart it"), {"name": name})
    if desk.world.intake.full:
        yield Alarm(_N("The intake is full: doors ask their callers to come back later"), {})
    if desk.world.unwritten:
        yield Alarm(HELD_UP[desk.world.held_up], {})
    if desk.world.steadiness.jumped_ms:
        yield Alarm(
            _N("The clock jumped: nothing leaves until somebody has looked (kanhe doctor --clock-is-right)"), {}
        )
    for fault in desk.world.faults.standing(desk.world.clock.now_ms()):
        told = {"where": fault.where, "times": fault.times}
        yield Alarm(_N("A fault of ours in %(where)s, %(times)s times: the log has it"), told)
    if ledger.late:
        yield Alarm(_N("Entries of the ledger wait too long for their checkpoint"), {})
    if oldest_s * 1000 > OLD_MS:
        yield Alarm(_N("Something waits in the review queue for more than a day"), {})
