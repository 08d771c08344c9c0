"""Keys of users: `kanhe_user_<secret>`. Such a key is a session without a browser, and ends with its user."""

from kanhe.domain.users import EVERY_LOOK_RECORDED, Look, Session, User
from kanhe.doors.http.door import Door
from kanhe.doors.http.endpoint import Call, Endpoint
from kanhe.doors.http.replies import Reply, problem
from kanhe.kit.rng import Rng
from kanhe.kit.vault import Vault

PREFIX = "kanhe_user_"
SECRET_OCTETS = 32
# A quarter: who reviews by a tool of his own makes a new key when the season changes, and a forgotten one ends.
KEY_MS = 90 * 86_400_000
_BEARER = b"bearer "


def make_user_key(rng: Rng, vault: Vault, user: int, now: int) -> tuple[str, Session]:
    """(the key to hand out once, the session to keep)."""
    key = PREFIX + rng.token(SECRET_OCTETS).hex()
    return key, Session(_digest(vault, key), user, now + KEY_MS)


async def admit_user(door: Door, endpoint: Endpoint, call: Call, header: bytes) -> Reply | None:
    """Put the user behind a key into the call, or say why he may not; what an auditor looks at is recorded."""
    user = _user_of(door, header)
    if user is None:
        return problem("auth.unknown", language=call.language)
    if endpoint.permission is None or not user.may(endpoint.permission):
        return problem("auth.user-needed", language=call.language)
    call.by = user
    if door.staff is not None and user.role in EVERY_LOOK_RECORDED:
        about = call.args.get("id", "")
        await door.staff.people.record(Look(door.world.clock.now_ms(), user.id, endpoint.name, about))
    return None


def is_of_user(header: bytes | None) -> bool:
    """Whether an `Authorization` header holds the key of a user."""
    return header is not None and header[:7].lower() == _BEARER and header[7:].lstrip().startswith(PREFIX.encode())


def _user_of(door: Door, header: bytes) -> User | None:
    key = header[len(_BEARER) :].strip().decode("latin-1")
    return door.staff.people.session(_digest(door.vault, key), door.world.clock.now_ms()) if door.staff else None


def _digest(vault: Vault, key: str) -> str:
    return vault.digest(f"key {key}")
