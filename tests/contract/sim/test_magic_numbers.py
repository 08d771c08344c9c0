"""Every magic number does what its row says, in every family, towards our own clients: over real sockets, but those that take seconds."""

from contextlib import AsyncExitStack

import pytest
from tests.contract.sim.stage import RESPONSE_S, SOON_S, Stage
from tests.patience import CLOCK

from kanhe.kit.rng import SeededRng
from kanhe.protocols.states import CarrierState
from kanhe.sim.families import FAMILIES
from kanhe.sim.loop import SimClock, SimLoop
from kanhe.sim.magic import MAGIC

PREFIX = "861380013"

OK = ("submitted", "")
DELIVERED = ("receipt", "delivered")
DOUBT = ("indoubt", "")


def receipt(state):
    return "receipt", state


# What the provider hears, in this order.
HEARD = {
    "0001": [OK, DELIVERED],
    "0002": [OK, receipt("undeliverable")],
    "0003": [OK, receipt("expired")],
    "0004": [OK],
    "0005": [DELIVERED, OK],
    "0006": [OK, DELIVERED, DELIVERED],
    "0007": [("throttled", ""), OK, DELIVERED],
    "0008": [DOUBT],
    "0009": [("sessionlost", "peer_closed"), DOUBT],
    "0010": [("rejected", "")],
    "0011": [OK, DELIVERED],
    "0012": [OK, DELIVERED],
    "0013": [OK, DELIVERED, ("inbound", "STOP")],
    "0014": [OK, DELIVERED, ("inbound", "退订")],
    "0015": [OK, DELIVERED, ("inbound", "START")],
    "0016": [OK, receipt("rejected")],
    "0017": [OK, receipt("unknown")],
    "0018": [DELIVERED, DOUBT],
    "0019": [OK, ("unmatchedresponse", ""), DELIVERED],
    "0020": [("throttled", ""), ("throttled", ""), ("rejected", "")],
    "0021": [DELIVERED, DOUBT, OK],
}

# SGIP's report has three states only: what failed, failed.
SGIP_STATES = {"expired": "undeliverable", "rejected": "undeliverable", "unknown": "undeliverable"}

assert set(HEARD) == {row.digits for row in MAGIC}


# What is in doubt at last.
UNANSWERED = {"0008", "0018", "0021"}
# Five seconds each: on the simulator's clock.
SLOW = ("0012", "0021")


def is_ordered(family, digits):
    """SGIP reports on another connection; a lost session and what it leaves in doubt are told together."""
    return family != "sgip" and digits != "0009"


def expected(family, digits):
    if family != "sgip":
        return HEARD[digits]
    return [(word, SGIP_STATES.get(detail, detail)) for word, detail in HEARD[digits]]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("digits", sorted(HEARD.keys() - SLOW))
async def test_a_number_and_what_the_provider_hears(stage, family, digits):
    await hear(stage, family, digits)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("digits", SLOW)
def test_a_slow_number_and_what_the_provider_hears(family, digits):
    loop = SimLoop(SeededRng(1))

    async def whole():
        async with AsyncExitStack() as stack:
            await hear(Stage(stack, SimClock(loop, CLOCK.now_ms())), family, digits)

    try:
        loop.run_until_complete(whole())
    finally:
        loop.close()


async def hear(stage, family, digits):
    carrier, sp = await stage.pair(family, response_s=SOON_S if digits in UNANSWERED else RESPONSE_S)
    sp.send(PREFIX + digits)
    heard, wanted = await sp.until(len(HEARD[digits])), expected(family, digits)
    assert heard == wanted if is_ordered(family, digits) else sorted(heard) == sorted(wanted)
    fate = next(row.fate for row in MAGIC if row.digits == digits)
    reaches = fate.get("state", CarrierState.DELIVERED) is CarrierState.DELIVERED
    taken = digits not in {"0009", "0010", "0020"}
    assert carrier.handsets.get(PREFIX + digits, []) == (["hello"] if taken and reaches else [])
