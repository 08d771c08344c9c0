"""The duty calendar, as it is kept."""

from collections.abc import Sequence
from typing import Protocol

from kanhe.domain.duty import Duty


class Duties(Protocol):
    """Dated tasks: what is due, and what was done by whom."""

    async def put(self, duties: Sequence[Duty]) -> None:
        """Write tasks, or what became of them under their ids."""
        ...

    def duty(self, identifier: int) -> Duty | None:
        """One."""
        ...

    def waiting(self, limit: int) -> Sequence[Duty]:
        """Tasks that are not done, the most urgent first."""
        ...

    def done(self, before: int, limit: int) -> Sequence[Duty]:
        """Tasks that were done, below an id, newest first."""
        ...

    def of(self, about: str) -> Sequence[Duty]:
        """The tasks of one thing that happened."""
        ...
