"""What the store costs: CPU per message of each part of its life, on stores of any size.

`python -m kanhe.store.measure 2000000` fills a store of its own with that many settled messages first. The changes are made
before the measuring starts, so that only what the store does is counted: packing, statements, log, sync and completion.
"""

import asyncio
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter, process_time

import msgspec

from kanhe.domain.category import Category
from kanhe.domain.facts import Sent, Wants
from kanhe.domain.message import Message
from kanhe.domain.state import State
from kanhe.domain.verdict import Effect, Finding, Outcome, Shape, Verdict
from kanhe.kit.clock import DAY_MS, FixedClock
from kanhe.kit.ids import EPOCH_MS, IdSource
from kanhe.kit.rng import SeededRng
from kanhe.ports.change import Accepted, Change, Claim, Posting, Rank, Response, Settled
from kanhe.store.sqlite.store import SqliteStore, open_store

BATCH = 256
# An entry of the ledger with some facts, the price of one message, a packed trail of two events.
ENTRY_OCTETS, PRICE, TRAIL_OCTETS = 200, 45_000, 48
ACCOUNTS = 20
# Receipts come in another order than submissions did, within some windows' length.
DISORDER = 64
# Numbers a large sender writes to.
RECIPIENTS = 1_000_000
# One in so many numbers of a day was written to before.
FRESH = 10

FINDINGS = tuple(Finding(n, "consent", f"code-{n}", Effect.ALLOW) for n in range(13))
SHAPE = Shape(FINDINGS, b"s" * 32, b"p" * 32)

Make = Callable[[Sequence[Message]], Change]


class Figures(msgspec.Struct):
    """CPU microseconds per message, all threads of the process."""

    stored: int
    measured: int
    batch: int
    cpu_us: dict[str, float]  # of each part in ticks of its own; `life`: all four, together in one tick as under load
    wall_us: dict[str, float]
    ask_us: dict[str, float]  # history and refusals of numbers; `fresh`: nine of ten were never written to
    log_octets: int  # of the write-ahead log, per message
    open_s: float
    unsettled_s: float
    upkeep_us: float  # merging and sweeping, CPU per message, when idle
    store_octets: int  # of the database, per message


def _accepted(batch: Sequence[Message]) -> Change:
    rows = [
        Accepted(
            m,
            Verdict(Outcome.ALLOW, SHAPE, m.category, (m.accepted_at, 7), m.expires_at, 1, "main"),
            State.ACCEPTED,
            1,
            PRICE,
            b"x" * 32,
            None,
            Sent(m.accepted_at, m.category, m.account, "entity", m.sender, message=m.id),
        )
        for m in batch
    ]
    entries = [m.id.to_bytes(8, "big") * (ENTRY_OCTETS // 8) for m in batch]
    postings = [Posting(account, reserved=PRICE) for account in {m.account for m in batch}]
    return Change(Rank.SUBMISSIONS, batch[0].accepted_at, accepted=rows, entries=entries, postings=postings)


def _claimed(batch: Sequence[Message]) -> Change:
    claims = [Claim(m.id, m.recipient, 0, "main") for m in batch]
    return Change(Rank.CLAIMS, batch[0].accepted_at, claims=claims)


def _answered(batch: Sequence[Message]) -> Change:
    responses = [Response(m.id, 1, 0, f"{m.id:016x}") for m in batch]
    return Change(Rank.REPORTS, batch[0].accepted_at, responses=responses)


def _settled(batch: Sequence[Message]) -> Change:
    postings = [Posting(account, captured=PRICE) for account in {m.account for m in batch}]
    rows = [Settled(m.id, State.DELIVERED, b"t" * TRAIL_OCTETS) for m in batch]
    return Change(Rank.REPORTS, batch[0].accepted_at, settled=rows, postings=postings)


LIFE: dict[str, Make] = {"accepted": _accepted, "claimed": _claimed, "answered": _answered, "settled": _settled}


async def _run_together(store: SqliteStore, messages: Sequence[Message], late: Sequence[Message]) -> float:
    """Commit as under load, where a tick finds a change of each kind waiting: CPU microseconds per message's life."""
    ticks = []
    for start in range(0, len(messages), BATCH):
        young, old = messages[start : start + BATCH], late[start : start + BATCH]
        ticks.append([_accepted(young), _claimed(young), _answered(old), _settled(old)])
    cpu = process_time()
    for changes in ticks:
        await asyncio.gather(*(store.commit(change) for change in changes))
    return (process_time() - cpu) * 1e6 / len(messages)


def make_messages(count: int, at: int, seed: int = 1) -> list[Message]:
    """Make messages of a few senders to many numbers, ten a millisecond."""
    ids, rng = IdSource(FixedClock(at), 1), SeededRng(seed)
    return [
        Message(
            identifier,
            1 + n % ACCOUNTS,
            8613800000000 + int(rng.random() * RECIPIENTS),
            f"【示例商城】您的验证码是 {n % 1_000_000:06}, 五分钟内有效, 请勿告诉他人",
            "示例商城",
            Category.VERIFICATION,
            at + n // 10,
            at + n // 10 + 300_000,
            ref=f"order-{n}",
        )
        for n, identifier in enumerate(ids.take(count))
    ]


def shuffled(messages: Sequence[Message], seed: int = 2) -> list[Message]:
    """Put messages into the order in which their receipts come."""
    rng = SeededRng(seed)
    return [m for _, m in sorted((place + rng.random() * DISORDER, m) for place, m in enumerate(messages))]


async def _run(store: SqliteStore, make: Make, messages: Sequence[Message]) -> tuple[float, float]:
    """Commit batch after batch: (CPU, wall) microseconds per message."""
    changes = [make(messages[start : start + BATCH]) for start in range(0, len(messages), BATCH)]
    cpu, wall = process_time(), perf_counter()
    for change in changes:
        await store.commit(change)
    return (process_time() - cpu) * 1e6 / len(messages), (perf_counter() - wall) * 1e6 / len(messages)


def _ask(store: SqliteStore, numbers: Sequence[int]) -> float:
    """Ask about numbers batch by batch: CPU microseconds for each."""
    cpu = process_time()
    for place in range(0, len(numbers), BATCH):
        some = frozenset(numbers[place : place + BATCH])
        store.ask(Wants(suppressions=some, history=some, history_since=EPOCH_MS))
    return round((process_time() - cpu) * 1e6 / len(numbers), 2)


async def fill(path: Path, count: int) -> float:
    """Write `count` messages with their whole lives; gives the CPU microseconds of merging and sweeping for each."""
    store = open_store(path, inline=True, durable=False)
    at, spent = EPOCH_MS, 0.0
    for start in range(0, count, 100_000):
        at += 1_000_000
        messages = make_messages(min(100_000, count - start), at, seed=start)
        for make in LIFE.values():
            await _run(store, make, messages)
        merging = process_time()
        await store.merge(at_least=1)
        await store.sweep(at + 1_000_000)
        spent += process_time() - merging
    store.close()
    return spent * 1e6 / count


async def measure(path: Path, stored: int, measured: int = 20_480) -> Figures:
    """Fill a store with `stored` settled messages, then measure the life of `measured` more."""
    upkeep = await fill(path, stored)
    start = perf_counter()
    store = open_store(path)
    opened = perf_counter() - start
    start = perf_counter()
    store.unsettled()
    recovered = perf_counter() - start
    messages = make_messages(measured, EPOCH_MS + 20 * 365 * DAY_MS, seed=-1)
    late = shuffled(messages)
    figures = {
        name: await _run(store, make, late if name in ("answered", "settled") else messages)
        for name, make in LIFE.items()
    }
    log = path.with_name(path.name + "-wal").stat().st_size
    more = make_messages(measured, EPOCH_MS + 21 * 365 * DAY_MS, seed=-2)
    together = await _run_together(store, more, shuffled(more))
    known = [m.recipient for m in messages]
    mixed = [number if n % FRESH == 0 else number + RECIPIENTS for n, number in enumerate(known)]
    asked = {name: _ask(store, numbers) for name, numbers in (("fresh", mixed), ("known", known))}
    store.close()
    return Figures(
        stored=stored,
        measured=measured,
        batch=BATCH,
        cpu_us={name: round(cpu_us, 2) for name, (cpu_us, _) in figures.items()} | {"life": round(together, 2)},
        wall_us={name: round(wall_us, 2) for name, (_, wall_us) in figures.items()},
        ask_us=asked,
        log_octets=log // measured,
        open_s=round(opened, 3),
        unsettled_s=round(recovered, 3),
        upkeep_us=round(upkeep, 2),
        store_octets=path.stat().st_size // (stored + 2 * measured),  # noqa: ASYNC240 - nothing else runs
    )


def main() -> None:
    """Print the figures of the size named on the command line."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        figures = asyncio.run(measure(Path(folder) / "kanhe.db", int(sys.argv[1])))
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(figures)).decode() + "\n")


if __name__ == "__main__":
    main()
