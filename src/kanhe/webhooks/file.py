"""Endpoints on file, through the one way in which papers are filed."""

from collections.abc import Mapping

from kanhe.domain.papers import Endpoint
from kanhe.ports.store import Store
from kanhe.records.books import Books
from kanhe.records.documents import sealed_for
from kanhe.records.filing import Filed, difference, file, written

KIND = "endpoint"


async def put_on_file(store: Store, books: Books, body: Mapping[str, object], now: int) -> Endpoint:
    """Write an endpoint, or its new version, and put it in force."""
    if filed := difference(books, [(KIND, body)]):
        await file(store, books, filed, now)
    found = books.find(KIND, f"{body['account']}/{body['name']}")
    assert isinstance(found, Endpoint), "it was filed a moment ago"
    return found


async def change(store: Store, books: Books, endpoint: Endpoint, now: int, **changes: object) -> Endpoint:
    """Write a new version that differs in `changes`."""
    return await put_on_file(store, books, {**written(endpoint), **changes}, now)


async def strike(store: Store, books: Books, endpoint: Endpoint, now: int) -> None:
    """Take an endpoint off the file."""
    key = f"{endpoint.account}/{endpoint.name}"
    await file(store, books, [Filed(KIND, key, written(endpoint), None)], now)


def sealed_name(account: int, name: str) -> str:
    """What the secret of an endpoint is sealed for."""
    return sealed_for(KIND, f"{account}/{name}")
