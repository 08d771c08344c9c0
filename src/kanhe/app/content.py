"""The content engine of a data folder: its rules, registers and models, and what is done for it beside the journeys.

moderation/rules/*.yaml   rule files and lists of the operator, beside those shipped
moderation/brands.json    brands, their signatures and domains
moderation/models/        versions of the model (moderation/versions.py)
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Protocol

import msgspec
import structlog

from kanhe.app.opinions import SecondOpinion
from kanhe.domain.review import Item
from kanhe.intake.content import ContentEngine, Owner
from kanhe.moderation import policy, versions
from kanhe.moderation.engine import Drawn
from kanhe.moderation.model import ModelFileError
from kanhe.moderation.opinions import SecondOpinionError
from kanhe.moderation.policy import Policy
from kanhe.moderation.registers import RegisterFileError, Registers, load_registers
from kanhe.moderation.rules import RuleFileError
from kanhe.moderation.verdict import Label, Suggestion, Versions
from kanhe.moderation.versions import VersionError
from kanhe.offices.waiting import Sampled
from kanhe.ports.change import Change, Rank
from kanhe.records.reviews import masked
from kanhe.world import World, write_down

# What loading the folder raises; each says where.
FOLDER_MISTAKES = (RuleFileError, RegisterFileError, ModelFileError, VersionError)
FOLDER, RULES, BRANDS, MODELS = "moderation", "rules", "brands.json", "models"
# Ten milliseconds of work in every round of the house: no socket notices.
SHADOW_TEXTS_MAX = 100
# Five a second in rounds of ten seconds: within what both vendors allow, and its cost is foreseeable.
OPINIONS_MAX = 50

log = structlog.get_logger()


PutDown = Callable[[int], Awaitable[int]]


async def put_down(world: World, policy: int) -> int:
    """Write which content policy judges texts, where it is not the one that did; answer the revision that it came with."""
    known, since = world.store.policy()
    if known == policy:
        return since
    change = Change(Rank.INBOUND, world.clock.now_ms(), policies=[policy])
    return (await write_down(world, change)).revision


def _head(versions: Versions) -> int:
    """A number for a policy: seven octets of its digest fit a column of integers."""
    return int.from_bytes(hashlib.sha256(msgspec.json.encode(versions)).digest()[:7], "big")


def load_policies(data: Path, models: Path | None = None) -> tuple[Policy, Policy | None]:
    """The policy in force and the one in its shadow; `models`: where they lie, if not in the data folder. Raises `RuleFileError`, `ModelFileError`, `VersionError`, `RegisterFileError`."""
    folder = data / FOLDER
    rules = [*policy.shipped_rules(), *policy.read_rules(sorted((folder / RULES).glob("*.yaml")))]
    registers = load_registers(folder / BRANDS) if (folder / BRANDS).exists() else Registers()
    models = models or folder / MODELS
    tried = versions.shadow(models)
    in_force = policy.load(rules, registers, versions.model_of(models, versions.in_force(models)))
    return in_force, None if tried is None else in_force.with_model(versions.model_of(models, tried))


class Desk(Protocol):
    """What is asked of the review desk (`offices.reviewing.Reviews`)."""

    def without_opinion(self, items_max: int) -> Sequence[Item]:
        """Items that another's opinion may help with and that have none."""
        ...

    async def hear(self, identifier: int, of: str, *, doubts: bool, labels: tuple[str, ...]) -> object:
        """Put another's opinion beside ours."""
        ...


class ContentCare:
    """Puts a new policy in force while the platform runs; draws samples; lets the shadow judge; asks for second opinions."""

    def __init__(
        self, data: Path, content: ContentEngine, put_down: PutDown, other: SecondOpinion | None = None
    ) -> None:
        self._data, self._content, self._put_down, self._other = data, content, put_down, other
        self._doubted: list[Sampled] = []
        self._opinions = {"asked": 0, "doubted": 0, "unanswered": 0}

    async def reload(self) -> dict[str, object]:
        """Read the folder again and put it in force; if anything in it is wrong, the old policy stays."""
        self._content.moderator.adopt(*load_policies(self._data))
        await self.begin()
        return self.status()

    async def begin(self) -> None:
        """Put down what judges from here on. The policy is in force before: what it has not judged saw an older revision."""
        self._content.since = await self._put_down(_head(self._content.moderator.policy.versions))

    def status(self) -> dict[str, object]:
        """What judges, how far the shadow disagrees, and what others said."""
        moderator = self._content.moderator
        shadow = moderator.shadow
        return {
            "policy": moderator.policy.versions.policy,
            "model": moderator.policy.versions.model,
            "normaliser": moderator.policy.versions.normaliser,
            "rules": len(moderator.policy.rules),
            "lists": [f"{name} of {date}, {source}" for name, source, date in moderator.policy.lists],
            "shadow": None if shadow is None else shadow.versions.model,
            "shadow_tried": moderator.tried,
            "shadow_differed": moderator.differed,
            "opinions": None if self._other is None else self._opinions,
        }

    def drawn(self) -> Sequence[Sampled]:
        """The samples drawn since the last call, and what others doubted (`offices/waiting.py`)."""
        doubted, self._doubted = self._doubted, []
        return [*map(_sampled, self._content.samples()), *doubted]

    async def run(self, every_s: float, desk: Desk) -> None:
        """Every few seconds: the shadow's share, and some questions to others."""
        while True:
            await asyncio.sleep(every_s)
            self._content.moderator.try_in_shadow(SHADOW_TEXTS_MAX)
            await self.ask_others(desk)

    async def ask_others(self, desk: Desk) -> None:
        """Ask about what people are to decide, then about what passed. Who does not answer is not asked again in this round."""
        if self._other is None:
            return
        try:
            asked = await self._ask_about_held(self._other, desk)
            await self._ask_about_passed(self._other, OPINIONS_MAX - asked)
        except SecondOpinionError as error:
            self._opinions["unanswered"] += 1
            log.warning("second-opinion-missing", error=str(error))

    async def _ask_about_held(self, other: SecondOpinion, desk: Desk) -> int:
        """Put another's opinion beside ours on what is held; answer how often it was asked."""
        items = desk.without_opinion(OPINIONS_MAX)
        for item in items:
            labels = await self._about(other, item.text)
            await desk.hear(item.id, other.name, doubts=_doubts(labels), labels=tuple(map(_told, labels)))
        return len(items)

    async def _ask_about_passed(self, other: SecondOpinion, texts_max: int) -> None:
        """Put what another doubts before people."""
        for one in map(_sampled, islice(self._content.for_opinion(), texts_max)):
            labels = await self._about(other, masked(one.text))
            if _doubts(labels):
                self._doubted.append(one._replace(labels=tuple(map(_told, labels))))

    async def _about(self, other: SecondOpinion, text: str) -> tuple[Label, ...]:
        labels = await other.about(text)
        self._opinions["asked"] += 1
        self._opinions["doubted"] += _doubts(labels)
        return labels

    async def close(self) -> None:
        """Ask no more."""
        if self._other is not None:
            await self._other.close()


def _doubts(labels: Sequence[Label]) -> bool:
    return any(label.suggestion >= Suggestion.REVIEW for label in labels)


def _told(label: Label) -> str:
    return f"{label.category}:{label.rule}"


def _sampled(drawn: tuple[Drawn, Owner]) -> Sampled:
    text, (account, sender, category) = drawn
    return Sampled(text.key.hex(), account, sender, category.value, text.text)
