"""Out of findings, one verdict: refuse over hold over amend over defer over allow; advice never counts."""

from collections.abc import Iterable

from kanhe.domain.verdict import Effect, Finding, Outcome

OUTCOME: dict[Effect, Outcome] = {
    Effect.REFUSE: Outcome.REFUSE,
    Effect.HOLD: Outcome.HOLD,
    Effect.AMEND: Outcome.AMEND,
    Effect.DEFER: Outcome.DEFER,
    Effect.ALLOW: Outcome.ALLOW,
}


def combine(findings: Iterable[Finding]) -> Outcome | None:
    """The outcome, or None when no rule counts: what is not positively allowed does not leave."""
    strongest, ruled = Effect.ADVISE, False
    for finding in findings:
        if finding.effect > strongest:
            strongest = finding.effect
        ruled = ruled or (finding.rule is not None and finding.effect is not Effect.ADVISE)
    return OUTCOME[strongest] if ruled or strongest >= Effect.HOLD else None
