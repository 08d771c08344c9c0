"""The blind sets: the first written before its writer had read a rule, the second after what the first showed was mended.

They are frozen, and nothing is trained on them; what they teach is taught by other texts.
"""

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
    "blind-second-messages.jsonl": "58833bdf2b75cea6948009c3c96e2a867b8564e5107eae1cb6a61e8b56339c36",
    "blind-second-evasion.jsonl": "faf247bc29a8c2896b1e7635f236a7c605642d0011bbd25ef8d462f0b487ae83",
}
# What must not pass unreviewed, by set and language. The first set has been learnt from, the second has not.
RECALL_MIN = {
    ("blind-messages.jsonl", "zh"): 0.97,
    ("blind-messages.jsonl", "en"): 0.96,
    ("blind-evasion.jsonl", "zh"): 0.97,
    ("blind-evasion.jsonl", "en"): 0.95,
    ("blind-second-messages.jsonl", "zh"): 0.95,
    ("blind-second-messages.jsonl", "en"): 0.80,
    ("blind-second-evasion.jsonl", "zh"): 0.95,
    ("blind-second-evasion.jsonl", "en"): 0.85,
}
# Of what a person waits for or must hear, and of all that is lawful, chat among it, which the gate judges nowhere.
REVIEWED_MAX, ALL_REVIEWED_MAX = 0.03, 0.05
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
    assert len(held) <= ALL_REVIEWED_MAX * len(lawful), held
    assert sum(j.caught for j in urgent) <= REVIEWED_MAX * len(urgent), held
