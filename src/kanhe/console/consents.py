"""One number: what it agreed to, what it refused, what registers say of it, and what the gate makes of that for a sender."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kanhe.console import problems
from kanhe.console.consent_terms import (
    CHANNELS,
    CHOSEN,
    DISPROVED,
    ENDED,
    GIVEN,
    LIFTED,
    LISTED,
    METHODS,
    NOT_ASKED,
    NOT_LISTED,
    PENDING,
    PROOF_FIELDS,
    SCOPES,
    STANDS,
    STATES,
    TOO_OLD,
    VOID,
    WITHDRAWN,
    way_of,
)
from kanhe.console.desk import Desk
from kanhe.console.faults import BAD_NUMBER, Fault, by_field, fault
from kanhe.console.sight import Sight
from kanhe.console.terms import CATEGORIES, Term
from kanhe.console.visit import Answer, Octets, Shown, Visit, trouble
from kanhe.domain.category import Category
from kanhe.domain.facts import Consent, Wants
from kanhe.domain.lot import Lot
from kanhe.domain.papers import Sender
from kanhe.domain.users import Permission
from kanhe.gate.explain import Explained
from kanhe.law.grounds import the_grounds
from kanhe.law.numbers import NumberRefused, parse_number
from kanhe.offices.consenting import document_of, what_counts
from kanhe.offices.registers import registers_on_file
from kanhe.ports.store import RefusalOnFile
from kanhe.records.reaches import Scope, may_lift, may_put, scope_of
from kanhe.records.reviews import REASON_CHARS_MAX
from kanhe.records.uploads import media_of

PATH = "/console/consents"
# Consents that count no more, by their status.
OVER: Mapping[str, Term] = {"withdrawn": WITHDRAWN, "superseded": VOID}


@dataclass(frozen=True, slots=True)
class Given:
    """A consent."""

    consent: Consent
    account: str
    account_id: int
    lot: Lot | None
    term: Term
    categories: Sequence[str]
    method: str
    ground: str  # what stands in the place of a consent
    ended_by: str
    opens: bool  # its document
    ends: bool  # this user may take it back


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal or block."""

    on_file: RefusalOnFile
    account: str
    term: Term
    scope: str
    categories: Sequence[str]
    source: str
    lifts: bool


@dataclass(frozen=True, slots=True)
class Register:
    """What a register says of the number."""

    key: str
    term: Term
    checked_at: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """Everything."""

    to: str
    number: str
    sender: str
    senders: Sequence[tuple[str, str]]
    category: str
    categories: Sequence[tuple[str, str]]
    given: Sequence[Given]
    refused: Sequence[Refused]
    registers: Sequence[Register]
    findings: Sequence[Explained]
    adds: bool  # this user may put a consent on file
    methods: Sequence[tuple[str, str]]
    states: Sequence[tuple[str, str]]
    proof_fields: Sequence[tuple[str, str]]
    scopes: Sequence[tuple[str, str]]
    channels: Sequence[tuple[str, str]]
    reason_max: int
    written: Mapping[str, str]
    faults: Sequence[Fault]
    wrong: Mapping[str, str]


async def show_consents(desk: Desk, visit: Visit) -> Answer:
    """Everything that is on file of a number."""
    return shown_consents(desk, visit)


def shown_consents(desk: Desk, visit: Visit, *faults: Fault) -> Shown:
    """The page, with what is wrong with a form on it."""
    asked = {name: visit.form.get(name) or visit.query.get(name, "") for name in ("to", "sender", "category")}
    to, number = asked["to"].strip(), number_of(asked["to"])
    if to and number is None and not faults:
        faults = (fault(visit, "to", BAD_NUMBER),)
    category = Category(asked["category"]) if asked["category"] in set(Category) else Category.MARKETING
    sender = sender_of(desk, visit, asked["sender"])
    page = Page(
        to=to,
        number=f"+{number}" if number is not None else "",
        sender=asked["sender"] if sender is not None else "",
        senders=_senders(desk, visit),
        category=category.value,
        categories=[(each.value, word) for each, word in CATEGORIES.items() if each is not Category.P2P],
        given=list(_given(desk, visit, number)) if number is not None else (),
        refused=list(_refused(desk, visit, number)) if number is not None else (),
        registers=list(_registers(desk, number)) if number is not None else (),
        findings=what_counts(desk.world, sender, number, category) if number is not None and sender is not None else (),
        adds=visit.known.may(Permission.CONSENTS),
        methods=list(METHODS.items()),
        states=list(STATES.items()),
        proof_fields=list(PROOF_FIELDS.items()),
        scopes=[(scope.value, SCOPES[scope]) for scope in Scope if may_put(visit.known, scope, visit.known.account)],
        channels=[(each.value, CHANNELS[each]) for each in CHOSEN],
        reason_max=REASON_CHARS_MAX,
        written=visit.form,
        faults=faults,
        wrong=by_field(faults),
    )
    return Shown("consents.html", page, 422 if faults else 200)


async def open_consent(desk: Desk, visit: Visit) -> Answer:
    """The document that proves a consent; that somebody opened it is recorded."""
    number = number_of(visit.query.get("to", ""))
    found = consent_in(desk, visit, number) if number is not None else None
    octets = await document_of(desk.cabinet.files, found.consent.proof) if found is not None else None
    if octets is None:
        return trouble(problems.NO_PAPER)
    return Octets(octets, media_of(octets) or "application/octet-stream", (("content-disposition", "attachment"),))


def number_of(written: str) -> int | None:
    """The number that is written; None: it is none."""
    found = parse_number(written) if written.strip() else None
    return None if isinstance(found, NumberRefused) else found


def sender_of(desk: Desk, visit: Visit, written: str) -> Sender | None:
    """The sender of an `account/name`, if the user may see it."""
    account, _, name = written.partition("/")
    mine = visit.known.account in (None, int(account)) if account.isdecimal() and len(account) < 19 else False
    return desk.world.books.senders.get((int(account), name)) if mine else None


def consent_in(desk: Desk, visit: Visit, number: int) -> Given | None:
    """The consent in the path, of a number."""
    return next((each for each in _given(desk, visit, number) if each.consent.id == visit.id), None)


def refusal_in(desk: Desk, visit: Visit, number: int) -> Refused | None:
    """The refusal in the path, of a number, while it stands."""
    standing = (each for each in _refused(desk, visit, number) if each.on_file.lifted_at is None)
    return next((each for each in standing if each.on_file.refusal.id == visit.id), None)


def _senders(desk: Desk, visit: Visit) -> list[tuple[str, str]]:
    names = dict(Sight(desk.world, visit.known).accounts())
    return [
        (f"{account}/{name}", f"{name} – {names[str(account)]}")
        for account, name in sorted(desk.world.books.senders)
        if str(account) in names
    ]


def _given(desk: Desk, visit: Visit, number: int) -> Iterator[Given]:
    names = dict(Sight(desk.world, visit.known).accounts())
    pairs = frozenset((int(account), number) for account in names)
    found = desk.world.store.ask(Wants(consents=pairs)).consents
    now, may = desk.world.clock.now_ms(), visit.known.may(Permission.CONSENTS)
    for (account, _), consents in sorted(found.items()):
        for each in sorted(consents, key=lambda one: one.id, reverse=True):
            lot = desk.world.lots.by_id.get(each.lot or 0)
            yield Given(
                each,
                names[str(account)],
                account,
                lot,
                _term(each, now),
                [_category(category) for category in sorted(each.categories)],
                METHODS.get(each.method, each.method),
                getattr(the_grounds().grounds[each.ground], visit.language) if each.ground else "",
                way_of(each.ended_by),
                (each.proof or "").startswith("sha256:"),
                may and each.status == "active",
            )


def _term(each: Consent, now: int) -> Term:
    if each.status != "active":
        return OVER[each.status]
    if each.expires_at is not None and each.expires_at <= now:
        return ENDED
    return {"pending": PENDING, "refused": DISPROVED}.get(each.review, GIVEN)


def _category(category: str) -> str:
    return CATEGORIES[Category(category)] if category in set(Category) else category


def _refused(desk: Desk, visit: Visit, number: int) -> Iterator[Refused]:
    accounts = desk.world.books.accounts
    for each in desk.world.store.refusals_ever(number):
        refusal = each.refusal
        if visit.known.account not in (None, refusal.account):
            continue
        yield Refused(
            each,
            accounts[refusal.account].name if refusal.account in accounts else "",
            STANDS if each.lifted_at is None else LIFTED,
            SCOPES[scope_of(refusal)],
            [_category(category) for category in sorted(refusal.categories) if category != "all"],
            way_of(refusal.source),
            each.lifted_at is None and may_lift(visit.known, refusal),
        )


def _registers(desk: Desk, number: int) -> Iterator[Register]:
    """What do-not-call registers that rules ask say of a number, where they have ever been asked."""
    on_file, now = registers_on_file(desk.world), desk.world.clock.now_ms()
    answers = desk.world.store.ask(Wants(dnc=frozenset((each.key, number) for each in on_file))).dnc
    for each in on_file:
        answer = answers.get((each.key, number))
        if answer is None:
            if each.lists:
                yield Register(each.key, NOT_ASKED, None)
            continue
        held = TOO_OLD if each.too_old(answer.checked_at, now) else NOT_LISTED
        term = LISTED if answer.listed else held
        yield Register(each.key, term, answer.checked_at)
