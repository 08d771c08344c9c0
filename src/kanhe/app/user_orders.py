"""Orders about users of the console: listed, closed, given keys."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from msgspec import structs

from kanhe.console.desk import Desk
from kanhe.domain.users import User
from kanhe.doors.control import OrderRefusedError
from kanhe.kit.clock import Clock
from kanhe.kit.rng import Rng
from kanhe.kit.vault import Vault
from kanhe.records.user_keys import make_user_key

Said = Mapping[str, object]


class WithUsers(Protocol):
    """What these orders ask of the platform."""

    vault: Vault
    clock: Clock
    rng: Rng
    console: Desk


async def users(platform: WithUsers, said: Said) -> object:
    """All users, oldest first."""
    return {"users": platform.console.people.users()}


async def close_user(platform: WithUsers, said: Said) -> object:
    """A user is in no longer; whoever may open the socket may close even the last owner, and invite another."""
    user = _open_user(platform, said)
    await platform.console.people.change_user(structs.replace(user, closed_at=platform.clock.now_ms()))
    return {"closed": user.name}


async def user_key(platform: WithUsers, said: Said) -> object:
    """Make a key of the HTTP API for a user: said once, kept as a digest."""
    user = _open_user(platform, said)
    made, session = make_user_key(platform.rng, platform.vault, user.id, platform.clock.now_ms())
    await platform.console.people.add_session(session)
    return {"key": made, "name": user.name, "role": user.role.value}


def _open_user(platform: WithUsers, said: Said) -> User:
    name = str(said["name"])
    found = next((u for u in platform.console.people.users() if u.name == name and u.closed_at is None), None)
    if found is None:
        raise OrderRefusedError(f"there is no user `{name}`: invite him first (`kanhe login --name {name} --role ...`)")
    return found


USER_ORDERS: Mapping[str, Callable[[WithUsers, Said], Awaitable[object]]] = {
    "users": users,
    "close_user": close_user,
    "user_key": user_key,
}
