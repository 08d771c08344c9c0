"""The four books that are looked up by something else than time: numbers, idempotency keys, carriers' ids, accounts.

Each is made from rows of the hot road (`rows_of` is the one place that says how), so that the tail of a restart and the runs
of a merge can never disagree.
"""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from kanhe.domain.facts import Sent
from kanhe.kit.ids import instant_of
from kanhe.ports.change import Keyed
from kanhe.store import packing


class Filed(msgspec.Struct, frozen=True, gc=False):
    """One row of a book: under which key it is found, and until when it may be asked for."""

    key: bytes
    id: int
    at: int
    value: bytes


class Book(msgspec.Struct, frozen=True):
    """A look-up: where its rows come from."""

    number: int  # `sorted.book`; never changes
    name: str  # of its watermark in `meta`
    source: str  # statement that reads the rows it is made of
    newest: str  # statement that says how far that goes
    rows_of: Callable[[tuple[Any, ...]], Iterator[Filed]]


class Listed(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What the book of numbers says of one message."""

    id: int
    account: int
    sent: Sent | None


class Answered(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What the book of keys says of one key."""

    digest: bytes
    answer: bytes
    at: int


def number_key(number: int) -> bytes:
    """Spell a number so that keys sort as numbers do."""
    return number.to_bytes(8, "big")


def idempotency_key(account: int, key: str) -> bytes:
    """Spell an account's idempotency key."""
    return account.to_bytes(8, "big") + key.encode()


def account_key(account: int) -> bytes:
    """Spell an account."""
    return account.to_bytes(8, "big")


def carrier_key(connector: str, carrier_id: str) -> bytes:
    """Spell a carrier's id; no name of a connector holds a zero."""
    return f"{connector}\0{carrier_id}".encode()


def _numbers(row: tuple[Any, ...]) -> Iterator[Filed]:
    identifier, account, recipient, octets = row
    sent = packing.sent_of(identifier, account, packing.unpack_body(octets))
    at = sent.at if sent is not None else instant_of(identifier)
    yield Filed(number_key(recipient), identifier, at, packing.pack(Listed(identifier, account, sent)))


def _keys(row: tuple[Any, ...]) -> Iterator[Filed]:
    seq, octets = row
    for keyed in unpack_keyed(octets):
        value = packing.pack(Answered(keyed.digest, keyed.answer, keyed.at))
        yield Filed(idempotency_key(keyed.account, keyed.key), seq, keyed.at, value)


def _accounts(row: tuple[Any, ...]) -> Iterator[Filed]:
    identifier, account, _, _ = row
    yield Filed(account_key(account), identifier, instant_of(identifier), b"")


def _carriers(row: tuple[Any, ...]) -> Iterator[Filed]:
    _, at, connector, octets = row
    for response in packing.unpack_responses(octets):
        if response.carrier_id:
            yield Filed(carrier_key(connector, response.carrier_id), response.message, at, b"")


unpack_keyed = msgspec.msgpack.Decoder(list[Keyed]).decode
unpack_listed = msgspec.msgpack.Decoder(Listed).decode
unpack_answered = msgspec.msgpack.Decoder(Answered).decode

NUMBERS = Book(1, "merged_numbers", "messages_between", "newest_message", _numbers)
KEYS = Book(2, "merged_keys", "keyed_between", "newest_keyed", _keys)
CARRIERS = Book(3, "merged_carriers", "reports_between", "newest_report", _carriers)
ACCOUNTS = Book(4, "merged_accounts", "messages_between", "newest_message", _accounts)
BOOKS = (NUMBERS, KEYS, CARRIERS, ACCOUNTS)
