"""Segments of messages from people, joined across sessions, restarts and the connectors of one carrier.

Each segment is committed before its carrier is answered (`Change.parts`), so that everything here can be made anew from the store at any
start. Segments come in any order, twice, late, or never: what stays incomplete is handed on with a mark.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from kanhe.kit.clock import HOUR_MS, MINUTE_MS
from kanhe.ports.change import KeptPart
from kanhe.protocols.text.joining import Joined, JoinKey, join, join_key

# A handset that went out of reach sends the rest within hours; after a day nobody waits for it, and a reader is better served with half.
WAIT_MS = 24 * HOUR_MS
# A carrier repeats what it thinks unanswered within minutes. A reference that comes again later belongs to another message.
REPEATED_MS = 15 * MINUTE_MS
# Memory is bounded whatever peers send; beyond this the oldest are handed on as they are.
OPEN_MAX = 20_000

Key: TypeAlias = tuple[str, JoinKey]


class Whole(NamedTuple):
    """A message as it came together, and by which connector its last segment came."""

    connector: str
    joined: Joined


@dataclass(slots=True)
class Joint:
    """What a batch of segments, or the passing of time, makes."""

    wholes: list[Whole] = field(default_factory=list)
    kept: list[KeptPart] = field(default_factory=list)  # to be written
    gone: list[int] = field(default_factory=list)  # kept ones that are needed no more


@dataclass(slots=True)
class Waiting:
    """The segments of one message that are here, by their number."""

    total: int
    parts: dict[int, KeptPart] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether none is missing."""
        return len(self.parts) == self.total

    @property
    def began(self) -> int:
        """When the first one came, ms."""
        return next(iter(self.parts.values())).at

    @property
    def ended(self) -> int:
        """When the newest one came, ms."""
        return next(reversed(self.parts.values())).at

    def whole(self) -> Whole:
        """The message, with a mark where segments are missing."""
        newest = next(reversed(self.parts.values()))
        return Whole(newest.connector, join({number: kept.part for number, kept in self.parts.items()}, self.total))

    def ids(self) -> Iterator[int]:
        """The rows of its segments."""
        return (kept.id for kept in self.parts.values())


class Joins:
    """All messages that wait for segments, and for a while those that came together: their carrier may repeat them."""

    def __init__(self, kept: Iterable[KeptPart] = ()) -> None:
        """`kept` is what the store has, oldest first."""
        self._open: dict[Key, Waiting] = {}  # in the order of their first segments
        self._done: dict[Key, Waiting] = {}  # in the order of their last
        for part in kept:
            self._place(part)

    def __len__(self) -> int:
        """How many messages wait for segments."""
        return len(self._open)

    def take(self, parts: Iterable[KeptPart]) -> Joint:
        """Segments that came: what they complete, and what is to be written before they are answered."""
        joint = Joint()
        for part in parts:
            if join_key(part.part) is None:
                joint.wholes.append(Whole(part.connector, join({1: part.part}, 1)))
            elif not self._known(part, joint):
                joint.kept.append(part)
                joint.wholes.extend(self._place(part))
        return joint

    def overdue(self, now: int) -> Joint:
        """What waited too long, or is too much to keep, with its mark; and what need not be remembered any more."""
        joint = Joint()
        surplus = len(self._open) - OPEN_MAX
        for key in [
            key
            for place, (key, waiting) in enumerate(self._open.items())
            if place < surplus or waiting.began + WAIT_MS <= now
        ]:
            self._give_up(self._open.pop(key), joint)
        for key in [key for key, waiting in self._done.items() if waiting.ended + REPEATED_MS <= now]:
            joint.gone.extend(self._done.pop(key).ids())
        return joint

    def _known(self, part: KeptPart, joint: Joint) -> bool:
        """Whether this is a repeat. The same number with other octets is the reference used again: the older message ends here."""
        key, number = _key(part), _number(part)
        waiting = self._open.get(key) or self._done.get(key)
        if waiting is None or number not in waiting.parts:
            return False
        if waiting.parts[number].part.octets == part.part.octets:
            return True
        if self._done.pop(key, None) is not None:
            joint.gone.extend(waiting.ids())
        else:
            self._give_up(self._open.pop(key), joint)
        return False

    def _place(self, part: KeptPart) -> Iterable[Whole]:
        """Put a segment beside the others of its message; the message, if that was the last."""
        assert part.part.concat is not None, "one that stands alone is not kept"
        key = _key(part)
        waiting = self._open.setdefault(key, Waiting(part.part.concat.total))
        waiting.parts[_number(part)] = part
        if not waiting.complete:
            return ()
        self._done[key] = self._open.pop(key)
        return (waiting.whole(),)

    def _give_up(self, waiting: Waiting, joint: Joint) -> None:
        joint.wholes.append(waiting.whole())
        joint.gone.extend(waiting.ids())


def _key(part: KeptPart) -> Key:
    key = join_key(part.part)
    assert key is not None, "one that stands alone waits for nothing"
    return part.carrier, key


def _number(part: KeptPart) -> int:
    assert part.part.concat is not None, "one that stands alone has no number"
    return part.part.concat.sequence
