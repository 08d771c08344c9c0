"""What we ask a vendor, and how we read its answer, beside the vendor's own library: both speak to one server that writes down what comes."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import pytest
from aiohttp import web
from alibabacloud_green20220302 import models as green
from alibabacloud_green20220302.client import Client as GreenClient
from alibabacloud_tea_openapi.models import Config
from tencentcloud.common import credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.tms.v20201229 import models as tms
from tencentcloud.tms.v20201229.tms_client import TmsClient

from kanhe.app.opinions import second_opinion
from kanhe.kit.clock import SystemClock
from kanhe.kit.rng import SystemRng
from kanhe.moderation import opinions
from kanhe.moderation.opinions import SecondOpinionError
from kanhe.moderation.signing import Key, acs3, sign, tc3
from kanhe.moderation.verdict import Label
from kanhe.settings import Opinions

KEY = Key("id", "s3cret", "ap-guangzhou")
TEXT = "【示例商城】会员日 ~8*5 折 (含邮费) + 礼品 & more"
ALIYUN_ANSWERS: list[dict[str, Any]] = [
    {
        "Code": 200,
        "Message": "OK",
        "RequestId": "r",
        "Data": {
            "Result": [
                {"Label": "pt_to_contact", "Confidence": 88.5, "RiskWords": "x", "Description": "d"},
                {"Label": "contraband_gambling", "Confidence": 71.0, "CustomizedHit": [{"LibName": "l"}]},
            ],
            "RiskLevel": "high",
            "Advice": [{"Answer": "a", "HitLabel": "h"}],
            "Score": 1.0,
            "SensitiveResult": [],
        },
    },
    {"Code": 200, "Data": {"Result": [{"Label": "nonLabel", "Description": "d"}], "RiskLevel": "none"}},
    {"Code": 200, "Data": {"Result": [{"Label": "ad", "Confidence": 40.0}], "RiskLevel": "low"}},
]
TENCENT_ANSWERS: list[dict[str, Any]] = [
    {"Suggestion": "Block", "Label": "Ad", "SubLabel": "contact", "Score": 97, "Keywords": ["x"], "DetailResults": []},
    {"Suggestion": "Pass", "Label": "Normal", "Score": 0},
    {"Suggestion": "Review", "Label": "Porn", "Score": 61, "RiskDetails": [{"Label": "RiskAccount", "Level": 2}]},
]


class Asked(NamedTuple):
    """A request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Server:
    """Writes down what it is asked and answers what it is told to."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answer: object = {}
        self.host = ""

    async def serve(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.asked.append(Asked(request.method, request.path_qs, headers, await request.read()))
        return web.Response(body=json.dumps(self.answer).encode(), content_type="application/json")

    async def ours(self, service: Any) -> tuple[Label, ...]:
        """What Kanhe makes of the answer."""
        settings = Opinions(service, f"http://{self.host}", KEY.region, KEY.id, KEY.secret)
        other = second_opinion(settings, SystemClock(), SystemRng())
        assert other is not None
        try:
            return await other.about(TEXT)
        finally:
            await other.close()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server, app = Server(), web.Application()
    app.router.add_route("*", "/{anything:.*}", server.serve)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.host = site.name.removeprefix("http://")
    yield server
    await runner.cleanup()


def aliyun(host: str) -> green.TextModerationPlusResponseBody:
    """What Alibaba Cloud's library makes of the answer."""
    client = GreenClient(
        Config(access_key_id=KEY.id, access_key_secret=KEY.secret, endpoint=host, protocol="http", region_id=KEY.region)
    )
    parameters = json.dumps({"content": TEXT}, ensure_ascii=False, separators=(",", ":"))
    request = green.TextModerationPlusRequest(service="comment_detection_pro", service_parameters=parameters)
    return client.text_moderation_plus(request).body


def tencent(host: str) -> tms.TextModerationResponse:
    """What Tencent Cloud's library makes of the answer."""
    profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=host))
    client = TmsClient(credential.Credential(KEY.id, KEY.secret), KEY.region, profile)
    request = tms.TextModerationRequest()
    request.Content, request.DataId = base64.b64encode(TEXT.encode()).decode(), "d-1"
    return client.TextModeration(request)


def signed(asked: Asked) -> dict[str, str]:
    """The headers that a signature names."""
    names = asked.headers["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    return {name: asked.headers[name] for name in names}


async def test_alibaba_cloud_is_asked_as_by_its_own_library(server: Server) -> None:
    server.answer = ALIYUN_ANSWERS[0]
    await asyncio.to_thread(aliyun, server.host)
    await server.ours("aliyun")
    theirs, ours = server.asked
    assert (ours.method, ours.path) == (theirs.method, theirs.path) == ("POST", "/")
    assert parse_qsl(ours.body.decode()) == parse_qsl(theirs.body.decode())
    for name in ("accept", "content-type", "host", "x-acs-action", "x-acs-version"):
        assert ours.headers[name] == theirs.headers[name]
    for each in (ours, theirs):
        datetime.strptime(each.headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ")
        assert each.headers["authorization"] == acs3(KEY, "", signed(each), each.body), "both sign alike"
    assert signed(ours).keys() == signed(theirs).keys() - {"user-agent", "x-acs-credentials-provider"}


async def test_tencent_cloud_is_asked_as_by_its_own_library(server: Server) -> None:
    server.answer = {"Response": {**TENCENT_ANSWERS[0], "RequestId": "r"}}
    await asyncio.to_thread(tencent, server.host)
    await server.ours("tencent")
    theirs, ours = server.asked
    assert (ours.method, ours.path) == (theirs.method, theirs.path) == ("POST", "/")
    assert {**json.loads(ours.body), "DataId": "d-1"} == json.loads(theirs.body)
    for name in ("content-type", "host", "x-tc-action", "x-tc-version", "x-tc-region"):
        assert ours.headers[name] == theirs.headers[name]
    for each in (ours, theirs):
        at_ms = int(each.headers["x-tc-timestamp"]) * 1000
        assert each.headers["authorization"] == tc3(KEY, "tms", signed(each), each.body, at_ms), "both sign alike"
    assert signed(ours).keys() == signed(theirs).keys()


async def test_a_question_without_a_region_names_none(server: Server) -> None:
    request = opinions.ask_tencent(TEXT, "d-1")
    assert "x-tc-region" not in sign(request, server.host, KEY._replace(region=""), 0, "").headers


@pytest.mark.parametrize("answer", ALIYUN_ANSWERS)
async def test_alibaba_clouds_answer_is_read_as_by_its_own_library(server: Server, answer: dict[str, Any]) -> None:
    server.answer = answer
    theirs, ours = await asyncio.to_thread(aliyun, server.host), await server.ours("aliyun")
    named = [result for result in theirs.data.result if result.label != opinions.ALIYUN_CLEAN]
    assert [(label.rule, label.score) for label in ours] == [
        (f"aliyun.{result.label}", round(result.confidence / 100, 4)) for result in named
    ]
    assert all((label.suggestion.name == "REVIEW") == (theirs.data.risk_level in ("medium", "high")) for label in ours)


@pytest.mark.parametrize("answer", TENCENT_ANSWERS)
async def test_tencent_clouds_answer_is_read_as_by_its_own_library(server: Server, answer: dict[str, Any]) -> None:
    server.answer = {"Response": {**answer, "RequestId": "r"}}
    theirs, ours = await asyncio.to_thread(tencent, server.host), await server.ours("tencent")
    told = [(f"tencent.{theirs.Label}", theirs.Score / 100)] if theirs.Suggestion != "Pass" else []
    assert [(label.rule, label.score) for label in ours] == told


async def test_an_error_is_one_to_us_as_to_its_own_library(server: Server) -> None:
    server.answer = {"Response": {"Error": {"Code": "AuthFailure", "Message": "no"}, "RequestId": "r"}}
    with pytest.raises(TencentCloudSDKException, match="AuthFailure"):
        await asyncio.to_thread(tencent, server.host)
    with pytest.raises(SecondOpinionError, match="tencent answered AuthFailure: no"):
        await server.ours("tencent")
    server.answer = {"Code": 408, "Message": "no permission", "RequestId": "r"}
    assert (await asyncio.to_thread(aliyun, server.host)).code == 408
    with pytest.raises(SecondOpinionError, match="aliyun answered 408: no permission"):
        await server.ours("aliyun")
