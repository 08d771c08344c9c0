"""Stories of consents that people give by message, and of people who look at them."""

import asyncio
import hashlib
from pathlib import Path

import pytest

from kanhe.app.book_orders import BOOK_ORDERS
from kanhe.domain.category import Category
from kanhe.domain.channel import Channel
from kanhe.domain.facts import Wants
from kanhe.domain.lot import Joined, Looked, Sample
from kanhe.domain.review import Kind, Says
from kanhe.domain.state import State
from kanhe.domain.users import Role, User
from kanhe.domain.verdict import Outcome
from kanhe.judging import stands
from kanhe.ledger.entry import Kind as Entered
from kanhe.ledger.entry import commit_body, commit_recipient, decode_entry
from kanhe.ledger.verify import verify_store
from kanhe.offices.consenting import Imported, agree, refuse_all
from kanhe.ports.change import Change, Rank
from kanhe.records.checks import Wrong
from kanhe.records.page_codes import code_of, whose
from kanhe.sim.papers import ACCOUNT, CHINA_OFFERS
from kanhe.world import write_down

from .stage import Stage, play

NUMBER = 8613800138600
HANDSET = str(NUMBER)
PORT = "10690000002"
REQUEST = "【示例商城】每月不超过4条优惠信息，有效期一年，随时可退订。同意请回复Y"
OFFER = "【示例商城】会员日全场八折，客服4000000000，拒收请回复R"


def on_file(stage: Stage):  # type: ignore[no-untyped-def] # consents of the number
    pair = (ACCOUNT, NUMBER)
    return stage.platform.store.ask(Wants(consents=frozenset({pair}))).consents.get(pair, ())


def test_a_yes_to_a_request_is_a_consent_with_question_and_answer_as_its_proof(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        asked = await stage.send(NUMBER, REQUEST, Category.CONSENT_REQUEST, sender=CHINA_OFFERS)
        await stage.until(asked, State.DELIVERED)
        stage.carrier.inject(HANDSET, PORT, "ｙ。")
        await asyncio.sleep(5)
        [consent] = on_file(stage)
        [inbound] = stage.platform.store.inbound(ACCOUNT, None, 10)
        assert (consent.inbound, consent.proof) == (inbound.id, f"message {asked.message.id}")  # type: ignore[union-attr]
        assert (consent.frequency, consent.categories) == ((4, "month"), {"marketing"})
        assert consent.expires_at == consent.captured_at + 365 * 86_400_000
        assert {"question_text", "reply_text", "double_opt_in_reply", "frequency", "term"} <= consent.proof_fields
        lot = stage.platform.world.lots.by_id[consent.lot]
        assert (lot.wording, lot.source, lot.review) == (REQUEST, "reply", "pending")
        assert "您已同意" in stage.carrier.handsets[HANDSET][-1]
        pair = (ACCOUNT, NUMBER)
        [request] = stage.platform.store.ask(Wants(requests=frozenset({pair}))).requests[pair]
        assert request.answer == "yes"
        first = await stage.send(NUMBER, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
        assert first.state is State.HELD, "the law of this number wants somebody to have looked at the proof"

    play(story, tmp_path)


def test_a_yes_that_nobody_asked_for_is_conversation(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        stage.carrier.inject(HANDSET, PORT, "Y")
        await asyncio.sleep(5)
        assert on_file(stage) == ()
        assert [each.act for each in stage.platform.store.inbound(ACCOUNT, None, 10)] == ["none"]

    play(story, tmp_path)


@pytest.mark.parametrize(("says", "then"), [(Says.RELEASE, State.DELIVERED), (Says.REFUSE, State.REFUSED)])
def test_a_look_at_the_sample_decides_for_its_lot_and_for_what_waited(tmp_path: Path, says: Says, then: State) -> None:
    async def story(stage: Stage) -> None:
        asked = await stage.send(NUMBER, REQUEST, Category.CONSENT_REQUEST, sender=CHINA_OFFERS)
        await stage.until(asked, State.DELIVERED)
        stage.carrier.inject(HANDSET, PORT, "同意")
        await asyncio.sleep(5)
        waiting = await stage.send(NUMBER, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
        assert waiting.state is State.HELD
        reviews = stage.platform.reviews
        [item] = [each for each in await reviews.items() if each.kind is Kind.CONSENT]
        assert REQUEST in item.text
        assert HANDSET not in item.text
        reviewer = User(1, "Ann", Role.REVIEWER, None, 0)
        assert not isinstance(await reviews.decide(item.id, reviewer, says, "the reply is on file"), Wrong)
        await stage.until(waiting, then)
        lot = stage.platform.world.lots.by_id[on_file(stage)[0].lot]
        assert (lot.review, lot.decided_by) == ({Says.RELEASE: "approved", Says.REFUSE: "refused"}[says], "Ann")
        assert [each for each in await reviews.items() if each.kind is Kind.CONSENT] == []
        await stage.crash()
        again = await stage.send(NUMBER, OFFER + "！", Category.MARKETING, sender=CHINA_OFFERS)
        assert again.state is {Says.RELEASE: State.ACCEPTED, Says.REFUSE: State.REFUSED}[says], "also after a restart"

    play(story, tmp_path)


@pytest.mark.parametrize(("says", "outcome"), [(Says.RELEASE, Outcome.ALLOW), (Says.REFUSE, Outcome.REFUSE)])
def test_a_decision_on_a_sample_stands_in_the_ledger(tmp_path: Path, says: Says, outcome: Outcome) -> None:
    async def story(stage: Stage) -> None:
        asked = await stage.send(NUMBER, REQUEST, Category.CONSENT_REQUEST, sender=CHINA_OFFERS)
        await stage.until(asked, State.DELIVERED)
        stage.carrier.inject(HANDSET, PORT, "Y")
        await asyncio.sleep(5)
        [consent] = on_file(stage)
        platform = stage.platform
        [item] = [each for each in await platform.reviews.items() if each.kind is Kind.CONSENT]
        assert not isinstance(
            await platform.reviews.decide(item.id, User(1, "Ann", Role.REVIEWER, None, 0), says, "seen"), Wrong
        )
        [stored] = platform.store.entries_of(consent.id)
        entry, kept = decode_entry(stored.octets), platform.reviews.store.item(item.id)
        assert kept is not None
        assert (entry.kind, entry.outcome, entry.account_id) == (Entered.CONSENT_REVIEW, outcome, ACCOUNT)
        assert entry.recipient == commit_recipient(kept.salt[:16], NUMBER)
        assert entry.body == commit_body(kept.salt[16:], kept.text)
        people = (1).to_bytes(1, "big") + (1).to_bytes(8, "big") + hashlib.sha256(b"seen").digest()
        assert entry.detail == item.id.to_bytes(8, "big") + people + (consent.lot or 0).to_bytes(8, "big")
        await asyncio.sleep(60)
        assert verify_store(platform.ledger, platform.notary.verifier).holds
        await stage.crash()
        assert stage.platform.reviews.store.item(item.id) == kept

    play(story, tmp_path)


def test_a_refused_lot_stops_what_is_on_its_way(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        asked = await stage.send(NUMBER, REQUEST, Category.CONSENT_REQUEST, sender=CHINA_OFFERS)
        await stage.until(asked, State.DELIVERED)
        stage.carrier.inject(HANDSET, PORT, "Y")
        await asyncio.sleep(5)
        world = stage.platform.world
        [lot] = world.lots.by_id.values()
        good = Looked(lot.id, lot.samples[0].consent, True, 1, "Ann", "seen")
        await write_down(world, Change(Rank.INBOUND, 1, lots=[good, Joined(lot, (Sample(99, NUMBER),))]))
        for connector in stage.platform.connectors.values():
            await connector.stop()
        waiting = await stage.send(NUMBER, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
        assert waiting.state is State.ACCEPTED, stage.codes(waiting)
        bad = Looked(lot.id, 99, False, 2, "Ann", "bought")
        await write_down(world, Change(Rank.INBOUND, 2, lots=[bad]))
        assert waiting.message is not None
        live = world.board.lives[waiting.message.id]
        assert not stands(world, live, stage.clock.now_ms())

    play(story, tmp_path)


def test_a_person_agrees_on_the_page_and_refuses_there_later(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        world = stage.platform.world
        sender = world.books.senders[ACCOUNT, CHINA_OFFERS]
        assert await agree(world, sender, NUMBER) is None, "nobody asked"
        asked = await stage.send(NUMBER, REQUEST, Category.CONSENT_REQUEST, sender=CHINA_OFFERS)
        await stage.until(asked, State.DELIVERED)
        code = code_of(stage.platform.vault, NUMBER, sender)
        assert whose(stage.platform.vault, world.books, code) == (NUMBER, sender)
        given = await agree(world, sender, NUMBER)
        assert given is not None
        assert (given.channel, given.frequency, given.inbound) == ("web", (4, "month"), None)
        assert "double_opt_in_reply" not in given.proof_fields, "no message proves it"
        assert world.lots.by_id[given.lot or 0].wording == REQUEST
        await refuse_all(world, sender, NUMBER, Channel.PAGE)
        [ended] = on_file(stage)
        assert (ended.status, ended.ended_by) == ("withdrawn", "page")
        refused = await stage.send(NUMBER, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
        assert refused.state is State.REFUSED

    play(story, tmp_path)


def test_a_sheet_with_its_proofs_is_one_lot_and_a_reviewer_opens_the_document(tmp_path: Path) -> None:
    (tmp_path / "form.pdf").write_bytes(b"%PDF-1.7 signed")
    heading = "number,sender,categories,method,captured_at,channel,wording,frequency,expires_at,proof_fields,proof\n"
    proved = "captured_at;text_shown;recipient;content_provider;type;frequency;term;channel"
    rest = f"{CHINA_OFFERS},marketing,written,2026-06-01T10:00:00+08:00,paper,同意每月四条,4/month,2027-06-01T10:00:00+08:00,{proved},form.pdf\n"
    sheet = tmp_path / "june.csv"
    sheet.write_text(heading + "".join(f"+{NUMBER + n},{rest}" for n in range(20)), "utf-8")

    async def story(stage: Stage) -> None:
        platform = stage.platform
        said = await BOOK_ORDERS["import_consents"](platform, {"file": str(sheet), "account": ACCOUNT})
        assert isinstance(said, Imported)
        assert (said.imported, len(said.lots)) == (20, 1)
        held = await stage.send(NUMBER, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
        assert held.state is State.HELD
        items = [each for each in await platform.reviews.items() if each.kind is Kind.CONSENT]
        assert len(items) == 13
        assert "june.csv" in items[0].text
        digest = hashlib.sha256(b"%PDF-1.7 signed").hexdigest()
        assert f"proof: sha256:{digest} form.pdf" in items[0].text, "the reviewer's page opens it by its digest"
        assert await platform.cabinet.files.fetch(digest, sealed=True) == b"%PDF-1.7 signed"
        reviewer = User(1, "Ann", Role.REVIEWER, None, 0)
        for item in items:
            assert not isinstance(await platform.reviews.decide(item.id, reviewer, Says.RELEASE, "signed"), Wrong)
        await stage.until(held, State.DELIVERED)
        entries = [entry for item in items for entry in platform.store.entries_of(int(item.subject.partition("/")[2]))]
        assert len(entries) == len(items)
        other = await stage.send(NUMBER + 19, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
        assert other.state is State.ACCEPTED, stage.codes(other)

    play(story, tmp_path / "data")


def test_a_sample_of_a_lot_that_was_refused_meanwhile_revives_nothing(tmp_path: Path) -> None:
    heading = "number,sender,categories,method,captured_at,channel,wording,frequency,expires_at,proof_fields\n"
    rest = f"{CHINA_OFFERS},marketing,written,2026-06-01T10:00:00+08:00,paper,同意,4/month,2027-06-01T10:00:00+08:00,captured_at\n"
    sheet = tmp_path / "july.csv"
    sheet.write_text(heading + "".join(f"+{NUMBER + n},{rest}" for n in range(3)), "utf-8")

    async def story(stage: Stage) -> None:
        platform, reviewer = stage.platform, User(1, "Ann", Role.REVIEWER, None, 0)
        await BOOK_ORDERS["import_consents"](platform, {"file": str(sheet), "account": ACCOUNT})
        bad, late, _ = [each for each in await platform.reviews.items() if each.kind is Kind.CONSENT]
        assert not isinstance(await platform.reviews.decide(bad.id, reviewer, Says.REFUSE, "bought"), Wrong)
        said = await platform.reviews.decide(late.id, reviewer, Says.RELEASE, "signed")
        assert isinstance(said, Wrong)
        assert said.code == "review.closed"
        [lot] = platform.world.lots.by_id.values()
        assert lot.review == "refused"
        assert platform.store.entries_of(int(late.subject.partition("/")[2])) == []

    play(story, tmp_path / "data")
