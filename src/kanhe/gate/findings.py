"""The table of findings, made when packs load: one shared row per rule, reason code and mode; judging makes none.

A stage says which reason codes it has and what each does (`CODES`). A rule that only advises, or that the operator switched
off, has the same codes: its rows say what they *would* do and never count.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from kanhe.domain.verdict import Effect, Finding
from kanhe.law.kinds import Kind
from kanhe.law.rules import Binding, Enforce, Rule


class Says(NamedTuple):
    """What a reason code does when its rule decides, and what it notes in the verdict."""

    effect: Effect
    slot: str | None = None


Codes = Mapping[str, Says]
Rows = Mapping[str, Finding]


class Mode(StrEnum):
    """How a rule takes part in a verdict."""

    DECIDES = "decides"
    ADVISES = "advises"  # `enforce: advise`, or guidance
    SWITCHED = "switched"  # soft, and the operator gave a reason to switch it off
    LIFTED = "lifted"  # an exemption was proved
    DROPPED = "dropped"  # of a route that was not taken


# What a rule does that needs a fact whose book did not answer.
ON_UNKNOWN: dict[Binding, Effect] = {
    Binding.STATUTE: Effect.HOLD,
    Binding.REGULATION: Effect.HOLD,
    Binding.CODE: Effect.HOLD,
    Binding.HOUSE: Effect.HOLD,
    Binding.CARRIER: Effect.REFUSE,
    Binding.VENDOR: Effect.REFUSE,
    Binding.GUIDANCE: Effect.ADVISE,
}
assert set(ON_UNKNOWN) == set(Binding)

UNKNOWN = "fact-unknown"
LIFTED = "rule-lifted"


class Table:
    """Every row a library of packs can give, numbered in one order for one library."""

    def __init__(self, rules: Mapping[str, Rule], codes: Mapping[Kind, Codes], own: Mapping[str, Codes]) -> None:
        self.rows: list[Finding] = []
        self.own: dict[str, Finding] = self._own(own, Mode.DECIDES)
        self._of = {
            (rule.id, mode): self._rows(rule, codes[rule.kind], mode)
            for rule in rules.values()
            if rule.kind in codes
            for mode in Mode
        }
        self._dropped = self._own(own, Mode.DROPPED)

    def of(self, rule: Rule, mode: Mode) -> Rows:
        """The rows of a rule in one mode, by reason code."""
        return self._of[rule.id, mode]

    def sibling(self, finding: Finding, *, code: str | None = None, mode: Mode | None = None) -> Finding:
        """The row of the same rule under another code or in another mode."""
        if finding.rule is None:
            return (self._dropped if mode is Mode.DROPPED else self.own)[code or finding.code]
        return self._of[finding.rule, mode or Mode(finding.mode)][code or finding.code]

    def _own(self, own: Mapping[str, Codes], mode: Mode) -> dict[str, Finding]:
        """The rows of the platform's own checks."""
        return {
            code: self._add(stage, code, says, None, mode) for stage, its in own.items() for code, says in its.items()
        }

    def _rows(self, rule: Rule, codes: Codes, mode: Mode) -> Rows:
        common = {UNKNOWN: Says(ON_UNKNOWN[rule.binding]), LIFTED: Says(Effect.ADVISE)}
        return {code: self._add(rule.kind.value, code, says, rule, mode) for code, says in {**codes, **common}.items()}

    def _add(self, stage: str, code: str, says: Says, rule: Rule | None, mode: Mode) -> Finding:
        decides = mode is Mode.DECIDES
        row = Finding(
            number=len(self.rows),
            stage=stage,
            code=code,
            effect=says.effect if decides else Effect.ADVISE,
            rule=rule.id if rule else None,
            version=rule.first if rule else None,
            binding=rule.binding.value if rule else None,
            citation=rule.citation if rule else (),
            mode=mode.value,
            would=None if decides else says.effect,
            slot=says.slot,
        )
        self.rows.append(row)
        return row


def mode_of(rule: Rule, switches: Mapping[str, str]) -> Mode:
    """How a rule takes part when nothing lifts it; guidance never decides, whatever its pack says."""
    if rule.enforce is Enforce.ADVISE or rule.binding is Binding.GUIDANCE:
        return Mode.ADVISES
    return Mode.SWITCHED if rule.enforce is Enforce.SOFT and rule.id in switches else Mode.DECIDES
