"""Training: from labelled texts to a model that its groups never saw; and the figures themselves."""

from pathlib import Path

import pytest

from kanhe.moderation import evaluate, learning, policy
from kanhe.moderation.evaluate import Judged, figures
from kanhe.moderation.model import ready, to_bytes
from kanhe.moderation.train import Row, TrainingError, train
from kanhe.moderation.verdict import Suggestion


@pytest.fixture(scope="module")
def rows(data: Path) -> list[Row]:
    return evaluate.read_rows([data / "seed.jsonl"])


def test_the_same_texts_make_the_same_model(rows: list[Row]) -> None:
    first, second = train(rows[:300]), train(rows[:300])
    assert to_bytes(first) == to_bytes(second)
    assert set(ready(first).scripts) == {"han", "latin"}


def test_too_few_texts_make_no_model() -> None:
    with pytest.raises(
        TrainingError, match="a model needs 40 texts of one script, some ham and some spam; there are 2 latin"
    ):
        train([Row("hello", "ham"), Row("win", "spam")])


def test_training_keeps_a_version_in_the_folder(tmp_path: Path, rows: list[Row]) -> None:
    done = learning.train_rows(rows[:200], tmp_path)
    assert (tmp_path / f"{done['version']}.model.xz").stat().st_size == done["bytes"]


def test_figures_are_what_the_books_say() -> None:
    def one(label: str, score: float, suggestion: Suggestion) -> Judged:
        return Judged(Row("x", label, category="c" if label == "spam" else "", lang="en"), score, suggestion)

    judged = [
        one("spam", 0.9, Suggestion.BLOCK),
        one("spam", 0.4, Suggestion.PASS),
        one("ham", 0.4, Suggestion.PASS),
        one("ham", 0.1, Suggestion.REVIEW),
    ]
    answer = figures(judged)["all"]
    assert answer == {
        "spam": 2, "ham": 2, "auc": 0.875, "f1": 0.5, "recall": 0.5, "recall_at_half_percent_false_positives": 0.5,
        "ham_reviewed": 0.5, "ham_blocked": 0, "spam_blocked": 0.5,
    }  # fmt: skip
    assert figures(judged)["recall_by_category"] == {"c": 0.5}


@pytest.mark.slow
def test_the_promised_figures_hold_on_groups_never_seen(data: Path) -> None:
    paths = [data / name for name in ("messages-en.jsonl", "messages-zh.jsonl")]
    by_lang = evaluate.evaluate_unseen(
        paths, known=[data / "seed.jsonl", data / "business.jsonl"], brands=data / "brands.json"
    )["by_lang"]
    assert by_lang["en"]["auc"] >= 0.990
    assert by_lang["en"]["f1"] >= 0.95
    assert by_lang["en"]["recall_at_half_percent_false_positives"] >= 0.93
    assert by_lang["zh"]["recall"] >= 0.95
    for lang in ("en", "zh"):
        assert by_lang[lang]["ham_blocked"] == 0
        assert by_lang[lang]["ham_reviewed"] <= 0.03


def test_the_bench_answers_its_three_rates(shipped: policy.Policy) -> None:
    ticks = iter(range(100))
    measured = evaluate.measure(
        ["code 1234", "order 9 shipped"], shipped, lambda: float(next(ticks)), lambda: 50_000_000
    )
    assert measured == {"distinct_per_s": 20_000, "cached_per_s": 15_000, "cold_per_s": 5_000, "rss_mb": 50.0}
