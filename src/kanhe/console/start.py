"""The task list of an account: what stands between a new customer and the first message, how far each step is, how long it usually takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from kanhe.console import problems
from kanhe.console.desk import Desk
from kanhe.console.reviews import NEWEST
from kanhe.console.sight import Sight
from kanhe.console.terms import _N, Term
from kanhe.console.visit import Answer, Shown, Visit, trouble
from kanhe.domain.dossier import AWAITING, Stand
from kanhe.domain.papers import Sender
from kanhe.domain.review import Kind
from kanhe.domain.state import State
from kanhe.domain.users import Permission
from kanhe.ports.dossiers import Shelf
from kanhe.ports.store import Filter
from kanhe.records.books import APPROVED, Books
from kanhe.records.kinds import KINDS

# Papers of one account that are looked at; a newcomer has a handful.
PAPERS_MAX = 200
# Messages that are looked at for a first test and a first delivery.
MESSAGES_MAX = 200
# Decisions on papers from which the usual waiting time is taken.
DECISIONS = 50


class Step(StrEnum):
    """What is to be done, in this order."""

    QUALIFICATION = "qualification"
    AGREEMENT = "agreement"
    SENDER = "sender"
    FILING = "filing"
    TEMPLATE = "template"
    TEST = "test"
    SEND = "send"


class Progress(StrEnum):
    """How far a step is."""

    TODO = "todo"
    DOCUMENTS = "documents"
    WAITS = "waits"
    REFUSED = "refused"
    DONE = "done"


TERMS: Mapping[Progress, Term] = {
    Progress.TODO: Term(_N("To do"), "plain", "ring"),
    Progress.DOCUMENTS: Term(_N("Documents are missing"), "wait", "pencil"),
    Progress.WAITS: Term(_N("Waits for others"), "going", "clock"),
    Progress.REFUSED: Term(_N("Refused"), "stop", "cross"),
    Progress.DONE: Term(_N("Done"), "good", "tick"),
}
assert set(TERMS) == set(Progress)
# Each step: its name, what it is for, and where it is done.
WORDS: Mapping[Step, tuple[str, str, str]] = {
    Step.QUALIFICATION: (_N("Qualification"), _N("Who you are: registration, authorisation, the authorised person."), "POST /v1/qualifications"),
    Step.AGREEMENT: (_N("Agreement"), _N("The version in force is accepted, by whom and when."), "POST /v1/agreements"),
    Step.SENDER: (_N("Sender and signature"), _N("Whose name it is, its id, and where its links may lead."), "POST /v1/senders"),
    Step.FILING: (_N("Registries and carriers"), _N("The operator files the sender; some answer within a day, some within a week."), ""),
    Step.TEMPLATE: (_N("Template"), _N("A text with typed variables passes at once when it is used."), "POST /v1/templates"),
    Step.TEST: (_N("Test"), _N("A test key goes the whole way to a simulated carrier."), "POST /v1/messages"),
    Step.SEND: (_N("Send"), _N("The first message that reached a handset."), "POST /v1/messages"),
}  # fmt: skip
assert set(WORDS) == set(Step)
# Steps that wait for a reviewer.
REVIEWED = frozenset({Step.QUALIFICATION, Step.SENDER, Step.TEMPLATE})


@dataclass(frozen=True, slots=True)
class Line:
    """One step."""

    name: str
    what: str
    where: str
    term: Term
    papers: str | None  # the list of papers of its kind
    form: str | None  # where this user files one
    usual_s: int | None  # how long reviewers take


@dataclass(frozen=True, slots=True)
class Page:
    """The list."""

    accounts: Sequence[tuple[str, str]]
    account: str
    lines: Sequence[Line]
    done: int


async def show_start(desk: Desk, visit: Visit) -> Answer:
    """The task list of one account."""
    accounts = Sight(desk.world, visit.known).accounts()
    account = visit.query.get("account") or next((i for i, _ in accounts), "")
    if account not in dict(accounts):
        return trouble(problems.NO_ACCOUNT)
    usual = _usual_s(desk)
    found = progress(desk, int(account))
    lines = [
        Line(
            *WORDS[step],
            TERMS[far],
            _papers_of(step),
            _form_of(visit, step, account),
            usual if step in REVIEWED and far is Progress.WAITS else None,
        )
        for step, far in found.items()
    ]
    return Shown("start.html", Page(accounts, account, lines, sum(far is Progress.DONE for far in found.values())))


def progress(desk: Desk, account: int) -> Mapping[Step, Progress]:
    """How far each step is."""
    books, store = desk.world.books, desk.cabinet.dossiers
    shelf = store.shelf([Step.QUALIFICATION, Step.SENDER, Step.TEMPLATE], account, 0, PAPERS_MAX)
    of_kind = {kind: [each for each in shelf if each.dossier.kind == kind] for kind in REVIEWED}
    rows = desk.world.store.rows(Filter(account=account, limit=MESSAGES_MAX))
    senders = [sender for (owner, _), sender in books.senders.items() if owner == account and sender.status == APPROVED]
    return {
        Step.QUALIFICATION: _reviewed(of_kind[Step.QUALIFICATION]),
        Step.AGREEMENT: _agreed(books, account),
        Step.SENDER: Progress.DONE if senders else _reviewed(of_kind[Step.SENDER]),
        Step.FILING: _filed(senders),
        Step.TEMPLATE: _reviewed(of_kind[Step.TEMPLATE]),
        Step.TEST: Progress.DONE if any(not row.message.live for row in rows) else Progress.TODO,
        Step.SEND: Progress.DONE if any(row.state is State.DELIVERED for row in rows) else Progress.TODO,
    }


def _reviewed(shelf: Sequence[Shelf]) -> Progress:
    """The best of the papers of a kind."""
    stands = {each.newest.stand for each in shelf}
    if any(each.standing is not None and each.standing.stand is Stand.APPROVED for each in shelf):
        return Progress.DONE
    if stands & AWAITING:
        return Progress.WAITS
    if Stand.DRAFT in stands:
        return Progress.DOCUMENTS
    return Progress.REFUSED if Stand.REFUSED in stands else Progress.TODO


def _agreed(books: Books, account: int) -> Progress:
    """Whether the newest version of every agreement that the operator publishes, and this account needs any of, is accepted."""
    held = books.accounts[account].agreements
    newest = {key: versions[-1][0] for key, versions in books.operator.agreements.items() if versions}
    return (
        Progress.DONE if any(held.get(key, ("",))[0] == version for key, version in newest.items()) else Progress.TODO
    )


def _filed(senders: Sequence[Sender]) -> Progress:
    """Whether registries and carriers know a sender."""
    filings = [each for sender in senders for each in sender.registrations.values()]
    if not filings:
        return Progress.WAITS if senders else Progress.TODO
    good = any(each.status == "active" and all(said == "active" for said in each.filed.values()) for each in filings)
    return Progress.DONE if good else Progress.WAITS


def _papers_of(step: Step) -> str | None:
    return f"/console/papers?kind={step}" if step in REVIEWED or step is Step.AGREEMENT else None


def _form_of(visit: Visit, step: Step, account: str) -> str | None:
    files = step in KINDS and visit.known.may(Permission.FILE)
    return f"/console/papers/new?kind={step}&account={account}" if files else None


def _usual_s(desk: Desk) -> int | None:
    """How long the last decisions on papers took, half of them longer."""
    closed = desk.reviews.history([Kind.PAPER], None, NEWEST, DECISIONS)
    waited = [item.closed_at - item.created_at for item in closed if item.closed_at is not None and item.decisions]
    return round(median(waited) / 1000) if waited else None
