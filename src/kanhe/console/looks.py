"""Who looked at what: the record that no role can change."""

from collections.abc import Sequence
from dataclasses import dataclass

from kanhe.console.desk import Desk
from kanhe.console.limits import PAGE
from kanhe.console.terms import LOOKS
from kanhe.console.visit import Answer, Shown, Visit

NEWEST = 1 << 62


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
            f"/console/messages/{look.about}" if look.about.isdecimal() else None,
        )
        for look in looks
    ]
    return Shown("looks.html", List(lines, f"/console/looks?before={looks[-1].seq}" if len(looks) == PAGE else None))
