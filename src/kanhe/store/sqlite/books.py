"""The three books that are looked up by something else than time: numbers, accounts, idempotency keys.

Each is a tail in memory and sorted runs on disk, of nothing but keys and ids; what else is to be known stands in the row that
an id names. So a book can be too full (a deleted row is not found) but never wrong.
"""

import hashlib
from collections.abc import Iterable, Iterator
from heapq import merge as in_order
from itertools import groupby
from typing import Any, Protocol

from kanhe.store.runs import ID_MAX, Run, ids_of
from kanhe.store.tail import Tail

# Accounts are filed by the 2^28 ids (64 ms) in which they sent something: at full load some 600 messages to look through for
# the few of a quiet account, and one entry for the many of a busy one.
SPAN_BITS = 28
SPAN_IDS = 1 << SPAN_BITS

# 40 bits of an idempotency key's digest: dense enough for a bitmap; two keys of the same are told apart in their rows.
KEY_OCTETS = 5


class About(Protocol):
    """Runs a named query about all rows of a batch."""

    def __call__(self, name: str, rows: Iterable[tuple[object, ...]], /) -> list[tuple[Any, ...]]:
        """Give what is found about any of them."""
        ...


class Book:
    """A look-up. Belongs to the loop's thread."""

    def __init__(self, number: int, first_left: str) -> None:
        self.number = number  # `runs.book`; never changes
        self.first_left = first_left  # the statement that gives the lowest id a row still has
        self.tail = Tail()
        self.runs: list[Run] = []

    def find(self, about: About, keys: Iterable[int], since: int = 0) -> dict[int, list[int]]:
        """Give the ids under each key, in no order; an id may stand twice. Runs that end before `since` are left out."""
        found = {key: self.tail.find(key) for key in keys}
        runs = [run for run in self.runs if run.newest >= since]
        places = [(block, key) for run in runs for key in found if key in run.keys for block in run.blocks_of(key)]
        if places:
            octets = dict(about("blocks_among", {(block,) for block, _ in places}))
            for block, key in places:
                found[key] += ids_of(octets[block], key)
        return found

    def down(self, about: About, key: int, below: int = ID_MAX) -> Iterator[int]:
        """Give the ids under a key below one, newest first, each once."""
        young = sorted((identifier for identifier in self.tail.find(key) if identifier < below), reverse=True)
        runs = [_down(about, run, key, below) for run in self.runs if key in run.keys]
        return (identifier for identifier, _ in groupby(in_order(young, *runs, reverse=True)))


class Books:
    """All of them."""

    def __init__(self) -> None:
        self.numbers = Book(1, "first_message")
        self.accounts = Book(2, "first_span")
        self.keys = Book(3, "first_keyed")
        self.all = (self.numbers, self.accounts, self.keys)

    def add_message(self, identifier: int, account: int, number: int) -> None:
        """A message was committed."""
        self.numbers.tail.add(number, identifier)
        self.accounts.tail.add(account, span_of(identifier))


def span_of(identifier: int) -> int:
    """Give the lowest id of the span that an id lies in."""
    return identifier >> SPAN_BITS << SPAN_BITS


def key_number(account: int, key: str) -> int:
    """Give the number under which an account's idempotency key is filed."""
    digest = hashlib.blake2b(account.to_bytes(8, "big") + key.encode(), digest_size=KEY_OCTETS)
    return int.from_bytes(digest.digest(), "big")


def _down(about: About, run: Run, key: int, below: int) -> Iterator[int]:
    for block in reversed(run.blocks_of(key, below)):
        for _, octets in about("blocks_among", [(block,)]):
            yield from (i for i in reversed(list(ids_of(octets, key))) if i < below)
