"""A stage for stories: the whole platform in the simulator, with a carrier, handsets and a customer, on one virtual clock.

Nothing of the platform is replaced but time, chance and the wire: sockets are the simulator's network of memory.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from kanhe.app.platform import Platform
from kanhe.domain.category import Category
from kanhe.domain.facts import Consent
from kanhe.domain.state import State
from kanhe.journey import check
from kanhe.kit.clock import to_ms
from kanhe.kit.rng import SeededRng
from kanhe.ports.change import Change, Rank
from kanhe.ports.door import Answer, Draft, Submission
from kanhe.ports.store import Row
from kanhe.settings import Settings, load
from kanhe.sim.behaviour import Behaviour
from kanhe.sim.carrier import SimulatedCarrier
from kanhe.sim.loop import SimClock, SimLoop
from kanhe.sim.papers import ACCOUNT, CHINA, rehearsal
from kanhe.world import offer


class Waiting:
    """An origin for one submission: its answers, once the commit is done."""

    def __init__(self) -> None:
        self.answers: asyncio.Future[list[Answer]] = asyncio.get_running_loop().create_future()

    def answer(self, submission: Submission, answers: list[Answer]) -> None:
        self.answers.set_result(list(answers))

    def render(self, submission: Submission, answers: list[Answer]) -> bytes:
        return b"[]"


class Stage:
    """The platform and everybody around it."""

    def __init__(self, loop: SimLoop, folder: Path, start: datetime, seed: int) -> None:
        self.loop = loop
        self.clock = SimClock(loop, to_ms(start))
        self.rng = SeededRng(seed)
        self.folder = folder
        self.environment: dict[str, str] = {}  # settings of the next start
        self.carrier = SimulatedCarrier("smpp", Behaviour(), self.clock, self.rng, tick_s=20.0)
        self.platform: Platform

    async def rise(self) -> None:
        port = await self.carrier.start()
        await self.start_platform()
        await self.platform.file(rehearsal(self.platform.vault, port))
        await asyncio.sleep(1)

    async def start_platform(self) -> None:
        here = {"KANHE_PLATFORM_DATA": str(self.folder), "KANHE_HTTP_ENABLED": "false"}
        settings: Settings = load(None, here | self.environment)
        self.platform = Platform(settings, clock=self.clock, rng=self.rng, simulated=True)
        await self.platform.start()

    async def crash(self) -> None:
        """The process dies where it stands, and starts again on what it had committed."""
        self.platform.abandon()
        await asyncio.sleep(1)
        await self.start_platform()

    async def fall(self) -> None:
        await self.platform.stop()
        await self.carrier.stop()

    # --- what people do ---

    async def send(self, to: int, text: str, category: Category = Category.TRANSACTIONAL, **more: object) -> Answer:
        """One message through the intake, answered after its commit."""
        waiting = Waiting()
        draft = Draft(to, text, str(more.pop("sender", CHINA)), category, **more)
        assert offer(self.platform.world, Submission(waiting, ACCOUNT, [draft]))
        return (await waiting.answers)[0]

    async def consent(self, number: int, *categories: Category) -> None:
        """A consent with everything a pack can ask for, a month old."""
        now = self.clock.now_ms()
        identifier = self.platform.world.ids.next()
        consent = Consent(
            identifier,
            "active",
            "example-shop",
            frozenset(category.value for category in categories or (Category.MARKETING,)),
            "written",
            now - 30 * 86_400_000,
            frozenset(PROOFS),
            "approved",
            frozenset(STATES),
            channel="web",
        )
        await self.platform.store.commit(Change(Rank.INBOUND, now, consents=[(ACCOUNT, number, consent)]))

    def row(self, answer: Answer) -> Row:
        """The message as it stands, on the board or in the store."""
        assert answer.message is not None
        row = self.platform.store.row(answer.message.id)
        assert row is not None
        live = self.platform.world.board.lives.get(answer.message.id)
        if live is not None:
            row.state = live.state
        return row

    async def until(self, answer: Answer, state: State, seconds: float = 60) -> Row:
        """Wait, in virtual time, for a state."""
        for _ in range(int(seconds * 10)):
            if self.row(answer).state is state:
                return self.row(answer)
            await asyncio.sleep(0.1)
        raise AssertionError(f"{self.row(answer).state.word} after {seconds} s, not {state.word}: {self.codes(answer)}")

    def codes(self, answer: Answer) -> list[str]:
        """The reason codes of the verdict, for a failing assertion."""
        assert answer.verdict is not None
        return [
            f"{f.effect.name} {f.code} {f.rule}"
            for f in answer.verdict.shape.findings
            if f.effect.name not in ("ALLOW", "ADVISE")
        ]


PROOFS = [
    "captured_at",
    "text_shown",
    "signature",
    "method",
    "source",
    "purpose",
    "recipient",
    "content_provider",
    "type",
    "frequency",
    "term",
    "channel",
    "question_text",
    "reply_text",
    "double_opt_in_reply",
    "relationship_end",
    "notice",
    "reply_channel",
    "consent_template",
    "number",
    "form4",
]
STATES = [
    "type",
    "frequency",
    "term",
    "purpose",
    "sender_name",
    "contact",
    "may_withdraw",
    "data_kinds",
    "goods_classes",
    "automated_texts",
    "number",
    "not_condition_of_purchase",
]


def play(
    story: Callable[[Stage], Awaitable[None]], folder: Path, start: str = "2026-11-24T10:00:00+08:00", seed: int = 1
) -> None:
    """Play a story in the simulator."""
    loop = SimLoop(SeededRng(seed))

    async def whole() -> None:
        stage = Stage(loop, folder, datetime.fromisoformat(start), seed)
        await stage.rise()
        try:
            await story(stage)
        finally:
            await stage.fall()

    try:
        loop.run_until_complete(whole())
    finally:
        loop.close()


__all__ = ["Stage", "check", "play"]
