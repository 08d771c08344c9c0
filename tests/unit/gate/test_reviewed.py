"""What a reviewer's decision does to a verdict: it lifts what a person's look was asked for, and nothing else."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kanhe.domain.category import Category
from kanhe.domain.facts import Facts, Reviewed
from kanhe.domain.message import Message
from kanhe.domain.verdict import Outcome, Verdict
from kanhe.gate.casefacts import build, instant
from kanhe.gate.casefile import load_cases, merged
from kanhe.gate.explain import noted
from kanhe.gate.gate import Gate

CASES = {case["id"]: case for case in load_cases(Path(__file__).parent / "scenarios.yaml")}
REVIEW = 77
RELEASED, TURNED_DOWN = Reviewed(REVIEW, released=True), Reviewed(REVIEW, released=False)

Build = Callable[..., tuple[Message, Facts]]


def world(name: str, seen: Mapping[str, Any], reviewed: Reviewed | None = None) -> tuple[Message, Facts]:
    """A case, with what the content engine saw in its text and what reviewers decided."""
    case = CASES[name]
    message, facts = build(merged(case["facts"], {}), instant(case["now"]))
    texts = {text: msgspec.structs.replace(found, **seen) for text, found in facts.texts.items()}
    decided = {message.id: reviewed} if reviewed else {}
    return message, msgspec.structs.replace(facts, texts=texts, reviewed=decided)


def judged(gate: Gate, name: str, seen: Mapping[str, Any], reviewed: Reviewed | None = None) -> Verdict:
    message, facts = world(name, seen, reviewed)
    return gate.judge([message], facts)[0]


@pytest.fixture(scope="session")
def plain(gate: Gate) -> str:
    """A case that is allowed as it stands."""
    return next(name for name in sorted(CASES) if judged(gate, name, {}).outcome is Outcome.ALLOW)


def codes(verdict: Verdict) -> set[str]:
    return {finding.code for finding in verdict.shape.findings}


def test_a_release_lifts_what_the_content_engine_asked_for(gate: Gate, plain: str) -> None:
    held = judged(gate, plain, {"suggestion": "review"})
    released = judged(gate, plain, {"suggestion": "review"}, RELEASED)
    assert held.outcome is Outcome.HOLD
    assert released.outcome is Outcome.ALLOW
    assert {"review-released", "text-released"} <= codes(released)
    assert {f.slot: note for f, note in noted(released) if f.slot}["review"] == REVIEW


def test_a_release_never_lifts_a_refusal(gate: Gate, plain: str) -> None:
    assert judged(gate, plain, {"suggestion": "block"}, RELEASED).outcome is Outcome.REFUSE
    refused = [n for n in CASES if judged(gate, n, {}).outcome is Outcome.REFUSE]
    assert len(refused) > 10
    for name in refused:
        assert judged(gate, name, {}, RELEASED).outcome is Outcome.REFUSE, name


def test_a_release_lifts_no_hold_that_another_paper_must_end(gate: Gate) -> None:
    """Proofs to be reviewed, registers to be asked, doubtful refusals: a look at the text answers none of them."""
    held = [n for n in CASES if judged(gate, n, {}).outcome is Outcome.HOLD]
    liftable = {"content-for-review", "text-for-review"}
    others = [n for n in held if not codes(judged(gate, n, {})) & liftable]
    assert others
    for name in others:
        assert judged(gate, name, {}, RELEASED).outcome is Outcome.HOLD, name


def test_reviewers_refuse_whatever_the_rules_allow(gate: Gate, plain: str) -> None:
    verdict = judged(gate, plain, {}, TURNED_DOWN)
    assert verdict.outcome is Outcome.REFUSE
    assert "review-refused" in codes(verdict)


def test_a_decision_holds_for_its_message_alone(gate: Gate, plain: str) -> None:
    message, facts = world(plain, {"suggestion": "review"}, RELEASED)
    other = msgspec.structs.replace(message, id=message.id + 1)
    assert [v.outcome for v in gate.judge([message, other], facts)] == [Outcome.ALLOW, Outcome.HOLD]


def test_people_are_read_by_nobody_even_when_somebody_decided(gate: Gate) -> None:
    talks = 0
    for name in CASES:
        message, facts = world(name, {"suggestion": "review", "promotional": False}, RELEASED)
        verdict = gate.judge([msgspec.structs.replace(message, category=Category.TWO_WAY)], facts)[0]
        if verdict.category is Category.TWO_WAY:
            talks += 1
            assert not {"text-released", "content-released"} & codes(verdict), name
    assert talks
