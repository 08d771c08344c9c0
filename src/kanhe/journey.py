"""The four journeys of a message. Each is a tuple of steps; the tuple is the program, and a batch walks through it.

    intake    normalise -> gather -> judge -> price -> claim what there is room for -> commit -> write it -> answer
    dispatch  due -> gather -> judge -> claim (a commit) -> write to the carrier
    receipt   decode -> keep -> match -> settle -> commit -> answer -> tell
    inbound   decode -> join -> recognise -> act -> commit -> answer -> tell

A step is `async def step(world, batch) -> None`: it reads what earlier steps left on the batch and leaves its own. The world
is everything the steps may ask: books, gate, purse, board, store. One message is a batch of one; there is no second path.
A batch is what queued while the last commit ran. Nobody is answered before the commit that covers him.

What a step does stands in `steps/`, one file a journey.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar

from kanhe.billing.purse import Moves
from kanhe.dispatch.board import Live
from kanhe.dispatch.outbox import Outbox
from kanhe.domain.state import BEFORE_CLAIM, State
from kanhe.ledger.entry import commit_entries, release_statement
from kanhe.ports.change import Change, Rank
from kanhe.ports.door import Submission
from kanhe.ports.store import Row
from kanhe.receipts.settle import Settlement
from kanhe.steps.dispatch import DispatchBatch, claim, due, gather_again, judge_again, write
from kanhe.steps.inbound import (
    InboundBatch,
    act,
    answer_inbound,
    commit_inbound,
    decode_inbound,
    give_up,
    join,
    recognise,
    tell_inbound,
)
from kanhe.steps.intake import (
    IntakeBatch,
    answer,
    claim_at_once,
    commit,
    gather,
    judge,
    normalise,
    price,
    write_claimed,
)
from kanhe.steps.receipt import ReceiptBatch, answer_carrier, commit_reports, decode, keep, match, news_of, settle, tell
from kanhe.upkeep.doubt import answers_of_receipts, names_another
from kanhe.upkeep.expiry import LOOK_MAX, lapsed
from kanhe.world import BATCH_MAX, World, write_down

INTAKE = (
    normalise,  # drafts become messages with an id, or are answered with what is wrong with them
    gather,  # one question to each book for the whole batch
    judge,  # the gate: pure; every finding with its reason and citation
    price,  # segments of the final text, the money set aside, the row to be written
    claim_at_once,  # what a connector has room for, where nobody waits before it, need not wait for a commit of its own
    commit,  # one transaction: messages, verdicts, ledger entries, money, keys, claims; the rest waits in outboxes
    write_claimed,  # to the carriers, as dispatch does
    answer,  # only now do callers hear "accepted", "deferred", "held" or "refused"
)
DISPATCH = (
    due,  # what there is room for, most urgent lane first; what rests on a stale verdict is set apart
    gather_again,
    judge_again,  # nothing leaves on a stale verdict: a new one, with an entry of its own
    claim,  # one transaction: the decision to hand these over now; a refusal committed first wins
    write,  # all segments of a message on one session, in order
)
RECEIPT = (
    decode,  # responses apart from receipts; each receipt's id in every form it may be known under
    keep,  # receipts are written as they came, whatever comes of matching them
    match,  # the segment each receipt speaks of, in either order of arrival
    settle,  # what it makes of states and money
    commit_reports,
    answer_carrier,  # only now does the carrier hear that we have its receipts
    tell,  # final states to those who sent
)
INBOUND = (
    decode_inbound,
    join,  # segments become messages, across sessions, connectors and restarts
    recognise,  # refusals, returns and calls for help, and whose message it is
    act,  # suppressions, their lifting, consents, one confirmation each
    commit_inbound,
    answer_inbound,
    tell_inbound,
)

# What would become of a submission, as far as nothing is written.
DRY_RUN = (normalise, gather, judge, price)
# For those that no report comes for any more.
LAPSE = (commit_reports, tell)
# For messages from people whose other segments never came.
INCOMPLETE = (give_up, recognise, act, commit_inbound, tell_inbound)

# What is taken up again: by the due loop, and by the decision of a person.
MAY_BE_TAKEN_UP = frozenset({State.DEFERRED, State.PARKED, State.HELD})
# How often the outbox of a stopped connector looks for the one that takes its place.
STOPPED_LOOK_S = 0.1
# Responses and receipts cost a tenth of a submission: a batch of them may be larger for the same 10 ms.
REPORTS_MAX = 1_024

B = TypeVar("B")


async def walk(steps: Sequence[Callable[[World, B], Awaitable[None]]], world: World, batch: B) -> B:
    """Take a batch through its journey."""
    for step in steps:
        await step(world, batch)
    return batch


async def intake_loop(world: World) -> None:
    """One batch after the other: what queued while the last commit ran."""
    while True:
        await world.intake.wait()
        await walk(INTAKE, world, IntakeBatch(world.intake.take(BATCH_MAX)))


async def dispatch_loop(world: World, outbox: Outbox) -> None:
    """One connector's messages, as fast as its window has room and while the clock can be trusted."""
    while True:
        await outbox.wait()
        async with outbox.turn:
            room = await outbox.link.wait_for_room()
            await world.steadiness.wait()
            if room > 0:
                await walk(DISPATCH, world, DispatchBatch(outbox, min(room, BATCH_MAX)))
                continue
        # It was stopped: another connector takes its place, or the platform ends; what waits must not spin meanwhile.
        await asyncio.sleep(STOPPED_LOOK_S)


async def due_loop(world: World) -> None:
    """Deferred, scheduled and parked messages whose time has come, and held ones at the end of their use."""
    while True:
        world.faults.each("due", await world.due.ripe(), partial(_look_again, world))


def _look_again(world: World, identifier: int) -> None:
    row = world.store.row(identifier)
    if row is not None:
        take_up(world, row)


async def receipt_loop(world: World) -> None:
    """Everything carriers say."""
    while True:
        await walk(RECEIPT, world, ReceiptBatch(await world.reports.take(REPORTS_MAX)))


async def expire(world: World) -> None:
    """End what nobody will speak of any more."""
    lives = list(world.board.lives.values())
    for start in range(0, len(lives), LOOK_MAX):
        now = world.clock.now_ms()
        settlement = Settlement(world.purse, now)
        world.faults.each("expiry", lapsed(lives[start : start + LOOK_MAX], now), settlement.lapsed)
        if settlement.done:
            batch = ReceiptBatch([], now, settlement=settlement)
            batch.news = news_of(batch)
            await walk(LAPSE, world, batch)
        await asyncio.sleep(0)


async def clear_doubts(world: World) -> None:
    """Receipts that no response has claimed are the lost answers of what is in doubt, where only one message fits."""
    if receipts := list(world.early.unclaimed(world.clock.now_ms())):
        answers = answers_of_receipts(world.board.lives.values(), receipts, partial(names_another, world.store))
        world.reports.put(list(answers))


async def hand_on(world: World) -> None:
    """Hand on what has waited too long for the rest of its segments, and forget what carriers will not repeat."""
    await walk(INCOMPLETE, world, InboundBatch([]))


async def inbound_loop(world: World) -> None:
    """Everything people say."""
    while True:
        await walk(INBOUND, world, InboundBatch(await world.segments.take(BATCH_MAX)))


# --- what doors and people ask beside ------------------------------------------------------------------------------------------


async def check(world: World, submission: Submission) -> IntakeBatch:
    """The intake without its commit: what would become of these drafts, what they would cost, every finding."""
    batch = await walk(DRY_RUN, world, IntakeBatch([submission]))
    world.purse.undo(batch.moves)
    return batch


async def cancel(world: World, row: Row) -> bool:
    """Take a message back before it is claimed. A transaction like a claim: the first wins; False when it came too late."""
    live = world.board.lives.get(row.message.id)
    state = live.state if live else row.state
    if state not in BEFORE_CLAIM or row.message.id in world.leaving:
        return False
    world.leaving.add(row.message.id)
    world.held.drop(row.message.id)
    moves = Moves()
    world.purse.release(moves, row.message.account, live.price if live else row.price)
    if live:
        live.move(State.CANCELLED)
        world.board.drop(live)
    now = world.clock.now_ms()
    states = [(row.message.id, State.CANCELLED)]
    await write_down(world, Change(Rank.CLAIMS, now, states=states, postings=moves.postings()))
    world.leaving.discard(row.message.id)
    return True


async def send_again(world: World, live: Live, reason: str) -> bool:
    """A person has learnt that what is in doubt never arrived: it is judged anew and goes again; the ledger says so before.

    False when it is in doubt no more.
    """
    if not _in_doubt(live):
        return False
    now = world.clock.now_ms()
    said = release_statement(live.message, world.gate.library.digest, now, reason)
    await write_down(world, Change(Rank.CLAIMS, now, entries=commit_entries([said])))
    if not _in_doubt(live):
        return False  # its receipt came meanwhile
    live.trail.append((now, "released", None, None, None))
    live.reopen()
    world.outbox_of(live.verdict).put(live)
    return True


def _in_doubt(live: Live) -> bool:
    return live.state is State.IN_DOUBT


def take_up(world: World, row: Row) -> None:
    """What waited for its time or for a person is judged anew, whole; what was cancelled, or is on its way, stays as it is."""
    live = world.board.lives.get(row.message.id)
    if (live or row).state not in MAY_BE_TAKEN_UP or row.message.id in world.leaving:
        return
    world.held.drop(row.message.id)
    if live is None:
        live = Live(row.message, row.verdict, row.state, row.segments, row.price, row.salt)
        world.board.put(live)
    live.reopen()
    world.waiting.put(live)
