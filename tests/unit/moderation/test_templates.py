"""The template way: approved words stand; a variable answers for what it makes of them."""

import re
from collections import Counter

import pytest

from kanhe.moderation.policy import Policy
from kanhe.moderation.templates import Template, approve, judge_filled, variables
from kanhe.moderation.verdict import NOTHING_KNOWN, Context, Suggestion

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


# What the three thousand are made of: trades with what they tell, and how they end; a variable is `{kind}`.
TRADES = {
    "银行": "您尾号{number}的账户{date}支出{amount}元|您的信用卡账单{amount}元已出，还款日{date}|您的贷款将于{date}自动扣款，请存足|您的定期存款{date}到期，可在手机银行办理转存|您的转账因户名不符被退回|您的额度调整申请已通过|您的卡因多次输错密码已锁定，请到柜台解锁|动态密码{code}，任何人索要均为诈骗",
    "快递": "您的包裹{number}已到驿站，取件码{code}|包裹{number}地址不详，我们已联系寄件人|包裹破损，寄件人已为您安排补发|国际件已清关，税款由商家承担|快件延误，预计{date}送达|派件员将于{date}前联系您|您的理赔{amount}元将原路退回，无需任何操作|到付运费{amount}元，请当面支付",
    "医院": "您预约的{date}门诊已确认，请提前取号|检验报告已出，请到自助机打印|住院押金余额{amount}元，请到窗口续缴|复诊提醒：{date}请空腹|处方药已备好，请凭身份证领取|疫苗接种改在{date}|手术安排在{date}，请家属陪同|糖尿病门诊改到三楼",
    "学校": "{date}召开家长会|校服费{amount}元请在官方平台缴纳|{date}停课一天|成绩单已放书包，请签字|春游集合时间{date}|退费{amount}元将退回原账户|助学金统一发放到资助卡|考试安排：{date}开考",
    "政务": "您的身份证已制发，请到窗口领取|社保卡已激活|居住证办理预约{date}|个税退税申请已审核通过，款项退至本人账户|公积金提取{amount}元已受理|驾驶证{date}到期，请换领|违法停车请于十五日内处理|案件{number}定于{date}开庭，请携带身份证到庭",
    "电商": "订单{number}已发货|退款{amount}元已原路退回|优惠券{amount}元{date}到期|您申请的售后已受理|商品因质量问题召回，请在订单页申请退货|电子发票已开具，请在订单下载|会员日满减，{date}截止，拒收请回复R|新品预售开启，退订回T",
    "出行": "航班{number}延误至{date}，改签免费|司机已到达，车牌尾号{number}|车票{number}已出票，请凭证件乘车|押金{amount}元已退还|酒店预订{number}已确认|租车订单{date}取车|里程兑换季，退订回T|停车费{amount}元，离场前请缴费",
    "公用": "户号{number}本期电费{amount}元|{date}计划停水，请储水|燃气安检员{date}上门，不收费用|宽带{date}到期，请续费|流量已使用八成|供暖费{amount}元请到营业厅缴纳|电梯检修，{date}暂停|话费余额{amount}元，请及时充值",
    "保险证券": "保单{number}续期成功|理赔{amount}元已到账|您委托的{number}已成交|基金分红{amount}元|风险测评{date}到期|保证金不足，请及时补足|车险{date}到期，请续保|新客理财，投资有风险，退订回T",
    "招聘生活": "面试时间{date}，请带简历|您应聘的岗位已录用，公司不收取任何费用|兼职排班已更新，{date}到岗|健身课{date}开课|餐位已预订，{date}|维修师傅{date}上门|洗牙套餐{amount}元，退订回T|宠物疫苗{date}到期",
    "宣传": "刷单返利都是诈骗，请勿相信|凡要求转账到安全账户的都是骗子|远离网络赌博|拒绝毒品，发现线索请举报|台风将至，请减少外出|出租银行卡违法|森林防火期严禁用火|免费流感疫苗接种{date}开始",
    "Bank": "your card ending {number} was used for {amount} on {date}|your loan payment of {amount} is due {date}|code {code} confirms a new payee. We never ask for it|your account was locked after three wrong tries, visit a branch|your statement is ready|a refund of {amount} was paid|your mortgage offer is ready|personal loans, rates from 6% APR, subject to status. Reply STOP to opt out",
    "Parcels": "parcel {number} arrives {date}|we missed you, we will try again {date}|parcel {number} cleared customs, nothing to pay|your parcel is at the depot, bring photo ID|your claim was paid, {amount}|order {number} is damaged and will be replaced|locker code {code}|delivery moved to {date}",
    "Clinic": "appointment on {date}, reply C to cancel|your prescription is ready|your results are normal|flu jabs from {date}|please do not eat before your scan on {date}|your bill of {amount} is due|weight management clinic opens {date}. Reply STOP to opt out|booster due {date}",
    "Council": "bin day moves to {date}|your tax bill of {amount} is due {date}|polling stations close at 22:00|never share a code with a caller, hang up|road closed until {date}|your permit {number} was approved|boil water until {date}|parking appeal {number} accepted",
    "Shop": "order {number} has shipped|refund of {amount} issued|your voucher expires {date}. STOP to opt out|20% off this weekend. Reply STOP to opt out|item {number} is back in stock|your subscription renews {date} for {amount}|payment failed, update your card in the app|free delivery until {date}. Text STOP to unsubscribe",
}  # fmt: skip
SENDERS = ("青禾", "云岭", "和畅", "江岸", "白帆", "Alder", "Birch", "Rowan", "Tern", "Wren")
ENDINGS = ("", "如有疑问请致电客服。", "详情请查看官方应用。", "感谢您的支持！", "{name}，祝您生活愉快。", "", "Thank you.", "See the app for details.", "Dear {name}, thank you.", "Questions? Ask in store.")  # fmt: skip
LATIN_FROM = 5  # of senders and endings, these are Latin


def three_thousand() -> list[Template]:
    """Templates of many trades in two languages: what is told, by whom, and how it ends."""
    return [
        Template(f"{trade}-{n}-{sender}-{e}", text, {name: name for name in re.findall(r"{([a-z]+)}", text)})
        for trade, told in TRADES.items()
        for half in [slice(LATIN_FROM, None) if trade.isascii() else slice(None, LATIN_FROM)]
        for n, words in enumerate(told.split("|"))
        for sender in SENDERS[half]
        for e, ending in enumerate(ENDINGS[half])
        for text in [
            f"{sender} {trade}: {words}. {ending}" if trade.isascii() else f"【{sender}{trade}】{words}。{ending}"
        ]
    ]


def test_three_thousand_approved_templates_are_imported_and_none_is_blocked(shipped: Policy) -> None:
    templates = three_thousand()
    assert len({t.text for t in templates}) >= 2_800
    suggestions = Counter(approve(t, NOTHING_KNOWN, shipped).suggestion for t in templates)
    assert suggestions[Suggestion.BLOCK] == 0
    assert suggestions[Suggestion.REVIEW] <= 0.03 * len(templates), suggestions


def test_no_approved_template_is_blocked_where_its_sender_is_named_beside_it(shipped: Policy) -> None:
    signed = [t for t in three_thousand() if t.text.startswith("【青禾")]
    unsigned = [Template(t.id, t.text.split("】")[-1], t.kinds) for t in signed]
    known = Context(signature="青禾")
    held = [t.text for t in unsigned if approve(t, known, shipped).suggestion >= Suggestion.REVIEW]
    assert len(held) <= 0.03 * len(unsigned), held
    assert not [t for t in unsigned if approve(t, known, shipped).suggestion is Suggestion.BLOCK]
