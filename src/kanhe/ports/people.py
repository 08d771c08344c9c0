"""What the console asks of the database: users, their sessions, and the record of what they looked at."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from kanhe.domain.state import State
from kanhe.domain.users import LoginLink, Look, Session, User


class Group(NamedTuple):
    """Messages that came in one minute and are in one state."""

    minute: int  # since the epoch of ids
    state: State  # as stored
    messages: int
    lowest: int  # id


class People(Protocol):
    """Users and what they did. Tokens come as keyed digests; nothing here could log anybody in."""

    def users(self) -> Sequence[User]:
        """All users, oldest first."""
        ...

    async def add_user(self, user: User) -> bool:
        """Write a user; False when the name is taken."""
        ...

    async def add_first(self, user: User) -> bool:
        """Write a user if there is none at all; False otherwise."""
        ...

    async def change_user(self, user: User) -> None:
        """Write a user's role and end; whoever was logged in as him, by browser or key, is out."""
        ...

    async def add_session(self, session: Session) -> None:
        """Write a session: a key of the API is one without a browser."""
        ...

    async def add_link(self, link: LoginLink) -> None:
        """Write a login link."""
        ...

    def link(self, digest: str, now: int) -> User | None:
        """Whom an unused link would log in."""
        ...

    async def redeem(self, digest: str, session: Session, now: int) -> User | None:
        """Use a link up and open a session for its user, in one transaction; `session.user` is ignored. None: no such link."""
        ...

    def session(self, digest: str, now: int) -> User | None:
        """Whose open session this is."""
        ...

    async def end_session(self, digest: str) -> None:
        """Log out."""
        ...

    async def record(self, look: Look) -> None:
        """Write that somebody looked."""
        ...

    def looks(self, before: int, limit: int) -> Sequence[Look]:
        """A page of looks below `before`, newest first."""
        ...
