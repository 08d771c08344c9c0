"""Publishing a version of an agreement: the operator's act, asked once more, for it stops whoever does not accept it in time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kanhe.console.asking import Asks, ask, is_sure
from kanhe.console.desk import Desk
from kanhe.console.faults import Fault, by_field, fault_of
from kanhe.console.filing import author
from kanhe.console.terms import _N
from kanhe.console.visit import Answer, Moved, Shown, Visit
from kanhe.law.words import vocabulary
from kanhe.records.publishing import Edition, publish

PATH = "/console/papers/publish"
PUBLISHES = Asks(
    _N("Publish version %(version)s of %(key)s?"),
    (
        _N("From its day on an account that has not accepted it sends nothing that needs the agreement."),
        _N("A version that is published stays published."),
    ),
    _N("Yes, publish it"),
)


@dataclass(frozen=True, slots=True)
class Page:
    """What is published, and the form."""

    published: Sequence[tuple[str, str, str, int]]  # agreement, version, day, accounts that accepted it
    keys: Sequence[tuple[str, str]]
    written: Mapping[str, str]
    faults: Sequence[Fault]
    wrong: Mapping[str, str]


async def list_editions(desk: Desk, visit: Visit) -> Answer:
    """What is published."""
    return _page(desk, visit)


async def publish_agreement(desk: Desk, visit: Visit) -> Answer:
    """Publish a version."""
    edition = Edition(*(visit.form.get(name, "").strip() for name in ("key", "version", "since")))
    if edition.version and edition.since and not is_sure(visit):
        return ask(PUBLISHES, visit, PATH, version=edition.version, key=edition.key)
    store, world = desk.cabinet.dossiers, desk.world
    wrong = await publish(store, world.books, world.ids, edition, author(desk, visit))
    return Moved(PATH) if wrong is None else _page(desk, visit, fault_of(wrong, visit.language))


def _page(desk: Desk, visit: Visit, *faults: Fault) -> Shown:
    books = desk.world.books
    published = [
        (key, version, since, sum(held.agreements.get(key, ("",))[0] == version for held in books.accounts.values()))
        for key, editions in sorted(books.operator.agreements.items())
        for version, since in reversed(editions)
    ]
    keys = [(key, key) for key in vocabulary().allowed("agreement_keys")]
    page = Page(published, keys, visit.form, faults, by_field(faults))
    return Shown("publish.html", page, 422 if faults else 200)
