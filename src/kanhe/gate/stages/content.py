"""Does the text hold content that is forbidden, or that a person must see."""

from kanhe.domain.category import Category
from kanhe.domain.facts import TextFacts
from kanhe.domain.verdict import Effect
from kanhe.gate.case import Answer, Bound, Case
from kanhe.gate.findings import UNKNOWN, Codes, Says
from kanhe.law.kinds import Content

CODES: Codes = {
    "content-clear": Says(Effect.ALLOW),
    "content-forbidden": Says(Effect.REFUSE),
    "content-for-review": Says(Effect.HOLD),
    "content-released": Says(Effect.ALLOW),
    "content-not-read": Says(Effect.ADVISE),
    "content-reclassified": Says(Effect.ADVISE),
    "content-machine-only": Says(Effect.ALLOW),
}

# Vocabulary, content_implied: every kind of fraud is unlawful content in the sense of the nine prohibited kinds.
UNLAWFUL = "c9_other_unlawful"
FRAUD = frozenset(
    {
        "f1_fake_authority",
        "f2_fake_refund",
        "f3_order_brushing",
        "f4_fake_investment",
        "f5_fake_loan",
        "f6_phishing",
        "f7_prize",
        "f8_impersonation",
        "f9_romance",
        "f10_account_trade",
        "f11_fake_bill",
        "f12_code_harvest",
    }
)
PROMOTIONAL = "promotional_in_service"


def judge(rule: Bound[Content], case: Case) -> Answer:
    """Judge what the content engine found, with what it implies."""
    asked = rule.parameters
    if asked.action == "no_human_reading":
        return rule["content-machine-only"]
    if not hit(asked, case.standing.seen):
        needs = ("text.content", "text.promotional") if PROMOTIONAL in asked.categories else ("text.content",)
        if case.standing.unsure(*needs):
            return rule["content-released" if case.standing.released else UNKNOWN]
        return rule["content-clear"]
    if asked.action == "reclassify":
        return rule["content-reclassified"]
    if asked.action == "refuse":
        return rule["content-forbidden"]
    # Telecommunications Regulations of China, art. 65: what people write to each other is put before nobody.
    if case.category is Category.TWO_WAY:
        return rule["content-not-read"]
    return rule["content-released" if case.standing.released else "content-for-review"]


def hit(asked: Content, seen: TextFacts) -> bool:
    """Whether a text holds what a rule speaks of."""
    wanted = asked.categories
    return (
        not seen.content.isdisjoint(wanted)
        or (seen.promotional and PROMOTIONAL in wanted)
        or (UNLAWFUL in wanted and not seen.content.isdisjoint(FRAUD))
    )
