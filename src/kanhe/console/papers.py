"""Papers: what is on file, what waits, what ends soon; and one paper with its versions, documents and history."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from kanhe.console import problems
from kanhe.console.desk import Desk
from kanhe.console.faults import Fault, by_field
from kanhe.console.limits import PAGE
from kanhe.console.terms import _N, CATEGORIES, Term
from kanhe.console.visit import Answer, Octets, Shown, Visit, trouble
from kanhe.domain.dossier import AWAITING, MOVES, Act, Attached, Done, Dossier, Stand, Version
from kanhe.domain.papers import Sender, Template
from kanhe.domain.users import Permission
from kanhe.law.reasons import reasons
from kanhe.law.words import vocabulary
from kanhe.ports.dossiers import Dossiers
from kanhe.records.kinds import KINDS
from kanhe.records.papers import days_left, standing_of, today_of
from kanhe.upkeep.ends import WARN_DAYS, ending, over

# Documents show persons.
OPENS = Permission.NUMBERS
# What waits for a reviewer, on one page; the queue shows it in portions.
WAITING_MAX = 200

STANDS: Mapping[Stand, Term] = {
    Stand.DRAFT: Term(_N("Draft"), "plain", "pencil"),
    Stand.SUBMITTED: Term(_N("Waits for review"), "wait", "clock"),
    Stand.REVIEW: Term(_N("In review"), "going", "half"),
    Stand.APPROVED: Term(_N("Valid"), "good", "tick"),
    Stand.REFUSED: Term(_N("Refused"), "stop", "cross"),
    Stand.SUSPENDED: Term(_N("Suspended"), "stop", "triangle"),
    Stand.EXPIRED: Term(_N("Over"), "stop", "dash"),
    Stand.WITHDRAWN: Term(_N("Withdrawn"), "plain", "dash"),
    Stand.SUPERSEDED: Term(_N("Replaced"), "plain", "dot"),
}
assert set(STANDS) == set(Stand)
ACTS: Mapping[Act, str] = {
    Act.FILE: _N("Filed"),
    Act.ATTACH: _N("Document handed in"),
    Act.SUBMIT: _N("Submitted for review"),
    Act.CLAIM: _N("Taken into review"),
    Act.RELEASE: _N("Given back to the queue"),
    Act.APPROVE: _N("Approved"),
    Act.REFUSE: _N("Refused"),
    Act.SUSPEND: _N("Suspended"),
    Act.RESUME: _N("Put in force again"),
    Act.EXPIRE: _N("Over"),
    Act.WITHDRAW: _N("Withdrawn"),
    Act.SUPERSEDE: _N("Replaced"),
    Act.REGISTER: _N("Noted what a registry or carrier says"),
    Act.WARN: _N("Warned of its end, days before"),
}
assert set(ACTS) == set(Act)
KIND_WORDS: Mapping[str, str] = {
    "licence": _N("Licence"),
    "qualification": _N("Qualification"),
    "agreement": _N("Agreement"),
    "authority": _N("Authority"),
    "sender": _N("Sender"),
    "template": _N("Template"),
}
assert set(KIND_WORDS) == set(KINDS)
ROLE_WORDS: Mapping[str, str] = {
    "copy": _N("Copy of the paper"),
    "other": _N("Other document"),
    "registration": _N("Business registration"),
    "authorisation": _N("Authorisation"),
    "identity": _N("Identity of the authorised person"),
    "app_filing": _N("Filing of the app"),
    "mandate": _N("Mandate of the authority"),
    "trademark": _N("Trademark certificate"),
    "owner_registration": _N("Registration of the owner of the name"),
}
REGISTRATIONS: Mapping[str, str] = {
    "active": _N("Active"),
    "pending": _N("Pending"),
    "refused": _N("Refused"),
    "expired": _N("Over"),
    "none": _N("None"),
}
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


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the history."""

    done: Done
    word: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A document."""

    document: Attached
    role: str
    kilobytes: int


@dataclass(frozen=True, slots=True)
class One:
    """One paper."""

    line: Line
    newest: Version
    content: Sequence[tuple[str, str]]
    versions: Sequence[tuple[Version, Term]]
    proofs: Sequence[Proof]
    steps: Sequence[Step]
    stops: Sequence[str]  # what the gate says without it
    may_open: bool
    acts: "Acts | None"
    faults: Sequence[Fault]
    wrong: Mapping[str, str]
    written: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Acts:
    """What a reviewer may do with the version in force."""

    suspend: bool
    resume: bool
    registers: bool  # registries and carriers know this kind
    keys: Sequence[tuple[str, str]]
    carriers: Sequence[tuple[str, str]]
    statuses: Sequence[tuple[str, str]]
    traits: Sequence[tuple[str, bool]]  # of a sender's id, and which are known of it
    categories: Sequence[tuple[str, str, bool]]  # for which its port was given
    filings: Sequence[tuple[str, str, str]]  # registry, carrier, state


async def list_papers(desk: Desk, visit: Visit) -> Answer:
    """Papers of one kind or all: page by page, or those that wait, or those that end."""
    kind, show, after = (visit.query.get(name, "") for name in ("kind", "show", "after"))
    kinds = [kind] if kind in KINDS else list(KINDS)
    found = [pair for pair in _chosen(desk, visit, kinds, show, after) if pair[0].kind in kinds]
    mine = [(d, v) for d, v in found if visit.known.account in (None, d.account)]
    lines = [_line(desk, dossier, versions) for dossier, versions in mine]
    more = f"/console/papers?kind={kind}&after={lines[-1].id}" if not show and len(lines) == PAGE else None
    return Shown("papers.html", List(lines, list(KIND_WORDS.items()), kind, SHOWN, show, more))


async def show_paper(desk: Desk, visit: Visit) -> Answer:
    """One paper."""
    return shown_paper(desk, visit)


def shown_paper(desk: Desk, visit: Visit, *faults: Fault) -> Shown:
    """The page of a paper, with what is wrong with a form on it."""
    dossier = seen(desk, visit)
    if dossier is None:
        return trouble(problems.NO_PAPER)
    store = desk.cabinet.dossiers
    versions = store.versions(dossier.id)
    one = One(
        _line(desk, dossier, versions),
        versions[0],
        content_lines(versions[0]),
        [(version, STANDS[version.stand]) for version in versions],
        proofs_of(store, dossier.id),
        [Step(done, ACTS[done.act]) for done in store.history(dossier.id)],
        [reasons().reasons[code][visit.language].what for code in KINDS[dossier.kind].blocks],
        visit.known.may(OPENS),
        acts_on(desk, visit, dossier, versions),
        faults,
        by_field(faults),
        visit.form,
    )
    return Shown("paper.html", one, 422 if faults else 200)


async def download_document(desk: Desk, visit: Visit) -> Answer:
    """A document of a paper; that somebody opened it is recorded."""
    dossier = seen(desk, visit)
    listed = desk.cabinet.dossiers.attached(dossier.id) if dossier is not None else ()
    found = next((each for each in listed if each.digest == visit.args["digest"]), None)
    octets = await desk.cabinet.files.fetch(found.digest, sealed=found.sealed) if found is not None else None
    if octets is None or found is None:
        return trouble(problems.NO_PAPER)
    return Octets(octets, found.media, (("content-disposition", "attachment"),))


def _chosen(
    desk: Desk, visit: Visit, kinds: Sequence[str], show: str, after: str
) -> Iterable[tuple[Dossier, Sequence[Version]]]:
    """(paper, its versions) of the list that was asked for."""
    store = desk.cabinet.dossiers
    if show == "waiting":
        pairs = store.standing_at(sorted(AWAITING), WAITING_MAX)
    elif show == "ending":
        pairs = [*over(store), *((each.dossier, each.version) for each in ending(store, _today(desk)))]
    else:
        first = int(after) if after.isdecimal() and len(after) < 19 else 0
        shelf = store.shelf(kinds, visit.known.account, first, PAGE)
        pairs = [(each.dossier, each.newest) for each in shelf]
    return [(dossier, store.versions(dossier.id)) for dossier, _ in pairs]


def acts_on(desk: Desk, visit: Visit, dossier: Dossier, versions: Sequence[Version]) -> Acts | None:
    """What this user may do with the version in force; None: nothing."""
    standing, paper = standing_of(versions), desk.world.books.find(dossier.kind, dossier.key)
    if standing is None or paper is None or not visit.known.may(Permission.DECIDE):
        return None
    moves, words = MOVES[standing.stand], vocabulary()
    of_sender = paper.id if isinstance(paper, Sender) else None
    given = (of_sender.port_categories or frozenset()) if of_sender else frozenset[str]()
    return Acts(
        suspend=Act.SUSPEND in moves,
        resume=Act.RESUME in moves,
        registers=isinstance(paper, Sender | Template),
        keys=[(key, key) for key in words.registry_keys],
        carriers=[(name, name) for name in sorted({route.carrier for route in desk.world.books.routes.values()})],
        statuses=[(each, REGISTRATIONS[each]) for each in words.allowed("registration_status")],
        traits=[(each, each in of_sender.traits) for each in words.allowed("sender_traits")] if of_sender else (),
        categories=[(c.value, word, c.value in given) for c, word in CATEGORIES.items()] if of_sender else (),
        filings=list(_filings(paper)) if isinstance(paper, Sender | Template) else (),
    )


def _filings(paper: Sender | Template) -> Iterator[tuple[str, str, str]]:
    for key, each in paper.registrations.items():
        yield key, "", REGISTRATIONS.get(each.status, each.status)
        for carrier, status in each.filed.items():
            yield key, carrier, REGISTRATIONS.get(status, status)


def seen(desk: Desk, visit: Visit) -> Dossier | None:
    """The paper in the path, if the user may see it."""
    found = desk.cabinet.dossiers.dossier(visit.id)
    return found if found is not None and visit.known.account in (None, found.account) else None


def _line(desk: Desk, dossier: Dossier, versions: Sequence[Version]) -> Line:
    standing = standing_of(versions)
    ends = standing.valid_to if standing is not None else versions[0].valid_to
    left = days_left(standing, _today(desk)) if standing is not None and standing.valid_to else None
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


def _today(desk: Desk) -> str:
    return today_of(desk.world.books, desk.world.clock.now_ms())


def proofs_of(store: Dossiers, dossier: int) -> list[Proof]:
    """The documents of a paper, newest first."""
    return [Proof(a, ROLE_WORDS.get(a.role, a.role), -(-a.octets // 1024)) for a in store.attached(dossier)]


def content_lines(version: Version) -> list[tuple[str, str]]:
    """What a version says, field by field."""
    body: dict[str, Any] = msgspec.json.decode(version.content)
    return [(name, _plain(value)) for name, value in body.items() if name not in ("account", "status")]


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_plain(each)}" for name, each in value.items() if each not in (None, [], {}, ""))
    if isinstance(value, list):
        return ", ".join(_plain(each) for each in value)
    return str(value)
