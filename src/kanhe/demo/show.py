"""The show: three messages through the real platform, each followed to its end, with its reasons and its proof."""

import asyncio
import contextlib
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from kanhe.app.platform import Platform
from kanhe.app.run import look_at_ports, set_logs
from kanhe.demo.client import Api
from kanhe.demo.listener import Listener
from kanhe.demo.night import Place, where_it_is_night
from kanhe.domain.review import Kind, Says
from kanhe.domain.users import Role, User
from kanhe.kit.clock import SystemClock, from_ms
from kanhe.kit.rng import SystemRng
from kanhe.ledger.bundle import verify_bundle
from kanhe.ledger.errors import LedgerError
from kanhe.ledger.verify import verify_store
from kanhe.settings import load
from kanhe.sim.behaviour import Behaviour
from kanhe.sim.carrier import SimulatedCarrier
from kanhe.sim.papers import CHINA, CHINA_OFFERS, rehearsal

Say = Callable[[str], None]

PARCEL = "【示例商城】您的包裹已送达驿站，请凭取件码领取。"
OFFER = "【示例商城】会员日全场八折，客服4000000000，拒收请回复R"
# The simulated carrier delivers in a tenth of a second; a busy machine takes a few.
PATIENCE_S = 20.0
# How a step of a message's trail reads.
STEPS: Mapping[str, str] = {
    "claimed": "for connector {where}",
    "response": "segment {where}: status {code}, the carrier calls it {said}",
    "receipt": "segment {where}: {code}, the carrier's code is {said}",
}
PORTS = ("KANHE_HTTP_PORT", "KANHE_SMPP_PORT")
REVIEWER = User(1, "Ann", Role.REVIEWER, None, 0)
PROOF = [
    "captured_at",
    "text_shown",
    "signature",
    "method",
    "source",
    "purpose",
    "recipient",
    "content_provider",
    "type",
    "frequency",
    "term",
    "channel",
    "question_text",
    "reply_text",
    "double_opt_in_reply",
    "relationship_end",
    "notice",
    "reply_channel",
    "consent_template",
    "number",
    "form4",
]
STATED = [
    "type",
    "frequency",
    "term",
    "purpose",
    "sender_name",
    "contact",
    "may_withdraw",
    "data_kinds",
    "goods_classes",
    "automated_texts",
    "number",
    "not_condition_of_purchase",
]


class Sent(msgspec.Struct):
    """One message of the demo."""

    id: str
    verdict: str
    state: str
    citations: list[str]
    expected: str


@dataclass(slots=True)
class Report:
    """What `kanhe demo --once` prints with `--json`."""

    messages: list[Sent] = field(default_factory=list)
    webhook_verified: bool = False
    bundle_verified: bool = False
    ledger_verified: bool = False
    passed: bool = False


def play(*, once: bool, say: Say) -> Report:
    """Run the show; without `once` the platform stays up until it is interrupted."""
    set_logs(quiet=True)
    try:
        return asyncio.run(_play(once, say))
    except KeyboardInterrupt:
        return Report(passed=True)


async def _play(once: bool, say: Say) -> Report:
    async with stage(once) as (platform, api, listener, carrier):
        say(
            f"勘合 Kanhe  http://127.0.0.1:{platform.doors['http']}  SMPP {platform.doors['smpp']}  data {platform.data}"
        )
        report = Report()
        await _delivered(platform, api, listener, carrier, say, report)
        await _refused(api, say, report)
        await _deferred(platform, api, say, report)
        await _ledger(platform, say, report)
        report.passed = (
            report.webhook_verified
            and report.bundle_verified
            and report.ledger_verified
            and all(message.state == message.expected for message in report.messages)
        )
        say("\nall as it should be" if report.passed else "\nsomething is not as it should be")
        if not once:
            say(
                f"The platform stays up (Ctrl-C ends it). Its console, once, within 15 minutes:\n{await platform.login_link()}"
            )
            await asyncio.Event().wait()
        return report


@contextlib.asynccontextmanager
async def stage(once: bool) -> AsyncIterator[tuple[Platform, Api, Listener, SimulatedCarrier]]:
    """Platform, API client, webhook listener and carrier, all on loopback; a data folder that goes with them."""
    clock, rng = SystemClock(), SystemRng()
    carrier, listener = SimulatedCarrier("smpp", Behaviour(), clock, rng), Listener()
    with tempfile.TemporaryDirectory(prefix="kanhe-demo-") as folder:
        hook, port = await listener.start(), await carrier.start()
        ports = {name: "0" if once else os.environ[name] for name in PORTS if once or name in os.environ}
        settings = load(None, {"KANHE_PLATFORM_DATA": folder, "KANHE_WEBHOOKS_ALLOW_HOSTS": "127.0.0.1", **ports})
        look_at_ports(settings)
        platform = Platform(settings)
        await platform.start()
        await platform.file(rehearsal(platform.vault, port))
        api = Api(f"http://127.0.0.1:{platform.doors['http']}")
        _, endpoint = await api.post("/v1/webhooks", {"name": "demo", "url": hook})
        listener.secret = str(endpoint["secret"])
        try:
            await _bound(platform)
            yield platform, api, listener, carrier
        finally:
            await api.close()
            await platform.stop()
            await carrier.stop()
            await listener.stop()


async def _bound(platform: Platform) -> None:
    async with asyncio.timeout(PATIENCE_S):
        for connector in platform.connectors.values():
            await connector.wait_for_room()


# --- the three messages --------------------------------------------------------------------------------------------------------


async def _delivered(
    platform: Platform, api: Api, listener: Listener, carrier: SimulatedCarrier, say: Say, report: Report
) -> None:
    say("\n1  a parcel notice to +8613800138001 / 包裹通知")
    _, answer = await api.post("/v1/messages", _body("+8613800138001", PARCEL, CHINA, "transactional"))
    identifier = str(answer.get("id"))
    say(f"   POST /v1/messages -> {answer.get('state')}  id {identifier}  verdict {answer.get('verdict')}")
    told = await listener.wait_for(identifier, PATIENCE_S)
    report.webhook_verified = told is not None
    _, message = await api.get(f"/v1/messages/{identifier}")
    for step in _list(message.get("trail")):
        say(f"   {str(step['at'])[11:23]}  {step['what']:<9} {_told(step)}")
    say(f"   handset +8613800138001: {' '.join(carrier.handsets.get('8613800138001', ()))}")
    say(f"   webhook, signature verified: {told['type'] if told else 'none came'}")
    citations = await _explain(api, identifier, say)
    report.messages.append(
        Sent(identifier, str(answer.get("verdict")), str(message.get("state")), citations, "delivered")
    )
    report.bundle_verified = await _proof(platform, api, identifier, say)


def _told(step: Mapping[str, Any]) -> str:
    """A step of a trail; the carrier's are of a segment, counted as people count."""
    if step["what"] not in STEPS:
        return ""
    where = step["where"] if step["what"] == "claimed" else int(step["where"]) + 1
    return STEPS[step["what"]].format_map({**step, "where": where})


async def _refused(api: Api, say: Say, report: Report) -> None:
    say("\n2  an offer to somebody who never agreed / 未经同意的营销短信")
    status, answer = await api.post("/v1/messages", _body("+8613800138003", OFFER, CHINA_OFFERS, "marketing"))
    identifier = str(answer.get("id"))
    say(f"   POST /v1/messages -> {status} {answer.get('code')}  id {identifier}")
    _, message = await api.get(f"/v1/messages/{identifier}")
    citations = await _explain(api, identifier, say)
    report.messages.append(
        Sent(identifier, str(message.get("verdict")), str(message.get("state")), citations, "refused")
    )


async def _deferred(platform: Platform, api: Api, say: Say, report: Report) -> None:
    place = where_it_is_night(from_ms(SystemClock().now_ms()))
    say(f"\n3  an offer at night, {place.zone} / 夜间的营销短信")
    await _agreed(platform, api, place, say)
    status, answer = await api.post("/v1/messages", _body(place.to, place.text, place.sender, "marketing"))
    identifier = str(answer.get("id"))
    say(
        f"   POST /v1/messages -> {status} {answer.get('state', answer.get('code'))}  not before {answer.get('not_before')}"
    )
    _, message = await api.get(f"/v1/messages/{identifier}")
    citations = await _explain(api, identifier, say)
    report.messages.append(
        Sent(identifier, str(message.get("verdict")), str(message.get("state")), citations, "deferred")
    )


async def _agreed(platform: Platform, api: Api, place: Place, say: Say) -> None:
    """A consent on file; where the law asks for it, a reviewer has looked at its proof."""
    await api.post("/v1/consents", _consent(place))
    for item in await platform.reviews.items():
        if item.kind is Kind.CONSENT:
            await platform.reviews.decide(item.id, REVIEWER, Says.RELEASE, "the form shows what was agreed to")
            say(f"   {REVIEWER.name} has looked at the proof of the consent / 审核员已审核同意证明")


async def _ledger(platform: Platform, say: Say, report: Report) -> None:
    while await platform.notary.grow():
        pass
    verified = verify_store(platform.ledger, platform.notary.verifier)
    report.ledger_verified = verified.holds
    said = verified.fault.sentence if verified.fault else "every entry fits"
    say(f"\nledger  {verified.origin}  {verified.size} entries  root {verified.root.hex()[:16]}…  {said}")


# --- what they have in common --------------------------------------------------------------------------------------------------


async def _explain(api: Api, identifier: str, say: Say) -> list[str]:
    """Print the findings that decided; the provisions cited by all of them."""
    _, explanation = await api.get(f"/v1/messages/{identifier}/explanation")
    citations: list[str] = []
    said: set[str] = set()
    for finding in _list(explanation.get("findings")):
        cited = [f"{c['instrument']} {c['provision']}" for c in _list(finding.get("citation"))]
        if finding.get("decided"):
            citations += [each for each in cited if each not in citations]
        if finding.get("decided") and finding.get("effect") != "allow" and finding["code"] not in said:
            said.add(finding["code"])
            words = finding["words"]
            say(f"   {finding['effect']}: {words['en']['what']} / {words['zh']['what']}")
            if words["en"].get("next"):
                say(f"     next: {words['en']['next']} / {words['zh']['next']}")
    for each in citations[:6]:
        say(f"   § {each}")
    return citations


async def _proof(platform: Platform, api: Api, identifier: str, say: Say) -> bool:
    """Fetch the evidence once it is under a checkpoint, and verify it as an auditor would: by the public key alone."""
    async with asyncio.timeout(PATIENCE_S):
        while (fetched := await api.octets(f"/v1/messages/{identifier}/evidence"))[0] != 200:
            await platform.notary.grow()
    try:
        proved = verify_bundle(fetched[1], platform.notary.verifier)
    except LedgerError as error:
        say(f"   proof: {error}")
        return False
    entry = proved.entries[0]
    say(
        f"   proof: entry {entry.index} of {proved.checkpoint.checkpoint.size} under a signed checkpoint, verified offline"
    )
    return True


def _body(to: str, text: str, sender: str, category: str) -> Mapping[str, str]:
    return {"to": to, "text": text, "sender": sender, "category": category}


def _consent(place: Place) -> Mapping[str, object]:
    return {
        "to": place.to,
        "sender": place.sender,
        "categories": ["marketing"],
        "method": "written",
        "captured_at": "2026-06-01T10:00:00Z",
        "proof_fields": PROOF,
        "states": STATED,
        "channel": "web",
    }


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
