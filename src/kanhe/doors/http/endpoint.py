"""A row of the table of endpoints, and the call that its function answers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from kanhe.domain.users import Permission, User
from kanhe.doors.http.door import Door
from kanhe.doors.http.limits import BODY_OCTETS_MAX
from kanhe.doors.http.replies import Reply
from kanhe.doors.http.scope import Scope


class Call(msgspec.Struct, gc=False):
    """One request, checked: who asks, for what, with what."""

    path: str
    args: Mapping[str, str]
    language: str
    own: Scope | None = None  # of an account's key
    by: User | None = None  # whose key it is, where it is a user's
    body: Any = None  # the endpoint's `body`, decoded
    query: Any = None  # the endpoint's `query`, decoded
    raw: bytes = b""
    key: str | None = None  # Idempotency-Key

    @property
    def scope(self) -> Scope:
        """What the caller may see."""
        assert self.own is not None, "endpoints that are not public are asked with a key"
        return self.own

    @property
    def user(self) -> User:
        """Who asks, where only users may."""
        assert self.by is not None, "asked with the key of a user"
        return self.by

    @property
    def account(self) -> int | None:
        """Whose things are shown: those of one account, or of all (None)."""
        return self.by.account if self.by is not None else self.scope.account

    @property
    def id(self) -> int:
        """The id in the path; -1, which nothing has, when it is no id."""
        written = self.args["id"]
        return int(written) if written.isascii() and written.isdigit() and len(written) < 20 else -1


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What one method of one address does."""

    method: str
    path: str
    answer: Callable[[Door, Call], Awaitable[Reply]]
    gives: type | str | None  # a view, or a media type
    status: int = 200
    body: type | None = None  # bytes: whatever octets
    query: type | None = None
    problems: tuple[str, ...] = ()  # reason codes beside those that every endpoint has
    public: bool = False
    permission: Permission | None = None  # users who have it may ask
    accounts: bool = True  # accounts may ask
    octets_max: int = BODY_OCTETS_MAX

    @property
    def name(self) -> str:
        """Its name in metrics and in the description: that of its function."""
        return str(getattr(self.answer, "__name__", "endpoint"))
