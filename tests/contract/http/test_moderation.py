"""What the content engine says of a text, through the door: with spans, versions, and in a message's explanation."""

from typing import Any

from msgspec import structs
from tests.contract.http.conftest import Site

from kanhe.domain.papers import Template

FRAUD = "朋友你好：老虎机注册送88彩金，加微信ab12345"


async def said_of(site: Site, **body: object) -> dict[str, Any]:
    status, said = await site.ask("POST", "/v1/moderation/check", json=body)
    assert status == 200, said
    return said


async def test_a_block_names_its_rule_and_the_words_that_decide_it(site: Site) -> None:
    said = await said_of(site, text=FRAUD)
    assert said["suggestion"] == "block"
    label = next(one for one in said["labels"] if one["rule"] == "illegal.gambling.offer")
    assert (label["source"], label["people"]) == ("rule", 1)
    assert label["names"]["zh"]
    assert label["version"].endswith("/1")
    assert all(FRAUD[span["start"] : span["end"]] == span["quote"] for span in label["spans"])
    cut = said["decisive"]
    assert (await said_of(site, text=FRAUD[: cut["start"]] + FRAUD[cut["end"] :]))["suggestion"] != "block"
    assert set(said["versions"]) == {"policy", "model", "normaliser"}


async def test_a_disguise_is_undone_and_shown_where_it_stands(site: Site) -> None:
    said = await said_of(site, text="老*虎*机 注*册*送彩金，加V信ab12345")
    assert said["obfuscation"]["symbol_broken"] >= 3
    assert said["suggestion"] == "block"
    assert "老*虎*机" in {span["quote"] for label in said["labels"] for span in label["spans"]}


async def test_a_lawful_text_passes_and_a_body_that_is_none_is_refused(site: Site) -> None:
    assert (await said_of(site, text="Your order 48210 has left us. Example", sender="Example"))["suggestion"] == "pass"
    for body in ({"text": ""}, {"text": "x" * 4_001}, {"words": "x"}, {"text": "x", "category": "nothing"}):
        assert (await site.ask("POST", "/v1/moderation/check", json=body))[0] in (400, 422)


async def test_an_approved_template_answers_for_its_variables(site: Site) -> None:
    text = "Homes moved cheaply, call +44 7700 900123 for {name}"
    before = await said_of(site, text=text.replace("{name}", "Ann"))
    site.books.put(structs.replace(Template(2, 7, "move", text), revision=99))
    site.books.revision = 99
    after = await said_of(site, text=text.replace("{name}", "Ann"))
    assert after["suggestion"] == "pass"
    assert before["suggestion"] in ("pass", "review")
    evil = await said_of(site, text=text.replace("{name}", "a loan, no credit check: http://185.1.2.3/login"))
    assert evil["suggestion"] != "pass"


async def test_the_explanation_of_a_message_shows_the_places_that_told(site: Site) -> None:
    message = {
        "to": "+447400123456",
        "text": "Your order has left us, see www.shop.example. Example",
        "sender": "Example",
    }
    status, sent = await site.ask("POST", "/v1/messages", json=message)
    assert status == 202, sent
    _, told = await site.ask("GET", f"/v1/messages/{sent['id']}/explanation")
    assert told["findings"]
    assert (told["today"]["outcome"], told["today"].get("differs", False)) == (told["outcome"], False)
    [link] = told["moderation"]["links"]
    assert (link["host"], link["flags"], link["span"]["quote"]) == (
        "www.shop.example",
        ["unregistered"],
        "www.shop.example",
    )
