"""One request to the console, checked, and what a view answers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from kanhe.console.desk import Desk
from kanhe.console.limits import FORM_OCTETS_MAX
from kanhe.domain.users import Permission, User

THEMES = ("auto", "light", "dark")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form."""

    name: str
    octets: bytes


@dataclass(slots=True)
class Visit:
    """Who asks for what, in which language."""

    path: str
    args: Mapping[str, str]
    query: Mapping[str, str]
    language: str
    theme: str
    peer: str
    origin: str  # where the browser found us: scheme and host
    secure: bool  # whether cookies may only travel encrypted
    partial: bool = False  # htmx asks, for a part of the page it has
    form: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)
    user: User | None = None
    token: str = ""  # of the session
    csrf: str = ""

    @property
    def known(self) -> User:
        """The user of a page that asks for a permission."""
        assert self.user is not None, "a page with a permission is shown to users only"
        return self.user

    @property
    def id(self) -> int:
        """The id in the path; -1, which nothing has, when it is no id."""
        written = self.args["id"]
        return int(written) if written.isascii() and written.isdigit() and len(written) < 20 else -1

    @property
    def about(self) -> str:
        """What the page in the path is about: an id of a message or a rule; empty for lists."""
        return self.args.get("id") or self.args.get("rule") or ""

    @property
    def here(self) -> str:
        """The page that is shown, with its filters."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: a template and its frozen model."""

    template: str
    model: object
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Moved:
    """Go there instead (303: whatever the method was, fetch it)."""

    to: str
    cookies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Octets:
    """A file."""

    octets: bytes
    kind: str
    headers: tuple[tuple[str, str], ...] = ()


Answer = Shown | Moved | Octets
View = Callable[[Desk, Visit], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Page:
    """A row of the table of pages."""

    method: str
    path: str
    view: View
    permission: Permission | None = None  # None: for everybody, logged in or not
    recorded: bool = False  # each look is recorded, whoever looks
    octets_max: int = FORM_OCTETS_MAX
    quiet: bool = False  # asked again and again by a page that was recorded itself

    @property
    def name(self) -> str:
        """Its name in the record of looks: that of its view."""
        return str(getattr(self.view, "__name__", "page"))


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a page is not shown: one of `PROBLEMS`."""

    status: int
    what: str
    next: str


def trouble(problem: Trouble, *headers: tuple[str, str]) -> Shown:
    """The page that says so."""
    return Shown("problem.html", problem, problem.status, headers)
