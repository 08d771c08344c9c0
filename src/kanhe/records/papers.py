"""The life of a paper: filed, proved, reviewed, in force, over. Whatever is done to it is written with who, when and why.

A paper in a dossier becomes a document of the same kind (`records.documents`) when it is approved; from then on the gate reads
it. One filing at a time (`Books.filing`): what was checked is still so when it is written.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from msgspec import structs

from kanhe.domain.dossier import AWAITING, MOVES, STANDING, Act, Attached, Done, Dossier, Stand, Version
from kanhe.domain.verdict import Outcome
from kanhe.kit.clock import iso
from kanhe.law.numbers import zones_of_country
from kanhe.ports.change import Change, Document, Rank
from kanhe.ports.dossiers import Decided, Dossiers, Filing
from kanhe.records.books import APPROVED, Books
from kanhe.records.checks import Filer, Wrong
from kanhe.records.contents import Content
from kanhe.records.documents import encode, key_of, read
from kanhe.records.filing import written
from kanhe.records.kinds import KINDS, PaperKind, missing
from kanhe.records.reviews import Denied

# Papers that wait for a reviewer, in one answer; a queue shows them page by page.
SUBMITTED_MAX = 1_000
# Who acts when no person with a name does.
PLATFORM, OPERATOR = "platform", "operator"

# Acts that change what is in force, and the status that the document has from then on.
STATUS: dict[Act, str] = {
    Act.APPROVE: APPROVED,
    Act.RESUME: APPROVED,
    Act.SUSPEND: "suspended",
    Act.WITHDRAW: "withdrawn",
}
# What a reviewer may decide; the rest belongs to the account or happens by itself.
DECISIONS = frozenset({Act.CLAIM, Act.RELEASE, Act.APPROVE, Act.REFUSE, Act.SUSPEND, Act.RESUME, Act.WITHDRAW})
# Those that go into the ledger, and as what.
OUTCOMES: dict[Act, Outcome] = {
    Act.APPROVE: Outcome.ALLOW,
    Act.RESUME: Outcome.ALLOW,
    Act.REFUSE: Outcome.REFUSE,
    Act.SUSPEND: Outcome.HOLD,
    Act.WITHDRAW: Outcome.REFUSE,
}

GONE = Wrong("paper.unknown", "there is no such paper")


class Submitted(NamedTuple):
    """A version that waits for a reviewer, as a queue shows it."""

    key: str  # for `decide`
    kind: str
    title: str
    account: int | None
    version: int
    stand: Stand
    at: int
    by: str


class Author(NamedTuple):
    """Who does it, and when."""

    by: str
    now: int
    people: tuple[str, ...] = ()  # where several decide


# --- the seam of the review queue ---


def submitted(store: Dossiers, limit: int = SUBMITTED_MAX) -> Sequence[Submitted]:
    """Everything that waits for a reviewer, the longest waiting first."""
    found = store.standing_at(sorted(AWAITING), limit)
    return [Submitted(str(d.id), d.kind, d.key, d.account, v.number, v.stand, v.at, v.by) for d, v in found]


async def decide(
    store: Dossiers, books: Books, paper_key: str, decision: str, reason: str, people: Collection[str], now: int
) -> Wrong | None:
    """The `decision` (one of `DECISIONS`) of these people on a paper; None: done.

    Some kinds take two different people to be approved. Approving checks anew what filing checked.
    """
    if decision not in DECISIONS:
        return Wrong("paper.decision-unknown", f"decisions are {', '.join(sorted(DECISIONS))}")
    dossier = store.dossier(int(paper_key)) if paper_key.isdecimal() and len(paper_key) < 20 else None
    if dossier is None:
        return GONE
    needed = KINDS[dossier.kind].people if decision == Act.APPROVE else 1
    if len(set(people)) < needed:
        return Wrong(
            Denied.SAME_PERSON.value, f"a paper of kind `{dossier.kind}` is approved by {needed} different people"
        )
    async with books.filing:
        return await _act(store, books, dossier, Act(decision), reason, Author(", ".join(people), now, tuple(people)))


# --- what accounts do ---


async def file_new(
    store: Dossiers, books: Books, identifier: int, account: int, kind: PaperKind, content: Content, author: Author
) -> Dossier | Wrong:
    """A paper that was not there before: a draft while documents are missing, else submitted."""
    async with books.filing:
        body = _body(kind, account, content, None, author.now)
        dossier = Dossier(identifier, kind.word, key_of(kind.word, body), account)
        if store.find(dossier.kind, dossier.key) is not None or books.find(dossier.kind, dossier.key) is not None:
            return Wrong("paper.exists", f"`{dossier.key.partition('/')[2]}` is on file: file a new version of it")
        return await _file(store, books, dossier, kind, content, (), author, new=True) or dossier


async def file_version(
    store: Dossiers, books: Books, dossier: Dossier, content: Content, why: str, author: Author
) -> Wrong | None:
    """A new version of a paper; one that was still open is withdrawn for it. The one in force stays in force meanwhile."""
    kind = KINDS[dossier.kind]
    async with books.filing:
        assert dossier.account is not None, "accounts file their own papers"
        body = _body(kind, dossier.account, content, None, author.now)
        if key_of(kind.word, body) != dossier.key:
            return Wrong("paper.other", f"this is not `{dossier.key.partition('/')[2]}`: file it as a paper of its own")
        return await _file(store, books, dossier, kind, content, store.versions(dossier.id), author, why=why)


async def attach(store: Dossiers, books: Books, dossier: Dossier, document: Attached, now: int) -> Wrong | None:
    """A document for the newest version; with the last one that was missing a draft is submitted by itself."""
    async with books.filing:
        version = store.versions(dossier.id)[0]
        if Act.ATTACH not in MOVES[version.stand]:
            return _cannot(Act.ATTACH, version)
        document = structs.replace(document, version=version.number)
        roles = frozenset(a.role for a in store.attached(dossier.id) if a.version == version.number)
        kind, done = (
            KINDS[dossier.kind],
            [Done(dossier.id, version.number, now, document.by, Act.ATTACH, document.role)],
        )
        filing = Filing(Change(Rank.INBOUND, now), attached=[document], done=done)
        content = content_of(kind, version)
        if version.stand is Stand.DRAFT and not (content and missing(kind, content, roles | {document.role})):
            filing.versions = [structs.replace(version, stand=Stand.SUBMITTED)]
            done.append(Done(dossier.id, version.number, now, document.by, Act.SUBMIT))
        await store.write(filing)
        return None


async def withdraw(store: Dossiers, books: Books, dossier: Dossier, reason: str, author: Author) -> Wrong | None:
    """The account takes its newest version back; asked again, the one in force."""
    async with books.filing:
        return await _act(store, books, dossier, Act.WITHDRAW, reason, author)


def content_of(kind: PaperKind, version: Version) -> Content | None:
    """What an account wrote in a version; None: the operator wrote it, who may say more and less."""
    try:
        content: Content = msgspec.json.decode(version.content, type=kind.content)
    except msgspec.ValidationError:
        return None
    return content


def standing_of(versions: Iterable[Version]) -> Version | None:
    """The version that is in force, or was and has no successor."""
    return next((version for version in versions if version.stand in STANDING), None)


def days_left(version: Version, today: str) -> int:
    """Days until the last day of a version that has one; 0 on that day, less when it is over."""
    assert version.valid_to is not None, "only papers with a term end"
    return (date.fromisoformat(version.valid_to) - date.fromisoformat(today)).days


def today_of(books: Books, now: int) -> str:
    """The day on which papers end or do not: that of the operator's seat, as in the gate."""
    return datetime.fromtimestamp(now / 1000, ZoneInfo(zones_of_country(books.operator.seat)[0])).date().isoformat()


# --- how it is done ---


async def _file(
    store: Dossiers,
    books: Books,
    dossier: Dossier,
    kind: PaperKind,
    content: Content,
    earlier: Sequence[Version],
    author: Author,
    *,
    why: str = "",
    new: bool = False,
) -> Wrong | None:
    if (wrong := _checked(kind, content, dossier, books, author.now)) is not None:
        return wrong
    number = earlier[0].number + 1 if earlier else 1
    ends = getattr(content, "valid_to", None)
    carried = _carried(store, dossier, earlier, number, ends)
    lacking = missing(kind, content, frozenset(a.role for a in carried))
    stand = Stand.DRAFT if lacking else Stand.SUBMITTED
    version = Version(dossier.id, number, stand, author.now, author.by, why, ends, encode(msgspec.to_builtins(content)))
    filing = Filing(
        Change(Rank.INBOUND, author.now),
        dossiers=[dossier] if new else [],
        versions=[version],
        attached=carried,
        done=[_done(version, Act.FILE, why, author), *([] if lacking else [_done(version, Act.SUBMIT, "", author)])],
    )
    for open_one in [v for v in earlier if v.stand in AWAITING | {Stand.DRAFT}]:
        move(filing, open_one, Act.WITHDRAW, f"version {number} was filed", author)
    if kind.reviewed_by is None and not lacking:
        return await _put_in_force(store, books, dossier, version, earlier, filing, Act.APPROVE, "", author)
    await store.write(filing)
    return None


def _carried(
    store: Dossiers, dossier: Dossier, earlier: Sequence[Version], number: int, ends: str | None
) -> list[Attached]:
    """Documents prove the next version as well, unless its term is another: that needs new proof."""
    if not earlier or earlier[0].valid_to != ends:
        return []
    return [structs.replace(a, version=number) for a in store.attached(dossier.id) if a.version == earlier[0].number]


async def _act(store: Dossiers, books: Books, dossier: Dossier, act: Act, reason: str, author: Author) -> Wrong | None:
    """Do it to the newest version that it can be done to."""
    versions = store.versions(dossier.id)
    version = next((version for version in versions if act in MOVES[version.stand]), None)
    if version is None:
        return _cannot(act, versions[0])
    filing = Filing(Change(Rank.INBOUND, author.now))
    if act in STATUS and (act is Act.APPROVE or version.stand in STANDING):
        return await _put_in_force(store, books, dossier, version, versions, filing, act, reason, author)
    move(filing, version, act, reason, author)
    await store.write(filing)
    return None


async def _put_in_force(
    store: Dossiers,
    books: Books,
    dossier: Dossier,
    version: Version,
    versions: Sequence[Version],
    filing: Filing,
    act: Act,
    reason: str,
    author: Author,
) -> Wrong | None:
    """The act on the version and the document that the gate reads, in one transaction."""
    kind = KINDS[dossier.kind]
    known = books.find(dossier.kind, dossier.key)
    if dossier.account is None or (known is None and act is not Act.APPROVE):
        return Wrong("paper.of-operator", "it stands in a sheet of the operator: `kanhe apply` changes it")
    if STATUS[act] == APPROVED and (wrong := _still_good(kind, version, dossier, books, author.now)) is not None:
        return wrong
    body = written(known) if known is not None else {}
    content = content_of(kind, version)
    if act is Act.APPROVE and content is not None:
        body = _body(kind, dossier.account, content, body, author.now)
        if kind.word == "authority":
            body["people"] = author.people  # a standing order rests on them
    body = {**body, "status": STATUS[act]}
    filing.change.documents = [Document(dossier.kind, dossier.key, encode(body))]
    move(filing, version, act, reason, author)
    for old in versions:
        if act is Act.APPROVE and old.stand in STANDING:
            move(filing, old, Act.SUPERSEDE, f"version {version.number} was approved", author)
    committed = await store.write(filing)
    books.put(read(dossier.kind, dossier.key, committed.revision, body))
    return None


def _still_good(kind: PaperKind, version: Version, dossier: Dossier, books: Books, now: int) -> Wrong | None:
    content = content_of(kind, version)
    return _checked(kind, content, dossier, books, now) if content is not None else None


def _checked(kind: PaperKind, content: Content, dossier: Dossier, books: Books, now: int) -> Wrong | None:
    """The first thing that is wrong."""
    assert dossier.account is not None, "the operator's own papers are checked as documents"
    filer = Filer(dossier.account, books, today_of(books, now))
    return next((wrong for check in kind.checks if (wrong := check(content, filer)) is not None), None)


def _body(
    kind: PaperKind, account: int, content: Content, before: Mapping[str, object] | None, now: int
) -> dict[str, object]:
    """The document that a content becomes. What the operator put into the one before stays: registrations, traits, proofs."""
    given: dict[str, object] = msgspec.to_builtins(content)
    known = dict(before or {})
    old_id, new_id = known.get("id"), given.get("id")
    if isinstance(old_id, dict) and isinstance(new_id, dict) and new_id.items() <= old_id.items():
        given["id"] = old_id
    if kind.word == "agreement":
        given["accepted_at"] = iso(now)
    return {**known, **given, "account": account}


def move(filing: Filing, version: Version, act: Act, reason: str, author: Author) -> None:
    """Add an act to what is written: the version's new stand, the line of its history, what the ledger says."""
    moved = structs.replace(version, stand=MOVES[version.stand][act])
    others = [v for v in filing.versions if (v.dossier, v.number) != (version.dossier, version.number)]
    filing.versions = [*others, moved]
    filing.done = [*filing.done, _done(version, act, reason, author)]
    if act in OUTCOMES:
        said = hashlib.sha256(version.content).digest()
        filing.decided = [*filing.decided, Decided(version.dossier, version.number, OUTCOMES[act], author.now, said)]


def _done(version: Version, act: Act, reason: str, author: Author) -> Done:
    return Done(version.dossier, version.number, author.now, author.by, act, reason)


def _cannot(act: Act, version: Version) -> Wrong:
    return Wrong("paper.stand", f"version {version.number} is {version.stand}: it cannot be `{act}`")
