"""Lawful senders of many trades, fraud in all its kinds, texts that no model was trained on, and all of them in disguise."""

from collections import Counter
from pathlib import Path

import pytest
from tests.unit.moderation.disguise import CHINESE, ENGLISH, HONEST, Disguise

from kanhe.kit.rng import SeededRng
from kanhe.moderation import evaluate
from kanhe.moderation.engine import weigh
from kanhe.moderation.evaluate import figures, judge_rows
from kanhe.moderation.policy import Policy, taxonomy
from kanhe.moderation.train import Row
from kanhe.moderation.verdict import NOTHING_KNOWN, Suggestion

REVIEWED_MAX, RECALL_MIN = 0.03, 0.95
DISGUISED_RECALL_MIN = {"zh": 0.92, "en": 0.95}


@pytest.fixture(scope="module")
def modern(data: Path) -> list[Row]:
    return evaluate.read_rows([data / "modern.jsonl"])


def _chance(row: Row, name: str) -> SeededRng:
    return SeededRng(int(row.id, 16) ^ len(name))


def test_there_are_lawful_texts_of_many_trades_and_unlawful_ones_of_every_kind(modern: list[Row]) -> None:
    count = Counter(row.label for row in modern)
    assert count["ham"] >= 200
    assert count["spam"] >= 120
    kinds = {name for name in taxonomy() if name.startswith(("fraud.", "illegal.", "ip."))}
    assert kinds <= {row.category for row in modern}


def test_lawful_business_is_left_alone_and_fraud_is_not(modern: list[Row], shipped: Policy) -> None:
    by_lang = figures(judge_rows(modern, shipped))["by_lang"]
    for lang in ("zh", "en"):
        assert by_lang[lang]["ham_blocked"] == 0
        assert by_lang[lang]["ham_reviewed"] <= REVIEWED_MAX
        assert by_lang[lang]["recall"] >= RECALL_MIN


def test_the_same_of_texts_that_no_model_was_trained_on(data: Path, shipped: Policy) -> None:
    judged = judge_rows(evaluate.read_rows([data / "unseen.jsonl"]), shipped)
    lawful = [j for j in judged if j.row.label == "ham" and j.row.category != "personal"]
    assert sum(j.suggestion is Suggestion.BLOCK for j in judged if j.row.label == "ham") == 0
    assert sum(j.suggestion is Suggestion.REVIEW for j in lawful) <= REVIEWED_MAX * len(lawful)
    assert all(f["recall"] >= RECALL_MIN for f in figures(judged)["by_lang"].values())


@pytest.mark.parametrize(("lang", "disguises"), [("zh", CHINESE), ("en", ENGLISH)])
def test_a_disguise_hides_no_fraud(
    lang: str, disguises: dict[str, Disguise], modern: list[Row], shipped: Policy
) -> None:
    plain = [row for row in modern if row.label == "spam" and row.lang == lang]
    caught = [
        weigh(text, NOTHING_KNOWN, shipped).suggestion >= Suggestion.REVIEW
        for row in plain
        for name, disguise in disguises.items()
        if (text := disguise(row.text, _chance(row, name))) != row.text
    ]
    assert len(caught) > 400
    assert sum(caught) >= DISGUISED_RECALL_MIN[lang] * len(caught)


def test_an_honest_disguise_blocks_nobody(modern: list[Row], shipped: Policy) -> None:
    suggestions = Counter(
        weigh(disguise(row.text, _chance(row, name)), NOTHING_KNOWN, shipped).suggestion
        for row in modern
        if row.label == "ham"
        for name, disguise in HONEST.items()
    )
    assert suggestions[Suggestion.BLOCK] == 0
    assert suggestions[Suggestion.REVIEW] <= REVIEWED_MAX * suggestions.total()


@pytest.mark.parametrize("tail", ["拒收请回复R", "退订回T"])
def test_an_instruction_how_to_refuse_buys_no_pass(modern: list[Row], shipped: Policy, tail: str) -> None:
    unlawful = [row.text for row in modern if row.label == "spam" and row.lang == "zh"]
    passed = [
        text for text in unlawful if weigh(f"{text} {tail}", NOTHING_KNOWN, shipped).suggestion is Suggestion.PASS
    ]
    assert len(passed) <= (1 - RECALL_MIN) * len(unlawful), passed


def test_an_offer_needs_no_instruction_how_to_refuse_to_pass_as_the_gate_adds_it(shipped: Policy) -> None:
    offer = "【示例商城】会员日全场八折，客服4000000000"
    assert weigh(offer, NOTHING_KNOWN, shipped).suggestion is Suggestion.PASS
