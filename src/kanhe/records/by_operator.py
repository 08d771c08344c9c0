"""What the operator files (`kanhe apply`): in force at once, approved by whoever filed it, and so written into the dossiers.

Licences and agreements that stand inside the operator's or an account's own document have dossiers too, under the place where
they stand; only another sheet changes them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from kanhe.domain.dossier import AWAITING, STANDING, Act, Done, Dossier, Stand, Version
from kanhe.kit.ids import IdSource
from kanhe.ports.change import Change, Document, Rank
from kanhe.ports.dossiers import Dossiers, Filing
from kanhe.records.books import Books
from kanhe.records.documents import encode, read
from kanhe.records.filing import Filed
from kanhe.records.kinds import KINDS
from kanhe.records.papers import Author

Body = Mapping[str, object]

# Stands of what a sheet says of a paper, by the status in it.
STAND_OF: dict[str, Stand] = {stand.value: stand for stand in Stand} | {"active": Stand.APPROVED}


class Said(NamedTuple):
    """One paper that a document speaks of, as it was and as it is."""

    kind: str
    key: str
    account: int | None
    before: Body | None
    after: Body | None


async def file_by_operator(
    store: Dossiers, books: Books, ids: IdSource, filed: Sequence[Filed], author: Author, entries: Sequence[bytes] = ()
) -> int:
    """Write these documents with what their dossiers say, and put them in force; the revision they have.

    `entries`: what the ledger says of them beside.
    """
    documents = [Document(f.kind, f.key, None if f.after is None else encode(f.after)) for f in filed]
    filing = Filing(Change(Rank.INBOUND, author.now, documents=documents, entries=entries), [], [], [], [])
    for each in (said for f in filed for said in papers_of(f)):
        _record(store, ids, filing, each, author)
    committed = await store.write(filing)
    for f in filed:
        if f.after is not None:
            books.put(read(f.kind, f.key, committed.revision, f.after))
        elif (known := books.find(f.kind, f.key)) is not None:
            books.remove(known, committed.revision)
    return committed.revision


def papers_of(filed: Filed) -> Iterator[Said]:
    """The papers of a document: itself, or what stands inside it."""
    some = filed.after or filed.before or {}
    if filed.kind in KINDS:
        yield Said(filed.kind, filed.key, int(str(some["account"])), filed.before, filed.after)
    if filed.kind in ("operator", "account"):
        place = "operator" if filed.kind == "operator" else f"account {filed.key}"
        account = None if filed.kind == "operator" else int(filed.key)
        for kind, inside in (("licence", _licences), ("agreement", _agreements)):
            old, new = inside(filed.before or {}), inside(filed.after or {})
            for name in sorted(old.keys() | new.keys()):
                if old.get(name) != new.get(name):
                    yield Said(kind, f"{place}/{name}", account, old.get(name), new.get(name))


def _licences(document: Body) -> dict[str, Body]:
    listed = document.get("licences") or ()
    assert isinstance(listed, list | tuple), "a document that was read"
    return {f"{each['key']}/{each.get('number') or ''}".rstrip("/"): each for each in listed}


def _agreements(document: Body) -> dict[str, Body]:
    listed = document.get("agreements") or {}
    assert isinstance(listed, dict), "a document that was read"
    return {key: {"key": key, "versions": said} for key, said in listed.items()}


def _record(store: Dossiers, ids: IdSource, filing: Filing, said: Said, author: Author) -> None:
    dossier = store.find(said.kind, said.key)
    if dossier is None:
        dossier = Dossier(ids.next(), said.kind, said.key, said.account)
        filing.dossiers = [*filing.dossiers, dossier]
    earlier = store.versions(dossier.id)
    number = earlier[0].number + 1 if earlier else 1
    if said.after is not None:
        status = str(said.after.get("status", "approved"))
        ends = str(said.after["valid_to"]) if said.after.get("valid_to") else None
        version = Version(dossier.id, number, STAND_OF[status], author.now, author.by, "", ends, encode(said.after))
        filing.versions = [*filing.versions, version]
        filing.done = [*filing.done, *_acts(version, author)]
    for old in earlier:
        if old.stand in STANDING | AWAITING | {Stand.DRAFT}:
            _end(filing, old, number if said.after is not None else None, author)


def _acts(version: Version, author: Author) -> Iterator[Done]:
    yield Done(version.dossier, version.number, author.now, author.by, Act.FILE)
    if version.stand is Stand.APPROVED:
        yield Done(version.dossier, version.number, author.now, author.by, Act.APPROVE)


def _end(filing: Filing, old: Version, successor: int | None, author: Author) -> None:
    """An earlier version gives way to the operator's, or goes with the paper that was taken out of the sheet."""
    act = Act.SUPERSEDE if successor is not None and old.stand in STANDING else Act.WITHDRAW
    stand = Stand.SUPERSEDED if act is Act.SUPERSEDE else Stand.WITHDRAWN
    reason = f"version {successor} was filed by the operator" if successor is not None else "taken out by the operator"
    filing.versions = [
        *filing.versions,
        Version(old.dossier, old.number, stand, old.at, old.by, old.why, old.valid_to, old.content),
    ]
    filing.done = [*filing.done, Done(old.dossier, old.number, author.now, author.by, act, reason)]
