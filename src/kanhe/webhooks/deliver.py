"""The deliverer: takes what was committed to the receivers, tries again, gives up, and writes what became of it.

At least once: a delivery whose outcome was not committed is made again, under the same `webhook-id`. The store is the truth;
a line in memory holds what is next, and is filled again from the store when it runs dry.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Protocol

from kanhe.domain.papers import Endpoint
from kanhe.kit.clock import Clock
from kanhe.kit.faults import Faults
from kanhe.kit.ids import instant_of
from kanhe.kit.inflow import Inflow
from kanhe.kit.rng import Rng
from kanhe.kit.vault import SecretUnreadableError, Vault
from kanhe.ports.change import Change, Job, Rank
from kanhe.ports.store import CommitFailedError, Store
from kanhe.records.books import Books
from kanhe.webhooks import file, schedule
from kanhe.webhooks.client import AT_ONCE_MAX, Client, Outcome
from kanhe.webhooks.line import LINE_MAX, Line
from kanhe.webhooks.signing import KeyInvalidError, in_force, sign

logger = logging.getLogger("kanhe.webhooks")

# Outcomes that one commit writes.
OUTCOMES_MAX = 256
# How long a timer sleeps at most before it looks at the wall clock again: that may have been set.
LOOK_AGAIN_S = 1.0
# When the store cannot write, deliveries stand still; it is asked again at this pace.
WRITE_AGAIN_S = 1.0
# Failures in a row that are no hiccup: with the rests between them more than a minute.
COMPLAIN_AFTER = 5
USER_AGENT = "Kanhe-Webhooks/1"

BROKEN = Outcome(error="a fault of the platform")

Key = tuple[int, str]  # account, name of the endpoint


class Backlog(Protocol):
    """What the deliverer asks of the store's lists."""

    def waiting(self, account: int, endpoint: str, after: int, limit: int) -> Sequence[Job]:
        """What waits for an endpoint behind an id, oldest first."""
        ...


class Deliverer:
    """Lines of all endpoints; `start`, `put`, `stop`."""

    def __init__(
        self,
        store: Store,
        backlog: Backlog,
        books: Books,
        vault: Vault,
        client: Client,
        clock: Clock,
        rng: Rng,
        look_again_s: float = LOOK_AGAIN_S,
        faults: Faults | None = None,
    ) -> None:
        self._store, self._backlog, self._books, self._vault = store, backlog, books, vault
        self._client, self._clock, self._rng = client, clock, rng
        self._look_again_s = look_again_s
        self._faults = faults or Faults()
        self._lines: dict[Key, Line] = {}
        self._timers: dict[Key, asyncio.TimerHandle] = {}
        self._flights: set[asyncio.Task[None]] = set()
        self._starved: deque[Line] = deque()
        self._outcomes: Inflow[tuple[Line, Job, Outcome]] = Inflow()
        self._settling: asyncio.Task[None] | None = None

    def start(self) -> "asyncio.Task[None]":
        """Take up what a former process left; its loop, to be watched."""
        self._settling = asyncio.create_task(self._settle_loop(), name="webhooks-settle")
        for key, endpoint in list(self._books.endpoints.items()):
            if endpoint.enabled:
                self._pump(self._line(key))
        return self._settling

    async def stop(self) -> None:
        """Leave what is in flight; it is delivered again at the next start."""
        tasks = [*self._flights, *([self._settling] if self._settling else [])]
        for handle in self._timers.values():
            handle.cancel()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def put(self, jobs: Iterable[Job]) -> None:
        """Deliver these: their commit is done."""
        now = self._clock.now_ms()
        lines = {}
        for job in jobs:
            line = lines[job.account, job.endpoint] = self._line((job.account, job.endpoint))
            line.put(job, now)
        for line in lines.values():
            self._pump(line)

    def resume(self, account: int, endpoint: str) -> None:
        """An endpoint was switched on, or changed: try it afresh."""
        line = self._line((account, endpoint))
        line.failures, line.rests_until, line.behind = 0, 0, True
        self._pump(line)

    def complaints(self) -> list[str]:
        """Which endpoints take nothing, and why."""
        return [
            f"webhook `{line.endpoint}` of account {line.account} has failed {line.failures} times in a row: {line.error}"
            for line in self._lines.values()
            if line.failures >= COMPLAIN_AFTER
        ]

    async def forget(self, account: int, endpoint: str) -> None:
        """An endpoint is no more: nor is what waited for it."""
        self._lines.pop((account, endpoint), None)
        while jobs := self._backlog.waiting(account, endpoint, 0, LINE_MAX):
            now = self._clock.now_ms()
            await self._store.commit(Change(Rank.REPORTS, now, finished=[job.id for job in jobs]))

    # --- lines ---

    def _line(self, key: Key) -> Line:
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = Line(*key, self._clock.now_ms())
        return line

    def _pump(self, line: Line) -> None:
        """Start what may start, fetch what is behind, and come back when the next is due."""
        now = self._clock.now_ms()
        endpoint = self._books.endpoints.get((line.account, line.endpoint))
        if self._lines.get((line.account, line.endpoint)) is not line:
            return  # its endpoint was struck out while something was in flight
        if endpoint is None or not endpoint.enabled:
            del self._lines[line.account, line.endpoint]
            return
        line.ripen(now)
        if line.behind and len(line) < LINE_MAX // 2:
            self._fill(line, now)
        while len(self._flights) < AT_ONCE_MAX and (job := line.take(now)) is not None:
            flight = asyncio.create_task(self._fly(line, job, endpoint), name="webhook")
            self._flights.add(flight)
            flight.add_done_callback(self._flights.discard)
        if len(self._flights) >= AT_ONCE_MAX and line.ready:
            self._starved.append(line)
        self._arm(line, now)

    def _fill(self, line: Line, now: int) -> None:
        jobs = self._backlog.waiting(line.account, line.endpoint, 0, LINE_MAX)
        line.behind = len(jobs) == LINE_MAX
        for job in jobs:
            line.put(job, now)

    def _arm(self, line: Line, now: int) -> None:
        key = (line.account, line.endpoint)
        if (timer := self._timers.pop(key, None)) is not None:
            timer.cancel()
        if (due := line.next_at()) is not None:
            wait = min(max(due - now, 1) / 1000, self._look_again_s)
            self._timers[key] = asyncio.get_running_loop().call_later(wait, self._pump, line)

    # --- one delivery ---

    async def _fly(self, line: Line, job: Job, endpoint: Endpoint) -> None:
        outcome = await self._faults.endure("webhook", BROKEN, self._outcome(job, endpoint))
        self._outcomes.put([(line, job, outcome)])

    async def _outcome(self, job: Job, endpoint: Endpoint) -> Outcome:
        now = self._clock.now_ms()
        identifier, timestamp = f"evt_{job.id}", now // 1000
        try:
            kept = self._vault.open(endpoint.secret, file.sealed_name(endpoint.account, endpoint.name))
            signature = sign(in_force(kept, now), identifier, timestamp, job.body)
        except (SecretUnreadableError, KeyInvalidError) as error:
            return Outcome(error=str(error))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": USER_AGENT,
            "webhook-id": identifier,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature,
        }
        return await self._client.post(endpoint.url, job.body, headers)

    # --- what became of it ---

    async def _settle_loop(self) -> None:
        while True:
            landed = await self._outcomes.take(OUTCOMES_MAX)
            try:
                await self._settle(landed)
            except CommitFailedError as error:
                logger.warning("outcomes of %d webhooks wait to be written: %s", len(landed), error)
                await asyncio.sleep(WRITE_AGAIN_S)
                self._outcomes.put(landed)

    async def _settle(self, landed: Sequence[tuple[Line, Job, Outcome]]) -> None:
        """Write a batch of outcomes in one commit; then go on with their lines."""
        now = self._clock.now_ms()
        finished = [job.id for _, job, outcome in landed if outcome.delivered]
        retried = [
            (line, schedule.again(job, now, self._rng, outcome.retry_after_s))
            for line, job, outcome in landed
            if not outcome.delivered
        ]
        await self._store.commit(Change(Rank.REPORTS, now, jobs=[job for _, job in retried], finished=finished))
        for line, job, outcome in landed:
            line.flying -= 1
            line.landed(job)
            _behaved(line, outcome, now)
        for line, job in retried:
            if not job.dead:
                line.put(job, now)
        await self._switch_off(landed, retried, now)
        lines = {id(line): line for line, *_ in landed} | {id(line): line for line in self._starved}
        self._starved.clear()
        for line in lines.values():
            self._pump(line)

    async def _switch_off(
        self, landed: Sequence[tuple[Line, Job, Outcome]], retried: Sequence[tuple[Line, Job]], now: int
    ) -> None:
        """Endpoints that want no more, or took nothing in all the time that a job was tried."""
        gone = {id(line): (line, "it answered 410") for line, _, outcome in landed if outcome.gone}
        dead = {
            id(line): (line, "nothing was delivered for three days")
            for line, job in retried
            if job.dead and line.delivered_at <= instant_of(job.id)
        }
        for line, why in {**dead, **gone}.values():
            endpoint = self._books.endpoints.get((line.account, line.endpoint))
            if endpoint is not None and endpoint.enabled:
                logger.warning("webhook %s of account %d is switched off: %s", line.endpoint, line.account, why)
                await file.change(self._store, self._books, endpoint, now, enabled=False)


def _behaved(line: Line, outcome: Outcome, now: int) -> None:
    line.error = outcome.error or str(outcome.status)
    if outcome.down:
        line.failures += 1
        line.rests_until = now + schedule.rest_s(line.failures) * 1000
    else:
        line.failures, line.rests_until = 0, 0
    if outcome.delivered:
        line.delivered_at = now
