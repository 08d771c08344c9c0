"""Faults of ours: what breaks on one item is noted and told to the operator, and the rest goes on.

The loops that must survive their poison catch everything here and nowhere else. What was set apart stays as it is in the store, and is
taken up once more at the next start; what mends itself, as a stage of the gate does, is told until it has been quiet for a while.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

import structlog

log = structlog.get_logger()

T = TypeVar("T")
Otherwise = TypeVar("Otherwise")


class Fault(NamedTuple):
    """What broke in one place."""

    where: str
    times: int  # since the start
    last: str  # of which kind the last one was
    until: int | None  # ms: told so long; None: until a restart tries again what was set apart

    @property
    def complaint(self) -> str:
        """What an operator is to know."""
        follows = (
            "a restart tries again what was set apart"
            if self.until is None
            else "what it parked is taken up again by itself"
        )
        return (
            f"a fault of ours in `{self.where}`, {self.times} times, the last a {self.last}: the log has it; {follows}"
        )


class Faults:
    """How often each place has met one, and what the last one was."""

    def __init__(self) -> None:
        self._seen: dict[str, Fault] = {}

    def attempt(self, where: str, otherwise: Otherwise, works: Sequence[Callable[[], T]]) -> list[T | Otherwise]:
        """What each of these gives; `otherwise` for those that break."""
        made: list[T | Otherwise] = [otherwise] * len(works)
        for i, work in enumerate(works):
            try:
                made[i] = work()
            except Exception as error:  # noqa: BLE001 - here the named loops survive
                self.note(where, error)
        return made

    def each(self, where: str, items: Iterable[T], do: Callable[[T], object]) -> None:
        """Do it with each of them."""
        for item in items:
            try:
                do(item)
            except Exception as error:  # noqa: BLE001 - here the named loops survive
                self.note(where, error)

    async def endure(self, where: str, otherwise: Otherwise, work: Awaitable[T]) -> T | Otherwise:
        """The same of what takes its time."""
        try:
            return await work
        except Exception as error:  # noqa: BLE001 - here the named loops survive
            self.note(where, error)
            return otherwise

    def note(self, where: str, error: Exception, until: int | None = None) -> None:
        """Put a fault down. The log has its trace."""
        before = self._seen.get(where)
        self._seen[where] = Fault(where, 1 + (before.times if before else 0), type(error).__name__, until)
        log.error("fault", where=where, exc_info=error)

    @property
    def counts(self) -> dict[str, int]:
        """How often each place has met one since the start."""
        return {fault.where: fault.times for fault in self._seen.values()}

    def standing(self, now: int) -> Iterator[Fault]:
        """Those that need a person now."""
        return (fault for fault in self._seen.values() if fault.until is None or now < fault.until)
