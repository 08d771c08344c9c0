"""What the content engine says, as facts of the gate: a suspicion waits for a person, what is certain is content."""

import pytest
from msgspec import structs

from kanhe.domain.category import Category
from kanhe.domain.message import Message
from kanhe.domain.papers import Template, Variable
from kanhe.intake.content import ContentEngine, facts_of
from kanhe.moderation import policy
from kanhe.moderation.engine import Moderator
from kanhe.moderation.verdict import Label, Reading, Source, Suggestion, Verdict, Versions
from kanhe.records.books import Books


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
    return ContentEngine(Moderator(policy.load()), Books())


def test_a_rule_that_asks_for_review_leaves_the_refusing_rules_of_a_pack_alone(engine: ContentEngine) -> None:
    """A rule of review in the policy of this release, so that the two cannot part."""
    book = policy.load()
    asks = [
        rule for rule in book.rules if rule.suggestion is Suggestion.REVIEW and rule.category.startswith("illegal.")
    ]
    texts = [text for rule in asks for text in rule.examples.finds]
    messages = [
        Message(n, 1, 8613800138000, text, "s", Category.TRANSACTIONAL, 0, 600_000) for n, text in enumerate(texts, 1)
    ]
    seen = [facts for facts in engine.describe(messages).values() if facts.suggestion == "review"]
    assert seen
    assert not {"c7_obscene_gambling_violence", "c9_other_unlawful"} & frozenset().union(*(one.content for one in seen))


# --- approved templates ---

LOAN = "【云帆金融】尊敬的{name}，您的贷款已审批通过，最高20万元，详情见www.yunfan.example，编号{number}"
PAPER = Template(
    revision=1, account=1, name="loan", text=LOAN, variables={"name": Variable("name", 8), "number": Variable("number")}
)


def filled(name: str, number: str = "A1029", **said: object) -> Message:
    text = LOAN.replace("{name}", name).replace("{number}", number)
    return structs.replace(
        Message(1, 1, 8613800138000, text, "s", Category.TRANSACTIONAL, 1_790_000_000_000, 1_790_000_600_000), **said
    )


def with_template(**changed: object) -> ContentEngine:
    books = Books()
    books.put(structs.replace(PAPER, **changed))
    return ContentEngine(Moderator(policy.load()), books)


FILLED = [
    (filled("王小明", template="loan"), "pass"),  # named
    (filled("王小明"), "pass"),  # recognised
    (filled("王小明", account=2), "review"),  # another account's words are nobody's here
    (filled("加微信ab12345领彩金", template="loan"), "block"),  # no name, and what it says is new
    (filled("王小明王小明王小明", template="loan"), "review"),  # longer than its variable may be
    (filled("验证码发我", template="loan"), "block"),  # a value that makes a fraud of it
]


@pytest.mark.parametrize(("message", "suggestion"), FILLED, ids=range(len(FILLED)))
def test_an_approved_template_answers_for_its_variables_alone(message: Message, suggestion: str) -> None:
    engine = with_template()
    assert engine.describe([message])[message.text].suggestion == suggestion
    amended = "(广告)" + message.text + "拒收请回复R"
    assert engine.describe_amended(amended, message).suggestion == suggestion


@pytest.mark.parametrize("changed", [{"status": "submitted"}, {"status": "suspended"}, {"valid_to": "2026-01-01"}])
def test_a_template_that_is_not_in_force_excuses_nothing(changed: dict[str, object]) -> None:
    for message in (filled("王小明", template="loan"), filled("王小明")):
        assert with_template(**changed).describe([message])[message.text].suggestion == "review"


def test_a_new_version_of_a_template_counts_at_once() -> None:
    books = Books()
    engine = ContentEngine(Moderator(policy.load()), books)
    message = filled("王小明")
    assert engine.describe([message])[message.text].suggestion == "review"
    books.put(PAPER)
    assert engine.describe([message])[message.text].suggestion == "pass"
    books.put(structs.replace(PAPER, revision=2, status="suspended"))
    assert engine.describe([message])[message.text].suggestion == "review"


def test_fillings_that_add_nothing_share_their_facts() -> None:
    engine = with_template()
    first, second = filled("王小明", "1", template="loan"), filled("李华", "2", template="loan")
    facts = engine.describe([first, second])
    assert facts[first.text] is facts[second.text]
