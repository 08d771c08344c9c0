"""What stands beside a paper: what its reader may do with it, as one who files papers and as one who reviews them."""

from collections.abc import Sequence
from dataclasses import dataclass

from kanhe.console.desk import Desk
from kanhe.console.paper_terms import REGISTRATIONS, ROLE_WORDS, TRAITS
from kanhe.console.terms import CATEGORIES
from kanhe.console.visit import Visit
from kanhe.domain.dossier import MOVES, Act, Dossier, Version
from kanhe.domain.papers import Sender
from kanhe.domain.users import Permission
from kanhe.law.words import vocabulary
from kanhe.records.handing_in import roles_of
from kanhe.records.kinds import KINDS, missing
from kanhe.records.papers import content_of, standing_of


@dataclass(frozen=True, slots=True)
class Own:
    """What whoever files papers may do with this one."""

    missing: Sequence[str]  # documents that are still to come
    roles: Sequence[tuple[str, str]]  # of documents that it may have now
    role: str  # the one to come next
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class Acts:
    """What a reviewer may do with the version in force."""

    suspend: bool
    resume: bool
    keys: Sequence[tuple[str, str]]
    carriers: Sequence[tuple[str, str]]
    statuses: Sequence[tuple[str, str]]
    traits: Sequence[tuple[str, str, bool]]  # of a sender's id, and which are known of it
    categories: Sequence[tuple[str, str, bool]]  # for which its port was given


def own_of(desk: Desk, visit: Visit, dossier: Dossier, versions: Sequence[Version]) -> Own | None:
    """What this user may do with a paper of an account; None: nothing."""
    if dossier.account is None or not visit.known.may(Permission.FILE):
        return None
    newest, kind = versions[0], KINDS[dossier.kind]
    attached = desk.cabinet.dossiers.attached(dossier.id)
    content = content_of(kind, newest)
    there = frozenset(each.role for each in attached if each.version == newest.number)
    lacking = missing(kind, content, there) if content is not None else ()
    open_now = Act.ATTACH in MOVES[newest.stand]
    return Own(
        missing=[ROLE_WORDS[role] for role in lacking] if open_now else (),
        roles=[(role, ROLE_WORDS[role]) for role in roles_of(desk.cabinet, dossier)] if open_now else (),
        role=next(iter(lacking), ""),
        may_withdraw=any(Act.WITHDRAW in MOVES[version.stand] for version in versions),
    )


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
        keys=[(key, key) for key in words.registry_keys],
        carriers=[(name, name) for name in sorted({route.carrier for route in desk.world.books.routes.values()})],
        statuses=[(each, REGISTRATIONS[each].word) for each in words.allowed("registration_status")],
        traits=[(each, word, each in of_sender.traits) for each, word in TRAITS.items()] if of_sender else (),
        categories=[(c.value, word, c.value in given) for c, word in CATEGORIES.items()] if of_sender else (),
    )
