"""Filing papers: the form of a kind, a new version of what is on file, documents, and taking a paper back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kanhe.console import problems
from kanhe.console.asking import Asks, ask, is_sure
from kanhe.console.desk import Desk
from kanhe.console.faults import EMPTY, Fault, by_field, fault, fault_of, reason_fault
from kanhe.console.paper import seen, shown_paper
from kanhe.console.paper_fields import Drawn, as_written, draw, read_form
from kanhe.console.paper_terms import KIND_WORDS, ROLE_WORDS
from kanhe.console.sight import Sight
from kanhe.console.terms import _N
from kanhe.console.visit import Answer, Moved, Shown, Visit, trouble
from kanhe.domain.dossier import MOVES, STANDING, Act, Dossier, Stand
from kanhe.records import papers
from kanhe.records.checks import Wrong
from kanhe.records.handing_in import Handed, hand_in
from kanhe.records.kinds import KINDS, PaperKind
from kanhe.records.papers import Author
from kanhe.records.reviews import REASON_CHARS_MAX

PATH = "/console/papers"
# A name is shown in a table; what is longer was made by a machine.
NAME_CHARS_MAX = 64

WITHDRAWS: Mapping[bool, Asks] = {
    True: Asks(
        _N("Withdraw the paper that is in force?"),
        (
            _N("From the next verdict on nothing goes that rests on it."),
            _N("Its history stays. To use it again it must be filed and reviewed anew."),
        ),
        _N("Yes, withdraw it"),
    ),
    False: Asks(
        _N("Withdraw the version that is not decided yet?"),
        (_N("A version in force stays in force."), _N("Its history stays.")),
        _N("Yes, withdraw it"),
    ),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Of which kind, for which account."""

    accounts: Sequence[tuple[str, str]]
    kinds: Sequence[tuple[str, str]]
    account: str
    kind: str


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a paper."""

    kind: str
    word: str
    account: str
    account_name: str
    name: str  # of a paper on file; empty: a new one
    action: str
    back: str
    fields: Sequence[Drawn]
    why: str
    reason_max: int
    proofs: Sequence[str]  # documents that come next
    faults: Sequence[Fault]
    wrong: Mapping[str, str]


# --- a new paper ---


async def new_paper(desk: Desk, visit: Visit) -> Answer:
    """The form of a kind; which kind and whose paper is asked first."""
    accounts, kind = Sight(desk.world, visit.known).accounts(), visit.query.get("kind", "")
    account = visit.query.get("account", "") or next((i for i, _ in accounts), "")
    if kind not in KINDS or account not in dict(accounts):
        return Shown("paper_new.html", Choice(accounts, list(KIND_WORDS.items()), account, kind))
    return _form(desk, visit, KINDS[kind], int(account), {})


async def file_paper(desk: Desk, visit: Visit) -> Answer:
    """File it."""
    kind, account = visit.form.get("paper", ""), visit.form.get("account", "")
    if kind not in KINDS or account not in dict(Sight(desk.world, visit.known).accounts()):
        return trouble(problems.NO_ACCOUNT)
    content = read_form(KINDS[kind], visit.form, visit.language)
    if isinstance(content, list):
        return _form(desk, visit, KINDS[kind], int(account), visit.form, content)
    store, world = desk.cabinet.dossiers, desk.world
    made = await papers.file_new(
        store, world.books, world.ids.next(), int(account), KINDS[kind], content, author(desk, visit)
    )
    if isinstance(made, Wrong):
        return _form(desk, visit, KINDS[kind], int(account), visit.form, [fault_of(made, visit.language)])
    return Moved(f"{PATH}/{made.id}")


# --- a paper on file ---


async def new_version(desk: Desk, visit: Visit) -> Answer:
    """The form, with what the newest version says."""
    dossier = _own(desk, visit)
    if dossier is None or dossier.account is None:
        return trouble(problems.NO_PAPER)
    kind, newest = KINDS[dossier.kind], desk.cabinet.dossiers.versions(dossier.id)[0]
    return _form(desk, visit, kind, dossier.account, as_written(kind, newest), dossier=dossier)


async def file_version(desk: Desk, visit: Visit) -> Answer:
    """File a new version; the one in force stays in force until it is decided."""
    dossier = _own(desk, visit)
    if dossier is None or dossier.account is None:
        return trouble(problems.NO_PAPER)
    kind = KINDS[dossier.kind]
    content = read_form(kind, visit.form, visit.language)
    faults = list(content) if isinstance(content, list) else []
    why = visit.form.get("why", "").strip()
    if why and (wrong_reason := reason_fault(visit, why, "why")) is not None:
        faults.append(wrong_reason)
    if not isinstance(content, list) and not faults:
        store, books = desk.cabinet.dossiers, desk.world.books
        wrong = await papers.file_version(store, books, dossier, content, why, author(desk, visit))
        if wrong is None:
            return Moved(f"{PATH}/{dossier.id}")
        faults.append(fault_of(wrong, visit.language))
    return _form(desk, visit, kind, dossier.account, visit.form, faults, dossier)


async def attach_document(desk: Desk, visit: Visit) -> Answer:
    """Take a document for the newest version; with the last one that was missing it goes to review."""
    dossier, file = _own(desk, visit), visit.files.get("document")
    if dossier is None:
        return trouble(problems.NO_PAPER)
    if file is None:
        return shown_paper(desk, visit, fault(visit, "document", EMPTY))
    handed = Handed(visit.form.get("role", ""), _plain_name(file.name), file.octets)
    made = await hand_in(desk.cabinet, desk.world.books, dossier, handed, author(desk, visit))
    if isinstance(made, Wrong):
        return shown_paper(desk, visit, fault_of(made, visit.language, "document"))
    return Moved(f"{PATH}/{dossier.id}#documents")


async def withdraw_paper(desk: Desk, visit: Visit) -> Answer:
    """Take the newest version back, with a reason; asked again, the one in force."""
    dossier, why = _own(desk, visit), visit.form.get("why", "").strip()
    if dossier is None:
        return trouble(problems.NO_PAPER)
    if (lacking := reason_fault(visit, why, "why")) is not None:
        return shown_paper(desk, visit, lacking)
    store, books = desk.cabinet.dossiers, desk.world.books
    stands = [each.stand for each in store.versions(dossier.id) if Act.WITHDRAW in MOVES[each.stand]]
    if stands and not is_sure(visit):
        return ask(WITHDRAWS[stands[0] in STANDING - {Stand.EXPIRED}], visit, f"{PATH}/{dossier.id}")
    wrong = await papers.withdraw(store, books, dossier, why, author(desk, visit))
    if wrong is not None:
        return shown_paper(desk, visit, fault_of(wrong, visit.language, "why"))
    return Moved(f"{PATH}/{dossier.id}")


def author(desk: Desk, visit: Visit) -> Author:
    """Who does it, and when."""
    return Author(visit.known.name, desk.world.clock.now_ms())


def _own(desk: Desk, visit: Visit) -> Dossier | None:
    """The paper of an account in the path; the operator's own stand in his sheet."""
    found = seen(desk, visit)
    return found if found is not None and found.account is not None else None


def _plain_name(name: str) -> str:
    """The last part of a file's name, as some browsers send the whole way to it; its end is kept, which says what it is."""
    return name.replace("\\", "/").rpartition("/")[2].strip()[-NAME_CHARS_MAX:] or "document"


def _form(
    desk: Desk,
    visit: Visit,
    kind: PaperKind,
    account: int,
    written: Mapping[str, str],
    faults: Sequence[Fault] = (),
    dossier: Dossier | None = None,
) -> Shown:
    books = desk.world.books
    page = Form(
        kind=kind.word,
        word=KIND_WORDS[kind.word],
        account=str(account),
        account_name=books.accounts[account].name,
        name=dossier.key.partition("/")[2] if dossier else "",
        action=f"{PATH}/{dossier.id}/version" if dossier else f"{PATH}/new",
        back=f"{PATH}/{dossier.id}" if dossier else PATH,
        fields=draw(kind, books, account, written, again=dossier is not None),
        why=visit.form.get("why", ""),
        reason_max=REASON_CHARS_MAX,
        proofs=[ROLE_WORDS[proof.role] for proof in kind.proofs if proof.needed],
        faults=faults,
        wrong=by_field(faults),
    )
    return Shown("paper_form.html", page, 422 if faults else 200)
