"""What announcements ask of the database."""

from collections.abc import Sequence
from typing import Protocol

from kanhe.domain.announcement import Announcement, Stage
from kanhe.ports.change import Change


class AnnouncementStore(Protocol):
    """Announcements, with their numbers apart."""

    def announcement(self, identifier: int) -> Announcement | None:
        """One."""
        ...

    def numbers(self, identifier: int) -> Sequence[int]:
        """Its numbers, in the order in which they were given."""
        ...

    def page(self, account: int | None, before: int, limit: int) -> Sequence[Announcement]:
        """A page below an id, newest first: of an account, or of all (None)."""
        ...

    def standing(self, stages: Sequence[Stage], since: int) -> Sequence[Announcement]:
        """Those at some stages with ids from `since` on, oldest first."""
        ...

    async def add(self, announcement: Announcement, numbers: Sequence[int]) -> None:
        """Write a new one."""
        ...

    async def save(self, announcement: Announcement, change: Change | None = None) -> None:
        """Write its new stage, with what the ledger says of it in one transaction."""
        ...
