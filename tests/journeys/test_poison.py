"""Poison: whatever breaks a loop on one item is set apart and complained of; the rest goes on, also after the next start."""

import asyncio
from pathlib import Path

import pytest
from msgspec import structs

from kanhe.billing.purse import Moves, Purse
from kanhe.domain.category import Category
from kanhe.domain.message import Message
from kanhe.domain.state import State
from kanhe.domain.verdict import Outcome, Shape, Verdict
from kanhe.intake.writing import write_rows
from kanhe.ports.change import Accepted, Change, Claim, Committed, Keyed
from kanhe.ports.store import CommitFailedError
from kanhe.records.documents import PaperInvalidError
from kanhe.sim.papers import ACCOUNT, CARRIER, CHINA, senders
from kanhe.steps import dispatch, intake

from .stage import Stage, play

NUMBER = 8613800138001
MESSAGE = Message(1, ACCOUNT, NUMBER, "x", CHINA, Category.TRANSACTIONAL, 0, 1)
SHAPE = Shape((), b"s" * 32, b"p" * 32)
ROW = Accepted(
    MESSAGE, Verdict(Outcome.ALLOW, SHAPE, Category.TRANSACTIONAL, (), 1, 1), State.ACCEPTED, 1, 0, bytes(32)
)
CLAIM = Claim(MESSAGE.id, MESSAGE.recipient, 1, "main")
PARCEL = "【示例商城】您的包裹已送达驿站，请及时领取。"


class Hater:
    """A door that breaks on the news of one number."""

    def __init__(self, number: int) -> None:
        self.number = number

    def jobs(self, news, inbound, now):
        self.tell(news, inbound)
        return ()

    def tell(self, news, inbound):
        assert all(each.message.recipient != self.number for each in news), "what nobody foresaw"


def test_a_door_that_breaks_on_some_news_stops_nobody_elses(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        stage.platform.world.tellers.insert(0, Hater(NUMBER))
        bad, good = await stage.send(NUMBER, PARCEL), await stage.send(NUMBER + 1, PARCEL)
        await stage.until(bad, State.DELIVERED)
        await stage.until(good, State.DELIVERED)
        assert any("a fault of ours in `tell`" in complaint for complaint in stage.platform.health()["complaints"])

    play(story, tmp_path)


def test_what_a_connector_cannot_read_is_kept_and_answered(tmp_path: Path) -> None:
    """A receipt and a message from a person that break what reads them; they are in the store, and the carrier has its answers."""

    async def story(stage: Stage) -> None:
        dialect = stage.platform.connectors[CARRIER].dialect
        dialect.forms = dialect.part = lambda event: 1 // 0
        answer = await stage.send(NUMBER, PARCEL)
        stage.carrier.inject(str(NUMBER), "10690000001", "TD")
        await stage.until(answer, State.SUBMITTED)
        await asyncio.sleep(5)
        del dialect.forms, dialect.part
        await stage.until(await stage.send(NUMBER + 1, PARCEL), State.DELIVERED)
        [kept] = stage.platform.store.inbound(None, None, 10)
        assert "10690000001" in kept.text
        await stage.crash()
        await asyncio.sleep(5)
        assert stage.platform.health()["complaints"] == []

    play(story, tmp_path)


def test_what_breaks_the_judgement_of_one_is_set_apart_and_taken_up_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patch = monkeypatch

    async def story(stage: Stage) -> None:
        outbox = stage.platform.world.outboxes[CARRIER]
        for steps in (intake, dispatch):
            patch.setattr(steps, "stands", lambda world, judged, now: 1 // (judged.message.recipient != NUMBER))
        bad, good = await stage.send(NUMBER, PARCEL), await stage.send(NUMBER + 1, PARCEL)
        await stage.until(good, State.DELIVERED)
        assert (stage.row(bad).state, len(outbox)) == (State.ACCEPTED, 0)
        patch.undo()
        await stage.crash()
        await stage.until(bad, State.DELIVERED)

    play(story, tmp_path)


def test_a_sender_that_is_no_address_is_refused_where_its_carrier_would(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        """It was right when the message was accepted, and nothing of it can be written any more."""
        books = stage.platform.world.books
        answer = await stage.send(NUMBER, PARCEL, at=stage.clock.now_ms() + 3_600_000)
        sender = books.senders[ACCOUNT, CHINA]
        unfit = structs.replace(sender.id, value="1" * 30)
        books.put(structs.replace(sender, id=unfit, revision=books.revision + 1))
        await stage.until(answer, State.UNDELIVERED, 2 * 3_600)
        assert stage.platform.world.purse.balance(ACCOUNT).reserved == 0
        assert not stage.platform.over.is_set()

    play(story, tmp_path)


def test_a_sender_id_that_no_carrier_has_room_for_is_not_filed(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        sender = next(each for each in senders() if each["name"] == CHINA)
        for value in ("1" * 21, "EXAMPLESHOPS", "商城"):
            with pytest.raises(
                PaperInvalidError, match=f"`{value}` fits no carrier: a sender id is 1 to 20 digits, or a name"
            ):
                await stage.platform.file([("sender", sender | {"id": {**sender["id"], "value": value}})])

    play(story, tmp_path)


def test_what_waits_for_a_carrier_that_refuses_us_goes_when_its_paper_is_mended(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        platform = stage.platform
        paper = {
            "name": CARRIER,
            "carrier": CARRIER,
            "port": platform.world.books.connectors[CARRIER].port,
            "system_id": "kanhe",
            "simulated": True,
        }
        secret = platform.world.books.connectors[CARRIER].secret
        await platform.file([("connector", paper | {"secret": secret, "port": 1})])
        await asyncio.sleep(5)
        answer = await stage.send(NUMBER, PARCEL)
        await asyncio.sleep(5)
        assert stage.row(answer).state is State.ACCEPTED
        await platform.file([("connector", paper | {"secret": secret})])
        await stage.until(answer, State.DELIVERED)

    play(story, tmp_path)


def test_papers_that_lead_nowhere_are_refused(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        with pytest.raises(PaperInvalidError, match="there is no connector `nowhere`"):
            await stage.platform.file([("route", {"name": "x", "connector": "nowhere", "carrier": "x"})])

    play(story, tmp_path)


async def test_a_key_answers_what_became_of_its_message() -> None:
    """A row that cannot be written is parked, and its key says so; one that cannot even be parked is told so."""
    for writable, expected in (({State.PARKED}, [State.PARKED]), (set(), [None])):
        written: list[Change] = []

        async def commit(change: Change, writable=writable, written=written) -> Committed:
            if any(row.state not in writable for row in change.accepted):
                raise CommitFailedError("poison")
            written.append(change)
            return Committed(1)

        def keys(rows):
            said = ",".join(row.state.word if row else "broken" for row in rows)
            return [Keyed(1, "k", b"", said.encode(), 0)]

        became = await write_rows(commit, Purse(), [ROW], [CLAIM], keys, Moves(), 0)
        assert [row and row.state for row in became.rows] == expected
        assert not became.claimed
        assert not any(change.claims for change in written)
        [keyed] = [keyed for change in written for keyed in change.keyed]
        assert keyed.answer.decode() == (State.PARKED.word if writable else "broken")
