"""Rules sleep while they cannot apply, and no rule sleeps that would."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from kanhe.moderation.evidence import Evidence
from kanhe.moderation.policy import Policy, applies
from kanhe.moderation.registers import Registers
from kanhe.moderation.rules import RuleFile, compile_rules
from kanhe.moderation.terms import TermBook
from kanhe.moderation.verdict import NOTHING_KNOWN
from kanhe.moderation.waking import waking

WORDS = ("apples", "pears", "plums", "figs")
CONDITIONS = st.recursive(
    st.sampled_from([*WORDS, "@signed", "@amount", {"plain": ["pe*ars"]}, {"context": {"signature": "unknown"}}]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3),
        *[st.builds(lambda of, w=word: {w: of}, st.lists(inner, min_size=1, max_size=3)) for word in ("all", "none")],
        st.builds(
            lambda count, of: {"at_least": {"count": count, "of": of}},
            st.integers(0, 4),
            st.lists(inner, min_size=1, max_size=4),
        ),
        st.builds(lambda of: {"near": {"within": 9, "of": of}}, st.lists(inner, min_size=2, max_size=2)),
    ),
    max_leaves=6,
)
TEXTS = st.lists(st.sampled_from([*WORDS, "【某某】", "$5", "pe*ars"]), max_size=4).map(" ".join)


@given(st.lists(CONDITIONS, min_size=1, max_size=4), st.lists(TEXTS, max_size=4))
def test_a_rule_that_applies_is_awake(conditions: list[object], texts: list[str]) -> None:
    examples = {"finds": ["-"], "leaves": ["-"]}
    written = [
        {"id": str(number), "category": "spam.ad", "suggest": "review", "when": when, "examples": examples}
        for number, when in enumerate(conditions)
    ]
    book = TermBook()
    rules = compile_rules([("rules", msgspec.convert({"version": "1", "rules": written}, RuleFile))], book, ["spam.ad"])
    book.seal()
    awake = waking(rules)
    for text in texts:
        evidence = Evidence(text, NOTHING_KNOWN, book, Registers())
        apply = {number for number, rule in enumerate(rules) if applies(rule, evidence) is not None}
        assert apply <= set(awake.woken(evidence.held))


def test_a_rule_that_must_not_find_a_signature_sleeps_where_one_stands(shipped: Policy) -> None:
    number = next(i for i, rule in enumerate(shipped.rules) if rule.id == "han.unsigned.contact")
    bare, signed = (
        Evidence(text, NOTHING_KNOWN, shipped.book, shipped.registers)
        for text in ("专业搬家，上门服务，13000000006", "【某某搬家】上门服务，13000000006")
    )
    assert number in shipped.waking.woken(bare.held)
    assert number not in shipped.waking.woken(signed.held)
