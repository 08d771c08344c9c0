"""A line that drops in mid-window: page, API and command say what happened, what becomes of it and by when, and what may be done."""

import asyncio
import json
import os
import sys

from tests.contract.console.site_of_console import PARCEL, Site, code, parcel
from tests.patience import until

from kanhe.app.run import set_logs
from kanhe.demo.show import stage
from kanhe.domain.state import State
from kanhe.domain.users import Role
from kanhe.sim.papers import ACCOUNT

PARCEL_TO, CODE_TO = 8613800138001, 8613800138100
KIND = {"silence_percent": 0, "no_receipt_percent": 0}


async def kanhe(data: str, *words: str) -> str:
    """What a command prints."""
    environment = os.environ | {"KANHE_PLATFORM_DATA": data}
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "kanhe", *words, env=environment, stdout=-1)
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()


async def test_what_is_in_doubt_is_explained_wherever_one_looks() -> None:
    set_logs(quiet=True)
    async with stage(True) as (platform, api, _, carrier):
        site, data = Site(platform, platform.address, "", "", "", ""), str(platform.data)
        carrier.set(silence_percent=100, no_receipt_percent=100)
        _, sent = await api.post("/v1/messages", parcel(PARCEL_TO))
        _, urgent = await api.post("/v1/messages", code(CODE_TO))
        board = platform.world.board.lives
        stands = [board[int(each["id"])] for each in (sent, urgent)]
        for copies in (3, 5):  # segments; the code has two and goes a second time by itself
            await until(lambda copies=copies: carrier.counters.taken == copies)
            carrier.drop_all()
        await until(lambda: all(live.state is State.IN_DOUBT for live in stands))

        _, told = await api.get(f"/v1/messages/{sent['id']}")
        doubt = told["in_doubt"]
        assert (told["state"], doubt["segments"], doubt["sent_again"]) == ("in_doubt", [1], False)
        assert doubt["until"] == told["expires_at"]
        assert [step["what"] for step in told["trail"]] == ["claimed", "in_doubt"]
        assert (await api.get(f"/v1/messages/{urgent['id']}"))[1]["in_doubt"]["sent_again"] is True

        operator, customer = await site.visitor(Role.OPERATOR), await site.visitor(Role.OPERATOR, account=ACCOUNT)
        page = f"/console/messages/{sent['id']}"
        english = (await operator.get(page)).text
        assert "Written to the carrier and never answered" in english
        assert "Segments without an answer: 1, since" in english
        assert "Ends as expired at this time, unless a receipt comes before" in english
        assert f"kanhe doubt --again {sent['id']}" in english
        assert "a second time already" in (await operator.get(f"/console/messages/{urgent['id']}")).text
        chinese = (await operator.get(page, Accept_Language="zh")).text
        assert "已写给运营商，未获应答" in chinese
        assert "若始终没有，将于" in chinese
        theirs = (await customer.get(page)).text
        assert "A receipt settles it whenever it comes." in theirs
        assert "kanhe doubt" not in theirs

        printed = await kanhe(data, "doubt")
        assert f"{sent['id']}  rehearsal         segment 1 of 1 unanswered since {doubt['since']}" in printed
        assert f"expires {doubt['until']}\n" in printed
        assert "2 in doubt\nThey were written to a carrier whose answer never came" in printed
        carrier.set(**KIND)
        words = ("doubt", "--again", sent["id"], "--reason", "the carrier's log has no such submission", "--json")
        assert json.loads(await kanhe(data, *words))["again"] == [sent["id"]]
        await until(lambda: stands[0].state is State.DELIVERED)
        assert carrier.handsets[str(PARCEL_TO)][-1] == PARCEL
        _, told = await api.get(f"/v1/messages/{sent['id']}")
        assert "in_doubt" not in told
        assert "Written to the carrier and never answered" not in (await operator.get(page)).text
