"""A carrier at its worst, the platform alive: throttling, cut lines, receipts twice, out of order and too early, silence. It reconciles."""

from contextlib import AsyncExitStack

import pytest
from tests.contract.kill.test_kill import check
from tests.contract.kill.world import KillWorld

from kanhe.sim.behaviour import Behaviour

AT_ITS_WORST = Behaviour(
    magic=False,
    throttle_percent=5,
    drop_every=900,
    twice_percent=10,
    early_percent=10,
    silence_percent=0.5,
    shuffle=True,
    receipt_s=0.1,
)
MESSAGES, RATE_PER_S = 1_500, 250.0


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_the_worst_carrier_reconciles(tmp_path):
    async with AsyncExitStack() as stack:
        world = KillWorld(tmp_path, 1, AT_ITS_WORST)
        await world.rise(stack)
        world.send(MESSAGES, RATE_PER_S)
        await world.finish()
        platform = await world.settle(stack)
        check(world, platform)
        assert world.carrier.counters.dropped
        assert world.carrier.counters.throttled > MESSAGES * 2 * 0.03
