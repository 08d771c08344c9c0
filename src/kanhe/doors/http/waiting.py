"""Requests that wait for the commit of their submission, and the answers that idempotency keys give."""

import asyncio
from collections import deque
from collections.abc import Sequence
from hashlib import sha256

import msgspec

from kanhe.doors.http.findings import Words
from kanhe.doors.http.limits import ANSWER_S, IDEMPOTENCY_MS, SWEEP_S
from kanhe.doors.http.replies import FIRST_ERROR, JSON, PROBLEM, Reply, encode, problem, reply
from kanhe.doors.http.shapes import BatchAnswers, Problem
from kanhe.doors.http.views import ACCEPTED, answered, batch_answer
from kanhe.kit.clock import Clock
from kanhe.ports.door import Answer, Submission
from kanhe.ports.store import Store

REPLAYED = ((b"idempotent-replayed", b"true"),)
_STATUS_OCTETS = 3


class Pending(msgspec.Struct):
    """What a submission of this door carries as its handle."""

    future: "asyncio.Future[Reply]"
    many: bool
    language: str
    kept: Reply | None = None  # what its key will answer from now on


class Waiting:
    """An `Origin`: completes the request's future after the commit."""

    def __init__(self, store: Store, clock: Clock, words: Words) -> None:
        self._store, self._clock, self._words = store, clock, words
        self._keyed: dict[tuple[int, str], tuple[bytes, asyncio.Future[Reply]]] = {}
        self._since: deque[tuple[float, asyncio.Future[Reply]]] = deque()

    def __len__(self) -> int:
        return len(self._since)

    # --- as journeys see it ---

    def answer(self, submission: Submission, answers: Sequence[Answer]) -> None:
        """The commit is done."""
        pending = submission.handle
        assert isinstance(pending, Pending), "this door's submissions carry one"
        if not pending.future.done():
            pending.future.set_result(pending.kept or self._rendered(pending, answers))

    def render(self, submission: Submission, answers: Sequence[Answer]) -> bytes:
        """The answer as it is kept: three digits of status, then the body."""
        pending = submission.handle
        assert isinstance(pending, Pending), "this door's submissions carry one"
        pending.kept = self._rendered(pending, answers)
        return b"%d" % pending.kept.status + pending.kept.body

    # --- as requests see it ---

    def pending(self, *, many: bool, language: str) -> Pending:
        """A place to wait in."""
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._since.append((self._clock.monotonic(), future))
        return Pending(future, many, language)

    def earlier(self, account: int, key: str, digest: bytes) -> "asyncio.Future[Reply] | Reply | None":
        """What a key has answered, or is about to; None when it is new."""
        flying = self._keyed.get((account, key))
        if flying is not None:
            return flying[1] if flying[0] == digest else problem("idempotency.other-body")
        kept = self._store.keyed(account, key)
        if kept is None or self._clock.now_ms() - kept.at > IDEMPOTENCY_MS:
            return None
        if kept.digest != digest:
            return problem("idempotency.other-body")
        status = int(kept.answer[:_STATUS_OCTETS])
        return Reply(status, kept.answer[_STATUS_OCTETS:], JSON if status < FIRST_ERROR else PROBLEM, REPLAYED)

    def fly(self, account: int, key: str, digest: bytes, pending: Pending) -> None:
        """Let repeats of this key join until it is answered."""
        self._keyed[account, key] = (digest, pending.future)
        pending.future.add_done_callback(lambda _: self._keyed.pop((account, key), None))

    async def sweep(self) -> None:
        """Tell those who have waited too long that we do not know."""
        while True:
            await asyncio.sleep(SWEEP_S)
            self.give_up(self._clock.monotonic() - ANSWER_S)

    def give_up(self, before: float) -> None:
        """Answer what has waited since `before`, and forget what was answered."""
        since = self._since
        while since and (since[0][1].done() or since[0][0] <= before):
            _, future = since.popleft()
            if not future.done():
                future.set_result(problem("answer.late"))

    def _rendered(self, pending: Pending, answers: Sequence[Answer]) -> Reply:
        words, language = self._words, pending.language
        if pending.many:
            return reply(ACCEPTED, BatchAnswers([batch_answer(answer, words, language) for answer in answers]))
        [answer] = answers
        said = answered(answer, words, language)
        if isinstance(said, Problem):
            return Reply(said.status, encode(said), PROBLEM)
        return reply(ACCEPTED, said)


def digest_of(path: str, body: bytes) -> bytes:
    """What a key stands for: the same octets to the same address."""
    return sha256(path.encode() + b"\n" + body).digest()
