"""Complaints through the API: noted, answered, counted."""

import pytest
from tests.contract.http.conftest import Site
from tests.contract.http.http_world import MINE

from kanhe.domain.channel import Channel
from kanhe.domain.complaint import Source

NUMBER = "+447400123456"
MESSAGE = {"to": NUMBER, "text": "Your order has left us. Example", "sender": "Example"}


@pytest.fixture
def hot() -> bool:
    """Complaints always go through the router."""
    return True


async def test_a_complaint_is_noted_answered_and_counted(site: Site) -> None:
    _, message = await site.ask("POST", "/v1/messages", json=MESSAGE)
    body = {"source": "regulator", "to": NUMBER, "text": "I never ordered", "message": message["id"]}
    status, noted = await site.ask("POST", "/v1/complaints", json=body)
    assert (status, noted["state"], noted["message"]) == (201, "open", message["id"])
    (resolve,) = site.door.cabinet.duties.of(f"complaint {noted['id']}")
    assert (resolve.rule, resolve.work, resolve.at) == ("gb.complaint.dp", "acknowledge", site.clock.now_ms())
    status, answered = await site.ask(
        "PATCH", f"/v1/complaints/{noted['id']}", json={"state": "answered", "note": "sorry"}
    )
    assert (status, answered["state"], answered["note"]) == (200, "answered", "sorry")
    (resolved,) = site.door.cabinet.duties.of(f"complaint {noted['id']}")
    assert (resolved.done_at, resolved.done_by, resolved.done_note) == (site.clock.now_ms(), f"account {MINE}", "sorry")
    assert (await site.ask("GET", "/v1/complaints"))[1] == {"complaints": [answered], "next": None}
    now = site.clock.now_ms()
    tally = await site.door.cabinet.reports.tally(MINE, now - 1000, now + 1000)
    assert tally.complaints == {Source.REGULATOR: 1}
    assert sum(tally.states.values()) == 1
    assert (await site.door.cabinet.reports.tally(MINE, now + 1000, now + 2000)).complaints == {}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"to": "12"}, "number-"),
        ({"message": "12"}, "message.unknown"),
        ({"source": "me"}, "body.invalid"),
        ({"at": "2029-01-01T00:00:00Z"}, "body.invalid"),
    ],
)
async def test_what_is_wrong_with_a_complaint_is_said(site: Site, change: dict[str, str], code: str) -> None:
    body = {"source": "recipient", "to": NUMBER, "text": "no", **change}
    status, problem = await site.ask("POST", "/v1/complaints", json=body)
    assert status in (400, 404, 422)
    assert problem["code"].startswith(code)


async def test_a_complaint_that_refuses_puts_the_refusal_on_file(site: Site) -> None:
    consent = {"to": NUMBER, "sender": "Example", "categories": ["marketing"], "method": "express", "captured_at": "2026-12-01T00:00:00Z"}  # fmt: skip
    assert (await site.ask("POST", "/v1/consents", json=consent))[0] == 201
    body = {"source": "recipient", "to": NUMBER, "text": "stop it", "refuses": True}
    assert (await site.ask("POST", "/v1/complaints", json=body))[0] == 201
    _, shown = await site.ask("GET", "/v1/consents?to=%2B447400123456")
    assert [(each["status"], each["ended_by"]) for each in shown["consents"]] == [("withdrawn", "complaint")]
    _, listed = await site.ask("GET", "/v1/suppressions?to=%2B447400123456")
    assert {each["source"] for each in listed["suppressions"]} == {"complaint"}
    now = site.clock.now_ms()
    tally = await site.door.cabinet.reports.tally(MINE, now - 1000, now + 1000)
    assert (tally.opt_outs, tally.opt_outs_by) == (1, {Channel.COMPLAINT: 1})
