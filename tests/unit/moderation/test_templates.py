"""The template way: approved words stand; a variable answers for what it makes of them."""

import pytest

from kanhe.moderation.policy import Policy
from kanhe.moderation.templates import Template, approve, judge_filled, variables
from kanhe.moderation.verdict import NOTHING_KNOWN, Suggestion

ORDER = Template(
    "order", "【某店】{name}您好，您的订单{number}已发货，{note}", {"name": "name", "number": "number", "note": "text"}
)
LOAN = Template("loan", "【某银行】贷款审批通过，详询客户经理{phone}，凭身份证到网点办理", {"phone": "phone"})
# template, parameters, suggestion, a rule that must be among those that count
FILLED = [
    (ORDER, {"name": "王小明", "number": "A1029", "note": "请注意查收"}, Suggestion.PASS, None),
    (
        ORDER,
        {"name": "王小明", "number": "A1029", "note": "中奖请点www.zj.top.example"},
        Suggestion.REVIEW,
        "han.signed.link",
    ),
    (ORDER, {"name": "http://x.example", "number": "1", "note": "好"}, Suggestion.REVIEW, "variable.name"),
    (ORDER, {"name": "王小明", "number": "1"}, Suggestion.REVIEW, "variable.text"),
    (ORDER, {"name": "王小明", "number": "1", "note": "把短信验证码告诉我"}, Suggestion.BLOCK, "fraud.otp_relay.ask"),
    (LOAN, {"phone": "95588"}, Suggestion.PASS, None),
    (LOAN, {"phone": "13000010001"}, Suggestion.PASS, None),
]


@pytest.mark.parametrize(("template", "params", "suggestion", "rule"), FILLED, ids=range(len(FILLED)))
def test_a_filled_template_answers_for_its_variables(
    template: Template, params: dict[str, str], suggestion: Suggestion, rule: str | None, shipped: Policy
) -> None:
    verdict = judge_filled(approve(template, NOTHING_KNOWN, shipped), params, NOTHING_KNOWN, shipped)
    counting = {label.rule for label in verdict.labels if label.suggestion >= Suggestion.REVIEW}
    assert verdict.suggestion is suggestion, counting
    assert rule is None or rule in counting


def test_what_people_saw_when_they_approved_is_not_held_against_a_text(shipped: Policy) -> None:
    doubtful = Template("ad", "专业搬家，上门服务，请致电13000010001，今日{amount}元起", {"amount": "amount"})
    baseline = approve(doubtful, NOTHING_KNOWN, shipped)
    assert baseline.suggestion is Suggestion.REVIEW
    assert judge_filled(baseline, {"amount": "88"}, NOTHING_KNOWN, shipped).suggestion is Suggestion.PASS


def test_variables_are_listed_in_order() -> None:
    assert variables(ORDER) == ("name", "number", "note")


def test_three_thousand_approved_templates_are_imported_and_none_is_blocked(shipped: Policy) -> None:
    words = ["订单已发货", "预约已确认", "账单已出", "快件已到驿站", "退款已到账", "会议改期"]
    templates = [
        Template(
            f"t{n}",
            f"【商户{n}】{{name}}您好，您的第{{number}}号{words[n % len(words)]}，详情请查看官方应用。",
            {"name": "name", "number": "number"},
        )
        for n in range(3_000)
    ]
    assert {approve(t, NOTHING_KNOWN, shipped).suggestion for t in templates} == {Suggestion.PASS}
