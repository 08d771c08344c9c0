"""What stands in a text: addresses and their flags, numbers, refusal instructions, promotion, content."""

import pytest

from kanhe.moderation.engine import judge
from kanhe.moderation.evidence import Evidence
from kanhe.moderation.policy import Policy
from kanhe.moderation.verdict import NOTHING_KNOWN, Context, Suggestion

LINKS = [
    ("see https://www.shop.example/a", "www.shop.example", {"unregistered"}),
    ("see shop.com.cn", "shop.com.cn", {"unregistered"}),
    ("see http://203.0.113.9/x", "203.0.113.9", {"unregistered", "raw_ip"}),
    ("see http://xinghe.example@evil.example/x", "evil.example", {"unregistered", "userinfo"}),
    ("see bit.ly/abc", "bit.ly", {"unregistered", "shortener"}),
    ("见t.example/abc", "t.example", {"unregistered", "shortener"}),
    ("see www.xlnghe.example", "www.xlnghe.example", {"unregistered", "look_alike"}),
    ("see www.xinghe-login.top/x", "www.xinghe-login.top", {"unregistered", "look_alike", "doubtful"}),
    ("see www.xinghe.example", "www.xinghe.example", {"unregistered"}),
    ("see https://аpple.com/x", "apple.com", {"unregistered", "mixed_script"}),
    ("see evil . top . example now", "evil.top.example", {"unregistered", "split", "doubtful"}),
    ("get http://files.example/update.apk", "files.example", {"unregistered", "program"}),
]
NO_LINKS = [
    "on the shore.The waves came",
    "mail me at ann@shop.example",
    "price 3.50 or 4.20",
    "at 10.30 today",
    "e.g. this",
    "已完成.请查收",
]
PHONES = [
    ("致电13000010001", ("13000010001",)),
    ("热线400-800-1234", ("4008001234",)),
    ("座机0571-88881234", ("057188881234",)),
    ("Call +44 7700 900123 now", ("+447700900123",)),
    ("call 08712405020", ("08712405020",)),
    ("ring 555-123-4567", ("5551234567",)),
    ("一三零零零零一零零零一", ("13000010001",)),
    ("Answer to 0044 7700 900123 now", ("00447700900123",)),
    ("mob00447700900123", ("00447700900123",)),
    ("座机010-88881234", ("01088881234",)),
    ("订单718860810188已发货", ()),
    ("您的订单k001-0000042已发货", ()),
    ("Order AB002-00000421 has left us", ()),
    ("您的验证码是482913", ()),
]
FORMS = [
    ("新品上市，拒收请回复R", ("拒收请回复R",)),
    ("新品上市，退订回T", ("退订回T",)),
    ("新品上市，退訂回ＴＤ", ("退订回T",)),
    ("20% off. Reply STOP to opt out.", ("STOP",)),
    ("20% off. Text STOP to unsubscribe", ("STOP",)),
    ("Pas de pub: STOP au 36180", ("STOP",)),
    ("광고 무료수신거부 080-123-4567", ("무료수신거부",)),
    ("the bus stop to the left", ()),
]
CONTENT = [
    ("消费贷低至3厘", "finance_loan"),
    ("新楼盘开盘，首付20万", "real_estate"),
    ("暑期课程开始报名", "education"),
    ("酱香白酒品鉴", "alcohol"),
    ("电子烟烟弹上新", "tobacco"),
    ("加微信ab12345进群", "add_contact_group"),
    ("注册老虎机送彩金，加微信ab12345", "gambling"),
    ("请把收到的验证码告诉我", "f12_code_harvest"),
]


@pytest.mark.parametrize(("text", "host", "flags"), LINKS, ids=[case[0] for case in LINKS])
def test_an_address_is_found_with_its_flags(text: str, host: str, flags: set[str], with_brands: Policy) -> None:
    (link,) = judge(text, NOTHING_KNOWN, with_brands).reading.links
    assert (link.host, set(link.flags)) == (host, flags)


HANDLES = [
    "拿货找飞机@abcde",
    "懂的来电报@ab1",
    "详谈，@ab_cd在线",
    "开通请联系客服ab88",
    "加李经理ab2026",
    "加嶶信ab12345",
]
NO_HANDLES = [
    "请拨打客服95588",
    "咨询客服或到网点办理",
    "邮箱ann@shop.example",
    "老师3班",
    "您的客服工号1027",
    "@所有人 明天放假",
]


@pytest.mark.parametrize(("texts", "holds"), [(HANDLES, True), (NO_HANDLES, False)], ids=["handles", "none"])
def test_a_name_at_a_messenger_is_a_way_to_answer(texts: list[str], holds: bool, shipped: Policy) -> None:
    for text in texts:
        evidence = Evidence(text, NOTHING_KNOWN, shipped.book, shipped.registers)
        assert ("handle" in evidence.facts) is holds, text


@pytest.mark.parametrize("text", NO_LINKS)
def test_a_full_stop_is_no_address(text: str, shipped: Policy) -> None:
    assert judge(text, NOTHING_KNOWN, shipped).reading.links == ()


def test_a_filed_domain_or_number_is_no_finding(shipped: Policy) -> None:
    text = "【某店】您的订单已发货，物流详情见www.shop.example，客服13000010001"
    filed = Context(domains=frozenset({"shop.example"}), phones=frozenset({"13000010001"}))
    assert judge(text, NOTHING_KNOWN, shipped).suggestion is Suggestion.REVIEW
    assert judge(text, filed, shipped).suggestion is Suggestion.PASS


@pytest.mark.parametrize(("text", "numbers"), PHONES, ids=[case[0] for case in PHONES])
def test_numbers_to_call_are_read(text: str, numbers: tuple[str, ...], shipped: Policy) -> None:
    assert judge(text, NOTHING_KNOWN, shipped).reading.phones == numbers


@pytest.mark.parametrize(("text", "forms"), FORMS, ids=[case[0] for case in FORMS])
def test_refusal_instructions_are_read(text: str, forms: tuple[str, ...], shipped: Policy) -> None:
    reading = judge(text, NOTHING_KNOWN, shipped).reading
    assert reading.optout_forms == forms
    assert ("optout_contact" in reading.shows) is bool(forms)


@pytest.mark.parametrize(("text", "token"), CONTENT, ids=[case[1] for case in CONTENT])
def test_content_is_told_in_the_law_packs_tokens(text: str, token: str, shipped: Policy) -> None:
    assert token in judge(text, NOTHING_KNOWN, shipped).reading.content


def test_promotion_is_told_with_its_span(shipped: Policy) -> None:
    text = "【某店】您的订单已发货。会员日满200减30，退订回T"
    reading = judge(text, NOTHING_KNOWN, shipped).reading
    assert reading.promotional
    assert reading.promotional_span is not None
    assert text[reading.promotional_span.start : reading.promotional_span.end] in text.split("。", 1)[1]
    assert not judge("【某店】您的订单已发货。", NOTHING_KNOWN, shipped).reading.promotional


def test_what_a_text_shows_of_its_sender(shipped: Policy) -> None:
    reading = judge("【某店】新品到店，详询400-800-1234，地址滨江路12号，退订回T", NOTHING_KNOWN, shipped).reading
    assert reading.signature == "某店"
    assert set(reading.shows) == {"sender_name", "contact", "contact_phone", "postal_address", "optout_contact"}
    assert judge("明天见", NOTHING_KNOWN, shipped).reading.shows == ()


STATEMENTS = [
    ("【临江气象局】气象台17:30发布暴雨红色预警，东湖区请减少外出", "emergency", "alert", {"level", "area", "start_time", "issuer", "measures"}),
    ("Flood warning", "emergency", "alert", set()),
    ("【临江气象局】气象台17:30发布暴雨红色预警，东湖区请减少外出", "transactional", "alert", set()),
    ("【某店】回复Y同意接收优惠活动信息，每月不超过4条，可随时退订", "consent_request", "states", {"sender_name", "type", "frequency", "may_withdraw"}),
    ("Pebble: reply YES to receive automated offers, 4 msgs per month. Consent is not a condition of purchase. Reply STOP to end", "consent_request", "states",
     {"sender_name", "type", "frequency", "purpose", "automated_texts", "not_condition_of_purchase", "may_withdraw", "contact"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "category", "fact", "tokens"), STATEMENTS, ids=range(len(STATEMENTS)))
def test_warnings_and_requests_are_read_for_what_they_must_say(
    text: str, category: str, fact: str, tokens: set[str], shipped: Policy
) -> None:
    reading = judge(text, Context(category=category), shipped).reading
    assert set(getattr(reading, fact)) - {"contact"} == tokens - {"contact"}


@pytest.mark.parametrize("label", ["(광고)", "(광고) ", "<ADV> "])
@pytest.mark.parametrize("text", ["【예시상점】겨울 할인 tel 02-000-0000", "Example Shop: 20% off"])
def test_a_label_of_the_law_before_the_name_hides_no_name(label: str, text: str, shipped: Policy):
    assert judge(label + text, NOTHING_KNOWN, shipped).reading.signature in ("예시상점", "Example Shop")
