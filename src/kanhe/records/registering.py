"""What the operator learns from registries and carriers of a sender or template in force: filing states, traits of its id.

It is not the account's to say, so it makes no new version; it changes the document that the gate reads and stands in the history.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from kanhe.domain.dossier import MOVES, STANDING, Act, Dossier
from kanhe.domain.papers import Sender, Template
from kanhe.law.words import vocabulary
from kanhe.ports import dossiers
from kanhe.ports.change import Change, Document, Rank
from kanhe.ports.dossiers import Dossiers
from kanhe.records.books import Books
from kanhe.records.checks import Wrong, day_exists
from kanhe.records.documents import encode, read
from kanhe.records.filing import written
from kanhe.records.papers import Author, move, today_of

# Papers that registries and carriers know.
KINDS = frozenset({"sender", "template"})
# A carrier's name as routes spell it.
CARRIER_CHARS_MAX = 80


class Filing(NamedTuple):
    """How far a filing has come: with a registry as a whole (no carrier), or with one carrier."""

    registry: str
    carrier: str
    status: str  # registration_status of the vocabulary
    since: str | None = None  # the day on which they said so


_Change: TypeAlias = Callable[[Mapping[str, object]], Mapping[str, object]]
NOT_IN_FORCE = Wrong("paper.stand", "only a sender or template in force is filed with registries and carriers")


def filings_of(paper: object) -> Iterator[Filing]:
    """Every filing of a sender or template, registry by registry."""
    if not isinstance(paper, Sender | Template):
        return
    for key, each in paper.registrations.items():
        yield Filing(key, "", each.status, each.since.get(""))
        for carrier, status in each.filed.items():
            yield Filing(key, carrier, status, each.since.get(carrier))


async def register(store: Dossiers, books: Books, dossier: Dossier, filing: Filing, author: Author) -> Wrong | None:
    """Note how far a filing has come; without a day, today."""
    today = today_of(books, author.now)
    if (wrong := _fault(filing, today)) is not None:
        return wrong
    key, carrier, status, day = *filing[:3], filing.since or today

    def registered(body: Mapping[str, object]) -> Mapping[str, object]:
        filings = _map(body.get("registrations"))
        one = {"key": key, "status": "active", **_map(filings.get(key))}
        one |= {"filed": {**_map(one.get("filed")), carrier: status}} if carrier else {"status": status}
        one |= {"since": {**_map(one.get("since")), carrier: day}}
        return {**body, "registrations": {**filings, key: one}}

    said = f"{key} {carrier}".strip() + f": {status} ({day})"
    return await _change(store, books, dossier, registered, said, author)


def _fault(filing: Filing, today: str) -> Wrong | None:
    words = vocabulary()
    if filing.registry not in words.registry_keys:
        return Wrong("body.invalid", f"`{filing.registry}` is none of {', '.join(words.registry_keys)}", "registry")
    if filing.status not in (known := words.allowed("registration_status")):
        return Wrong("body.invalid", f"`{filing.status}` is none of {', '.join(known)}", "status")
    if len(filing.carrier) > CARRIER_CHARS_MAX:
        return Wrong("body.invalid", f"a carrier's name has at most {CARRIER_CHARS_MAX} characters", "carrier")
    if filing.since is None:
        return None
    if (wrong := day_exists(filing.since, "since")) is not None:
        return wrong
    return Wrong("body.invalid", "it lies in the future", "since") if filing.since > today else None


async def describe(
    store: Dossiers,
    books: Books,
    dossier: Dossier,
    traits: Collection[str],
    categories: Collection[str],
    author: Author,
) -> Wrong | None:
    """Note what is known of a sender's id, and for which categories its port was given (none: for all)."""
    if odd := sorted(set(traits) - set(vocabulary().allowed("sender_traits"))):
        return Wrong("body.invalid", f"`{odd[0]}` is no trait", "traits")

    def described(body: Mapping[str, object]) -> Mapping[str, object]:
        shown = {**_map(body["id"]), "traits": sorted(traits), "port_categories": sorted(categories) or None}
        return {**body, "id": shown}

    if dossier.kind != "sender":
        return NOT_IN_FORCE
    said = ", ".join([*sorted(traits), *sorted(categories)]) or "nothing is known of its id"
    return await _change(store, books, dossier, described, said, author)


async def _change(
    store: Dossiers, books: Books, dossier: Dossier, change: _Change, said: str, author: Author
) -> Wrong | None:
    async with books.filing:
        known = books.find(dossier.kind, dossier.key)
        standing = next((version for version in store.versions(dossier.id) if version.stand in STANDING), None)
        if dossier.kind not in KINDS or known is None or standing is None or Act.REGISTER not in MOVES[standing.stand]:
            return NOT_IN_FORCE
        body = dict(change(written(known)))
        filing = dossiers.Filing(
            Change(Rank.INBOUND, author.now, documents=[Document(dossier.kind, dossier.key, encode(body))])
        )
        move(filing, standing, Act.REGISTER, said, author)
        committed = await store.write(filing)
        books.put(read(dossier.kind, dossier.key, committed.revision, body))
        return None


def _map(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
