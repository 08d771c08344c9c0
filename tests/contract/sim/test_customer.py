"""The simulated customer against the simulated carrier: everything counted on both sides, and faults seen by both."""

import pytest
from tests.patience import CLOCK

from kanhe.kit.rng import SeededRng
from kanhe.sim.customer import CustomerPlan, run_customer


async def bench(carrier, **more):
    plan = CustomerPlan("127.0.0.1", carrier.port, **{"messages": 500, "sessions": 2, "quiet_s": 1.0, **more})
    return await run_customer(plan, CLOCK, SeededRng(1), carrier.counters)


@pytest.mark.parametrize(
    "text", ["{tag} Your parcel waits.", "【甲】您的包裹已到 {tag}，请领取。", "很长的一条短信，" * 20 + "{tag}"]
)
async def test_everything_sent_is_answered_told_and_on_a_handset_once(stage, text):
    carrier = await stage.carrier(magic=False, keep=False)
    report = await bench(carrier, text=text)
    segments = carrier.counters.submissions // 500
    assert (report.sent, report.accepted, report.lost, report.doubled) == (500, 500, 0, 0)
    assert (report.refused, report.in_doubt, report.receipts_missing, report.receipts_doubled) == ({}, 0, 0, 0)
    assert report.receipts == {"delivered": 500 * segments}
    assert 0 < report.p50_ms <= report.p99_ms
    assert report.receipt_p50_ms > 20.0, "receipts wait 20 ms"
    assert report.accepted_per_s > 0
    assert (carrier.counters.messages, len(carrier.counters.tags)) == (500, 500)


async def test_what_the_carrier_does_wrong_is_in_the_report(stage):
    carrier = await stage.carrier(
        magic=False, keep=False, reject_percent=10, twice_percent=10, no_receipt_percent=10, failed_percent=10
    )
    report = await bench(carrier)
    counters = carrier.counters
    assert report.accepted == counters.taken == 500 - counters.rejected
    assert report.refused == {0x0B: counters.rejected}
    assert report.receipts_doubled > 0
    assert sum(report.receipts.values()) + report.receipts_missing == report.accepted
    assert report.receipts["undeliverable"] > 0
    assert report.lost == report.accepted - len(counters.tags) > 0, "what failed is on no handset"


async def test_a_paced_customer_keeps_its_rate(stage):
    carrier = await stage.carrier(magic=False)
    report = await bench(carrier, messages=100, rate_per_s=200.0)
    assert report.accepted == 100
    assert 50 < report.accepted_per_s < 230


async def test_a_wrong_password_ends_at_once_with_nothing_sent(stage):
    carrier = await stage.carrier()
    report = await bench(carrier, password="wrong")
    assert (report.sent, report.accepted) == (0, 0)


async def test_answers_that_never_come_are_in_doubt_and_do_not_hold_the_run(stage):
    carrier = await stage.carrier(magic=False, silence_percent=20)
    report = await bench(carrier, messages=50, text="长" * 100 + "{tag}")
    unanswered = carrier.counters.unanswered
    assert 0 < unanswered < 40
    assert (report.in_doubt, report.lost, report.doubled) == (unanswered, 0, 0)
    assert report.receipts == {"delivered": 100}, "receipts come also for what was never answered"
