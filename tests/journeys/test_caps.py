"""Stories of caps: over accounts, over submissions of one batch, over a crash; of a number, and of a sender to all numbers."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from kanhe.domain.category import Category
from kanhe.domain.state import State
from kanhe.kit.clock import from_ms
from kanhe.law.load import with_draft
from kanhe.law.words import LAW_FOLDER
from kanhe.ports.door import Draft, Submission
from kanhe.records.filing import written
from kanhe.sim.papers import ACCOUNT, CHINA
from kanhe.world import offer

from .stage import Stage, Waiting, play

NUMBER = 8613800138800
CODE = "【示例商城】验证码{n}，5分钟内有效。"
OTHER = 2


async def second_account(stage: Stage) -> None:
    """Another account that speaks for the same brand."""
    books = stage.platform.world.books
    account, sender = written(books.accounts[ACCOUNT]), written(books.senders[ACCOUNT, CHINA])
    route = {"id": {**dict(sender["id"]), "value": "10690000008"}}  # type: ignore[call-overload] # a map
    await stage.platform.file(
        [
            ("account", {**account, "id": OTHER, "name": "second"}),
            ("sender", {**sender, "account": OTHER, **route}),
        ]
    )


async def code(stage: Stage, n: int, account: int = ACCOUNT) -> State:
    waiting = Waiting()
    draft = Draft(NUMBER, CODE.format(n=482910 + n), CHINA, Category.VERIFICATION, validity_s=7 * 3_600)
    assert offer(stage.platform.world, Submission(waiting, account, [draft]))
    [answer] = await waiting.answers
    assert answer.state is not None, answer
    return answer.state


def test_a_cap_of_a_number_counts_over_accounts_and_over_a_crash(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        await second_account(stage)
        for n, account in enumerate((ACCOUNT, OTHER, ACCOUNT, OTHER)):
            assert await code(stage, n, account) is State.ACCEPTED, n
            await asyncio.sleep(61)
        await stage.crash()
        assert await code(stage, 4, OTHER) is State.ACCEPTED, "the fifth of this hour"
        await asyncio.sleep(61)
        assert await code(stage, 5) is State.DEFERRED, "five an hour, whoever sends them for this brand"
        await asyncio.sleep(timedelta(hours=1).total_seconds())
        assert await code(stage, 6) is State.ACCEPTED

    play(story, tmp_path)


def test_a_cap_counts_within_one_submission(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        waiting = Waiting()
        drafts = [
            Draft(NUMBER, CODE.format(n=482910 + n), CHINA, Category.VERIFICATION, validity_s=3_600) for n in range(3)
        ]
        assert offer(stage.platform.world, Submission(waiting, ACCOUNT, drafts))
        answers = await waiting.answers
        assert [answer.state for answer in answers] == [State.ACCEPTED, State.DEFERRED, State.DEFERRED]
        moments = [answer.verdict.not_before for answer in answers[1:] if answer.verdict is not None]
        assert moments[1] - moments[0] == 60_000, "one a minute"

    play(story, tmp_path)


@pytest.mark.parametrize("window", ["calendar_day", "rolling"])
def test_a_cap_of_a_sender_counts_all_numbers_over_batches_and_a_crash(tmp_path: Path, window: str) -> None:
    """Taiwan's cap of individuals, put on what a business sends: no pack counts by sender what this platform carries."""
    pack = (LAW_FOLDER / "packs" / "tw.yaml").read_text(encoding="utf-8")
    draft = tmp_path / "tw.yaml"
    draft.write_text(
        pack.replace("applies_to: [p2p]", "applies_to: [transactional]").replace(
            "{max: 50, per_seconds: 86400, key: sender, window: calendar_day}",
            f"{{max: 3, per_seconds: 86400, key: sender, window: {window}}}",
        ),
        encoding="utf-8",
    )

    async def story(stage: Stage) -> None:
        gate = stage.platform.world.gate
        gate.swap(gate.ready(with_draft(gate.library, draft)))
        waiting = Waiting()
        drafts = [Draft(886912345670 + n, "您的包裹已送達", CHINA, Category.TRANSACTIONAL) for n in range(2)]
        assert offer(stage.platform.world, Submission(waiting, ACCOUNT, drafts))
        assert [answer.state for answer in await waiting.answers] == [State.ACCEPTED] * 2
        await stage.crash()
        gate = stage.platform.world.gate
        gate.swap(gate.ready(with_draft(gate.library, draft)))
        waiting = Waiting()
        drafts = [Draft(886912345680 + n, "您的包裹已送達", CHINA, Category.TRANSACTIONAL) for n in range(2)]
        assert offer(stage.platform.world, Submission(waiting, ACCOUNT, drafts))
        third, fourth = await waiting.answers
        assert (third.state, fourth.state) == (State.ACCEPTED, State.DEFERRED), stage.codes(fourth)
        assert fourth.verdict is not None
        assert fourth.verdict.not_before is not None
        moment = from_ms(fourth.verdict.not_before).isoformat()
        assert moment.startswith("2026-11-24T16:00:00" if window == "calendar_day" else "2026-11-25T02:00:0")

    play(story, tmp_path / "data")
