"""The one writer: whatever waits becomes one transaction, and nobody hears of it before it is on disk.

On a thread of its own in production; inline (`commit` writes at once, no thread) in the deterministic simulator.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from functools import partial
from operator import attrgetter
from queue import Empty, SimpleQueue
from typing import Any, Concatenate, ParamSpec, TypeVar

import msgspec

from kanhe.ports.change import Change, Committed
from kanhe.ports.store import CommitFailedError, StoreEndedError
from kanhe.store.sqlite.apply import Applier
from kanhe.store.sqlite.connect import failure_of

# Some ten milliseconds of writing: what a caller waits at most behind a full tick.
TICK_CHANGES_MAX = 64

# What a change may break by being wrong, and nothing else: values that do not fit, rows that are not there.
POISON = (sqlite3.Error, msgspec.MsgspecError, TypeError, ValueError, OverflowError, AttributeError, KeyError)

ENDED = "the writer has ended; nothing is written any more"

P = ParamSpec("P")
T = TypeVar("T")
Outcome = Committed | CommitFailedError


class Waiting(msgspec.Struct):
    """A change and who waits for it."""

    change: Change
    future: "asyncio.Future[Committed]"
    outcome: Outcome | None = None


class Job(msgspec.Struct):
    """A piece of upkeep and who waits for it."""

    work: Callable[[Applier], object]
    future: "asyncio.Future[Any]"
    result: object = None
    error: CommitFailedError | None = None


# Called on the loop's thread for each change that was committed, before its caller hears of it.
Remember = Callable[[Change, Committed], None]

by_rank = attrgetter("change.rank")


class Writer:
    """Ticks of changes, each in the order of their ranks and in one transaction."""

    def __init__(self, hand: Applier, remember: Remember, *, inline: bool) -> None:
        self._hand = hand
        self._remember = remember
        self._queue: SimpleQueue[Waiting | Job | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = False
        self._at_hand: list[Waiting | Job] = []
        self.inline = inline
        self.after_tick: Callable[[], None] = lambda: None

    async def commit(self, change: Change) -> Committed:
        """Write a change; returns when it is on disk."""
        if self.inline:
            return self._at_once(change)
        future: asyncio.Future[Committed] = self._ready().create_future()
        self._queue.put(Waiting(change, future))
        return await future

    async def run(self, work: Callable[Concatenate[Applier, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do a piece of upkeep in a transaction of its own, between two ticks; returns what it gives."""
        future: asyncio.Future[T] = self._ready().create_future()
        job = Job(lambda hand: work(hand, *args, **kwargs), future)
        if self.inline:
            self._try_job(job)
            _finish_job(job)
            self.after_tick()
        else:
            self._queue.put(job)
        return await future

    def close(self) -> None:
        """Write what waits and end the thread."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None

    def _ready(self) -> asyncio.AbstractEventLoop:
        if self._ended:
            raise StoreEndedError(ENDED)
        self._loop = asyncio.get_running_loop()
        if self._thread is None and not self.inline:
            self._thread = threading.Thread(target=self._work, name="kanhe-writer", daemon=True)
            self._thread.start()
        return self._loop

    def _at_once(self, change: Change) -> Committed:
        [outcome] = self._write([change])
        if isinstance(outcome, CommitFailedError):
            raise outcome
        self._remember(change, outcome)
        self.after_tick()
        return outcome

    # --- on the writer's thread ---

    def _work(self) -> None:
        """Serve until closed. A programmer's error ends the writer: then nothing is ever accepted again, and nobody hangs."""
        try:
            self._serve()
        finally:
            self._ended = True
            self._refuse_rest()

    def _serve(self) -> None:
        last = False
        while not last and (first := self._queue.get()) is not None:
            waiting, jobs, last = self._take(first)
            self._at_hand = [*waiting, *jobs]
            if waiting:
                self._tick(sorted(waiting, key=by_rank))
            for job in jobs:
                self._try_job(job)
                self._tell(partial(_finish_job, job))
            self._at_hand = []
            self.after_tick()

    def _refuse_rest(self) -> None:
        """Answer those who would wait for a writer that has ended."""
        while not self._queue.empty():
            if (item := self._queue.get()) is not None:
                self._at_hand.append(item)
        for item in self._at_hand:
            self._tell(partial(_refuse, item.future))

    def _take(self, first: Waiting | Job) -> tuple[list[Waiting], list[Job], bool]:
        """Take everything that waits, as far as a tick goes."""
        waiting: list[Waiting] = []
        jobs: list[Job] = []
        item: Waiting | Job | None = first
        while item is not None:
            if isinstance(item, Waiting):
                waiting.append(item)
            else:
                jobs.append(item)
            if len(waiting) + len(jobs) >= TICK_CHANGES_MAX:
                return waiting, jobs, False
            try:
                item = self._queue.get_nowait()
            except Empty:
                return waiting, jobs, False
        return waiting, jobs, True

    def _tick(self, waiting: list[Waiting]) -> None:
        for item, outcome in zip(waiting, self._write([item.change for item in waiting]), strict=True):
            item.outcome = outcome
        self._tell(lambda: self._finish(waiting))

    def _tell(self, callback: Callable[[], None]) -> None:
        assert self._loop is not None, "something was queued"
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(callback)

    def _write(self, changes: Sequence[Change]) -> list[Outcome]:
        """Write all in one transaction; if that fails each in its own, so that a poisoned one stands alone."""
        try:
            return list(self._transact(lambda hand: [hand.apply(change) for change in changes]))
        except POISON as error:
            if len(changes) == 1:
                return [failure_of(error)]
        return [outcome for change in changes for outcome in self._write([change])]

    def _transact(self, work: Callable[[Applier], T]) -> T:
        """Do work in one transaction: all of it, or nothing of it."""
        hand = self._hand
        before = msgspec.structs.replace(hand.counters)
        try:
            hand.run("begin")
            result = work(hand)
            hand.run("commit")
        except BaseException:
            hand.counters = before
            hand.shapes.undo()
            if hand.connection.in_transaction:
                hand.run("rollback")
            raise
        hand.shapes.committed()
        return result

    def _try_job(self, job: Job) -> None:
        try:
            job.result = self._transact(job.work)
        except POISON as error:
            job.error = failure_of(error)

    # --- on the loop's thread ---

    def _finish(self, waiting: Sequence[Waiting]) -> None:
        for item in waiting:
            if isinstance(item.outcome, Committed):
                self._remember(item.change, item.outcome)
        for item in waiting:
            if item.future.done():
                continue
            if isinstance(item.outcome, Committed):
                item.future.set_result(item.outcome)
            elif item.outcome is not None:
                item.future.set_exception(item.outcome)


def _refuse(future: "asyncio.Future[Any]") -> None:
    if not future.done():
        future.set_exception(StoreEndedError(ENDED))


def _finish_job(job: Job) -> None:
    if job.future.done():
        return
    if job.error is None:
        job.future.set_result(job.result)
    else:
        job.future.set_exception(job.error)
