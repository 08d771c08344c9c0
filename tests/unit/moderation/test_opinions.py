"""Second opinions: the vendors' documented shapes, as values."""

import base64
import json

import pytest

from kanhe.moderation import opinions
from kanhe.moderation.opinions import SecondOpinionError
from kanhe.moderation.verdict import Suggestion


def test_aliyun_is_asked_and_read() -> None:
    request = opinions.ask_aliyun("一" * 1_000)
    assert (request.action, request.version) == ("TextModerationPlus", "2022-03-02")
    assert json.loads(request.body["ServiceParameters"]) == {"content": "一" * opinions.ALIYUN_CHARS_MAX}
    answer = {
        "Code": 200,
        "Message": "OK",
        "RequestId": "x",
        "Data": {
            "Result": [{"Label": "contraband_gambling", "Confidence": 91.2, "RiskWords": "x"}],
            "RiskLevel": "high",
        },
    }
    (label,) = opinions.read_aliyun(json.dumps(answer).encode())
    assert (label.category, label.suggestion, label.score) == ("illegal.gambling", Suggestion.REVIEW, 0.912)
    clean = {"Code": 200, "Data": {"Result": [{"Label": "nonLabel"}], "RiskLevel": "none"}}
    assert opinions.read_aliyun(json.dumps(clean).encode()) == ()
    with pytest.raises(SecondOpinionError, match="aliyun answered 408: no permission"):
        opinions.read_aliyun(b'{"Code": 408, "Message": "no permission"}')


def test_tencent_is_asked_and_read() -> None:
    request = opinions.ask_tencent("你好", "m-1", "sms")
    assert base64.b64decode(request.body["Content"]).decode() == "你好"
    assert (request.body["DataId"], request.body["BizType"]) == ("m-1", "sms")
    (label,) = opinions.read_tencent(
        b'{"Response": {"Suggestion": "Block", "Label": "Porn", "Score": 99, "RequestId": "x"}}'
    )
    assert (label.category, label.suggestion, label.score) == ("illegal.porn", Suggestion.REVIEW, 0.99)
    assert opinions.read_tencent(b'{"Response": {"Suggestion": "Pass", "Label": "Normal", "Score": 0}}') == ()
    with pytest.raises(SecondOpinionError, match="AuthFailure"):
        opinions.read_tencent(b'{"Response": {"Error": {"Code": "AuthFailure", "Message": "bad"}, "RequestId": "x"}}')


@pytest.mark.parametrize("answer", [b"", b"[]", b'{"Response": {"Suggestion": "Maybe"}}', b"\xff"])
def test_an_unknown_answer_is_no_opinion(answer: bytes) -> None:
    with pytest.raises(SecondOpinionError):
        opinions.read_tencent(answer)
    with pytest.raises(SecondOpinionError):
        opinions.read_aliyun(answer)


def test_an_operators_own_model_sends_to_review() -> None:
    class Halves:
        def classify(self, texts: list[str]) -> list[float]:
            return [0.9 if "bad" in text else 0.1 for text in texts]

    labels = opinions.read_classifier(Halves(), ["bad", "good"], review_from=0.5)
    assert [[label.suggestion for label in one] for one in labels] == [[Suggestion.REVIEW], []]
