"""The gate: a batch and its facts in, one verdict per message out. Built once; packs are swapped without a pause."""

from collections.abc import Sequence

from kanhe.domain.facts import Facts, Wants
from kanhe.domain.message import Message
from kanhe.domain.verdict import Outcome, Verdict
from kanhe.gate.amend import Describe
from kanhe.gate.desk import Desk, OnFailure
from kanhe.gate.engine import Engine
from kanhe.gate.explain import Explanation, explain
from kanhe.gate.wants import wants_of
from kanhe.law.library import Library

# What of a verdict can still lead to a carrier.
MAY_LEAVE = frozenset({Outcome.ALLOW, Outcome.AMEND})


def _unheard(stage: str, error: Exception) -> None:
    """Nobody listens."""


class Gate:
    """May this message go, and why. Pure: no clock, no I/O."""

    def __init__(
        self,
        library: Library,
        *,
        describe: Describe | None = None,
        on_failure: OnFailure = _unheard,
    ) -> None:
        self._describe, self._on_failure = describe, on_failure
        self._engine = Engine(library)

    @property
    def library(self) -> Library:
        """The packs in force."""
        return self._engine.library

    @staticmethod
    def ready(library: Library) -> Engine:
        """Packs made ready to judge: some hundredths of a second, best spent on another thread."""
        return Engine(library)

    def swap(self, engine: Engine) -> None:
        """Put other packs in force: the next sitting judges under them, one under way ends under the old ones."""
        self._engine = engine

    def forget(self) -> None:
        """Drop every plan made so far; verdicts are the same, only slower for a while."""
        self._engine.forget()

    def wants(self, batch: Sequence[Message], standing: Facts) -> Wants:
        """What the books must be asked for a batch; `standing` holds papers, places and texts, but no books yet."""
        return wants_of(self._engine, batch, standing)

    def judge(self, batch: Sequence[Message], facts: Facts) -> list[Verdict]:
        """One verdict per message, in order; caps see the earlier messages of the same batch."""
        desk = self.sitting(batch, facts)
        return [desk.verdict(message) for message in batch]

    def sitting(self, batch: Sequence[Message], facts: Facts) -> Desk:
        """The desk at which a batch is judged, for callers who yield between messages: `desk.verdict(message)`, in order."""
        return Desk(self._engine, facts, batch, self._describe, self._on_failure)

    def still_stands(self, message: Message, verdict: Verdict, now: int, revision: int) -> bool:
        """Whether a message may leave on a verdict given earlier; else it is gathered and judged anew.

        `revision` is that of the newest change to its account, sender, template or number, 0 if there was none.
        """
        return (
            verdict.outcome in MAY_LEAVE
            and now < verdict.valid_until
            and now <= message.expires_at
            and (verdict.not_before is None or now >= verdict.not_before)
            and revision <= verdict.revision
            and verdict.shape.pack_digest == self._engine.library.digest
        )

    def explain(self, verdict: Verdict, message: Message) -> Explanation:
        """A verdict in words, Chinese and English, with provisions, evidence and what to do next."""
        return explain(verdict, message, self._engine.library)
