"""Faults of ours: what breaks on one item is noted and told to the operator, and the rest goes on.

The loops that must survive their poison catch everything here and nowhere else. What was set apart stays as it is in the store, and is
taken up once more at the next start.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import ParamSpec, TypeVar

import structlog

log = structlog.get_logger()

P = ParamSpec("P")
T = TypeVar("T")
Otherwise = TypeVar("Otherwise")


class Faults:
    """How often each loop has met one, and what the last one was."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, str]] = {}

    def attempt(
        self, where: str, otherwise: Otherwise, do: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T | Otherwise:
        """What `do` gives; `otherwise` when it breaks on these."""
        try:
            return do(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - here the named loops survive
            self.note(where, error)
            return otherwise

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

    def note(self, where: str, error: Exception) -> None:
        """Put a fault down. The log has its trace."""
        times, _ = self._seen.get(where, (0, ""))
        self._seen[where] = times + 1, type(error).__name__
        log.error("fault", where=where, exc_info=error)

    @property
    def counts(self) -> dict[str, int]:
        """How often each loop has met one."""
        return {where: times for where, (times, _) in self._seen.items()}

    def complaints(self) -> list[str]:
        """What an operator is to know."""
        return [
            f"a fault of ours in `{where}`, {times} times, the last a {kind}: the log has it; a restart tries again what was set apart"
            for where, (times, kind) in self._seen.items()
        ]
