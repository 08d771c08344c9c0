"""Announcements of authorities: the list, the form by which one person asks, and the page on which another confirms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kanhe.console import problems
from kanhe.console.asking import Asks, ask, is_sure
from kanhe.console.desk import Desk
from kanhe.console.faults import Fault, by_field, fault_of
from kanhe.console.limits import PAGE
from kanhe.console.sight import Sight
from kanhe.console.terms import _N, CATEGORIES, OUTCOMES, STATES, Term
from kanhe.console.visit import Answer, Moved, Shown, Visit, trouble
from kanhe.domain.announcement import MOVES, Act, Announcement, Stage, Word
from kanhe.domain.category import Category
from kanhe.domain.papers import Authority
from kanhe.domain.state import State
from kanhe.domain.users import Permission
from kanhe.emergency.rules import REASON_CHARS_MAX
from kanhe.intake.normalise import TEXT_CHARS_MAX
from kanhe.offices.announcing import Asked, Preview
from kanhe.records.checks import Wrong

PATH = "/console/announcements"
NEWEST = (1 << 63) - 1
FIELDS = ("account", "authority", "sender", "category", "danger", "text", "numbers", "why")

STAGES: Mapping[Stage, Term] = {
    Stage.ASKED: Term(_N("Waits for a second person"), "wait", "clock"),
    Stage.CONFIRMED: Term(_N("On its way"), "going", "half"),
    Stage.SENT: Term(_N("Handed on"), "good", "tick"),
    Stage.REFUSED: Term(_N("Refused"), "stop", "cross"),
    Stage.STOPPED: Term(_N("Stopped"), "stop", "cross"),
}
assert set(STAGES) == set(Stage)
ACTS: Mapping[Act, str] = {
    Act.ASK: _N("Asked for it"),
    Act.CONFIRM: _N("Confirmed it"),
    Act.REFUSE: _N("Refused it"),
    Act.STOP: _N("Stopped it"),
    Act.FINISH: _N("All of it was handed on, or its time was over"),
}
assert set(ACTS) == set(Act)
KINDS = [(each.value, CATEGORIES[each]) for each in (Category.EMERGENCY, Category.PUBLIC_SERVICE)]
ASKS: Mapping[Act, Asks] = {
    Act.CONFIRM: Asks(
        _N("Send this text to %(count)s numbers?"),
        (
            _N("You answer for it beside the person who asked; both names stand in the ledger."),
            _N("What has left cannot be called back."),
        ),
        _N("Yes, send it"),
    ),
    Act.STOP: Asks(
        _N("Stop what has not been handed on yet?"),
        (_N("What the intake has taken goes on; the rest never leaves."),),
        _N("Yes, stop it"),
    ),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One announcement."""

    id: str
    text: str
    account: str
    authority: str
    category: str
    term: Term
    at: int
    numbers: int
    handed: int


@dataclass(frozen=True, slots=True)
class Form:
    """What can be asked for, and what was written."""

    accounts: Sequence[tuple[str, str]]
    authorities: Sequence[tuple[str, str]]
    kinds: Sequence[tuple[str, str]]
    written: Mapping[str, str]
    text_max: int
    reason_max: int
    faults: Sequence[Fault]
    wrong: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class List:
    """A page of announcements."""

    lines: Sequence[Line]
    older: str | None
    may_ask: bool
    on_file: bool  # an authority at all


@dataclass(frozen=True, slots=True)
class One:
    """One announcement with everything the second person must see."""

    line: Line
    found: Announcement
    power: Authority | None
    words: Sequence[tuple[Word, str]]
    became: Sequence[tuple[str, int]]
    preview: Sequence[tuple[Preview, Term]]
    mine: bool  # asked for by this very user
    acts: frozenset[str]
    reason_max: int
    written: Mapping[str, str]
    faults: Sequence[Fault]
    wrong: Mapping[str, str]


async def list_announcements(desk: Desk, visit: Visit) -> Answer:
    """A page, newest first."""
    before = visit.query.get("before", "")
    below = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else NEWEST
    found = desk.announcements.store.page(visit.known.account, below, PAGE)
    older = f"{PATH}?before={found[-1].id}" if len(found) == PAGE else None
    return Shown(
        "announcements.html",
        List(
            [_line(desk, each) for each in found], older, visit.known.may(Permission.ANNOUNCE), bool(_authorities(desk))
        ),
    )


async def new_announcement(desk: Desk, visit: Visit) -> Answer:
    """The form."""
    return _form(desk, visit)


async def ask_announcement(desk: Desk, visit: Visit) -> Answer:
    """The first person asks; nothing leaves by it."""
    written = {name: visit.form.get(name, "").strip() for name in FIELDS}
    account, _, authority = written["authority"].partition("/")
    category = written["category"]
    asked = Asked(
        int(account) if account.isdecimal() and len(account) < 19 else 0,
        authority,
        written["sender"],
        Category(category) if category in dict(KINDS) else Category.TRANSACTIONAL,
        bool(written["danger"]),
        written["text"],
        [line.strip() for line in written["numbers"].splitlines() if line.strip()],
        written["why"],
    )
    made = await desk.announcements.ask(asked, visit.known)
    if isinstance(made, Wrong):
        return _form(desk, visit, fault_of(made, visit.language))
    return Moved(f"{PATH}/{made.id}")


async def show_announcement(desk: Desk, visit: Visit) -> Answer:
    """One announcement."""
    return await _one(desk, visit)


async def decide_announcement(desk: Desk, visit: Visit) -> Answer:
    """The second person's word; or anybody's who stops it."""
    says, reason = visit.form.get("says", ""), visit.form.get("reason", "").strip()
    found = desk.announcements.store.announcement(visit.id)
    if found is None or says not in {Act.CONFIRM, Act.REFUSE, Act.STOP}:
        return trouble(problems.NO_ANNOUNCEMENT)
    does, back = Act(says), f"{PATH}/{found.id}"
    if does in ASKS and does in MOVES[found.stage] and 0 < len(reason) <= REASON_CHARS_MAX and not is_sure(visit):
        return ask(ASKS[does], visit, back, count=found.count)
    made = await desk.announcements.decide(found.id, visit.known, does, reason)
    return await _one(desk, visit, fault_of(made, visit.language)) if isinstance(made, Wrong) else Moved(back)


def _form(desk: Desk, visit: Visit, *faults: Fault) -> Shown:
    page = Form(
        Sight(desk.world, visit.known).accounts(),
        _authorities(desk),
        KINDS,
        visit.form,
        TEXT_CHARS_MAX,
        REASON_CHARS_MAX,
        faults,
        by_field(faults),
    )
    return Shown("announce.html", page, 422 if faults else 200)


async def _one(desk: Desk, visit: Visit, *faults: Fault) -> Shown:
    found = desk.announcements.store.announcement(visit.id)
    if found is None or visit.known.account not in (None, found.account):
        return trouble(problems.NO_ANNOUNCEMENT)
    asked = found.word(Act.ASK)
    waits = found.stage is Stage.ASKED
    page = One(
        line=_line(desk, found),
        found=found,
        power=desk.world.books.authorities.get((found.account, found.authority)),
        words=[(word, ACTS[word.act]) for word in found.words],
        became=[(_state(name), count) for name, count in found.became.items()],
        preview=[(each, OUTCOMES[each.outcome]) for each in await desk.announcements.preview(found)] if waits else (),
        mine=asked is not None and asked.user == visit.known.id,
        acts=frozenset(MOVES[found.stage]) if visit.known.may(Permission.ANNOUNCE) else frozenset(),
        reason_max=REASON_CHARS_MAX,
        written=visit.form,
        faults=faults,
        wrong=by_field(faults),
    )
    return Shown("announcement.html", page, 422 if faults else 200)


def _authorities(desk: Desk) -> Sequence[tuple[str, str]]:
    """(account/key, name) of those on file."""
    papers = sorted(desk.world.books.authorities.values(), key=lambda each: each.name)
    accounts = desk.world.books.accounts
    return [
        (f"{each.account}/{each.key}", f"{each.name} – {accounts[each.account].name}")
        for each in papers
        if each.account in accounts
    ]


def _line(desk: Desk, found: Announcement) -> Line:
    account = desk.world.books.accounts.get(found.account)
    paper = desk.world.books.authorities.get((found.account, found.authority))
    return Line(
        id=str(found.id),
        text=found.text,
        account=account.name if account else str(found.account),
        authority=paper.name if paper else found.authority,
        category=CATEGORIES[found.category],
        term=STAGES[found.stage],
        at=found.words[0].at,
        numbers=found.count,
        handed=found.handed,
    )


def _state(name: str) -> str:
    """What became of messages: a state's word, or the code of a refusal."""
    state = State.__members__.get(name.upper())
    return STATES[state].word if state is not None else name
