"""A document is handed in for a paper: looked at, kept under its digest, sealed where it shows a person, written into the dossier."""

from typing import NamedTuple

from kanhe.domain.dossier import Attached, Dossier
from kanhe.ports.dossiers import Cabinet
from kanhe.records.books import Books
from kanhe.records.checks import Wrong
from kanhe.records.kinds import KINDS, Proof, proofs_of
from kanhe.records.papers import Author, attach, content_of
from kanhe.records.uploads import faults, media_of


class Handed(NamedTuple):
    """What somebody hands in."""

    role: str
    name: str
    octets: bytes


def roles_of(cabinet: Cabinet, dossier: Dossier) -> dict[str, Proof]:
    """The documents that the newest version of a paper needs or may have, by role."""
    kind = KINDS[dossier.kind]
    content = content_of(kind, cabinet.dossiers.versions(dossier.id)[0])
    return {proof.role: proof for proof in (proofs_of(kind, content) if content is not None else kind.proofs)}


async def hand_in(cabinet: Cabinet, books: Books, dossier: Dossier, handed: Handed, author: Author) -> Attached | Wrong:
    """Take a document for the newest version; or say why not."""
    newest = cabinet.dossiers.versions(dossier.id)[0]
    there = [each for each in cabinet.dossiers.attached(dossier.id) if each.version == newest.number]
    known = roles_of(cabinet, dossier)
    if (wrong := faults(handed.octets, handed.role, tuple(known), len(there))) is not None:
        return wrong
    sealed = known[handed.role].personal
    digest = await cabinet.files.keep(handed.octets, sealed=sealed)
    attached = Attached(
        dossier.id, newest.number, digest, handed.role, handed.name, media_of(handed.octets) or "", len(handed.octets),
        author.now, author.by, sealed,
    )  # fmt: skip
    return await attach(cabinet.dossiers, books, dossier, attached, author.now) or attached
