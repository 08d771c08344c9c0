"""The content engine of a data folder: its rules, registers and models, and what is done for it beside the journeys.

moderation/rules/*.yaml   rule files and lists of the operator, beside those shipped
moderation/brands.json    brands, their signatures and domains
moderation/models/        versions of the model (moderation/versions.py)
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from kanhe.intake.content import ContentEngine
from kanhe.moderation import policy, versions
from kanhe.moderation.policy import Policy
from kanhe.moderation.registers import Registers, load_registers
from kanhe.reviewing import Sampled

FOLDER, RULES, BRANDS, MODELS = "moderation", "rules", "brands.json", "models"
# Ten milliseconds of work in every round of the house: no socket notices.
SHADOW_TEXTS_MAX = 100


def load_policies(data: Path, models: Path | None = None) -> tuple[Policy, Policy | None]:
    """The policy in force and the one in its shadow; `models`: where they lie, if not in the data folder. Raises `RuleFileError`, `ModelFileError`, `VersionError`, `RegisterFileError`."""
    folder = data / FOLDER
    rules = [*policy.shipped_rules(), *policy.read_rules(sorted((folder / RULES).glob("*.yaml")))]
    registers = load_registers(folder / BRANDS) if (folder / BRANDS).exists() else Registers()
    models = models or folder / MODELS
    tried = versions.shadow(models)
    in_force = policy.load(rules, registers, versions.model_of(models, versions.in_force(models)))
    return in_force, None if tried is None else in_force.with_model(versions.model_of(models, tried))


class ContentCare:
    """Puts a new policy in force while the platform runs; draws samples; lets the shadow judge."""

    def __init__(self, data: Path, content: ContentEngine) -> None:
        self._data, self._content = data, content

    def reload(self) -> dict[str, object]:
        """Read the folder again and put it in force; if anything in it is wrong, the old policy stays."""
        self._content.moderator.adopt(*load_policies(self._data))
        return self.status()

    def status(self) -> dict[str, object]:
        """What judges, and how far the shadow disagrees."""
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
        }

    def drawn(self) -> Sequence[Sampled]:
        """The samples drawn since the last call (`reviewing.Samples`)."""
        return [
            Sampled(drawn.key.hex(), account, sender, category.value, drawn.text)
            for drawn, (account, sender, category) in self._content.samples()
        ]

    async def run(self, every_s: float) -> None:
        """Every few seconds: the shadow's share."""
        while True:
            await asyncio.sleep(every_s)
            self._content.moderator.try_in_shadow(SHADOW_TEXTS_MAX)
