"""Grounds: what may be on file of one recipient in the place of a consent, as one table (`law/grounds.yaml`).

A sale, a running relation, a published number, a corporate subscription: facts about a single person, so no paper of a sender or
an account proves them. Each is a record in the book of consents, with the terms that the law asks for.
"""

from collections.abc import Mapping
from functools import cache

import msgspec

from kanhe.law.source import read_document
from kanhe.law.words import LAW_FOLDER


class Ground(msgspec.Struct, frozen=True):
    """One kind of ground."""

    needs: tuple[str, ...]  # terms that must be stated
    en: str
    zh: str
    months: int | None = None  # after it arose
    since: str | None = None  # the first local day on which it can have arisen
    sender: str | None = None  # entity_kind of who may rest on it
    kind: str | None = None  # what it says of the recipient (fact `recipient.kind`)


class Grounds(msgspec.Struct, frozen=True):
    """All of them, and the words for their terms."""

    terms: Mapping[str, Mapping[str, str]]
    grounds: Mapping[str, Ground]


@cache
def the_grounds() -> Grounds:
    """The grounds of this release."""
    return msgspec.convert(read_document(LAW_FOLDER / "grounds.yaml").data, Grounds)


@cache
def of_one_recipient() -> frozenset[str]:
    """The proofs that only a record of the recipient can give."""
    return frozenset(the_grounds().grounds)


def lacking(word: str, terms: Mapping[str, str]) -> tuple[str, ...]:
    """The terms that a ground still needs."""
    return tuple(name for name in the_grounds().grounds[word].needs if not terms.get(name, "").strip())
