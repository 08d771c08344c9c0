"""Users at the HTTP door: whose key it is, and whether he may ask."""

from kanhe.domain.users import EVERY_LOOK_RECORDED, Look, User
from kanhe.doors.http.door import Door
from kanhe.doors.http.endpoint import Call, Endpoint
from kanhe.doors.http.replies import Reply, problem
from kanhe.records.user_keys import PREFIX, digest_of

_BEARER = b"bearer "


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
    return door.staff.people.session(digest_of(door.vault, key), door.world.clock.now_ms()) if door.staff else None
