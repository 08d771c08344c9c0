"""Whatever reaches a handset had a verdict that let it leave, in the ledger, before it arrived. And the check would notice if not."""

import asyncio
from pathlib import Path

from msgspec.structs import replace

from kanhe.dispatch.board import Live
from kanhe.domain.category import Category
from kanhe.domain.state import State
from kanhe.domain.verdict import Outcome
from kanhe.gate.gate import MAY_LEAVE
from kanhe.ledger.entry import Kind, commit_body, commit_recipient, decode_entry
from kanhe.ports.door import Answer
from kanhe.sim.papers import CHINA_OFFERS

from .stage import Stage, play

NUMBER = 8613800138001
PARCEL = "【示例商城】您的包裹{n}已送达驿站，请及时领取。"
OFFER = "【示例商城】会员日全场八折，客服4000000000，拒收请回复R"
BARE = "示例商城：您的包裹{n}已送达驿站，请及时领取。"


def unlawful(stage: Stage) -> list[str]:
    """Texts that arrived without an entry of the ledger, committed before, that let this text leave to this number."""
    store, found = stage.platform.store, []
    entries = [decode_entry(each.octets) for each in store.entries_since(0, 10_000)]
    let_go = [e for e in entries if e.kind in (Kind.VERDICT, Kind.SECOND_VERDICT) and e.outcome in MAY_LEAVE]
    rows = {entry.message_id: store.row(entry.message_id) for entry in let_go}
    for arrival in stage.carrier.log():
        proved = [
            entry
            for entry in let_go
            if entry.instant_ms <= arrival.at_ms
            and (row := rows[entry.message_id]) is not None
            and entry.body == commit_body(row.salt[16:], arrival.text)
            and entry.recipient == commit_recipient(row.salt[:16], int(arrival.destination))
        ]
        if not proved:
            found.append(arrival.text)
    return found


async def traffic(stage: Stage) -> list[Answer]:
    """What goes, what is changed first, what is refused, what waits for the morning, what is scheduled."""
    await stage.consent(NUMBER + 1)
    sent = [await stage.send(NUMBER + n, PARCEL.format(n=n)) for n in range(5)]
    sent += [await stage.send(NUMBER + n, BARE.format(n=n)) for n in range(5, 8)]
    sent += [await stage.send(NUMBER + n, OFFER, Category.MARKETING, sender=CHINA_OFFERS) for n in (1, 2)]
    sent.append(await stage.send(NUMBER + 9, PARCEL.format(n=9), at=stage.clock.now_ms() + 3_600_000))
    await asyncio.sleep(12 * 3_600)
    return sent


def test_whatever_arrives_was_let_go_before(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        sent = await traffic(stage)
        outcomes = {answer.verdict.outcome for answer in sent if answer.verdict is not None}
        assert {Outcome.ALLOW, Outcome.AMEND, Outcome.REFUSE, Outcome.DEFER} <= outcomes
        assert len(stage.carrier.log()) == sum(stage.row(answer).state is State.DELIVERED for answer in sent) == 10
        assert unlawful(stage) == []

    play(story, tmp_path, start="2026-11-24T21:59:00+08:00")


def test_the_check_sees_what_went_around_the_gate(tmp_path: Path) -> None:
    """A message put straight into an outbox: the door was never asked, and its verdict is of another text."""

    async def story(stage: Stage) -> None:
        answer = await stage.send(NUMBER, PARCEL.format(n=1))
        row = await stage.until(answer, State.DELIVERED)
        smuggled = replace(row.message, id=row.message.id + 1, text=OFFER)
        (outbox,) = stage.platform.world.outboxes.values()
        live = Live(smuggled, row.verdict, State.ACCEPTED, 1, 0, row.salt)
        stage.platform.world.board.put(live)
        outbox.put(live)
        await asyncio.sleep(60)
        assert unlawful(stage) == [OFFER]

    play(story, tmp_path)
