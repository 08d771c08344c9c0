"""What a message is: what the text is beats what the caller says."""

from collections.abc import Iterable

from kanhe.domain.category import Category
from kanhe.gate.case import Standing
from kanhe.gate.stages.content import hit
from kanhe.law.kinds import Content
from kanhe.law.rules import Rule

# These two stand only on the word of an authority (law README, Classify 3).
OF_AUTHORITIES = frozenset({Category.EMERGENCY, Category.PUBLIC_SERVICE})
AUTHORITY_PROOFS = frozenset({"issuer_is_authority", "acts_for_authority"})


def declared_category(declared: Category, reviewed: Category | None) -> Category:
    """What a message is declared to be: its template's reviewed category, unless the caller says it is marketing."""
    return declared if reviewed is None or declared is Category.MARKETING else reviewed


def classify(standing: Standing, content_rules: Iterable[Rule]) -> tuple[Category, Rule | None]:
    """The category, and the content rule that made it another one."""
    declared, seen = standing.declared, standing.seen
    if standing.settled is not None:
        return standing.settled, None
    for rule in content_rules:
        asked = rule.parameters
        if isinstance(asked, Content) and asked.reclassify_to and declared in rule.applies_to and hit(asked, seen):
            return asked.reclassify_to, rule
    if seen.promotional and declared is not Category.CONSENT_REQUEST:
        return Category.MARKETING, None
    if declared in OF_AUTHORITIES and _without_authority(standing) and not standing.unsure("proofs"):
        return Category.TRANSACTIONAL, None
    return declared, None


def authority_unknown(standing: Standing) -> bool:
    """Whether the records that would name an authority behind a message did not answer."""
    return standing.declared in OF_AUTHORITIES and standing.unsure("proofs") and _without_authority(standing)


def _without_authority(standing: Standing) -> bool:
    return standing.proofs.isdisjoint(AUTHORITY_PROOFS)
