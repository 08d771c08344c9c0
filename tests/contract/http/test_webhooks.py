"""News reach the receiver: signed, tried again, kept when nobody takes them, never sent into private networks."""

import base64
import hmac

import pytest
from tests.contract.http.conftest import Site
from tests.contract.http.receiver import Receiver
from tests.patience import until

from kanhe.domain.category import Category
from kanhe.domain.message import Message
from kanhe.domain.state import State
from kanhe.kit.rng import SeededRng
from kanhe.ports.change import Change, Inbound, Rank
from kanhe.ports.door import News
from kanhe.records.documents import PaperInvalidError
from kanhe.records.filing import difference, file
from kanhe.records.sheet import read_sheet
from kanhe.webhooks.deliver import COMPLAIN_AFTER
from kanhe.webhooks.schedule import WAITS_S
from kanhe.webhooks.signing import make_secret
from kanhe.webhooks.teller import WebhookTeller

DAY_S = 86_400


async def listen(site: Site, receiver: Receiver, name: str = "mine") -> str:
    status, made = await site.ask("POST", "/v1/webhooks", json={"name": name, "url": receiver.url})
    assert status == 201
    return str(made["secret"])


def news(site: Site, identifier: int | None = None) -> News:
    now = site.clock.now_ms()
    identifier = site.world.ids.next() if identifier is None else identifier
    message = Message(identifier, 7, 447400123456, "x", "Example", Category.TRANSACTIONAL, now, now + 1, ref="r-1")
    return News(message, State.DELIVERED, now, "000", 1)


async def tell(site: Site, told: list[News], inbound: list[Inbound] | None = None) -> None:
    """As the journeys do: jobs into the commit, then word to the teller."""
    teller = WebhookTeller(site.books, site.world.ids, site.deliverer.put)
    now, heard = site.clock.now_ms(), inbound or []
    await site.store.commit(Change(Rank.REPORTS, now, inbound=heard, jobs=teller.jobs(told, heard, now)))
    teller.tell(told, heard)


def verify(headers: dict[str, str], body: bytes, secret: str) -> bool:
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mac = hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), signed, "sha256")
    return "v1," + base64.b64encode(mac).decode() in headers["webhook-signature"].split()


async def test_a_final_state_and_an_inbound_message_arrive_signed_and_are_done_with(
    site: Site, receiver: Receiver
) -> None:
    secret = await listen(site, receiver)
    about = news(site)
    await tell(site, [about])
    await tell(site, [], [Inbound(3, 7, 447400123456, "Example", "STOP", "sim", site.clock.now_ms(), "stop")])
    await until(lambda: len(receiver.got) == 2 and not site.store.jobs(10))
    assert all(verify(headers, body, secret) for headers, body in receiver.got)
    bodies = sorted(body.decode() for _, body in receiver.got)
    assert '"type":"inbound.received"' in bodies[0]
    assert f'"id":"{about.message.id}","ref":"r-1","state":"delivered"' in bodies[1]


async def test_what_fails_is_tried_again_under_the_same_id(site: Site, receiver: Receiver) -> None:
    await listen(site, receiver)
    receiver.statuses = [500, 302]
    await tell(site, [news(site)])
    for tries in (1, 2):
        await until(lambda tries=tries: len(receiver.got) == tries and site.store.jobs(1)[0].attempts == tries)
        site.clock.advance(400)
    await until(lambda: not site.store.jobs(1))
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len(receiver.got) == 3


async def test_after_three_days_it_is_a_dead_letter_the_endpoint_is_off_and_a_replay_brings_it(
    site: Site, receiver: Receiver
) -> None:
    await listen(site, receiver)
    site.clock.advance(1)  # the endpoint has taken nothing since
    receiver.statuses = [503] * (len(WAITS_S) + 1)
    await tell(site, [news(site)])
    for tries in range(1, len(WAITS_S) + 1):
        await until(lambda tries=tries: [job.attempts for job in site.store.jobs(1)] == [tries])
        site.clock.advance(2 * DAY_S)
    await until(lambda: site.store.jobs(1, dead=True))
    await until(lambda: not site.books.endpoints[7, "mine"].enabled)
    _, page = await site.ask("GET", "/v1/dead-letters")
    [letter] = page["dead_letters"]
    assert (letter["webhook"], letter["attempts"]) == ("mine", len(WAITS_S) + 1)
    assert letter["body"]["data"]["state"] == "delivered"
    assert (await site.ask("POST", f"/v1/dead-letters/{letter['id']}/replay"))[1]["code"] == "webhook.off"
    assert (await site.ask("PATCH", "/v1/webhooks/mine", json={"enabled": True}))[1]["enabled"] is True
    assert (await site.ask("POST", f"/v1/dead-letters/{letter['id']}/replay"))[0] == 202
    await until(lambda: not site.store.jobs(1) and not site.store.jobs(1, dead=True))
    assert len(receiver.got) == len(WAITS_S) + 2


async def of_a_sheet(site: Site, receiver: Receiver, password: str) -> None:
    """As `kanhe apply` files it."""
    sheet = {"endpoints": [{"account": 7, "name": "mine", "url": receiver.url, "password": password}]}
    papers = read_sheet(sheet, site.door.vault, site.books, {})
    await file(site.store, site.books, difference(site.books, papers), site.clock.now_ms())


async def test_a_sheets_webhook_is_signed_with_its_key_and_one_that_is_no_key_is_complained_of(
    site: Site, receiver: Receiver
) -> None:
    with pytest.raises(PaperInvalidError, match="`whsec_` key"):
        await of_a_sheet(site, receiver, "not a key")
    await of_a_sheet(site, receiver, "whsec_hal")
    await tell(site, [news(site)])
    for tries in range(1, COMPLAIN_AFTER + 1):
        await until(lambda tries=tries: [job.attempts for job in site.store.jobs(1)] == [tries])
        site.clock.advance(DAY_S)
    [complaint] = site.deliverer.complaints()
    assert complaint.endswith("failed 5 times in a row: its secret is no `whsec_` key")
    assert not receiver.got
    secret = make_secret(SeededRng(9))
    await of_a_sheet(site, receiver, secret)
    site.deliverer.resume(7, "mine")
    await until(lambda: receiver.got)
    assert verify(*receiver.got[0], secret)


async def test_410_switches_an_endpoint_off(site: Site, receiver: Receiver) -> None:
    await listen(site, receiver)
    receiver.statuses = [410]
    await tell(site, [news(site)])
    await until(lambda: not site.books.endpoints[7, "mine"].enabled)
    assert (await site.ask("GET", "/v1/webhooks"))[1]["webhooks"][0]["enabled"] is False


async def test_what_waited_when_the_process_ended_goes_out_at_the_next_start(site: Site, receiver: Receiver) -> None:
    await listen(site, receiver)
    teller = WebhookTeller(site.books, site.world.ids, lambda jobs: None)  # nobody is told: the process has ended
    now, told = site.clock.now_ms(), [news(site) for _ in range(3)]
    await site.store.commit(Change(Rank.REPORTS, now, jobs=teller.jobs(told, [], now)))
    await site.deliverer.stop()
    site.deliverer.start()
    await until(lambda: len(receiver.got) == 3 and not site.store.jobs(1))


async def test_a_new_secret_signs_beside_the_old_one(site: Site, receiver: Receiver) -> None:
    old = await listen(site, receiver)
    _, changed = await site.ask("POST", "/v1/webhooks/mine/secret")
    await tell(site, [news(site)])
    await until(lambda: receiver.got)
    assert all(verify(*receiver.got[0], secret) for secret in (old, changed["secret"]))
    site.clock.advance(DAY_S + 1)
    await tell(site, [news(site)])
    await until(lambda: len(receiver.got) == 2)
    assert not verify(*receiver.got[1], old)


async def test_a_struck_out_endpoint_gets_nothing_more(site: Site, receiver: Receiver) -> None:
    await listen(site, receiver)
    receiver.statuses = [500]
    await tell(site, [news(site)])
    await until(lambda: site.store.jobs(1) and site.store.jobs(1)[0].attempts == 1)
    assert (await site.ask("DELETE", "/v1/webhooks/mine"))[0] == 204
    assert list(site.store.jobs(1)) == []
    site.clock.advance(DAY_S)
    await tell(site, [news(site)])
    assert len(receiver.got) == 1


async def test_events_go_only_where_they_are_wanted(site: Site, receiver: Receiver) -> None:
    body = {"name": "inbound-only", "url": receiver.url, "events": ["inbound.received"]}
    await site.ask("POST", "/v1/webhooks", json=body)
    await tell(site, [news(site)])
    assert list(site.store.jobs(1)) == []


@pytest.mark.parametrize("url", ["https://127.0.0.2/", "https://localhost/", "http://example.com/", "https://169.254.169.254/latest"])  # fmt: skip
async def test_private_targets_are_refused_when_they_are_named(site: Site, url: str) -> None:
    status, said = await site.ask("POST", "/v1/webhooks", json={"name": "x", "url": url})
    assert (status, said["field"]) == (422, "url")
    assert said["code"] in ("webhook.target-private", "webhook.url-invalid")
