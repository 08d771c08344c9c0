"""`kanhe check` and `kanhe explain` at a terminal: the sentences of the API, in the language of the terminal."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from tests.contract.law.platform_of_law import risen
from typer.testing import CliRunner

from kanhe.cli.main import app
from kanhe.law.reasons import reasons
from kanhe.sim.papers import API_KEY, CHINA, CHINA_OFFERS

OFFER = "【示例商城】会员日全场八折，客服4000000000，拒收请回复R"


@pytest.mark.timeout(60)
async def test_check_and_explain_say_what_why_and_what_next_in_both_languages(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        platform = await risen(stack, tmp_path / "data")

        async def typed(language: str, *words: str) -> str:
            environment = {"KANHE_URL": platform.address, "KANHE_KEY": API_KEY, "LANG": language}
            told = await asyncio.to_thread(CliRunner(env=environment).invoke, app, list(words))
            assert told.exit_code == 0, told.output
            return told.output

        for language, short in (("en_GB.UTF-8", "en"), ("zh_CN.UTF-8", "zh")):
            said = reasons().reasons["consent-missing"][short]
            told = await typed(
                language, "check", "+8613800138001", OFFER, "--sender", CHINA_OFFERS, "--category", "marketing"
            )
            assert "refuse" in told.splitlines()[0]
            assert "[cn.consent.commercial]" in told
            assert said.what in told
            assert said.next is not None
            assert said.next.split("{")[0] in told
            assert "通信短信息服务管理规定" in told or "provision" in told
        promoted = "【示例商城】您的包裹已发货。全场八折，客服4000000000，拒收请回复R"
        told = await typed("en", "check", "+8613800138001", promoted, "--sender", CHINA)
        assert "declared as transactional" in told
