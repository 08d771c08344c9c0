"""What a carrier can be told to do to everybody, while it runs; and what it remembers of it."""

import asyncio

import pytest
from tests.contract.sim.stage import SENDER
from tests.patience import CLOCK, until

from kanhe.sim.behaviour import BehaviourError
from kanhe.sim.families import FAMILIES

TO = "8613800131234"
LONG = "验证码是一二三四五六，" * 20


async def send(sp, count, to=TO):
    for number in range(count):
        sp.send(to, f"beef-{number:07}")
    await sp.until(2 * count)


@pytest.mark.parametrize("family", FAMILIES)
async def test_long_texts_arrive_whole_and_every_segment_has_its_receipt(stage, family):
    carrier, sp = await stage.pair(family)
    sp.send(TO, LONG)
    heard = await sp.until(8)
    assert sorted(heard) == [("receipt", "delivered")] * 4 + [("submitted", "")] * 4
    assert carrier.handsets[TO] == [LONG]
    arrival = carrier.log()[0]
    assert (arrival.parts, arrival.account, arrival.source, arrival.destination) == (4, "u1", SENDER, TO)
    await until(lambda: carrier.counters.deliveries_answered == 4)
    counters = carrier.counters
    assert (counters.submissions, counters.messages, counters.receipts_sent) == (4, 1, 4)
    assert (counters.deliveries_answered, counters.binds) == (4, 2 if family == "sgip" else 1)


@pytest.mark.parametrize("family", FAMILIES)
async def test_a_person_writes_to_whoever_sent_last_from_that_number(stage, family):
    carrier, sp = await stage.pair(family)
    await send(sp, 1)
    assert carrier.inject(TO, SENDER, "ＴＤ 退订")
    assert ("inbound", "ＴＤ 退订") in await sp.until(3)


async def test_nobody_is_written_to_before_somebody_came(stage):
    carrier = await stage.carrier()
    assert not carrier.inject(TO, SENDER, "hello")


async def test_settings_change_while_it_runs_and_wrong_ones_are_refused(stage):
    carrier, sp = await stage.pair()
    carrier.set(reject_percent=100)
    sp.send(TO)
    assert await sp.until(1) == [("rejected", "")]
    carrier.set(reject_percent=0, receipt_state="expired", receipt_s="0")
    sp.send(TO)
    assert await sp.until(3) == [("rejected", ""), ("submitted", ""), ("receipt", "expired")]
    with pytest.raises(BehaviourError, match="no_such"):
        carrier.set(no_such=1)
    assert carrier.counters.rejected == 1


async def test_a_drop_cuts_the_connection_and_takes_nothing_of_what_follows(stage):
    carrier, sp = await stage.pair(drop_every=5)
    for number in range(8):
        sp.send(TO, f"beef-{number:07}")
    await until(lambda: carrier.counters.binds == 2 and sp.told.count(("receipt", "delivered")) == 4)
    words = [word for word, _ in sp.heard]
    assert (words.count("submitted"), words.count("indoubt"), words.count("sessionlost")) == (4, 4, 1)
    assert (carrier.counters.taken, carrier.counters.dropped) == (4, 1)
    assert set(carrier.counters.tags) == {f"beef-{number:07}" for number in range(4)}


async def test_receipts_that_nobody_can_take_wait_for_the_next_bind(stage):
    carrier, sp = await stage.pair(receipt_s=0.2)
    sp.send(TO)
    await sp.until(1)
    carrier.drop_all()
    await until(lambda: ("receipt", "delivered") in sp.told)
    assert [word for word, _ in sp.heard] == ["submitted", "sessionlost", "receipt"]


async def test_more_than_the_rate_is_throttled_and_comes_again(stage):
    carrier, sp = await stage.pair(max_per_s=50, window=60)
    sp.send(TO, *(f"beef-{number:07}" for number in range(51)))
    await until(lambda: carrier.counters.taken == 51)
    assert (len(carrier.counters.tags), carrier.counters.doubled) == (51, {})
    assert carrier.counters.throttled >= 1


async def test_shuffled_receipts_are_the_same_ones_in_another_order(stage):
    _, sp = await stage.pair(shuffle=True, receipt_s=0.1)
    orders = {"submitted": [], "receipt": []}

    def words(event):
        word = type(event).__name__.lower()
        orders.get(word, []).append(getattr(event, "message_id", ""))
        return word, ""

    sp.words = words
    await send(sp, 30)
    assert orders["receipt"] != orders["submitted"]
    assert sorted(orders["receipt"]) == sorted(orders["submitted"])


async def test_slow_reading_delays_and_loses_nothing(stage):
    carrier, sp = await stage.pair(read_pause_s=0.2)
    begun = CLOCK.monotonic()
    sp.send(TO, "beef-0000000")
    await until(lambda: carrier.counters.taken == 1)
    sp.send(TO, "beef-0000001")
    await until(lambda: carrier.counters.taken == 2)
    assert CLOCK.monotonic() - begun > 0.15
    assert set(carrier.counters.tags.values()) == {1}


async def test_chances_leave_their_marks_in_the_counters(stage):
    carrier, sp = await stage.pair(
        twice_percent=30, no_receipt_percent=30, failed_percent=30, early_percent=30, silence_percent=10, receipt_s=0.01
    )
    for number in range(200):
        sp.send(TO, f"beef-{number:07}")
    counters = carrier.counters
    await until(lambda: sp.told.count(("submitted", "")) + counters.unanswered == 200)
    await asyncio.sleep(0.2)
    await until(lambda: counters.deliveries_answered == counters.receipts_sent)
    words = [word for word, _ in sp.heard]
    assert words.count("submitted") == 200 - counters.unanswered
    assert 5 < counters.unanswered < 45
    assert words.count("receipt") == counters.receipts_sent != counters.taken
    assert 0 < len(counters.tags) < 200, "what failed reached no handset"
    assert counters.doubled == {}


async def test_only_who_knows_the_password_is_let_in(stage):
    carrier = await stage.carrier(accounts={"u2": "secret"})
    _, sp = await stage.pair()
    stranger = type(sp)("smpp", carrier.port)
    stranger.dialer.start()
    stage.stack.push_async_callback(stranger.dialer.stop)
    assert (await until(lambda: stranger.told), stranger.told[0]) == (None, ("bindrefused", "password"))
    assert carrier.counters.binds == 0
