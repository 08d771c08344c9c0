"""Message ids: 63 bits = 41 of milliseconds, 10 of node, 12 of counter; rising, never going back."""

from kanhe.kit.clock import Clock

# 2025-01-01T00:00:00Z. 41 bits of milliseconds from here last until 2094.
EPOCH_MS = 1_735_689_600_000
NODE_BITS = 10
COUNTER_BITS = 12
# 4,096 ids a millisecond and node are 4 million a second, 100 times what one process can judge.
COUNTER_MAX = (1 << COUNTER_BITS) - 1
NODE_MAX = (1 << NODE_BITS) - 1


class IdSource:
    """Ids of one node. When the counter of a millisecond is used up it borrows from the next."""

    def __init__(self, clock: Clock, node: int, after: int = 0) -> None:
        assert 0 <= node <= NODE_MAX, "node fits its 10 bits"
        self._clock = clock
        self._node = node << COUNTER_BITS
        self._tick = (after >> (NODE_BITS + COUNTER_BITS)) if after else 0
        self._counter = COUNTER_MAX if after else 0

    def next(self) -> int:
        """One id, greater than every id before."""
        return self.take(1)[0]

    def take(self, count: int) -> list[int]:
        """`count` rising ids."""
        now = self._clock.now_ms() - EPOCH_MS
        tick, counter = self._tick, self._counter
        if now > tick:
            tick, counter = now, -1
        ids = []
        base = (tick << (NODE_BITS + COUNTER_BITS)) | self._node
        for _ in range(count):
            counter += 1
            if counter > COUNTER_MAX:
                tick, counter = tick + 1, 0
                base = (tick << (NODE_BITS + COUNTER_BITS)) | self._node
            ids.append(base | counter)
        self._tick, self._counter = tick, counter
        return ids


def instant_of(identifier: int) -> int:
    """The millisecond (Unix epoch) in which `identifier` was made."""
    return (identifier >> (NODE_BITS + COUNTER_BITS)) + EPOCH_MS


def first_of(instant_ms: int) -> int:
    """The smallest id that could be made at `instant_ms`: turns a time range into an id range."""
    return max(instant_ms - EPOCH_MS, 0) << (NODE_BITS + COUNTER_BITS)
