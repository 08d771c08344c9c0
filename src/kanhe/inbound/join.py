"""Segments of inbound messages become whole again: octets are joined first and decoded after (peers cut inside a character)."""

from collections import OrderedDict
from collections.abc import Callable

import msgspec

from kanhe.ports.carrier import InboundPart

# 3GPP TS 23.040 gives no limit; handsets re-send a missing part within a day at most.
WAIT_MS = 24 * 3_600_000
# An attacker can open a joining per part: 10,000 of them at 255 parts of 140 octets are 350 MB at the very worst.
OPEN_MAX = 10_000


class Whole(msgspec.Struct, frozen=True):
    """An inbound message: joined, decoded, or given up incomplete."""

    connector: str
    number: int
    to: str
    text: str
    at: int
    parts: int = 1
    complete: bool = True


_Key = tuple[str, int, str, int, int]


class Joiner:
    """Messages whose parts have not all come, oldest first."""

    def __init__(self, decode: Callable[[bytes, str], str]) -> None:
        self._decode = decode
        self._open: OrderedDict[_Key, dict[int, InboundPart]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._open)

    def add(self, connector: str, part: InboundPart) -> Whole | None:
        """The whole message when `part` was its last; a part that came twice changes nothing."""
        if part.total <= 1:
            return self._whole(connector, [part], complete=True)
        key = (connector, part.number, part.to, part.reference, part.total)
        parts = self._open.setdefault(key, {})
        parts[part.part] = part
        if len(parts) < part.total:
            return None
        del self._open[key]
        return self._whole(connector, [parts[i] for i in sorted(parts)], complete=True)

    def overdue(self, now: int) -> list[Whole]:
        """What has waited too long (or is one too many), with what there is of it."""
        given_up = []
        for key, parts in list(self._open.items()):
            waited = now - next(iter(parts.values())).at
            if waited <= WAIT_MS and len(self._open) <= OPEN_MAX:
                break
            del self._open[key]
            given_up.append(self._whole(key[0], [parts[i] for i in sorted(parts)], complete=False))
        return given_up

    def _whole(self, connector: str, parts: list[InboundPart], *, complete: bool) -> Whole:
        first = parts[0]
        if len({part.alphabet for part in parts}) == 1:
            text = self._decode(b"".join(part.body for part in parts), first.alphabet)
        else:
            text = "".join(self._decode(part.body, part.alphabet) for part in parts)
        return Whole(connector, first.number, first.to, text, first.at, len(parts), complete)
