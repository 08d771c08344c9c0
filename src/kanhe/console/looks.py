"""Who looked at what: the record that no role can change."""

from collections.abc import Sequence
from dataclasses import dataclass

from kanhe.console.desk import Desk
from kanhe.console.limits import PAGE
from kanhe.console.terms import LOOKS
from kanhe.console.visit import Answer, Shown, Visit
from kanhe.domain.users import Look

NEWEST = 1 << 62
# Where what was looked at has its page, by the last word of the view's name; everything else is a message.
PLACES = {
    "announcement": "/console/announcements",
    "document": "/console/papers",
    "paper": "/console/papers",
    "proof": "/console/reviews",
    "review": "/console/reviews",
    "rule": "/console/rules",
    "user": "/console/users",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One look."""

    at: int
    user: str
    what: str
    about: str
    path: str | None  # of what it was about, where that has a page


@dataclass(frozen=True, slots=True)
class List:
    """A page of looks."""

    lines: Sequence[Line]
    older: str | None


async def list_looks(desk: Desk, visit: Visit) -> Answer:
    """A page of looks, newest first."""
    before = visit.query.get("before", "")
    looks = desk.people.looks(int(before) if before.isdecimal() and len(before) < 19 else NEWEST, PAGE)
    names = {user.id: user.name for user in desk.people.users()}
    lines = [
        Line(
            look.at,
            names.get(look.user, str(look.user)),
            LOOKS.get(look.what, look.what),
            look.about,
            _place(look),
        )
        for look in looks
    ]
    return Shown("looks.html", List(lines, f"/console/looks?before={looks[-1].seq}" if len(looks) == PAGE else None))


def _place(look: Look) -> str | None:
    return f"{PLACES.get(look.what.rpartition('_')[2], '/console/messages')}/{look.about}" if look.about else None
