"""Laws of the gate itself, whatever the packs say."""

from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.gate.gate_worlds import worlds

from kanhe.domain.category import Category
from kanhe.domain.facts import Asked, Facts
from kanhe.domain.message import Message
from kanhe.domain.verdict import Outcome, Verdict
from kanhe.gate.gate import Gate
from kanhe.gate.memory import COUNTED, sent_of
from kanhe.law.kinds import Content, Kind, Label, SenderIdUse
from kanhe.law.library import Library
from kanhe.law.rules import Binding, Enforce, Rule

World = tuple[list[Message], Facts]
QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
RANK = {Outcome.ALLOW: 0, Outcome.DEFER: 1, Outcome.AMEND: 2, Outcome.HOLD: 3, Outcome.PARK: 3, Outcome.REFUSE: 4}


def octets(verdicts: Sequence[Verdict]) -> bytes:
    return msgspec.json.encode(verdicts, order="sorted", enc_hook=str)


def codes(verdict: Verdict) -> set[str]:
    return {finding.code for finding in verdict.shape.findings}


def loud(library: Library) -> Gate:
    """A gate in which a broken stage fails the test."""

    def fail(stage: str, error: Exception) -> None:
        raise AssertionError(f"stage {stage} failed") from error

    return Gate(library, on_failure=fail)


@pytest.fixture(scope="session")
def shared(library: Library) -> Gate:
    return loud(library)


@QUICK
@given(world=worlds())
def test_what_is_kept_equals_running_every_stage(world: World, shared: Gate) -> None:
    batch, facts = world
    warm = shared.judge(batch, facts)
    again = shared.judge(batch, facts)
    desk = shared.sitting(batch, facts)
    cold = []
    for message in batch:
        shared.forget()
        cold.append(desk.verdict(message))
    assert octets(warm) == octets(again) == octets(cold)


def told(facts: Facts, message: Message, verdict: Verdict) -> Facts:
    """The books after a message was accepted."""
    sender = facts.senders.get((message.account, message.sender))
    if verdict.outcome not in COUNTED or sender is None:
        return facts
    sent, who = sent_of(message, verdict, sender, facts.now), (message.account, message.recipient)
    asked = facts.requests.get(who, ())
    if verdict.category is Category.CONSENT_REQUEST:
        asked = (*asked, Asked(sent.at))
    spent = [
        msgspec.structs.replace(one, sent_in_period=one.sent_in_period + 1) if one.entity == sender.entity else one
        for one in facts.consents.get(who, ())
    ]
    return msgspec.structs.replace(
        facts,
        history={**facts.history, message.recipient: (*facts.history.get(message.recipient, ()), sent)},
        requests={**facts.requests, who: asked},
        consents={**facts.consents, who: tuple(spent)},
    )


@QUICK
@given(world=worlds())
def test_a_batch_is_judged_like_its_messages_one_by_one(world: World, shared: Gate) -> None:
    batch, facts = world
    together = shared.judge(batch, facts)
    apart: list[Verdict] = []
    for message in batch:
        apart += shared.judge([message], facts)
        facts = told(facts, message, apart[-1])
    assert octets(together) == octets(apart)


@settings(QUICK, max_examples=15)
@given(world=worlds())
def test_the_same_facts_give_the_same_bytes(world: World, library: Library, shared: Gate) -> None:
    batch, facts = world
    assert octets(loud(library).judge(batch, facts)) == octets(shared.judge(batch, facts))


@QUICK
@given(world=worlds())
def test_every_slot_has_its_note_and_every_verdict_its_words(world: World, shared: Gate) -> None:
    batch, facts = world
    for message, verdict in zip(batch, shared.judge(batch, facts), strict=True):
        slots = [finding.slot for finding in verdict.shape.findings if finding.slot is not None]
        assert len(slots) == len(verdict.noted)
        explanation = shared.explain(verdict, message)
        assert len(explanation.findings) == len(verdict.shape.findings)
        assert any(finding.decided for finding in explanation.findings)


@QUICK
@given(world=worlds(most=2), share=st.floats(0, 1, exclude_max=True))
def test_an_allowance_stands_until_it_says(world: World, share: float, shared: Gate) -> None:
    batch, facts = world
    for message in batch:
        (verdict,) = shared.judge([message], facts)
        if verdict.outcome is not Outcome.ALLOW:
            continue
        last = min(verdict.valid_until, message.expires_at + 1, facts.now + 400 * 86_400_000)
        for later in {facts.now + int((last - facts.now) * share), last - 1}:
            (then,) = shared.judge([message], msgspec.structs.replace(facts, now=later))
            assert then.outcome is Outcome.ALLOW


@QUICK
@given(world=worlds(most=3), share=st.floats(0, 1, exclude_max=True))
def test_a_deferral_ends_at_the_first_lawful_moment(world: World, share: float, shared: Gate) -> None:
    batch, facts = world
    for message in batch:
        (verdict,) = shared.judge([message], facts)
        if verdict.outcome is not Outcome.DEFER or "consent-frequency-used" in codes(verdict):  # a count of the store
            continue
        assert verdict.not_before is not None
        assert facts.now < verdict.not_before <= message.expires_at
        (then,) = shared.judge([message], msgspec.structs.replace(facts, now=verdict.not_before))
        assert then.outcome is not Outcome.DEFER
        before = facts.now + int((verdict.not_before - facts.now) * share)
        (early,) = shared.judge([message], msgspec.structs.replace(facts, now=before))
        assert early.outcome is not Outcome.ALLOW


# Rules that refuse or change; a consent rule is not among them, since it takes the place of the strict default's.
REFUSING = (
    (Kind.SENDER_ID, SenderIdUse(alphanumeric="forbidden")),
    (Kind.CONTENT, Content("prohibit", "refuse", ("education", "gambling"))),
    (Kind.CONTENT, Content("restrict", "review", ("education", "alcohol"))),
    (Kind.LABEL, Label("prefix", ("AD",), if_missing="refuse")),
)


def with_rule(library: Library, pack: str, kind: Kind, parameters: object, binding: Binding) -> Library:
    rule = Rule(
        id=f"{pack}.test.added",
        pack=pack,
        title="added",
        kind=kind,
        applies_to=frozenset(set(Category) - {Category.P2P}),
        subject="sender",
        binding=binding,
        enforce=Enforce.HARD,
        parameters=parameters,  # type: ignore[arg-type]
        citation=(),
        source=(),
        evidence="none",
        confidence="high",
        reach=frozenset({"recipient"}),
    )
    old = library.packs[pack]
    return Library({**library.packs, pack: msgspec.structs.replace(old, rules=(*old.rules, rule), digest=b"draft")})


@pytest.fixture(scope="session")
def stricter(library: Library) -> list[Gate]:
    found = []
    for kind, parameters in REFUSING:
        draft = library
        for pack in library.packs:
            draft = with_rule(draft, pack, kind, parameters, Binding.STATUTE)
        found.append(loud(draft))
    return found


@QUICK
@given(world=worlds(most=3), place=st.integers(0, len(REFUSING) - 1))
def test_another_refusal_never_lets_anything_through(
    world: World, place: int, shared: Gate, stricter: list[Gate]
) -> None:
    batch, facts = world
    for message in batch:
        (before,) = shared.judge([message], facts)
        (after,) = stricter[place].judge([message], facts)
        assert RANK[after.outcome] >= RANK[before.outcome]
