"""Papers of all accounts, for those who run the platform: list, show, note what registries and carriers say, take back."""

from msgspec import Struct

from kanhe.domain.dossier import Dossier
from kanhe.doors.http.door import Door
from kanhe.doors.http.endpoint import Call
from kanhe.doors.http.paper_shapes import AnyPaperQuery, FilingBody, PaperList
from kanhe.doors.http.papers import paper_view, refused, whole_view
from kanhe.doors.http.replies import Reply, problem, reply
from kanhe.doors.http.shapes import Name
from kanhe.records.contents import Day
from kanhe.records.kinds import KINDS
from kanhe.records.papers import Author, withdraw
from kanhe.records.publishing import Edition, publish
from kanhe.records.registering import Filing, register


class EditionBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A version of an agreement, and the day from which it is asked for."""

    key: Name
    version: Name
    since: Day


class EditionView(Struct, frozen=True):
    """The same, published."""

    key: str
    version: str
    since: str


async def publish_agreement(door: Door, call: Call) -> Reply:
    """Publish a version of an agreement. From its day on an account that has not accepted it sends nothing that needs it."""
    body: EditionBody = call.body
    edition = Edition(body.key, body.version, body.since)
    world = door.world
    wrong = await publish(door.cabinet.dossiers, world.books, world.ids, edition, _author(door, call))
    return refused(wrong, call) if wrong is not None else reply(201, EditionView(*edition))


async def list_all_papers(door: Door, call: Call) -> Reply:
    """List papers of all accounts and of the operator, oldest first. Who sees one account only gets that account's."""
    query: AnyPaperQuery = call.query
    kinds = [query.kind] if query.kind is not None else list(KINDS)
    found = door.cabinet.dossiers.shelf(kinds, call.user.account or query.account, query.after or 0, query.limit)
    views = [paper_view(door, shelf.dossier) for shelf in found]
    return reply(200, PaperList(views, views[-1].id if len(views) == query.limit else None))


async def show_any_paper(door: Door, call: Call) -> Reply:
    """Show a paper with its documents, its history, and its filings with registries and carriers."""
    dossier = _seen(door, call)
    return _unknown(call) if dossier is None else reply(200, whole_view(door, dossier))


async def note_filing(door: Door, call: Call) -> Reply:
    """Note what a registry or carrier says of a sender or template in force. The next verdict rests on it."""
    body: FilingBody = call.body
    if (dossier := _seen(door, call)) is None:
        return _unknown(call)
    filing = Filing(body.registry, body.carrier or "", body.status, body.since)
    wrong = await register(door.cabinet.dossiers, door.world.books, dossier, filing, _author(door, call))
    return refused(wrong, call) if wrong is not None else reply(200, whole_view(door, dossier))


async def withdraw_any_paper(door: Door, call: Call) -> Reply:
    """Take back the newest version of an account's paper, with a reason; asked again, the one in force."""
    if (dossier := _seen(door, call)) is None:
        return _unknown(call)
    wrong = await withdraw(door.cabinet.dossiers, door.world.books, dossier, call.query.why, _author(door, call))
    return refused(wrong, call) if wrong is not None else reply(200, whole_view(door, dossier))


def _seen(door: Door, call: Call) -> Dossier | None:
    """The paper in the address, if the user may see it."""
    found = door.cabinet.dossiers.dossier(call.id)
    return found if found is not None and call.user.account in (None, found.account) else None


def _unknown(call: Call) -> Reply:
    return problem("paper.unknown", language=call.language)


def _author(door: Door, call: Call) -> Author:
    return Author(call.user.name, door.world.clock.now_ms())
