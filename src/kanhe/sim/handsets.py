"""What arrived: counters, the tags of benches, and every text as the handset shows it."""

import re
from collections import Counter, deque
from dataclasses import dataclass, field

from msgspec import Struct

from kanhe.protocols.text.alphabets import decode
from kanhe.protocols.text.joining import Joiner, Part

# What a bench puts into each text, so that nothing lost and nothing doubled can be shown: a run, a dash, a number.
find_tag = re.compile(r"(?<![0-9a-z])[0-9a-z]{4,6}-\d{7}").search

# The log is for eyes and tests: an afternoon of rehearsal. Benches turn it off and count tags.
LOG_MAX = 10_000

# Segments of one message come within seconds; a rehearsal does not wait for the rest longer.
JOIN_WAIT_S = 600.0


class Arrival(Struct, frozen=True, gc=False):
    """One whole text that came to the carrier."""

    at_ms: int
    account: str
    source: str
    destination: str
    text: str
    parts: int = 1
    reached: bool = True  # False: taken, and the handset never got it


@dataclass(slots=True)
class Counters:
    """Everything a carrier saw and did; `tags` counts how often the handsets got each tag."""

    binds: int = 0
    submissions: int = 0
    taken: int = 0
    rejected: int = 0
    throttled: int = 0
    unanswered: int = 0
    dropped: int = 0
    messages: int = 0  # whole texts, segments joined
    receipts_sent: int = 0
    receipts_lost: int = 0
    inbound_sent: int = 0
    deliveries_answered: int = 0  # receipts and inbound messages the customer acknowledged
    deliveries_in_doubt: int = 0
    faults: int = 0
    sessions_lost: int = 0
    tags: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, times: int = 1) -> None:
        """Move a counter by its name."""
        setattr(self, name, getattr(self, name) + times)

    @property
    def doubled(self) -> dict[str, int]:
        """Tags that came more than once."""
        return {tag: times for tag, times in self.tags.items() if times > 1}


class Handsets:
    """All recipients together. `keep` off: tags are counted and nothing else is remembered."""

    def __init__(self, counters: Counters, keep: bool) -> None:
        self.log: deque[Arrival] = deque(maxlen=LOG_MAX)
        self._counters = counters
        self._keep = keep
        self._joiner = Joiner(JOIN_WAIT_S)

    def take(self, part: Part, account: str, at_ms: int, reached: bool) -> str | None:
        """A segment was taken: the text, if it is whole now."""
        text, parts = self._text(part, at_ms)
        if text is None:
            return None
        self._counters.messages += 1
        tag = find_tag(text)
        if tag is not None and reached:
            self._counters.tags[tag.group()] += 1
        if self._keep:
            self.log.append(Arrival(at_ms, account, part.source, part.destination, text, parts, reached))
        return text

    def _text(self, part: Part, at_ms: int) -> tuple[str | None, int]:
        """Most texts come in one segment: those need no joiner."""
        if part.concat is None:
            return decode(part.octets, part.alphabet, part.shift), 1
        self._joiner.expire(at_ms / 1000)
        joined = self._joiner.add(part, at_ms / 1000)
        return (joined.text, joined.parts) if joined else (None, 0)

    @property
    def texts(self) -> dict[str, list[str]]:
        """What each number received, as far as the log goes back."""
        found: dict[str, list[str]] = {}
        for arrival in self.log:
            if arrival.reached:
                found.setdefault(arrival.destination, []).append(arrival.text)
        return found
