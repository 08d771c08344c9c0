"""One item of the review queue: what waits and why, what was said of it, and the decision."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from kanhe.console import problems
from kanhe.console.asking import Asks, ask, is_sure
from kanhe.console.desk import Desk
from kanhe.console.faults import Fault, by_field, fault_of
from kanhe.console.paper import Proof, proofs_of
from kanhe.console.paper_fields import content_lines
from kanhe.console.reviews import Line, line_of
from kanhe.console.terms import _N, STATES, Term
from kanhe.console.visit import Answer, Moved, Octets, Shown, Visit, trouble
from kanhe.domain.review import Decision, Item, Kind, Says
from kanhe.domain.state import State
from kanhe.domain.users import Permission
from kanhe.gate.explain import Explained, explain
from kanhe.moderation.policy import taxonomy
from kanhe.moderation.verdict import Span, Suggestion
from kanhe.offices.consenting import document_of
from kanhe.ports.store import Row
from kanhe.records.checks import Wrong
from kanhe.records.papers import standing_of
from kanhe.records.reviews import REASON_CHARS_MAX, lacking_in, lifted_by_a_look, masked
from kanhe.records.uploads import media_of

# Some of the messages behind one decision, for whoever wants to follow one; the list of messages has the rest.
MESSAGES_SHOWN = 10

# Of a consent: the field with the digest of its document.
PROOF = "proof"

# What the two buttons say.
BUTTONS: Mapping[Kind, tuple[str, str]] = {
    Kind.MESSAGE: (_N("Release"), _N("Refuse")),
    Kind.PAPER: (_N("Approve"), _N("Refuse")),
    Kind.CONSENT: (_N("Approve"), _N("Refuse")),
    Kind.SAMPLE: (_N("Rightly passed"), _N("Should not have passed")),
}
assert set(BUTTONS) == set(Kind)
SAID: Mapping[Says, Term] = {
    Says.RELEASE: Term(_N("Release"), "good", "tick"),
    Says.REFUSE: Term(_N("Refuse"), "stop", "cross"),
}
assert set(SAID) == set(Says)
DOUBTS: Mapping[bool, Term] = {
    True: Term(_N("Doubts it too"), "wait", "triangle"),
    False: Term(_N("Finds nothing to doubt"), "plain", "ring"),
}

ASKS: Mapping[Says, Asks] = {
    Says.RELEASE: Asks(
        _N("Release %(count)s messages?"),
        (
            _N("Each is judged again at this moment: what may go then goes, what may not is refused or waits."),
            _N("What has left cannot be called back."),
        ),
        _N("Yes, release them"),
    ),
    Says.REFUSE: Asks(
        _N("Refuse %(count)s messages?"),
        (_N("They end as refused, and their account is told."),),
        _N("Yes, refuse them"),
    ),
}
assert set(ASKS) == set(Says)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the text; with what was found there."""

    text: str
    found: str


@dataclass(frozen=True, slots=True)
class Label:
    """What the content engine found."""

    name: str
    rule: str
    grave: bool  # takes two persons


@dataclass(frozen=True, slots=True)
class Other:
    """What another made of the text."""

    of: str
    at: int
    term: Term
    labels: Sequence[Label]


@dataclass(frozen=True, slots=True)
class Message:
    """One of the messages that wait."""

    id: str
    at: int
    expires_at: int
    term: Term


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that waits, with what it would replace."""

    id: str
    content: Sequence[tuple[str, str, str | None]]  # field, what it says, what the one in force says where that differs
    proofs: Sequence[Proof]
    may_open: bool


@dataclass(frozen=True, slots=True)
class Said:
    """One person's word."""

    decision: Decision
    term: Term
    label: str


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the page shows."""

    line: Line
    item: Item
    is_open: bool
    pieces: Sequence[Piece]
    findings: Sequence[Explained]
    labels: Sequence[Label]
    other: Other | None  # what another made of the text
    messages: Sequence[Message]
    paper: Paper | None
    consent: Sequence[tuple[str, str]]  # what is known of one that was drawn
    may_open: bool
    said: Sequence[Said]
    mine: bool  # in this user's hand
    others: bool  # in another's
    may_decide: bool
    lifted: bool  # whether a release could change anything
    buttons: tuple[str, str]
    categories: Sequence[tuple[str, str]]  # of the taxonomy
    reason_max: int
    written: Mapping[str, str]
    faults: Sequence[Fault]
    wrong: Mapping[str, str]


async def show_review(desk: Desk, visit: Visit) -> Answer:
    """The page."""
    return _shown(desk, visit)


async def open_proof(desk: Desk, visit: Visit) -> Answer:
    """The document that proves a consent; that somebody opened it is recorded."""
    item = desk.reviews.item(visit.id)
    if item is None or visit.known.account not in (None, item.account):
        return trouble(problems.NO_REVIEW)
    octets = await document_of(desk.cabinet.files, dict(_told(item)).get(PROOF))
    if octets is None:
        return trouble(problems.NO_PAPER)
    return Octets(octets, media_of(octets) or "application/octet-stream", (("content-disposition", "attachment"),))


async def claim_review(desk: Desk, visit: Visit) -> Answer:
    """Take it in hand."""
    return _after(desk, visit, await desk.reviews.claim(visit.id, visit.known))


async def give_back_review(desk: Desk, visit: Visit) -> Answer:
    """Put it back."""
    return _after(desk, visit, await desk.reviews.give_back(visit.id, visit.known))


async def decide_review(desk: Desk, visit: Visit) -> Answer:
    """Decide; what moves more than one message is asked once more."""
    item, said = desk.reviews.item(visit.id), visit.form.get("says", "")
    if item is None or said not in set(Says):
        return trouble(problems.NO_REVIEW)
    says, reason = Says(said), visit.form.get("reason", "").strip()
    count = len(desk.reviews.messages(item))
    if count > 1 and lacking_in(reason) is None and not is_sure(visit):
        return ask(ASKS[says], visit, _at(visit), count=count)
    label = visit.form.get("label") if says is Says.REFUSE else None
    return _after(desk, visit, await desk.reviews.decide(visit.id, visit.known, says, reason, label or None))


def _at(visit: Visit) -> str:
    return f"/console/reviews/{visit.id}"


def _after(desk: Desk, visit: Visit, made: Item | Wrong) -> Answer:
    """Back to the item; with what is wrong where it was not done."""
    if isinstance(made, Wrong):
        return _shown(desk, visit, fault_of(made, visit.language, "reason"))
    return Moved(_at(visit))


def _shown(desk: Desk, visit: Visit, *faults: Fault) -> Shown:
    item = desk.reviews.item(visit.id)
    if item is None or visit.known.account not in (None, item.account):
        return trouble(problems.NO_REVIEW)
    return Shown("review.html", _page(desk, visit, item, faults), 422 if faults else 200)


def _page(desk: Desk, visit: Visit, item: Item, faults: Sequence[Fault]) -> Page:
    now, messages = desk.world.clock.now_ms(), desk.reviews.messages(item)
    rows = [row for row in map(desk.world.store.row, messages[:MESSAGES_SHOWN]) if row is not None]
    holder = item.claimed(now)
    return Page(
        line=line_of(desk, item),
        item=item,
        is_open=item.closed_at is None,
        pieces=list(_pieces(desk, item, rows[0])) if rows else [Piece(item.text, "")],
        findings=_findings(desk, rows[0]) if rows else (),
        labels=[_label(label, visit.language) for label in item.labels],
        other=_other(item, visit.language),
        messages=[_message(row) for row in rows],
        paper=_paper(desk, visit, item) if item.kind is Kind.PAPER else None,
        consent=_told(item),
        may_open=visit.known.may(Permission.NUMBERS),
        said=[_said(each, visit.language) for each in item.decisions],
        mine=holder == visit.known.id,
        others=holder not in (None, visit.known.id),
        may_decide=visit.known.may(Permission.DECIDE),
        lifted=item.kind is not Kind.MESSAGE or lifted_by_a_look(item.reasons),
        buttons=BUTTONS[item.kind],
        categories=[(key, getattr(each, visit.language)) for key, each in taxonomy().items()],
        reason_max=REASON_CHARS_MAX,
        written=visit.form,
        faults=faults,
        wrong=by_field(faults),
    )


def _pieces(desk: Desk, item: Item, row: Row) -> Iterator[Piece]:
    """The text with the places marked that the content engine names; digits masked."""
    text = masked(row.message.text)
    found = [""] * len(text)
    for label in desk.world.content.examine(row.message).labels:
        if label.suggestion >= Suggestion.REVIEW:
            for span in _narrowest(label.spans):
                found[span.start : span.end] = [label.category] * len(found[span.start : span.end])
    for category, run in groupby(range(len(text)), key=lambda at: found[at]):
        places = list(run)
        yield Piece(text[places[0] : places[-1] + 1], category)


def _told(item: Item) -> list[tuple[str, str]]:
    """What is known of a consent, field by field, as who brought it into the queue wrote it down."""
    lines = item.text.splitlines() if item.kind is Kind.CONSENT else ()
    return [(name, value) for name, _, value in (line.partition(": ") for line in lines)]


def _narrowest(spans: Sequence[Span]) -> Iterator[Span]:
    """Spans that hold no other of their label: a whole text tells a reader nothing."""
    for span in spans:
        if not any(span.start <= each.start and each.end <= span.end and each != span for each in spans):
            yield span


def _findings(desk: Desk, row: Row) -> Sequence[Explained]:
    told = explain(row.verdict, row.message, desk.world.gate.library, desk.when).findings
    return [one for one in told if one.decided]


def _label(label: str, language: str) -> Label:
    category, _, rule = label.partition(":")
    line = taxonomy().get(category)
    return Label(getattr(line, language) if line else category, rule, line is not None and line.people > 1)


def _other(item: Item, language: str) -> Other | None:
    if (said := item.opinion) is None:
        return None
    return Other(said.of, said.at, DOUBTS[said.doubts], [_label(label, language) for label in said.labels])


def _message(row: Row) -> Message:
    return Message(str(row.message.id), row.message.accepted_at, row.message.expires_at, STATES[State(row.state)])


def _said(each: Decision, language: str) -> Said:
    line = taxonomy().get(each.label or "")
    return Said(each, SAID[each.says], getattr(line, language) if line else "")


def _paper(desk: Desk, visit: Visit, item: Item) -> Paper | None:
    """The version that waits, beside what is in force."""
    store, identifier = desk.cabinet.dossiers, int(item.subject.partition("/")[0])
    number = int(item.subject.partition("/")[2])
    versions = store.versions(identifier)
    waiting = next((version for version in versions if version.number == number), None)
    if waiting is None:
        return None
    standing, dossier = standing_of(versions), store.dossier(identifier)
    assert dossier is not None, "an item of the queue is about a paper on file"
    before = (
        dict(content_lines(dossier.kind, standing, visit.language))
        if standing is not None and standing.number != number
        else None
    )
    lines = [
        (name, value, before.get(name, "–") if before is not None and before.get(name) != value else None)
        for name, value in content_lines(dossier.kind, waiting, visit.language)
    ]
    proofs = [proof for proof in proofs_of(store, identifier) if proof.document.version == number]
    return Paper(str(identifier), lines, proofs, visit.known.may(Permission.NUMBERS))
