"""Papers: what is on file, what waits, what ends soon."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kanhe.console.desk import Desk
from kanhe.console.limits import PAGE
from kanhe.console.paper_terms import KIND_WORDS, STANDS
from kanhe.console.terms import _N, Term
from kanhe.console.visit import Answer, Shown, Visit
from kanhe.domain.dossier import AWAITING, Dossier, Version
from kanhe.domain.users import Permission
from kanhe.records.kinds import KINDS
from kanhe.records.papers import days_left, standing_of, today_of
from kanhe.upkeep.ends import WARN_DAYS, ending, over

# What waits for a reviewer, on one page; the queue shows it in portions.
WAITING_MAX = 200

SHOWN = (("waiting", _N("Waits for review")), ("ending", _N("Ends within 60 days, or is over")))


@dataclass(frozen=True, slots=True)
class Line:
    """A paper of the list."""

    id: int
    kind: str
    name: str
    account: str
    stand: Term
    valid_to: str | None
    left: int | None
    tone: str


@dataclass(frozen=True, slots=True)
class List:
    """The list."""

    lines: Sequence[Line]
    kinds: Sequence[tuple[str, str]]
    kind: str
    shows: Sequence[tuple[str, str]]
    show: str
    more: str | None
    may_file: bool
    may_publish: bool


async def list_papers(desk: Desk, visit: Visit) -> Answer:
    """Papers of one kind or all: page by page, or those that wait, or those that end."""
    kind, show, after = (visit.query.get(name, "") for name in ("kind", "show", "after"))
    kinds = [kind] if kind in KINDS else list(KINDS)
    found = [pair for pair in _chosen(desk, visit, kinds, show, after) if pair[0].kind in kinds]
    mine = [(d, v) for d, v in found if visit.known.account in (None, d.account)]
    lines = [line_of(desk, dossier, versions) for dossier, versions in mine]
    more = f"/console/papers?kind={kind}&after={lines[-1].id}" if not show and len(lines) == PAGE else None
    return Shown(
        "papers.html",
        List(
            lines,
            list(KIND_WORDS.items()),
            kind,
            SHOWN,
            show,
            more,
            visit.known.may(Permission.FILE),
            visit.known.may(Permission.DECIDE),
        ),
    )


def _chosen(
    desk: Desk, visit: Visit, kinds: Sequence[str], show: str, after: str
) -> Iterable[tuple[Dossier, Sequence[Version]]]:
    """(paper, its versions) of the list that was asked for."""
    store = desk.cabinet.dossiers
    if show == "waiting":
        pairs = store.standing_at(sorted(AWAITING), WAITING_MAX)
    elif show == "ending":
        pairs = [*over(store), *((each.dossier, each.version) for each in ending(store, today(desk)))]
    else:
        first = int(after) if after.isdecimal() and len(after) < 19 else 0
        shelf = store.shelf(kinds, visit.known.account, first, PAGE)
        pairs = [(each.dossier, each.newest) for each in shelf]
    return [(dossier, store.versions(dossier.id)) for dossier, _ in pairs]


def line_of(desk: Desk, dossier: Dossier, versions: Sequence[Version]) -> Line:
    """A paper as lists and its own page show it."""
    standing = standing_of(versions)
    ends = standing.valid_to if standing is not None else versions[0].valid_to
    left = days_left(standing, today(desk)) if standing is not None and standing.valid_to else None
    account = desk.world.books.accounts.get(dossier.account) if dossier.account is not None else None
    return Line(
        dossier.id,
        KIND_WORDS[dossier.kind],
        dossier.key.partition("/")[2],
        account.name if account else "",
        STANDS[versions[0].stand],
        ends,
        left,
        _tone(left),
    )


def _tone(left: int | None) -> str:
    """The nearer its end, the graver."""
    if left is None or left > max(WARN_DAYS):
        return "plain"
    return "stop" if left <= min(WARN_DAYS) else "wait"


def today(desk: Desk) -> str:
    """The day on which papers end or do not."""
    return today_of(desk.world.books, desk.world.clock.now_ms())
