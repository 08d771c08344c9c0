"""A script of tests/peers/node/ in a process of its own: orders go in, answers and news come out, each one line of JSON."""

import asyncio
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.patience import PATIENCE_S

FOLDER = Path(__file__).parents[2] / "peers" / "node"


def need_npm_smpp() -> None:
    """Say by name what is missing (tests/peers/install.sh installs it)."""
    if shutil.which("node") is None:
        pytest.skip("peer missing: node (Debian package nodejs) is not installed")
    if not (FOLDER / "node_modules" / "smpp").exists():
        pytest.skip("peer missing: npm package smpp is not installed in tests/peers/node")


class Node:
    """One running script."""

    def __init__(self, process: asyncio.subprocess.Process, told: Callable[[dict[str, object]], None]) -> None:
        self._process, self._told = process, told
        self._answers: dict[int, asyncio.Future[dict[str, object]]] = {}
        self._asked = 0
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, script: str, told: Callable[[dict[str, object]], None]) -> "Node":
        """Run a script; `told` gets its news."""
        need_npm_smpp()
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec("node", script, cwd=FOLDER, stdin=pipe, stdout=pipe)
        return cls(process, told)

    async def ask(self, **order: object) -> dict[str, object]:
        """Give an order and wait for its answer."""
        assert self._process.stdin is not None
        self._asked += 1
        answer = self._answers[self._asked] = asyncio.get_running_loop().create_future()
        self._process.stdin.write(json.dumps(order | {"re": self._asked}).encode() + b"\n")
        return await asyncio.wait_for(answer, PATIENCE_S)

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            said = json.loads(line)
            if "re" in said:
                self._answers.pop(said["re"]).set_result(said)
            else:
                self._told(said)

    async def stop(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
        await self._reading
