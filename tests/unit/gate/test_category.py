"""What a text is beats what its caller says: the decision says so, and where."""

from msgspec.structs import replace

from kanhe.domain.category import Category
from kanhe.domain.facts import Facts
from kanhe.domain.message import Message
from kanhe.domain.verdict import Outcome
from kanhe.gate.casefacts import NUMBER, build, instant
from kanhe.gate.engine import Engine
from kanhe.gate.gate import Gate
from kanhe.intake.content import ContentEngine
from kanhe.law.library import Library
from kanhe.moderation.engine import Moderator
from kanhe.moderation.policy import load
from kanhe.records.books import Books

NOON = "2026-11-23T12:00:00+01:00"
MIXED = "EXEMPLE: your parcel arrives today. Get 20% off your next order, use code SAVE20."


def given(text: str, declared: str = "transactional", **more: object) -> tuple[Message, Facts]:
    facts = {
        "message": {"declared_category": declared, "text": text},
        "sender": {"entity": "e1", "seat": "DE", "type": "alphanumeric", "value": "EXEMPLE"},
        "account": {"id": "a1", "agreements": {"eu.processor": {"version": "1", "accepted_at": "2025-01-10"}}},
        "operator": {"seat": "DE", "agreements": {"eu.processor": [{"version": "1", "from": "2024-01-01"}]}},
        "route": {"carrier": "c1"},
        "recipient": {"country": "DE", "zones": ["Europe/Berlin"]},
        "basis": {"kind": "contract", "recorded": True},
    }
    return build({**facts, **more}, instant(NOON))


def read(message: Message, facts: Facts) -> Facts:
    """The facts with what the real content engine reads in the text."""
    content = ContentEngine(Moderator(load()), Books())
    return replace(facts, texts=content.describe([message]))


def test_promotion_inside_a_notice_is_named_with_its_place(gate: Gate) -> None:
    message, facts = given(MIXED)
    facts = read(message, facts)
    (verdict,) = gate.judge([message], facts)
    assert (verdict.outcome, verdict.category) == (Outcome.REFUSE, Category.MARKETING)
    told = gate.explain(verdict, message)
    (why,) = [one for one in told.findings if one.code == "category-promotes"]
    first, last = map(int, why.noted["span"].split("–"))
    assert message.text[first - 1 : last] == "% off"
    assert f"characters {first}–{last}" in why.words["en"].what
    assert f"第 {first}–{last} 个字符" in why.words["zh"].what


def test_texts_that_promote_in_other_places_share_a_plan_and_keep_their_own(library: Library) -> None:
    gate = Gate(library)
    one, facts = given(MIXED)
    other = replace(one, id=2, recipient=NUMBER, text=MIXED.replace("today", "on Wednesday"))
    content = ContentEngine(Moderator(load()), Books())
    verdicts = gate.judge([one, other], replace(facts, texts=content.describe([one, other])))
    shown = [gate.explain(v, m).findings for v, m in zip(verdicts, (one, other), strict=True)]
    spans = [next(f.noted["span"] for f in findings if f.code == "category-promotes") for findings in shown]
    assert len(set(spans)) == 2
    assert isinstance(gate._engine, Engine)
    assert gate._engine._plans == 1


def test_what_nobody_promotes_and_what_was_declared_an_offer_say_nothing_of_it(gate: Gate) -> None:
    for text, declared in (("EXEMPLE: your parcel arrives today.", "transactional"), (MIXED, "marketing")):
        message, facts = given(text, declared)
        (verdict,) = gate.judge([message], read(message, facts))
        assert not [f for f in verdict.shape.findings if f.code.startswith("category-")]


def test_without_an_authority_a_warning_is_a_notice_and_the_explanation_says_why(gate: Gate) -> None:
    message, facts = given("EXEMPLE: flood warning.", "emergency")
    (verdict,) = gate.judge([message], facts)
    assert verdict.category is Category.TRANSACTIONAL
    assert "category-without-authority" in {f.code for f in verdict.shape.findings}


def test_a_content_engine_that_does_not_answer_leaves_the_category_open(gate: Gate) -> None:
    message, facts = given("EXEMPLE: your parcel arrives today.", unknown=["text.promotional"])
    (verdict,) = gate.judge([message], facts)
    assert verdict.outcome is Outcome.HOLD
    assert "category-unsure" in {f.code for f in verdict.shape.findings}
