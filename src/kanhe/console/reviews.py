"""The review queue: what waits for people, the longest first, and what they decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from kanhe.console.desk import Desk
from kanhe.console.limits import PAGE
from kanhe.console.paper_terms import KIND_WORDS
from kanhe.console.sight import Sight
from kanhe.console.terms import _N, CATEGORIES, Term
from kanhe.console.visit import Answer, Shown, Visit
from kanhe.domain.category import Category
from kanhe.domain.review import Item, Kind, Says
from kanhe.kit.clock import HOUR_MS
from kanhe.offices.waiting import Wanted, place_of

PATH = "/console/reviews"
FILTERS = ("show", "kind", "account", "reason")
NEWEST = (1 << 63) - 1
# A verification code is worthless by then; whoever sends services has noticed.
AGEING_MS = 4 * HOUR_MS
# Service texts have no use after a day, and registers promise an answer within one.
OLD_MS = 24 * HOUR_MS
# Enough to know a text by in a list.
TITLE_CHARS = 80

KINDS: Mapping[Kind, str] = {
    Kind.MESSAGE: _N("Held messages"),
    Kind.PAPER: _N("Paper"),
    Kind.CONSENT: _N("Consent"),
    Kind.SAMPLE: _N("Sample"),
}
assert set(KINDS) == set(Kind)
SHOWS = (("mine", _N("What I have in hand")), ("closed", _N("What was decided")))

WAITS = Term(_N("Waits"), "wait", "clock")
IN_HAND = Term(_N("In hand"), "going", "half")
ENDED = Term(_N("Ended by itself"), "plain", "dash")
OUTCOMES: Mapping[tuple[Kind, Says], Term] = {
    (Kind.MESSAGE, Says.RELEASE): Term(_N("Released"), "good", "tick"),
    (Kind.MESSAGE, Says.REFUSE): Term(_N("Refused"), "stop", "cross"),
    (Kind.PAPER, Says.RELEASE): Term(_N("Approved"), "good", "tick"),
    (Kind.PAPER, Says.REFUSE): Term(_N("Refused"), "stop", "cross"),
    (Kind.CONSENT, Says.RELEASE): Term(_N("Approved"), "good", "tick"),
    (Kind.CONSENT, Says.REFUSE): Term(_N("Refused"), "stop", "cross"),
    (Kind.SAMPLE, Says.RELEASE): Term(_N("Rightly passed"), "good", "tick"),
    (Kind.SAMPLE, Says.REFUSE): Term(_N("Should not have passed"), "stop", "cross"),
}
assert set(OUTCOMES) == {(kind, says) for kind in Kind for says in Says}


@dataclass(frozen=True, slots=True)
class Line:
    """One item of the list."""

    id: str
    kind: str
    title: str
    account: str
    category: str
    term: Term
    who: str  # who has it in hand, or decided
    since: int
    waited_s: int
    age: str  # tone
    messages: int
    agreed: int
    needs: int


@dataclass(frozen=True, slots=True)
class List:
    """A page of the queue."""

    lines: Sequence[Line]
    filters: Mapping[str, str]
    kinds: Sequence[tuple[str, str]]
    shows: Sequence[tuple[str, str]]
    accounts: Sequence[tuple[str, str]]
    closed: bool
    more: str | None
    first: str | None  # the first page, when this is not it


async def list_reviews(desk: Desk, visit: Visit) -> Answer:
    """A page of the queue."""
    written = {name: visit.query.get(name, "").strip() for name in FILTERS}
    written |= {"show": written["show"] if written["show"] in dict(SHOWS) else ""}
    behind = _place(visit.query.get("after", ""))
    found = await _found(desk, visit, written, behind)
    since, identifier = place_of(found[-1]) if found else (0, 0)
    kept = {name: value for name, value in written.items() if value}
    more = {**kept, "after": f"{since}-{identifier}"} if len(found) == PAGE else None
    page = List(
        lines=[line_of(desk, item) for item in found],
        filters=written,
        kinds=[(kind.value, word) for kind, word in KINDS.items()],
        shows=SHOWS,
        accounts=Sight(desk.world, visit.known).accounts(),
        closed=written["show"] == "closed",
        more=f"{PATH}?{urlencode(more)}" if more else None,
        first=f"{PATH}?{urlencode(kept)}" if behind != (0, 0) else None,
    )
    return Shown("reviews.html", page)


async def _found(desk: Desk, visit: Visit, written: Mapping[str, str], behind: tuple[int, int]) -> Sequence[Item]:
    kind = Kind(written["kind"]) if written["kind"] in set(Kind) else None
    chosen = int(written["account"]) if written["account"].isdecimal() and len(written["account"]) < 19 else None
    account = chosen if visit.known.account is None else visit.known.account
    if written["show"] == "closed":
        kinds = [kind] if kind is not None else list(Kind)
        return desk.reviews.history(kinds, account, behind[1] or NEWEST, PAGE)
    mine = visit.known.id if written["show"] == "mine" else None
    return await desk.reviews.items(Wanted(kind, account, written["reason"], mine, behind, PAGE))


def _place(cursor: str) -> tuple[int, int]:
    since, _, identifier = cursor.partition("-")
    numbers = [part for part in (since, identifier) if part.isascii() and part.isdigit() and len(part) < 20]
    return (int(since), min(int(identifier), NEWEST)) if len(numbers) == 2 else (0, 0)


def line_of(desk: Desk, item: Item) -> Line:
    """An item as the queue shows it."""
    now, books = desk.world.clock.now_ms(), desk.world.books
    account = books.accounts.get(item.account) if item.account is not None else None
    waited = (item.closed_at or now) - item.created_at
    return Line(
        id=str(item.id),
        kind=KINDS[item.kind],
        title=title_of(item),
        account=account.name if account else "",
        category=category_of(item),
        term=term_of(item, now),
        who=item.decisions[-1].name if item.outcome else item.claimed_name if item.claimed(now) is not None else "",
        since=item.created_at,
        waited_s=waited // 1000,
        age="plain" if waited < AGEING_MS or item.closed_at else "wait" if waited < OLD_MS else "stop",
        messages=len(desk.reviews.messages(item)) if item.closed_at is None else item.touched,
        agreed=len(item.decisions),
        needs=item.needs,
    )


def title_of(item: Item) -> str:
    """What one knows an item by."""
    if item.kind is Kind.PAPER:
        return item.text.partition("/")[2] or item.text
    text = " ".join(item.text.split())
    return text if len(text) <= TITLE_CHARS else f"{text[:TITLE_CHARS]}…"


def category_of(item: Item) -> str:
    """What messages are for, what kind a paper is."""
    if item.kind is Kind.PAPER:
        return KIND_WORDS.get(item.category, item.category)
    return CATEGORIES[Category(item.category)] if item.category in set(Category) else item.category


def term_of(item: Item, now: int) -> Term:
    """How far an item has come."""
    if item.outcome is not None:
        return OUTCOMES[item.kind, item.outcome]
    if item.closed_at is not None:
        return ENDED
    return IN_HAND if item.claimed(now) is not None else WAITS
