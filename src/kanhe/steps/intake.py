"""Intake: from a draft to an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from kanhe.billing.purse import Moves
from kanhe.dispatch.board import Live
from kanhe.domain.facts import Facts
from kanhe.domain.message import Message
from kanhe.domain.state import State
from kanhe.domain.verdict import Verdict
from kanhe.intake.accept import CONSUMES, counted, placed
from kanhe.intake.writing import Written, write_rows
from kanhe.judging import cost_of, gather_facts, judge_in_slices, not_taken, stands
from kanhe.ledger.entry import SALT_OCTETS
from kanhe.ports.change import Accepted, Claim, Keyed
from kanhe.ports.door import BROKEN, Answer, Refusal, Submission
from kanhe.steps.dispatch import DispatchBatch, claim_of, mark_claimed, write
from kanhe.world import World, to_outbox, to_reviewers, write_down


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
    departures: dict[str, DispatchBatch] = field(default_factory=dict)  # by connector: what leaves at once
    claims: list[Claim] = field(default_factory=list)  # that join the commit

    def answers_of(self, index: int) -> list[Answer]:
        """The answers of one submission; by the end every draft has one."""
        answers = [given for given in self.answers[index] if given is not None]
        assert len(answers) == len(self.answers[index]), "every draft is answered"
        return answers


async def normalise(world: World, batch: IntakeBatch) -> None:
    """Drafts become messages, or are answered with what is wrong with them."""
    now = batch.now = world.clock.now_ms()
    places = [(s, d) for s, submission in enumerate(batch.submissions) for d, _ in enumerate(submission.drafts)]
    drafts = [(submission, draft) for submission in batch.submissions for draft in submission.drafts]
    message, ids = world.normaliser.message, world.ids.take(len(drafts))
    works = [partial(message, *each, identifier, now) for each, identifier in zip(drafts, ids, strict=True)]
    batch.answers = [[None] * len(submission.drafts) for submission in batch.submissions]
    for (s, d), made in zip(places, world.faults.attempt("intake", BROKEN, works), strict=True):
        if isinstance(made, Refusal):
            batch.answers[s][d] = Answer(None, None, None, refusal=made)
        else:
            batch.messages.append(made)
            batch.places.append((s, d))


async def gather(world: World, batch: IntakeBatch) -> None:
    """Ask each book once for the whole batch."""
    batch.facts = gather_facts(world, batch.messages, batch.now)


async def judge(world: World, batch: IntakeBatch) -> None:
    """The gate: pure, in slices, so that the sockets are served in between."""
    batch.verdicts = await judge_in_slices(world, batch.messages, batch.facts)


async def price(world: World, batch: IntakeBatch) -> None:
    """Segments of the final text, the money set aside, and the row that will be written."""
    salts = world.rng.token(SALT_OCTETS * len(batch.messages))
    works = [
        partial(_priced, world, batch, message, verdict, salts[i * SALT_OCTETS : (i + 1) * SALT_OCTETS])
        for i, (message, verdict) in enumerate(zip(batch.messages, batch.verdicts, strict=True))
    ]
    priced = world.faults.attempt("intake", None, works)
    for row, verdict, (s, d) in zip(priced, batch.verdicts, batch.places, strict=True):
        if isinstance(row, Accepted):
            batch.rows.append(row)
            batch.row_places.append((s, d))
        else:
            batch.answers[s][d] = row or Answer(None, verdict, None, refusal=BROKEN)


def _priced(world: World, batch: IntakeBatch, message: Message, verdict: Verdict, salt: bytes) -> Accepted | Answer:
    """The row of a message, its money set aside; or why there is none."""
    state, due_at = placed(message, verdict, batch.now)
    segments, cost = cost_of(world, message, verdict)
    sender = world.books.senders.get((message.account, message.sender))
    sent = None if state is State.REFUSED else counted(message, verdict, sender, batch.now)
    if (refusal := not_taken(world, batch.moves, message, verdict, state, segments, cost)) is not None:
        return Answer(None, verdict, None, segments, cost, refusal)
    return Accepted(message, verdict, state, segments, cost if state in CONSUMES else 0, salt, due_at, sent)


async def claim_at_once(world: World, batch: IntakeBatch) -> None:
    """What a connector has room for is claimed by the commit that accepts it, unless others wait there before it."""
    if not world.steadiness.look():
        return
    may_leave = [row for row in batch.rows if row.state is State.ACCEPTED]
    world.faults.each("intake", may_leave, partial(_claim_at_once, world, batch, world.clock.now_ms()))
    batch.departures = {claim.connector: batch.departures[claim.connector] for claim in batch.claims}
    for departure in batch.departures.values():
        await departure.outbox.turn.acquire()
    world.leaving.update([claim.message for claim in batch.claims])


def _claim_at_once(world: World, batch: IntakeBatch, now: int, row: Accepted) -> None:
    outbox = world.outbox_of(row.verdict)
    if (departure := batch.departures.get(outbox.name)) is None:
        departure = batch.departures[outbox.name] = DispatchBatch(outbox, outbox.room, now)
    if departure.room > 0 and stands(world, row, now):
        batch.claims.append(claim_of(row, outbox))
        departure.room -= row.segments


async def commit(world: World, batch: IntakeBatch) -> None:
    """One transaction: messages, verdicts, ledger entries, money, keys, claims. Then what may leave now goes to dispatch."""
    keyed = partial(_keyed, batch)
    written = await write_rows(
        partial(write_down, world), world.purse, batch.rows, batch.claims, keyed, batch.moves, batch.now
    )
    for row in written.rows:
        if row is None:
            continue
        world.verdicts[row.verdict.outcome] += 1
        if row.due is not None:
            world.due.add(row.message.id, row.due)
        elif row.state is State.ACCEPTED:
            _on_its_way(world, batch, written, row)
        elif row.state is State.HELD:
            to_reviewers(world, row.message, row.verdict)


def _on_its_way(world: World, batch: IntakeBatch, written: Written, row: Accepted) -> None:
    """Claimed, or to wait for its turn; what a refusal has beaten is judged anew before that."""
    live = Live(row.message, row.verdict, row.state, row.segments, row.price, row.salt)
    if (connector := written.claimed.get(row.message.id)) is not None:
        departure = batch.departures[connector]
        mark_claimed(live, departure.outbox)
        departure.lives.append(live)
        world.board.put(live)
    else:
        live.again = row.message.id in written.lost
        to_outbox(world, live)


def _keyed(batch: IntakeBatch, rows: Sequence[Accepted | None]) -> list[Keyed]:
    """The answers of rows as they are written, and what keys will answer from now on: the same."""
    for row, (s, d) in zip(rows, batch.row_places, strict=True):
        batch.answers[s][d] = (
            Answer(None, None, None, refusal=BROKEN)
            if row is None
            else Answer(row.message, row.verdict, row.state, row.segments, row.price)
        )
    return [
        Keyed(s.account, s.key, s.digest, s.origin.render(s, batch.answers_of(i)), batch.now)
        for i, s in enumerate(batch.submissions)
        if s.key is not None
    ]


async def write_claimed(world: World, batch: IntakeBatch) -> None:
    """Hand what was claimed to the carriers."""
    world.leaving.difference_update([claim.message for claim in batch.claims])
    for departure in batch.departures.values():
        await write(world, departure)
        departure.outbox.turn.release()


async def answer(world: World, batch: IntakeBatch) -> None:
    """Only now do callers hear "accepted", "deferred", "held" or "refused"."""
    works = [partial(each.origin.answer, each, batch.answers_of(i)) for i, each in enumerate(batch.submissions)]
    world.faults.attempt("answer", None, works)
