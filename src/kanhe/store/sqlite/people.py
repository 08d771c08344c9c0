"""`kanhe.ports.people.People` beside the messages of a store: read on its connection, written by its one writer."""

from collections.abc import Sequence

import msgspec
from msgspec import structs

from kanhe.domain.users import LoginLink, Look, Session, User
from kanhe.store.sqlite.apply import Applier
from kanhe.store.sqlite.store import SqliteStore


class SqlitePeople:
    """Users, sessions, looks."""

    def __init__(self, store: SqliteStore) -> None:
        self._reader, self._writer = store.reader, store.writer

    def users(self) -> Sequence[User]:
        """All users, oldest first."""
        return [_user(row) for row in self._reader.all("users")]

    async def add_user(self, user: User) -> bool:
        """Write a user; False when the name is taken."""
        return await self._writer.run(_add_user, user)

    async def add_first(self, user: User) -> bool:
        """Write a user if there is none at all."""
        return await self._writer.run(_add_first, user)

    async def change_user(self, user: User) -> None:
        """Write a user's role and end; whoever was logged in as him is out."""
        await self._writer.run(_change_user, user)

    async def add_session(self, session: Session) -> None:
        """Write a session."""
        await self._writer.run(_add_session, session)

    async def add_link(self, link: LoginLink) -> None:
        """Write a login link."""
        await self._writer.run(_add_link, link)

    def link(self, digest: str, now: int) -> User | None:
        """Whom an unused link would log in."""
        return self._one("user_of_link", digest, now)

    async def redeem(self, digest: str, session: Session, now: int) -> User | None:
        """Use a link up and open a session for its user, in one transaction."""
        return await self._writer.run(_redeem, digest, session, now)

    def session(self, digest: str, now: int) -> User | None:
        """Whose open session this is."""
        return self._one("user_of_session", digest, now)

    async def end_session(self, digest: str) -> None:
        """Log out."""
        await self._writer.run(_end_session, digest)

    async def record(self, look: Look) -> None:
        """Write that somebody looked."""
        await self._writer.run(_record, look)

    def looks(self, before: int, limit: int) -> Sequence[Look]:
        """A page of looks below `before`, newest first."""
        return [Look(*row) for row in self._reader.all("looks", before, limit)]

    def _one(self, name: str, *values: object) -> User | None:
        found = self._reader.all(name, *values)
        return _user(found[0]) if found else None


def _user(row: Sequence[object]) -> User:
    return msgspec.convert(dict(zip(User.__struct_fields__, row, strict=True)), User)


# --- on the writer's thread ---


def _add_user(hand: Applier, user: User) -> bool:
    added = hand.run("add_user", user.id, user.name, user.role.value, user.account, user.created_at)
    return added.rowcount == 1


def _add_first(hand: Applier, user: User) -> bool:
    return not hand.run("any_user").fetchone() and _add_user(hand, user)


def _change_user(hand: Applier, user: User) -> None:
    hand.run("change_user", user.role.value, user.closed_at, user.id)
    hand.run("drop_sessions_of", user.id)
    hand.run("drop_links_of", user.id)


def _add_session(hand: Applier, session: Session) -> None:
    hand.run("add_session", session.digest, session.user, session.expires_at)


def _add_link(hand: Applier, link: LoginLink) -> None:
    hand.run("add_link", link.digest, link.user, link.expires_at)


def _redeem(hand: Applier, digest: str, session: Session, now: int) -> User | None:
    found = hand.run("user_of_link", digest, now).fetchone()
    if found is None:
        return None
    user = _user(found)
    hand.run("use_link", digest)
    hand.run("drop_links", now)
    hand.run("drop_sessions", now)
    _add_session(hand, structs.replace(session, user=user.id))
    return user


def _end_session(hand: Applier, digest: str) -> None:
    hand.run("end_session", digest)


def _record(hand: Applier, look: Look) -> None:
    hand.run("add_look", look.at, look.user, look.what, look.about)
