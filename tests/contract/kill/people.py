"""People who write and agree while the platform dies and rises: what each was told is remembered, and must stand."""

import asyncio
from collections import Counter
from collections.abc import Sequence

import aiohttp

from kanhe.kit.clock import SystemClock, from_ms, iso
from kanhe.kit.stream import Stream
from kanhe.protocols.events import Event, ReceiptInDoubt, ReceiptTaken
from kanhe.protocols.link import TellInbound
from kanhe.protocols.server import DoorSession
from kanhe.sim.carrier import SimulatedCarrier
from kanhe.sim.papers import API_KEY, CHINA_OFFERS

CLOCK = SystemClock()
FIRST = 8_613_900_000_000
EVERY_S = 0.02
# Who finds nobody there comes back after a while.
AWAY_S = 0.3
PORT_OF_OFFERS = "10690000002"
REFUSALS = ("TD", "退订", "ＳＴＯＰ", "t", "不要再发了。")
QUESTION = "请问今天几点关门"
CONSENT = {"sender": CHINA_OFFERS, "categories": ["marketing"], "method": "express"}
KANHE = "kanhe"  # as the platform logs in at its carrier


class NotingCarrier(SimulatedCarrier):
    """Knows of each inbound message whether it was acknowledged, and how often it may have been handed over again."""

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)
        self.acknowledged: set[int] = set()
        self.again: Counter[int] = Counter()

    def note_open(self) -> None:
        """The platform is about to die: what it has not answered comes once more."""
        for stream in self._streams.values():
            self.again.update(_open(stream))

    def _count(self, events: Sequence[Event]) -> None:
        super()._count(events)
        self.acknowledged |= {e.ref for e in events if type(e) is ReceiptTaken and isinstance(e.ref, int)}
        self.again.update(e.ref for e in events if type(e) is ReceiptInDoubt and isinstance(e.ref, int))

    def _take(self, stream: Stream[DoorSession], pdus: Sequence[object]) -> None:
        unanswered, cuts = _open(stream), self.counters.dropped
        super()._take(stream, pdus)
        if self.counters.dropped > cuts:
            self.again.update(unanswered)


def _open(stream: Stream[DoorSession]) -> list[int]:
    """Whose messages a session has been told and has not answered."""
    return [tell.ref for _, tell in stream.machine._telling.open.values() if isinstance(tell.ref, int)]


class People:
    """One after the other, each with a number of its own: in turn agreeing and refusing, agreeing, refusing, asking."""

    def __init__(self, carrier: NotingCarrier, port: int) -> None:
        self.agreed: set[int] = set()  # answered 201
        self.refused: set[int] = set()  # have written a refusal
        self.asked: set[int] = set()
        self._carrier, self._url = carrier, f"http://127.0.0.1:{port}/v1/consents"
        self._open = True

    async def live(self) -> None:
        """Until the house closes."""
        number = FIRST
        headers = {"Authorization": f"Bearer {API_KEY}"}
        async with aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(total=5.0)) as session:
            while self._open:
                await self._one(session, number, (number - FIRST) % 4)
                number += 1
                await asyncio.sleep(EVERY_S)

    def close(self) -> None:
        """Nobody comes any more."""
        self._open = False

    @property
    def unheard(self) -> set[int]:
        """Who has written and was not acknowledged."""
        return (self.refused | self.asked) - self._carrier.acknowledged

    async def _one(self, session: aiohttp.ClientSession, number: int, turn: int) -> None:
        if turn in (0, 1) and await self._agree(session, number):
            self.agreed.add(number)
        if turn in (0, 2):
            self.refused.add(number)
            self._say(number, REFUSALS[number // 4 % len(REFUSALS)])
        if turn == 3:
            self.asked.add(number)
            self._say(number, QUESTION)

    def _say(self, number: int, text: str) -> None:
        at = from_ms(CLOCK.now_ms())
        self._carrier.say(KANHE, TellInbound(number, str(number), PORT_OF_OFFERS, text, at))

    async def _agree(self, session: aiohttp.ClientSession, number: int) -> bool:
        """Whether the platform has said that the consent is on file; a platform that is away says nothing."""
        body = CONSENT | {"to": f"+{number}", "captured_at": iso(CLOCK.now_ms())}
        try:
            async with session.post(self._url, json=body) as answer:
                assert answer.status == 201, await answer.text()
                return True
        except (aiohttp.ClientError, TimeoutError):
            await asyncio.sleep(AWAY_S)
            return False
