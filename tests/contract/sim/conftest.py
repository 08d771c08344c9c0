"""Carriers and providers of a test, all stopped at its end."""

from contextlib import AsyncExitStack

import pytest
from tests.contract.sim.stage import Stage


@pytest.fixture
async def stage():
    async with AsyncExitStack() as stack:
        yield Stage(stack)
