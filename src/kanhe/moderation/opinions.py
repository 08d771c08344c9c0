"""Second opinions, never on the hot path and never required: one port, and the vendors' requests and answers as plain values.

Nothing here opens a connection: whoever owns the socket sends `SecondOpinionRequest` (signing it the vendor's way) and hands the
answer's bytes back. A second opinion is one more label; by itself it sends to review, as the model does.
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Final, Protocol, TypeVar

import msgspec

from kanhe.moderation.verdict import Label, Source, Suggestion

_Answer = TypeVar("_Answer")
# Aliyun answers `Pass` as this label; any other label names a risk.
ALIYUN_CLEAN: Final = "nonLabel"
# Documented limits of the two services, in characters.
ALIYUN_CHARS_MAX: Final = 600
TENCENT_CHARS_MAX: Final = 10_000
# Vendors' labels that have a name of ours; the others are kept as `model`.
CATEGORIES: Final = {
    "pornographic_adult": "illegal.porn",
    "sexual_terms": "illegal.porn",
    "contraband_drug": "illegal.drugs",
    "contraband_gambling": "illegal.gambling",
    "contraband_act": "cn.other",
    "pt_to_ads": "spam.ad",
    "pt_to_contact": "spam.ad",
    "pt_by_recruitment": "fraud.brushing",
    "C_customized": "model",
    "Porn": "illegal.porn",
    "Sexy": "illegal.porn",
    "Illegal": "cn.other",
    "Abuse": "cn.insult",
    "Ad": "spam.ad",
}


class SecondOpinionError(ValueError):
    """A vendor's answer that is no opinion: an error of theirs, or a shape we do not know."""


class SecondOpinionRequest(msgspec.Struct, frozen=True):
    """What to send: the vendor's action and version, and the body still to be signed."""

    service: str
    action: str
    version: str
    body: dict[str, str]


class Classifier(Protocol):
    """A model that the operator brings, such as an ONNX session: answers for each text the chance that it must not pass."""

    def classify(self, texts: Sequence[str]) -> Sequence[float]:
        """Answer one probability a text, in order."""
        ...


class _AliyunResult(msgspec.Struct, frozen=True, rename="pascal"):
    label: str = ALIYUN_CLEAN
    confidence: float = 0.0


class _AliyunData(msgspec.Struct, frozen=True, rename="pascal"):
    result: tuple[_AliyunResult, ...] = ()
    risk_level: str = "none"


class _AliyunAnswer(msgspec.Struct, frozen=True, rename="pascal"):
    code: int
    message: str = ""
    data: _AliyunData = _AliyunData()


class _TencentError(msgspec.Struct, frozen=True, rename="pascal"):
    code: str = ""
    message: str = ""


class _TencentResponse(msgspec.Struct, frozen=True, rename="pascal"):
    suggestion: str = ""
    label: str = ""
    score: float = 0.0
    error: _TencentError | None = None


class _TencentAnswer(msgspec.Struct, frozen=True, rename="pascal"):
    response: _TencentResponse


def ask_aliyun(text: str, service: str = "comment_detection_pro") -> SecondOpinionRequest:
    """Build a request to Alibaba Cloud's TextModerationPlus (2022-03-02)."""
    parameters = msgspec.json.encode({"content": text[:ALIYUN_CHARS_MAX]}).decode()
    return SecondOpinionRequest(
        "aliyun", "TextModerationPlus", "2022-03-02", {"Service": service, "ServiceParameters": parameters}
    )


def read_aliyun(answer: bytes) -> tuple[Label, ...]:
    """Read the answer of TextModerationPlus."""
    decoded = _decode(answer, _AliyunAnswer)
    if decoded.code != 200:
        raise SecondOpinionError(f"aliyun answered {decoded.code}: {decoded.message}")
    risky = decoded.data.risk_level in ("medium", "high")
    return tuple(
        _label("aliyun", r.label, r.confidence / 100, risky) for r in decoded.data.result if r.label != ALIYUN_CLEAN
    )


def ask_tencent(text: str, data_id: str, biz_type: str = "") -> SecondOpinionRequest:
    """Build a request to Tencent Cloud's TMS TextModeration (2020-12-29)."""
    content = base64.b64encode(text[:TENCENT_CHARS_MAX].encode("utf-8", "replace")).decode()
    body = {"Content": content, "DataId": data_id, **({"BizType": biz_type} if biz_type else {})}
    return SecondOpinionRequest("tencent", "TextModeration", "2020-12-29", body)


def read_tencent(answer: bytes) -> tuple[Label, ...]:
    """Read the answer of TextModeration."""
    response = _decode(answer, _TencentAnswer).response
    if response.error is not None:
        raise SecondOpinionError(f"tencent answered {response.error.code}: {response.error.message}")
    if response.suggestion not in ("Pass", "Review", "Block"):
        raise SecondOpinionError(f"tencent suggests `{response.suggestion}`")
    if response.suggestion == "Pass":
        return ()
    return (_label("tencent", response.label, response.score / 100, risky=True),)


def read_classifier(classifier: Classifier, texts: Sequence[str], review_from: float) -> tuple[tuple[Label, ...], ...]:
    """Ask an operator's own model; answer the labels of each text."""
    return tuple(
        (_label("onnx", "model", p, risky=True),) if p >= review_from else () for p in classifier.classify(texts)
    )


def _label(vendor: str, name: str, score: float, risky: bool, known: Mapping[str, str] = CATEGORIES) -> Label:
    suggestion = Suggestion.REVIEW if risky else Suggestion.NOTE
    return Label(
        known.get(name, "model"),
        suggestion,
        round(min(1.0, max(0.0, score)), 4),
        Source.MODEL,
        f"{vendor}.{name}",
        vendor,
    )


def _decode(answer: bytes, shape: type[_Answer]) -> _Answer:
    try:
        return msgspec.json.decode(answer, type=shape, strict=False)
    except msgspec.DecodeError as error:
        raise SecondOpinionError(f"unreadable answer: {error}") from error
