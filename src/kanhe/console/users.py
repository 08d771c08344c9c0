"""Users: who may log in, as what; inviting, changing a role, keys of the API, closing. Every act is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import structs

from kanhe.console import problems
from kanhe.console.asking import Asks, ask, is_sure
from kanhe.console.desk import Desk
from kanhe.console.faults import Fault, by_field, fault
from kanhe.console.limits import NAME_CHARS_MAX
from kanhe.console.sessions import invite, make_link
from kanhe.console.sight import Sight
from kanhe.console.terms import _N, ROLES, Term
from kanhe.console.visit import Answer, Moved, Shown, Visit, trouble
from kanhe.domain.users import Role, User
from kanhe.records.user_keys import make_user_key

PATH = "/console/users"
OPEN = Term(_N("May log in"), "good", "tick")
CLOSED = Term(_N("Closed"), "plain", "dash")

CLOSES = Asks(
    _N("Close %(name)s?"),
    (_N("He is logged out at once; his links and keys count no more."), _N("What he did stays on record.")),
    _N("Yes, close"),
)

NAME_MISSING = _N("A name has 1 to 64 characters")
NAME_TAKEN = _N("This name is a user's of another role or account, or of one who was closed")
ROLE_UNKNOWN = _N("This is no role that you may give")
ACCOUNT_UNKNOWN = _N("There is no such account")
LAST_OWNER = _N("This is the last owner: make another one first")


@dataclass(frozen=True, slots=True)
class Line:
    """One user."""

    id: str
    name: str
    role: str
    account: str
    since: int
    term: Term
    closed_at: int | None


@dataclass(frozen=True, slots=True)
class List:
    """All users, and the form that invites another."""

    lines: Sequence[Line]
    roles: Sequence[tuple[str, str]]
    accounts: Sequence[tuple[str, str]]
    name: str
    role: str
    account: str
    faults: Sequence[Fault]
    wrong: dict[str, str]


@dataclass(frozen=True, slots=True)
class One:
    """One user, and what can be done about him."""

    line: Line
    role: str
    roles: Sequence[tuple[str, str]]
    is_open: bool
    mine_to_change: bool
    faults: Sequence[Fault]
    wrong: dict[str, str]


@dataclass(frozen=True, slots=True)
class Once:
    """A secret that is shown once."""

    title: str
    note: str
    secret: str
    back: str


async def list_users(desk: Desk, visit: Visit) -> Answer:
    """All users."""
    return _list(desk, visit)


async def invite_user(desk: Desk, visit: Visit) -> Answer:
    """Make a user, or another link for one; the link is shown once."""
    name, role, account = (visit.form.get(field, "").strip() for field in ("name", "role", "account"))
    faults = [
        *([] if 0 < len(name) <= NAME_CHARS_MAX and name.isprintable() else [fault(visit, "name", NAME_MISSING)]),
        *([] if role in dict(_roles(visit.known)) else [fault(visit, "role", ROLE_UNKNOWN)]),
        *([] if account in ("", *dict(_accounts(desk, visit))) else [fault(visit, "account", ACCOUNT_UNKNOWN)]),
    ]
    if faults:
        return _list(desk, visit, *faults)
    path = await invite(desk, name, Role(role), int(account) if account else None)
    return _link(visit, path, PATH) if path is not None else _list(desk, visit, fault(visit, "name", NAME_TAKEN))


async def show_user(desk: Desk, visit: Visit) -> Answer:
    """One user."""
    user = _user(desk, visit)
    return _one(desk, visit, user) if user is not None else trouble(problems.NO_USER)


async def change_user(desk: Desk, visit: Visit) -> Answer:
    """Give a user another role; he is logged out."""
    user, role = _to_change(desk, visit), visit.form.get("role", "")
    if user is None:
        return trouble(problems.NO_USER)
    if role not in dict(_roles(visit.known)):
        return _one(desk, visit, user, fault(visit, "role", ROLE_UNKNOWN))
    if role != Role.OWNER and _is_last_owner(desk, user):
        return _one(desk, visit, user, fault(visit, "role", LAST_OWNER))
    await desk.people.change_user(structs.replace(user, role=Role(role)))
    return Moved(f"{PATH}/{user.id}")


async def close_user(desk: Desk, visit: Visit) -> Answer:
    """A user is in no longer: his sessions, links and keys end at once. What he did stays."""
    user = _to_change(desk, visit)
    if user is None:
        return trouble(problems.NO_USER)
    if _is_last_owner(desk, user):
        return _one(desk, visit, user, fault(visit, "", LAST_OWNER))
    back = f"{PATH}/{user.id}"
    if not is_sure(visit):
        return ask(CLOSES, visit, back, name=user.name)
    await desk.people.change_user(structs.replace(user, closed_at=desk.world.clock.now_ms()))
    return Moved(back)


async def link_user(desk: Desk, visit: Visit) -> Answer:
    """Another login link."""
    user = _to_change(desk, visit)
    return _link(visit, await make_link(desk, user), f"{PATH}/{user.id}") if user else trouble(problems.NO_USER)


async def key_user(desk: Desk, visit: Visit) -> Answer:
    """A key of the API, shown once."""
    user = _to_change(desk, visit)
    if user is None:
        return trouble(problems.NO_USER)
    made, session = make_user_key(desk.world.rng, desk.vault, user.id, desk.world.clock.now_ms())
    await desk.people.add_session(session)
    note = _N("It is shown once, and ends after 90 days or when the user is closed.")
    return Shown("once.html", Once(_N("A key of the API"), note, made, f"{PATH}/{user.id}"))


def _link(visit: Visit, path: str, back: str) -> Answer:
    note = _N("Send it to its user on a way you trust. It is shown once, and logs in once within 15 minutes.")
    return Shown("once.html", Once(_N("A login link"), note, visit.origin + path, back))


def _user(desk: Desk, visit: Visit) -> User | None:
    return next((user for user in desk.people.users() if user.id == visit.id), None)


def _to_change(desk: Desk, visit: Visit) -> User | None:
    """The user in the path, if he is open and this one may change him: owners answer to owners."""
    user = _user(desk, visit)
    return user if user is not None and user.closed_at is None and _answers_to(user.role, visit.known) else None


def _answers_to(role: Role, by: User) -> bool:
    return role is not Role.OWNER or by.role is Role.OWNER


def _roles(by: User) -> Sequence[tuple[str, str]]:
    return [(role.value, word) for role, word in ROLES.items() if _answers_to(role, by)]


def _accounts(desk: Desk, visit: Visit) -> Sequence[tuple[str, str]]:
    return Sight(desk.world, visit.known).accounts()


def _is_last_owner(desk: Desk, user: User) -> bool:
    others = (each for each in desk.people.users() if each.id != user.id and each.closed_at is None)
    return user.role is Role.OWNER and not any(each.role is Role.OWNER and each.account is None for each in others)


def _list(desk: Desk, visit: Visit, *faults: Fault) -> Shown:
    page = List(
        [_line(desk, user) for user in desk.people.users()],
        _roles(visit.known),
        _accounts(desk, visit),
        visit.form.get("name", ""),
        visit.form.get("role", Role.REVIEWER.value),
        visit.form.get("account", ""),
        faults,
        by_field(faults),
    )
    return Shown("users.html", page, 422 if faults else 200)


def _one(desk: Desk, visit: Visit, user: User, *faults: Fault) -> Shown:
    page = One(
        _line(desk, user),
        visit.form.get("role", user.role.value),
        _roles(visit.known),
        user.closed_at is None,
        _answers_to(user.role, visit.known),
        faults,
        by_field(faults),
    )
    return Shown("user.html", page, 422 if faults else 200)


def _line(desk: Desk, user: User) -> Line:
    account = desk.world.books.accounts.get(user.account) if user.account is not None else None
    named = account.name if account else "" if user.account is None else str(user.account)
    term = OPEN if user.closed_at is None else CLOSED
    return Line(str(user.id), user.name, ROLES[user.role], named, user.created_at, term, user.closed_at)
