"""Coming in and going out, and how the console looks to whoever is in."""

import re
from dataclasses import dataclass

from kanhe.console import problems, sessions
from kanhe.console.desk import Desk
from kanhe.console.static import files
from kanhe.console.visit import THEMES, Answer, Moved, Octets, Shown, Visit, trouble
from kanhe.console.words import LANGUAGES
from kanhe.domain.users import User

HOME = "/console"
# Addresses of the console, with their filters: no step up, no other host.
OURS = re.compile(r"/console(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*(\?[ -~]*)?")
# Preferences are no secrets; a year.
PREFERENCE_S = 365 * 86_400
PREFERENCES = {"language": LANGUAGES, "theme": THEMES}


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whom a link will log in."""

    user: User


async def login(desk: Desk, visit: Visit) -> Answer:
    """How one gets in."""
    return Shown("login.html", None)


async def link(desk: Desk, visit: Visit) -> Answer:
    """A link, opened: it is used up by the button, not by whoever looks ahead at it (mail scanners, previews)."""
    if (slow := _slow_down(desk, visit)) is not None:
        return slow
    user = sessions.owner_of_link(desk, visit.args["token"])
    return Shown("link.html", Invitation(user)) if user else _failed(desk, visit)


async def use_link(desk: Desk, visit: Visit) -> Answer:
    """Log in."""
    if (slow := _slow_down(desk, visit)) is not None:
        return slow
    token = await sessions.open_session(desk, visit.args["token"])
    if token is None:
        return _failed(desk, visit)
    return Moved(HOME, (sessions.session_cookie(token, secure=visit.secure),))


async def logout(desk: Desk, visit: Visit) -> Answer:
    """Log out."""
    await sessions.close_session(desk, visit.token)
    return Moved("/console/login", (sessions.session_cookie("", secure=visit.secure),))


async def prefer(desk: Desk, visit: Visit) -> Answer:
    """Keep a preference and go back; only ever back into the console."""
    what, value = visit.args["what"], visit.args["value"]
    if value not in PREFERENCES.get(what, ()):
        return trouble(problems.NOT_HERE)
    back = visit.query.get("back", HOME)
    cookie = f"kanhe_{what}={value}; Path=/console; Max-Age={PREFERENCE_S}; SameSite=Lax"
    return Moved(back if OURS.fullmatch(back) else HOME, (cookie,))


async def back(desk: Desk, visit: Visit) -> Answer:
    """The address above."""
    return Moved(visit.path.rpartition("/")[0])


async def static(desk: Desk, visit: Visit) -> Answer:
    """Style sheet and scripts; their addresses change with them."""
    file = files().get(visit.args["name"])
    if file is None or file.digest != visit.args["digest"]:
        return trouble(problems.NOT_HERE)
    return Octets(file.octets, file.kind, (("cache-control", "public, max-age=31536000, immutable"),))


async def nothing(desk: Desk, visit: Visit) -> Answer:
    """Every other address."""
    return trouble(problems.NOT_HERE)


def _slow_down(desk: Desk, visit: Visit) -> Answer | None:
    wait = desk.throttle.wait_s(visit.peer)
    return trouble(problems.TOO_OFTEN, ("retry-after", str(int(wait) + 1))) if wait else None


def _failed(desk: Desk, visit: Visit) -> Answer:
    desk.throttle.fail(visit.peer)
    return trouble(problems.LINK_SPENT)
