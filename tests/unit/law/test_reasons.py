"""Every reason speaks both languages and asks for nothing it cannot be told."""

import re

import pytest

from kanhe.law.kinds import MESSAGE_PATH
from kanhe.law.load import load_packs
from kanhe.law.reasons import LANGUAGES, PLACEHOLDERS, Sentences, placeholders, reasons

REASONS = reasons()
HAN = re.compile(r"[\u4e00-\u9fff]")


def parts(sentences: Sentences) -> list[str]:
    return [sentences.what, *([sentences.next] if sentences.next else [])]


@pytest.mark.parametrize("code", sorted(REASONS.reasons))
def test_a_reason_says_the_same_in_both_languages(code: str):
    said = REASONS.reasons[code]
    assert tuple(said) == LANGUAGES
    english, chinese = parts(said["en"]), parts(said["zh"])
    assert len(english) == len(chinese)
    assert [placeholders(text) for text in english] == [placeholders(text) for text in chinese]
    assert set().union(*map(placeholders, english)) <= PLACEHOLDERS
    assert all(text.endswith(".") and not HAN.search(text) for text in english)
    assert all(text.endswith("。") and HAN.search(text) for text in chinese)


def test_every_kind_of_the_message_path_says_why_it_asks():
    assert set(MESSAGE_PATH) <= set(REASONS.why)
    assert all(tuple(why) == LANGUAGES for why in REASONS.why.values())


def test_a_reason_is_told_what_was_noted_and_shows_a_dash_otherwise():
    said = REASONS.say("consent-given", "consent", "en", {"record": "k1", "provision": "47 CFR 64.1200"})
    assert said.what == "This person agreed to such messages (consent k1)."
    assert said.why.endswith("47 CFR 64.1200.")
    assert said.next is None
    assert REASONS.say("outside-hours", "quiet_hours", "zh").what == "该号码可能所在地当前为免打扰时段，— 起可发送。"


def test_every_rule_has_a_title_in_both_languages():
    for rule in load_packs().rules.values():
        assert rule.title
        assert HAN.search(rule.title_zh or ""), rule.id
