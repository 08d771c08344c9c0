"""One platform for all tests of the console: it is only looked at."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from tests.contract.console.site_of_console import PARCELS, Site, code, licence, offer, parcel
from tests.patience import PATIENCE_S, until

from kanhe.app.run import set_logs
from kanhe.demo.show import stage

CHROMIUM = Path("/usr/bin/chromium")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def site() -> AsyncIterator[Site]:
    set_logs(quiet=True)
    async with stage(True) as (platform, api, _, _):
        for n in range(PARCELS):
            await api.post("/v1/messages", parcel(8613800138100 + n))
        _, refused = await api.post("/v1/messages", offer(8613800138003))
        _, delivered = await api.post("/v1/messages", code(8613800138001))
        paper = await licence(platform)
        await until(lambda: not len(platform.world.board) and platform.notary.size >= PARCELS + 2)
        [review] = await platform.reviews.items()
        yield Site(platform, platform.address, str(delivered["id"]), str(refused["id"]), paper, str(review.id))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Any]:
    if not CHROMIUM.exists():  # noqa: ASYNC240 - nothing else runs yet
        pytest.skip("there is no chromium here")
    from playwright.async_api import async_playwright, expect

    expect.set_options(timeout=PATIENCE_S * 1_000)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()
