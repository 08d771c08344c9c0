"""Deliveries of a gateway: each is handed over once and answered after it is kept, however often the gateway sends it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from kanhe.protocols.events import Event, Inbound, NumberState, PeerFault, Receipt
from kanhe.protocols.exchange.memory import Recent

# A gateway repeats what is open, and no more is open than its window; a thousand is many windows.
DELIVERIES_MAX = 1_000

Reading: TypeAlias = Receipt | Inbound | NumberState


class Readings(Protocol):
    """How a protocol's deliveries read."""

    def read(self, delivery: Any) -> Reading:
        """Say what a delivery is."""

    def content_of(self, delivery: Any) -> tuple[object, object]:
        """The key that a repeat has again, and what must be equal then."""


@dataclass(slots=True, eq=False)
class Delivery:
    """What is remembered of one: its content, how it was answered, and repeats that came before the answer."""

    content: object
    status: int | None = None
    repeats: list[Any] = field(default_factory=list)


class Inbox:
    """The deliveries of one connection."""

    def __init__(self, readings: Readings, answer: Callable[[Any, int], None], other_content: int) -> None:
        """`other_content`: the status for a known key with another content."""
        self._readings = readings
        self._answer = answer
        self._other_content = other_content
        self._known: Recent[object, Delivery] = Recent(DELIVERIES_MAX)

    def take(self, delivery: Any) -> list[Event]:
        """Hand a delivery over, or answer a repeat as the first one was."""
        key, content = self._readings.content_of(delivery)
        known = self._known.get(key)
        if known is None:
            self._known.put(key, Delivery(content))
            return self._read(delivery)
        if known.content != content:
            self._answer(delivery, self._other_content)
            return [PeerFault("sequence_repeated", self._other_content)]
        if known.status is None:
            known.repeats.append(delivery)
        else:
            self._answer(delivery, known.status)
        return []

    def _read(self, delivery: Any) -> list[Event]:
        found = self._readings.read(delivery)
        if isinstance(found, NumberState):  # there is nothing to answer it with later
            self.settle(delivery, 0)
        return [found]

    def settle(self, delivery: Any, status: int) -> None:
        """Answer a delivery and its repeats; one that was refused is handed over again when it comes again."""
        key, _content = self._readings.content_of(delivery)
        known = self._known.get(key)
        self._answer(delivery, status)
        if known is None:
            return
        for repeat in known.repeats:
            self._answer(repeat, status)
        known.repeats.clear()
        known.status = status
        if status:
            self._known.pop(key)
