"""One message: its journey step by step, why it may or may not go, how the handset shows it, and the proof."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kanhe.console import problems
from kanhe.console.desk import Desk
from kanhe.console.masks import masked_number, masked_text
from kanhe.console.packets import Packet, packets_of
from kanhe.console.sight import Sight
from kanhe.console.terms import CATEGORIES, OUTCOMES, STATES, Term
from kanhe.console.timeline import Moment, journey
from kanhe.console.visit import Answer, Moved, Octets, Shown, Visit, trouble
from kanhe.dispatch.unanswered import Unanswered, unanswered
from kanhe.domain.message import Message
from kanhe.domain.state import State
from kanhe.domain.users import Permission
from kanhe.domain.verdict import Outcome
from kanhe.gate.explain import Explained, explain
from kanhe.judging import judged_today
from kanhe.ledger.bundle import verify_bundle
from kanhe.ledger.errors import LedgerError
from kanhe.ports.store import Row
from kanhe.protocols.text.alphabets import decode
from kanhe.protocols.text.segments import Segments


@dataclass(frozen=True, slots=True)
class Piece:
    """What one segment shows."""

    text: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The text as a handset shows it."""

    sender: str
    pieces: Sequence[Piece]
    segments: int
    alphabet: str
    units: int
    price: int


@dataclass(frozen=True, slots=True)
class Proof:
    """What the ledger holds of the message."""

    indexes: Sequence[int]
    size: int  # of the tree under the newest checkpoint
    ready: bool  # the last of them is under it


@dataclass(frozen=True, slots=True)
class Checked:
    """What verifying the bundle found."""

    fault: str | None
    origin: str = ""
    size: int = 0
    root: str = ""
    entries: int = 0


@dataclass(frozen=True, slots=True)
class Today:
    """What the rules, papers and records of this moment would say of it."""

    outcome: Term
    not_before: int | None
    differs: bool
    deciding: Sequence[Explained]  # none for a plain allow


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the page shows."""

    id: str
    term: Term
    outcome: Term
    category: str
    declared: str | None  # when the gate read it differently
    number: str
    open: bool  # numbers and codes are shown
    may_open: bool
    may_prove: bool
    sender: str
    account: str
    ref: str | None
    door: str
    accepted_at: int
    expires_at: int
    due: int | None
    doubt: Unanswered | None  # while a carrier owes its answer
    may_release: bool
    route: str | None
    test: bool
    text: str
    changed: str | None  # the text as submitted, when it was amended
    preview: Preview
    journey: Sequence[Moment]
    deciding: Sequence[Explained]
    others: Sequence[Explained]
    packs: str
    today: Today | None  # None: its text is erased
    proof: Proof
    packets: Sequence[Packet] = ()  # shown with the numbers: they are full of them
    checked: Checked | None = None


async def show_message(desk: Desk, visit: Visit) -> Answer:
    """The page, with numbers masked."""
    page = _page(desk, visit, opened=False)
    return Shown("message.html", page) if page else trouble(problems.NO_MESSAGE)


async def open_message(desk: Desk, visit: Visit) -> Answer:
    """The same with its numbers and codes; the table of pages has this recorded."""
    page = _page(desk, visit, opened=True)
    return Shown("message.html", page) if page else trouble(problems.NO_MESSAGE)


async def mask_again(desk: Desk, visit: Visit) -> Answer:
    """Whoever comes back to the address of opened numbers by a link, not by asking, sees them masked."""
    return Moved(f"/console/messages/{visit.id}")


async def verify_message(desk: Desk, visit: Visit) -> Answer:
    """The same with its proof checked, as an auditor checks it: by the bundle and the public key alone."""
    bundle = _bundle(desk, visit)
    if isinstance(bundle, Shown):
        return bundle
    page = _page(desk, visit, opened=False)
    assert page is not None, "what has a bundle is a message"
    return Shown("message.html", replace(page, checked=_check(desk, bundle)))


async def download_evidence(desk: Desk, visit: Visit) -> Answer:
    """The bundle; it opens number and text, so the table of pages has this recorded."""
    bundle = _bundle(desk, visit)
    if isinstance(bundle, Shown):
        return bundle
    name = f'attachment; filename="kanhe-evidence-{visit.id}.json"'
    return Octets(bundle, "application/json", (("content-disposition", name),))


def _bundle(desk: Desk, visit: Visit) -> bytes | Shown:
    """The evidence for the message, or why there is none."""
    row = Sight(desk.world, visit.known).message(visit.id)
    if row is None:
        return trouble(problems.NO_MESSAGE)
    return desk.proofs.bundle(row) or trouble(problems.NOT_YET_PROVED, ("retry-after", "2"))


def _check(desk: Desk, bundle: bytes) -> Checked:
    try:
        proved = verify_bundle(bundle, desk.verifier)
    except LedgerError as error:
        return Checked(str(error))
    checkpoint = proved.checkpoint.checkpoint
    return Checked(None, desk.verifier.name, checkpoint.size, checkpoint.root.hex(), len(proved.entries))


def _page(desk: Desk, visit: Visit, *, opened: bool) -> Page | None:
    sight, world = Sight(desk.world, visit.known), desk.world
    row = sight.message(visit.id)
    if row is None:
        return None
    message, verdict, state = row.message, row.verdict, sight.state_of(row)
    account = world.books.accounts.get(message.account)
    findings = explain(verdict, message, world.gate.library, desk.when).findings
    shown = (lambda text: text) if opened else masked_text
    final = message.text if verdict.text is None else verdict.text
    return Page(
        id=str(message.id),
        term=STATES[state],
        outcome=OUTCOMES[verdict.outcome],
        category=CATEGORIES[verdict.category],
        declared=CATEGORIES[message.category] if message.category is not verdict.category else None,
        number=f"+{message.recipient}" if opened else masked_number(message.recipient),
        open=opened,
        may_open=visit.known.may(Permission.NUMBERS),
        may_prove=visit.known.may(Permission.PROOFS),
        sender=message.sender,
        account=account.name if account else str(message.account),
        ref=message.ref,
        door=message.door.upper(),
        accepted_at=message.accepted_at,
        expires_at=message.expires_at,
        due=row.due if state is State.DEFERRED else None,
        doubt=unanswered(world.board.lives.get(message.id)),
        may_release=visit.known.account is None,
        route=verdict.route,
        test=not message.live,
        text=shown(final),
        changed=shown(message.text) if verdict.text is not None else None,
        preview=_preview(desk, row, shown(final)),
        journey=list(journey(desk, row, state)),
        deciding=[one for one in findings if one.decided],
        others=[one for one in findings if not one.decided],
        packs=verdict.shape.pack_digest.hex(),
        today=_today(desk, row),
        proof=_proof(desk, message),
        packets=packets_of(desk, row, visit.language) if opened else (),
    )


def _today(desk: Desk, row: Row) -> Today | None:
    said = judged_today(desk.world, row.message)
    if said is None:
        return None
    findings = explain(said, row.message, desk.world.gate.library, desk.when).findings
    deciding = [one for one in findings if one.decided and said.outcome is not Outcome.ALLOW]
    return Today(OUTCOMES[said.outcome], said.not_before, said.outcome is not row.verdict.outcome, deciding)


# --- the handset -----------------------------------------------------------------------------------------------------------------


def _preview(desk: Desk, row: Row, shown: str) -> Preview:
    books, verdict = desk.world.books, row.verdict
    route = books.routes.get(verdict.route or "")
    text = row.message.text if verdict.text is None else verdict.text
    cut = desk.world.cuts.preview(text, route)
    count = row.segments or len(cut.parts)
    return Preview(
        sender=verdict.sender or books.shown(row.message),
        pieces=list(_pieces(cut, shown)),
        segments=count,
        alphabet={"gsm7": "GSM 7", "ucs2": "UCS-2"}.get(cut.alphabet, cut.alphabet.value),
        units=cut.units,
        price=count * route.price if route else 0,
    )


def _pieces(cut: Segments, shown: str) -> Iterator[Piece]:
    """The text as shown, cut where its segments are; a mask is as long as what it hides."""
    at = 0
    for part in cut.parts:
        length = len(decode(part, cut.alphabet, cut.shift))
        yield Piece(shown[at : at + length])
        at += length


# --- the proof -----------------------------------------------------------------------------------------------------------------------


def _proof(desk: Desk, message: Message) -> Proof:
    kept = desk.entries.checkpoint()
    size = kept[0] if kept else 0
    indexes = [entry.id for entry in desk.entries.entries_of(message.id)]
    return Proof(indexes, size, bool(indexes) and indexes[-1] < size)
