"""Parts of long messages, joined: octets first, decoded after, because peers cut inside characters.

A reassembly is known by (source, destination, reference size, reference, total). Parts come in any order, twice, or never.
"""

from collections import OrderedDict
from typing import NamedTuple, TypeAlias

from msgspec import Struct, structs

from kanhe.protocols.text.alphabets import NO_SHIFT, Alphabet, Shift, decode
from kanhe.protocols.text.byte_order import ByteOrder, in_order
from kanhe.protocols.text.headers import Concat

# A handset that was off sends the rest when it is back; after two days nobody waits for it.
JOIN_WAIT_S = 48 * 3600.0

# Memory is bounded whatever peers send: 20,000 reassemblies of 255 parts would be their whole attack.
JOINS_MAX = 20_000

# What a reader sees where segments never came.
GAP = "…"

JoinKey: TypeAlias = tuple[str, str, int, int, int]


class Part(Struct, frozen=True, gc=False, array_like=True):
    """One message, or one part of one, as it came."""

    source: str
    destination: str
    octets: bytes
    alphabet: Alphabet = Alphabet.GSM7
    shift: Shift = NO_SHIFT
    concat: Concat | None = None


class Joined(NamedTuple):
    """A whole message; `missing` parts are marked when the wait is over."""

    source: str
    destination: str
    text: str
    parts: int
    missing: tuple[int, ...] = ()


def join_key(part: Part) -> JoinKey | None:
    """Under what a part waits for its others; None when it stands alone."""
    concat = part.concat
    if concat is None or concat.total == 1:
        return None
    return part.source, part.destination, concat.reference_bits, concat.reference, concat.total


def join(parts: dict[int, Part], total: int) -> Joined:
    """The text of parts by number, a mark in the place of what is missing. Neighbours of one alphabet are decoded as one run."""
    text, run = "", b""
    for number in range(1, total + 1):
        part, following = parts.get(number), parts.get(number + 1)
        if part is None:
            text += GAP if number == 1 or number - 1 in parts else ""  # one mark for a run
            continue
        run += part.octets
        if following is None or (following.alphabet, following.shift) != (part.alphabet, part.shift):
            text, run = text + decode(run, part.alphabet, part.shift), b""
    missing = tuple(number for number in range(1, total + 1) if number not in parts)
    first = next(iter(parts.values()))
    return Joined(first.source, first.destination, text, total, missing)


def in_our_order(part: Part, order: ByteOrder) -> Part:
    """A part whose UCS-2 came in another order."""
    if order is ByteOrder.BE or part.alphabet is not Alphabet.UCS2:
        return part
    return structs.replace(part, octets=in_order(part.octets, order))


class Joiner:
    """Joins in memory alone, for peers that may forget; ours are kept in the store (`inbound/joining.py`)."""

    def __init__(self, wait_s: float = JOIN_WAIT_S, joins_max: int = JOINS_MAX) -> None:
        self._wait_s = wait_s
        self._joins_max = joins_max
        self._open: OrderedDict[JoinKey, tuple[float, dict[int, Part]]] = OrderedDict()

    def add(self, part: Part, now: float) -> Joined | None:
        """The whole message, once its last part is here."""
        key = join_key(part)
        if key is None or part.concat is None:
            return join({1: part}, 1)
        _, parts = self._open.setdefault(key, (now, {}))
        parts[part.concat.sequence] = part
        if len(parts) < part.concat.total:
            return None
        del self._open[key]
        return join(parts, part.concat.total)

    def expire(self, now: float) -> list[Joined]:
        """What waited too long, or is too much to keep: delivered with its missing parts marked."""
        expired = []
        while self._open:
            key, (since, parts) = next(iter(self._open.items()))
            if now < since + self._wait_s and len(self._open) <= self._joins_max:
                break
            del self._open[key]
            expired.append(join(parts, key[-1]))
        return expired
