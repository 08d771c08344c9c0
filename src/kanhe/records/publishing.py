"""Versions of agreements that the operator publishes: from their day on, who has not accepted them sends nothing that needs them."""

from typing import NamedTuple

from kanhe.kit.ids import IdSource
from kanhe.law.words import vocabulary
from kanhe.ports.dossiers import Dossiers
from kanhe.records.books import Books
from kanhe.records.by_operator import file_by_operator
from kanhe.records.checks import Wrong, day_exists
from kanhe.records.filing import difference, written
from kanhe.records.papers import Author

# As long as the version that an account accepts.
VERSION_CHARS_MAX = 80


class Edition(NamedTuple):
    """A version of an agreement."""

    key: str  # agreement_keys of the vocabulary
    version: str
    since: str  # the day from which it is asked for


async def publish(store: Dossiers, books: Books, ids: IdSource, edition: Edition, author: Author) -> Wrong | None:
    """Publish it. The day may lie ahead, so that accounts can accept it before."""
    async with books.filing:
        if (wrong := _fault(books, edition)) is not None:
            return wrong
        body = written(books.operator)
        known = {key: [list(each) for each in editions] for key, editions in books.operator.agreements.items()}
        editions = sorted([*known.get(edition.key, []), [edition.version, edition.since]], key=lambda each: each[1])
        changed = difference(books, [("operator", {**body, "agreements": {**known, edition.key: editions}})])
        await file_by_operator(store, books, ids, changed, author)
        return None


def _fault(books: Books, edition: Edition) -> Wrong | None:
    if edition.key not in (known := vocabulary().allowed("agreement_keys")):
        return Wrong("body.invalid", f"`{edition.key}` is none of {', '.join(known)}", "key")
    if not 0 < len(edition.version) <= VERSION_CHARS_MAX:
        return Wrong("body.invalid", f"a version has 1 to {VERSION_CHARS_MAX} characters", "version")
    if edition.version in (version for version, _ in books.operator.agreements.get(edition.key, ())):
        return Wrong("agreement.published", f"version `{edition.version}` is published already", "version")
    return day_exists(edition.since, "since")
