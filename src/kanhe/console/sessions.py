"""Logging in: one-time links, sessions, and the tokens of forms. Tokens are 256 random bits, kept as keyed digests."""

import hmac

from kanhe.console.desk import Desk
from kanhe.console.limits import LINK_MS, SESSION_MS, TOKEN_OCTETS
from kanhe.domain.users import LoginLink, Role, Session, User

COOKIE = "kanhe_session"
FIRST_NAME = "owner"
LOGIN_PATH = "/console/login/"


async def first_link(desk: Desk) -> str | None:
    """At the first run: make the owner, and the path of a link that logs him in once. None when there are users already."""
    world = desk.world
    owner = User(world.ids.next(), FIRST_NAME, Role.OWNER, None, world.clock.now_ms())
    return await make_link(desk, owner) if await desk.people.add_first(owner) else None


async def invite(desk: Desk, name: str, role: Role, account: int | None) -> str | None:
    """The path of a link for a user, who is made if need be. None: the name is a user's of another role or account."""
    world = desk.world
    new = User(world.ids.next(), name, role, account, world.clock.now_ms())
    if await desk.people.add_user(new):
        return await make_link(desk, new)
    same = [user for user in desk.people.users() if (user.name, user.role, user.account) == (name, role, account)]
    return await make_link(desk, same[0]) if same and same[0].closed_at is None else None


async def make_link(desk: Desk, user: User) -> str:
    """The path of a link that logs a user in once."""
    token = desk.world.rng.token(TOKEN_OCTETS).hex()
    expires = desk.world.clock.now_ms() + LINK_MS
    await desk.people.add_link(LoginLink(_digest(desk, "link", token), user.id, expires))
    return LOGIN_PATH + token


def owner_of_link(desk: Desk, token: str) -> User | None:
    """Whom a link would log in."""
    return desk.people.link(_digest(desk, "link", token), desk.world.clock.now_ms())


async def open_session(desk: Desk, link: str) -> str | None:
    """Use a link up; the token of the new session, None when the link does not count."""
    token = desk.world.rng.token(TOKEN_OCTETS).hex()
    now = desk.world.clock.now_ms()
    session = Session(_digest(desk, "session", token), 0, now + SESSION_MS)
    user = await desk.people.redeem(_digest(desk, "link", link), session, now)
    return token if user is not None else None


def user_of(desk: Desk, token: str) -> User | None:
    """Whose session this is."""
    if not token:
        return None
    return desk.people.session(_digest(desk, "session", token), desk.world.clock.now_ms())


async def close_session(desk: Desk, token: str) -> None:
    """Log out."""
    await desk.people.end_session(_digest(desk, "session", token))


def form_token(desk: Desk, session: str) -> str:
    """What a form of this session carries, so that no other site can send it."""
    return _digest(desk, "form", session)


def form_fits(desk: Desk, session: str, given: str) -> bool:
    """Whether a form was made for this session."""
    return hmac.compare_digest(form_token(desk, session).encode(), given.encode())


def session_cookie(token: str, *, secure: bool) -> str:
    """The cookie that keeps a session; without a token it is taken back."""
    age = SESSION_MS // 1000 if token else 0
    return f"{COOKIE}={token}; Path=/console; Max-Age={age}; HttpOnly; SameSite=Strict{'; Secure' if secure else ''}"


def _digest(desk: Desk, purpose: str, token: str) -> str:
    return desk.vault.digest(f"{purpose} {token}")
