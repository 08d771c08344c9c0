"""Receipt: from what a carrier says to what its sender hears."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from msgspec import structs

from kanhe.dispatch.board import Live, Part, pack_trail
from kanhe.domain.category import Category
from kanhe.domain.facts import Asked
from kanhe.domain.state import FINAL
from kanhe.ports.carrier import Carrier
from kanhe.ports.change import FINAL_WORDS, UNANSWERED, Change, Rank, RawReceipt, Response, Settled
from kanhe.ports.door import News
from kanhe.ports.store import CommitFailedError
from kanhe.protocols.events import Deferred, InDoubt, Receipt, Rejected, Submitted, Throttled
from kanhe.receipts.settle import Settlement
from kanhe.world import Arrival, World, jobs_of, told, write_down

Heard: TypeAlias = Submitted | Rejected | Throttled | Deferred | InDoubt
"""What became of a segment that was written."""


@dataclass(slots=True)
class ReceiptBatch:
    """What carriers said: responses first, so that a receipt that overtook its response finds it."""

    arrived: list[Arrival]
    now: int = 0
    responses: list[tuple[Carrier, Heard]] = field(default_factory=list)
    # With the forms of its id, and its number.
    receipts: list[tuple[Carrier, Receipt, tuple[str, ...], int]] = field(default_factory=list)
    raw: list[RawReceipt] = field(default_factory=list)
    matched: list[tuple[Live, int, Receipt]] = field(default_factory=list)
    settlement: Settlement | None = None
    news: list[News] = field(default_factory=list)


async def decode(world: World, batch: ReceiptBatch) -> None:
    """Sort what arrived; read each receipt's id in every form under which it may be known."""
    batch.now = world.clock.now_ms()
    receipts: list[tuple[Carrier, Receipt]] = []
    for carrier, event in batch.arrived:
        if isinstance(event, Receipt):
            receipts.append((carrier, event))
        elif isinstance(event, Heard):
            batch.responses.append((carrier, event))
    read = world.faults.attempt("receipt", None, [partial(carrier.forms, event) for carrier, event in receipts])
    batch.receipts = [
        (carrier, event, *(known or ((event.message_id,), 0)))
        for (carrier, event), known in zip(receipts, read, strict=True)
    ]


async def keep(world: World, batch: ReceiptBatch) -> None:
    """Receipts are written as they came, whatever comes of matching them."""
    batch.raw = [
        RawReceipt(carrier.name, receipt.message_id, number, receipt.state.value, receipt.carrier_code, batch.now)
        for carrier, receipt, _, number in batch.receipts
    ]


async def match(world: World, batch: ReceiptBatch) -> None:
    """Find the segment that each receipt speaks of, in either order of arrival."""
    world.faults.each("receipt", batch.responses, partial(_named, world, batch))
    for carrier, receipt, forms, number in batch.receipts:
        found = world.board.find(carrier.name, forms, number)
        if found is None:
            world.early.hold(carrier.name, forms, number, receipt, batch.now)
        else:
            batch.matched.append((*found, receipt))


def _named(world: World, batch: ReceiptBatch, answered: tuple[Carrier, Heard]) -> None:
    carrier, event = answered
    if not isinstance(event, Submitted):
        return
    live = event.ref
    assert isinstance(live, Live), "connectors submit lives"
    keys = carrier.keys(event.message_id)
    world.board.know(carrier.name, keys, event.message_id, live, event.part)
    early = world.early.claim(carrier.name, keys, live.message.recipient)
    if early is not None:
        batch.matched.append((live, event.part, early))


async def settle(world: World, batch: ReceiptBatch) -> None:
    """What it all makes of the messages' states and money."""
    settlement = batch.settlement = Settlement(world.purse, batch.now)
    world.faults.each("receipt", batch.responses, partial(_answered, settlement))
    world.faults.each("receipt", batch.matched, lambda matched: settlement.reported(*matched))
    batch.news = news_of(batch)


def _answered(settlement: Settlement, answered: tuple[Carrier, Heard]) -> None:
    _, event = answered
    live = event.ref
    assert isinstance(live, Live), "connectors submit lives"
    match event:
        case Submitted():
            settlement.taken(live, event)
        case InDoubt():
            settlement.doubted(live, event)
        case Rejected() | Throttled() | Deferred():
            settlement.refused(live, event)


def news_of(batch: ReceiptBatch) -> list[News]:
    """What those who sent the messages are to hear of their ends."""
    assert batch.settlement is not None, "settle came before"
    return [
        News(live.message, live.state, batch.now, str(live.trail[-1][4] or ""), live.segments)
        for live in batch.settlement.done
        if live.message.receipt_wanted
    ]


async def commit_reports(world: World, batch: ReceiptBatch) -> None:
    """One transaction: receipts as they came, responses, final states, money, and the webhooks that will tell of them."""
    assert batch.settlement is not None, "settle came before"
    done = batch.settlement.done
    await _write(
        world,
        Change(
            Rank.REPORTS,
            batch.now,
            responses=[*[_response(event) for _, event in batch.responses], *_words(batch.matched)],
            receipts=batch.raw,
            settled=[Settled(live.message.id, live.state, pack_trail(live.trail), live.taken) for live in done],
            requests=_asked(batch),
            postings=batch.settlement.moves.postings(),
            jobs=jobs_of(world, batch.news, (), batch.now),
        ),
    )
    for live in done:
        world.board.drop(live)
        world.ends[live.state] += 1
    for live in batch.settlement.again:
        if Part.AGAIN in live.parts:
            world.outbox_of(live.verdict).put_off(live)
        else:
            world.outbox_of(live.verdict).put(live)


async def _write(world: World, change: Change) -> None:
    """Commit it. If that fails, what became of messages goes first, then receipts and news one by one: one of them is poison."""
    try:
        await write_down(world, change)
        return
    except CommitFailedError as error:
        world.faults.note("receipt", error)
    await write_down(world, structs.replace(change, receipts=(), jobs=()))
    rests = [
        *(Change(change.rank, change.at, receipts=[receipt]) for receipt in change.receipts),
        *(Change(change.rank, change.at, jobs=[job]) for job in change.jobs),
    ]
    for rest in rests:
        await world.faults.endure("receipt", None, write_down(world, rest))


def _words(matched: Sequence[tuple[Live, int, Receipt]]) -> list[Response]:
    """The final words on segments of messages that others keep open: a restart must know them."""
    return [
        Response(live.message.id, segment, FINAL_WORDS[word], "")
        for live, segment, _ in matched
        if live.state not in FINAL and (word := live.final[segment]) is not None
    ]


async def answer_carrier(world: World, batch: ReceiptBatch) -> None:
    """Only now does the carrier hear that we have its receipts."""
    handles: dict[Carrier, list[object]] = {}
    for carrier, receipt, _, _ in batch.receipts:
        handles.setdefault(carrier, []).append(receipt.handle)
    world.faults.each("receipt", handles.items(), lambda to: to[0].acknowledge(to[1]))


async def tell(world: World, batch: ReceiptBatch) -> None:
    """Bring the final states to those who sent the messages."""
    told(world, batch.news, ())


def _asked(batch: ReceiptBatch) -> list[tuple[int, int, Asked]]:
    """Requests for consent are on record for good once a carrier took them: rules that allow asking once count them."""
    taken = [event.ref for _, event in batch.responses if type(event) is Submitted and not event.part]
    requests = [
        live.message for live in taken if isinstance(live, Live) and live.verdict.category is Category.CONSENT_REQUEST
    ]
    return [(message.account, message.recipient, Asked(batch.now)) for message in requests]


def _response(event: Heard) -> Response:
    live = event.ref
    assert isinstance(live, Live), "connectors submit lives"
    match event:
        case Submitted():
            return Response(live.message.id, event.part, 0, event.message_id)
        case InDoubt():
            return Response(live.message.id, event.part, UNANSWERED, "")
        case Rejected() | Throttled() | Deferred():
            return Response(live.message.id, event.part, event.status, "")
