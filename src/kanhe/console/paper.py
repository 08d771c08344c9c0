"""One paper: what it says, its versions, documents and history, and what may be done with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kanhe.console import problems
from kanhe.console.desk import Desk
from kanhe.console.faults import Fault, by_field
from kanhe.console.paper_fields import content_lines
from kanhe.console.paper_side import Acts, Own, acts_on, own_of
from kanhe.console.paper_terms import ACTS, REGISTRATIONS, ROLE_WORDS, STANDS
from kanhe.console.papers import Line, line_of
from kanhe.console.terms import Term
from kanhe.console.visit import Answer, Octets, Shown, Visit, trouble
from kanhe.domain.dossier import Act, Attached, Done, Dossier, Version
from kanhe.domain.users import Permission
from kanhe.law.reasons import reasons
from kanhe.ports.dossiers import Dossiers
from kanhe.records.kinds import KINDS
from kanhe.records.registering import KINDS as REGISTERED
from kanhe.records.registering import Filing, filings_of

# Documents show persons.
OPENS = Permission.NUMBERS


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the history."""

    done: Done
    word: str
    role: str  # of the document that was handed in


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
    registers: bool  # registries and carriers know this kind
    filings: Sequence[tuple[Filing, Term]]
    may_open: bool
    acts: Acts | None
    own: Own | None
    faults: Sequence[Fault]
    wrong: Mapping[str, str]
    written: Mapping[str, str]


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
        line_of(desk, dossier, versions),
        versions[0],
        content_lines(dossier.kind, versions[0], visit.language),
        [(version, STANDS[version.stand]) for version in versions],
        proofs_of(store, dossier.id),
        [_step(done) for done in store.history(dossier.id)],
        [reasons().reasons[code][visit.language].what for code in KINDS[dossier.kind].blocks],
        dossier.kind in REGISTERED,
        [(each, REGISTRATIONS[each.status]) for each in filings_of(desk.world.books.find(dossier.kind, dossier.key))],
        visit.known.may(OPENS),
        acts_on(desk, visit, dossier, versions),
        own_of(desk, visit, dossier, versions),
        faults,
        by_field(faults),
        visit.form,
    )
    return Shown("paper.html", one, 422 if faults else 200)


def _step(done: Done) -> Step:
    return Step(done, ACTS[done.act], ROLE_WORDS.get(done.reason, "") if done.act is Act.ATTACH else "")


async def download_document(desk: Desk, visit: Visit) -> Answer:
    """A document of a paper; that somebody opened it is recorded."""
    dossier = seen(desk, visit)
    listed = desk.cabinet.dossiers.attached(dossier.id) if dossier is not None else ()
    found = next((each for each in listed if each.digest == visit.args["digest"]), None)
    octets = await desk.cabinet.files.fetch(found.digest, sealed=found.sealed) if found is not None else None
    if octets is None or found is None:
        return trouble(problems.NO_PAPER)
    return Octets(octets, found.media, (("content-disposition", "attachment"),))


def seen(desk: Desk, visit: Visit) -> Dossier | None:
    """The paper in the path, if the user may see it."""
    found = desk.cabinet.dossiers.dossier(visit.id)
    return found if found is not None and visit.known.account in (None, found.account) else None


def proofs_of(store: Dossiers, dossier: int) -> list[Proof]:
    """The documents of a paper, newest first."""
    return [Proof(a, ROLE_WORDS.get(a.role, a.role), -(-a.octets // 1024)) for a in store.attached(dossier)]
