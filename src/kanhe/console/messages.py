"""The list of messages: filters in the address bar, keyset paging."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from kanhe.console.desk import Desk
from kanhe.console.faults import BAD_CHOICE, BAD_NUMBER, BAD_TIME
from kanhe.console.limits import PAGE
from kanhe.console.masks import masked_number, masked_text
from kanhe.console.sight import Sight
from kanhe.console.terms import CATEGORIES, STATES, Term
from kanhe.console.visit import Answer, Shown, Visit
from kanhe.domain.category import Category
from kanhe.domain.state import State
from kanhe.kit.clock import read_ms
from kanhe.law.numbers import NumberRefused, parse_number
from kanhe.ports.store import Filter, Row

PATH = "/console/messages"
FILTERS = ("state", "category", "account", "sender", "to", "since", "until")
STATE_CHOICES = [(state.word, term.word) for state, term in STATES.items()]
CATEGORY_CHOICES = [(category.value, word) for category, word in CATEGORIES.items()]


@dataclass(frozen=True, slots=True)
class Line:
    """One message of the list."""

    id: str
    at: int
    term: Term
    category: str
    number: str
    sender: str
    account: str
    text: str
    segments: int
    test: bool


@dataclass(frozen=True, slots=True)
class List:
    """A page of the list."""

    lines: Sequence[Line]
    filters: Mapping[str, str]  # as they were written
    wrong: Mapping[str, str]  # field -> what is wrong with it
    states: Sequence[tuple[str, str]]
    categories: Sequence[tuple[str, str]]
    accounts: Sequence[tuple[str, str]]
    older: str | None
    newest: str | None  # the first page, when this is not it


async def list_messages(desk: Desk, visit: Visit) -> Answer:
    """A page of messages, newest first."""
    sight = Sight(desk.world, visit.known)
    written = {name: visit.query.get(name, "").strip() for name in FILTERS}
    which, wrong = read_filter(written, visit.query.get("before", ""), desk.zone)
    rows = sight.messages(which) if not wrong else ()
    kept = {name: value for name, value in written.items() if value}
    older = {**kept, "before": str(rows[-1].message.id)} if len(rows) == PAGE else None
    model = List(
        lines=[_line(sight, row) for row in rows],
        filters=written,
        wrong=wrong,
        states=STATE_CHOICES,
        categories=CATEGORY_CHOICES,
        accounts=sight.accounts(),
        older=f"{PATH}?{urlencode(older)}" if older else None,
        newest=f"{PATH}?{urlencode(kept)}" if which.before is not None else None,
    )
    return Shown("messages.html", model, status=422 if wrong else 200)


def read_filter(written: Mapping[str, str], before: str, zone: ZoneInfo) -> tuple[Filter, dict[str, str]]:
    """What the fields ask for, and what is wrong with them by field."""
    state = State.__members__.get(written["state"].upper())
    category = written["category"] if written["category"] in list(Category) else None
    number = parse_number(written["to"]) if written["to"] else None
    since, until = (read_ms(written[name], zone) for name in ("since", "until"))
    account = int(written["account"]) if _is_id(written["account"]) else None
    checks = (
        ("state", state, BAD_CHOICE),
        ("category", category, BAD_CHOICE),
        ("account", account, BAD_CHOICE),
        ("to", None if isinstance(number, NumberRefused) else number, BAD_NUMBER),
        ("since", since, BAD_TIME),
        ("until", until, BAD_TIME),
    )
    wrong = {name: why for name, understood, why in checks if written[name] and understood is None}
    which = Filter(
        account=account,
        state=state,
        category=category,
        sender=written["sender"] or None,
        number=number if isinstance(number, int) else None,
        since=since,
        until=until,
        before=int(before) if _is_id(before) else None,
        limit=PAGE,
    )
    return which, wrong


def _is_id(written: str) -> bool:
    """Ids have 63 bits: at most 19 digits."""
    return written.isascii() and written.isdigit() and len(written) < 20


def _line(sight: Sight, row: Row) -> Line:
    message, account = row.message, sight.world.books.accounts.get(row.message.account)
    return Line(
        id=str(message.id),
        at=message.accepted_at,
        term=STATES[sight.state_of(row)],
        category=CATEGORIES[row.verdict.category],
        number=masked_number(message.recipient),
        sender=message.sender,
        account=account.name if account else str(message.account),
        text=masked_text(message.text if row.verdict.text is None else row.verdict.text),
        segments=row.segments,
        test=not message.live,
    )
