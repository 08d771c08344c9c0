"""Dispatch: from the outbox to the carrier, on a verdict that stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from kanhe.billing.purse import Moves
from kanhe.dispatch.board import Live
from kanhe.dispatch.outbox import Outbox
from kanhe.domain.facts import Facts
from kanhe.domain.state import FINAL, State
from kanhe.domain.verdict import Verdict
from kanhe.judging import gather_facts, judge_in_slices, reconsider, stands
from kanhe.ledger.entry import Kind, Statement, commit_entries, verdict_statement
from kanhe.ports.change import Accepted, Change, Claim, Judged, Rank
from kanhe.ports.door import News
from kanhe.world import World, jobs_of, to_reviewers, told, write_down

# What may be claimed.
MAY_LEAVE = frozenset({State.ACCEPTED, State.DUE})


@dataclass(slots=True)
class DispatchBatch:
    """Messages that one connector has room for."""

    outbox: Outbox
    room: int
    now: int = 0
    lives: list[Live] = field(default_factory=list)  # may leave once they are claimed
    stale: list[Live] = field(default_factory=list)  # must be judged anew first
    # Leave the batch for another state, until when.
    out: list[tuple[Live, State, int | None]] = field(default_factory=list)
    elsewhere: list[Live] = field(default_factory=list)  # may leave by another connector: there once this is committed
    facts: Mapping[bool, Facts] = field(default_factory=dict)
    judged: list[Judged] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    moves: Moves = field(default_factory=Moves)


async def due(world: World, batch: DispatchBatch) -> None:
    """What waits for this connector, in lanes and fair shares; what rests on a stale verdict is set apart."""
    batch.now = world.clock.now_ms()
    world.faults.each("dispatch", batch.outbox.take(batch.room), partial(_sort, world, batch))


def _sort(world: World, batch: DispatchBatch, live: Live) -> None:
    if live.state not in MAY_LEAVE:
        return  # cancelled, or settled by a late answer, while it waited
    if live.message.expires_at <= batch.now:
        world.purse.release(batch.moves, live.message.account, live.price)
        batch.out.append((live, State.EXPIRED, None))
    elif live.again or not stands(world, live, batch.now):
        batch.stale.append(live)
    else:
        batch.lives.append(live)


async def gather_again(world: World, batch: DispatchBatch) -> None:
    """Ask the books again for those whose verdict no longer stands."""
    if batch.stale:
        batch.facts = gather_facts(world, [live.message for live in batch.stale], batch.now)


async def judge_again(world: World, batch: DispatchBatch) -> None:
    """Nothing leaves on a stale verdict: a new one, with an entry of its own."""
    messages = [live.message for live in batch.stale]
    verdicts = await judge_in_slices(world, messages, batch.facts)
    batch.lives = [live for live in batch.lives if live.state in MAY_LEAVE]  # less what was cancelled meanwhile
    world.faults.each("dispatch", zip(batch.stale, verdicts, strict=True), partial(_rejudge, world, batch))


def _rejudge(world: World, batch: DispatchBatch, judged: tuple[Live, Verdict]) -> None:
    live, verdict = judged
    if live.state not in MAY_LEAVE:
        return
    state, due_at = reconsider(world, batch.moves, live, verdict, batch.now)
    written = live.state if state is State.ACCEPTED else state
    whole = live.unit * live.segments  # what is still reserved follows from the segments the carrier has taken
    batch.judged.append(Judged(live.message.id, verdict, written, live.segments, whole, due_at))
    batch.statements.append(verdict_statement(Kind.SECOND_VERDICT, live.message, verdict, batch.now, live.salt))
    if state is not State.ACCEPTED:
        batch.out.append((live, state, due_at))
    elif world.outbox_of(verdict) is batch.outbox:
        batch.lives.append(live)
    else:
        batch.elsewhere.append(live)


async def claim(world: World, batch: DispatchBatch) -> None:
    """Commit the decision to hand these over now. A refusal of the number that was committed first wins."""
    if not (batch.lives or batch.judged or batch.out):
        return
    for live in batch.lives:
        mark_claimed(live, batch.outbox)
    for live, state, _ in batch.out:
        live.move(state)
        if state in FINAL or not live.taken:  # else its receipts come, and what was taken must not go again
            world.board.drop(live)
    ended = [live for live, state, _ in batch.out if state in FINAL and live.message.receipt_wanted]
    news = [News(live.message, live.state, batch.now, "", live.segments) for live in ended]
    committed = await write_down(
        world,
        Change(
            Rank.CLAIMS,
            batch.now,
            judged=batch.judged,
            entries=commit_entries(batch.statements),
            claims=[claim_of(live, batch.outbox) for live in batch.lives],
            states=[(live.message.id, state) for live, state, _ in batch.out if state is State.EXPIRED],
            postings=batch.moves.postings(),
            jobs=jobs_of(world, news, (), batch.now),
        ),
    )
    for live, state, due_at in batch.out:
        if due_at is not None:
            world.due.add(live.message.id, due_at)
        elif state is State.HELD:
            to_reviewers(world, live.message, live.verdict)
    told(world, news, ())
    for live in batch.elsewhere:
        world.outbox_of(live.verdict).put(live)
    for live in batch.lives:
        if live.message.id in committed.lost:
            live.reopen()
            batch.outbox.put(live)


def mark_claimed(live: Live, outbox: Outbox) -> None:
    """It is its connector's: from here on a cancel comes too late."""
    live.move(State.CLAIMED)
    live.connector = outbox.name


def claim_of(judged: Live | Accepted, outbox: Outbox) -> Claim:
    """A claim on the verdict that is in force; a refusal of the number that the verdict has not seen beats it."""
    message = judged.message
    return Claim(message.id, message.recipient, judged.verdict.revision, outbox.name)


async def write(world: World, batch: DispatchBatch) -> None:
    """Hand what was claimed to the carrier, all segments of a message on one session."""
    claimed = [live for live in batch.lives if live.state is State.CLAIMED]
    for live in claimed:
        live.trail.append((batch.now, "claimed", batch.outbox.name, None, None))
        live.source = live.verdict.sender or world.books.shown(live.message)
    batch.outbox.link.submit(claimed)
