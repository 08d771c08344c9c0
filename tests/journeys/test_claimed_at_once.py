"""What its connector has room for is claimed by the commit that accepts it; nothing is lost, doubled or overtaken by that."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import chain
from pathlib import Path

from kanhe.domain.category import Category
from kanhe.domain.facts import Suppression
from kanhe.domain.state import State
from kanhe.ports.change import Change, Committed, Rank
from kanhe.ports.door import Answer, Draft, Submission
from kanhe.ports.store import CommitFailedError
from kanhe.sim.papers import ACCOUNT, CARRIER, CHINA, CHINA_OFFERS, rehearsal
from kanhe.world import offer

from .stage import Stage, Waiting, play

NUMBER = 8613800138001
PARCEL = "【示例商城】您的包裹{n}已送达驿站，请及时领取。"
OFFER = "【示例商城】会员日全场八折，客服4000000000，拒收请回复R"

Commit = Callable[[Change], Awaitable[Committed]]


async def submit(stage: Stage, *numbers: int) -> list[Answer]:
    """One submission, a draft for each number, its place in the text."""
    waiting = Waiting()
    drafts = [Draft(to, PARCEL.format(n=n), CHINA, Category.TRANSACTIONAL) for n, to in enumerate(numbers)]
    assert offer(stage.platform.world, Submission(waiting, ACCOUNT, drafts))
    return await waiting.answers


def watch_commits(stage: Stage, before: Callable[[Change, Commit], Awaitable[None]]) -> list[Change]:
    """Every change that is written from here on; `before` may have its say first."""
    store, seen = stage.platform.world.store, []
    commit = store.commit

    async def watched(change: Change) -> Committed:
        await before(change, commit)
        seen.append(change)
        return await commit(change)

    store.commit = watched
    return seen


async def nothing(change: Change, commit: Commit) -> None:
    """Let every change be written as it is."""


def claimed(changes: list[Change]) -> list[list[int]]:
    return [[claim.message for claim in change.claims] for change in changes if change.claims]


def test_acceptance_and_claim_are_one_commit(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        changes = watch_commits(stage, nothing)
        answers = await submit(stage, NUMBER, NUMBER + 1)
        assert [answer.state for answer in answers] == [State.ACCEPTED] * 2
        for answer in answers:
            row = await stage.until(answer, State.DELIVERED)
            assert row.judged == 0
        [accepting] = [change for change in changes if change.accepted]
        assert [claim.message for claim in accepting.claims] == [row.message.id for row in accepting.accepted]
        assert len(claimed(changes)) == 1
        assert not stage.platform.world.leaving

    play(story, tmp_path)


def test_nobody_overtakes_what_waits(tmp_path: Path) -> None:
    """A window of two: the first two are claimed at once, and as long as the others wait nobody else is."""

    async def story(stage: Stage) -> None:
        port = stage.platform.world.books.connectors[CARRIER].port
        await stage.platform.file(rehearsal(stage.platform.vault, port, window=2))
        stage.carrier.set(answer_s=0.5)
        await asyncio.sleep(1)
        changes = watch_commits(stage, nothing)
        answers = await submit(stage, *range(NUMBER, NUMBER + 5))
        assert claimed(changes) == [[answer.message.id for answer in answers[:2]]]
        answers += await submit(stage, NUMBER + 5)
        assert [len(change.claims) for change in changes if change.accepted] == [2, 0]
        for answer in answers:
            await stage.until(answer, State.DELIVERED)
        assert [int(arrival.destination) for arrival in stage.carrier.log()] == list(range(NUMBER, NUMBER + 6))

    play(story, tmp_path)


def test_a_refusal_committed_while_it_is_judged_beats_the_claim(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        await stage.consent(NUMBER)

        async def refuse_first(change: Change, commit: Commit) -> None:
            if change.accepted:
                no = Suppression(stage.platform.world.ids.next(), change.at, "account", account=ACCOUNT)
                await commit(Change(Rank.INBOUND, change.at, suppressions=[(NUMBER, no)]))

        changes = watch_commits(stage, refuse_first)
        answer = await stage.send(NUMBER, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
        row = await stage.until(answer, State.REFUSED)
        assert len(claimed(changes)) == 1
        assert row.judged == 1
        assert not stage.carrier.log()
        assert stage.platform.world.purse.balance(ACCOUNT).reserved == 0

    play(story, tmp_path)


def test_a_row_that_cannot_be_written_takes_nobodys_turn(tmp_path: Path) -> None:
    """The batch is written in halves without its claims: the rest leaves from the outbox, what comes later at once again."""

    async def story(stage: Stage) -> None:
        async def fail(change: Change, commit: Commit) -> None:
            if any(row.message.recipient == NUMBER and row.state is State.ACCEPTED for row in change.accepted):
                raise CommitFailedError("poison")

        changes = watch_commits(stage, fail)
        poison, *good = await submit(stage, NUMBER, NUMBER + 1, NUMBER + 2)
        assert poison.state is State.PARKED
        later = await submit(stage, NUMBER + 3)
        for answer in (*good, *later):
            await stage.until(answer, State.DELIVERED)
        assert stage.row(poison).state is State.PARKED
        assert [len(change.claims) for change in changes if change.accepted][-1] == 1
        assert sorted(chain.from_iterable(claimed(changes))) == [answer.message.id for answer in (*good, *later)]

    play(story, tmp_path)


def test_what_was_claimed_at_once_and_never_written_is_in_doubt_after_a_crash(tmp_path: Path) -> None:
    """A crash between the commit and the wire: the one rule for what is in doubt holds, as after any other claim."""

    async def story(stage: Stage) -> None:
        stage.platform.world.outboxes[CARRIER].link.submit = lambda lives: None
        answer = await stage.send(NUMBER, PARCEL.format(n=1))
        assert stage.row(answer).state is State.CLAIMED
        await stage.crash()
        await stage.until(answer, State.IN_DOUBT)
        code = await stage.send(NUMBER, "【示例商城】您的验证码是123456，五分钟内有效。", Category.VERIFICATION)
        await stage.until(code, State.DELIVERED)
        assert [arrival.text for arrival in stage.carrier.log()] == [code.message.text]

    play(story, tmp_path)
