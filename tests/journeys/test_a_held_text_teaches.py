"""A text the content engine doubts: held, looked at, released and delivered, then learned from; every step by a real door or command."""

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from kanhe.bench.process import PlatformProcess
from kanhe.bench.roundtrip import free_ports
from kanhe.kit.clock import SystemClock
from kanhe.kit.rng import SeededRng
from kanhe.kit.vault import Vault, load_key
from kanhe.moderation.evaluate import read_rows
from kanhe.sim.behaviour import Behaviour
from kanhe.sim.carrier import SimulatedCarrier
from kanhe.sim.papers import ACCOUNT, API_KEY, CHINA, rehearsal
from tests.patience import PATIENCE_S

DATA = Path(__file__).parents[1] / "data" / "moderation"
DOUBTED = "【示例商城】您的售后单{number}已处理完毕，进度见www.shouhou-jindu.example"
TEMPLATES = 3_000
# An operator's list of a kind that the state watches: who says so, since when, and always to people.
LIST = """
version: "7"
source: Example authority, notice 7
date: 2026-11-20
rules:
  - id: local.rumours
    category: cn.rumour
    suggest: review
    when: {all: [示例水库, [决堤, 溃坝]]}
    examples: {finds: [示例水库决堤了], leaves: [示例水库今日开放]}
"""


class House:
    """A platform as operators have it: a process, its folder, its commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process = PlatformProcess(folder, free_ports("http", "smpp"))
        self.url = f"http://127.0.0.1:{self.process.ports['http']}"

    async def run(self, *words: str, key: str = "", code: int = 0) -> dict[str, Any]:
        """One command, its answer as JSON."""
        environment = os.environ | {
            "KANHE_PLATFORM_DATA": str(self.folder),
            "KANHE_URL": self.url,
            "KANHE_KEY": API_KEY,
            "KANHE_USER_KEY": key,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "kanhe", *words, "--json", env=environment, stdout=-1, stderr=-1
        )
        said, wrong = await process.communicate()
        assert process.returncode == code, (words, said.decode(), wrong.decode())
        return json.loads(said)

    async def user_key(self, name: str) -> str:
        await self.run("login", "--name", name, "--role", "reviewer")
        return str((await self.run("key", "--user", name))["key"])

    async def until_delivered(self, message: str) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while (await self.get(f"/v1/messages/{message}"))["state"] != "delivered":  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)

    async def opinion(self, text: str) -> float:
        """What the model in force thinks of a text."""
        told = await self.get("/v1/moderation/check", {"text": text, "sender": CHINA})
        return float(next(label["score"] for label in told["labels"] if label["source"] == "model"))

    async def get(self, path: str, body: object = None) -> dict[str, Any]:
        """The API's answer to a question, or to a body."""
        headers = {"Authorization": f"Bearer {API_KEY}"}
        async with aiohttp.request("POST" if body else "GET", self.url + path, json=body, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            return dict(await answer.json())


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house, carrier = House(tmp_path), SimulatedCarrier("smpp", Behaviour(), SystemClock(), SeededRng(1), keep=False)
    port = await carrier.start()
    await house.process.start()
    await house.process.apply(rehearsal(Vault(load_key(tmp_path / "secret.key", SeededRng(1)), SeededRng(1)), port))
    yield house
    await house.process.stop()
    await carrier.stop()


async def test_a_held_text_is_looked_at_released_delivered_and_learned_from(house: House) -> None:
    known = [str(DATA / f"{name}.jsonl") for name in ("messages-zh", "seed", "business", "modern")]
    measured = known[:1]
    anna = await house.user_key("anna")
    before = await house.run("moderation", "train", *known)

    sent = await house.run("send", "+8613800138000", DOUBTED.format(number=1029), "--sender", CHINA)
    assert (sent["state"], sent["findings"][0]["code"]) == ("held", "text-for-review")
    told = (await house.run("explain", sent["id"]))["moderation"]
    assert "www.shouhou-jindu.example" in {span["quote"] for label in told["labels"] for span in label["spans"]}

    (item,) = (await house.run("reviews", "list", key=anna))["reviews"]
    assert (item["needs"], item["messages"]) == (1, 1)
    await house.run("reviews", "claim", item["id"], key=anna)
    decided = await house.run("reviews", "release", item["id"], "--reason", "the shop's own page", key=anna)
    assert decided["outcome"] == "release"
    await house.until_delivered(sent["id"])

    after = await house.run("moderation", "train", *known, "--reviews")
    assert after["rows"] == before["rows"] + 1
    scores = []
    for version in (before["version"], after["version"]):
        compared = await house.run("moderation", "compare", version, *measured, "--reviews")
        assert compared["candidate"]["version"] == version
        assert (await house.run("moderation", "promote", version, *measured, "--reviews"))["promoted"] is True
        assert (await house.run("moderation", "reload"))["model"] == version
        scores.append(await house.opinion(DOUBTED.format(number=3371)))
    assert scores[1] < scores[0], "the model has learned that people let this text go"

    assert (await house.run("moderation", "rollback"))["in_force"] == before["version"]
    assert (await house.run("moderation", "reload"))["model"] == before["version"]


async def test_a_rule_file_with_an_error_is_refused_with_its_place_and_the_old_policy_stays(house: House) -> None:
    status = await house.run("moderation", "status")
    rules = house.folder / "moderation" / "rules"
    rules.mkdir(parents=True)
    (rules / "list.yaml").write_text(LIST.replace("category: cn.rumour", "category: cn.rumours"), "utf-8")
    refused = await house.run("moderation", "reload", code=1)
    assert "list.yaml: rule `local.rumours`, at `category`" in refused["error"]
    assert await house.run("moderation", "status") == status

    (rules / "list.yaml").write_text(LIST, "utf-8")
    assert (await house.run("moderation", "reload"))["lists"] == [
        "list.yaml of 2026-11-20, Example authority, notice 7"
    ]
    sent = await house.run("send", "+8613800138001", "【示例商城】紧急通知：示例水库今晚决堤", "--sender", CHINA)
    assert sent["state"] == "held"
    anna, boris = await house.user_key("anna"), await house.user_key("boris")
    (item,) = (await house.run("reviews", "list", key=anna))["reviews"]
    assert item["needs"] == 2, "of such a list two persons decide"
    once = await house.run("reviews", "release", item["id"], "--reason", "an exercise", key=anna)
    assert once["closed_at"] is None
    await house.run("reviews", "release", item["id"], "--reason", "still an exercise", key=anna, code=1)
    twice = await house.run("reviews", "release", item["id"], "--reason", "announced by the county", key=boris)
    assert twice["outcome"] == "release"
    await house.until_delivered(sent["id"])


async def test_three_thousand_approved_templates_and_none_is_blocked(house: House) -> None:
    rows = [row for name in ("seed", "business", "modern") for row in read_rows([DATA / f"{name}.jsonl"])]
    texts = [row.text for row in rows if row.label == "ham" and not row.domains and row.category != "personal"]
    sheet = house.folder / "templates.yaml"
    sheet.write_text(yaml.safe_dump({"templates": list(islice(_templates(texts), TEMPLATES))}, allow_unicode=True))
    assert len((await house.run("apply", "-f", str(sheet)))["changes"]) == TEMPLATES
    met = await house.run("moderation", "templates")
    assert (met["templates"], met["blocked"]) == (TEMPLATES, [])
    sent = await house.run("send", "+8613800138002", "【示例商城】您的验证码是48213，请勿告诉他人。", "--sender", CHINA)
    assert sent["state"] == "accepted"


def _templates(texts: Sequence[str]) -> Iterator[dict[str, object]]:
    """Lawful texts as templates: their numbers are variables; many accounts' wording is alike, and so is theirs."""
    for number, text in enumerate(cycle(texts)):
        names = iter([f"v{n}" for n in range(99)])
        used: list[str] = []

        def variable(_: re.Match[str], names: Iterator[str] = names, used: list[str] = used) -> str:
            used.append(next(names))
            return f"{{{used[-1]}}}"

        body = re.sub("[0-9]{2,}", variable, text.replace("{", "(").replace("}", ")"))
        kinds = {name: {"kind": "number"} for name in used}
        yield {"account": ACCOUNT, "name": f"t{number}", "text": body, "variables": kinds}
