"""Second opinions over real sockets: a vendor that checks signatures itself, one that fails, a model of the operator's own."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any
from urllib.parse import parse_qsl

import pytest
from aiohttp import web

from kanhe.app.content import ContentCare
from kanhe.app.opinions import SecondOpinion, second_opinion
from kanhe.domain.category import Category
from kanhe.domain.message import Message
from kanhe.domain.review import Item
from kanhe.intake.content import ContentEngine
from kanhe.kit.clock import SystemClock
from kanhe.kit.rng import SystemRng
from kanhe.moderation import policy
from kanhe.moderation.engine import Moderator, Shares
from kanhe.moderation.opinions import SecondOpinionError
from kanhe.moderation.verdict import Suggestion
from kanhe.records.books import Books
from kanhe.settings import Opinions

SECRET = "s3cret"
DOUBTED, FINE = "【示例商城】今晚老地方，懂的来", "【示例商城】您的包裹已送达驿站，请及时领取。"
POLICY = policy.load()


class Vendor:
    """Both services in one: what arrives is checked against its signature, then answered as documented."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.broken = False

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        tencent = "x-tc-action" in request.headers
        assert _signed(request, body, tencent), "the signature is right"
        text = _text_of(body, tencent)
        self.texts.append(text)
        return web.json_response((_tencent if tencent else _aliyun)("懂的来" in text, self.broken))


def _aliyun(doubted: bool, broken: bool) -> dict[str, Any]:
    if broken:
        return {"Code": 408, "Message": "no permission"}
    labels = [{"Label": "pt_to_contact" if doubted else "nonLabel", "Confidence": 88.0}]
    return {"Code": 200, "Data": {"Result": labels, "RiskLevel": "high" if doubted else "none"}, "RequestId": "r"}


def _tencent(doubted: bool, broken: bool) -> dict[str, Any]:
    if broken:
        return {"Response": {"Error": {"Code": "InternalError", "Message": "later"}, "RequestId": "r"}}
    told = (
        {"Suggestion": "Review", "Label": "Ad", "Score": 88} if doubted else {"Suggestion": "Pass", "Label": "Normal"}
    )
    return {"Response": {**told, "RequestId": "r"}}


def _text_of(body: bytes, tencent: bool) -> str:
    if tencent:
        return base64.b64decode(json.loads(body)["Content"]).decode()
    return str(json.loads(dict(parse_qsl(body.decode()))["ServiceParameters"])["content"])


def _signed(request: web.Request, body: bytes, tencent: bool) -> bool:
    """The vendors' own check, from what came over the wire."""
    scheme, _, rest = request.headers["authorization"].partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    names = parts["SignedHeaders"].split(";")
    headers = "".join(f"{name}:{request.headers[name].strip()}\n" for name in names)
    canonical = "\n".join(["POST", "/", "", headers, ";".join(names), hashlib.sha256(body).hexdigest()])
    digest, key = hashlib.sha256(canonical.encode()).hexdigest(), SECRET.encode()
    said = f"{scheme}\n{digest}"
    if tencent:
        day, service, end = parts["Credential"].split("/")[1:]
        key = b"TC3" + key
        for part in (day, service, end):
            key = hmac.digest(key, part.encode(), "sha256")
        said = f"{scheme}\n{request.headers['x-tc-timestamp']}\n{day}/{service}/{end}\n{digest}"
    return hmac.compare_digest(hmac.digest(key, said.encode(), "sha256").hex(), parts["Signature"])


@pytest.fixture
async def vendor() -> AsyncIterator[tuple[Vendor, str]]:
    vendor, app = Vendor(), web.Application()
    app.router.add_post("/", vendor.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield vendor, site.name
    await runner.cleanup()


class NothingHeld:
    """A review desk where nothing waits."""

    def without_opinion(self, items_max: int) -> Sequence[Item]:
        return ()

    async def hear(self, identifier: int, of: str, *, doubts: bool, labels: tuple[str, ...]) -> object:
        raise AssertionError("nothing was asked")


async def nowhere(policy: int) -> int:
    """Where nothing is put down about policies."""
    return 0


def asked(other: SecondOpinion, tmp_path: Any) -> tuple[ContentEngine, ContentCare]:
    """An engine of whose passed texts every one is shown to another."""
    content = ContentEngine(Moderator(POLICY, shares=Shares(opinion=1)), Books())
    return content, ContentCare(tmp_path, content, nowhere, other)


def message(text: str, category: Category = Category.TRANSACTIONAL) -> Message:
    return Message(1, 1, 8613800138000, text, "s", category, 0, 600_000)


@pytest.mark.parametrize(
    ("service", "label"), [("aliyun", "spam.ad:aliyun.pt_to_contact"), ("tencent", "spam.ad:tencent.Ad")]
)
async def test_what_a_vendor_doubts_comes_before_people(
    service: Any, label: str, vendor: tuple[Vendor, str], tmp_path: Any
) -> None:
    settings = Opinions(service, vendor[1], "ap-guangzhou", "id", SECRET, one_in=1)
    other = second_opinion(settings, SystemClock(), SystemRng())
    assert other is not None
    content, care = asked(other, tmp_path)
    content.describe([message(FINE), message(DOUBTED), message("老地方见，懂的来", Category.TWO_WAY)])
    assert not vendor[0].texts, "never on the hot path"
    await care.ask_others(NothingHeld())
    assert vendor[0].texts == [FINE, DOUBTED], "and never what people write to each other"
    assert [(one.text, one.labels) for one in care.drawn()] == [(DOUBTED, (label,))]
    assert care.status()["opinions"] == {"asked": 2, "doubted": 1, "unanswered": 0}
    await care.close()


@pytest.mark.parametrize("service", ["aliyun", "tencent"])
async def test_a_vendor_that_fails_or_is_gone_hurts_nobody(
    service: Any, vendor: tuple[Vendor, str], tmp_path: Any
) -> None:
    vendor[0].broken = True
    for url in (vendor[1], "http://127.0.0.1:9"):
        other = second_opinion(Opinions(service, url, "ap-guangzhou", "id", SECRET), SystemClock(), SystemRng())
        assert other is not None
        with pytest.raises(SecondOpinionError, match=service):
            await other.about(FINE)
        content, care = asked(other, tmp_path)
        assert content.describe([message(FINE)])[FINE].suggestion == "pass"
        await care.ask_others(NothingHeld())
        assert care.status()["opinions"] == {"asked": 0, "doubted": 0, "unanswered": 1}
        await care.close()


async def test_numbers_are_masked_before_anybody_else_sees_a_text(vendor: tuple[Vendor, str], tmp_path: Any) -> None:
    other = second_opinion(Opinions("tencent", vendor[1], key_secret=SECRET), SystemClock(), SystemRng())
    assert other is not None
    content, care = asked(other, tmp_path)
    content.describe([message("【示例商城】您的取件码是5512，请及时领取。")])
    await care.ask_others(NothingHeld())
    assert vendor[0].texts == ["【示例商城】您的取件码是0000，请及时领取。"]
    await care.close()


class Suspicious:
    """A model of an operator's own."""

    def classify(self, texts: Sequence[str]) -> Sequence[float]:
        return [0.9 if "懂的来" in text else 0.1 for text in texts]


class Broken:
    """One that does not work."""

    def classify(self, texts: Sequence[str]) -> Sequence[float]:
        raise RuntimeError("no memory")


async def test_a_model_of_the_operators_own_is_asked_in_a_thread() -> None:
    for name, doubted in (("Suspicious", True), ("Broken", None)):
        settings = Opinions("classifier", classifier=f"{__name__}:{name}")
        other = second_opinion(settings, SystemClock(), SystemRng())
        assert other is not None
        if doubted is None:
            with pytest.raises(SecondOpinionError, match="no memory"):
                await other.about(DOUBTED)
            continue
        assert [label.suggestion for label in await other.about(DOUBTED)] == [Suggestion.REVIEW]
        assert await other.about(FINE) == ()


def test_nobody_is_asked_unless_an_operator_says_so() -> None:
    assert second_opinion(Opinions(), SystemClock(), SystemRng()) is None
