"""Papers of an account: licences, qualifications, agreements, senders, templates. One set of endpoints for each kind.

What is filed here waits for a reviewer; `kanhe apply` is the operator's own way.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence

from msgspec import Raw

from kanhe.domain.dossier import Attached, Done, Dossier, Stand, Version
from kanhe.doors.http.door import Door
from kanhe.doors.http.endpoint import Call, Endpoint
from kanhe.doors.http.paper_shapes import (
    DocumentQuery,
    FilingView,
    PaperDocument,
    PaperDocuments,
    PaperDone,
    PaperList,
    PaperQuery,
    PaperVersion,
    PaperVersions,
    PaperView,
    PaperWhole,
    WhyQuery,
)
from kanhe.doors.http.replies import OCTETS, Reply, problem, reply
from kanhe.kit.clock import iso
from kanhe.records import papers
from kanhe.records.checks import Wrong
from kanhe.records.handing_in import Handed, hand_in
from kanhe.records.kinds import KINDS, PaperKind, missing
from kanhe.records.papers import Author, content_of, days_left, standing_of, today_of
from kanhe.records.registering import filings_of
from kanhe.records.uploads import OCTETS_MAX

Answer = Callable[[Door, Call, PaperKind], Awaitable[Reply]]

_UNKNOWN = ("paper.unknown",)
# What can be wrong with a paper when it is filed, and again when it is approved.
FILING = (
    *("paper.over", "paper.not-begun", "paper.of-operator", "port.bound"),
    *("qualification.missing", "agreement.unpublished"),
)
_DOCUMENT = ("document.role-unknown", "document.type-unknown", "document.too-many", "body.too-large", "paper.stand")


async def list_papers(door: Door, call: Call, kind: PaperKind) -> Reply:
    """List the account's {collection}."""
    query: PaperQuery = call.query
    found = call.scope.shelf(door.cabinet.dossiers, kind.word, query.after or 0, query.limit)
    views = [paper_view(door, shelf.dossier) for shelf in found]
    return reply(200, PaperList(views, views[-1].id if len(views) == query.limit else None))


async def file_paper(door: Door, call: Call, kind: PaperKind) -> Reply:
    """File one of the account's {collection} for review. It is a draft until the documents that prove it are there."""
    store, books, world = door.cabinet.dossiers, door.world.books, door.world
    made = await papers.file_new(
        store, books, world.ids.next(), call.scope.account, kind, call.body, _author(door, call)
    )
    return refused(made, call) if isinstance(made, Wrong) else reply(201, paper_view(door, made))


async def show_paper(door: Door, call: Call, kind: PaperKind) -> Reply:
    """Show one of the account's {collection} with its documents and its history."""
    if (dossier := _own(door, call, kind)) is None:
        return _unknown(call)
    return reply(200, whole_view(door, dossier))


async def withdraw_paper(door: Door, call: Call, kind: PaperKind) -> Reply:
    """Take back the newest version of one of the {collection}; asked again, the one in force. The history stays."""
    if (dossier := _own(door, call, kind)) is None:
        return _unknown(call)
    store, books = door.cabinet.dossiers, door.world.books
    wrong = await papers.withdraw(store, books, dossier, call.query.why, _author(door, call))
    return refused(wrong, call) if wrong else reply(200, paper_view(door, dossier))


async def list_versions(door: Door, call: Call, kind: PaperKind) -> Reply:
    """List all versions of one of the {collection}, newest first."""
    if (dossier := _own(door, call, kind)) is None:
        return _unknown(call)
    return reply(200, PaperVersions([_version(each) for each in door.cabinet.dossiers.versions(dossier.id)]))


async def file_version(door: Door, call: Call, kind: PaperKind) -> Reply:
    """File a new version of one of the {collection}. The one in force stays in force until this one is approved."""
    if (dossier := _own(door, call, kind)) is None:
        return _unknown(call)
    store, books = door.cabinet.dossiers, door.world.books
    wrong = await papers.file_version(store, books, dossier, call.body, call.query.why, _author(door, call))
    return refused(wrong, call) if wrong else reply(201, paper_view(door, dossier))


async def list_documents(door: Door, call: Call, kind: PaperKind) -> Reply:
    """List all documents of one of the {collection}, newest first."""
    if (dossier := _own(door, call, kind)) is None:
        return _unknown(call)
    return reply(200, PaperDocuments([_document(each) for each in door.cabinet.dossiers.attached(dossier.id)]))


async def attach_document(door: Door, call: Call, kind: PaperKind) -> Reply:
    """Hand in a document that proves one of the {collection}. With the last one missing it goes to review."""
    if (dossier := _own(door, call, kind)) is None:
        return _unknown(call)
    query: DocumentQuery = call.query
    handed = Handed(query.role, query.name, call.raw)
    made = await hand_in(door.cabinet, door.world.books, dossier, handed, _author(door, call))
    return refused(made, call) if isinstance(made, Wrong) else reply(201, _document(made))


async def get_document(door: Door, call: Call, kind: PaperKind) -> Reply:
    """Give the octets of a document of one of the {collection}, by their digest."""
    dossier = _own(door, call, kind)
    listed = door.cabinet.dossiers.attached(dossier.id) if dossier is not None else ()
    found = next((each for each in listed if each.digest == call.args["name"]), None)
    octets = await door.cabinet.files.fetch(found.digest, sealed=found.sealed) if found is not None else None
    if octets is None:
        return problem("document.unknown", language=call.language)
    return Reply(200, octets, OCTETS, ((b"content-disposition", b"attachment"),))


def endpoints() -> Iterator[Endpoint]:
    """The rows of the table of endpoints, for every kind of paper."""
    for kind in KINDS.values():
        yield from _endpoints(kind)


def _endpoints(kind: PaperKind) -> Iterator[Endpoint]:
    papers_at = f"/v1/{kind.collection}"
    one, content = f"{papers_at}/{{id}}", kind.content
    filing, unknown = (*FILING, "paper.exists"), (*_UNKNOWN, "paper.stand")
    yield Endpoint("GET", papers_at, _of(kind, list_papers), PaperList, query=PaperQuery)
    yield Endpoint("POST", papers_at, _of(kind, file_paper), PaperView, 201, body=content, problems=filing)
    yield Endpoint("GET", one, _of(kind, show_paper), PaperWhole, problems=_UNKNOWN)
    yield Endpoint(
        "DELETE", one, _of(kind, withdraw_paper), PaperView, query=WhyQuery, problems=(*unknown, "paper.of-operator")
    )
    yield Endpoint("GET", f"{one}/versions", _of(kind, list_versions), PaperVersions, problems=_UNKNOWN)
    yield Endpoint(
        "POST", f"{one}/versions", _of(kind, file_version), PaperView, 201, body=content, query=WhyQuery,
        problems=(*FILING, *unknown, "paper.other"),
    )  # fmt: skip
    yield Endpoint("GET", f"{one}/documents", _of(kind, list_documents), PaperDocuments, problems=_UNKNOWN)
    yield Endpoint(
        "POST", f"{one}/documents", _of(kind, attach_document), PaperDocument, 201, body=bytes, query=DocumentQuery,
        problems=(*_UNKNOWN, *_DOCUMENT), octets_max=OCTETS_MAX,
    )  # fmt: skip
    yield Endpoint(
        "GET", f"{one}/documents/{{name}}", _of(kind, get_document), OCTETS.decode(), problems=("document.unknown",)
    )


def _of(kind: PaperKind, answer: Answer) -> Callable[[Door, Call], Awaitable[Reply]]:
    """An endpoint's function for one kind, under a name and with a description of its own."""

    async def for_kind(door: Door, call: Call) -> Reply:
        return await answer(door, call, kind)

    name = str(getattr(answer, "__name__", ""))
    plural = name.startswith("list_papers")
    for_kind.__name__ = (
        name.replace("papers", kind.collection) if plural
        else name.replace("paper", kind.word) if "paper" in name
        else f"{name}_of_{kind.word}"
    )  # fmt: skip
    for_kind.__doc__ = (answer.__doc__ or "").format(word=kind.word, collection=kind.collection)
    return for_kind


def _own(door: Door, call: Call, kind: PaperKind) -> Dossier | None:
    return call.scope.dossier(door.cabinet.dossiers, kind.word, call.id)


def _unknown(call: Call) -> Reply:
    return problem("paper.unknown", language=call.language)


def refused(wrong: Wrong, call: Call) -> Reply:
    """Why something is not done with a paper."""
    return problem(wrong.code, wrong.detail, field=wrong.field, language=call.language)


def _author(door: Door, call: Call) -> Author:
    return Author(f"key {call.scope.credential.name}", door.world.clock.now_ms())


def whole_view(door: Door, dossier: Dossier) -> PaperWhole:
    """A paper as the API shows it, with everything in its dossier."""
    store = door.cabinet.dossiers
    documents = [_document(each) for each in store.attached(dossier.id)]
    history = [_done(each) for each in store.history(dossier.id)]
    filings = filings_of(door.world.books.find(dossier.kind, dossier.key))
    noted = [FilingView(each.registry, each.carrier or None, each.status, each.since) for each in filings]
    return PaperWhole(paper_view(door, dossier), documents, history, noted)


def paper_view(door: Door, dossier: Dossier) -> PaperView:
    """A paper as lists of the API show it."""
    store, books = door.cabinet.dossiers, door.world.books
    kind, versions = KINDS[dossier.kind], store.versions(dossier.id)
    newest, standing = versions[0], standing_of(versions)
    in_force = standing if standing is not None and standing.stand is Stand.APPROVED else None
    today = today_of(books, door.world.clock.now_ms())
    return PaperView(
        id=str(dossier.id),
        kind=dossier.kind,
        account=None if dossier.account is None else str(dossier.account),
        key=dossier.key.partition("/")[2],
        state=newest.stand,
        newest=_version(newest),
        in_force=in_force.number if in_force else None,
        days_left=days_left(in_force, today) if in_force and in_force.valid_to else None,
        missing=_missing(kind, newest, store.attached(dossier.id)),
        blocks=kind.blocks,
    )


def _missing(kind: PaperKind, newest: Version, attached: Sequence[Attached]) -> Sequence[str]:
    content = content_of(kind, newest)
    roles = frozenset(each.role for each in attached if each.version == newest.number)
    return missing(kind, content, roles) if content is not None and newest.stand is Stand.DRAFT else ()


def _version(each: Version) -> PaperVersion:
    return PaperVersion(each.number, each.stand, iso(each.at), each.by, Raw(each.content), each.why, each.valid_to)


def _document(each: Attached) -> PaperDocument:
    return PaperDocument(
        each.digest, each.version, each.role, each.name, each.media, each.octets, iso(each.at), each.by
    )


def _done(each: Done) -> PaperDone:
    return PaperDone(iso(each.at), each.by, each.act, each.version, each.reason)
