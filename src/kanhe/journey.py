"""The four journeys of a message. Each is a tuple of steps; the tuple is the program, and a batch walks through it.

    intake    normalise -> gather -> judge -> price -> commit -> answer
    dispatch  due -> gather -> judge -> claim (a commit) -> write to the carrier
    receipt   decode -> keep -> match -> settle -> commit -> answer -> tell
    inbound   decode -> join -> recognise -> act -> commit -> answer -> tell

A step is `async def step(world, batch) -> None`: it reads what earlier steps left on the batch and leaves its own. The world
is everything the steps may ask: books, gate, purse, board, store. One message is a batch of one; there is no second path.
A batch is what queued while the last commit ran. Nobody is answered before the commit that covers him.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from kanhe.billing.purse import Moves
from kanhe.dispatch.board import Live, Part, pack_trail
from kanhe.dispatch.outbox import Outbox
from kanhe.domain.category import Category
from kanhe.domain.facts import Asked, Facts, Wants
from kanhe.domain.message import Message
from kanhe.domain.state import BEFORE_CLAIM, FINAL, State
from kanhe.domain.verdict import Verdict
from kanhe.inbound.act import Deed
from kanhe.inbound.joining import Joint
from kanhe.intake.accept import CONSUMES, counted, placed
from kanhe.intake.writing import write_rows
from kanhe.judging import cost_of, gather_facts, judge_in_slices, reconsider, stands, unaffordable
from kanhe.ledger.entry import SALT_OCTETS, Kind, Statement, commit_entries, verdict_statement
from kanhe.ports.carrier import Bringer, Carrier
from kanhe.ports.change import (
    FINAL_WORDS,
    UNANSWERED,
    Accepted,
    Change,
    Claim,
    Judged,
    KeptPart,
    Keyed,
    Rank,
    RawReceipt,
    Response,
    Settled,
)
from kanhe.ports.door import Answer, News, Refusal, Submission
from kanhe.ports.store import Row
from kanhe.protocols.link import Deferred, Inbound, InDoubt, Receipt, Rejected, Submitted, Throttled
from kanhe.receipts.settle import Settlement
from kanhe.records.lots import Taken
from kanhe.upkeep.doubt import answers_of_receipts, names_another
from kanhe.upkeep.expiry import LOOK_MAX, lapsed
from kanhe.world import BATCH_MAX, Arrival, World, offer, proof_is_looked_at, to_outbox, to_reviewers, write_down

# What may be claimed.
MAY_LEAVE = frozenset({State.ACCEPTED, State.DUE})
# What is taken up again: by the due loop, and by the decision of a person.
MAY_BE_TAKEN_UP = frozenset({State.DEFERRED, State.PARKED, State.HELD})
# Responses and receipts cost a tenth of a submission: a batch of them may be larger for the same 10 ms.
REPORTS_MAX = 1_024


# --- intake --------------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class IntakeBatch:
    """Submissions on their way to an answer. Messages, places, verdicts stand in one order; rows are those of them to write."""

    submissions: list[Submission]
    now: int = 0
    answers: list[list[Answer | None]] = field(default_factory=list)  # a submission's drafts each get one
    messages: list[Message] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)  # of each message: (submission, draft)
    facts: Mapping[bool, Facts] = field(default_factory=dict)
    verdicts: list[Verdict] = field(default_factory=list)
    rows: list[Accepted] = field(default_factory=list)
    row_places: list[tuple[int, int]] = field(default_factory=list)
    moves: Moves = field(default_factory=Moves)

    def answers_of(self, index: int) -> list[Answer]:
        """The answers of one submission; by the end every draft has one."""
        answers = [given for given in self.answers[index] if given is not None]
        assert len(answers) == len(self.answers[index]), "every draft is answered"
        return answers


async def normalise(world: World, batch: IntakeBatch) -> None:
    """Drafts become messages, or are answered with what is wrong with them."""
    now = batch.now = world.clock.now_ms()
    ids = iter(world.ids.take(sum(len(submission.drafts) for submission in batch.submissions)))
    for s, submission in enumerate(batch.submissions):
        answers: list[Answer | None] = [None] * len(submission.drafts)
        for d, draft in enumerate(submission.drafts):
            made = world.normaliser.message(submission, draft, next(ids), now)
            if isinstance(made, Refusal):
                answers[d] = Answer(None, None, None, refusal=made)
            else:
                batch.messages.append(made)
                batch.places.append((s, d))
        batch.answers.append(answers)


async def gather(world: World, batch: IntakeBatch) -> None:
    """Ask each book once for the whole batch."""
    batch.facts = gather_facts(world, batch.messages, batch.now)


async def judge(world: World, batch: IntakeBatch) -> None:
    """The gate: pure, in slices, so that the sockets are served in between."""
    batch.verdicts = await judge_in_slices(world, batch.messages, batch.facts)


async def price(world: World, batch: IntakeBatch) -> None:
    """Segments of the final text, the money set aside, and the row that will be written."""
    salts = world.rng.token(SALT_OCTETS * len(batch.messages))
    for i, (message, verdict, place) in enumerate(zip(batch.messages, batch.verdicts, batch.places, strict=True)):
        state, due_at = placed(message, verdict, batch.now)
        segments, cost = cost_of(world, message, verdict)
        if (refusal := unaffordable(world, batch.moves, message, state, segments, cost)) is not None:
            batch.answers[place[0]][place[1]] = Answer(None, verdict, None, segments, cost, refusal)
            continue
        consumes = state in CONSUMES
        sender = world.books.senders.get((message.account, message.sender))
        salt = salts[i * SALT_OCTETS : (i + 1) * SALT_OCTETS]
        sent = None if state is State.REFUSED else counted(message, verdict, sender, batch.now)
        batch.rows.append(Accepted(message, verdict, state, segments, cost if consumes else 0, salt, due_at, sent))
        batch.row_places.append(place)


async def commit(world: World, batch: IntakeBatch) -> None:
    """One transaction: messages, verdicts, ledger entries, money, keys. Then what may leave now goes to dispatch."""
    for row, (s, d) in zip(batch.rows, batch.row_places, strict=True):
        batch.answers[s][d] = Answer(row.message, row.verdict, row.state, row.segments, row.price)
    keyed = [
        Keyed(s.account, s.key, s.digest, s.origin.render(s, batch.answers_of(i)), batch.now)
        for i, s in enumerate(batch.submissions)
        if s.key is not None
    ]
    batch.rows = list(
        await write_rows(partial(write_down, world), world.purse, batch.rows, keyed, batch.moves, batch.now)
    )
    for row, (s, d) in zip(batch.rows, batch.row_places, strict=True):
        if row.state is State.PARKED:
            batch.answers[s][d] = Answer(row.message, row.verdict, row.state, row.segments, row.price)
        if row.due is not None:
            world.due.add(row.message.id, row.due)
        elif row.state is State.ACCEPTED:
            to_outbox(world, Live(row.message, row.verdict, row.state, row.segments, row.price, row.salt))
        elif row.state is State.HELD:
            to_reviewers(world, row.message, row.verdict)


async def answer(world: World, batch: IntakeBatch) -> None:
    """Only now do callers hear "accepted", "deferred", "held" or "refused"."""
    for i, submission in enumerate(batch.submissions):
        submission.origin.answer(submission, batch.answers_of(i))


INTAKE = (normalise, gather, judge, price, commit, answer)


# --- dispatch ------------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class DispatchBatch:
    """Messages that one connector has room for."""

    outbox: Outbox
    room: int
    now: int = 0
    lives: list[Live] = field(default_factory=list)  # may leave once they are claimed
    stale: list[Live] = field(default_factory=list)  # must be judged anew first
    out: list[tuple[Live, State, int | None]] = field(
        default_factory=list
    )  # leave the batch for another state, until when
    elsewhere: list[Live] = field(default_factory=list)  # may leave by another connector: there once this is committed
    facts: Mapping[bool, Facts] = field(default_factory=dict)
    judged: list[Judged] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    moves: Moves = field(default_factory=Moves)


async def due(world: World, batch: DispatchBatch) -> None:
    """What waits for this connector, in lanes and fair shares; what rests on a stale verdict is set apart."""
    now = batch.now = world.clock.now_ms()
    for live in batch.outbox.take(batch.room):
        if live.state not in MAY_LEAVE:
            continue  # cancelled, or settled by a late answer, while it waited
        if live.message.expires_at <= now:
            world.purse.release(batch.moves, live.message.account, live.price)
            batch.out.append((live, State.EXPIRED, None))
        elif live.again or not stands(world, live, now):
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
    for live, verdict in zip(batch.stale, verdicts, strict=True):
        if live.state not in MAY_LEAVE:
            continue
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
        live.move(State.CLAIMED)  # from here on a cancel comes too late
        live.connector = batch.outbox.name
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
            claims=[Claim(live.message.id, live.message.recipient, live.verdict.revision) for live in batch.lives],
            connector=batch.outbox.name,
            states=[(live.message.id, state) for live, state, _ in batch.out if state is State.EXPIRED],
            postings=batch.moves.postings(),
            jobs=[job for teller in world.tellers for job in teller.jobs(news, (), batch.now)],
        ),
    )
    for live, state, due_at in batch.out:
        if due_at is not None:
            world.due.add(live.message.id, due_at)
        elif state is State.HELD:
            to_reviewers(world, live.message, live.verdict)
    for teller in world.tellers:
        teller.tell(news, ())
    for live in batch.elsewhere:
        world.outbox_of(live.verdict).put(live)
    for live in batch.lives:
        if live.message.id in committed.lost:
            live.reopen()
            batch.outbox.put(live)


async def write(world: World, batch: DispatchBatch) -> None:
    """Hand what was claimed to the carrier, all segments of a message on one session."""
    claimed = [live for live in batch.lives if live.state is State.CLAIMED]
    for live in claimed:
        live.trail.append((batch.now, "claimed", batch.outbox.name, None, None))
        live.source = live.verdict.sender or world.books.shown(live.message)
    batch.outbox.link.submit(claimed)


DISPATCH = (due, gather_again, judge_again, claim, write)


# --- receipt -------------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class ReceiptBatch:
    """What carriers said: responses first, so that a receipt that overtook its response finds it."""

    arrived: list[Arrival]
    now: int = 0
    responses: list[tuple[Carrier, Submitted | Rejected | Throttled | Deferred | InDoubt]] = field(default_factory=list)
    receipts: list[tuple[Carrier, Receipt, tuple[str, ...], int]] = field(
        default_factory=list
    )  # with forms of id, number
    raw: list[RawReceipt] = field(default_factory=list)
    matched: list[tuple[Live, int, Receipt]] = field(default_factory=list)
    settlement: Settlement | None = None
    news: list[News] = field(default_factory=list)


async def decode(world: World, batch: ReceiptBatch) -> None:
    """Sort what arrived; read each receipt's id in every form under which it may be known."""
    batch.now = world.clock.now_ms()
    for carrier, event in batch.arrived:
        if isinstance(event, Receipt):
            forms, number = carrier.forms(event)
            batch.receipts.append((carrier, event, forms, number))
        elif isinstance(event, Submitted | Rejected | Throttled | Deferred | InDoubt):
            batch.responses.append((carrier, event))


async def keep(world: World, batch: ReceiptBatch) -> None:
    """Receipts are written as they came, whatever comes of matching them."""
    batch.raw = [
        RawReceipt(carrier.name, receipt.message_id, number, receipt.state.value, receipt.carrier_code, batch.now)
        for carrier, receipt, _, number in batch.receipts
    ]


async def match(world: World, batch: ReceiptBatch) -> None:
    """Find the segment that each receipt speaks of, in either order of arrival."""
    for carrier, event in batch.responses:
        if isinstance(event, Submitted):
            live = event.ref
            assert isinstance(live, Live), "connectors submit lives"
            keys = carrier.keys(event.message_id)
            world.board.know(carrier.name, keys, event.message_id, live, event.part)
            early = world.early.claim(carrier.name, keys, live.message.recipient)
            if early is not None:
                batch.matched.append((live, event.part, early))
    for carrier, receipt, forms, number in batch.receipts:
        found = world.board.find(carrier.name, forms, number)
        if found is None:
            world.early.hold(carrier.name, forms, number, receipt, batch.now)
        else:
            batch.matched.append((*found, receipt))


async def settle(world: World, batch: ReceiptBatch) -> None:
    """What it all makes of the messages' states and money."""
    settlement = batch.settlement = Settlement(world.purse, batch.now)
    for _, event in batch.responses:
        live = event.ref
        assert isinstance(live, Live), "connectors submit lives"
        match event:
            case Submitted():
                settlement.taken(live, event)
            case InDoubt():
                settlement.doubted(live, event)
            case Rejected() | Throttled() | Deferred():
                settlement.refused(live, event)
    for live, segment, receipt in batch.matched:
        settlement.reported(live, segment, receipt)
    batch.news = _news(batch)


def _news(batch: ReceiptBatch) -> list[News]:
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
    await write_down(
        world,
        Change(
            Rank.REPORTS,
            batch.now,
            responses=[*[_response(event) for _, event in batch.responses], *_words(batch.matched)],
            receipts=batch.raw,
            settled=[Settled(live.message.id, live.state, pack_trail(live.trail), live.taken) for live in done],
            requests=_asked(batch),
            postings=batch.settlement.moves.postings(),
            jobs=[job for teller in world.tellers for job in teller.jobs(batch.news, (), batch.now)],
        ),
    )
    for live in done:
        world.board.drop(live)
    for live in batch.settlement.again:
        if Part.AGAIN in live.parts:
            world.outbox_of(live.verdict).put_off(live)
        else:
            world.outbox_of(live.verdict).put(live)


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
    for carrier, its in handles.items():
        carrier.acknowledge(its)


async def tell(world: World, batch: ReceiptBatch) -> None:
    """Bring the final states to those who sent the messages."""
    for teller in world.tellers:
        teller.tell(batch.news, ())


RECEIPT = (decode, keep, match, settle, commit_reports, answer_carrier, tell)
# For those that no report comes for any more.
LAPSE = (commit_reports, tell)


# --- inbound -------------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class InboundBatch:
    """Segments of messages from people."""

    arrived: list[tuple[Bringer, Inbound]]
    now: int = 0
    parts: list[KeptPart] = field(default_factory=list)
    joint: Joint = field(default_factory=Joint)  # what came together, what waits for more
    deeds: list[Deed] = field(default_factory=list)
    consents: list[Taken] = field(default_factory=list)  # given by reply


async def decode_inbound(world: World, batch: InboundBatch) -> None:
    """Read the segments as their connectors do; carriers share references among all their connectors."""
    batch.now = world.clock.now_ms()
    ids = world.ids.take(len(batch.arrived))
    batch.parts = [
        KeptPart(identifier, _carrier_of(world, carrier), carrier.name, batch.now, carrier.part(segment))
        for (carrier, segment), identifier in zip(batch.arrived, ids, strict=True)
    ]


def _carrier_of(world: World, carrier: Carrier) -> str:
    paper = world.books.connectors.get(carrier.name)
    return paper.carrier if paper is not None else carrier.name


async def join(world: World, batch: InboundBatch) -> None:
    """Segments become messages, across sessions, connectors and restarts."""
    batch.joint = world.joins.take(batch.parts)


async def give_up(world: World, batch: InboundBatch) -> None:
    """What has waited too long for its other segments is a message all the same, with a mark."""
    batch.now = world.clock.now_ms()
    batch.joint = world.joins.overdue(batch.now)


async def recognise(world: World, batch: InboundBatch) -> None:
    """Refusals, returns and calls for help, in every written form; and whose message it is."""
    wholes = batch.joint.wholes
    batch.deeds = [
        world.acts.recognise(connector, whole, identifier, batch.now)
        for (connector, whole), identifier in zip(wholes, world.ids.take(len(wholes)), strict=True)
    ]


async def act(world: World, batch: InboundBatch) -> None:
    """What follows: suppressions, their lifting, consents, one confirmation each."""
    for deed in batch.deeds:
        world.acts.decide(deed, batch.now)
        if deed.agreed is not None:
            form, number, consent = deed.agreed
            taken = world.lots.take_in(form, [(number, consent)], world.ids, world.rng, proof_is_looked_at(world))
            world.lots.put(taken.lot)
            batch.consents.append(taken)


async def commit_inbound(world: World, batch: InboundBatch) -> None:
    """One transaction: the messages, what follows from them, and the segments that wait for others."""
    inbound, joint = [deed.inbound for deed in batch.deeds], batch.joint
    if not (inbound or joint.kept or joint.gone):
        return  # repeats of what is kept already
    await write_down(
        world,
        Change(
            Rank.INBOUND,
            batch.now,
            inbound=inbound,
            parts=joint.kept,
            parts_gone=joint.gone,
            suppressions=[pair for deed in batch.deeds for pair in deed.suppressions],
            lifted=[lift for deed in batch.deeds for lift in deed.lifted],
            consents=[row for taken in batch.consents for row in taken.rows],
            lots=[taken.lot for taken in batch.consents],
            requests=_answered(world, batch.deeds),
            jobs=[job for teller in world.tellers for job in teller.jobs((), inbound, batch.now)],
        ),
    )


async def answer_inbound(world: World, batch: InboundBatch) -> None:
    """Only now does the carrier hear that we have them."""
    handles: dict[Bringer, list[object]] = {}
    for carrier, segment in batch.arrived:
        handles.setdefault(carrier, []).append(segment.handle)
    for carrier, its in handles.items():
        carrier.acknowledge(its)


async def tell_inbound(world: World, batch: InboundBatch) -> None:
    """Bring the messages to their accounts, and hand our confirmations to the intake like any customer's submission."""
    inbound = [deed.inbound for deed in batch.deeds]
    for teller in world.tellers:
        teller.tell((), inbound)
    for deed in batch.deeds:
        if deed.confirmation is not None:
            offer(world, deed.confirmation)


INBOUND = (decode_inbound, join, recognise, act, commit_inbound, answer_inbound, tell_inbound)
# For those whose other segments never came.
INCOMPLETE = (give_up, recognise, act, commit_inbound, tell_inbound)


# --- what the steps share, and what doors ask beside ------------------------------------------------------------------------------


async def check(world: World, submission: Submission) -> IntakeBatch:
    """The intake without its commit: what would become of these drafts, what they would cost, every finding."""
    batch = IntakeBatch([submission])
    for step in (normalise, gather, judge, price):
        await step(world, batch)
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


def _asked(batch: ReceiptBatch) -> list[tuple[int, int, Asked]]:
    """Requests for consent are on record for good once a carrier took them: rules that allow asking once count them."""
    taken = [event.ref for _, event in batch.responses if type(event) is Submitted and not event.part]
    requests = [
        live.message for live in taken if isinstance(live, Live) and live.verdict.category is Category.CONSENT_REQUEST
    ]
    return [(message.account, message.recipient, Asked(batch.now)) for message in requests]


def _answered(world: World, deeds: Sequence[Deed]) -> list[tuple[int, int, Asked]]:
    """The requests for consent on record that these messages answer, with the answer."""
    pairs = {(deed.question.message.account, deed.number): deed.act for deed in deeds if deed.question is not None}
    on_record = world.store.ask(Wants(requests=frozenset(pairs))).requests if pairs else {}
    return [(*pair, Asked(asked[-1].at, pairs[pair].value)) for pair, asked in on_record.items()]


def _response(event: Submitted | Rejected | Throttled | Deferred | InDoubt) -> Response:
    live = event.ref
    assert isinstance(live, Live), "connectors submit lives"
    match event:
        case Submitted():
            return Response(live.message.id, event.part, 0, event.message_id)
        case InDoubt():
            return Response(live.message.id, event.part, UNANSWERED, "")
        case Rejected() | Throttled() | Deferred():
            return Response(live.message.id, event.part, event.status, "")


# --- the loops that walk the journeys --------------------------------------------------------------------------------------------

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
        room = await outbox.link.wait_for_room()
        await world.steadiness.wait()
        await walk(DISPATCH, world, DispatchBatch(outbox, min(room, BATCH_MAX)))


async def due_loop(world: World) -> None:
    """Deferred, scheduled and parked messages whose time has come, and held ones at the end of their use."""
    while True:
        for row in map(world.store.row, await world.due.ripe()):
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
        for live in lapsed(lives[start : start + LOOK_MAX], now):
            settlement.lapsed(live)
        if settlement.done:
            batch = ReceiptBatch([], now, settlement=settlement)
            batch.news = _news(batch)
            await walk(LAPSE, world, batch)
        await asyncio.sleep(0)


def clear_doubts(world: World) -> None:
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
