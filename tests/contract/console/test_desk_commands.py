"""The desk at a terminal: the real commands against the running platform."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from tests.contract.console.site_of_console import parcel
from tests.patience import PATIENCE_S
from typer.testing import CliRunner

from kanhe.app.platform import Platform
from kanhe.cli.main import app
from kanhe.demo.client import Api
from kanhe.demo.show import stage
from kanhe.sim.papers import ACCOUNT, CHINA

pytestmark = pytest.mark.asyncio(loop_scope="session")

GIFT = "【示例商城】尊敬的会员，加微信 shop1688 领取礼品"
WARNING = "【示例商城】橙色预警：滨河区今晚20:00起有特大暴雨，请避免外出，远离河岸。市气象台"
AUTHORITY = {
    "account": ACCOUNT, "key": "weather", "name": "滨河区气象台", "power": "突发事件应对法 第六十四条",
    "categories": ["emergency"], "valid_to": "2030-01-01",
}  # fmt: skip


@dataclass
class Terminal:
    platform: Platform
    api: Api

    async def kanhe(self, *words: str, key: str = "") -> tuple[int, str]:
        """(exit code, what it prints) of a command."""
        environment = {
            "KANHE_PLATFORM_DATA": str(self.platform.data), "KANHE_URL": self.platform.address, "KANHE_USER_KEY": key,
        }  # fmt: skip
        done = await asyncio.to_thread(CliRunner().invoke, app, list(words), env=environment)
        return done.exit_code, done.output

    async def json(self, *words: str, key: str = "") -> Any:
        code, printed = await self.kanhe(*words, "--json", key=key)
        assert code == 0, printed
        return json.loads(printed)

    async def user(self, name: str, role: str) -> str:
        """A key of somebody of a role."""
        await self.json("login", "--name", name, "--role", role)
        return str((await self.json("key", "--user", name))["key"])


@pytest_asyncio.fixture(loop_scope="session")
async def terminal() -> AsyncIterator[Terminal]:
    async with stage(True) as (platform, api, _, _):
        yield Terminal(platform, api)


async def test_the_queue_at_a_terminal(terminal: Terminal) -> None:
    await terminal.api.post("/v1/messages", {**parcel(8613800138100), "text": GIFT})
    li = await terminal.user("li", "reviewer")
    [item] = (await terminal.json("reviews", "list", key=li))["reviews"]
    code, printed = await terminal.kanhe("reviews", "list", "--kind", "message", key=li)
    assert (code, item["id"] in printed) == (0, True)
    assert (await terminal.json("reviews", "claim", item["id"], key=li))["claimed_by"] == "li"
    code, printed = await terminal.kanhe("reviews", "refuse", item["id"], "--reason", " ", key=li)
    assert (code, "a decision needs a reason" in printed) == (1, True)
    done = await terminal.json("reviews", "refuse", item["id"], "--reason", "a lure", "--label", "spam.ad", key=li)
    assert done["outcome"] == "refuse"
    assert (await terminal.json("reviews", "list", "--closed", key=li))["reviews"][0]["id"] == item["id"]
    code, printed = await terminal.kanhe("reviews", "list", key="kanhe_user_" + "0" * 64)
    assert (code, "this API key is not known" in printed) == (1, True)


async def test_an_announcement_at_two_terminals(terminal: Terminal, tmp_path: Path) -> None:
    await terminal.platform.file([("authority", AUTHORITY)])
    numbers = tmp_path / "numbers.txt"
    numbers.write_text("+8613800139001\n+8613800139002\n", "utf-8")
    an, bo = await terminal.user("an", "operator"), await terminal.user("bo", "owner")
    given = ("--account", str(ACCOUNT), "--authority", "weather", "--sender", CHINA, "--numbers", str(numbers))
    asked = await terminal.json("announcements", "ask", WARNING, *given, "--reason", "storm", key=an)
    code, printed = await terminal.kanhe("announcements", "confirm", asked["id"], "--reason", "sure", key=an)
    assert (code, "another person must confirm" in printed) == (1, True)
    assert (await terminal.json("announcements", "confirm", asked["id"], "-r", "called", key=bo))[
        "stage"
    ] == "confirmed"
    async with asyncio.timeout(PATIENCE_S):
        while (await terminal.json("announcements", "show", asked["id"], key=bo))["stage"] != "sent":  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.1)
    code, printed = await terminal.kanhe("announcements", "list", key=bo)
    assert (code, "2 / 2" in printed) == (0, True)


async def test_users_are_listed_and_closed(terminal: Terminal) -> None:
    key = await terminal.user("li", "reviewer")
    assert "li" in (await terminal.kanhe("users", "list"))[1]
    assert (await terminal.kanhe("users", "close", "li"))[0] == 0
    assert (await terminal.kanhe("reviews", "list", key=key))[0] == 1
    assert (await terminal.kanhe("users", "close", "li"))[0] == 1
    assert (await terminal.kanhe("key", "--user", "li"))[0] == 1
    assert (await terminal.kanhe("key"))[0] == 2


async def test_the_report_as_figures_and_as_files(terminal: Terminal, tmp_path: Path) -> None:
    await terminal.api.post("/v1/messages", parcel(8613800138101))
    made = await terminal.json("report", "--account", str(ACCOUNT))
    assert made["messages"] == 1
    for name, begins in (("r.csv", "﻿合规报告"), ("r.pdf", "%PDF-")):
        path = tmp_path / name
        assert (await terminal.kanhe("report", "--account", str(ACCOUNT), "--to", str(path), "--language", "zh"))[
            0
        ] == 0
        assert path.read_bytes().startswith(begins.encode())
    assert (await terminal.kanhe("report", "--account", "99"))[0] == 1
    assert (await terminal.kanhe("report", "--account", "1", "--to", str(tmp_path / "r.doc")))[0] == 2
