"""The whole road without sockets, threads and other processes: the platform on the simulator's loop between two cheap ends.

`python -m kanhe.bench.inprocess` prints processor time and function calls a message, and the share of each room. Calls do not
depend on what else the machine does, so that a change of one part in a hundred shows.
"""

import asyncio
import cProfile
import pstats
import tempfile
from collections import Counter
from time import process_time
from typing import cast

import msgspec

from kanhe.app.platform import Platform
from kanhe.app.run import set_collector, set_logs
from kanhe.kit.rng import SeededRng
from kanhe.protocols.smpp.codec import HEADER_OCTETS, build, build_acceptance
from kanhe.protocols.smpp.compiled import HEADER
from kanhe.protocols.smpp.pdus import (
    BindTransceiver,
    BindTransceiverResp,
    DeliverSm,
    SubmitSm,
    SubmitSmResp,
)
from kanhe.settings import load
from kanhe.sim.loop import SimClock, SimLoop
from kanhe.sim.papers import PASSWORD, SYSTEM_ID, rehearsal

# A working hour in China: nothing is put off to the morning (2026-11-24T10:00+08:00).
START_MS = 1_795_485_600_000
MESSAGES = 4_000
WINDOW = 200
# The best of so many runs: the machine's other work only ever adds.
RUNS = 5
# Virtual seconds after which a run has lost something.
PATIENCE_S = 60
# Order numbers have letters: texts that differ in them alone are of one kind to the content engine.
ORDER = "k7"
FIRST_NUMBER = 8_613_800_000_000
TEXT = "【示例商城】您的包裹{tag}已送达驿站，请及时领取。"
RECEIPT = "id:%x sub:001 dlvrd:001 submit date:2611241000 done date:2611241000 stat:DELIVRD err:000 text:"


class Figures(msgspec.Struct):
    """What one message costs. `share_by_room` is of profiled time, which weighs small functions too heavily."""

    cpu_us_per_message: float
    calls_per_message: float
    share_by_room: dict[str, float]


class End(asyncio.Protocol):
    """One end of the road: cuts what it reads into PDUs and answers each from a template."""

    def __init__(self) -> None:
        self._rest = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The wire stands."""
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer everything a read brought in one write."""
        data, at, answers = self._rest + data, 0, []
        while len(data) - at >= HEADER_OCTETS:
            length, command, _, sequence = HEADER.unpack_from(data, at)
            if at + length > len(data):
                break
            answers.append(self.answer(command, sequence, data[at : at + length]))
            at += length
        self._rest = data[at:]
        self.transport.write(b"".join(answers))

    def answer(self, command: int, sequence: int, pdu: bytes) -> bytes:
        """What this end says to a PDU."""
        raise NotImplementedError


class Carrier(End):
    """Takes everything and reports it delivered in the same write."""

    taken = 0

    def answer(self, command: int, sequence: int, pdu: bytes) -> bytes:
        """A response and a receipt for each submit_sm."""
        if command == BindTransceiver.command_id:
            return build(BindTransceiverResp(sequence, 0, "SMSC"))
        if command != SubmitSm.command_id:
            return b""
        Carrier.taken += 1
        number = pdu[pdu.index(b"861", HEADER_OCTETS) :].partition(b"\0")[0].decode()
        text = (RECEIPT % Carrier.taken).encode()
        receipt = DeliverSm(Carrier.taken, 0, "", 1, 1, number, 0, 0, "10690000001", esm_class=4, short_message=text)
        return build_acceptance(command, sequence, f"{Carrier.taken:x}") + build(receipt)


class Customer(End):
    """Keeps its window full until everything is told."""

    def __init__(self, pdus: list[bytes]) -> None:
        super().__init__()
        self._waiting = pdus
        self.told = 0
        self.done = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Bind."""
        super().connection_made(transport)
        self.transport.write(build(BindTransceiver(1, 0, SYSTEM_ID, PASSWORD)))

    def answer(self, command: int, sequence: int, pdu: bytes) -> bytes:
        """The next submission for an answer, an answer for a receipt."""
        if command == BindTransceiverResp.command_id:
            return b"".join(self._next() for _ in range(WINDOW))
        if command == SubmitSmResp.command_id:
            return self._next()
        if command == DeliverSm.command_id:
            self.told += 1
            if self.told == MESSAGES:
                self.done.set()
            return build_acceptance(command, sequence, "")
        return b""

    def _next(self) -> bytes:
        return self._waiting.pop() if self._waiting else b""


def measure() -> Figures:
    """Warm up, take the best of some runs, then one under the profiler."""
    loop = SimLoop(SeededRng(1))
    try:
        return loop.run_until_complete(_measure(loop))
    finally:
        loop.close()


async def _measure(loop: SimLoop) -> Figures:
    with tempfile.TemporaryDirectory(prefix="kanhe-bench-") as folder:
        server = await loop.create_server(Carrier, "", 0)
        settings = load(None, {"KANHE_PLATFORM_DATA": folder, "KANHE_HTTP_ENABLED": "false"})
        platform = Platform(settings, clock=SimClock(loop, START_MS), rng=SeededRng(2), simulated=True)
        set_collector()
        await platform.start()
        await platform.file(rehearsal(platform.vault, server.sockets[0].getsockname()[1], window=WINDOW))
        port = platform.doors["smpp"]
        spent = [await _run(loop, port, run) for run in range(RUNS + 1)][1:]
        profile = cProfile.Profile()
        profile.enable()
        await _run(loop, port, RUNS + 1)
        profile.disable()
        await platform.stop()
    stats = pstats.Stats(profile)
    calls: int = stats.total_calls  # type: ignore[attr-defined] # set by its constructor
    return Figures(round(min(spent) / MESSAGES * 1e6, 1), round(calls / MESSAGES, 1), _shares(stats))


async def _run(loop: SimLoop, port: int, run: int) -> float:
    """Seconds of the processor for one run, both ends included."""
    customer = Customer([_submit(run, number) for number in range(MESSAGES)])
    before = process_time()
    await loop.create_connection(lambda: customer, "", port)
    async with asyncio.timeout(PATIENCE_S):
        await customer.done.wait()
    spent = process_time() - before
    customer.transport.abort()
    return spent


def _submit(run: int, number: int) -> bytes:
    text = TEXT.replace("{tag}", f"{ORDER}{run:02}-{number:07}").encode("utf-16-be")
    to = str(FIRST_NUMBER + run * MESSAGES + number)
    head = (number + 2, 0, "", 1, 1, "10690000001", 1, 1, to)
    return build(SubmitSm(*head, registered_delivery=1, data_coding=8, short_message=text))


def _shares(stats: pstats.Stats) -> dict[str, float]:
    """Percent of the time by room; what Python's own functions take counts for the room that called them."""
    by_room: Counter[str] = Counter()
    for (file, _, _), (_, _, own, _, callers) in stats.stats.items():  # type: ignore[attr-defined] # as above
        if "/kanhe/" in file:
            by_room[_room(file)] += own
        else:
            for (caller, _, _), (_, _, its, _) in callers.items():
                by_room[_room(caller)] += its
    total = sum(by_room.values())
    return {room: round(100 * own / total, 1) for room, own in by_room.most_common()}


def _room(file: str) -> str:
    """`protocols/smpp`, `gate`, `journey`: the first folder, two of them for protocols."""
    _, _, inside = file.rpartition("/kanhe/")
    parts = inside.removesuffix(".py").split("/") if inside != file else ["python"]
    return "/".join(parts[:2]) if parts[0] in ("protocols", "store") else parts[0]


if __name__ == "__main__":
    set_logs(quiet=True)
    print(msgspec.json.format(msgspec.json.encode(measure())).decode())  # noqa: T201 - a command
