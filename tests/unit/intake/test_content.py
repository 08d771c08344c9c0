"""What the content engine says, as facts of the gate: a suspicion waits for a person, what is certain is content."""

import pytest

from kanhe.domain.category import Category
from kanhe.domain.message import Message
from kanhe.intake.content import ContentEngine, facts_of
from kanhe.moderation import policy
from kanhe.moderation.engine import Moderator
from kanhe.moderation.verdict import Label, Reading, Source, Suggestion, Verdict, Versions


def label(category: str, suggestion: Suggestion) -> Label:
    return Label(category, suggestion, 0.8, Source.RULE, "r", "1")


def verdict(suggestion: Suggestion, *labels: Label) -> Verdict:
    return Verdict(suggestion, 0.8, labels, {}, Reading(), Versions("p", "m", "n"))


ABOUT = label("about.loan", Suggestion.NOTE)
SUSPECTED = label("illegal.gambling", Suggestion.REVIEW)
CERTAIN = label("fraud.otp_relay", Suggestion.BLOCK)


@pytest.mark.parametrize(
    ("said", "content"),
    [
        (verdict(Suggestion.REVIEW, SUSPECTED, ABOUT), {"finance_loan"}),
        (verdict(Suggestion.BLOCK, CERTAIN, ABOUT), {"f12_code_harvest", "finance_loan"}),
        # A rule and a model that is certain block together: then the suspicion is a finding.
        (verdict(Suggestion.BLOCK, SUSPECTED), {"c7_obscene_gambling_violence", "gambling"}),
        (verdict(Suggestion.PASS, ABOUT), {"finance_loan"}),
    ],
)
def test_what_only_suggests_a_review_is_no_content(said: Verdict, content: set[str]) -> None:
    assert facts_of(said).content == content


@pytest.fixture(scope="module")
def engine() -> ContentEngine:
    return ContentEngine(Moderator(policy.load()), {})


def test_a_rule_that_asks_for_review_leaves_the_refusing_rules_of_a_pack_alone(engine: ContentEngine) -> None:
    """A rule of review in the policy of this release, so that the two cannot part."""
    book = policy.load()
    asks = [rule for rule in book.rules if rule.suggestion is Suggestion.REVIEW and rule.category.startswith("illegal.")]
    texts = [text for rule in asks for text in rule.examples.finds]
    messages = [
        Message(n, 1, 8613800138000, text, "s", Category.TRANSACTIONAL, 0, 600_000) for n, text in enumerate(texts, 1)
    ]
    seen = [facts for facts in engine.describe(messages).values() if facts.suggestion == "review"]
    assert seen
    assert not {"c7_obscene_gambling_violence", "c9_other_unlawful"} & frozenset().union(*(one.content for one in seen))
