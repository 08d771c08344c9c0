"""What waits for one endpoint: due now, due later, in flight; and how the endpoint has behaved."""

import heapq
from collections import deque

from kanhe.ports.change import Job

# Kept in memory for one endpoint, some 5 MB; the rest waits in the store and is fetched when this is used up.
LINE_MAX = 5_000
# Receivers are built for a handful of requests at a time; a hundred would be an attack.
AT_ONCE_MAX = 8


class Line:
    """One endpoint's deliveries."""

    def __init__(self, account: int, endpoint: str, now: int) -> None:
        self.account, self.endpoint = account, endpoint
        self.ready: deque[Job] = deque()
        self._later: list[tuple[int, int, Job]] = []
        self._known: set[int] = set()
        self.flying = 0
        self.failures = 0  # in a row
        self.error = ""  # what it said last, or why it said nothing
        self.rests_until = 0  # ms
        self.delivered_at = now  # the last success; the start of this process before the first
        self.behind = True  # the store holds more, or may

    def __len__(self) -> int:
        return len(self._known)

    def put(self, job: Job, now: int) -> None:
        """Let a job wait here, if there is room and it does not already."""
        if job.id in self._known:
            return
        if len(self._known) >= LINE_MAX:
            self.behind = True
            return
        self._known.add(job.id)
        if job.at <= now:
            self.ready.append(job)
        else:
            heapq.heappush(self._later, (job.at, job.id, job))

    def ripen(self, now: int) -> None:
        """Move what has become due."""
        while self._later and self._later[0][0] <= now:
            self.ready.append(heapq.heappop(self._later)[2])

    def take(self, now: int) -> Job | None:
        """The next job to deliver now: one at a time while the endpoint fails, none while it rests."""
        if not self.ready or now < self.rests_until or self.flying >= (1 if self.failures else AT_ONCE_MAX):
            return None
        self.flying += 1
        return self.ready.popleft()

    def landed(self, job: Job) -> None:
        """A delivery has come back, one way or the other, and what became of it is written."""
        self._known.discard(job.id)

    def next_at(self) -> int | None:
        """When something may be done next; None: when something comes."""
        due = [self._later[0][0]] if self._later else []
        if self.ready and self.rests_until:
            due.append(self.rests_until)
        return min(due, default=None)
