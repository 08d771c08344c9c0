"""Judging a batch: one question to each book, one sitting of the gate, and what a verdict costs. For intake and dispatch alike."""

import asyncio
from collections.abc import Mapping, Sequence

from msgspec import structs

from kanhe.billing.purse import Moves
from kanhe.dispatch.board import Live
from kanhe.domain.facts import Facts
from kanhe.domain.message import Message
from kanhe.domain.state import State
from kanhe.domain.verdict import Verdict
from kanhe.intake.accept import CONSUMES, placed
from kanhe.ports.change import Accepted
from kanhe.ports.door import Refusal
from kanhe.world import World

# Ten segments are 1,530 characters: beyond that it is a document, and carriers start to drop parts.
SEGMENTS_MAX = 10
# Judging yields to the sockets after this many messages (about 1.5 ms).
SLICE = 64


def gather_facts(world: World, messages: Sequence[Message], now: int) -> Mapping[bool, Facts]:
    """The facts of a batch under one snapshot, apart for live and for test messages: these see simulated routes only."""
    parts = {live: [message for message in messages if message.live is live] for live in (True, False)}
    return {live: _facts_of(world, part, live, now) for live, part in parts.items() if part}


def _facts_of(world: World, messages: Sequence[Message], live: bool, now: int) -> Facts:
    books = world.books
    recipients = {message.recipient: world.numbers.recipient(message.recipient) for message in messages}
    ways = {(message.account, recipients[message.recipient].country) for message in messages}
    standing = Facts(
        now=now,
        operator=books.operator,
        accounts=books.accounts,
        senders=books.senders,
        templates=books.templates,
        recipients=recipients,
        routes={way: world.routes.candidates(live, way[1]) for way in ways},
        texts=world.content.describe(messages),
        powers=world.announced.powers(messages, recipients, now),
    )
    answers = world.store.ask(world.gate.wants(messages, standing))
    return structs.replace(
        standing,
        consents=answers.consents,
        suppressions=answers.suppressions,
        history=answers.history,
        requests=answers.requests,
        reviewed=world.reviewed,
        dnc=answers.dnc,
        by_sender=answers.by_sender,
        revision=answers.revision,
    )


def stands(world: World, judged: Live | Accepted, now: int) -> bool:
    """Whether a message may leave on the verdict it has: still valid, and nothing it rests on is newer than it."""
    seen = judged.verdict.revision
    newest = 0 if world.store.revision <= seen else _newest(world, judged.message, seen)
    return world.gate.still_stands(judged.message, judged.verdict, now, newest)


def _newest(world: World, message: Message, seen: int) -> int:
    """The revision of the newest change to what a message rests on, if it came after `seen`."""
    return max(
        world.books.newest(message, seen),
        world.store.newest_list(message.recipient, seen),
        world.lots.newest(message.account, seen),
        world.announced.newest(message),
        world.content.since,
    )


async def judge_in_slices(world: World, messages: Sequence[Message], facts: Mapping[bool, Facts]) -> list[Verdict]:
    """Verdicts in the order of the messages. One sitting of the gate: a later message sees what an earlier one used of the caps.

    Sittings begin before anything is awaited: packs that change meanwhile would ask for facts that nobody gathered.
    """
    verdicts: dict[int, Verdict] = {}
    parts = {live: [message for message in messages if message.live is live] for live in facts}
    desks = {live: world.gate.sitting(parts[live], told) for live, told in facts.items()}
    for live, desk in desks.items():
        part = parts[live]
        for start in range(0, len(part), SLICE):
            if start:
                await asyncio.sleep(0)
            for message in part[start : start + SLICE]:
                verdicts[message.id] = desk.verdict(message)
    return [verdicts[message.id] for message in messages]


def judged_today(world: World, message: Message) -> Verdict | None:
    """What the gate would say of the same message handed in now, which nothing rests on; None once its text is erased."""
    if not message.text:
        return None
    now = world.clock.now_ms()
    anew = structs.replace(message, accepted_at=now, at=None, expires_at=now + message.expires_at - message.accepted_at)
    facts = gather_facts(world, [anew], now)[anew.live]
    return world.gate.sitting([anew], facts).verdict(anew)


def cost_of(world: World, message: Message, verdict: Verdict) -> tuple[int, int]:
    """(segments, price in micro-units) of the final text on the route it will take; nothing without a route."""
    route = world.books.routes.get(verdict.route or "")
    if route is None:
        return 0, 0
    segments, billed = world.cuts.count(message.text if verdict.text is None else verdict.text, route)
    return segments, billed * route.price


def not_taken(
    world: World, moves: Moves, message: Message, verdict: Verdict, state: State, segments: int, cost: int
) -> Refusal | None:
    """Why a lawful message is not taken all the same: no carrier has room for text or sender, or it is not paid for.

    Sets the money aside.
    """
    if segments > SEGMENTS_MAX:
        detail = f"the text needs {segments} segments; {SEGMENTS_MAX} are possible"
        return Refusal("text.too-many-segments", detail, "text")
    route = world.books.routes.get(verdict.route or "")
    if route is not None and state is not State.REFUSED:
        sender = verdict.sender or world.books.shown(message)
        if (limit := world.cuts.limit(sender, route)) is not None:
            return Refusal("sender.unfit", f"route `{route.name}` takes {limit}; `{sender}` does not fit", "sender")
    if state in CONSUMES:
        account = world.books.accounts[message.account]
        if not world.purse.reserve(moves, message.account, cost, account.prepaid):
            return Refusal("money.insufficient", "the account's balance does not cover this message")
    return None


def reconsider(world: World, moves: Moves, live: Live, verdict: Verdict, now: int) -> tuple[State, int | None]:
    """Put a new verdict in force: its state and moment, its segments, its money in place of the old."""
    state, due_at = placed(live.message, verdict, now)
    segments, whole = cost_of(world, live.message, verdict)
    world.purse.release(moves, live.message.account, live.price)
    live.rest_on(verdict, segments, 0)
    if state in CONSUMES:
        cost = whole * live.to_send_count // max(segments, 1)
        world.purse.reserve(moves, live.message.account, cost, prepaid=False)  # it was good for it when it was accepted
        live.rest_on(verdict, segments, cost)
    return state, due_at
