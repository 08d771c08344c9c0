"""Stories of forgetting: a person asks and is gone, as far as the law lets go; a backup brings nobody back and sends nothing twice."""

import asyncio
from pathlib import Path

from kanhe.app.folder import restore_backup
from kanhe.app.orders import orders
from kanhe.domain.state import State
from kanhe.ledger.entry import Kind, decode_entry
from kanhe.ledger.verify import verify_store
from kanhe.ports.store import Filter
from kanhe.settings import load
from kanhe.sim.loop import SimClock
from kanhe.sim.papers import ACCOUNT, FRANCE

from .stage import Stage, play

CHINESE, FRENCH = 8613800138001, 33612345678
PARCEL = "【示例商城】您的包裹已送达驿站，请及时领取。"
COLIS = "EXSHOP: votre colis vous attend au point relais."
HALF_A_YEAR_MS = 187 * 86_400_000


def state_of(stage: Stage, message: int) -> State:
    row = stage.platform.store.row(message)
    assert row is not None
    return row.state


async def later(stage: Stage, by_ms: int) -> None:
    """Nobody needs to see the days pass."""
    stage.clock = SimClock(stage.loop, stage.clock.now_ms() + by_ms - int(stage.loop.now * 1000))
    await stage.crash()
    await asyncio.sleep(60)


def test_a_person_is_erased_as_far_as_the_law_lets_go_and_the_rest_when_it_does(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        answers = [await stage.send(CHINESE, PARCEL), await stage.send(FRENCH, COLIS, sender=FRANCE)]
        stage.carrier.inject(str(CHINESE), "10690000001", "在吗")
        for answer in answers:
            await stage.until(answer, State.DELIVERED)
        erase = orders(stage.platform)["erase"]
        tried = await erase({"to": f"+{CHINESE}", "dry_run": True})
        assert (tried["erased"], tried["kept"], tried["kept_by"]) == (0, 1, ["cn.retention.sms_records"])
        assert stage.platform.store.rows(Filter(number=CHINESE))
        await erase({"to": f"+{CHINESE}"})
        await later(stage, HALF_A_YEAR_MS)
        store = stage.platform.store
        assert not store.rows(Filter(number=CHINESE))
        row = store.row(answers[0].message.id)
        assert (row.message.recipient, row.message.text, row.state) == (0, "", State.DELIVERED)
        assert [inbound.text for inbound in store.inbound(None, None, 9)] == [""]
        kinds = [entry.kind for entry in [decode_entry(stored.octets) for stored in store.entries_of(row.message.id)]]
        assert kinds == [Kind.VERDICT, Kind.ERASURE]
        await asyncio.sleep(60)
        assert verify_store(stage.platform.ledger, stage.platform.notary.verifier).holds

    play(story, tmp_path)


def test_a_restored_backup_brings_nobody_back_and_sends_nothing_twice(tmp_path: Path) -> None:
    """Backed up with one delivered and one about to leave; then one is erased, the other goes; then the backup is put back."""

    async def story(stage: Stage) -> None:
        erased = await stage.send(FRENCH, COLIS, sender=FRANCE)
        await stage.until(erased, State.DELIVERED)
        await later(stage, HALF_A_YEAR_MS)  # its operator is seated where that is the minimum
        stage.carrier.set(throttle_percent=100)
        moving = await stage.send(CHINESE, PARCEL)
        await stage.platform.store.backup(tmp_path / "backup.db")
        stage.carrier.set(throttle_percent=0)
        await stage.until(moving, State.DELIVERED)
        assert (await orders(stage.platform)["erase"]({"to": f"+{FRENCH}"}))["erased"] == 1
        stage.platform.abandon()
        restore_backup(load(None, {"KANHE_PLATFORM_DATA": str(stage.folder)}), tmp_path / "backup.db")
        await stage.start_platform()
        await stage.until(moving, State.IN_DOUBT)
        await asyncio.sleep(3600)
        store = stage.platform.store
        assert not store.rows(Filter(number=FRENCH))
        assert stage.carrier.handsets[str(CHINESE)] == [PARCEL]
        await later(stage, 2 * 86_400_000)
        assert state_of(stage, moving.message.id) is State.EXPIRED
        assert stage.platform.world.purse.balance(ACCOUNT).reserved == 0

    folder = tmp_path / "data"
    folder.mkdir()
    play(story, folder)


def test_messages_past_their_time_are_deleted_never_before_the_law_allows(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        answer = await stage.send(CHINESE, PARCEL)
        await stage.until(answer, State.DELIVERED)
        stage.environment["KANHE_RETENTION_MESSAGES_DAYS"] = "1"
        await later(stage, 100 * 86_400_000)
        assert state_of(stage, answer.message.id) is State.DELIVERED
        await later(stage, 2 * HALF_A_YEAR_MS * 2)
        assert stage.platform.store.row(answer.message.id) is None

    play(story, tmp_path)
