"""Papers as documents: JSON in the store, frozen nouns in memory, one table that says which is which."""

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from kanhe.domain.options import OptionsInvalidError, options_of
from kanhe.domain.papers import (
    Acceptance,
    Account,
    Authority,
    ConnectorPaper,
    Credential,
    Endpoint,
    HeldLicence,
    Operator,
    Qualification,
    Route,
    Sender,
    Template,
)
from kanhe.kit.misfit import read_misfit

Paper: TypeAlias = (
    Operator
    | Account
    | Qualification
    | HeldLicence
    | Acceptance
    | Authority
    | Sender
    | Template
    | Route
    | ConnectorPaper
    | Credential
    | Endpoint
)


class PaperInvalidError(Exception):
    """A document does not describe the paper it claims to be; the message names the kind, the key and the place."""


KINDS: dict[str, type[Paper]] = {
    "operator": Operator,
    "account": Account,
    "qualification": Qualification,
    "licence": HeldLicence,
    "agreement": Acceptance,
    "authority": Authority,
    "sender": Sender,
    "template": Template,
    "route": Route,
    "connector": ConnectorPaper,
    "credential": Credential,
    "endpoint": Endpoint,
}

# How a paper is found again: the fields that make the key under which its latest version stands.
KEYS: dict[str, tuple[str, ...]] = {
    "operator": (),
    "account": ("id",),
    "qualification": ("account", "entity"),
    "licence": ("account", "key", "number"),
    "agreement": ("account", "key"),
    "authority": ("account", "key"),
    "sender": ("account", "name"),
    "template": ("account", "name"),
    "route": ("name",),
    "connector": ("name",),
    "credential": ("kind", "name"),
    "endpoint": ("account", "name"),
}
assert set(KEYS) == set(KINDS)
# A credential's key says what it is for; the rest name their kind.
SEALED_FOR: dict[str, str] = {"credential": "{key}", "endpoint": "endpoint {key}"}
KIND_OF = {noun: kind for kind, noun in KINDS.items()}


def key_of(kind: str, body: Mapping[str, object]) -> str:
    """The key under which a document stands. Raises `PaperInvalidError` for a kind that does not exist."""
    if kind not in KEYS:
        raise PaperInvalidError(f"there is no paper of kind `{kind}`; kinds are {', '.join(KINDS)}")
    return "/".join(str(body.get(field)) for field in KEYS[kind]) or kind


def sealed_for(kind: str, key: str) -> str:
    """What the secret of a paper is sealed for, so that it opens nowhere else."""
    return SEALED_FOR.get(kind, "{kind}/{key}").format(kind=kind, key=key)


def place_of(paper: Paper) -> tuple[str, str]:
    """(kind, key) of a paper."""
    kind = KIND_OF[type(paper)]
    return kind, "/".join(str(getattr(paper, field)) for field in KEYS[kind]) or kind


def read(kind: str, key: str, revision: int, body: Mapping[str, object]) -> Paper:
    """The paper that `body` describes. Raises `PaperInvalidError`."""
    try:
        paper = msgspec.convert({**body, "revision": revision}, KINDS[kind])
        if isinstance(paper, Credential | ConnectorPaper):
            options_of(paper)
    except msgspec.ValidationError as error:
        what, where = read_misfit(error)
        raise PaperInvalidError(f"{kind} `{key}`: {f'`{where}`: ' if where else ''}{what}") from error
    except OptionsInvalidError as error:
        raise PaperInvalidError(f"{kind} `{key}`: {error}") from error
    return paper


def decode(kind: str, key: str, revision: int, body: bytes) -> Paper:
    """The paper that the stored JSON `body` describes."""
    return read(kind, key, revision, msgspec.json.decode(body, type=dict[str, object]))


def encode(body: Mapping[str, object]) -> bytes:
    """Canonical JSON of a document: the same document is always the same bytes."""
    return msgspec.json.encode(body, order="deterministic")
