"""Texts written before their writer had read a rule: the blind sets. They are frozen; what is learnt is learnt from other texts."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from kanhe.moderation import evaluate
from kanhe.moderation.evaluate import figures, judge_rows
from kanhe.moderation.policy import Policy
from kanhe.moderation.verdict import Suggestion

# A set that is changed is no longer blind: whoever wants other texts writes another set.
FROZEN = {
    "blind-messages.jsonl": "33be6ab0e5b87002ebc599df6f29f93d604b11b93a876327d4789af0e9926700",
    "blind-evasion.jsonl": "73a40f037e0a2c1318e21deefb7bdae1f7e2f564a64ae465ff0efc2e52a0a0be",
}
# What must not pass unreviewed, by set and language.
RECALL_MIN = {
    ("blind-messages.jsonl", "zh"): 0.80,
    ("blind-messages.jsonl", "en"): 0.88,
    ("blind-evasion.jsonl", "zh"): 0.78,
    ("blind-evasion.jsonl", "en"): 0.90,
}
REVIEWED_MAX = 0.03
# What a person waits for or must hear; the others can bear a look.
URGENT = frozenset({"otp", "transaction", "public"})


@pytest.mark.parametrize("name", FROZEN)
def test_a_blind_set_is_as_it_was_written(data: Path, name: str) -> None:
    assert hashlib.sha256((data / name).read_bytes()).hexdigest() == FROZEN[name]


@pytest.mark.parametrize(("name", "lang"), RECALL_MIN)
def test_what_must_not_pass_is_seen(data: Path, shipped: Policy, name: str, lang: str) -> None:
    by_lang: Any = figures(judge_rows(evaluate.read_rows([data / name]), shipped))["by_lang"]
    assert by_lang[lang]["recall"] >= RECALL_MIN[name, lang]


@pytest.mark.parametrize("name", FROZEN)
def test_what_is_lawful_goes(data: Path, with_brands: Policy, name: str) -> None:
    lawful = [j for j in judge_rows(evaluate.read_rows([data / name]), with_brands) if not j.spam]
    held = [j.row.text for j in lawful if j.caught]
    urgent = [j for j in lawful if j.row.category in URGENT]
    assert not [j.row.text for j in lawful if j.suggestion is Suggestion.BLOCK]
    assert len(held) <= REVIEWED_MAX * len(lawful), held
    assert sum(j.caught for j in urgent) <= REVIEWED_MAX * len(urgent), held
