"""The dossier: everything on file about one paper. Its versions, the documents that prove them, and who did what when and why."""

from enum import StrEnum

import msgspec


class Stand(StrEnum):
    """Where a version of a paper stands."""

    DRAFT = "draft"  # documents are missing
    SUBMITTED = "submitted"
    REVIEW = "review"  # a reviewer has it
    APPROVED = "approved"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"  # a later version was approved


class Act(StrEnum):
    """What somebody does to a version."""

    FILE = "file"
    ATTACH = "attach"
    SUBMIT = "submit"
    CLAIM = "claim"
    RELEASE = "release"
    APPROVE = "approve"
    REFUSE = "refuse"
    SUSPEND = "suspend"
    RESUME = "resume"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"
    SUPERSEDE = "supersede"
    WARN = "warn"
    REGISTER = "register"  # a registry or a carrier has answered


_OPEN = {Act.APPROVE: Stand.APPROVED, Act.REFUSE: Stand.REFUSED, Act.WITHDRAW: Stand.WITHDRAWN}
_ENDS = {Act.EXPIRE: Stand.EXPIRED, Act.WITHDRAW: Stand.WITHDRAWN, Act.SUPERSEDE: Stand.SUPERSEDED}

MOVES: dict[Stand, dict[Act, Stand]] = {
    Stand.DRAFT: {Act.ATTACH: Stand.DRAFT, Act.SUBMIT: Stand.SUBMITTED, Act.WITHDRAW: Stand.WITHDRAWN},
    Stand.SUBMITTED: {**_OPEN, Act.ATTACH: Stand.SUBMITTED, Act.CLAIM: Stand.REVIEW},
    Stand.REVIEW: {**_OPEN, Act.RELEASE: Stand.SUBMITTED},
    Stand.APPROVED: {**_ENDS, Act.SUSPEND: Stand.SUSPENDED, Act.WARN: Stand.APPROVED, Act.REGISTER: Stand.APPROVED},
    Stand.SUSPENDED: {**_ENDS, Act.RESUME: Stand.APPROVED, Act.REGISTER: Stand.SUSPENDED},
    Stand.EXPIRED: {Act.SUPERSEDE: Stand.SUPERSEDED, Act.WITHDRAW: Stand.WITHDRAWN},
    Stand.REFUSED: {},
    Stand.WITHDRAWN: {},
    Stand.SUPERSEDED: {},
}
assert set(MOVES) == set(Stand)

# Versions that a person must decide on.
AWAITING = frozenset({Stand.SUBMITTED, Stand.REVIEW})
# Versions that are the paper's own: in force, or once in force and not followed by another.
STANDING = frozenset({Stand.APPROVED, Stand.SUSPENDED, Stand.EXPIRED})


class Dossier(msgspec.Struct, frozen=True):
    """One paper, through all its versions."""

    id: int
    kind: str
    key: str  # of the document that it becomes (`records.documents.KEYS`)
    account: int | None  # None: the operator's own


class Version(msgspec.Struct, frozen=True):
    """What a paper said from one filing to the next."""

    dossier: int
    number: int
    stand: Stand
    at: int  # ms
    by: str
    why: str
    valid_to: str | None
    content: bytes  # JSON


class Attached(msgspec.Struct, frozen=True):
    """A document that proves a version."""

    dossier: int
    version: int
    digest: str  # SHA-256 of its octets, hexadecimal
    role: str  # of `records.kinds`
    name: str
    media: str
    octets: int
    at: int  # ms
    by: str
    sealed: bool = False


class Done(msgspec.Struct, frozen=True):
    """A line of a dossier's history."""

    dossier: int
    version: int
    at: int  # ms
    by: str
    act: Act
    reason: str = ""
