"""One library made ready to judge: its table of findings, its shapes and the plans made so far."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from kanhe.domain.category import Category
from kanhe.domain.facts import Facts
from kanhe.gate.case import Standing
from kanhe.gate.findings import Table
from kanhe.gate.plan import Plan, Planner
from kanhe.gate.shapes import Shapes
from kanhe.gate.stages.platform import OWN
from kanhe.gate.stages.table import STAGES
from kanhe.law.library import Library

if TYPE_CHECKING:
    from kanhe.gate.wants import Needs

# A plan takes some 5 kB; accounts times senders times templates times places seen in a day stay below. Past it, all anew.
PLANS_MAX = 50_000


class Engine:
    """Immutable but for what it remembers; a new library is a new engine."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.table = Table(library.rules, {kind: stage.codes for kind, stage in STAGES.items()}, OWN)
        self.shapes = Shapes(library.digest)
        self.planner = Planner(library, self.table)
        self.needs: dict[tuple[str, str | None, Category, bool], Needs] = {}
        self._plans: dict[tuple[object, ...], Plan] = {}

    def plan(self, key: tuple[object, ...], facts: Facts, standing: Callable[[], Standing]) -> Plan:
        """The plan under a key, made or renewed when a date has passed."""
        plan = self._plans.get(key)
        if plan is None or not plan.since <= facts.now < plan.until:
            if len(self._plans) >= PLANS_MAX:
                self._plans.clear()
            plan = self._plans[key] = self.planner.plan(standing(), facts)
        return plan
