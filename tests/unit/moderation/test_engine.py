"""The verdict: right on minimal pairs, provable by its spans, the same for the same input, and there for any input."""

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kanhe.moderation import policy
from kanhe.moderation.engine import Moderator, drawn, judge, question_key, weigh
from kanhe.moderation.evaluate import read_rows
from kanhe.moderation.model import no_model
from kanhe.moderation.policy import Policy
from kanhe.moderation.rules import RuleFileError
from kanhe.moderation.verdict import NOTHING_KNOWN, Context, Source, Suggestion, to_bytes

HOSTILE = [
    "a" * 70_000,
    "发" * 70_000,
    "\ud800" * 5_000,
    "\u202e" * 10_000,
    "e" + "\u0301" * 10_000,
    "\0" * 10_000,
    "a." * 35_000,
    "a " * 35_000,
    "一" * 70_000,
    "1a" * 35_000,
    "亻" * 9_000,
    "Ａа" * 9_000,
]
PAIRS = yaml.safe_load((Path(__file__).parents[2] / "data" / "moderation" / "pairs.yaml").read_text())


@pytest.mark.parametrize("text", ["\ud800 call 13800138000", "您的验证码\udfff是482913", "\ud800"])
def test_half_a_surrogate_pair_gets_its_verdict_from_the_moderator_too(text: str, shipped: Policy) -> None:
    assert Moderator(shipped).check(text) == weigh(text, NOTHING_KNOWN, shipped)


def test_there_are_forty_pairs_or_more() -> None:
    assert len(PAIRS) >= 40


@pytest.mark.parametrize("pair", PAIRS, ids=[pair["lawful"][:24] for pair in PAIRS])
def test_both_halves_of_a_pair_are_right(pair: dict[str, str], shipped: Policy) -> None:
    assert judge(pair["lawful"], NOTHING_KNOWN, shipped).suggestion is Suggestion.PASS
    assert judge(pair["refused"], NOTHING_KNOWN, shipped).suggestion >= Suggestion.REVIEW


def test_lawful_texts_are_never_blocked_and_disguised_spam_does_not_pass(data: Path, with_brands: Policy) -> None:
    rows = read_rows([data / "messages-zh.jsonl", data / "evasion.jsonl", data / "seed.jsonl"])
    verdicts = [(row, judge(row.text, row.context, with_brands).suggestion) for row in rows]
    assert [row.text for row, s in verdicts if row.label == "ham" and s is Suggestion.BLOCK] == []
    lawful = [s for row, s in verdicts if row.label == "ham"]
    assert sum(s is Suggestion.REVIEW for s in lawful) <= 0.03 * len(lawful)
    spam = [s for row, s in verdicts if row.label == "spam"]
    assert sum(s >= Suggestion.REVIEW for s in spam) >= 0.95 * len(spam)


def test_the_decisive_span_of_a_block_cut_out_changes_the_verdict(data: Path, with_brands: Policy) -> None:
    blocked = 0
    for row in read_rows(sorted(data.glob("*.jsonl"))):
        if weigh(row.text, row.context, with_brands).suggestion is not Suggestion.BLOCK:
            continue
        blocked += 1
        cut = judge(row.text, row.context, with_brands).decisive
        assert cut is not None, row.text
        assert cut.end - cut.start < len(row.text), "the whole text is no evidence"
        rest = row.text[: cut.start] + row.text[cut.end :]
        assert weigh(rest, row.context, with_brands).suggestion is not Suggestion.BLOCK, row.text
    assert blocked > 1_000


def test_what_does_not_block_has_no_decisive_span(with_brands: Policy) -> None:
    for text in ("您的验证码是482913，请勿告诉他人。", "专业搬家，上门服务，13000000006"):
        assert judge(text, NOTHING_KNOWN, with_brands).decisive is None


def test_the_model_alone_never_blocks(data: Path) -> None:
    ruleless = policy.load(rule_files=[])
    suggestions = {judge(row.text, row.context, ruleless).suggestion for row in read_rows([data / "seed.jsonl"])}
    assert suggestions == {Suggestion.PASS, Suggestion.REVIEW}


def test_a_label_says_who_what_and_where(shipped: Policy) -> None:
    text = "【优惠】老虎机注册送88彩金，https://dz.vip.example"
    label = next(one for one in judge(text, NOTHING_KNOWN, shipped).labels if one.rule == "illegal.gambling.offer")
    assert (label.category, label.suggestion, label.source) == ("illegal.gambling", Suggestion.BLOCK, Source.RULE)
    assert {"老虎机", "https://dz.vip.example"} <= {text[span.start : span.end] for span in label.spans}
    assert label.version.endswith("/1")


def test_a_brand_is_for_its_own_signature(with_brands: Policy) -> None:
    def rules(text: str, context: Context = NOTHING_KNOWN) -> set[str]:
        return {label.rule for label in judge(text, context, with_brands).labels if label.source is Source.REGISTRY}

    assert rules("【别家】星河银行客户请致电13000010001") == {"brand"}
    assert rules("【星河银行】请致电13000010001") == set()
    assert rules("【星河银行】请打开www.other.example") == {"domain"}
    assert rules("【星河银行】请打开www.xinghe.example") == set()
    assert rules("【星河银行】请打开www.other.example", Context(domains=frozenset({"other.example"}))) == set()


@given(st.text(st.characters(exclude_categories=[]), max_size=60))
def test_the_same_input_gives_the_same_bytes(text: str) -> None:
    assert to_bytes(judge(text, NOTHING_KNOWN, SMALL)) == to_bytes(judge(text, NOTHING_KNOWN, SMALL))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_get_a_verdict_in_bounded_time(text: str, shipped: Policy) -> None:
    started = time.process_time()
    verdict = judge(text, NOTHING_KNOWN, shipped)
    assert time.process_time() - started < 2.0
    assert to_bytes(verdict)


LAWFUL = st.sampled_from(
    [
        "【白鹤银行】您尾号{0}的卡{1}月{2}日支出{3}元，余额{4}元。",
        "【云栖医院】您预约的{1}月{2}日{3}:{4}门诊已确认。",
        "【南风商城】您的验证码是{0}，{1}分钟内有效，请勿告诉他人。",
        "【南风商城】您的订单A1-{0}已发货，运单SF{1}-{2}，请留意。",
        "Your order B2-{0} and C3-{1} shipped, call {2}",
        "加微信{0}领{1}元彩金，投注{2}",
        "贷款{0}元，凭身份证，当天放款，电话{4}",
        "Your code is {0}. It expires in {1} minutes.",
        "Call {4} now, you won {3} in round {0}",
        "【临州铁路】您购买的G{0}次{1}车{2}A号已改签至D{3}次，订单{4}。",
        "Skylark Air: SK{0} boards at gate B{1}, {2}GB of films free, seat {3}C, ref {4}",
        "PK{0} and {1}:{2}, {3}p a call, win{4}",
        "w{0}n a p{1}ize, c{2}ll n{3}w {4}",
        "联系{0}，卡号{1}，押金{2}元，+{3}，客服{4}",
    ]
)
NUMBERS = st.lists(st.from_regex(r"[0-9]{1,12}", fullmatch=True), min_size=5, max_size=5)


@given(LAWFUL, NUMBERS, NUMBERS)
def test_texts_of_one_skeleton_share_their_verdict(form: str, first: list[str], second: list[str]) -> None:
    moderator = Moderator(SHIPPED)
    for numbers in (first, second):
        text = form.format(*numbers)
        assert to_bytes(moderator.check(text)) == to_bytes(weigh(text, NOTHING_KNOWN, SHIPPED))


def test_a_policy_in_the_shadow_changes_nothing_and_tells_where_it_differs(shipped: Policy) -> None:
    moderator = Moderator(SMALL, shadow=shipped)
    text = "老虎机注册送彩金，加微信ab12345"
    assert moderator.check(text).suggestion is Suggestion.PASS
    moderator.check(text)
    assert not moderator.differences  # not on the hot path
    moderator.try_in_shadow(10)
    assert (moderator.tried, moderator.differed) == (1, 1)
    assert [(d.key, d.in_force, d.in_shadow) for d in moderator.differences] == [
        (question_key(text, NOTHING_KNOWN), Suggestion.PASS, Suggestion.BLOCK)
    ]


def test_a_policy_that_does_not_load_leaves_the_old_one_in_force_and_a_new_one_is_asked_anew(
    shipped: Policy, tmp_path: Path
) -> None:
    moderator, text = Moderator(shipped), "老虎机注册送彩金，加微信ab12345"
    assert moderator.check(text).suggestion is Suggestion.BLOCK
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("version: 1\nrules: [{id: x}]\n")
    with pytest.raises(RuleFileError, match=r"wrong\.yaml: .* at `\$\.rules\[0\]`"):
        moderator.adopt(policy.load(policy.read_rules([wrong])))
    assert moderator.policy is shipped
    moderator.adopt(SMALL)
    assert moderator.check(text).suggestion is Suggestion.PASS


def test_a_sample_of_passed_texts_is_drawn_by_their_hash() -> None:
    keys = [question_key(f"text {n}", NOTHING_KNOWN) for n in range(4_000)]
    assert 20 <= sum(drawn(key, 100) for key in keys) <= 60
    assert not any(drawn(key, 0) for key in keys)


SHIPPED = policy.load()
SMALL = policy.load(rule_files=[], model=no_model())
