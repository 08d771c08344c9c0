"""The board: every message on its way, in memory. The store is the truth; the board is rebuilt from it at start."""

from collections.abc import Iterable
from enum import IntEnum
from typing import Protocol

import msgspec

from kanhe.domain.message import Message
from kanhe.domain.state import MOVES, State
from kanhe.domain.verdict import Verdict

# One step of the trail: (instant ms, what happened, where, code, carrier's word or id). A plain tuple: a message collects
# three or four of them, and they are packed together when it settles.
Step = tuple[int, str, object, object, object]


class Part(IntEnum):
    """What became of one segment, in the order in which the worst decides for the message."""

    WAITING = 0  # not written yet, or written and unanswered
    TAKEN = 1
    AGAIN = 2  # refused for the moment
    DOUBT = 3  # written, never answered
    REFUSED = 4


class Sendable(Protocol):
    """What a connector must know of a message to write it: of a `Live`, which alone may be handed over, or of a specimen to look at."""

    @property
    def message(self) -> Message:
        """The message."""
        ...

    @property
    def verdict(self) -> Verdict:
        """The verdict that it rests on."""
        ...

    @property
    def source(self) -> str:
        """The sender id as the recipient sees it."""
        ...

    @property
    def usable_until(self) -> int:
        """Until when a carrier may try, ms."""
        ...


class Live:
    """A message on its way: its verdict in force, its state, and what its segments have seen."""

    __slots__ = (
        "again",
        "carrier_ids",
        "connector",
        "final",
        "in_flight",
        "keys",
        "message",
        "parts",
        "price",
        "resent",
        "salt",
        "segments",
        "source",
        "state",
        "trail",
        "tries",
        "unit",
        "verdict",
    )

    def __init__(
        self, message: Message, verdict: Verdict, state: State, segments: int, price: int, salt: bytes
    ) -> None:
        self.message = message
        self.state = state
        self.salt = salt
        self.connector = ""
        self.source = ""  # the sender id as the recipient sees it
        self.keys: list[tuple[str, str]] = []  # under which its segments stand on the board
        self.tries = 0  # how often the carrier has put it off
        self.in_flight = 0  # segments written and not answered
        self.resent = False  # it has had its one second submit
        self.trail: list[Step] = []
        self.parts: list[Part] = []
        self.carrier_ids: list[str | None] = []
        self.final: list[State | None] = []  # the carrier's final word on each segment
        self.segments = 0
        self.rest_on(verdict, segments, price)

    def rest_on(self, verdict: Verdict, segments: int, price: int) -> None:
        """Take `verdict` as the one in force; segments the carrier has already taken stay taken."""
        self.verdict = verdict
        self.again = False  # True: it must be judged anew before it may leave
        self.price = price  # still reserved, micro-units
        if segments != len(self.parts):
            self.segments = segments
            self.parts = [Part.WAITING] * segments
            self.carrier_ids = [None] * segments
            self.final = [None] * segments
        self.unit = price // max(self.to_send_count, 1)

    @property
    def usable_until(self) -> int:
        """Until when a carrier may try: no longer than the message has use, nor than its verdict holds (hours close)."""
        return min(self.message.expires_at, self.verdict.valid_until)

    @property
    def taken(self) -> bool:
        """Whether the carrier took any segment, for all we know: what is in doubt stays counted."""
        return Part.TAKEN in self.parts or Part.DOUBT in self.parts

    @property
    def to_send_count(self) -> int:
        """How many segments the carrier has not taken."""
        return self.segments - self.parts.count(Part.TAKEN)

    def to_send(self) -> list[int]:
        """Segments to be written now, in order; from here on they are in flight."""
        sending = [i for i, part in enumerate(self.parts) if part is not Part.TAKEN]
        self.in_flight = len(sending)
        return sending

    def move(self, state: State) -> None:
        """Go to `state`; a move the table does not have is a programmer's error."""
        assert state in MOVES[self.state], f"{self.state.word} -> {state.word}"
        self.state = state

    def reopen(self) -> None:
        """Back to due, to be judged anew: the carrier has refused the moment, or its one second submit is allowed."""
        self.move(State.DUE)
        self.again = True


class Board:
    """Live messages by id, and their segments by the carrier's id."""

    def __init__(self) -> None:
        self.lives: dict[int, Live] = {}
        self._segments: dict[tuple[str, str], tuple[Live, int]] = {}

    def __len__(self) -> int:
        return len(self.lives)

    def put(self, live: Live) -> None:
        """Take a message onto the board."""
        self.lives[live.message.id] = live

    def know(self, connector: str, keys: Iterable[str], carrier_id: str, live: Live, segment: int) -> None:
        """The carrier has named a segment; `keys` are the forms in which a receipt may name it."""
        live.carrier_ids[segment] = carrier_id
        for key in keys:
            self._segments[connector, key] = (live, segment)
            live.keys.append((connector, key))

    def find(self, connector: str, ids: Iterable[str], number: int) -> tuple[Live, int] | None:
        """The segment a receipt speaks of: the first form of its id that is known, and for the same recipient."""
        for carrier_id in ids:
            found = self._segments.get((connector, carrier_id))
            if found is not None and found[0].message.recipient == number:
                return found
        return None

    def drop(self, live: Live) -> None:
        """The message is settled: forget it."""
        self.lives.pop(live.message.id, None)
        for key in live.keys:
            self._segments.pop(key, None)


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(list[tuple[int, str, object, object, object]])


def pack_trail(trail: list[Step]) -> bytes:
    """The trail as the store keeps it."""
    return _ENCODER.encode(trail)


def unpack_trail(packed: bytes) -> list[Step]:
    """The trail again."""
    return _DECODER.decode(packed)
