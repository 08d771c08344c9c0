"""The platform under measurement: a process of its own, and what it costs the machine."""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from kanhe.doors.control import ask
from kanhe.sim.papers import Papers

# A platform with two million stored messages is up within seconds.
START_S = 60.0
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


class PlatformProcess:
    """`kanhe serve` on a data folder and free ports."""

    def __init__(self, data: Path, ports: Mapping[str, int]) -> None:
        self.data, self.ports = data, ports
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and wait until it takes orders."""
        environment = os.environ | {
            "KANHE_PLATFORM_DATA": str(self.data),
            "KANHE_HTTP_PORT": str(self.ports["http"]),
            "KANHE_SMPP_PORT": str(self.ports["smpp"]),
            "KANHE_WEBHOOKS_ALLOW_HOSTS": "127.0.0.1",
        }
        log = (self.data / "serve.log").open("ab")
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "kanhe", "serve", env=environment, stdout=log, stderr=log
        )
        async with asyncio.timeout(START_S):
            while not await self.answers():  # noqa: ASYNC110 - another process has no event of ours
                await asyncio.sleep(0.05)

    async def answers(self) -> bool:
        """Whether it takes orders."""
        try:
            await self.order({"do": "doctor"})
        except (ConnectionError, OSError):
            return False
        return True

    async def order(self, order: Mapping[str, object]) -> dict[str, object]:
        """Give it an order."""
        answer = await ask(self.data / "control.sock", order)
        assert isinstance(answer, dict), "orders are answered with an object"
        return answer

    async def apply(self, papers: Papers) -> None:
        """Put papers in force; then wait until its carrier is bound."""
        await self.order({"do": "file", "papers": papers})
        async with asyncio.timeout(START_S):
            while (await self.order({"do": "doctor"}))["complaints"]:  # noqa: ASYNC110 - another process has no event of ours
                await asyncio.sleep(0.05)

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None, "started"
        return self._process.pid

    def cpu_s(self) -> float:
        """CPU seconds it has used, user and system (proc(5), fields 14 and 15)."""
        fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_S

    def rss_mb(self) -> float:
        """Resident memory, MiB."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self._process is not None, "started"
        self._process.kill()

    async def wait(self) -> None:
        """Until it has ended."""
        assert self._process is not None, "started"
        await self._process.wait()

    async def stop(self) -> None:
        """End it in good order."""
        assert self._process is not None, "started"
        if self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()
