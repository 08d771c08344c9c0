"""Lawful texts of many languages, in forms nobody trained on: none blocked, few sent to review; a number to refuse by holds nothing."""

from pathlib import Path

import pytest

from kanhe.moderation.engine import judge
from kanhe.moderation.evaluate import judge_rows, read_rows
from kanhe.moderation.policy import Policy
from kanhe.moderation.verdict import NOTHING_KNOWN, Source, Suggestion

# The share of lawful texts that may go to a person.
REVIEWED_MAX = 0.03
REFUSALS = [
    "(광고)[푸른서점] 주말 한정 전 품목 10% 할인! 무료수신거부 080-123-4567",
    "(광고) 하늘카페 신메뉴 출시 이벤트 11월 30일까지 무료거부 0801234567",
    "Linden Books: 10% off this weekend. To opt out call 0800 123 4567 free.",
    "Linden Books: new arrivals on Friday. Reply STOP to 82345 or call 080-123-4567 to unsubscribe.",
    "【青鸟书店】新书满100减20，拒收请回复R",
]
ORDERS = [
    "订单20261124118822已确认。",
    "Order 4821993011",
    "Ref 482199301127",
    "注文 20261124118822",
    "주문번호 20261124118822",
]
ENGLISH_OF_CHINESE_FIRMS = [
    "【示例商城】Your parcel 42 has arrived at the station, please fetch it today.",
    "【示例银行】Your verification code is 482910. Do not share it.",
    "【示例航空】Flight CA123 to Beijing departs 10:40 from gate 12.",
    "【Example Bank】Your card ending 1234 was charged CNY 58.00 at 星巴克 on 11-29 10:02.",
    "[示例快递] Package SF1234567890 arrived at 菜鸟驿站, pickup code 3-2-1001.",
]
CHINESE_WITH_LATIN = [
    "【示例】加微信 abc123 领取红包",
    "【示例商城】恭喜您获得iPhone 17一台，点击 http://1.2.3.4/win 领取",
]


def test_lawful_texts_of_ten_languages_pass(data: Path, shipped: Policy) -> None:
    judged = judge_rows(read_rows([data / "languages.jsonl"]), shipped)
    assert len({j.row.lang for j in judged}) == 10
    assert [j.row.text for j in judged if j.suggestion is Suggestion.BLOCK] == []
    assert sum(j.suggestion is Suggestion.REVIEW for j in judged) <= REVIEWED_MAX * len(judged)


@pytest.mark.parametrize("text", REFUSALS)
def test_the_number_that_the_law_demands_holds_no_offer(text: str, shipped: Policy) -> None:
    verdict = judge(text, NOTHING_KNOWN, shipped)
    assert verdict.suggestion is Suggestion.PASS
    assert verdict.reading.optout_forms


@pytest.mark.parametrize("text", ORDERS)
def test_an_order_number_is_no_number_to_call(text: str, shipped: Policy) -> None:
    verdict = judge(text, NOTHING_KNOWN, shipped)
    assert verdict.suggestion is Suggestion.PASS
    assert verdict.reading.phones == ()


@pytest.mark.parametrize(
    "text",
    [
        "恭喜の您中奖，登录https://xy.top.example/a领取奖金",  # a kana borrowed makes no Japanese
        "Your account is locked, der Zugang: verify at http://185.12.34.56/login",
    ],
)
def test_another_language_is_no_disguise(text: str, shipped: Policy) -> None:
    assert judge(text, NOTHING_KNOWN, shipped).suggestion is Suggestion.BLOCK


@pytest.mark.parametrize("text", ENGLISH_OF_CHINESE_FIRMS)
def test_english_under_a_chinese_name_is_read_as_english(text: str, shipped: Policy) -> None:
    verdict = judge(text, NOTHING_KNOWN, shipped)
    assert verdict.suggestion is Suggestion.PASS
    assert [label.rule for label in verdict.labels if label.source is Source.MODEL] == ["latin"]


@pytest.mark.parametrize("text", CHINESE_WITH_LATIN)
def test_latin_names_and_addresses_in_chinese_do_not_make_it_english(text: str, shipped: Policy) -> None:
    verdict = judge(text, NOTHING_KNOWN, shipped)
    assert verdict.suggestion >= Suggestion.REVIEW
    assert [label.rule for label in verdict.labels if label.source is Source.MODEL] == ["certain"]
